"""The package was built for another processor, C library or system."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer import remedies
from analyzer.detectors import _load
from analyzer.functions import Function
from analyzer.model import Detector, Finding, Fix, Thresholds
from analyzer.summary import Summary

ID = "architecture-mismatch"
TITLE = "Architecture Mismatch"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html"


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:  # noqa: ARG001 - every detector has this form
    """One finding a function."""
    return _load.find(_KIND, summary)


def _advice(function: Function, signature: str, details: tuple[str, ...]) -> tuple[str, tuple[Fix, ...]]:
    language = "python" if any(r.startswith("python") for r in function.runtimes) else "node"
    fixes = remedies.rebuild(function, language) if function.runtimes else ()
    if signature == "glibc-mismatch":
        return (
            f"{details[0]} is newer than the runtime's C library: build in Lambda's image, or link statically.",
            fixes,
        )
    return "Build for the function's own architecture (x86_64 or arm64) and for Linux, in Lambda's image.", fixes


_KIND = _load.Kind(id=ID, title=TITLE, link=LINK, types=(), verb="could not run the package", advice=_advice)

DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="critical",
    why="Compiled code runs on the system it was built for only, so every environment fails.",
    fix="Build in Lambda's image and for the function's architecture, then deploy.",
    quiet_when="The words stand in the function's data.",
    link=LINK,
    find=find,
    specificity=89,
)
