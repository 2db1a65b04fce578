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
from analyzer.stats.quotes import Quote, when
from analyzer.stats.timeline import Timeline

Key = tuple[str, str, str, str, str, str, str]
"""source (function name, else input name), outcome word (unhandled, logged, platform, init, warned), signature, details, type, template, frame."""

RANKS = {"unhandled": 0, "init": 0, "platform": 1, "logged": 2, "warned": 3}


@dataclass(slots=True)
class Group:
    """Lines that say the same thing.

    `timeline` counts them over time; `line` is the earliest of them, word for word.
    """

    key: Key
    count: int = 0
    timeline: Timeline = field(default_factory=Timeline)
    line: Quote | None = None

    @property
    def source(self) -> str:
        """What the lines belong to: the function's name if the container or stream tells it, else the input's name."""
        return self.key[0]

    @property
    def outcome(self) -> str:
        """`unhandled` (the handler raised), `init` (loading failed), `platform` (the process died), `logged`, `warned`."""
        return self.key[1]

    @property
    def signature(self) -> str:
        """Id of the signature that matched the text, "" if none did."""
        return self.key[2]

    @property
    def details(self) -> tuple[str, ...]:
        """What the signature captured: an action, a resource, a module."""
        return tuple(self.key[3].split("\x1f")) if self.key[3] else ()

    @property
    def type(self) -> str:
        """Exception or platform type, "" if the line names none."""
        return self.key[4]

    @property
    def template(self) -> str:
        """The message with its variable parts as `<*>`."""
        return self.key[5]

    @property
    def frame(self) -> str:
        """Deepest frame of the function's own code, "" if unknown."""
        return self.key[6]

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits that stay the same from run to run."""
        return f"{crc32(json.dumps(self.key).encode()):08x}"

    @property
    def rank(self) -> int:
        """How grave: lower is graver; a signature makes a logged line graver than one without."""
        return 2 * RANKS[self.outcome] + (0 if self.signature else 1)


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

    def add(self, key: Key, line: Quote) -> None:
        """Count one line; the earliest represents the group."""
        self.lines += 1
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(key)
        group.count += 1
        if line.time >= 0:
            group.timeline.add(line.time)
        if group.line is None or when(line) < when(group.line):
            group.line = line
        if len(self._groups) > 2 * self._most:
            self._shrink()

    def put(self, group: Group) -> None:
        """Merge one group of another table into this one."""
        mine = self._groups.get(group.key)
        if mine is None:
            self._groups[group.key] = Group(group.key, group.count, group.timeline.copy(), group.line)
            return
        mine.count += group.count
        mine.timeline.merge(group.timeline)
        if group.line is not None and (mine.line is None or when(group.line) < when(mine.line)):
            mine.line = group.line

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
        return [self.lines, [[g.key, g.count, g.timeline.to_json(), g.line] for g in self]]

    @classmethod
    def from_json(cls, data: list[Any]) -> Groups:
        """The table that `to_json` wrote."""
        new = cls()
        new.lines = data[0]
        for key, count, timeline, line in data[1]:
            k: Any = tuple(key)
            new._groups[k] = Group(k, count, Timeline.from_json(timeline), Quote(*line) if line else None)
        return new
