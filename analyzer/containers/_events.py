r"""JSON objects of log events, in any number of pages, cut anywhere: shared by the AWS CLI's containers.

Inside a JSON string a quote is always written `\"`, so an unescaped `{"timestamp":` (or another key of an event) can
only begin an event, from whatever byte one starts to look. Everything between two such places is one event and what
separates it from the next: a comma, or the end of a page and the beginning of another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import accumulate, pairwise, repeat
from operator import itemgetter
from typing import Any

from analyzer import limits
from analyzer.decoding import Decoder, loads
from analyzer.model import Events, Remarks, Source
from analyzer.values import milliseconds

_KEY = rb'\{\s{0,64}"(?:logStreamName|timestamp|message|ingestionTime|eventId)"\s{0,8}:'
EVENT = re.compile(_KEY, re.IGNORECASE)
_BETWEEN = re.compile(rb"(\}\s{0,64},\s{0,64})(?=" + _KEY + rb")", re.IGNORECASE)
_FIRST = re.compile(rb"\[\s{0,64}(?=" + _KEY + rb")", re.IGNORECASE)
_BEFORE = 256  # how far the text between two events can reach: `}`, blanks, `,`, blanks
_TOKEN = re.compile(r'"[nN]extToken"\s*:\s*"')

_PAGE = re.compile(r'"events"', re.IGNORECASE)
_DATE = re.compile(r"/Date\((\d{1,15})(?:[+-]\d{4})?\)/")
"""A time as Windows PowerShell writes it."""

CUT = "cut at the end of the file"
UNREADABLE = "not readable as an event"
TOO_LONG = "longer than an event can be"
CUT_NOTE = "The file ends before its JSON does. Export it again for the last minutes."

_DECODER = Decoder()


_Mark = tuple[int, int, bool]
"""Where an event begins, where what stands before it ends, and whether it is the first of a page."""
_IS_FIRST = itemgetter(2)


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events that begin in `[start, end)`. A file cut short yields what stands before the cut."""
    base = position = max(0, start - _BEFORE)  # file offsets of buffer[0] and of the next read
    buffer, held, searched = b"", list[_Mark](), base
    while True:
        data = source.read(position, limits.CHUNK_BYTES)
        position += len(data)
        buffer = buffer + data if buffer else data
        held += _marks(buffer, base, max(start, searched))
        searched = held[-1][0] + 1 if held else max(searched, position - _BEFORE)
        if held and held[-1][0] >= end:
            past = next(k for k, mark in enumerate(held) if mark[0] >= end)
            yield from _events(buffer, base, held[: past + 1], remarks)
            return
        if not data:
            break
        if len(held) > 1:
            yield from _events(buffer, base, held, remarks)
            del held[:-1]
        keep = held[0][0] if held and position - held[0][0] <= limits.GAP_BYTES else position - _BEFORE
        buffer, base = buffer[max(0, keep - base) :], max(keep, base)
        if not held and position > end and start > 0:
            return  # the first event beyond the range belongs to the next one, if there is one
    if held:
        yield from _events(buffer, base, [*held, (position, position, True)], remarks, last=True)
    elif start == 0 < end:
        _finish(buffer.decode("utf-8", "replace"), remarks)


def _marks(buffer: bytes, base: int, start: int) -> list[_Mark]:
    """The events that begin at `start` or behind it, in order."""
    at = max(0, start - base - _BEFORE)
    # event, separator, event, separator, …: cut and measured without a step of Python for each
    edges = list(accumulate(map(len, _BETWEEN.split(buffer[at:])), initial=base + at))
    found = list(zip(edges[2::2], [edge + 1 for edge in edges[1:-1:2]], repeat(False)))
    first = [(m.end() + base, m.start() + base, True) for m in _FIRST.finditer(buffer, at)]
    if first:
        found = sorted(found + first)
    return found if not found or found[0][0] >= start else [mark for mark in found if mark[0] >= start]


def _events(buffer: bytes, base: int, marks: list[_Mark], remarks: Remarks, last: bool = False) -> Iterator[Events]:
    """The events between consecutive marks; what stands between two ends of pages is decoded in one step."""
    begin = 0
    if any(map(_IS_FIRST, marks)):
        for k in range(1, len(marks)):
            if marks[k][2]:  # the event before this mark ends a page, or the input
                yield from _run(buffer, base, marks[begin:k], remarks)
                yield from _single(buffer, base, marks[k - 1], marks[k], remarks, last and k == len(marks) - 1)
                begin = k
    yield from _run(buffer, base, marks[begin:], remarks)


def _run(buffer: bytes, base: int, marks: list[_Mark], remarks: Remarks) -> Iterator[Events]:
    """Events separated by commas only; one by one if they do not decode together."""
    if len(marks) < 2:
        return
    begins, befores, _ = zip(*marks, strict=True)
    offsets, ends = begins[:-1], befores[1:]
    if offsets[0] >= base and ends[-1] - offsets[0] <= limits.GAP_BYTES:
        try:
            found = loads(b"[" + buffer[offsets[0] - base : ends[-1] - base] + b"]")
        except (ValueError, RecursionError):
            found = []
        columns = _columns(found) if len(found) == len(offsets) else None
        if columns is not None:
            times, streams, messages, ids = columns
            yield Events(times, streams, messages, offsets, ends, ids)
            return
    for mark, following in pairwise(marks):
        yield from _single(buffer, base, mark, following, remarks, False)


