"""Which column of rows that somebody chose with `--query` is the time, the log stream, the message.

The columns have no names, or any. Their first rows show what they hold.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from analyzer.containers._documents import items
from analyzer.containers._events import UNREADABLE, moment, written
from analyzer.containers._fields import EVENT_ID, STREAM, Columns
from analyzer.model import Events, Remarks, Source

_LOG_LINE = re.compile(
    r"\s{0,8}(?:(?:START|END|REPORT) RequestId: |INIT_|RESTORE_|EXTENSION\t|TELEMETRY\t|RequestId: |"
    r"\[(?:ERROR|WARNING|INFO|DEBUG|CRITICAL)\]|\d{4}-\d\d-\d\d[T ]\d\d:|\{\s{0,8}\")|[^\n]{0,2000}\n\s{0,8}\Z"
)
_MOST = 12  # columns


class Choice(NamedTuple):
    """The keys of the columns; None where there is no such column."""

    message: Hashable
    time: Hashable
    stream: Hashable = None
    group: Hashable = None
    id: Hashable = None


def mapping(row: Any) -> Mapping[Hashable, Any] | None:
    """A row as a mapping: an object by its keys, an array by its positions. None if it is no row of scalars."""
    if isinstance(row, list):
        row = dict(enumerate(row))
    if not isinstance(row, dict) or not 2 <= len(row) <= _MOST:
        return None
    return row


def choose(rows: Iterable[Any]) -> Choice | None:
    """The columns of some rows, None if they are no log: a time and a text that looks like a log line are needed."""
    known = [row for row in map(mapping, rows) if row is not None]
    columns: dict[Hashable, list[Any]] = {}
    for row in known:
        for key, value in row.items():
            columns.setdefault(key, []).append(value)
    if not known or len(columns) > _MOST:
        return None
    times = [k for k, column in columns.items() if all(map(_is_time, column))]
    texts = {k: c for k, c in columns.items() if k not in times and any(isinstance(v, str) for v in c)}
    if not times:
        return None
    time = min(times, key=lambda k: moment(columns[k][0]) or 0)  # an event is ingested after it happens
    event_id = _first(texts, lambda v: EVENT_ID.fullmatch(v) is not None)
    stream = _first(texts, lambda v: STREAM.fullmatch(v) is not None)
    group = _first(texts, lambda v: re.fullmatch(r"(?:\S{0,64}:)?/aws/lambda/\S{1,140}", v) is not None)
    taken = (event_id, stream, group)
    rest = {k: c for k, c in texts.items() if k not in taken}
    logs = {k: sum(map(_is_logged, c)) for k, c in rest.items()}
    message = max(logs, key=logs.__getitem__, default=None)
    if message is None or not logs[message]:
        return None
    if stream is None:
        others = {k: c for k, c in rest.items() if k != message}
        stream = _first(others, lambda v: re.fullmatch(r"[^\s:*]{1,512}", v) is not None)
    return Choice(message, time, stream, group, event_id)


def _first(columns: dict[Hashable, list[Any]], fits: Any) -> Hashable:
    """The first column of which every value fits, None if there is none."""
    return next((k for k, column in columns.items() if all(isinstance(v, str) and fits(v) for v in column)), None)


def _is_time(value: Any) -> bool:
    """Milliseconds of this century, or a date."""
    if isinstance(value, str):
        return len(value) < 40 and not value.isdigit() and moment(value) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 10**12 <= value < 10**13


def _is_logged(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, str) and _LOG_LINE.match(value) is not None)


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The events of rows, in order, by the columns that the first rows show."""
    columns = Columns(remarks)
    choice: Choice | None = None
    for found in items(source, remarks):
        choice = choice or choose(item.value for item in found[:50])
        for item in found:
            row = mapping(item.value)
            message = written(row.get(choice.message)) if choice and row else None
            if choice is None or row is None or message is None:
                remarks.set_aside(UNREADABLE, item.offset, item.end, str(item.value)[:200])
                continue
            columns.add(
                row.get(choice.time), row.get(choice.group), row.get(choice.stream), message,
                (item.offset, item.end), row.get(choice.id),
            )  # fmt: skip
        yield columns.batch()
