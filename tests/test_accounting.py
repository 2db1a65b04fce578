"""The account: every event is attributed or set aside under a reason, and every reason says what it weakens."""

from __future__ import annotations

import json
from collections.abc import Iterator

import exports
import pytest

from analyzer import accounting, analyze, limits
from analyzer.report import Report
from analyzer.sources import BytesSource

ID = "57325a9d-ff5f-42e4-83df-80f3dcaaef25"
OTHER = "6b875ab5-ae7f-4c04-ba85-8930a858ce0e"
THIRD = "ea643eb8-04e8-4c4a-9f4a-8d2b3e0a5f11"
STREAM = "2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef"
TIME = 1_791_444_627_768
REPORT = "\tDuration: 5.00 ms\tBilled Duration: 5 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB\t\n"


def invocation(request_id: str = ID, time: int = TIME) -> list[dict[str, object]]:
    """The three lines of an invocation as log events."""
    said = (f"START RequestId: {request_id} Version: 1\n", f"END RequestId: {request_id}\n")
    messages = (*said, f"REPORT RequestId: {request_id}{REPORT}")
    return [
        {"logStreamName": STREAM, "timestamp": time + n, "message": m, "eventId": str((time << 144) + n)}
        for n, m in enumerate(messages)
    ]


def report(data: bytes | object, name: str = "orders-api.json") -> Report:
    """The report of some bytes, or of a value as JSON."""
    return analyze([BytesSource(data if isinstance(data, bytes) else json.dumps(data).encode(), name)])


def live_tail(sampled: bool) -> dict[str, object]:
    """One update of a Live Tail session."""
    results = [
        {"logStreamName": e["logStreamName"], "logGroupIdentifier": "123456789012:/aws/lambda/orders-api"} | e
        for e in invocation()
    ]
    return {"sessionUpdate": {"sessionMetadata": {"sampled": sampled}, "sessionResults": results}}


def query(status: str) -> dict[str, object]:
    """The result of a Logs Insights query."""
    rows = [
        [
            {"field": "@timestamp", "value": "2026-10-08 07:30:27.768"},
            {"field": "@message", "value": e["message"]},
            {"field": "@logStream", "value": STREAM},
        ]
        for e in invocation()
    ]
    return {"results": rows, "statistics": {"recordsMatched": 3.0}, "status": status}


def examples() -> Iterator[tuple[str, object]]:
    """A condition, and an input that has it."""
    yield "sampled live tail", live_tail(sampled=True)
    yield "partial query result", query("Running")
    yield "already running at the start", {"events": invocation()[1:]}
    yield (
        "clock disorder",
        {"events": [*invocation(), *invocation(OTHER, TIME - 60_000), *invocation(THIRD, TIME + 60_000)]},
    )
    pasted = f"START RequestId: {ID} Version: 1\nEND RequestId: {ID}\nREPORT RequestId: {ID}{REPORT}".encode()
    yield "no stream names", pasted
    dropped = {"reason": "Consumer seems to have fallen behind", "droppedRecords": 123, "droppedBytes": 12345}
    line = json.dumps({"time": "2026-10-08T07:30:27.768Z", "type": "platform.logsDropped", "record": dropped})
    yield "logs dropped", {"events": [{"logStreamName": STREAM, "timestamp": TIME, "message": line}, *invocation()]}
    failed = [
        {
            "time": "2026-10-08T07:30:27.768Z",
            "type": "platform.report",
            "record": {"requestId": i, "status": "timeout", "metrics": {"durationMs": 3000.0, "memorySizeMB": 128}},
        }
        for i in (ID, OTHER)
    ]
    hidden = [{"logStreamName": STREAM, "timestamp": TIME + n, "message": json.dumps(f)} for n, f in enumerate(failed)]
    yield "successes not logged", {"events": hidden}


@pytest.mark.parametrize(("reason", "data"), list(examples()), ids=lambda v: v if isinstance(v, str) else "")
def test_what_weakens_an_answer_is_counted_and_said(reason: str, data: object) -> None:
    """Under its reason, with a sentence, and in a finding where something is wrong with the export."""
    found = report(data)
    assert found.quality.noticed[reason] > 0
    assert found.quality.weakens[reason]
    condition = accounting.CONDITIONS[reason]
    stated = [f for f in found.findings if f.id == "data-quality" and f.advice == condition.weakens]
    assert len(stated) == bool(condition.severity)
    assert found.quality.events == found.quality.attributed + sum(found.quality.set_aside.values())


def test_a_whole_export_with_stream_names_weakens_nothing() -> None:
    """No condition, nothing set aside."""
    for data in ({"events": invocation()}, live_tail(sampled=False), query("Complete")):
        quality = report(data).quality
        assert (quality.noticed, quality.set_aside, quality.weakens) == ({}, {}, {})


def test_how_many_records_were_dropped_is_what_lambda_says() -> None:
    """Not how often it says so."""
    data = dict(examples())["logs dropped"]
    assert report(data).quality.noticed["logs dropped"] == 123


def test_an_input_too_large_to_be_sorted_is_said_to_be_out_of_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """And how many events are."""
    monkeypatch.setattr(limits, "SORT_BYTES", 2_000)
    monkeypatch.setattr(limits, "CHUNK_BYTES", 1_000)
    rows = ["timestamp,message"]
    for n in reversed(range(60)):
        rows += [f'{e["timestamp"]},"{e["message"]}"' for e in reversed(invocation(OTHER, TIME + 1_000 * n))]
    found = report("\n".join(rows).encode(), "log-events-viewer-result.csv")
    assert found.quality.noticed["not in time order"] > 0
    assert found.quality.weakens["not in time order"]


def test_a_line_longer_than_any_event_is_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is beyond the limit is said to be missing."""
    monkeypatch.setattr(limits, "EVENT_BYTES", 500)
    text = f"START RequestId: {ID} Version: 1\n{'x' * 2_000}\nEND RequestId: {ID}\nREPORT RequestId: {ID}{REPORT}"
    assert report(text.encode(), "paste.txt").quality.noticed["limit reached"] == 1


@pytest.mark.parametrize("name", sorted(exports.SCENARIOS))
def test_every_reason_that_occurs_has_its_sentence(name: str) -> None:
    """Also when half of the file is missing and the rest is there twice."""
    data = exports.filter_log_events(exports.SCENARIOS[name](n=30))
    half = len(data) // 2
    unreadable = data[:half] + data[half:].replace(b'"message"', b'"massage"', 3)
    for damaged in (data, data[:half], data[: half // 2] + data, unreadable):
        quality = report(damaged).quality
        occurred = {reason for reason, n in (quality.set_aside | quality.noticed).items() if n}
        assert occurred == set(quality.weakens)
        assert quality.events == quality.attributed + sum(quality.set_aside.values())
