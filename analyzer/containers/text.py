"""Plain text with Lambda's lines in it: pasted from a console, a terminal or a chat.

    START RequestId: 79b5e81f-… Version: $LATEST
    [ERROR] KeyError: 'Records'
    Traceback (most recent call last):
      File "/var/task/app.py", line 3, in handler

An event begins at a line that is neither indented nor a known continuation; whether a line begins one is decided by
that line and the one before it, so the text can be cut anywhere. A time in front of a line is taken as its time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer import limits
from analyzer.model import Container, Events, Remarks, Source
from analyzer.values import milliseconds

_PLATFORM = (
    rb"(?:START RequestId: |END RequestId: |REPORT RequestId: |INIT_START |INIT_REPORT |RESTORE_START |RESTORE_REPORT |"
    rb"RequestId: \S+ |EXTENSION\t|TELEMETRY\t)"
)
_BEGINS = re.compile(
    rb"[\t ]{0,8}(?:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d))[\t ]{1,4})?(?=" + _PLATFORM + rb")"
)
_OWN_TIME = re.compile(rb"(?:\[[A-Z]{4,8}\]\t)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)[\t ]")
_JSON_TIME = re.compile(rb'\{"(?:time|timestamp)"\s?:\s?"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?)"')
_CONTINUES = re.compile(
    rb"Traceback \(most recent call last\)|Caused by: |Runtime\.(?:ExitError|Unknown)\s*$|XRAY TraceId: |"
    rb"During handling of |The above exception |Require stack:|- /var/|[})\]]\s*$|\s*$"
)
_RAISED = re.compile(rb"(?:[A-Za-z_]\w{0,100}\.){0,8}[A-Z]\w{0,100}(?:Error|Exception|Exit|Interrupt)(?::|\s*$)")
_LOG_LINE = re.compile(
    rb"(?m)^[\t ]{0,8}(?:\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)[\t ]+)?(?:"
    + _PLATFORM
    + rb"|\[(?:ERROR|INFO|WARNING|DEBUG|CRITICAL)\]|"
    rb'\{\s?"[^\n]{0,400}"(?:platform\.\w+|level|log_level|message)"|\d{4}-\d\d-\d\dT[\d:.]+Z[\t ]\S+[\t ]\S|'
    rb"Task timed out after |FATAL ERROR: |MemoryError|Traceback \(most recent)"
)
_LOOK_BACK = 64 << 10


def sniff(head: bytes) -> bool:
    """Text in which at least one line looks like a line of a Lambda function's log."""
    text = head.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in text[:4096]:
        return False
    if text.lstrip()[:1] in (b"{", b"[") and not _one_a_line(text.lstrip()):
        return False
    return bool(_LOG_LINE.search(text))


def _one_a_line(text: bytes) -> bool:
    """Whether text that begins like JSON holds a document a line, as a log of JSON lines does."""
    line = text.split(b"\n", 1)[0].rstrip()
    if line[:1] == b"[":
        return bool(re.match(rb"\[(?:ERROR|INFO|WARNING|DEBUG|CRITICAL)\]", line))
    return line.endswith(b"}") and bool(re.search(rb'"(?:platform\.\w+|level|log_level|severity)"', line))


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events whose first line begins in `[start, end)`."""
    position = max(0, start - _LOOK_BACK)
    rest, at = b"", position  # the line not complete yet, and where it begins
    before: bytes | None = None if position == 0 else b""  # the line before, None at the beginning of the input
    first_line_whole = position == 0
    event: list[bytes] | None = None
    begin = stop = size = 0
    while True:
        data = source.read(position, limits.CHUNK_BYTES // 4)
        position += len(data)
        lines = (rest + data).split(b"\n")
        rest = lines.pop() if data or not lines[-1] else b""
        offsets, ends, raw = list[int](), list[int](), list[bytes]()
        for line in lines:
            line_end = at + len(line) + 1
            if not first_line_whole:  # the look-back began inside this line
                first_line_whole, before, at = True, line, line_end
                continue
            if before is None or not _continued(line, before):
                if event is not None:
                    offsets.append(begin)
                    ends.append(stop)
                    raw.append(b"\n".join(event))
                event = None
                if at >= end:
                    yield from _batch(offsets, ends, raw)
                    return
                if at >= start:
                    event, begin, size = [line], at, len(line)
            elif event is not None and size < limits.EVENT_BYTES:
                event.append(line)
                size += len(line) + 1
            stop, before, at = line_end, line, line_end
        if len(rest) > limits.GAP_BYTES:
            remarks.set_aside("longer than an event can be", at, position, rest[:200].decode("utf-8", "replace"))
            remarks.truncated = True
            rest = b""
            data = b""
        if not data and event is not None:
            offsets.append(begin)
            ends.append(min(stop, position))
            raw.append(b"\n".join(event))
        yield from _batch(offsets, ends, raw)
        if not data:
            return


def _continued(line: bytes, before: bytes) -> bool:
    """Whether a line continues the event of the line before it."""
    if line[:1] in b" \t\xc2" and line[:1]:
        return _BEGINS.match(line) is None and (line[:1] != b"\xc2" or line[:2] == b"\xc2\xa0")
    return bool(_CONTINUES.match(line)) or (before[:1] in (b" ", b"\t", b"\xc2") and bool(_RAISED.match(line)))


def _batch(offsets: list[int], ends: list[int], raw: list[bytes]) -> Iterator[Events]:
    """Events with their own times, without the time in front of a platform line."""
    if not raw:
        return
    times, messages = list[int | None](), list[str]()
    for text in raw:
        text = text.removeprefix(b"\xef\xbb\xbf")
        match = _BEGINS.match(text)
        stamp = match[1] if match else None
        if match:
            text = text[match.end() :]
        else:
            own = _OWN_TIME.match(text) or _JSON_TIME.match(text)
            stamp = own[1] if own else None
        times.append(milliseconds(stamp.decode()) if stamp else None)
        messages.append(text.decode("utf-8", "replace").rstrip("\r"))
    yield Events(times, [None] * len(raw), messages, offsets, ends)


FORMAT = Container(
    id="text",
    title="Plain text with Lambda's log lines in it",
    link="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html",
    samples=(
        (
            b"START RequestId: 79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36 Version: $LATEST\n"
            b"[ERROR] KeyError: 'Records'\nTraceback (most recent call last):\n"
            b'  File "/var/task/app.py", line 3, in handler\n'
            b"END RequestId: 79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36\n"
        ),
        (
            b'{"time":"2026-07-09T06:05:45.500Z","type":"platform.start",'
            b'"record":{"requestId":"aec7a529-47f9-4090-be01-c9ed91bf83cf"}}\n'
        ),
    ),
    sniff=sniff,
    read=read,
    general=True,
)
