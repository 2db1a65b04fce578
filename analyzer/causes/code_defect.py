"""code-defect: the code fails on some inputs, and no change or outage explains it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from analyzer import registry, remedies, words
from analyzer.causes import _weights as w
from analyzer.causes._code_defect_case import Case, better_explained, cases_of
from analyzer.model import Cause, Finding, Fix, Hypothesis, Origin, RuledOut, Status, Step, Threshold, Thresholds
from analyzer.summary import Summary

MOST = 3  # defects told apart in one function
_REQUEST_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def weigh(summary: Summary, findings: Sequence[Finding], thresholds: Thresholds) -> Iterable[Cause]:
    """A cause for each type and frame that is raised now and then over the whole time."""
    outside = {s.id for s in registry.signatures() if s.finding != "unhandled-exception"}
    for function in summary.functions:
        cases = sorted(cases_of(function, outside), key=lambda c: (-len(c.rows), c.type, c.frame))
        fitting = [c for c in cases if not better_explained(c, thresholds(CAUSE.id, "alpha"))]
        yield from (_cause(case, findings) for case in fitting[:MOST])


def _confidence(case: Case) -> float:
    """The runtime names the exception; that inputs bring it about shows in repetition and spread."""
    n = len(case.rows)
    value = 0.72 if case.own_type else 0.55
    value += 0.06 if case.frame else -0.05
    value += 0.08 if n >= 3 else -0.08
    value += 0.04 if n >= 3 and w.streams(case.function, case.rows) >= 2 else 0.0
    value += 0.05 if case.healthy_share >= 0.8 and n >= 3 else 0.0
    value += 0.03 if n >= 6 else 0.0
    value -= 0.15 if n < 3 and len(case.function) < 20 else 0.0
    value -= 0.10 if case.repeated > n / 2 else 0.0
    return w.bounded(value)


def _cause(case: Case, findings: Sequence[Finding]) -> Cause:
    function, confidence = case.function, _confidence(case)
    chain = w.chain(findings, function, "unhandled-exception", "error-rate")
    return Cause(
        id=CAUSE.id,
        title=w.shorten(f"{case.type or 'An exception'}{case.where} on some inputs", 90),
        confidence=confidence,
        function=function.name,
        explains=(len(case.rows), len(function.failed)),
        verdict=_verdict(case, confidence),
        lead=_lead(case),
        story=tuple(_story(case)),
        chain=chain,
        against=tuple(_against(case)),
        ruled_out=tuple(_ruled_out(case)),
        settle=_settle(case),
        fixes=_fixes(case),
        charts=("failures", "duration"),
    )


def _verdict(case: Case, confidence: float) -> str:
    function, n = case.function, len(case.rows)
    fails = "fails" if confidence >= w.SURE else "probably fails"
    share = f"{words.of(n, len(function))} invocations"
    frame = case.where
    return w.fit(
        f"{w.name_of(function)} {fails} on some inputs: {case.error}{frame}, {share}.",
        f"{w.name_of(function)} {fails} on some inputs: {w.shorten(case.type, 40)}{frame}, {share}.",
        f"{w.name_of(function, 32)} {fails} on some inputs: {w.shorten(case.type, 30)}, {share}.",
    )


def _lead(case: Case) -> str:
    function, n, failed, total = case.function, len(case.rows), len(case.function.failed), len(case.function)
    if n == failed:
        first = (
            f"{words.of(n, total)} invocations{w.of_function(function)} failed ({words.percent(n / total)}), "
            "all with this exception."
        )
    else:
        first = (
            f"{words.of(n, failed)} failures{w.of_function(function)} {'is' if n == 1 else 'are'} this exception; "
            f"{words.percent(failed / total)} of the invocations fail."
        )
    spread = f"They are spread {w.between(function, case.rows)}" if n > 1 and w.between(function, case.rows) else ""
    still = (
        "no version, memory size or burst explains them"
        if len(function.versions) <= 1
        else "versions do not explain them"
    )
    second = f"{spread}; {still}." if spread else ""
    envs = w.streams(function, case.rows)
    where = "The environment goes" if envs == 1 and w.named(function) else "The environments go"
    return w.lead(first, second, f"{where} on serving other requests." if case.healthy_share >= 0.8 else "")


def _line(case: Case) -> tuple[Origin, ...]:
    lines = [g.line for g in case.groups[:2] if g.line is not None]
    parts = [p for p in (case.type, case.message) if p]
    place = re.match(r"(.+):(\d+)(?: (.*))?$", case.frame)
    if place:
        parts += [f'{place[1]}", line {place[2]}', f"{place[1]}:{place[2]}"]
    return w.quoted(case.function, lines, *(re.escape(p) for p in parts))


def _story(case: Case) -> Iterable[Step]:
    function, n = case.function, len(case.rows)
    said = f": {w.shorten(case.message, 90)}" if case.message else ""
    yield Step(
        (
            f"{words.plural(n, 'invocation')} {'raises' if n == 1 else 'raise'} "
            f"{case.type or 'an exception'}{case.where}{said}"
        ),
        _line(case),
    )
    envs = w.streams(function, case.rows)
    if n > 1 and w.between(function, case.rows):
        where = f"in {words.plural(envs, 'environment')}, " if w.named(function) else ""
        yield Step(
            f"They come {w.between(function, case.rows)}, {where}a median of "
            f"{words.plural(_typical_distance(case.rows), 'other invocation')} apart."
        )
    failing = {function.inv.stream[i] for i in case.rows}
    ok = sum(function.inv.stream[i] in failing for i in function.by_status[Status.OK])
    if ok:
        who = "The same environment serves" if envs == 1 and w.named(function) else "The same environments serve"
        yield Step(
            f"{who} {words.plural(ok, 'request')} without an error: the input decides, not the state."
            if w.named(function)
            else f"{words.plural(ok, 'other request')} succeeded meanwhile: the input decides."
        )
    if len(function.versions) == 1 and n > 1:
        yield Step(
            f"Version {function.versions[0]} served the whole time: nothing was deployed that it could have come with."
        )
    elif len(case.versions) > 1:
        versions, bad = w.by_version(function), set(case.rows)
        rates = [f"{words.of(len(bad & set(versions[v])), len(versions[v]))} in version {v}" for v in case.versions[:3]]
        yield Step(f"It is in several versions: {words.listed(rates)}.")


def _typical_distance(rows: Sequence[int]) -> int:
    gaps = sorted(b - a - 1 for a, b in pairwise(rows))
    return gaps[len(gaps) // 2] if gaps else 0


def _against(case: Case) -> Iterable[str]:
    n = len(case.rows)
    if n < 3:
        yield f"It happened {w.times(n)}, too rarely to see a pattern."
    if not case.frame:
        yield "The log shows no frame of the function's own code, so equal types may be different places."
    if case.repeated:
        again = "is a retry" if case.repeated == 1 else "are retries"
        yield f"{words.of(case.repeated, n)} {again} of a request that failed before: certain inputs come back."
    if not case.own_type:
        yield f"{case.type or 'The exception'} is not a type of the language: it may report what another service said."
    if case.healthy_share < 0.8:
        yield "Some of the environments that fail serve no other request, so their state may matter."


def _ruled_out(case: Case) -> Iterable[RuledOut]:
    function, n = case.function, len(case.rows)
    if n < 2:
        return
    if len(function.versions) == 1:
        yield RuledOut(
            "deployment-regression",
            f"Only version {function.versions[0]} ran; its first and its last invocations fail alike.",
        )
    elif len(case.versions) > 1:
        yield RuledOut(
            "deployment-regression",
            f"{w.version_phrase(case.versions)[:1].upper()}{w.version_phrase(case.versions)[1:]} fail alike.",
        )
    ids = {function.inv.request_id(i) for i in case.rows if function.inv.request_id(i)}
    if not case.repeated and len(ids) == n:
        yield RuledOut("poison-input", f"{words.count(n)} different requests fail; none of them came back.")
    if n >= 4:
        yield RuledOut(
            "dependency-outage",
            f"No fifth of the invocations holds more than {words.percent(case.densest / n)} of the failures, and the "
            "exception names nothing outside the code.",
        )


def _settle(case: Case) -> str:
    place = f" at {case.frame}" if case.frame else ""
    return (
        f"Log the input (without personal data) where it fails{place}, and run one failing event in the former "
        "and in this version. If "
        "it fails in both, the code never handled it; if only here, the last change did it."
    )


def _fixes(case: Case) -> tuple[Fix, ...]:
    """Read one failing request from start to end: its input is the bug report."""
    function = case.function
    found = next((r for i in case.rows if _REQUEST_ID.fullmatch(r := function.inv.request_id(i))), None)
    if found is None:
        return ()
    i = next(i for i in case.rows if function.inv.request_id(i) == found)
    note = (
        f"Then handle that input{' at ' + case.frame if case.frame else ''}: check it and refuse it with a "
        "clear answer, or give it a default."
    )
    return remedies.read_request(function, found, function.inv.start[i], function.inv.end[i], note=note)


CAUSE = Hypothesis(
    id="code-defect",
    title="A defect in the code",
    why=(
        "The handler raises on inputs it was not written for: a field that is absent, a value of another "
        "type, an empty list. The environment survives, Lambda prints no status for it in text format, and "
        "the caller gets an error."
    ),
    must_hold=(
        "The same exception type at the same frame of the function's own code, spread over the time and the "
        "environments, while other requests succeed; no version, burst or outage explains it."
    ),
    rivals=("deployment-regression", "poison-input", "dependency-outage"),
    fix="Read one failing request, handle its input, and add it to the tests.",
    link="https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-execution.html",
    weigh=weigh,
    thresholds={
        "alpha": Threshold(
            0.05, "Failures that begin with a version with less than this probability by chance belong to that version."
        ),
    },
)
