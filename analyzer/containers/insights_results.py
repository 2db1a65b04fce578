r"""`aws logs get-query-results` as JSON: rows of fields, newest first, in any number of pages.

    {"results":[[{"field":"@timestamp","value":"2026-10-08 07:30:27.768"},{"field":"@message","value":"START …\n"},
                 {"field":"@log","value":"123456789012:/aws/lambda/orders"}]],"statistics":{…},"status":"Complete"}

Or the rows alone, as `--query results` leaves them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.containers import _insights
from analyzer.containers._documents import items
from analyzer.containers._fields import Columns, lowered
from analyzer.containers._keys import first_keys
from analyzer.containers._look import holds, look
from analyzer.containers._order import in_time_order
from analyzer.model import Container, Events, Remarks, Source
from analyzer.values import number


def sniff(head: bytes) -> bool:
    """Rows of fields, one of them a `@message`; or a result without any rows."""
    found = look(head).items
    rows = [row for row in (_fields(item.value) for item in found if item.keys in ((), ("results",))) if row]
    if rows:
        return any("@message" in row for row in rows)
    keys = {key.lower() for key in first_keys(head)}
    return (
        not any(item.keys for item in found)
        and holds(head, "results")
        and not keys.isdisjoint({"status", "statistics"})
    )


def _fields(row: Any) -> dict[str, Any] | None:
    """The fields of a row by name; None if it is none."""
    if not isinstance(row, list) or not row:
        return None
    fields: dict[str, Any] = {}
    for cell in row:
        if not isinstance(cell, dict):
            return None
        cell = cell if "field" in cell else lowered(cell)
        if not isinstance(cell.get("field"), str):
            return None
        fields[cell["field"]] = cell.get("value")
    return fields


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The rows that have a message, in the order of time."""
    yield from in_time_order(_rows(source, remarks), remarks)


def _rows(source: Source, remarks: Remarks) -> Iterator[Events]:
    columns = Columns(remarks)
    rows = matched = 0
    last: dict[str, Any] = {}
    for found in items(source, remarks, frozenset({"results"})):
        for item in found:
            if isinstance(item.value, dict) and not item.keys:
                last = lowered(item.value)
                matched = max(matched, _statistics(last, "recordsmatched"))
            else:
                rows += 1
                _insights.add(columns, _fields(item.value), (item.offset, item.end), remarks)
        yield columns.batch()
    _judge(last, matched - rows, remarks)


def _statistics(answer: dict[str, Any], key: str) -> int:
    statistics = answer.get("statistics")
    value = lowered(statistics).get(key) if isinstance(statistics, dict) else None
    return int(number(value) or 0)


def _judge(answer: dict[str, Any], missing: int, remarks: Remarks) -> None:
    """Say what the last page tells about the rows that are not there."""
    status = answer.get("status", "Complete")
    if status in ("Scheduled", "Running"):
        remarks.truncated = True
        remarks.notice("partial query result")
        remarks.notes.add("The query was still running. Run `aws logs get-query-results` again when it is complete.")
    elif status != "Complete":
        remarks.truncated = True
        remarks.notice("partial query result")
        remarks.notes.add(f"The query ended as {str(status)[:40]}, with part of its rows. Run it again.")
    elif _statistics(answer, "estimatedrecordsskipped"):
        remarks.notice("partial query result")
        remarks.notes.add("The query skipped records to answer sooner. Run it again without a sample.")
    elif answer.get("nexttoken"):
        remarks.truncated = True
        remarks.notes.add("The last page has a nextToken: there are more rows than this file holds.")
    elif missing > 0:
        _insights.limited(missing, remarks)


FORMAT = Container(
    id="insights-results",
    title="CloudWatch Logs Insights: get-query-results as JSON",
    link="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html",
    samples=(
        (
            b'{"results":[[{"field":"@timestamp","value":"2026-10-08 07:30:27.768"},'
            b'{"field":"@message","value":"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n"},'
            b'{"field":"@logStream","value":"2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef"},'
            b'{"field":"@log","value":"123456789012:/aws/lambda/orders"},{"field":"@ptr","value":"CmEKJgoi"}]],'
            b'"statistics":{"recordsMatched":1.0,"recordsScanned":1.0,"bytesScanned":90.0},"status":"Complete"}'
        ),
        (
            b'[\n    [\n        {\n            "field": "@timestamp",\n'
            b'            "value": "2026-10-08 07:30:27.768"\n        },\n'
            b'        {\n            "field": "@message",\n'
            b'            "value": "END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n"\n        }\n    ]\n]\n'
        ),
        b'{"results":[],"statistics":{"recordsMatched":0.0,"recordsScanned":0.0,"bytesScanned":0.0},"status":"Complete"}',
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
