"""Which environment served an execution: told by the log stream, else by what an environment cannot do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import exports
import pytest

from analyzer import Options, analyze, summarize
from analyzer.report import Report
from analyzer.sources import BytesSource

T0 = exports.START
RUNTIME = "Runtime Version: python:3.13.v62\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:64\n"
INIT_START = f"INIT_START {RUNTIME}"
RESTORE_START = f"RESTORE_START {RUNTIME}"

Row = tuple[int, str, str]
"""Ms since the beginning, stream, message."""


def named(number: int) -> str:
    """A log stream's name."""
    return f"2026/03/19/[7]0123456789abcdef0123456789abcde{number:x}"


ONE, TWO = named(1), named(2)


def rid(number: int) -> str:
    """A request id."""
    return f"57325a9d-ff5f-42e4-83df-{number:012x}"


def start(number: int) -> str:
    """A START line."""
    return f"START RequestId: {rid(number)} Version: 7\n"


def ended(number: int, at: int, stream: str, more: str = "", *, duration: float = 20.0, used: int = 70) -> list[Row]:
    """END and REPORT of a request."""
    report = (
        f"REPORT RequestId: {rid(number)}\tDuration: {duration:.2f} ms\tBilled Duration: {int(duration) + 1} ms\t"
        f"Memory Size: 256 MB\tMax Memory Used: {used} MB\t{more}\n"
    )
    return [(at, stream, f"END RequestId: {rid(number)}\n"), (at, stream, report)]


def served(number: int, at: int, stream: str, more: str = "", *, duration: float = 20.0, used: int = 70) -> list[Row]:
    """All lines of a request that begins at a time."""
    end = ended(number, at + int(duration), stream, more, duration=duration, used=used)
    return [(at, stream, start(number)), *end]


def platform(at: int, stream: str, kind: str, **record: Any) -> Row:
    """An event of the JSON log format."""
    return at, stream, exports.platform(T0 + at, kind, record)


def reported(number: int, at: int, stream: str, status: str = "success", **more: Any) -> Row:
    """A platform.report."""
    metrics = {"durationMs": 20.5, "billedDurationMs": 21, "memorySizeMB": 256, "maxMemoryUsedMB": 70}
    record = {"requestId": rid(number), "metrics": metrics, "status": status, **more}
    return platform(at, stream, "report", **record)


def with_names(rows: Iterable[Row]) -> bytes:
    """The rows as filter-log-events gives them, in the order of time."""
    found = sorted(rows, key=lambda row: row[0])
    events = [
        {"logStreamName": stream, "timestamp": T0 + at, "message": message, "eventId": str(n)}
        for n, (at, stream, message) in enumerate(found)
    ]
    return json.dumps({"events": events}).encode()


def without_names(rows: Iterable[Row]) -> bytes:
    """The rows as `--query 'events[].{timestamp:timestamp,message:message}'` gives them."""
    found = sorted(rows, key=lambda row: row[0])
    return json.dumps([{"timestamp": T0 + at, "message": message} for at, _, message in found]).encode()


def report_of(data: bytes) -> Report:
    """The report of an export, with its invocations."""
    return analyze([BytesSource(data, "export.json")], options=Options(invocations=True))


def ends(report: Report) -> list[tuple[int, str, bool]]:
    """Of each invocation: the number of its request, how it ended, whether it was a cold start."""
    assert report.invocations is not None
    return [(int((i.request_id or "")[-12:], 16), i.status, i.cold) for i in report.invocations]


def environments(report: Report) -> list[tuple[int, int | None, int | None]]:
    """Of each environment: invocations, first and last memory."""
    return [(e.invocations, e.memory_first_mb, e.memory_last_mb) for e in report.environments]


BOTH = pytest.mark.parametrize("written", [with_names, without_names])
Written = Callable[[Iterable[Row]], bytes]


# --- Told apart without names ----------------------------------------------------------------------------------------


def timed(events: Sequence[exports.Event]) -> bytes:
    """Times and messages only."""
    return exports.dump([{"timestamp": e.timestamp, "message": e.message} for e in events])


@pytest.mark.parametrize("name", sorted(exports.SCENARIOS))
@pytest.mark.parametrize("written", [timed, exports.message_array, exports.pasted_text])
def test_names_or_not_the_counts_are_the_same(name: str, written: Callable[[Sequence[exports.Event]], bytes]) -> None:
    """Every total, cold starts among them, and almost every environment."""
    events = exports.SCENARIOS[name](n=200)
    told, bare = analyze(exports.filter_log_events(events)), analyze(written(events))
    assert bare.totals == told.totals
    assert abs(len(bare.environments) - len(told.environments)) <= 0.05 * len(told.environments) + 1
    assert not any(e.stream for e in bare.environments)


