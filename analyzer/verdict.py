"""The sentence a report opens with, and the lead that proves it.

A cause brings its own. Without one, the gravest finding of the function that fails most speaks; without a finding, the
numbers do. What is not known is said, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer import words
from analyzer.causes._weights import LEAD_WORDS, belongs, fit
from analyzer.causes._weights import lead as lead_of
from analyzer.functions import Function
from analyzer.model import Cause, Finding, Status
from analyzer.report import Totals
from analyzer.summary import Summary

_KINDS = {
    Status.OUT_OF_MEMORY: ("kill for memory", "kills for memory"),
    Status.TIMEOUT: ("timeout", "timeouts"),
    Status.CRASH: ("crash", "crashes"),
    Status.INIT_ERROR: ("failed initialisation", "failed initialisations"),
    Status.ERROR: ("exception", "exceptions"),
}

LEAST_SHARE = 1 / 3
"""Share of all failures a cause must explain to be the report's answer; below, it is one of several troubles."""


def verdict_of(
    summary: Summary, totals: Totals, findings: Sequence[Finding], causes: Sequence[Cause]
) -> tuple[str, str]:
    """Verdict (at most 120 characters) and lead (at most 45 words)."""
    verdict, lead = _choose(summary, totals, findings, causes)
    return fit(verdict), " ".join(lead.split()[:LEAD_WORDS])


def _choose(summary: Summary, totals: Totals, findings: Sequence[Finding], causes: Sequence[Cause]) -> tuple[str, str]:
    grave = [f for f in findings if f.severity in ("critical", "high", "medium")]
    functions = [f for f in summary.functions if len(f)]
    if not totals.invocations:
        return _nothing(summary, grave)
    if totals.failed:
        explaining = [c for c in causes if c.explains[0]]
        if explaining and explaining[0].explains[0] >= LEAST_SHARE * totals.failed:
            return explaining[0].verdict, _with_others(explaining[0], functions)
        if explaining and not _outweighed(explaining[0], grave, functions[0]):
            return _many(totals, explaining[0], functions)
        return _failures(totals, grave, functions)
    if causes:
        return causes[0].verdict, causes[0].lead
    if grave:
        return _risk(grave, functions), _numbers(totals, functions)
    return _healthy(totals, functions), _numbers(totals, functions)


def _with_others(cause: Cause, functions: Sequence[Function]) -> str:
    """The lead of a cause, and that other functions fail too, where there is room for it."""
    others = [f for f in functions if f.failed and f.name != cause.function]
    if not others:
        return cause.lead
    failed = sum(len(f.failed) for f in others)
    name = belongs(others[0]) if len(others) == 1 else f"{len(others)} other functions"
    return lead_of(cause.lead, f"{words.plural(failed, 'invocation')} of {name} failed too.")


def _lower(sentence: str) -> str:
    """A sentence to follow a comma: its first letter small, unless it begins a name or an abbreviation."""
    first = sentence.split(" ", 1)[0]
    plain = (first[1:].islower() and first.isalpha()) or len(first) == 1
    return sentence[:1].lower() + sentence[1:] if plain else sentence


def _within(function: Function | None, sentence: str) -> tuple[str, ...]:
    """A finding's fact as a sentence that names its function, the best first."""
    if function is None or function.name is None or function.name in sentence:
        return (sentence,)
    return f"In {belongs(function)}, {_lower(sentence)}", sentence


def _nothing(summary: Summary, grave: Sequence[Finding]) -> tuple[str, str]:
    """Nothing was executed, as far as the input shows."""
    events = sum(i.events for i in summary.inputs.values())
    again = "Export it again without `--filter-pattern`."
    if not events:
        return (
            "This export holds no log events.",
            "Widen the time range or check the name of the log group, and export it again.",
        )
    lead = f"Without START and REPORT lines, counts, memory and durations are unknown. {again}"
    if grave:
        return grave[0].summary, lead
    errors = sum(g.count for g in summary.groups if g.outcome != "warned")
    if errors:
        return (
            f"{words.plural(errors, 'error line')} {'was' if errors == 1 else 'were'} read, and no invocation.",
            f"This export holds no START and no REPORT line, so memory, durations and cold starts are unknown. {again}",
        )
    read = f"{words.plural(events, 'log event')} {'was' if events == 1 else 'were'} read"
    return f"{read}, and none belongs to an invocation.", lead


def _outweighed(cause: Cause, grave: Sequence[Finding], worst: Function) -> bool:
    """Whether a finding about failures of the worst function covers more of them than the cause does."""
    return any(
        f.severity in ("critical", "high")
        and f.function == worst.name
        and cause.explains[0] < f.count <= len(worst.failed)
        for f in grave
    )


