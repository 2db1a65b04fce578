r"""Log lines that are JSON documents, one a line: Lambda's JSON log format, Telemetry events, structured loggers.

    {"time":"2026-07-09T06:05:45.500Z","type":"platform.start","record":{"requestId":"aec7a529-…"}}
    {"level":"INFO","message":"order read","timestamp":"2026-10-08 07:30:28,235+0000","function_request_id":"…"}

Lines of plain text between them, as print() leaves them, are read as such. Documents may be indented, all or some.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from analyzer import limits
from analyzer.containers._fields import lowered
from analyzer.containers._leads import PLATFORM_LINE, lead
from analyzer.containers._lines import NOISE, Columns, Shape, opening
from analyzer.containers._lines import read as read_lines
from analyzer.containers._traces import BEGINS, joined
from analyzer.decoding import loads
from analyzer.model import Container, Events, Remarks, Source
from analyzer.values import milliseconds

_LEVELS = ("level", "log_level", "severity", "levelname", "lvl", "@l", "Level", "LogLevel")
_IDS = ("requestId", "request_id", "aws_request_id", "awsRequestId", "AWSRequestId", "function_request_id")
_TEXTS = ("message", "msg", "event", "errorMessage", "fields", "@m", "@mt", "Message", "err", "error")
_TIMES = ("timestamp", "time", "ts", "@timestamp", "@t", "asctime", "Timestamp")
_TIME = re.compile(
    rb'"(?:timestamp|time|ts|@timestamp|@t|asctime|Timestamp)"\s{0,4}:\s{0,4}'
    rb'(?:"(\d{4}-\d\d-\d\d[T ][^"\n]{8,24})"|(\d{13})\b)'
)
_TELEMETRY = re.compile(rb'"type"\s{0,4}:\s{0,4}"(?:function|extension)"')
_CUT = re.compile(
    rb'\{\s?"(?:(?:_aws|level|log_level|severity)"\s?:|(?:time|timestamp)"\s?:'
    rb'[^\n]{0,400}?(?<!\\)"(?:level|log_level|severity|type"\s?:\s?"(?:platform\.\w{1,40}|function|extension))")'
)
_OTHERS = {
    *("messagetype", "logevents", "awslogs", "records", "logrecord", "logresult", "results", "events"),
    *("searchedlogstreams", "sessionstart", "sessionupdate", "logstreamname", "eventid", "ingestiontime"),
}
"""Keys of documents that are events of CloudWatch or hold them, in lower case."""
_FRONT = re.compile(rb"[\r\n]{0,64}([\t ]{1,16})(?=\{)")
_INDENTED = re.compile(rb'[\t ]{1,64}\{"')
_WHOLE = re.compile(rb'[\t ]{1,64}\{"[^\n]*\}[\t ]*(?:\n|\Z)')
_ARRAY = re.compile(rb'\[\s{0,64}["{\[\]]')
_DECIDES = 20  # lines that show what the others are
_LINE_END = re.compile(rb'\n|(?<=\})\t(?=\{")')


def sniff(head: bytes) -> bool:
    """Lines that begin with an object, the first of them log lines of an application or of the platform."""
    text = opening(head)
    return text.startswith(b"{") and _of_log(text) and lead(head) is None


def may_be_log(head: bytes) -> bool:
    """Whether a text is log lines for all that its beginning tells: no document, or one of a log."""
    text = opening(head)
    return _of_log(text, mixed=True) if text.startswith(b"{") else not _ARRAY.match(text)


def _of_log(text: bytes, mixed: bool = False) -> bool:
    """Whether a text that begins with an object has log documents among its first lines, or Lambda's text lines."""
    lines = [line for line in _LINE_END.split(text, _DECIDES + 1)[:_DECIDES] if line.strip()]
    found = [_document(line) for line in lines]
    if len(lines) == 1 and found[0] is None:  # the end of a head or of a file cuts the only line
        return bool(_CUT.match(lines[0]))
    first = found[0]
    if first is None or (not _logged(first) and _of_another(lowered(first))):
        return False
    return any(document is not None and _logged(document) for document in found) or (
        mixed and bool(PLATFORM_LINE.search(text))
    )


def _document(line: bytes) -> dict[str, Any] | None:
    try:
        document = loads(line)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _logged(document: dict[str, Any]) -> bool:
    """Whether a document is a log line itself, not a page of events or an event with a line in it."""
    if isinstance(document.get("type"), str) and "record" in document and "time" in document:
        return True
    if "_aws" in document:
        return True
    if any(key in document for key in _LEVELS):
        return any(key in document for key in (*_TEXTS, *_TIMES))
    # an error alone is what an invocation returned
    return any(key in document for key in _IDS) and ("message" in document or "msg" in document)


