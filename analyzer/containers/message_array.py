r"""A JSON array of message strings, as `--query 'events[*].message'` prints it: no times, no streams, only an order.

    ["START RequestId: …\n", "END RequestId: …\n"]

In such an array a quote may open or close, which only the beginning of the file tells; so it is read by one reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from analyzer import limits
from analyzer.containers import _events
from analyzer.model import Container, Events, Remarks, Source
from analyzer.values import milliseconds

_OPENING = re.compile(rb'\[\s{0,64}"')
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_STAMP = re.compile(r"(?:\[[A-Z]{4,8}\]\t)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")


def sniff(head: bytes) -> bool:
    """An array whose first element is a string, or an empty array."""
    text = _events.beginning(head)
    return bool(_OPENING.match(text)) or text.rstrip() == b"[]"


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The messages, in order, with the time that some of them carry themselves."""
    base = position = 0
    buffer, opened = b"", False
    while True:
        data = source.read(position, limits.CHUNK_BYTES)
        position += len(data)
        buffer += data
        at = 0
        if not opened:
            at, opened = buffer.find(b"[") + 1, True
        messages, offsets, ends = list[str](), list[int](), list[int]()
        for match in _STRING.finditer(buffer, at):
            try:
                messages.append(json.loads(match[0]))
                offsets.append(base + match.start())
                ends.append(base + match.end())
            except ValueError:
                text = match[0].decode("utf-8", "replace")
                remarks.set_aside(_events.UNREADABLE, base + match.start(), base + match.end(), text)
            at = match.end()
        if messages:
            times = [milliseconds(m[1]) if (m := _STAMP.match(text)) else None for text in messages]
            yield Events(times, [None] * len(messages), messages, offsets, ends)
        buffer, base = buffer[at:], base + at
        if not data:
            break
        if len(buffer) > limits.GAP_BYTES:
            remarks.set_aside(_events.TOO_LONG, base, position, buffer[:200].decode("utf-8", "replace"))
            remarks.truncated = True
            return
    rest = buffer.strip()
    if b'"' in rest:
        remarks.set_aside(_events.CUT, base, position, rest.decode("utf-8", "replace"))
    if not rest.endswith(b"]"):
        remarks.truncated = True
        remarks.notes.add("The file ends before its JSON does. Export it again for the last minutes.")


FORMAT = Container(
    id="message-array",
    title="JSON array of messages (--query 'events[*].message')",
    link="https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-filter.html",
    samples=(
        (
            b'["START RequestId: 79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36 Version: $LATEST\\n",'
            b'"END RequestId: 79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36\\n"]'
        ),
        b'[\n    "START RequestId: 79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36 Version: $LATEST\\n"\n]\n',
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
