"""Payloads: log data in the events that carry it, and what callers are told of a failure; whole, cut and damaged."""

from __future__ import annotations

import base64
import gzip
import json
import random
from itertools import pairwise
from time import perf_counter
from typing import Any

import exports
import pytest

from analyzer import analyze, limits, registry, summarize
from analyzer.containers import _encoded
from analyzer.containers._keys import first_keys
from analyzer.model import Container, LogStream, Remarks
from analyzer.report import Report
from analyzer.sources import BytesSource

ID = "57325a9d-ff5f-42e4-83df-80f3dcaaef25"
OTHER = "aec7a529-47f9-4090-be01-c9ed91bf83cf"
GROUP, STREAM = "/aws/lambda/orders", "2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef"
ARN = "arn:aws:lambda:us-east-2:123456789012:function:orders:$LATEST"
UNREADABLE, CUT, LIMIT = "not readable as an event", "cut at the end of the file", "limit reached"
CONTAINERS = {c.id: c for c in registry.containers()}
EVENTS = exports.SCENARIOS["code_defect"](n=24)


def dump(value: Any, **options: Any) -> bytes:
    """Compact JSON, unless told otherwise."""
    return json.dumps(value, **({"separators": (",", ":")} | options)).encode()


def read(data: bytes, container: str) -> tuple[list[Any], Remarks]:
    """All events as (time, stream, message, offset, end) of a file that this container alone claims."""
    (claimant,) = registry.claimants(data[: limits.SNIFF_BYTES])
    assert claimant.id == container
    return events(claimant, data)


def events(container: Container, data: bytes, start: int = 0, end: int | None = None) -> tuple[list[Any], Remarks]:
    """All events of a range, and what the container noticed."""
    remarks = Remarks()
    batches = container.read(BytesSource(data), start, len(data) if end is None else end, remarks)
    return [event for batch in batches for event in zip(*batch[:5], strict=True)], remarks


def messages(data: bytes, container: str) -> list[str]:
    """The messages of a file that this container alone claims."""
    return [message for _, _, message, _, _ in read(data, container)[0]]


def report(data: bytes) -> Report:
    """The report of some bytes."""
    return analyze([BytesSource(data, "file")])


def document(lines: list[str], group: str = GROUP, stream: str = STREAM, **more: Any) -> dict[str, Any]:
    """A subscription payload."""
    listed = [
        {"id": f"{39 * 10**54 + k}", "timestamp": 1791444627768 + k, "message": line} for k, line in enumerate(lines)
    ]
    return {
        "messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": group, "logStream": stream,
        "subscriptionFilters": ["all"], "logEvents": listed, **more,
    }  # fmt: skip


CONTROL = document(["CWL CONTROL MESSAGE: Checking health of destination Firehose."], "", "") | {
    "messageType": "CONTROL_MESSAGE",
    "owner": "CloudwatchLogs",
}


def documents(size: int = 20) -> list[bytes]:
    """The scenario as payloads of one stream each, as CloudWatch Logs fills them."""
    found: list[dict[str, Any]] = []
    for event in EVENTS:
        if not found or found[-1]["logStream"] != event.stream or len(found[-1]["logEvents"]) == size:
            found.append(document([], stream=event.stream))
        listed = {"id": event.id, "timestamp": event.timestamp, "message": event.message}
        found[-1]["logEvents"].append(listed)
    return [dump(one) for one in found]


def packed(data: bytes) -> str:
    """As a subscription hands it on."""
    return base64.b64encode(gzip.compress(data, mtime=0)).decode()


def kinesis(data: list[str]) -> dict[str, Any]:
    """What a function gets that reads a Kinesis stream."""
    return {
        "Records": [
            {
                "kinesis": {"kinesisSchemaVersion": "1.0", "partitionKey": "p", "data": one, "sequenceNumber": "49"},
                "eventSource": "aws:kinesis",
            }
            for one in data
        ]
    }


def firehose(data: list[str]) -> dict[str, Any]:
    """What a function gets that transforms for Firehose."""
    records = [
        {"recordId": str(k), "approximateArrivalTimestamp": 1791444627768, "data": one} for k, one in enumerate(data)
    ]
    stream = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/logs"
    return {"invocationId": OTHER, "deliveryStreamArn": stream, "region": "eu-west-1", "records": records}


