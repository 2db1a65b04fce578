r"""The error that a line in JSON carries: runtimes and loggers each have their own members for it.

{"errorType":…,"errorMessage":…,"stackTrace":[…]}      the runtimes, .NET
{"error":{"name":…,"message":…,"stack":…}}             Powertools for TypeScript; pino and bunyan say "err"
{"exception_name":…,"exception":"Traceback …"}         Powertools for Python; structlog has "exception" alone
{"@x":"System.Exception: …\n   at …"}                  Serilog; logback says "stack_trace"
"""

from __future__ import annotations

import re
from typing import Any

from analyzer.model import ErrorInfo
from analyzer.values import own_frame, text_of

_FLAT_TYPES = (
    "errorType", "error_type", "exception_name", "exceptionName", "ExceptionName", "error.type", "error.kind",
    "exception.type", "exceptionClass",
)  # fmt: skip
_FLAT_MESSAGES = ("errorMessage", "error_message", "error.message", "exception.message")
_FLAT_STACKS = (
    "stackTrace", "stack_trace", "stack", "stacktrace", "trace", "error.stack_trace", "error.stack",
    "exception.stacktrace", "@x", "exc_info", "errorVerbose", "StackTrace",
)  # fmt: skip
_HOLDERS = ("err", "error", "exception", "Exception", "thrown", "exc_info", "Error")
_TYPES = ("errorType", "type", "name", "Type", "exception_class", "exc_type", "class", "kind")
_MESSAGES = ("errorMessage", "message", "Message", "exception_message", "exc_value", "msg", "value")
_STACKS = (
    "stackTrace", "stack", "stack_trace", "StackTrace", "stacktrace", "trace", "extendedStackTrace", "frames",
)  # fmt: skip

_STACK_CHARS = 20_000
_FRAMES = 200
_NAMED = re.compile(r"(?:Uncaught )?([A-Za-z_$][\w$.:+<>`]{0,200}?)(?:: (.{0,4000}))?")
_FRAME = re.compile(r'\s{1,8}(?:at |File "|in |from )')
_TYPE_ENDS = ("Error", "Exception", "Exit", "Interrupt", "Timeout", "Fault")


def error_of(data: dict[str, Any], said: str) -> ErrorInfo | None:
    """The error a line carries, None if it carries none. `said` is the line's own message."""
    found = _flat(data)
    for key in _HOLDERS:
        if all(found):
            break
        held = _held(data.get(key))
        found = (found[0] or held[0], found[1] or held[1], found[2] or held[2])
    name, message, stack = found
    if stack and not (name and message):
        own_name, own_message = _raised(stack)
        name, message = name or own_name, message or own_message
    if not (name or message or stack):
        return None
    if not name:  # only words: Go's loggers write the error's text beside what failed
        message = f"{said}: {message}" if said and message and message not in said else message or said
    return ErrorInfo(name[:200], message or said, own_frame(stack), False)


def has_error(data: dict[str, Any]) -> bool:
    """Whether a line is about an error although it has no level: it names a type, or brings a stack."""
    if text_of(data.get("errorType")) and isinstance(data.get("errorMessage"), str):
        return True
    return any(isinstance(held := data.get(key), dict) and bool(_held(held)[2]) for key in _HOLDERS)


def _first(data: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((value for key in keys if (value := text_of(data.get(key)))), "")


def _stack_in(data: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((stack for key in keys if (stack := _stack(data.get(key)))), "")


def _flat(data: dict[str, Any]) -> tuple[str, str, str]:
    return _first(data, _FLAT_TYPES), _first(data, _FLAT_MESSAGES), _stack_in(data, _FLAT_STACKS)


def _held(value: Any) -> tuple[str, str, str]:
    """Type, message and stack of an error that is one member of the line: an object, its text, or a list of causes."""
    if isinstance(value, list) and value and isinstance(value[0], dict):  # structlog: the exception, then its causes
        value = value[0]
    if isinstance(value, dict):
        return _first(value, _TYPES), _first(value, _MESSAGES), _stack_in(value, _STACKS)
    if not isinstance(value, str):
        return "", "", ""
    stack = value[:_STACK_CHARS]
    return (*_raised(stack), stack) if "\n" in value.strip() else ("", value, "")


def _stack(value: Any) -> str:
    """A stack as text: lines, or frames as objects, rewritten as the runtime prints them."""
    if isinstance(value, str):
        return value[:_STACK_CHARS]
    if isinstance(value, dict):
        value = value.get("frames")
    if not isinstance(value, list):
        return ""
    lines = [line if isinstance(line, str) else _frame(line) for line in value[:_FRAMES]]
    if any(isinstance(frame, dict) and "label" in frame for frame in value[:_FRAMES]):
        lines.reverse()  # Go's library names the deepest frame first, this form has it last
    return "\n".join(line for line in lines if line)[:_STACK_CHARS]


def _frame(frame: Any) -> str:
    if not isinstance(frame, dict):
        return ""
    path = _first(frame, ("file", "filename", "path"))
    number = next((frame[key] for key in ("line", "lineno") if isinstance(frame.get(key), (int, str))), 0)
    if text_of(frame.get("class")):
        return f"\tat {frame['class']}.{frame.get('method')}({path}:{number})"
    return f'  File "{path}", line {number}, in {_first(frame, ("function", "name", "label", "method")) or "?"}'


def _raised(stack: str) -> tuple[str, str]:
    """Type and message from the text of a stack: Python has them last, everyone else first."""
    lines = [line for line in stack.splitlines() if line.strip()]
    if not lines:
        return "", ""
    traced = "Traceback (most recent call last)" in lines[0]
    match = _NAMED.fullmatch(lines[-1].strip() if traced else lines[0].strip())
    if match is None:
        return "", ""
    sure = traced or match[1].endswith(_TYPE_ENDS) or (len(lines) > 1 and _FRAME.match(lines[1]) is not None)
    return (match[1], match[2] or "") if sure else ("", "")
