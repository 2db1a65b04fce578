"""The configured handler, entry point or image command does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.detectors import _load
from analyzer.functions import Function
from analyzer.model import Detector, Finding, Fix, Thresholds
from analyzer.summary import Summary

ID = "handler-error"
TITLE = "Handler Error"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html"


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:  # noqa: ARG001 - every detector has this form
    """One finding a function."""
    return _load.find(_KIND, summary)


def _advice(function: Function, signature: str, details: tuple[str, ...]) -> tuple[str, tuple[Fix, ...]]:  # noqa: ARG001
    if signature == "invalid-entrypoint-image":
        return "ENTRYPOINT, CMD or the working directory of the image name nothing that can be run.", ()
    named = f"`{details[0]}` is not in module `{details[1]}`. " if len(details) > 1 else ""
    return f"{named}The setting is `file.function`; for Java `package.Class::method`. Rename one of the two.", ()


_KIND = _load.Kind(
    id=ID,
    title=TITLE,
    link=LINK,
    types=(
        "Runtime.HandlerNotFound",
        "Runtime.MalformedHandlerName",
        "Runtime.InvalidEntrypoint",
        "Runtime.InvalidWorkingDir",
        "Runtime.InvalidTaskConfig",
        "Runtime.BadFunctionCode",
    ),
    verb="found no handler",
    advice=_advice,
)

DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="critical",
    why="Lambda cannot find what it is to call, so every invocation fails before any code of it runs.",
    fix="Make the function's handler setting and the code agree: `file.function`, and for Java "
    "`package.Class::method`.",
    quiet_when="The handler exists and the module around it does not load: that is an import error.",
    link=LINK,
    find=find,
    specificity=87,
)
