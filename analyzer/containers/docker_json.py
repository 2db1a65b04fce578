r"""What Docker keeps of a container, such as a function run on one's own machine: `…/containers/*/*-json.log`.

    {"log":"START RequestId: 57325a9d-… Version: $LATEST\n","stream":"stdout","time":"2026-10-08T07:30:28.235112345Z"}

A record is a line of output. Docker breaks longer ones after 16 kB, and a stack trace is as many records as lines: they
are one event again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from analyzer.containers import _events, _lines, _traces
from analyzer.decoding import loads
from analyzer.model import Container, Events, Remarks, Source
from analyzer.values import milliseconds

_RECORD = re.compile(
    rb'\{\s{0,8}"log"\s{0,8}:\s{0,8}"(?:[^"\\\n]|\\.){0,40000}+(?:"\s{0,8},\s{0,8}"(?:stream|attrs|time)"|\Z)'
)
_BEGINS = re.compile(rb"\n()(?=[^\n])")
_OWN = re.compile(rb'\{"log":"(?:\d{4}-\d\d-\d\d[T ]|\[[A-Z]{4,8}\]|START |END |REPORT |\{\\")')
"""Output that begins like a line of its own, as most does: that costs no decoding to see."""
_COLOURS = re.compile(_lines.COLOURS.decode())


def sniff(head: bytes) -> bool:
    """Lines that are objects with `log` first, and `stream` or `time` behind it."""
    return bool(_RECORD.match(_events.beginning(head)))


class _Output(NamedTuple):
    """A line of output: when, and the text."""

    time: int | None
    text: str


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events whose first record begins in `[start, end)`."""
    damaged: tuple[int, int, str] | None = None  # the newest event that cannot be read; the last of all may be cut
    for batch in _lines.read(source, start, end, remarks, _SHAPE):
        times, messages, offsets, ends = list[int | None](), list[str](), list[int](), list[int]()
        for text, offset, stop in zip(batch.messages, batch.offsets, batch.ends, strict=True):
            records = [_output(line) for line in text.encode("latin-1").split(b"\n") if line.strip()]
            found = [record for record in records if record is not None]
            if damaged:
                remarks.set_aside(_events.UNREADABLE, *damaged)
                damaged = None
            if len(found) < len(records):
                damaged = offset, stop, text.encode("latin-1").decode("utf-8", "replace")
            elif found:
                times.append(found[0].time)
                messages.append("".join(record.text for record in found))
                offsets.append(offset)
                ends.append(stop)
        if messages:
            yield Events(times, [None] * len(messages), messages, offsets, ends)
    if damaged:
        cut = not damaged[2].rstrip().endswith("}") and not source.read(damaged[1], 1)
        remarks.truncated = remarks.truncated or cut
        remarks.set_aside(_events.CUT if cut else _events.UNREADABLE, *damaged)


def _output(line: bytes) -> _Output | None:
    """The output of a record; None if the line is none."""
    try:
        record = loads(line)
    except (ValueError, RecursionError):
        return None
    text = record.get("log") if isinstance(record, dict) else None
    return _Output(milliseconds(record.get("time")), _COLOURS.sub("", text)) if isinstance(text, str) else None


def _joined(text: bytes, at: int) -> bool:
    """Whether the record at a place goes on with the event of the record before it."""
    begin = text.rfind(b"\n", 0, at - 1) + 1 if at else 0
    following = text.rfind(b'"stream"', begin, at)
    if following >= 0 and not text[max(begin, following - 20) : following].rstrip(b" ,").endswith(b'\\n"'):
        return True  # the output before is a part of a longer line
    if _OWN.match(text, at):
        return False
    stop = text.find(b"\n", at)
    line, before = _output(text[at : stop if stop >= 0 else len(text)]), _output(text[begin:at])
    if line is None or before is None:
        return False
    head = f"\n{before.text}".encode("utf-8", "replace")
    both = head + line.text.encode("utf-8", "replace")
    match = _traces.BEGINS.match(both, len(head) - 1)
    if match is None:  # a blank line
        return bool(before.text.strip())
    return match.lastindex is not None and _traces.joined(both, len(head))


_SHAPE = _lines.Shape(
    begins=_BEGINS,
    make=lambda texts: ([None] * len(texts), [None] * len(texts), [text.decode("latin-1") for text in texts]),
    joined=_joined,
)

FORMAT = Container(
    id="docker-json",
    title="Docker's json-file logs",
    link="https://docs.docker.com/engine/logging/drivers/json-file/",
    samples=(
        (
            b'{"log":"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\\n","stream":"stdout",'
            b'"time":"2026-10-08T07:30:28.235112345Z"}\n'
            b'{"log":"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n","stream":"stdout",'
            b'"time":"2026-10-08T07:30:28.250112345Z"}\n'
        ),
        (
            b'{"log":"2026-10-08T07:30:28.235Z\\t57325a9d-ff5f-42e4-83df-80f3dcaaef25\\tINFO\\tsay \\"hi\\"\\n",'
            b'"stream":"stderr","attrs":{"tag":"orders"},"time":"2026-10-08T07:30:28.235112345Z"}\n'
        ),
    ),
    sniff=sniff,
    read=read,
)
