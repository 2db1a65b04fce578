"""Containers: what a file says is read whole, in any chunking, and what cannot be read is set aside with its place."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import exports
import pytest

from analyzer import UnknownInputError, UnreadableInputError, analyze, limits
from analyzer.containers import event_array, filter_log_events, message_array, text
from analyzer.model import Remarks
from analyzer.report import Report
from analyzer.sources import BytesSource, FileSource, Gunzipped

EVENTS = exports.SCENARIOS["memory_leak"](n=40)


def read(container: Any, data: bytes, start: int = 0, end: int | None = None) -> tuple[list[Any], Remarks]:
    """All events of a range as (time, stream, message, offset, end), and what the container noticed."""
    remarks = Remarks()
    batches: Iterator[Any] = container.FORMAT.read(BytesSource(data), start, len(data) if end is None else end, remarks)
    return [event for batch in batches for event in zip(*batch[:5], strict=True)], remarks


def report(data: bytes, name: str = "export.json") -> Report:
    """The report of some bytes under a name."""
    return analyze([BytesSource(data, name)])


@pytest.mark.parametrize("chunk", [257, 4_099, 4 << 20])
@pytest.mark.parametrize("pretty", [False, True])
@pytest.mark.parametrize("pages", [1, 5])
def test_events_of_any_layout_and_chunk_come_out_whole(
    chunk: int, pretty: bool, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages, times, streams, and the very bytes each event stands in."""
    monkeypatch.setattr(limits, "CHUNK_BYTES", chunk)
    data = exports.filter_log_events(EVENTS, pretty=pretty, pages=pages)
    found, remarks = read(filter_log_events, data)
    assert [(t, s, m) for t, s, m, _, _ in found] == [(e.timestamp, e.stream, e.message) for e in EVENTS]
    assert all(json.loads(data[a:b])["message"] == m for _, _, m, a, b in found)
    assert not remarks.truncated
    assert not remarks.odd


def test_the_same_events_in_every_container_count_alike() -> None:
    """Compact, indented, pages, an array, gzip: one total."""
    counts = set()
    for data in (
        exports.filter_log_events(EVENTS),
        exports.filter_log_events(EVENTS, pretty=True),
        exports.filter_log_events(EVENTS, pages=3),
        exports.event_array(EVENTS),
        exports.gzipped(exports.filter_log_events(EVENTS)),
    ):
        totals = report(data)
        counts.add((totals.quality.events, totals.totals))
    assert len(counts) == 1


def test_keys_in_another_order_and_case_and_messages_already_decoded_are_read() -> None:
    """As PowerShell and jq leave them."""
    events = [
        {"Message": "START RequestId: a Version: 1", "Timestamp": "1791444627768", "LogStreamName": "s"},
        {"Timestamp": 1791444627769.0, "Message": {"level": "ERROR", "message": "boom", "requestId": "a"}},
    ]
    found, remarks = read(event_array, json.dumps(events).encode())
    assert found[0][:3] == (1791444627768, "s", "START RequestId: a Version: 1")
    assert json.loads(found[1][2])["message"] == "boom"
    assert not remarks.odd


def test_an_event_without_a_message_is_set_aside_with_its_place() -> None:
    """And the others are read."""
    data = b'{"events":[{"timestamp":1,"message":"one"},{"timestamp":2},{"timestamp":3,"message":"three"}]}'
    found, remarks = read(filter_log_events, data)
    assert [m for _, _, m, _, _ in found] == ["one", "three"]
    assert remarks.odd == {"not readable as an event": 1}
    _, offset, end, _ = remarks.examples[0]
    assert data[offset:end] == b'{"timestamp":2}'


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.999])
def test_a_file_cut_anywhere_gives_everything_before_the_cut(keep: float) -> None:
    """And says that it was cut."""
    data = exports.filter_log_events(EVENTS)
    cut = data[: int(len(data) * keep)]
    whole = cut.count(b'"eventId"') - (0 if cut.rstrip().endswith(b"}") else 1)
    found = report(cut)
    assert found.inputs[0].truncated
    assert found.quality.events - found.quality.set_aside.get("cut at the end of the file", 0) in (whole, whole + 1)
    assert "data-quality" in {f.id for f in found.findings}