def lanes(rows: Iterable[Row]) -> list[int]:
    """The environment of each execution of an export without names, in time order."""
    return list(summarize(BytesSource(without_names(rows), "export.json")).invocations.lane)


def test_one_environment_serves_one_request_at_a_time() -> None:
    rows = [*served(1, 0, ONE), *served(2, 100, ONE), *served(3, 110, TWO), *served(4, 200, TWO)]
    assert lanes(rows) == [0, 0, 1, 1]


def test_a_cold_start_is_another_environment() -> None:
    cold = "Init Duration: 300.00 ms\t"
    assert lanes([*served(1, 0, ONE, cold), *served(2, 100, TWO, cold), *served(3, 200, TWO)]) == [0, 1, 1]


def test_memory_that_falls_without_a_death_is_another_environment() -> None:
    rows = [*served(1, 0, ONE, used=90), *served(2, 100, TWO, used=70), *served(3, 200, ONE, used=91)]
    assert lanes([*rows, *served(4, 300, TWO, used=71)]) == [0, 1, 0, 1]


@pytest.mark.parametrize("status", ["Status: timeout", "Status: error\tError Type: Runtime.ExitError"])
def test_memory_that_falls_after_a_death_is_the_same_environment(status: str) -> None:
    assert lanes([*served(1, 0, ONE, status, used=90), *served(2, 100, ONE, used=70)]) == [0, 0]


def test_an_init_start_goes_to_the_request_whose_report_says_so() -> None:
    """Between the two a warm environment serves."""
    rows = [(0, TWO, INIT_START), *served(1, 50, ONE), *served(2, 320, TWO, "Init Duration: 310.00 ms\t")]
    report = report_of(without_names(rows))
    assert ends(report) == [(1, "ok", False), (2, "ok", True)]
    assert environments(report) == [(1, 70, 70), (1, 70, 70)]


def test_one_stream_pasted_from_its_middle_is_one_environment() -> None:
    """The first request has no START, so no version; the last no REPORT, so no memory."""
    rows = [*ended(1, 0, ONE), *served(2, 100, ONE), *served(3, 200, ONE, used=90), (300, ONE, start(4))]
    report = report_of(without_names(rows))
    assert environments(report) == [(4, 70, 90)]
    assert report.quality.open_invocations == 1
    assert report.quality.noticed == {"already running at the start": 1, "no stream names": 1}


def test_environments_told_apart_prove_less() -> None:
    """The leak is there with names; without, it is less sure and the account says why."""
    events = exports.memory_leak()
    told, bare = (analyze(written(events)) for written in (exports.filter_log_events, timed))
    leaks = [next(f for f in report.findings if f.id == "memory-leak") for report in (told, bare)]
    assert leaks[1].confidence == pytest.approx(leaks[0].confidence - 0.2)
    assert "no stream names" in bare.quality.weakens
    assert bare.quality.mixed_streams == 1
    summary = summarize(BytesSource(timed(events), "export.json"))
    assert all(env.mixed for env in summary.functions[0].environments)


@pytest.mark.parametrize("seed", range(6))
def test_requests_of_any_size_do_not_become_a_leak_without_names(seed: int) -> None:
    """Environments whose memory jumps with its largest request, put together by their marks."""
    log = exports.Log(seed)
    fleet = exports.Fleet(log, exports.Function("imports", memory_mb=1024, base_mb=100), idle_ms=10 * exports.MINUTE)
    for at in exports.arrivals(log.rng, T0, 6 * exports.HOUR, 1500):
        memory = min(900.0, 20 * log.rng.paretovariate(1.0 + seed / 4))
        fleet.send(at, exports.Call(exports.skewed(log.rng, 2_000, 9_000), memory=memory))
    report = analyze(timed(log.events()))
    assert len(report.environments) > 3
    assert "memory-leak" not in {f.id for f in report.findings} | {c.id for c in report.causes}


