"""One set of log events written in every shape that people save, send or paste.

    SHAPES["logs-tail"].write(events, "/aws/lambda/orders")      the bytes `aws logs tail` prints for these events

What a shape cannot carry stands in `loses`; everything else must come back from its reader, and the report of every
shape must be that of the AWS CLI's JSON. The writers follow the tools that write the shapes: the AWS CLI's own
formatters are called, those of `aws logs tail`, `sam logs`, `serverless logs` and `awslogs` are rewritten from their
sources, what consoles write is rewritten from exports that people have published. No reader of the package is used.
"""

from __future__ import annotations

import base64
import csv
import gzip
import io
import itertools
import json
import re
import zipfile
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any

import exports
import yaml  # type: ignore[import-untyped]
from awscli import text as cli_text  # type: ignore[import-untyped]
from awscli.formatter import TableFormatter  # type: ignore[import-untyped]
from exports import Call, Environment, Event, Failure, Function, Line, Log, busiest, by_stream, dump, iso

GROUP = "/aws/lambda/orders"
EXPORT = "exportedlogs/57325a9d-ff5f-42e4-83df-80f3dcaaef25"
GREEN, CYAN, YELLOW, GRAY, PLAIN = "\x1b[32m", "\x1b[36m", "\x1b[33m", "\x1b[90m", "\x1b[0m"
STARTED = "3e6f9ad0-8f2c-4e6e-9f5e-9a5f1a1c2b3d"

Write = Callable[[Sequence[Event], str], bytes]


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to write events.

    `container` is the id of the reader that must claim it. `loses` names what the shape cannot carry:

        times         no time beside the message          ids         no event ids
        milliseconds  times to the second only            group       the log group is not named
        streams       which stream an event is of         boundaries  lines stay, where an event ends does not
        newlines      line feeds inside a message         indent      blanks in front of lines
        empty         messages without any text           colours     escape codes of terminals
        layout        JSON messages are printed anew      stamps      the runtime's own time is rewritten
        order         streams stand one after the other   places      events do not stand in the input as text
        end           whether more events follow

    `one_stream` shapes hold the events of one stream; `json_only` ones those of a function in the JSON log format.
    `spoils` names scenarios that the tool itself damages beyond repair: their messages, or names of streams that look
    like nothing Lambda makes.
    """

    container: str
    write: Write
    loses: frozenset[str]
    extension: str = "json"
    one_stream: bool = False
    json_only: bool = False
    spoils: tuple[str, ...] = ()
    name: Callable[[Sequence[Event]], str] | None = None

    def carried(self, events: Sequence[Event]) -> list[Event]:
        """The events this shape is given."""
        return busiest(events) if self.one_stream else list(events)

    def holds(self, scenario: str) -> bool:
        """Whether the events of a scenario can be written in this shape."""
        return scenario not in self.spoils and (scenario == "json" or not self.json_only)

    def claimants(self, scenario: str) -> set[str]:
        """The containers of which one must claim it: JSON on lines is `json-lines`, whatever printed it."""
        lines = scenario == "json" and self.container in ("text", "serverless-logs")
        return {self.container, "text", "json-lines"} if lines else {self.container}

    def filename(self, events: Sequence[Event]) -> str:
        """The name under which such a file is found."""
        return self.name(events) if self.name else f"export.{self.extension}"


def shape(container: str, write: Write, loses: str, extension: str = "json", **more: Any) -> Shape:
    """A shape with what it loses as words."""
    return Shape(container, write, frozenset(loses.split()), extension, **more)


# --- Scenarios -------------------------------------------------------------------------------------------------------


AWKWARD = (
    "two lines\nof one message",
    "a blank line\n\nin the middle",
    'quotes "double", \'single\', `back`, commas, and a ""doubled"" one',
    "tabs\tin\tthe\tmiddle",
    "a | pipe || and \\ backslashes \\n that are no line feed",
    "größer 東京 🚀 é \u00a0 no-break",
    "    begins with blanks",
    "- a dash: a colon, # a hash",
    "2026-03-19 06:00:00.000 a time that is text",
    '{"a": 1, "b": {"c": [1, 2, {"d": null}]}, "text": "line\\nfeed"}',
    "[1, 2, 3]",
    "'key': 'value'",
    "EVENTS\tlooks like a row",
    "timestamp,message",
    "</script> & <b>",
    "x" * 3000,
    "key=" + "word " * 60,
    "null",
    "12345",
)
"""Messages that strain one shape or another; none of them says that something failed."""


def awkward(n: int = 14, start: int = exports.START) -> list[Event]:
    """One environment that prints everything that is hard to write down, and sometimes raises."""
    log = Log(61)
    environment = Environment(log, Function("orders", memory_mb=256, limit_s=10), float(start))
    failure = Failure("ValueError", 'bad "quantity", 3 < 4', ((exports.APP, 21, "handler", "check(order)"),))
    texts = itertools.cycle(AWKWARD)
    for number in range(n):
        lines = [Line(2.0 + k, "INFO" if k % 2 else "PRINT", next(texts)) for k in range(4)]
        call = Call(60.0 + number, (*lines, Line(9, "PRINT", "")), raises=failure if number % 5 == 3 else None)
        environment.invoke(start + 700.0 * number, call)
    return log.events()


def hostile(n: int = 10) -> list[Event]:
    """Markup, control characters and traps, as far as a log can hold them: no half characters, no `:` in a stream."""
    return [
        event._replace(message=clean(event.message), stream=re.sub(r"[:*\s\x00-\x1f]", "_", clean(event.stream)))
        for event in exports.hostile(n=n)
        if len(event.message) < 5_000
    ]


def clean(text: str) -> str:
    """Text as UTF-8 can hold it."""
    return text.encode("utf-8", "replace").decode()


SCENARIOS: dict[str, Callable[[], list[Event]]] = {
    "tracebacks": partial(exports.code_defect, n=20),
    "node": partial(exports.code_defect_node, n=20),
    "json": partial(exports.json_format, n=24),
    "timeouts": partial(exports.slow_dependency, n=16),
    "memory": partial(exports.memory_undersized, n=20),
    "package": partial(exports.broken_package, n=12),
    "old": partial(exports.process_exit_old, n=16),
    "awkward": awkward,
    "hostile": hostile,
}
"""Small logs that differ in what their messages are; `json` is the only one of the JSON log format."""


# --- The AWS CLI and dumps of the API --------------------------------------------------------------------------------


def row(event: Event) -> dict[str, object]:
    """An event of FilterLogEvents, keys in the service's order."""
    return {
        "logStreamName": event.stream, "timestamp": event.timestamp, "message": event.message,
        "ingestionTime": event.ingestion, "eventId": event.id,
    }  # fmt: skip


