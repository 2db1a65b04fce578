"""downstream-latency: a call to something else stalls until the function's own limit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from analyzer import remedies, words
from analyzer.causes import _weights as w
from analyzer.causes._downstream_latency_bound import client_advice, client_timeout
from analyzer.causes._downstream_latency_case import CALL, Case, case_of
from analyzer.detectors import _evidence as ev
from analyzer.functions import quantile
from analyzer.model import Cause, Finding, Hypothesis, Origin, RuledOut, Step, Threshold, Thresholds
from analyzer.patterns import MASK
from analyzer.summary import Summary


def weigh(summary: Summary, findings: Sequence[Finding], thresholds: Thresholds) -> Iterable[Cause]:
    """A cause for every function whose timeouts fall silent after the same line."""
    for function in summary.functions:
        case = case_of(function, thresholds(CAUSE.id, "share"), thresholds(CAUSE.id, "memory"))
        if case is not None:
            yield _cause(case, findings)


def _confidence(case: Case) -> float:
    """The timeout is the platform's word; that the call caused it needs repetition and a counterfactual."""
    function = case.function
    value = 0.72
    value += 0.08 if len(case.stalled) >= 3 and w.streams(function, case.stalled) >= 2 else 0.0
    value += 0.06 if case.calls else -0.15
    value += 0.05 if case.slow else 0.0
    median = quantile(function.ok_durations, 0.5)
    value += 0.04 if median is not None and median <= 0.3 * case.limit_ms else 0.0
    value += 0.02 if case.memory is not None and case.memory < 0.6 else 0.0
    value -= 0.12 if len(case.stalled) == 1 else 0.0
    value -= 0.10 if case.close > len(case.stalled) / 2 else 0.0
    value -= 0.10 if not case.after_first and len(case.stalled) > 1 else 0.0
    value -= 0.10 if not function.ok_durations else 0.0
    value -= 0.15 if w.mixed(function, case.stalled) else 0.0
    return w.bounded(value)


def _cause(case: Case, findings: Sequence[Finding]) -> Cause:
    function, confidence = case.function, _confidence(case)
    chain = w.chain(findings, function, "dependency-error", "connection-error", "duration-shift", "timeout", "reinit")
    title = f"Waiting for {case.target}" if case.host else "A call that does not answer"
    return Cause(
        id=CAUSE.id,
        title=w.shorten(title, 80),
        confidence=confidence,
        function=function.name,
        explains=(len(case.stalled), len(function.failed)),
        verdict=_verdict(case, confidence),
        lead=_lead(case),
        story=tuple(_story(case)),
        chain=chain,
        against=tuple(_against(case)),
        ruled_out=tuple(_ruled_out(case)),
        settle=_settle(case),
        fixes=remedies.tracing(function, title="Find the call, then bound it in its client", note=client_advice(case)),
        charts=("duration", "failures"),
    )


def _limit(case: Case) -> str:
    return words.duration(case.limit_ms)


def _verdict(case: Case, confidence: float) -> str:
    function = case.function
    waits = "waits" if confidence >= w.SURE else "probably waits"
    n, total = len(case.stalled), len(function)
    out = f"{words.of(n, total)} invocations timed out"
    if not case.host:
        line = case.target.replace(MASK, "…")
        return w.fit(
            f"{w.name_of(function)} {waits} until its {_limit(case)} limit after “{line}”: {out}.",
            f"{w.name_of(function)} {waits} until its {_limit(case)} limit after “{w.shorten(line, 28)}”: {out}.",
            f"{w.name_of(function, 40)} {waits} for a call until its {_limit(case)} limit: {out}.",
        )
    return w.fit(
        f"{w.name_of(function)} {waits} for {case.target} until its {_limit(case)} limit: {out}.",
        f"{w.name_of(function, 40)} {waits} for {w.shorten(case.target, 30)} until its {_limit(case)} limit: {out}.",
        f"{w.name_of(function, 40)} {waits} for a call until its {_limit(case)} limit: {n} timed out.",
    )


def _lead(case: Case) -> str:
    function = case.function
    n, timeouts, failed = len(case.stalled), len(case.timeouts), len(function.failed)
    rate = (
        f"{words.percent(n / len(function))} of the invocations{w.of_function(function)} fall silent after "
        "the call and are cut off."
    )
    if n < timeouts:
        rate = f"{words.of(n, timeouts)} timeouts{w.of_function(function)} fall silent after the call."
    rest = f"{words.of(n, failed)} failures are of this kind." if n < failed else ""
    ok = quantile(function.ok_durations, 0.5)
    quick = f"Half of the others finish within {words.duration(ok)}." if ok is not None else ""
    slow = (
        (
            f"{words.plural(len(case.slow), 'success', 'successes')} waited there too, up to "
            f"{words.duration(case.waits[-1])}."
        )
        if case.slow
        else ""
    )
    seconds, attempts = client_timeout(case.function, case.limit_ms)
    bound = f"Give the call a timeout of {words.duration(1000 * seconds)} and {words.plural(attempts, 'attempt')}."
    return w.lead(rate, rest, quick, slow, bound)


