"""Plain text with Lambda's lines in it: pasted from a console, a terminal or a chat.

    START RequestId: 79b5e81f-… Version: $LATEST
    [ERROR] KeyError: 'Records'
    Traceback (most recent call last):
      File "/var/task/app.py", line 3, in handler

What other programs put in front of every line is taken off: indentation, marks of a quote, line numbers, the names that
Docker and Kubernetes print. A time in front of a line is taken as its time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from analyzer import limits
from analyzer.containers._lines import COLOURS, NOISE, Columns, Shape, utc
from analyzer.containers._lines import read as read_lines
from analyzer.containers._traces import BEGINS, PLATFORM, STAMP, joined
from analyzer.model import Container, Events, Remarks, Source
from analyzer.values import milliseconds

_BEGINS = re.compile(rb"[\t ]{0,8}(?:(" + STAMP + rb")[\t ]{1,4})?(?=" + PLATFORM + rb")")
_OWN_TIME = re.compile(rb"(?:\[[A-Z]{4,8}\]\t)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)[\t ]")
_JSON_TIME = re.compile(rb'\{"(?:time|timestamp)"\s?:\s?"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?)"')
_LOG_LINE = re.compile(
    rb"(?m)^[\t ]{0,8}(?:\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)[\t ]+)?(?:"
    + PLATFORM
    + rb"|\[(?:ERROR|INFO|WARNING|DEBUG|CRITICAL)\]|"
    rb'\{\s?"[^\n]{0,400}"(?:platform\.\w+|level|log_level|message)"|\d{4}-\d\d-\d\dT[\d:.]+Z[\t ]\S+[\t ]\S|'
    rb"Task timed out after |FATAL ERROR: |MemoryError|Traceback \(most recent)"
)

_PRECISE = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6,9}(?:Z|\+00:00)"
_KINDS = (
    rb">(?:[ \t]?>){0,3}",  # a quote
    rb"[ \t]{0,6}\d{1,7}[:|\t]",  # numbered lines
    rb"\[pod/[^\]\n]{1,200}\]",  # kubectl logs --prefix
    rb"[\w.-]{1,64}[ \t]{0,32}\|",  # docker compose logs
    _PRECISE,  # docker logs --timestamps
    rb"",
)
"""What stands in front of lines, in this order, each with some blanks behind it."""
_FENCE = rb"^(?:```|~~~)[\w-]{0,20}[ \t]*$"
_FRONT = re.compile(rb"(?m)^([^\n]{0,300}?)(?:(?:START|END|REPORT) RequestId: |\{\x22time\x22:)")
_TEST_TAB = (
    rb"^Function Logs:?[ \t]*$|^Request ID:?[ \t]{0,4}(?:[0-9a-f-]{36})?[ \t]*$|^[0-9a-f]{8}-[0-9a-f-]{27}[ \t]*$"
)
"""What the console's Test tab prints around a log."""


def sniff(head: bytes) -> bool:
    """Text in which at least one line looks like a line of a Lambda function's log."""
    if b"\0" in head[:4096]:
        return False
    text = _noise(head).sub(b"", head.removeprefix(b"\xef\xbb\xbf")).lstrip()
    if text[:1] in (b"{", b"[") and not _one_a_line(text):
        return bool(re.search(rb"(?m)^(?:START|END|REPORT) RequestId: ", text))
    return bool(_LOG_LINE.search(text))


def _one_a_line(text: bytes) -> bool:
    """Whether text that begins like JSON holds a document a line, as a log of JSON lines does."""
    line = text.split(b"\n", 1)[0].rstrip()
    if line[:1] == b"[":
        return bool(re.match(rb"\[(?:ERROR|INFO|WARNING|DEBUG|CRITICAL)\]", line))
    return line.endswith(b"}") and bool(re.search(rb'"(?:platform\.\w+|level|log_level|severity)"', line))


def _noise(head: bytes) -> re.Pattern[bytes]:
    """What stands around the log in a text that begins so: where most of Lambda's lines have it in front, all have."""
    fronts = [m[1] for m in _FRONT.finditer(NOISE.sub(b"", head))]
    front, count = Counter(map(_front, fronts)).most_common(1)[0] if fronts else ((), 0)
    extra = [_FENCE] if b"```" in head or b"~~~" in head else []
    extra += [_TEST_TAB] if b"Function Logs" in head else []
    if front and count * 2 > len(fronts):
        colours = rb"(?:" + COLOURS + rb"){0,4}"
        extra.append(rb"^" + b"".join(rb"(?:" + colours + kind + rb")?" for kind in front))
    return re.compile(rb"(?m)" + b"|".join((*extra, NOISE.pattern))) if extra else NOISE


def _front(text: bytes) -> tuple[bytes, ...]:
    """The patterns of what stands in front of a line, () if that is nothing or nothing known."""
    found: list[bytes] = []
    for kind in _KINDS:
        match = re.match(kind + rb"([ \t]{0,16})", text)
        if match and match.end():
            blanks = rb"(?:" + re.escape(match[1]) + rb")?+" if match[1] else b""
            # the time stays in front of Lambda's own lines, which have no other
            found.append(kind + blanks + (rb"(?!" + PLATFORM + rb")" if kind is _PRECISE else b""))
            text = text[match.end() :]
    return () if text else tuple(found)


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events whose first line begins in `[start, end)`."""
    shape = Shape(BEGINS, _columns, joined, _noise(source.read(0, limits.SNIFF_BYTES)))
    return read_lines(source, start, end, remarks, shape)


def _columns(texts: list[bytes]) -> Columns:
    """Events with their own times, without the time in front of a platform line."""
    times, messages = list[int | None](), list[str]()
    for text in texts:
        match = _OWN_TIME.match(text)
        if match and not _BEGINS.match(text):
            times.append(utc(match[1]))
        else:
            match = _BEGINS.match(text)
            stamped = match or _JSON_TIME.match(text)
            times.append(milliseconds(stamped[1].decode()) if stamped and stamped[1] else None)
            text = text[match.end() :] if match else text
        messages.append(text.decode("utf-8", "replace").rstrip("\r"))
    return times, [None] * len(texts), messages


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
            b"orders-1  | START RequestId: 79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36 Version: $LATEST\n"
            b"orders-1  | [INFO]\t2026-10-08T07:30:28.235Z\t79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36\torder read\n"
            b"orders-1  | END RequestId: 79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36\n"
        ),
        (
            b"START RequestId: aec7a529-47f9-4090-be01-c9ed91bf83cf Version: $LATEST\n"
            b'{"level":"INFO","message":"order read"}\n'
        ),
    ),
    sniff=sniff,
    read=read,
    general=True,
)