def shapes() -> dict[str, tuple[str, bytes]]:
    """The scenario in every shape: the container that reads it, and the bytes."""
    plain = documents()
    data = [packed(one) for one in plain]
    reordered = [dict(reversed(json.loads(one).items())) for one in plain]
    return {
        "back to back": ("subscription", b"".join(plain)),
        "a line each": ("subscription", b"\r\n".join(plain) + b"\r\n"),
        "an array": ("subscription", b"[" + b",\n".join(plain) + b"]"),
        "indented": ("subscription", b"\n".join(dump(json.loads(one), indent=4, separators=None) for one in plain)),
        "keys in another order": ("subscription", b"".join(map(dump, reordered))),
        "unknown keys": (
            "subscription",
            b"".join(dump({"policyLevel": "ACCOUNT_LEVEL_POLICY", **json.loads(one), "new": [{}]}) for one in plain),
        ),
        "with control messages": ("subscription", dump(CONTROL) + b"".join(plain) + dump(CONTROL)),
        "Lambda": ("subscription-event", b"".join(dump({"awslogs": {"data": one}}) for one in data)),
        "Kinesis": ("subscription-event", dump(kinesis(data), indent=2, separators=None)),
        "Kinesis, gzip twice": (
            "subscription-event",
            dump(kinesis([packed(gzip.compress(one, mtime=0)) for one in plain])),
        ),
        "Kinesis, not packed": (
            "subscription-event",
            dump(kinesis([base64.b64encode(one).decode() for one in plain])),
        ),
        "Kinesis, AWS CLI": (
            "subscription-event",
            dump({"Records": [{"SequenceNumber": "4", "Data": one} for one in data], "MillisBehindLatest": 0}),
        ),
        "Firehose": ("subscription-event", dump(firehose(data))),
        "Firehose, HTTP": (
            "subscription-event",
            dump({"requestId": ID, "timestamp": 1791444627768, "records": [{"data": one} for one in data]}),
        ),
        "slashes escaped": ("subscription-event", dump(firehose(data)).replace(b"/", b"\\/")),
        "data alone": ("subscription-event", "\n".join(data).encode()),
        "data alone, wrapped": (
            "subscription-event",
            b"".join(base64.encodebytes(gzip.compress(one, mtime=0)) for one in plain),
        ),
    }


@pytest.mark.parametrize("shape", shapes())
@pytest.mark.parametrize("chunk", [997, 1 << 20])
def test_every_shape_holds_the_same_events(shape: str, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    container, data = shapes()[shape]
    assert [c.id for c in registry.claimants(data[: limits.SNIFF_BYTES])] == [container]
    monkeypatch.setattr(limits, "CHUNK_BYTES", chunk)
    found, remarks = events(CONTAINERS[container], data)
    assert [(t, s, m) for t, s, m, _, _ in found] == [
        (e.timestamp, LogStream(GROUP, e.stream), e.message) for e in EVENTS
    ]
    assert remarks == Remarks(log_group=GROUP)
    assert [place for *_, place, _ in found] == sorted({place for *_, place, _ in found})  # no two have the same


def test_every_shape_gives_the_same_report() -> None:
    found = {shape: json.loads(report(data).to_json()) for shape, (_, data) in shapes().items()}

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: bare(v) for k, v in value.items() if k not in ("inputs", "offset", "length")}
        return [bare(v) for v in value] if isinstance(value, list) else value

    expected = bare(found["back to back"])
    assert expected["functions"][0]["name"] == "orders"
    assert [shape for shape, one in found.items() if bare(one) != expected] == []


# --- Subscription payloads -------------------------------------------------------------------------------------------


def test_an_event_of_a_payload_has_its_own_bytes_and_its_id() -> None:
    lines = ["START é\n", 'say "hi"\n', "日本\n"]
    for options in ({}, {"ensure_ascii": False}, {"indent": 2, "separators": None}):
        data = dump(document(lines), **options) + dump(document(["END\n"]), **options)
        found, _ = read(data, "subscription")
        assert [json.loads(data[a:b])["message"] for *_, a, b in found] == [*lines, "END\n"]
        batch = next(CONTAINERS["subscription"].read(BytesSource(data), 0, len(data), Remarks()))
        assert batch.ids[0] == f"{39 * 10**54}"


def test_a_file_of_several_groups_names_each_event_s_group_and_no_group_of_its_own() -> None:
    data = dump(document(["a\n"])) + dump(document(["b\n"], "/aws/lambda/mail")) + dump(document(["c\n"]))
    found, remarks = read(data, "subscription")
    assert [stream.group for _, stream, *_ in found] == [GROUP, "/aws/lambda/mail", GROUP]
    assert remarks.log_group == ""
    both = dump(kinesis([packed(dump(document(["a\n"]))), packed(dump(document(["b\n"], "/aws/lambda/mail")))]))
    found, remarks = read(both, "subscription-event")
    assert [stream.group for _, stream, *_ in found] == [GROUP, "/aws/lambda/mail"]
    assert remarks.log_group == ""


def test_a_control_message_is_no_event() -> None:
    assert read(dump(CONTROL), "subscription") == ([], Remarks())
    assert read(dump({"awslogs": {"data": packed(dump(CONTROL))}}), "subscription-event") == ([], Remarks())


def test_what_is_put_to_the_api_reads_like_what_comes_from_it() -> None:
    data = dump({"logGroupName": GROUP, "logStreamName": STREAM, "logEvents": [{"timestamp": 1, "message": "x"}]})
    assert read(data, "subscription")[0][0][:3] == (1, LogStream(GROUP, STREAM), "x")


