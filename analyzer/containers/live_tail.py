r"""What a Live Tail session sends, saved by a program: a document for its start, then one for each second.

{"sessionStart":{"requestId":"…","logGroupIdentifiers":["…"]}}
{"sessionUpdate":{"sessionMetadata":{"sampled":false},"sessionResults":[{"logStreamName":"…",
 "logGroupIdentifier":"123456789012:/aws/lambda/orders","message":"…","timestamp":1791444627768}]}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.containers._documents import Item, items
from analyzer.containers._events import UNREADABLE, written
from analyzer.containers._fields import Columns, lowered
from analyzer.containers._look import look
from analyzer.containers._order import in_time_order
from analyzer.model import Container, Events, Remarks, Source

_INTO = frozenset({"sessionupdate", "sessionresults"})


def sniff(head: bytes) -> bool:
    """An object with the start or an update of a session."""
    documents = look(head).documents
    first = lowered(documents[0]) if documents and len(documents[0]) == 1 else {}
    return any(isinstance(first.get(key), dict) for key in ("sessionstart", "sessionupdate"))


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The events of all updates, in the order of time."""
    yield from in_time_order(_updates(source, remarks), remarks)


def _updates(source: Source, remarks: Remarks) -> Iterator[Events]:
    columns = Columns(remarks)
    for found in items(source, remarks, _INTO):
        for item in found:
            value: dict[str, Any] = lowered(item.value) if isinstance(item.value, dict) else {}
            if item.keys:
                _add(columns, item, value, remarks)
            elif "sessionmetadata" in value:
                _judge(value["sessionmetadata"], remarks)
            elif "sessionstart" not in value:
                remarks.set_aside(UNREADABLE, item.offset, item.end, str(item.value)[:200])
        yield columns.batch()


def _add(columns: Columns, item: Item, event: dict[str, Any], remarks: Remarks) -> None:
    message = written(event.get("message"))
    place = item.offset, item.end
    if message is None:
        remarks.set_aside(UNREADABLE, *place, str(item.value)[:200])
        return
    columns.add(event.get("timestamp"), event.get("loggroupidentifier"), event.get("logstreamname"), message, place)


def _judge(metadata: Any, remarks: Remarks) -> None:
    """Say whether an update is a sample."""
    if isinstance(metadata, dict) and lowered(metadata).get("sampled") is True:
        remarks.notice("sampled live tail")
        remarks.notes.add("Live Tail showed a sample, for there were more than 500 events a second. Export the log.")


FORMAT = Container(
    id="live-tail",
    title="CloudWatch Logs Live Tail as JSON",
    link="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LiveTailSessionUpdate.html",
    samples=(
        (
            b'{"sessionStart":{"requestId":"57325a9d-ff5f-42e4-83df-80f3dcaaef25","logGroupIdentifiers":'
            b'["arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/orders"]}}\n'
            b'{"sessionUpdate":{"sessionMetadata":{"sampled":false},"sessionResults":[{"logStreamName":'
            b'"2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef","logGroupIdentifier":"123456789012:/aws/lambda/orders",'
            b'"message":"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n","timestamp":1791444627768,'
            b'"ingestionTime":1791444630000}]}}\n'
        ),
        (
            b'[\n  {\n    "sessionUpdate": {\n      "sessionMetadata": {\n        "sampled": true\n      },\n'
            b'      "sessionResults": []\n    }\n  }\n]\n'
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
