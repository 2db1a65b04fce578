"""Columns of numbers in two or four bytes each, exact: what does not fit stands beside them in a table.

A million executions have to fit into a browser's memory, and nearly all of their numbers are small.

>>> c = Ints("H"); c.extend([256, 70_000]); list(c)
[256, 70000]
>>> d = Decimals(); d.extend([10935.70, float("nan"), 1e12]); list(d)
[10935.7, nan, 1000000000000.0]
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from math import frexp
from operator import itemgetter
from typing import Any

NAN = float("nan")
_ESCAPE = {"i": -(1 << 31), "H": 65_535, "B": 255}
"""What stands for a number that does not fit."""
_UNKNOWN = -1
_NOWHERE = _ESCAPE["i"] + 1
_LIST_OF_FLOATS = 250_000  # a list of more floats than that is worth avoiding in a browser


class Ints:
    """Whole numbers; `code` is the array type that most of them fit into."""

    __slots__ = ("_code", "_escape", "_odd", "_small")

    def __init__(self, code: str = "i") -> None:
        """Start without values; `code` is i, H or B."""
        self._code, self._escape = code, _ESCAPE[code]
        self._small: array[int] = array(code)
        self._odd: dict[int, int] = {}

    def __len__(self) -> int:
        """Number of values."""
        return len(self._small)

    def __getitem__(self, i: int) -> int:
        """One value."""
        value = self._small[i]
        return value if value != self._escape else self._odd[i]

    def __iter__(self) -> Iterator[int]:
        """All values."""
        return map(self.__getitem__, range(len(self._small))) if self._odd else iter(self._small)

    def extend(self, values: Sequence[int]) -> None:
        """Append values."""
        try:
            fitting = array(self._code, values)
        except OverflowError:
            fitting = None
        if fitting is None or self._escape in fitting:
            fitting = array(self._code)
            low, high = (-(1 << 31), 1 << 31) if self._code == "i" else (0, self._escape)
            for i, value in enumerate(values, len(self._small)):
                fits = low < value < high
                fitting.append(value if fits else self._escape)
                if not fits:
                    self._odd[i] = value
        self._small.extend(fitting)

    def plain(self) -> Any:
        """The values as something that answers faster, until more are appended."""
        return self if self._odd else self._small

    def append_all(self, other: Ints) -> None:
        """Append the values of another column of the same kind."""
        shift = len(self._small)
        self._small.extend(other._small)
        self._odd.update((shift + i, value) for i, value in other._odd.items())

    def take(self, order: Sequence[int]) -> Ints:
        """A new column of the values at some places."""
        new = Ints(self._code)
        new._small = gathered(self._small, order)
        if self._odd:
            new._odd = {k: self._odd[i] for k, i in enumerate(order) if i in self._odd}
        return new

    def truncate(self, n: int) -> None:
        """Keep the first `n` values."""
        del self._small[n:]
        self._odd = {i: value for i, value in self._odd.items() if i < n}


class Decimals:
    """Numbers of at most three decimals, NaN for unknown; others beside them. Milliseconds up to 35 minutes fit."""

    __slots__ = ("_odd", "_thousandths")

    def __init__(self) -> None:
        """Start without values."""
        self._thousandths: array[int] = array("i")
        self._odd: dict[int, float] = {}

    def __len__(self) -> int:
        """Number of values."""
        return len(self._thousandths)

    def __getitem__(self, i: int) -> float:
        """One value."""
        n = self._thousandths[i]
        return n / 1000 if n >= 0 else NAN if n == _UNKNOWN else self._odd[i]

    def __iter__(self) -> Iterator[float]:
        """All values."""
        if self._odd:
            return map(self.__getitem__, range(len(self._thousandths)))
        return (n / 1000 if n >= 0 else NAN for n in self._thousandths)

    def extend(self, values: Iterable[float]) -> None:
        """Append values."""
        add = self._thousandths.append
        for value in values:
            if value != value:
                add(_UNKNOWN)
                continue
            n = round(value * 1000) if 0 <= value < 2_000_000 else -1
            if n >= 0 and n / 1000 == value:
                add(n)
            else:
                self._odd[len(self._thousandths)] = value
                add(_ESCAPE["i"])

    def plain(self) -> Decimals:
        """The values as they are."""
        return self

    def append_all(self, other: Decimals) -> None:
        """Append the values of another column."""
        shift = len(self._thousandths)
        self._thousandths.extend(other._thousandths)
        self._odd.update((shift + i, value) for i, value in other._odd.items())

    def take(self, order: Sequence[int]) -> Decimals:
        """A new column of the values at some places."""
        new = Decimals()
        new._thousandths = gathered(self._thousandths, order)
        if self._odd:
            new._odd = {k: self._odd[i] for k, i in enumerate(order) if i in self._odd}
        return new

    def truncate(self, n: int) -> None:
        """Keep the first `n` values."""
        del self._thousandths[n:]
        self._odd = {i: value for i, value in self._odd.items() if i < n}


class Large:
    """Whole numbers of 8 bytes: times and places in an input."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        """Start without values."""
        self._values: array[int] = array("q")

    def __len__(self) -> int:
        """Number of values."""
        return len(self._values)

    def __getitem__(self, i: int) -> int:
        """One value."""
        return self._values[i]

    def __iter__(self) -> Iterator[int]:
        """All values."""
        return iter(self._values)

    def extend(self, values: Iterable[int]) -> None:
        """Append values."""
        self._values.extend(values)

    def plain(self) -> Any:
        """The values as something that answers faster, until more are appended."""
        return self._values

    def append_all(self, other: Large) -> None:
        """Append the values of another column."""
        self._values.extend(other._values)

    def take(self, order: Sequence[int]) -> Large:
        """A new column of the values at some places."""
        new = Large()
        new._values = gathered(self._values, order)
        return new

    def truncate(self, n: int) -> None:
        """Keep the first `n` values."""
        del self._values[n:]


class Relative:
    """Places and times that lie near another column's, kept as the distance to it; -1 for unknown."""

    __slots__ = ("_base", "_distance")

    def __init__(self, base: Large, distance: Ints | None = None) -> None:
        """Stand beside a base column, which is extended first."""
        self._base, self._distance = base, distance or Ints("i")

    def __len__(self) -> int:
        """Number of values."""
        return len(self._distance)

    def __getitem__(self, i: int) -> int:
        """One value."""
        distance = self._distance[i]
        return self._base[i] + distance if distance != _NOWHERE else -1

    def __iter__(self) -> Iterator[int]:
        """All values."""
        return (b + d if d != _NOWHERE else -1 for b, d in zip(self._base, self._distance, strict=True))

    def extend(self, values: Sequence[int]) -> None:
        """Append values, one for each that was appended to the base."""
        base, first = self._base, len(self._distance)
        self._distance.extend([v - base[i] if v >= 0 else _NOWHERE for i, v in enumerate(values, first)])

    def plain(self) -> Relative:
        """The values as they are."""
        return self

    def append_all(self, other: Relative) -> None:
        """Append the values of another column, whose base was appended already."""
        self._distance.append_all(other._distance)

    def beside(self, base: Large, order: Sequence[int]) -> Relative:
        """A new column of the values at some places, beside the base of those places."""
        return Relative(base, self._distance.take(order))

    def truncate(self, n: int) -> None:
        """Keep the first `n` values."""
        self._distance.truncate(n)


