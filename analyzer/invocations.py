"""Executions as typed columns: what detectors read of each one."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, overload

from analyzer.stats.columns import gathered
from analyzer.stats.rows import COLUMNS, Rows

Number = TypeVar("Number", int, float)

DERIVED = {"row": "i", "place": "i", "status": "b", "age": "i", "life": "i", "cold": "b", "attempt": "i", "error": "i"}
"""What assembling finds out about executions, and the array type that holds it."""


class _One(dict[int, int]):
    """Every row belongs to environment 0 of its stream."""

    def __missing__(self, row: int) -> int:
        return 0


Lanes = Mapping[int, int] | Sequence[int]
"""The environment within its stream, by row."""
ONE: Lanes = _One()
"""What an input with names of streams needs: a stream is an environment."""


class Column(Sequence[Number]):
    """A column of executions: the rows' own, read through the row numbers, so that nothing is kept twice."""

    __slots__ = ("_row", "_values")

    def __init__(self, values: Any, row: array[int]) -> None:
        """Look at `values` in the order of `row`."""
        self._values, self._row = values, row

    def __len__(self) -> int:
        """Number of executions."""
        return len(self._row)

    @overload
    def __getitem__(self, i: int) -> Number: ...
    @overload
    def __getitem__(self, i: slice) -> list[Number]: ...
    def __getitem__(self, i: Any) -> Any:
        """One value, or a list of those of a slice."""
        try:
            return self._values[self._row[i]]
        except TypeError:
            return [self._values[row] for row in self._row[i]]

    def __iter__(self) -> Iterator[Number]:
        """All values."""
        return map(self._values.__getitem__, self._row)


class Invocations:
    """Executions as parallel columns, one entry each, in time order (input order where there is no time).

    `start`, `end`: ms since the epoch, -1 unknown. `duration`, `billed`, `init`, `restore`, `gap`: ms, NaN unknown.
    `size`, `used`: MB, 0 unknown; `used` is the environment's high-water mark. `status`: numbers of `Status`;
    `platform`: the platform's word for it, see `analyzer.stats.rows`.
    `stream`: index into `Summary.streams`; `lane`: the environment within it, 0 unless the stream has no name and holds
    several; `version`: index into `Summary.words`, -1 unknown. `error`: index into
    `Summary.groups`, -1 none. `gap`: the longest silence between two events; `gap_line`: index into `Summary.words`,
    the template of the line before that silence, -1 if it was under a second or not after an application line.
    `age`: 1 for the first execution since the environment (re)started, -1 where the beginning was not seen.
    `life`: 0 for the first life of a stream, one more after each death. `cold`: 1 if the environment was initialised
    for it. `place`: its rank in the order of streams and of executions in them. `flags`: bits of `analyzer.stats.rows`.
    `attempt`: 1, 2, 3 for executions of one request id.
    """

    stream: Column[int]
    lane: Column[int]
    input: Column[int]
    start: Column[int]
    end: Column[int]
    version: Column[int]
    duration: Column[float]
    billed: Column[float]
    size: Column[int]
    used: Column[int]
    init: Column[float]
    restore: Column[float]
    error_type: Column[int]
    error_at: Column[int]
    gap: Column[float]
    gap_line: Column[int]
    tail_line: Column[int]
    lines: Column[int]
    events: Column[int]
    flags: Column[int]
    limit: Column[float]
    offset: Column[int]
    stop: Column[int]
    report_at: Column[int]
    platform: Column[int]

    def __init__(self, rows: Rows, derived: Mapping[str, array[int]], lanes: Lanes = ONE) -> None:
        """Look at rows through the columns that assembling derives, those of `DERIVED`, of equal length."""
        self._rows, self._lanes = rows, lanes
        self.row, self.place = derived["row"], derived["place"]
        self.status, self.age, self.life = derived["status"], derived["age"], derived["life"]
        self.cold, self.attempt, self.error = derived["cold"], derived["attempt"], derived["error"]
        for name in COLUMNS:
            if name != "error":
                own = "platform" if name == "status" else name
                setattr(self, own, Column(rows.columns[name].plain(), self.row))
        self.lane = Column(lanes, self.row)

    def __len__(self) -> int:
        """Number of executions."""
        return len(self.row)

    def request_id(self, i: int) -> str:
        """The request id of an execution, "" where unknown."""
        return self._rows.request_id(self.row[i])

    def take(self, order: Sequence[int], lanes: Lanes | None = None) -> Invocations:
        """A new table of the given executions, in the given order; with other environments, if given."""
        derived = {n: gathered(getattr(self, n), order) for n in DERIVED}
        return Invocations(self._rows, derived, self._lanes if lanes is None else lanes)
