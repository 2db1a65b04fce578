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

from analyzer import archives, limits, registry
from analyzer.assembler import Assembler
from analyzer.conclude import conclude
from analyzer.containers import _magic
from analyzer.errors import LambdascopeError, UnknownInputError
from analyzer.model import Container, LogStream, Options, Remarks, Source
from analyzer.parts import Part
from analyzer.report import Report
from analyzer.sources import UNKNOWN_SIZE, BytesSource, FileSource, Forward, Watched
from analyzer.stats.quotes import Quote, when
from analyzer.summary import Summary
from analyzer.unpacking import unpack

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
    """Inputs being read: iterate to read about 1 MB a step, then ask for the report. Stop early for a partial one.

    A ZIP archive is read as the files in it. Of several inputs, those that no container claims are passed over and
    named in the report (`skipped`); UnknownInputError is raised from the iteration when none is claimed.
    """

    def __init__(self, sources: Iterable[Source], options: Options | None = None) -> None:
        """Take the inputs; nothing is read yet. Equal names are told apart by a number."""
        self.options = options or Options()
        self.summary = Summary()
        self.skipped: list[LambdascopeError] = []
        self._sources = list(sources)
        self._total = sum(s.size for s in self._sources)
        self._done = self._events = 0
        self._counts = (0, 0, 0, 0)
        self._names: set[str] = set()

    def __iter__(self) -> Iterator[Progress]:
        """Read everything, a chunk a step."""
        for source in self._sources:
            before = self._done
            inside, refused = expand(source)
            for reason in refused:
                self._skip(reason)
            for one in inside:
                try:
                    yield from self._read(one)
                except UnknownInputError as error:
                    self._skip(error)
                    yield Progress(self._done, self._total, self._events, *self._counts)
                finally:
                    _close(one)
            self._done = before + source.size
        if self.skipped and len(self.skipped) == len(self.summary.inputs):
            raise self.skipped[0] if len(self.skipped) == 1 else self._nothing()
        yield Progress(self._total, self._total, self._events, *self._counts)

    def _skip(self, why: LambdascopeError) -> None:
        """Pass an input over, and let the report name it."""
        self.skipped.append(why)
        self.summary.pass_over(why)

    def _read(self, source: Source) -> Iterator[Progress]:
        """Read one input."""
        watched = Watched(source)
        part = PartReader(self.summary, watched, self._name(source.name), 0, source.size)
        for assembler in part:
            yield self._progress(watched, assembler)
        self._done += source.size
        self._events += part.assembler.events
        self._counts = tuple(map(sum, zip(self._counts, _counts(part.assembler), strict=True)))  # type: ignore[assignment]

    def _name(self, name: str) -> str:
        """The name of an input, with a number where another one has it."""
        free, n = name, 2
        while free in self._names:
            free, n = f"{name} ({n})", n + 1
        self._names.add(free)
        return free

    def _nothing(self) -> UnknownInputError:
        """None of several inputs is a log export."""
        name = self._sources[0].name if len(self._sources) == 1 else f"{len(self._sources)} files"
        what = f"{name} {'holds' if len(self._sources) == 1 else 'hold'} no log export."
        return UnknownInputError(name, what, f"The first of {len(self.skipped)} files: {self.skipped[0]}", "")

    def _progress(self, watched: Watched, assembler: Assembler) -> Progress:
        counts = map(sum, zip(self._counts, _counts(assembler), strict=True))
        return Progress(self._done + watched.position, self._total, self._events + assembler.events, *counts)

    def report(self, partial: bool = False) -> Report:
        """The report of what was read; `partial` marks one that was cancelled."""
        with uncollected():
            return conclude(self.summary, self.options, partial)


def expand(source: Source) -> tuple[list[Source], list[LambdascopeError]]:
    """The inputs in a ZIP archive, and why others in it cannot be read; any other source is an input itself."""
    archive = archives.entries(source)
    return ([source], []) if archive is None else (archive.sources, archive.refused)