def test_parts_of_an_export_without_names_merge_to_the_same_environments() -> None:
    data = timed(exports.memory_leak(n=200))
    whole = list(summarize(BytesSource(data, "export.json")).invocations.lane)
    for cut in range(1, len(data), len(data) // 7):
        late = summarize(BytesSource(data, "export.json"), cut, len(data))
        merged = late.merge(summarize(BytesSource(data, "export.json"), 0, cut))
        assert list(merged.invocations.lane) == whole
    assert max(whole) > 0


# --- How environments start ------------------------------------------------------------------------------------------


@BOTH
def test_a_restored_snapshot_is_a_cold_start_and_the_published_environment_none(written: Written) -> None:
    restored = "Restore Duration: 398.97 ms\tBilled Restore Duration: 182 ms\t"
    report = report_of(written([
        (0, ONE, INIT_START), (100, ONE, "loading\n"), (3100, ONE, "INIT_REPORT Init Duration: 3067.21 ms\n"),
        (3_600_000, TWO, RESTORE_START), (3_600_511, TWO, "RESTORE_REPORT Restore Duration: 511.25 ms\n"),
        *served(1, 3_600_520, TWO, restored), *served(2, 3_700_000, TWO),
    ]))  # fmt: skip
    assert ends(report) == [(1, "ok", True), (2, "ok", False)]
    assert environments(report) == [(2, 70, 70)]
    assert report.invocations is not None
    assert report.invocations[0].init_ms is None
    assert report.functions[0].init_ms is not None
    assert report.functions[0].init_ms.max == 398.97


def test_the_same_in_json_format() -> None:
    init = {"initializationType": "snap-start", "phase": "init"}
    metrics = {"durationMs": 20.5, "billedDurationMs": 203, "memorySizeMB": 256, "maxMemoryUsedMB": 70}
    report = report_of(with_names([
        platform(0, ONE, "initStart", functionName="orders", functionVersion="7", **init),
        platform(3100, ONE, "initReport", status="success", metrics={"durationMs": 3067.2}, **init),
        platform(60_000, TWO, "restoreStart", functionName="orders", functionVersion="7"),
        platform(60_511, TWO, "restoreReport", status="success", metrics={"durationMs": 511.2}),
        platform(60_520, TWO, "start", requestId=rid(1), version="7"),
        reported(1, 60_541, TWO, metrics={**metrics, "restoreDurationMs": 398.9}),
    ]))  # fmt: skip
    assert ends(report) == [(1, "ok", True)]
    assert report.functions[0].name == "orders"
    assert report.quality.set_aside == {"initialisation without an invocation": 2}


@pytest.mark.parametrize("verdict", ["Status: timeout", "Status: error\tError Type: Runtime.ExitError"])
def test_a_snapshot_that_cannot_be_restored_fails_the_invocation(verdict: str) -> None:
    rows = [(0, ONE, RESTORE_START), (900, ONE, f"RESTORE_REPORT Restore Duration: 898.10 ms\t{verdict}\n")]
    report = report_of(with_names([*rows, *served(1, 910, ONE, "Status: error\tError Type: Runtime.ExitError")]))
    assert [e[:2] for e in ends(report)] == [(1, "init_error")]


@BOTH
def test_nobody_waits_for_provisioned_environments_but_for_those_beside_them(written: Written) -> None:
    """REPORT shows the initialisation all the same."""
    init = "Init Duration: 812.40 ms\t"
    report = report_of(written([
        (0, ONE, INIT_START), (900, ONE, "INIT_REPORT Init Duration: 812.40 ms\n"), *served(1, 600_000, ONE, init),
        (600_005, TWO, INIT_START), *served(2, 600_830, TWO, init), *served(3, 601_000, ONE),
    ]))  # fmt: skip
    assert ends(report) == [(1, "ok", False), (2, "ok", True), (3, "ok", False)]
    assert len(report.environments) == 2


@BOTH
def test_nobody_waits_for_an_environment_started_ahead(written: Written) -> None:
    rows = [(0, ONE, INIT_START), *served(1, 300_000, ONE, "Init Duration: 612.40 ms\t")]
    assert report_of(written(rows)).totals.cold_starts == 0


def test_in_json_format_the_kind_of_initialisation_tells_it() -> None:
    """However soon the first request came."""
    first = platform(0, ONE, "initStart", initializationType="provisioned-concurrency", runtimeVersion="nodejs:22.v54")
    rows = [first, platform(500, ONE, "start", requestId=rid(1), version="7"), reported(1, 521, ONE)]
    assert ends(report_of(with_names(rows))) == [(1, "ok", False)]


def test_lines_without_times_do_not_look_like_an_environment_that_was_ready() -> None:
    """In pasted text only the application's lines carry a time, and the first may come late."""
    text = "".join((
        INIT_START, f"[INFO]\t{exports.iso(T0)}\t\tloading\n", start(1),
        f"[INFO]\t{exports.iso(T0 + 20_000)}\t{rid(1)}\tslow\n",
        *(m for _, _, m in ended(1, 0, "", "Init Duration: 300.00 ms\t", duration=21_000)),
    ))  # fmt: skip
    assert analyze(text.encode()).totals.cold_starts == 1


FIRST = "INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout\n"
AGAIN = "INIT_REPORT Init Duration: 3004.31 ms\tPhase: invoke\tStatus: timeout\n"


def test_initialisation_that_needs_too_long_twice_is_a_timeout_that_somebody_waited_for() -> None:
    rows = [(0, ONE, INIT_START), (9990, ONE, FIRST), (13_000, ONE, AGAIN)]
    report = report_of(with_names([*rows, *served(1, 13_001, ONE, "Status: timeout", duration=3000)]))
    assert ends(report) == [(1, "timeout", True)]
    assert report.quality.set_aside == {}


def test_initialisation_that_succeeds_inside_the_invocation_is_no_failure() -> None:
    """Nothing is printed of it: the duration holds it."""
    rows = [(0, ONE, INIT_START), (9990, ONE, FIRST), *served(1, 10_000, ONE, duration=12_000)]
    assert ends(report_of(with_names([*rows, *served(2, 40_000, ONE)]))) == [(1, "ok", True), (2, "ok", False)]


# --- Where functions and environments are unusual --------------------------------------------------------------------


def test_a_function_at_the_edge_has_the_name_without_its_region() -> None:
    lines = enumerate(served(1, 0, ONE))
    document = {
        "messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": "/aws/lambda/us-east-1.viewer-auth",
        "logStream": ONE, "subscriptionFilters": ["all"],
        "logEvents": [{"id": str(n), "timestamp": T0 + at, "message": message} for n, (at, _, message) in lines],
    }  # fmt: skip
    report = report_of(json.dumps(document).encode())
    assert [(f.name, f.totals.invocations) for f in report.functions] == [("viewer-auth", 1)]


def test_a_log_group_of_several_functions_names_them_in_its_streams() -> None:
    orders, mails = (f"2026/03/19/{name}[$LATEST]{'0' * 32}" for name in ("orders", "mails"))
    rows = [*served(1, 0, orders), *served(2, 5, mails, "Status: timeout"), *served(3, 50, orders)]
    report = report_of(with_names(rows))
    assert [(f.name, f.totals.invocations, f.totals.timeouts) for f in report.functions] == [
        ("mails", 1, 1), ("orders", 2, 0)]  # fmt: skip


@BOTH
@pytest.mark.parametrize("told", [True, False])
def test_managed_instances_serve_many_requests_at_once_and_are_not_mixed(written: Written, told: bool) -> None:
    """Lines go to the request they name; reports hold a duration and a status only."""
    ways = [("success", ""), ("timeout", ""), ("error", "Runtime.ExitError"), ("failure", "TypeError"), ("success", "")]
    rows = [
        platform(0, ONE, "initStart", initializationType="lambda-managed-instances", functionName="orders")
    ] if told else []  # fmt: skip
    rows += [platform(100 + n, ONE, "start", requestId=rid(n), version="7") for n in range(5)]
    error = {"timestamp": exports.iso(T0 + 300), "level": "ERROR", "requestId": rid(0), "message": "order 9 not stored"}
    rows.append((300, ONE, json.dumps(error)))
    for n, (status, kind) in enumerate(ways):
        more = {"errorType": kind} if kind else {}
        rows.append(reported(n, 400 + n, ONE, status, metrics={"durationMs": 300.125 + n}, **more))
    report = report_of(written(rows))
    assert ends(report) == [(n, how, False) for n, how in enumerate(("ok", "timeout", "crash", "error", "ok"))]
    assert report.invocations is not None
    assert [i.duration_ms for i in report.invocations] == [300.125 + n for n in range(5)]
    assert [i.error for i in report.invocations].index("order <*> not stored") == 0
    assert len(report.environments) == 1
    assert report.quality.mixed_streams == 0


def test_steps_of_a_durable_execution_are_no_retries() -> None:
    """Each runs under its own request id and may repeat the lines of those before."""
    rows: list[Row] = []
    for n in range(3):
        said = "arn:aws:lambda:eu-west-1:123456789012:function:orders:7/durable-execution/o-1/abc reserved"
        rows += [*served(n, 60_000 * n, ONE), (60_000 * n + 5, ONE, f"[INFO]\t{exports.iso(T0)}\t{rid(n)}\t{said}\n")]
    report = report_of(with_names(rows))
    assert report.invocations is not None
    assert [(i.status, i.attempt) for i in report.invocations] == [("ok", 1)] * 3


def test_tenants_change_nothing() -> None:
    rows: list[Row] = []
    for n, stream in ((1, ONE), (2, TWO)):
        line = {"timestamp": exports.iso(T0), "level": "INFO", "message": "hello", "requestId": rid(n), "tenantId": "b"}
        rows += [
            platform(n, stream, "start", requestId=rid(n), version="7", tenantId="blue"),
            (n + 5, stream, json.dumps(line)),
            platform(n + 9, stream, "runtimeDone", requestId=rid(n), status="success", tenantId="blue"),
            reported(n, n + 9, stream, tenantId="blue"),
        ]
    report = report_of(with_names(rows))
    assert ends(report) == [(1, "ok", False), (2, "ok", False)]
    assert report.quality.set_aside == {}


def test_lines_about_extensions_before_start_belong_to_no_error() -> None:
    about = (
        "EXTENSION\tName: insights\tState: Ready\tEvents: [INVOKE,SHUTDOWN]\n",
        "TELEMETRY\tName: insights\tState: Subscribed\tTypes: [Platform, Function, Extension]\n",
        "LOGS\tName: insights\tState: Subscribed\tTypes: [platform,function]\n",
    )
    rows = [(0, ONE, INIT_START), *((n, ONE, m) for n, m in enumerate(about, 200))]
    report = report_of(with_names([*rows, *served(1, 400, ONE, "Init Duration: 380.00 ms\t")]))
    assert ends(report) == [(1, "ok", True)]
    assert report.errors == ()
    assert report.quality.attributed == 7


@BOTH
def test_retries_of_a_request_count_in_time_whatever_environment_served_them(written: Written) -> None:
    slow = {"more": "Status: timeout", "duration": 3000.0}
    rows = [*served(1, 0, ONE, **slow), *served(1, 63_000, TWO, **slow), *served(1, 190_000, ONE)]  # type: ignore[arg-type]
    report = report_of(written(rows))
    assert report.invocations is not None
    assert [(i.status, i.attempt) for i in report.invocations] == [("timeout", 1), ("timeout", 2), ("ok", 3)]


# --- What an export leaves out ---------------------------------------------------------------------------------------


def test_an_export_from_the_middle_of_the_traffic_is_open_at_both_edges() -> None:
    rows = [
        (0, ONE, f"[INFO]\t{exports.iso(T0)}\t{rid(1)}\tgoing on\n"), (5, ONE, "printed\n"), *ended(1, 10, ONE),
        *served(2, 20, ONE), (60, ONE, start(3)), (61, ONE, "printed again\n"),
        (50, TWO, "printed there\n"), *ended(9, 70, TWO, "Status: timeout"),
    ]  # fmt: skip
    report = report_of(with_names(rows))
    assert sorted(ends(report)) == [(1, "ok", False), (2, "ok", False), (3, "unknown", False), (9, "timeout", False)]
    assert environments(report) == [(3, 70, 70), (1, 70, 70)]
    assert report.quality.attributed == len(rows)
    assert report.quality.open_invocations == 1
    assert report.quality.noticed == {"already running at the start": 2}


@BOTH
def test_reports_alone_are_invocations(written: Written) -> None:
    """A filter pattern leaves nothing else."""
    rows = [ended(n, 100 * n, ONE if n % 2 else TWO, used=90 if n % 2 else 60)[1] for n in range(10)]
    report = report_of(written(rows))
    assert report.totals.invocations == 10
    assert report.totals.failed == 0
    assert any("export is filtered" in f.summary for f in report.findings)


def test_a_log_level_that_hides_successes_is_said() -> None:
    rows: list[Row] = []
    for n in range(3):
        done = platform(1000 * n, ONE, "runtimeDone", requestId=rid(n), status="timeout")
        rows += [done, reported(n, 1000 * n, ONE, "timeout")]
    report = report_of(with_names(rows))
    assert report.totals.timeouts == 3
    assert report.quality.noticed == {"successes not logged": 3}


def test_lines_that_lambda_dropped_are_said() -> None:
    lost = platform(5, ONE, "logsDropped", reason="Consumer fell behind", droppedRecords=123, droppedBytes=12345)
    rows = [platform(0, ONE, "start", requestId=rid(1), version="7"), lost, reported(1, 21, ONE)]
    report = report_of(with_names(rows))
    assert ends(report) == [(1, "ok", False)]
    assert report.quality.noticed == {"logs dropped": 123}
