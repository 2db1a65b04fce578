"""The code does not parse."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.detectors import _load
from analyzer.functions import Function
from analyzer.model import Detector, Finding, Fix, Thresholds
from analyzer.summary import Summary

ID = "syntax-error"
TITLE = "Syntax Error"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:  # noqa: ARG001 - every detector has this form
    """One finding a function."""
    return _load.find(_KIND, summary)


def _advice(function: Function, signature: str, details: tuple[str, ...]) -> tuple[str, tuple[Fix, ...]]:  # noqa: ARG001
    place = f"In {details[0]}. " if details else ""
    runtime = f" ({function.runtimes[-1]})" if function.runtimes else ""
    return (
        (
            f"{place}Either a typing slip, or syntax newer than the runtime{runtime}. A build that runs the code once "
            f"finds it."
        ),
        (),
    )


_KIND = _load.Kind(
    id=ID,
    title=TITLE,
    link=LINK,
    types=("Runtime.UserCodeSyntaxError",),
    verb="could not parse the code",
    advice=_advice,
)

DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="critical",
    why="The runtime cannot read the code, so every environment of this version fails.",
    fix="Correct the line that is named, or choose a runtime that knows the syntax; until then go back one version.",
    quiet_when="A SyntaxError is about data that the handler parses, such as JSON.",
    link=LINK,
    find=find,
    specificity=87,
)
