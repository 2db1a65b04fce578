r"""Lines of Go functions: the standard logger, the library's report of an error, and the last words of the runtime.

2026/01/02 15:04:05 {"errorMessage":"boom","errorType":"errorString"}                          the handler returned one
panic: assignment to entry in nil map\n\ngoroutine 17 [running]:\n…                         outside of the handler
time=2026-10-08T07:30:28.235Z level=ERROR msg="cannot reach the queue" requestId=57325a9d-… slog, as text
"""

from __future__ import annotations

import re
from typing import Any

from analyzer.decoding import loads
from analyzer.lines._traces import logged
from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record
from analyzer.values import level_at, level_of, milliseconds, own_frame, text_of

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/golang-logging.html"

SAMPLES = (
    "2026/01/02 15:04:05 order read\n",
    '2026/01/02 15:04:05 {"errorMessage":"boom","errorType":"errorString"}\n',
    "panic: runtime error: invalid memory address or nil pointer dereference\n",
    "fatal error: all goroutines are asleep - deadlock!\n",
    (
        'timestamp=2026-10-08T07:30:28.235Z level=ERROR message="cannot reach the queue" '
        "requestId=57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
    ),
)

_STAMP = re.compile(r"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?) ")
_PAIR = re.compile(r'([\w.]{1,100})=("(?:[^"\\]|\\.)*"|\S*)(?:\s|$)')
_KEYS = {"errorMessage", "errorType", "stackTrace"}
_TIMES, _WORDS = ("time", "timestamp"), ("msg", "message")
_PANIC, _FATAL = "panic: ", "fatal error: "
_ID = re.compile(r"[0-9a-f-]{36}")


def parse(text: str) -> Record | None:
    """The record of a line of Go's loggers, library or runtime, None for any other line."""
    first = text[:1]
    if first == "2":
        return _stamped(text) if text[4:5] == "/" else None
    if first == "t":
        return _pairs(text) if text.startswith(("time=", "timestamp=")) else None
    if text.startswith((_PANIC, _FATAL)):
        return Record(Kind.LINE, level=Level.FATAL, text=text, error=_died(text))
    return None


def _stamped(text: str) -> Record | None:
    match = _STAMP.match(text)
    if match is None:
        return None
    time, message = milliseconds(f"{match[1]}-{match[2]}-{match[3]}T{match[4]}"), text[match.end() :]
    if message[:1] == "{":
        error = _returned(message)
        if error is not None:
            return Record(Kind.LINE, None, Level.ERROR, time, error.message, error)
    if message.startswith("http: panic serving "):  # the server goes on
        return Record(Kind.LINE, None, Level.ERROR, time, message, ErrorInfo("", message.rstrip(), "", False))
    level = level_at(message) or Level.INFO
    error = logged(message) if level >= Level.ERROR else None
    return Record(Kind.LINE, None, level, time, message, error)


def _returned(message: str) -> ErrorInfo | None:
    """What the library prints when the handler returns an error or panics; None for the application's own JSON."""
    try:
        data = loads(message)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not {"errorMessage", "errorType"} <= data.keys() <= _KEYS:
        return None
    name, said = data["errorType"], data["errorMessage"]
    if not isinstance(name, str) or not isinstance(said, str):
        return None
    return ErrorInfo(name, said, _frame(data.get("stackTrace")), True)


def _frame(stack: Any) -> str:
    frames = [f for f in stack if isinstance(f, dict)] if isinstance(stack, list) else []
    lines = []
    for frame in frames[:200]:
        path, label = text_of(frame.get("path")), text_of(frame.get("label")) or ""
        if path and not path.startswith(("runtime/", "reflect/", "github.com/aws/", "net/", "encoding/")):
            lines.append(f"main.{label}()\n\t/{path}:{frame.get('line')}")
    return own_frame("\n".join(lines))


def _died(text: str) -> ErrorInfo:
    head, _, stack = text.partition("\n")
    name, _, message = head.partition(": ")
    # of all goroutines the first is the one that died
    return ErrorInfo(
        name, message.removesuffix(" [recovered]").rstrip(), own_frame(stack.split("\n\ngoroutine ")[0]), True
    )


def _pairs(text: str) -> Record | None:
    """A line of key=value pairs, as log/slog and others write it."""
    pairs = dict(_PAIR.findall(text[:20_000]))
    level = level_of(pairs.get("level", "").strip('"'))
    words = next((pairs[key] for key in _WORDS if key in pairs), None)
    if level is None or words is None:
        return None
    time = next((milliseconds(pairs[key].strip('"')) for key in _TIMES if key in pairs), None)
    request_id = pairs.get("requestId", "")
    message = words[1:-1].replace('\\"', '"') if words[:1] == '"' else words
    return Record(Kind.LINE, request_id if _ID.fullmatch(request_id) else None, level, time, message)


DIALECT = Dialect(
    id="go-text",
    title="Go: the loggers' text, errors the handler returned, and panics",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=25,
)
