"""A layer or extension failed and took the environment along, not the function."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.detectors import _evidence as ev
from analyzer.functions import Function, most_common
from analyzer.model import Detector, Finding, Thresholds
from analyzer.summary import Summary

ID = "extension-failure"
TITLE = "Extension Failure"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-extensions.html"


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:  # noqa: ARG001 - every detector has this form
    """One finding a function."""
    for function in summary.functions:
        inv = function.inv
        rows = [i for i in function.failed if function.word(inv.error_type[i]).startswith("Extension.")]
        if rows:
            yield _stated(function, rows)


def _stated(function: Function, rows: list[int]) -> Finding:
    names = most_common(function.word(function.inv.error_type[i]) for i in rows)
    name = str(names[0]) if names else "Extension"
    evidence = ev.merged(
        ev.verdicts(function, "error", name),
        ev.verdicts(function, "init", name),
        ev.reports(function, rows, *ev.STATUS),
    )
    severity, why = ev.raised("high", rows, function)
    return ev.stated(
        function,
        rows,
        evidence,
        id=ID,
        title=TITLE,
        severity=severity,
        confidence=0.97,
        signature="extension-crash",
        summary=f"{ev.amount(rows, function)} failed because an extension did ({ev.clip(name, 40)}).",
        advice=ev.joined(
            "The function's own code may be sound: lines that begin with the extension's name say what it ran into. "
            "Update the layer or take it out, and check that it is built for the function's architecture.",
            why,
        ),
        link=LINK,
    )


DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="high",
    why="Lambda ends the environment when one of its extensions fails, whatever the handler did.",
    fix="Update or remove the layer that brings the extension; check its architecture, and give it memory and time.",
    quiet_when="The function's own process ended: that is a process exit.",
    link=LINK,
    find=find,
    specificity=84,
)
