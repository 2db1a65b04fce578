"""The real AWS CLI against a real CloudWatch Logs API (moto's server): what it prints, we read.

The exports of `exports.py` imitate the CLI; here nothing is imitated. Events go in through put-log-events and come out
in every form a user would save, and each form must give the same totals and account for every event.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import exports
import pytest
from test_shapes import facts

from analyzer import Options, analyze
from analyzer.report import Report

BATCH_EVENTS, BATCH_BYTES = 10_000, 1_000_000
"""Limits of one PutLogEvents request: events, and bytes with 26 for each event (the API's own number is 1,048,576)."""

SERVER = """
import sys
import moto.logs.models
from moto.server import main
moto.logs.models.LogEvent._event_id = 392 * 10**53
main(sys.argv[1:])
"""
"""The server; it would number events from 0, where the service's ids have 56 digits."""

TOTALS = ("invocations", "failed", "timeouts", "out_of_memory")
DAY = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Group:
    """A log group on the server and the events that were put into it."""

    name: str
    events: tuple[exports.Event, ...]
    expected: dict[str, int]


class Cli:
    """The AWS CLI of this Python, talking to one endpoint with credentials that are nobody's."""

    def __init__(self, endpoint: str, home: Path) -> None:
        """Take the address of the server and a folder in which the CLI finds no configuration."""
        self._endpoint = endpoint
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("AWS_")}
        self._env = kept | {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(home / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(home / "credentials"),
            "AWS_PAGER": "",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "PYTHONIOENCODING": "utf-8",
        }

    def __call__(self, *arguments: str) -> bytes:
        """Run `aws …` and return what it printed."""
        command = [sys.executable, "-m", "awscli", "--endpoint-url", self._endpoint, *arguments]
        run = subprocess.run(command, env=self._env, capture_output=True, check=False, timeout=120)
        if run.returncode:
            raise AssertionError(f"aws {' '.join(arguments[:2])} failed: {run.stderr.decode(errors='replace')}")
        return run.stdout

    def logs(self, *arguments: str) -> bytes:
        """Run `aws logs …` and return what it printed."""
        return self("logs", *arguments)

    def put(self, group: str, events: Sequence[exports.Event], folder: Path) -> None:
        """Create the group and its streams and put the events, in batches the API accepts."""
        self.logs("create-log-group", "--log-group-name", group)
        self.fill(group, events, folder)

    def fill(self, group: str, events: Sequence[exports.Event], folder: Path) -> None:
        """Put the events into streams of a group that is there."""
        for number, (stream, rows) in enumerate(exports.by_stream(events).items()):
            self.logs("create-log-stream", "--log-group-name", group, "--log-stream-name", stream)
            for batch in batches(rows):
                request = folder / f"put-{number}.json"
                logged = [{"timestamp": row.timestamp, "message": row.message} for row in batch]
                body = {"logGroupName": group, "logStreamName": stream, "logEvents": logged}
                request.write_text(json.dumps(body), encoding="utf-8")
                answer = json.loads(self.logs("put-log-events", "--cli-input-json", f"file://{request}"))
                assert "rejectedLogEventsInfo" not in answer


def batches(events: Sequence[exports.Event]) -> Iterator[list[exports.Event]]:
    """Cut the events of one stream into requests within the limits of the API."""
    batch: list[exports.Event] = []
    size = 0
    for event in events:
        cost = len(event.message.encode()) + 26
        if batch and (len(batch) == BATCH_EVENTS or size + cost > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += cost
    if batch:
        yield batch


@pytest.fixture(scope="session")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cli]:
    """Start a server on a free port of the loopback interface for the session; end that process after it."""
    home = tmp_path_factory.mktemp("aws")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", SERVER, "-H", "127.0.0.1", "-p", str(port)]
    with (home / "server.log").open("wb") as output:
        env = os.environ | {"TZ": "UTC"}  # moto stamps an export task's lines with the time of its machine
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=env)
        try:
            await_server(server, f"http://127.0.0.1:{port}/moto-api/data.json", home / "server.log")
            yield Cli(f"http://127.0.0.1:{port}", home)
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(10)


def await_server(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Wait until the server answers; say why it did not."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            with opener.open(address, timeout=2) as answer:
                answer.read()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"the server did not start: {log.read_text(errors='replace')}")


def recent() -> int:
    """A day ago, to the minute: the API refuses events older than 14 days or 2 hours ahead of its clock."""
    return (int(time.time() * 1000) - DAY) // exports.MINUTE * exports.MINUTE


