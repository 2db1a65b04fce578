r"""A JSON array of message strings, as `--query 'events[*].message'` prints it: no times, no streams, only an order.

    ["START RequestId: …\n", "END RequestId: …\n"]

In such an array a quote may open or close, which only the beginning of the file tells; so it is read by one reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.containers._documents import items
from analyzer.containers._events import UNREADABLE, beginning
from analyzer.model import Container, Events, Remarks, Source
from analyzer.values import milliseconds

_OPENING = re.compile(rb'\[\s{0,64}"')
_STAMP = re.compile(r"(?:\[[A-Z]{4,8}\]\t)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")
_JSON_STAMP = re.compile(r'\{"(?:time|timestamp)"\s?:\s?"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?)"')


def sniff(head: bytes) -> bool:
    """An array whose first element is a string, or an empty array."""
    text = beginning(head)
    return bool(_OPENING.match(text)) or b"".join(text.split()) == b"[]"


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """The messages, in order, with the time that some of them carry themselves."""
    for found in items(source, remarks):
        times, messages, offsets, ends = list[int | None](), list[str](), list[int](), list[int]()
        for item in found:
            message = item.value
            if not isinstance(message, str):
                remarks.set_aside(UNREADABLE, item.offset, item.end, str(message)[:200])
                continue
            stamp = _STAMP.match(message) or _JSON_STAMP.match(message)
            times.append(milliseconds(stamp[1]) if stamp else None)
            messages.append(message)
            offsets.append(item.offset)
            ends.append(item.end)
        yield Events(times, [None] * len(messages), messages, offsets, ends)


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
