"""broken-package: the deployment cannot load, so initialisation fails in every environment."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzer import remedies, words
from analyzer.causes import _weights as w
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function, quantile
from analyzer.limits import INIT_LIMIT_MS
from analyzer.model import Cause, Finding, Fix, Hypothesis, Origin, RuledOut, Status, Step, Thresholds
from analyzer.stats.groups import Group
from analyzer.summary import Summary

LOAD_TYPES = (
    "Runtime.ImportModuleError",
    "Runtime.UserCodeSyntaxError",
    "Runtime.HandlerNotFound",
    "Runtime.MalformedHandlerName",
    "Runtime.BuiltInModuleConflict",
    "Runtime.InvalidEntrypoint",
    "Runtime.InvalidWorkingDir",
    "Runtime.BadFunctionCode",
    "ImportError",
    "ModuleNotFoundError",
)
"""What loading raises because of what was packed; an exception of the module's own code is not among them."""
_MISSING = re.compile(r"No module named ['\"]?([\w.-]+)|Cannot find (?:module|package) ['\"]([^'\"\n]{1,200})['\"]")
_HANDLER = re.compile(r"Unable to import module ['\"]([\w./-]+)['\"]")
_NATIVE = re.compile(
    r"\.so[\w.]*: (?:version|cannot open|invalid ELF|undefined symbol)|GLIBC|invalid ELF header|wrong ELF class|"
    r"cannot open shared object file|libc\.musl"
)


@dataclass(frozen=True, slots=True)
class _Case:
    """A version whose every execution failed to load.

    `missing` is the module that was not found, "" where none is named;
    `loaded` is the latest version before it that ran without a load error, `later` the first one after it.
    """

    function: Function
    version: str | None
    rows: tuple[int, ...]
    failed: tuple[int, ...]
    group: Group | None
    type: str
    message: str
    missing: str
    loaded: str | None
    later: str | None
    whole: bool

    @property
    def python(self) -> bool:
        """Whether the runtime's words are Python's."""
        return not self.node and (
            "No module named" in self.message or any(r.startswith("python") for r in self.function.runtimes)
        )

    @property
    def node(self) -> bool:
        """Whether the runtime's words are those of Node.js."""
        return "Cannot find module" in self.message or any(r.startswith("nodejs") for r in self.function.runtimes)


def weigh(summary: Summary, findings: Sequence[Finding], _: Thresholds) -> Iterable[Cause]:
    """A cause for every version that no environment could load."""
    for function in summary.functions:
        for case in _cases(function):
            yield _cause(case, findings)


def _cases(function: Function) -> Iterable[_Case]:
    inv = function.inv
    broken = set(function.by_status[Status.INIT_ERROR])
    if not broken:
        return
    versions: list[tuple[str | None, list[int]]] = list(w.by_version(function).items())
    versions = versions or [(None, list(range(len(function))))]
    for version, rows in versions:
        known = [i for i in rows if inv.status[i] != Status.UNKNOWN]
        failed = [i for i in known if i in broken]
        if not failed or len(failed) < len(known):
            continue  # an environment that loads shows that the package can be loaded
        group, kind, message = _error(function, failed)
        if kind not in LOAD_TYPES:
            continue
        found = _MISSING.search(message)
        missing = (found[1] or found[2]).rstrip(".") if found else ""
        place = [v for v, _ in versions].index(version)
        loaded = next((v for v, r in reversed(versions[:place]) if not broken & set(r)), None)
        later = next((v for v, r in versions[place + 1 :] if not broken & set(r)), None)
        yield _Case(
            function,
            version,
            tuple(rows),
            tuple(failed),
            group,
            kind,
            message,
            missing,
            loaded,
            later,
            len(failed) == len(function),
        )


def _error(function: Function, failed: Sequence[int]) -> tuple[Group | None, str, str]:
    """The gravest error group of the failures, their type as the platform or the group says, and its message."""
    inv = function.inv
    counts = Counter(inv.error[i] for i in failed if inv.error[i] >= 0)
    group = function.group(min(counts, key=lambda g: (-counts[g], g))) if counts else None
    kinds = Counter(function.word(inv.error_type[i]) for i in failed if inv.error_type[i] >= 0)
    kind = (group.type if group else "") or (min(kinds, key=lambda k: (-kinds[k], k)) if kinds else "")
    if group is not None and group.line is not None:
        return group, kind, group.line.text
    return group, kind, ""


