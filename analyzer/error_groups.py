"""Errors as the report lists them: lines by group, and executions without an error line by the platform's verdict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analyzer.figures import known_time
from analyzer.functions import TREND_BINS, Function
from analyzer.model import Status
from analyzer.report import ErrorEntry, Totals
from analyzer.stats.groups import Group
from analyzer.summary import Summary

_OUTCOMES = {
    Status.OUT_OF_MEMORY: "killed", Status.TIMEOUT: "timed out", Status.CRASH: "crashed", Status.ERROR: "failed",
    Status.INIT_ERROR: "failed to start", Status.OK: "survived", Status.UNKNOWN: "unknown",
}  # fmt: skip


def errors(summary: Summary, totals: Totals) -> tuple[ErrorEntry, ...]:
    """Error lines by group, and executions that died without a line by the platform's verdict; most first."""
    entries: list[ErrorEntry] = []
    explained: dict[int, int] = {}  # group -> executions whose gravest line it is, and how most of them ended
    outcomes: dict[int, dict[str, int]] = {}
    for function in summary.functions:
        inv, verdicts = function.inv, dict[tuple[Status, str], list[int]]()
        for number, rows in function.groups.items():
            explained[number] = explained.get(number, 0) + len(rows)
            words = outcomes.setdefault(number, {})
            for i in rows:
                word = _OUTCOMES[Status(inv.status[i])]
                words[word] = words.get(word, 0) + 1
        for i in function.failed:
            if inv.error[i] < 0:
                verdicts.setdefault((Status(inv.status[i]), function.word(inv.error_type[i])), []).append(i)
        entries += [_verdict_entry(function, s, t, rows, totals) for (s, t), rows in verdicts.items()]
    for number, group in enumerate(summary.groups):
        if group.outcome != "warned" and group.line is not None:
            entries.append(_group_entry(summary, number, group, explained, outcomes, totals))
    entries.sort(key=lambda e: (e.outcome == "survived", -e.count, e.fingerprint))
    return tuple(entries)


def _group_entry(
    summary: Summary,
    number: int,
    group: Group,
    explained: dict[int, int],
    outcomes: dict[int, dict[str, int]],
    totals: Totals,
) -> ErrorEntry:
    line = group.line
    assert line is not None
    words = outcomes.get(number, {})
    outcome = min(words, key=lambda w: (-words[w], w)) if words else "survived"
    same = [part for part, given in (("type", group.type), ("words", group.template), ("frame", group.frame)) if given]
    first, last = group.timeline.first, group.timeline.last
    times = [t for t, n in group.timeline.counts() for _ in range(min(n, 1000))]
    return ErrorEntry(
        group.fingerprint, group.type, _message(group), group.template, outcome, group.count,
        explained.get(number, 0) / totals.invocations if totals.invocations else None, known_time(first),
        known_time(last), explained.get(number, 0), "same " + " and ".join(same or ["words"]), (summary.origin(line),),
        _trend(summary, times))  # fmt: skip


def _message(group: Group) -> str:
    """The first line of an error, with its type, without the runtime's prefix."""
    return group.text.strip().split("\n", 1)[0][:300]


def _verdict_entry(function: Function, status: Status, error_type: str, rows: list[int], totals: Totals) -> ErrorEntry:
    size = function.inv.size[rows[-1]]
    words = {
        Status.OUT_OF_MEMORY: f"process killed at {size} MB" if size else "process killed for memory",
        Status.TIMEOUT: "Task timed out",
        Status.CRASH: "the runtime process died",
        Status.INIT_ERROR: "initialisation failed",
        Status.ERROR: "the handler failed",
    }[status]
    message = f"{error_type}: {words}" if error_type else words
    first, last = function.span(rows)
    return ErrorEntry(
        f"{function.name or ''}:{status.word}:{error_type}", error_type, message,
        message.replace(f" {size} MB", " <*> MB") if size else message, _OUTCOMES[status], len(rows),
        len(rows) / totals.invocations if totals.invocations else None, first, last, len(rows),
        "same verdict, no error line", function.evidence(rows, 1), function.trend(rows))  # fmt: skip


def _trend(summary: Summary, times: Iterable[int]) -> tuple[int, ...]:
    period = summary.period
    if period is None:
        return ()
    bins = [0] * TREND_BINS
    for t in times:
        bins[min(TREND_BINS - 1, max(0, (t - period[0]) * TREND_BINS // max(1, period[1] - period[0])))] += 1
    return tuple(bins)


def patterns(summary: Summary) -> list[dict[str, Any]]:
    """Templates of warnings and errors, most frequent first."""
    lines = sum(g.count for g in summary.groups) or 1
    found: list[dict[str, Any]] = [
        {
            "template": g.template, "level": "WARN" if g.outcome == "warned" else "ERROR", "count": g.count,
            "share": g.count / lines, "first": known_time(g.timeline.first), "last": known_time(g.timeline.last),
            "example": _message(g),
        }
        for g in summary.groups
    ]  # fmt: skip
    return sorted(found, key=lambda p: (-p["count"], p["template"]))[:100]
