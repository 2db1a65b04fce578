r"""The JSON table of the CloudWatch Logs Insights console: an array of flat objects, newest first.

    [{"@timestamp":"2026-10-08 07:30:27.768","@message":"END RequestId: …\n","@logStream":"…","@log":"…"}]

A message that is JSON may be an object already.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.containers import _insights
from analyzer.containers._documents import items
from analyzer.containers._fields import Columns
from analyzer.containers._look import look
from analyzer.containers._order import in_time_order
from analyzer.model import Container, Events, Remarks, Source


def sniff(head: bytes) -> bool:
    """Objects with a `@message`: in an array with whatever else was asked for, alone with fields of Insights only."""
    found = look(head)
    if found.opens == "{" and not all(key.startswith("@") for document in found.documents for key in document):
        return False
    return any("@message" in document for document in found.documents)


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The rows that have a message, in the order of time."""
    yield from in_time_order(_rows(source, remarks), remarks)


def _rows(source: Source, remarks: Remarks) -> Iterator[Events]:
    columns = Columns(remarks)
    for found in items(source, remarks):
        for item in found:
            _insights.add(columns, item.value, (item.offset, item.end), remarks)
        yield columns.batch()
    if columns.count in _insights.LIMITS:
        _insights.limited(1, remarks)


FORMAT = Container(
    id="insights-console",
    title="CloudWatch Logs Insights: table of the console as JSON",
    link="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData_RunSampleQuery.html",
    samples=(
        (
            b'[{"@timestamp":"2026-10-08 07:30:27.768",'
            b'"@message":"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n",'
            b'"@logStream":"2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef","@log":"123456789012:/aws/lambda/orders"}]'
        ),
        (
            b'[\n  {\n    "@timestamp": "2026-10-08 07:30:27.768",\n    "@message": {\n'
            b'      "time": "2026-10-08T07:30:27.768Z",\n      "type": "platform.start",\n'
            b'      "record": {\n        "requestId": "57325a9d-ff5f-42e4-83df-80f3dcaaef25"\n'
            b"      }\n    }\n  }\n]\n"
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
