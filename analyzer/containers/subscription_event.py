"""Subscription payloads still packed, inside the event that carries them: base64 of gzip, which begins with `H4sI`.

    {"awslogs":{"data":"H4sIAAAA…"}}                                       for a function subscribed to a log group
    {"Records":[{"kinesis":{"data":"H4sI…","partitionKey":"…"},…}]}        for a function that reads a Kinesis stream
    {"deliveryStreamArn":"…","records":[{"recordId":"…","data":"H4sI…"}]}  for one that transforms for Firehose
    {"requestId":"…","timestamp":…,"records":[{"data":"H4sI…"}]}           from Firehose, for an HTTP endpoint
    H4sIAAAA…                                                              the data alone, maybe over several lines

The events of a payload have the place of their record, for their own bytes are not in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analyzer import limits
from analyzer.containers import _encoded, _events, subscription
from analyzer.containers._documents import Item, items
from analyzer.containers._keys import first_keys
from analyzer.model import Container, Events, LogStream, Remarks, Source
from analyzer.sources import BytesSource

_ALONE = re.compile(rb'"?H4sI[A-Za-z0-9+/\r\n]{16}')
_CARRIERS = frozenset({"awslogs", "Records", "records", "kinesis", "data", "Data"})
_DATA = re.compile(rb'"[dD]ata"\s{0,64}:\s{0,64}"(?=([A-Za-z0-9+/\\]{4,4096}))')
_NAMES = re.compile(rb'"(?:messageType|logEvents)"')
_LIMIT = "limit reached"


def sniff(head: bytes) -> bool:
    """An event with `data` that is gzip in base64, or a subscription payload in base64; or such data alone."""
    text = _events.beginning(head)
    if text[:1] not in (b"{", b"["):
        return bool(_ALONE.match(text))
    return not _CARRIERS.isdisjoint(first_keys(text)) and any(_is_log(found[1]) for found in _DATA.finditer(text))


def _is_log(data: bytes) -> bool:
    """Whether `data` begins like a payload, packed or plain."""
    if data.startswith(b"H4sI"):
        return True
    text = data.replace(b"\\/", b"/").decode("ascii")
    decoded = _encoded.decode(text[: len(text) // 4 * 4])
    return decoded is not None and bool(_NAMES.search(decoded.data))


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The events of all payloads, in order."""
    alone = _events.beginning(source.read(0, limits.SNIFF_BYTES))[:1] not in (b"{", b"[")
    carriers = _encoded.payloads(source, remarks) if alone else items(source, remarks, frozenset({"records"}))
    groups, unpacked, walked = set[str](), 0, False
    for found in carriers:
        for item in found:
            envelope = walked and not item.keys  # the end of a document whose records are read
            walked = bool(item.keys)
            data = _data(item.value)
            if data is None:
                if not envelope and item.value != {}:
                    remarks.set_aside(_events.UNREADABLE, item.offset, item.end, subscription.text(item.value))
                continue
            decoded = _decoded(data, item, remarks, alone)
            if decoded is None:
                continue
            unpacked += len(decoded.data)
            if unpacked > max(limits.RATIO_FROM_BYTES, limits.RATIO * item.end):
                remarks.notice(_LIMIT)
                remarks.truncated = True
                remarks.notes.add("Its payloads unpack to more than logs can hold. What stands before that was read.")
                return
            yield from _events_of(decoded, item, remarks, groups, alone)
    if len(groups) == 1:
        remarks.log_group = groups.pop()


