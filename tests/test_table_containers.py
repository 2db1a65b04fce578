"""Tables and rows: what the AWS CLI's own formatters, a CSV writer and a YAML writer print is read back as it was."""

from __future__ import annotations

import argparse
import copy
import csv
import io
import random
import tracemalloc
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import pairwise
from time import process_time
from typing import Any

import exports
import pytest
import yaml  # type: ignore[import-untyped]
from awscli import formatter  # type: ignore[import-untyped]

from analyzer import analyze, limits, registry
from analyzer.containers import (
    _csv,
    cli_table,
    cli_text,
    cli_yaml,
    console_csv,
    insights_csv,
    insights_markdown,
    insights_text,
    query_text,
)
from analyzer.model import LogStream, Remarks
from analyzer.sources import BytesSource

MINE = (
    cli_table,
    cli_text,
    cli_yaml,
    console_csv,
    insights_csv,
    insights_markdown,
    insights_text,
    query_text,
)
STREAM = "2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef"
REQUEST = "57325a9d-ff5f-42e4-83df-80f3dcaaef25"
TIME = 1_791_444_627_768
MESSAGES = (
    "INIT_START Runtime Version: python:3.12.v89\tRuntime Version ARN: arn:aws:lambda:us-east-2::runtime:644f\n",
    f"START RequestId: {REQUEST} Version: $LATEST\n",
    (
        "[ERROR] KeyError: 'Records'\nTraceback (most recent call last):\n"
        "\xa0\xa0File \"/var/task/app.py\", line 3, in handler\n\xa0\xa0\xa0\xa0x = event['Records']\n"
    ),
    (
        "[ERROR] KeyError: 'Records'\nTraceback (most recent call last):\n"
        '  File "/var/task/app.py", line 3, in handler\n    x = event["Records"]\n\n'
    ),
    f'{{"time":"2026-10-08T07:30:28.235Z","type":"platform.start","record":{{"requestId":"{REQUEST}"}}}}\n',
    '  leading blanks, a "quote" and it\'s — ünïcode 🎉\n',
    "plain message",
    "",
    "\n",
    "null",
    "12",
    "- dash: # and : colon:",
    "\tTAB in front",
    "a | b | c",
    "word " * 60 + "\n",
    "x" * 300 + "\n",
    "a\n\n\nb\n",
    "caf\xe9 \x1b[31mred\x1b[0m \x07 bell\n",
    '"double" \\ back\\slash \\| <br> \n',
    "long\twith\tTABs\t" * 20 + "\n",
    "--- \nnextToken: x\n- eventId: '12'\n",
    f"END RequestId: {REQUEST}\n",
    (
        f"REPORT RequestId: {REQUEST}\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 128 MB\tInit Duration: 211.96 ms\t\n"
    ),
    f"2026-10-08T07:30:30.768Z {REQUEST} Task timed out after 3.00 seconds\n\n",
)


def of_group(messages: Iterable[str] = MESSAGES, **more: Any) -> dict[str, Any]:
    """What FilterLogEvents answers."""
    events = [
        {"logStreamName": STREAM, "timestamp": TIME + k, "message": message, "ingestionTime": TIME + 2000 + k,
         "eventId": str(392 * 10**53 + k)}
        for k, message in enumerate(messages)
    ]  # fmt: skip
    return {"events": events, "searchedLogStreams": [], **more}


def of_stream(messages: Iterable[str] = MESSAGES) -> dict[str, Any]:
    """What GetLogEvents answers."""
    events = [
        {"timestamp": TIME + k, "message": message, "ingestionTime": TIME + 2000} for k, message in enumerate(messages)
    ]
    token = "39200000000000000000000000000000000000000000000000000000/s"
    return {"events": events, "nextForwardToken": f"f/{token}", "nextBackwardToken": f"b/{token}"}