def _counts(assembler: Assembler) -> tuple[int, int, int, int]:
    return assembler.invocations, assembler.failed, assembler.timeouts, assembler.out_of_memory


class PartReader:
    """Reads a byte range of one input into a summary; iterate to read a chunk a step.

    The part is added to the summary when the range is finished, or when iteration stops early.
    """

    def __init__(self, summary: Summary, source: Watched, name: str, start: int, end: int) -> None:
        """Recognise the input and prepare; raises UnknownInputError if no container claims it."""
        self._unpacked = unpack(source)
        self._data = self._unpacked.data
        self.container = recognise(name, self._data.read(0, limits.SNIFF_BYTES), getattr(self._data, "damage", ""))
        self._start, self._end = start, end
        self._summary, self._name = summary, name
        self._input = summary.add_input(name, source.size)
        self._input.container = ", ".join((*self._unpacked.layers, self.container.id))
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
        if self._unpacked.forward_only or not self.container.splittable:
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
            self._close(remarks, getattr(self._data, "damage", "") if start < end else "")

    def _close(self, remarks: Remarks, damage: str) -> None:
        """Add the part, what the container noticed, and what was wrong with the source where it was read."""
        info, assembler = self._input, self.assembler
        if damage:
            remarks.truncated = True
            remarks.notes.add(f"{damage[0].upper()}{damage[1:]}. What could be unpacked was read.")
        info.events += assembler.events + sum(remarks.odd.values())
        info.truncated = info.truncated or remarks.truncated
        info.notes |= remarks.notes
        info.log_group = info.log_group or remarks.log_group
        info.count(remarks.odd, remarks.noticed)
        info.count({}, assembler.noticed)
        for reason, offset, end, text in remarks.examples[:1000]:
            quote = Quote(self._name, offset, end, -1, "", "", text)
            self._summary.boards.add(("odd", reason), when(quote), quote)
        self._summary.add_part(Part(self._name, self._start, self._end, assembler.edges))


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


def recognise(name: str, head: bytes, damage: str = "") -> Container:
    """The container that claims an input by its first 64 kB; UnknownInputError says what it is instead.

    Several claim what was pasted together from several exports: the one that finds most events there reads it.
    """
    claims = registry.claimants(head)
    if not claims:
        raise _magic.unknown(name, head, damage)
    return claims[0] if len(claims) == 1 else max(claims, key=lambda container: _events_in(head, container))


def _events_in(head: bytes, container: Container) -> int:
    batches = container.read(BytesSource(head), 0, len(head), Remarks())
    return sum(len(batch.times) for batch in batches)


def summarize(
    source: str | os.PathLike[str] | bytes | Source, start: int | None = None, end: int | None = None
) -> Summary:
    """The summary of an input, or of the events that begin in a byte range of it. Ranges that touch can be merged."""
    opened = _open(source)
    start, end = start or 0, opened.size if end is None else end
    summary = Summary()
    inside, refused = expand(opened)
    if inside == [opened]:
        _read_part(summary, opened, start, end)
    elif start == 0 < end:  # an archive cannot be cut
        for one in inside:
            try:
                _read_part(summary, one, 0, one.size)
            except UnknownInputError as error:
                refused.append(error)
        if not summary.inputs and refused:
            raise refused[0]
        for reason in refused:
            summary.pass_over(reason)
    return summary


def _read_part(summary: Summary, source: Source, start: int, end: int) -> None:
    """Read a byte range of one input into a summary."""
    try:
        for _ in PartReader(summary, Watched(source), source.name, start, end):
            pass
    finally:
        _close(source)


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
    if isinstance(source, (FileSource, Forward)):
        source.close()


def _open(given: str | os.PathLike[str] | bytes | Source) -> Source:
    if isinstance(given, bytes):
        return BytesSource(given)
    if isinstance(given, (str, os.PathLike)):
        return FileSource(Path(given))
    return given
