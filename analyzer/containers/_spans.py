"""Text cut into spans, each from the beginning of one record to the beginning of the next, in constant memory.

A pattern tells where records begin; it looks at one line, and a little before it, so that a text can be cut anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from analyzer import limits
from analyzer.containers._events import TOO_LONG
from analyzer.model import Events, LogStream, Remarks, Source

CUT_NOTE = "The file ends in the middle of an event. Export it again for the last minutes."
MORE_NOTE = "The export names a next page (nextToken): there are more events than this file holds."
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_REACH = 4 << 10  # how many bytes the beginning of a record can take


class Span(NamedTuple):
    """A record and what stands behind it up to the next one; `last` where the input ends instead."""

    offset: int
    data: bytes
    last: bool


def spans(
    source: Source, start: int, end: int, begins: re.Pattern[bytes], remarks: Remarks, behind: bool = False
) -> Iterator[list[Span]]:
    """The spans that begin in `[start, end)`, a list for each chunk.

    `begins` matches where a record begins, or, with `behind`, what stands before a record. Whatever precedes the first
    record of the input is a span of its own.
    """
    base = position = max(0, start - _REACH)
    buffer, searched = b"", base
    marks, newest = list[int](), start - 1  # marks are only looked for behind the newest
    skipped: tuple[int, str] | None = None  # a record beyond all bounds, whose end is being looked for
    while True:
        data = source.read(position, limits.CHUNK_BYTES)
        if position == 0:  # a byte order mark is no part of the first line
            first = 3 if data.startswith(_BYTE_ORDER_MARK) else 0
            data = b"\n" * first + data[first:]
            if start <= first < end:
                marks, newest = [first], first
        position += len(data)
        buffer += data
        line = base + buffer.rfind(b"\n") + 1
        sure = max(line, position - _REACH)  # what begins here or later may turn out otherwise with the next bytes
        for match in begins.finditer(buffer, searched - base):
            at = base + (match.end() if behind else match.start())
            if data and at >= sure + behind:
                break
            if at > newest:
                marks.append(at)
                newest = at
        if skipped and marks:
            remarks.set_aside(TOO_LONG, skipped[0], marks[0], skipped[1])
            skipped = None
        past = next((k for k, mark in enumerate(marks) if mark >= end), None)
        if past is not None:
            yield _between(buffer, base, marks[: past + 1])
            return
        if not data:
            break
        yield _between(buffer, base, marks)
        del marks[:-1]
        if marks and position - marks[0] > limits.GAP_BYTES:
            skipped = marks[0], buffer[marks[0] - base :][:800].decode("utf-8", "replace")
            marks.clear()
        searched = max(searched, min(line, position - 1), position - _REACH)
        if not marks and not skipped and searched > end:
            return
        keep = max(base, min(marks[0] if marks else position, searched - _REACH))
        buffer, base = buffer[keep - base :], keep
    if skipped:
        remarks.set_aside(TOO_LONG, skipped[0], position, skipped[1])
    yield _between(buffer, base, marks)
    if marks and marks[-1] < position:
        yield [Span(marks[-1], buffer[marks[-1] - base :], True)]


def _between(buffer: bytes, base: int, marks: list[int]) -> list[Span]:
    return [Span(a, buffer[a - base : b - base], False) for a, b in pairwise(marks)]


class Rows:
    """The columns of a batch of events while they are found."""

    def __init__(self) -> None:
        """Begin an empty batch."""
        self.times: list[int | None] = []
        self.streams: list[str | LogStream | None] = []
        self.messages: list[str] = []
        self.offsets: list[int] = []
        self.ends: list[int] = []
        self.ids: list[str | None] = []

    def add(
        self,
        time: int | None,
        stream: str | LogStream | None,
        message: str,
        offset: int,
        end: int,
        id_: str | None = None,
    ) -> None:
        """Add an event."""
        self.times.append(time)
        self.streams.append(stream)
        self.messages.append(message)
        self.offsets.append(offset)
        self.ends.append(end)
        self.ids.append(id_)

    def events(self) -> Events:
        """The batch."""
        ids = self.ids if any(self.ids) else ()
        return Events(self.times, self.streams, self.messages, self.offsets, self.ends, ids)
