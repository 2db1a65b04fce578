r"""Rows of `aws --output text`: columns with a TAB between them, one of which is a message with line ends of its own.

    EVENTS\t<event id>\t<ingestion time>\t<stream>\t<message>\n      the message ends with a line end of its own,
    \t<time>\n                                                       so what follows it stands on the next line
    1791444627768\t<message>\n\n                                     --query 'events[*].[timestamp,message]'

The head of a file shows which columns stand before and behind the message; all rows of a file are alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from analyzer.containers import _csv, _spans
from analyzer.containers._events import CUT, UNREADABLE
from analyzer.model import Events, Remarks, Source

_KINDS = {
    "time": rb"1\d{12}",
    "id": rb"\d{50,60}",
    "stream": rb"\d{4}/\d\d/\d\d/[^\t\r\n]{0,200}\][0-9a-f]{32}",
    "any stream": rb"[^\t\r\n]{1,512}",
}
_KNOWN = rb"(?:%s|%s|%s)" % (_KINDS["time"], _KINDS["id"], _KINDS["stream"])
_FIRST = re.compile(rb"\s{0,64}((?:%s\t){1,4})" % _KNOWN)
_WITH_ID = re.compile(rb"(?m)^()(%s\t(?:%s\t){0,3})" % (_KINDS["id"], _KNOWN))
_WITH_NAME = re.compile(rb"(?m)^(EVENTS\t)(%s\t%s\t|%s\t)" % (_KINDS["id"], _KINDS["time"], _KINDS["time"]))
_BEHIND = re.compile(rb"((?:\t%s){1,4})\r?\n" % _KNOWN)
_TRAILING = re.compile(rb"((?:\t%s){1,4})(?:\r?\n|\Z)" % _KNOWN)
_OTHERWISE = re.compile(  # JSON, a drawn table, YAML, fields of Logs Insights
    rb"\s{0,64}(?:[\[{|]|-{3}|- [A-Za-z]{1,40}:|(?:events|[nN]ext\w{0,20}|searchedLogStreams):)|"
    rb"(?:[^\n]{0,400}\n){0,3}RESULTS\t"
)
_PAGE = re.compile(r"(?:None|SEARCHEDLOGSTREAMS|[bf]/\d{1,80}(?:/\w{1,4})?)?(?:\t[^\n]{0,600})?")
_TOKEN = re.compile(r"NEXTTOKEN\t\S{1,4000}|(?![bf]/\d)[A-Za-z0-9+/=_.:-]{12,4000}")
_LINES_OF_AN_EVENT = 50  # at most, on average
_NEXT_PAGE = re.compile(rb"\nNEXTTOKEN\t\S{1,4000}\s*\Z")


class Layout(NamedTuple):
    """What stands around the message of every row, by kind: time, id, stream. `named` rows begin with EVENTS."""

    named: bool
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def of_the_api(self) -> bool:
        """Whether rows are whole events, as the API gives them, and not columns somebody chose."""
        return self.named or self in (_EVENTS_OF_GROUP, _EVENTS_OF_STREAM)


_EVENTS_OF_GROUP = Layout(False, ("id", "time", "any stream"), ("time",))
_EVENTS_OF_STREAM = Layout(False, ("time",), ("time",))


def layout(head: bytes) -> Layout | None:
    """The layout of the rows of a head, None if it holds no such rows."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    if _OTHERWISE.match(head) or _csv.header(head):
        return None
    named = _WITH_NAME.search(head)
    if named:
        return (_EVENTS_OF_GROUP if _kinds(named[2])[0] == "id" else _EVENTS_OF_STREAM)._replace(named=True)
    first = _FIRST.match(head)
    with_id = None if first else _WITH_ID.search(head)
    before = _kinds(first[1]) if first else _kinds(with_id[2]) if with_id else ()
    if before:
        after = _after(head, Layout(False, before, ()))
        if before in (("id", "time", "stream"), ("id", "time")) and after == ("time",):
            return _EVENTS_OF_GROUP  # whether its streams are named as Lambda names them or otherwise
        return Layout(False, before, after)
    behind = _BEHIND.findall(head)
    enough = behind and _LINES_OF_AN_EVENT * len(behind) > head.count(b"\n")
    return Layout(False, (), _kinds(behind[0].lstrip(b"\t"))) if enough else None


def _kinds(columns: bytes) -> tuple[str, ...]:
    return tuple(
        next(kind for kind, pattern in _KINDS.items() if re.fullmatch(pattern, column))
        for column in columns.removesuffix(b"\t").split(b"\t")
    )


def _after(head: bytes, rows: Layout) -> tuple[str, ...]:
    """The columns behind the message: those that all of the first rows of a head have."""
    begins = [m.start() for m in _pattern(rows).finditer(head)]
    ends = begins[1:] or [len(head)]
    found = set[tuple[str, ...]]()
    for begin, end in zip(begins[:5], ends[:5], strict=False):
        trailing = _last(_TRAILING, head, begin, end)
        found.add(_kinds(trailing[1].lstrip(b"\t")) if trailing else ())
    found = found or {()}
    return found.pop() if len(found) == 1 else ()


