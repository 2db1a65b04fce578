"""Any other line: text, with a level guessed from its beginning and never from a word inside it.

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
"""

from __future__ import annotations

import re

from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record
from analyzer.values import LEVELS, own_frame

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"

SAMPLES = (
    "loading config\n",
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n",
    "MemoryError\n",
    "panic: runtime error: invalid memory address or nil pointer dereference\n",
    "2026-10-08 07:30:28,235 ERROR worker: cannot reach the queue\n",
)

_LEVEL = re.compile(
    r"\s{0,8}(?:\d{4}[-/]\d\d[-/]\d\d[T ][\d:.,]{5,20}(?:Z|[+-]\d\d:?\d\d)?\s{1,4})?(?:[\w.-]{1,64}\s{1,4})?"
    r"[\[(<|]?(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b[\])>|]?"
)
_RAISED = re.compile(r"((?:[A-Za-z_]\w{0,100}\.){0,8}[A-Z]\w{0,100}(?:Error|Exception))(?:: |:?\s*$|:?\n)(.*)")
_DEATHS = (
    "FATAL ERROR: ", "panic: ", "fatal error: ", "Segmentation fault", "Fatal Python error", "Out of memory.",
    "Runtime.ExitError", "terminate called", "memory allocation of",
)  # fmt: skip


def parse(text: str) -> Record:
    """The record of a line that no other dialect knows: a line with a guessed level."""
    head = text[:200]
    if head.startswith(_DEATHS):
        return Record(Kind.LINE, level=Level.FATAL, text=text)
    if head.startswith("Traceback (most recent call last)"):
        last = text.rstrip().rsplit("\n", 1)[-1].strip()
        match = _RAISED.match(last)
        error = ErrorInfo(match[1] if match else "", match[2] if match else last, own_frame(text), False)
        return Record(Kind.LINE, level=Level.ERROR, text=text, error=error)
    match = _LEVEL.match(head)
    if match:
        return Record(Kind.LINE, level=LEVELS[match[1]], text=text)
    match = _RAISED.match(head)
    if match:
        return Record(
            Kind.LINE, level=Level.ERROR, text=text, error=ErrorInfo(match[1], match[2], own_frame(text), False)
        )
    return Record(Kind.LINE, text=text)


DIALECT = Dialect(
    id="plain",
    title="Any other line, with a level guessed from how it begins",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=90,
)
