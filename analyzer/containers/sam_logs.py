r"""`sam logs`: the stream, the time in UTC, which newer versions say, the message; with or without colours.

    2023/06/02/[72]88ab219a63d343d294d0a9947e8ab36a 2023-06-02T11:27:25.060000 REPORT RequestId: …
    2023/06/02/[72]88ab219a63d343d294d0a9947e8ab36a 2023-06-02T11:27:26.012000+00:00 {
      "level": "INFO",

JSON stands over several lines. `--include-traces` prints X-Ray traces between the events, which are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import compress

from analyzer.containers._lines import Columns, Shape, among_first, compact, opening, utc
from analyzer.containers._lines import read as read_lines
from analyzer.model import Container, Events, Remarks, Source

_PREFIX = rb"([^\s:*\x22]{1,512}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?)(?:\+00:00)?(?: |(?=\n)|\Z)"
_EVENT = re.compile(_PREFIX)
_OF_STREAM = re.compile(rb"(?=\S{1,512}/)" + _PREFIX)
_TRACE = rb"XRay (?:\[\w{1,16} \d{1,9}\] )?Event |New XRay Service Graph"
_BEGINS = re.compile(rb"\n(?=" + _PREFIX + rb"|" + _TRACE + rb")")
_IS_TRACE = re.compile(_TRACE.decode()).match
_APART = "X-Ray traces stand between the log lines: they are left out."


def sniff(head: bytes) -> bool:
    """Lines that begin with a stream and a time in UTC, to the microsecond or the second."""
    return among_first(_OF_STREAM, opening(head))


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events whose first line begins in `[start, end)`."""
    for batch in read_lines(source, start, end, remarks, Shape(_BEGINS, _columns)):
        kept = [t is not None or not _IS_TRACE(message) for t, message in zip(batch.times, batch.messages, strict=True)]
        if all(kept):
            yield batch
            continue
        remarks.notes.add(_APART)
        times, streams, messages, offsets, ends, _ = (list(compress(column, kept)) for column in batch)
        yield Events(times, streams, messages, offsets, ends)  # type: ignore[arg-type] # columns of one batch


def _columns(texts: list[bytes]) -> Columns:
    times, streams, messages = list[int | None](), list[str | None](), list[str]()
    for text in texts:
        match = _EVENT.match(text)
        times.append(utc(match[2]) if match else None)
        streams.append(match[1].decode("utf-8", "replace") if match else None)
        messages.append(compact(text[match.end() if match else 0 :]))
    return times, streams, messages


FORMAT = Container(
    id="sam-logs",
    title="AWS SAM CLI: sam logs",
    link="https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-logs.html",
    samples=(
        (
            b"2026/10/08/[72]88ab219a63d343d294d0a9947e8ab36a 2026-10-08T07:30:28.235000 "
            b"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: 72\n"
            b"2026/10/08/[72]88ab219a63d343d294d0a9947e8ab36a 2026-10-08T07:30:29+00:00 "
            b"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
        ),
        (
            b"\x1b[36m2026/10/08/[72]88ab219a63d343d294d0a9947e8ab36a\x1b[0m \x1b[33m2026-10-08T07:30:28.235000\x1b[0m "
            b'{\n  "level": "INFO",\n  "message": "order read"\n}\n'
        ),
    ),
    sniff=sniff,
    read=read,
)