def test_odd_events_are_read_or_set_aside_with_their_place() -> None:
    listed = [{"id": 7, "timestamp": "1791444627768", "message": {"level": "INFO"}}, {"timestamp": 2}, 5, None, "x"]
    data = dump(document([]) | {"logEvents": listed}) + b"\n" + dump({"temperature": 21})
    found, remarks = read(data, "subscription")
    assert [event[:3] for event in found] == [(1791444627768, LogStream(GROUP, STREAM), '{"level":"INFO"}')]
    assert remarks.odd == {UNREADABLE: 5}
    assert [data[a:b] for _, a, b, _ in remarks.examples][:2] == [b'{"timestamp":2}', b"5"]


@pytest.mark.parametrize("keep", [0.1, 0.3, 0.5, 0.77, 0.9, 0.999])
@pytest.mark.parametrize("shape", ["back to back", "an array", "keys in another order", "Kinesis", "data alone"])
def test_a_file_cut_anywhere_gives_what_stands_before_the_cut(shape: str, keep: float) -> None:
    container, data = shapes()[shape]
    found, remarks = events(CONTAINERS[container], data[: int(len(data) * keep)])
    assert [m for _, _, m, _, _ in found] == [e.message for e in EVENTS][: len(found)]
    assert len(found) >= int(len(EVENTS) * keep) - 25  # a record is lost at most
    assert remarks.truncated
    assert sum(remarks.odd.values()) <= 1


def test_events_whose_document_is_cut_before_its_group_are_kept() -> None:
    data = dump(dict(reversed(document(["a\n", "b\n", "c\n"]).items())))
    found, remarks = read(data[: data.index(b'"c') - 5], "subscription")
    assert [(stream, message) for _, stream, message, _, _ in found] == [(None, "a\n"), (None, "b\n")]
    assert remarks.odd == {CUT: 1}


def test_a_long_document_is_read_in_constant_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GAP_BYTES", 20_000)
    monkeypatch.setattr(limits, "CHUNK_BYTES", 3_000)
    lines = [f"line {k} {'x' * 90}\n" for k in range(2_000)]
    late = dump(dict(reversed(document(lines).items())))
    largest = seen = 0
    for batch in CONTAINERS["subscription"].read(BytesSource(late), 0, len(late), Remarks()):
        largest, seen = max(largest, len(batch.messages)), seen + len(batch.messages)
    assert seen == 2_000
    assert largest < 300


# --- Payloads that are packed ----------------------------------------------------------------------------------------


