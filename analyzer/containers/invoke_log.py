"""`aws lambda invoke --log-type Tail`: the last 4 kB of an invocation's log, in base64 beside the status.

    {"StatusCode":200,"FunctionError":"Unhandled","LogResult":"U1RBUlQgUmVxdWVzdElkOiA1NzMy…","ExecutedVersion":"$LATEST"}

Also as an SDK prints it, with other keys around. Its events have the place of the document, for their own bytes are not
in the file.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from analyzer.containers import _encoded, _events, subscription, text
from analyzer.containers._documents import Item, items
from analyzer.containers._keys import first_keys
from analyzer.model import Container, Events, Remarks, Source
from analyzer.sources import BytesSource

_TAIL_BYTES = 4_000  # Lambda sends 4 kB at most; as much or a little less means that the log was longer


def sniff(head: bytes) -> bool:
    """An object, or an array of objects, with a `LogResult`."""
    return any(key.lower() == "logresult" for key in first_keys(head))


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The lines of every log, in order."""
    for found in items(source, remarks):
        for item in found:
            log = _log(item.value)
            if log is None:
                remarks.set_aside(_events.UNREADABLE, item.offset, item.end, subscription.text(item.value))
                continue
            if len(log) >= _TAIL_BYTES:
                remarks.notes.add(
                    "A `LogResult` holds only the last 4 kB of a log. The rest is in the function's log group."
                )
            yield from _lines(log, item, remarks)


def _log(value: Any) -> bytes | None:
    """The log that a document holds; None if it holds none, or one that is damaged."""
    if not isinstance(value, dict):
        return None
    packed = next((v for k, v in value.items() if k.lower() == "logresult"), None)
    if not isinstance(packed, str):
        return None
    if "RequestId: " in packed:  # decoded already
        return packed.encode("utf-8", "replace")
    try:
        decoded = _encoded.decode(packed)
    except _encoded.TooLarge:
        return None
    return decoded.data if decoded else None


def _lines(log: bytes, item: Item, remarks: Remarks) -> Iterator[Events]:
    """The events of a log, with the place of its document."""
    inner = Remarks()
    yield from _encoded.placed(text.read(BytesSource(log), 0, len(log), inner), item)
    for reason, _, _, quoted in inner.examples:
        remarks.set_aside(reason, item.offset, item.end, quoted)


_LOG = base64.b64encode(
    b"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"
    b"[ERROR] KeyError: 'Records'\nTraceback (most recent call last):\n"
    b'  File "/var/task/app.py", line 3, in handler\n'
    b"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
    b"REPORT RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\tDuration: 3.00 ms\tBilled Duration: 3 ms\t"
    b"Memory Size: 128 MB\tMax Memory Used: 30 MB\t\n"
)

FORMAT = Container(
    id="invoke-log",
    title="AWS CLI: lambda invoke --log-type Tail",
    link="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
    samples=(
        (
            b'{\n    "StatusCode": 200,\n    "FunctionError": "Unhandled",\n    "LogResult": "' + _LOG + b'",\n'
            b'    "ExecutedVersion": "$LATEST"\n}\n'
        ),
        (
            b'{"$metadata":{"httpStatusCode":200,"requestId":"57325a9d-ff5f-42e4-83df-80f3dcaaef25"},'
            b'"executedVersion":"7","logResult":"' + _LOG + b'","payload":"null","statusCode":200}'
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