def _last(pattern: re.Pattern[bytes], data: bytes, begin: int, end: int) -> re.Match[bytes] | None:
    found = None
    for found in pattern.finditer(data, begin, end):  # noqa: B007 - the last one is wanted
        pass
    return found


def _pattern(rows: Layout) -> re.Pattern[bytes]:
    """What a row begins with, its columns in groups; where nothing stands before the message, what a row ends with."""
    if rows.before:
        columns = b"".join(b"(%s)\t" % _KINDS[kind] for kind in rows.before)
        return re.compile(rb"(?m)^" + (rb"EVENTS\t" if rows.named else b"") + columns)
    return re.compile(rb"%s\r?\n" % _columns_after(rows))


def _columns_after(rows: Layout) -> bytes:
    return b"".join(rb"\t(%s)" % _KINDS[kind] for kind in rows.after)


class _Reader:
    """Reads the rows of one layout."""

    def __init__(self, rows: Layout, remarks: Remarks) -> None:
        self.rows, self.remarks = rows, remarks
        self.begins = _pattern(rows)
        self.ends = re.compile(rb"%s(?:\r?\n|\Z)" % _columns_after(rows))

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        return self.rows.before + self.rows.after

    def add(self, span: _spans.Span, batch: _spans.Rows) -> None:
        """Add the row of a span to the batch."""
        begin = self.begins.match(span.data) if self.rows.before else None
        if self.rows.before and begin is None:
            self._pages(span, 0)
            return
        at = begin.end() if begin else 0
        stop = end = len(span.data)
        found = None
        if self.rows.after:
            found = _last(self.ends, span.data, max(0, at - 1), len(span.data))
            if found is None:
                self._unfinished(span)
                return
            stop, end = max(at, found.start()), found.end()
            self._pages(span, end)
        else:
            stop = end = len(without_token(span, self.remarks))
            stop -= 1 if not span.last and span.data[:stop].endswith(b"\n") else 0
        columns = (*(begin.groups() if begin else ()), *(found.groups() if found else ()))
        text = span.data[at:stop].decode("utf-8", "replace")
        if (span.data if span.last and not found else span.data[:end]).endswith(b"\r\n"):
            text = text.replace("\r\n", "\n").removesuffix("\r")
        values = dict(zip(self.kinds, columns, strict=True))
        times = [int(c) for kind, c in zip(self.kinds, columns, strict=True) if kind == "time"]
        stream = values.get("any stream") or values.get("stream")
        id_ = values.get("id")
        batch.add(
            min(times, default=None),  # of the two times an event has, it is ingested last
            stream.decode("utf-8", "replace") if stream else None,
            text,
            span.offset,
            span.offset + end,
            id_.decode() if id_ else None,
        )

    def _unfinished(self, span: _spans.Span) -> None:
        text = span.data[:800].decode("utf-8", "replace")
        if not self.rows.before and not text.strip():
            return
        if not self.rows.before and not self._unknown(span.data):
            self._pages(span, 0)
            return
        self._set_aside(span, 0, text)

    def _pages(self, span: _spans.Span, at: int) -> None:
        """What stands between rows: tokens and lists of streams; other lines belong to an event that was cut."""
        if any(_TOKEN.fullmatch(line) for line in _lines(span.data[at:])):
            _more(self.remarks)
        unknown = self._unknown(span.data[at:])
        if unknown:
            self._set_aside(span, at, "\n".join(unknown))

    def _set_aside(self, span: _spans.Span, at: int, text: str) -> None:
        reason = CUT if span.last else UNREADABLE
        self.remarks.set_aside(reason, span.offset + at, span.offset + len(span.data), text[:800])
        if span.last:
            self.remarks.truncated = True
            self.remarks.notes.add(_spans.CUT_NOTE)

    @staticmethod
    def _unknown(data: bytes) -> list[str]:
        return [line for line in _lines(data) if not _PAGE.fullmatch(line) and not _TOKEN.fullmatch(line)]


def _more(remarks: Remarks) -> None:
    remarks.truncated = True
    remarks.notes.add(_spans.MORE_NOTE)


def without_token(span: _spans.Span, remarks: Remarks) -> bytes:
    """A row; the last one without the line end that closes it and without the token of a next page."""
    if not span.last:
        return span.data
    token = _NEXT_PAGE.search(span.data, max(0, len(span.data) - 4_200))
    if token:
        _more(remarks)
        return span.data[: token.start()]
    return span.data.removesuffix(b"\n")


def _lines(data: bytes) -> list[str]:
    return [line.rstrip("\r") for line in data.decode("utf-8", "replace").split("\n") if line.strip()]


def read(rows: Layout, source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events of the rows that begin in `[start, end)`."""
    reader = _Reader(rows, remarks)
    for found in _spans.spans(source, start, end, reader.begins, remarks, behind=not rows.before):
        batch = _spans.Rows()
        for span in found:
            reader.add(span, batch)
        yield batch.events()
