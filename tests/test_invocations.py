"""How executions end, from every kind of evidence Lambda has ever given."""

from __future__ import annotations

import json

import exports
import pytest

from analyzer import Options, analyze
from analyzer.naming import function_named_in
from analyzer.report import Report
from analyzer.sources import BytesSource

ID = "57325a9d-ff5f-42e4-83df-80f3dcaaef25"
OTHER = "0be77a31-ff5f-42e4-83df-80f3dcaaef25"
START = f"START RequestId: {ID} Version: 7\n"
END = f"END RequestId: {ID}\n"
RAISED = "[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 3, in handler\n"


def line(status: str = "", used: int = 60, duration: float = 45.0) -> str:
    """A REPORT line."""
    return (
        f"REPORT RequestId: {ID}\tDuration: {duration:.2f} ms\tBilled Duration: {int(duration) + 1} ms\t"
        f"Memory Size: 128 MB\tMax Memory Used: {used} MB\t{status}\n"
    )


def report(*messages: str, name: str = "x.json", options: Options | None = None) -> Report:
    """The report of some messages of one stream, a second apart."""
    events = [
        {"logStreamName": "2026/10/08/[7]0123456789abcdef0123456789abcdef", "timestamp": 1791444627000 + 1000 * n,
         "message": m, "eventId": str(n)}
        for n, m in enumerate(messages)
    ]  # fmt: skip
    return analyze(
        [BytesSource(json.dumps({"events": events}).encode(), name)], options=options or Options(invocations=True)
    )


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        ([START, END, line()], "ok"),
        ([START, END, line("Status: timeout")], "timeout"),
        ([START, END, line("Status: error\tError Type: Runtime.OutOfMemory", 128)], "out_of_memory"),
        ([START, END, line("Status: error\tError Type: Runtime.ExitError")], "crash"),
        ([START, END, line("Status: error\tError Type: Extension.Crash")], "crash"),
        ([START, END, line("Status: error\tError Type: Runtime.ImportModuleError")], "init_error"),
        ([START, END, line("Status: error\tError Type: Runtime.Unknown")], "init_error"),
        ([START, RAISED, END, line()], "error"),
        ([START, f"[ERROR]\t2026-10-08T07:30:28.235Z\t{ID}\tlogged and survived\n", END, line()], "ok"),
        ([START, END, line(), f"2026-10-08T07:30:28.235Z {ID} Task timed out after 3.00 seconds\n\n"], "timeout"),
        ([START, f"RequestId: {ID} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n", END,
          line("", 127)], "out_of_memory"),
        ([START, f"RequestId: {ID} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n", END,
          line("", 30)], "crash"),
        ([START, f"RequestId: {ID} Error: Runtime exited with error: exit status 1\nRuntime.ExitError\n", END,
          line()], "crash"),
        ([START, "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n",
          f"RequestId: {ID} Error: Runtime exited with error: signal: aborted\nRuntime.ExitError\n", END, line("", 90)],
         "out_of_memory"),
        ([START, "[ERROR] MemoryError: \nTraceback (most recent call last):\n", END, line("", 120)], "out_of_memory"),
        ([START], "unknown"),
        ([END, line("Status: timeout")], "timeout"),
        ([START, line("", 128), END], "ok"),
    ],
)  # fmt: skip
def test_an_execution_ends_as_its_lines_say(messages: list[str], status: str) -> None:
    """No Status does not mean success, and a full mark does not mean failure."""
    found = report(*messages).invocations
    assert found is not None
    assert [i.status for i in found] == [status]


@pytest.mark.parametrize(
    ("error_type", "status"),
    [
        ("Sandbox.Timedout", "timeout"), ("Sandbox.Timeout", "timeout"), ("Runtime.InvokeTimeout", "timeout"),
        ("Sandbox.Failure", "crash"), ("Extension.ExitError", "crash"), ("Extension.LaunchError", "init_error"),
        ("Extension.InitError", "init_error"), ("TooManyExtensions", "init_error"), ("PermissionDenied", "init_error"),
        ("Runtime.HandlerNotFound", "init_error"), ("Runtime.MalformedHandlerName", "init_error"),
        ("Runtime.BuiltInModuleConflict", "init_error"), ("Runtime.InvalidEntrypoint", "init_error"),
        ("Runtime.AfterRestoreError", "init_error"), ("Init<LoadError>", "init_error"),
        ("Function.ResponseSizeTooLarge", "error"), ("Function<UserException>", "error"),
        ("Runtime.InvalidResponseModeHeader", "error"), ("Runtime.TruncatedResponse", "error"),
    ],
)  # fmt: skip
def test_the_error_type_of_a_report_says_what_kind_of_end_it_was(error_type: str, status: str) -> None:
    found = report(START, END, line(f"Status: error\tError Type: {error_type}"))
    assert found.invocations is not None
    assert [i.status for i in found.invocations] == [status]
    assert [f.id for f in found.findings if f.id not in ("error-rate", "data-quality")]


