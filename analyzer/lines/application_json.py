"""Application lines in JSON format, as the Python and Node.js runtimes write them with LogFormat=JSON.

    {"timestamp":"2026-10-08T07:30:29Z","level":"ERROR","message":"…","logger":"root","requestId":"…"}
    {"timestamp":…,"log_level":"ERROR","errorMessage":"x","errorType":"ValueError","requestId":"…","stackTrace":[…]}

The second, without a message beside the error, is the Python runtime saying that the handler raised; Node says it with
a `message` that is the error.
"""

from __future__ import annotations

import json
import re
from typing import Any

from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record
from analyzer.values import level_of, milliseconds, own_frame, text_of

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
)

_LEVEL_KEYS = ("level", "log_level", "severity", "levelname")
_ID_KEYS = ("requestId", "aws_request_id", "awsRequestId", "AWSRequestId", "function_request_id", "request_id")
_TEXT_KEYS = ("message", "msg", "errorMessage", "event")
_USUAL = re.compile(r'"(?:level|severity|levelname)"\s*:\s*"(?:INFO|DEBUG|TRACE|info|debug|trace)"')
_USUAL_ID = re.compile(r'"(?:requestId|aws_request_id|awsRequestId|function_request_id)"\s*:\s*"([0-9a-f-]{36})"')


def parse(text: str) -> Record | None:
    """The record of an application's JSON line, None for any other line."""
    if text[:1] != "{":
        return None
    usual = _USUAL.search(text, 0, 2000)
    if usual and "errorType" not in text:  # nothing in it that needs decoding, except who wrote it
        found = _USUAL_ID.search(text, 0, 4000)
        level = level_of(usual[0].rsplit('"', 2)[1]) or Level.INFO
        return Record(Kind.LINE, found[1] if found else None, level)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    if "_aws" in data:  # embedded metric format: numbers, never an error
        return Record(Kind.LINE, _first(data, _ID_KEYS))
    return _application(data, text)


def _first(data: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    return next((v for k in keys if (v := text_of(data.get(k)))), None)


def _application(data: dict[str, Any], text: str) -> Record | None:
    level = next((found for k in _LEVEL_KEYS if (found := level_of(data.get(k))) is not None), None)
    if level is None and not any(k in data for k in _TEXT_KEYS):
        return None
    level = Level.INFO if level is None else level
    inner = data.get("message")
    source = inner if isinstance(inner, dict) and "errorType" in inner else data
    said = _first(source, ("errorMessage", "message", "msg", "event")) or text
    error = None
    if level >= Level.ERROR and text_of(source.get("errorType")):
        stack = source.get("stackTrace")
        lines = [line for line in stack if isinstance(line, str)] if isinstance(stack, list) else []
        # a logger always has a message beside the error; the runtime has none, or the error itself is the message
        unhandled = "message" not in data or source is inner
        error = ErrorInfo(source["errorType"], said, own_frame("\n".join(lines)), unhandled)
    return Record(Kind.LINE, _first(data, _ID_KEYS), level, milliseconds(data.get("timestamp")), said, error)


DIALECT = Dialect(
    id="application-json",
    title="Python and Node.js: application lines and unhandled errors in JSON format",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=30,
)
