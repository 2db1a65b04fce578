"""Lambda's own events in JSON format (LogFormat=JSON, and the Telemetry API).

{"time":…,"type":"platform.X","record":{…}}

The Telemetry API puts the lines of the function and of its extensions into the same envelope, with the types `function`
and `extension`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from analyzer import registry
from analyzer.decoding import loads
from analyzer.lines import platform_text
from analyzer.lines._json_keys import clock, moment
from analyzer.lines._json_usual import usual
from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record, ReportFields
from analyzer.values import megabytes, text_of

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html"

SAMPLES = (
    (
        '{"time":"2026-07-09T06:05:45.500Z","type":"platform.start",'
        '"record":{"requestId":"aec7a529-47f9-4090-be01-c9ed91bf83cf","version":"$LATEST"}}'
    ),
    (
        '{"time":"2026-07-09T06:05:50.581Z","type":"platform.report",'
        '"record":{"requestId":"aec7a529-47f9-4090-be01-c9ed91bf83cf",'
        '"metrics":{"durationMs":5000.0,"billedDurationMs":5000,"memorySizeMB":128,"maxMemoryUsedMB":94},"status":"timeout"}}'
    ),
    (
        '{"time":"2024-06-17T17:48:06.348Z","type":"platform.initReport",'
        '"record":{"initializationType":"on-demand","phase":"init","status":"timeout","metrics":{"durationMs":10000.487}}}'
    ),
    (
        '{"time":"2026-07-09T06:05:45.100Z","type":"platform.initStart",'
        '"record":{"initializationType":"on-demand","phase":"init",'
        '"runtimeVersion":"python:3.13.v12","functionName":"orders","functionVersion":"$LATEST"}}'
    ),
    (
        '{"time":"2022-10-12T00:02:15.000Z","type":"platform.logsDropped",'
        '"record":{"reason":"Consumer fell behind","droppedRecords":123,"droppedBytes":12345}}'
    ),
    (
        '{"time":"2026-07-09T06:05:46.021Z","type":"function",'
        '"record":"[INFO]\\t2026-07-09T06:05:46.020Z\\taec7a529-47f9-4090-be01-c9ed91bf83cf\\torder read\\n"}'
    ),
    '{"time":"2026-07-09T06:05:46.021Z","type":"extension","record":"ERROR no endpoint set, sending nothing"}',
)

_KINDS = {
    "platform.start": Kind.START,
    "platform.end": Kind.END,
    "platform.report": Kind.REPORT,
    "platform.initStart": Kind.INIT_START,
    "platform.initReport": Kind.INIT_REPORT,
    "platform.restoreStart": Kind.RESTORE_START,
    "platform.restoreReport": Kind.RESTORE_REPORT,
    "platform.runtimeDone": Kind.RUNTIME_DONE,
    "platform.fault": Kind.EXIT,
    "platform.logsDropped": Kind.DROPPED,
}
_ARN = re.compile(r"arn:[\w-]{1,20}:lambda:[\w-]{1,30}:\d{12}:function:([\w-]{1,64})(?::\S{1,128})?")
_BYTES = 1 << 20  # a memory size from here on is one in bytes: no function has as many MB
_START = re.compile(
    r'\{"time":"(\d{4}-\d\d-\d\dT\d\d:\d\d):([0-5]\d)\.(\d{3})\d{0,6}Z","type":"platform\.start",'
    r'"record":\{"requestId":"([0-9a-f-]{36})","version":"([\w$.-]{1,64})"[,}]'
)


def parse(text: str) -> Record | None:
    """The record of a platform event or of a line in its envelope, None for any other line."""
    if text[:1] != "{" or text.find('"record"', 0, 2000) < 0:
        return None
    start = _START.match(text)
    if start is not None and '"functionArn"' not in text:
        return Record(Kind.START, start[4], time=clock(start[1], start[2], start[3]), version=start[5])
    try:
        data = loads(text)
    except (ValueError, RecursionError):
        return None
    return of(data) if isinstance(data, dict) else None


def of(data: dict[str, Any]) -> Record | None:
    """The record of a decoded platform event, None where it is none."""
    name, record, time = data.get("type"), data.get("record"), moment(data.get("time"))
    if not isinstance(name, str):
        return None
    if name in ("function", "extension") and time is not None and isinstance(record, (str, dict)):
        return _enveloped(name, record, time)
    if not name.startswith("platform."):
        return None
    kind = _KINDS.get(name, Kind.PLATFORM)
    if not isinstance(record, dict):
        return _words(kind, str(record)[:1000], time)
    request_id = text_of(record.get("requestId"))
    if kind is Kind.START:
        return Record(kind, request_id, time=time, version=text_of(record.get("version")), function=_function(record))
    if kind in (Kind.INIT_START, Kind.RESTORE_START):
        return Record(
            kind,
            time=time,
            version=text_of(record.get("runtimeVersion")),
            function=_function(record),
            initialization=text_of(record.get("initializationType")),
            memory_mb=_memory(record.get("instanceMaxMemory")),
        )
    if kind is Kind.DROPPED:
        lost = _number(record.get("droppedRecords"))
        reason = text_of(record.get("reason")) or ""
        return Record(kind, level=Level.WARN, time=time, text=reason, missing=None if lost is None else int(lost))
    if kind is Kind.EXIT:
        kind = Kind.PLATFORM  # a fault is words, never an object
    initialization = text_of(record.get("initializationType"))
    return Record(kind, request_id, time=time, report=_report(kind, record), initialization=initialization)


def _enveloped(name: str, record: str | dict[str, Any], time: int) -> Record:
    """A line of the function, as its own dialect reads it; what an extension says is no failure of the function."""
    text = record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)
    if name == "extension":
        return Record(Kind.PLATFORM, time=time, text=text)
    inner = next(found for parse in _of_applications() if (found := parse(text)) is not None)
    return inner._replace(time=time, text=inner.text or (text if isinstance(record, str) else ""))


@cache
def _of_applications() -> tuple[Callable[[str], Record | None], ...]:
    """The other dialects: a function that prints Lambda's words, or an envelope, does not speak for Lambda."""
    return tuple(d.parse for d in registry.dialects() if d.rank > DIALECT.rank)