@pytest.mark.parametrize(
    "words",
    [
        "exited with error: exit status 128", "exited with error: exit status 129", "exited without providing a reason",
        "exited with error: signal: aborted", "exited with error: signal: segmentation fault",
    ],
)  # fmt: skip
def test_a_process_that_ended_is_a_crash_in_the_old_style(words: str) -> None:
    """Before END or after REPORT."""
    fault = f"RequestId: {ID} Error: Runtime {words}\nRuntime.ExitError\n"
    for messages in ((START, fault, END, line()), (START, END, line(), fault)):
        found = report(*messages).invocations
        assert found is not None
        assert [i.status for i in found] == ["crash"]


INIT = "INIT_START Runtime Version: python:3.13.v62\tRuntime Version ARN: x\n"
LOAD = "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'pg'\nTraceback\n"
BAD = "[ERROR] ValueError: bad\nTraceback (most recent call last):\n"


def tried(phase: str) -> str:
    """An INIT_REPORT of a failed try."""
    return f"INIT_REPORT Init Duration: 500.00 ms\tPhase: {phase}\tStatus: error\tError Type: Runtime.Unknown\n"


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        ([START, LOAD, END, line()], "init_error"),  # the style before INIT_REPORT
        ([START, f"RequestId: {ID} Error: Unknown application error occurred\nRuntime.Unknown\n", END, line()],
         "init_error"),
        ([INIT, BAD, tried("init"), BAD, tried("invoke"), START, END,
          line("Status: error\tError Type: Runtime.Unknown")], "init_error"),
        ([INIT, BAD, tried("init"), BAD, tried("invoke"), START, END, line()], "init_error"),
        ([INIT, BAD, tried("init"), START, END, line()], "ok"),  # the second try, inside the invocation, went well
        ([INIT, BAD, tried("init"), START, BAD, END, line()], "error"),
        ([START, END, line(), LOAD], "ok"),  # about the environment that starts for the next one
        ([START, f"RequestId: {ID} Process exited before completing request\n\n", END, line()], "crash"),
        ([START, END, line("Status: timeout", 128)], "timeout"),
        ([START, f"2026-10-08T07:30:28.235Z {ID} Task timed out after 3.01 seconds\n\n", END, line("Status: timeout")],
         "timeout"),
        ([START, END, line("Status: failure")], "error"),
        ([START, END, line("Status: success")], "ok"),
    ],
)  # fmt: skip
def test_what_failed_before_start_is_tried_again_inside_the_invocation(messages: list[str], status: str) -> None:
    """The words inside decide, or those of the second try."""
    found = report(*messages).invocations
    assert found is not None
    assert [i.status for i in found] == [status]


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ({"status": "success"}, "ok"),
        ({"status": "failure"}, "error"),
        ({"status": "timeout"}, "timeout"),
        ({"status": "error", "errorType": "Runtime.OutOfMemory"}, "out_of_memory"),
        ({"status": "error", "errorType": "Runtime.ExitError"}, "crash"),
    ],
)
def test_the_json_format_says_it_outright(record: dict[str, str], status: str) -> None:
    """Success included."""
    metrics = {"durationMs": 5.0, "billedDurationMs": 5, "memorySizeMB": 128, "maxMemoryUsedMB": 94}
    start = {"time": "2026-07-09T06:05:45.500Z", "type": "platform.start", "record": {"requestId": ID, "version": "7"}}
    done = {"time": "2026-07-09T06:05:45.505Z", "type": "platform.runtimeDone", "record": {"requestId": ID, **record}}
    end = {"time": "2026-07-09T06:05:45.505Z", "type": "platform.report",
           "record": {"requestId": ID, "metrics": metrics, **record}}  # fmt: skip
    found = report(*(json.dumps(e) for e in (start, done, end))).invocations
    assert found is not None
    assert [(i.status, i.max_memory_mb, i.version) for i in found] == [(status, 94, "7")]


