"""The root causes: each scenario gets the right one, its look-alikes do not, and every number is the log's."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import exports
import pytest
from exports import HOUR, MINUTE, START, Call, Environment, Event, Failure, Fleet, Function, Line, Log

from analyzer import Options, analyze, growth, registry, summarize
from analyzer.causes import _weights
from analyzer.model import Cause
from analyzer.report import Report

NAMES = {
    "memory_leak": "orders-api",
    "memory_undersized": "pdf-thumbnails",
    "oom_old_style": "pdf-thumbnails",
    "slow_dependency": "resize-images",
    "timeout_old_style": "send-receipt",
    "broken_package": "billing-sync",
    "broken_package_node": "billing-sync",
    "code_defect": "confirm-order",
    "code_defect_node": "confirm-order",
    "node_json": "confirm-order",
    "healthy": "catalog-search",
    "process_exit": "sync-inventory",
    "process_exit_old": "sync-inventory",
    "segfault": "sync-inventory",
    "access_denied": "invoice-writer",
    "throttling": "ingest-readings",
    "near_timeout": "monthly-report",
    "memory_pressure": "score-leads",
    "cold_starts": "pricing-rules",
    "json_format": "import-feed",
    "hostile": "hostile",
}
"""The functions' names, which the stream names of these exports do not tell."""

ROOT = Path(__file__).resolve().parent.parent
_REPORTS: dict[str, Report] = {}


def report_of(events: Sequence[Event], name: str | None = "orders-api") -> Report:
    """The report of an export with these events."""
    return analyze(exports.filter_log_events(events), options=Options(function=name))


def scenario(name: str) -> Report:
    """The report of a scenario, made once."""
    if name not in _REPORTS:
        _REPORTS[name] = report_of(exports.SCENARIOS[name](), NAMES[name])
    return _REPORTS[name]


def ids(report: Report) -> list[str]:
    """Ids of the causes, first one first."""
    return [c.id for c in report.causes]


def reasons(cause: Cause) -> dict[str, str]:
    """Why each rival loses."""
    return {r.id: r.because for r in cause.ruled_out}


# --- Scenarios ---


