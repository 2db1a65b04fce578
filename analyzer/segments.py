"""Segments of log streams and the algebra that joins them: what one stream said between two cuts.

START, INIT_START, INIT_REPORT and RESTORE_START begin a segment whatever came before, so where an input is cut does not
matter: the head of a part joins the tail of the part before it. What is said of another request than the segment's is
kept beside it, as a stray; `analyzer.joining` finds its home.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analyzer import limits
from analyzer.dialects import shown
from analyzer.model import ReportFields
from analyzer.patterns import template
from analyzer.stats import rows as bits
from analyzer.stats.groups import Key
from analyzer.stats.rows import NAN

STATUS_NUMBERS = {"success": 1, "failure": 2, "error": 3, "timeout": 4}
_NO_REPORT = ReportFields()
_GAP_MS = 1_000  # a shorter silence needs no name

Line = tuple[str, int, int, int]
"""An application line as the last thing a stream said: text, time, offset, end."""


class Segment:
    """What one stream said between two cuts, or there about another request.

    Every field adds, or takes the smaller or the first by offset, so parts join in any grouping. Times are ms since
    the epoch, -1 unknown.
    """

    version = ""
    end = -1  # the latest END or REPORT
    lines = events = memory = 0
    report: ReportFields | None = None
    report_at = -1
    done: tuple[int, str] | None = None  # platform.runtimeDone: status, error type
    init = limit = NAN
    failed_init = ""
    error: Key | None = None
    error_rank, error_time, error_at = 99, -1, -1
    gap, gap_at = NAN, -1
    gap_line: Line | None = None
    tail: Line | None = None  # the application line that came last before a cut, if it is about this request
    strays: dict[str, Segment] | None = None

    def __init__(self, flags: int, request_id: str, offset: int, time: int = -1) -> None:
        """Begin at a byte of the input. What most segments never learn stays with the class."""
        self.flags, self.request_id = flags, request_id
        self.first = self.last = time
        self.offset = self.stop = offset

    def silence(self, gap: float, at: int, line: Line | None, at_end: bool) -> None:
        """Note a pause of `gap` ms before the event at offset `at`; the longest stays, of equals the first."""
        if not gap <= self.gap or (gap == self.gap and at < self.gap_at):
            self.gap, self.gap_at, self.gap_line = gap, at, line
            self.flags = self.flags | bits.GAP_AT_END if at_end else self.flags & ~bits.GAP_AT_END

    def join(self, other: Segment) -> None:
        """Add what another part of the input said of the same segment; `other` is later and is used up."""
        if other.gap == other.gap:
            self.silence(other.gap, other.gap_at, other.gap_line, bool(other.flags & bits.GAP_AT_END))
        self.flags |= other.flags & ~(bits.GAP_AT_END | bits.STRAY)
        if other.first >= 0:
            self.first = other.first if self.first < 0 else min(self.first, other.first)
        self.last, self.end = max(self.last, other.last), max(self.end, other.end)
        self.stop, self.offset = max(self.stop, other.stop), min(self.offset, other.offset)
        self.lines += other.lines
        self.events += other.events
        self.memory = max(self.memory, other.memory)
        if self.report is None:
            self.report, self.report_at = other.report, other.report_at
        self.done = self.done or other.done
        self.init = self.init if self.init == self.init else other.init
        self.limit = self.limit if self.limit == self.limit else other.limit
        self.failed_init = self.failed_init or other.failed_init
        if other.error is not None:
            self.blame(other.error, other.error_rank, other.error_time, other.error_at)

    def blame(self, error: Key, rank: int, time: int, at: int) -> None:
        """Let an error line stand for the segment if it is the gravest; of equals the first in time, then in place."""
        mine = (self.error_rank, self.error_time < 0, self.error_time, self.error_at)
        if (rank, time < 0, time, at) < mine:
            self.error, self.error_rank, self.error_time, self.error_at = error, rank, time, at

    def absorb(self, head: Segment) -> None:
        """Add the head of the following part: what is about this request, and beside it what is not."""
        self.tail = head.tail
        for request_id, stray in (head.strays or {}).items():
            if request_id == self.request_id:
                self.join(stray)
                self.tail = self.tail or stray.tail
            elif self.strays is not None and request_id in self.strays:
                self.strays[request_id].join(stray)
                self.strays[request_id].tail = stray.tail
            else:
                self.strays = self.strays or {}
                self.strays[request_id] = stray
        if head.events:  # a head can consist of strays alone
            self.join(head)

    def to_json(self) -> list[Any]:
        """The segment as plain lists; NaN as None."""
        found: list[Any] = []
        for name in _FIELDS:
            value = getattr(self, name)
            if name == "strays":
                value = {k: v.to_json() for k, v in sorted((value or {}).items())}
            found.append(None if value != value else value)
        return found

    @classmethod
    def from_json(cls, data: list[Any]) -> Segment:
        """The segment that `to_json` wrote."""
        new = cls(0, "", 0)
        for name, value in zip(_FIELDS, data, strict=True):
            if name == "strays":
                value = {k: cls.from_json(v) for k, v in value.items()} or None
            elif name in ("init", "limit", "gap"):
                value = NAN if value is None else value
            elif value is not None and name in ("report", "gap_line", "tail", "done", "error"):
                value = ReportFields(*value) if name == "report" else tuple(value)
            setattr(new, name, value)
        return new


_FIELDS = (
    "done", "end", "error", "error_at", "error_rank", "error_time", "events", "failed_init", "first", "flags", "gap",
    "gap_at", "gap_line", "init", "last", "limit", "lines", "memory", "offset", "report", "report_at", "request_id",
    "stop", "strays", "tail", "version",
)  # fmt: skip


class Stream:
    """One log stream of one part of the input, while it is read and afterwards as the part's edge.

    `head` is what stood before the first cut, `current` the segment still open at the end. `first` is the first event
    with a time, (time, offset, request id or None, whether it is END or REPORT), or a cut: (time,). `last` is the time
    of the last such event and `last_line` the line, if it was one; `before` is the time of the last event of all, -1
    if unknown.
    """

    __slots__ = (
        "before",
        "current",
        "eighths",
        "first",
        "head",
        "index",
        "key",
        "last",
        "last_line",
        "source",
        "version",
    )

    def __init__(self, index: int, key: str, source: str) -> None:
        """Begin without events."""
        self.index, self.key, self.source = index, key, source
        self.head: Segment | None = None
        self.current: Segment | None = None
        self.first: tuple[int, int, str | None, bool] | tuple[int] | None = None
        self.last = self.before = -1
        self.last_line: Line | None = None
        self.eighths = 0
        self.version = ""

    def to_json(self) -> list[Any]:
        """The edge of a part as plain lists."""
        parts = [None if s is None else s.to_json() for s in (self.head, self.current)]
        return [self.key, self.source, *parts, self.first, self.last, self.last_line, self.before]

    @classmethod
    def from_json(cls, data: list[Any], index: int) -> Stream:
        """The edge that `to_json` wrote, for the stream numbered `index`."""
        new = cls(index, data[0], data[1])
        new.head, new.current = (None if s is None else Segment.from_json(s) for s in data[2:4])
        new.first = None if data[4] is None else tuple(data[4])
        new.last, new.last_line, new.before = data[5], None if data[6] is None else tuple(data[6]), data[7]
        return new

    def follow(self, later: Stream, emit: Callable[[int, Segment], None]) -> None:
        """Append the same stream of the part that follows; `later` is used up."""
        continued = later.head is None
        if self._begins_again(later):
            if self.current is not None:
                emit(self.index, self.current)
            self.current, later.head = later.head, None
        if self.last >= 0 and later.first is not None and len(later.first) == 4 and later.head is not None:
            time, offset, request_id, at_end = later.first
            owner = later.head if request_id is None else (later.head.strays or {}).get(request_id)
            if owner is not None:
                owner.silence(time - self.last, offset, self.last_line, at_end)
        if later.head is not None:
            target = self.current or self.head
            if target is None:
                self.head = later.head
            else:
                target.absorb(later.head)
        if later.current is not None:
            if continued:
                self.end_segment()
            if self.current is not None:
                emit(self.index, self.current)
            self.current = later.current
        self.first = self.first or later.first
        if later.last >= 0 or later.current is not None:
            self.last, self.last_line = later.last, later.last_line
        self.before = later.before

    def end_segment(self) -> None:
        """Note, where a cut follows, the line that came last with the request it belongs to."""
        open_one, line = self.current or self.head, self.last_line
        if open_one is not None and line is not None and self.before >= 0:
            for segment in (open_one, *(open_one.strays or {}).values()):
                if segment.stop == line[3]:
                    segment.tail = line

    def _begins_again(self, later: Stream) -> bool:
        """Whether the following part goes back in time with its first event, which then belongs to nothing before."""
        if later.head is None or later.first is None or len(later.first) == 1:
            return False
        time, offset, _, _ = later.first
        return offset == later.head.offset and time < self.before - limits.BACK_MS


def row_of(
    stream: int, source: int, segment: Segment, intern: Callable[[str], int], group: Callable[[Key], int]
) -> tuple[Any, ...]:
    """A segment as a row of `analyzer.stats.rows`, texts and groups replaced by their numbers."""
    duration, billed, size, used, init, restore, status, error_type, _ = segment.report or _NO_REPORT
    done = segment.done or (0, "")
    line = segment.gap_line
    gap_line = intern(template(shown(line[0]))) if line is not None and segment.gap >= _GAP_MS else -1
    tail = segment.tail if segment.report is None else None
    tail_line = intern(template(shown(tail[0]))) if tail is not None else -1
    known = intern(error_type or done[1] or segment.failed_init)
    return (
        stream, source, segment.flags, segment.first, segment.end if segment.end >= 0 else segment.last,
        intern(segment.version), NAN if duration is None else duration, NAN if billed is None else billed,
        size or segment.memory, used or 0, segment.init if init is None else init, NAN if restore is None else restore,
        STATUS_NUMBERS.get(status, 3) if status else done[0], known,
        -1 if segment.error is None else group(segment.error), segment.error_at, segment.limit, float(segment.gap),
        gap_line, tail_line, segment.lines, segment.events, segment.offset, segment.stop, segment.report_at,
    )  # fmt: skip
