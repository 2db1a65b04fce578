r"""`serverless logs`: messages alone, with the times of the runtime's lines rewritten to local time.

    START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST
    2026-10-08 09:30:28.235 (+02:00)\t57325a9d-…\t[INFO]\torder read                       up to version 3

    START - 57325a9d-ff5f-42e4-83df-80f3dcaaef25 - Version: $LATEST                       since version 4
    2026-10-08 09:30:28.235 - 57325a9d-… - [INFO]
    order read

The lines are put back as the runtime wrote them. Version 4 prints no zone: its times are taken for UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from analyzer.containers._lines import Columns, Shape, line_before, opening
from analyzer.containers._lines import read as read_lines
from analyzer.containers._traces import joined
from analyzer.model import Container, Events, Remarks, Source
from analyzer.values import milliseconds

_DAY_TIME = rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}"
_OLD = re.compile(rb"(" + _DAY_TIME + rb") \(([+-]\d\d:\d\d)\)\t([^\t\n]{0,64})\t(\[[A-Z]{4,8}\]\t)?")
_NEW = re.compile(rb"(" + _DAY_TIME + rb") - ([\w-]{0,64}) - (?:(\[[A-Z]{4,8}\])\t?)?[ \t]*(?:\n|$)")
_START = re.compile(rb"(?:START|END|REPORT) - [0-9a-f-]{36}(?: - Version: \S+)?[ \t]*(?:\n|$)")
_SHOWS = re.compile(rb"(?m)^(?:" + _OLD.pattern + rb"|" + _NEW.pattern + rb"|START - [0-9a-f-]{36} - Version: )")
_BEGINS = re.compile(rb"\n(?![ \t\r]*(?:\n|\Z))()")
"""Any line that is not blank, in doubt."""
_NO_ZONE = "The file names no time zone: its times are taken for UTC and may be off by hours."


def sniff(head: bytes) -> bool:
    """Lines with a day, a time and a zone in brackets, or platform lines with dashes."""
    return bool(_SHOWS.search(opening(head)))


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events whose first line begins in `[start, end)`."""

    def columns(texts: list[bytes]) -> Columns:
        if any(map(_NEW.match, texts)):
            remarks.notes.add(_NO_ZONE)
        events = [_event(text) for text in texts]
        return [time for time, _ in events], [None] * len(texts), [message for _, message in events]

    return read_lines(source, start, end, remarks, Shape(_BEGINS, columns, _joined))


def _joined(text: bytes, at: int) -> bool:
    before = line_before(text, at)
    if before.endswith((b" -", b"]")) and _NEW.match(before + b" "):
        return True
    return (before.startswith(b"REPORT - ") and text.startswith(b"Duration: ", at)) or joined(text, at)


def _event(text: bytes) -> tuple[int | None, str]:
    """The time of a line and the line as the runtime wrote it."""
    old, new = _OLD.match(text), _NEW.match(text)
    match = old or new
    if match is None:
        if _START.match(text):
            text = text.replace(b" - Version:", b" Version:", 1).replace(b" - ", b" RequestId: ", 1)
            text = text.replace(b"\nDuration:", b"\tDuration:", 1)
        elif text.startswith((b"INIT_START Runtime - Version:", b"RESTORE_START Runtime - Version:")):
            text = text.replace(b" - Version:", b" Version:", 1)
        return None, text.decode("utf-8", "replace").rstrip("\r")
    zone, request_id, level = (old[2], old[3], old[4]) if old else (b"Z", match[2], match[3])
    time = milliseconds((match[1] + zone).decode())
    rest = text[match.end() :].decode("utf-8", "replace").rstrip("\r")
    stamp = _utc(time) if time is not None else match[1].decode()
    who = request_id.decode("utf-8", "replace")
    name = level.decode().rstrip("\t") if level else ""
    return time, f"{name}\t{stamp}\t{who}\t{rest}" if name else f"{stamp}\t{who}\t{rest}"


def _utc(time: int) -> str:
    return datetime.fromtimestamp(time // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{time % 1000:03}Z"


FORMAT = Container(
    id="serverless-logs",
    title="Serverless Framework: serverless logs",
    link="https://www.serverless.com/framework/docs/providers/aws/cli-reference/logs",
    samples=(
        (
            b"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"
            b"2026-10-08 09:30:28.235 (+02:00)\t57325a9d-ff5f-42e4-83df-80f3dcaaef25\t[INFO]\torder read\n"
            b"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
            b"REPORT RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\tDuration: 12.02 ms\tBilled Duration: 13 ms\t"
            b"Memory Size: 128 MB\tMax Memory Used: 42 MB\t\n\n"
        ),
        (
            b"START - 57325a9d-ff5f-42e4-83df-80f3dcaaef25 - Version: $LATEST\n"
            b"2026-10-08 09:30:28.235 - 57325a9d-ff5f-42e4-83df-80f3dcaaef25 - \nINFO\torder read\n"
            b"END - 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n"
            b"REPORT - 57325a9d-ff5f-42e4-83df-80f3dcaaef25\nDuration: 12.02 ms\tBilled Duration: 13 ms\t"
            b"Memory Size: 128 MB\tMax Memory Used: 42 MB\t\n\n"
        ),
    ),
    sniff=sniff,
    read=read,
)