def _many(totals: Totals, largest: Cause, functions: Sequence[Function]) -> tuple[str, str]:
    """Several troubles, none of which is the answer: count them and name the largest."""
    worst = [f for f in functions if f.failed]
    of = f" of {belongs(worst[0])}" if len(worst) == 1 and worst[0].name else ""
    failed = f"{words.of(totals.failed, totals.invocations)} invocations{of} failed"
    lead = lead_of(
        f"No single cause explains more than {words.count(largest.explains[0])} of them. The largest: {largest.verdict}"
    )
    return fit(f"{failed}: {words.listed(_kinds(worst))}.", f"{failed}."), lead


def _kinds(functions: Sequence[Function]) -> list[str]:
    """How executions ended that failed: "60 timeouts", "1 crash"."""
    counts = {status: sum(len(f.by_status[status]) for f in functions) for status in _KINDS}
    return [words.plural(n, *_KINDS[status]) for status, n in counts.items() if n]


def _failures(totals: Totals, grave: Sequence[Finding], functions: Sequence[Function]) -> tuple[str, str]:
    """Something failed, and no cause explains it: say what the gravest finding of the worst function says."""
    worst = functions[0]
    own = next((f for f in grave if f.function == worst.name), None)
    of = f" of {belongs(worst)}" if worst.name else ""
    failed = f"{words.of(len(worst.failed), len(worst))} invocations{of} failed"
    share = words.percent(len(worst.failed) / len(worst))
    kinds = words.listed(_kinds([worst]))
    others = totals.failed - len(worst.failed)
    elsewhere = f"Other functions failed {words.plural(others, 'time')}." if others else ""
    if own is None:
        lead = lead_of(f"{share} of them failed.", "No line of this export says why.", elsewhere)
        return fit(f"{failed}: {kinds}.", f"{failed}."), lead
    first = f"{failed} ({share}): {kinds}."
    verdict = fit(*_within(worst, own.summary), f"{failed}.")
    if own.count >= len(worst.failed):  # the fact itself is the answer: nothing else is left to explain
        return verdict, lead_of(first, *_sentences(own.advice), elsewhere)
    second = next((f.summary for f in grave if f is not own and f.function == worst.name and f.id != "error-rate"), "")
    return verdict, lead_of(first, "No single cause explains them.", second, elsewhere)


def _sentences(text: str) -> list[str]:
    """A text cut into its sentences."""
    return [s for s in re.split(r"(?<=[.!?])\s+", text) if s]


def _risk(grave: Sequence[Finding], functions: Sequence[Function]) -> str:
    """Nothing failed, but something is close to it."""
    finding = grave[0]
    function = next((f for f in functions if f.name == finding.function), None)
    if finding.id == "memory-pressure" and function is not None and function.peak_ratio is not None:
        used = words.percent(function.peak_ratio)
        subject = belongs(function)
        return f"No invocation failed, but {subject} uses up to {used} of its {words.memory(function.memory_size)}."
    several = function is not None and len(functions) > 1
    fact = [f"No invocation failed, but {_lower(s[:1].upper() + s[1:])}" for s in _within(function, finding.summary)]
    if function is not None and function.name and not several:
        fact.append(f"No invocation of {belongs(function)} failed; {_lower(finding.title)} is a risk.")
    return fit(*(s.replace("but In ", "but in ") for s in fact))


def _healthy(totals: Totals, functions: Sequence[Function]) -> str:
    """Nothing failed and nothing is close to it: how much room there is."""
    parts = [f"No failure in {words.plural(totals.invocations, 'invocation')}"]
    ratios = [f.peak_ratio for f in functions if f.peak_ratio is not None]
    if ratios:
        parts.append(f"memory peaks at {words.percent(max(ratios))}")
    sentence = "; ".join(parts)
    slowest = max((f for f in functions if f.durations), key=lambda f: f.durations[-1], default=None)
    if slowest is not None:
        sentence += f", the slowest took {_of_limit(slowest.durations[-1], slowest.limit_ms)}"
    return sentence + "."


def _of_limit(taken: float, limit: float | None) -> str:
    """A duration of a limit, the unit said once where both have the same.

    >>> _of_limit(2100, 10_000), _of_limit(344, 3_000), _of_limit(344, None)
    ('2.1 of 10 s', '344 ms of 3 s', '344 ms')
    """
    shown = words.duration(taken)
    if limit is None:
        return shown
    bound = words.duration(limit)
    number, _, unit = shown.rpartition(" ")
    return f"{number if bound.endswith(' ' + unit) and ' ' not in number else shown} of {bound}"


def _numbers(totals: Totals, functions: Sequence[Function]) -> str:
    """What was read, where nothing has to be proved."""
    read = words.plural(totals.invocations, "invocation")
    many = f" of {len(functions)} functions" if len(functions) > 1 else ""
    cold = f" with {words.plural(totals.cold_starts, 'cold start')}"
    if len(functions) != 1 or not functions[0].durations:
        return f"{read}{many}{cold}."
    middle = functions[0].durations[len(functions[0].durations) // 2]
    return f"{read}{cold}; half took less than {words.duration(middle)}."
