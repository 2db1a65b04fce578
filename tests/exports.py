"""Seeded CloudWatch exports of Lambda functions that fail in known ways: what tests and benchmarks read.

No export of a real function can be published, so a small simulator plays the platform: environments start, age, keep
memory, are killed at their limit and start over inside the next request. A scenario is a function, its traffic and its
fault; the log lines follow from those, in the words and bytes of Lambda's own (Developer Guide, "Lambda function
logs").

    events = memory_leak()                     a list of Event, by time: the same seed gives the same list
    data = filter_log_events(events)           the bytes the AWS CLI or jq would have written
    large(50_000_000, file)                    an export of that size, streamed, for benchmarks
    python tests/exports.py memory_leak --format pasted > leak.log
    python tests/exports.py --examples         writes the example files of the page again

The first part is the simulator, the second the scenarios, the third the containers, the fourth the command line.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

Style = Literal["new", "old", "json"]
Language = Literal["python", "node"]

START = 1_773_900_000_000
"""2026-03-19 06:00:00 UTC: when every scenario begins unless it is told otherwise."""

MINUTE = 60_000
HOUR = 60 * MINUTE
REGION = "eu-west-1"
ACCOUNT = "123456789012"

RUNTIMES = {"python": "python:3.13.v62", "node": "nodejs:22.v54"}
WARNING_TEXT = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. However, in rare "
    "cases, a Lambda runtime update can cause unexpected function behavior. For functions using managed runtimes, "
    "runtime updates can be triggered by a function change, or can be applied automatically. To determine if the "
    "runtime has been updated, check the runtime version in the INIT_START log entry. If this error correlates with "
    "a change in the runtime version, you may be able to mitigate this error by temporarily rolling back to the "
    "previous runtime version. For more information, see "
    "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html"
)
"""What the Python runtime logs when initialisation raises (aws-lambda-python-runtime-interface-client)."""


# --- The simulator ---------------------------------------------------------------------------------------------------


class Event(NamedTuple):
    """One log event with everything CloudWatch knows about it."""

    timestamp: int
    ingestion: int
    stream: str
    id: str
    message: str


class Line(NamedTuple):
    """An application's line: `at` ms after the handler began; level PRINT goes out as it is, without a prefix."""

    at: float
    level: str
    text: str


