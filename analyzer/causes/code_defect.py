"""code-defect: the code fails on some inputs, and no change or outage explains it."""

from __future__ import annotations

import re
import shlex
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import comb

from analyzer import registry, remedies, words
from analyzer.causes import _weights as w
from analyzer.functions import Function
from analyzer.model import Cause, Finding, Fix, Hypothesis, Origin, RuledOut, Status, Step, Threshold, Thresholds
from analyzer.stats.groups import Group
from analyzer.summary import Summary

OWN_TYPES = frozenset(
    (
        "KeyError",
        "TypeError",
        "IndexError",
        "AttributeError",
        "ValueError",
        "ZeroDivisionError",
        "NameError",
        "UnboundLocalError",
        "AssertionError",
        "RecursionError",
        "UnicodeDecodeError",
        "UnicodeEncodeError",
        "JSONDecodeError",
        "OverflowError",
        "NotImplementedError",
        "LookupError",
        "ArithmeticError",
        "RangeError",
        "ReferenceError",
        "SyntaxError",
        "URIError",
        "java.lang.NullPointerException",
        "java.lang.IllegalArgumentException",
        "java.lang.ClassCastException",
        "java.lang.IndexOutOfBoundsException",
        "java.lang.NumberFormatException",
        "NullReferenceException",
        "ArgumentException",
        "NoMethodError",
        "ArgumentError",
    )
)
"""Types the language itself raises: they speak of the code and its input, not of another service."""
_OUTSIDE = re.compile(
    r"access ?denied|not authori[sz]ed|forbidden|throttl|too many requests|rate exceeded|exceeded|timed? ?out|"
    r"time-?out|ECONN|ENOTFOUND|EPIPE|EAI_AGAIN|ETIMEDOUT|socket hang up|connection|unavailable|internal server error|"
    r"bad gateway|status code [45]\d\d|expired|ClientError|credential|certificate|No space left|ENOSPC|EMFILE|"
    r"read-only file|environment variable|os\.environ|does not exist|not found|NoSuch|quota|refused",
    re.IGNORECASE,
)
MOST_SHARE = 0.9  # of a version's executions: above, it is not "some inputs"
BURST = 0.7  # of the failures within a fifth of the executions: an outage or an event, not inputs
MOST = 3  # defects told apart in one function
_REQUEST_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class _Case:
    """Executions that raised the same type at the same own frame."""

    function: Function
    type: str
    frame: str
    groups: tuple[Group, ...]
    rows: tuple[int, ...]
    message: str
    versions: tuple[str, ...]

    @property
    def where(self) -> str:
        """The frame in a sentence."""
        return f" in {self.frame}" if self.frame else ""

    @property
    def error(self) -> str:
        """Type and message, as short as a verdict can hold it."""
        single = len({g.template for g in self.groups}) == 1
        text = (
            f"{self.type} {self.message}"
            if single and len(self.message) <= 24 and self.message[:1] in "'\""
            else self.type
        )
        return text.strip() or "an exception"

    @property
    def repeated(self) -> int:
        """Executions that were a retry of a request id."""
        return sum(self.function.inv.attempt[i] > 1 for i in self.rows)


def weigh(summary: Summary, findings: Sequence[Finding], thresholds: Thresholds) -> Iterable[Cause]:
    """A cause for each type and frame that is raised now and then over the whole time."""
    outside = {s.id for s in registry.signatures() if s.finding != "unhandled-exception"}
    for function in summary.functions:
        cases = sorted(_cases(function, outside), key=lambda c: (-len(c.rows), c.type, c.frame))
        fitting = [c for c in cases if not _explained(c, thresholds(CAUSE.id, "alpha"))]
        yield from (_cause(case, findings) for case in fitting[:MOST])