def test_a_record_that_is_no_payload_is_set_aside_with_its_place() -> None:
    good = packed(dump(document(["a\n"])))
    others = [
        base64.b64encode(b"a plain line").decode(),
        base64.b64encode(b'{"temperature": 21}').decode(),
        packed(b"[1, 2]"),
        "no base64 at all!",
        good[: len(good) // 2 - 3] + "*" + good[len(good) // 2 :],
        "é",
        "",
    ]
    data = dump(kinesis([good, *others, good]) | {"more": 1})
    found, remarks = read(data, "subscription-event")
    assert [m for _, _, m, _, _ in found] == ["a\n", "a\n"]
    assert remarks.odd == {UNREADABLE: len(others)}
    assert all(
        json.loads(data[a:b])["kinesis"]["data"] == o for (_, a, b, _), o in zip(remarks.examples, others, strict=True)
    )
    data = dump({"Records": [{"kinesis": {"data": good}}, {"s3": {}}, 5, None, {"kinesis": {"data": 5}}]}) + b'{"x":1}'
    found, remarks = read(data, "subscription-event")
    assert (len(found), remarks.odd) == (1, {UNREADABLE: 5})


def test_an_event_of_other_records_is_no_log() -> None:
    others: list[dict[str, Any]] = [
        {"Records": [{"s3": {"bucket": {"name": "b"}}, "eventSource": "aws:s3"}]},
        kinesis([base64.b64encode(b'{"temperature": 21, "room": "kitchen"}').decode()]),
        firehose(["bm90aGluZyBhdCBhbGwsIHJlYWxseQ=="]),
        {"awslogs": {}},
    ]
    for other in others:
        assert not [c for c in registry.claimants(dump(other)) if c.id.startswith("subscription")]


def test_a_damaged_payload_gives_what_stands_before_the_damage() -> None:
    lines = [f"line {k} {random.Random(k).random()}\n" for k in range(2_000)]
    raw = bytearray(gzip.compress(dump(document(lines)), mtime=0))
    raw[len(raw) // 2] ^= 0xFF
    damaged = base64.b64encode(raw).decode()
    data = dump(kinesis([damaged, packed(dump(document(["after\n"])))]))
    found, remarks = read(data, "subscription-event")
    assert [m for _, _, m, _, _ in found[:-1]] == lines[: len(found) - 1]
    assert len(found) > 800
    assert found[-1][2] == "after\n"
    assert set(remarks.odd) == {UNREADABLE}
    assert {data[a:b] for _, a, b, _ in remarks.examples} == {dump(kinesis([damaged])["Records"][0])}
    assert not remarks.truncated


def test_a_payload_without_its_last_bytes_says_so() -> None:
    whole = gzip.compress(dump(document(["a\n"])), mtime=0)
    data = dump({"awslogs": {"data": base64.b64encode(whole[:-8]).decode()}})
    found, remarks = read(data, "subscription-event")
    assert [m for _, _, m, _, _ in found] == ["a\n"]
    assert remarks.odd == {UNREADABLE: 1}


def test_data_alone_may_stand_among_other_lines() -> None:
    one = packed(dump(document(["a\n"])))
    wrapped = base64.encodebytes(gzip.compress(dump(document(["b\n"])), mtime=0)).decode()
    text = f'"{one}"\r\n\r\n--- next ---\r\n{wrapped}\nnot base64!\n{one}  \n'
    data = text.encode()
    found, remarks = read(data, "subscription-event")
    assert [m for _, _, m, _, _ in found] == ["a\n", "b\n", "a\n"]
    assert [data[a:b].decode("ascii").strip() for *_, a, b in found] == [f'"{one}"', wrapped.strip(), one]
    assert remarks.odd == {UNREADABLE: 2}
    assert [data[a:b].strip() for _, a, b, _ in remarks.examples] == [b"--- next ---", b"not base64!"]


def test_data_that_unpacks_to_more_than_a_payload_can_be_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_encoded, "PAYLOAD_BYTES", 1 << 20)
    good = packed(dump(document(["a\n"])))
    bombs = [
        packed(dump(document(["x" * (1 << 21)]))),
        packed(gzip.compress(bytes(1 << 26), mtime=0)),
        base64.b64encode(gzip.compress(b"", mtime=0) * 20_000).decode(),
    ]
    begin = perf_counter()
    found, remarks = read(dump(kinesis([good, *bombs, good])), "subscription-event")
    assert perf_counter() - begin < 20
    assert len(found) == 2
    assert remarks.odd == {LIMIT: 3}
    assert remarks.noticed == {LIMIT: 3}


def test_payloads_that_together_unpack_to_far_too_much_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RATIO_FROM_BYTES", 1 << 20)
    monkeypatch.setattr(limits, "RATIO", 20)
    bomb = packed(dump(document(["x" * 500_000])))
    found, remarks = read(dump(kinesis([bomb] * 50)), "subscription-event")
    assert 0 < len(found) < 50
    assert remarks.truncated
    assert remarks.noticed == {LIMIT: 1}
    assert any("unpack" in note for note in remarks.notes)


def test_data_alone_longer_than_can_be_kept_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GAP_BYTES", 2_000)
    one = packed(dump(document(["a\n"])))
    long = "\n".join(["H4sI" + "A" * 76, *["A" * 76] * 100])
    found, remarks = read(f"{one}\n{long}\n{one}\n".encode(), "subscription-event")
    assert [m for _, _, m, _, _ in found] == ["a\n", "a\n"]
    assert remarks.odd["longer than an event can be"] == 1


# --- The log of an invocation ----------------------------------------------------------------------------------------

LOG = (
    f"START RequestId: {ID} Version: $LATEST\n[ERROR] KeyError: 'id'\nTraceback (most recent call last):\n"
    f'  File "/var/task/app.py", line 3, in handler\nEND RequestId: {ID}\n'
    f"REPORT RequestId: {ID}\tDuration: 3.00 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\t\n"
)
TAIL = base64.b64encode(LOG.encode()).decode()
ANSWER = {"StatusCode": 200, "FunctionError": "Unhandled", "LogResult": TAIL, "ExecutedVersion": "$LATEST"}


@pytest.mark.parametrize(
    "data",
    [
        dump(ANSWER),
        dump(ANSWER, indent=4, separators=None),
        dump({k[0].lower() + k[1:]: v for k, v in ANSWER.items()} | {"$metadata": {"httpStatusCode": 200}}),
        dump({"ResponseMetadata": {"RequestId": ID}, **ANSWER, "Payload": "<botocore.response.StreamingBody>"}),
        dump([ANSWER]),
        dump(ANSWER | {"LogResult": LOG}),
    ],
)
def test_the_log_beside_an_answer_is_read_as_lines(data: bytes) -> None:
    found, remarks = read(data, "invoke-log")
    assert [m.split(" ", 1)[0] for _, _, m, _, _ in found] == ["START", "[ERROR]", "END", "REPORT"]
    assert found[1][2].count("\n") == 2
    assert remarks == Remarks()
    assert (report(data).totals.invocations, report(data).totals.errors) == (1, 1)


def test_answers_one_after_another_are_invocations_of_their_own() -> None:
    other = ANSWER | {"LogResult": base64.b64encode(LOG.replace(ID, OTHER).encode()).decode()}
    data = dump(ANSWER) + b"\n" + dump(other) + b"\n" + dump({"StatusCode": 200}) + dump(ANSWER | {"LogResult": "?"})
    found, remarks = read(data, "invoke-log")
    assert len(found) == 8
    assert remarks.odd == {UNREADABLE: 2}
    assert report(data).totals.invocations == 2


def test_a_full_tail_is_the_end_of_a_longer_log() -> None:
    long = ("x" * 50 + "\n") * 100 + LOG
    data = dump(ANSWER | {"LogResult": base64.b64encode(long.encode()[-4096:]).decode()})
    found, remarks = read(data, "invoke-log")
    assert found[0][2] == "x" * len(found[0][2])  # the first line is cut
    assert any("last 4 kB" in note for note in remarks.notes)
    assert not remarks.truncated
    assert report(data).totals.invocations == 1


def test_an_answer_that_is_cut_says_so() -> None:
    found, remarks = read(dump(ANSWER)[:-100], "invoke-log")
    assert found == []
    assert remarks.truncated


# --- What callers are told of a failure ------------------------------------------------------------------------------

RAISED = {"errorMessage": "boom", "errorType": "ValueError", "requestId": ID}
FRAME = '  File "/var/task/app.py", line 3, in handler\n'
TIMED_OUT = f"2024-12-01T22:42:19.181Z {ID} Task timed out after 900.01 seconds"


def delivered(payload: Any, condition: str = "RetriesExhausted", **response: Any) -> dict[str, Any]:
    """The record of an asynchronous invocation."""
    return {
        "version": "1.0", "timestamp": "2026-10-08T07:30:28.235Z",
        "requestContext": {"requestId": ID, "functionArn": ARN, "condition": condition, "approximateInvokeCount": 3},
        "requestPayload": {"order": 1, "errorType": "none"},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", **response}, "responsePayload": payload,
    }  # fmt: skip


CAUSED = {"Error": "ValueError", "Cause": json.dumps(RAISED)}
EXECUTION = {
    "executionArn": "arn:aws:states:us-east-2:123456789012:execution:orders:1", "status": "FAILED",
    "startDate": 1791444620.5, "stopDate": 1791444628.235, "input": "{}", "error": CAUSED["Error"],
    "cause": CAUSED["Cause"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "frame"),
    [
        (RAISED | {"stackTrace": [FRAME]}, "app.py:3 handler"),
        (RAISED | {"stackTrace": [["/var/task/app.py", 3, "handler", "raise"]]}, "app.py:3 handler"),
        (RAISED | {"trace": ["ValueError: boom", "    at f (file:///var/task/a.mjs:3:9)"]}, "a.mjs:3 f"),
        (RAISED | {"stackTrace": ["example.Handler.handle(Handler.java:20)"]}, "Handler.java:20 handle"),
        (
            RAISED
            | {
                "stackTrace": ["java.base/java.lang.Thread.run(Unknown Source)"],
                "cause": {
                    "errorMessage": "in",
                    "errorType": "java.io.IOException",
                    "stackTrace": ["a.Db.q(Db.java:7)"],
                },
            },
            "Db.java:7 q",
        ),
        (RAISED | {"stackTrace": ["at Ns.Function.Run(String s) in /src/Function.cs:line 12"]}, "Function.cs:12 Run"),
        (RAISED | {"stackTrace": ["/var/task/app.rb:5:in `handler'"]}, "app.rb:5 handler"),
        (
            RAISED
            | {
                "stackTrace": [
                    {"path": "runtime/panic.go", "line": 114, "label": "goPanicIndex"},
                    {"path": "main.go", "line": 17, "label": "handler"},
                ]
            },
            "main.go:17 handler",
        ),
        (delivered(RAISED | {"stackTrace": [FRAME]}, functionError="Unhandled"), "app.py:3 handler"),
        ({"detail-type": "Lambda Function Invocation Result - Failure", "detail": delivered(RAISED)}, ""),
        (CAUSED, ""),
        (EXECUTION, ""),
        ({"StatusCode": 200, "FunctionError": "Unhandled", "Payload": json.dumps(RAISED)}, ""),
        ({"statusCode": 200, "functionError": "Unhandled", "payload": RAISED}, ""),
    ],
)
def test_an_exception_that_the_caller_was_told_of_is_a_failed_invocation(told: dict[str, Any], frame: str) -> None:
    for data in (dump(told), dump(told, indent=4, separators=None), dump([told])):
        found, remarks = read(data, "invoke-error")
        assert len(found) == 1
        assert not remarks.odd
        whole = report(data)
        assert (whole.totals.invocations, whole.totals.errors) == (1, 1)
        (error,) = whole.errors
        assert (error.type, error.message) == ("ValueError", "ValueError: boom")
        (finding,) = (f for f in whole.findings if f.id == "unhandled-exception")
        assert finding.evidence[0].request_id == ID
        assert frame in finding.summary


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"errorMessage": TIMED_OUT}, "timeouts"),
        (
            {
                "errorType": "Sandbox.Timedout",
                "errorMessage": f"RequestId: {ID} Error: Task timed out after 3.00 seconds",
            },
            "timeouts",
        ),
        (delivered({"errorMessage": TIMED_OUT}, functionError="Unhandled"), "timeouts"),
        ({"Error": "Lambda.Unknown", "Cause": json.dumps({"errorMessage": TIMED_OUT})}, "timeouts"),
        (
            {
                "Error": "Lambda.Unknown",
                "Cause": "The cause could not be determined because Lambda did not return an error type. Returned "
                f"payload: {json.dumps({'errorMessage': TIMED_OUT})}",
            },
            "timeouts",
        ),
        (
            {
                "errorType": "Runtime.ExitError",
                "errorMessage": f"RequestId: {ID} Error: Runtime exited with error: signal: killed",
            },
            "out_of_memory",
        ),
        (delivered({"errorMessage": f"RequestId: {ID} Process exited before completing request"}), "crashes"),
        (
            RAISED | {"errorType": "Runtime.ImportModuleError", "errorMessage": "Unable to import module 'app'"},
            "init_errors",
        ),
    ],
)  # fmt: skip
def test_what_the_platform_told_the_caller_is_what_its_log_says(told: dict[str, Any], status: str) -> None:
    found, remarks = read(dump(told), "invoke-error")
    assert (len(found), remarks.odd) == (1, {})
    whole = analyze([BytesSource(dump(told), "file")])
    assert whole.totals.invocations == 1
    assert getattr(whole.totals, status) == 1
    assert {e.request_id for f in whole.findings for e in f.evidence} >= {ID}


