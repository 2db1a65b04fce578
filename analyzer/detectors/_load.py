"""What the detectors of failed loading share: which executions died of it, and how that is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from analyzer import remedies, words
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function
from analyzer.model import Finding, Fix
from analyzer.stats.groups import Group
from analyzer.summary import Summary

Advice = Callable[[Function, str, tuple[str, ...]], tuple[str, tuple[Fix, ...]]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One detector of failed loading: `types` are the platform's error types it owns, `verb` begins the sentence."""

    id: str
    title: str
    link: str
    types: tuple[str, ...]
    verb: str
    advice: Advice


def find(kind: Kind, summary: Summary) -> Iterator[Finding]:
    """One finding a function: executions whose gravest line is of this kind, and those the platform says it of."""
    signatures = ev.claimed_by(kind.id)
    for function in summary.functions:
        groups = _groups(function, signatures)
        mine = {k for k, _ in groups}
        rows = ev.failed_of(function, mine)
        seen = set(rows)
        rows += [
            i
            for i in function.failed
            if i not in seen
            and function.word(function.inv.error_type[i]) in kind.types
            and not _others(function, i, kind)
        ]
        rows.sort()
        if rows or groups:
            yield _stated(function, kind, rows, [g for _, g in groups])


def _groups(function: Function, signatures: frozenset[str]) -> list[tuple[int, Group]]:
    """Error groups whose words say it and that were not logged and survived."""
    found = function.with_signature(*signatures)
    return [(k, g) for k, g in found if g.outcome in ("init", "unhandled", "platform") or function.groups.get(k)]


def _others(function: Function, i: int, kind: Kind) -> bool:
    """Whether another detector claims the execution by its error line."""
    group = function.inv.error[i]
    return group >= 0 and function.group(group).signature in ev.claimed_elsewhere(kind.id)


def _stated(function: Function, kind: Kind, rows: list[int], groups: Sequence[Group]) -> Finding:
    first = groups[0] if groups else None
    signature = first.signature if first else ""
    advice, fixes = kind.advice(function, signature, first.details if first else ())
    said = _said(first) if first else ""
    good = remedies.good_version(function, rows) if rows else None
    if good:
        fixes = (*remedies.rollback(function, good), *fixes)
    evidence = ev.merged(
        *[ev.line_of(function, g) for g in groups[:2]],
        *[ev.verdicts(function, "init", t) for t in kind.types],
        ev.reports(function, rows, *ev.STATUS),
    )
    severity, confidence = "critical", 0.97
    back = f"Version {good} loads." if good else ""
    common = {
        "id": kind.id,
        "title": kind.title,
        "confidence": confidence,
        "signature": signature or None,
        "link": kind.link,
        "advice": ev.joined(back, advice),
        "fixes": fixes,
    }
    if not rows:
        n = sum(g.count for g in groups)
        return ev.about_lines(
            function,
            groups,
            evidence,
            severity=severity,
            summary=ev.sentence(f"{words.plural(n, 'line')}: ", said),
            **{**common, "confidence": 0.85},
        )
    before = f"{ev.amount(rows, function)} {kind.verb}"
    return ev.stated(
        function,
        rows,
        evidence,
        severity=severity,
        summary=ev.sentence(f"{before}: " if said else before, said),
        **common,
    )


def _said(group: Group) -> str:
    """The part of the message that names what is wrong."""
    text = ev.message_of(group)
    for begin in ("Unable to import module ", "Syntax error in module "):
        if text.startswith(begin) and "': " in text:
            return text.split("': ", 1)[1]
    return text.removeprefix("Error: ")