def _cases(function: Function, outside: set[str]) -> Iterable[_Case]:
    """Handler errors by type and frame, those left out whose words tell of something outside the code."""
    inv = function.inv
    errors = set(function.by_status[Status.ERROR])
    found: dict[tuple[str, str], list[int]] = {}
    for number in function.groups:
        group = function.group(number)
        if group.outcome != "unhandled" or group.signature in outside:
            continue
        short = group.type.rpartition(".")[2]
        known = group.type in OWN_TYPES or short in OWN_TYPES
        if _OUTSIDE.search(group.type) or (not known and _OUTSIDE.search(group.template)):
            continue
        found.setdefault((group.type, group.frame), []).append(number)
    for (kind, frame), numbers in found.items():
        rows = sorted(i for n in numbers for i in function.groups[n] if i in errors)
        if not rows:
            continue
        groups = tuple(sorted((function.group(n) for n in numbers), key=lambda g: (-g.count, g.key)))
        seen = {inv.version[i] for i in rows if inv.version[i] >= 0}
        versions = tuple(v for v in function.versions if v in {function.word(s) for s in seen})
        yield _Case(function, kind, frame, groups, tuple(rows), _message(groups[0]), versions)


def _message(group: Group) -> str:
    """The message of an error line without its type."""
    text = group.line.text if group.line is not None else ""
    record = next((r for d in registry.dialects() if (r := d.parse(text)) is not None), None)
    return record.error.message.strip().split("\n", 1)[0] if record is not None and record.error is not None else ""


def _explained(case: _Case, alpha: float) -> bool:
    """Whether a change, a burst or a complete failure explains it better than inputs do."""
    function, n = case.function, len(case.rows)
    known = [i for i in range(len(function)) if function.inv.status[i] != Status.UNKNOWN]
    versions = w.by_version(function)
    bad = set(case.rows)
    served = [len(r) for r in versions.values() if bad & set(r)] or [len(known)]
    if n > MOST_SHARE * sum(served) and n > 1:
        return True
    if _since_version(case, versions, alpha):
        return True
    return n >= 4 and _bursts(case)


def _since_version(case: _Case, versions: dict[str, list[int]], alpha: float) -> bool:
    """Fisher's exact test, one-sided: the failures begin with a version more clearly than chance allows."""
    order = list(versions)
    bad = set(case.rows)
    first = next((k for k, v in enumerate(order) if bad & set(versions[v])), 0)
    before = sum(len(versions[v]) for v in order[:first])
    after = sum(len(versions[v]) for v in order[first:])
    n = len(case.rows)
    if not before or n > after:
        return False
    return comb(after, n) / comb(before + after, n) < alpha


