r"""Lines of the Python runtime in text format.

[INFO]\t2026-10-08T07:30:28.235Z\t57325a9d-…\tmessage        the logging module, TAB after the level
[ERROR] KeyError: 'Records'\nTraceback (most recent call …    the runtime: the handler raised, blank after it
"""

from __future__ import annotations

import re

from analyzer.lines._traces import logged
from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record
from analyzer.values import LEVELS, milliseconds, own_frame

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html"

SAMPLES = (
    "[INFO]\t2026-10-08T07:30:28.235Z\t57325a9d-ff5f-42e4-83df-80f3dcaaef25\torder read\n",
    "[WARNING]\t2026-10-08T07:30:28.235Z\t\tLAMBDA_WARNING: Unhandled exception.\n",
    (
        "[ERROR] KeyError: 'Records'\nTraceback (most recent call last):\n"
        '\u00a0\u00a0File "/var/task/app.py", line 3, in handler\n'
    ),
)

_RAISED = re.compile(r"\[ERROR\] ([A-Za-z_][\w.]{0,200})(?:: ?([^\r\n]*))?(?:[\r\n]|$)")
_ENDINGS = ("Error", "Exception", "Warning", "Exit", "Interrupt", "Timeout")


def parse(text: str) -> Record | None:
    """The record of a line of Python's logging or of the runtime's own error, None for any other line."""
    if text[:8] == "[ERROR] ":
        return _raised(text)
    name, tab, rest = text.partition("]\t")
    level = LEVELS.get(name[1:]) if tab and text[:1] == "[" else None
    if level is None:
        return None
    if rest[23:25] == "Z\t":
        if level < Level.WARN and rest[61:62] == "\t":  # the usual line, without reading its time
            return Record(Kind.LINE, rest[25:61], level)
        request_id, tab, message = rest[25:].partition("\t")
        if tab:
            error = logged(message) if level >= Level.ERROR else None
            return Record(Kind.LINE, request_id or None, level, milliseconds(rest[:24]), message, error)
    return Record(Kind.LINE, None, level, None, rest)


def _info(text: str) -> Record | None:
    """The line that fills most logs, by the places of its TABs."""
    if text[5:7] == "]\t" and text[30:32] == "Z\t" and text[68:69] == "\t":
        return Record(Kind.LINE, text[32:68])
    return None


def _raised(text: str) -> Record | None:
    """The runtime's words that the handler raised; None for a blank that Java's logger wrote."""
    match = _RAISED.match(text)
    if match is None:
        return None
    name, message = match[1], match[2] or ""
    if "Traceback" not in text and not name.startswith("Runtime."):  # the line alone
        plain = "." not in name  # the runtime names a class without its module
        if not plain or not (name.endswith(_ENDINGS) or message.startswith("An error occurred (")):
            return None
    error = ErrorInfo(name, message, own_frame(text), True)
    return Record(Kind.LINE, None, Level.ERROR, None, text, error)


DIALECT = Dialect(
    id="python-text",
    title="Python: the logging module, unhandled exceptions, in text format",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    heads={"[INF": _info},
    rank=20,
)
