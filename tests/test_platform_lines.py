"""Lambda's own lines, in text and in JSON: each form as it is read, whole, and what only looks like one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analyzer import registry
from analyzer.dialects import heads, parser
from analyzer.model import ErrorInfo, Kind, Level, Record, ReportFields

ID = "57325a9d-ff5f-42e4-83df-80f3dcaaef25"
STAMP = "2026-10-08T07:30:28.235Z"
TIME = 1791444628235


def read(text: str) -> Record:
    """A line as the whole program reads it: the shortcut for its first characters, then the dialects in order."""
    known = heads().get(text[:4])
    return (known(text) if known else None) or parser()(text)


def dialect_of(text: str) -> str:
    return next(d.id for d in registry.dialects() if d.parse(text) is not None)


def report(request_id: str, **fields: Any) -> Record:
    return Record(Kind.REPORT, request_id, report=ReportFields(**fields))


def died(name: str, message: str, text: str, request_id: str | None = ID) -> Record:
    return Record(Kind.EXIT, request_id, Level.FATAL, text=text, error=ErrorInfo(name, message, "", True))


# --- Text ------------------------------------------------------------------------------------------------------------

BASE = {"duration_ms": 45.23, "billed_ms": 46, "memory_size_mb": 256, "max_memory_mb": 62}
HEX = "0123456789abcdef0123456789abcdef"
TRACE = "XRAY TraceId: 1-6ac7d63f-0123456789abcdef01234567\tSegmentId: 7c4e0123456789ab"

LINES: dict[str, Record] = {
    f"START RequestId: {ID} Version: $LATEST\n": Record(Kind.START, ID, version="$LATEST"),
    f"START RequestId: {ID} Version: 12": Record(Kind.START, ID, version="12"),
    f"START RequestId: {ID}   Version: 12\r\n": Record(Kind.START, ID, version="12"),
    f"START RequestId: {ID}\n": Record(Kind.START, ID),
    f"START RequestId: {HEX} Version: 3\n": Record(Kind.START, HEX, version="3"),
    "START RequestId: abc-123 Version: $LATEST\n": Record(Kind.START, "abc-123", version="$LATEST"),
    "START RequestId: <uuid> Version: $LATEST\n": Record(Kind.START, "<uuid>", version="$LATEST"),
    f"END RequestId: {ID}\n": Record(Kind.END, ID),
    f"END RequestId: {ID}": Record(Kind.END, ID),
    "END RequestId: abc-123\r\n": Record(Kind.END, "abc-123"),
    (
        "REPORT RequestId: abc-123 Duration: 45.23 ms Billed Duration: 46 ms Memory Size: 256 MB Max Memory Used: 62 MB"
    ): report("abc-123", **BASE),
    (
        f"REPORT RequestId: {ID}\tDuration: 45.23 ms\tBilled Duration: 46 ms\tMemory Size: 256 MB\t"
        "Max Memory Used: 62 MB\t\n"
    ): report(ID, **BASE),
    (
        f"REPORT RequestId: {ID}\tDuration: 146.00 ms\tBilled Duration: 200 ms \tMemory Size: 128 MB\t"
        "Max Memory Used: 129 MB\t\n"
    ): report(ID, duration_ms=146, billed_ms=200, memory_size_mb=128, max_memory_mb=129),
    (
        f"REPORT RequestId: {ID}\tDuration: 45.23 ms\tBilled Duration: 46 ms\tMemory Size: 256 MB\t"
        "Max Memory Used: 62 MB\tInit Duration: 413.61 ms\tStatus: error\tError Type: Runtime.ExitError\n"
    ): report(ID, **BASE, init_ms=413.61, status="error", error_type="Runtime.ExitError"),
    (
        f"REPORT RequestId: {ID}\tDuration: 45.23 ms\tBilled Duration: 46 ms\tMemory Size: 256 MB\t"
        "Max Memory Used: 62 MB\tStatus: failure\tError Type: Function<UserException>\n"
    ): report(ID, **BASE, status="failure", error_type="Function<UserException>"),
    (
        f"REPORT RequestId: {ID}\tDuration: 2338.66 ms\tBilled Duration: 2521 ms\tMemory Size: 512 MB\t"
        "Max Memory Used: 144 MB\tRestore Duration: 398.97 ms\tBilled Restore Duration: 182 ms\t\n"
    ): report(ID, duration_ms=2338.66, billed_ms=2521, memory_size_mb=512, max_memory_mb=144, restore_ms=398.97),
    (
        f"REPORT RequestId: {ID}\tRestore Duration: 398.97 ms\tBilled Restore Duration: 182 ms\tStatus: timeout\t"
        "Max Memory Used: 62 MB\tMemory Size: 256 MB\tBilled Duration: 46 ms\tDuration: 45.23 ms\n"
    ): report(ID, **BASE, restore_ms=398.97, status="timeout"),
    (
        f"REPORT RequestId: {ID}\tDuration: 45.23 ms\tBilled Duration: 46 ms\tMemory Size: 256 MB\t"
        f"Max Memory Used: 62 MB\tStatus: timeout\n{TRACE}\tSampled: true\t\n"
    ): report(ID, **BASE, status="timeout"),
    (
        f"REPORT RequestId: {ID}\tDuration: 45.23 ms\tBilled Duration: 46 ms\tMemory Size: 256 MB\t"
        f"Max Memory Used: 62 MB\t{TRACE}\n"
    ): report(ID, **BASE),
    (
        "REPORT RequestId: xyz Duration: 45.23 ms Billed Duration: 46 ms Memory Size: 256 MB "
        "Max Memory Used: 62 MBMemory is fine"
    ): report("xyz", **BASE),
    "INIT_START Runtime Version: python:3.12.mainlinev2.v43\tRuntime Version ARN: arn:aws-cn:lambda:x::runtime:0a\n": (
        Record(Kind.INIT_START, version="python:3.12.mainlinev2.v43")
    ),
    "INIT_START Runtime Version: provided:al2023.v98": Record(Kind.INIT_START, version="provided:al2023.v98"),
    "RESTORE_START Runtime Version: java:11.v21\tRuntime Version ARN: arn:aws:lambda:x::runtime:0a\n": (
        Record(Kind.RESTORE_START, version="java:11.v21")
    ),
    "INIT_REPORT Init Duration: 10007.33 ms  Phase: init  Status: timeout": (
        Record(Kind.INIT_REPORT, report=ReportFields(init_ms=10007.33, phase="init", status="timeout"))
    ),
    "INIT_REPORT Init Duration: 2.88 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.InvalidEntrypoint\n": (
        Record(
            Kind.INIT_REPORT,
            report=ReportFields(
                init_ms=2.88, phase="invoke", status="error", error_type="Runtime.InvalidEntrypoint"
            ),
        )
    ),
    "INIT_REPORT Init Duration: 402.11 ms\n": Record(Kind.INIT_REPORT, report=ReportFields(init_ms=402.11)),
    "RESTORE_REPORT Restore Duration: 511.25 ms\n": Record(
        Kind.RESTORE_REPORT, report=ReportFields(restore_ms=511.25)
    ),
    "RESTORE_REPORT Restore Duration: 10000.02 ms\tStatus: timeout\n": Record(
        Kind.RESTORE_REPORT, report=ReportFields(restore_ms=10000.02, status="timeout")
    ),
    "RESTORE_REPORT Restore Duration: 61.2 ms\tStatus: error\tError Type: Runtime.ExitError\n": Record(
        Kind.RESTORE_REPORT, report=ReportFields(restore_ms=61.2, status="error", error_type="Runtime.ExitError")
    ),
    "Runtime.ExitError\n": Record(Kind.LINE, text="Runtime.ExitError\n"),
    "Extension.Crash": Record(Kind.LINE, text="Extension.Crash"),
}  # fmt: skip


@pytest.mark.parametrize("text", LINES, ids=lambda text: text[:60])
def test_a_platform_line_is_read_whole(text: str) -> None:
    assert read(text) == LINES[text]
    assert dialect_of(text) == "platform-text"


def test_the_lines_of_an_invocation_agree_on_a_strange_id() -> None:
    strange = '=HYPERLINK("http://example.com","x")-13-0'
    fields = "Duration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 63 MB"
    for text in (
        f"START RequestId: {strange} Version: 7\n",
        f"END RequestId: {strange}\n",
        f"REPORT RequestId: {strange}\t{fields}\t\n",
        f"REPORT RequestId: {strange}\t{fields}\tStatus: timeout\n",
    ):
        assert read(text).request_id == strange


@pytest.mark.parametrize("text", [
    "EXTENSION\tName: insights\tState: Ready\tEvents: [INVOKE,SHUTDOWN]\n",
    "EXTENSION\tName: insights\tState: Registered\tEvents: [SHUTDOWN, INVOKE]\n",
    "EXTENSION Name: insights State: Started Events: []",
    "TELEMETRY\tName: insights\tState: Subscribed\tTypes: [Platform, Function, Extension]\n",
    "LOGS\tName: insights\tState: Subscribed\tTypes: [platform,function]\n",
    f"{TRACE}\tSampled: true\t\n",
])  # fmt: skip
def test_lines_around_the_first_start_carry_no_verdict(text: str) -> None:
    assert read(text) == Record(Kind.PLATFORM, text=text)


def test_an_extension_that_fails_has_its_type() -> None:
    text = "EXTENSION\tName: insights\tState: LaunchError\tEvents: []\tError Type: PermissionDenied\n"
    assert read(text) == Record(Kind.PLATFORM, text=text, report=ReportFields(error_type="PermissionDenied"))


REASONS = (
    "Runtime exited with error: signal: killed", "Runtime exited with error: signal: aborted",
    "Runtime exited with error: signal: segmentation fault", "Runtime exited with error: signal: terminated",
    *(f"Runtime exited with error: exit status {n}" for n in (1, 2, 64, 101, 106, 126, 127, 128, 129, 134, 137, 255)),
    "Runtime exited without providing a reason",
)  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
def test_an_exit_of_the_runtime_is_read_with_its_reason(reason: str) -> None:
    for text in (
        f"RequestId: {ID} Error: {reason}\nRuntime.ExitError\n",
        f"RequestId: {ID} Error: {reason}\r\nRuntime.ExitError\r\n",
        f"RequestId: {ID} Error: {reason} Runtime.ExitError",
    ):
        assert read(text) == died("Runtime.ExitError", reason, text)
    assert read(f"RequestId: {ID} Error: {reason}") == died("", reason, f"RequestId: {ID} Error: {reason}")


TYPES = (
    "Runtime.ExitError", "Runtime.OutOfMemory", "Runtime.Unknown", "Runtime.InitError", "Runtime.InvalidEntrypoint",
    "Runtime.InvalidWorkingDir", "Runtime.InvalidTaskConfig", "Runtime.TruncatedResponse",
    "Runtime.InvalidResponseModeHeader", "Function.ResponseSizeTooLarge", "Function.Unknown", "Sandbox.Failure",
    "Extension.LaunchError", "Extension.InitError", "Extension.ExitError", "Extension.Crash", "TooManyExtensions",
    "PermissionDenied", "Runtime.ImportModuleError", "Runtime.HandlerNotFound", "Runtime.MarshalError",
    "Runtime.BadFunctionCode", "Init<LoadError>", "Function<UserException>",
)  # fmt: skip


@pytest.mark.parametrize("name", TYPES)
def test_a_fault_of_any_type_is_read(name: str) -> None:
    text = f"RequestId: {ID} Error: something else broke\n{name}\n"
    assert read(text) == died(name, "something else broke", text)


def test_other_faults_are_read() -> None:
    text = f"RequestId: {ID} Process exited before completing request\n\n"
    assert read(text) == died("", "Process exited before completing request", text)
    text = "Unknown application error occurred\nRuntime.Unknown\n"
    assert read(text) == died("Runtime.Unknown", "Unknown application error occurred", text, None)
    text = f"RequestId: {ID} Error: {text}"
    assert read(text) == died("Runtime.Unknown", "Unknown application error occurred", text)
    text = f"RequestId: {HEX} Error: Runtime exited without providing a reason\nRuntime.ExitError\n"
    assert read(text) == died("Runtime.ExitError", "Runtime exited without providing a reason", text, HEX)
    for text in (
        "IMAGE\tLaunch error: fork/exec /app: exec format error\tEntrypoint: [/app]\tCmd: []\tWorkingDir: []\n",
        "IMAGE  Launch error: fork/exec /app: exec format error  Entrypoint: [/app]  Cmd: []  WorkingDir: []",
        "IMAGE Launch error: fork/exec /app: exec format error Entrypoint: [/app] Cmd: []",
    ):
        assert read(text) == died("Runtime.InvalidEntrypoint", "fork/exec /app: exec format error", text, None)


@pytest.mark.parametrize("text", [
    f"2020-06-09T15:02:26.150Z {ID} Task timed out after 3.00 seconds\n\n",
    f"2020-06-09T15:02:26.150Z {ID} Task timed out after 3.00 seconds",
    f"RequestId: {ID} Error: Task timed out after 3.00 seconds",
    f"RequestId: {ID} Error: Task timed out after 3.00 seconds\nSandbox.Timedout\n",
])  # fmt: skip
def test_a_timeout_of_the_old_style_is_read(text: str) -> None:
    assert read(text) == Record(Kind.TIMEOUT, ID, Level.FATAL, text=text, limit_s=3.0)


@pytest.mark.parametrize("text", [
    "START of the import\n", "STARTING RequestId: x", "start RequestId: abc-123 Version: 1", "END of the import",
    "ENDPOINT=https://example.com", "REPORT line comparison", "REPORT RequestId: abc-123",
    "REPORT for October: 3 orders",
    "INIT_REPORT", "INIT_REPORT follows", "INITIALIZING cache", "RESTORE_REPORT of the database", "RESTORED 3 rows",
    "EXTENSION loaded: uuid-ossp", "LOGS are in /tmp", "TELEMETRY disabled", "IMAGE resized to 40x40",
    "XRAY is off", f"RequestId: {ID} Error: order 7 has no lines", f"RequestId: {ID} received", "RequestId: ",
    "Runtime.getRuntime().exec", "Function.prototype is not a constructor", "Unknown application", "Task timed out",
    "2020-06-09T15:02:26.150Z abc Task timed out waiting for 3 workers",
    f"2020-06-09T15:02:26.150Z\t{ID}\tINFO\tTask timed out after 3.00 seconds",
    f"[INFO]\t{STAMP}\t{ID}\tREPORT RequestId: {ID}\tDuration: 1.00 ms",
    f"REPORT RequestId: {ID}\tDuration: {'9' * 40} ms\tBilled Duration: 1 ms\tMemory Size: 1 MB\tMax Memory Used: 1 MB",
    f"REPORT RequestId: {ID}\tDuration: 1.2.3 ms\tBilled Duration: 1 ms\tMemory Size: 1 MB\tMax Memory Used: 1 MB",
    f"REPORT RequestId: {ID}\tDuration: NaN ms\tBilled Duration: 1 ms",
    f"REPORT RequestId: {ID}\tDura", "INIT_REPORT Init Duration: -5 ms",
])  # fmt: skip
def test_what_only_looks_like_a_platform_line_is_a_line(text: str) -> None:
    record = read(text)
    assert (record.kind, record.report, record.limit_s) == (Kind.LINE, None, None)


def test_absurd_numbers_leave_the_field_unknown() -> None:
    found = read(
        f"REPORT RequestId: {ID}\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: {'9' * 12} MB\t"
        f"Max Memory Used: {'9' * 30} MB\n"
    ).report
    assert found == ReportFields(duration_ms=1, billed_ms=1)


@pytest.mark.parametrize("text", [
    "REPORT RequestId: " + "a " * 500_000, "RequestId: " + "x" * 1_000_000,
    "REPORT RequestId: a" + "\tDuration: " * 90_000,
    "INIT_START" + " " * 1_000_000, f"RequestId: {ID} Error: " + "Runtime exited " * 50_000,
    "2020-06-09T15:02:26.150Z " + " " * 1_000_000, "IMAGE Launch error: " + " " * 1_000_000,
    '{"time":"' + "2" * 1_000_000, '{"record":' + "[" * 100_000, '{"level":"INFO","time":"' + '"time":' * 100_000,
    '{"level":' * 100_000, '{"requestId":"' * 50_000, '{"level":"INFO"' + " " * 500_000, "level=" + 'a="' * 200_000,
    "2026-10-08 07:30:28 - " + "a." * 500_000,
])  # fmt: skip
def test_a_megabyte_of_nonsense_is_read_at_once(text: str) -> None:
    assert isinstance(read(text), Record)


# --- JSON ------------------------------------------------------------------------------------------------------------


def event(name: str, record: object, **more: object) -> str:
    return json.dumps({"time": STAMP, "type": name, "record": record, **more})


TRACING = {"spanId": "54565fb41ac79632", "type": "X-Amzn-Trace-Id", "value": "Root=1-6a;Parent=54;Sampled=1"}
METRICS: dict[str, Any] = {"durationMs": 45.231, "billedDurationMs": 46, "memorySizeMB": 256, "maxMemoryUsedMB": 62}
INIT = {"initializationType": "on-demand", "phase": "init", "functionName": "orders", "functionVersion": "$LATEST"}
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders:live"

EVENTS: list[tuple[str, object, Record]] = [
    ("platform.start", {"requestId": ID, "version": "$LATEST"}, Record(Kind.START, ID, time=TIME, version="$LATEST")),
    ("platform.start", {"requestId": ID}, Record(Kind.START, ID, time=TIME)),
    (
        "platform.start",
        {"requestId": ID, "version": "7", "functionArn": ARN, "tenantId": "blue", "tracing": TRACING},
        Record(Kind.START, ID, time=TIME, version="7", function="orders"),
    ),
    (
        "platform.initStart",
        {**INIT, "runtimeVersion": "python:3.13.v12", "runtimeVersionArn": "arn:aws:lambda:x::runtime:0a",
         "functionArn": ARN, "instanceId": "2026/10/08/[$LATEST]" + HEX, "instanceMaxMemory": 268435456,
         "tracing": TRACING},
        Record(Kind.INIT_START, time=TIME, version="python:3.13.v12", function="orders", initialization="on-demand",
               memory_mb=256),
    ),
    (
        "platform.initStart",
        {**INIT, "initializationType": "lambda-managed-instances", "instanceMaxMemory": 32768},
        Record(Kind.INIT_START, time=TIME, function="orders", initialization="lambda-managed-instances",
               memory_mb=32768),
    ),
    ("platform.initStart", {"instanceMaxMemory": -1}, Record(Kind.INIT_START, time=TIME)),
    (
        "platform.initRuntimeDone",
        {"initializationType": "on-demand", "phase": "init", "status": "error", "errorType": "Runtime.ExitError",
         "spans": []},
        Record(Kind.PLATFORM, time=TIME, initialization="on-demand",
               report=ReportFields(status="error", error_type="Runtime.ExitError", phase="init")),
    ),
    (
        "platform.initReport",
        {"initializationType": "snap-start", "phase": "snap-start", "status": "success",
         "metrics": {"durationMs": 812.5}, "spans": [], "tracing": TRACING},
        Record(Kind.INIT_REPORT, time=TIME, initialization="snap-start",
               report=ReportFields(init_ms=812.5, status="success", phase="snap-start")),
    ),
    (
        "platform.report",
        {"requestId": ID, "status": "success", "tenantId": "blue", "tracing": TRACING, "spans": [
            {"name": "extensionOverhead", "start": STAMP, "durationMs": 1.2}],
         "metrics": METRICS | {"initDurationMs": 413.611}},
        Record(Kind.REPORT, ID, time=TIME, report=ReportFields(45.231, 46, 256, 62, 413.611, status="success")),
    ),
    (
        "platform.report",
        {"requestId": ID, "status": "error", "errorType": "Runtime.OutOfMemory",
         "metrics": METRICS | {"restoreDurationMs": 398.97, "billedRestoreDurationMs": 182}},
        Record(Kind.REPORT, ID, time=TIME, report=ReportFields(
            45.231, 46, 256, 62, restore_ms=398.97, status="error", error_type="Runtime.OutOfMemory")),
    ),
    (
        "platform.report",
        {"requestId": ID, "status": "success", "metrics": {"durationMs": 45.231}},
        Record(Kind.REPORT, ID, time=TIME, report=ReportFields(45.231, status="success")),
    ),
    (
        "platform.report",
        {"requestId": ID, "metrics": {"durationMs": -1, "billedDurationMs": "46", "memorySizeMB": 10**300}},
        Record(Kind.REPORT, ID, time=TIME, report=ReportFields()),
    ),
    (
        "platform.runtimeDone",
        {"requestId": ID, "status": "failure", "errorType": "KeyError", "tenantId": "blue", "tracing": TRACING,
         "metrics": {"durationMs": 45.0, "producedBytes": 7}, "spans": [{"name": "responseLatency"}]},
        Record(Kind.RUNTIME_DONE, ID, time=TIME, report=ReportFields(status="failure", error_type="KeyError")),
    ),
    (
        "platform.restoreStart",
        {"functionName": "orders", "functionVersion": "7", "instanceId": HEX, "instanceMaxMemory": 536870912,
         "runtimeVersion": "java:21.v30", "runtimeVersionArn": "arn:aws:lambda:x::runtime:0a"},
        Record(Kind.RESTORE_START, time=TIME, version="java:21.v30", function="orders", memory_mb=512),
    ),
    (
        "platform.restoreRuntimeDone", {"status": "success", "spans": [], "tracing": TRACING},
        Record(Kind.PLATFORM, time=TIME, report=ReportFields(status="success")),
    ),
    (
        "platform.restoreReport", {"status": "timeout", "metrics": {"durationMs": 10000.1}, "spans": []},
        Record(Kind.RESTORE_REPORT, time=TIME, report=ReportFields(restore_ms=10000.1, status="timeout")),
    ),
    (
        "platform.extension", {"name": "insights", "state": "Ready", "events": ["INVOKE", "SHUTDOWN"]},
        Record(Kind.PLATFORM, time=TIME, report=ReportFields()),
    ),
    (
        "platform.extension",
        {"name": "insights", "state": "LaunchError", "events": [], "errorType": "Extension.Crash"},
        Record(Kind.PLATFORM, time=TIME, report=ReportFields(error_type="Extension.Crash")),
    ),
    ("platform.telemetrySubscription", {"name": "insights", "state": "Subscribed", "types": ["platform"]},
     Record(Kind.PLATFORM, time=TIME, report=ReportFields())),
    ("platform.logsSubscription", {"name": "insights", "state": "Subscribed", "types": ["platform"]},
     Record(Kind.PLATFORM, time=TIME, report=ReportFields())),
    ("platform.logsDropped", {"reason": "Consumer fell behind", "droppedRecords": 123, "droppedBytes": 12345},
     Record(Kind.DROPPED, level=Level.WARN, time=TIME, text="Consumer fell behind", missing=123)),
    ("platform.logsDropped", {}, Record(Kind.DROPPED, level=Level.WARN, time=TIME)),
    ("platform.end", {"requestId": ID}, Record(Kind.END, ID, time=TIME, report=ReportFields())),
    ("platform.fault", f"RequestId: {ID} Process exited before completing request",
     died("", "Process exited before completing request", f"RequestId: {ID} Process exited before completing request")
     ._replace(time=TIME)),
    ("platform.fault", "the host went away",
     died("", "the host went away", "the host went away", None)._replace(time=TIME)),
    *((f"platform.{name}", {"revisionId": "1", "instanceId": HEX, "requestId": ID},
       Record(Kind.PLATFORM, ID, time=TIME, report=ReportFields()))
      for name in ("invokeStart", "requestComplete", "invokeSummary", "invokeReport", "spinDownStart",
                   "spinDownReport")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "record", "expected"), EVENTS, ids=[e[0] for e in EVENTS])
def test_a_platform_event_is_read_whole(name: str, record: object, expected: Record) -> None:
    text = event(name, record)
    data = json.loads(text)
    forms = (
        text, text + "\n", json.dumps(data, separators=(",", ":")), json.dumps(data, indent=4),
        json.dumps(dict(reversed(data.items()))),
    )  # fmt: skip
    for form in forms:
        assert read(form) == expected
        assert dialect_of(form) == "platform-json"


def test_stamps_with_microseconds_are_read() -> None:
    text = event("platform.start", {"requestId": ID, "version": "1"}).replace(STAMP, "2026-10-08T07:30:28.235094Z")
    text = text.replace(" ", "")
    assert read(text) == Record(Kind.START, ID, time=TIME, version="1")
    assert read(text.replace('"version":"1"', '"version":"1","tenantId":"x"')) == read(text)


def test_a_line_of_the_function_in_an_envelope_is_read_by_its_own_dialect() -> None:
    said = f"[ERROR]\t2026-10-08T07:30:20.000Z\t{ID}\torder lost\n"
    assert read(event("function", said)) == Record(Kind.LINE, ID, Level.ERROR, TIME, "order lost\n")
    inside = {"timestamp": STAMP, "level": "WARN", "message": "slow", "requestId": ID}
    assert read(event("function", inside)) == Record(Kind.LINE, ID, Level.WARN, TIME, "slow")
    assert read(event("function", json.dumps(inside))) == Record(Kind.LINE, ID, Level.WARN, TIME, "slow")
    raised = read(
        event("function", {"log_level": "ERROR", "errorMessage": "x", "errorType": "KeyError", "requestId": ID})
    )
    assert raised == Record(Kind.LINE, ID, Level.ERROR, TIME, "x", ErrorInfo("KeyError", "x", "", True))
    assert read(event("function", "plain words\n")) == Record(Kind.LINE, time=TIME, text="plain words\n")


def test_a_function_does_not_speak_for_lambda() -> None:
    for said in (
        f"REPORT RequestId: {ID}\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 1 MB\tMax Memory Used: 1 MB",
        event("platform.report", {"requestId": ID, "status": "error"}),
        json.loads(event("platform.report", {"requestId": ID, "status": "error"})),
    ):
        record = read(event("function", said))
        assert (record.kind, record.level, record.report, record.time) == (Kind.LINE, Level.INFO, None, TIME)


def test_what_an_extension_says_is_no_failure_of_the_function() -> None:
    assert read(event("extension", "ERROR cannot flush")) == Record(Kind.PLATFORM, time=TIME, text="ERROR cannot flush")
    found = read(event("extension", {"level": "ERROR", "message": "x"}))
    assert found == Record(Kind.PLATFORM, time=TIME, text='{"level": "ERROR", "message": "x"}')


@pytest.mark.parametrize("text", [
    '{"time":7,"type":"function","record":"x"}', '{"type":"function","record":{"id":7}}',
    event("function", 7), event("order", {"id": 7}), event("platform", {}), '{"type":["platform.start"],"record":{}}',
    '{"record":"platform.start"}', '{"message":"platform.report","record":1}', '["platform.start","record"]',
    f'{{"time":"{STAMP}","type":"platform.start","record":{{"requestId":"{ID}"',
])  # fmt: skip
def test_what_only_looks_like_an_event_is_a_line(text: str) -> None:
    record = read(text)
    assert (record.kind, record.report, record.error) == (Kind.LINE, None, None)


@pytest.mark.parametrize(
    "record", [None, 7, [], "x", True, {"requestId": 7}, {"metrics": []}, {"metrics": {"durationMs": {}}}]
)
@pytest.mark.parametrize("name", sorted({e[0] for e in EVENTS}))
def test_a_damaged_event_is_read_without_its_fields(name: str, record: object) -> None:
    found = read(event(name, record))
    assert found.request_id is None
    assert found.time == TIME


def test_envelopes_in_envelopes_end() -> None:
    inside: object = "x"
    for _ in range(200):
        inside = {"time": STAMP, "type": "function", "record": inside}
    assert read(json.dumps(inside)).kind is Kind.LINE