def plain_row(event: Event) -> dict[str, object]:
    """An event of GetLogEvents."""
    return {"timestamp": event.timestamp, "message": event.message, "ingestionTime": event.ingestion}


def filter_page(events: Sequence[Event], token: str = "") -> dict[str, object]:
    """The answer of FilterLogEvents; it names the next page only if there is one."""
    page: dict[str, object] = {"events": [row(e) for e in events], "searchedLogStreams": []}
    return page | ({"nextToken": token} if token else {})


def searched(events: Sequence[Event]) -> list[dict[str, object]]:
    """The streams that were searched, as the service listed them until 2020."""
    return [{"logStreamName": stream, "searchedCompletely": True} for stream in by_stream(events)]


def get_page(events: Sequence[Event]) -> dict[str, object]:
    """The answer of GetLogEvents."""
    ends = {"nextForwardToken": f"f/{events[-1].id}/s", "nextBackwardToken": f"b/{events[0].id}/s"}
    return {"events": [plain_row(e) for e in events], **ends}


def pages(events: Sequence[Event], number: int = 3) -> list[dict[str, object]]:
    """The same in pages, the last of which names no other."""
    size = -(-len(events) // number)
    parts = [events[k : k + size] for k in range(0, len(events), size)]
    return [filter_page(part, f"Bxkq6kVGFtq2y{k}" if k < len(parts) else "") for k, part in enumerate(parts, 1)]


def metadata(answer: dict[str, object]) -> dict[str, object]:
    """What boto3 adds to an answer."""
    headers = {"x-amzn-requestid": STARTED, "content-type": "application/x-amz-json-1.1", "content-length": "4711"}
    more = {"RequestId": STARTED, "HTTPStatusCode": 200, "HTTPHeaders": headers, "RetryAttempts": 0}
    return answer | {"ResponseMetadata": more}


def pascal(value: object) -> object:
    """Keys as .NET names them, so as PowerShell prints them."""
    if isinstance(value, dict):
        return {key[0].upper() + key[1:]: pascal(inner) for key, inner in value.items()}
    return [pascal(inner) for inner in value] if isinstance(value, list) else value


def dates(answer: dict[str, Any], form: Callable[[int], object]) -> dict[str, Any]:
    """An answer whose times are dates: GetLogEvents in the AWS SDK for .NET."""
    rows = [{k: form(v) if isinstance(v, int) else v for k, v in e.items()} for e in answer["events"]]
    return {**answer, "events": rows}


class Raw(str):
    """Text that goes into JSON as it is."""

    __slots__ = ()


def windows_json(value: object, column: int = 0) -> str:
    """`ConvertTo-Json` of Windows PowerShell 5: indented to the column of the bracket, two blanks after the colon."""
    inner = " " * (column + 4)
    if isinstance(value, dict):
        members = [f'"{k}":  ' for k in value]
        lines = [inner + m + windows_json(v, column + 4 + len(m)) for m, v in zip(members, value.values(), strict=True)]
        return "{\r\n" + ",\r\n".join(lines) + f"\r\n{' ' * column}}}"
    if isinstance(value, list):
        items = ",\r\n".join(inner + windows_json(v, column + 4) for v in value)
        return f"[\r\n{items}\r\n{' ' * column}]"
    if isinstance(value, Raw):
        return value
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[<>&']", lambda m: f"\\u{ord(m[0]):04x}", text)


def windows(answer: dict[str, Any]) -> bytes:
    """An answer as Windows PowerShell 5 writes it."""
    return (windows_json(pascal(answer)) + "\r\n").encode()


def columns(form: Sequence[Callable[[Event], object]], pretty: bool = True) -> Write:
    """`--query 'events[*].[…]'` as JSON: an array for each event."""
    return lambda events, _: dump([[value(e) for value in form] for e in events], pretty)


def objects(**form: Callable[[Event], object]) -> Write:
    """`--query 'events[*].{…}'` as JSON: an object with keys of the user's."""
    return lambda events, _: dump([{key: value(e) for key, value in form.items()} for e in events], pretty=True)


def time_of(event: Event) -> int:
    """The time of an event in milliseconds."""
    return event.timestamp


def text_of(event: Event) -> str:
    """The message of an event."""
    return event.message


def stream_of(event: Event) -> str:
    """The log stream of an event."""
    return event.stream


def as_text(answer: object) -> bytes:
    """`--output text`, by the AWS CLI's own formatter."""
    out = io.StringIO()
    cli_text.format_text(answer, out)
    return out.getvalue().encode()


def as_table(title: str, answer: object) -> bytes:
    """`--output table`, by the AWS CLI's own formatter."""
    out = io.StringIO()
    TableFormatter(Namespace(color="off", query=None))(title, answer, out)
    return out.getvalue().encode()


def as_yaml(answer: object, dumper: Any = yaml.CSafeDumper) -> bytes:
    """`--output yaml` of version 2: the C emitter it ships, or the one in Python where that cannot be loaded."""
    return yaml.dump(answer, Dumper=dumper, default_flow_style=False, allow_unicode=True).encode()  # type: ignore[no-any-return]


def whole_lines(events: Iterable[Event]) -> list[Event]:
    """Events whose messages end in a line feed: without one they run into each other where only that parts them."""
    return [e if e.message.endswith("\n") else e._replace(message=e.message + "\n") for e in events]


def joined_text(events: Sequence[Event], _: str) -> bytes:
    """`--query 'events[*].message' --output text`: one list, so a TAB between its items."""
    return as_text([e.message for e in whole_lines(events)])


# --- Logs Insights ---------------------------------------------------------------------------------------------------


def spaced(ms: int) -> str:
    """The time as Logs Insights writes it: UTC without a zone."""
    return iso(ms).replace("T", " ").removesuffix("Z")


def pointer(event: Event) -> str:
    """A value of `@ptr`: opaque, one for each event."""
    return base64.b64encode(event.id.encode()).decode()


def fields(event: Event, group: str) -> dict[str, str]:
    """`fields @timestamp, @message, @logStream, @log`."""
    return {
        "@timestamp": spaced(event.timestamp), "@message": event.message, "@logStream": event.stream,
        "@log": f"{exports.ACCOUNT}:{group}",
    }  # fmt: skip


def newest_first(write: Write) -> Write:
    """The same with the newest event first, as consoles and Insights sort."""
    return lambda events, group: write(events[::-1], group)


def results(events: Sequence[Event], group: str) -> list[list[dict[str, str]]]:
    """Rows of GetQueryResults: a list of fields each, `@ptr` last."""
    rows = [fields(e, group) | {"@ptr": pointer(e)} for e in events]
    return [[{"field": name, "value": value} for name, value in r.items()] for r in rows]


def query_results(events: Sequence[Event], group: str, status: str = "Complete") -> dict[str, object]:
    """The answer of GetQueryResults."""
    statistics = {
        "recordsMatched": float(len(events)), "recordsScanned": float(len(events)), "estimatedRecordsSkipped": 0.0,
        "bytesScanned": 10240.0, "estimatedBytesSkipped": 0.0, "logGroupsScanned": 1.0,
    }  # fmt: skip
    answer = {"results": results(events, group), "statistics": statistics, "status": status}
    return {"queryLanguage": "CWLI", **answer}


def log_record(event: Event, group: str) -> dict[str, object]:
    """The answer of GetLogRecord: a flat map, all of it text."""
    record = fields(event, group) | {"@timestamp": str(event.timestamp), "@ptr": pointer(event)}
    return {"logRecord": record | {"@ingestionTime": str(event.ingestion)}}


def console_json(events: Sequence[Event], group: str) -> bytes:
    """`logs-insights-results.json`: a flat object a row; a message that is JSON is an object already."""
    rows: list[dict[str, object]] = []
    for event in events:
        found: dict[str, object] = dict(fields(event, group))
        if event.message.startswith("{") and is_json(event.message):
            found["@message"] = json.loads(event.message)
        rows.append(found)
    return dump(rows, pretty=True)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV as the consoles download it: quotes where a cell needs them, line feeds inside quotes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def insights_csv(events: Sequence[Event], group: str) -> bytes:
    """`logs-insights-results.csv`: the fields of the query are the header."""
    rows = [fields(e, group) for e in events]
    return table(list(rows[0]), [list(r.values()) for r in rows])


def excel_csv(events: Sequence[Event], group: str) -> bytes:
    """The same saved again where lists are separated by semicolons: a byte order mark, quotes around everything."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows = [fields(e, group) for e in events]
    writer.writerow(rows[0])
    writer.writerows(r.values() for r in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def insights_markdown(events: Sequence[Event], group: str) -> bytes:
    """`Copy table (Markdown)`: the query above, then a row a line; line feeds in a cell become blanks."""
    head = (
        f"**CloudWatch Logs Insights**    \nregion: {exports.REGION}    \nlog-group-names: {group}    \n"
        "start-time: -3600s    \nend-time: 0s    \nquery-string:\n  ```\n"
        "  fields @timestamp, @message, @logStream, @log\n| sort @timestamp asc\n  ```\n---\n"
    )
    return head.encode() + markdown_table(events, group) + b"---\n"


def markdown_table(events: Sequence[Event], group: str) -> bytes:
    """The table alone."""
    rows = [fields(e, group) for e in events]
    cells = [list(rows[0]), ["---"] * 4, *(list(r.values()) for r in rows)]
    escaped = ([re.sub(r"\r?\n", " ", cell.replace("|", r"\|")) for cell in line] for line in cells)
    return "".join("| " + " | ".join(line) + " |\n" for line in escaped).encode()


# --- The console -----------------------------------------------------------------------------------------------------


def console_csv(events: Sequence[Event], _: str) -> bytes:
    """`log-events-viewer-result.csv`."""
    return table(("timestamp", "message"), [(e.timestamp, e.message) for e in events])


def console_csv_streams(events: Sequence[Event], _: str) -> bytes:
    """The same with the stream, as some exports have it."""
    return table(("timestamp", "message", "logStreamName"), [(e.timestamp, e.message, e.stream) for e in events])


def local(ms: int, hours: int) -> str:
    """The time of a zone, with its offset."""
    zone = timezone(timedelta(hours=hours))
    return datetime.fromtimestamp(ms / 1000, zone).isoformat(timespec="milliseconds")


def console_copies(events: Sequence[Event], _: str) -> bytes:
    """Expanded rows: the time, the JSON printed over lines, a blank line, the line as it was logged."""
    blocks = []
    for event in events:
        text = event.message.rstrip()
        pretty = f"{json.dumps(json.loads(text), indent=4, ensure_ascii=False)}\n\n" if text.startswith("{") else ""
        blocks.append(f"{iso(event.timestamp)}\n{pretty}{text}\n")
    return "".join(blocks).encode()


def console_rows(events: Sequence[Event], _: str, hours: int | None = None) -> bytes:
    """Rows of the table as a browser copies them: time, TAB, message."""
    stamp = iso if hours is None else partial(local, hours=hours)
    return "".join(f"{stamp(e.timestamp)}\t{e.message.rstrip()}\n" for e in events).encode()


def console_blocks(events: Sequence[Event], _: str) -> bytes:
    """Expanded rows of text: the time on a line of its own, then the message."""
    return "".join(f"{iso(e.timestamp)}\n{e.message.rstrip()}\n" for e in events).encode()


# --- Exports and deliveries ------------------------------------------------------------------------------------------


def s3_text(events: Sequence[Event], _: str = "") -> bytes:
    """An object of an export task, unpacked: time, blank, message with its line feed, line feed."""
    return "".join(f"{iso(e.timestamp)} {e.message}\n" for e in events).encode()


def s3_path(events: Sequence[Event]) -> str:
    """The key of that object: the stream is nowhere else."""
    return f"{EXPORT}/{events[0].stream.replace('/', '-')}/000000.gz"


def s3_tree(events: Sequence[Event]) -> dict[str, bytes]:
    """All objects of an export task by key, with the marker the task leaves."""
    found = {"exportedlogs/aws-logs-write-test": b"Permission Check Successful"}
    return found | {s3_path(rows): gzipped(s3_text(rows)) for rows in by_stream(events).values()}


def zipped(files: dict[str, bytes]) -> bytes:
    """A folder as a ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 10, 8, 0, 0, 0)), data)
    return out.getvalue()


