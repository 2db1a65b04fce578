"""The events of a log stream or a log group, downloaded from the CloudWatch console as CSV.

    timestamp,message
    1761284338505,"START RequestId: 57325a9d-… Version: $LATEST
    "

Two columns as a rule, and often the name of the stream; without it the streams of a group cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.containers import _csv, _order
from analyzer.model import Container, Events, Remarks, Source


def sniff(head: bytes) -> bool:
    """A header with a time and a message, and a time in the rows."""
    sheet = _csv.header(head)
    return sheet is not None and not sheet.columns.of_insights


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The events of all rows, in the order of time."""
    yield from _order.in_time_order(_csv.read(source, remarks), remarks)


FORMAT = Container(
    id="console-csv",
    title="Log events as CSV, from the CloudWatch console",
    link="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    samples=(
        (
            b"timestamp,message\n"
            b'1791444627768,"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"\n'
            b'1791444627790,"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"\n'
        ),
        (
            b"Timestamp,Message,logStreamName\n"
            b'2026-10-08T07:30:27.768Z,"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n",'
            b"2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef\n"
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
