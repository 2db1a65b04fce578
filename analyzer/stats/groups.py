"""Error lines grouped by what they share: signature, type, message template and deepest own frame.

Bound: `limits.GROUPS` groups. Beyond it those with the smallest hash of their key stay, with exact counts, because a
group that survives to the end was among the smallest in every part (bottom-k sampling, Cohen and Kaplan 2007).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from analyzer import limits
from analyzer.stats.quotes import Quote, earlier
from analyzer.stats.timeline import Timeline

SAID_CHARS = 600
MARKS = 64
"""Lines of a group that are told from each other, the smallest marks: what was read twice is counted exactly up to as
many lines, beyond that by the share of them that were read twice."""
_ALL = 1 << 64

Key = tuple[str, str, str, str, str]
"""Source (function name, else input name), outcome word, type, template, frame."""


@dataclass(slots=True)
class Group:
    """Lines that say the same thing.

    `marks` counts a sample of them by mark and input, those with the smallest marks, all `below` a bound. `timeline`
    counts them over time; `line` is the earliest of them, word for word, and `said` its message without the
    runtime's prefix. `signature` is the id of the text pattern that names the failure and `details` what it captured
    (an action, a resource, a module); both are read off `said` when a summary is asked for its groups.
    """

    key: Key
    count: int = 0
    timeline: Timeline = field(default_factory=Timeline)
    marks: dict[tuple[int, str], int] = field(default_factory=dict)
    below: int = _ALL
    line: Quote | None = None
    said: str = ""
    signature: str = ""
    details: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """What the lines belong to: the function's name if the container or stream tells it, else the input's name."""
        return self.key[0]

    @property
    def outcome(self) -> str:
        """`unhandled` (handler raised), `init` (loading failed), `platform` (process died), `logged` or `warned`."""
        return self.key[1]

    @property
    def type(self) -> str:
        """Exception or platform type, "" if the line names none."""
        return self.key[2]

    @property
    def template(self) -> str:
        """The message with its variable parts as `<*>`."""
        return self.key[3]

    @property
    def frame(self) -> str:
        """Deepest frame of the function's own code, "" if unknown."""
        return self.key[4]

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits that stay the same from run to run."""
        return f"{crc32(json.dumps(self.key).encode()):08x}"

    @property
    def distinct(self) -> int:
        """How many lines there are when those that were read twice count once.

        A mark that was made of an event id (odd) is one line. Lines without ids that look alike may be two, so of those
        as many count as the input with most of them has.
        """
        lines: dict[int, list[int]] = {}
        for (mark, _), n in self.marks.items():
            lines.setdefault(mark, []).append(n)
        told = sum(map(sum, lines.values()))
        once = sum(1 if mark & 1 else max(counts) for mark, counts in lines.items())
        if told == once:
            return self.count
        return self.count - told + once if self.below == _ALL else round(self.count * once / told)

    def note(self, mark: int, source: str, count: int = 1) -> None:
        """Count lines of a mark; 0 marks none."""
        if 0 < mark < self.below:
            self.marks[(mark, source)] = self.marks.get((mark, source), 0) + count
            if len(self.marks) > 3 * MARKS:
                self.trim()

    def trim(self) -> None:
        """Keep the smallest marks."""
        kept = sorted({mark for mark, _ in self.marks})
        if len(kept) > MARKS:
            self.below = kept[MARKS]
            self.marks = {key: n for key, n in self.marks.items() if key[0] < self.below}

    @property
    def text(self) -> str:
        """What signatures are offered: the type and the message of the earliest line."""
        return f"{self.type}: {self.said}" if self.type else self.said


class Groups:
    """Error groups by key, bounded, additive."""

    def __init__(self, most: int = limits.GROUPS) -> None:
        """Keep at most `most` groups."""
        self._most, self._groups, self.lines = most, dict[Key, Group](), 0

    def __len__(self) -> int:
        """Number of groups kept."""
        return len(self._groups)

    def __iter__(self) -> Iterator[Group]:
        """The groups in the order of their keys."""
        return iter(sorted(self._groups.values(), key=lambda g: g.key))

    def get(self, key: Key) -> Group | None:
        """The group with this key, if it is kept."""
        return self._groups.get(key)

    def add(self, key: Key, line: Quote, said: str, mark: int = 0) -> None:
        """Count one line; the earliest represents the group. `mark` (up to 64 bits) is the same for the same line."""
        self.lines += 1
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(key)
        group.count += 1
        group.note(mark, line.input)
        if line.time >= 0:
            group.timeline.add(line.time)
        if group.line is None or earlier(line, group.line):
            group.line, group.said = line, said[:SAID_CHARS]
        if len(self._groups) > 2 * self._most:
            self._shrink()

    def put(self, group: Group) -> None:
        """Merge one group of another table into this one."""
        mine = self._groups.get(group.key)
        if mine is None:
            marks, timeline = dict(group.marks), group.timeline.copy()
            self._groups[group.key] = Group(
                group.key, group.count, timeline, marks, group.below, group.line, group.said
            )
            return
        mine.count += group.count
        mine.below = min(mine.below, group.below)
        mine.marks = {key: n for key, n in mine.marks.items() if key[0] < mine.below}
        for (mark, source), n in group.marks.items():
            mine.note(mark, source, n)
        mine.timeline.merge(group.timeline)
        if group.line is not None and (mine.line is None or earlier(group.line, mine.line)):
            mine.line, mine.said = group.line, group.said

    def merge(self, other: Groups) -> None:
        """Add another table's groups; the argument is untouched."""
        self.lines += other.lines
        for group in other._groups.values():
            self.put(group)
        self._shrink()

    def _shrink(self) -> None:
        """Drop the groups with the largest hashes beyond the bound."""
        if len(self._groups) > self._most:
            kept = sorted(self._groups, key=lambda k: (crc32(json.dumps(k).encode()), k))[: self._most]
            self._groups = {k: self._groups[k] for k in kept}

    def to_json(self) -> list[Any]:
        """Groups as plain lists, in the order of their keys."""
        self._shrink()
        for group in self:
            group.trim()
        return [self.lines, [[g.key, g.count, g.timeline.to_json(), _marks(g), g.below, g.line, g.said] for g in self]]

    @classmethod
    def from_json(cls, data: list[Any]) -> Groups:
        """The table that `to_json` wrote."""
        new = cls()
        new.lines = data[0]
        for key, count, timeline, marks, below, line, said in data[1]:
            k: Any = tuple(key)
            told = {(mark, source): n for mark, source, n in marks}
            quote = Quote(*line) if line else None
            new._groups[k] = Group(k, count, Timeline.from_json(timeline), told, below, quote, said)
        return new


def _marks(group: Group) -> list[list[Any]]:
    return sorted([mark, source, n] for (mark, source), n in group.marks.items())
