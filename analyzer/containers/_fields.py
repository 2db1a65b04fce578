"""What the fields of events mean, whatever shape they come in: times, groups, names of log streams, messages."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from analyzer.containers._events import moment
from analyzer.model import Events, LogStream, Remarks

STREAM = re.compile(r"\d{4}/\d\d/\d\d/[A-Za-z0-9_-]{0,64}\[(?:\$LATEST(?:\.PUBLISHED)?|\d{1,10})\][0-9a-f]{32}")
"""The name of a log stream of Lambda's."""
EVENT_ID = re.compile(r"\d{50,60}")
OF_LOG_LINES = frozenset(
    {"level", "log_level", "severity", "levelname", "lvl", "@l", "_aws", "errortype", "errormessage"}
)
"""Keys, in lower case, of a log line that is an object itself; an event of CloudWatch has none of them."""
_GROUP = re.compile(r"(?:arn:[a-z-]{1,20}:logs:[a-z0-9-]{0,30}:\d{12}:log-group:|\d{12}:)?([\w./#-]{1,512})(?::\*)?")


@lru_cache(maxsize=64)
def group_of(value: str) -> str:
    """The log group in `123456789012:/aws/lambda/orders`, or in an ARN; "" where there is none."""
    match = _GROUP.fullmatch(value)
    return match[1] if match else ""


def lowered(document: dict[str, Any]) -> dict[str, Any]:
    """A document with its keys in lower case, as PowerShell and AWS spell them alike."""
    return {key.lower(): value for key, value in document.items()}


class Columns:
    """Collects events one by one, and the log group of a file that names exactly one."""

    def __init__(self, remarks: Remarks) -> None:
        """Begin with none; `remarks` learns the group."""
        self._remarks, self._groups = remarks, set[str]()
        self._rows: list[tuple[int | None, str | LogStream | None, str, int, int, str | None]] = []
        self.count = 0

    def add(
        self, time: Any, group: Any, stream: Any, message: str, place: tuple[int, int], event_id: Any = None
    ) -> None:
        """Add an event, its time, group and stream as they are written."""
        name, of_group = stream if isinstance(stream, str) else "", group_of(group) if isinstance(group, str) else ""
        known = LogStream(of_group, name) if of_group else name or None
        is_id = isinstance(event_id, str) and EVENT_ID.fullmatch(event_id)
        self._rows.append((moment(time), known, message, *place, event_id if is_id else None))
        self.count += 1
        if of_group not in self._groups and len(self._groups) < 2:
            self._groups.add(of_group)
            self._remarks.log_group = of_group if len(self._groups) == 1 else ""

    def batch(self) -> Events:
        """What was added since the last batch."""
        if not self._rows:
            return Events((), (), (), (), ())
        times, streams, messages, offsets, ends, ids = zip(*self._rows, strict=True)
        self._rows = []
        return Events(times, streams, messages, offsets, ends, ids if any(ids) else ())
