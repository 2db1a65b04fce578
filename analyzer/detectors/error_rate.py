"""The share of failed invocations: the sum behind the findings that say why."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer import words
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function, wilson
from analyzer.model import SEVERITIES, Detector, Finding, Status, Threshold, Thresholds
from analyzer.summary import Summary

ID = "error-rate"
TITLE = "Error Rate"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"

_NAMES = {
    Status.OUT_OF_MEMORY: "killed for memory",
    Status.TIMEOUT: "timed out",
    Status.CRASH: "crashed",
    Status.ERROR: "raised an error",
    Status.INIT_ERROR: "failed to load",
}


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:
    """One finding a function whose share of failures reaches the first threshold."""
    for function in summary.functions:
        enough = len(function) >= thresholds(ID, "least") and ev.shares_known(function)
        if enough and len(function.failed) >= max(1, thresholds(ID, "medium") * len(function)):
            yield _stated(function, thresholds(ID, "medium"), thresholds(ID, "high"))


def _stated(function: Function, medium: float, high: float) -> Finding:
    rows, n = function.failed, len(function)
    low, upper = wilson(len(rows), n)
    bad = len(rows) >= high * n and (n >= 50 or low >= high)
    inv = function.inv
    unexplained = [i for i in rows if inv.status[i] == Status.ERROR and inv.error[i] < 0 and inv.error_type[i] < 0]
    severity = "high" if bad else "medium"
    counts = [(len(function.by_status[s]), name) for s, name in _NAMES.items() if function.by_status[s]]
    parts = words.listed([f"{words.count(k)} {name}" for k, name in sorted(counts, key=lambda c: -c[0])])
    if not unexplained:
        severity = SEVERITIES[SEVERITIES.index(severity) + 1]
        reason = "The findings above say why, therefore one level milder."
    else:
        reason = f"No line says why {words.plural(len(unexplained), 'of them', 'of them')} failed."
    interval = f"With 95% confidence the share is {words.percent(low)} to {words.percent(upper)}." if n >= 50 else ""
    return ev.stated(
        function,
        rows,
        ev.merged(
            ev.reports(function, rows, *ev.STATUS),
            *[
                ev.line_of(function, function.group(g))
                for g in list(dict.fromkeys(function.inv.error[i] for i in rows if function.inv.error[i] >= 0))[:2]
            ],
            most=3,
        ),
        id=ID,
        title=TITLE,
        severity=severity,
        confidence=1.0,
        summary=f"{words.of(len(rows), n)} invocations failed ({ev.share(len(rows), n)}).",
        value=len(rows) / n,
        threshold=high if bad else medium,
        advice=ev.joined(f"{parts}.", interval, reason),
        link=LINK,
    )


DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="medium",
    why="It is what callers notice, whatever the reasons are.",
    fix="Begin with the most specific finding above it.",
    quiet_when="Less than one invocation in a hundred failed, there are fewer than ten, or words filter the export.",
    link=LINK,
    find=find,
    thresholds={
        "least": Threshold(10, "A share of fewer invocations says little."),
        "medium": Threshold(0.01, "Beyond one in a hundred, retries and alarms become part of daily work."),
        "high": Threshold(0.10, "Beyond one in ten, most users meet a failure."),
    },
    specificity=5,
)