def gzipped(data: bytes) -> bytes:
    """One gzip member without a time in it."""
    return gzip.compress(data, mtime=0)


def payload(events: Sequence[Event], group: str, **more: object) -> dict[str, object]:
    """What a subscription filter sends: events of one stream."""
    return {
        "messageType": "DATA_MESSAGE", "owner": exports.ACCOUNT, "logGroup": group, "logStream": events[0].stream,
        "subscriptionFilters": ["all"],
        "logEvents": [{"id": e.id, "timestamp": e.timestamp, "message": e.message, **more} for e in events],
    }  # fmt: skip


CONTROL: dict[str, object] = {
    "messageType": "CONTROL_MESSAGE", "owner": "CloudwatchLogs", "logGroup": "", "logStream": "",
    "subscriptionFilters": [],
    "logEvents": [{"id": "", "timestamp": exports.START,
                   "message": "CWL CONTROL MESSAGE: Checking health of destination Firehose."}],
}  # fmt: skip
"""What CloudWatch Logs sends before anything else, and now and then."""


def payloads(events: Sequence[Event], group: str) -> list[dict[str, object]]:
    """The events in payloads of a few, in the order in which they could be sent."""
    batches = [rows[k : k + 9] for rows in by_stream(events).values() for k in range(0, len(rows), 9)]
    return [payload(batch, group) for batch in sorted(batches, key=lambda b: b[0].timestamp)]


