"""Executions cut off at the configured limit, and what they did when it came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import isnan

from analyzer import limits, remedies, words
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function
from analyzer.model import Detector, Finding, Fix, Origin, Status, Threshold, Thresholds
from analyzer.stats import rows as bits
from analyzer.summary import Summary

ID = "timeout"
TITLE = "Timeout"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:
    """One finding a function."""
    for function in summary.functions:
        if function.by_status[Status.TIMEOUT]:
            yield _stated(function, thresholds)


def _stated(function: Function, thresholds: Thresholds) -> Finding:
    inv, rows = function.inv, function.by_status[Status.TIMEOUT]
    limit = function.limit_ms
    at = f" at the {words.duration(limit)} limit" if limit else ""
    blocked = [i for i in rows if _blocked(function, i, thresholds(ID, "silence"))]
    steps = Counter(_step(function.word(inv.gap_line[i])) for i in blocked if inv.gap_line[i] >= 0)
    step, same = min(steps.items(), key=lambda kv: (-kv[1], kv[0])) if steps else ("", 0)
    lines = Counter(
        inv.gap_line[i] for i in blocked if inv.gap_line[i] >= 0 and _step(function.word(inv.gap_line[i])) == step
    )
    line = min(lines, key=lambda w: (-lines[w], function.word(w))) if lines else -1
    one_line = same >= thresholds(ID, "same line") * len(rows)
    silent = [i for i in rows if inv.lines[i] == 0]
    full = [i for i in rows if inv.size[i] and inv.used[i] >= 0.98 * inv.size[i]]
    if one_line:
        how = (
            "silent after one line"
            if len(rows) == 1
            else f"{'all' if same == len(rows) else same} silent after the same line"
        )
    elif 2 * len(silent) > len(rows):
        how = "without a line of their own" if len(rows) > 1 else "without a line of its own"
    elif 2 * len(blocked) > len(rows):
        how = "most of them silent at the end"
    else:
        how = ""
    summary = f"{ev.amount(rows, function)} timed out{at}{', ' + how if how else ''}."
    signature = _signature(function, rows, limit, 2 * len(blocked) > len(rows), 2 * len(full) > len(rows))
    quoted = _before_silence(function, line) if one_line else ()
    severity, why = ev.raised("high", rows, function)
    evidence = ev.merged(
        quoted[:2],
        ev.verdicts(function, "timeout", patterns=(*ev.STATUS, *ev.DURATION)),
        ev.reports(function, rows, *ev.STATUS, *ev.DURATION),
    )
    return ev.stated(
        function,
        rows,
        evidence,
        id=ID,
        title=TITLE,
        severity=severity,
        confidence=0.98,
        signature=signature,
        summary=summary,
        value=max((inv.duration[i] for i in rows if not isnan(inv.duration[i])), default=None),
        threshold=limit,
        advice=ev.joined(
            _story(function, quoted, blocked, step), _limit_words(limit), _act(function, signature, rows), why
        ),
        fixes=_fixes(function, signature),
        link=LINK,
    )


def _tail(function: Function, i: int) -> float | None:
    """How long an execution was silent before its end, ms; None where the lines carry no times."""
    inv = function.inv
    if inv.flags[i] & bits.GAP_AT_END and not isnan(inv.gap[i]):
        return inv.gap[i]
    if inv.start[i] < 0 or inv.end[i] < 0 or isnan(inv.duration[i]):
        return None
    return max(0.0, inv.duration[i] - (inv.end[i] - inv.start[i]))  # in pasted text END and REPORT carry no time


def _blocked(function: Function, i: int, silence: float) -> bool:
    """Whether nothing was written in the last part of an execution: it waited (S-GAP)."""
    tail, duration = _tail(function, i), function.inv.duration[i]
    return tail is not None and tail >= max(1000.0, silence * (0 if isnan(duration) else duration))


_STEP = re.compile(r"((?:\w+ )?(?:https?://)?[\w-]{1,60}(?:\.[\w-]{1,60}){1,8})|(\S+(?: \S+){0,2})")


def _step(line: str) -> str:
    """What a line is about, whatever its values: verb and host of a call, else its first words.

    >>> _step("GET https://feeds.example.com/feed-<*>.xml"), _step("render page <*> of <*>")
    ('GET https://feeds.example.com', 'render page <*>')
    """
    found = _STEP.match(line)
    return found[0] if found else line[:40]


def _signature(function: Function, rows: Sequence[int], limit: float | None, blocked: bool, full: bool) -> str:
    flags = 0
    for i in rows:
        flags |= function.inv.flags[i]
    if limit is not None and limit >= limits.TIMEOUT_MAX_S * 1000:
        return "timeout-at-900s"
    if full:
        return "memory-pressure"
    if blocked:
        return "timeout-blocked-downstream"
    size, ratio = function.memory_size, function.peak_ratio or 0
    tails = [_tail(function, i) for i in rows]
    progress = all(function.inv.lines[i] for i in rows) and all(t is not None and t < 1000 for t in tails)
    if size and size < limits.MEMORY_ONE_VCPU_MB and progress and (size <= 256 or ratio >= 0.85):
        return "timeout-cpu-starved"
    if limit == limits.TIMEOUT_DEFAULT_S * 1000:
        return "timeout-default-3s"
    return (
        "timeout-task-timed-out"
        if flags & bits.TIMED_OUT
        else "timeout-json-report"
        if flags & bits.PLATFORM_JSON
        else "timeout-report-status"
    )


def _before_silence(function: Function, line: int) -> tuple[Origin, ...]:
    """The application's last lines before the silence, whole lines marked."""
    found = function.quoted(("line", function.word(line)), most=2)
    return tuple(ev.marked(o, r"[^\t\n]+$") for o in found)