def of_query(messages: Iterable[str] = MESSAGES, status: str = "Complete") -> dict[str, Any]:
    """What GetQueryResults answers, newest first."""
    results = [
        [{"field": "@timestamp", "value": written(TIME + k)}, {"field": "@message", "value": message},
         {"field": "@logStream", "value": STREAM}, {"field": "@log", "value": "123456789012:/aws/lambda/orders"},
         {"field": "@ptr", "value": f"CmEKJgoi{k}"}]
        for k, message in enumerate(messages)
    ]  # fmt: skip
    statistics = {"recordsMatched": float(len(results)), "recordsScanned": 99.0, "bytesScanned": 1.0}
    return {"queryLanguage": "CWLI", "results": results[::-1], "statistics": statistics, "status": status}


def written(time: int) -> str:
    """A time as Logs Insights writes it."""
    return datetime.fromtimestamp(time // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S") + f".{time % 1000:03}"


def text(answer: Any) -> bytes:
    """As `--output text` prints it."""
    return printed(formatter.TextFormatter(argparse.Namespace(query=None, color="off")), "", answer)


def table(answer: Any, command: str = "FilterLogEvents", width: int = 80) -> bytes:
    """As `--output table` draws it for a terminal of a width."""
    drawing = formatter.TableFormatter(argparse.Namespace(query=None, color="off"))
    drawing.table._terminal_width = width
    return printed(drawing, command, answer)


def printed(form: Any, command: str, answer: Any) -> bytes:
    out = io.StringIO(newline="")
    form(command, copy.deepcopy(answer), out)
    return out.getvalue().encode()


def as_yaml(answer: Any, **how: Any) -> bytes:
    """As `--output yaml` prints it."""
    done = yaml.safe_dump(answer, default_flow_style=False, allow_unicode=True, **how)
    assert isinstance(done, str)
    return done.encode()


def sheet(names: list[str], row: Callable[[int, str], list[Any]], newest_first: bool = False, **how: Any) -> bytes:
    """Rows of the messages as a CSV writer writes them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, **({"lineterminator": "\n"} | how))
    writer.writerow(names)
    rows = [row(TIME + k, message) for k, message in enumerate(MESSAGES)]
    writer.writerows(rows[::-1] if newest_first else rows)
    return out.getvalue().encode()


def read(data: bytes, start: int = 0, end: int | None = None) -> tuple[list[Any], Remarks]:
    """All events as the one claimant reads them: (time, stream, message, offset, end, id)."""
    (container,) = registry.claimants(data[: limits.SNIFF_BYTES])
    remarks = Remarks()
    stop = 1 << 62 if not container.splittable else len(data) if end is None else end
    found: list[Any] = []
    for batch in container.read(BytesSource(data), start, stop, remarks):
        found += zip(*batch[:5], batch.ids or [None] * len(batch.times), strict=True)
    return found, remarks


def claimant(data: bytes) -> str:
    return ",".join(c.id for c in registry.claimants(data[: limits.SNIFF_BYTES]))


def crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


TABLES = {
    "cli-text": (text(of_group()), text(of_group()["events"]), text(of_stream()), text(of_stream()["events"])),
    "query-text": (
        text([[TIME + k, m] for k, m in enumerate(MESSAGES)]),
        text([[m, TIME + k] for k, m in enumerate(MESSAGES)]),
        text([[STREAM, TIME + k, m] for k, m in enumerate(MESSAGES)]),
        text([[TIME + k, m, STREAM] for k, m in enumerate(MESSAGES)]),
        text([{"t": TIME + k, "m": m} for k, m in enumerate(MESSAGES)]),
    ),
    "cli-yaml": (
        as_yaml(of_group()),
        as_yaml(of_stream()),
        as_yaml([of_group()]),
        as_yaml(of_group()["events"]),
        as_yaml(of_group(), width=30, sort_keys=False),
        b"---\n" + as_yaml(of_group(), width=1_000),
    ),
    "cli-table": (
        table(of_group()),
        table(of_group(), width=10_000),
        table(of_stream(), "GetLogEvents"),
        table([[TIME + k, m] for k, m in enumerate(MESSAGES)]),
    ),
    "insights-text": (text(of_query()),),
    "insights-csv": (
        sheet(["@timestamp", "@message", "@logStream", "@log"],
              lambda t, m: [written(t), m, STREAM, "123456789012:/aws/lambda/orders"], newest_first=True),
        sheet(["@message", "@duration", "@timestamp"], lambda t, m: [m, "", written(t)], quoting=csv.QUOTE_ALL),
    ),
    "console-csv": (
        sheet(["timestamp", "message"], lambda t, m: [t, m]),
        sheet(["Timestamp", "Message", "logStreamName"], lambda t, m: [t, m, STREAM], newest_first=True),
        sheet(["Message", "Log stream name", "Timestamp (UTC)"], lambda t, m: [m, STREAM, t], delimiter=";"),
        sheet(["Message", "Timestamp"], lambda t, m: [m, t], delimiter="\t"),
        b"sep=,\n" + sheet(["timestamp", "message"], lambda t, m: [written(t).replace(" ", "T") + "Z", m]),
    ),
}  # fmt: skip
CASES = [(name, data) for name, several in TABLES.items() for data in several]


# --- Whole -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "data"), CASES)
@pytest.mark.parametrize("change", ["none", "crlf", "mark"])
def test_messages_and_times_come_back_as_they_went_in(name: str, data: bytes, change: str) -> None:
    """A table cannot keep blanks at the end of a message; no sample has any but before a line end."""
    data = {"none": data, "crlf": crlf(data), "mark": b"\xef\xbb\xbf" + data}[change]
    assert claimant(data.removeprefix(b"\xef\xbb\xbf")) == name
    found, remarks = read(data)
    assert [message for _, _, message, *_ in found] == list(MESSAGES)
    assert [time for time, *_ in found] == [TIME + k for k in range(len(MESSAGES))]
    assert not remarks.odd
    assert not remarks.truncated


@pytest.mark.parametrize(("name", "data"), CASES)
def test_an_event_stands_in_the_bytes_it_names(name: str, data: bytes) -> None:
    found, _ = read(data)
    for _, _, message, begin, end, _ in found:
        assert 0 <= begin < end <= len(data)
        word = message.split("\n")[0][:20].strip("\t ")
        assert name == "cli-yaml" or '"' in word or word.encode() in data[begin:end]
    places = sorted((begin, end) for *_, begin, end, _ in found)
    assert all(a[1] <= b[0] for a, b in pairwise(places))


def test_the_columns_of_the_api_give_streams_and_ids() -> None:
    for data in (text(of_group()), as_yaml(of_group()), table(of_group())):
        found, _ = read(data)
        assert {stream for _, stream, *_ in found} == {STREAM}
        assert [id_ for *_, id_ in found] == [str(392 * 10**53 + k) for k in range(len(MESSAGES))]


def test_a_log_group_that_all_rows_name_is_the_group_of_the_file() -> None:
    for data in (TABLES["insights-csv"][0], TABLES["insights-text"][0]):
        found, remarks = read(data)
        assert found[0][1] == LogStream("/aws/lambda/orders", STREAM)
        assert remarks.log_group == "/aws/lambda/orders"


def test_the_tokens_of_a_stream_are_no_events_and_say_nothing_of_more() -> None:
    """With the letter behind them and without, as they were in the past."""
    for token in ("0" * 56 + "/s", "0" * 56):
        found, remarks = read(text(of_stream() | {"nextForwardToken": f"f/{token}", "nextBackwardToken": f"b/{token}"}))
        assert len(found) == len(MESSAGES)
        assert not remarks.odd
        assert not remarks.truncated


def test_messages_alone_are_parted_at_their_tabs() -> None:
    """Pages begin without a TAB; a stack trace that is indented by one stays with its message."""
    java = "java.lang.RuntimeException: no\n\tat com.example.App.handle(App.java:12)\n\t... 3 more\n"
    told = (*MESSAGES[:4], java, *MESSAGES[-3:])
    for data in (text(list(told)), text(list(told)) + text(list(told))):
        found, remarks = read(data)
        assert claimant(data) == "query-text"
        assert [m.rstrip("\n") for _, _, m, *_ in found] == [m.rstrip("\n") for m in told] * (len(found) // len(told))
        assert found[-1][0] == 1_791_444_630_768
        assert not remarks.odd
    blanks = text(list(told)).replace(b"\n\tat", b"\n\xc2\xa0at").replace(b"\n\t.", b"\n\xc2\xa0.")
    assert len(read(blanks.replace(b"\n\t", b"\n        "))[0]) == len(told)


def test_json_messages_alone_are_parted_at_their_tabs() -> None:
    """Some end with a line end, some do not, and editors turn the TAB into blanks."""
    told = [
        f'{{"time":"2026-10-08T07:30:28.{k:03}Z","level":"INFO","message":"a\\tb {{\\"x\\":1}}","n":{{"k":{k}}}}}'
        for k in range(40)
    ]
    for end in ("", "\n"):
        data = text([m + end for m in told])
        assert data.count(b"\n") == (41 if end else 1)
        for shown in (data, crlf(data), data.replace(b"\n\t", b"\n        ")):
            found, remarks = read(shown)
            assert claimant(shown) == "query-text"
            assert [m.strip() for _, _, m, *_ in found] == told
            assert [t for t, *_ in found] == [1_791_444_628_000 + k for k in range(40)]
            assert not remarks.odd


def test_a_message_that_begins_with_blanks_is_none_of_the_line_above_it() -> None:
    """The platform's lines are whole; only lines of the function go on in the next one."""
    data = text([MESSAGES[1], "    indented\n", "said\n", f"END RequestId: {REQUEST}\n", "    late\n"])
    assert [m.rstrip("\n") for _, _, m, *_ in read(data)[0]] == [
        MESSAGES[1].rstrip("\n"), "    indented", "said", f"END RequestId: {REQUEST}", "    late",
    ]  # fmt: skip


def test_a_row_of_json_messages_without_end_is_read_in_constant_memory() -> None:
    one = b'{"level":"INFO","message":"order read","requestId":"57325a9d-ff5f-42e4-83df-80f3dcaaef25"}'
    data = b"\t".join([one] * 100_000) + b"\n"
    began = process_time()
    assert len(read(data)[0]) == 100_000
    assert process_time() - began < 5


def test_one_event_drawn_upright_is_read() -> None:
    for answer in (of_group(MESSAGES[3:4]), of_stream(MESSAGES[3:4])):
        found, remarks = read(table(answer))
        assert [(time, message) for time, _, message, *_ in found] == [(TIME, MESSAGES[3])]
        assert not remarks.odd


def test_markdown_gives_line_ends_and_bars_back() -> None:
    rows = [
        f"| {written(TIME + k)} | " + m.replace("|", "\\|").replace("\n", "<br>") + f" | {STREAM} |"
        for k, m in enumerate(MESSAGES[:14])
    ]
    data = "\n".join(["| @timestamp | @message | @logStream |", "|---|:--:|---|", *rows[::-1], ""]).encode()
    assert claimant(data) == "insights-markdown"
    found, remarks = read(data)
    assert [(t, s, m) for t, s, m, *_ in found] == [(TIME + k, STREAM, m) for k, m in enumerate(MESSAGES[:14])]
    assert not remarks.odd


QUERY = (
    "**CloudWatch Logs Insights**    \nregion: eu-west-1    \nlog-group-names: /aws/lambda/orders    \n"
    "start-time: -3600s    \nend-time: 0s    \nquery-string:\n  ```\n  fields @timestamp, @message\n"
    "| filter @message like /a|b/\n| sort @timestamp asc\n  ```\n---\n"
)
"""What the console puts above a table."""


@pytest.mark.parametrize("names", [("@timestamp", "@message"), ("@message", "@timestamp")])
def test_markdown_of_the_console_may_have_the_query_above_it(names: tuple[str, str]) -> None:
    def copied(first: int) -> str:
        rows = [
            (written(TIME + k), m.strip().replace("|", "\\|").replace("\n", " ")) for k, m in enumerate(told, first)
        ]
        lines = [" | ".join(row if names[0] == "@timestamp" else row[::-1]) for row in rows]
        return QUERY + "".join(f"| {line} |\n" for line in (" | ".join(names), "--- | ---", *lines)) + "---\n"

    told = [m for m in MESSAGES[:14] if "\\" not in m]
    for data in (copied(0).encode(), crlf(copied(0).encode()), b"\n" + copied(0).encode()):
        assert claimant(data) == "insights-markdown"
        found, remarks = read(data)
        assert [t for t, *_ in found] == [TIME + k for k in range(len(told))]
        assert [m for _, _, m, *_ in found] == [m.strip().replace("\n", " ") for m in told]
        assert remarks.log_group == "/aws/lambda/orders"
        assert not remarks.odd
        assert not remarks.truncated
        cut, remarks = read(data.rstrip()[:-9])
        assert len(cut) == len(told) - 1
        assert sum(remarks.odd.values()) == 1
        assert remarks.truncated
    if names[0] == "@timestamp":
        found, remarks = read((copied(0) + copied(100)).encode())
        assert len(found) == 2 * len(told)
        assert not remarks.odd


def test_what_stands_between_the_head_of_a_markdown_table_and_its_first_row_is_set_aside() -> None:
    found, remarks = read(f"| @timestamp | @message |\n|---|---|\n| today | x |\n| {written(TIME)} | y |\n".encode())
    assert [m for _, _, m, *_ in found] == ["y"]
    assert sum(remarks.odd.values()) == 1


def test_markdown_with_bars_and_line_ends_as_they_are_is_read() -> None:
    row = f"| {written(TIME)} | a | b\nc | {STREAM} |\n"
    found, remarks = read(f"\n|@timestamp|@message|@logStream|\n|-|-|-|\n{row * 2}".encode())
    assert [m for _, _, m, *_ in found] == ["a | b\nc"] * 2
    assert not remarks.odd


@pytest.mark.parametrize("style", ["'", '"', "|", ">", None])
def test_text_is_read_as_yaml_reads_it(style: str | None) -> None:
    """In every style, folded early and late."""

    class Message(str):
        __slots__ = ()

    class Dumper(yaml.SafeDumper):  # type: ignore[misc]
        pass

    Dumper.add_representer(Message, lambda d, s: d.represent_scalar("tag:yaml.org,2002:str", str(s), style=style))
    chance = random.Random(7)
    parts = [
        "a",
        "bb ccc",
        " ",
        "\n",
        "\t",
        "'",
        '"',
        "\\",
        "#",
        " #",
        ": ",
        "- ",
        "é",
        "\x07",
        "word " * 12,
        "%",
        "\r",
    ]
    for _ in range(600):
        message = Message("".join(chance.choice(parts) for _ in range(chance.randint(0, 20))))
        events = [{"message": message, "timestamp": TIME}, {"timestamp": TIME, "message": message}]
        how = {"width": chance.choice([30, 80]), "allow_unicode": chance.random() < 0.5, "sort_keys": False}
        data = yaml.dump({"events": events}, Dumper=Dumper, **how).encode()
        found = [m for b in cli_yaml.read(BytesSource(data), 0, len(data), Remarks()) for m in b.messages]
        assert found == [event["message"] for event in yaml.safe_load(data)["events"]]


def test_every_container_tells_the_same_of_a_function() -> None:
    """The same totals as from JSON."""
    events = exports.SCENARIOS["memory_leak"](n=30)
    answer = {
        "events": [
            {"logStreamName": e.stream, "timestamp": e.timestamp, "message": e.message, "ingestionTime": e.ingestion,
             "eventId": e.id.rjust(56, "3")}
            for e in events
        ]
    }  # fmt: skip
    rows = [[written(e.timestamp), e.message, e.stream] for e in events]
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["@timestamp", "@message", "@logStream"], *rows[::-1]])
    expected = analyze(exports.filter_log_events(events)).totals
    for data in (text(answer), as_yaml(answer), table(answer), out.getvalue().encode()):
        assert analyze(data).totals == expected, data[:60]


