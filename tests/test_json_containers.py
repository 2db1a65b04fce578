"""JSON containers: whatever shape events were saved in, they come out whole, in order, and from the bytes they say."""

from __future__ import annotations

import json
import random
import time
import tracemalloc
from collections.abc import Iterable
from typing import Any

import pytest

from analyzer import limits, registry
from analyzer.containers import _documents, _order
from analyzer.containers._documents import Item
from analyzer.model import Container, Events, LogStream, Remarks
from analyzer.sources import BytesSource

REQUEST = "57325a9d-ff5f-42e4-83df-80f3dcaaef25"
STREAM = "2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef"
OTHER = "2026/10/08/[7]fedcba9876543210fedcba9876543210"
GROUP = "/aws/lambda/orders"
LOG = f"123456789012:{GROUP}"
START = f"START RequestId: {REQUEST} Version: $LATEST\n"
END = f"END RequestId: {REQUEST}\n"
ID = "39200000000000000000000000000000000000000000000000000000"
T = 1_791_444_627_768


def documents(data: bytes, *into: str) -> tuple[list[Item], Remarks]:
    """All items of some bytes."""
    remarks = Remarks()
    return [i for batch in _documents.items(BytesSource(data), remarks, frozenset(into)) for i in batch], remarks


def claimant(data: bytes) -> Container:
    """The one container that claims some bytes."""
    (container,) = registry.claimants(data[: limits.SNIFF_BYTES])
    return container


def read(data: bytes) -> tuple[str, list[tuple[Any, ...]], Remarks]:
    """The id of the container, its events as (time, stream, message), and what it noticed; places are checked."""
    container, remarks = claimant(data), Remarks()
    found: list[tuple[Any, ...]] = []
    for batch in container.read(BytesSource(data), 0, 1 << 62, remarks):
        assert len({len(column) for column in batch[:5]}) == 1
        found += zip(*batch[:3], strict=True)
        for offset, end in zip(batch.offsets, batch.ends, strict=True):
            assert 0 <= offset < end <= len(data)
            json.loads(data[offset:end])
    return container.id, found, remarks


def dump(value: object, **more: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, **more).encode()


# --- A stream of documents -------------------------------------------------------------------------------------------


