r"""`aws logs tail`, as its formats detailed, short and json print it, with or without colours.

    2024-03-05T15:18:17.870000+00:00 2024/03/05/[$LATEST]6e67… START RequestId: …       detailed
    2024-03-05T15:18:17 START RequestId: …                                              short
    2024-03-05T15:18:17.870000+00:00 2024/03/05/[$LATEST]6e67…                          json
    {
        "level": "INFO",

A line without a time continues the event above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer import limits
from analyzer.containers._lines import Columns, Shape, among_first, compact, opening, utc
from analyzer.containers._lines import read as read_lines
from analyzer.containers._traces import BARE, PLATFORM
from analyzer.model import Container, Events, Remarks, Source

_TIME = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
_DETAILED = rb"(" + _TIME + rb"(?:\.\d{6})?\+00:00) (?!" + PLATFORM + rb")([^\s:*\x22]{1,512})(?: |$)"
_OF_STREAM = re.compile(rb"(?=\S{1,64} \S{1,512}/)" + _DETAILED)
_SHORT = rb"(" + _TIME + rb")(?: |(?=\n)|\Z)"
_PLATFORM_IN_SHORT = re.compile(
    rb"(?m)^" + _SHORT + rb"(?:" + PLATFORM + rb'|\{"time":|\[[A-Z]{4,8}\]|\d{4}-\d\d-\d\dT)'
)


def sniff(head: bytes) -> bool:
    """Lines that begin with a time in UTC and a stream, or with a time to the second and a line of Lambda's."""
    text = opening(head)
    if among_first(_OF_STREAM, text):
        return True
    return among_first(re.compile(_SHORT), text) and bool(_PLATFORM_IN_SHORT.search(text)) and not BARE.search(text)


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events whose first line begins in `[start, end)`."""
    short = not among_first(re.compile(_DETAILED), opening(source.read(0, limits.SNIFF_BYTES)))
    event = re.compile(_SHORT if short else rb"(?m)" + _DETAILED)
    begins = re.compile(rb"\n(?=" + _SHORT + rb")" if short else rb"(?m)\n(?=" + _DETAILED + rb")")

    def columns(texts: list[bytes]) -> Columns:
        times, streams, messages = list[int | None](), list[str | None](), list[str]()
        for text in texts:
            match = event.match(text)
            times.append(utc(match[1]) if match else None)
            streams.append(match[2].decode("utf-8", "replace") if match and not short else None)
            messages.append(compact(text[match.end() if match else 0 :].removeprefix(b"\n")))
        return times, streams, messages

    return read_lines(source, start, end, remarks, Shape(begins, columns))


FORMAT = Container(
    id="logs-tail",
    title="AWS CLI: logs tail",
    link="https://docs.aws.amazon.com/cli/latest/reference/logs/tail.html",
    samples=(
        (
            b"2026-10-08T07:30:28.235000+00:00 2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef "
            b"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"
            b"2026-10-08T07:30:28.240000+00:00 2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef "
            b"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
        ),
        (
            b"2026-10-08T07:30:28 START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"
            b"2026-10-08T07:30:28 END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
        ),
        (
            b"2026-10-08T07:30:28.235000+00:00 2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef \n{\n"
            b'    "time": "2026-10-08T07:30:28.235Z",\n    "type": "platform.start",\n    "record": {\n'
            b'        "requestId": "57325a9d-ff5f-42e4-83df-80f3dcaaef25"\n    }\n}\n'
        ),
        (
            b"\x1b[32m2026-10-08T07:30:28.235000+00:00\x1b[0m "
            b"\x1b[36m2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef\x1b[0m "
            b"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
        ),
    ),
    sniff=sniff,
    read=read,
)
