"""Events as the AWS CLI draws them with `--output table`.

    ||  eventId   |  ingestionTime |  logStreamName  |  message                                  |  timestamp     ||
    |+------------+----------------+-----------------+-------------------------------------------+----------------+|
    ||  3920…     |  1791444630000 |  2026/10/08/[…] |  START RequestId: 79b5… Version: $LATEST
                                                                                                 |  1791444627768 ||

The line ends of a message break its cell, so a row reaches from the columns before the message to those behind it. A
single event is drawn upright, a line for each of its values. Blanks at the end of a message cannot be told from those
that fill the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer import limits
from analyzer.containers import _events, _spans
from analyzer.containers._fields import Columns
from analyzer.model import Container, Events, Remarks, Source

_TITLE = re.compile(
    rb"\s{0,64}-{20,65536}\r?\n\|[\t ]{0,65536}(?:(?:Filter|Get)LogEvents|(?:filter|get)-log-events)[\t ]"
)
_TIME = rb"1\d{12}"
_ROW = re.compile(
    rb"\|{1,2} {0,2}(?:(\d{50,60}) {0,999}\| {1,2}%s {0,999}\| {1,2}([^|\r\n]{1,512}) {0,999}|(%s) {0,999})\| {0,2}"
    % (_TIME, _TIME)
)
_UPRIGHT = rb"\|{1,2} {2}(?:eventId|ingestionTime) {0,999}\| {2}\d{13,60} {0,9999}\|{1,2}\r?$"
_BEGINS = re.compile(rb"(?m)^(?:%s|%s)" % (_ROW.pattern, _UPRIGHT))
_ENDS = re.compile(rb"(?m)\| {1,2}(%s) {0,999}\|{1,2}\r?$" % _TIME)
_VALUE = re.compile(r"(?m)^\|{1,2} {2}(eventId|ingestionTime|logStreamName|message|timestamp) {0,999}\| {2}")
_DRAWN = re.compile(rb"\|{0,2}[-+|\r]")
_DATA = re.compile(rb"(?m)^\|{1,2} {1,2}\d{1,60}")
_TOKEN = re.compile(rb"(?m)^\| {2}[nN]extToken {0,999}\| {1,2}\S")


def sniff(head: bytes) -> bool:
    """A border and the name of the command below it, and a row, unless the table is too wide to see one."""
    return bool(_TITLE.match(head)) and (len(head) >= limits.SNIFF_BYTES or bool(_BEGINS.search(head)))


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events of all rows."""
    reader = _Reader(remarks)
    for found in _spans.spans(source, start, end, _BEGINS, remarks):
        for span in found:
            reader.add(span)
        yield reader.events.batch()


class _Reader:
    """Reads rows, and single events that are drawn upright."""

    def __init__(self, remarks: Remarks) -> None:
        self.remarks, self.events = remarks, Columns(remarks)
        self.values: dict[str, str] = {}  # of an upright event whose message is still to come

    def add(self, span: _spans.Span) -> None:
        """Add the event of a span."""
        if _TOKEN.search(span.data):
            self.remarks.truncated = True
            self.remarks.notes.add(_spans.MORE_NOTE)
        row = _ROW.match(span.data)
        if row:
            self._row(span, row)
        elif _BEGINS.match(span.data):
            self._upright(span)
        elif span.last or any(not _DRAWN.match(line) and line.strip() for line in span.data.split(b"\n")):
            self._set_aside(span)

    def _row(self, span: _spans.Span, row: re.Match[bytes]) -> None:
        ends = None
        for ends in _ENDS.finditer(span.data, row.end() - 3):  # noqa: B007 - the last one is wanted
            pass
        if ends:
            stop, end, time = ends.start(), ends.end(), ends[1]
        else:  # two columns, a time and a message
            end = stop = len(_without_borders(span.data))
            time = row[3]
            while stop > row.end() and span.data[stop - 1 : stop] == b"|":
                stop -= 1
        if stop == end or time is None:
            self._set_aside(span)
            return
        message = _text(span.data[row.end() : max(stop, row.end())])
        stream, id_ = (_text(row[2]).strip(), _text(row[1])) if row[1] else ("", "")
        self.events.add(_text(time), "", stream, message, (span.offset, span.offset + end), id_)
        if span.last and _DATA.search(span.data, end):
            self._set_aside(_spans.Span(span.offset + end, span.data[end:].lstrip(), True))

    def _upright(self, span: _spans.Span) -> None:
        text = span.data.decode("utf-8", "replace").replace("\r\n", "\n")
        found = list(_VALUE.finditer(text))
        stops = [*(match.start() for match in found[1:]), len(text)]
        for match, stop in zip(found, stops, strict=True):
            value = text[match.end() : stop]
            value = value.split("\n", 1)[0] if match[1] != "message" else value.rstrip(" \n")
            self.values[match[1]] = value.rstrip(" ").removesuffix("|").removesuffix("|").rstrip(" ")
        values = self.values
        if "message" in values and "timestamp" in values:
            place = span.offset, span.offset + len(span.data)
            stream, id_ = values.get("logStreamName", ""), values.get("eventId")
            self.events.add(values["timestamp"], "", stream, values["message"], place, id_)
            self.values = {}
        elif span.last:
            self._set_aside(span)

    def _set_aside(self, span: _spans.Span) -> None:
        reason = _events.CUT if span.last else _events.UNREADABLE
        text = span.data[:800].decode("utf-8", "replace")
        self.remarks.set_aside(reason, span.offset, span.offset + len(span.data), text)
        if span.last:
            self.remarks.truncated = True
            self.remarks.notes.add(_spans.CUT_NOTE)


def _without_borders(data: bytes) -> bytes:
    """A row without the lines drawn below it, and without what ends its line."""
    lines = data.rstrip().split(b"\n")
    while len(lines) > 1 and _DRAWN.match(lines[-1]):
        lines.pop()
    return b"\n".join(lines).rstrip()


def _text(cell: bytes) -> str:
    """The text of a cell without the blanks that fill it."""
    return cell.decode("utf-8", "replace").rstrip(" ").replace("\r\n", "\n")


FORMAT = Container(
    id="cli-table",
    title="AWS CLI, filter-log-events or get-log-events, --output table",
    link="https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-output-format.html#table-output",
    samples=(
        (
            b"--------------------------------------------------------------------------------------------------\n"
            b"|                                          GetLogEvents                                          |\n"
            b"+------------------------------------------------------------------------------------------------+\n"
            b"||                                            events                                            ||\n"
            b"|+---------------+---------------------------------------------------------------+---------------+|\n"
            b"|| ingestionTime |                            message                            |   timestamp   ||\n"
            b"|+---------------+---------------------------------------------------------------+---------------+|\n"
            b"||  1791444630000|  START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"
            b"|  1791444627768||\n"
            b"||  1791444630000|  END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
            b"            |  1791444627790||\n"
            b"|+---------------+---------------------------------------------------------------+---------------+|\n"
        ),
        (
            b"--------------------------------------------------------------------------\n"
            b"|                             FilterLogEvents                            |\n"
            b"+------------------------------------------------------------------------+\n"
            b"||                                events                                ||\n"
            b"|+---------------+------------------------------------------------------+|\n"
            b"||  eventId      |  39200000000000000000000000000000000000000000000000000003||\n"
            b"||  ingestionTime|  1791444629768                                       ||\n"
            b"||  logStreamName|  2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef||\n"
            b"||  message      |  END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
            b"  ||\n"
            b"||  timestamp    |  1791444627771                                       ||\n"
            b"|+---------------+------------------------------------------------------+|\n"
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