# --- More than the file holds ----------------------------------------------------------------------------------------


def test_a_token_says_that_there_is_more() -> None:
    answer = of_group(nextToken="Bxkq6kVGFtq2y_MoigeqscPOdhXVbhiVtLoAmXb5jCpI7fXgyt")
    answer["searchedLogStreams"] = [{"logStreamName": STREAM, "searchedCompletely": True}]
    max_items = text(of_group()) + b"NEXTTOKEN\teyJuZXh0VG9rZW4iOiBudWxsfQ==\n"
    chosen = text([[TIME, MESSAGES[1]]]) + b"NEXTTOKEN\teyJuZXh0VG9rZW4iOiBudWxsfQ==\n"
    for data in (text(answer), as_yaml(answer), as_yaml([answer]), table(answer), max_items, chosen):
        found, remarks = read(data)
        assert found[-1][2] in (MESSAGES[-1], MESSAGES[1])
        assert remarks.truncated
        assert any("nextToken" in note for note in remarks.notes)
        assert not remarks.odd


def test_a_query_that_was_not_complete_or_hit_its_limit_is_noticed() -> None:
    _, remarks = read(text(of_query(status="Running")))
    assert remarks.noticed == {"partial query result": 1}
    answer = of_query()
    answer["statistics"]["recordsMatched"] = 1_000.0
    _, remarks = read(text(answer))
    assert remarks.noticed == {"limit reached": 1_000 - len(MESSAGES)}


