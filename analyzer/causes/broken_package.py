"""broken-package: the deployment cannot load, so initialisation fails in every environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from analyzer import remedies, words
from analyzer.causes import _weights as w
from analyzer.causes._broken_package_case import NO_HANDLER, Case, cases_of
from analyzer.detectors import _evidence as ev
from analyzer.functions import quantile
from analyzer.limits import INIT_LIMIT_MS
from analyzer.model import Cause, Finding, Fix, Hypothesis, Origin, RuledOut, Step, Thresholds
from analyzer.summary import Summary


def weigh(summary: Summary, findings: Sequence[Finding], _: Thresholds) -> Iterable[Cause]:
    """A cause for every version that no environment could load."""
    for function in summary.functions:
        for case in cases_of(function):
            yield _cause(case, findings)


def _confidence(case: Case) -> float:
    """The runtime names the error and what it could not load: only the number of environments is left to weigh."""
    value = 0.94
    value += 0.03 if w.streams(case.function, case.failed) >= 2 else 0.0
    value -= 0.04 if len(case.failed) == 1 else 0.0
    value -= 0.08 if not case.message else 0.0
    return w.bounded(value)


def _cause(case: Case, findings: Sequence[Finding]) -> Cause:
    function, confidence = case.function, _confidence(case)
    chain = w.chain(
        findings, function, "version-change", "import-error", "handler-error", "syntax-error", "architecture-mismatch"
    )
    return Cause(
        id=CAUSE.id,
        title=f"{case.subject[:1].upper()}{case.subject[1:]} {case.fault}",
        confidence=confidence,
        function=function.name,
        explains=(len(case.failed), len(function.failed)),
        verdict=_verdict(case),
        lead=_lead(case),
        story=tuple(_story(case)),
        chain=chain,
        against=tuple(_against(case)),
        ruled_out=tuple(_ruled_out(case)),
        settle=_settle(case),
        fixes=_fixes(case),
        charts=("failures", "cold-starts"),
    )


def _verdict(case: Case) -> str:
    name, subject, what = w.belongs(case.function), case.subject, case.fault
    if case.whole:
        every = "Every invocation" if len(case.failed) > 1 else "The only invocation"
        return w.fit(
            f"{every} of {name} fails: {subject} {what}.",
            f"{every} of {w.shorten(name, 32)} fails: {subject} {what}.",
            f"{every} of {w.shorten(name, 32)} fails: {subject} cannot be loaded.",
        )
    return w.fit(
        f"Every invocation of {name} in {subject} fails: it {what}.",
        f"{w.shorten(name, 40)}: {subject} {what}.",
        f"{w.shorten(name, 40)}: {subject} cannot be loaded.",
    )


def _lead(case: Case) -> str:
    function = case.function
    n, envs = len(case.failed), w.streams(function, case.failed)
    everywhere = f", in {w.part(envs, envs)} environments" if envs > 1 else ""
    first = (
        f"{words.of(n, len(function))} invocations{w.of_function(function)} failed while loading"
        f"{everywhere}; the handler never ran."
    )
    since, _ = function.span(case.failed)
    begin = f"It began at {w.clock(function, since)}." if since is not None and case.loaded is not None else ""
    done = f"Version {case.later} followed and loads." if case.later is not None else ""
    back = (
        f"Version {case.loaded} loads: going back ends it."
        if case.loaded and case.loaded != "$LATEST" and not done
        else ""
    )
    inside = f"`{case.missing}` has to be in the package, built for Lambda's platform." if case.missing else ""
    rest = len(function.failed) - n
    other = f"{words.plural(rest, 'other failure')} {'has' if rest == 1 else 'have'} another cause." if rest else ""
    again = "More memory or a longer limit changes nothing." if not back and not done else ""
    return w.lead(first, begin, done, back, inside, other, again)


def _evidence(case: Case) -> tuple[Origin, ...]:
    if case.group is None or case.group.line is None:
        return w.marked(case.function.evidence(case.failed, 1), *ev.STATUS)
    parts = [re.escape(case.type)] + ([rf"['\"]?{re.escape(case.missing)}['\"]?"] if case.missing else [])
    return w.quoted(case.function, [case.group.line], "|".join(parts))


def _story(case: Case) -> Iterable[Step]:
    function = case.function
    first, _ = function.span(case.failed)
    if case.loaded is not None and case.numbered and first is not None:
        former = len(w.by_version(function)[case.loaded])
        yield Step(
            f"Version {case.version} runs from {w.clock(function, first)}; version {case.loaded} loaded in all its "
            f"{words.plural(former, 'invocation')}.",
            w.start_of(function, str(case.version)),
        )
    says = f"the runtime does not find `{case.missing}`" if case.missing else f"the runtime reports {case.type}"
    yield Step(f"While the package is loaded, {says}.", _evidence(case))
    envs = w.streams(function, case.failed)
    where = f" in {w.part(envs, envs)} environments," if envs > 1 else ""
    quotes = [
        q
        for s in sorted(function.sources)
        for rule in (("first", s, "init", case.type), ("first", s, "error", case.type))
        for q in function.summary.quotes.of(rule)
    ]
    yield Step(
        f"Initialisation fails{where} {words.of(len(case.failed), len(case.rows))} times"
        f"{' in this version' if case.numbered and not case.whole else ''}: no invocation reaches the handler.",
        w.quoted(function, quotes[:2], *ev.STATUS),
    )
    if len(case.failed) > envs:
        yield Step(
            "Each further request makes the environment load again and fail again, and each is billed.",
            w.marked(function.evidence(case.failed[-3:], 1), *ev.STATUS, *ev.DURATION),
        )


def _against(case: Case) -> Iterable[str]:
    if len(case.failed) == 1:
        yield "It is one invocation."
    if not case.message:
        yield "The runtime's own line is not in this export, so what could not be loaded is unknown."


def _ruled_out(case: Case) -> Iterable[RuledOut]:
    function = case.function
    yield RuledOut(
        "code-defect",
        f"No handler ran: the error stands before it in {words.of(len(case.failed), len(case.rows))} invocations.",
    )
    inits = sorted(x for i in case.failed if (x := function.inv.init[i]) == x)
    longest = quantile(inits, 1.0)
    if longest is not None and longest < INIT_LIMIT_MS:
        yield RuledOut(
            "slow-init",
            (
                f"Loading fails after {words.duration(longest)} at most, long before its limit of "
                f"{words.duration(INIT_LIMIT_MS)}."
            ),
        )
    peak = function.peak_ratio
    if peak is not None and peak < 0.8:
        yield RuledOut("memory-undersized", f"Memory peaks at {words.percent(peak)}.")


def _settle(case: Case) -> str:
    if case.missing and case.node:
        return (
            f"Unzip the deployed package: `node_modules/{case.missing.lstrip('./')}` is in it or it is not. If "
            "it is, look at the layers and the handler's path."
        )
    if case.missing:
        path = case.missing.replace(".", "/")
        return (
            f"Unzip the deployed package and look for `{path}`. If it is missing, the build left it out; if it "
            "is there, it was "
            "built for another platform or Python version, and importing it in Lambda's image shows the same error."
        )
    return (
        "Unzip the deployed package and load it in Lambda's image: the same error shows that the package, "
        "not the configuration, is at fault."
    )


def _fixes(case: Case) -> tuple[Fix, ...]:
    function = case.function
    fixes: tuple[Fix, ...] = ()
    if case.later is not None:
        return fixes
    if case.loaded is not None:
        fixes += remedies.rollback(function, case.loaded, title=f"Stop it: go back to version {case.loaded}")
    if case.type in NO_HANDLER:
        return fixes
    language = "python" if case.python else "node" if case.node else ""
    title = f"{'Then build' if fixes else 'Build'} the package for Lambda and deploy it"
    return fixes + remedies.rebuild(function, language, case.missing, title=title)


CAUSE = Hypothesis(
    id="broken-package",
    title="A package that cannot be loaded",
    why=(
        "What was deployed lacks a module, holds a library built for another platform, does not parse, or has "
        "no such handler. The runtime fails before the handler in every environment, so every request fails "
        "and each one is billed."
    ),
    must_hold=(
        "Initialisation fails with a load error in every environment of a version; no invocation of that "
        "version succeeds."
    ),
    rivals=("code-defect", "slow-init", "memory-undersized"),
    fix="Go back to a version that loads; then build the package in Lambda's image and deploy it.",
    link="https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html",
    weigh=weigh,
)
