r"""What holds for every input, however it came about.

    examine(b"\x00" + data)      raises ViolationError, or whatever the package must not raise

The first byte of an input says how the rest is wrapped and how it is read, so that one file is one case:

    bits 0-1   as it is, in gzip, in a ZIP archive, as UTF-16
    bit 2      with chunks and bounds so small that a small file passes many of them
"""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from time import process_time
from typing import Any, NamedTuple, NoReturn

from analyzer import LambdascopeError, Options, Reading, limits, registry, summarize
from analyzer.conclude import conclude
from analyzer.model import Container, LogStream, Remarks
from analyzer.report import Report
from analyzer.sources import UNKNOWN_SIZE, BytesSource
from analyzer.summary import Summary

PLAIN, GZIP, ZIP, UTF16, SMALL_BOUNDS = 0, 1, 2, 3, 4
NAME = "export.json"

SECONDS = 2.0
"""Of processor time for an input of `SECONDS_BYTES` at most; an ordinary one of that size takes a hundredth."""
SECONDS_BYTES = 64 << 10

_READ_AGAIN = 4  # a reader's look at the beginning, what it goes back for, and the reading itself
_READ_MORE = 16 << 10
_BACK_BYTES = limits.CHUNK_BYTES  # how far back a source that unpacks can go
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class ViolationError(AssertionError):
    """Something that holds for every input does not hold for this one."""


