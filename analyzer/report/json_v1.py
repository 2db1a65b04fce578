"""The report as JSON, schema "lambdascope/1": a contract, so every key stands here and no type is dumped by reflection.

Times are ISO 8601 UTC with milliseconds, durations milliseconds, memory MB as Lambda prints it, ratios 0 to 1, money
USD. Unknown is null, never 0. New keys may be added; a change of meaning is json_v2.py beside this file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from math import isfinite
from typing import Any

from analyzer import words
from analyzer.model import Cause, Finding, Fix, InputInfo, Origin, Quality
from analyzer.report import (
    Cost,
    EnvironmentInfo,
    ErrorEntry,
    FunctionInfo,
    InvocationInfo,
    Quantiles,
    Report,
    Series,
    Totals,
)

SCHEMA = "lambdascope/1"

_UNPRINTABLE = re.compile(
    "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""What json.dumps leaves raw although it can move a cursor, turn the reading direction, or not be UTF-8 at all."""


def render(report: Report) -> str:
    """The whole report as JSON text, the same on every Python: fixed key order, rounded numbers, a final line feed."""
    text = json.dumps(document(report), ensure_ascii=False, indent=2, allow_nan=False)
    return _UNPRINTABLE.sub(_escape, text) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain dicts and lists, in the order of the schema."""
    start, end = report.period or (None, None)
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": {"name": "lambdascope", "version": report.version},
        "partial": report.partial,
        "inputs": [_input(i) for i in report.inputs],
        "quality": _quality(report.quality),
        "period": {"start": _time(start), "end": _time(end)},
        "verdict": report.verdict,
        "lead": report.lead,
        "totals": _totals(report.totals),
        "functions": [_function(f) for f in report.functions],
        "findings": [_finding(f) for f in report.findings],
        "causes": [_cause(c) for c in report.causes],
        "errors": [_error(e) for e in report.errors],
        "patterns": [_pattern(p) for p in report.patterns],
        "environments": [_environment(e) for e in report.environments],
        "series": [_series(s) for s in report.series],
        "failed_plugins": [{"id": name, "error": why} for name, why in report.failed_plugins],
    }
    if report.invocations is not None:
        found["invocations"] = [_invocation(i) for i in report.invocations]
    return found


# ---- values ----


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code > 0xFFFF:  # JSON escapes are UTF-16
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"


def _time(ms: int | None) -> str | None:
    return None if ms is None else words.moment(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _times(values: Iterable[int]) -> list[str | None]:
    return [_time(v) for v in values]


def _number(value: float | None, places: int) -> float | None:
    """A rounded number without a negative zero; what is not finite is unknown."""
    if value is None or not isfinite(value):
        return None
    return value if isinstance(value, int) else round(value, places) + 0.0


def _ms(value: float | None) -> float | None:
    return _number(value, 3)


def _ratio(value: float | None) -> float | None:
    return _number(value, 6)


def _money(value: float | None) -> float | None:
    return _number(value, 10)


# ---- what was read ----


def _input(info: InputInfo) -> dict[str, Any]:
    return {
        "name": info.name,
        "bytes": info.bytes,
        "container": info.container,
        "events": info.events,
        "log_group": info.log_group,
        "truncated": info.truncated,
        "notes": list(info.notes),
    }


def _quality(quality: Quality) -> dict[str, Any]:
    return {
        "events": quality.events,
        "attributed": quality.attributed,
        "set_aside": dict(sorted(quality.set_aside.items())),
        "duplicates": quality.duplicates,
        "open_invocations": quality.open_invocations,
        "mixed_streams": quality.mixed_streams,
        "examples": _origins(quality.examples),
        "noticed": dict(sorted(quality.noticed.items())),
        "weakens": dict(sorted(quality.weakens.items())),
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "input": origin.input,
        "offset": origin.offset,
        "length": origin.length,
        "time": _time(origin.time),
        "stream": origin.stream,
        "request_id": origin.request_id,
        "text": origin.text,
        "marks": [[start, end] for start, end in origin.marks],
    }


def _origins(origins: Iterable[Origin]) -> list[dict[str, Any]]:
    return [_origin(o) for o in origins]


# ---- figures ----


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "invocations": totals.invocations,
        "failed": totals.failed,
        "errors": totals.errors,
        "timeouts": totals.timeouts,
        "out_of_memory": totals.out_of_memory,
        "crashes": totals.crashes,
        "init_errors": totals.init_errors,
        "cold_starts": totals.cold_starts,
        "error_rate": _ratio(totals.error_rate),
    }


def _quantiles(spread: Quantiles | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    return {
        "n": spread.n,
        "min": _ms(spread.min),
        "mean": _ms(spread.mean),
        "p50": _ms(spread.p50),
        "p90": _ms(spread.p90),
        "p95": _ms(spread.p95),
        "p99": _ms(spread.p99),
        "max": _ms(spread.max),
    }


def _cost(cost: Cost | None) -> dict[str, Any] | None:
    if cost is None:
        return None
    return {
        "architecture": cost.architecture,
        "total": _money(cost.total),
        "failed": _money(cost.failed),
        "init": _money(cost.init),
        "currency": cost.currency,
    }


def _function(info: FunctionInfo) -> dict[str, Any]:
    return {
        "name": info.name,
        "log_group": info.log_group,
        "versions": list(info.versions),
        "runtimes": list(info.runtimes),
        "memory_size_mb": info.memory_size_mb,
        "memory_sizes_mb": list(info.memory_sizes_mb),
        "timeout_s": _ms(info.timeout_s),
        **_totals(info.totals),
        "duration_ms": _quantiles(info.duration_ms),
        "init_ms": _quantiles(info.init_ms),
        "memory": {"peak_mb": info.peak_mb, "peak_ratio": _ratio(info.peak_ratio)},
        "billed_ms": _ms(info.billed_ms),
        "cost": _cost(info.cost),
    }


# ---- conclusions ----


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "tool": fix.tool,
        "title": fix.title,
        "command": fix.command,
        "note": fix.note,
        "values": list(fix.values),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "signature": finding.signature,
        "severity": finding.severity,
        "confidence": _ratio(finding.confidence),
        "function": finding.function,
        "title": finding.title,
        "summary": finding.summary,
        "value": _ratio(finding.value),
        "threshold": _ratio(finding.threshold),
        "count": finding.count,
        "of": finding.of,
        "first": _time(finding.first),
        "last": _time(finding.last),
        "trend": list(finding.trend),
        "advice": finding.advice,
        "fixes": [_fix(f) for f in finding.fixes],
        "evidence": _origins(finding.evidence),
        "link": finding.link,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    count, of = cause.explains
    return {
        "id": cause.id,
        "title": cause.title,
        "confidence": _ratio(cause.confidence),
        "function": cause.function,
        "verdict": cause.verdict,
        "lead": cause.lead,
        "explains": {"count": count, "of": of},
        "story": [{"text": step.text, "evidence": _origins(step.evidence)} for step in cause.story],
        "chain": list(cause.chain),
        "against": list(cause.against),
        "ruled_out": [{"id": rival.id, "because": rival.because} for rival in cause.ruled_out],
        "settle": cause.settle,
        "fixes": [_fix(f) for f in cause.fixes],
        "what_if": [
            {"change": w.change, "before": w.before, "after": w.after, "assumption": w.assumption}
            for w in cause.what_if
        ],
    }


def _error(entry: ErrorEntry) -> dict[str, Any]:
    return {
        "fingerprint": entry.fingerprint,
        "type": entry.type,
        "message": entry.message,
        "template": entry.template,
        "outcome": entry.outcome,
        "count": entry.count,
        "share": _ratio(entry.share),
        "first": _time(entry.first),
        "last": _time(entry.last),
        "trend": list(entry.trend),
        "invocations": entry.invocations,
        "why_grouped": entry.why_grouped,
        "evidence": _origins(entry.evidence),
    }


def _pattern(pattern: dict[str, Any]) -> dict[str, Any]:
    return {
        "template": pattern["template"],
        "level": pattern["level"],
        "count": pattern["count"],
        "share": _ratio(pattern["share"]),
        "first": _time(pattern["first"]),
        "last": _time(pattern["last"]),
        "example": pattern["example"],
    }


# ---- environments, series, invocations ----


def _environment(info: EnvironmentInfo) -> dict[str, Any]:
    return {
        "stream": info.stream,
        "function": info.function,
        "version": info.version,
        "started": _time(info.started),
        "invocations": info.invocations,
        "failed": info.failed,
        "memory_first_mb": info.memory_first_mb,
        "memory_last_mb": info.memory_last_mb,
        "end": _time(info.end),
        "alive": info.alive,
        "deaths": [
            {"time": _time(at) if at >= 0 else None, "age": age, "status": status} for at, age, status in info.deaths
        ],
    }


def _series(series: Series) -> dict[str, Any]:
    return {
        "function": series.function,
        "width_ms": series.width_ms,
        "times": _times(series.times),
        "invocations": list(series.invocations),
        "failed": list(series.failed),
        "cold_starts": list(series.cold),
        "duration_p50_ms": [_ms(v) for v in series.p50],
        "duration_p95_ms": [_ms(v) for v in series.p95],
        "duration_p99_ms": [_ms(v) for v in series.p99],
        "duration_max_ms": [_ms(v) for v in series.slowest],
        "max_memory_mb": list(series.used),
        "memory_size_mb": list(series.size),
        "deaths": _times(series.deaths),
    }


def _invocation(row: InvocationInfo) -> dict[str, Any]:
    return {
        "request_id": row.request_id,
        "function": row.function,
        "stream": row.stream,
        "version": row.version,
        "start": _time(row.start),
        "status": row.status,
        "duration_ms": _ms(row.duration_ms),
        "billed_ms": _ms(row.billed_ms),
        "memory_mb": row.memory_mb,
        "max_memory_mb": row.max_memory_mb,
        "init_ms": _ms(row.init_ms),
        "error": row.error,
        "cold": row.cold,
        "attempt": row.attempt,
        "origin": _origin(row.origin),
    }