def packed(document: object) -> str:
    """A payload as it travels: gzip in base64."""
    return base64.b64encode(gzipped(dump(document).rstrip())).decode()


def back_to_back(events: Sequence[Event], group: str) -> bytes:
    """An object that Firehose wrote: documents without anything between them."""
    return b"".join(dump(p).rstrip() for p in (CONTROL, *payloads(events, group)))


def kinesis_event(events: Sequence[Event], group: str) -> dict[str, object]:
    """The event a function receives that reads the stream."""
    return {
        "Records": [
            {"kinesis": {"kinesisSchemaVersion": "1.0", "partitionKey": f"{n:032x}", "sequenceNumber": f"{n:056}",
                         "data": packed(p), "approximateArrivalTimestamp": exports.START / 1000},
             "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventName": "aws:kinesis:record",
             "eventID": f"shardId-000000000000:{n:056}", "awsRegion": exports.REGION}
            for n, p in enumerate((CONTROL, *payloads(events, group)))
        ]
    }  # fmt: skip


def firehose_event(events: Sequence[Event], group: str) -> dict[str, object]:
    """The event a function receives that transforms for Firehose."""
    stream = f"arn:aws:firehose:{exports.REGION}:{exports.ACCOUNT}:deliverystream/logs"
    records = [
        {"recordId": f"{n:056}", "approximateArrivalTimestamp": exports.START + n, "data": packed(p)}
        for n, p in enumerate(payloads(events, group))
    ]
    head = {"invocationId": STARTED, "deliveryStreamArn": stream, "region": exports.REGION}
    return {**head, "records": records}


def firehose_request(events: Sequence[Event], group: str) -> dict[str, object]:
    """What Firehose posts to an HTTP endpoint."""
    return {
        "requestId": STARTED,
        "timestamp": exports.START,
        "records": [{"data": packed(p)} for p in payloads(events, group)],
    }


