r"""`aws logs get-log-record` as JSON: one event a document, a flat map of text; any number of documents.

{"logRecord":{"@message":"END RequestId: …\n","@timestamp":"1791444627768","@logStream":"…","@log":"…"}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.containers import _insights
from analyzer.containers._documents import items
from analyzer.containers._fields import Columns, lowered
from analyzer.containers._look import look
from analyzer.containers._order import in_time_order
from analyzer.model import Container, Events, Remarks, Source

_MEMBERS = 2  # the record, and what an SDK says about the answer


def sniff(head: bytes) -> bool:
    """Objects with a `logRecord` that has a message."""
    documents = [document for document in look(head).documents if len(document) <= _MEMBERS]
    return any("@message" in (_record(document) or ()) for document in documents)


def _record(document: Any) -> dict[str, Any] | None:
    record = lowered(document).get("logrecord") if isinstance(document, dict) else None
    return record if isinstance(record, dict) else None


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The records, in the order of time."""
    yield from in_time_order(_records(source, remarks), remarks)


def _records(source: Source, remarks: Remarks) -> Iterator[Events]:
    columns = Columns(remarks)
    for found in items(source, remarks):
        for item in found:
            _insights.add(columns, _record(item.value), (item.offset, item.end), remarks)
        yield columns.batch()


FORMAT = Container(
    id="log-record",
    title="AWS CLI: get-log-record as JSON",
    link="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogRecord.html",
    samples=(
        (
            b'{"logRecord":{"@message":"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n",'
            b'"@timestamp":"1791444627768","@logStream":"2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef",'
            b'"@log":"123456789012:/aws/lambda/orders","@ptr":"CmEKJgoi"}}'
        ),
        (
            b'{\n    "logRecord": {\n        "@ingestionTime": "1791444630000",\n'
            b'        "@timestamp": "1791444627768",\n'
            b'        "@message": "END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n"\n    }\n}\n'
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