def test_failures_without_a_request_id_are_told_apart() -> None:
    told = {"errorType": "TypeError", "errorMessage": "x is undefined", "trace": ["TypeError: x is undefined"]}
    data = (
        dump(told)
        + b"\n"
        + dump(told)
        + b"\n"
        + dump({"errorType": "java.lang.NullPointerException", "errorMessage": None})
    )
    whole = report(data)
    assert (whole.totals.invocations, whole.totals.errors) == (3, 3)
    assert {(e.type, e.count) for e in whole.errors} == {("TypeError", 2), ("java.lang.NullPointerException", 1)}


def test_a_destination_also_tells_of_successes_and_of_events_given_up() -> None:
    other = delivered({"ok": 1}, "Success")
    other["requestContext"] |= {"requestId": OTHER}
    data = dump(delivered(None, "EventAgeExceeded")) + b"\n" + dump(other)
    found, _ = read(data, "invoke-error")
    assert {event[1] for event in found} == {LogStream(GROUP, "")}
    assert {event[0] for event in found} == {1791444628235}
    whole = report(data)
    assert whole.totals.failed == 0
    assert [f.name for f in whole.functions] == ["orders"]
    assert [e.type for e in whole.errors] == ["EventAgeExceeded"]


HISTORY = {
    "events": [
        {"timestamp": "2026-10-08T09:30:27.000000+02:00", "type": "ExecutionStarted", "id": 1, "previousEventId": 0},
        {
            "timestamp": 1791444627.5, "type": "TaskScheduled", "id": 2, "previousEventId": 1,
            "taskScheduledEventDetails": {
                "resourceType": "lambda", "resource": "invoke", "parameters": json.dumps({"FunctionName": ARN})
            },
        },
        {"timestamp": 1791444627.6, "type": "TaskStarted", "id": 3, "previousEventId": 2},
        {
            "timestamp": "2026-10-08T09:30:28.235000+02:00", "type": "TaskFailed", "id": 4, "previousEventId": 3,
            "taskFailedEventDetails": {
                "resourceType": "lambda", "resource": "invoke", "error": "ValueError", "cause": json.dumps(RAISED)
            },
        },
        {
            "timestamp": 1791444628.3, "type": "TaskFailed", "id": 5, "previousEventId": 3,
            "taskFailedEventDetails": {"resourceType": "dynamodb", "error": "DynamoDB.X", "cause": "no"},
        },
        {
            "timestamp": 1791444628.4, "type": "LambdaFunctionScheduled", "id": 6, "previousEventId": 4,
            "lambdaFunctionScheduledEventDetails": {"resource": ARN.replace("orders", "mail")},
        },
        {
            "timestamp": 1791444628.5, "type": "LambdaFunctionFailed", "id": 7, "previousEventId": 6,
            "lambdaFunctionFailedEventDetails": {
                "error": "Lambda.Unknown", "cause": json.dumps({"errorMessage": TIMED_OUT})
            },
        },
        {
            "timestamp": 1791444628.6, "type": "LambdaFunctionFailed", "id": 8, "previousEventId": 6,
            "lambdaFunctionFailedEventDetails": {"error": "Lambda.TooManyRequestsException", "cause": "Rate Exceeded."},
        },
    ]
}  # fmt: skip