# --- Tools of the terminal -------------------------------------------------------------------------------------------


def moment(ms: int) -> datetime:
    """A time as the tools in Python hold it."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def coloured(text: str, colour: str) -> str:
    """Text between escape codes; as it is where no colour is given."""
    return f"{colour}{text}{PLAIN}" if colour else text


def is_json(text: str) -> bool:
    """Whether `aws logs tail --format json` prints this message anew; a bare number is JSON too."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def tail(form: str, colour: bool = False) -> Write:
    """`aws logs tail --format detailed|short|json`: one line feed behind the message, whatever it had."""
    green, cyan = (GREEN, CYAN) if colour else ("", "")

    def line(event: Event) -> str:
        at = moment(event.timestamp)
        if form == "short":
            return f"{coloured(at.strftime('%Y-%m-%dT%H:%M:%S'), green)} {event.message}"
        stamp, message = at.isoformat(timespec="microseconds"), event.message
        if form == "json":
            stamp = at.isoformat()
            message = f"\n{json.dumps(json.loads(message), indent=4)}" if is_json(message) else message
        return f"{coloured(stamp, green)} {coloured(event.stream, cyan)} {message}"

    return lambda events, _: "".join(line(e).rstrip() + "\n" for e in events).encode()


def sam(zone: bool = True, colour: bool = False) -> Write:
    """`sam logs`: stream, time, message; older versions print the time without a zone."""

    def line(event: Event) -> str:
        message = event.message
        if message.startswith("{") and is_json(message):
            message = json.dumps(json.loads(message), indent=2)
        if colour and "Task timed out" in message:
            message = coloured(message, "\x1b[31m")
        stamp = moment(event.timestamp).isoformat()
        stamp = coloured(stamp if zone else stamp.removesuffix("+00:00"), YELLOW if colour else "")
        text = f"{coloured(event.stream, CYAN if colour else '')} {stamp} {message}"
        return text if text.endswith("\n") else text + "\n"

    return lambda events, _: "".join(map(line, events)).encode()


_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def serverless(colour: bool = False) -> Write:
    """`serverless logs`: messages only; a runtime's line with a time is written anew in the time of the machine."""

    def line(event: Event) -> str:
        message = event.message + ("\n" if event.message.startswith("REPORT") else "")
        if message.startswith(("START", "END", "REPORT")):
            return coloured(message, GRAY if colour else "")
        parts = message.split("\t")
        if len(parts) < 3 or not (_DATE.fullmatch(parts[0]) or _DATE.fullmatch(parts[1])):
            return message
        level, stamp, request = ("", *parts[:2]) if _DATE.fullmatch(parts[0]) else (parts[0] + "\t", *parts[1:3])
        text = message.split(f"{request}\t")[1]
        here = datetime.fromisoformat(stamp).astimezone(timezone(timedelta(hours=2)))
        time = here.strftime("%Y-%m-%d %H:%M:%S.") + f"{here.microsecond // 1000:03} (+02:00)"
        time = coloured(time, GREEN if colour else "")
        return f"{time}\t{coloured(request, YELLOW if colour else '')}\t{level}{text}"

    return lambda events, _: "".join(map(line, whole_lines(events))).encode()


def awslogs(options: str = "group stream", colour: bool = False) -> Write:
    """`awslogs get`: group, stream, with `--timestamp` the time, then the message without the blanks at its end."""

    def line(event: Event, group: str) -> str:
        found = {"group": group, "stream": event.stream.ljust(10), "time": iso(event.timestamp)}
        colours = {"group": GREEN, "stream": CYAN, "time": YELLOW}
        parts = [coloured(found[o], colours[o] if colour else "") for o in options.split()]
        return " ".join([*parts, event.message.rstrip()]) + "\n"

    return lambda events, group: "".join(line(e, group) for e in events).encode()


def live_tail(events: Sequence[Event], group: str) -> list[dict[str, object]]:
    """The answers of a Live Tail session."""
    arn = f"arn:aws:logs:{exports.REGION}:{exports.ACCOUNT}:log-group:{group}"
    begin = {"requestId": STARTED, "sessionId": STARTED, "logGroupIdentifiers": [arn], "logStreamNames": []}
    answers: list[dict[str, object]] = [{"sessionStart": begin}]
    for k in range(0, len(events), 20):
        rows = [{"logStreamName": e.stream, "logGroupIdentifier": f"{exports.ACCOUNT}:{group}", "message": e.message,
                 "timestamp": e.timestamp, "ingestionTime": e.ingestion} for e in events[k : k + 20]]  # fmt: skip
        answers.append({"sessionUpdate": {"sessionMetadata": {"sampled": False}, "sessionResults": rows}})
    return answers


# --- What a function or a container sends ----------------------------------------------------------------------------


def telemetry(event: Event) -> dict[str, object]:
    """An event of the Telemetry API: the platform's as they are, the function's own in an envelope."""
    text = event.message.rstrip("\n")
    record: object = json.loads(text) if text.startswith("{") else text
    if isinstance(record, dict) and {"time", "type", "record"} <= record.keys():
        return record
    return {"time": iso(event.timestamp), "type": "function", "record": record}


def lines_of(documents: Iterable[object]) -> bytes:
    """A document a line."""
    return b"".join(dump(d) for d in documents)


def requests_of(events: Sequence[Event]) -> Iterator[list[Event]]:
    """The events of a stream, cut behind every report."""
    part: list[Event] = []
    for event in events:
        part.append(event)
        if event.message.startswith("REPORT ") or '"platform.report"' in event.message:
            yield part
            part = []
    if part:
        yield part


