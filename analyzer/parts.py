"""What a summary knows of its inputs and streams, and the parts of inputs that were read, with their open edges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from analyzer.segments import Stream


@dataclass(slots=True)
class Input:
    """What is known of one input.

    `events` counts all log events, `odd` those set aside while reading, by reason; `noticed` counts what else weakens
    an answer, by a reason of `analyzer.accounting`.
    """

    name: str
    size: int
    container: str = ""
    log_group: str = ""
    events: int = 0
    truncated: bool = False
    notes: set[str] = field(default_factory=set)
    odd: dict[str, int] = field(default_factory=dict)
    noticed: dict[str, int] = field(default_factory=dict)

    def merge(self, other: Input) -> None:
        """Add what another part said of the same input."""
        self.size = max(self.size, other.size)
        self.container = self.container or other.container
        self.log_group = self.log_group or other.log_group
        self.events += other.events
        self.truncated = self.truncated or other.truncated
        self.notes |= other.notes
        self.count(other.odd, other.noticed)

    def count(self, odd: dict[str, int], noticed: dict[str, int]) -> None:
        """Add counts of events set aside and of what was noticed, by reason."""
        for mine, others in ((self.odd, odd), (self.noticed, noticed)):
            for reason, count in others.items():
                mine[reason] = mine.get(reason, 0) + count

    def to_json(self) -> list[Any]:
        """As plain lists, canonical."""
        return [
            self.name,
            self.size,
            self.container,
            self.log_group,
            self.events,
            self.truncated,
            sorted(self.notes),
            sorted(self.odd.items()),
            sorted(self.noticed.items()),
        ]

    @classmethod
    def from_json(cls, data: list[Any]) -> Input:
        """The input that `to_json` wrote."""
        name, size, container, log_group, events, truncated, notes, odd, noticed = data
        return cls(name, size, container, log_group, events, truncated, set(notes), dict(odd), dict(noticed))


@dataclass(slots=True)
class StreamInfo:
    """One log stream. `key` tells it from others; `name` is "" where the container names none, as is `group`.

    `source` is the function if the stream's or group's name tells it, else the group's or input's name, the smallest of
    `sources` where several inputs have it; `runtime`,
    `function` and `initialization` are what the platform's init lines say.
    """

    key: str
    name: str
    source: str
    group: str = ""
    runtime: str = ""
    function: str = ""
    initialization: str = ""
    sources: set[str] = field(default_factory=set)

    def heard_in(self, sources: set[str], group: str) -> None:
        """Take other sources and another group's name; of several the smallest stands for the stream."""
        self.sources |= sources
        self.source = min(self.sources)
        self.group = min(self.group, group) if self.group and group else self.group or group

    def to_json(self) -> list[Any]:
        """As plain lists, canonical."""
        told = (self.key, self.name, self.source, self.group, self.runtime, self.function, self.initialization)
        return [*told, sorted(self.sources)]

    @classmethod
    def from_json(cls, data: list[Any]) -> StreamInfo:
        """The stream that `to_json` wrote."""
        new = cls(*data[:-1])
        new.sources = set(data[-1])
        return new

    @property
    def named(self) -> bool:
        """Whether it is one log stream for certain, and so one execution environment."""
        return bool(self.name)


@dataclass(slots=True)
class Part:
    """A byte range of an input that was read, and its edges by stream key."""

    input: str
    start: int
    end: int
    edges: dict[str, Stream]
