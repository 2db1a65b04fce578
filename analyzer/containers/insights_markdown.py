r"""The table of a Logs Insights query, copied from the console as Markdown.

    | @timestamp | @message |
    | --- | --- |
    | 2026-10-08 07:30:27.768 | START RequestId: 57325a9d-… Version: $LATEST |

The console puts the query above the table, between `**CloudWatch Logs Insights**` and a rule, and a rule below it.

A `\|` is a bar of the message and `<br>` a line end; where line ends are left as they are, a row goes on until the next
line that begins with a bar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer import limits
from analyzer.containers import _events, _insights, _order, _spans, _table
from analyzer.containers._fields import Columns
from analyzer.model import Container, Events, Remarks, Source

_RULE = rb"^[\t ]{0,3}\|(?:[\t ]{0,8}:?-{1,400}:?[\t ]{0,8}\|){1,100}[\t ]{0,8}(?:\r?\n|\Z)"
_HEADER = re.compile(rb"(?m)^[\t ]{0,64}\|([^\r\n]{3,4000})\|[\t ]{0,8}\r?\n" + _RULE)
_UNDER_HEADER = re.compile(rb"(?m)" + _RULE)
_TITLE = rb"\*\*CloudWatch Logs Insights\*\*[\t ]{0,8}\r?$"
_TITLED = re.compile(rb"(?m)\s{0,64}" + _TITLE)
_CLOSING = re.compile(r"(?<=\|)\n-{3,8}[\t ]{0,8}\Z")
_NAMES_GROUP = re.compile(rb"(?m)^log-group-names: {0,8}([\w./#-]{1,512})[\t ]{0,8}\r?$")
_BAR = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_ROW = rb"[\t ]{0,3}\|"


def _header(head: bytes) -> tuple[_table.Header, int] | None:
    """The header of the table a head begins with, perhaps with the query above it, and where the rows begin."""
    found = _HEADER.search(head)
    if found and head[: found.start()].strip() and not _TITLED.match(head):
        return None
    columns = _table.header(tuple(found[1].decode("utf-8", "replace").split("|"))) if found else None
    return (columns, found.end()) if found and columns else None


def sniff(head: bytes) -> bool:
    """A table with a message and a time, or with fields of Logs Insights."""
    return _header(head) is not None


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events of all rows, in the order of time."""
    yield from _order.in_time_order(_rows(source, start, end, remarks), remarks)


def _rows(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    head = source.read(0, limits.SNIFF_BYTES)
    mark = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    known = _header(head[mark:])
    if known is None:
        return
    columns, rows_at = known
    group = _NAMES_GROUP.search(head, 0, mark + rows_at)
    # a row begins with a time where the first column is one, so that a line of a message may begin with a bar
    row = _ROW + (rb"[\t ]{0,8}" + _table.TIME if columns.time == 0 else b"")
    begins = re.compile(rb"(?m)^(?:" + row + rb"|" + _TITLE + rb")")
    events = Columns(remarks)
    for found in _spans.spans(source, start, end, begins, remarks):
        for span in found:
            above = mark + rows_at - span.offset
            if above > 0:
                if span.data[above:].strip():
                    _set_aside(span, above, not span.last, remarks)
            elif not _TITLED.match(span.data):
                _add(events, columns, span, remarks)
            elif not _UNDER_HEADER.search(span.data):  # not the head of another copy
                _set_aside(span, 0, True, remarks)
        if group and columns.group < 0:
            remarks.log_group = group[1].decode()
        yield events.batch()
    if columns.of_insights and events.count in _insights.LIMITS:
        _insights.limited(1, remarks)


def _add(events: Columns, columns: _table.Header, span: _spans.Span, remarks: Remarks) -> None:
    """Add the event of a row."""
    text = _CLOSING.sub("", span.data.decode("utf-8", "replace").replace("\r\n", "\n").strip(" \t\n")).rstrip(" \t")
    closed = len(text) > 1 and text.endswith("|") and not text.endswith("\\|")
    cells = _BAR.split(text[1 : -1 if closed else len(text)])
    if len(cells) > len(columns.names):  # bars of the message that were not escaped
        stop = columns.message + len(cells) - len(columns.names) + 1
        cells[columns.message : stop] = ["|".join(cells[columns.message : stop])]
    place = span.offset, span.offset + len(span.data)
    if (closed or not span.last) and _table.add(events, columns, list(map(_cell, cells)), place):
        return
    _set_aside(span, 0, closed or not span.last, remarks)


def _set_aside(span: _spans.Span, at: int, whole: bool, remarks: Remarks) -> None:
    """Set the rest of a span aside; where it is not whole, the file was cut."""
    text = span.data[at:].decode("utf-8", "replace").strip()[:800]
    end = span.offset + len(span.data)
    remarks.set_aside(_events.UNREADABLE if whole else _events.CUT, span.offset + at, end, text)
    if not whole:
        remarks.truncated = True
        remarks.notes.add(_spans.CUT_NOTE)


def _cell(cell: str) -> str:
    """A cell without the blank at each side of it, and without what Markdown needs."""
    return _BREAK.sub("\n", cell.removeprefix(" ").removesuffix(" ").replace("\\|", "|"))


FORMAT = Container(
    id="insights-markdown",
    title="CloudWatch Logs Insights: table of the console as Markdown",
    link="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData_RunSampleQuery.html",
    samples=(
        (
            b"| @timestamp | @message |\n| --- | --- |\n"
            b"| 2026-10-08 07:30:27.790 | END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 |\n"
            b"| 2026-10-08 07:30:27.768 | START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST<br>"
            b" |\n"
        ),
        (
            b"**CloudWatch Logs Insights**    \nregion: eu-west-1    \nlog-group-names: /aws/lambda/orders    \n"
            b"start-time: -3600s    \nend-time: 0s    \nquery-string:\n  ```\n  fields @timestamp, @message\n"
            b"| sort @timestamp desc\n| limit 20\n  ```\n---\n| @timestamp | @message |\n| --- | --- |\n"
            b"| 2026-10-08 07:30:27.790 | END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 |\n"
            b"| 2026-10-08 07:30:27.768 | START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST |\n"
            b"---\n"
        ),
        (
            b"|@message|@timestamp|@log|\n|:---|---:|---|\n"
            b"|END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
            b"|2026-10-08 07:30:27.790|123456789012:/aws/lambda/orders|\n"
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
