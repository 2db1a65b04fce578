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
from analyzer.model import Events, Remarks, Source

_KEY = rb'\{\s{0,64}"(?:logStreamName|timestamp|message|ingestionTime|eventId)"\s{0,8}:'
EVENT = re.compile(_KEY, re.IGNORECASE)
_BETWEEN = re.compile(rb"(\}\s{0,64},\s{0,64})(?=" + _KEY + rb")", re.IGNORECASE)
_FIRST = re.compile(rb"\[\s{0,64}(?=" + _KEY + rb")", re.IGNORECASE)
_BEFORE = 256  # how far the text between two events can reach: `}`, blanks, `,`, blanks
_TOKEN = re.compile(r'"[nN]extToken"\s*:\s*"')

CUT = "cut at the end of the file"
UNREADABLE = "not readable as an event"
TOO_LONG = "longer than an event can be"

_DECODER = json.JSONDecoder()


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
        if not held and position > end:
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
            found = json.loads(b"[" + buffer[offsets[0] - base : ends[-1] - base] + b"]")
        except (ValueError, RecursionError):
            found = []
        columns = _columns(found) if len(found) == len(offsets) else None
        if columns is not None:
            yield Events(*columns, offsets, ends)
            return
    for mark, following in pairwise(marks):
        yield from _single(buffer, base, mark, following, remarks, False)


def _single(buffer: bytes, base: int, mark: _Mark, following: _Mark, remarks: Remarks, last: bool) -> Iterator[Events]:
    """One event, with whatever stands behind it; set aside if it cannot be read."""
    offset, end = mark[0], following[1]
    text = buffer[max(0, offset - base) : end - base].decode("utf-8", "replace")
    if offset < base or end - offset > limits.GAP_BYTES:
        remarks.set_aside(TOO_LONG, offset, end, text)
        return
    try:
        found, stop = _DECODER.raw_decode(text)
        columns = _columns([found])
    except (ValueError, RecursionError):
        remarks.set_aside(CUT if last else UNREADABLE, offset, end, text)
        remarks.truncated = remarks.truncated or last
        return
    if last:
        _finish(text[stop:], remarks)
    if isinstance(found, dict) and "searchedCompletely" in found:  # the list of streams of older services
        return
    if columns is None or (not following[2] and text[stop:].strip()):
        remarks.set_aside(UNREADABLE, offset, end, text)
        return
    yield Events(*columns, [offset], [offset + len(text[:stop].encode("utf-8", "surrogatepass"))])


def _finish(rest: str, remarks: Remarks) -> None:
    """What stands behind the last event: whether the file ends where its JSON does, and whether there was more."""
    rest = rest.strip()
    if not rest.endswith(("}", "]")):
        remarks.truncated = True
        remarks.notes.add("The file ends before its JSON does. Export it again for the last minutes.")
    elif _TOKEN.search(rest.rsplit('"events"', 1)[-1]):
        remarks.truncated = True
        remarks.notes.add("The last page has a nextToken: there are more events than this file holds.")


def _columns(found: list[Any]) -> tuple[list[int | None], list[str | None], list[str]] | None:
    """Times, streams and messages of decoded events; None if one has no message."""
    try:
        messages = list(map(itemgetter("message"), found))
        times = list(map(itemgetter("timestamp"), found))
        named = found and "logStreamName" in found[0]
        streams = list(map(itemgetter("logStreamName"), found)) if named else [e.get("logStreamName") for e in found]
    except (KeyError, TypeError, AttributeError):
        return _odd_columns(found)
    typed = set(map(type, messages)) <= {str} and set(map(type, times)) <= {int} and set(map(type, streams)) <= _NAMES
    if typed and (not times or (min(times) >= 0 and max(times) < _LATEST)):
        return times, streams, messages
    return _odd_columns(found)


_NAMES = {str, type(None)}
_LATEST = 10**15  # ms, in thirty thousand years: a larger number is no time


def _odd_columns(found: list[Any]) -> tuple[list[int | None], list[str | None], list[str]] | None:
    """The same for keys in other case, times as text and messages that were decoded already."""
    times: list[int | None] = []
    streams: list[str | None] = []
    messages: list[str] = []
    for event in found:
        if not isinstance(event, dict):
            return None
        lower = {k.lower(): v for k, v in event.items()}
        message = lower.get("message")
        if message is None:
            return None
        stream = lower.get("logstreamname")
        messages.append(message if isinstance(message, str) else json.dumps(message))
        streams.append(stream if isinstance(stream, str) else None)
        times.append(_time(lower.get("timestamp")))
    return times, streams, messages


def _time(value: Any) -> int | None:
    """Milliseconds since the epoch from a number or a text of digits; None otherwise."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        value = int(value)
    if isinstance(value, float) and value == value and abs(value) < 1e15:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LATEST else None


def first_event(head: bytes) -> bytes | None:
    """The beginning of the first event of a head, None if there is none."""
    at = EVENT.search(head)
    return head[at.start() : at.start() + 65_536] if at else None


def beginning(head: bytes) -> bytes:
    """A head without byte order mark and leading blanks."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()


def only(event: bytes) -> bytes:
    """A head that begins with an event, cut where the next event or the end of the page follows."""
    following = _BETWEEN.search(event)
    return event[: following.start() + 1] if following else event
