"""Lambda's own events in JSON format (LogFormat=JSON, and the Telemetry API).

{"time":…,"type":"platform.X","record":{…}}
"""

from __future__ import annotations

import json
from typing import Any

from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record, ReportFields
from analyzer.values import megabytes, milliseconds, number, text_of

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
}


def parse(text: str) -> Record | None:
    """The record of a platform event, None for any other line."""
    if '"platform.' not in text[:2000]:
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return of(data) if isinstance(data, dict) else None


def of(data: dict[str, Any]) -> Record | None:
    """The record of a decoded platform event."""
    name, record = data.get("type"), data.get("record")
    if not isinstance(name, str) or not name.startswith("platform."):
        return None
    kind, time = _KINDS.get(name, Kind.PLATFORM), milliseconds(data.get("time"))
    if not isinstance(record, dict):
        fault = ErrorInfo("", str(record), "", True) if kind is Kind.EXIT else None
        return Record(kind, time=time, level=Level.FATAL if fault else Level.INFO, text=str(record), error=fault)
    request_id = text_of(record.get("requestId"))
    if kind is Kind.START:
        return Record(kind, request_id, time=time, version=text_of(record.get("version")))
    if kind in (Kind.INIT_START, Kind.RESTORE_START):
        runtime, function = text_of(record.get("runtimeVersion")), text_of(record.get("functionName"))
        return Record(kind, time=time, version=runtime, function=function)
    return Record(kind, request_id, time=time, report=_report(kind, record))


def _report(kind: Kind, record: dict[str, Any]) -> ReportFields:
    found = record.get("metrics")
    metrics: dict[str, Any] = found if isinstance(found, dict) else {}
    duration = number(metrics.get("durationMs"))
    return ReportFields(
        duration_ms=duration if kind is Kind.REPORT else None,
        billed_ms=number(metrics.get("billedDurationMs")),
        memory_size_mb=megabytes(number(metrics.get("memorySizeMB"))),
        max_memory_mb=megabytes(number(metrics.get("maxMemoryUsedMB"))),
        init_ms=duration if kind is Kind.INIT_REPORT else number(metrics.get("initDurationMs")),
        restore_ms=duration if kind is Kind.RESTORE_REPORT else number(metrics.get("restoreDurationMs")),
        status=text_of(record.get("status")),
        error_type=text_of(record.get("errorType")),
        phase=text_of(record.get("phase")),
    )


DIALECT = Dialect(
    id="platform-json",
    title="Lambda's platform events in JSON format",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=11,
)
