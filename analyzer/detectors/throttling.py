"""A service limits the function's calls: which, and whether the function survives it."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer import remedies, words
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function
from analyzer.model import Detector, Finding, Fix, Threshold, Thresholds
from analyzer.stats.groups import Group
from analyzer.summary import Summary

ID = "throttling"
TITLE = "Throttling"
LINK = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"
_MARKS = (
    (
        r"\(?\b(?:\w*Thrott\w*|ProvisionedThroughputExceededException|TooManyRequestsException|RequestLimitExceeded|"
        r"SlowDown|\w*ConcurrentInvocationLimitExceeded)\b\)?"
    ),
    r"when calling the \w+ operation",
    r"reached max retries: \d+",
    r"Rate [Ee]xceeded",
)


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:
    """One finding for each service, by the operation it limits most."""
    for function in summary.functions:
        services: dict[str, list[tuple[int, Group]]] = {}
        for number, group in function.with_signature(*ev.claimed_by(ID)):
            services.setdefault((*group.details, "")[0], []).append((number, group))
        for service, groups in sorted(services.items()):
            if sum(g.count for _, g in groups) >= thresholds(ID, "lines") or ev.failed_of(
                function, [k for k, _ in groups]
            ):
                yield _stated(function, service, groups)


def _stated(function: Function, service: str, numbered: list[tuple[int, Group]]) -> Finding:
    rows = ev.failed_of(function, [k for k, _ in numbered])
    groups = [g for _, g in numbered]
    lines: dict[str, int] = {}
    for g in groups:
        name = (*g.details, "", "")[1]
        lines[name] = lines.get(name, 0) + g.count
    total = sum(lines.values())
    operation = min(lines, key=lambda o: (-lines[o], o))
    call = f"{operation} of {service}" if operation and service else operation or service or "an AWS service"
    call += f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    fatal_first = sorted(numbered, key=lambda kg: (not function.groups.get(kg[0]), -kg[1].count, kg[1].key))
    evidence = ev.merged(*[ev.line_of(function, g, *_MARKS) for _, g in fatal_first[:4]])
    signature = max(groups, key=lambda g: (g.count, g.key)).signature
    advice, fixes = _act(function, service, signature)
    common = {"id": ID, "title": TITLE, "signature": signature, "fixes": fixes, "link": LINK, "value": float(total)}
    if rows:
        summary = (
            f"{ev.amount(rows, function)} failed because {call} is throttled, {words.plural(total, 'line')} say so."
        )
        return ev.stated(
            function,
            rows,
            evidence,
            severity="high",
            confidence=0.95,
            summary=_short(summary, call),
            advice=advice,
            **common,
        )
    lived = "No invocation is shown to fail of it: retries cost time instead."
    return ev.about_lines(
        function,
        groups,
        evidence,
        severity="medium",
        confidence=0.9,
        summary=_short(f"{words.plural(total, 'line')} say that {call} is throttled.", call),
        advice=ev.joined(lived, advice),
        **common,
    )


def _short(summary: str, call: str) -> str:
    """The sentence, with the name of the call cut where it is too long."""
    return (
        summary
        if len(summary) <= 100
        else summary.replace(call, ev.clip(call, max(20, len(call) - len(summary) + 100)))
    )


def _act(function: Function, service: str, signature: str) -> tuple[str, tuple[Fix, ...]]:
    """What relieves the service, by family."""
    if signature == "dynamodb-throttled":
        return (
            (
                "Let the table scale with its load, and spread hot keys. Batch the writes and let retries wait longer "
                "each time."
            ),
            remedies.on_demand_table(function),
        )
    if signature == "config-store-throttling":
        return (
            "Read parameters, secrets and keys once per environment and keep them for minutes, not once per request.",
            (),
        )
    if signature == "lambda-invoke-throttled":
        return (
            "The called function has no concurrency left: raise its reserved concurrency, or put a queue before it.",
            (),
        )
    if signature == "s3-slowdown":
        return "Spread the keys over more prefixes: each serves 3,500 writes and 5,500 reads a second.", ()
    who = f"{service}'s" if service else "the service's"
    return (
        (
            f"Call less often: cache, batch, bound the concurrency, retry with longer waits; or ask for a higher quota "
            f"of {who}."
        ),
        (),
    )


DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="medium",
    why="A service answers only part of the calls. Retries inside the SDK make requests slow; when they run out, "
    "requests fail.",
    fix="Call less often (cache, batch, bound concurrency), retry with growing and random waits, or raise the "
    "service's quota.",
    quiet_when="The words stand in a metric's name or a sentence and not where SDKs print an error code.",
    link=LINK,
    find=find,
    thresholds={"lines": Threshold(3, "A single throttled call that a retry heals is how the SDKs are meant to work.")},
    specificity=78,
)
