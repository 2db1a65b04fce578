r"""Lines of the Ruby runtime in text format: the Logger's, and the errors the runtime reports.

I, [2026-10-08T07:30:28.235689 #8]  INFO 57325a9d-… -- : order read
{\n  "errorMessage": "boom",\n  "errorType": "Function<RuntimeError>",\n  "stackTrace": [\n …       below the words that
Error raised from handler method                                                    are a line of their own
"""

from __future__ import annotations

import re

from analyzer.decoding import loads
from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record
from analyzer.values import LEVELS, milliseconds, own_frame

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/ruby-logging.html"

SAMPLES = (
    "I, [2026-10-08T07:30:28.235689 #8]  INFO 57325a9d-ff5f-42e4-83df-80f3dcaaef25 -- : order read\n",
    (
        "Error raised from handler method\n{\n"
        '  "errorMessage": "boom",\n  "errorType": "Function<RuntimeError>",\n'
        '  "stackTrace": [\n    "/var/task/app.rb:5:in `handler\'"\n  ]\n}\n'
    ),
    '{\n  "errorMessage": "cannot load such file -- pg",\n  "errorType": "Init<LoadError>",\n  "stackTrace": []\n}\n',
    "/var/task/app.rb:5:in `<main>': undefined method `each' for nil (NoMethodError)\n",
)

_LOGGER = re.compile(
    r"[DIWEFA], \[(\d{4}-\d\d-\d\dT[\d:.]{8,15}) #\d{1,9}\] {1,2}(DEBUG|INFO|WARN|ERROR|FATAL|ANY) "
    r"([0-9a-f-]{36})? ?-- [^:\n]{0,200}: "
)
_KINDS = r'"errorType": ?"(Function|Runtime|Init)<([^">\n]{1,200})>"'
_TYPE = re.compile(_KINDS)
_TYPE_LINE = re.compile(rf"\s{{0,8}}{_KINDS},?\s*$")
_MESSAGE = re.compile(r'"errorMessage": ?("(?:[^"\\\n]|\\.){0,20000}")')
_LOGGED = re.compile(r"([^\n]{0,2000}) \(((?:[A-Z]\w{0,100}::){0,8}[A-Z]\w{0,100})\)(?:\r?\n|\s*$)")
_ABORTED = re.compile(r"(/[^\s:]{1,300}\.rb:\d{1,9}:in [`'][^'\n]{1,200}'): ([^\n]{0,2000})")
_HEADS = ("Error raised from handler method", "Critical exception from handler", "Init error when loading handler")


def parse(text: str) -> Record | None:
    """The record of a line of Ruby's Logger, runtime or interpreter, None for any other line."""
    first = text[:1]
    if text[1:4] == ", [":
        return _logger(text)
    if (first == "{" and text[1:3] in ("\n ", "\r\n")) or (first in "ECI" and text.startswith(_HEADS)):
        return _reported(text)
    if first == " " and (match := _TYPE_LINE.match(text)):  # the report line by line
        return Record(Kind.LINE, level=Level.ERROR, text=text, error=ErrorInfo(_name(match), "", "", True))
    if first == "/" and (match := _ABORTED.match(text)):
        raised = _LOGGED.match(match[2])
        said, name = (raised[1], raised[2]) if raised else (match[2].rstrip(), "")
        return Record(Kind.LINE, level=Level.FATAL, text=text, error=ErrorInfo(name, said, own_frame(text), False))
    return None


def _logger(text: str) -> Record | None:
    match = _LOGGER.match(text)
    if match is None:
        return None
    level, message, error = LEVELS.get(match[2], Level.INFO), text[match.end() :], None
    if level >= Level.ERROR and (raised := _LOGGED.match(message)):
        error = ErrorInfo(raised[2], raised[1], own_frame(message), False)
    return Record(Kind.LINE, match[3], level, milliseconds(match[1]), message, error)


def _reported(text: str) -> Record | None:
    """The runtime's report: words on a line and JSON below them, in one event or in two."""
    match = _TYPE.search(text, 0, 20_000)
    if match is None:  # the words alone: what failed follows as an event of its own
        return Record(Kind.LINE, text=text) if text[0] != "{" else None
    said = _MESSAGE.search(text, 0, 40_000)
    error = ErrorInfo(_name(match), _plain(said[1]) if said else "", own_frame(text), True)
    return Record(Kind.LINE, level=Level.ERROR, text=error.message, error=error)


def _name(match: re.Match[str]) -> str:
    """The class; with its bracket where it kept the code from loading, as the platform writes it then."""
    return match[2] if match[1] != "Init" else f"Init<{match[2]}>"


def _plain(quoted: str) -> str:
    try:
        return str(loads(quoted))
    except ValueError:
        return quoted.strip('"')


DIALECT = Dialect(
    id="ruby-text",
    title="Ruby: the Logger's lines and the errors the runtime reports in text format",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=24,
)
