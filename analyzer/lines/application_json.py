r"""Application lines in JSON: those of the runtimes with LogFormat=JSON, and those of loggers that write JSON.

    {"timestamp":"2026-10-08T07:30:29Z","level":"ERROR","message":"…","logger":"root","requestId":"…"}
    {"timestamp":…,"log_level":"ERROR","errorMessage":"x","errorType":"ValueError","requestId":"…","stackTrace":[…]}

The second, an error without a message of its own, is the Python runtime saying that the handler raised. .NET says it
with a message that is null, Node.js with a message that is the error, Java with "boom: a.b.C\na.b.C: boom\n\tat …".
"""

from __future__ import annotations

from typing import Any

from analyzer.decoding import loads
from analyzer.lines import _json_keys as keys
from analyzer.lines._json_errors import error_of, has_error
from analyzer.lines._json_usual import usual
from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record
from analyzer.values import own_frame, text_of

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html"

SAMPLES = (
    (
        '{"timestamp":"2026-10-08T07:30:29Z","level":"INFO","message":"order read","logger":"root",'
        '"requestId":"57325a9d-ff5f-42e4-83df-80f3dcaaef25"}'
    ),
    (
        '{"timestamp":"2026-10-08T07:30:29Z","log_level":"ERROR","errorMessage":"x","errorType":"ValueError",'
        '"requestId":"57325a9d-ff5f-42e4-83df-80f3dcaaef25",'
        '"stackTrace":["  File \\"/var/task/app.py\\", line 3, in handler\\n"]}'
    ),
    (
        '{"timestamp":"2026-10-08T07:30:29.443Z","level":"ERROR","requestId":"57325a9d-ff5f-42e4-83df-80f3dcaaef25",'
        '"message":{"errorType":"Error","errorMessage":"boom",'
        '"stackTrace":["Error: boom","    at f (/var/task/a.mjs:1:2)"]}}'
    ),
    (
        '{"level":"INFO","location":"handler:12","message":"order read","timestamp":"2026-10-08 07:30:28,235+0000",'
        '"service":"orders","cold_start":true,"function_name":"orders","function_memory_size":"128",'
        '"function_request_id":"57325a9d-ff5f-42e4-83df-80f3dcaaef25"}'
    ),
    (
        '{"level":50,"time":1791444628235,"pid":8,"hostname":"169.254.10.1","err":{"type":"TypeError",'
        '"message":"x is null","stack":"TypeError: x is null\\n    at get (/var/task/orders.js:48:11)"},"msg":"failed"}'
    ),
    '{"@t":"2026-10-08T07:30:28.2350000Z","@mt":"Order {Id} read","Id":7}',
    '{"level":"error","ts":1791444628.235,"caller":"orders/main.go:21","msg":"failed","error":"dial tcp: timeout"}',
)

_ENCODED_CHARS = 256_000
_OF_NODE = {"timestamp", "level", "requestId", "tenantId", "message"}
_LOGGED = ("logger", "location", "service", "logger_name")


def parse(text: str) -> Record | None:
    """The record of an application's JSON line, None for any other line."""
    if text[:1] != "{":
        return None
    known = usual(text)
    if known is not None:
        return known
    try:
        data = loads(text)
    except (ValueError, RecursionError):
        return None
    return of(data, text) if isinstance(data, dict) else None


def of(data: dict[str, Any], text: str) -> Record | None:
    """The record of a decoded application line, None if nothing in it is a logger's."""
    level, has_level = keys.level_of(data)
    said = keys.words_of(data)
    request_id, time = keys.request_id_of(data), keys.time_of(data)
    if not has_level and has_error(data):
        level = Level.ERROR
    elif not has_level and said is None:
        return None
    inner = _inner(data)
    if inner is not None:
        own = of(inner, said or text)
        if own is not None:
            return own._replace(request_id=request_id or own.request_id, time=own.time if time is None else time)
    said = said or text_of(data.get("errorMessage")) or text
    error = None
    if level >= Level.ERROR:
        error = _unhandled(data) if has_level else None
        error = error or error_of(_error_holder(data), said if said is not text else "")
    return Record(Kind.LINE, request_id, level, time, said, error, memory_mb=keys.memory_of(data))


def _inner(data: dict[str, Any]) -> dict[str, Any] | None:
    """The line within the line: what a logger wrote in JSON through a console that writes JSON itself."""
    found = data.get("message")
    if isinstance(found, str) and found[:1] == "{" and len(found) <= _ENCODED_CHARS:
        try:
            found = loads(found)
        except (ValueError, RecursionError):
            return None
    if not isinstance(found, dict) or isinstance(found.get("message"), dict) or "_aws" in found:
        return None
    has_level = any(keys.level_named(found.get(key)) is not None for key in keys.LEVEL_KEYS)
    return found if has_level and (keys.words_of(found) or keys.time_of(found) is not None) else None


def _error_holder(data: dict[str, Any]) -> dict[str, Any]:
    """Where the error's members are: in the message if that is an error, else in the line."""
    message = data.get("message")
    if isinstance(message, dict) and (text_of(message.get("errorType")) or has_error(message)):
        return message
    fields = data.get("fields")
    return fields if isinstance(fields, dict) and "error" in fields else data


def _unhandled(data: dict[str, Any]) -> ErrorInfo | None:
    """What the runtime says of an exception nobody caught; None for a line that a logger may have written."""
    message = data.get("message")
    if isinstance(message, str):
        return _of_java(data, message) or _of_rust(data, message)
    if isinstance(message, dict):
        if not data.keys() <= _OF_NODE or "stackTrace" not in message:
            return None
        error = error_of(message, "") if text_of(message.get("errorType")) else None
    else:
        if keys.words_of(data) is not None or any(key in data for key in _LOGGED):
            return _of_rust(data, keys.words_of(data) or "")
        whole = text_of(data.get("errorType")) and isinstance(data.get("errorMessage"), str)
        error = error_of(data, "") if whole else None
    return error._replace(unhandled=True) if error else None


def _of_java(data: dict[str, Any], message: str) -> ErrorInfo | None:
    """Java: the message and the class, then the class and the message again with the stack."""
    first, newline, stack = message.partition("\n")
    said, _, name = first.rpartition(": ")
    if not newline or not name or "AWSRequestId" not in data or not stack.startswith((f"{name}: ", f"{name}\n")):
        return None
    return ErrorInfo(name[:200], said, own_frame(stack), True)


def _of_rust(data: dict[str, Any], message: str) -> ErrorInfo | None:
    """Rust: the runtime crate caught a panic of the handler."""
    if message != "user handler panicked" or not str(data.get("target")).startswith("lambda_runtime"):
        return None
    return ErrorInfo("", message, "", True)


DIALECT = Dialect(
    id="application-json",
    title="Application lines in JSON: the runtimes in JSON format, structured loggers",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    heads=dict.fromkeys(('{"le', '{"me', '{"se', '{"@t'), usual),
    rank=30,
)
