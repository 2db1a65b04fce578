"""Rows of cells under a header: which cell is the message, which the time, and how they become an event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from analyzer.containers._fields import Columns

TIME = rb"(?:1\d{12}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:?\d\d)?)"
"""A time as a cell of an export holds it."""

_NAMES = {
    "message": ("@message", "message"),
    "time": ("@timestamp", "timestamp"),
    "stream": ("@logstream", "logstreamname", "logstream"),
    "group": ("@log", "loggroupname", "loggroup", "logname"),
    "id": ("eventid",),
}
_OTHER_NAMES = {
    "message": re.compile(r"(?:log|event|raw)message"),
    "time": re.compile(r"\w{0,20}timestamp(?:\(\w{1,12}\))?"),
}
_BESIDE_A_NAME = re.compile(r"[\s_\ufeff-]")


class Header(NamedTuple):
    """The position of each column that matters, -1 for one that is not there, and the names of all."""

    names: tuple[str, ...]
    message: int
    time: int
    stream: int
    group: int
    id: int

    @property
    def of_insights(self) -> bool:
        """Whether the columns are fields of Logs Insights, which begin with an @."""
        return any(name.startswith("@") for name in self.names)


@lru_cache(maxsize=16)
def header(cells: tuple[str, ...]) -> Header | None:
    """The header that some cells are, None where no column can be the message, or none the time."""
    names = tuple(_BESIDE_A_NAME.sub("", cell).lower() for cell in cells)
    if not names or max(map(len, names)) > 256:
        return None
    at = {role: next((names.index(known) for known in knowns if known in names), -1) for role, knowns in _NAMES.items()}
    for role, pattern in _OTHER_NAMES.items():
        if at[role] < 0:
            at[role] = next((k for k, name in enumerate(names) if pattern.fullmatch(name)), -1)
    found = Header(names, **at)
    if found.of_insights:
        named = found.message >= 0 and names[found.message] == "@message"
        return found if named and not any("@" in name[1:] for name in names) else None
    return found if found.message >= 0 and found.time >= 0 else None


def add(columns: Columns, known: Header, cells: Sequence[str], place: tuple[int, int]) -> bool:
    """Add the event of a row; false where the row has no message."""
    if len(cells) <= known.message:
        return False
    time, group, stream, id_ = (
        cells[at].strip() if 0 <= at < len(cells) else "" for at in (known.time, known.group, known.stream, known.id)
    )
    columns.add(time, group, stream, cells[known.message], place, id_)
    return True