Column = Ints | Decimals | Large | Relative


def gathered(column: array[Any], order: Sequence[int]) -> array[Any]:
    """The values of an array at some places; a step of C for many at once, without a tuple of all of them."""
    found: array[Any] = array(column.typecode)
    for at in range(0, len(order), 4096):
        places = order[at : at + 4096]
        found.extend([column[places[0]]] if len(places) == 1 else itemgetter(*places)(column))
    return found


def sorted_values(values: Iterable[float]) -> array[float]:
    """Numbers in ascending order; many are sorted piece by piece, since a list of them takes more memory than they do.

    >>> list(sorted_values([3.0, -1.5, 2.0]))
    [-1.5, 2.0, 3.0]
    """
    given = array("d", values)
    if len(given) < _LIST_OF_FLOATS:
        return array("d", sorted(given))
    pieces: dict[int, array[float]] = {}
    for value in given:
        mantissa, exponent = frexp(value)
        piece = exponent * 64 + int(mantissa * 64) if value > 0 else -(1 << 30)
        pieces.setdefault(piece, array("d")).append(value)
    del given
    found = array("d")
    for piece in sorted(pieces):
        found.extend(sorted(pieces.pop(piece)))
    return found


def ascending(values: Sequence[int]) -> array[int]:
    """The places of values in ascending order, of equal ones the first first; sorted piece by piece to save memory."""
    if not len(values):
        return array("i")
    low, high = min(values), max(values)
    width = (high - low) // 64 + 1
    pieces = [array("i") for _ in range(64)]
    for i, value in enumerate(values):
        pieces[(value - low) // width].append(i)
    found = array("i")
    for piece in pieces:
        found.extend(sorted(piece, key=values.__getitem__))
    return found
