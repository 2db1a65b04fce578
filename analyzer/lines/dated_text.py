r"""Lines of loggers that write a date, a level and words: Serilog, Python's logging as usually set up, loguru.

2026-10-08 07:30:28.235 +00:00 [ERR] cannot reach the queue
2026-10-08 07:30:28,235 - orders - ERROR - cannot reach the queue
2026-10-08 07:30:28.235 | ERROR    | app:handler:12 - cannot reach the queue
"""

from __future__ import annotations

import re

from analyzer.lines import _json_keys as keys
from analyzer.lines._traces import logged
from analyzer.model import Dialect, Kind, Level, Record
from analyzer.values import milliseconds

LINK = "https://docs.python.org/3/library/logging.html#formatter-objects"

SAMPLES = (
    "2026-10-08 07:30:28.235 +00:00 [ERR] cannot reach the queue\n",
    "2026-10-08 07:30:28,235 - orders - ERROR - cannot reach the queue\n",
    "2026-10-08 07:30:28.235 | INFO     | app:handler:12 - order read\n",
)

_LINE = re.compile(
    r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?) ?(Z|[+-]\d\d:?\d\d)?(?:"
    r" \[(?:[^\]\s]{1,60} )?(VRB|DBG|INF|WRN|ERR|FTL)\] |"
    r" - (?:[\w.:-]{1,200} - )?(DEBUG|INFO|WARNING|ERROR|CRITICAL) - |"
    r" \| (TRACE|DEBUG|INFO|SUCCESS|WARNING|ERROR|CRITICAL) {0,4} \| [\w.<>-]{1,200}:[\w<>.-]{1,200}:\d{1,9} - )"
)


def parse(text: str) -> Record | None:
    """The record of a line with a date and a level in its place, None for any other line."""
    match = _LINE.match(text)
    if match is None:
        return None
    level = keys.level_named(match[3] or match[4] or match[5])
    level = Level.INFO if level is None else level
    said = text[match.end() :]
    error = logged(said) if level >= Level.ERROR else None
    return Record(Kind.LINE, None, level, milliseconds(match[1] + (match[2] or "")), said, error)


DIALECT = Dialect(
    id="dated-text",
    title="Loggers that write a date, a level and words",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=46,
)
