"""Dialects: what a line means, whoever wrote it, old style and new."""

from __future__ import annotations

import pytest

from analyzer.dialects import parser, shown, signature_of
from analyzer.model import Kind, Level, Record, ReportFields

ID = "57325a9d-ff5f-42e4-83df-80f3dcaaef25"


def parse(text: str) -> Record:
    """A line, understood by whichever dialect knows it."""
    return parser()(text)


def fields(text: str) -> ReportFields:
    """The values of a report line."""
    record = parse(text)
    assert record.report is not None
    return record.report


def test_a_report_of_snapstart_is_read_by_name() -> None:
    """Billed Restore Duration is not Billed Duration."""
    found = fields(
        f"REPORT RequestId: {ID}\tDuration: 2338.66 ms\tBilled Duration: 2521 ms\tMemory Size: 512 MB\t"
        "Max Memory Used: 144 MB\tRestore Duration: 398.97 ms\tBilled Restore Duration: 182 ms\t\n"
    )
    assert (found.duration_ms, found.billed_ms, found.restore_ms, found.init_ms) == (2338.66, 2521, 398.97, None)


def test_a_report_pasted_with_blanks_is_read() -> None:
    """TABs become blanks on the way through a chat."""
    found = fields(
        "REPORT RequestId: abc-123 Duration: 45.23 ms Billed Duration: 46 ms Memory Size: 256 MB Max Memory Used: 62 MB"
    )
    assert found == ReportFields(45.23, 46, 256, 62)
    assert parse("REPORT RequestId: abc-123 Duration: 45.23 ms").request_id == "abc-123"


def test_the_status_of_a_report_is_read_behind_a_trace_line() -> None:
    """The X-Ray line is a second line of the same event."""
    found = fields(
        f"REPORT RequestId: {ID}\tDuration: 600000.00 ms\tBilled Duration: 600517 ms\tMemory Size: 1024 MB\t"
        "Max Memory Used: 1024 MB\tInit Duration: 516.31 ms\tStatus: timeout\n"
        "XRAY TraceId: 1-6ac7d63f-0\tSegmentId: 7c\tSampled: true\t\n"
    )
    assert (found.status, found.error_type, found.init_ms) == ("timeout", None, 516.31)
    killed = fields(
        f"REPORT RequestId: {ID}\tDuration: 10935.70 ms\tBilled Duration: 10936 ms\tMemory Size: 1024 MB\t"
        "Max Memory Used: 1024 MB\tStatus: error\tError Type: Runtime.OutOfMemory\n"
    )
    assert (killed.status, killed.error_type) == ("error", "Runtime.OutOfMemory")


def test_an_init_report_has_its_phase() -> None:
    """With TABs or blanks."""
    found = fields("INIT_REPORT Init Duration: 10007.33 ms  Phase: init  Status: timeout")
    assert (found.init_ms, found.phase, found.status) == (10007.33, "init", "timeout")


def test_a_timeout_of_the_old_style_names_its_limit() -> None:
    """It begins with a time and separates by blanks."""
    record = parse(f"2020-06-09T15:02:26.150Z {ID} Task timed out after 3.00 seconds\n\n")
    assert (record.kind, record.request_id, record.limit_s) == (Kind.TIMEOUT, ID, 3.0)


def test_a_kill_of_the_old_style_is_an_exit() -> None:
    """Its type stands on the second line."""
    record = parse(f"RequestId: {ID} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n")
    assert (record.kind, record.request_id) == (Kind.EXIT, ID)
    assert record.error is not None
    assert record.error.type == "Runtime.ExitError"


