"""The table of a Logs Insights query, downloaded or copied from the console as CSV, and saved again by a spreadsheet.

    @timestamp,@message,@logStream,@log
    2026-10-08 07:30:27.768,"START RequestId: …
    ",2026/10/08/[$LATEST]0123…,123456789012:/aws/lambda/orders

The columns are those of the query. Times are UTC, and usually the newest row comes first. A query without @message
gives a table of numbers, which is no log.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.containers import _csv, _order
from analyzer.model import Container, Events, Remarks, Source


def sniff(head: bytes) -> bool:
    """A header with fields of Logs Insights, @message among them."""
    sheet = _csv.header(head)
    return sheet is not None and sheet.columns.of_insights


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The events of all rows, in the order of time."""
    yield from _order.in_time_order(_csv.read(source, remarks), remarks)


FORMAT = Container(
    id="insights-csv",
    title="Logs Insights results as CSV, from the console",
    link="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html",
    samples=(
        (
            b"@timestamp,@message,@logStream,@log\n"
            b'2026-10-08 07:30:27.790,"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n",'
            b"2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef,123456789012:/aws/lambda/orders\n"
            b'2026-10-08 07:30:27.768,"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n",'
            b"2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef,123456789012:/aws/lambda/orders\n"
        ),
        (
            b'"@timestamp";"@message"\r\n'
            b'2026-10-08 07:30:27.768;"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"\r\n'
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
