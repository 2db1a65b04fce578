"""Comma-separated rows with the place of each: what consoles export and spreadsheets save again.

A cell in quotes may hold line ends, so only the beginning of a file tells whether a quote opens or closes. Where a
closing quote is missing, reading goes on at the next line that begins as a row does.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from analyzer import limits
from analyzer.containers import _insights, _spans, _table
from analyzer.containers._events import CUT, TOO_LONG, UNREADABLE
from analyzer.containers._fields import Columns
from analyzer.model import Events, Remarks, Source

_FIRST_LINE = re.compile(rb"\s{0,64}(?:sep=.\r?\n)?([^\r\n]{3,4000})(?:\r?\n|\Z)")
_LINES = 100_000  # of one row, at most
_TWICE = 64 << 20  # bytes that may be read again after damage, beside as many as were read at all


class Sheet(NamedTuple):
    """The header of a file: its columns, what stands between them, and where the rows begin."""

    cells: list[str]
    columns: _table.Header
    delimiter: str
    rows_at: int


def header(head: bytes) -> Sheet | None:
    """The header a head begins with, None if it begins with something else."""
    first = _FIRST_LINE.match(head)
    if first is None:
        return None
    line = first[1].decode("utf-8", "replace")
    for delimiter in ",;\t":
        cells = next(csv.reader([line], delimiter=delimiter), [])
        columns = _table.header(tuple(cells))
        if columns and (len(columns.names) > 1 or columns.of_insights):
            behind = head[first.end() : first.end() + 8_000]
            if columns.of_insights or not behind.strip() or re.search(_table.TIME, behind):
                return Sheet(cells, columns, delimiter, first.end())
    return None


class _Lines:
    """The lines of a source for the csv module, with their places; a row may not take more than its bounds."""

    def __init__(self, source: Source, position: int) -> None:
        self._source, self.position = source, position
        self._lines = deque[bytes]()
        self._rest = b""
        self.row: list[bytes] = []  # the lines of the row that is being read
        self.offset = position  # where that row begins
        self.size = 0
        self.starved = self.over = False

    def __iter__(self) -> Iterator[str]:
        return self

    def begin(self) -> None:
        """Begin a row."""
        self.offset += self.size
        self.row, self.size = [], 0
        self.starved = self.over = False

    def back(self, kept: int) -> int:
        """Give back all but the first lines of the row; how many bytes these are."""
        given = self.row[kept:]
        self._lines.extendleft(reversed(given))
        del self.row[kept:]
        size = sum(map(len, given))
        self.size -= size
        return size

    def __next__(self) -> str:
        while not self._lines:
            data = self._source.read(self.position, limits.CHUNK_BYTES)
            self.position += len(data)
            lines = (self._rest + data).split(b"\n")
            self._rest = lines.pop()
            self._lines.extend(line + b"\n" for line in lines)
            if (not data or len(self._rest) > limits.GAP_BYTES) and self._rest:
                self._lines.append(self._rest)
                self._rest = b""
            if not data and not self._lines:
                self.starved = True
                raise StopIteration
        if self.size > limits.GAP_BYTES or len(self.row) >= _LINES:
            self.starved = self.over = True
            raise StopIteration
        line = self._lines.popleft()
        self.row.append(line)
        self.size += len(line)
        return line.decode("utf-8", "replace")


def read(source: Source, remarks: Remarks) -> Iterator[Events]:
    """The events of all rows."""
    sheet = header(source.read(0, limits.SNIFF_BYTES).removeprefix(b"\xef\xbb\xbf"))
    if sheet is None:
        return
    begins_with_mark = source.read(0, 3) == b"\xef\xbb\xbf"
    csv.field_size_limit(max(csv.field_size_limit(), 2 * limits.GAP_BYTES))
    reader = _Reader(sheet, _Lines(source, sheet.rows_at + 3 * begins_with_mark), remarks)
    yielded = 0
    while reader.row():
        if reader.lines.offset - yielded > limits.CHUNK_BYTES:
            yielded = reader.lines.offset
            yield reader.events.batch()
    yield reader.events.batch()
    if sheet.columns.of_insights and reader.events.count in _insights.LIMITS:
        _insights.limited(1, remarks)


class _Reader:
    """Reads rows, and finds the next one after damage."""

    def __init__(self, sheet: Sheet, lines: _Lines, remarks: Remarks) -> None:
        self.header, self.columns, self.delimiter = sheet.cells, sheet.columns, sheet.delimiter
        self.lines, self.remarks = lines, remarks
        self.events = Columns(remarks)
        self.begins = _row_begin(sheet)
        self._csv = csv.reader(lines, delimiter=sheet.delimiter)
        self._again = 0

    def row(self) -> bool:
        """Add the event of the next row, if it is one; false at the end of the input."""
        lines = self.lines
        lines.begin()
        try:
            cells = next(self._csv)
        except StopIteration:
            return False
        except csv.Error:
            self._damaged()
            return True
        if lines.starved or self._two_in_one():
            self._damaged()
            return True
        if not any(cells):
            return True
        if len(cells) > len(self.columns.names) and self.columns.message == len(self.columns.names) - 1:
            cells[self.columns.message :] = [self.delimiter.join(cells[self.columns.message :])]
        if lines.row[-1].endswith(b"\r\n"):
            cells = [cell.replace("\r\n", "\n") for cell in cells]
        whole = lines.row[-1].endswith(b"\n")
        if cells == self.header or (cells[0][:1] == "\ufeff" and cells[1:] == self.header[1:]):
            return True  # where two exports were joined
        time = cells[self.columns.time] if 0 <= self.columns.time < len(cells) else ""
        cut = not whole and (
            len(cells) < len(self.columns.names)
            or (self.columns.time >= 0 and not re.fullmatch(_table.TIME, time.strip().encode()))
        )
        if cut or not _table.add(self.events, self.columns, cells, (lines.offset, lines.offset + lines.size)):
            self._set_aside(UNREADABLE if whole else CUT)
        return True

    def _two_in_one(self) -> bool:
        """Whether a line inside the row begins as a row does, and the quotes do not say that it is none."""
        row, begins = self.lines.row, self.begins
        if len(row) == 1 or begins is None or not any(map(begins.match, row[1:])):
            return False
        text = [line.decode("utf-8", "replace") for line in row]
        try:
            next(csv.reader(text, delimiter=self.delimiter, strict=True))
        except csv.Error:
            return True
        return False

    def _damaged(self) -> None:
        """Set a row aside, up to the next line that begins one."""
        lines = self.lines
        at_the_end = lines.starved and not lines.over
        following = None
        if self.begins and self._again < _TWICE + lines.offset:
            following = next((k for k, line in enumerate(lines.row) if k and self.begins.match(line)), None)
        if following:
            self._again += lines.back(following)
            self._set_aside(UNREADABLE)
        else:
            self._set_aside(CUT if at_the_end else TOO_LONG if lines.over else UNREADABLE)

    def _set_aside(self, reason: str) -> None:
        lines = self.lines
        text = b"".join(lines.row[:50])[:800].decode("utf-8", "replace")
        self.remarks.set_aside(reason, lines.offset, lines.offset + lines.size, text)
        if reason == CUT:
            self.remarks.truncated = True
            self.remarks.notes.add(_spans.CUT_NOTE)


def _row_begin(sheet: Sheet) -> re.Pattern[bytes] | None:
    """What a line that begins a row begins with: plain cells and a time; None where the message comes before these."""
    columns, delimiter = sheet.columns, re.escape(sheet.delimiter).encode()
    if not 0 <= columns.time < min(columns.message, 4):
        return None
    plain = rb'(?:"?[^"\r\n%s]{0,512}"?%s){%d}' % (delimiter, delimiter, columns.time)
    return re.compile(plain + rb'"?' + _table.TIME + rb'"?' + delimiter)