@pytest.mark.parametrize(
    ("text", "level", "request_id"),
    [
        (f"[INFO]\t2026-10-08T07:30:28.235Z\t{ID}\torder read\n", Level.INFO, ID),
        (f"[ERROR]\t2026-10-08T07:30:28.235Z\t{ID}\torder lost\n", Level.ERROR, ID),
        ("[WARNING]\t2026-10-08T07:30:28.235Z\t\tat init\n", Level.WARN, None),
        (f"2026-10-08T07:30:28.235Z\t{ID}\tINFO\torder read\n", Level.INFO, ID),
        ("2026-10-08T07:30:28.235Z\tundefined\tWARN\tat init\n", Level.WARN, None),
        (f'{{"timestamp":"2026-10-08T07:30:29Z","level":"ERROR","message":"x","requestId":"{ID}"}}', Level.ERROR, ID),
        (f'{{"level":"INFO","message":"errors: 0","requestId":"{ID}"}}', Level.INFO, ID),
        ("errors: 0, failed: 0, timeout=30", Level.INFO, None),
        ("GET /errors/list 200", Level.INFO, None),
        ("no error here", Level.INFO, None),
        ("2026-10-08 07:30:28,235 ERROR worker: cannot reach the queue", Level.ERROR, None),
        ("WARNING: running without cache", Level.WARN, None),
        ("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", Level.FATAL, None),
        ('{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]},"Errors":[3]}', Level.INFO, None),
        ('{"severity":"critical","msg":"x"}', Level.FATAL, None),
        ('{"level":50,"msg":"pino"}', Level.ERROR, None),
    ],
)
def test_a_level_comes_from_its_place_and_never_from_a_word(text: str, level: Level, request_id: str | None) -> None:
    """Level beats word: a line with "error" in it is not one."""
    record = parse(text)
    assert (record.kind, record.level, record.request_id) == (Kind.LINE, level, request_id)


def test_python_says_that_the_handler_raised_with_a_blank() -> None:
    """A TAB after the level is the application's own logger."""
    raised = parse(
        "[ERROR] KeyError: 'Records'\nTraceback (most recent call last):\n"
        '\u00a0\u00a0File "/var/task/app.py", line 3, in handler\n\u00a0\u00a0File "/opt/python/lib.py", line 9, in get'
    ).error
    assert raised is not None
    assert (raised.type, raised.message, raised.frame, raised.unhandled) == (
        "KeyError",
        "'Records'",
        "app.py:3 handler",
        True,
    )
    assert parse(f"[ERROR]\t2026-10-08T07:30:28.235Z\t{ID}\tKeyError: x").error is None
    assert parse("[ERROR] something odd happened").error is None


def test_node_says_that_the_handler_raised_in_json() -> None:
    """With the words Invoke Error before it."""
    raised = parse(
        f'2020-11-03T00:36:23.376Z\t{ID}\tERROR\tInvoke Error \t{{"errorType":"TypeError","errorMessage":"x is null",'
        '"stack":["TypeError: x is null","    at Runtime.handler (/var/task/node_modules/a/b.js:1:2)",'
        '"    at get (/var/task/src/orders.js:48:11)"]}'
    ).error
    assert raised is not None
    assert (raised.type, raised.frame, raised.unhandled) == ("TypeError", "orders.js:48 get", True)


@pytest.mark.parametrize("key", ["log_level", "level"])
def test_the_json_format_says_that_the_handler_raised(key: str) -> None:
    """Python has changed the key of the level over time; there is no message beside the error."""
    raised = parse(
        f'{{"timestamp":"2026-10-08T07:30:29Z","{key}":"ERROR","errorMessage":"boom","errorType":"ValueError","requestId":"{ID}",'
        '"stackTrace":[]}'
    ).error
    assert raised is not None
    assert raised.unhandled
    logged = parse(
        f'{{"timestamp":"2026-10-08T07:30:29Z","level":"ERROR","message":"caught","errorMessage":"boom","errorType":"ValueError",'
        f'"requestId":"{ID}"}}'
    ).error
    assert logged is not None
    assert not logged.unhandled


@pytest.mark.parametrize(
    "text", ["", "\n", "REPORT", "START ", "[", "{", "{}", "[]", '{"type":"platform.report"}',
             "END RequestId:", "\0" * 50, '{"type":"platform.start","record":[]}',
             '{"type":"platform.report","record":{"metrics":7}}', "{" * 10_000,
             ("REPORT RequestId: a\tDuration: 1.2.3 ms\tBilled Duration: 1 ms\tMemory Size: 1 MB\t"
              "Max Memory Used: 1 MB")]
)  # fmt: skip
def test_damaged_lines_are_lines(text: str) -> None:
    """Nothing raises, whatever a line holds."""
    assert isinstance(parse(text), Record)


def test_what_a_person_reads_has_no_prefix() -> None:
    """The level, the time and the id stand elsewhere."""
    assert shown(f"[ERROR]\t2026-10-08T07:30:28.235Z\t{ID}\torder lost") == "order lost"
    assert shown(f"2026-10-08T07:30:28.235Z\t{ID}\tINFO\torder read") == "order read"


def test_no_signature_reads_meaning_into_harmless_words() -> None:
    """Names, counters and settings are no failures."""
    for text in ("errors: 0", "ThrottlingException count=0", "timeout=30", "AccessDeniedCount: 0", "retry in 5 s", ""):
        assert signature_of(text) == ("", ())
