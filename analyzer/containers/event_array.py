"""A bare array of event objects, as `--query events`, jq or a boto3 dump leave it.

[{"logStreamName":"…","timestamp":1791444627768,"message":"…"},{"timestamp":…}]
"""

from __future__ import annotations

import re

from analyzer.containers import _events
from analyzer.containers._fields import OF_LOG_LINES, lowered
from analyzer.containers._look import look
from analyzer.model import Container

_OPENING = re.compile(rb"\[\s{0,64}(?=\{)")


def sniff(head: bytes) -> bool:
    """An array whose first element is an event: an object with a `message`."""
    text = _events.beginning(head)
    match = _OPENING.match(text)
    if match is None or not _events.EVENT.match(text, match.end()):
        return False
    found = look(head).documents
    keys = lowered(found[0]) if found else {}
    return "message" in keys and ("eventid" in keys or OF_LOG_LINES.isdisjoint(keys))


FORMAT = Container(
    id="event-array",
    title="JSON array of log events (--query events, jq, boto3)",
    link="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilteredLogEvent.html",
    samples=(
        (
            b'[{"logStreamName":"2026/10/08/[7]0123456789abcdef0123456789abcdef","timestamp":1791444627768,'
            b'"message":"END RequestId: 79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36\\n",'
            b'"ingestionTime":1791444630000,"eventId":"3920"}]'
        ),
        (
            b'[\n  {\n    "timestamp": 1791444627768,\n'
            b'    "message": "END RequestId: 79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36\\n"\n  }\n]\n'
        ),
    ),
    sniff=sniff,
    read=_events.read,
)