def count(events: Sequence[exports.Event]) -> dict[str, int]:
    """The totals as the REPORT lines state them, counted without the package under test."""
    reports = [event.message for event in events if event.message.startswith("REPORT ")]
    timeouts = sum("\tStatus: timeout" in report for report in reports)
    killed = sum("Error Type: Runtime.OutOfMemory" in report for report in reports)
    return {
        "invocations": len(reports),
        "failed": timeouts + killed,
        "timeouts": timeouts,
        "out_of_memory": killed,
    }


@pytest.fixture(scope="session", params=["memory_leak", "slow_dependency"])
def group(request: pytest.FixtureRequest, cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Group:
    """A log group filled with a scenario: one that is killed for memory, one for time."""
    scenario: str = request.param
    events = exports.SCENARIOS[scenario](n=930 if scenario == "memory_leak" else 500, start=recent())
    name = f"/aws/lambda/{scenario.replace('_', '-')}"
    cli.put(name, events, tmp_path_factory.mktemp(scenario))
    expected = count(events)
    assert expected["failed"] > 0
    return Group(name, tuple(events), expected)


def check(group: Group, *paths: Path) -> None:
    """Analyse the files together; every event is accounted for and the totals are those that were put."""
    report: dict[str, Any] = json.loads(analyze([str(path) for path in paths]).to_json())
    quality = report["quality"]
    assert quality["events"] == len(group.events)
    assert quality["events"] == quality["attributed"] + sum(quality["set_aside"].values())
    assert {name: report["totals"][name] for name in TOTALS} == group.expected


def messages(group: Group) -> list[str]:
    """The messages that were put, sorted: moto orders a group by stream, the service by time."""
    return sorted(event.message for event in group.events)


def test_filter_log_events_as_the_cli_prints_it(cli: Cli, group: Group, tmp_path: Path) -> None:
    """One document: the CLI has joined the pages the API gave it."""
    saved = tmp_path / "filter.json"
    saved.write_bytes(cli.logs("filter-log-events", "--log-group-name", group.name))
    document = json.loads(saved.read_bytes())
    assert sorted(row["message"] for row in document["events"]) == messages(group)
    put = sorted((event.stream, event.timestamp) for event in group.events)
    assert sorted((row["logStreamName"], row["timestamp"]) for row in document["events"]) == put
    check(group, saved)


def test_our_writer_prints_what_the_cli_prints(cli: Cli, group: Group) -> None:
    """The pretty form of `exports.filter_log_events` differs from the CLI's in nothing but the order of keys."""
    printed = cli.logs("filter-log-events", "--log-group-name", group.name)
    document = json.loads(printed)
    events = [
        exports.Event(row["timestamp"], row["ingestionTime"], row["logStreamName"], row["eventId"], row["message"])
        for row in document["events"]
    ]
    # moto still lists the streams it searched, which the service stopped doing in 2020.
    ours = json.loads(exports.filter_log_events(events, pretty=True)) | {
        "searchedLogStreams": document["searchedLogStreams"]
    }
    assert ours == document
    assert exports.dump(document, pretty=True) == printed


def test_pages_of_the_api_appended_to_one_file(cli: Cli, group: Group, tmp_path: Path) -> None:
    """`--no-paginate --next-token …` with `>>`: documents one after the other, each naming the next."""
    saved = tmp_path / "pages.json"
    step = str(len(group.events) // 3 + 1)
    token: list[str] = []
    with saved.open("ab") as file:
        for _ in range(10):
            arguments = ("--log-group-name", group.name, "--no-paginate", "--limit", step)
            page = cli.logs("filter-log-events", *arguments, *token)
            file.write(page)
            following = json.loads(page).get("nextToken")
            if following is None:
                break
            token = ["--next-token", following]
    assert saved.read_bytes().count(b'"nextToken"') == 2
    check(group, saved)


def test_max_items_of_the_cli_appended_to_one_file(cli: Cli, group: Group, tmp_path: Path) -> None:
    """`--max-items` and `--starting-token`: the CLI's own pages, whose token is spelled NextToken."""
    saved = tmp_path / "items.json"
    step = str(len(group.events) // 2 + 1)
    first = cli.logs("filter-log-events", "--log-group-name", group.name, "--max-items", step)
    token = json.loads(first)["NextToken"]
    arguments = ("--log-group-name", group.name, "--max-items", step, "--starting-token", token)
    second = cli.logs("filter-log-events", *arguments)
    assert "NextToken" not in json.loads(second)
    saved.write_bytes(first + second)
    check(group, saved)


def test_get_log_events_stream_by_stream(cli: Cli, group: Group, tmp_path: Path) -> None:
    """One file for each stream, analysed together; the files do not name their streams."""
    paths = []
    for number, (stream, rows) in enumerate(exports.by_stream(group.events).items()):
        path = tmp_path / f"stream-{number}.json"
        arguments = ("--log-group-name", group.name, "--log-stream-name", stream, "--start-from-head")
        path.write_bytes(cli.logs("get-log-events", *arguments))
        document = json.loads(path.read_bytes())
        assert [row["message"] for row in document["events"]] == [row.message for row in rows]
        paths.append(path)
    check(group, *paths)


def test_query_of_the_messages(cli: Cli, group: Group, tmp_path: Path) -> None:
    """`--query 'events[*].message'`: strings without time or stream."""
    saved = tmp_path / "messages.json"
    query = ("--query", "events[*].message", "--output", "json")
    saved.write_bytes(cli.logs("filter-log-events", "--log-group-name", group.name, *query))
    assert sorted(json.loads(saved.read_bytes())) == messages(group)
    check(group, saved)


def test_query_of_the_messages_interleaved(cli: Cli, group: Group, tmp_path: Path) -> None:
    """The same by time, as the service does it: the requests of several environments overlap in the array."""
    saved = tmp_path / "interleaved.json"
    query = ("--interleaved", "--query", "events[*].message", "--output", "json")
    saved.write_bytes(cli.logs("filter-log-events", "--log-group-name", group.name, *query))
    assert sorted(json.loads(saved.read_bytes())) == messages(group)
    check(group, saved)


def test_query_of_the_events(cli: Cli, group: Group, tmp_path: Path) -> None:
    """`--query events`: the rows without the page around them."""
    saved = tmp_path / "events.json"
    saved.write_bytes(cli.logs("filter-log-events", "--log-group-name", group.name, "--query", "events"))
    assert len(json.loads(saved.read_bytes())) == len(group.events)
    check(group, saved)


# --- Every form of output gives the report of the JSON ---------------------------------------------------------------


@pytest.fixture(scope="session")
def small(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Group:
    """A group in which requests fail with tracebacks, small enough to be printed in every form."""
    events = exports.code_defect(n=40, start=recent())
    cli.put("/aws/lambda/small", events, tmp_path_factory.mktemp("small"))
    return Group("/aws/lambda/small", tuple(events), {})


def printed(cli: Cli, group: Group, *more: str) -> bytes:
    """`aws logs filter-log-events` by time, as the service prints it."""
    return cli.logs("filter-log-events", "--log-group-name", group.name, "--interleaved", *more)


def busiest(cli: Cli, group: Group, *more: str) -> bytes:
    """`aws logs get-log-events` of the stream that has most events."""
    stream = exports.busiest(group.events)[0].stream
    arguments = ("--log-group-name", group.name, "--log-stream-name", stream, "--start-from-head")
    return cli.logs("get-log-events", *arguments, *more)


def of_stream(cli: Cli, group: Group, *more: str) -> bytes:
    """`aws logs filter-log-events` of that stream alone."""
    return printed(cli, group, "--log-stream-names", exports.busiest(group.events)[0].stream, *more)


def told(*saved: Path) -> Report:
    """The report of some files, with every invocation in it."""
    return analyze([str(path) for path in saved], options=Options(invocations=True))


MESSAGES, PAIRS, ROWS = "events[*].message", "events[*].[timestamp,message]", "events"
FORMS: dict[str, tuple[str, Callable[..., bytes], tuple[str, ...], str]] = {
    "text": ("cli-text", printed, ("--output", "text"), "group"),
    "text, events": ("cli-text", printed, ("--output", "text", "--query", ROWS), "group"),
    "text, one page": ("cli-text", printed, ("--output", "text", "--no-paginate"), "group"),
    "text, one stream": ("cli-text", busiest, ("--output", "text"), "streams ids group"),
    "text, pairs": ("query-text", of_stream, ("--output", "text", "--query", PAIRS), "streams ids group"),
    "text, messages": (
        "query-text", of_stream, ("--output", "text", "--query", MESSAGES), "times streams ids group boundaries"),
    "table": ("cli-table", printed, ("--output", "table"), "group boundaries"),
    "table, one stream": ("cli-table", busiest, ("--output", "table"), "streams ids group boundaries"),
    "json, pairs": ("query-pairs", of_stream, ("--query", PAIRS), "streams ids group"),
    "json, triples": (
        "query-pairs", printed, ("--query", "events[*].[logStreamName,timestamp,message]"), "ids group"),
    "json, objects": (
        "query-objects", printed, ("--query", "events[*].{t:timestamp,s:logStreamName,m:message}"), "ids group"),
    "json, events of one stream": ("event-array", busiest, ("--query", ROWS), "streams ids group"),
    "json, one stream": ("get-log-events", busiest, (), "streams ids group"),
}  # fmt: skip
"""The container that must read a form, the command, its options, and what the form loses."""


@pytest.mark.parametrize("form", FORMS)
def test_every_output_of_the_cli_gives_the_report_of_its_json(
    form: str, cli: Cli, small: Group, tmp_path: Path
) -> None:
    """Up to what the form cannot carry."""
    container, command, options, loses = FORMS[form]
    saved, document = tmp_path / "saved.txt", tmp_path / "saved.json"
    saved.write_bytes(command(cli, small, *options))
    document.write_bytes(printed(cli, small) if command is printed else of_stream(cli, small))
    found = told(saved)
    assert found.inputs[0].container == container
    assert facts(found, frozenset(loses.split())) == facts(told(document), frozenset(loses.split()))


@pytest.mark.parametrize("output", ["text", "json"])
def test_max_items_says_that_there_is_more(output: str, cli: Cli, small: Group, tmp_path: Path) -> None:
    """The CLI's own token, a row of its own in text."""
    saved = tmp_path / "saved.txt"
    saved.write_bytes(printed(cli, small, "--max-items", "50", "--output", output))
    found = told(saved)
    assert found.quality.events == 50
    assert found.inputs[0].truncated


def test_a_query_of_logs_insights_gives_the_report_of_the_events(cli: Cli, small: Group, tmp_path: Path) -> None:
    """Newest first, as nearly every query sorts."""
    saved, document = tmp_path / "saved.txt", tmp_path / "saved.json"
    now = int(time.time())
    query = "fields @timestamp, @message, @logStream, @log | sort @timestamp desc"
    window = ("--start-time", str(now - 2 * 86400), "--end-time", str(now + 60))
    asked = cli.logs("start-query", "--log-group-name", small.name, *window, "--query-string", query)
    saved.write_bytes(cli.logs("get-query-results", "--query-id", json.loads(asked)["queryId"]))
    document.write_bytes(printed(cli, small))
    found = told(saved)
    assert found.inputs[0].container == "insights-results"
    assert facts(found, frozenset({"ids"})) == facts(told(document), frozenset({"ids"}))


def test_the_objects_of_an_export_task_give_the_report_of_the_events(cli: Cli, small: Group, tmp_path: Path) -> None:
    """`aws s3 sync` of what CreateExportTask wrote; moto writes times to the second."""
    cli("s3", "mb", "s3://exports-of-logs")
    window = ("--from", str(recent() - DAY), "--to", str(int(time.time() * 1000)))
    target = ("--destination", "exports-of-logs", "--destination-prefix", "exported")
    cli.logs("create-export-task", "--log-group-name", small.name, *window, *target)
    cli("s3", "sync", "s3://exports-of-logs", str(tmp_path / "exports"))
    document = tmp_path / "saved.json"
    document.write_bytes(printed(cli, small))
    objects = sorted((tmp_path / "exports").rglob("*.gz"))
    assert len(objects) == len(exports.by_stream(small.events))
    found = told(*objects)
    assert {i.container for i in found.inputs} == {"gzip, s3-export"}
    loses = frozenset({"milliseconds", "ids", "group"})
    assert facts(found, loses) == facts(told(document), loses)


def test_what_a_subscription_delivers_gives_the_report_of_the_events(cli: Cli, tmp_path: Path) -> None:
    """CloudWatch Logs to Firehose to S3: gzip objects of payloads."""
    group, arn = "/aws/lambda/delivered", "arn:aws:iam::123456789012:role/delivery"
    cli("s3", "mb", "s3://delivered-logs")
    target = json.dumps({"RoleARN": arn, "BucketARN": "arn:aws:s3:::delivered-logs"})
    stream = json.loads(
        cli("firehose", "create-delivery-stream", "--delivery-stream-name", "logs",
            "--s3-destination-configuration", target)
    )["DeliveryStreamARN"]  # fmt: skip
    cli.logs("create-log-group", "--log-group-name", group)
    cli.logs("put-subscription-filter", "--log-group-name", group, "--filter-name", "all", "--filter-pattern", "",
             "--destination-arn", stream, "--role-arn", arn)  # fmt: skip
    events = [e for rows in [*exports.by_stream(exports.code_defect(n=30, start=recent())).values()][:2] for e in rows]
    cli.fill(group, events, tmp_path)
    cli("s3", "sync", "s3://delivered-logs", str(tmp_path / "delivered"))
    document = tmp_path / "saved.json"
    document.write_bytes(printed(cli, Group(group, tuple(events), {})))
    found = told(*(path for path in sorted((tmp_path / "delivered").rglob("*")) if path.is_file()))
    assert {i.container for i in found.inputs} == {"gzip, subscription"}
    assert facts(found, frozenset({"ids"})) == facts(told(document), frozenset({"ids"}))
    assert {f.log_group for f in found.functions} == {group}
