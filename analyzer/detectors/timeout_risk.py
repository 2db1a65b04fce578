"""Successes that come close to the limit."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from analyzer import remedies, words
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function, quantile
from analyzer.model import Detector, Finding, Status, Threshold, Thresholds
from analyzer.summary import Summary

ID = "timeout-risk"
TITLE = "Timeout Risk"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:
    """One finding a function whose limit is known."""
    for function in summary.functions:
        limit, ok = function.limit_ms, function.ok_durations
        if limit is None or not ok:
            continue
        inv = function.inv
        near = [
            i
            for i in function.by_status[Status.OK]
            if not isnan(inv.duration[i]) and thresholds(ID, "near") * limit <= inv.duration[i] <= limit
        ]
        p95 = quantile(ok, 0.95) or 0.0
        usual = thresholds(ID, "p95") * limit <= p95 <= limit
        if (near or usual) and len(near) >= len(function.by_status[Status.TIMEOUT]):
            share = thresholds(ID, "p95" if usual else "near")
            rows = [i for i in function.by_status[Status.OK] if share * limit <= inv.duration[i] <= limit]
            yield _stated(function, rows, limit, p95, usual, share)


def _stated(function: Function, rows: list[int], limit: float, p95: float, usual: bool, share: float) -> Finding:
    told = function.summary.timeout_s is not None
    seconds = remedies.next_timeout(function)
    killed = len(function.by_status[Status.TIMEOUT])
    known = "The limit is the one you gave." if told else f"The limit is read off {words.plural(killed, 'timeout')}."
    middle = f"Half of the successes take under {words.duration(quantile(function.ok_durations, 0.5) or 0)}."
    act = (
        f"Twice the p99 is {seconds} s; or shorten the longest requests."
        if seconds
        else "The limit cannot be raised to twice the p99: split the work."
    )
    rare = not usual and len(rows) < 3
    return ev.stated(
        function,
        rows,
        ev.longest(function, "slow", *ev.DURATION),
        id=ID,
        title=TITLE,
        severity="low" if rare else "medium",
        confidence=0.9 if told or killed >= 3 else 0.8,
        signature="near-timeout-risk",
        summary=f"{words.plural(len(rows), 'success', 'successes')} used more than {words.percent(share)} of the "
        f"{words.duration(limit)} limit.",
        value=p95 if usual else max(function.inv.duration[i] for i in rows),
        threshold=limit,
        advice=ev.joined(middle, known, act),
        fixes=remedies.timeout(function, seconds) if seconds else (),
        link=LINK,
    )


DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="medium",
    why="A slower day of a dependency, or a larger input, turns these successes into timeouts.",
    fix="Set the limit to twice the p99 of successes, or shorten the longest requests.",
    quiet_when="The limit is unknown: nothing timed out and `--timeout` was not given. Or more executions were cut "
    "off than came close, then timeout says it.",
    link=LINK,
    find=find,
    thresholds={
        "near": Threshold(0.9, "A success this close to the limit was luck."),
        "p95": Threshold(0.8, "One execution in twenty within a fifth of the limit leaves no room for a slow day."),
    },
    specificity=40,
)
