"""The shape of the whole, as code.

bytes -> container -> Events -> dialect -> Record -> segments -> Summary
      -> detectors -> Finding -> causes -> Cause -> Report
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from analyzer import limits, registry
from analyzer.assembler import Assembler
from analyzer.conclude import conclude
from analyzer.containers import _magic
from analyzer.errors import UnknownInputError
from analyzer.model import Container, LogStream, Options, Remarks, Source
from analyzer.parts import Part
from analyzer.report import Report
from analyzer.sources import GZIP_MAGIC, UNKNOWN_SIZE, BytesSource, FileSource, Gunzipped, Watched
from analyzer.stats.quotes import Quote, when
from analyzer.summary import Summary

_STREAM = re.compile(r"\d{4}/\d\d/\d\d/([A-Za-z0-9_-]{1,64})?\[(?:\$LATEST(?:\.PUBLISHED)?|\d{1,10})\][0-9a-f]{32}")
"""A stream of Lambda's; in a custom log group it has the function's name in it."""
_GROUP = re.compile(r"/aws/lambda/(?:us-east-1\.)?([A-Za-z0-9_-]{1,64})")
"""A function's own log group; that of a function at the edge begins with the Region it was made in."""


class Progress(NamedTuple):
    """How far reading has come; `done` and `total` are bytes of input, the counts are of what was read so far."""

    done: int
    total: int
    events: int
    invocations: int
    failed: int
    timeouts: int
    out_of_memory: int


class Reading:
    """Inputs being read: iterate to read about 4 MB a step, then ask for the report. Stop early for a partial one.

    Raises UnknownInputError from the iteration when no container claims an input.
    """

    def __init__(self, sources: Iterable[Source], options: Options | None = None) -> None:
        """Take the inputs; nothing is read yet. Equal names are told apart by a number."""
        self.options = options or Options()
        self.summary = Summary()
        self._sources = list(sources)
        self._total = sum(s.size for s in self._sources)
        self._done = self._events = 0
        self._counts = (0, 0, 0, 0)

    def __iter__(self) -> Iterator[Progress]:
        """Read everything, a chunk a step."""
        names: set[str] = set()
        for source in self._sources:
            name, n = source.name, 2
            while name in names:
                name, n = f"{source.name} ({n})", n + 1
            names.add(name)
            watched = Watched(source)
            part = PartReader(self.summary, watched, name, 0, source.size)
            try:
                for assembler in part:
                    yield self._progress(watched, assembler)
            finally:
                _close(source)
            self._done += source.size
            self._events += part.assembler.events
            self._counts = tuple(map(sum, zip(self._counts, _counts(part.assembler), strict=True)))  # type: ignore[assignment]
        yield Progress(self._total, self._total, self._events, *self._counts)

    def _progress(self, watched: Watched, assembler: Assembler) -> Progress:
        counts = map(sum, zip(self._counts, _counts(assembler), strict=True))
        return Progress(self._done + watched.position, self._total, self._events + assembler.events, *counts)

    def report(self, partial: bool = False) -> Report:
        """The report of what was read; `partial` marks one that was cancelled."""
        with uncollected():
            return conclude(self.summary, self.options, partial)


def _counts(assembler: Assembler) -> tuple[int, int, int, int]:
    return assembler.invocations, assembler.failed, assembler.timeouts, assembler.out_of_memory