def _bursts(case: _Case) -> bool:
    """Whether a window of a fifth of all executions holds most of the failures."""
    rows, window = case.rows, max(1, len(case.function) // 5)
    most = max(bisect_left(rows, start + window) - k for k, start in enumerate(rows))
    return most > BURST * len(rows)


def _confidence(case: _Case) -> float:
    """The runtime names the exception; that inputs bring it about shows in repetition and spread."""
    n = len(case.rows)
    short = case.type.rpartition(".")[2]
    value = 0.72 if case.type in OWN_TYPES or short in OWN_TYPES else 0.55
    value += 0.06 if case.frame else -0.05
    value += 0.08 if n >= 3 else -0.08
    value += 0.04 if n >= 3 and w.streams(case.function, case.rows) >= 2 else 0.0
    value += 0.05 if _between_successes(case) >= 0.8 and n >= 3 else 0.0
    value += 0.03 if n >= 6 else 0.0
    value -= 0.15 if n < 3 and len(case.function) < 20 else 0.0
    value -= 0.10 if case.repeated > n / 2 else 0.0
    return w.bounded(value)


def _between_successes(case: _Case) -> float:
    """Share of the failing environments that also served a success."""
    inv = case.function.inv
    healthy = {inv.stream[i] for i in case.function.by_status[Status.OK]}
    failing = {inv.stream[i] for i in case.rows}
    return len(failing & healthy) / len(failing)


def _cause(case: _Case, findings: Sequence[Finding]) -> Cause:
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


def _verdict(case: _Case, confidence: float) -> str:
    function, n = case.function, len(case.rows)
    fails = "fails" if confidence >= w.SURE else "probably fails"
    share = f"{words.of(n, len(function))} invocations"
    frame = case.where
    return w.fit(
        f"{w.name_of(function)} {fails} on some inputs: {case.error}{frame}, {share}.",
        f"{w.name_of(function)} {fails} on some inputs: {w.shorten(case.type, 40)}{frame}, {share}.",
        f"{w.name_of(function, 32)} {fails} on some inputs: {w.shorten(case.type, 30)}, {share}.",
    )


def _lead(case: _Case) -> str:
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
    return w.lead(first, second, f"{where} on serving other requests." if _between_successes(case) >= 0.8 else "")


def _line(case: _Case) -> tuple[Origin, ...]:
    lines = [g.line for g in case.groups[:2] if g.line is not None]
    parts = [p for p in (case.type, case.message) if p]
    place = re.match(r"(.+):(\d+)(?: (.*))?$", case.frame)
    if place:
        parts += [f'{place[1]}", line {place[2]}', f"{place[1]}:{place[2]}"]
    return w.quoted(case.function, lines, *(re.escape(p) for p in parts))


def _story(case: _Case) -> Iterable[Step]:
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


def _against(case: _Case) -> Iterable[str]:
    n = len(case.rows)
    if n < 3:
        yield f"It happened {w.times(n)}, too rarely to see a pattern."
    if not case.frame:
        yield "The log shows no frame of the function's own code, so equal types may be different places."
    if case.repeated:
        again = "is a retry" if case.repeated == 1 else "are retries"
        yield f"{words.of(case.repeated, n)} {again} of a request that failed before: certain inputs come back."
    short = case.type.rpartition(".")[2]
    if case.type not in OWN_TYPES and short not in OWN_TYPES:
        yield f"{case.type or 'The exception'} is not a type of the language: it may report what another service said."
    if _between_successes(case) < 0.8:
        yield "Some of the environments that fail serve no other request, so their state may matter."


def _ruled_out(case: _Case) -> Iterable[RuledOut]:
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
            f"No fifth of the invocations holds more than {words.percent(_densest(case))} of the failures, and the "
            "exception names nothing outside the code.",
        )


def _densest(case: _Case) -> float:
    rows, window = case.rows, max(1, len(case.function) // 5)
    return max(bisect_left(rows, start + window) - k for k, start in enumerate(rows)) / len(rows)


def _settle(case: _Case) -> str:
    place = f" at {case.frame}" if case.frame else ""
    return (
        f"Log the input (without personal data) where it fails{place}, and run one failing event in the former "
        "and in this version. If "
        "it fails in both, the code never handled it; if only here, the last change did it."
    )


def _fixes(case: _Case) -> tuple[Fix, ...]:
    """Read one failing request from start to end: its input is the bug report."""
    function = case.function
    found = next((r for i in case.rows if _REQUEST_ID.fullmatch(r := function.inv.request_id(i))), None)
    if found is None:
        return ()
    name = remedies.known_name(function) or "my-function"
    group = shlex.quote(function.log_group or f"/aws/lambda/{name}")
    i = next(i for i in case.rows if function.inv.request_id(i) == found)
    start, end = function.inv.start[i], function.inv.end[i]
    span = f" --start-time {start - 1000} --end-time {end + 1000}" if 0 < start <= end else ""
    command = (
        f"aws logs filter-log-events --log-group-name {group}{span} --filter-pattern '\"{found}\"' --query "
        "'events[*].message' --output text"
    )
    note = (
        f"Then handle that input{' at ' + case.frame if case.frame else ''}: check it and refuse it with a "
        "clear answer, or give it a default."
    )
    if remedies.known_name(function) is None:
        note += " The export does not name the function: put its name in place of `my-function`."
    return (Fix("aws-cli", "Read one failing request from start to end", command, note, (found,)),)


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