def test_the_history_of_an_execution_names_the_function_of_each_failure() -> None:
    data = dump(HISTORY, indent=4, separators=None)
    found, remarks = read(data, "invoke-error")
    assert [(time, stream.group) for time, stream, *_ in found] == [
        (1791444628235, "/aws/lambda/orders"),
        (1733092939181, "/aws/lambda/mail"),
        (1791444628600, "/aws/lambda/mail"),
    ]
    assert [json.loads(data[a:b])["id"] for *_, a, b in found] == [4, 7, 8]
    assert remarks == Remarks()
    whole = report(data)  # a call that was refused is no invocation
    assert (whole.totals.invocations, whole.totals.errors, whole.totals.timeouts) == (2, 1, 1)
    assert read(dump(HISTORY | {"nextToken": "x"}), "invoke-error")[1].truncated


def test_an_answer_without_its_payload_says_where_the_payload_is() -> None:
    data = dump({"StatusCode": 200, "FunctionError": "Unhandled", "ExecutedVersion": "$LATEST"})
    found, remarks = read(data, "invoke-error")
    assert found == []
    assert remarks.odd == {UNREADABLE: 1}
    assert any("aws lambda invoke" in note for note in remarks.notes)


@pytest.mark.parametrize(
    "told",
    [
        {"timestamp": "2026-10-08T07:30:28Z", "log_level": "ERROR", **RAISED},
        {"level": "ERROR", "message": "x", **RAISED},
        {"time": "2026-10-08T07:30:28Z", "errorType": "x", "errorMessage": "y"},
        {"requestContext": {"http": {"method": "GET"}}, "body": ""},
        {"executionArn": "a", "status": "SUCCEEDED", "output": "{}"},
        {"StatusCode": 200, "ExecutedVersion": "$LATEST"},
        {"message": "Internal server error"},
    ],
)
def test_a_log_line_or_another_answer_is_no_failure(told: dict[str, Any]) -> None:
    assert "invoke-error" not in [c.id for c in registry.claimants(dump(told) + b"\n")]


