"""Events -> segments: feeds the events of one part of an input through the dialects, into rows, groups and quotes."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from itertools import repeat

from analyzer import limits
from analyzer.dialects import heads, parser
from analyzer.model import ErrorInfo, Events, Kind, Level, LogEvent, LogStream, Record
from analyzer.patterns import template
from analyzer.segments import STATUS_NUMBERS, Segment, Stream
from analyzer.stats import rows as bits
from analyzer.stats.groups import Groups, Key
from analyzer.stats.quotes import Quote, Quotes, when

_CUTS = (Kind.START, Kind.INIT_START, Kind.INIT_REPORT, Kind.RESTORE_START)
_ENDS = (Kind.END, Kind.REPORT, Kind.RUNTIME_DONE, Kind.TIMEOUT, Kind.EXIT)
_LOAD_ERRORS = (
    "Runtime.ImportModuleError", "Runtime.HandlerNotFound", "Runtime.UserCodeSyntaxError",
    "Runtime.MalformedHandlerName", "Runtime.BuiltInModuleConflict", "Runtime.BadFunctionCode", "Runtime.InitError",
    "Runtime.InvalidEntrypoint", "Runtime.InvalidWorkingDir", "Runtime.InvalidTaskConfig", "Runtime.Unknown",
)  # fmt: skip
_LOAD_WORDS = ("Error loading class ", "Class not found: ", "Invalid handler: ", "No public method named ")
"""Java says so of a class or method, under the type of whatever was thrown."""
_FATAL_RANK = 1  # a runtime's last words say more than the platform's note that it died
_RANKS = {"unhandled": 0, "init": 0, "platform": 2, "logged": 3, "warned": 4}
"""How grave a line is: the gravest of an execution stands for it."""


class Assembler:
    """Feeds events of one part of one input through the dialects into rows, groups and quotes."""

    def __init__(
        self,
        input_name: str,
        stream_of: Callable[[str | LogStream | None], tuple[int, str, str]],
        emit: Callable[[int, Segment], None],
        groups: Groups,
        quotes: Quotes,
        learn: Callable[[int, str, str], None],
    ) -> None:
        """Start with nothing read.

        `stream_of` numbers a stream name (index, key, source), `emit` takes a finished segment, `learn` what a
        platform line says of a stream: ("runtime", "function" or "initialization", value). `noticed` counts what
        weakens answers, by a reason of `analyzer.accounting`.
        """
        self.streams: dict[str | LogStream | None, Stream] = {}
        self.edges: dict[str, Stream] = {}
        self.events = 0
        self.noticed: dict[str, int] = {}
        self.invocations = self.failed = self.timeouts = self.out_of_memory = 0  # for progress only
        self._input, self._stream_of, self._emit = input_name, stream_of, emit
        self._groups, self._quotes, self._learn = groups, quotes, learn
        self._slow: dict[str, float] = {}
        self._heads, self._parse = heads(), parser()

    def feed(self, batch: Events) -> None:  # noqa: C901 - the hot loop: a call for each event would slow it down
        """Read a batch of events in the order of the input."""
        heads, parse, streams = self._heads.get, self._parse, self.streams
        start, line, end, cuts, ends, info = Kind.START, Kind.LINE, Kind.END, _CUTS, _ENDS, Level.INFO
        back, ids = limits.BACK_MS, batch.ids or repeat("")
        segment: Segment | None
        self.events += len(batch.messages)
        for time, name, text, offset, stop, event_id in zip(*batch[:5], ids):  # noqa: B905 - ids may be endless
            stream = streams.get(name)
            if stream is None:
                stream = streams[name] = self._stream(name)
            known = heads(text[:4])
            record = known(text) if known is not None else None
            if record is None:
                record = parse(text)
            kind = record[0]
            if time is None:
                time = -1 if record[3] is None else record[3]
            if kind in cuts:
                if stream.last_line is not None:
                    stream.end_segment()
                if stream.current is not None:
                    self._emit(stream.index, stream.current)
                flags = bits.HAS_START | bits.HAS_ID if kind is start else 0
                if time >= 0:
                    flags |= bits.HAS_TIME
                segment = stream.current = Segment(flags, record[1] or "", offset, time)
                stream.last, stream.last_line = time, None  # no silence is measured across a cut
                if stream.first is None:
                    stream.first = (time,)
                if kind is start:
                    self.invocations += 1
                    segment.version = record[7] or ""
                    if segment.version and segment.version != stream.version:  # the usual START needs no quoting
                        self._started(stream, record, LogEvent(time, offset, stop, text))
            else:
                if 0 <= time < stream.before - back:  # the input begins again
                    if stream.current is not None:
                        self._emit(stream.index, stream.current)
                    stream.current, stream.last, stream.last_line = Segment(0, "", offset), -1, None
                segment = stream.current or stream.head
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
            stream.before = time
            segment.events += 1
            if stop > segment.stop:
                segment.stop = stop
            if kind is line:
                segment.lines += 1
                if record[2] > info or record[5] is not None:
                    self._line(stream, segment, record, LogEvent(time, offset, stop, text, event_id or ""))
                if record[11] is not None:
                    segment.memory = record[11]
            elif kind is end:
                segment.flags |= bits.HAS_END
                if time > segment.end:
                    segment.end = time
            elif kind is not start:
                self._platform(stream, segment, record, LogEvent(time, offset, stop, text, event_id or ""))

    def _stream(self, name: str | LogStream | None) -> Stream:
        """The stream of a name; an input may name it with its group here and without there."""
        number, key, source = self._stream_of(name)
        return self.edges.setdefault(key, Stream(number, key, source))

    @staticmethod
    def _stray(current: Segment, request_id: str, offset: int) -> Segment:
        if current.strays is None:
            current.strays = {}
        found = current.strays.get(request_id)
        if found is None:
            found = current.strays[request_id] = Segment(bits.STRAY | bits.HAS_ID, request_id, offset)
        return found

    def _started(self, stream: Stream, record: Record, event: LogEvent) -> None:
        """Quote the first START of a version in a stream; of all streams the earliest stays."""
        stream.version = record.version or ""
        if record.function:
            self._learn(stream.index, "function", record.function)
        quote = self._quote(stream, record.request_id or "", event)
        self._quotes.add(("start", stream.source, stream.version), (quote.input, quote.offset), quote)

    def _platform(self, stream: Stream, segment: Segment, record: Record, event: LogEvent) -> None:
        kind = record.kind
        if kind is Kind.REPORT:
            self._report(stream, segment, record, event)
        elif kind in (Kind.INIT_START, Kind.RESTORE_START):
            segment.flags |= bits.HAS_INIT_START
            segment.memory = record.memory_mb or segment.memory
            if record.version:
                family, _, version = record.version.partition(":")
                self._learn(stream.index, "runtime", family + version.split(".v", 1)[0].split(".mainline", 1)[0])
            if record.function:
                self._learn(stream.index, "function", record.function)
            if record.initialization:
                self._learn(stream.index, "initialization", record.initialization)
        elif kind in (Kind.INIT_REPORT, Kind.RESTORE_REPORT):
            self._init_report(stream, segment, record, event)
        elif kind is Kind.TIMEOUT:
            segment.flags |= bits.TIMED_OUT
            if record.limit_s is not None and segment.limit != segment.limit:
                segment.limit = record.limit_s
            self._verdict(stream, ("timeout",), record.request_id or "", event)
        elif kind is Kind.EXIT:
            self._exit(stream, segment, record, event)
        elif kind is Kind.DROPPED:
            self.noticed["logs dropped"] = self.noticed.get("logs dropped", 0) + (record.missing or 1)
            self._verdict(stream, ("dropped",), "", event)
        elif kind is Kind.RUNTIME_DONE and record.report is not None:
            segment.flags |= bits.PLATFORM_JSON
            segment.done = segment.done or (
                STATUS_NUMBERS.get(record.report.status or "", 0),
                record.report.error_type or "",
            )

    def _report(self, stream: Stream, segment: Segment, record: Record, event: LogEvent) -> None:
        fields = record.report
        if fields is None:
            return
        if segment.report is None:  # a second one is quoted as if it were the first, for a cut may stand between them
            segment.report, segment.report_at = fields, event.offset
        segment.flags |= bits.HAS_REPORT | (bits.PLATFORM_JSON if event.text[:1] == "{" else 0)
        segment.end = max(segment.end, event.time)
        duration, _, size, used, init, restore, status, error_type, _ = fields
        if size and used:
            eighth = min(8 * used // size, 16)
            if not stream.eighths >> eighth & 1:
                stream.eighths |= 1 << eighth
                quote = self._quote(stream, record.request_id or "", event)
                self._quotes.add(("memory", stream.key, f"{eighth:02}"), (quote.input, event.offset), quote)
        if status and status != "success":
            self._verdict(stream, (status, error_type or ""), record.request_id or "", event)
            self.failed += 1
            self.timeouts += status == "timeout"
            self.out_of_memory += error_type == "Runtime.OutOfMemory"
        if init is not None or restore is not None:
            cold = init if init is not None else restore or 0.0
            self._top("init", stream, cold, record.request_id or "", event)
        failed = status not in (None, "success")
        if not failed and duration is not None and duration >= self._slow.get(stream.source, -1.0):
            self._top("slow", stream, duration, record.request_id or "", event)

    def _top(self, family: str, stream: Stream, value: float, request_id: str, event: LogEvent) -> None:
        """Keep a line among those with the largest value of its kind."""
        rule = (family, stream.source)
        quote = self._quote(stream, request_id, event)
        self._quotes.add(rule, (-value, *when(quote)), quote)
        if family == "slow":
            kept = self._quotes.floor(rule)
            self._slow[stream.source] = -kept[0] if kept else -1.0

    def _init_report(self, stream: Stream, segment: Segment, record: Record, event: LogEvent) -> None:
        fields = record.report
        segment.flags |= bits.HAS_INIT_REPORT
        if fields is None:
            return
        if fields.init_ms is not None:
            segment.init = fields.init_ms
        if fields.status and fields.status != "success":
            segment.flags |= bits.INIT_FAILED | (bits.INIT_TIMEOUT if fields.status == "timeout" else 0)
            segment.flags |= 0 if fields.phase == "init" else bits.INIT_FAILED_AGAIN
            segment.failed_init = segment.failed_init or fields.error_type or ""
            self._verdict(stream, ("init", fields.error_type or fields.status), "", event)

    def _exit(self, stream: Stream, segment: Segment, record: Record, event: LogEvent) -> None:
        error = record.error or ErrorInfo("", event.text, "", True)
        killed = "signal: killed" in error.message
        load = error.type in _LOAD_ERRORS or error.message.startswith("Unknown application")
        segment.flags |= bits.KILLED if killed else bits.INIT_FAILED if load else bits.EXITED
        self._error(stream, segment, "init" if load else "platform", record, error, event)
        self._verdict(stream, ("exit",), record.request_id or "", event)

    def _line(self, stream: Stream, segment: Segment, record: Record, event: LogEvent) -> None:
        """A line of the application that is a warning or worse."""
        error = record.error
        if error is not None and error.unhandled:
            load = error.type in _LOAD_ERRORS or error.type.startswith("Init<") or error.message.startswith(_LOAD_WORDS)
            died = error.type in ("panic", "fatal error")  # Go's runtime ends the process, whatever REPORT says
            segment.flags |= bits.INIT_FAILED if load else bits.EXITED if died else bits.UNHANDLED
            self._error(stream, segment, "init" if load else "unhandled", record, error, event)
            return
        if "LAMBDA_WARNING: " in event.text:  # advice of the platform that accompanies an error already seen
            return
        if record.level >= Level.ERROR:
            segment.flags |= bits.LOGGED_ERROR
        outcome = "logged" if record.level >= Level.ERROR else "warned"
        self._error(stream, segment, outcome, record, error or ErrorInfo("", record.text, "", False), event)

    def _error(
        self, stream: Stream, segment: Segment, outcome: str, record: Record, error: ErrorInfo, event: LogEvent
    ) -> None:
        """Count the line in its group and remember the gravest of the segment."""
        key: Key = (stream.source, outcome, error.type[:200], template(error.message), error.frame[:200])
        mark = _mark(stream.key, event)
        self._groups.add(key, self._quote(stream, record.request_id or "", event), error.message, mark)
        rank = _FATAL_RANK if outcome == "logged" and record.level >= Level.FATAL else _RANKS[outcome]
        if outcome != "warned":
            segment.blame(key, rank, event.time, event.offset)

    def _verdict(self, stream: Stream, verdict: tuple[str, ...], request_id: str, event: LogEvent) -> None:
        """Quote the first lines and the last line that say how executions ended."""
        quote = self._quote(stream, request_id, event)
        first = when(quote)
        self._quotes.add(("first", stream.source, *verdict), first, quote)
        self._quotes.add(("last", stream.source, *verdict), (first[0], -quote.time, quote.input, -quote.offset), quote)

    def _quote(self, stream: Stream, request_id: str, event: LogEvent) -> Quote:
        time, offset, end, text = event[:4]
        return Quote(self._input, offset, end, time, stream.key, request_id, text[: limits.QUOTE_CHARS])


def _mark(stream: str, event: LogEvent) -> int:
    """A number of 64 bits that is the same for the same line in every export: odd where an event id proves it.

    0 where nothing tells a line from one that says the same.
    """
    if event.id:
        said = f"{stream}\0{event.id}"
    elif event.time >= 0:
        said = f"{stream}\0{event.time}\0{event.text}"
    else:
        return 0
    digest = int.from_bytes(blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
    return digest | 1 if event.id else (digest | 1) - 1 or 2
