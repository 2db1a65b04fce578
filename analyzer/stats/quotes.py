"""Lines kept word for word, chosen by rule and not by arrival, so that every part of an input chooses alike.

A rule is a tuple that begins with its family; `KEEP` says how many lines each rule of a family keeps: those with the
smallest rank. Ranks hold times, input names and offsets, never an order of arrival.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from zlib import crc32

from analyzer import limits

Rule = tuple[str, ...]
Rank = tuple[Any, ...]

KEEP = {
    "memory": 1,  # (…, stream, eighth of the allocation): the first REPORT of a stream in each eighth
    "first": 3,  # (…, verdict): the first REPORTs with a verdict, such as timeout
    "last": 1,  # (…, verdict): the last one
    "slow": 4,  # (…, source): the longest durations that no failure ended
    "init": 3,  # (…, source): the longest initialisations
    "start": 1,  # (…, source, version): the first START of a version
    "line": 3,  # (…, template): application lines before a silence of a second or more
    "odd": 5,  # (…, reason): events that were set aside
}


class Quote(NamedTuple):
    """A line word for word, bounded. `time` is -1 where unknown; `input` and `stream` are names."""

    input: str
    offset: int
    end: int
    time: int
    stream: str
    request_id: str
    text: str


def when(quote: Quote) -> Rank:
    """The rank of an earliest-first rule: by time, lines without one last, then by place."""
    return (quote.time < 0, quote.time, quote.input, quote.offset)


def earlier(one: Quote, other: Quote) -> bool:
    """Whether one line comes before another; a total order, so that any part of an input chooses alike."""
    return (when(one), one) < (when(other), other)


class Quotes:
    """Bounded boards of quoted lines, one a rule, additive.

    Bound: KEEP lines a rule; rules of the family "memory" for `limits.QUOTED_STREAMS` streams and of any other family
    at most `limits.GROUPS` rules, those with the smallest hashes.

    >>> q = Quotes(); q.add(("first", "timeout"), (1,), Quote("a", 5, 9, 0, "", "", "REPORT"))
    >>> q.of(("first", "timeout"))[0].offset
    5
    """

    def __init__(self) -> None:
        """Start empty."""
        self._boards: dict[Rule, list[tuple[Rank, Quote]]] = {}
        self._index: dict[tuple[str, int], Quote] | None = None

    def add(self, rule: Rule, rank: Rank, quote: Quote) -> None:
        """Offer a line to a rule."""
        board = self._boards.get(rule)
        if board is None:
            board = self._boards[rule] = []
            if len(self._boards) > 2 * (limits.GROUPS * len(KEEP) + 8 * limits.QUOTED_STREAMS):
                self._shrink()
        entry = (rank, quote)
        if entry in board:
            return
        board.append(entry)
        board.sort()
        del board[KEEP[rule[0]] :]
        self._index = None

    def floor(self, rule: Rule) -> Rank | None:
        """The rank a line must beat once a rule has all the lines it keeps, None before that."""
        board = self._boards.get(rule, [])
        return board[-1][0] if len(board) >= KEEP[rule[0]] else None

    def of(self, rule: Rule) -> list[Quote]:
        """The lines a rule kept, by rank."""
        return [quote for _, quote in self._boards.get(rule, ())]

    def rules(self, family: str) -> Iterator[Rule]:
        """The rules of a family that kept something, in order."""
        return (rule for rule in sorted(self._boards) if rule[0] == family)

    def at(self, source: str, offset: int) -> Quote | None:
        """The line that begins at a place of an input, if it was kept."""
        if self._index is None:
            self._index = {(q.input, q.offset): q for board in self._boards.values() for _, q in board}
        return self._index.get((source, offset))

    def copy(self) -> Quotes:
        """An independent copy."""
        new = Quotes()
        new._boards = {rule: list(board) for rule, board in self._boards.items()}
        return new

    def merge(self, other: Quotes) -> None:
        """Add another set of boards; the argument is untouched."""
        for rule, board in other._boards.items():
            for rank, quote in board:
                self.add(rule, rank, quote)
        self._shrink()

    def _shrink(self) -> None:
        """Keep the rules with the smallest hashes where a family has too many."""
        families: dict[str, set[str]] = {}
        for rule in self._boards:
            families.setdefault(rule[0], set()).add("\x1f".join(rule[1:2] if rule[0] == "memory" else rule[1:]))
        for family, names in families.items():
            most = limits.QUOTED_STREAMS if family == "memory" else limits.GROUPS
            if len(names) > most:
                kept = set(sorted(names, key=lambda n: (crc32(n.encode()), n))[:most])
                for rule in [r for r in self._boards if r[0] == family]:
                    if "\x1f".join(rule[1:2] if family == "memory" else rule[1:]) not in kept:
                        del self._boards[rule]
        self._index = None

    def to_json(self) -> list[Any]:
        """Boards as plain lists, in the order of their rules."""
        self._shrink()
        return [[rule, self._boards[rule]] for rule in sorted(self._boards)]

    @classmethod
    def from_json(cls, data: list[Any]) -> Quotes:
        """The boards that `to_json` wrote."""
        new = cls()
        for rule, board in data:
            new._boards[tuple(rule)] = [(tuple(rank), Quote(*quote)) for rank, quote in board]
        return new
