"""Events in the order of time, for exports that are not: newest first, as a console shows them, or page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from analyzer import limits
from analyzer.model import Events, LogStream, Remarks

_Row = tuple[int | None, str | LogStream | None, str, int, int, str | None]
NOTICE = "not in time order"
_ROWS = 8_192  # of a batch that was sorted
_ROW_BYTES = 256  # an event takes about so much memory beside its text
_STREAMS = 100_000  # whose last times are known at once
_NONE = Events((), (), (), (), ())


def in_time_order(batches: Iterable[Events], remarks: Remarks) -> Iterator[Events]:
    """The same events, those of each log stream in the order of time.

    What ascends passes through. From the first batch that does not, up to `limits.SORT_BYTES` are kept and given in the
    order of time at the end, with an empty batch in place of each that is kept, so that a reader can stop in between.
    Of more than that, all come as they stand. What comes out of order is counted as a notice.

    Events of one millisecond keep their order, or take the reverse one where the input goes backwards.
    """
    passed = _Clock()
    kept: list[_Row] = []
    size, keeping = 0, True
    for batch in batches:
        if not keeping:
            passed.note(batch.times, batch.streams, remarks)
            yield batch
            continue
        if not kept:
            clock = passed.copy()
            if not clock.late(batch.times, batch.streams) and (passed.known or not _descends(batch.times)):
                passed = clock
                yield batch
                continue
        kept += zip(*batch[:5], batch.ids or [None] * len(batch.times), strict=True)
        size += sum(map(len, batch.messages)) + _ROW_BYTES * len(batch.messages)
        yield _NONE
        if size > limits.SORT_BYTES:
            yield from _given(kept, passed, remarks)
            kept, keeping = [], False
    yield from _given(_sorted(kept), passed, remarks)


def _given(rows: list[_Row], passed: _Clock, remarks: Remarks) -> Iterator[Events]:
    """Rows as batches of columns, those out of order counted."""
    rest = iter(rows)
    while some := list(islice(rest, _ROWS)):
        times, streams, messages, offsets, ends, ids = zip(*some, strict=True)
        passed.note(times, streams, remarks)
        yield Events(times, streams, messages, offsets, ends, ids if any(ids) else ())


class _Clock:
    """The latest time of each log stream so far."""

    def __init__(self, known: dict[str | LogStream | None, int] | None = None) -> None:
        self.known = known or {}

    def copy(self) -> _Clock:
        """One that can run ahead."""
        return _Clock(dict(self.known))

    def late(self, times: Iterable[int | None], streams: Iterable[str | LogStream | None]) -> int:
        """How many events come after a later one of their stream."""
        late, latest = 0, self.known
        for time, stream in zip(times, streams, strict=True):
            if time is None:
                continue
            before = latest.get(stream)
            if before is not None and time < before:
                late += 1
                continue
            if before is None and len(latest) >= _STREAMS:
                latest.clear()
            latest[stream] = time
        return late

    def note(self, times: Iterable[int | None], streams: Iterable[str | LogStream | None], remarks: Remarks) -> None:
        """Count them as a notice."""
        late = self.late(times, streams)
        if late:
            remarks.notice(NOTICE, late)


def _sorted(rows: list[_Row]) -> list[_Row]:
    """Rows by time; one without a time stays behind the row before it."""
    if _descends([row[0] for row in rows]):
        rows.reverse()
    known = (row[0] for row in rows if row[0] is not None)
    keys, last = list[int](), min(known, default=0)
    for row in rows:
        last = last if row[0] is None else row[0]
        keys.append(last)
    return [rows[k] for k in sorted(range(len(rows)), key=keys.__getitem__)]


def _descends(times: Iterable[int | None]) -> bool:
    """Whether times go back more often than forth."""
    return sum((b > a) - (b < a) for a, b in pairwise(t for t in times if t is not None)) < 0