def test_a_log_that_begins_with_an_error_is_a_log() -> None:
    data = dump(RAISED) + b"\n" + dump({"level": "INFO", "message": "order read", "requestId": ID}) + b"\n"
    assert "invoke-error" not in [c.id for c in registry.claimants(data)]
    assert read(dump(delivered(RAISED)) + b"\n" + dump(delivered(RAISED)), "invoke-error")[0]


def test_a_payload_pasted_above_its_log_is_text() -> None:
    data = dump(RAISED, indent=2, separators=None) + b"\n\nFunction Logs\n" + LOG.encode()
    assert "invoke-error" not in [c.id for c in registry.claimants(data)]


@pytest.mark.parametrize(
    "told",
    [
        {"errorMessage": 5, "errorType": None, "stackTrace": {"a": 1}},
        {"errorMessage": "\ud800", "errorType": "x" * 500_000, "stackTrace": ["y" * 1000] * 5000, "cause": [1]},
        {"errorType": "E", "errorMessage": "", "stackTrace": [None, {}, [], 1, ["a", "b", "c"]], "trace": 1},
        {"Error": 1, "Cause": {"a": 1}},
        {"Error": "", "Cause": ""},
        {"Error": "x", "Cause": "[" * 5000},
        {"requestContext": 1, "responsePayload": None},
        {"requestContext": {"functionArn": 5, "requestId": []}, "responsePayload": "text", "timestamp": 10**30},
        {"detail-type": "Lambda Function Invocation Result - Failure", "detail": [], "errorType": "x"},
        {
            "events": [
                {"id": True, "previousEventId": {}},
                5,
                {"id": 1, "previousEventId": 0, "taskFailedEventDetails": {}},
            ]
        },
        {"events": [{"id": 1, "previousEventId": 0, "taskFailedEventDetails": {"error": 1, "cause": 1}}]},
    ],
)
def test_a_hostile_answer_becomes_an_event_or_is_set_aside(told: dict[str, Any]) -> None:
    data = dump(told)
    found, remarks = read(data, "invoke-error")
    assert found or remarks.odd
    assert all(len(message) < 600_000 for _, _, message, _, _ in found)
    whole = report(data)
    assert whole.quality.events == whole.quality.attributed + sum(whole.quality.set_aside.values())


def test_documents_nested_deeper_than_any_are_set_aside() -> None:
    deep: Any = {"errorType": "x"}
    for _ in range(400):
        deep = {"detail-type": "Lambda Function Invocation Result - Failure", "detail": deep}
    for data in (dump(deep), b'{"errorType":' * 5000, b'{"awslogs":{"data":"H4sI' + b"[" * 5000):
        for claimant in registry.claimants(data):
            events(claimant, data)


# --- Docker's files --------------------------------------------------------------------------------------------------