@pytest.mark.parametrize(("name", "data"), CASES)
def test_what_stands_before_a_cut_is_read_and_the_rest_is_set_aside(name: str, data: bytes) -> None:
    """Wherever a file is cut: no message that is not one, none lost but the last."""
    sorted_by_time = name.startswith("insights") or data.startswith(b"Timestamp")
    for at in range(len(data) // 4, len(data), 97):
        cut = data[:at]
        if claimant(cut) != name:
            continue
        found, remarks = read(cut)
        told = [m for _, _, m, *_ in found]
        if sorted_by_time:
            assert set(told) <= set(MESSAGES)
        else:
            whole = told[:-1]
            assert whole == list(MESSAGES[: len(whole)])
        assert sum(remarks.odd.values()) <= 1, (at, remarks.odd)


# --- In parts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [97, 4_099, 1 << 20])
@pytest.mark.parametrize("name", ["cli-text", "query-text", "cli-yaml"])
def test_two_parts_give_what_the_whole_gives(name: str, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHUNK_BYTES", chunk)
    step = 61 if chunk < 100 else 13
    for data in (*TABLES[name], *((text(list(MESSAGES[:4] + MESSAGES[-3:])),) if name == "query-text" else ())):
        whole, _ = read(data)
        for at in range(0, len(data) + 1, step):
            first, second = read(data, 0, at) if at else ([], Remarks()), read(data, at)
            assert first[0] + second[0] == whole, at


@pytest.mark.parametrize("chunk", [97, 4_099])
def test_small_chunks_change_nothing(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [data for name, data in CASES if chunk > 1_000 or not name.endswith(("text", "csv"))]
    whole = [read(data)[0] for data in cases]
    monkeypatch.setattr(limits, "CHUNK_BYTES", chunk)
    assert [read(data)[0] for data in cases] == whole


# --- Damage and malice -----------------------------------------------------------------------------------------------


def test_a_lost_quote_costs_its_row_and_no_other() -> None:
    data = TABLES["console-csv"][0]
    for lost in (b'$LATEST\n"', b',"END Req'):
        at = data.index(lost) + lost.index(b'"')
        found, remarks = read(data[:at] + data[at + 1 :])
        assert len(found) >= len(MESSAGES) - 1
        assert {m for _, _, m, *_ in found if m.strip("\n")} >= {m for m in MESSAGES[5:] if not m.startswith("END")} - {
            "\n",
            "",
        }
        assert sum(remarks.odd.values()) == 1


def test_a_message_may_hold_rows_of_its_own() -> None:
    """Inside quotes they are text."""
    message = f"{TIME},first\n{TIME + 1},second\n"
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["timestamp", "message"], [TIME, message], [TIME, message]])
    found, remarks = read(out.getvalue().encode())
    assert [m for _, _, m, *_ in found] == [message.replace("\n", "\n")] * 2
    assert not remarks.odd


def test_a_quote_that_never_closes_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where every line opens one."""
    monkeypatch.setattr(limits, "GAP_BYTES", 1 << 18)
    monkeypatch.setattr(limits, "CHUNK_BYTES", 1 << 16)
    monkeypatch.setattr(_csv, "_TWICE", 1 << 20)
    for line in (b"x" * 99 + b"\n", b"\n", f'{TIME},a"b,"\n'.encode(), b"y" * 3_000_000):
        data = f'timestamp,message\n{TIME},"'.encode() + line * (1_000_000 // len(line))
        tracemalloc.start()
        begin = process_time()
        _, remarks = read(data)
        took, peak = process_time() - begin, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert sum(remarks.odd.values()) >= 1
        assert peak < 40 << 20
        assert took < 30


def test_a_record_beyond_all_bounds_is_set_aside_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GAP_BYTES", 10_000)
    monkeypatch.setattr(limits, "CHUNK_BYTES", 1_000)
    for name, data in CASES:
        if name == "query-text" and not data[:13].isdigit():
            continue  # there a record ends where its time stands
        huge = data.replace(b"x" * 300, b"x" * 30_000).replace(b"x" * 79, b"x" * 30_000)
        if len(huge) < 25_000 or name == "cli-table":
            continue
        found, remarks = read(huge)
        assert len(found) >= len(MESSAGES) - 2, (name, remarks.odd)
        assert sum(remarks.odd.values()) >= 1


@pytest.mark.parametrize("seed", range(12))
def test_damage_never_raises(seed: int) -> None:
    chance = random.Random(seed)
    intruders = (
        b'"',
        b"\t",
        b"\n",
        b"\r",
        b"|",
        b"\0",
        b"\xff\xfe",
        b"EVENTS\t",
        b"- ",
        b"  ",
        b"'",
        b"\\",
        b",",
        b"\t1791444627768\n",
    )
    for _, data in CASES * 4:
        broken = bytearray(data)
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(broken))
            if chance.random() < 0.4:
                del broken[at : at + chance.randint(1, 200)]
            else:
                broken[at:at] = chance.choice(intruders)
        claims = registry.claimants(bytes(broken))
        assert len(claims) <= 1, [c.id for c in claims]
        if claims and any(claims[0] is module.FORMAT for module in MINE):
            read(bytes(broken))


@pytest.mark.parametrize("module", MINE, ids=lambda m: str(m.FORMAT.id))
def test_a_head_made_to_be_slow_is_answered_at_once(module: Any) -> None:
    units = (
        b" ", b"\t", b"|", b"-", b"| ", b"1", b"1791444627768\t", b"2026/10/08/[", b"\n", b'"', b'",', b"| - ",
        b"RESULTS\t", b"a\n", b"\t1791444627768", b"- ", b"---\n", b"@message,", b"|--", b"\n| ",
    )  # fmt: skip
    fronts = (
        b"",
        b"| @timestamp | @message |\n",
        b"-" * 30 + b"\n|",
        b"1791444627768\t",
        b"events:\n",
        b"timestamp,message\n",
    )
    for front in fronts:
        for unit in units:
            data = (front + unit * limits.SNIFF_BYTES)[: limits.SNIFF_BYTES]
            begin = process_time()
            module.sniff(data)
            for _ in module.FORMAT.read(BytesSource(data), 0, len(data), Remarks()):
                pass
            assert process_time() - begin < 2, (front, unit)


# --- What is none ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"@timestamp,count(*)\n2026-10-08 07:30:00.000,415\n",
        b"remoteAddress,count\n10.0.0.1,415\n",
        b"fields @timestamp, @message\n| sort @timestamp desc\n| limit 20\n",
        b"timestamp,message\nyesterday,hello\n",
        b"| name | value |\n| --- | --- |\n| a | b |\n",
        b"name: deploy\non: push\nevents:\n- push\n",
        b"RESULTS\t@timestamp\t2026-10-08 07:30:00.000\nRESULTS\tcount(*)\t415\n",
    ],
)
def test_tables_without_a_message_are_not_claimed(data: bytes) -> None:
    assert claimant(data) == ""
