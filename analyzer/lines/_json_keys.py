"""Where loggers that write JSON put what every line has: level, time, request id, memory size, the words.

A line says its level once; that beats any word in it. An id counts only under the keys that loggers give to Lambda's
own request id: the ids of a trace, of an API or of a customer are other things.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from analyzer.model import Level
from analyzer.values import LEVELS, megabytes, milliseconds, text_of

LEVEL_KEYS = (
    "level", "log_level", "severity", "levelname", "@l", "Level", "LogLevel", "logLevel", "loglevel", "log.level",
    "lvl", "severityText", "severity_text",
)  # fmt: skip
TEXT_KEYS = ("message", "msg", "@m", "event", "Message", "short_message", "@mt")
_TIME_KEYS = (
    "timestamp", "time", "ts", "@timestamp", "@t", "asctime", "Timestamp", "datetime", "timeMillis", "instant",
)  # fmt: skip
_OWN_ID_KEYS = (
    "function_request_id", "aws_request_id", "awsRequestId", "AWSRequestId", "AwsRequestId", "FunctionRequestId",
    "functionRequestId", "lambda.request_id", "faas.execution",
)  # fmt: skip
_ID_KEYS = ("requestId", "request_id")
_ID_PLACES = (("lambda", "request_id"), ("faas", "execution"), ("span", "requestId"))
_CONTEXTS = ("contextMap", "mdc", "labels", "fields")
_MEMORY_KEYS = ("function_memory_size", "functionMemorySize", "FunctionMemorySize")

# these loggers' names beside the usual ones: syslog, java.util.logging, .NET, Serilog, winston, zap
_NAMES = LEVELS | {
    "ALERT": Level.FATAL, "CONFIG": Level.DEBUG, "CRIT": Level.FATAL, "DBG": Level.DEBUG, "DBUG": Level.DEBUG,
    "DPANIC": Level.ERROR, "EMERG": Level.FATAL, "EMERGENCY": Level.FATAL, "ERR": Level.ERROR, "FAIL": Level.ERROR,
    "FINE": Level.DEBUG, "FINER": Level.TRACE, "FINEST": Level.TRACE, "FTL": Level.FATAL, "HTTP": Level.DEBUG,
    "INF": Level.INFO, "PANIC": Level.FATAL, "SEVERE": Level.ERROR, "SILLY": Level.TRACE, "TRCE": Level.TRACE,
    "VERBOSE": Level.DEBUG, "VRB": Level.TRACE, "WRN": Level.WARN,
}  # fmt: skip

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")
_OWN_ID = re.compile(r"[\w.-]{1,64}")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d):([0-5]\d)(?:[.,](\d{3})\d{0,6})?Z", re.ASCII)
_NUMBER = re.compile(r"\d{10,19}(?:\.\d{1,9})?")


def level_named(value: Any) -> Level | None:
    """A level by its name in any case, by slog's "ERROR+2", or by the numbers of pino and bunyan; None if unknown.

    >>> level_named("Information"), level_named("WARN+1"), level_named(50), level_named("gold")
    (<Level.INFO: 2>, <Level.WARN: 3>, <Level.ERROR: 4>, None)
    """
    if isinstance(value, dict):  # log4j: {"standardLevel": "ERROR", "intLevel": 200}
        value = value.get("standardLevel") or value.get("name")
    if isinstance(value, str):
        name = value[:24].strip().upper()
        if name.isascii() and name.isdecimal():
            return level_named(int(name))
        return _NAMES.get(name) or _NAMES.get(name.split("+")[0].split("-")[0])
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 10 <= value <= 60:
        return Level(int(value) // 10 - 1)
    return None


def level_of(data: dict[str, Any]) -> tuple[Level, bool]:
    """The level of a line, and whether the line has one at all; a name that nobody knows counts as INFO."""
    said = [data[key] for key in LEVEL_KEYS if data.get(key) is not None]
    log = data.get("log")
    if isinstance(log, dict) and log.get("level") is not None:
        said.append(log["level"])
    known = (level for value in said if (level := level_named(value)) is not None)
    # Serilog leaves the level out where it is Information
    return next(known, Level.INFO), bool(said) or "@t" in data


def moment(value: Any) -> int | None:
    """A time in ms: ISO 8601, or seconds, ms, µs or ns since the epoch; None if it is neither.

    >>> moment(1791444628.235), moment(1791444628235000), moment("2026-10-08 07:30:28,235+0000")
    (1791444628235, 1791444628235, 1791444628235)
    """
    if isinstance(value, str):
        match = _STAMP.fullmatch(value)
        if match is not None:
            return clock(match[1], match[2], match[3])
        return moment(float(value)) if _NUMBER.fullmatch(value) else milliseconds(value)
    if isinstance(value, dict):  # log4j: {"epochSecond": …, "nanoOfSecond": …}
        seconds, nanos = value.get("epochSecond"), value.get("nanoOfSecond")
        whole = moment(seconds) if isinstance(seconds, int) else None
        return whole + nanos // 1_000_000 if whole and isinstance(nanos, int) and 0 <= nanos < 10**9 else whole
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 10**9 < value < 10**19:
        return None
    if value < 10**11:
        return round(value * 1000)
    return int(value) if value < 10**14 else int(value // (1000 if value < 10**17 else 1_000_000))


def clock(minute: str, seconds: str, fraction: str | None) -> int | None:
    """A time of UTC in ms, of its parts as text: many lines share a minute, which is read once."""
    start = _minute(minute)
    return None if start is None else start + int(seconds) * 1000 + int(fraction or 0)


@lru_cache(maxsize=256)
def _minute(text: str) -> int | None:
    return milliseconds(text + ":00Z")


def time_of(data: dict[str, Any]) -> int | None:
    """When the line was written, as it says itself."""
    return next((found for key in _TIME_KEYS if (found := moment(data.get(key))) is not None), None)


def request_id_of(data: dict[str, Any]) -> str | None:
    """Lambda's request id, from the keys that can only be it before those that applications use for others too."""
    own = [data.get(key) for key in _OWN_ID_KEYS]
    own += [place.get(key) for name, key in _ID_PLACES if isinstance(place := data.get(name), dict)]
    for name in _CONTEXTS:
        if isinstance(context := data.get(name), dict):
            own += [context.get(key) for key in _OWN_ID_KEYS]
    if isinstance(spans := data.get("spans"), list):
        own += [span.get("requestId") for span in spans[:16] if isinstance(span, dict)]
    for value in own:
        if isinstance(value, str) and _OWN_ID.fullmatch(value):
            return value
    ids = (data.get(key) for key in _ID_KEYS)
    return next((value for value in ids if isinstance(value, str) and _UUID.fullmatch(value)), None)


def memory_of(data: dict[str, Any]) -> int | None:
    """The function's memory size in MB, where the line tells it."""
    for key in _MEMORY_KEYS:
        value = data.get(key)
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 8:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 31:
            return megabytes(value)
    return None


def words_of(data: dict[str, Any]) -> str | None:
    """What the line says to a person, None if it has no such member."""
    for key in TEXT_KEYS:
        value = data.get(key)
        if isinstance(value, dict) and key == "message":
            value = text_of(value.get("errorMessage")) or text_of(value.get("message")) or text_of(value.get("msg"))
        if isinstance(value, str) and value:
            return value
    fields = data.get("fields")  # Rust's tracing
    return text_of(fields.get("message")) if isinstance(fields, dict) else None