def invoke_log(events: Sequence[Event], _: str) -> bytes:
    """`aws lambda invoke --log-type Tail`, once for each request, appended to one file."""
    answers = [
        {"StatusCode": 200, "LogResult": base64.b64encode(exports.pasted_text(part)).decode(), "ExecutedVersion": "7"}
        for part in requests_of(events)
    ]
    return b"".join(dump(a, pretty=True) for a in answers)


def docker_json(events: Sequence[Event], _: str) -> bytes:
    """Docker's own log files: an object a line that was printed, times to the nanosecond."""
    rows = [
        {"log": line + "\n", "stream": "stdout", "time": iso(e.timestamp).replace("Z", "112345Z")}
        for e in events
        for line in e.message.rstrip("\n").split("\n")
    ]
    return lines_of(rows)


def each_line(prefix: str, blank: bool = True) -> Write:
    """Pasted text with something in front of every line."""

    def write(events: Sequence[Event], _: str) -> bytes:
        lines = exports.pasted_text(events).decode().removesuffix("\n").split("\n")
        return "".join(f"{prefix}{line}\n" if line or blank else "\n" for line in lines).encode()

    return write


def pasted(events: Sequence[Event], _: str = "") -> bytes:
    """The messages as someone copies them."""
    return exports.pasted_text(events)


_PAGE = "group"
_ROW = "group streams ids"
_TEXT = "times streams ids group boundaries empty colours indent"
_LINE = "ids group colours layout"
"""What pages of the API, their rows, pasted text and lines with a prefix lose."""