OUTPUT = [
    f"START RequestId: {ID} Version: $LATEST\n", "[ERROR] KeyError: 'id'\n", "Traceback (most recent call last):\n",
    '  File "/var/task/app.py", line 3, in handler\n', "    raise é\n", "\n", "y" * 700, "z" * 30 + "\n", "tail \\\n",
    "\x1b[31mred\x1b[0m\r\n", f"END RequestId: {ID}\n",
]  # fmt: skip


def docker(output: list[str], **options: Any) -> bytes:
    """A json-file of Docker's."""
    return b"".join(
        dump({"log": text, "stream": "stdout", "time": f"2026-10-08T07:30:28.{235 + k}112345Z"}, **options) + b"\n"
        for k, text in enumerate(output)
    )


@pytest.mark.parametrize("options", [{}, {"ensure_ascii": False}])
def test_records_of_docker_are_events_again(options: dict[str, Any]) -> None:
    data = docker(OUTPUT, **options)
    for variant in (data, data.replace(b"\n", b"\r\n"), data.replace(b',"time"', b',"attrs":{"tag":"x"},"time"')):
        found, remarks = read(variant, "docker-json")
        assert [m.rstrip() for _, _, m, _, _ in found] == [
            OUTPUT[0].rstrip(), "".join(OUTPUT[1:6]).rstrip(), "y" * 700 + "z" * 30, "tail \\", "red",
            OUTPUT[10].rstrip(),
        ]  # fmt: skip
        assert [event[0] for event in found] == [1791444628235 + k for k in (0, 1, 6, 8, 9, 10)]
        assert remarks == Remarks()


def test_a_file_of_docker_cut_at_every_byte_gives_the_same_events() -> None:
    data = docker(OUTPUT)
    whole, _ = read(data, "docker-json")
    for cut in range(len(data) + 1):
        first, second = (events(CONTAINERS["docker-json"], data, a, b) for a, b in pairwise((0, cut, len(data))))
        assert first[0] + second[0] == whole
        assert not first[1].odd
        assert not second[1].odd
    expected = summarize(data).to_bytes()
    for cut in range(0, len(data), 97):
        first_half = summarize(data, 0, cut)
        first_half.merge(summarize(data, cut, len(data)))
        assert first_half.to_bytes() == expected


def test_an_error_that_ruby_prints_over_lines_is_one_event_of_docker_s_file() -> None:
    printed = [
        "Error raised from handler method\n",
        "{\n",
        '  "errorMessage": "x"\n',
        "}\n",
        '{"level":"INFO","msg":"x"}\n',
    ]
    assert messages(docker(printed), "docker-json") == ["".join(printed[:4]), printed[4]]


def test_a_line_of_an_application_with_a_log_in_it_is_not_docker_s() -> None:
    data = dump({"log": "x", "level": "INFO", "message": "y"}) + b"\n"
    assert "docker-json" not in [c.id for c in registry.claimants(data)]


def test_a_damaged_record_of_docker_is_set_aside_and_the_last_may_be_cut() -> None:
    data = docker(OUTPUT[:1]) + b'{"log":"x\nnoise\n' + docker(OUTPUT[10:]) + b'{"log":"END RequestId: a\\n","stre'
    found, remarks = read(data, "docker-json")
    assert [m for _, _, m, _, _ in found] == [OUTPUT[0], OUTPUT[10]]
    assert remarks.odd == {UNREADABLE: 2, CUT: 1}
    assert remarks.truncated


# --- All of them -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "container", ["subscription", "subscription-event", "invoke-log", "invoke-error", "docker-json"]
)
def test_damage_never_raises_and_costs_little(container: str) -> None:
    chosen, rng = CONTAINERS[container], random.Random(7)
    for sample in chosen.samples:
        for _ in range(60):
            data = bytearray(sample * 3)
            for _ in range(rng.randrange(1, 6)):
                at = rng.randrange(len(data))
                data[at : at + rng.randrange(4)] = rng.choice(
                    [b'"', b"{", b"}", b"[", b"\\", b"\xff", b"\n", b"", b"\0"]
                )
            chosen.sniff(bytes(data))
            found, _ = events(chosen, bytes(data))
            assert all(0 <= a < b <= len(data) for *_, a, b in found)


def test_the_keys_of_a_head_are_found_in_time_that_grows_with_it() -> None:
    for head in (b'{"' + b'\\"' * 32_000, b'{"' * 32_000, b"{" * 64_000, b'"' * 64_000, b'{"a":1,' * 9_000):
        begin = perf_counter()
        first_keys(head)
        for container in ("subscription", "subscription-event", "invoke-log", "invoke-error", "docker-json"):
            CONTAINERS[container].sniff(head)
        assert perf_counter() - begin < 5
    assert first_keys(b'\xef\xbb\xbf [ {"a":{"b":1},"c":["d"],"e') == {"a", "c"}
    assert first_keys(b'["a"]') == frozenset()