def test_a_retry_is_an_execution_of_its_own() -> None:
    """Same request id, another attempt."""
    found = report(START, END, line("Status: timeout"), START, END, line()).invocations
    assert found is not None
    assert [(i.status, i.attempt) for i in found] == [("timeout", 1), ("ok", 2)]


def test_the_same_pages_twice_count_once() -> None:
    """Overlapping downloads are no retries."""
    data = exports.filter_log_events(exports.SCENARIOS["memory_leak"](n=60))
    once = analyze([BytesSource(data)])
    twice = analyze([BytesSource(data + data)])
    assert twice.totals == once.totals
    assert twice.quality.set_aside == {"duplicate of an event already read": once.quality.events}
    assert twice.quality.duplicates == once.quality.events


def test_interleaved_requests_in_one_stream_are_told_apart_and_said_to_be_mixed() -> None:
    """As in messages of a whole group without stream names."""
    other = line().replace(ID, OTHER)
    found = report(START, START.replace(ID, OTHER), END, line("Status: timeout"), END.replace(ID, OTHER), other)
    assert found.quality.mixed_streams == 1
    assert found.totals.invocations == 2
    assert found.totals.timeouts == 1


def test_initialisation_belongs_to_the_invocation_it_served() -> None:
    """INIT_START before the first START."""
    found = report("INIT_START Runtime Version: python:3.13.v1\tRuntime Version ARN: x\n", START, END, line())
    assert found.totals.cold_starts == 1
    assert found.functions[0].runtimes == ("python3.13",)
    assert found.quality.attributed == 4


def test_lines_before_any_start_are_set_aside_by_name() -> None:
    """They support no finding about an invocation."""
    found = report("cache warmed\n", "INIT_START Runtime Version: python:3.13.v1\n", START, END, line())
    assert found.quality.set_aside == {"outside any invocation": 1}


def test_a_load_error_after_an_end_belongs_to_the_invocation_that_restarts_the_environment() -> None:
    """Lambda prints it between the two; the last invocation has its line all the same."""
    load = "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'pg'\nTraceback"
    again = (
        "INIT_REPORT Init Duration: 100.00 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError\n"
    )
    died = line("Status: error\tError Type: Runtime.ExitError")
    failed = line("Status: error\tError Type: Runtime.ImportModuleError").replace(ID, OTHER)
    found = report(START, END, died, load, again, START.replace(ID, OTHER), END.replace(ID, OTHER), failed).invocations
    assert found is not None
    assert [(i.status, i.error) for i in found] == [("crash", None), ("init_error", "Runtime.ImportModuleError")]


def test_a_stream_goes_on_in_the_next_file() -> None:
    """Whatever order the files are given in."""
    data = exports.SCENARIOS["memory_leak"](n=60)
    half = len(data) // 2 + 1
    parts = [
        BytesSource(exports.filter_log_events(d), n) for d, n in ((data[half:], "b.json"), (data[:half], "a.json"))
    ]
    assert analyze(parts).totals == analyze([BytesSource(exports.filter_log_events(data), "c.json")]).totals


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("orders-api.json", "orders-api"), ("orders-api-0600-1100.json.gz", "orders-api"), ("export (3).json", None),
        ("log-events-viewer-result.json", None), ("sample.json", None), ("logs/my_fn.log", "my_fn"), ("1.json", None),
        ("billing-sync-2026-03-19.json", "billing-sync"), ("input", None), ("orders-logs.txt", None),
        ("resizeImages.txt", "resizeImages"),
    ],
)  # fmt: skip
def test_a_file_may_be_named_after_its_function(name: str, function: str | None) -> None:
    """Where the export does not tell."""
    assert function_named_in(name) == function


def test_what_the_user_says_wins() -> None:
    """Name and limit."""
    found = report(START, END, line(), options=Options(function="mine", timeout_s=9))
    assert (found.functions[0].name, found.functions[0].timeout_s) == ("mine", 9)