class Failure(NamedTuple):
    """An exception as the runtime reports it; `frames` are (file, line, function, source), outermost first."""

    type: str
    message: str
    frames: tuple[tuple[str, int, str, str], ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What one request does to its environment: time, memory, words, and how its code ends.

    `memory` is needed while it runs, `keeps` is never given back. Being killed for time or memory is not said here:
    it follows from the function's limits. `exits` is how the process ends itself, as the old style words it.
    """

    duration: float = 50.0
    lines: tuple[Line, ...] = ()
    memory: float = 4.0
    keeps: float = 0.0
    raises: Failure | None = None
    exits: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """A deployed function: its settings, and what its environments need before any request."""

    name: str
    version: str = "$LATEST"
    language: Language = "python"
    style: Style = "new"
    memory_mb: int = 256
    limit_s: float = 30.0
    base_mb: float = 80.0
    init_ms: float = 320.0
    restart_ms: float = 420.0
    xray: float = 0.0
    broken: Failure | None = None
    init_lines: tuple[tuple[str, str], ...] = ()


def iso(ms: float) -> str:
    """The time as the runtimes write it: UTC with milliseconds and Z."""
    seconds, rest = divmod(int(ms), 1000)
    return f"{_second(seconds)}.{rest:03d}Z"


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def uuid(rng: random.Random) -> str:
    """A request id, version 4."""
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[int(text[16], 16) & 3]}{text[17:20]}-{text[20:]}"


def stream_name(rng: random.Random, at: float, version: str) -> str:
    """The name of an environment's log stream: the day it started, the function's version, 32 hex digits."""
    day = datetime.fromtimestamp(at / 1000, UTC).strftime("%Y/%m/%d")
    return f"{day}/[{version}]{rng.getrandbits(128):032x}"


def runtime_of(function: Function) -> tuple[str, str]:
    """The runtime version and its ARN as INIT_START prints them; one version has one ARN."""
    version = RUNTIMES[function.language]
    return version, f"arn:aws:lambda:{REGION}::runtime:{hashlib.sha256(version.encode()).hexdigest()}"


class Log:
    """Collects what environments write, then puts it into the order and numbering CloudWatch gives it."""

    def __init__(self, seed: int) -> None:
        """One source of randomness for everything in one log."""
        self.rng = random.Random(seed)
        self._rows: list[tuple[int, int, int, str, str]] = []

    def add(self, at: float, stream: str, message: str) -> int:
        """Keep a line; the returned index lets `delivered` set when it arrived."""
        self._rows.append((int(at), len(self._rows), 0, stream, message))
        return len(self._rows) - 1

    def delivered(self, indexes: Iterable[int], at: float) -> None:
        """Lambda delivers the lines of a request in one batch, after it."""
        for index in indexes:
            time, order, _, stream, message = self._rows[index]
            self._rows[index] = (time, order, max(int(at), time), stream, message)

    def events(self) -> list[Event]:
        """All lines by time; the event id is time · 2^144 plus a part that ascends within the millisecond."""
        rows = sorted(self._rows)
        events: list[Event] = []
        last, low = -1, 0
        for time, _, ingestion, stream, message in rows:
            low = low + 1 if time == last else self.rng.getrandbits(143)
            last = time
            events.append(Event(time, ingestion or time + 900, stream, str((time << 144) + low), message))
        return events


class Environment:
    """One execution environment: a stream, one request at a time, memory whose high-water mark REPORT shows."""

    def __init__(self, log: Log, function: Function, at: float) -> None:
        """Not started yet: the first request starts it and sees the cold start."""
        self.log, self.function = log, function
        self.stream = stream_name(log.rng, at, function.version)
        self.born = self.free = at
        self.served = 0
        self._started = False
        self._dead = function.broken is not None
        self._kept = 0.0
        self._mark = 0.0
        self._indexes: list[int] = []

    def emit(self, at: float, message: str) -> None:
        """Write one log event."""
        self._indexes.append(self.log.add(at, self.stream, message))

    def invoke(self, at: float, call: Call, request_id: str = "") -> float:
        """Serve one request, not before the last one ended; returns when this one ended."""
        log, function = self.log, self.function
        rid = request_id or uuid(log.rng)
        at = max(at, self.free + 1)
        init: float | None = None
        if not self._started:
            self._started = True
            init = self._initialise(at)
            at += init
        restart = 0.0
        if self._dead:
            restart = function.restart_ms * log.rng.uniform(0.96, 1.06)
            self._kept = self._mark = 0.0
            self._dead = False
        if function.broken:
            at, init = at + restart, None
            self._failed_init(at, function.broken, restart, "invoke")
        self._start(at, rid)
        limit = function.limit_s * 1000
        need = function.base_mb + self._kept + call.memory
        duration = restart + (0.0 if function.broken else call.duration)
        ending = "ok"
        if function.broken:
            ending = "init"
        elif need > function.memory_mb:
            ending = "memory"
        elif duration >= limit:
            ending, duration = "timeout", limit
        elif call.exits:
            ending = "exit"
        elif call.raises:
            ending = "raises"
        for line in call.lines:
            when = at + restart + line.at
            if when < at + duration and not function.broken:
                self.emit(when, app_line(function, when, rid, line.level, line.text))
        self._mark = min(max(self._mark, need), function.memory_mb)
        self._kept += call.keeps
        # A failed init has spent the duration before START.
        end = at + (2 if function.broken else duration)
        if ending == "raises" and call.raises:
            self.emit(end - 1, unhandled(function, end - 1, rid, call.raises))
        self._finish(end, rid, ending, duration, init, call)
        self._dead = ending in ("memory", "timeout", "exit", "init")
        self.free = end + 1
        self.served += 1
        log.delivered(self._indexes, end + log.rng.uniform(300, 4000))
        self._indexes.clear()
        return end

    def _initialise(self, at: float) -> float:
        """INIT_START and what the module prints; returns how long initialisation took."""
        function, rng = self.function, self.log.rng
        took = function.init_ms * rng.uniform(0.88, 1.3)
        version, arn = runtime_of(function)
        if function.style == "json":
            record = {
                "initializationType": "on-demand",
                "phase": "init",
                "runtimeVersion": version,
                "runtimeVersionArn": arn,
                "functionName": function.name,
                "functionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function.name}:{function.version}",
                "functionVersion": function.version,
                "instanceId": self.stream,
                "instanceMaxMemory": function.memory_mb * 1024 * 1024,
            }
            self.emit(at, platform(at, "initStart", record))
        else:
            self.emit(at, f"INIT_START Runtime Version: {version}\tRuntime Version ARN: {arn}\n")
        for number, (level, text) in enumerate(function.init_lines, 1):
            when = at + took * number / (len(function.init_lines) + 1)
            self.emit(when, app_line(function, when, "", level, text))
        if function.broken:
            self._failed_init(at + took, function.broken, took, "init")
        return took

    def _failed_init(self, at: float, failure: Failure, took: float, phase: str) -> None:
        """The runtime's words for an initialisation that raised, then the platform's INIT_REPORT."""
        function = self.function
        if function.language == "python":
            self.emit(at - 2, app_line(function, at - 2, "", "WARNING", WARNING_TEXT))
        self.emit(at - 1, unhandled(function, at - 1, "", failure))
        if function.style == "json":
            record = {
                "initializationType": "on-demand",
                "phase": phase,
                "status": "error",
                "errorType": failure.type,
                "metrics": {"durationMs": round(took, 3)},
            }
            self.emit(at, platform(at, "initReport", record))
        else:
            verdict = f"Phase: {phase}\tStatus: error\tError Type: {failure.type}"
            self.emit(at, f"INIT_REPORT Init Duration: {took:.2f} ms\t{verdict}\n")

    def _start(self, at: float, rid: str) -> None:
        if self.function.style == "json":
            self.emit(at, platform(at, "start", {"requestId": rid, "version": self.function.version}))
        else:
            self.emit(at, f"START RequestId: {rid} Version: {self.function.version}\n")

    def _finish(self, end: float, rid: str, ending: str, duration: float, init: float | None, call: Call) -> None:
        """END and REPORT, or their JSON twin, with the verdict where this style prints one."""
        function, rng = self.function, self.log.rng
        limit = function.limit_s * 1000
        if function.style == "old" and ending == "timeout":
            duration += rng.uniform(0.4, 9.0)
        billed = -int(-((min(duration, limit)) + (init or 0.0)) // 1)
        mark = round(self._mark) if ending != "memory" else function.memory_mb
        error_type = {"memory": "Runtime.OutOfMemory", "exit": "Runtime.ExitError"}.get(ending, "")
        if ending == "init" and function.broken:
            error_type = function.broken.type
        if function.style == "json":
            self._finish_json(end, rid, ending, duration, billed, mark, init, error_type, call)
            return
        if function.style == "old" and ending in ("memory", "exit"):
            how = "exited with error: signal: killed" if ending == "memory" else call.exits
            self.emit(end, f"RequestId: {rid} Error: Runtime {how}\nRuntime.ExitError\n")
        self.emit(end, f"END RequestId: {rid}\n")
        report = (
            f"REPORT RequestId: {rid}\tDuration: {duration:.2f} ms\tBilled Duration: {billed} ms\t"
            f"Memory Size: {function.memory_mb} MB\tMax Memory Used: {mark} MB\t"
        )
        if init is not None:
            report += f"Init Duration: {init:.2f} ms\t"
        if function.style == "new" and ending == "timeout":
            report += "Status: timeout"
        elif error_type and function.style == "new":
            report += f"Status: error\tError Type: {error_type}"
        report += "\n"
        if rng.random() < function.xray:
            report += (
                f"XRAY TraceId: 1-{int(end / 1000):08x}-{rng.getrandbits(96):024x}\t"
                f"SegmentId: {rng.getrandbits(64):016x}\tSampled: true\t\n"
            )
        self.emit(end, report)
        if function.style == "old" and ending == "timeout":
            self.emit(end, f"{iso(end)} {rid} Task timed out after {function.limit_s:.2f} seconds\n\n")

    def _finish_json(
        self,
        end: float,
        rid: str,
        ending: str,
        duration: float,
        billed: int,
        mark: int,
        init: float | None,
        error_type: str,
        call: Call,
    ) -> None:
        """platform.runtimeDone (written only for failures at the default log level) and platform.report."""
        status = {"ok": "success", "raises": "failure", "timeout": "timeout"}.get(ending, "error")
        error_type = call.raises.type if ending == "raises" and call.raises else error_type
        error: dict[str, object] = {"errorType": error_type} if error_type else {}
        metrics: dict[str, object] = {
            "durationMs": round(duration, 3),
            "billedDurationMs": billed,
            "memorySizeMB": self.function.memory_mb,
            "maxMemoryUsedMB": mark,
        }
        if init is not None:
            metrics["initDurationMs"] = round(init, 3)
        if status != "success":
            done = {"requestId": rid, "status": status, **error, "metrics": {"durationMs": round(duration, 3)}}
            self.emit(end, platform(end, "runtimeDone", done))
        self.emit(end, platform(end, "report", {"requestId": rid, "metrics": metrics, "status": status, **error}))


def platform(at: float, kind: str, record: Mapping[str, object]) -> str:
    """One platform event of the JSON log format."""
    envelope = {"time": iso(at), "type": f"platform.{kind}", "record": record}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")) + "\n"


def app_line(function: Function, at: float, rid: str, level: str, text: str) -> str:
    """A line of the application as its runtime's logger writes it; `rid` is empty during initialisation."""
    if level == "PRINT":
        return text + "\n"
    if function.language == "python":
        if function.style == "json":
            row = {"timestamp": iso(at), "level": level, "message": text, "logger": "root", "requestId": rid}
            return json.dumps({key: value for key, value in row.items() if value}, ensure_ascii=False) + "\n"
        return f"[{level}]\t{iso(at)}\t{rid}\t{text}\n"
    level = "WARN" if level == "WARNING" else level
    if function.style == "json":
        row = {"timestamp": iso(at), "level": level, "requestId": rid, "message": text}
        kept = {key: value for key, value in row.items() if value}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n"
    return f"{iso(at)}\t{rid or 'undefined'}\t{level}\t{text}\n"


def unhandled(function: Function, at: float, rid: str, failure: Failure) -> str:
    """What the runtime, not the application, writes when the code raised."""
    frames = failure.frames
    if function.language == "python":
        stack = [f'  File "{file}", line {line}, in {name}\n    {source}\n' for file, line, name, source in frames]
        if function.style == "json":
            row: dict[str, object] = {
                "timestamp": iso(at),
                "log_level": "ERROR",
                "errorMessage": failure.message,
                "errorType": failure.type,
                "requestId": rid,
                "stackTrace": stack,
            }
            return json.dumps(row, ensure_ascii=False) + "\n"
        indented = ["\xa0" * (len(row) - len(row.lstrip(" "))) + row.lstrip(" ") for row in "".join(stack).splitlines()]
        head = f"[ERROR] {failure.type}: {failure.message}"
        return "\n".join([head, "Traceback (most recent call last):", *indented])
    trace = [f"    at {name} ({file}:{line}:{len(source)})" for file, line, name, source in frames]
    if function.style == "json":
        # JavaScript's stack begins with the innermost frame.
        message = {"errorType": failure.type, "errorMessage": failure.message, "stackTrace": trace[::-1]}
        entry: dict[str, object] = {"timestamp": iso(at), "level": "ERROR", "requestId": rid, "message": message}
        return json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n"
    kind = "Invoke Error" if rid else "Uncaught Exception"
    code = {"code": failure.code} if failure.code else {}
    payload = {
        "errorType": failure.type,
        "errorMessage": failure.message,
        **code,
        "stack": [*f"{failure.type}: {failure.message}".split("\n"), *trace[::-1]],
    }
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return f"{iso(at)}\t{rid or 'undefined'}\tERROR\t{kind} \t{body}\n"


class Fleet:
    """Routes requests as Lambda does: to the free environment used last, else to a new one."""

    def __init__(self, log: Log, function: Function, *, idle_ms: float = 12 * MINUTE, lives: int = 0) -> None:
        """Environments end after `idle_ms` without work, or after `lives` requests where that is not 0."""
        self.log, self.function = log, function
        self._idle, self._lives = idle_ms, lives
        self._environments: list[Environment] = []

    def send(self, at: float, call: Call, request_id: str = "") -> float:
        """Serve a request that arrives at `at`; requests must arrive in order."""
        usable = [
            environment
            for environment in self._environments
            if at - environment.free < self._idle and not (self._lives and environment.served >= self._lives)
        ]
        self._environments = usable
        free = [environment for environment in usable if environment.free < at]
        if free:
            chosen = max(free, key=lambda environment: environment.free)
        else:
            chosen = Environment(self.log, self.function, at)
            usable.append(chosen)
        return chosen.invoke(at, call, request_id)


def arrivals(rng: random.Random, start: float, span: float, n: int) -> list[float]:
    """Arrival times of n requests over a span, as independent clients make them."""
    return sorted(start + rng.random() * span for _ in range(n))


def skewed(rng: random.Random, median: float, p95: float) -> float:
    """A duration in ms: lognormal with the given median and 95th percentile."""
    return float(median * (p95 / median) ** (rng.gauss(0.0, 1.0) / 1.645))


def chosen(rng: random.Random, n: int, k: int) -> set[int]:
    """Pick k of n positions, spread over the whole: one from each k-th part."""
    return {min(n - 1, int((i + rng.uniform(0.15, 0.85)) * n / k)) for i in range(min(k, n))}


# --- The scenarios ---------------------------------------------------------------------------------------------------


def healthy(seed: int = 1, n: int = 1200, start: int = START) -> list[Event]:
    """Nothing is wrong, though the words are there: errors: 0, timeout=30, exceptions that were caught."""
    log = Log(seed)
    rng = log.rng
    fleet = Fleet(log, Function("catalog-search", "12", base_mb=142, init_ms=290, xray=0.05), idle_ms=40 * MINUTE)
    for at in arrivals(rng, start, 4 * HOUR, n):
        took = skewed(rng, 46, 96)
        lines = [Line(1, "INFO", f"GET /search q={rng.choice(WORDS)} page={rng.randint(1, 4)} timeout=30")]
        draw = rng.random()
        if draw < 0.02:
            lines.append(Line(took * 0.3, "WARNING", f"caught ValueError for facet {rng.choice(WORDS)}, using default"))
        elif draw < 0.05:
            lines.append(Line(took * 0.4, "INFO", "index refresh done, errors: 0, failed=0, retries: 0"))
        elif draw < 0.07:
            lines.append(Line(took * 0.4, "INFO", "Exception handler registered, error budget 99.95%"))
        hits = rng.randint(0, 240)
        lines.append(Line(took * 0.9, "INFO", f'200 in {took:.0f} ms, {hits} hits, "error": null'))
        fleet.send(at, Call(took, tuple(lines), memory=rng.uniform(4, 14)))
    return log.events()


WORDS = ("kettle", "lamp", "desk", "bicycle", "tent", "jacket", "mug", "chair", "rug", "radio")


def memory_leak(seed: int = 7, n: int = 1860, start: int = START, lines: float = 2.0) -> list[Event]:
    """orders-api: version 42 keeps every price quote it saw, so each environment dies after about 93 requests.

    Version 41 serves three tenths of the requests at a steady 121 to 124 MB until 42 takes over after 90 minutes.
    `lines` is how many application lines a request writes on average; the warnings are written whatever it is.
    """
    log = Log(seed)
    rng = log.rng
    width = max(1, round(4 * n / 1860))
    before = round(n * 0.3)
    old = Function("orders-api", "41", base_mb=118, init_ms=410, restart_ms=1320)
    new = replace(old, version="42", base_mb=118)
    warned = chosen(rng, n, round(31 * n / 1860))
    rejected = chosen(rng, n, round(8 * n / 1860)) - warned
    span_old, begin_new, end = 90 * MINUTE, start + 90 * MINUTE, start + 5 * HOUR
    handover = [34 * MINUTE * i / max(1, width - 1) for i in range(width)]
    plan: list[tuple[float, int]] = []
    for i in range(width):
        count = before // width + (i < before % width)
        step = (span_old + handover[i] - 2 * MINUTE) / count
        plan += [(start + step * (k + rng.uniform(0.05, 0.9)) + 3000 * i, i) for k in range(count)]
        count = (n - before) // width + (i < (n - before) % width)
        first = begin_new + handover[i] + 20_000
        step = (end - MINUTE - first) / count
        plan += [(first + step * (k + rng.uniform(0.05, 0.9)), width + i) for k in range(count)]
    environments: dict[int, Environment] = {}
    age: Counter[int] = Counter()
    keeps: dict[int, float] = {}
    for number, (at, lane) in enumerate(sorted(plan)):
        leaks = lane >= width
        environment = environments.get(lane)
        if environment is None:
            environment = environments[lane] = Environment(log, new if leaks else old, at)
        if not age[lane]:
            keeps[lane] = 138 / (rng.randint(91, 95) - 0.9)
        # The last request of a life is the one whose need passes the size; it crawls before it is killed.
        killed = leaks and age[lane] * keeps[lane] + 0.9 > 138
        took = rng.uniform(940, 1912) if killed else skewed(rng, 85, 184)
        if number in warned and not killed:
            took += rng.choice((180, 260, 390, 1180)) * rng.uniform(0.9, 1.1)
        words = _order_lines(rng, took, lines, number in warned, number in rejected, killed, age[lane], leaks)
        call = Call(min(took, 1912), words, rng.uniform(0.0, 0.9) if leaks else rng.uniform(3.0, 6.3))
        if killed:
            call = replace(call, memory=call.memory + 2)
        environment.invoke(at, replace(call, keeps=keeps[lane] if leaks else 0.0))
        age[lane] = 0 if killed else age[lane] + 1
    return log.events()


def _order_lines(
    rng: random.Random, took: float, mean: float, warned: bool, rejected: bool, killed: bool, age: int, leaks: bool
) -> tuple[Line, ...]:
    """What orders-api says about one order: on average `mean` lines beside its warnings."""
    order, count = f"A-{98000 + rng.randint(0, 1999)}", rng.randint(1, 16)
    share = min(1.0, mean / 4)
    lines: list[Line] = []
    customer = f"C-{rng.randint(20000, 20999)}"
    if rng.random() < share or warned or killed:
        lines.append(Line(1, "INFO", f"POST /orders customer={customer} items={count}"))
    if rng.random() < share:
        lines.append(Line(3, "DEBUG", f"order {order} read, {count} lines"))
    if warned:
        sku = f"SK-{rng.randint(48000, 48999)}"
        text = f"price lookup for sku {sku} failed: connection reset, attempt 1 of 3"
        lines.append(Line(38, "WARNING", text))
    if rng.random() < share:
        quotes = f", history now holds {age * 52 + count} quotes" if leaks else ""
        lines.append(Line(44 if killed else max(4, took * 0.55), "DEBUG", f"{count} prices found{quotes}"))
    if rejected:
        lines.append(Line(took * 0.8, "WARNING", f"order {order} rejected: field quantity must be positive"))
    elif rng.random() < share and not killed:
        lines.append(Line(took * 0.9, "INFO", f"order {order} accepted, total {rng.randint(900, 48000) / 100:.2f} EUR"))
    return tuple(lines)


def memory_undersized(seed: int = 3, n: int = 800, start: int = START, style: Style = "new") -> list[Event]:
    """Large documents need more than there is: old and new environments die alike, small documents never."""
    log = Log(seed)
    rng = log.rng
    function = Function("pdf-thumbnails", "9", style=style, memory_mb=512, base_mb=110, init_ms=610, restart_ms=760)
    fleet = Fleet(log, function, idle_ms=25 * MINUTE)
    for at in arrivals(rng, start, 6 * HOUR, n):
        size = int(skewed(rng, 1_900_000, 9_000_000)) if rng.random() > 0.025 else rng.randint(32_000_000, 48_000_000)
        size = min(size, 48_000_000) if size > 30_000_000 else min(size, 24_000_000)
        need, took = size / 1e6 * 13, 120 + size / 1e6 * 55
        key = f"in/{rng.getrandbits(32):08x}.pdf"
        lines = (
            Line(2, "INFO", f"rendering s3://documents/{key} size={size} bytes"),
            Line(took * 0.93, "INFO", f"stored thumbs/{key[3:-4]}.png pages={rng.randint(1, 60)}"),
        )
        died = function.base_mb + need > function.memory_mb
        fleet.send(at, Call(took * rng.uniform(0.4, 0.8) if died else took, lines[:1] if died else lines, memory=need))
    return log.events()


def slow_dependency(seed: int = 5, n: int = 9020, start: int = START) -> list[Event]:
    """resize-images waits for S3 until its limit in 214 of 9,020 requests: a line before the call, then silence."""
    log = Log(seed)
    rng = log.rng
    function = Function("resize-images", "18", language="node", memory_mb=512, base_mb=96, init_ms=360, restart_ms=480)
    fleet = Fleet(log, function, idle_ms=15 * MINUTE)
    stalled = chosen(rng, n, max(4, round(n * 214 / 9020)))
    slow = chosen(rng, n, max(4, n // 60)) - stalled
    span = min(6 * HOUR, n * 2400)
    for number, at in enumerate(arrivals(rng, start, span, n)):
        key = f"uploads/{rng.getrandbits(40):010x}.jpg"
        fetch = skewed(rng, 110, 290)
        if number in stalled:
            fetch = 60_000.0
        elif number in slow:
            fetch = rng.uniform(6_000, 26_000)
        width, kilobytes = rng.choice((320, 640, 1280)), rng.randint(40, 900)
        lines = (
            Line(2, "INFO", f"resize {key} to width {width}"),
            Line(5, "INFO", f"GET s3.{REGION}.amazonaws.com/photos-{REGION}/{key}"),
            Line(fetch + 60, "INFO", f"stored thumbs/{width}/{key[8:]}, {kilobytes} kB"),
        )
        fleet.send(at, Call(fetch + 72, lines, memory=rng.uniform(18, 44)))
    return log.events()


def timeout_old_style(seed: int = 11, n: int = 500, start: int = START) -> list[Event]:
    """The default limit of 3 s, in the words of the years before 2025 and of the China and GovCloud regions."""
    log = Log(seed)
    rng = log.rng
    function = Function("send-receipt", style="old", memory_mb=128, limit_s=3.0, base_mb=61, init_ms=240)
    fleet = Fleet(log, function, idle_ms=20 * MINUTE)
    stalled = chosen(rng, n, max(3, n // 30))
    for number, at in enumerate(arrivals(rng, start, 5 * HOUR, n)):
        took = 20_000.0 if number in stalled else skewed(rng, 240, 900)
        order = f"A-{rng.randint(70000, 79999)}"
        lines = (
            Line(1, "INFO", f"receipt for order {order}"),
            Line(9, "INFO", "connecting to smtp.example.com:587"),
            Line(took - 4, "INFO", f"receipt for order {order} sent"),
        )
        fleet.send(at, Call(took, lines, memory=rng.uniform(2, 7)))
    return log.events()


IMPORT_ERROR = Failure(
    "Runtime.ImportModuleError", "Unable to import module 'app': No module named 'psycopg2._psycopg'"
)
NODE_IMPORT_ERROR = Failure(
    "Runtime.ImportModuleError",
    "Error: Cannot find module 'pg'\nRequire stack:\n- /var/task/index.js\n- /var/runtime/index.mjs",
    (
        ("file:///var/runtime/index.mjs", 1137, "Runtime.start", "await this.handler()"),
        ("file:///var/runtime/index.mjs", 1093, "async _loadUserApp", "throw new Error(e.message)"),
    ),
)


def broken_package(seed: int = 13, n: int = 240, start: int = START, language: Language = "python") -> list[Event]:
    """billing-sync: version 7 cannot load, so initialisation fails in every environment and every request."""
    log = Log(seed)
    rng = log.rng
    broken = IMPORT_ERROR if language == "python" else NODE_IMPORT_ERROR
    function = Function(
        "billing-sync", "7", language, memory_mb=256, base_mb=38, init_ms=140, restart_ms=210, broken=broken
    )
    fleet = Fleet(log, function, idle_ms=10 * MINUTE, lives=40)
    for at in arrivals(rng, start, 3 * HOUR, n):
        fleet.send(at, Call(memory=rng.uniform(0, 1.4)))
    return log.events()


def broken_package_node(seed: int = 13, n: int = 240, start: int = START) -> list[Event]:
    """The same in Node.js: Uncaught Exception, Cannot find module."""
    return broken_package(seed, n, start, "node")


APP = "/var/task/app.py"
KEY_ERROR = Failure(
    "KeyError",
    "'customer_id'",
    (
        (APP, 27, "handler", "return confirm(json.loads(event['body']))"),
        (APP, 41, "confirm", "customer = customers[order['customer_id']]"),
    ),
)
TYPE_ERROR = Failure(
    "TypeError",
    "unsupported operand type(s) for *: 'NoneType' and 'float'",
    (
        (APP, 27, "handler", "return confirm(json.loads(event['body']))"),
        (APP, 58, "confirm", "total += row['quantity'] * row['price']"),
    ),
)
NODE_TYPE_ERROR = Failure(
    "TypeError",
    "Cannot read properties of undefined (reading 'id')",
    (
        ("file:///var/runtime/index.mjs", 1173, "Runtime.handleOnceNonStreaming", "await this.handler(event)"),
        ("/var/task/index.js", 12, "exports.handler", "  return confirm(JSON.parse(event.body));"),
        ("/var/task/src/orders.js", 48, "confirm", "  const customer = order.customer.id;"),
    ),
)
NODE_RANGE_ERROR = Failure(
    "RangeError",
    "Invalid time value",
    (
        ("/var/task/index.js", 12, "exports.handler", "  return confirm(JSON.parse(event.body));"),
        ("/var/task/src/orders.js", 71, "dueDate", "  return new Date(order.due).toISOString();"),
    ),
)


def code_defect(
    seed: int = 17, n: int = 900, start: int = START, language: Language = "python", style: Style = "new"
) -> list[Event]:
    """Some inputs raise, all day long and in one version: REPORT has no Status, the environment stays warm."""
    log = Log(seed)
    rng = log.rng
    first, second = (KEY_ERROR, TYPE_ERROR) if language == "python" else (NODE_TYPE_ERROR, NODE_RANGE_ERROR)
    function = Function("confirm-order", "23", language, style, memory_mb=256, base_mb=74, init_ms=350)
    fleet = Fleet(log, function, idle_ms=30 * MINUTE)
    bad = chosen(rng, n, max(2, n // 45))
    worse = chosen(rng, n, max(1, n // 150)) - bad
    for number, at in enumerate(arrivals(rng, start, 8 * HOUR, n)):
        took = skewed(rng, 62, 150)
        order = f"B-{rng.randint(10000, 99999)}"
        failure = first if number in bad else second if number in worse else None
        lines = [Line(1, "INFO", f"confirm order {order}")]
        if failure is None:
            lines.append(Line(took * 0.9, "INFO", f"order {order} confirmed in {took:.0f} ms"))
        fleet.send(at, Call(took, tuple(lines), memory=rng.uniform(2, 9), raises=failure))
    return log.events()


def code_defect_node(seed: int = 17, n: int = 900, start: int = START) -> list[Event]:
    """The same in Node.js: Invoke Error with the error as JSON."""
    return code_defect(seed, n, start, "node")


def process_exit(
    seed: int = 19, n: int = 400, start: int = START, style: Style = "new", how: str = "exit status 1"
) -> list[Event]:
    """The process ends itself in some requests; the next one pays for starting it again."""
    log = Log(seed)
    rng = log.rng
    function = Function("sync-inventory", "5", style=style, base_mb=66, init_ms=280, restart_ms=330)
    fleet = Fleet(log, function, idle_ms=20 * MINUTE)
    ending = f"exited with error: {how}" if how else "exited without providing a reason"
    dying = chosen(rng, n, max(2, n // 40))
    for number, at in enumerate(arrivals(rng, start, 4 * HOUR, n)):
        took = skewed(rng, 130, 340)
        lines = [Line(1, "INFO", f"sync warehouse {rng.randint(1, 9)}")]
        dies = number in dying
        if dies and how.startswith("exit status"):
            lines.append(Line(took - 6, "PRINT", "inventory service answered with an unknown schema, giving up"))
        elif not dies:
            lines.append(Line(took * 0.95, "INFO", f"{rng.randint(20, 900)} items in sync"))
        fleet.send(at, Call(took, tuple(lines), memory=rng.uniform(3, 8), exits=ending if dies else ""))
    return log.events()


def process_exit_old(seed: int = 19, n: int = 400, start: int = START) -> list[Event]:
    """Runtime exited with error: exit status 1, in the old style."""
    return process_exit(seed, n, start, "old")


def segfault(seed: int = 23, n: int = 400, start: int = START) -> list[Event]:
    """A native library crashes: signal: segmentation fault, which only the old style tells."""
    return process_exit(seed, n, start, "old", "signal: segmentation fault")


def oom_old_style(seed: int = 3, n: int = 600, start: int = START) -> list[Event]:
    """Killed for memory in the old words: Runtime exited with error: signal: killed."""
    return memory_undersized(seed, n, start, "old")


DENIED = (
    "An error occurred (AccessDeniedException) when calling the PutItem operation: User: "
    f"arn:aws:sts::{ACCOUNT}:assumed-role/invoice-writer-role/invoice-writer is not authorized to perform: "
    f"dynamodb:PutItem on resource: arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/invoices because no identity-based "
    "policy allows the dynamodb:PutItem action"
)
BOTO = "/var/lang/lib/python3.13/site-packages/botocore/client.py"
BOTO_FRAMES = (
    (BOTO, 570, "_api_call", "return self._make_api_call(operation_name, kwargs)"),
    (BOTO, 1031, "_make_api_call", "raise error_class(parsed_response, operation_name)"),
)


def access_denied(seed: int = 29, n: int = 500, start: int = START) -> list[Event]:
    """Writing is not allowed, reading is: every invoice that has to be stored fails with the same action."""
    log = Log(seed)
    rng = log.rng
    fleet = Fleet(log, Function("invoice-writer", "3", base_mb=88, init_ms=520), idle_ms=20 * MINUTE)
    frames = ((APP, 19, "handler", "table.put_item(Item=invoice)"), *BOTO_FRAMES)
    for at in arrivals(rng, start, 3 * HOUR, n):
        invoice, took = f"INV-{rng.randint(100000, 999999)}", skewed(rng, 48, 110)
        writes = rng.random() < 0.22
        lines = [Line(1, "INFO", f"{'store' if writes else 'read'} invoice {invoice}")]
        if not writes:
            lines.append(Line(took * 0.9, "INFO", f"invoice {invoice} found"))
        failure = Failure("ClientError", DENIED, frames) if writes else None
        fleet.send(at, Call(took, tuple(lines), memory=rng.uniform(2, 6), raises=failure))
    return log.events()


THROTTLED = (
    "An error occurred (ProvisionedThroughputExceededException) when calling the PutItem operation{retries}: The level "
    "of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with "
    "the UpdateTable API."
)


def throttling(seed: int = 31, n: int = 900, start: int = START) -> list[Event]:
    """DynamoDB limits the writes of a busy hour: most survive by retrying, some run out of attempts."""
    log = Log(seed)
    rng = log.rng
    fleet = Fleet(log, Function("ingest-readings", "14", base_mb=90, init_ms=480), idle_ms=20 * MINUTE)
    frames = ((APP, 33, "handler", "store(batch)"), (APP, 52, "store", "table.put_item(Item=reading)"), *BOTO_FRAMES)
    times = arrivals(rng, start, 4 * HOUR, n - n // 3) + arrivals(rng, start + 2 * HOUR, 40 * MINUTE, n // 3)
    for at in sorted(times):
        busy = 2 * HOUR <= at - start < 2 * HOUR + 40 * MINUTE
        sensor, took = f"S-{rng.randint(100, 999)}", skewed(rng, 40, 90)
        lines = [Line(1, "INFO", f"reading of sensor {sensor}")]
        draw, wait, failure = rng.random(), took, None
        if busy and draw < 0.34:
            for attempt in range(1, 6 if draw < 0.06 else rng.randint(2, 4)):
                text = THROTTLED.format(retries="")
                lines.append(Line(wait, "WARNING", f"attempt {attempt} of 5, waiting {50 * 2**attempt} ms: {text}"))
                wait += 50 * 2**attempt * rng.uniform(0.8, 1.2)
            if draw < 0.06:
                text = THROTTLED.format(retries=" (reached max retries: 4)")
                failure = Failure("ProvisionedThroughputExceededException", text, frames)
        if failure is None:
            lines.append(Line(wait + 8, "INFO", f"sensor {sensor} stored"))
        fleet.send(at, Call(wait + 14, tuple(lines), memory=rng.uniform(2, 8), raises=failure))
    return log.events()


def near_timeout(seed: int = 37, n: int = 600, start: int = START) -> list[Event]:
    """Successes up to 0.97 of a limit of 10 s, which one early timeout gives away."""
    log = Log(seed)
    rng = log.rng
    function = Function("monthly-report", "2", memory_mb=1024, limit_s=10.0, base_mb=180, init_ms=700)
    fleet = Fleet(log, function, idle_ms=30 * MINUTE)
    for number, at in enumerate(arrivals(rng, start, 6 * HOUR, n)):
        took = min(skewed(rng, 6_400, 9_100), 9_700) if number != n // 20 else 10_400.0
        rows = int(took * 3.1)
        steps = [Line(took * k / 10, "INFO", f"{rows * k // 10} of {rows} rows written") for k in range(1, 10)]
        lines = (Line(1, "INFO", f"report for tenant {rng.randint(1, 80)}, {rows} rows"), *steps[:: rng.choice((2, 3))])
        fleet.send(at, Call(took, lines, memory=rng.uniform(60, 110)))
    return log.events()


def memory_pressure(seed: int = 41, n: int = 600, start: int = START) -> list[Event]:
    """446 of 512 MB at the peak, level over time, and nobody was killed."""
    log = Log(seed)
    rng = log.rng
    fleet = Fleet(log, Function("score-leads", "31", memory_mb=512, base_mb=402, init_ms=900), idle_ms=40 * MINUTE)
    for at in arrivals(rng, start, 5 * HOUR, n):
        took = skewed(rng, 210, 420)
        lines = (Line(2, "INFO", f"score lead {rng.randint(10000, 99999)} = {rng.random():.3f}"),)
        fleet.send(at, Call(took, lines, memory=min(44.0, rng.choice((44.0, rng.uniform(30, 44))))))
    return log.events()


def cold_starts(seed: int = 43, n: int = 700, start: int = START) -> list[Event]:
    """Environments that live for one to three requests and need 2.4 s to start."""
    log = Log(seed)
    rng = log.rng
    fleet = Fleet(log, Function("pricing-rules", "8", memory_mb=512, base_mb=170, init_ms=2400), lives=3)
    at = float(start)
    while n > 0:
        at += rng.uniform(20_000, 60_000)
        for _ in range(min(n, rng.randint(1, 6))):
            at += rng.uniform(0, 900)
            took = skewed(rng, 70, 150)
            fleet.send(at, Call(took, (Line(2, "INFO", f"rules for country {rng.choice(('DE', 'FR', 'IT'))}"),), 9.0))
            n -= 1
    return log.events()


def json_format(seed: int = 47, n: int = 500, start: int = START) -> list[Event]:
    """The JSON log format in Python: handled failures, timeouts and memory kills as platform events."""
    log = Log(seed)
    rng = log.rng
    function = Function(
        "import-feed",
        "4",
        style="json",
        limit_s=5.0,
        base_mb=92,
        init_ms=390,
        init_lines=(("INFO", "feed index loaded"), ("PRINT", "plain text stays plain text in this format")),
    )
    fleet = Fleet(log, function, idle_ms=20 * MINUTE)
    failing, stalled, large_ones = (chosen(rng, n, max(1, n // k)) for k in (40, 70, 90))
    for number, at in enumerate(arrivals(rng, start, 4 * HOUR, n)):
        took, need, failure = skewed(rng, 180, 420), rng.uniform(4, 20), None
        feed = f"feed-{rng.randint(1, 40)}"
        lines = [Line(2, "INFO", f"import {feed}"), Line(5, "DEBUG", f"GET https://feeds.example.com/{feed}.xml")]
        if number in large_ones:
            need = 190.0
        elif number in stalled:
            took = 30_000.0
        elif number in failing:
            failure = KEY_ERROR
        else:
            lines.append(Line(took * 0.9, "INFO", f"{feed} done, {rng.randint(10, 400)} entries"))
        fleet.send(at, Call(took, tuple(lines), memory=need, raises=failure))
    return log.events()


def node_json(seed: int = 53, n: int = 500, start: int = START) -> list[Event]:
    """The JSON log format in Node.js: unhandled errors have an object as message and no Invoke Error."""
    return code_defect(seed, n, start, "node", "json")


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><svg/onload=alert(1)>",
    "]]><!--",
    "' onmouseover='alert(1)",
    "javascript:alert(1)//",
    "{{constructor.constructor('alert(1)')()}}${alert(1)}",
    "__proto__",
    "constructor",
    "nul \x00 bell \x07 escape \x1b[31mred\x1b[0m",
    "lone \ud83d surrogate \udc00",
    "bidi \u202egnp.exe\u202c \u2066isolate\u2069 \u200f",
    "line \u2028 separator \u2029 nel \x85 feff \ufeff",
    '=HYPERLINK("http://example.com","x")',
    "; rm -rf $HOME; `id` $(id) && echo",
    "../../../../etc/passwd%00",
    "%s%n%x {0} {request_id!r}",
)


def hostile(seed: int = 59, n: int = 120, start: int = START) -> list[Event]:
    """Markup, control characters and traps wherever a log can hold text: messages, ids, streams, error types."""
    log = Log(seed)
    rng = log.rng
    at = float(start)
    for number in range(n):
        text = HOSTILE[number % len(HOSTILE)]
        environment = Environment(log, Function("hostile", f"{number % 7}", memory_mb=128, limit_s=3, base_mb=60), at)
        if number % 3 == 0:
            environment.stream = f"2026/03/19/[{text}]{rng.getrandbits(128):032x}"
        rid = re.sub(r"\s", "/", text) + f"-{number}" if number % 2 else ""
        failure = Failure(text if number % 5 == 0 else "ValueError", text, ((text, 3, text, text),))
        lines = (
            Line(1, "INFO", text),
            Line(2, "ERROR", f"order {text} failed: {text}"),
            Line(3, text, "a level that is none"),
            Line(4, "PRINT", text * rng.choice((1, 3, 2000 if number % 40 == 9 else 2))),
            Line(5, "PRINT", json.dumps({"level": "ERROR", "message": text, "__proto__": {"x": 1}, text: text})),
            Line(6, "PRINT", ""),
        )
        for attempt in range(3):
            draw = (number + attempt) % 6
            call = Call(
                9_000.0 if draw == 1 else 40.0,
                lines,
                memory=90.0 if draw == 2 else 3.0,
                raises=failure if draw in (0, 3) else None,
                exits=f"exited with error: {text}" if draw == 4 else "",
            )
            at = environment.invoke(at + 50, call, rid and f"{rid}-{attempt}")
    return log.events()


SCENARIOS: dict[str, Callable[..., list[Event]]] = {
    scenario.__name__: scenario
    for scenario in (
        healthy,
        memory_leak,
        memory_undersized,
        slow_dependency,
        timeout_old_style,
        broken_package,
        broken_package_node,
        code_defect,
        code_defect_node,
        process_exit,
        process_exit_old,
        segfault,
        oom_old_style,
        access_denied,
        throttling,
        near_timeout,
        memory_pressure,
        cold_starts,
        json_format,
        node_json,
        hostile,
    )
}
"""Every scenario by its name; each takes `seed`, `n` (requests) and `start` (ms since the epoch)."""


# --- The containers --------------------------------------------------------------------------------------------------

_SURROGATE = re.compile("[\ud800-\udfff]")


def dump(value: object, pretty: bool = False) -> bytes:
    """JSON as the AWS CLI prints it (indent 4, text not escaped), or compact as jq -c does.

    Half a surrogate pair, which UTF-8 cannot hold, stays the escape it was on the wire.
    """
    if pretty:
        text = json.dumps(value, ensure_ascii=False, indent=4)
    else:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return (_SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text) + "\n").encode()


def _row(event: Event) -> dict[str, object]:
    return {
        "logStreamName": event.stream,
        "timestamp": event.timestamp,
        "message": event.message,
        "ingestionTime": event.ingestion,
        "eventId": event.id,
    }


def filter_log_events(
    events: Sequence[Event], pretty: bool = False, pages: int = 1, next_token: str | None = None
) -> bytes:
    """`aws logs filter-log-events`: one document, or several pages one after the other as `>>` leaves them.

    Every page but the last names the next one; `next_token` makes the last say that there was more.
    """
    size = max(1, -(-len(events) // pages))
    parts: list[bytes] = []
    for number in range(pages):
        page: dict[str, object] = {"events": [_row(event) for event in events[number * size : (number + 1) * size]]}
        page["searchedLogStreams"] = []
        token = next_token if number == pages - 1 else f"Bxkq6kVGFtq2y_Moigeqscpo{number:04d}"
        if token is not None:
            page["nextToken"] = token
        parts.append(dump(page, pretty))
    return b"".join(parts)


def get_log_events(events: Sequence[Event], pretty: bool = False) -> bytes:
    """`aws logs get-log-events`: the events of one stream, which the output does not name."""
    if len({event.stream for event in events}) > 1:
        raise ValueError("get-log-events reads one stream at a time")
    rows = [{"timestamp": row.timestamp, "message": row.message, "ingestionTime": row.ingestion} for row in events]
    first, last = (events[0].id, events[-1].id) if events else ("0" * 56, "0" * 56)
    return dump({"events": rows, "nextForwardToken": f"f/{last}/s", "nextBackwardToken": f"b/{first}/s"}, pretty)


def event_array(events: Sequence[Event], pretty: bool = False) -> bytes:
    """`--query events`: the rows without the page around them."""
    return dump([_row(event) for event in events], pretty)


def message_array(events: Sequence[Event], pretty: bool = True) -> bytes:
    """`--query 'events[*].message'`: strings only, no time and no stream."""
    return dump([event.message for event in events], pretty)


def pasted_text(events: Sequence[Event]) -> bytes:
    """The messages as lines, as someone copies them: each ends its line, empty ends of messages are gone."""
    text = "".join(event.message.rstrip("\r\n\t ") + "\n" for event in events)
    return text.encode("utf-8", "replace")


def gzipped(data: bytes) -> bytes:
    """The same bytes compressed, without a time in them."""
    return gzip.compress(data, mtime=0)


def by_stream(events: Iterable[Event]) -> dict[str, list[Event]]:
    """The events of each stream, streams in order of appearance."""
    streams: dict[str, list[Event]] = {}
    for event in events:
        streams.setdefault(event.stream, []).append(event)
    return streams


def busiest(events: Sequence[Event]) -> list[Event]:
    """The events of the stream that has most of them."""
    return max(by_stream(events).values(), key=len)


FORMATS: dict[str, Callable[[Sequence[Event]], bytes]] = {
    "filter": filter_log_events,
    "filter-pretty": partial(filter_log_events, pretty=True),
    "pages": partial(filter_log_events, pretty=True, pages=3),
    "truncated": partial(filter_log_events, pretty=True, next_token="Bxkq6kVGFtq2y_MoigeqscpoMORE"),
    "get": lambda events: get_log_events(busiest(events), pretty=True),
    "events": partial(event_array, pretty=True),
    "messages": message_array,
    "pasted": pasted_text,
}
"""Every container this module writes, by the name the command line takes."""


def large(size_bytes: int, out: BinaryIO, seed: int = 1) -> dict[str, int]:
    """Write a compact filter-log-events export of about `size_bytes`; returns its counts.

    Written by hand instead of through Event, because a benchmark needs hundreds of MB: about 3,100 events and 680
    REPORT lines a MB. 24 environments share the traffic, one request at a time; each keeps memory and is killed after
    some 1,500 requests, and a few requests run into a limit of 10 s.
    """
    rng = random.Random(seed)
    counts = {"events": 0, "invocations": 0, "out_of_memory": 0, "timeouts": 0, "bytes": 0}
    at, low = START, 0
    streams = [stream_name(rng, START, "57") for _ in range(24)]
    served, restarting = [0] * 24, [False] * 24
    life = [rng.randint(1200, 1800) for _ in range(24)]
    version, arn = runtime_of(Function("orders-api"))
    levels, weights = ("INFO", "DEBUG", "WARNING"), (84, 96, 100)
    tail = ""
    pending: list[str] = []
    fill = 0

    def flush() -> None:
        data = "".join(pending).encode()
        counts["bytes"] += len(data)
        out.write(data)
        pending.clear()

    pending.append('{"events":[')
    while counts["bytes"] + fill < size_bytes - 400:
        lane = rng.randrange(24)
        rid, stream = uuid(rng), streams[lane]
        at += rng.randint(20, 380)
        rows: list[tuple[int, str]] = []
        init = ""
        if not served[lane] and not restarting[lane]:
            rows.append((at, f"INIT_START Runtime Version: {version}\\tRuntime Version ARN: {arn}\\n"))
            init = f"Init Duration: {rng.uniform(300, 520):.2f} ms\\t"
            at += 500
        rows.append((at, f"START RequestId: {rid} Version: 57\\n"))
        took = skewed(rng, 60, 160) + (1200 if restarting[lane] else 0)
        restarting[lane] = False
        stalls = rng.random() < 0.0004
        killed = served[lane] >= life[lane]
        if stalls:
            took = 10_000.0
        for number in range(rng.choice((1, 1, 2, 2, 2))):
            when = at + int(min(took, 200) * (number + 1) / 3)
            text = f"{_large_text(rng)} tenant=T-{rng.randrange(9000):04d} channel=web currency=EUR"
            level = levels[bisect_left(weights, rng.random() * 100)]
            rows.append((when, f"[{level}]\\t{iso(when)}\\t{rid}\\t{text}\\n"))
        end = at + int(took)
        memory = 256 if killed else min(254, 118 + int(138 * served[lane] / life[lane]))
        status = "Status: timeout" if stalls else ""
        if killed:
            status = "Status: error\\tError Type: Runtime.OutOfMemory"
            served[lane], restarting[lane] = 0, True
            counts["out_of_memory"] += 1
        else:
            served[lane] = 0 if stalls else served[lane] + 1  # a timeout ends the process as well
            restarting[lane] = stalls
            counts["timeouts"] += stalls
        rows.append((end, f"END RequestId: {rid}\\n"))
        rows.append(
            (
                end,
                (
                    f"REPORT RequestId: {rid}\\tDuration: {took:.2f} ms\\tBilled Duration: {int(took) + 1} ms\\t"
                    f"Memory Size: 256 MB\\tMax Memory Used: {memory} MB\\t{init}{status}\\n"
                ),
            )
        )
        counts["invocations"] += 1
        counts["events"] += len(rows)
        ingestion = end + 1700
        for when, message in rows:
            low += 1
            text = (
                f'{tail}{{"logStreamName":"{stream}","timestamp":{when},"message":"{message}",'
                f'"ingestionTime":{ingestion},"eventId":"{(when << 144) + low}"}}'
            )
            tail = ","
            pending.append(text)
            fill += len(text)
        at = end
        if fill > 4_000_000:
            flush()
            fill = 0
    pending.append('],"searchedLogStreams":[]}\n')
    flush()
    return counts


def _large_text(rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.4:
        return f"POST /orders customer=C-{rng.randrange(90000)} items={rng.randrange(1, 30)}"
    if draw < 0.7:
        return f"order A-{rng.randrange(900000)} read, {rng.randrange(1, 30)} lines, quantity checked"
    if draw < 0.97:
        basket = f"{rng.getrandbits(48):012x}"
        return f"{rng.randrange(1, 30)} prices found for basket {basket}, hit ratio 0.{rng.randrange(99):02d}"
    return f"price lookup for sku SK-{rng.randrange(99999)} failed: connection reset, attempt 1 of 3"


# --- The command line ------------------------------------------------------------------------------------------------

WEB = Path(__file__).resolve().parent.parent / "web"
SAMPLE_LINES = 0.4
"""Application lines a request of the page's sample: 1,860 requests and their platform lines alone are 1.8 MB."""


def examples() -> dict[str, bytes]:
    """The example files of the page by name: the incident the page opens with, and two shorter ones."""
    return {
        "sample.json": filter_log_events(memory_leak(lines=SAMPLE_LINES)),
        "example-slow-dependency.json": filter_log_events(slow_dependency(n=360)),
        "example-broken-package.json": filter_log_events(broken_package(n=160)),
    }


def write_examples(folder: Path = WEB) -> list[Path]:
    """Write the example files of the page; a test holds the committed ones to these bytes."""
    written: list[Path] = []
    for name, data in examples().items():
        (folder / name).write_bytes(data)
        written.append(folder / name)
    return written


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a scenario in a format, or write the examples."""
    parser = argparse.ArgumentParser(prog="exports.py", description="CloudWatch exports of Lambda functions that fail.")
    parser.add_argument("scenario", nargs="?", choices=[*SCENARIOS, "large"])
    parser.add_argument("--format", default="filter", choices=list(FORMATS))
    parser.add_argument("--seed", type=int)
    parser.add_argument("--n", type=int, help="requests")
    parser.add_argument("--size", type=int, default=50_000_000, help="bytes, of the scenario `large`")
    parser.add_argument("--gzip", action="store_true", help="compress the output")
    parser.add_argument("--examples", action="store_true", help="write the example files of the page")
    options = parser.parse_args(arguments)
    if options.examples:
        for path in write_examples():
            sys.stdout.write(f"{path.stat().st_size:>10,}  {path.name}\n")
        return 0
    if options.scenario is None:
        parser.error("name a scenario")
    if options.scenario == "large":
        seed = 1 if options.seed is None else options.seed
        sys.stderr.write(f"{large(options.size, sys.stdout.buffer, seed)}\n")
        return 0
    given = {key: value for key, value in (("seed", options.seed), ("n", options.n)) if value is not None}
    data = FORMATS[options.format](SCENARIOS[options.scenario](**given))
    sys.stdout.buffer.write(gzipped(data) if options.gzip else data)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