def _confidence(case: _Case) -> float:
    """The runtime names the error and what it could not load: only the number of environments is left to weigh."""
    value = 0.94
    value += 0.03 if w.streams(case.function, case.failed) >= 2 else 0.0
    value -= 0.04 if len(case.failed) == 1 else 0.0
    value -= 0.08 if not case.message else 0.0
    return w.bounded(value)


def _what(case: _Case) -> str:
    """What the runtime could not do, as the end of a sentence."""
    if case.type == "Runtime.UserCodeSyntaxError":
        return "has a syntax error"
    if case.type in ("Runtime.HandlerNotFound", "Runtime.MalformedHandlerName"):
        return "does not hold the configured handler"
    if case.type in ("Runtime.InvalidEntrypoint", "Runtime.InvalidWorkingDir"):
        return "cannot start its entry point"
    if _NATIVE.search(case.message):
        library = re.search(r"([\w.+-]+\.so[\w.]*)", case.message)
        return (
            f"cannot load the native library {library[1]}"
            if library
            else "holds a native library that does not fit Lambda"
        )
    if case.missing:
        return f"cannot load the module '{w.shorten(case.missing, 40)}'"
    handler = _HANDLER.search(case.message)
    return f"cannot load the module '{w.shorten(handler[1], 40)}'" if handler else "cannot be loaded"


def _subject(case: _Case) -> str:
    numbered = case.version is not None and case.version != "$LATEST"
    return f"version {case.version}" if numbered else "its package"


def _cause(case: _Case, findings: Sequence[Finding]) -> Cause:
    function, confidence = case.function, _confidence(case)
    chain = w.chain(
        findings, function, "version-change", "import-error", "handler-error", "syntax-error", "architecture-mismatch"
    )
    return Cause(
        id=CAUSE.id,
        title=f"{_subject(case)[:1].upper()}{_subject(case)[1:]} {_what(case)}",
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


def _verdict(case: _Case) -> str:
    name, subject, what = w.belongs(case.function), _subject(case), _what(case)
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


def _lead(case: _Case) -> str:
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


def _evidence(case: _Case) -> tuple[Origin, ...]:
    if case.group is None or case.group.line is None:
        return w.marked(case.function.evidence(case.failed, 1), *ev.STATUS)
    parts = [re.escape(case.type)] + ([rf"['\"]?{re.escape(case.missing)}['\"]?"] if case.missing else [])
    return w.quoted(case.function, [case.group.line], "|".join(parts))


def _story(case: _Case) -> Iterable[Step]:
    function = case.function
    numbered = case.version is not None and case.version != "$LATEST"
    first, _ = function.span(case.failed)
    if case.loaded is not None and numbered and first is not None:
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
        f"{' in this version' if numbered and not case.whole else ''}: no invocation reaches the handler.",
        w.quoted(function, quotes[:2], *ev.STATUS),
    )
    if len(case.failed) > envs:
        yield Step(
            "Each further request makes the environment load again and fail again, and each is billed.",
            w.marked(function.evidence(case.failed[-3:], 1), *ev.STATUS, *ev.DURATION),
        )


def _against(case: _Case) -> Iterable[str]:
    if len(case.failed) == 1:
        yield "It is one invocation."
    if not case.message:
        yield "The runtime's own line is not in this export, so what could not be loaded is unknown."


def _ruled_out(case: _Case) -> Iterable[RuledOut]:
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


def _settle(case: _Case) -> str:
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


def _fixes(case: _Case) -> tuple[Fix, ...]:
    function = case.function
    fixes: tuple[Fix, ...] = ()
    if case.later is not None:
        return fixes
    if case.loaded is not None:
        fixes += remedies.rollback(function, case.loaded, title=f"Stop it: go back to version {case.loaded}")
    if case.type in ("Runtime.HandlerNotFound", "Runtime.MalformedHandlerName"):
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
