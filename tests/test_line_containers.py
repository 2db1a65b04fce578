"""Containers made of lines: every shape they are printed in, one event for one event of the log, cut at any byte."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import exports
import pytest

from analyzer import analyze, limits, registry, summarize
from analyzer.model import Container, LogStream, Remarks
from analyzer.sources import BytesSource

ID = "57325a9d-ff5f-42e4-83df-80f3dcaaef25"
STREAM = "2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef"
START = f"START RequestId: {ID} Version: $LATEST"
END = f"END RequestId: {ID}"
REPORT = (
    f"REPORT RequestId: {ID}\tDuration: 12.02 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 42 MB\t"
)
AT = 1791444628235  # 2026-10-08T07:30:28.235Z
CONTAINERS = {c.id: c for c in registry.containers()}
MINE = ("text", "json-lines", "s3-export", "logs-tail", "sam-logs", "serverless-logs", "awslogs", "console-copy")


def claimed(data: bytes) -> Container:
    """The one container that claims some bytes."""
    (container,) = registry.claimants(data[: limits.SNIFF_BYTES])
    return container


def events(
    container: Container, data: bytes, start: int = 0, end: int | None = None, name: str = "log.txt"
) -> tuple[list[Any], Remarks]:
    """All events of a range as (time, stream, message, offset, end), and what the container noticed."""
    remarks = Remarks()
    batches: Iterator[Any] = container.read(BytesSource(data, name), start, len(data) if end is None else end, remarks)
    return [event for batch in batches for event in zip(*batch[:5], strict=True)], remarks


def messages(text: str, container: str = "text") -> list[str]:
    """The messages of a text that a container claims."""
    data = text.encode()
    assert claimed(data).id == container
    return [message for _, _, message, _, _ in events(CONTAINERS[container], data)[0]]


# --- One event for one event -----------------------------------------------------------------------------------------

TRACES = {
    "python": (
        "[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 3, in handler\n"
        "    raise KeyError\nKeyError: 'x'\n\nDuring handling of the above exception, another exception occurred:\n\n"
        'Traceback (most recent call last):\n  File "/var/task/app.py", line 5, in handler\n    raise Bad\n'
        "my.mod.Bad: no"
    ),
    "python, printed by the runtime": (
        "[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n"
        '\u00a0\u00a0File "/var/task/app.py", line 3, in handler\n\u00a0\u00a0\u00a0\u00a0raise KeyError'
    ),
    "python, printed by the application": (
        'Traceback (most recent call last):\n  File "/var/task/app.py", line 3, in handler\n    x\nValueError'
    ),
    "python, without its indentation": (
        'ERROR:root:failed\nTraceback (most recent call last):\nFile "/var/task/app.py", line 3, in handler'
    ),
    "java": (
        "boom: java.lang.RuntimeException\njava.lang.RuntimeException: boom\n"
        "\tat example.Handler.handle(Handler.java:20)\n"
        "Caused by: java.io.IOException: x\n\tat example.Handler.y(Handler.java:21)\n\t... 12 more"
    ),
    "java, without its indentation": (
        "java.lang.RuntimeException: boom\nat example.Handler.handle(Handler.java:20)\n... 12 more"
    ),
    "node": (
        "2026-10-08T07:30:28.235Z\t" + ID + "\tERROR\tError: boom\n    at f (/var/task/a.js:1:2) {\n  code: 'X'\n}"
    ),
    "dotnet": (
        "2026-10-08T07:30:28.235Z\t" + ID + "\tfail\tSystem.NullReferenceException: no instance.\n"
        "   at Ns.Function.Handler() in /src/Function.cs:line 12\n"
        "--- End of stack trace from previous location ---\n   at Ns.Main()"
    ),
    "go": (
        "panic: runtime error: index out of range\n[signal SIGSEGV: segmentation violation]\n\ngoroutine 1 [running]:\n"
        "main.(*Order).handle({0x1, 0x2})\n\t/var/task/main.go:17 +0x1d\n"
        "github.com/aws/aws-lambda-go/lambda.Start(...)\n\t/go/lambda/entry.go:3\n"
        "created by main.main in goroutine 1\n\t/var/task/main.go:3\nexit status 2"
    ),
    "rust": (
        "thread 'main' panicked at src/main.rs:10:25:\ncalled `Option::unwrap()` on a `None` value\nstack backtrace:\n"
        "   0: rust_begin_unwind\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace"
    ),
    "ruby": (
        'Error raised from handler method\n{\n  "errorMessage": "undefined method",\n  "stackTrace": [\n'
        '    "/var/task/app.rb:5:in `handler\'"\n  ]\n}'
    ),
    "ruby, printed by the interpreter": (
        "/var/task/app.rb:5:in `f': boom (RuntimeError)\n\tfrom /var/task/app.rb:3:in `y'\n/var/task/app.rb:2:in 'z'"
    ),
    "php": (
        "PHP Fatal error:  Uncaught Exception: boom in /var/task/index.php:3\nStack trace:\n"
        "#0 /var/task/index.php(7): f()\n#1 {main}\n  thrown in /var/task/index.php on line 3"
    ),
    "json over several lines": '{\n  "errorType": "Error",\n  "stackTrace": [\n    "at x"\n  ]\n}',
    "a crash": f"RequestId: {ID} Error: Runtime exited with error: signal: killed\nRuntime.ExitError",
    "a report": f"{REPORT}\nXRAY TraceId: 1-6ac7d63f-0123456789abcdef01234567\tSegmentId: 7c4e\tSampled: true",
    "a report that was wrapped": (
        f"REPORT RequestId: {ID} Duration: 3.00 ms\nBilled Duration: 4 ms  Memory Size: 128 MB\nMax Memory Used: 70 MB"
    ),
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", TRACES)
def test_a_trace_of_many_lines_is_one_event(name: str, line_end: str) -> None:
    trace = TRACES[name]
    text = f"{START}\norder read\n{trace}\n{END}\n{REPORT}\nnext"
    assert messages(text.replace("\n", line_end)) == [START, "order read", trace, END, REPORT, "next"]


@pytest.mark.parametrize("name", TRACES)
def test_two_traces_are_two_events(name: str) -> None:
    trace = TRACES[name]
    assert messages(f"{START}\n{trace}\norder read\n{trace}\n{END}") == [START, trace, "order read", trace, END]


def test_what_follows_lambdas_own_lines_is_an_event_of_its_own() -> None:
    lines = [START, "  indented", END, REPORT, "} closed", "KeyError: 'x'", START, "Caused by: nothing"]
    assert messages("\n".join(lines)) == lines


FRONTS = {
    "docker compose": "orders-1  | ",
    "docker compose, coloured": "\x1b[36morders-1  | \x1b[0m",
    "kubectl": "[pod/orders-7d/orders] ",
    "a quote": "> ",
    "a quote in a quote": "> > ",
    "line numbers": " 12\t",
    "grep -n": "12:",
    "indentation": "    ",
    "a tab": "\t",
    "a quote, indented": ">     ",
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", FRONTS)
def test_what_programs_put_in_front_of_lines_is_taken_off(name: str, line_end: str) -> None:
    front = FRONTS[name]
    found = [START, TRACES["python"], "order read", END, REPORT]
    text = "".join(f"{front}{line}{line_end}" for line in "\n".join(found).split("\n"))
    source = text.encode()
    container = CONTAINERS["text"]
    assert container.sniff(source)
    read, _ = events(container, source)
    assert [m for _, _, m, _, _ in read] == found
    assert b"".join(source[a:b] for _, _, _, a, b in read) == source


def test_the_times_that_docker_prints_are_those_of_lambdas_lines() -> None:
    text = "".join(
        f"2026-10-08T07:30:28.235112345Z {line}\n"
        for line in (START, "[ERROR] x", "Traceback (most recent call last)", "  y", END)
    )
    found, _ = events(claimed(text.encode()), text.encode())
    assert [(t, m) for t, _, m, _, _ in found] == [
        (AT, START),
        (None, "[ERROR] x\nTraceback (most recent call last)\n  y"),
        (AT, END),
    ]


def test_marks_of_markdown_and_of_the_consoles_test_tab_are_no_events() -> None:
    assert messages(f"```text\n{START}\n{END}\n```\n") == [START, f"{END}\n"]
    assert messages(f"Function Logs\n{START}\n{END}\n\nRequest ID\n{ID}\n")[:1] == [START]
    tab = f'Status: Failed\n\nResponse:\n{{\n  "a": 1\n}}\n\nFunction Logs:\n{START}\n{END}\n\nRequest ID: {ID}\n'
    assert [m.strip() for m in messages(tab)][-2:] == [START, END]


def test_a_response_above_a_log_does_not_hide_the_log() -> None:
    assert messages(f'{{\n  "statusCode": 500\n}}\n{START}\n{END}\n') == ['{\n  "statusCode": 500\n}', START, END]


# --- Each tool --------------------------------------------------------------------------------------------------------


def test_logs_tail_names_times_and_streams() -> None:
    stamp = "2026-10-08T07:30:28.235000+00:00"
    lines = [START, TRACES["python"], END]
    plain = "".join(f"{stamp} {STREAM} {line}\n" for line in lines)
    coloured = "".join(f"\x1b[32m{stamp}\x1b[0m \x1b[36m{STREAM}\x1b[0m {line}\n" for line in lines)
    for text in (plain, coloured, plain.replace("\n", "\r\n"), f"$ aws logs tail /aws/lambda/orders\n{plain}"):
        data = text.encode()
        assert claimed(data).id == "logs-tail"
        found, _ = events(claimed(data), data)
        assert [e[:3] for e in found][-3:] == [(AT, STREAM, line) for line in lines]


def test_logs_tail_in_the_json_format_gives_the_json_the_function_wrote() -> None:
    document = {"time": "2026-10-08T07:30:28.235Z", "type": "platform.start", "record": {"requestId": ID}}
    text = (
        f"2026-10-08T07:30:28.235000+00:00 {STREAM} \n{json.dumps(document, indent=4)}\n"
        f"2026-10-08T07:30:28+00:00 {STREAM} print\n"
    )
    found, _ = events(claimed(text.encode()), text.encode())
    assert json.loads(found[0][2]) == document
    assert "\n" not in found[0][2]
    assert found[1][:3] == (AT - 235, STREAM, "print")


def test_logs_tail_in_the_short_format_has_seconds_and_no_stream() -> None:
    text = f"2026-10-08T07:30:28 {START}\n2026-10-08T07:30:28 order read\nmore\n2026-10-08T07:30:29 {END}\n"
    assert claimed(text.encode()).id == "logs-tail"
    found, _ = events(claimed(text.encode()), text.encode())
    assert [e[:3] for e in found] == [
        (AT - 235, None, START),
        (AT - 235, None, "order read\nmore"),
        (AT + 765, None, END),
    ]


def test_sam_logs_has_the_stream_first_and_leaves_traces_out() -> None:
    document = {"level": "INFO", "message": "order read"}
    text = (
        f"{STREAM} 2026-10-08T07:30:28.235000 {START}\n{STREAM} 2026-10-08T07:30:28.235000 "
        f"{json.dumps(document, indent=2)}\n\nXRay Event at (2026-10-08T07:30:28) with id (1-6ac7d63f-01) and duration "
        f"(0.120s)\n - 0.120s - orders [HTTP: 200]\n   - 0.100s - AWS::Lambda\n{STREAM} 2026-10-08T07:30:29 {END}\n"
    )
    assert claimed(text.encode()).id == "sam-logs"
    found, remarks = events(claimed(text.encode()), text.encode())
    compact = '{"level":"INFO","message":"order read"}'
    assert [(t, s, m.rstrip()) for t, s, m, _, _ in found] == [
        (AT, STREAM, START),
        (AT, STREAM, compact),
        (AT + 765, STREAM, END),
    ]
    assert any("X-Ray" in note for note in remarks.notes)


@pytest.mark.parametrize("zone", ["", "+00:00"])
@pytest.mark.parametrize("colours", [("", "", ""), ("\x1b[36m", "\x1b[33m", "\x1b[0m")])
def test_sam_logs_may_say_that_times_are_in_utc(zone: str, colours: tuple[str, str, str]) -> None:
    cyan, yellow, off = colours
    said = (START, "", f"2026-10-08T07:30:28.235Z {ID} Task timed out after 3.00 seconds", END)
    data = "".join(f"{cyan}{STREAM}{off} {yellow}2026-10-08T07:30:28.235000{zone}{off} {m}\n" for m in said).encode()
    for shown in (data, data.replace(b" \n", b"\n"), data.replace(b"\n", b"\r\n")):
        assert claimed(shown).id == "sam-logs"
        assert [e[:3] for e in events(claimed(shown), shown)[0]] == [(AT, STREAM, m) for m in said]


def test_logs_tail_in_the_short_format_may_print_an_empty_message() -> None:
    data = f"2026-10-08T07:30:28 {START}\n2026-10-08T07:30:28\n2026-10-08T07:30:29 {END}\n".encode()
    assert [m for _, _, m, _, _ in events(claimed(data), data)[0]] == [START, "", END]


def test_serverless_logs_are_put_back_as_the_runtime_wrote_them() -> None:
    node = f"2026-10-08T07:30:28.235Z\t{ID}\tERROR\tInvoke Error \t{{}}"
    python = f"[INFO]\t2026-10-08T07:30:28.235Z\t{ID}\torder read"
    old = (
        f"{START}\n2026-10-08 09:30:28.235 (+02:00)\t{ID}\tERROR\tInvoke Error \t{{}}\n"
        f"2026-10-08 03:30:28.235 (-04:00)\t{ID}\t[INFO]\torder read\n{END}\n{REPORT}\n\n"
    )
    new = (
        f"START - {ID} - Version: $LATEST\n2026-10-08 07:30:28.235 - {ID} - \nERROR\tInvoke Error \t{{}}\n"
        f"2026-10-08 07:30:28.235 - {ID} - [INFO]\t\norder read\nEND - {ID}\n"
        + REPORT.replace(" RequestId:", " -").replace("\tDuration", "\nDuration")
        + "\n\n"
    )
    for text in (old, new):
        assert claimed(text.encode()).id == "serverless-logs"
        found, remarks = events(claimed(text.encode()), text.encode())
        assert [m.rstrip("\n") for _, _, m, _, _ in found] == [START, node, python, END, REPORT]
        assert [t for t, *_ in found] == [None, AT, AT, None, None]
        assert bool(remarks.notes) == (text is new)


@pytest.mark.parametrize("group", ["", "/aws/lambda/orders", "custom/orders"])
@pytest.mark.parametrize("stream", ["", STREAM])
@pytest.mark.parametrize("times", [0, 1, 2])
def test_awslogs_prints_the_columns_one_asks_for(group: str, stream: str, times: int) -> None:
    if not stream and group != "/aws/lambda/orders":
        return
    front = " ".join(filter(None, (group, stream and f"{stream}  ", *["2026-10-08T07:30:28.235Z"] * times)))
    lines = [
        START,
        f"[INFO]\t2026-10-08T07:30:29.000Z\t{ID}\tx",
        "Error\n  y",
        "2026-10-08T07:30:28.235Z a Task timed out after 3.00 s",
    ]
    data = "".join(f"{front} {line}\n" for line in lines).encode()
    assert claimed(data).id == "awslogs"
    found, _ = events(claimed(data), data)
    where = LogStream(group, stream) if group else stream
    assert [e[:3] for e in found] == [(AT if times else None, where, line) for line in lines]


def test_an_s3_export_keeps_messages_whole_and_takes_the_stream_from_the_path() -> None:
    rows = [f"{START}\n", f"2026-10-08T07:30:28.235Z\t{ID}\tINFO\tone\n  two\n", "no line end", f"{END}\n"]
    data = "".join(f"2026-10-08T07:30:28.{235 + k}Z {row}\n" for k, row in enumerate(rows)).encode()
    assert claimed(data).id == "s3-export"
    other = "0123456789abcdef0123456789abcdef"
    paths = {
        "logs/3c1a/2026-10-08-[$LATEST]0123456789abcdef0123456789abcdef/000000.gz": STREAM,
        f"2026-10-08-my-fn[12]{other}/000001": f"2026/10/08/my-fn[12]{other}",
        "000000.gz": None,
    }
    for path, stream in paths.items():
        found, _ = events(claimed(data), data, name=path)
        assert [e[:3] for e in found] == [(AT + k, stream, row) for k, row in enumerate(rows)]


def test_an_s3_export_comes_out_in_the_order_of_time() -> None:
    data = b"".join(f"2026-10-08T07:30:{s}.000Z {START if s == 10 else END}\n\n".encode() for s in (12, 10, 11))
    times = [t for t, *_ in events(CONTAINERS["s3-export"], data)[0]]
    assert times == sorted(times)


def test_a_text_with_one_old_timeout_line_is_no_export() -> None:
    text = f"2026-10-08T07:30:28.235Z {ID} Task timed out after 3.00 seconds\n\n{END}\n"
    assert claimed(text.encode()).id == "text"


def test_copied_json_events_count_once() -> None:
    documents = [
        {"time": "2026-10-08T07:30:28.235Z", "type": "platform.start", "record": {"requestId": ID}},
        {"timestamp": "2026-10-08T07:30:28.236Z", "level": "INFO", "message": "zwölf", "requestId": ID},
    ]
    blocks = [
        f"2026-10-08T03:30:28.{235 + k}-04:00\n{json.dumps(d, indent=4, ensure_ascii=False)}\n\n"
        f"{json.dumps(d, ensure_ascii=False)}\n"
        for k, d in enumerate(documents)
    ]
    for text in ("".join(blocks), "".join(reversed(blocks)), "".join(blocks).replace("\n", "\r\n")):
        assert claimed(text.encode()).id == "console-copy"
        found, _ = events(claimed(text.encode()), text.encode())
        assert [(t, json.loads(m)) for t, _, m, _, _ in found] == [(AT, documents[0]), (AT + 1, documents[1])]


def test_copied_text_events_may_be_newest_first_and_have_the_time_in_front() -> None:
    rows = [(AT, START), (AT + 1, f"2026-10-08T07:30:28.236Z\t{ID}\tERROR\tx\n    at f"), (AT + 2, END)]
    for middle in ("\n", "\t"):
        blocks = [f"2026-10-08T07:30:28.{t % 1000}Z{middle}{m}\n" for t, m in rows]
        for text in ("".join(blocks), "".join(reversed(blocks))):
            assert claimed(text.encode()).id == "console-copy"
            assert [(t, m) for t, _, m, _, _ in events(claimed(text.encode()), text.encode())[0]] == rows


def test_json_lines_have_the_times_of_their_loggers() -> None:
    lines = {
        '{"level":"INFO","message":"x","timestamp":"2026-10-08 07:30:28,235+0000","cold_start":true}': AT,
        '{"level":50,"time":1791444628235,"msg":"x"}': AT,
        '{"timestamp":"2026-10-08T07:30:28.235Z","log_level":"ERROR","errorMessage":"x","errorType":"E"}': AT,
        '{"level":"INFO","fields":{"message":"x"},"data":{"time":"2020-01-01T00:00:00Z"},'
        '"timestamp":"2026-10-08T07:30:28.235Z"}': AT,
        '{"@t":"2026-10-08T07:30:28.2350000Z","@m":"x","@l":"Error"}': AT,
        '{"level":"WARN","message":"no time"}': None,
        '{"message":"no level","requestId":"57325a9d-ff5f-42e4-83df-80f3dcaaef25"}': None,
        "printed": None,
    }
    found, _ = events(CONTAINERS["json-lines"], "\n".join(lines).encode())
    assert [(m, t) for t, _, m, _, _ in found] == list(lines.items())
    for line in list(lines)[:-1]:
        assert claimed(f"{line}\n".encode()).id == "json-lines"


@pytest.mark.parametrize("front", ["", "    ", "\t", "        ", "  "])
def test_json_lines_may_be_indented(front: str) -> None:
    """All of them, or some; a line of text between them stays one."""
    documents = [f'{{"level":"INFO","message":"{k}","timestamp":"2026-10-08T07:30:28.{k:03}Z"}}' for k in range(9)]
    lines = [documents[0], "printed", *documents[1:]]
    data = "".join(f"{front}{line}\n" for line in lines).encode()
    assert claimed(data).id == ("query-text" if front in ("\t", " " * 8) else "json-lines")
    assert [m.rstrip("\n") for _, _, m, _, _ in events(claimed(data), data)[0]] == lines
    data = "".join(f"{front if k % 3 == 1 else ''}{line}\n" for k, line in enumerate(documents)).encode()
    assert claimed(data).id == "json-lines"
    assert [(t, m) for t, _, m, _, _ in events(claimed(data), data)[0]] == [
        (AT - 235 + k, m) for k, m in enumerate(documents)
    ]


@pytest.mark.parametrize(
    "first",
    [
        {"messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": "g", "logStream": "s", "logEvents": []},
        {"events": [{"timestamp": AT, "message": END, "logStreamName": STREAM}], "searchedLogStreams": []},
        {"timestamp": AT, "message": END},
        {"log": f"{END}\n", "stream": "stdout", "time": "2026-10-08T07:30:28.235Z"},
        {"StatusCode": 200, "LogResult": "U1RBUlQgUmVxdWVzdElkOiAK"},
    ],
)
@pytest.mark.parametrize("front", ["", "\t"])
def test_the_first_document_tells_of_which_format_a_file_is(first: dict[str, Any], front: str) -> None:
    behind = f'{front}{{"level":"INFO","message":"order read"}}\n{front}{START}\n' * 3
    for data in (f"{json.dumps(first)}\n{behind}", f"{json.dumps(first)}\n{behind[: behind.index(chr(10))]}\n"):
        assert claimed(data.encode()).id not in ("json-lines", "query-text")


def test_telemetry_lines_are_the_lines_of_the_function() -> None:
    line = {"time": "2026-10-08T07:30:28.235Z", "type": "function", "record": "[ERROR] KeyError: 'x'\nTraceback\n"}
    wrapped = {"time": "2026-10-08T07:30:28.235Z", "type": "function", "record": {"level": "INFO", "message": "é"}}
    data = "".join(json.dumps(d) + "\n" for d in (line, wrapped)).encode()
    assert claimed(data).id == "json-lines"
    found, _ = events(claimed(data), data)
    assert [e[:3] for e in found] == [(AT, None, line["record"]), (AT, None, '{"level":"INFO","message":"é"}')]


@pytest.mark.parametrize(
    "data",
    [
        b'{"timestamp":1791444627768,"message":"START RequestId: a Version: 1\\n","logStreamName":"s"}\n',
        b'{"events":[{"timestamp":1791444627768,"message":"{\\"level\\":\\"INFO\\"}","eventId":"39"}]}\n',
        b'{"log":"START RequestId: a Version: 1\\n","stream":"stdout","time":"2026-10-08T07:30:28.235Z"}\n',
        b'{"name":"x","version":"1.0"}\n',
        b'{"errorMessage":"x","errorType":"KeyError","requestId":"57325a9d-ff5f-42e4-83df-80f3dcaaef25","stackTrace":[]}\n',
    ],
)
def test_documents_that_are_no_log_lines_are_left_to_others(data: bytes) -> None:
    assert not CONTAINERS["json-lines"].sniff(data)
    assert not CONTAINERS["json-lines"].sniff(data[: len(data) * 3 // 4])


# --- The law ----------------------------------------------------------------------------------------------------------

PARTS = (
    START, END, REPORT, "order read", "", "  indented", "\tat a.B.c(D.java:3)", "Caused by: x", "{", "}", "KeyError: x",
    '{"time":"2026-07-09T06:05:45.500Z","type":"platform.start"}', "\x1b[31mred\x1b[0m", "zwölf \u00a0",
    "\u00a0\u00a0File x",
    "Traceback (most recent call last):", "panicked at src/main.rs:1:2:", "goroutine 1 [running]:", "main.f(1)", "\r",
    "\x1b[", "orders-1  | x", "2026-10-08T07:30:28.235Z\ta\tERROR\tx", f"{STREAM} 2026-10-08T07:30:28 x",
    "XRay Event at (x)",
    f"2026-10-08T07:30:28.235000+00:00 {STREAM} x", f"/aws/lambda/orders {STREAM} x", "Runtime.ExitError", "#0 x",
    "y" * 700, "2026-10-08 09:30:28.235 (+02:00)\ta\t[INFO]\tx", "2026-10-08 09:30:28.235 - a - ",
    "Duration: 3 ms", f"REPORT - {ID}",
)  # fmt: skip


def mixed(seed: int, sample: bytes) -> bytes:
    """A sample and whatever lines follow it."""
    chance = random.Random(seed)
    lines = [chance.choice(PARTS).encode() for _ in range(chance.randint(1, 60))]
    line_end = chance.choice((b"\n", b"\r\n"))
    data = chance.choice((b"", b"\xef\xbb\xbf", b"\n \n")) + sample + line_end.join(lines)
    return data + chance.choice((b"", line_end))


SPLITTABLE = [c for c in MINE if CONTAINERS[c].splittable]


@pytest.mark.parametrize("name", SPLITTABLE)
def test_a_text_cut_at_any_byte_has_the_events_of_the_whole(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    container = CONTAINERS[name]
    data = b"".join((*container.samples, mixed(1, b""), *container.samples))
    whole, _ = events(container, data)
    for cut in range(len(data) + 1):
        monkeypatch.setattr(limits, "CHUNK_BYTES", (97, 1_000, 1 << 20)[cut % 3])
        assert events(container, data, 0, cut)[0] + events(container, data, cut)[0] == whole, cut


@pytest.mark.parametrize("name", SPLITTABLE)
@pytest.mark.parametrize("look_back", [64 << 10, 5_000])
def test_random_texts_read_alike_in_any_parts_and_chunks(
    name: str, look_back: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = CONTAINERS[name]
    monkeypatch.setattr("analyzer.containers._lines._LOOK_BACK", look_back)
    for seed in range(60):
        chance = random.Random(seed)
        data = mixed(seed, chance.choice(container.samples)) * (1 if look_back > 5_000 else 4)
        monkeypatch.setattr(limits, "CHUNK_BYTES", 1 << 20)
        whole, _ = events(container, data)
        assert all(a < b <= len(data) for *_, a, b in whole)
        edges = sorted({0, len(data), *(chance.randrange(len(data) + 1) for _ in range(4))})
        monkeypatch.setattr(limits, "CHUNK_BYTES", chance.choice((1, 7, 50, 333, 5_000)) if len(data) < 8_000 else 999)
        parts = [e for a, b in pairwise(edges) for e in events(container, data, a, b)[0]]
        assert parts == whole, (seed, edges)


@pytest.mark.parametrize("name", MINE)
def test_no_line_is_lost(name: str) -> None:
    """Every line stands in an event, and every word in a message."""
    container = CONTAINERS[name]
    if name == "sam-logs":
        return
    for seed in range(40):
        chance = random.Random(seed)
        data = mixed(seed, chance.choice(container.samples))
        found, remarks = events(container, data)
        assert not remarks.odd
        covered = sorted((a, b) for *_, a, b in found)
        assert not data[: covered[0][0]].removeprefix(b"\xef\xbb\xbf").strip()
        assert all(b == c for (_, b), (c, _) in pairwise(covered))
        assert covered[-1][1] == len(data)
        assert sum(m.count("order read") for _, _, m, _, _ in found) >= data.count(b"order read")


def test_the_summary_of_a_text_does_not_depend_on_cuts() -> None:
    data = exports.pasted_text(exports.SCENARIOS["code_defect"](n=30))
    whole = summarize(BytesSource(data, "log.txt")).to_bytes()
    for cut in range(0, len(data), 499):
        head = summarize(BytesSource(data, "log.txt"), 0, cut)
        assert head.merge(summarize(BytesSource(data, "log.txt"), cut, len(data))).to_bytes() == whole


# --- Bounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [100, 999, 4_500])
def test_a_line_longer_than_any_event_is_set_aside_and_the_rest_is_read(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "GAP_BYTES", 5_000)
    monkeypatch.setattr(limits, "CHUNK_BYTES", chunk)
    monkeypatch.setattr("analyzer.containers._lines._LOOK_BACK", 4_200)
    data = f"{START}\nfirst\n{'x' * 20_000}\nsecond\n{END}\n{'y' * 5_001}".encode()
    whole, remarks = events(CONTAINERS["text"], data)
    assert [m for _, _, m, _, _ in whole] == [START, "first", "second", END]
    assert remarks.odd == {"longer than an event can be": 2}
    for cut in range(0, len(data), 61):
        (one, first), (two, second) = events(CONTAINERS["text"], data, 0, cut), events(CONTAINERS["text"], data, cut)
        assert one + two == whole
        assert first.examples + second.examples == remarks.examples


@pytest.mark.parametrize("chunk", [64, 1_000, 1 << 20])
def test_an_event_longer_than_cloudwatch_takes_is_cut_and_counted(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EVENT_BYTES", 1_000)
    monkeypatch.setattr(limits, "CHUNK_BYTES", chunk)
    trace = "[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n" + "  File x\n" * 500
    for text, count in ((trace, 1), ("z" * 1_000 + "\n", 0), ("z" * 1_001 + "\n", 1), ("z" * 1_000 + "\n\n", 1)):
        data = f"{START}\n{text}{END}\n".encode()
        found, remarks = events(CONTAINERS["text"], data)
        assert [m for _, _, m, _, _ in found] == [START, text[:1_000], END]
        assert remarks.noticed == ({"limit reached": count} if count else {})
        assert found[1][4] == found[2][3]


HOSTILE = (
    b"a" * 100_000, b"\x1b[" * 50_000, b"(" * 60_000, b"a.B" * 30_000, b" " * 60_000, b"> " * 30_000, b"{" * 50_000,
    b"\r" * 60_000, b"\n" * 60_000, b"at " * 30_000, b"[pod/" * 20_000, b"/aws/lambda/" * 8_000, b'"level":' * 8_000,
    b"2026-10-08T07:30:28.235Z " * 3_000, b"\xc2\xa0" * 30_000, b"_" * 300 + b"\n", b"x|" * 30_000, b"\0" * 60_000,
    b"{\"a\":" * 12_000, b"[" * 60_000, b"A.A.A.A.A.A.A.A.A.A" * 3_000, b"/:" * 30_000,
    b"/aws/lambda/x" + b" " * 60_000,
)  # fmt: skip


@pytest.mark.parametrize("name", MINE)
def test_hostile_text_is_answered_at_once(name: str) -> None:
    from time import process_time

    container = CONTAINERS[name]
    for text in HOSTILE:
        for data in (
            text,
            container.samples[0] + text + b"\n" + text[:999].replace(b" ", b"\n"),
            (text[:199] + b"\n") * 300,
        ):
            begin = process_time()
            container.sniff(data[: limits.SNIFF_BYTES])
            events(container, data)
            assert process_time() - begin < 2, text[:20]


@pytest.mark.parametrize("name", MINE)
def test_a_file_of_each_kind_becomes_a_report(name: str) -> None:
    for sample in CONTAINERS[name].samples:
        report = analyze([BytesSource(sample, "log.txt")])
        quality = report.quality
        assert quality.events == quality.attributed + sum(quality.set_aside.values()) > 0
        assert report.inputs[0].container == name
