r"""Log events copied from the CloudWatch console: the time on a line of its own, or in front of the message with a TAB.

    2026-10-08T07:30:28.235-04:00
    {
        "type": "platform.start",
    …
    {"type":"platform.start",…}

Of a message in JSON the console copies two forms, indented and as it was written: they are one event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer import limits
from analyzer.containers._lines import Columns, Shape, compact, opening
from analyzer.containers._lines import read as read_lines
from analyzer.containers._order import in_time_order
from analyzer.containers._traces import BARE, PLATFORM
from analyzer.decoding import Decoder, loads
from analyzer.model import Container, Events, Remarks, Source
from analyzer.values import milliseconds

_ZONE = rb"(?:Z|[+-]\d\d:\d\d)"
_TIME = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}"
_ALONE = re.compile(rb"(" + _TIME + _ZONE + rb")[ \t]{0,8}\n")
_IN_FRONT = re.compile(rb"(" + _TIME + rb"(?:Z(?=\t)|[+-]\d\d:\d\d))[ \t]")
_SHOWS = re.compile(
    rb"(?m)^" + _IN_FRONT.pattern + rb"(?:" + PLATFORM + rb"|" + _TIME + rb"Z[\t ]|\[[A-Z]{4,8}\][\t ]|\{\s?\x22)"
)
_DECODER = Decoder()


def sniff(head: bytes) -> bool:
    """A time alone on the first line and text below it; or Lambda's lines with a time and a TAB in front of each."""
    text = opening(head)
    if _ALONE.match(text):
        return text.count(b"\n", 0, 4_096) > 1
    return bool(_IN_FRONT.match(text) and _SHOWS.search(text)) and not BARE.search(text)


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events, in the order of time."""
    event = _ALONE if _ALONE.match(opening(source.read(0, limits.SNIFF_BYTES))) else _IN_FRONT

    def columns(texts: list[bytes]) -> Columns:
        times, messages = list[int | None](), list[str]()
        for text in texts:
            match = event.match(text + b"\n")
            times.append(milliseconds(match[1].decode()) if match else None)
            messages.append(_message(text[match.end() if match else 0 :]))
        return times, [None] * len(texts), messages

    begins = re.compile(rb"\n(?=" + event.pattern + rb")")
    return in_time_order(read_lines(source, start, end, remarks, Shape(begins, columns)), remarks)


def _message(text: bytes) -> str:
    """The message of what stands behind a time, once."""
    text = text.strip(b"\r\n")
    if text[:1] == b"{" and b"\n" in text:
        shown = text.decode("utf-8", "replace")
        try:
            document, stop = _DECODER.value_at(shown)
            written = shown[stop:].strip()
            if written and loads(written) == document:
                return written
        except (ValueError, RecursionError):
            pass
    return compact(text)


FORMAT = Container(
    id="console-copy",
    title="CloudWatch console: copied log events",
    link="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    samples=(
        (
            b'2026-10-08T07:30:28.235Z\n{\n    "time": "2026-10-08T07:30:28.235Z",\n    "type": "platform.start",\n'
            b'    "record": {\n        "requestId": "57325a9d-ff5f-42e4-83df-80f3dcaaef25"\n    }\n}\n\n'
            b'{"time":"2026-10-08T07:30:28.235Z","type":"platform.start",'
            b'"record":{"requestId":"57325a9d-ff5f-42e4-83df-80f3dcaaef25"}}\n'
        ),
        (
            b"2026-10-08T03:30:28.235-04:00\n"
            b"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"
            b"2026-10-08T03:30:28.240-04:00\nEND RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
        ),
        (
            b"2026-10-08T07:30:28.235Z\tSTART RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"
            b"2026-10-08T07:30:28.240Z\tEND RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
