r"""Columns somebody chose of log events, as the AWS CLI prints them with `--query … --output text`.

    START RequestId: 79b5… Version: $LATEST\n       --query 'events[*].message': one row, a TAB between the messages;
    \tEND RequestId: 79b5…\n                        since each ends with a line end, all but the first begin with a TAB
    {"level":"INFO",…}\t{"level":"INFO",…}\n        but for messages without one, as JSON may be
    1791444627768\tSTART RequestId: 79b5…\n\n       --query 'events[*].[timestamp,message]': a row for each event
    START RequestId: 79b5…\n\t1791444627768\n       --query 'events[*].[message,timestamp]'

Editors and terminals turn the TAB in front of a message into eight blanks. Lines that begin with a TAB and go on with a
stack trace belong to the message before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer import limits
from analyzer.containers import _columns, _csv, _spans, json_lines
from analyzer.containers._leads import PLATFORM, lead
from analyzer.model import Container, Events, Remarks, Source
from analyzer.values import milliseconds

_TRACE = rb"(?:at |\.\.\. \d|from /|/|[\t \r\n\]}])"
_WHOLE = (rb"Version: \$LATEST", *(rb"Version: \d{%d}" % n for n in range(1, 5)), rb"-[0-9a-f]{12}", rb"[A-Za-z]\t")
_BEHIND = b"|".join(rb"(?<=%s%s)" % (whole, end) for whole in _WHOLE for end in (b"\n", b"\r\n"))
r"""Behind START, END and REPORT nothing continues; the last one ends with a word and a TAB."""
_BEGINS = {
    b"\t": re.compile(
        rb"(?m)^(?=\t)(?:(?!\t%s)|%s)|^(?=%s)|(?<=\})\t(?=\{\x22)|\t(?=(?:START|END|REPORT) RequestId: )"
        % (_TRACE, _BEHIND, PLATFORM)
    ),
    b" " * 8: re.compile(rb"(?m)^(?= {8})(?:(?! {8}%s)|%s)|^(?=%s)" % (_TRACE, _BEHIND, PLATFORM)),
}
_STAMP = re.compile(
    r"(?:\[[A-Z]{4,8}\]\t)?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:?\d\d))|"
    r'\{"(?:time|timestamp)": ?"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d))"'
)


def sniff(head: bytes) -> bool:
    """Rows with a time, a stream or an id beside the message, or log lines half of which begin with one TAB."""
    rows = _columns.layout(head)
    if rows is not None:
        return not rows.of_the_api
    return lead(head) is not None and not _csv.header(head) and json_lines.may_be_log(head)


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events that begin in `[start, end)`."""
    head = source.read(0, limits.SNIFF_BYTES)
    rows = _columns.layout(head)
    if rows is not None:
        yield from _columns.read(rows, source, start, end, remarks)
        return
    front = lead(head) or b"\t"
    for found in _spans.spans(source, start, end, _BEGINS[front], remarks):
        batch = _spans.Rows()
        for span in found:
            text = _columns.without_token(span, remarks)
            if not text.strip() and span.offset <= 3:
                continue
            message = text.removeprefix(front).decode("utf-8", "replace").replace("\r\n", "\n")
            stamp = _STAMP.match(message)
            time = milliseconds(stamp[1] or stamp[2]) if stamp else None
            batch.add(time, None, message, span.offset, span.offset + len(text))
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
            b'{"time":"2026-07-09T06:05:45.500Z","type":"platform.start",'
            b'"record":{"requestId":"aec7a529-47f9-4090-be01-c9ed91bf83cf","version":"$LATEST"}}\t'
            b'{"timestamp":"2026-07-09T06:05:45Z","level":"INFO","message":"order read",'
            b'"requestId":"aec7a529-47f9-4090-be01-c9ed91bf83cf"}\n\t'
            b'{"timestamp":"2026-07-09T06:05:46Z","level":"INFO","message":"order sent",'
            b'"requestId":"aec7a529-47f9-4090-be01-c9ed91bf83cf"}\n'
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
