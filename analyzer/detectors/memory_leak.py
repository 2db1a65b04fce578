"""Memory that climbs with the age of warm environments and falls back only when they start over."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer import growth, remedies, words
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function, spread
from analyzer.model import Detector, Finding, Fix, Origin, Threshold, Thresholds
from analyzer.summary import Summary

ID = "memory-leak"
TITLE = "Memory Leak"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html"


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:
    """One finding a function, about the versions that leak."""
    for function in summary.functions:
        trend = growth.trend(function)
        if trend is not None and trend.slope >= thresholds(ID, "slope"):
            yield _stated(function, trend)


def _stated(function: Function, trend: growth.Trend) -> Finding:
    inv = function.inv
    names = [v for v in trend.versions if v is not None]
    grown = set(trend.versions)
    rows = [i for i, v in enumerate(inv.version) if (function.word(v) or None) in grown]
    climbs = f"Memory climbs {words.number(trend.slope, 2)} MB per invocation"
    others = [v for v in function.versions if v not in grown]
    if others and names and all(n.isdigit() for n in names):
        where = f"in version {words.listed(names)}"
    else:
        where = (
            f"in {words.of(len(trend.lives), trend.eligible)} lives of "
            f"{words.plural(trend.environments, 'environment')}"
        )
    mixed = any(g.mixed for g in trend.lives)
    sure = 0.95 if len(trend.lives) >= 2 or (trend.flat and trend.kills) else 0.75
    confidence = sure - (0.2 if mixed else 0) - (0.1 if trend.r_age is None and not trend.ages else 0)
    alone = len(trend.lives) == 1 and not trend.kills
    return ev.stated(
        function,
        rows,
        _evidence(function, trend),
        id=ID,
        title=TITLE,
        severity="medium" if alone else "high",
        confidence=round(confidence, 2),
        signature="memory-leak-warm",
        summary=f"{climbs} {where}.",
        value=trend.slope,
        advice=_advice(trend, alone, mixed),
        fixes=_fixes(function, trend),
        link=LINK,
        first=inv.start[trend.lives[0].rows[0]] if inv.start[trend.lives[0].rows[0]] >= 0 else None,
    )


def _lives(trend: growth.Trend) -> str:
    """In how many environments, and in how many of their lives where they had several."""
    if len(trend.lives) == trend.environments == trend.eligible:
        return (
            words.plural(trend.environments, "environment")
            if trend.environments == 1
            else f"all {trend.environments} environments"
        )
    lives = words.of(len(trend.lives), trend.eligible)
    return f"{lives} lives of {words.plural(trend.environments, 'environment')}"


def _advice(trend: growth.Trend, alone: bool, mixed: bool) -> str:
    """Forecast, counter-proof, what to look for, and what the finding stands on."""
    size = words.memory(trend.size_mb)
    if trend.ages:
        span = str(trend.ages[0]) if trend.ages[0] == trend.ages[-1] else f"{trend.ages[0]} to {trend.ages[-1]}"
        forecast = f"Environments reached {size} and were killed after {span} invocations, then began again low."
    else:
        lasts = words.count(round(trend.lasts(trend.size_mb)))
        forecast = f"From {words.memory(trend.start_mb)} an environment reaches {size} after about {lasts} invocations."
    level = f"Version {words.listed(list(trend.flat))} stays level." if trend.flat else ""
    look = "Look for what outlives a request: module-level lists, caches without a bound, clients made per request."
    new = remedies.round_memory(2 * trend.size_mb)
    delay = ""
    if new:
        delay = f"{words.memory(new)} delays that to about {words.count(round(trend.lasts(new)))} invocations."
    doubt = ""
    if alone:
        doubt = "Only one life of one environment is long enough to show it, therefore medium."
    elif mixed:
        doubt = "Executions overlap in a stream, so the order of some is uncertain."
    elif trend.r_age is None and not trend.ages:
        doubt = "Age and time of day went hand in hand here, so growing inputs are not excluded."
    return ev.joined(forecast, level, look, delay, doubt)


def _fixes(function: Function, trend: growth.Trend) -> tuple[Fix, ...]:
    """Back to a version that stays level, if there is one; and time, bought with memory."""
    fixes: tuple[Fix, ...] = ()
    level = [v for v in trend.flat if v.isdigit()]
    names = [v for v in trend.versions if v and v.isdigit()]
    if level and names:
        last = level[-1]
        note = f"Then read the change from {last} to {names[0]} for what outlives a request."
        fixes += remedies.rollback(function, last, f"Stop it: go back to version {last}", note)
    new = remedies.round_memory(2 * trend.size_mb)
    if new:
        lasts = words.count(round(trend.lasts(new)))
        fixes += remedies.memory(
            function,
            new,
            f"Buy time: {words.memory(new)}",
            f"An environment lasts about {lasts} invocations. The leak stays.",
        )
    return fixes


def _evidence(function: Function, trend: growth.Trend) -> tuple[Origin, ...]:
    """REPORT lines of the environment that shows the climb best: one in each eighth of the allocation."""
    best: tuple[Origin, ...] = ()
    for life in spread(sorted(trend.lives, key=lambda g: -g.rise), 20):
        kept = ev.reports(function, life.rows, *ev.MEMORY, most=9)
        if len(kept) > len(best):
            best = kept
    return ev.merged(best)


DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="high",
    why="What one request leaves behind stays for the next: memory climbs until Lambda kills the environment, and a "
    "user pays with a lost request and a restart.",
    fix="Find what outlives a request: module-level lists and dictionaries, caches without a bound, listeners "
    "registered again, "
    "clients made per request. Go back to the version before, if that one stays level. More memory only buys time.",
    quiet_when="Memory rises in the first requests only, in one step, with the size of requests, or in all "
    "environments at the same hour.",
    link=LINK,
    find=find,
    thresholds={
        "slope": Threshold(
            0.005, "MB per invocation; less needs thousands of invocations to matter, longer than environments live."
        ),
    },
    specificity=85,
)