def _single(buffer: bytes, base: int, mark: _Mark, following: _Mark, remarks: Remarks, last: bool) -> Iterator[Events]:
    """One event, with whatever stands behind it; set aside if it cannot be read."""
    offset, end = mark[0], following[1]
    data = buffer[max(0, offset - base) : end - base]
    text = data.decode("utf-8", "replace")
    if offset < base or end - offset > limits.GAP_BYTES:
        remarks.set_aside(TOO_LONG, offset, end, text)
        return
    try:
        found, stop = _DECODER.value_at(data.decode("latin-1"))  # a character a byte: where it ends is exact
        if not data.isascii():
            found = loads(data[:stop].decode("utf-8", "replace"))
        columns = _columns([found])
    except (ValueError, RecursionError):
        remarks.set_aside(CUT if last else UNREADABLE, offset, end, text)
        remarks.truncated = remarks.truncated or last
        return
    if last:
        _finish(data[stop:].decode("utf-8", "replace"), remarks)
    if isinstance(found, dict) and any(key.lower() == "searchedcompletely" for key in found):
        return  # an entry of the list of streams of older services
    if columns is None or (not following[2] and data[stop:].strip()):
        remarks.set_aside(UNREADABLE, offset, end, text)
        return
    times, streams, messages, ids = columns
    yield Events(times, streams, messages, [offset], [offset + stop], ids)


def _finish(rest: str, remarks: Remarks) -> None:
    """What stands behind the last event: whether the file ends where its JSON does, and whether there was more."""
    rest = rest.strip()
    if not rest.endswith(("}", "]")):
        remarks.truncated = True
        remarks.notes.add(CUT_NOTE)
    elif _TOKEN.search(_PAGE.split(rest)[-1]):
        remarks.truncated = True
        remarks.notes.add("The last page has a nextToken: there are more events than this file holds.")


_Columns = tuple[list[int | None], list[str | None], list[str], list[str | None]]
"""Times, streams, messages and ids."""


def _columns(found: list[Any]) -> _Columns | None:
    """The columns of decoded events; None if one has no message."""
    try:
        messages = list(map(itemgetter("message"), found))
        times = list(map(itemgetter("timestamp"), found))
        named, numbered = found and "logStreamName" in found[0], found and "eventId" in found[0]
        if not (named and numbered) and not set().union(*found) <= _KEYS:
            return _odd_columns(found)
        streams = list(map(itemgetter("logStreamName"), found)) if named else [e.get("logStreamName") for e in found]
        ids = list(map(itemgetter("eventId"), found)) if numbered else [e.get("eventId") for e in found]
    except (KeyError, TypeError, AttributeError):
        return _odd_columns(found)
    typed = set(map(type, messages)) <= {str} and set(map(type, times)) <= {int} and set(map(type, streams)) <= _NAMES
    typed = typed and set(map(type, ids)) <= _NAMES
    if typed and (not times or (min(times) >= 0 and max(times) < _LATEST)):
        return times, streams, messages, ids if any(ids) else []
    return _odd_columns(found)


_NAMES = {str, type(None)}
_KEYS = {"logStreamName", "timestamp", "message", "ingestionTime", "eventId"}
_LATEST = 10**15  # ms, in thirty thousand years: a larger number is no time


def _odd_columns(found: list[Any]) -> _Columns | None:
    """The same for keys in other case, times as text and messages that were decoded already."""
    times: list[int | None] = []
    streams: list[str | None] = []
    messages: list[str] = []
    ids: list[str | None] = []
    for event in found:
        if not isinstance(event, dict):
            return None
        lower = {k.lower(): v for k, v in sorted(event.items(), key=lambda member: member[0] in _KEYS)}
        message = written(lower.get("message"))
        if message is None:
            return None
        stream, event_id = lower.get("logstreamname"), lower.get("eventid")
        messages.append(message)
        streams.append(stream if isinstance(stream, str) else None)
        times.append(moment(lower.get("timestamp")))
        ids.append(event_id if isinstance(event_id, str) else None)
    return times, streams, messages, ids if any(ids) else []


def written(value: Any) -> str | None:
    """A message as text: one that was decoded already is written anew, without blanks. None where there is none."""
    if isinstance(value, str) or value is None:
        return value
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return None


def moment(value: Any) -> int | None:
    """Milliseconds since the epoch of a number, of digits, or of a date as a tool writes it; None otherwise."""
    if isinstance(value, dict):  # PowerShell writes {"value": "/Date(1791444627768)/", "DateTime": "…"}
        value = value.get("value")
    if isinstance(value, str):
        if value.isascii() and value.isdigit() and len(value) < 16:
            value = int(value)
        elif date := _DATE.fullmatch(value):
            value = int(date[1])
        else:
            return milliseconds(value)
    if isinstance(value, float) and value == value and abs(value) < 1e15:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LATEST else None


def beginning(head: bytes) -> bytes:
    """A head without byte order mark and leading blanks."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()