EXPECTED: dict[str, list[tuple[str, tuple[int, int]]]] = {
    "healthy": [],
    "memory_leak": [("memory-leak", (12, 12))],
    "memory_undersized": [("memory-undersized", (24, 24))],
    "oom_old_style": [("memory-undersized", (16, 16))],
    "slow_dependency": [("downstream-latency", (214, 214))],
    "timeout_old_style": [("downstream-latency", (17, 17))],
    "broken_package": [("broken-package", (240, 240))],
    "broken_package_node": [("broken-package", (240, 240))],
    "code_defect": [("code-defect", (20, 26)), ("code-defect", (6, 26))],
    "code_defect_node": [("code-defect", (20, 26)), ("code-defect", (6, 26))],
    "node_json": [("code-defect", (11, 14)), ("code-defect", (3, 14))],
    "process_exit": [],
    "process_exit_old": [],
    "segfault": [],
    "access_denied": [],
    "throttling": [],
    "near_timeout": [],
    "memory_pressure": [],
    "cold_starts": [],
    "json_format": [("code-defect", (12, 24)), ("downstream-latency", (7, 24)), ("memory-undersized", (5, 24))],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_scenario_has_the_causes_it_was_made_with_and_no_others(name: str) -> None:
    report = scenario(name)
    assert not report.failed_plugins
    assert [(c.id, c.explains) for c in report.causes] == EXPECTED[name]


VERDICTS = {
    "healthy": "No failure in 1,200 invocations; memory peaks at 61%, the slowest took 344 ms.",
    "memory_leak": "orders-api leaks memory since version 42 and is killed after about 93 invocations.",
    "memory_undersized": (
        "pdf-thumbnails needs more than its 512 MB for some requests: 24 of 800 invocations were killed."
    ),
    "slow_dependency": (
        "resize-images waits for s3.eu-west-1 until its 30 s limit: 214 of 9,020 invocations timed out."
    ),
    "timeout_old_style": (
        "send-receipt waits for smtp.example.com until its 3 s limit: 17 of 500 invocations timed out."
    ),
    "broken_package": ("Every invocation of billing-sync fails: version 7 cannot load the module 'psycopg2._psycopg'."),
    "broken_package_node": "Every invocation of billing-sync fails: version 7 cannot load the module 'pg'.",
    "code_defect": (
        "confirm-order fails on some inputs: KeyError 'customer_id' in app.py:41 confirm, 20 of 900 invocations."
    ),
    "code_defect_node": (
        "confirm-order fails on some inputs: TypeError in orders.js:48 confirm, 20 of 900 invocations."
    ),
    "memory_pressure": "No invocation failed, but score-leads uses up to 87% of its 512 MB.",
}


@pytest.mark.parametrize("name", VERDICTS)
def test_the_verdict_says_what_broke_and_how_often(name: str) -> None:
    assert scenario(name).verdict == VERDICTS[name]


@pytest.mark.parametrize("name", exports.SCENARIOS)
def test_verdicts_and_leads_keep_to_their_length_and_are_sentences(name: str) -> None:
    report = scenario(name)
    pairs = [(report.verdict, report.lead), *((c.verdict, c.lead) for c in report.causes)]
    for verdict, lead in pairs:
        assert len(verdict) <= 120
        assert len(lead.split()) <= 45
        assert verdict[-1] in ".…"
        assert lead.endswith(".")
        assert "  " not in verdict + lead
        assert " ." not in verdict + lead
        assert "nan" not in (verdict + lead).lower().split()


@pytest.mark.parametrize("name", exports.SCENARIOS)
def test_every_cause_tells_its_story_with_lines_of_the_log_and_says_what_would_settle_it(name: str) -> None:
    for cause in scenario(name).causes:
        assert 3 <= len(cause.story) <= 5 or name in ("hostile", "json_format")
        assert any(o.marks for step in cause.story for o in step.evidence)
        for step in cause.story:
            for origin in step.evidence:
                assert origin.text
                assert all(0 <= a < b <= len(origin.text) for a, b in origin.marks)
        assert cause.settle
        assert 0.3 <= cause.confidence <= 0.97
        assert 0 <= cause.explains[0] <= cause.explains[1]
        assert len(cause.charts) == 2
        assert set(cause.charts) <= {"memory-age", "memory", "duration", "failures", "cold-starts"}


@pytest.mark.parametrize("name", ["process_exit", "access_denied", "throttling", "near_timeout"])
def test_without_a_cause_the_verdict_is_the_first_finding_with_the_functions_name(name: str) -> None:
    report = scenario(name)
    assert report.verdict.startswith(f"In {NAMES[name]}, ")
    assert report.verdict.endswith(report.findings[0].summary[1:])
    assert f"of {report.totals.invocations:,} invocations of {NAMES[name]} failed" in report.lead


def test_when_no_trouble_prevails_the_verdict_counts_them_all() -> None:
    report = scenario("hostile")
    assert report.verdict.startswith(
        f"{report.totals.failed} of 360 invocations of hostile failed: 60 kills for memory"
    )
    assert "No single cause explains more than 60 of them." in report.lead


def test_an_answer_below_090_is_said_with_probably() -> None:
    cause = scenario("json_format").causes[2]
    assert cause.confidence < 0.90
    assert cause.verdict.startswith("import-feed probably needs more than its 256 MB")


# --- memory-leak ---


def test_the_leaks_lead_counts_the_kills_names_both_versions_and_says_what_more_memory_buys() -> None:
    assert scenario("memory_leak").lead == (
        "12 of 1,860 invocations failed (0.65%), all out of memory, all in version 42, live since 07:30 UTC. Version "
        "41 stays at 124 MB. Going back stops the kills; 512 MB only stretches the time between them from 55 min to "
        "2.6 h."
    )


def test_the_leaks_story_goes_from_the_new_version_over_the_climb_to_the_kill_and_the_restart() -> None:
    takeover, climb, kill, restart = scenario("memory_leak").causes[0].story
    assert takeover.text == (
        "Version 42 took over from 07:30 UTC. Version 41 had served 558 invocations at 121 to 124 MB; none failed."
    )
    assert [takeover.evidence[0].text[a:b] for a, b in takeover.evidence[0].marks] == ["Version: 42"]
    assert climb.text == (
        "In all 4 environments of version 42 memory climbs 1.5 MB with every invocation and never falls while the "
        "environment lives."
    )
    shown = [o.text[o.marks[0][0] : o.marks[0][1]] for o in climb.evidence]
    used = [int(mark.split(": ")[1].split()[0]) for mark in shown]
    assert len(used) == 3
    assert used == sorted(used)
    assert used[-1] < 256
    assert len({o.stream for o in climb.evidence}) == 1
    assert kill.text == "At 256 MB Lambda kills it: 12 times, after 91 to 95 invocations."
    assert all("Runtime.OutOfMemory" in o.text for o in kill.evidence)
    assert restart.text.startswith("The next request starts the environment again inside itself, 1.")
    assert restart.text.endswith("and memory is back at 119 MB.")


def test_the_leaks_rivals_lose_by_numbers_of_the_log() -> None:
    because = reasons(scenario("memory_leak").causes[0])
    assert because["memory-undersized"] == (
        "Requests need at most 124 MB in version 41, and 119 MB in version 42 right after each restart."
    )
    assert because["payload-growth"].startswith(
        "Memory follows the age of the environment (r = 0.99), not the hour: at 10:"
    )
    assert because["downstream-latency"].endswith("none timed out.")


def test_the_leaks_fixes_go_back_first_and_buy_time_second() -> None:
    cause = scenario("memory_leak").causes[0]
    commands = [(f.title, f.command) for f in cause.fixes if f.tool == "aws-cli"]
    assert commands == [
        (
            "Stop it: go back to version 41",
            "aws lambda update-alias --function-name orders-api --name live --function-version 41",
        ),
        (
            "Or buy time: 512 MB",
            "aws lambda update-function-configuration --function-name orders-api --memory-size 512",
        ),
    ]
    assert cause.settle.startswith(
        "Run version 41 for an hour. If memory stays below 130 MB, the leak is in the change to 42."
    )
    assert cause.what_if[0].after == "an environment lasts about 262 invocations (2.6 h)"


def only(events: Iterable[Event], version: str) -> list[Event]:
    """The events of one version's streams."""
    return [e for e in events if f"[{version}]" in e.stream]


def test_a_leak_without_a_former_version_is_told_without_versions() -> None:
    report = report_of(only(exports.memory_leak(), "42"))
    assert report.verdict == "orders-api leaks memory and is killed after about 93 invocations."
    assert "Take two heap snapshots" in report.causes[0].settle
    assert all("version" not in f.title for f in report.causes[0].fixes)
    assert reasons(report.causes[0])["memory-undersized"].startswith("Right after a restart the requests need 119 MB")


def test_a_leak_of_a_function_without_a_name_is_a_sentence_all_the_same() -> None:
    report = report_of(exports.memory_leak(), None)
    assert report.verdict == "The function leaks memory since version 42 and is killed after about 93 invocations."


def test_a_leak_in_one_environment_is_believed_less_and_says_so() -> None:
    events = exports.busiest(only(exports.memory_leak(), "42"))
    cause = report_of(events).causes[0]
    assert cause.id == "memory-leak"
    assert cause.confidence < 0.90
    assert "Only one environment shows it." in cause.against
    assert "probably leaks memory" in cause.verdict


def test_a_leak_that_killed_nobody_yet_is_a_risk_with_a_forecast() -> None:
    events = [e for e in only(exports.memory_leak(), "42") if e.timestamp < START + 135 * MINUTE]
    report = report_of(events)
    assert report.totals.failed == 0
    assert ids(report) == ["memory-leak"]
    assert report.causes[0].explains == (0, 0)
    assert report.verdict.startswith("No invocation failed, but orders-api")
    assert "an environment lasts about 9" in report.verdict


def test_a_leak_that_a_later_version_ended_is_told_in_the_past_and_needs_no_command() -> None:
    leak = only(exports.memory_leak(), "42")
    later = only(exports.memory_leak(start=START + 6 * HOUR), "41")
    fixed = [
        e._replace(stream=e.stream.replace("[41]", "[43]"), message=e.message.replace("Version: 41", "Version: 43"))
        for e in later
    ]
    report = report_of([*leak, *fixed])
    assert report.verdict == (
        "orders-api leaked memory in version 42 until version 43, killed after about 93 invocations."
    )
    assert "Version 43 followed and stays level." in report.lead
    assert report.causes[0].fixes == ()
    assert report.causes[0].story[-1].text.startswith("Version 43 followed from ")


def simulated(
    need: Callable[[int, float], float],
    *,
    requests: int = 900,
    lives: int = 90,
    memory_mb: int = 512,
    base_mb: float = 100,
    seed: int = 3,
) -> list[Event]:
    """Requests over six hours; `need` says the memory of a request by its environment's age and the time, 0 to 1."""
    log = Log(seed)
    function = Function("orders-api", "5", memory_mb=memory_mb, base_mb=base_mb)
    environments: list[Environment] = []
    ages: list[int] = []
    for number in range(requests):
        at = START + 6 * HOUR * number / requests
        lane = number % 3
        if len(environments) <= lane:
            environments.append(Environment(log, function, at))
            ages.append(0)
        if environments[lane].served >= lives * (0.7 + 0.3 * lane):
            environments[lane], ages[lane] = Environment(log, function, at), 0
        environment = environments[lane]
        took, memory = log.rng.uniform(40, 90), need(ages[lane], number / requests)
        environment.invoke(at, Call(took, (Line(1, "INFO", "work"),), memory))
        ages[lane] = 0 if base_mb + memory > memory_mb else ages[lane] + 1
    return log.events()


def test_payload_that_grows_over_all_environments_is_no_leak() -> None:
    report = report_of(simulated(lambda _, hour: 20 + 330 * hour))
    assert growth.trend(summarize(exports.filter_log_events(simulated(lambda _, h: 20 + 330 * h))).functions[0]) is None
    assert ids(report) == []


def test_a_cache_that_fills_and_then_stays_is_no_leak() -> None:
    assert ids(report_of(simulated(lambda age, _: 20 + 2.5 * min(age, 24)))) == []
    assert ids(report_of(simulated(lambda age, _: 20 + (160 if age > 30 else 0)))) == []


def test_requests_of_random_size_raise_the_mark_but_are_no_leak() -> None:
    for seed in range(8):
        rng = random.Random(seed)
        events = simulated(lambda _, __, rng=rng: rng.uniform(5, 300), seed=seed)  # type: ignore[misc]
        assert ids(report_of(events)) == [], seed


def test_a_leak_is_found_below_requests_of_random_size() -> None:
    rng = random.Random(1)
    events = simulated(lambda age, _: 20 + 2.5 * age + rng.uniform(0, 25), lives=400, requests=1500, memory_mb=512)
    report = report_of(events)
    assert ids(report)[:1] == ["memory-leak"]
    assert report.causes[0].explains[0] == report.causes[0].explains[1] > 0


def test_where_streams_are_not_named_environments_are_told_apart_and_prove_less() -> None:
    leak = analyze(exports.message_array(exports.memory_leak()), options=Options(function="orders-api"))
    assert ids(leak) == ["memory-leak"]
    assert 0.6 < leak.causes[0].confidence < 0.9 < scenario("memory_leak").causes[0].confidence
    assert leak.verdict == "orders-api probably leaks memory since version 42 and is killed after about 93 invocations."
    small = analyze(exports.message_array(exports.memory_undersized()), options=Options(function="pdf-thumbnails"))
    cause = small.causes[0]
    assert cause.id == "memory-undersized"
    assert cause.confidence < 0.90
    assert reasons(cause)["memory-leak"] == "In none of 22 lives of environments does memory climb with age."
    assert not any("of an environment" in step.text for step in cause.story)
    assert any("does not tell environments apart" in doubt for doubt in cause.against)


# --- memory-undersized ---


def test_too_little_memory_says_the_next_size_and_that_young_environments_die_too() -> None:
    cause = scenario("memory_undersized").causes[0]
    assert "1,024 MB is the next size to try." in cause.lead
    assert "Requests that survive peak at 422 MB." in cause.lead
    assert cause.fixes[0].values == ("1024",)
    assert "within its first 3 invocations" in reasons(cause)["memory-leak"]
    assert "14 of 24 kills" in reasons(cause)["payload-growth"]


def test_kills_that_only_come_late_leave_growing_payload_open() -> None:
    events = simulated(lambda _, hour: 450 if hour > 0.75 and random.Random(hour).random() < 0.1 else 30)
    cause = report_of(events).causes[0]
    assert cause.id == "memory-undersized"
    assert any("requests may be growing" in doubt for doubt in cause.against)
    assert "payload-growth" not in reasons(cause)
    assert cause.confidence < scenario("memory_undersized").causes[0].confidence


def test_no_size_is_recommended_beyond_what_lambda_offers() -> None:
    events = simulated(lambda _, hour: 9000 if random.Random(hour).random() < 0.02 else 30, memory_mb=8192)
    cause = report_of(events).causes[0]
    assert cause.fixes == ()
    assert "split" in cause.lead


# --- downstream-latency ---


def stalls(
    progress: bool = False, text: str = "GET https://api.example.com/v1/prices", memory: float = 20.0, every: int = 20
) -> list[Event]:
    """Requests of which each n-th runs into the limit of 10 s after a line, silent or with progress lines."""
    log = Log(5)
    fleet = Fleet(log, Function("orders-api", "5", memory_mb=256, limit_s=10, base_mb=80))
    for number, at in enumerate(exports.arrivals(log.rng, START, 4 * HOUR, 600)):
        stalled = number % every == every // 2
        took = 60_000.0 if stalled else log.rng.uniform(60, 200)
        lines = [Line(1, "INFO", text)]
        if stalled and progress:
            lines += [Line(k * 900.0, "INFO", f"{k} of 12 chunks done") for k in range(1, 12)]
        fleet.send(at, Call(took, tuple(lines), memory=memory if stalled else 20.0))
    return log.events()


def test_timeouts_that_fall_silent_after_a_call_are_blamed_on_the_host_it_names() -> None:
    report = report_of(stalls())
    assert report.verdict == (
        "orders-api waits for api.example.com until its 10 s limit: 30 of 600 invocations timed out."
    )
    cause = report.causes[0]
    assert "More memory" not in cause.lead
    assert all("memory" not in f.title.lower() for f in cause.fixes)
    assert all(o.text[o.marks[0][0] : o.marks[0][1]] == "api.example.com" for o in cause.story[0].evidence)


def test_timeouts_with_progress_lines_throughout_wait_for_nothing() -> None:
    assert ids(report_of(stalls(progress=True))) == []


def test_timeouts_with_full_memory_are_not_blamed_on_a_call() -> None:
    assert "downstream-latency" not in ids(report_of(stalls(memory=170.0)))


def test_silence_after_a_line_that_names_no_call_is_only_probable() -> None:
    cause = report_of(stalls(text="order accepted")).causes[0]
    assert cause.confidence < 0.90
    assert cause.verdict.startswith("orders-api probably waits until its 10 s limit after “order accepted”")
    assert any("does not name a call" in doubt for doubt in cause.against)
    assert "cpu-starved" not in reasons(cause)


def test_a_slow_dependency_shows_that_slow_successes_fall_silent_at_the_same_place() -> None:
    cause = scenario("slow_dependency").causes[0]
    assert "146 successes fell silent at the same place and got an answer after 1.2 s to 26.1 s." in cause.story[2].text
    assert reasons(cause)["timeout-too-short"].startswith("12 of 8,806 successes needed more than 24 s")
    assert reasons(cause)["network-unreachable"] == (
        "Between the first and the last timeout 8,758 invocations succeeded."
    )
    assert "X-Ray subsegment" in cause.settle
    note = cause.fixes[0].note
    assert "requestTimeout: 14000" in note
    assert "maxAttempts: 2" in note


@pytest.mark.parametrize(
    ("line", "host"),
    [
        ("GET s3.eu-west-1.amazonaws.com/photos/a.jpg", "s3.eu-west-1.amazonaws.com"),
        ("connecting to postgres://app:secret@db.prod.internal:5432/orders", "db.prod.internal"),
        ("connecting to smtp.example.com:587", "smtp.example.com"),
        ("POST https://payments/charge", ""),
        ("publishing event order.created", ""),
        ("resize uploads/kettle.jpg to width 320", ""),
        ("Found credentials in botocore.credentials.loader", ""),
    ],
)
def test_a_host_is_told_from_other_words_with_dots(line: str, host: str) -> None:
    from analyzer.causes._downstream_latency_case import host_of

    assert host_of(line) == host


def test_attempts_of_the_advised_client_end_before_the_limit() -> None:
    from analyzer.causes._downstream_latency_bound import client_timeout

    function = summarize(exports.filter_log_events(stalls())).functions[0]
    for limit_s in (1, 2, 3, 10, 30, 900):
        seconds, attempts = client_timeout(function, limit_s * 1000)
        assert 0 < seconds * attempts < limit_s


# --- broken-package ---


def test_a_broken_package_is_loaded_in_every_environment_and_never_reaches_the_handler() -> None:
    cause = scenario("broken_package").causes[0]
    assert cause.lead.startswith("240 of 240 invocations failed while loading, in all 7 environments")
    first = cause.story[0].evidence[0]
    assert [first.text[a:b] for a, b in first.marks] == ["Runtime.ImportModuleError", "'psycopg2._psycopg'"]
    assert reasons(cause)["code-defect"].startswith("No handler ran")
    assert "long before its limit of 10 s" in reasons(cause)["slow-init"]
    assert "psycopg2/_psycopg" in cause.settle


def test_a_version_that_loaded_before_is_the_first_fix() -> None:
    healthy = exports.code_defect(n=200)
    events = [e._replace(stream=e.stream.replace("[23]", "[6]")) for e in healthy]
    events = [e._replace(message=e.message.replace("Version: 23", "Version: 6")) for e in events]
    report = report_of([*events, *exports.broken_package(start=START + 9 * HOUR)], "billing-sync")
    cause = report.causes[0]
    assert cause.id == "broken-package"
    assert cause.verdict == (
        "Every invocation of billing-sync in version 7 fails: it cannot load the module 'psycopg2._psycopg'."
    )
    assert cause.fixes[0].title == "Stop it: go back to version 6"
    assert cause.story[0].text.startswith("Version 7 runs from 15:")
    assert "Version 6 loads: going back ends it." in cause.lead


def test_a_broken_version_that_a_later_one_replaced_needs_no_command() -> None:
    fixed = [
        e._replace(stream=e.stream.replace("[23]", "[8]"), message=e.message.replace("Version: 23", "Version: 8"))
        for e in exports.code_defect(n=200, start=START + 4 * HOUR)
    ]
    cause = report_of([*exports.broken_package(), *fixed], "billing-sync").causes[0]
    assert cause.id == "broken-package"
    assert "Version 8 followed and loads." in cause.lead
    assert cause.fixes == ()


@pytest.mark.parametrize("container", exports.FORMATS)
@pytest.mark.parametrize("name", exports.SCENARIOS)
def test_no_container_makes_a_cause_fail_or_speak_in_fragments(name: str, container: str) -> None:
    data = exports.FORMATS[container](exports.SCENARIOS[name](n=120))
    report = analyze(data, options=Options(function=NAMES.get(name)))
    assert not report.failed_plugins
    for cause in report.causes:
        for text in (cause.verdict, cause.lead, cause.settle, *cause.against, *(s.text for s in cause.story)):
            assert "  " not in text
            assert " ," not in text
            assert " ." not in text
            assert not re.search(r"\bNone\b", text)


def test_one_environment_that_fails_to_load_beside_healthy_ones_is_no_broken_package() -> None:
    log = Log(4)
    good = Function("billing-sync", "7")
    fleet = Fleet(log, good)
    for at in exports.arrivals(log.rng, START, HOUR, 80):
        fleet.send(at, Call(50))
    sick = Environment(log, replace(good, broken=exports.IMPORT_ERROR), START + 100)
    sick.invoke(START + 100, Call(50))
    report = report_of(log.events(), "billing-sync")
    assert report.totals.init_errors == 1
    assert ids(report) == []


def test_an_exception_of_the_modules_own_code_while_loading_is_no_broken_package() -> None:
    log = Log(4)
    failure = Failure("KeyError", "'TABLE_NAME'", ((exports.APP, 3, "<module>", "TABLE = os.environ['TABLE_NAME']"),))
    fleet = Fleet(log, Function("billing-sync", "7", broken=failure), lives=20)
    for at in exports.arrivals(log.rng, START, HOUR, 60):
        fleet.send(at, Call(50))
    assert "broken-package" not in ids(report_of(log.events(), "billing-sync"))


# --- code-defect ---


def failing(when: Callable[[int, random.Random], Failure | None], versions: Sequence[str] = ("23",)) -> list[Event]:
    """900 requests over eight hours; `when` says which raise what; versions follow each other in equal parts."""
    log = Log(17)
    fleets = [Fleet(log, Function("confirm-order", v, base_mb=74), idle_ms=30 * MINUTE) for v in versions]
    for number, at in enumerate(exports.arrivals(log.rng, START, 8 * HOUR, 900)):
        fleet = fleets[number * len(fleets) // 900]
        fleet.send(at, Call(log.rng.uniform(40, 90), (Line(1, "INFO", "confirm"),), raises=when(number, log.rng)))
    return log.events()


def test_a_code_defect_names_type_frame_message_and_share() -> None:
    first, second = scenario("code_defect").causes
    assert first.story[0].text == "20 invocations raise KeyError in app.py:41 confirm: 'customer_id'"
    marks = [first.story[0].evidence[0].text[a:b] for a, b in first.story[0].evidence[0].marks]
    assert "KeyError" in marks[0]
    assert any("line 41" in m for m in marks)
    assert first.lead.startswith("20 of 26 failures are this exception; 2.9% of the invocations fail.")
    assert reasons(first)["deployment-regression"] == (
        "Only version 23 ran; its first and its last invocations fail alike."
    )
    assert reasons(first)["poison-input"] == "20 different requests fail; none of them came back."
    assert "--filter-pattern" in first.fixes[0].command
    assert second.title == "TypeError in app.py:58 confirm on some inputs"


def test_failures_that_begin_with_a_version_are_not_a_defect_of_some_inputs() -> None:
    events = failing(lambda n, r: exports.KEY_ERROR if n >= 450 and r.random() < 0.1 else None, ("22", "23"))
    assert ids(report_of(events, "confirm-order")) == []


def test_a_rollout_where_every_new_invocation_fails_is_not_a_defect_of_some_inputs() -> None:
    events = failing(lambda n, _: exports.KEY_ERROR if n >= 450 else None, ("22", "23"))
    assert ids(report_of(events, "confirm-order")) == []


def test_a_defect_in_two_versions_is_still_a_defect() -> None:
    events = failing(lambda _, r: exports.KEY_ERROR if r.random() < 0.04 else None, ("22", "23"))
    cause = report_of(events, "confirm-order").causes[0]
    assert reasons(cause)["deployment-regression"] == "Versions 22 and 23 fail alike."


def test_failures_in_one_burst_are_not_a_defect_of_some_inputs() -> None:
    events = failing(lambda n, _: exports.KEY_ERROR if 400 <= n < 440 else None)
    assert ids(report_of(events, "confirm-order")) == []


def test_exceptions_that_report_another_services_answer_are_no_defect() -> None:
    said = Failure("RuntimeError", "prices answered with status code 503", exports.KEY_ERROR.frames)
    events = failing(lambda _, r: said if r.random() < 0.03 else None)
    assert ids(report_of(events, "confirm-order")) == []


def test_a_single_exception_is_not_called_sure() -> None:
    events = failing(lambda n, _: exports.KEY_ERROR if n == 400 else None)
    cause = report_of(events, "confirm-order").causes[0]
    assert cause.confidence < 0.90
    assert any("too rarely" in doubt for doubt in cause.against)
    assert "probably fails on some inputs" in cause.verdict


# --- Logs to read: tests/cases/<cause>/ ---


def cases() -> list[Path]:
    """The logs in which a cause fires or stays quiet."""
    return sorted(p for c in registry.causes() for p in (ROOT / "tests" / "cases" / c.id).glob("*.log"))


@pytest.mark.parametrize("path", cases(), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_each_case_has_the_causes_written_beside_it(path: Path, request: pytest.FixtureRequest) -> None:
    report = analyze(path.read_bytes(), options=Options(function="my-function"))
    assert (path.parent.name in ids(report)) == path.name.startswith("fires-")
    found = [
        {
            "id": c.id,
            "confidence": c.confidence,
            "explains": list(c.explains),
            "verdict": c.verdict,
            "lead": c.lead,
            "story": [s.text for s in c.story],
            "against": list(c.against),
            "ruled_out": reasons(c),
            "evidence": [[o.offset, o.length] for s in c.story for o in s.evidence],
        }
        for c in report.causes
    ]
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    expected = path.with_suffix(".causes.json")
    if request.config.getoption("--update"):
        expected.write_text(text, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == text


def test_each_cause_has_a_case_where_it_fires_and_one_where_it_is_quiet() -> None:
    for cause in registry.causes():
        names = [p.name for p in cases() if p.parent.name == cause.id]
        assert any(n.startswith("fires-") for n in names)
        assert any(n.startswith("quiet-") for n in names)


# --- The verdict ---


def named(events: Sequence[Event], name: str) -> list[Event]:
    """The events as a custom log group shows them: the function's name in every stream's name."""
    return [
        e._replace(stream=f"{e.stream[:11]}{name}{e.stream[11:]}" if e.stream[10] == "/" else e.stream) for e in events
    ]


def test_of_two_failing_functions_the_one_with_more_failures_leads_and_the_other_is_mentioned() -> None:
    both = [*named(exports.code_defect(), "confirm-order"), *named(exports.memory_leak(), "orders-api")]
    report = report_of(sorted(both, key=lambda e: e.timestamp), None)
    assert {f.name for f in report.functions if f.totals.invocations} == {"confirm-order", "orders-api"}
    assert report.verdict.startswith("confirm-order fails on some inputs: KeyError")
    assert ids(report)[1] == "memory-leak"
    assert "of confirm-order" in report.lead


def test_the_healthy_verdict_says_how_much_room_there_is() -> None:
    data = exports.filter_log_events(exports.healthy())
    report = analyze(data, options=Options(function="catalog-search", timeout_s=3))
    assert report.verdict == "No failure in 1,200 invocations; memory peaks at 61%, the slowest took 344 ms of 3 s."


def test_an_export_of_error_lines_alone_says_what_is_missing() -> None:
    events = [e for e in exports.code_defect() if e.message.startswith("[ERROR]")]
    report = report_of(events)
    assert report.totals.invocations == 0
    assert "unknown" in report.lead
    assert "--filter-pattern" in report.lead


def test_an_export_without_events_says_so() -> None:
    assert report_of([]).verdict == "This export holds no log events."


# --- The plug-ins ---


def test_every_cause_explains_itself_in_full() -> None:
    for cause in registry.causes():
        for text in (cause.title, cause.why, cause.must_hold, cause.fix):
            assert text.strip()
        for text in (cause.why, cause.must_hold, cause.fix):
            assert text.endswith(".")
        assert cause.rivals
        assert cause.id not in cause.rivals
        assert cause.link.startswith("https://")
        assert all(t.why.endswith(".") for t in cause.thresholds.values())


def test_rivals_that_lose_in_a_report_are_among_those_the_cause_names() -> None:
    known = {c.id: set(c.rivals) for c in registry.causes()}
    for name in exports.SCENARIOS:
        for cause in scenario(name).causes:
            assert set(reasons(cause)) <= known[cause.id]


def test_a_long_name_never_makes_a_verdict_longer_than_it_may_be() -> None:
    name = "a-very-long-function-name-of-sixty-four-characters-as-aws-allows"
    for scene in (
        "memory_leak",
        "memory_undersized",
        "slow_dependency",
        "broken_package",
        "code_defect",
        "access_denied",
    ):
        report = report_of(exports.SCENARIOS[scene](), name)
        assert len(report.verdict) <= 120
        assert all(len(c.verdict) <= 120 for c in report.causes)


def test_a_report_does_not_depend_on_how_the_input_was_cut() -> None:
    data = exports.filter_log_events(exports.memory_leak(n=930))
    whole = summarize(data)
    cut = summarize(data, 0, len(data) // 3).merge(summarize(data, len(data) // 3, len(data)))
    a, b = growth.trend(whole.functions[0]), growth.trend(cut.functions[0])
    assert a is not None
    assert b is not None
    assert (a.slope, a.ages, a.versions) == (b.slope, b.ages, b.versions)


def test_a_sentence_that_does_not_fit_is_left_out_or_cut_with_a_sign() -> None:
    assert _weights.lead("one two.", "three four five.", "six.", most=3) == "one two. six."
    assert _weights.fit("x" * 200).endswith("…")
    assert len(_weights.fit("x" * 200)) == 120
