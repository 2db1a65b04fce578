"""Cold starts: how many, how long, and what share of the bill."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, fsum, isnan

from analyzer import remedies, words
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function, quantile
from analyzer.model import Detector, Finding, Fix, Status, Threshold, Thresholds
from analyzer.summary import Summary

ID = "cold-starts"
TITLE = "Cold Starts"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"
_SNAPS = (
    "java11",
    "java17",
    "java21",
    "java25",
    "python3.12",
    "python3.13",
    "python3.14",
    "dotnet8",
    "dotnet10",
    "dotnet:8",
)


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:
    """One finding a function that had any."""
    for function in summary.functions:
        inv = function.inv
        rows = [
            i
            for i in range(len(inv))
            if inv.cold[i] and inv.status[i] != Status.INIT_ERROR and not isnan(_init(function, i))
        ]
        if rows:
            yield _stated(function, rows, thresholds)


def _init(function: Function, i: int) -> float:
    """How long an execution waited for its environment, ms, NaN unknown."""
    return function.inv.init[i] if not isnan(function.inv.init[i]) else function.inv.restore[i]


def _stated(function: Function, rows: list[int], thresholds: Thresholds) -> Finding:
    inv = function.inv
    times = sorted(_init(function, i) for i in rows)
    middle, p95 = quantile(times, 0.5) or 0.0, quantile(times, 0.95) or 0.0
    part = len(rows) / len(function)
    billed = fsum(b for b in inv.billed if not isnan(b))
    init_billed = fsum(
        min(inv.billed[i], inv.init[i])
        for i in rows
        if not isnan(inv.billed[i]) and not isnan(inv.init[i]) and inv.billed[i] > inv.duration[i] + 1
    )
    slow = p95 >= thresholds(ID, "slow") and len(rows) >= 3
    severity = "medium" if slow and part >= thresholds(ID, "often") else "low" if slow and part >= 0.01 else "info"
    worst = (
        f"p95 {words.duration(p95)}"
        if words.quantile_shown(len(times), 0.95)
        else f"slowest {words.duration(times[-1])}"
    )
    share = f"They are {words.percent(init_billed / billed)} of the billed time." if billed and init_billed else ""
    was = "was a cold start" if len(rows) == 1 else "were cold starts"
    which = (
        f"{words.of(len(rows), len(function))} invocations {was}"
        if len(function) > 1
        else "The invocation was a cold start"
    )
    times_said = f"median {words.duration(middle)}, {worst}" if len(times) > 1 else words.duration(middle)
    return ev.stated(
        function,
        rows,
        ev.longest(function, "init", *ev.INIT),
        id=ID,
        title=TITLE,
        severity=severity,
        confidence=1.0,
        signature="cold-start-heavy",
        summary=f"{which}: {times_said}.",
        value=p95,
        threshold=thresholds(ID, "slow"),
        fixes=_fixes(function, len(function)) if severity == "medium" else (),
        link=LINK,
        advice=ev.joined(
            share,
            "Whether someone waited for them depends on the trigger."
            if severity == "info"
            else "Load less before the first request: fewer and smaller packages, "
            "clients made when they are first needed.",
        ),
    )


def _fixes(function: Function, executions: int) -> tuple[Fix, ...]:
    fixes: tuple[Fix, ...] = ()
    if any(r in _SNAPS for r in function.runtimes):
        fixes += remedies.snap_start(function)
    peak = _concurrency(function)
    if peak and executions >= 10:
        n = ceil(1.1 * peak)
        fixes += remedies.provisioned_concurrency(
            function,
            n,
            note=f"At most {words.count(peak)} ran at once. Environments kept ready cost money while they wait.",
        )
    return fixes


def _concurrency(function: Function) -> int:
    """Most executions at one time, 0 without times."""
    inv = function.inv
    edges = sorted(
        edge
        for i in range(len(inv))
        if inv.start[i] >= 0 and inv.end[i] >= inv.start[i]
        for edge in ((inv.start[i], 1), (inv.end[i], -1))
    )
    now = most = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="info",
    why="The first request of an environment waits until the runtime and the code are loaded. That time is billed.",
    fix="Load less at start, give more memory (that is more CPU), start from a snapshot, or keep environments ready.",
    quiet_when="No initialisation is in the log, or it failed: then the failure is the finding.",
    link=LINK,
    find=find,
    thresholds={
        "slow": Threshold(1000, "ms at the p95; below, few callers notice."),
        "often": Threshold(0.05, "Above one in twenty, cold starts shape the p95 of all requests."),
    },
    specificity=10,
)