def _words(kind: Kind, text: str, time: int | None) -> Record:
    """A platform event that says it in a sentence, as `platform.fault` does."""
    if kind is not Kind.EXIT:
        return Record(Kind.PLATFORM, time=time, text=text)
    fault = platform_text.parse(text)
    if fault is not None and fault.kind in (Kind.EXIT, Kind.TIMEOUT):
        return fault._replace(time=time)
    return Record(kind, time=time, level=Level.FATAL, text=text, error=ErrorInfo("", text, "", True))


def _number(value: Any) -> float | None:
    """A number that is not negative and not absurd, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e15:
        return None
    return float(value)


def _memory(value: Any) -> int | None:
    size = _number(value)
    return megabytes(size / (1 << 20) if size is not None and size >= _BYTES else size)


def _function(record: dict[str, Any]) -> str | None:
    arn = record.get("functionArn")
    named = _ARN.fullmatch(arn) if isinstance(arn, str) else None
    return text_of(record.get("functionName")) or (named[1] if named else None)


def _report(kind: Kind, record: dict[str, Any]) -> ReportFields:
    found = record.get("metrics")
    metrics: dict[str, Any] = found if isinstance(found, dict) else {}
    duration = _number(metrics.get("durationMs"))
    return ReportFields(
        duration_ms=duration if kind is Kind.REPORT else None,
        billed_ms=_number(metrics.get("billedDurationMs")),
        memory_size_mb=megabytes(_number(metrics.get("memorySizeMB"))),
        max_memory_mb=megabytes(_number(metrics.get("maxMemoryUsedMB"))),
        init_ms=duration if kind is Kind.INIT_REPORT else _number(metrics.get("initDurationMs")),
        restore_ms=duration if kind is Kind.RESTORE_REPORT else _number(metrics.get("restoreDurationMs")),
        status=text_of(record.get("status")),
        error_type=text_of(record.get("errorType")),
        phase=text_of(record.get("phase")),
    )


def _head(text: str) -> Record | None:
    """What begins with a time: an envelope, or a logger's line."""
    return parse(text) if text[2:7] == 'time"' else usual(text)


DIALECT = Dialect(
    id="platform-json",
    title="Lambda's platform events in JSON format",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    heads={'{"ti': _head},
    rank=11,
)
