r"""The rows of a Logs Insights query as `aws logs get-query-results --output text` prints them.

CWLI\tComplete\n
RESULTS\t@timestamp\t2026-10-08 07:30:27.768\n      a line for each field, a row ends with its @ptr;
RESULTS\t@message\tSTART RequestId: …\n\n           a message has a line end of its own
RESULTS\t@ptr\tCmEKJgoi…\n
STATISTICS\t10240.0\t2.0\t123.0\n
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.containers import _events, _insights, _order, _spans, _table
from analyzer.containers._fields import Columns
from analyzer.model import Container, Events, Remarks, Source

_FIELD = re.compile(r"(?m)^RESULTS\t([^\t\r\n]{1,256})\t")
_MESSAGE = re.compile(rb"(?m)^RESULTS\t@message\t")
_ROW_ENDS = re.compile(rb"(?m)^RESULTS\t@ptr\t[^\s]{0,4096}\r?\n")
_STATUS = re.compile(
    r"(?:[\w/+=-]{1,4000}\t){0,3}(Scheduled|Running|Failed|Cancelled|Timeout|Unknown|Complete)(?:\t\S{0,99}){0,3}"
)
_STATISTICS = re.compile(r"STATISTICS(?:\t[\d.]{1,20}){0,4}\t(\d{1,15}(?:\.\d{1,9})?)\t[\d.]{1,20}")  # matched, scanned
_HEAD = re.compile(rb"\s{0,64}(?:[^\n]{0,400}\n){0,3}(?:\xef\xbb\xbf)?RESULTS\t")


def sniff(head: bytes) -> bool:
    """Fields of results, a message among them."""
    return bool(_HEAD.match(head) and _MESSAGE.search(head))


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events of all rows, in the order of time."""
    yield from _order.in_time_order(_rows(source, start, end, remarks), remarks)


def _rows(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    reader = _Reader(remarks)
    for found in _spans.spans(source, start, end, _ROW_ENDS, remarks, behind=True):
        for span in found:
            reader.add(span)
        yield reader.events.batch()
    if reader.matched > reader.events.count:
        _insights.limited(reader.matched - reader.events.count, remarks)


class _Reader:
    """Reads rows, and what stands before and behind them."""

    def __init__(self, remarks: Remarks) -> None:
        self.remarks, self.events = remarks, Columns(remarks)
        self.matched = 0

    def add(self, span: _spans.Span) -> None:
        """Add the event of a row."""
        text = span.data.decode("utf-8", "replace").replace("\r\n", "\n")
        fields = list(_FIELD.finditer(text))
        before = text[: fields[0].start()] if fields else text
        unknown = [line for line in before.split("\n") if line.strip() and not self._beside(line)]
        if not fields:
            if unknown:
                self._set_aside(span, text)
            return
        stops = [field.start() for field in fields[1:]] + [len(text)]
        names = tuple(field[1] for field in fields)
        values = [text[field.end() : stop].removesuffix("\n") for field, stop in zip(fields, stops, strict=True)]
        known = _table.header(names)
        offset = span.offset + span.data.find(b"RESULTS\t", max(0, len(before.encode()) - 1))
        place = offset, span.offset + len(span.data)
        if span.last or unknown or known is None or not _table.add(self.events, known, values, place):
            self._set_aside(span, text)

    def _set_aside(self, span: _spans.Span, text: str) -> None:
        """Count a row that is not closed by its @ptr, or has no message."""
        reason = _events.CUT if span.last else _events.UNREADABLE
        self.remarks.set_aside(reason, span.offset, span.offset + len(span.data), text[:800])
        if span.last:
            self.remarks.truncated = True
            self.remarks.notes.add(_spans.CUT_NOTE)

    def _beside(self, line: str) -> bool:
        """Whether a line is none of a row; it may say that rows are missing."""
        status, statistics = _STATUS.fullmatch(line), _STATISTICS.fullmatch(line)
        if status and status[1] != "Complete":
            self.remarks.truncated = True
            self.remarks.notice("partial query result")
            self.remarks.notes.add(f"The query was not complete, its status was {status[1]}. Run it again.")
        if statistics:
            self.matched += int(float(statistics[1]))
        return bool(status or statistics or line.strip() == "None")


FORMAT = Container(
    id="insights-text",
    title="CloudWatch Logs Insights: get-query-results --output text",
    link="https://docs.aws.amazon.com/cli/latest/reference/logs/get-query-results.html",
    samples=(
        (
            b"CWLI\tComplete\nRESULTS\t@timestamp\t2026-10-08 07:30:27.790\n"
            b"RESULTS\t@message\tEND RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n\n"
            b"RESULTS\t@log\t123456789012:/aws/lambda/orders\nRESULTS\t@ptr\tCmEKJgoi\n"
            b"RESULTS\t@timestamp\t2026-10-08 07:30:27.768\n"
            b"RESULTS\t@message\tSTART RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n\n"
            b"RESULTS\t@log\t123456789012:/aws/lambda/orders\nRESULTS\t@ptr\tCmEKJgoj\n"
            b"STATISTICS\t10240.0\t2.0\t123.0\n"
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
