"""memory-leak: memory climbs in each warm environment until it is killed, then starts over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer import growth, remedies, words
from analyzer.causes import _memory_leak_doubts as doubts
from analyzer.causes import _memory_leak_story as told
from analyzer.causes import _weights as w
from analyzer.causes._memory_leak_case import Case, case_of
from analyzer.limits import LIFECYCLE
from analyzer.model import Cause, Finding, Fix, Hypothesis, Thresholds, WhatIf
from analyzer.summary import Summary


def weigh(summary: Summary, findings: Sequence[Finding], _: Thresholds) -> Iterable[Cause]:
    """A cause for every function whose memory follows the age of its environments."""
    for function in summary.functions:
        trend = growth.trend(function)
        if trend is None or not (trend.kills or not function.failed):
            continue  # beside other failures a leak that kills nobody is a finding, not their cause
        case = case_of(function, trend)
        yield _cause(case, _confidence(case), findings)


def _confidence(case: Case) -> float:
    """One climbing life is two signals at best; each repetition, reset and counterfactual raises it."""
    trend = case.trend
    value = 0.70
    value += 0.12 if trend.environments >= 2 else 0.0
    value += 0.05 if len(trend.lives) >= 3 else 0.0
    value += 0.05 if trend.kills else 0.0
    value += 0.05 if case.resets else 0.0
    value += 0.04 if case.clean is not None else 0.0
    value += 0.02 if trend.ages and trend.ages[-1] <= 1.5 * trend.ages[0] and len(trend.ages) >= 3 else 0.0
    value -= 0.10 if len(trend.lives) < 0.8 * trend.eligible else 0.0
    value -= 0.20 if trend.r_age is None and not case.resets else 0.0
    value -= 0.20 if any(g.mixed for g in trend.lives) else 0.0
    return w.bounded(value)


def _cause(case: Case, confidence: float, findings: Sequence[Finding]) -> Cause:
    function, trend = case.function, case.trend
    chain = w.chain(findings, function, "version-change", "memory-leak", "memory-pressure", "out-of-memory", "reinit")
    fixes, what_if = _fixes(case)
    title = f"A leak in {w.version_phrase(case.numbered)}" if case.clean and case.numbered else "A memory leak"
    return Cause(
        id=CAUSE.id,
        title=title,
        confidence=confidence,
        function=function.name,
        explains=(len(trend.kills), len(function.failed)),
        verdict=told.verdict(case, confidence),
        lead=told.lead(case),
        story=tuple(told.story(case)),
        chain=chain,
        against=tuple(doubts.against(case)),
        ruled_out=tuple(doubts.ruled_out(case)),
        settle=doubts.settle(case),
        fixes=fixes,
        what_if=what_if,
        charts=("memory-age", "duration"),
    )


def _fixes(case: Case) -> tuple[tuple[Fix, ...], tuple[WhatIf, ...]]:
    function, trend = case.function, case.trend
    fixes: tuple[Fix, ...] = ()
    if case.later is not None:
        return fixes, ()  # what served last does not leak: nothing is left to stop
    read = "what outlives a request: module-level lists, caches without a bound, clients made per request."
    if case.clean is not None:
        fixes += remedies.rollback(function, case.clean, title=f"Stop it: go back to version {case.clean}")
        read = f"Then read the change from {case.clean} to {case.numbered[0]} for {read}"
    else:
        read = f"Then look for {read}"
    bigger = remedies.next_memory(function)
    if bigger is None or bigger <= trend.size_mb:
        return fixes, ()
    prefix = "Or buy" if fixes else "Buy"
    lasts = round(case.lasts(bigger))
    fixes += remedies.memory(function, bigger, title=f"{prefix} time: {words.memory(bigger)}", note=read)
    before, after = (
        f"an environment lasts about {words.plural(round(n), 'invocation')}" for n in (trend.per_life, lasts)
    )
    if case.hours is not None:
        before += f" ({told.hours(case.hours)})"
        after += f" ({told.hours(case.hours * case.lasts(bigger) / trend.per_life)})"
    return fixes, (
        WhatIf(
            f"{words.memory(bigger)} instead of {words.memory(trend.size_mb)}",
            before,
            after,
            f"the climb stays at {case.slope} with every invocation and the traffic as it is",
        ),
    )


CAUSE = Hypothesis(
    id="memory-leak",
    title="Memory leak",
    why=(
        "A warm environment keeps what one request leaves behind: module-level lists, caches without a bound, "
        "listeners, unclosed clients. Each request adds some, until the environment reaches the function's "
        "memory size and Lambda kills it; the next request starts it again, slowly and with little memory in "
        "use."
    ),
    must_hold=(
        "Memory rises steadily with the age of most environments that live long enough, in four or more steps "
        "and in both halves of their lives, and falls back when an environment starts over."
    ),
    rivals=("memory-undersized", "payload-growth", "downstream-latency"),
    fix=(
        "Go back to the version before the climb, then find what outlives a request. More memory only makes "
        "an environment last longer."
    ),
    link=LIFECYCLE,
    weigh=weigh,
)
