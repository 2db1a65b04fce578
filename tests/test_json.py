"""report/json_v1.py: the schema "lambdascope/1" as its readers rely on it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import exports
import pytest
from test_text import FUNCTION, MADE, TOTALS

from analyzer import Options, Report, analyze
from analyzer.report import EnvironmentInfo, ErrorEntry, InvocationInfo, Series, json_v1

OPTIONAL_TEXT, TIME = (str, type(None)), "time"
NUMBER, OPTIONAL_NUMBER, OPTIONAL_INT = (int, float), (int, float, type(None)), (int, type(None))
ORIGIN = {
    "input": str, "offset": int, "length": int, "time": TIME, "stream": OPTIONAL_TEXT, "request_id": OPTIONAL_TEXT,
    "text": str, "marks": [[int]],
}  # fmt: skip
FIX = {"tool": str, "command": str, "note": str, "title": str, "values": [str]}
COUNTS = {
    "invocations": int, "failed": int, "errors": int, "timeouts": int, "out_of_memory": int, "crashes": int,
    "init_errors": int, "cold_starts": int, "error_rate": OPTIONAL_NUMBER,
}  # fmt: skip
SPREAD = dict.fromkeys(("n", "min", "mean", "p50", "p90", "p95", "p99", "max"), NUMBER)
SCHEMA: dict[str, Any] = {
    "schema": str,
    "tool": {"name": str, "version": str},
    "partial": bool,
    "inputs": [{
        "name": str, "bytes": int, "container": str, "events": int, "log_group": OPTIONAL_TEXT, "truncated": bool,
        "notes": [str],
    }],
    "quality": {
        "events": int, "attributed": int, "set_aside": dict, "duplicates": int, "open_invocations": int,
        "mixed_streams": int, "examples": [ORIGIN], "noticed": dict, "weakens": dict,
    },
    "period": {"start": TIME, "end": TIME},
    "verdict": str,
    "lead": str,
    "totals": COUNTS,
    "functions": [{
        "name": OPTIONAL_TEXT, "log_group": OPTIONAL_TEXT, "versions": [str], "runtimes": [str],
        "memory_size_mb": OPTIONAL_INT, "memory_sizes_mb": [int], "timeout_s": OPTIONAL_NUMBER, **COUNTS,
        "duration_ms": {"?": SPREAD}, "init_ms": {"?": SPREAD},
        "memory": {"peak_mb": OPTIONAL_INT, "peak_ratio": OPTIONAL_NUMBER}, "billed_ms": OPTIONAL_NUMBER,
        "cost": {"?": {"architecture": str, "total": NUMBER, "failed": NUMBER, "init": NUMBER, "currency": str}},
    }],
    "findings": [{
        "id": str, "signature": OPTIONAL_TEXT, "severity": str, "confidence": NUMBER, "function": OPTIONAL_TEXT,
        "title": str, "summary": str, "value": OPTIONAL_NUMBER, "threshold": OPTIONAL_NUMBER, "count": int, "of": int,
        "first": TIME, "last": TIME, "trend": [int], "advice": str, "fixes": [FIX], "evidence": [ORIGIN], "link": str,
    }],
    "causes": [{
        "id": str, "title": str, "confidence": NUMBER, "function": OPTIONAL_TEXT, "verdict": str, "lead": str,
        "explains": {"count": int, "of": int}, "story": [{"text": str, "evidence": [ORIGIN]}], "chain": [str],
        "against": [str], "ruled_out": [{"id": str, "because": str}], "settle": str, "fixes": [FIX],
        "what_if": [{"change": str, "before": str, "after": str, "assumption": str}],
    }],
    "errors": [{
        "fingerprint": str, "type": str, "message": str, "template": str, "outcome": str, "count": int,
        "share": OPTIONAL_NUMBER, "first": TIME, "last": TIME, "trend": [int], "invocations": int, "why_grouped": str,
        "evidence": [ORIGIN],
    }],
    "patterns": [{
        "template": str, "level": str, "count": int, "share": NUMBER, "first": TIME, "last": TIME, "example": str,
    }],
    "environments": [{
        "stream": str, "function": OPTIONAL_TEXT, "version": OPTIONAL_TEXT, "started": TIME, "invocations": int,
        "failed": int, "memory_first_mb": OPTIONAL_INT, "memory_last_mb": OPTIONAL_INT, "end": TIME, "alive": bool,
        "deaths": [{"time": TIME, "age": int, "status": str}],
    }],
    "series": [{
        "function": OPTIONAL_TEXT, "width_ms": int, "times": [TIME], "invocations": [int], "failed": [int],
        "cold_starts": [int], "duration_p50_ms": [OPTIONAL_NUMBER], "duration_p95_ms": [OPTIONAL_NUMBER],
        "duration_p99_ms": [OPTIONAL_NUMBER], "duration_max_ms": [OPTIONAL_NUMBER], "max_memory_mb": [OPTIONAL_INT],
        "memory_size_mb": [OPTIONAL_INT], "deaths": [TIME],
    }],
    "failed_plugins": [{"id": str, "error": str}],
    "invocations": [{
        "request_id": OPTIONAL_TEXT, "function": OPTIONAL_TEXT, "stream": OPTIONAL_TEXT, "version": OPTIONAL_TEXT,
        "start": TIME, "status": str, "duration_ms": OPTIONAL_NUMBER, "billed_ms": OPTIONAL_NUMBER,
        "memory_mb": OPTIONAL_INT, "max_memory_mb": OPTIONAL_INT, "init_ms": OPTIONAL_NUMBER, "error": OPTIONAL_TEXT,
        "cold": bool, "attempt": int, "origin": ORIGIN,
    }],
}  # fmt: skip
"""Every key of the schema with its type; `{"?": x}` is x or null, TIME an ISO 8601 time or null."""


def conforms(value: Any, shape: Any, path: str = "report") -> None:
    """Hold a value against a shape: the same keys in the same order, the right type everywhere."""
    if shape is TIME:
        assert value is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value), path
    elif isinstance(shape, dict) and "?" in shape:
        if value is not None:
            conforms(value, shape["?"], path)
    elif isinstance(shape, dict):
        assert set(value) == set(shape), path
        for key, inner in shape.items():
            conforms(value[key], inner, f"{path}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), path
        for i, item in enumerate(value):
            conforms(item, shape[0], f"{path}[{i}]")
    else:
        assert isinstance(value, shape), f"{path} is {value!r}"
        if isinstance(value, bool):
            assert shape is bool, path


ORIGIN_SEEN = MADE.findings[0].evidence[0]
FULL = replace(
    MADE,
    errors=(ErrorEntry("f", "KeyError", "m", "m <*>", "failed", 2, 0.1, 1, None, 2, "same words", (ORIGIN_SEEN,)),),
    patterns=(
        {"template": "t", "level": "WARN", "count": 1, "share": 1 / 3, "first": None, "last": 5, "example": "t"},
    ),
    environments=(EnvironmentInfo("s", None, "42", None, 9, 3, 1, None, 120, True, ((5, 3, "timeout"),)),),
    series=(
        Series(
            "orders-api", 60000, (0,), (1,), (0,), (1,), (1.23456,), (None,), (None,), (2.0,), (None,), (256,), (7,)
        ),
    ),
    failed_plugins=(("timeout", "KeyError"),),
    invocations=(
        InvocationInfo(
            None, None, None, None, None, "unknown", None, None, None, None, None, None, False, 1, ORIGIN_SEEN
        ),
    ),
)


def loaded(report: Report) -> Any:
    return json.loads(report.to_json())


@pytest.mark.parametrize("scenario", ["healthy", "memory_leak", "code_defect_node", "json_format", "hostile"])
def test_every_key_of_the_schema_is_there_with_its_type(scenario: str) -> None:
    data = exports.filter_log_events(exports.SCENARIOS[scenario](n=120))
    conforms(loaded(analyze(data, options=Options(invocations=True))), SCHEMA)


def test_every_kind_of_entry_has_every_key() -> None:
    found = loaded(FULL)
    conforms(found, SCHEMA)
    assert list(found) == list(SCHEMA)


def test_invocations_are_left_out_unless_asked_for() -> None:
    assert "invocations" not in loaded(MADE)


def test_the_schema_is_named_first() -> None:
    assert FULL.to_json().startswith('{\n  "schema": "lambdascope/1",\n')


def test_unknown_is_null_and_never_zero() -> None:
    bare = replace(
        FUNCTION, name=None, memory_size_mb=None, timeout_s=None, duration_ms=None, peak_mb=None, peak_ratio=None,
        billed_ms=None, cost=None, totals=replace(TOTALS, error_rate=None),
    )  # fmt: skip
    found = loaded(replace(MADE, functions=(bare,), period=None))
    row = found["functions"][0]
    for key in ("name", "memory_size_mb", "timeout_s", "duration_ms", "init_ms", "billed_ms", "cost", "error_rate"):
        assert row[key] is None
    assert row["memory"] == {"peak_mb": None, "peak_ratio": None}
    assert found["period"] == {"start": None, "end": None}
    assert loaded(FULL)["invocations"][0]["duration_ms"] is None


def test_what_is_not_a_finite_number_is_unknown() -> None:
    for value in (float("nan"), float("inf"), -float("inf")):
        assert loaded(replace(MADE, findings=(replace(MADE.findings[0], value=value),)))["findings"][0]["value"] is None


def test_numbers_are_rounded_to_what_they_mean() -> None:
    found = loaded(FULL)
    assert found["totals"]["error_rate"] == 0.006452
    assert found["series"][0]["duration_p50_ms"] == [1.235]
    assert found["patterns"][0]["share"] == 0.333333
    assert found["findings"][0]["evidence"][0]["time"] == "2026-03-19T08:26:00.126Z"


def test_times_outside_the_calendar_are_clamped_and_not_an_error() -> None:
    assert loaded(replace(MADE, period=(-(10**18), 10**18)))["period"] == {
        "start": "0001-01-01T00:00:00.000Z",
        "end": "9999-12-31T23:59:59.999Z",
    }


def test_the_text_is_utf_8_and_holds_nothing_that_a_terminal_obeys() -> None:
    said = "é 漢 \ud83d \x1b[31m \x7f \x9b \u202e \u2028 \U000e0041 😀"
    text = replace(MADE, verdict=said).to_json()
    text.encode()
    assert "é 漢" in text
    assert "😀" in text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028\U000e0041\ud83d]", text)
    assert json.loads(text)["verdict"] == said


def test_two_runs_give_the_same_bytes() -> None:
    data = exports.filter_log_events(exports.memory_leak(n=200))
    assert analyze(data).to_json() == analyze(data).to_json()
    assert FULL.to_json().endswith("}\n")
    assert json_v1.document(FULL)["schema"] == json_v1.SCHEMA
