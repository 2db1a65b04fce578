r"""`awslogs get`: the group, the stream, with `--timestamp` the time, then the message.

    /aws/lambda/orders 2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef START RequestId: 57325a9d-…

`--no-group` and `--no-stream` leave columns out, `--ingestion-time` puts a second time behind the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer import limits
from analyzer.containers import logs_tail, sam_logs
from analyzer.containers._lines import Columns, Shape, among_first, opening, utc
from analyzer.containers._lines import read as read_lines
from analyzer.model import Container, Events, LogStream, Remarks, Source

_GROUP = rb"/aws/lambda/[\w./#-]{1,500}|[\w./#-]{1,512}(?= +\d{4}/)"
_STREAM = rb"\d{4}/\d\d/\d\d/[\w-]{0,64}\[[\w$.]{1,32}\][0-9a-f]{32}"
_TIME = rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (?!\S{1,64} Task timed out after )"
_COLUMNS = rb"(?:(" + _GROUP + rb") {1,256})?(?:(" + _STREAM + rb") {1,256})?"
_FIRST = rb"(?=/aws/lambda/|(?:[\w./#-]{1,512} {1,256})?\d{4}/\d\d/\d\d/)"
_EVENT = re.compile(_FIRST + _COLUMNS + rb"(?:" + _TIME + rb")?(?:" + _TIME + rb")?")
_OPENS = re.compile(rb"(?:/aws/lambda/[\w./#-]{1,500}|(?:[\w./#-]{1,512} {1,256})?" + _STREAM + rb") ")
_BEGINS = re.compile(rb"\n(?=" + _OPENS.pattern + rb")")


def sniff(head: bytes) -> bool:
    """Lines that begin with a group of Lambda's, or with a stream of Lambda's, unless another tool printed them."""
    return among_first(_OPENS, opening(head)) and not sam_logs.sniff(head) and not logs_tail.sniff(head)


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events whose first line begins in `[start, end)`."""
    first = [_EVENT.match(line) for line in opening(source.read(0, limits.SNIFF_BYTES)).split(b"\n", 6)[:6]]
    group = next((match[1].decode() for match in first if match and match[1]), "")  # a file has one

    def columns(texts: list[bytes]) -> Columns:
        times, streams, messages = list[int | None](), list[str | LogStream | None](), list[str]()
        for text in texts:
            match = _EVENT.match(text)
            stream = match[2].decode() if match and match[2] else ""
            times.append(utc(match[3]) if match and match[3] else None)
            streams.append(LogStream(group, stream) if group else stream or None)
            messages.append(text[match.end() if match else 0 :].decode("utf-8", "replace").rstrip("\r"))
        return times, streams, messages

    return read_lines(source, start, end, remarks, Shape(_BEGINS, columns))


FORMAT = Container(
    id="awslogs",
    title="awslogs get",
    link="https://github.com/jorgebastida/awslogs",
    samples=(
        (
            b"/aws/lambda/orders 2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef "
            b"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"
            b"/aws/lambda/orders 2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef "
            b"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
        ),
        (
            b"\x1b[36m2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef\x1b[0m "
            b"\x1b[33m2026-10-08T07:30:28.235Z\x1b[0m "
            b"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
        ),
        b"/aws/lambda/orders 2026-10-08T07:30:28.235Z END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n",
    ),
    sniff=sniff,
    read=read,
)
