"""Records -> rows: cuts each log stream where an execution or an environment begins, and adds up what stands between.

START, INIT_START, INIT_REPORT and RESTORE_START begin a segment whatever came before, so where an input is cut does not
matter: the head of a part joins the tail of the part before it. A record that names another request than the
segment's is kept beside it, as a stray; `analyzer.invocations` finds its home.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from analyzer import limits, registry
from analyzer.model import ErrorInfo, Events, Kind, Level, Record, ReportFields
from analyzer.patterns import template
from analyzer.stats import rows as bits
from analyzer.stats.groups import RANKS, Groups, Key
from analyzer.stats.quotes import Quote, Quotes, when
from analyzer.stats.rows import NAN

_CUTS = (Kind.START, Kind.INIT_START, Kind.INIT_REPORT, Kind.RESTORE_START)
_STATUS = {"success": 1, "failure": 2, "error": 3, "timeout": 4}
_LOAD_ERRORS = (
    "Runtime.ImportModuleError", "Runtime.HandlerNotFound", "Runtime.UserCodeSyntaxError", "Runtime.MalformedHandlerName",
    "Runtime.BuiltInModuleConflict", "Runtime.BadFunctionCode", "Runtime.InitError", "Runtime.InvalidEntrypoint",
    "Runtime.InvalidWorkingDir", "Runtime.InvalidTaskConfig", "Runtime.Unknown",
)  # fmt: skip
_ENDS = (Kind.END, Kind.REPORT, Kind.RUNTIME_DONE)
_NO_REPORT = ReportFields()
GAP_MS = 1_000  # a shorter silence needs no name


Line = tuple[str, int, int, int]
"""An application line as the last thing a stream said: text, time, offset, end."""


class Segment:
    """What one stream said between two cuts, or there about another request.

    Every field adds, or takes the smaller or the first by offset, so parts join in any grouping. Times are ms since
    the epoch, -1 unknown.
    """

    version = ""
    end = -1  # the latest END or REPORT
    lines = events = 0
    report: ReportFields | None = None
    report_at = -1
    done: tuple[int, str] | None = None  # platform.runtimeDone: status, error type
    init = limit = NAN
    failed_init = ""
    error: Key | None = None
    error_rank, error_at = 99, -1
    gap, gap_at = NAN, -1
    gap_line: Line | None = None
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
        if self.report is None:
            self.report, self.report_at = other.report, other.report_at
        self.done = self.done or other.done
        self.init = self.init if self.init == self.init else other.init
        self.limit = self.limit if self.limit == self.limit else other.limit
        self.failed_init = self.failed_init or other.failed_init
        if other.error is not None and (other.error_rank, other.error_at) < (self.error_rank, self.error_at):
            self.error, self.error_rank, self.error_at = other.error, other.error_rank, other.error_at

    def absorb(self, head: Segment) -> None:
        """Add the head of the following part: what is about this request, and beside it what is not."""
        for request_id, stray in (head.strays or {}).items():
            if request_id == self.request_id:
                self.join(stray)
            elif self.strays is not None and request_id in self.strays:
                self.strays[request_id].join(stray)
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
            elif value is not None and name in ("report", "gap_line", "done", "error"):
                value = ReportFields(*value) if name == "report" else tuple(value)
            setattr(new, name, value)
        return new


_FIELDS = (
    "done", "end", "error", "error_at", "error_rank", "events", "failed_init", "first", "flags", "gap", "gap_at", "gap_line", "init",
    "last", "limit", "lines", "offset", "report", "report_at", "request_id", "stop", "strays", "version",
)  # fmt: skip


class Stream:
    """One log stream of one part of the input, while it is read and afterwards as the part's edge.

    `head` is what stood before the first cut, `current` the segment still open at the end. `first` is the first event
    with a time, (time, offset, request id or None, whether it is END or REPORT), or a cut: (time,). `last` is the time
    of the last such event and the line it was, if it was one.
    """

    __slots__ = ("current", "eighths", "first", "head", "index", "key", "last", "last_line", "source")

    def __init__(self, index: int, key: str, source: str) -> None:
        """Begin without events."""
        self.index, self.key, self.source = index, key, source
        self.head: Segment | None = None
        self.current: Segment | None = None
        self.first: tuple[int, int, str | None, bool] | tuple[int] | None = None
        self.last = -1
        self.last_line: Line | None = None
        self.eighths = 0

    def to_json(self) -> list[Any]:
        """The edge of a part as plain lists."""
        parts = [None if s is None else s.to_json() for s in (self.head, self.current)]
        return [self.key, self.source, *parts, self.first, self.last, self.last_line]

    @classmethod
    def from_json(cls, data: list[Any], index: int) -> Stream:
        """The edge that `to_json` wrote, for the stream numbered `index`."""
        new = cls(index, data[0], data[1])
        new.head, new.current = (None if s is None else Segment.from_json(s) for s in data[2:4])
        new.first = None if data[4] is None else tuple(data[4])
        new.last, new.last_line = data[5], None if data[6] is None else tuple(data[6])
        return new

    def follow(self, later: Stream, emit: Callable[[int, Segment], None]) -> None:
        """Append the same stream of the part that follows; `later` is used up."""
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
            if self.current is not None:
                emit(self.index, self.current)
            self.current = later.current
        self.first = self.first or later.first
        if later.last >= 0 or later.current is not None:
            self.last, self.last_line = later.last, later.last_line


class Assembler:
    """Feeds events of one part of one input through the dialects into rows, groups and quotes."""

    def __init__(
        self,
        input_name: str,
        stream_of: Callable[[str | None], tuple[int, str, str]],
        emit: Callable[[int, Segment], None],
        groups: Groups,
        quotes: Quotes,
        learn: Callable[[int, str, str], None],
    ) -> None:
        """`stream_of` numbers a stream name (index, key, source), `emit` takes a finished segment, `learn` what a
        platform line says of a stream: ("runtime" or "function", value)."""
        self.streams: dict[str | None, Stream] = {}
        self.events = 0
        self.invocations = self.failed = self.timeouts = self.out_of_memory = 0  # for progress only
        self._input, self._stream_of, self._emit = input_name, stream_of, emit
        self._groups, self._quotes, self._learn = groups, quotes, learn
        self._slow: dict[str, float] = {}
        self._heads = {head: parse for d in reversed(registry.dialects()) for head, parse in d.heads.items()}
        self._parse = parser()

    def feed(self, batch: Events) -> None:
        """Read a batch of events in the order of the input."""
        heads, parse, streams = self._heads.get, self._parse, self.streams
        start, line, end, cuts, ends, info = Kind.START, Kind.LINE, Kind.END, _CUTS, _ENDS, Level.INFO
        self.events += len(batch.messages)
        for time, name, text, offset, stop in zip(*batch, strict=True):
            stream = streams.get(name)
            if stream is None:
                stream = streams[name] = Stream(*self._stream_of(name))
            known = heads(text[:4])
            record = known(text) if known is not None else None
            if record is None:
                record = parse(text)
            kind = record[0]
            if time is None:
                time = -1 if record[3] is None else record[3]
            if kind in cuts:
                if stream.current is not None:
                    self._emit(stream.index, stream.current)
                flags = bits.HAS_START | bits.HAS_ID if kind is start else 0
                segment = stream.current = Segment(flags, record[1] or "", offset, time)
                stream.last, stream.last_line = time, None  # no silence is measured across a cut
                if stream.first is None:
                    stream.first = (time,)
            else:
                segment = stream.current or stream.head  # type: ignore[assignment]
                if segment is None:
                    segment = stream.head = Segment(0, "", offset)
                request_id = record[1]
                if request_id is not None and request_id != segment.request_id:
                    segment = self._stray(segment, request_id, offset)
                if time >= 0:
                    last = stream.last
                    if last >= 0:
                        gap = time - last
                        if not gap <= segment.gap:
                            segment.silence(gap, offset, stream.last_line, kind in ends)
                    elif stream.first is None:
                        stream.first = (time, offset, request_id, kind in ends)
                    stream.last = time
                    stream.last_line = (text, time, offset, stop) if kind is line else None
                    if time > segment.last:
                        segment.last = time
                        if segment.first < 0:
                            segment.first = time
                    elif time < segment.first:
                        segment.first = time
            segment.events += 1
            if stop > segment.stop:
                segment.stop = stop
            if kind is line:
                segment.lines += 1
                if record[2] > info or record[5] is not None:
                    self._line(stream, segment, record, time, offset, stop, text)
            elif kind is end:
                segment.flags |= bits.HAS_END
                if time > segment.end:
                    segment.end = time
            else:
                self._platform(stream, segment, record, time, offset, stop, text)

    @staticmethod
    def _stray(current: Segment, request_id: str, offset: int) -> Segment:
        if current.strays is None:
            current.strays = {}
        found = current.strays.get(request_id)
        if found is None:
            found = current.strays[request_id] = Segment(bits.STRAY | bits.HAS_ID, request_id, offset)
        return found

    def _platform(
        self, stream: Stream, segment: Segment, record: Record, time: int, offset: int, stop: int, text: str
    ) -> None:
        kind = record.kind
        if kind is Kind.REPORT:
            self._report(stream, segment, record, time, offset, stop, text)
        elif kind is Kind.START:
            self.invocations += 1
            if record.version:
                segment.version = record.version
                rule = ("start", stream.source, record.version)
                if self._quotes.wants(rule, (time < 0, time)):
                    quote = self._quote(stream, record.request_id or "", time, offset, stop, text)
                    self._quotes.add(rule, when(quote), quote)
        elif kind in (Kind.INIT_START, Kind.RESTORE_START):
            segment.flags |= bits.HAS_INIT_START
            if record.version:
                family, _, version = record.version.partition(":")
                self._learn(stream.index, "runtime", family + version.split(".v", 1)[0].split(".mainline", 1)[0])
            if record.function:
                self._learn(stream.index, "function", record.function)
        elif kind in (Kind.INIT_REPORT, Kind.RESTORE_REPORT):
            self._init_report(stream, segment, record, time, offset, stop, text)
        elif kind is Kind.TIMEOUT:
            segment.flags |= bits.TIMED_OUT
            if record.limit_s is not None and segment.limit != segment.limit:
                segment.limit = record.limit_s
            self._verdict(stream, ("timeout",), record.request_id or "", time, offset, stop, text)
        elif kind is Kind.EXIT:
            self._exit(stream, segment, record, time, offset, stop, text)
        elif kind is Kind.RUNTIME_DONE and record.report is not None:
            segment.flags |= bits.PLATFORM_JSON
            segment.done = segment.done or (_STATUS.get(record.report.status or "", 0), record.report.error_type or "")

    def _report(
        self, stream: Stream, segment: Segment, record: Record, time: int, offset: int, stop: int, text: str
    ) -> None:
        fields = record.report
        if fields is None or segment.flags & bits.HAS_REPORT:
            return
        segment.flags |= bits.HAS_REPORT | (bits.PLATFORM_JSON if text[:1] == "{" else 0)
        segment.report, segment.report_at = fields, offset
        segment.end = max(segment.end, time)
        duration, _, size, used, init, restore, status, error_type, _ = fields
        if size and used:
            eighth = min(8 * used // size, 16)
            if not stream.eighths >> eighth & 1:
                stream.eighths |= 1 << eighth
                quote = self._quote(stream, record.request_id or "", time, offset, stop, text)
                self._quotes.add(("memory", stream.key, f"{eighth:02}"), (quote.input, offset), quote)
        if status and status != "success":
            self._verdict(stream, (status, error_type or ""), record.request_id or "", time, offset, stop, text)
            self.failed += 1
            self.timeouts += status == "timeout"
            self.out_of_memory += error_type == "Runtime.OutOfMemory"
        if init is not None or restore is not None:
            cold = init if init is not None else restore or 0.0
            self._top("init", stream, cold, record.request_id or "", time, offset, stop, text)
        if duration is not None and duration >= self._slow.get(stream.source, -1.0):
            self._top("slow", stream, duration, record.request_id or "", time, offset, stop, text)

    def _top(
        self, family: str, stream: Stream, value: float, request_id: str, time: int, offset: int, stop: int, text: str
    ) -> None:
        """Keep a line among those with the largest value of its kind."""
        rule = (family, stream.source)
        quote = self._quote(stream, request_id, time, offset, stop, text)
        self._quotes.add(rule, (-value, *when(quote)), quote)
        if family == "slow":
            kept = self._quotes.floor(rule)
            self._slow[stream.source] = -kept[0] if kept else -1.0

    def _init_report(
        self, stream: Stream, segment: Segment, record: Record, time: int, offset: int, stop: int, text: str
    ) -> None:
        fields = record.report
        segment.flags |= bits.HAS_INIT_REPORT
        if fields is None:
            return
        if fields.init_ms is not None:
            segment.init = fields.init_ms
        if fields.status and fields.status != "success":
            segment.flags |= bits.INIT_FAILED | (bits.INIT_TIMEOUT if fields.status == "timeout" else 0)
            segment.failed_init = segment.failed_init or fields.error_type or ""
            self._verdict(stream, ("init", fields.error_type or fields.status), "", time, offset, stop, text)

    def _exit(
        self, stream: Stream, segment: Segment, record: Record, time: int, offset: int, stop: int, text: str
    ) -> None:
        error = record.error or ErrorInfo("", text, "", True)
        killed = "signal: killed" in error.message
        load = error.type in _LOAD_ERRORS or error.message.startswith("Unknown application")
        segment.flags |= bits.KILLED if killed else bits.INIT_FAILED if load else bits.EXITED
        self._error(stream, segment, "init" if load else "platform", record, error, time, offset, stop, text)
        self._verdict(stream, ("exit",), record.request_id or "", time, offset, stop, text)

    def _line(
        self, stream: Stream, segment: Segment, record: Record, time: int, offset: int, stop: int, text: str
    ) -> None:
        """A line of the application that is a warning or worse."""
        error = record.error
        if error is not None and error.unhandled:
            load = error.type in _LOAD_ERRORS
            segment.flags |= bits.INIT_FAILED if load else bits.UNHANDLED
            self._error(stream, segment, "init" if load else "unhandled", record, error, time, offset, stop, text)
            return
        if "LAMBDA_WARNING: " in text:  # advice of the platform that accompanies an error already seen
            return
        if record.level >= Level.ERROR:
            segment.flags |= bits.LOGGED_ERROR
        outcome = "logged" if record.level >= Level.ERROR else "warned"
        self._error(stream, segment, outcome, record, error or ErrorInfo("", record.text, "", False), time, offset, stop, text)

    def _error(
        self, stream: Stream, segment: Segment, outcome: str, record: Record, error: ErrorInfo, time: int, offset: int,
        stop: int, text: str,
    ) -> None:  # fmt: skip
        """Count the line in its group and remember the gravest of the segment."""
        signature, details = signature_of(f"{error.type}: {error.message}" if error.type else text[: limits.QUOTE_CHARS * 4])
        if signature in _MEMORY_TEXTS:
            segment.flags |= bits.MEMORY_TEXT
        shape = template(error.message)
        key: Key = (stream.source, outcome, signature, "\x1f".join(details)[:300], error.type[:200], shape, error.frame[:200])
        self._groups.add(key, self._quote(stream, record.request_id or "", time, offset, stop, text))
        rank = 2 * RANKS[outcome] + (0 if signature else 1)
        if outcome != "warned" and (rank, offset) < (segment.error_rank, segment.error_at):
            segment.error, segment.error_rank, segment.error_at = key, rank, offset

    def _verdict(
        self, stream: Stream, verdict: tuple[str, ...], request_id: str, time: int, offset: int, stop: int, text: str
    ) -> None:
        """Quote the first lines and the last line that say how executions ended."""
        quote = self._quote(stream, request_id, time, offset, stop, text)
        first = when(quote)
        self._quotes.add(("first", stream.source, *verdict), first, quote)
        self._quotes.add(("last", stream.source, *verdict), (first[0], -quote.time, quote.input, -quote.offset), quote)

    def _quote(self, stream: Stream, request_id: str, time: int, offset: int, stop: int, text: str) -> Quote:
        return Quote(self._input, offset, stop, time, stream.key, request_id, text[: limits.QUOTE_CHARS])


_MEMORY_TEXTS = frozenset(
    {"oom-node-heap", "oom-python", "oom-java-heap", "oom-java-native", "oom-dotnet", "oom-native", "oom-node-buffer"}
)


def signature_of(text: str) -> tuple[str, tuple[str, ...]]:
    """The id and details of the first signature whose words a text has, ("", ()) if none."""
    for signature in registry.signatures():
        details = signature.match(text)
        if details is not None:
            return signature.id, details
    return "", ()


@cache
def parser() -> Callable[[str], Record]:
    """One function that offers a line to the dialects, in order of rank."""
    parsers = [d.parse for d in registry.dialects()]

    def parse(text: str) -> Record:
        for attempt in parsers:
            record = attempt(text)
            if record is not None:
                return record
        raise AssertionError("the last dialect takes every line")  # pragma: no cover

    return parse


def row_of(stream: int, source: int, segment: Segment, intern: Callable[[str], int], group: Callable[[Key], int]) -> tuple[Any, ...]:
    """A segment as a row of `analyzer.stats.rows`, texts and groups replaced by their numbers."""
    duration, billed, size, used, init, restore, status, error_type, _ = segment.report or _NO_REPORT
    done = segment.done or (0, "")
    line = segment.gap_line
    gap_line = intern(template(shown(line[0]))) if line is not None and segment.gap >= GAP_MS else -1
    known = intern(error_type or done[1] or segment.failed_init)
    return (
        stream, source, segment.flags, segment.first, segment.end if segment.end >= 0 else segment.last,
        intern(segment.version), NAN if duration is None else duration, NAN if billed is None else billed, size or 0, used or 0,
        segment.init if init is None else init, NAN if restore is None else restore,
        _STATUS.get(status, 3) if status else done[0], known, -1 if segment.error is None else group(segment.error),
        segment.error_at, segment.limit, float(segment.gap), gap_line, segment.lines, segment.events, segment.offset,
        segment.stop, segment.report_at,
    )  # fmt: skip


def shown(text: str) -> str:
    """An application line without the runtime's prefix of level, time and request id."""
    return parser()(text).text or text.rsplit("\t", 1)[-1]