def _story(case: Case) -> Iterable[Step]:
    function, inv = case.function, case.function.inv
    n, timeouts = len(case.stalled), len(case.timeouts)
    what = f"after the line that calls {case.target}" if case.host else "after this line"
    gaps = sorted(inv.gap[i] for i in case.stalled)
    yield Step(
        (
            f"In {w.part(n, timeouts)} timeouts nothing more is logged {what}, for "
            f"{words.duration(quantile(gaps, 0.5) or 0)} at the median."
        ),
        _last_lines(case),
    )
    shown = function.evidence(case.stalled, 2)
    yield Step(
        f"Lambda ends them at the limit of {_limit(case)}, {w.between(function, case.stalled)}".rstrip(", ") + ".",
        w.marked(shown, *ev.DURATION, *ev.STATUS),
    )
    ok = function.ok_durations
    if ok:
        half = words.duration(quantile(ok, 0.5) or 0)
        slow = ""
        if case.slow:
            slow = (
                f" {words.plural(len(case.slow), 'success', 'successes')} fell silent at the same place and got "
                "an answer after "
                f"{words.duration(case.waits[0])} to {words.duration(case.waits[-1])}."
            )
        yield Step(f"Half of the {words.count(len(ok))} successes need less than {half} for everything.{slow}")
    if case.memory is not None:
        yield Step(f"Memory is not the matter: these invocations use {words.percent(case.memory)} of what there is.")


def _last_lines(case: Case) -> tuple[Origin, ...]:
    """The kept lines before the silence of stalled invocations, else of any."""
    function = case.function
    found = [q for t in case.templates for q in function.summary.quotes.of(("line", t))]
    ids = {function.inv.request_id(i) for i in case.stalled}
    found.sort(key=lambda q: (q.request_id not in ids, q.time < 0, q.time, q.input, q.offset))
    pattern = f"(?i:{re.escape(case.host)})" if case.host else f"(?i:{CALL.pattern})"
    own = [q for q in found if q.request_id in ids]
    return w.quoted(function, (own or found)[:2], pattern)


def _against(case: Case) -> Iterable[str]:
    function = case.function
    if not case.calls:
        yield "The last line does not name a call: work that logs nothing would look the same."
    if len(case.stalled) == 1:
        yield "It happened once."
    if not case.after_first and len(case.stalled) > 1:
        yield (
            "No invocation succeeds between the first and the last of them: the network may be cut off, not "
            "the service slow."
        )
    if not function.ok_durations:
        yield "No invocation succeeds, so how long the call usually takes is unknown."
    if case.close > len(case.stalled) / 2:
        yield (
            f"{words.plural(case.close, 'success', 'successes')} took more than four fifths of the limit: it "
            "may be too short."
        )
    rest = len(case.timeouts) - len(case.stalled)
    if rest:
        yield f"{words.of(rest, len(case.timeouts))} timeouts do not fall silent there."


def _ruled_out(case: Case) -> Iterable[RuledOut]:
    function = case.function
    ok = function.ok_durations
    if ok and case.close <= len(case.stalled) / 2:
        yield RuledOut(
            "timeout-too-short",
            f"{words.of(case.close, len(ok))} successes needed more than {words.duration(0.8 * case.limit_ms)}; half "
            f"need less than {words.duration(quantile(ok, 0.5) or 0)}. A longer limit waits longer for the same "
            "answer.",
        )
    if case.after_first:
        yield RuledOut(
            "network-unreachable",
            f"Between the first and the last timeout {words.plural(case.after_first, 'invocation')} succeeded.",
        )
    if case.calls and case.memory is not None and case.memory < 0.6:
        yield RuledOut(
            "cpu-starved",
            f"It waits after the line of a call, with {words.percent(case.memory)} of its memory in use, and logs no "
            "progress meanwhile.",
        )


def _settle(case: Case) -> str:
    what = case.target if case.host else "that step"
    return (
        f"Log a line before and after the call to {w.shorten(what, 60)} with its duration, or read its X-Ray "
        "subsegment. If the time "
        "is not in that call, the silence hides work of the function itself."
    )


CAUSE = Hypothesis(
    id="downstream-latency",
    title="A slow dependency",
    why=(
        "The function calls something that does not answer, and its client waits longer than the function may "
        "run: many have no timeout, or one of 60 s with retries. Lambda then ends the function in the middle "
        "of the wait, and the log falls silent after the line before the call."
    ),
    must_hold=(
        "At least 70% of the timeouts fall silent after the same line for most of their duration, with memory to spare."
    ),
    rivals=("timeout-too-short", "network-unreachable", "cpu-starved"),
    fix=(
        "Give the client a timeout and few retries that end before the function's limit. A longer limit only "
        "waits longer."
    ),
    link="https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html",
    weigh=weigh,
    thresholds={
        "share": Threshold(0.7, "Below, more than one thing makes the function time out."),
        "memory": Threshold(0.8, "From here on memory pressure itself slows the function down."),
    },
)
