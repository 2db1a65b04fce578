r"""Batches of Lambda's Telemetry API, or of the Logs API before it, as an extension receives and saves them.

[{"time":"2026-07-09T06:05:45.500Z","type":"platform.start","record":{"requestId":"aec7a529-…"}},
 {"time":"2026-07-09T06:05:45.510Z","type":"function","record":"[INFO]\t2026-…\tready"}]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.containers._documents import items
from analyzer.containers._events import UNREADABLE, moment, written
from analyzer.containers._look import look
from analyzer.model import Container, Events, Remarks, Source

_OWN = frozenset({"function", "extension"})
"""Types whose record is what a program printed."""


def sniff(head: bytes) -> bool:
    """Objects with a time, a type and a record, in an array or spread over lines."""
    found = look(head)
    first = next(iter(found.items), None)
    if first is None or first.keys or not _is_event(first.value):
        return False
    text = head.removeprefix(b"\xef\xbb\xbf")
    return found.opens == "[" or b"\n" in text.lstrip()[: first.end - first.offset]  # one a line is what logs are


def _is_event(value: Any) -> bool:
    return isinstance(value, dict) and {"time", "type", "record"} <= value.keys() and isinstance(value["type"], str)


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The events, in order: what a program printed as it was, the platform's as JSON."""
    for found in items(source, remarks):
        times, messages, offsets, ends = list[int | None](), list[str](), list[int](), list[int]()
        for item in found:
            for n, event in enumerate(item.value if isinstance(item.value, list) else (item.value,)):
                message = _message(event)
                if message is None:
                    remarks.set_aside(UNREADABLE, item.offset, item.end, str(event)[:200])
                    continue
                times.append(moment(event["time"]) if _is_event(event) else None)
                messages.append(message)
                offsets.append(item.offset + n)  # a place of its own, by which events are told apart
                ends.append(item.end)
        yield Events(times, [None] * len(times), messages, offsets, ends)


def _message(event: Any) -> str | None:
    """The text of an event; any other object is a log line as it stands. None where there is neither."""
    if not isinstance(event, dict):
        return None
    return written(event["record"] if _is_event(event) and event["type"] in _OWN else event)


FORMAT = Container(
    id="telemetry",
    title="Lambda Telemetry API: batches as JSON",
    link="https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html",
    samples=(
        (
            b'[{"time":"2026-07-09T06:05:45.500Z","type":"platform.start",'
            b'"record":{"requestId":"aec7a529-47f9-4090-be01-c9ed91bf83cf","version":"$LATEST"}},'
            b'{"time":"2026-07-09T06:05:45.510Z","type":"function","record":"ready\\n"}]'
        ),
        (
            b'{\n  "time": "2026-07-09T06:05:45.510Z",\n  "type": "extension",\n'
            b'  "record": {\n    "level": "INFO",\n    "message": "ready"\n  }\n}\n'
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
