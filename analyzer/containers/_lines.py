r"""Text whose events begin at lines of their own, read from any byte: shared by the containers made of lines.

Where an event begins is decided by a line and by what stands shortly before it, never by what was read from the
beginning; so the parts of a text that is cut anywhere have exactly the events of the whole.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from analyzer import limits
from analyzer.containers._events import TOO_LONG
from analyzer.decoding import loads
from analyzer.model import Events, LogStream, Remarks, Source
from analyzer.values import milliseconds

COLOURS = rb"\x1b\[[0-9;]{0,16}[mK]"
NOISE = re.compile(COLOURS + rb"|\r(?=\n)")
"""What terminals and Windows put into a line that the log does not hold."""
WINDOW = 4 << 10  # what a rule may look back at
_LOOK_BACK = 64 << 10
_BOM = b"\xef\xbb\xbf"

Columns = tuple[Sequence[int | None], Sequence[str | LogStream | None], Sequence[str]]
"""Times, streams and messages."""
_NOTHING = re.compile(rb"[ \t\r\n]*")


class Shape(NamedTuple):
    r"""How the events of a format stand in lines.

    `begins` finds the `\n` behind which an event begins; where it captures a group, `joined(text, at)` has the last
    word: whether the line at `at` of the text continues the event before it. `noise` is taken out of the text before
    anything else sees it, never a line end. `make` gives the columns of the texts of events.
    """

    begins: re.Pattern[bytes]
    make: Callable[[list[bytes]], Columns]
    joined: Callable[[bytes, int], bool] = lambda _text, _at: False
    noise: re.Pattern[bytes] = NOISE


def read(source: Source, start: int, end: int, remarks: Remarks, shape: Shape) -> Iterator[Events]:
    """The events whose first line begins in `[start, end)`."""
    position = at = max(0, start - _LOOK_BACK)  # of the next read, and of the first byte of `rest`
    rest, tail = b"", b"\n"  # the line not complete yet; the clean text before it
    inside = position > 0  # the look-back began inside a line
    events = _Open(start, end, remarks, position == 0)
    while not events.finished:
        data, last = _chunk(source, position)
        position += len(data)
        rest += data
        cut = len(rest) if last else rest.rfind(b"\n") + 1
        block, block_at = rest[:cut], at
        rest, at = rest[cut:], at + cut
        if inside:
            skip = block.find(b"\n") + 1
            inside = not skip
            block, block_at = block[skip or len(block) :], block_at + (skip or len(block))
        elif block_at == 0 and block.startswith(_BOM):
            block, block_at = block[len(_BOM) :], len(_BOM)
        if len(block) > limits.GAP_BYTES and len(long := block.split(b"\n", 1)[0]) > limits.GAP_BYTES:
            events.skip(block_at, block[:200])
            block, block_at, tail = block[len(long) + 1 :], block_at + len(long) + 1, b"\n"
        if block:
            clean = _Clean(block, block_at, shape.noise)
            text = tail + clean.text
            starts = [
                m.end()
                for m in shape.begins.finditer(text, len(tail) - 1)
                if m.lastindex is None or not shape.joined(text, m.end())
            ]
            found = events.split(text, len(tail), starts, clean)
            tail = text[-WINDOW:]
        else:
            found = []
        if last:
            found += events.close()
        if found:
            yield _batch(found, shape.make, remarks)
        if last:
            return
        if len(rest) > limits.GAP_BYTES:
            if not inside:
                events.skip(at, rest[:200])
            inside = True
        if inside:
            rest, at, tail = b"", position, b"\n"


def _chunk(source: Source, position: int) -> tuple[bytes, bool]:
    """The next bytes, and whether they are the last, so that the last event is not a batch of its own."""
    data = source.read(position, limits.CHUNK_BYTES)
    while data and len(data) < limits.CHUNK_BYTES:
        more = source.read(position + len(data), limits.CHUNK_BYTES - len(data))
        if not more:
            return data, True
        data += more
    return data, not data


_Event = tuple[int, int, bytes]
"""Where an event begins and ends, and its text."""


class _Open:
    """Cuts texts into events, and keeps the last one open: its next line may come with the next text."""

    def __init__(self, start: int, end: int, remarks: Remarks, first: bool) -> None:
        """Keep events that begin in `[start, end)`; `first`: the first line is the first of the input."""
        self.finished = False
        self._start, self._end, self._remarks, self._first = start, end, remarks, first
        self._begin = self._stop = -1
        self._parts: list[bytes] = []
        self._size = 0

    def split(self, text: bytes, at: int, starts: list[int], clean: _Clean) -> list[_Event]:
        """The events that are complete with `text[at:]`; one begins at each of `starts`."""
        while starts and starts[-1] >= len(text):
            del starts[-1]
        if self._first and (known := _NOTHING.match(text, at)) and known.end() < len(text):
            first = text.rfind(b"\n", 0, known.end()) + 1  # whatever it is, it is not dropped
            starts, self._first = [first, *(s for s in starts if s > first)], False
        offsets = clean.offsets([s - at for s in starts])
        stop = clean.end
        low, high = bisect_left(offsets, self._start), bisect_left(offsets, self._end)
        self._add(text[at : starts[0] if starts else len(text)], offsets[0] if offsets else stop)
        if not starts:
            return []
        found = self.close()
        self.finished = high < len(starts)
        edges = starts[low : high + 1]
        if not self.finished:
            edges.append(len(text))
        ends = [*offsets, stop]
        found += [(offsets[k], ends[k + 1], text[a : b - 1]) for k, (a, b) in enumerate(pairwise(edges), low)]
        if low < high == len(starts):  # the last one may go on
            begin, _, _ = found.pop()
            self._begin = begin
            self._add(text[starts[-1] :], stop)
        return found

    def skip(self, at: int, text: bytes) -> None:
        """Set aside the line at a byte of the input: no log has a line as long."""
        self._first = False
        if self._start <= at < self._end:
            self._remarks.set_aside(TOO_LONG, at, at + limits.GAP_BYTES, text.decode("utf-8", "replace"))

    def _add(self, piece: bytes, stop: int) -> None:
        if self._begin < 0:
            return
        if self._size < limits.EVENT_BYTES + 2:  # a line end, and one byte that shows that there is more
            self._parts.append(piece[: limits.EVENT_BYTES + 2])
            self._size += len(piece)
        self._stop = stop

    def close(self) -> list[_Event]:
        """The open event, if there is one, complete."""
        if self._begin < 0:
            return []
        event = (self._begin, self._stop, b"".join(self._parts).removesuffix(b"\n"))
        self._begin, self._parts, self._size = -1, [], 0
        return [event]


class _Clean:
    """A text without noise, and where its bytes stood."""

    def __init__(self, block: bytes, at: int, noise: re.Pattern[bytes]) -> None:
        """Take the noise out of a block of whole lines that begins at byte `at`."""
        self.text, self.end, self._at = block, at + len(block), at
        self._places, self._removed = list[int](), [0]
        if noise is NOISE and b"\r" not in block and b"\x1b" not in block:
            return
        pieces, position, removed = list[bytes](), 0, 0
        for match in noise.finditer(block):
            first, last = match.span()
            if first == last:
                continue
            pieces.append(block[position:first])
            self._places.append(first - removed)
            position, removed = last, removed + last - first
            self._removed.append(removed)
        if pieces:
            self.text = b"".join((*pieces, block[position:]))

    def offsets(self, places: list[int]) -> list[int]:
        """Where lines that begin at places of the clean text begin in the input, what was in front of them included."""
        at, removed, known = self._at, self._removed, self._places
        if not known:
            return [at + place for place in places]
        return [at + place + removed[bisect_left(known, place)] for place in places]


def _batch(found: list[_Event], make: Callable[[list[bytes]], Columns], remarks: Remarks) -> Events:
    offsets, ends, texts = (list(column) for column in zip(*found, strict=True))
    if max(map(len, texts)) > limits.EVENT_BYTES:
        remarks.notice("limit reached", sum(len(text) > limits.EVENT_BYTES for text in texts))
        texts = [text[: limits.EVENT_BYTES] for text in texts]
    return Events(*make(texts), offsets, ends)


def utc(stamp: bytes) -> int | None:
    """The ms of a time in UTC like `2026-10-08T07:30:28.235`; a log has thousands of them in each minute."""
    minute, seconds = _minute(stamp[:16]), int(stamp[17:19])
    if minute is None or seconds > 59:
        return None
    return minute + 1000 * seconds + (int(stamp[20:23]) if stamp[19:20] == b"." else 0)


@lru_cache(1024)
def _minute(text: bytes) -> int | None:
    return milliseconds(f"{text.decode()}:00Z")


def compact(text: bytes) -> str:
    """The text of an event; JSON that was spread over lines is one line again, as the function wrote it."""
    if text[:1] in (b"{", b"[") and b"\n" in text:
        try:
            return json.dumps(loads(text), ensure_ascii=False, separators=(",", ":"))
        except (ValueError, RecursionError):
            pass
    return text.decode("utf-8", "replace").rstrip("\r")


def opening(head: bytes) -> bytes:
    """The beginning of an input as its lines were printed."""
    return NOISE.sub(b"", head.removeprefix(_BOM)).lstrip()


def among_first(pattern: re.Pattern[bytes], text: bytes) -> bool:
    """Whether one of the first lines matches; a prompt with the command may stand above them."""
    return any(pattern.match(line) for line in text[:16_384].split(b"\n", 6)[:6])


def line_at(text: bytes, at: int) -> bytes:
    """The beginning of the line at a place of a text."""
    line = text[at : at + 512]
    end = line.find(b"\n")
    return line if end < 0 else line[:end]


def line_before(text: bytes, at: int) -> bytes:
    """The last line before a place that is not blank; empty where there is none, or none of usual length."""
    window = text[max(0, at - WINDOW) : at].rstrip(b" \t\r\n")
    begin = window.rfind(b"\n")
    return window[begin + 1 :] if begin >= 0 else b""