def _data(value: Any) -> str | None:
    """The packed text of a record, or of what carries a single one; None if there is none."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return None
    for holder in (value, value.get("awslogs"), value.get("kinesis")):
        if isinstance(holder, dict) and isinstance(data := holder.get("data", holder.get("Data")), str):
            return data
    return None


def _decoded(data: str, item: Item, remarks: Remarks, alone: bool) -> _encoded.Decoded | None:
    """What the text of a record holds, if it holds a payload; else the record is set aside."""
    try:
        decoded = _encoded.decode(data)
    except _encoded.TooLarge:
        remarks.set_aside(_LIMIT, item.offset, item.end, data)
        remarks.notice(_LIMIT)
        return None
    if decoded is None or not subscription.sniff(decoded.data[: limits.SNIFF_BYTES]):
        shown = decoded.data[:200].decode("utf-8", "replace") if decoded and decoded.data else data
        cut = alone and decoded is not None and not decoded.whole
        remarks.truncated = remarks.truncated or cut
        remarks.set_aside(_events.CUT if cut else _events.UNREADABLE, item.offset, item.end, shown)
        return None
    return decoded


def _events_of(
    decoded: _encoded.Decoded, item: Item, remarks: Remarks, groups: set[str], alone: bool
) -> Iterator[Events]:
    """The events of one payload, and what could not be read of it, with the place of its record."""
    inner = Remarks()
    found = subscription.read(BytesSource(decoded.data), 0, len(decoded.data), inner)
    for batch in _encoded.placed(found, item):
        groups |= {stream.group for stream in batch.streams if isinstance(stream, LogStream)}
        yield batch
    if not decoded.whole and not inner.odd:
        inner.set_aside(_events.CUT, 0, 0, "")
    if alone:
        remarks.truncated = remarks.truncated or inner.truncated or not decoded.whole
        remarks.notes |= inner.notes
    texts = {reason: text for reason, _, _, text in inner.examples}
    for reason, count in inner.odd.items():
        # a payload inside a document that is whole was not cut by the end of the file, but damaged
        kind = _events.UNREADABLE if reason == _events.CUT and not alone else reason
        for _ in range(count):
            remarks.set_aside(kind, item.offset, item.end, texts.get(reason, ""))


_PACKED = (
    b"H4sIAAAAAAACA51Qy2rDMBD8FSN6jJEsy8+boW4otJdY9JKGsrakYPCrktxQQv69m74OPXZvO7PM7MyZjNo5OGr5vmhSkttKVi+PddNU25psyHya"
    b"tEU44rFI0iwvWMQRHubj1s7rggyFk6MDjK0COlulrfviG281jHjAGU9pxCjL6f7moZJ1Iw/sVw/aTmnzd0cJt7aus/3i+3m66wd/FS73BIaBHD4N"
    b"6jc9+St2Jr1Cn7jg7D+DXr7HEjyMmCfKikgIkfIsS/PNTzko38hqJ4Odfl3x9F6VQZLFPIFChcYkJhRcizCPlQlzZmLVAWjDk+AJ38YAZfCd/Hki"
    b"l8PlAwoq8EF1AQAA"
)
_PLAIN = (
    b"eyJtZXNzYWdlVHlwZSI6IkRBVEFfTUVTU0FHRSIsIm93bmVyIjoiMTIzNDU2Nzg5MDEyIiwibG9nR3JvdXAiOiIvYXdzL2xhbWJkYS9vcmRlcnMi"
    b"LCJsb2dTdHJlYW0iOiIyMDI2LzEwLzA4L1skTEFURVNUXTAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmIiwic3Vic2NyaXB0aW9uRmls"
    b"dGVycyI6WyJhbGwiXSwibG9nRXZlbnRzIjpbeyJpZCI6IjM5MjAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw"
    b"MDAwMDAwIiwidGltZXN0YW1wIjoxNzkxNDQ0NjI3NzY4LCJtZXNzYWdlIjoiU1RBUlQgUmVxdWVzdElkOiA1NzMyNWE5ZC1mZjVmLTQyZTQtODNk"
    b"Zi04MGYzZGNhYWVmMjUgVmVyc2lvbjogJExBVEVTVFxuIn1dfQ=="
)

FORMAT = Container(
    id="subscription-event",
    title="Events that carry packed log data (Lambda, Kinesis, Firehose)",
    link="https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html",
    samples=(
        b'{"awslogs":{"data":"' + _PACKED + b'"}}',
        b'{"Records":[{"kinesis":{"partitionKey":"1","data":"' + _PACKED + b'"},"eventSource":"aws:kinesis"}]}',
        (
            b'{"deliveryStreamArn":"arn:aws:firehose:eu-west-1:123456789012:deliverystream/logs",'
            b'"records":[{"recordId":"1","approximateArrivalTimestamp":1791444627768,"data":"' + _PACKED + b'"}]}'
        ),
        b'{"Records":[{"kinesis":{"partitionKey":"1","data":"' + _PLAIN + b'"}}]}',
        _PACKED,
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