def _of_another(document: dict[str, Any]) -> bool:
    """Whether a document with its keys in lower case is one of another format."""
    docker = "log" in document and "stream" in document
    return (
        docker
        or not _OTHERS.isdisjoint(document)
        or ("message" in document and isinstance(document.get("timestamp"), int))
    )


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events whose line begins in `[start, end)`."""
    noise = _noise(source.read(0, limits.SNIFF_BYTES))
    return read_lines(source, start, end, remarks, Shape(BEGINS, _columns, _joined, noise))


def _noise(head: bytes) -> re.Pattern[bytes]:
    """What does not count in a text: blanks in front of its first line, if most lines have them."""
    front = _FRONT.match(head.removeprefix(b"\xef\xbb\xbf"))
    if front is None or 2 * head.count(b"\n" + front[1]) < head.count(b"\n"):
        return NOISE
    return re.compile(rb"(?m)^" + front[1] + rb"|" + NOISE.pattern)


def _joined(text: bytes, at: int) -> bool:
    """Whether a line continues the one before it; a document never does, however it is indented."""
    return joined(text, at) and not _WHOLE.match(text, at)


def _columns(texts: list[bytes]) -> Columns:
    times, messages = list[int | None](), list[str]()
    for text in texts:
        time, message = _event(text)
        times.append(time)
        messages.append(message)
    return times, [None] * len(texts), messages


def _event(text: bytes) -> tuple[int | None, str]:
    """The time and the text of a line."""
    text = text.lstrip(b" \t") if _INDENTED.match(text) else text
    message = text.decode("utf-8", "replace").rstrip("\r")
    if text[:1] != b"{":
        return None, message
    record = _document(text) if _TELEMETRY.search(text, 0, 200) else None
    if record is not None and "record" in record:  # the line an application wrote, inside one of the Telemetry API
        said = record["record"]
        line = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return milliseconds(record.get("time")), line
    found = _TIME.findall(text, 0, 4_000)
    if len(found) > 1:  # one of them may be the application's data
        document = _document(text) or {}
        return next((t for key in _TIMES if (t := milliseconds(document.get(key))) is not None), None), message
    return milliseconds(found[0][0].decode("utf-8", "replace") or int(found[0][1])) if found else None, message


FORMAT = Container(
    id="json-lines",
    title="JSON lines: Lambda's JSON log format, Telemetry events, structured loggers",
    link="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html",
    samples=(
        (
            b'{"time":"2026-07-09T06:05:45.500Z","type":"platform.start",'
            b'"record":{"requestId":"aec7a529-47f9-4090-be01-c9ed91bf83cf","version":"$LATEST"}}\n'
            b'{"timestamp":"2026-07-09T06:05:45Z","level":"INFO","message":"order read","logger":"root",'
            b'"requestId":"aec7a529-47f9-4090-be01-c9ed91bf83cf"}\n'
        ),
        (
            b'{"level":"INFO","location":"handler:12","message":"order read",'
            b'"timestamp":"2026-10-08 07:30:28,235+0000","service":"payment","cold_start":true,'
            b'"function_name":"payment","function_memory_size":"128",'
            b'"function_request_id":"57325a9d-ff5f-42e4-83df-80f3dcaaef25"}\n'
        ),
        (
            b'    {"level":"INFO","message":"order read","requestId":"57325a9d-ff5f-42e4-83df-80f3dcaaef25"}\n'
            b"    printed\n"
            b'  {"level":"INFO","message":"order sent","requestId":"57325a9d-ff5f-42e4-83df-80f3dcaaef25"}\n'
        ),
        (
            b'{"level":30,"time":1791444628235,"pid":8,"hostname":"169.254.1.1","msg":"order read"}\n'
            b'{"level":50,"time":1791444628240,"pid":8,"hostname":"169.254.1.1","msg":"order failed"}\n'
        ),
        (
            b'{"time":"2022-10-12T00:01:15.000Z","type":"function",'
            b'"record":"[INFO]\\t2022-10-12T00:01:15.000Z\\t57325a9d-ff5f-42e4-83df-80f3dcaaef25\\torder read\\n"}\n'
        ),
        (
            b'{"_aws":{"Timestamp":1634299249318,"CloudWatchMetrics":[{"Namespace":"Shop","Dimensions":[["service"]],'
            b'"Metrics":[{"Name":"Orders","Unit":"Count"}]}]},"service":"orders","Orders":[1.0]}\n'
        ),
    ),
    sniff=sniff,
    read=read,
)
