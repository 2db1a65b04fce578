"""Rows -> executions: joins what cuts and strays tore apart, and decides how each execution ended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analyzer.functions import Function, Invocations
from analyzer.model import Status
from analyzer.stats import rows as bits
from analyzer.stats.rows import NAN, Rows

if TYPE_CHECKING:
    from analyzer.summary import Summary

_LOAD = ("Runtime.ImportModuleError", "Runtime.HandlerNotFound", "Runtime.UserCodeSyntaxError", "Runtime.Malformed",
         "Runtime.Invalid", "Runtime.Unknown", "Runtime.InitError", "Runtime.BadFunctionCode")  # fmt: skip
_DEATHS = (Status.TIMEOUT, Status.OUT_OF_MEMORY, Status.CRASH, Status.INIT_ERROR)


@dataclass(frozen=True, slots=True)
class Assembled:
    """Executions, and the account of everything else: every event is attributed or set aside under a reason.

    `open` counts executions without a REPORT, `mixed` holds streams whose executions overlap.
    """

    invocations: Invocations
    attributed: int
    set_aside: dict[str, int]
    duplicates: int
    open: int
    mixed: frozenset[int]


class _Joiner:
    """Collects the rows of one execution; values come from the first row that has them."""

    __slots__ = ("has_start", "main", "others")

    def __init__(self, main: int, has_start: bool) -> None:
        self.main, self.has_start, self.others = main, has_start, list[int]()


def assemble(rows: Rows, inputs: Sequence[str], group_numbers: Sequence[int], words: Sequence[str]) -> Assembled:
    """Join the rows of each stream in their order; `inputs`, `words` by number, `group_numbers` by error key."""
    first_time: dict[int, int] = {}
    for i, t in zip(rows.input, rows.start, strict=True):
        if t >= 0 and t < first_time.get(i, t + 1):
            first_time[i] = t
    rank = {n: k for k, n in enumerate(sorted(range(len(inputs)), key=lambda n: (first_time.get(n, 0), inputs[n])))}
    place = [(s, rank[n], o) for s, n, o in zip(rows.stream, rows.input, rows.offset, strict=True)]
    order = sorted(range(len(rows)), key=place.__getitem__)
    set_aside: dict[str, int] = {}
    found: list[_Joiner] = []
    mixed: set[int] = set()
    stream = -1
    by_id: dict[str, _Joiner] = {}
    waiting: list[int] = []  # rows before an execution they belong to: initialisation, or the head of the stream
    latest: _Joiner | None = None
    flags, streams, events = rows.flags, rows.stream, rows.events

    def drop(left: list[int]) -> None:
        for i in left:
            if flags[i] & (bits.HAS_INIT_START | bits.HAS_INIT_REPORT):
                if latest is not None and streams[latest.main] == streams[i]:
                    latest.others.append(i)  # the end of an environment's life belongs to its last execution
                    continue
                reason = "initialisation without an invocation"
            else:
                reason = "outside any invocation"
            set_aside[reason] = set_aside.get(reason, 0) + events[i]

    for i in order:
        if streams[i] != stream:
            drop(waiting)
            stream, waiting, latest = streams[i], [], None
            by_id.clear()
        if flags[i] & bits.HAS_START:
            latest = _Joiner(i, True)
            latest.others = [w for w in waiting if flags[w] & (bits.HAS_INIT_START | bits.HAS_INIT_REPORT)]
            drop([w for w in waiting if w not in latest.others])
            waiting = []
            found.append(latest)
            by_id[rows.request_id(i)] = latest
        elif flags[i] & bits.STRAY:
            home = by_id.get(rows.request_id(i))
            if home is None:
                home = _Joiner(i, False)
                home.others = waiting
                waiting = []
                found.append(home)
                by_id[rows.request_id(i)] = home
            else:
                home.others.append(i)
                if latest is not None and latest is not home and latest.has_start and flags[i] & bits.HAS_REPORT:
                    mixed.add(stream)
        else:
            waiting.append(i)
    drop(waiting)
    return _columns(rows, found, set_aside, frozenset(mixed), group_numbers, words)


def _columns(
    rows: Rows, found: list[_Joiner], set_aside: dict[str, int], mixed: frozenset[int], group_numbers: Sequence[int],
    words: Sequence[str],
) -> Assembled:  # fmt: skip
    """The executions as columns in time order, duplicates of overlapping inputs left out."""
    joined: list[tuple[Any, ...]] = []
    seen: set[tuple[Any, ...]] = set()
    duplicates = attributed = still_open = 0
    life = age = -1
    stream, ended_badly, used_before = -1, False, 0
    cells = list(zip(*rows.columns.values(), strict=True))
    for execution in found:
        row = _merge_rows(cells, execution) if execution.others else cells[execution.main]
        (stream_now, source, flags, start, end, version, duration, billed, size, used, init, restore, platform, error_type, error,
         _, limit, gap, gap_line, lines, events, offset, stop, report_at) = row  # fmt: skip
        if start < 0 and end >= 0 and duration == duration:
            start = end - round(duration)
        if flags & bits.HAS_REPORT and flags & bits.HAS_ID:
            mark = (stream_now, rows.request_id(execution.main), start if start >= 0 else None, duration, billed, used)
            if mark in seen:
                duplicates += events
                continue
            seen.add(mark)
        attributed += events
        still_open += not flags & bits.HAS_REPORT
        status = _status(flags, platform, words[error_type] if error_type >= 0 else "", size, used, duration)
        if stream_now != stream:
            stream, life, ended_badly, used_before = stream_now, 0, False, 0
            age = 1 if flags & (bits.HAS_INIT_START | bits.HAS_INIT_REPORT) or init == init or restore == restore else -1
        elif ended_badly or (used and used < used_before):
            life, age, used_before = life + 1, 1, 0
        elif flags & bits.HAS_INIT_START:  # a stream has one environment: the same one began again
            life, age, used_before = life + 1, 1, 0
        elif age > 0:
            age += 1
        ended_badly = status in _DEATHS
        used_before = max(used, used_before)
        cold = init == init or restore == restore or bool(flags & bits.HAS_INIT_START)
        joined.append((
            execution.main, stream_now, source, start, end, version, duration, billed, size, used, init, restore, int(status),
            error_type, group_numbers[error] if error >= 0 else -1, gap, gap_line, lines, events, flags, age, life, int(cold), 1,
            limit, offset, stop, report_at))  # fmt: skip
    order = sorted(range(len(joined)), key=lambda k: joined[k][3] if joined[k][3] >= 0 else 0)
    joined = [joined[k] for k in order]
    columns = dict(zip(Invocations.COLUMNS, zip(*joined, strict=True), strict=True)) if joined else dict.fromkeys(Invocations.COLUMNS, ())
    inv = Invocations(columns, rows.request_id)
    _count_attempts(inv)
    if duplicates:
        set_aside = {**set_aside, "duplicate of an event already read": duplicates}
    return Assembled(inv, attributed, set_aside, duplicates, still_open, mixed)


def _merge_rows(cells: list[tuple[Any, ...]], execution: _Joiner) -> tuple[Any, ...]:
    """One row out of the main row and the others: the first known value of each, sums of counts, the span of bytes."""
    parts = [cells[execution.main], *(cells[i] for i in execution.others)]
    merged = list(parts[0])
    names = list(bits.COLUMNS)
    at = {name: k for k, name in enumerate(names)}
    for part in parts[1:]:
        init_row = not part[at["flags"]] & (bits.HAS_START | bits.STRAY)
        merged[at["flags"]] |= part[at["flags"]] & ~bits.STRAY
        for name in ("lines", "events"):
            merged[at[name]] += part[at[name]]
        for name in ("duration", "billed", "init", "restore", "limit"):
            if merged[at[name]] != merged[at[name]] and not (init_row and name in ("duration", "billed")):
                merged[at[name]] = part[at[name]]
        for name in ("size", "used", "status"):
            merged[at[name]] = merged[at[name]] or part[at[name]]
        for name in ("version", "error_type", "error", "report_at"):
            if merged[at[name]] < 0:
                merged[at[name]] = part[at[name]]
        if part[at["input"]] == merged[at["input"]]:
            merged[at["offset"]] = min(merged[at["offset"]], part[at["offset"]])
            merged[at["stop"]] = max(merged[at["stop"]], part[at["stop"]])
        if not init_row:
            if merged[at["start"]] < 0:
                merged[at["start"]] = part[at["start"]]
            if part[at["flags"]] & (bits.HAS_END | bits.HAS_REPORT):
                merged[at["end"]] = max(merged[at["end"]], part[at["end"]])
    return tuple(merged)


def _status(flags: int, platform: int, error_type: str, size: int, used: int, duration: float) -> Status:
    """How an execution ended, the platform's own words first.

    Text format says nothing on success and nothing on a handled exception, so the runtime's own error line decides
    before silence does.
    """
    if platform == 4 or flags & bits.TIMED_OUT:
        return Status.TIMEOUT
    if platform == 3 or flags & (bits.KILLED | bits.EXITED):
        if error_type == "Runtime.OutOfMemory" or flags & bits.MEMORY_TEXT:
            return Status.OUT_OF_MEMORY
        if flags & bits.KILLED and (not size or used >= 0.7 * size):
            return Status.OUT_OF_MEMORY  # the kernel's kill; with little memory in use something else sent it
        if error_type.startswith(_LOAD) or flags & bits.INIT_FAILED:
            return Status.INIT_ERROR
        if error_type and not error_type.startswith(("Runtime.ExitError", "Extension.", "Sandbox.", "Runtime.Exit")):
            return Status.ERROR
        return Status.CRASH
    if flags & bits.INIT_FAILED and (flags & bits.UNHANDLED or not flags & bits.HAS_REPORT or error_type.startswith(_LOAD)):
        return Status.INIT_ERROR
    if platform == 2 or flags & bits.UNHANDLED:
        return Status.OUT_OF_MEMORY if flags & bits.MEMORY_TEXT and flags & bits.UNHANDLED else Status.ERROR
    if flags & bits.HAS_REPORT:
        return Status.OK
    return Status.UNKNOWN


def _count_attempts(inv: Invocations) -> None:
    """Number the executions of one request id: Lambda retries an asynchronous event under the same id."""
    seen: dict[str, int] = {}
    for i in range(len(inv)):
        request_id = inv.request_id(i)
        if request_id:
            seen[request_id] = inv.attempt[i] = seen.get(request_id, 0) + 1


_GENERIC = re.compile(
    r"(?:aws|cloudwatch|lambda|logs?|events?|export|output|out|result|results|data|input|paste|pasted|stdin|sample|example|"
    r"messages?|page|dump|test|tmp|file|download|untitled|console|new|filter|get|text|json|insights|viewer)+",
    re.IGNORECASE,
)


def guess_function(input_name: str) -> str | None:
    """The function a file is named after, as in `orders-api.json` or `orders-api-0600-1100.json.gz`; None if it is not.

    >>> guess_function("orders-api-0600-1100.json"), guess_function("export (3).json")
    ('orders-api', None)
    """
    base = re.split(r"[\\/]", input_name)[-1]
    stem = re.sub(r"(?:\.(?:json|txt|log|gz|csv|ndjson|jsonl|out))+$", "", base, flags=re.IGNORECASE)
    stem = re.sub(r"(?:[-_. ]?(?:\(\d{1,3}\)|\d[\dTZ:._-]*|week|day|today|yesterday|logs?|export|events))+$", "", stem)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{2,63}", stem) or _GENERIC.fullmatch(re.sub(r"[-_]", "", stem)):
        return None
    return stem


def by_function(summary: Summary) -> list[Function]:
    """The executions of each function; streams that nothing names belong to one function without a name."""
    names: dict[str, str | None] = {name: summary.function_name or guess_function(name) for name in summary.inputs}
    for stream in summary.streams:
        known = summary.function_name or stream.function
        if known:
            names[stream.source] = known
        else:
            names.setdefault(stream.source, stream.source)
    sources: dict[str | None, set[str]] = {}
    for source, name in names.items():
        sources.setdefault(name, set()).add(source)
    inv = summary.invocations
    rows: dict[str | None, list[int]] = {name: [] for name in sources}
    name_of = [summary.function_name or s.function or names[s.source] for s in summary.streams]
    for i, s in enumerate(inv.stream):
        rows.setdefault(name_of[s], []).append(i)
    groups = {i.name: i.log_group or None for i in summary.inputs.values()}
    found = []
    for name, indexes in rows.items():
        of = frozenset(sources.get(name, ()))
        group = next((groups[s] for s in sorted(of) if groups.get(s)), None)
        single = len(rows) == 1 and len(indexes) == len(inv)
        found.append(Function(summary, name, group, of, inv if single else inv.take(indexes)))
    return sorted(found, key=lambda f: (-len(f.failed), -len(f), f.name or ""))