class Counted(BytesSource):
    """A buffer that counts what is read of it, and minds that nobody asks for what cannot be."""

    def __init__(self, data: bytes, name: str = NAME) -> None:
        """Nothing was read yet."""
        super().__init__(data, name)
        self.asked = self.given = self.furthest = self.back = 0

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`."""
        if offset < 0 or size < 0:
            raise ViolationError(f"a read of {size} bytes at {offset}")
        data = super().read(offset, size)
        self.asked += 1
        self.given += len(data)
        self.back = max(self.back, self.furthest - offset if data else 0)
        self.furthest = max(self.furthest, offset + len(data))
        return data

    def check(self, who: str) -> None:
        """No more was read than a small multiple of what there is."""
        chunks = self.size // min(limits.CHUNK_BYTES, 16 << 10) + 1
        if self.given > _READ_AGAIN * self.size + _READ_MORE:
            raise ViolationError(f"{who} reads {self.given} bytes of an input of {self.size}")
        files = self.size // 30  # an archive can begin a file as often as its header fits, and each is asked for
        if self.asked > 8 * chunks + files + 32:
            raise ViolationError(f"{who} reads {self.asked} times of an input of {self.size} bytes")


class Found(NamedTuple):
    """What a container says of an input, or of a part of it."""

    events: list[tuple[Any, ...]]
    odd: Counter[str]
    noticed: Counter[str]

    def __add__(self, other: Found) -> Found:  # type: ignore[override] # the parts of one input, not of one tuple
        """What two parts say together."""
        return Found(self.events + other.events, self.odd + other.odd, self.noticed + other.noticed)


@contextmanager
def small_bounds(small: bool = True) -> Iterator[None]:
    """Chunks of some hundred bytes, and events too long after some thousand."""
    before = limits.CHUNK_BYTES, limits.SORT_BYTES
    if small:
        limits.CHUNK_BYTES, limits.SORT_BYTES = 700, 8 << 10
    try:
        yield
    finally:
        limits.CHUNK_BYTES, limits.SORT_BYTES = before


def examine(entry: bytes) -> str:
    """Check everything of one case; the ids of the containers that claim it."""
    how, data = (entry[0], entry[1:]) if entry else (PLAIN, b"")
    with small_bounds(bool(how & SMALL_BOUNDS)):
        for _ in range(2):  # a slow one is timed again, for the machine may have been busy
            begin = process_time()
            reader = check_containers(data)
            check_pipeline(wrapped(data, how & 3))
            seconds = process_time() - begin
            if seconds <= SECONDS or len(data) > SECONDS_BYTES:
                return reader
    raise ViolationError(f"{seconds:.1f} s for {len(data)} bytes")


def wrapped(data: bytes, how: int) -> bytes:
    """A file as it may be sent: compressed, in an archive, in another encoding."""
    if how == GZIP:
        return gzip.compress(data, 1, mtime=0)
    if how == ZIP:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(zipfile.ZipInfo("logs/000000.log"), data)
            archive.writestr(zipfile.ZipInfo("logs/more.log"), data[len(data) // 2 :])
        return out.getvalue()
    if how == UTF16:
        return data.decode("utf-8", "replace").encode("utf-16")
    return data


# --- Containers ------------------------------------------------------------------------------------------------------


def check_containers(data: bytes) -> str:
    """Whoever claims the input reads it whole, in any parts. The ids: of two files in one there may be several."""
    claims = registry.claimants(data[: limits.SNIFF_BYTES])
    for container in claims:
        check_container(container, data)
    return ", ".join(c.id for c in claims)


def check_container(container: Container, data: bytes, law: bool = True) -> Found:
    """What is read is well formed and lies in the input, no byte is read too often, cuts and chunks change nothing."""
    whole = read(container, data, 0, len(data) if container.splittable else UNKNOWN_SIZE)
    if law and container.splittable:
        for cut in cuts(data):
            parts = read(container, data, 0, cut) + read(container, data, cut, len(data))
            if parts != whole:
                _differ(f"{container.id} cut at {cut}", whole, parts)
        with small_bounds():
            pieces = read(container, data, 0, len(data))
        if pieces != whole:
            _differ(f"{container.id} in small pieces", whole, pieces)
    return whole


def read(container: Container, data: bytes, start: int, end: int) -> Found:
    """The events of a range, each of them checked."""
    source, remarks = Counted(data), Remarks()
    events: list[tuple[Any, ...]] = []
    last, places = start, list[int]()
    for batch in container.read(source, start, end, remarks):
        rows = len(batch.times)
        if not rows == len(batch.streams) == len(batch.messages) == len(batch.offsets) == len(batch.ends):
            raise ViolationError(f"{container.id} yields columns of different lengths")
        ids = batch.ids or [None] * rows
        for event in zip(batch.times, batch.streams, batch.messages, batch.offsets, batch.ends, ids, strict=True):
            _check_event(container.id, event, last, end, len(data))
            last = event[4] if container.splittable else start  # others may sort, or read what was encoded
            places.append(event[3])
            events.append((*event[:5], event[5] or None))
    if len(set(places)) < len(places):
        raise ViolationError(f"{container.id} has several events at one place")
    for reason, offset, stop, text in remarks.examples:
        if not (0 <= offset <= stop <= len(data) and isinstance(text, str)):
            raise ViolationError(f"{container.id} sets aside what is not in the input: {reason} at {offset} to {stop}")
    if not container.splittable and source.back > _BACK_BYTES:
        raise ViolationError(f"{container.id} goes back by {source.back} bytes")
    source.check(container.id)
    return Found(events, Counter(remarks.odd), Counter(remarks.noticed))


def _check_event(who: str, event: tuple[Any, ...], last: int, end: int, size: int) -> None:
    """An event is what the vocabulary says it is."""
    time, stream, text, offset, stop, event_id = event
    if not (time is None or (type(time) is int and abs(time) < 1 << 62)):
        raise ViolationError(f"{who}: {time!r} is no time")
    names = stream if type(stream) is LogStream else (stream or "",)
    if not all(type(name) is str for name in names):
        raise ViolationError(f"{who}: {stream!r} is no stream")
    if type(text) is not str or not (event_id is None or type(event_id) is str):
        raise ViolationError(f"{who}: {text!r} is no message or {event_id!r} no id")
    if not (last <= offset < end and offset < stop <= size):
        raise ViolationError(f"{who}: an event at {offset} to {stop} behind one up to {last}; {size} bytes, to {end}")


def cuts(data: bytes) -> list[int]:
    """Two places to cut, the same for the same data; the second is beside a line end or a brace."""
    chance = random.Random(zlib.crc32(data))
    anywhere = chance.randrange(len(data) + 1)
    edges = [m.start() for m in re.finditer(rb'[\n{}\r"|]', data[:SECONDS_BYTES])] or [0]
    return [anywhere, min(len(data), chance.choice(edges) + chance.randrange(3))]


def _differ(what: str, whole: Found, parts: Found) -> NoReturn:
    for one, other in zip(whole.events, parts.events, strict=False):
        if one != other:
            raise ViolationError(f"{what}: {one!r} became {other!r}")
    more = (whole.events[len(parts.events) :] or parts.events[len(whole.events) :])[:1]
    before, after = (f"{len(f.events)} {dict(f.odd)} {dict(f.noticed)}" for f in (whole, parts))
    raise ViolationError(f"{what}: {before} became {after}; {more!r}")


# --- The whole -------------------------------------------------------------------------------------------------------


def check_pipeline(data: bytes, law: bool = True) -> None:
    """A report in every format, or a sentence that says why not; events are accounted for; the law of the summary."""
    source = Counted(data)
    reading = Reading([source], Options(invocations=len(data) % 2 == 0))
    try:
        for _ in reading:
            pass
        report = reading.report()
    except LambdascopeError as error:
        if not str(error) or "\n" in str(error):
            raise ViolationError(f"an error without a sentence: {error!r}") from error
        return
    finally:
        source.check("the pipeline")
    check_report(report)
    whole = reading.summary.to_bytes()
    check_round_trip(whole, report, reading.options)
    if law:
        whole = summarize(BytesSource(data, NAME)).to_bytes()
        for cut in cuts(data):
            head = summarize(BytesSource(data, NAME), 0, cut)
            if head.merge(summarize(BytesSource(data, NAME), cut, len(data))).to_bytes() != whole:
                raise ViolationError(f"the summary of two parts cut at {cut} is not that of the whole")


def check_report(report: Report) -> None:
    """Every event is attributed or set aside, no plug-in failed, and every format can be written and sent."""
    quality = report.quality
    if quality.events != quality.attributed + sum(quality.set_aside.values()):
        raise ViolationError(f"{quality.events} events, {quality.attributed} attributed, {quality.set_aside}")
    if report.failed_plugins:
        raise ViolationError(f"failed: {report.failed_plugins}")
    written = {name: getattr(report, name)() for name in dir(report) if name.startswith("to_")}
    for name, text in written.items():
        if not isinstance(text, str) or not text.strip():
            raise ViolationError(f"{name} writes nothing")
        if found := _CONTROL.search(text):
            raise ViolationError(f"{name} writes {found[0]!r}: {text[max(0, found.start() - 60) : found.end() + 20]!r}")
        text.encode()
    json.loads(written["to_json"], parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ViolationError(f"the JSON report holds {name}")


def check_round_trip(data: bytes, report: Report, options: Options) -> None:
    """What bytes bring back reports the same."""
    again = Summary.from_bytes(data)
    if again.to_bytes() != data:
        raise ViolationError("the bytes of a summary bring back another one")
    if conclude(again, options).to_json() != report.to_json():
        raise ViolationError("the bytes of a summary bring back another report")


def check_pair(one: bytes, other: bytes) -> None:
    """Two files are reported alike in whatever order they, or the parts of one, arrive."""
    options = Options(invocations=True)
    try:
        parts = [*_parts(one, "one"), *_parts(other, "other")]
    except LambdascopeError:
        return
    check_report(conclude(Summary.from_bytes(parts[0]), options))
    orders = (parts, parts[::-1], [parts[1], parts[3], parts[0], parts[2]])
    merged = [reduce(Summary.merge, map(Summary.from_bytes, order)) for order in orders]
    if len({summary.to_bytes() for summary in merged}) > 1:
        raise ViolationError("the order of the parts shows in the summary")
    check_report(conclude(merged[0], options))
    if len({conclude(summary, options).to_json() for summary in merged}) > 1:
        raise ViolationError("the order of the parts shows in the report")


def _parts(data: bytes, name: str) -> list[bytes]:
    """The summaries of the two parts of a file."""
    cut = cuts(data)[0]
    return [summarize(BytesSource(data, name), *edges).to_bytes() for edges in ((0, cut), (cut, len(data)))]
