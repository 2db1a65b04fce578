"""The sentence a report opens with, and the lead that proves it."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.functions import Function
from analyzer.model import Cause, Finding
from analyzer import words
from analyzer.report import Totals
from analyzer.summary import Summary


def verdict_of(
    summary: Summary, totals: Totals, findings: Sequence[Finding], causes: Sequence[Cause]
) -> tuple[str, str]:
    """Verdict (at most 120 characters) and lead (at most 45 words)."""
    if causes and totals.failed:
        return causes[0].verdict, causes[0].lead
    grave = [f for f in findings if f.severity in ("critical", "high", "medium")]
    function = summary.functions[0] if summary.functions else None
    if not totals.invocations:
        return _nothing(summary, grave)
    if totals.failed:
        return _failures(totals, grave, function)
    if causes:
        return causes[0].verdict, causes[0].lead
    if grave:
        return f"No invocation failed, but {_lower(grave[0].summary)}", _lead(totals, function)
    return _healthy(totals, function), _lead(totals, function)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() else sentence


def _nothing(summary: Summary, grave: list[Finding]) -> tuple[str, str]:
    events = sum(i.events for i in summary.inputs.values())
    lead = "Without START and REPORT lines, counts, memory and durations are unknown. Export it again without `--filter-pattern`."
    if grave:
        return grave[0].summary, lead
    if not events:
        return (
            "This export holds no log events.",
            "Widen the time range or check the log group's name, and export it again.",
        )
    return f"{words.count(events)} log events were read, and none belongs to an invocation.", lead


def _failures(totals: Totals, grave: list[Finding], function: Function | None) -> tuple[str, str]:
    label = function.label if function else "The function"
    share = f"{words.count(totals.failed)} of {words.count(totals.invocations)} invocations of {label[:60]} failed"
    if label == "The function":
        share = f"{words.count(totals.failed)} of {words.count(totals.invocations)} invocations failed"
    why = f"; no single cause explains them. {grave[0].summary}" if grave else "; no line says why."
    lead = f"{words.percent(totals.error_rate or 0)} of all invocations{why}"
    return f"{share}.", lead


def _healthy(totals: Totals, function: Function | None) -> str:
    parts = [f"No failure in {words.count(totals.invocations)} invocation{'' if totals.invocations == 1 else 's'}"]
    if function is not None and function.peak_ratio is not None:
        parts.append(f"memory peaks at {words.percent(function.peak_ratio)}")
    sentence = "; ".join(parts)
    if function is not None and function.durations:
        slowest = words.duration(function.durations[-1])
        limit = f" of {words.duration(function.limit_ms)}" if function.limit_ms else ""
        sentence += f", the slowest took {slowest}{limit}"
    return sentence + "."


def _lead(totals: Totals, function: Function | None) -> str:
    if function is None or not function.durations:
        return f"{words.count(totals.invocations)} invocations were read."
    cold = f"{words.count(totals.cold_starts)} cold start{'' if totals.cold_starts == 1 else 's'}"
    middle = function.durations[len(function.durations) // 2]
    return f"{words.count(totals.invocations)} invocations with {cold}; half took less than {words.duration(middle)}."
