r"""Lines of the Node.js runtime in text format: time, request id, level and text, separated by TABs.

2020-11-03T00:36:23.376Z\t3eb496cd-…\tERROR\tInvoke Error \t{"errorType":"AssertionError","errorMessage":…,"stack":[…]}
"""

from __future__ import annotations

import re

from analyzer.decoding import loads
from analyzer.lines._traces import logged
from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record
from analyzer.values import LEVELS, milliseconds, own_frame

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html"

SAMPLES = (
    "2026-10-08T07:30:28.235Z\t57325a9d-ff5f-42e4-83df-80f3dcaaef25\tINFO\torder read\n",
    (
        "2020-11-03T00:36:23.376Z\t3eb496cd-c663-4ae2-a717-8f261b7ad48c\tERROR\tInvoke Error \t"
        '{"errorType":"AssertionError","errorMessage":"id is a mandatory field",'
        '"stack":["AssertionError: id is a mandatory field",'
        '"    at new Product (/var/task/src/product.js:5:5)"]}\n'
    ),
    (
        '2026-01-01T00:00:00.000Z\tundefined\tERROR\tUncaught Exception \t{"errorType":"Runtime.ImportModuleError",'
        '"errorMessage":"Error: Cannot find module \'x\'","stack":[]}\n'
    ),
)

_UNHANDLED = re.compile(r"(?:\[[^\]\n]{0,200}\] )?(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection) ?\t")
_ADVICE = ("(node:", "Missing AWS Lambda trace data for X-Ray")  # written as errors, and none
_CUT = {
    name: re.compile(rf'"{name}"\s?:\s?"((?:[^"\\]|\\.){{0,2000}})') for name in ("errorType", "errorMessage")
}  # what is left of a report that ends early


def parse(text: str) -> Record | None:
    """The record of a console line or of the runtime's own error, None for any other line."""
    if text[23:25] != "Z\t" or text[10:11] != "T":
        return None
    if text[61:67] == "\tINFO\t":  # the usual line
        return Record(Kind.LINE, text[25:61], Level.INFO)
    request_id, tab, rest = text[25:].partition("\t")
    name, tab2, message = rest.partition("\t")
    level = LEVELS.get(name)
    if not tab or not tab2 or level is None:
        return None
    if request_id == "undefined":
        request_id = ""
    error = None
    if level >= Level.ERROR and message.startswith(_ADVICE) and "Error" not in message[:80]:
        level = Level.WARN
    if level >= Level.ERROR:
        error = _unhandled(message) or logged(message)
    return Record(Kind.LINE, request_id or None, level, milliseconds(text[:24]), message, error)


def _unhandled(message: str) -> ErrorInfo | None:
    """What the runtime says of an exception nobody caught; None for a line of the application."""
    match = _UNHANDLED.match(message)
    if match is None:
        return None
    body = message[match.end() :]
    try:
        data = loads(body)
    except (ValueError, RecursionError):
        data = {name: found[1] for name, pattern in _CUT.items() if (found := pattern.search(body, 0, 20_000))}
    if not isinstance(data, dict):
        data = {}
    stack = data.get("stack")
    lines = [line for line in stack if isinstance(line, str)] if isinstance(stack, list) else []
    name, said = data.get("errorType"), data.get("errorMessage")
    return ErrorInfo(
        name if isinstance(name, str) else match[0].strip(),
        said if isinstance(said, str) else body.strip(),
        own_frame("\n".join(lines)),
        True,
    )


DIALECT = Dialect(
    id="node-text",
    title="Node.js: console lines and the runtime's unhandled errors in text format",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=21,
)
