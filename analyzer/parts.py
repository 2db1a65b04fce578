"""What a summary knows of its inputs and streams, and the parts of inputs that were read, with their open edges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from analyzer.segments import Stream


@dataclass(slots=True)
class Input:
    """What is known of one input. `events` counts all log events, `odd` those set aside while reading, by reason."""

    name: str
    size: int
    container: str = ""
    log_group: str = ""
    events: int = 0
    truncated: bool = False
    notes: set[str] = field(default_factory=set)
    odd: dict[str, int] = field(default_factory=dict)

    def merge(self, other: Input) -> None:
        """Add what another part said of the same input."""
        self.size = max(self.size, other.size)
        self.container = self.container or other.container
        self.log_group = self.log_group or other.log_group
        self.events += other.events
        self.truncated = self.truncated or other.truncated
        self.notes |= other.notes
        for reason, count in other.odd.items():
            self.odd[reason] = self.odd.get(reason, 0) + count

    def to_json(self) -> list[Any]:
        """As plain lists, canonical."""
        odd = sorted(self.odd.items())
        return [
            self.name,
            self.size,
            self.container,
            self.log_group,
            self.events,
            self.truncated,
            sorted(self.notes),
            odd,
        ]

    @classmethod
    def from_json(cls, data: list[Any]) -> Input:
        """The input that `to_json` wrote."""
        name, size, container, log_group, events, truncated, notes, odd = data
        return cls(name, size, container, log_group, events, truncated, set(notes), dict(odd))


@dataclass(slots=True)
class StreamInfo:
    """One log stream. `key` is its name, or stands for the whole input where the container names none (`named` false).

    `source` is the function if the stream's or group's name tells it, else the input's name; `runtime` and `function`
    are what the platform's init lines say.
    """

    key: str
    named: bool
    source: str
    runtime: str = ""
    function: str = ""

    @property
    def name(self) -> str:
        """The log stream's name, "" where the container names none."""
        return self.key if self.named else ""


@dataclass(slots=True)
class Part:
    """A byte range of an input that was read, and its edges by stream key."""

    input: str
    start: int
    end: int
    edges: dict[str, Stream]