class PartReader:
    """Reads a byte range of one input into a summary; iterate to read a chunk a step.

    The part is added to the summary when the range is finished, or when iteration stops early.
    """

    def __init__(self, summary: Summary, source: Watched, name: str, start: int, end: int) -> None:
        """Recognise the input and prepare; raises UnknownInputError if no container claims it."""
        head = source.read(0, limits.SNIFF_BYTES)
        data: Source = source
        layers = 0
        while head.startswith(GZIP_MAGIC) and layers < 3:
            data, layers = Gunzipped(data), layers + 1
            head = data.read(0, limits.SNIFF_BYTES)
        self._data, self._layers = data, layers
        self.container = recognise(name, head)
        self._start, self._end, self._size = start, end, source.size
        self._summary, self._name = summary, name
        self._input = summary.add_input(name, source.size)
        self._input.container = ("gzip, " if layers else "") + self.container.id
        self.assembler = Assembler(
            name, self._stream, summary.emit(name), summary.table, summary.boards, summary.learn)  # fmt: skip

    def _stream(self, stream: str | LogStream | None) -> tuple[int, str, str]:
        """Number, key and source of a stream; what an input says without a stream is one, of each group."""
        group, name = stream if isinstance(stream, LogStream) else ("", stream or "")
        of_lambda = _STREAM.fullmatch(name)
        by_group = _GROUP.fullmatch(group)
        source = of_lambda[1] if of_lambda and of_lambda[1] else by_group[1] if by_group else group or self._name
        # the names of Lambda's streams are unique; those of others are only within their group
        key = name if of_lambda or (name and not group) else "\x1f".join(("", "" if name else self._name, group, name))
        return self._summary.stream_number(key, name, source, group), key, source

    def __iter__(self) -> Iterator[Assembler]:
        """Read the range."""
        remarks = Remarks()
        start, end = self._start, self._end
        whole = self._layers > 0 or not self.container.splittable
        if whole:
            start, end = (0, UNKNOWN_SIZE) if start == 0 < end else (0, 0)
        try:
            batches = self.container.read(self._data, start, end, remarks) if start < end else iter(())
            while True:
                with uncollected():
                    batch = next(batches, None)
                    if batch is None:
                        break
                    self.assembler.feed(batch)
                yield self.assembler
        finally:
            self._close(remarks)

    def _close(self, remarks: Remarks) -> None:
        """Add the part and what the container noticed."""
        info, assembler = self._input, self.assembler
        damage = getattr(self._data, "damage", "")
        if damage:
            remarks.truncated = True
            remarks.notes.add(f"{damage[0].upper()}{damage[1:]}. What stands before that was read.")
        info.events += assembler.events + sum(remarks.odd.values())
        info.truncated = info.truncated or remarks.truncated
        info.notes |= remarks.notes
        info.log_group = info.log_group or remarks.log_group
        info.count(remarks.odd, remarks.noticed)
        info.count({}, assembler.noticed)
        for reason, offset, end, text in remarks.examples[:1000]:
            quote = Quote(self._name, offset, end, -1, "", "", text)
            self._summary.boards.add(("odd", reason), when(quote), quote)
        edges = {s.key: s for s in assembler.streams.values()}
        self._summary.add_part(Part(self._name, self._start, self._end, edges))


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for reference cycles while millions of small objects are made that form none; a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def recognise(name: str, head: bytes) -> Container:
    """The one container that claims an input by its first 64 kB; UnknownInputError says what it is instead."""
    claims = registry.claimants(head)
    if not claims:
        raise _magic.unknown(name, head)
    if len(claims) > 1:  # a bug of the recognisers; the registry's test keeps it from happening
        raise UnknownInputError(
            name, f"{name} is claimed by {', '.join(c.id for c in claims)}.", "", "Report this as a fault."
        )
    return claims[0]


def summarize(
    source: str | os.PathLike[str] | bytes | Source, start: int | None = None, end: int | None = None
) -> Summary:
    """The summary of an input, or of the events that begin in a byte range of it. Ranges that touch can be merged."""
    opened = _open(source)
    summary = Summary()
    part = PartReader(summary, Watched(opened), opened.name, start or 0, opened.size if end is None else end)
    try:
        for _ in part:
            pass
    finally:
        _close(opened)
    return summary


def analyze(
    paths_or_bytes: str | os.PathLike[str] | bytes | Sequence[str | os.PathLike[str] | bytes | Source],
    *,
    options: Options | None = None,
) -> Report:
    """Read inputs to their end and report. Raises a LambdascopeError for an input that cannot be read at all."""
    given = [paths_or_bytes] if isinstance(paths_or_bytes, (str, bytes, os.PathLike)) else list(paths_or_bytes)
    reading = Reading([_open(g) for g in given], options)
    for _ in reading:
        pass
    return reading.report()


def _close(source: Source) -> None:
    """Give a file back to the system; a buffer has nothing to give back."""
    if isinstance(source, FileSource):
        source.close()


def _open(given: str | os.PathLike[str] | bytes | Source) -> Source:
    if isinstance(given, bytes):
        return BytesSource(given)
    if isinstance(given, (str, os.PathLike)):
        return FileSource(Path(given))
    return given