def _story(function: Function, quoted: tuple[Origin, ...], blocked: list[int], step: str) -> str:
    if not quoted or not blocked:
        return ""
    inv = function.inv
    waits = {function.word(inv.gap_line[i]) for i in blocked if _step(function.word(inv.gap_line[i])) == step}
    gaps = sorted(inv.gap[i] for i in blocked if function.word(inv.gap_line[i]) in waits)
    said = ev.clip((min(waits) if len(waits) == 1 else f"{step}<*>").replace("<*>", "…"), 90)
    return f'After "{said}" nothing followed for {words.duration(gaps[len(gaps) // 2])}: it waited for that step.'


def _limit_words(limit: float | None) -> str:
    if limit == limits.TIMEOUT_DEFAULT_S * 1000:
        return f"{limits.TIMEOUT_DEFAULT_S} s is the default: it was probably never set."
    if limit is not None and limit >= limits.TIMEOUT_MAX_S * 1000:
        return (
            f"{limits.TIMEOUT_MAX_S} s is the most Lambda allows: split the work or move it to Step Functions or "
            f"a container."
        )
    return ""


def _act(function: Function, signature: str, rows: Sequence[int]) -> str:
    if signature == "timeout-at-900s":
        return ""
    if signature == "memory-pressure":
        return "They had used all memory by then: collecting garbage may have taken the time. Change the memory first."
    if signature == "timeout-blocked-downstream":
        return (
            "Give that client connect and read timeouts well below the limit, with few retries; memory does not "
            "shorten a wait."
        )
    if signature == "timeout-cpu-starved":
        size = words.memory(function.memory_size)
        return f"They kept working to the end with {size}, a fraction of one CPU: more memory is more CPU."
    ok = function.ok_durations
    if not ok:
        return "No success shows how long the work takes: find the slow step before the limit is raised."
    tails = [_tail(function, i) for i in rows]
    wrote = "Lines were written until the end. " if all(t is not None and t < 1000 for t in tails) else ""
    return (
        f"{wrote}Half of the successes take under {words.duration(ok[len(ok) // 2])}, the longest took "
        f"{words.duration(ok[-1])}."
    )


def _fixes(function: Function, signature: str) -> tuple[Fix, ...]:
    """Memory only where it can help; a longer limit only where successes show the need."""
    if signature == "timeout-at-900s":
        return remedies.tracing(function)
    seconds, limit = remedies.next_timeout(function), function.limit_ms or 0.0
    longer: tuple[Fix, ...] = ()
    if limit == limits.TIMEOUT_DEFAULT_S * 1000:
        seconds = max(10, seconds or 0)
    waits = signature == "timeout-blocked-downstream" and limit > limits.TIMEOUT_DEFAULT_S * 1000
    if seconds is not None and function.ok_durations and not (waits and function.ok_durations[-1] < 0.8 * limit):
        most = words.duration(function.ok_durations[-1])
        longer = remedies.timeout(
            function, seconds, note=f"At least twice the p99 of successes; the longest took {most}."
        )
    if signature == "timeout-blocked-downstream":
        trace = remedies.tracing(
            function, note="It shows which call waits. The cure is a timeout on that client, in the code."
        )
        return (*trace, *longer)
    if signature in ("memory-pressure", "timeout-cpu-starved"):
        new = remedies.round_memory(
            max(1.5 * remedies.peak_of(function), 1024 if signature != "memory-pressure" else 0)
        )
        if new and new > function.memory_size:
            return (*remedies.memory(function, new, note="Measure again afterwards."), *longer)
    if not longer and function.limit_ms and not function.ok_durations:
        double = min(limits.TIMEOUT_MAX_S, round(2 * function.limit_ms / 1000))
        return remedies.timeout(
            function, double, note="No success shows how long the work takes: this is an experiment."
        )
    return longer


DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="high",
    why="Lambda stops an execution at the configured limit, whatever it is doing. Its result is lost, its whole time "
    "is billed, and callers or queues try again.",
    fix="See what it did when the limit came. Silence after a call: put timeouts on that client. Steady progress: "
    "more CPU through memory, less work a request, or a longer limit.",
    quiet_when="The words name another timeout: of a client, of initialisation, of API Gateway, of another function.",
    link=LINK,
    find=find,
    thresholds={
        "silence": Threshold(0.5, "A silent second half means that the time went into one step."),
        "same line": Threshold(0.7, "One step is to blame when most timeouts stop after the same line."),
    },
    specificity=80,
)
