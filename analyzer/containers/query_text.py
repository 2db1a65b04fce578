r"""Columns somebody chose of log events, as the AWS CLI prints them with `--query … --output text`.

    START RequestId: 79b5… Version: $LATEST\n       --query 'events[*].message': one row, a TAB between the messages;
    \tEND RequestId: 79b5…\n                        since each ends with a line end, all but the first begin with a TAB
    1791444627768\tSTART RequestId: 79b5…\n\n       --query 'events[*].[timestamp,message]': a row for each event
    START RequestId: 79b5…\n\t1791444627768\n       --query 'events[*].[message,timestamp]'

Editors and terminals turn the TAB in front of a message into eight blanks. Lines that begin with a TAB and go on with a
stack trace belong to the message before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer import limits
from analyzer.containers import _columns, _csv, _spans
from analyzer.model import Container, Events, Remarks, Source
from analyzer.values import milliseconds

_PLATFORM = (
    rb"(?:(?:START|END|REPORT) RequestId: |(?:INIT|RESTORE)_(?:START|REPORT) |RequestId: \S{1,64} |"
    rb"(?:EXTENSION|TELEMETRY)\t)"
)
_PLATFORM_LINE = re.compile(rb"(?m)^(?:\xef\xbb\xbf)?([\t ]{0,16})(?=%s)" % _PLATFORM)
_INDENTED_TRACE = re.compile(rb"(?m)^(\t| {8})Traceback \(most recent call last\):\r?\n\1[\t ]")
_TRACE = rb"(?:at |\.\.\. \d|from /|/|[\t \r\n\]}])"
_BEGINS = {
    b"\t": re.compile(rb"(?m)^\t(?!%s)|^(?=%s)|(?<=\})\t(?=\{\")|\t(?=(?:START|END|REPORT) RequestId: )"
                      % (_TRACE, _PLATFORM)),
    b" " * 8: re.compile(rb"(?m)^ {8}(?!%s)|^(?=%s)" % (_TRACE, _PLATFORM)),
}  # fmt: skip
_STAMP = re.compile(
    r'(?:\[[A-Z]{4,8}\]\t|\{"(?:time|timestamp)": ?")?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:?\d\d))'
)


def _lead(head: bytes) -> bytes | None:
    """What stands in front of every message but the first: a TAB or eight blanks, None where it is neither."""
    before = [m[1] for m in _PLATFORM_LINE.finditer(head)]
    lead = next((lead for lead in _BEGINS if 2 * before.count(lead) >= len(before) > 0), None)
    return None if lead is None or _INDENTED_TRACE.search(head) else lead


def sniff(head: bytes) -> bool:
    """Rows with a time, a stream or an id beside the message, or platform lines half of which begin with one TAB."""
    rows = _columns.layout(head)
    return _lead(head) is not None and not _csv.header(head) if rows is None else not rows.of_the_api


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events that begin in `[start, end)`."""
    head = source.read(0, limits.SNIFF_BYTES)
    rows = _columns.layout(head)
    if rows is not None:
        yield from _columns.read(rows, source, start, end, remarks)
        return
    lead = _lead(head) or b"\t"
    for found in _spans.spans(source, start, end, _BEGINS[lead], remarks):
        batch = _spans.Rows()
        for span in found:
            text = _columns.without_token(span, remarks)
            if not text.strip() and span.offset <= 3:
                continue
            message = text.removeprefix(lead).decode("utf-8", "replace").replace("\r\n", "\n")
            stamp = _STAMP.match(message)
            batch.add(milliseconds(stamp[1]) if stamp else None, None, message, span.offset, span.offset + len(text))
        yield batch.events()


FORMAT = Container(
    id="query-text",
    title="AWS CLI, columns of events (--query 'events[*].message' --output text)",
    link="https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-filter.html",
    samples=(
        (
            b"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"
            b"\t[ERROR] KeyError: 'Records'\nTraceback (most recent call last):\n"
            b'  File "/var/task/app.py", line 3, in handler\n'
            b"\tEND RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
            b"\tREPORT RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\tDuration: 3.59 ms\tBilled Duration: 4 ms\t"
            b"Memory Size: 128 MB\tMax Memory Used: 45 MB\t\n\n"
        ),
        (
            b"        START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"
            b"        2026-10-08T07:30:28.235Z 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Task timed out after 3.00 seconds\n"
            b"\n        END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
        ),
        (
            b"1791444627768\tSTART RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n\n"
            b"1791444627790\tEND RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n\n"
        ),
        (
            b"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n\t1791444627768\n"
            b"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n\t1791444627790\n"
        ),
    ),
    sniff=sniff,
    read=read,
)
