r"""Events as the AWS CLI prints them with `--output yaml` and `--output yaml-stream`.

    events:
    - eventId: '39200000000000000000000000000000000000000000000000000000'
      ingestionTime: 1791444630000
      logStreamName: 2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef
      message: "START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"
      timestamp: 1791444627768
    nextToken: …

Of YAML only this shape is read: a list of events with values of text. What a message goes on with is indented deeper
than its event, so a line that begins an event can be told from any place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.containers import _events, _scalars, _spans
from analyzer.model import Container, Events, Remarks, Source

_KEYS = rb"(?:eventId|ingestionTime|logStreamName|message|timestamp)"
_SEARCHED = rb"logStreamName:[^\n]{1,600}\n {2,4}searchedCompletely:"  # an entry of another list
_BEGINS = re.compile(rb"(?m)^( {0,2})- (?=%s:[ \r\n])(?!%s)" % (_KEYS, _SEARCHED))
_HEAD = re.compile(
    rb"(?:(?:---|#|%%YAML)[^\n]{0,200}\n|\s){0,20}"
    rb"(?:(?:- {1,3})?(?:events|nextToken|NextToken|nextForwardToken|nextBackwardToken|searchedLogStreams):[ \r\n]|"
    rb" {0,2}- %s:[ \r\n])" % _KEYS
)
_EMPTY = re.compile(rb"(?m)^(?:- )?events: \[\]")
_KEY = re.compile(r"([A-Za-z]{1,40}):(?: (.*))?")
_TOKEN = re.compile(r"(?mi)^(?:- | {0,2})nextToken: ?(?!null|''|~)\S")


def sniff(head: bytes) -> bool:
    """A list of events under `events`, or by itself."""
    text = _events.beginning(head)
    return bool(_HEAD.match(text) and ((b"message:" in text and _BEGINS.search(text)) or _EMPTY.search(text)))


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events that begin in `[start, end)`."""
    for found in _spans.spans(source, start, end, _BEGINS, remarks):
        batch = _spans.Rows()
        for span in found:
            _add(batch, span, remarks)
        yield batch.events()


def _add(batch: _spans.Rows, span: _spans.Span, remarks: Remarks) -> None:
    """Add the event of a span, and take note of what stands behind it."""
    begin = _BEGINS.match(span.data)
    text = span.data[begin.end() if begin else 0 :].decode("utf-8", "replace")
    if begin is None:
        _behind(text, span.last, remarks)
        return
    indent = len(begin[1]) + 2
    values, behind = _values(text.split("\n"), indent)
    lines = behind.count("\n") + 1 if behind else 0  # counted, for bytes that are no UTF-8 are other bytes once decoded
    end = span.offset + len(span.data) - len(b"\n".join(span.data.rsplit(b"\n", lines)[1:]))
    message, name, id_ = values.get("message"), values.get("logStreamName"), values.get("eventId")
    if "searchedCompletely" in values and "message" not in values:
        _behind(behind, span.last, remarks)
        return
    # a cut inside the time leaves it too short, and one inside a key leaves a line that is none
    cut = span.last and "\n" not in behind and len(values.get("timestamp") or "") < 13
    if message is None or None in values.values() or cut:
        remarks.set_aside(_events.CUT if cut else _events.UNREADABLE, span.offset, end, text[:800])
        if cut:
            remarks.truncated = True
            remarks.notes.add(_spans.CUT_NOTE)
        return
    batch.add(_events.moment(values.get("timestamp")), name, message, span.offset, end, id_)
    _behind(behind, span.last, remarks)


def _values(lines: list[str], indent: int) -> tuple[dict[str, str | None], str]:
    """The values of an event by key, None for one that does not end, and what stands behind the event."""
    found: dict[str, list[str]] = {}
    key = ""
    for k, line in enumerate(lines):
        line = line.removesuffix("\r")
        own = line if k == 0 else line[indent:] if line[:indent].isspace() else ""
        match = _KEY.fullmatch(own)
        if match:
            key = match[1]
            found[key] = [match[2] or ""]
        elif key and (not line.strip() or line[: indent + 1].isspace()):
            found[key].append(line)
        else:
            return {name: _scalars.text(value, indent) for name, value in found.items()}, "\n".join(lines[k:])
    return {name: _scalars.text(value, indent) for name, value in found.items()}, ""


def _behind(text: str, last: bool, remarks: Remarks) -> None:
    """A token behind the last event, or before the first, says that there are more."""
    if _TOKEN.search(text.rsplit("events:", 1)[-1]) if last else "NextToken:" in text:
        remarks.truncated = True
        remarks.notes.add(_spans.MORE_NOTE)


FORMAT = Container(
    id="cli-yaml",
    title="AWS CLI, filter-log-events or get-log-events, --output yaml",
    link="https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-output-format.html#yaml-output",
    samples=(
        (
            b"events:\n- eventId: '39200000000000000000000000000000000000000000000000000000'\n"
            b"  ingestionTime: 1791444630000\n"
            b"  logStreamName: 2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef\n"
            b'  message: "START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\\n"\n'
            b"  timestamp: 1791444627768\n"
            b"- eventId: '39200000000000000000000000000000000000000000000000000001'\n"
            b"  ingestionTime: 1791444630000\n"
            b"  logStreamName: 2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef\n"
            b'  message: "END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n"\n'
            b"  timestamp: 1791444627790\nsearchedLogStreams: []\n"
        ),
        (
            b"- events:\n  - ingestionTime: 1791444630000\n"
            b"    message: 'START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n\n      '\n"
            b"    timestamp: 1791444627768\n"
            b"  - ingestionTime: 1791444630000\n"
            b"    message: 'END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n\n      '\n"
            b"    timestamp: 1791444627790\n"
        ),
    ),
    sniff=sniff,
    read=read,
)
