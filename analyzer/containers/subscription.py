"""What CloudWatch Logs hands to a subscription: documents of one group and stream each, alone or many in a file.

    {"messageType":"DATA_MESSAGE","owner":"…","logGroup":"/aws/lambda/orders","logStream":"2026/10/08/[$LATEST]…",
     "logEvents":[{"id":"3549…","timestamp":1591714943146,"message":"START …"}]}{"messageType":"DATA_MESSAGE",…

Firehose puts them back to back, without anything between them. A CONTROL_MESSAGE asks whether the destination is
there; it is no log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from analyzer import limits
from analyzer.containers import _events
from analyzer.containers._documents import Item, items
from analyzer.containers._fields import Columns
from analyzer.containers._keys import first_keys
from analyzer.model import Container, Events, Remarks, Source

_CONTROL = "CWL CONTROL MESSAGE: "
_OBJECTS = re.compile(rb'"logEvents"\s{0,64}:\s{0,64}\[\s{0,64}(?:\{|\]|\Z)')
_GROUP, _STREAM = ("logGroup", "logGroupName"), ("logStream", "logStreamName")  # put-log-events takes the longer ones
_OWN = {"messageType", "logEvents", *_GROUP, *_STREAM}


def sniff(head: bytes) -> bool:
    """An object, or an array of objects, with `logEvents` and the group they are of."""
    keys = first_keys(head)
    if "messageType" in keys and not keys.isdisjoint({"logEvents", "logGroup", "logStream", "owner"}):
        return True
    return "logEvents" in keys and bool(_OBJECTS.search(head))


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The events of all documents, in order; those of a document that is cut too."""
    held, columns = list[Item](), Columns(remarks)
    for found in items(source, remarks, frozenset({"logevents"})):
        for item in found:
            if not item.keys:
                _close(held, item, columns, remarks)
                held = []
                continue
            if held and (item.header is not held[0].header or item.end - held[0].offset > limits.GAP_BYTES):
                _add(held, held[0].header, columns, remarks)
                held = []
            held.append(item)
        if held and "logGroup" in held[0].header and "logStream" in held[0].header:
            _add(held, held[0].header, columns, remarks)
            held = []
        if columns.count:
            yield columns.batch()
    if held:
        _add(held, held[0].header, columns, remarks)
        yield columns.batch()


def _close(held: list[Item], document: Item, columns: Columns, remarks: Remarks) -> None:
    """Add the events of a document at its end: what it says behind them counts too."""
    members = document.value
    if not isinstance(members, dict) or _OWN.isdisjoint(members):
        remarks.set_aside(_events.UNREADABLE, document.offset, document.end, text(members))
    if held:
        theirs = isinstance(members, dict) and document.offset <= held[0].offset
        _add(held, members if theirs else held[0].header, columns, remarks)


def _add(held: list[Item], header: dict[str, Any], columns: Columns, remarks: Remarks) -> None:
    """Add the events of a document, of which `header` tells the group and stream."""
    if header.get("messageType") == "CONTROL_MESSAGE":
        return
    group, stream = _name(header, _GROUP), _name(header, _STREAM)
    for _, _, event, offset, end in held:
        message = event.get("message") if isinstance(event, dict) else None
        if message is None:
            remarks.set_aside(_events.UNREADABLE, offset, end, text(event))
            continue
        if not isinstance(message, str):
            message = text(message)
        elif message.startswith(_CONTROL):
            continue
        columns.add(event.get("timestamp"), group, stream, message, (offset, end), event.get("id"))


def _name(header: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((name for key in keys if isinstance(name := header.get(key), str)), "")


def text(value: Any) -> str:
    """A decoded value as compact JSON."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return ""


FORMAT = Container(
    id="subscription",
    title="Subscription payloads, as Firehose and Kinesis deliver them",
    link="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html",
    samples=(
        (
            b'{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/aws/lambda/orders",'
            b'"logStream":"2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef","subscriptionFilters":["all"],'
            b'"logEvents":[{"id":"39200000000000000000000000000000000000000000000000000000","timestamp":1791444627768,'
            b'"message":"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\\n"}]}'
            b'{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/aws/lambda/orders",'
            b'"logStream":"2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef","subscriptionFilters":["all"],'
            b'"logEvents":[{"id":"39200000000000000000000000000000000000000000000000000001","timestamp":1791444627769,'
            b'"message":"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n"}]}'
        ),
        (
            b'[\n  {\n    "logEvents": [\n      {\n'
            b'        "id": "39200000000000000000000000000000000000000000000000000000",\n'
            b'        "timestamp": 1791444627768,\n'
            b'        "message": "END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n",\n'
            b'        "extractedFields": {"event": "END", "reason": null}\n      }\n    ],\n'
            b'    "logGroup": "/aws/lambda/orders",\n'
            b'    "logStream": "2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef",\n'
            b'    "messageType": "DATA_MESSAGE"\n  }\n]\n'
        ),
        (
            b'{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"",'
            b'"subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1791444627000,'
            b'"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}'
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
