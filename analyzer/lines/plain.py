"""Any other line: text, with a level guessed from its beginning and never from a word inside it.

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
"""

from __future__ import annotations

import re

from analyzer.lines._traces import logged, raised, traceback
from analyzer.model import Dialect, Kind, Level, Record
from analyzer.values import level_at

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"

SAMPLES = (
    "loading config\n",
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n",
    "MemoryError\n",
    "2026-10-08 07:30:28,235 ERROR worker: cannot reach the queue\n",
    "Error: connect ECONNREFUSED 10.0.3.17:5432\n    at TCPConnectWrap.afterConnect (node:net:1555:16)\n",
)

_DEATHS = (
    "FATAL ERROR: ", "Segmentation fault", "Fatal Python error", "Out of memory.", "terminate called",
    "memory allocation of", "free(): invalid", "double free or corruption",
)  # fmt: skip
_REFUSED = "An error occurred ("  # the AWS SDK for Python, printed without its class
_COLOURS = re.compile("\x1b\\[[0-9;]{0,16}m")


def parse(text: str) -> Record:
    """The record of a line that no other dialect knows: a line with a guessed level."""
    if text.startswith(_DEATHS):
        return Record(Kind.LINE, level=Level.FATAL, text=text)
    if text.startswith("Traceback (most recent call last)"):
        error = traceback(text)
        # the line alone: the exception follows as an event of its own
        return Record(Kind.LINE, level=Level.ERROR if error else Level.INFO, text=text, error=error)
    if "\x1b[" in text[:40]:
        text = _COLOURS.sub("", text)
    error = raised(text)
    if error is not None:
        return Record(Kind.LINE, level=Level.ERROR, text=text, error=error)
    level = Level.ERROR if text.startswith(_REFUSED) else level_at(text)
    if level is None:
        return Record(Kind.LINE, text=text)
    error = logged(text) if level >= Level.ERROR else None
    return Record(Kind.LINE, level=level, text=text, error=error)


DIALECT = Dialect(
    id="plain",
    title="Any other line, with a level guessed from how it begins",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=90,
)
