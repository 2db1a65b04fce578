"""Who may not do what on which resource, from the words of the denial."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer import remedies, words
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function
from analyzer.model import Detector, Finding, Fix, Threshold, Thresholds
from analyzer.stats.groups import Group
from analyzer.summary import Summary

ID = "access-denied"
TITLE = "Access Denied"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"
_MARKS = (
    r"is not authorized to perform: \S+(?: on resource: \S+)?",
    r"AccessDenied(?:Exception)?",
    r"because no [\w -]+ policy allows",
    r"with an explicit deny[\w -]*",
)


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:
    """One finding for each action on each resource."""
    for function in summary.functions:
        denied: dict[tuple[str, str], list[tuple[int, Group]]] = {}
        for number, group in function.with_signature(*ev.claimed_by(ID)):
            details = (*group.details, "", "", "", "")
            denied.setdefault((details[0], details[1]), []).append((number, group))
        findings = [_stated(function, action, resource, groups) for (action, resource), groups in denied.items()]
        findings.sort(key=lambda f: (f.severity != "high", -f.count, f.summary))
        yield from findings[: round(thresholds(ID, "shown"))]


def _stated(function: Function, action: str, resource: str, numbered: list[tuple[int, Group]]) -> Finding:
    rows = ev.failed_of(function, [k for k, _ in numbered])
    groups = [g for _, g in numbered]
    details = next(((*g.details, "", "", "", "") for g in groups if g.details), ("", "", "", ""))
    why, role = details[2], details[3]
    what = f"{action} on {_short(resource)}" if action and resource else action or "a call"
    advice, fixes = _act(function, action, resource, why, role)
    evidence = ev.merged(
        *[ev.line_of(function, g, *_MARKS) for g in groups], ev.reports(function, rows, *ev.STATUS, most=1), most=4
    )
    common = {
        "id": ID,
        "title": TITLE,
        "signature": "access-denied",
        "fixes": fixes,
        "link": LINK,
    }
    if rows:
        severity, most = ev.raised("high", rows, function)
        return ev.stated(
            function,
            rows,
            evidence,
            severity=severity,
            confidence=0.97,
            advice=ev.joined(advice, most),
            summary=ev.sentence(f"{ev.amount(rows, function)} failed because the role may not ", what),
            **common,
        )
    count = sum(g.count for g in groups)
    lived = "No failed invocation shows it: the code went on, or the export lacks it."
    return ev.about_lines(
        function,
        groups,
        evidence,
        severity="high" if any(g.outcome == "unhandled" for g in groups) else "medium",
        confidence=0.85,
        summary=ev.sentence(f"{words.plural(count, 'line')}: the role may not ", what),
        advice=ev.joined(advice, lived),
        **common,
    )


def _short(resource: str) -> str:
    """A resource as one names it: the last part of its ARN."""
    return resource.split(":", 5)[-1] if resource.startswith("arn:") else resource


def _act(function: Function, action: str, resource: str, why: str, role: str) -> tuple[str, tuple[Fix, ...]]:
    """What lifts the denial: a statement only where the message says, or leaves open, that one is missing."""
    if why == "explicit deny":
        return (
            "A policy denies it in so many words, and no permission overrides that: find the statement and narrow it.",
            (remedies.simulate(function, action, resource)),
        )
    if why == "resource policy":
        return "The resource's own policy must allow the role as well: it is a key, or belongs to another account.", ()
    if why in ("boundary", "session"):
        name = "permissions boundary" if why == "boundary" else "session policy"
        return f"The {name} leaves it out: the role's own policies cannot grant it.", ()
    if ":" not in action:
        object_of = ("HeadObject", "GetObject")
        hint = (
            "S3 also says so for an object that does not exist, to a role without s3:ListBucket."
            if action in object_of
            else ""
        )
        return ev.joined(
            "The message does not name the permission: add the one of this operation to the role.", hint
        ), ()
    said = (
        "No policy of the role allows it."
        if why == "identity policy"
        else "The message does not say which policy is missing."
    )
    return f"{said} Add this one statement, for this one resource.", remedies.allow(function, action, resource, role)


DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="high",
    why="The function's role lacks a permission, or a policy takes it away: the call fails each time it is made.",
    fix="Add a statement with exactly this action and this resource to the role. Against an explicit deny, change "
    "the policy that denies.",
    quiet_when="The words stand in data or in a count of zero; a database refuses a password.",
    link=LINK,
    find=find,
    thresholds={
        "shown": Threshold(8, "Denials with a finding of their own; a role that lacks more needs a review as a whole.")
    },
    specificity=82,
)
