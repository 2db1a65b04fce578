r"""Event objects of CloudWatch, one after the other: `sam logs --output json`, `jq '.events[]'`, programs.

{"logStreamName":"…","timestamp":1791444627768,"message":"START …\n","eventId":"392…"}
{"logStreamName":"…","timestamp":1791444627769,"message":"END …\n","eventId":"392…"}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.containers._documents import items
from analyzer.containers._events import UNREADABLE, moment, written
from analyzer.containers._fields import OF_LOG_LINES, Columns, lowered
from analyzer.containers._look import look
from analyzer.model import Container, Events, Remarks, Source

_OF_CLOUDWATCH = frozenset({"logstreamname", "eventid", "ingestiontime"})


def sniff(head: bytes) -> bool:
    """Objects, not in an array, with a message and the time in milliseconds, and nothing of a logger's."""
    found = look(head)
    first = next(iter(found.items), None)
    if found.opens != "{" or first is None or first.keys or not isinstance(first.value, dict):
        return False
    keys = lowered(first.value)
    if "message" not in keys or "timestamp" not in keys or not {"events", "messagetype"}.isdisjoint(keys):
        return False
    time = keys["timestamp"]
    return not keys.keys().isdisjoint(_OF_CLOUDWATCH) or (
        isinstance(time, int) and 10**12 <= time < 10**13 and keys.keys().isdisjoint(OF_LOG_LINES)
    )


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The events, in order."""
    columns = Columns(remarks)
    for found in items(source, remarks):
        for item in found:
            event: dict[str, Any] = lowered(item.value) if isinstance(item.value, dict) else {}
            message = written(event.get("message"))
            if message is None or moment(event.get("timestamp")) is None:
                remarks.set_aside(UNREADABLE, item.offset, item.end, str(item.value)[:200])
                continue
            columns.add(
                event["timestamp"], event.get("loggroupidentifier"), event.get("logstreamname"), message,
                (item.offset, item.end), event.get("eventid", event.get("id")),
            )  # fmt: skip
        yield columns.batch()


FORMAT = Container(
    id="event-lines",
    title="Log events as JSON, one a line (sam logs --output json, jq)",
    link="https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-logs.html",
    samples=(
        (
            b'{"logStreamName": "2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef", "timestamp": 1791444627768, '
            b'"message": "END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n", "ingestionTime": 1791444630000, '
            b'"eventId": "39200000000000000000000000000000000000000000000000000000"}\n'
        ),
        b'{"timestamp":1791444627768,"message":"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n"}\n',
        (
            b'{\n  "timestamp": 1791444627768,\n'
            b'  "message": "END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n"\n}\n'
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