SHAPES: dict[str, Shape] = {
    # the AWS CLI and dumps of the API, JSON
    "filter": shape("filter-log-events", lambda e, _: dump(filter_page(e), pretty=True), _PAGE),
    "filter-compact": shape("filter-log-events", lambda e, _: dump(filter_page(e)), _PAGE),
    "filter-pages": shape("filter-log-events", lambda e, _: b"".join(dump(p, True) for p in pages(e)), _PAGE),
    "filter-pages-array": shape("filter-log-events", lambda e, _: dump(pages(e), pretty=True), _PAGE),
    "filter-sorted-keys": shape(
        "filter-log-events", lambda e, _: json.dumps(filter_page(e), sort_keys=True, indent=2).encode() + b"\n", _PAGE),
    "filter-searched-first": shape(
        "filter-log-events",
        lambda e, _: dump({"searchedLogStreams": searched(e), "events": [row(x) for x in e]}, pretty=True), _PAGE),
    "filter-boto3": shape(
        "filter-log-events", lambda e, _: json.dumps(metadata(filter_page(e)), default=str).encode(), _PAGE),
    "filter-boto3-metadata-first": shape(
        "filter-log-events",
        lambda e, _: json.dumps(dict(reversed(metadata(filter_page(e)).items())), indent=1).encode(), _PAGE),
    "filter-powershell": shape(
        "filter-log-events", lambda e, _: dump(pascal(filter_page(e) | {"nextToken": None}), pretty=True), _PAGE),
    "filter-powershell-5": shape("filter-log-events", lambda e, _: windows(filter_page(e)), _PAGE),
    "get": shape("get-log-events", lambda e, _: dump(get_page(e), pretty=True), _ROW, one_stream=True),
    "get-compact": shape("get-log-events", lambda e, _: dump(get_page(e)), _ROW, one_stream=True),
    "get-pages": shape(
        "get-log-events", lambda e, _: dump(get_page(e[:9]), True) + dump(get_page(e[9:]), True), _ROW,
        one_stream=True),
    "get-boto3": shape(
        "get-log-events", lambda e, _: json.dumps(metadata(get_page(e)), default=str, indent=2).encode(), _ROW,
        one_stream=True),
    "get-powershell": shape(
        "get-log-events", lambda e, _: dump(pascal(dates(get_page(e), iso)), pretty=True), _ROW, one_stream=True),
    "get-powershell-5": shape(
        "get-log-events", lambda e, _: windows(dates(get_page(e), lambda ms: Raw(f'"\\/Date({ms})\\/"'))), _ROW,
        one_stream=True),
    "events": shape("event-array", lambda e, _: dump([row(x) for x in e], pretty=True), _PAGE),
    "events-compact": shape("event-array", lambda e, _: dump([row(x) for x in e]), _PAGE),
    "events-sorted-keys": shape(
        "event-array", lambda e, _: json.dumps([row(x) for x in e], sort_keys=True, indent=1).encode(), _PAGE),
    "events-of-get": shape("event-array", lambda e, _: dump([plain_row(x) for x in e], True), _ROW, one_stream=True),
    "events-powershell": shape("event-array", lambda e, _: dump(pascal([row(x) for x in e]), pretty=True), _PAGE),
    "messages": shape("message-array", lambda e, _: exports.message_array(e), "times " + _ROW, one_stream=True),
    "messages-compact": shape(
        "message-array", lambda e, _: exports.message_array(e, pretty=False), "times " + _ROW, one_stream=True),
    "pairs": shape("query-pairs", columns((time_of, text_of)), _ROW, one_stream=True),
    "pairs-compact": shape("query-pairs", columns((time_of, text_of), pretty=False), _ROW, one_stream=True),
    "pairs-message-first": shape("query-pairs", columns((text_of, time_of)), _ROW, one_stream=True),
    "triples": shape("query-pairs", columns((time_of, stream_of, text_of)), "group ids"),
    "objects": shape("query-objects", objects(t=time_of, m=text_of), _ROW, one_stream=True),
    "objects-stream": shape("query-objects", objects(when=time_of, where=stream_of, what=text_of), "group ids"),
    # the AWS CLI, text, table, YAML
    "filter-text": shape("cli-text", lambda e, _: as_text(filter_page(e)), _PAGE, "txt"),
    "filter-text-token": shape("cli-text", lambda e, _: b"".join(as_text(p) for p in pages(e)), _PAGE + " end", "txt"),
    "filter-text-events": shape("cli-text", lambda e, _: as_text([row(x) for x in e]), _PAGE, "txt"),
    "get-text": shape("cli-text", lambda e, _: as_text(get_page(e)), _ROW, "txt", one_stream=True),
    "get-text-events": shape(
        "cli-text", lambda e, _: as_text([plain_row(x) for x in e]), _ROW, "txt", one_stream=True),
    "messages-text": shape(
        "query-text", joined_text, _ROW + " times boundaries empty indent", "txt", one_stream=True),
    "messages-text-blanks": shape(
        "query-text", lambda e, g: joined_text(e, g).replace(b"\n\t", b"\n        "),
        _ROW + " times boundaries empty indent", "txt", one_stream=True),
    "pairs-text": shape(
        "query-text", lambda e, _: as_text([[x.timestamp, x.message] for x in e]), _ROW, "txt", one_stream=True),
    "triples-text": shape(
        "query-text", lambda e, _: as_text([[x.timestamp, x.stream, x.message] for x in e]), "group ids", "txt"),
    "filter-table": shape(
        "cli-table", lambda e, _: as_table("FilterLogEvents", filter_page(e)), _PAGE + " boundaries indent",
        "txt"),
    "get-table": shape(
        "cli-table", lambda e, _: as_table("GetLogEvents", get_page(e)), _ROW + " boundaries indent", "txt",
        one_stream=True),
    "filter-yaml": shape("cli-yaml", lambda e, _: as_yaml(filter_page(e)), _PAGE, "yaml"),
    "filter-yaml-python": shape("cli-yaml", lambda e, _: as_yaml(filter_page(e), yaml.SafeDumper), _PAGE, "yaml"),
    "filter-yaml-stream": shape("cli-yaml", lambda e, _: b"".join(as_yaml([p]) for p in pages(e)), _PAGE, "yaml"),
    "get-yaml": shape("cli-yaml", lambda e, _: as_yaml(get_page(e)), _ROW, "yaml", one_stream=True),
    # Logs Insights
    "insights": shape(
        "insights-results", newest_first(lambda e, g: dump(query_results(e, g), pretty=True)), "ids"),
    "insights-ascending": shape("insights-results", lambda e, g: dump(query_results(e, g)), "ids"),
    "insights-pages": shape(
        "insights-results",
        lambda e, g: dump(query_results(e[:25], g) | {"nextToken": "A"}, True) + dump(query_results(e[25:], g), True),
        "ids"),
    "insights-rows": shape(
        "insights-results", newest_first(lambda e, g: dump(results(e, g), pretty=True)), "ids"),
    "insights-text": shape("insights-text", newest_first(lambda e, g: as_text(query_results(e, g))), "ids", "txt"),
    "insights-console": shape("insights-console", newest_first(console_json), "ids layout"),
    "insights-console-ascending": shape("insights-console", console_json, "ids layout"),
    "insights-csv": shape("insights-csv", newest_first(insights_csv), "ids", "csv"),
    "insights-csv-ascending": shape("insights-csv", insights_csv, "ids", "csv"),
    "insights-csv-excel": shape("insights-csv", excel_csv, "ids", "csv"),
    "insights-markdown": shape("insights-markdown", newest_first(insights_markdown), "ids newlines", "md"),
    "insights-markdown-table": shape("insights-markdown", markdown_table, "ids newlines", "md"),
    "log-record": shape("log-record", lambda e, g: b"".join(dump(log_record(x, g), True) for x in e), "ids"),
    # the console
    "console-csv": shape("console-csv", console_csv, _ROW, "csv", one_stream=True),
    "console-csv-newest-first": shape("console-csv", newest_first(console_csv), _ROW, "csv", one_stream=True),
    "console-csv-streams": shape("console-csv", console_csv_streams, "group ids", "csv"),
    "console-copies": shape(
        "console-copy", console_copies, _ROW + " layout", "txt", one_stream=True, json_only=True),
    "console-copies-newest-first": shape(
        "console-copy", newest_first(console_copies), _ROW + " layout", "txt", one_stream=True, json_only=True),
    "console-rows": shape("console-copy", console_rows, _ROW + " colours", "txt", one_stream=True),
    "console-rows-local": shape(
        "console-copy", partial(console_rows, hours=-4), _ROW + " colours", "txt", one_stream=True),
    "console-blocks": shape("console-copy", console_blocks, _ROW + " colours", "txt", one_stream=True),
    # exports and deliveries
    "s3-export": shape(
        "s3-export", s3_text, "group ids colours", "txt", one_stream=True, name=s3_path, spoils=("hostile",)),
    "s3-export-gz": shape(
        "s3-export", lambda e, _: gzipped(s3_text(e)), "group ids colours", "gz", one_stream=True, name=s3_path,
        spoils=("hostile",)),
    "subscription": shape("subscription", lambda e, g: dump(payload(e, g), True), "", one_stream=True),
    "subscription-fields": shape(
        "subscription", lambda e, g: dump(payload(e, g, extractedFields={"level": None, "@aws.region": "eu-west-1"})),
        "", one_stream=True),
    "subscription-back-to-back": shape("subscription", back_to_back, "order"),
    "subscription-lines": shape("subscription", lambda e, g: lines_of(payloads(e, g)), "order"),
    "subscription-array": shape("subscription", lambda e, g: dump(payloads(e, g), True), "order"),
    "subscription-gz-members": shape(
        "subscription", lambda e, g: b"".join(gzipped(dump(p).rstrip()) for p in payloads(e, g)), "order", "gz"),
    "subscription-gz-gz": shape(
        "subscription", lambda e, g: gzipped(b"".join(gzipped(dump(p).rstrip()) for p in payloads(e, g))), "order",
        "gz"),
    "lambda-event": shape(
        "subscription-event", lambda e, g: dump({"awslogs": {"data": packed(payload(e, g))}}, True), "places",
        one_stream=True),
    "kinesis-event": shape("subscription-event", lambda e, g: dump(kinesis_event(e, g), True), "places order"),
    "firehose-event": shape("subscription-event", lambda e, g: dump(firehose_event(e, g), True), "places order"),
    "firehose-request": shape("subscription-event", lambda e, g: dump(firehose_request(e, g)), "places order"),
    "base64": shape(
        "subscription-event", lambda e, g: packed(payload(e, g)).encode() + b"\n", "places", "txt", one_stream=True),
    # tools of the terminal
    "tail": shape("logs-tail", tail("detailed"), _LINE, "txt"),
    "tail-coloured": shape("logs-tail", tail("detailed", colour=True), _LINE, "txt"),
    "tail-short": shape("logs-tail", tail("short"), _LINE + " milliseconds streams", "txt", one_stream=True),
    "tail-short-coloured": shape(
        "logs-tail", tail("short", colour=True), _LINE + " milliseconds streams", "txt", one_stream=True),
    "tail-json": shape("logs-tail", tail("json"), _LINE, "txt"),
    "tail-json-coloured": shape("logs-tail", tail("json", colour=True), _LINE, "txt"),
    "sam": shape("sam-logs", sam(), _LINE, "txt"),
    "sam-no-zone": shape("sam-logs", sam(zone=False), _LINE, "txt"),
    "sam-coloured": shape("sam-logs", sam(colour=True), _LINE, "txt"),
    "sam-json": shape(
        "event-lines", lambda e, _: "".join(json.dumps(row(x)) + "\n" for x in e).encode(), _PAGE, "jsonl"),
    # the init lines of Python have no request id, and these it prints without their text
    "serverless": shape(
        "serverless-logs", serverless(), _TEXT + " stamps", "txt", one_stream=True, spoils=("package",)),
    "serverless-coloured": shape(
        "serverless-logs", serverless(colour=True), _TEXT + " stamps", "txt", one_stream=True, spoils=("package",)),
    "awslogs": shape("awslogs", awslogs(), "times ids colours indent", "txt", spoils=("hostile",)),
    "awslogs-coloured": shape(
        "awslogs", awslogs(colour=True), "times ids colours indent", "txt", spoils=("hostile",)),
    "awslogs-timestamp": shape(
        "awslogs", awslogs("group stream time"), "ids colours", "txt", spoils=("hostile",)),
    "live-tail": shape("live-tail", lambda e, g: lines_of(live_tail(e, g)), "ids", "jsonl"),
    "live-tail-array": shape("live-tail", lambda e, g: dump(live_tail(e, g), True), "ids"),
    "live-tail-printed": shape(
        "text", lambda e, _: "".join(x.message + "\n" for x in e).encode(), _TEXT, "txt", one_stream=True),
    # lines and documents
    "event-lines": shape("event-lines", lambda e, _: lines_of(row(x) for x in e), _PAGE, "jsonl"),
    "event-lines-plain": shape(
        "event-lines", lambda e, _: lines_of({"timestamp": x.timestamp, "message": x.message} for x in e), _ROW,
        "jsonl", one_stream=True),
    "json-lines": shape("json-lines", pasted, _TEXT, "jsonl", one_stream=True, json_only=True),
    "telemetry": shape(
        "telemetry", lambda e, _: dump([telemetry(x) for x in e]), _ROW + " layout", one_stream=True, json_only=True),
    "telemetry-batches": shape(
        "telemetry", lambda e, _: b"".join(dump([telemetry(x) for x in e[k : k + 20]]) for k in range(0, len(e), 20)),
        _ROW + " layout", one_stream=True, json_only=True),
    "telemetry-lines": shape(
        "json-lines", lambda e, _: lines_of(telemetry(x) for x in e), _TEXT + " layout", "jsonl", one_stream=True,
        json_only=True),
    "invoke-log": shape("invoke-log", invoke_log, _TEXT + " places", one_stream=True),
    "docker-json": shape(
        "docker-json", docker_json, "streams ids group boundaries empty colours", "log", one_stream=True),
    # pasted text
    "pasted": shape("text", pasted, _TEXT, "txt", one_stream=True),
    "pasted-indented": shape("text", each_line("    ", blank=False), _TEXT, "txt", one_stream=True),
    "pasted-tab": shape("query-text", each_line("\t", blank=False), _TEXT, "txt", one_stream=True),
    "pasted-quoted": shape("text", each_line("> "), _TEXT, "md", one_stream=True),
    "pasted-fenced": shape("text", lambda e, _: b"```text\n" + pasted(e) + b"```\n", _TEXT, "md", one_stream=True),
    "compose": shape("text", each_line("orders-1  | "), _TEXT, "txt", one_stream=True),
}  # fmt: skip
"""Every shape by a name of its own."""