def test_a_last_page_with_a_token_means_there_is_more() -> None:
    """Only the last one counts: pages in the middle always have one."""
    more = report(exports.filter_log_events(EVENTS, next_token="abc"))
    assert more.inputs[0].truncated
    assert "nextToken" in more.inputs[0].notes[0]
    pages = exports.filter_log_events(EVENTS[:20], next_token="abc") + exports.filter_log_events(EVENTS[20:])
    assert not report(pages).inputs[0].truncated


def test_an_event_longer_than_any_can_be_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounded memory; what stands around it is read."""
    monkeypatch.setattr(limits, "GAP_BYTES", 5_000)
    monkeypatch.setattr(limits, "CHUNK_BYTES", 1_000)
    long = json.dumps({"timestamp": 2, "message": "x" * 20_000}).encode()
    data = b'{"events":[{"timestamp":1,"message":"one"},' + long + b',{"timestamp":3,"message":"three"}]}'
    found, remarks = read(filter_log_events, data)
    assert [m for _, _, m, _, _ in found] == ["one", "three"]
    assert remarks.odd == {"longer than an event can be": 1}


def test_messages_alone_are_read_in_order() -> None:
    """A quote that opens and one that closes look alike, so such a file is read from its beginning."""
    messages = ["START RequestId: a Version: 1\n", ",", '","', "END RequestId: a\n", 'say "hi" \\', ""]
    for indent in (None, 4):
        found, remarks = read(message_array, json.dumps(messages, indent=indent).encode())
        assert [m for _, _, m, _, _ in found] == messages
        assert not remarks.truncated


def test_pasted_lines_keep_tracebacks_with_their_error() -> None:
    """Indented lines, chained exceptions and blank lines belong to the event above."""
    pasted = (
        b"        START RequestId: a Version: 1\r\n[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n"
        b"  File \"/var/task/app.py\", line 3, in handler\n    raise\nKeyError: 'x'\n\n"
        b"2026-10-08T07:30:28.235Z\tEND RequestId: a\nplain\n"
    )
    found, _ = read(text, pasted)
    messages = [m for _, _, m, _, _ in found]
    assert messages[0] == "START RequestId: a Version: 1"
    assert messages[1].endswith("KeyError: 'x'\n")
    assert messages[2:] == ["END RequestId: a", "plain"]
    assert found[2][0] == 1791444628235


def test_gzip_of_several_members_with_padding_reads_as_one() -> None:
    """As Firehose and log rotation leave them."""
    data = exports.filter_log_events(EVENTS)
    packed = gzip.compress(data[:1000]) + b"\0" * 64 + gzip.compress(data[1000:]) + b"\0" * 9
    assert Gunzipped(BytesSource(packed)).read(0, len(data) + 1) == data


def test_gzip_cut_short_gives_what_it_held() -> None:
    """And the report says that it was cut."""
    packed = exports.gzipped(exports.filter_log_events(EVENTS))
    found = report(packed[: len(packed) * 3 // 4], "export.json.gz")
    assert found.inputs[0].truncated
    assert any("cut short" in note for note in found.inputs[0].notes)
    assert found.totals.invocations > 0


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty.json is empty."),
        (b" \n\t ", "empty.json is empty."),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "empty.json is a picture, not a log export."),
        (b"%PDF-1.7", "empty.json is a PDF, not a log export."),
        (b'{"name": "x", "version": 1}', "empty.json is JSON, but not a log export."),
        (b"[1, 2, 3]", "empty.json is JSON, but not a log export."),
        (b"<!doctype html><p>hi", "empty.json is a web page or XML, not a log export."),
        (b"dear diary, the errors: 0\n" * 9, "empty.json holds no line of a Lambda function's log."),
        (bytes(5000), "empty.json is not text."),
    ],
)
def test_a_file_that_is_no_export_is_named_in_one_sentence(data: bytes, what: str) -> None:
    """What it is, how that was seen, what would work; one line."""
    with pytest.raises(UnknownInputError) as caught:
        report(data, "empty.json")
    assert caught.value.what == what
    assert caught.value.how
    assert caught.value.way_out
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_opened_is_named() -> None:
    """With the way out."""
    with pytest.raises(UnreadableInputError, match=r"nowhere\.json: cannot be read"):
        FileSource("nowhere.json")


def test_an_export_without_events_is_a_report_with_a_note() -> None:
    """Not an error: the person asked the wrong minutes."""
    found = report(b'{"events": [], "searchedLogStreams": []}')
    assert found.totals.invocations == 0
    assert found.verdict == "This export holds no log events."
    assert not found.inputs[0].truncated