def made_up(rng: random.Random, depth: int = 0) -> Any:
    """Any JSON value, with text in it that looks like JSON."""
    kind = rng.randrange(9 if depth < 3 else 6)
    if kind < 3:
        return rng.choice([None, True, False, rng.randrange(-(10**6), 10**13), rng.random()])
    if kind < 6:
        return rng.choice(['é€😀\n"', '},{"a":1}', "x" * rng.randrange(40), "][", "\u2028\\"])
    if kind == 6:
        return [made_up(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {rng.choice("abcéf") + str(k): made_up(rng, depth + 1) for k in range(rng.randrange(4))}


@pytest.mark.parametrize("chunk", [7, 64, 1 << 20])
@pytest.mark.parametrize("seed", range(40))
def test_documents_of_any_layout_are_walked_alike(seed: int, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHUNK_BYTES", chunk)
    rng = random.Random(seed)
    docs = [
        {"m": made_up(rng), "Events": [made_up(rng) for _ in range(rng.randrange(4))], "z": made_up(rng)}
        for _ in range(rng.randrange(1, 5))
    ]
    indent, escaped = rng.choice([None, 2, "\t"]), rng.random() < 0.5
    written = [json.dumps(d, ensure_ascii=escaped, indent=indent) for d in docs]
    array = json.dumps(docs, ensure_ascii=escaped, indent=indent)
    data = rng.choice(
        [array, *("\n".join(written), "".join(written), "\ufeff\r\n\r\n" + "\r\n".join(written))]
    ).encode()

    found, remarks = documents(data, "events")
    wanted: list[tuple[tuple[str, ...], dict[str, Any], Any]] = []
    for doc in docs:
        wanted += [(("events",), {"m": doc["m"]}, element) for element in doc["Events"]]
        wanted.append(((), {}, {"m": doc["m"], "z": doc["z"]}))
    assert [(i.keys, i.header, i.value) for i in found] == wanted
    assert all(json.loads(data[i.offset : i.end]) == i.value for i in found if i.keys)
    assert [json.loads(data[i.offset : i.end]) for i in found if not i.keys] == docs
    assert not remarks.odd
    assert not remarks.truncated

    whole, _ = documents(data)
    assert [i.value for i in whole] == docs == [json.loads(data[i.offset : i.end]) for i in whole]


@pytest.mark.parametrize("into", [(), ("events",)])
def test_damage_anywhere_is_read_alike_in_any_chunks(into: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(3)
    data = dump({"events": [{"timestamp": k, "message": f"é {k}"} for k in range(12)], "nextToken": None}) * 2
    for _ in range(300):
        at = rng.randrange(len(data))
        damaged = data[:at] + rng.randbytes(rng.randrange(3)) + data[at + rng.randrange(3) :]
        found = []
        for chunk in (33, 1 << 20):
            monkeypatch.setattr(limits, "CHUNK_BYTES", chunk)
            found.append(documents(damaged, *into))
        assert found[0] == found[1]


def test_a_damaged_element_is_set_aside_with_its_place_and_the_next_one_is_read() -> None:
    data = b'{"events":[{"timestamp":1,"message":"a"},{"timestamp":2,"message":b},{"timestamp":3,"message":"c"}]}'
    found, remarks = documents(data, "events")
    assert [i.value["message"] for i in found if i.keys] == ["a", "c"]
    (reason, offset, end, text) = remarks.examples[0]
    assert (reason, text.startswith('{"timestamp":2')) == ("not readable as an event", True)
    assert data[offset:end] == b'{"timestamp":2,"message":b},'
    assert not remarks.truncated


def test_a_document_that_is_cut_hides_nothing_of_the_one_behind_it() -> None:
    """As when an export is killed and a second one appended."""
    data = (
        b'{"group":"a","events":[{"timestamp":1,"message":"o\n{"group":"b","events":[{"timestamp":2,"message":"two"}]}'
    )
    found, remarks = documents(data, "events")
    assert [(i.header, i.value["message"]) for i in found if i.keys] == [({"group": "b"}, "two")]
    assert sum(remarks.odd.values()) == 1


def test_a_damaged_line_costs_that_line_only() -> None:
    data = b'{"start":1}\n{"update":[1,}\n{"update":[2]}\n{"other":[3]}\n'
    found, remarks = documents(data)
    assert [i.value for i in found] == [{"start": 1}, {"update": [2]}, {"other": [3]}]
    assert [data[offset:end] for _, offset, end, _ in remarks.examples] == [b'{"update":[1,}\n']


@pytest.mark.parametrize("cut", range(1, 70, 3))
def test_a_cut_end_is_set_aside_and_said(cut: int) -> None:
    data = dump([{"timestamp": 1, "message": "one"}, {"timestamp": 2, "message": "two é"}])
    found, remarks = documents(data[:-cut])
    assert [i.value for i in found] == json.loads(data)[: len(found)]
    assert remarks.truncated
    assert remarks.notes == {"The file ends before its JSON does. Export it again for the last minutes."}
    assert set(remarks.odd) <= {"cut at the end of the file"}


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 2_000_000,
        b'[{"a":' * 500_000,
        b'[\n{"a":' * 300_000,
        b'{"a":[{},' * 500_000,
        b"[" + b'{"k":x},' * 20_000,
        b"[" + b"1" * 3_000_000,
        b"[1" + b" " * 3_000_000,
        b"\xff\xfe\x00" * 100_000,
    ],
    ids=["brackets", "objects", "lines", "arrays", "damage", "digits", "blanks", "noise"],
)
def test_hostile_documents_are_set_aside(data: bytes) -> None:
    for into in ((), ("a",)):
        _, remarks = documents(data, *into)
        assert remarks.odd or remarks.truncated


def test_a_document_without_an_end_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GAP_BYTES", 1 << 20)
    good = b'{"timestamp":1,"message":"one"}'
    data = b"[" + good + b',{"timestamp":2,"message":"' + b"x" * 20_000_000 + b'"},' + good + b"]"
    tracemalloc.start()
    found, remarks = documents(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [i.value["timestamp"] for i in found] == [1, 1]
    assert remarks.odd == {"longer than an event can be": 1}
    assert peak < 10 << 20


@pytest.mark.parametrize(
    "head",
    [
        b"[" + b" " * 65_000,
        b"{" + b" \n" * 32_000,
        b'[\n{"a":' * 9_000,
        b'[[1791444627768,"' + b"\t\n" * 32_000,
        b'{"' * 32_000,
    ],
)
def test_a_hostile_head_is_looked_at_once(head: bytes) -> None:
    begin = time.process_time()
    assert not registry.claimants(head)
    assert time.process_time() - begin < 5  # seconds; a search that goes back takes minutes


# --- The order of time -----------------------------------------------------------------------------------------------


def ordered(*batches: Iterable[tuple[int | None, str, str]]) -> tuple[list[tuple[Any, ...]], dict[str, int]]:
    columns = [list(zip(*batch, strict=True)) for batch in batches]
    events = [Events(t, s, m, range(len(t)), range(1, len(t) + 1)) for t, s, m in columns]
    remarks = Remarks()
    found = [row for batch in _order.in_time_order(events, remarks) for row in zip(*batch[:3], strict=True)]
    return found, remarks.noticed


ROWS = [(1000 + k // 2, "s", str(k)) for k in range(100)]


def test_what_ascends_passes_and_what_descends_is_turned_round() -> None:
    assert ordered(ROWS[:40], ROWS[40:]) == (ROWS, {})
    assert ordered(ROWS[::-1]) == (ROWS, {})
    assert ordered(ROWS[:39:-1], ROWS[39::-1]) == (ROWS, {})
    assert ordered() == ([], {})


def test_streams_one_after_the_other_are_in_order() -> None:
    rows = [(t, stream, str(t)) for stream in "ab" for t in range(50)]
    assert ordered(rows) == (rows, {})


def test_events_without_a_time_stay_behind_the_one_before_them() -> None:
    found, _ = ordered(
        [(None, "s", "0"), (5, "s", "3"), (None, "s", "4"), (3, "s", "1"), (None, "s", "2"), (7, "s", "5")]
    )
    assert [text for _, _, text in found] == ["0", "1", "2", "3", "4", "5"]


def test_an_event_that_comes_after_later_ones_were_given_is_counted() -> None:
    found, noticed = ordered(ROWS[:50], [(1000, "s", "late"), *ROWS[50:]])
    assert len(found) == 101
    assert noticed == {"not in time order": 1}


def test_more_than_can_be_sorted_comes_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SORT_BYTES", 4_000)
    found, noticed = ordered(ROWS[:49:-1], ROWS[49::-1])
    assert found == ROWS[::-1]
    assert noticed == {"not in time order": 98}


# --- The containers --------------------------------------------------------------------------------------------------

EVENT: dict[str, Any] = {
    "logStreamName": STREAM,
    "timestamp": T,
    "message": START,
    "ingestionTime": T + 2000,
    "eventId": ID,
}
LAST: dict[str, Any] = {
    "logStreamName": OTHER,
    "timestamp": T + 1,
    "message": END,
    "ingestionTime": T + 2000,
    "eventId": ID,
}
PAIR = [(T, STREAM, START), (T + 1, OTHER, END)]
NAMED = [(T, LogStream(GROUP, STREAM), START), (T + 1, LogStream(GROUP, OTHER), END)]
PLAIN = [(T, None, START), (T + 1, None, END)]


def pascal(event: dict[str, Any], time: object) -> dict[str, Any]:
    return {k[0].upper() + k[1:]: time if k == "timestamp" else v for k, v in event.items()}


def turned(event: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed(event.items()))


def fields(event: dict[str, Any]) -> dict[str, Any]:
    stamp = f"2026-10-08 07:30:27.{event['timestamp'] % 1000:03d}"
    return {"@timestamp": stamp, "@message": event["message"], "@logStream": event["logStreamName"], "@log": LOG}


def row(event: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"field": k, "value": v} for k, v in (fields(event) | {"@ptr": "CmEKJgoi"}).items()]


def tail(*events: dict[str, Any], sampled: bool = False) -> dict[str, Any]:
    results = [
        {k: e[k] for k in ("logStreamName", "message", "timestamp")} | {"logGroupIdentifier": LOG} for e in events
    ]
    return {"sessionUpdate": {"sessionMetadata": {"sampled": sampled}, "sessionResults": results}}


SEARCHED = [{"logStreamName": STREAM, "searchedCompletely": True}]
SHAPES: dict[str, tuple[str, bytes, list[tuple[Any, ...]]]] = {
    "filter": ("filter-log-events", dump({"events": [EVENT, LAST]}, indent=4), PAIR),
    "filter, other key order": ("filter-log-events", dump({"events": [turned(EVENT), turned(LAST)]}), PAIR),
    "filter, streams first": (
        "filter-log-events",
        dump({"searchedLogStreams": SEARCHED, "events": [EVENT, LAST]}),
        PAIR,
    ),
    "filter, PowerShell": (
        "filter-log-events",
        dump(
            {"Events": [pascal(EVENT, f"/Date({T})/"), pascal(LAST, "2026-10-08T09:30:27.769+02:00")]}, indent=4
        ).replace(b"/", b"\\/"),
        PAIR,
    ),
    "filter, pages in an array": ("filter-log-events", dump([{"events": [EVENT]}, {"events": [LAST]}]), PAIR),
    "get": ("get-log-events", dump({"events": [{"timestamp": t, "message": m} for t, _, m in PAIR]}), PLAIN),
    "events": ("event-array", dump([EVENT, LAST]), PAIR),
    "messages": ("message-array", dump([START, END]), [(None, None, START), (None, None, END)]),
    "pairs": ("query-pairs", dump([[t, m] for t, _, m in PAIR]), PLAIN),
    "pairs, message first": ("query-pairs", dump([[m, t] for t, _, m in PAIR], indent=4), PLAIN),
    "pairs, all columns": ("query-pairs", dump([[ID, T + 9, s, m, t] for t, s, m in PAIR]), PAIR),
    "objects": ("query-objects", dump([{"t": t, "m": m} for t, _, m in PAIR]), PLAIN),
    "objects, streams": ("query-objects", dump([{"a": s, "b": m, "c": t} for t, s, m in PAIR]), PAIR),
    "results": ("insights-results", dump({"results": [row(LAST), row(EVENT)], "status": "Complete"}), NAMED),
    "results, rows alone": ("insights-results", dump([row(LAST), row(EVENT)], indent=4), NAMED),
    "results, pages": ("insights-results", dump({"results": [row(LAST)]}) + dump({"results": [row(EVENT)]}), NAMED),
    "console": ("insights-console", dump([fields(LAST), fields(EVENT)], indent=2), NAMED),
    "record": (
        "log-record",
        b"\n".join(dump({"logRecord": fields(e) | {"@timestamp": str(e["timestamp"])}}) for e in (EVENT, LAST)),
        NAMED,
    ),
    "live tail": ("live-tail", dump({"sessionStart": {"sessionId": "1"}}) + b"\n" + dump(tail(EVENT, LAST)), NAMED),
    "live tail, array": ("live-tail", dump([tail(EVENT), tail(), tail(LAST)], indent=2), NAMED),
    "lines": ("event-lines", dump(EVENT) + b"\n" + dump(LAST) + b"\n", PAIR),
    "lines, no streams": ("event-lines", b"".join(dump({"timestamp": t, "message": m}) for t, _, m in PAIR), PLAIN),
    "lines, spread": ("event-lines", dump(EVENT, indent=2) + b"\n" + dump(LAST, indent=2), PAIR),
}
shapes = pytest.mark.parametrize(("container", "data", "events"), SHAPES.values(), ids=SHAPES)


@shapes
def test_a_shape_is_claimed_by_one_container_and_its_events_come_back(
    container: str, data: bytes, events: list[tuple[Any, ...]]
) -> None:
    for saved in (data, data.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + data, b"\n\n" + data):
        found = read(saved)
        assert found[:2] == (container, events)
        assert (found[2].odd, found[2].truncated, found[2].noticed) == ({}, False, {})
        assert found[2].log_group == (GROUP if events == NAMED else "")


@shapes
@pytest.mark.parametrize("keep", [0.6, 0.75, 0.9, 0.98])
def test_a_shape_that_is_cut_gives_what_stands_before_the_cut(
    container: str, data: bytes, events: list[tuple[Any, ...]], keep: float
) -> None:
    cut = data[: int(len(data) * keep)]
    remarks = Remarks()
    (reader,) = [c for c in registry.containers() if c.id == container]
    batches = list(reader.read(BytesSource(cut), 0, 1 << 62, remarks))
    found = [event for batch in batches for event in zip(*batch[:3], strict=True)]
    assert len(found) <= len(events)
    assert remarks.truncated or cut.endswith(b"}")


LONG = EVENT | {"message": "x" * 200_000 + "\n"}


@pytest.mark.parametrize(
    ("container", "value"),
    [
        ("filter-log-events", {"events": [LONG]}),
        ("get-log-events", {"events": [{"timestamp": T, "message": LONG["message"]}]}),
        ("event-array", [LONG]),
        ("query-pairs", [[T, START + "é" * 50_000]]),
        ("query-objects", [{"t": T, "m": START + LONG["message"]}]),
        ("insights-results", {"results": [row(LONG)]}),
        ("insights-console", [fields(LONG)]),
        ("log-record", {"logRecord": fields(LONG)}),
        ("live-tail", tail(LONG)),
        ("event-lines", LONG),
    ],
)
def test_a_container_is_recognised_by_the_beginning_of_a_long_event(container: str, value: object) -> None:
    assert claimant(dump(value)).id == container


@pytest.mark.parametrize(
    "data",
    [
        dump([{"created": T, "name": "bob"}]),
        dump([[1, 2], [3, 4]]),
        dump([[T, T + 1]]),
        dump({"name": "package", "events": 3}),
        dump({"events": [{"timestamp": T, "type": "LambdaFunctionFailed", "id": 2, "previousEventId": 1}]}),
        dump({"results": [[{"field": "bin(5m)", "value": "2026-10-08 07:30:00.000"}, {"field": "n", "value": "3"}]]}),
        dump([{"bin(5m)": "2026-10-08 07:30:00.000", "n": "3"}]),
        dump({"results": []}),
        dump({"logRecord": {"@timestamp": "1"}}),
    ],
)
def test_json_that_is_no_export_is_not_claimed(data: bytes) -> None:
    ours = {container for container, _, _ in SHAPES.values()} | {"telemetry"}
    assert not {c.id for c in registry.claimants(data)} & ours


@pytest.mark.parametrize(
    "line",
    [
        {"level": "ERROR", "timestamp": "2026-10-08T07:30:27.768Z", "message": "boom", "requestId": REQUEST},
        {"level": "INFO", "timestamp": T, "message": "ready"},
        {"level": 30, "time": T, "msg": "ready"},
        {"time": "2026-10-08T07:30:27.768Z", "type": "platform.start", "record": {"requestId": REQUEST}},
    ],
)
def test_log_lines_that_are_objects_are_not_taken_for_events(line: dict[str, Any]) -> None:
    assert {c.id for c in registry.claimants(dump(line) + b"\n")}.isdisjoint({"event-lines", "telemetry"})


def test_ids_come_along() -> None:
    for data in (dump({"events": [EVENT, LAST]}), dump([pascal(EVENT, T)]), dump(EVENT) + dump(LAST)):
        batches = list(claimant(data).read(BytesSource(data), 0, len(data), Remarks()))
        assert {i for batch in batches for i in batch.ids} == {ID}
    data = dump({"events": [{"timestamp": T, "message": START}]})
    assert [b.ids for b in claimant(data).read(BytesSource(data), 0, len(data), Remarks())] == [[]]


@pytest.mark.parametrize("token", ["nextToken", "NextToken"])
def test_a_token_behind_the_last_page_means_that_there_is_more(token: str) -> None:
    _, _, remarks = read(dump({"events": [EVENT], token: "eyJ"}))
    assert remarks.truncated
    _, _, remarks = read(dump({"events": [EVENT], token: "eyJ"}) + dump({"events": [LAST]}))
    assert not remarks.truncated
    _, _, remarks = read(dump({"Events": [EVENT], token: None}))
    assert not remarks.truncated


@pytest.mark.parametrize(
    ("answer", "notice"),
    [
        ({"status": "Running"}, "partial query result"),
        ({"status": "Timeout"}, "partial query result"),
        ({"status": "Complete", "statistics": {"recordsMatched": 3.0}}, "limit reached"),
        ({"status": "Complete", "statistics": {"estimatedRecordsSkipped": 3.0}}, "partial query result"),
        ({"status": "Complete", "nextToken": "A"}, None),
    ],
)
def test_a_query_that_gave_a_part_of_its_rows_says_so(answer: dict[str, Any], notice: str | None) -> None:
    _, found, remarks = read(dump({"results": [row(EVENT)]} | answer))
    assert found == NAMED[:1]
    assert list(remarks.noticed) == ([notice] if notice else [])
    assert len(remarks.notes) == 1


def test_a_console_table_as_long_as_the_limit_says_so() -> None:
    _, _, remarks = read(dump([fields(EVENT)] * 1000))
    assert remarks.noticed == {"limit reached": 1}
    _, _, remarks = read(dump([fields(EVENT)] * 999))
    assert remarks.noticed == {}


def test_a_console_message_that_was_decoded_is_written_anew() -> None:
    message = {"time": "2026-10-08T07:30:27.768Z", "type": "platform.start", "record": {"requestId": REQUEST, "ä": 1}}
    _, found, _ = read(dump([fields(EVENT) | {"@message": message}]))
    assert found[0][2] == json.dumps(message, separators=(",", ":"), ensure_ascii=False)


def test_a_row_without_a_message_is_set_aside() -> None:
    _, found, remarks = read(dump([fields(EVENT), {"@timestamp": "2026-10-08 07:30:27.768"}, 7]))
    assert len(found) == 1
    assert remarks.odd == {"not readable as an event": 2}


def test_a_sampled_live_tail_is_noticed() -> None:
    _, found, remarks = read(dump(tail(EVENT, sampled=True)) + dump(tail(LAST)))
    assert found == NAMED
    assert remarks.noticed == {"sampled live tail": 1}
    assert len(remarks.notes) == 1


def test_two_groups_are_none_for_the_whole_file() -> None:
    _, found, remarks = read(dump([fields(EVENT), fields(LAST) | {"@log": "123456789012:/aws/lambda/mail"}]))
    assert found == [NAMED[0], (T + 1, LogStream("/aws/lambda/mail", OTHER), END)]
    assert remarks.log_group == ""


def test_log_lines_in_an_array_are_read_as_they_stand() -> None:
    lines = [
        {"level": "ERROR", "timestamp": "2026-10-08T07:30:27.768Z", "message": "boom ä"},
        {"level": 30, "msg": "x"},
    ]
    wanted = [(None, None, json.dumps(line, separators=(",", ":"), ensure_ascii=False)) for line in lines]
    assert read(dump(lines, indent=2))[:2] == ("line-array", wanted)
    start = {"time": "2026-10-08T07:30:27.768Z", "type": "platform.start", "record": {"requestId": REQUEST}}
    assert read(dump([start, *lines]))[1][1:] == wanted


def test_telemetry_gives_what_a_program_printed_and_the_platform_as_json() -> None:
    start = {"time": "2026-10-08T07:30:27.768Z", "type": "platform.start", "record": {"requestId": REQUEST}}
    printed = {"time": "2026-10-08T07:30:27.769Z", "type": "function", "record": "[INFO]\tready\n"}
    decoded = printed | {"record": {"level": "INFO", "message": "ready"}}
    wanted = [
        (T, None, json.dumps(start, separators=(",", ":"))),
        (T + 1, None, "[INFO]\tready\n"),
        (T + 1, None, '{"level":"INFO","message":"ready"}'),
    ]
    for data in (
        dump([start, printed, decoded]),
        dump([start]) + b"\n" + dump([printed, decoded]),
        b"".join(dump(e, indent=2) for e in (start, printed, decoded)),
    ):
        assert read(data)[:2] == ("telemetry", wanted)
