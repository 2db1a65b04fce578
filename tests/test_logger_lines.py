"""Lines of structured loggers: each form as it is read, whole, and what only looks like one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analyzer import registry
from analyzer.dialects import heads, parser
from analyzer.lines._json_keys import level_named, moment
from analyzer.lines._json_usual import usual
from analyzer.lines.application_json import of
from analyzer.model import ErrorInfo, Kind, Level, Record

ID = "57325a9d-ff5f-42e4-83df-80f3dcaaef25"
OTHER = "0f8b1f9e-2222-4333-8444-555566667777"
STAMP = "2026-10-08T07:30:28.235Z"
TIME = 1791444628235


def read(line: str | dict[str, Any]) -> Record:
    """A line as the whole program reads it: the shortcut for its first characters, then the dialects in order."""
    text = line if isinstance(line, str) else json.dumps(line)
    known = heads().get(text[:4])
    return (known(text) if known else None) or parser()(text)


def line(
    level: Level, text: str, error: ErrorInfo | None = None, id_: str | None = None, time: int | None = TIME,
    memory: int | None = None,
) -> Record:  # fmt: skip
    return Record(Kind.LINE, id_, level, time, text, error, memory_mb=memory)


def logged(name: str, message: str, frame: str = "") -> ErrorInfo:
    return ErrorInfo(name, message, frame, False)


def raised(name: str, message: str, frame: str = "") -> ErrorInfo:
    return ErrorInfo(name, message, frame, True)


PYTHON_STACK = (
    'Traceback (most recent call last):\n  File "/var/task/app.py", line 12, in handler\n    x\nValueError: boom'
)
NODE_STACK = "TypeError: x is null\n    at get (/var/task/orders.js:48:11)"
JAVA_STACK = (
    "java.lang.IllegalStateException: boom\n\tat example.Handler.handleRequest(Handler.java:20)\n"
    "\tat java.base/java.lang.Thread.run(Thread.java:840)"
)
NET_STACK = (
    "System.InvalidOperationException: boom\n   at Shop.Function.Handler(Order order) in /src/Function.cs:line 12"
)

# --- The runtimes' JSON format ---------------------------------------------------------------------------------------

RUNTIMES: dict[str, tuple[dict[str, Any], Record]] = {
    "python": (
        {"timestamp": "2026-10-08T07:30:28Z", "level": "ERROR", "message": "order lost", "logger": "root",
         "requestId": ID, "location": "/var/task/app.py:handler:12", "tenantId": "blue"},
        line(Level.ERROR, "order lost", id_=ID, time=TIME - 235),
    ),
    "python, caught": (
        {"timestamp": STAMP, "level": "ERROR", "message": "order lost", "logger": "root",
         "stackTrace": ['  File "/var/task/app.py", line 12, in handler\n    x\n'], "errorType": "ValueError",
         "errorMessage": "boom", "requestId": ID, "location": "/var/task/app.py:handler:12"},
        line(Level.ERROR, "order lost", logged("ValueError", "boom", "app.py:12 handler"), ID),
    ),
    "python, unhandled": (
        {"timestamp": STAMP, "log_level": "ERROR", "errorMessage": "boom", "errorType": "ValueError",
         "requestId": ID, "stackTrace": ['  File "/var/task/app.py", line 12, in handler\n    x\n']},
        line(Level.ERROR, "boom", raised("ValueError", "boom", "app.py:12 handler"), ID),
    ),
    "node": (
        {"timestamp": STAMP, "level": "WARN", "requestId": ID, "message": "slow"},
        line(Level.WARN, "slow", id_=ID),
    ),
    "node, several arguments": (
        {"timestamp": STAMP, "level": "ERROR", "requestId": ID, "message": f"failed {NODE_STACK}",
         "errorType": "TypeError", "errorMessage": "x is null", "stackTrace": NODE_STACK.split("\n")},
        line(Level.ERROR, f"failed {NODE_STACK}", logged("TypeError", "x is null", "orders.js:48 get"), ID),
    ),
    "node, unhandled": (
        {"timestamp": STAMP, "level": "ERROR", "requestId": ID, "tenantId": "blue", "message": {
            "errorType": "TypeError", "errorMessage": "x is null", "stackTrace": NODE_STACK.split("\n")}},
        line(Level.ERROR, "x is null", raised("TypeError", "x is null", "orders.js:48 get"), ID),
    ),
    "node, at init": (
        {"timestamp": STAMP, "level": "ERROR", "message": {"errorType": "Runtime.ImportModuleError",
         "errorMessage": "Error: Cannot find module 'x'", "stackTrace": []}},
        line(Level.ERROR, "Error: Cannot find module 'x'",
             raised("Runtime.ImportModuleError", "Error: Cannot find module 'x'")),
    ),
    "java": (
        {"timestamp": STAMP, "message": "order lost", "level": "ERROR", "AWSRequestId": ID, "tenantId": "blue"},
        line(Level.ERROR, "order lost", id_=ID),
    ),
    "java, unhandled": (
        {"timestamp": STAMP, "message": f"boom: java.lang.IllegalStateException\n{JAVA_STACK}", "level": "ERROR",
         "AWSRequestId": ID},
        line(Level.ERROR, f"boom: java.lang.IllegalStateException\n{JAVA_STACK}",
             raised("java.lang.IllegalStateException", "boom", "Handler.java:20 handleRequest"), ID),
    ),
    "java, log4j layout": (
        {"timestamp": STAMP, "level": "ERROR", "message": "order lost", "logger": "example.Handler",
         "errorType": "java.lang.IllegalStateException", "errorMessage": "boom", "stackTrace": JAVA_STACK,
         "labels": {"AWSRequestId": ID}},
        line(Level.ERROR, "order lost",
             logged("java.lang.IllegalStateException", "boom", "Handler.java:20 handleRequest"), ID),
    ),
    ".net": (
        {"timestamp": STAMP, "level": "Warning", "requestId": ID, "traceId": f"Root={OTHER}", "message": "slow",
         "count": 7},
        line(Level.WARN, "slow", id_=ID),
    ),
    ".net, caught": (
        {"timestamp": STAMP, "level": "Critical", "requestId": ID, "message": "order lost",
         "errorType": "System.InvalidOperationException", "errorMessage": "boom",
         "stackTrace": NET_STACK.split("\n")},
        line(Level.FATAL, "order lost",
             logged("System.InvalidOperationException", "boom", "Function.cs:12 Handler"), ID),
    ),
    ".net, unhandled": (
        {"timestamp": STAMP, "level": "Error", "requestId": ID, "message": None,
         "errorType": "System.InvalidOperationException", "errorMessage": "boom", "stackTrace": NET_STACK.split("\n")},
        line(Level.ERROR, "boom", raised("System.InvalidOperationException", "boom", "Function.cs:12 Handler"), ID),
    ),
    "go": (
        {"timestamp": STAMP, "level": "ERROR", "message": "order lost", "requestId": ID, "error": "i/o timeout"},
        line(Level.ERROR, "order lost", logged("", "order lost: i/o timeout"), ID),
    ),
    "rust": (
        {"timestamp": STAMP, "level": "WARN", "fields": {"message": "slow", "order": 7}, "target": "orders",
         "span": {"requestId": ID, "name": "Lambda runtime invoke"},
         "spans": [{"requestId": ID, "xrayTraceId": "Root=1-6a", "name": "Lambda runtime invoke"}]},
        line(Level.WARN, "slow", id_=ID),
    ),
    "rust, logged": (
        {"timestamp": STAMP, "level": "ERROR", "fields": {"message": "order lost", "error": "NotFound"},
         "target": "orders", "spans": [{"requestId": ID}]},
        line(Level.ERROR, "order lost", logged("", "order lost: NotFound"), ID),
    ),
    "rust, panicked": (
        {"timestamp": STAMP, "level": "ERROR", "fields": {"message": "user handler panicked", "error": "Any { .. }"},
         "target": "lambda_runtime::layers::panic", "spans": [{"requestId": ID}]},
        line(Level.ERROR, "user handler panicked", raised("", "user handler panicked"), ID),
    ),
    "ruby": (
        {"timestamp": STAMP, "level": "ERROR", "requestId": ID, "message": "order lost"},
        line(Level.ERROR, "order lost", id_=ID),
    ),
}  # fmt: skip

# --- Loggers ---------------------------------------------------------------------------------------------------------

POWERTOOLS = {"service": "orders", "cold_start": True, "function_name": "orders", "function_memory_size": "128",
              "function_arn": "arn:aws:lambda:eu-west-1:123456789012:function:orders", "function_request_id": ID,
              "correlation_id": OTHER, "xray_trace_id": "1-6ac7d63f-0123456789abcdef01234567"}  # fmt: skip
LOGGERS: dict[str, tuple[dict[str, Any], Record]] = {
    "powertools python": (
        {"level": "ERROR", "location": "handler:12", "message": "order lost",
         "timestamp": "2026-10-08 07:30:28,235+0000", **POWERTOOLS, "exception": PYTHON_STACK,
         "exception_name": "ValueError", "stack_trace": {"type": "ValueError", "value": "boom", "frames": [
             {"file": "/var/task/app.py", "line": 12, "function": "handler", "statement": "x"}]}},
        line(Level.ERROR, "order lost", logged("ValueError", "boom", "app.py:12 handler"), ID, memory=128),
    ),
    "powertools python, without stack_trace": (
        {"level": "ERROR", "location": "handler:12", "message": "order lost",
         "timestamp": "2026-10-08 09:30:28,235+0200", **POWERTOOLS, "exception": PYTHON_STACK,
         "exception_name": "ValueError"},
        line(Level.ERROR, "order lost", logged("ValueError", "boom", "app.py:12 handler"), ID, memory=128),
    ),
    "powertools typescript": (
        {"level": "ERROR", "message": "order lost", "timestamp": STAMP, **POWERTOOLS, "sampling_rate": 0, "error": {
            "name": "TypeError", "location": "/var/task/orders.js:48", "message": "x is null", "stack": NODE_STACK}},
        line(Level.ERROR, "order lost", logged("TypeError", "x is null", "orders.js:48 get"), ID, memory=128),
    ),
    "powertools java": (
        {"level": "ERROR", "message": "order lost", "timestamp": STAMP, **POWERTOOLS, "cold_start": False,
         "function_memory_size": 128, "error": {"message": "boom", "name": "java.lang.IllegalStateException",
                                                "stack": JAVA_STACK}},
        line(Level.ERROR, "order lost",
             logged("java.lang.IllegalStateException", "boom", "Handler.java:20 handleRequest"), ID, memory=128),
    ),
    "powertools .net": (
        {"Timestamp": STAMP, "Level": "Error", "Message": "order lost", "Service": "orders", "ColdStart": True,
         "FunctionMemorySize": 128, "FunctionRequestId": ID, "XRayTraceId": "1-6a", "Exception": {
             "Type": "System.InvalidOperationException", "Message": "boom", "StackTrace": NET_STACK.split("\n")[1]}},
        line(Level.ERROR, "order lost",
             logged("System.InvalidOperationException", "boom", "Function.cs:12 Handler"), ID, memory=128),
    ),
    "pino": (
        {"level": 50, "time": TIME, "pid": 8, "hostname": "169.254.10.1", "awsRequestId": ID,
         "err": {"type": "TypeError", "message": "x is null", "stack": NODE_STACK}, "msg": "order lost"},
        line(Level.ERROR, "order lost", logged("TypeError", "x is null", "orders.js:48 get"), ID),
    ),
    "bunyan": (
        {"name": "orders", "hostname": "169.254.10.1", "pid": 8, "level": 60, "err": {
            "message": "x is null", "name": "TypeError", "stack": NODE_STACK}, "msg": "order lost",
         "time": STAMP, "v": 0},
        line(Level.FATAL, "order lost", logged("TypeError", "x is null", "orders.js:48 get")),
    ),
    "winston": (
        {"level": "error", "message": "x is null", "stack": NODE_STACK, "timestamp": STAMP, "lambda.request_id": ID},
        line(Level.ERROR, "x is null", logged("TypeError", "x is null", "orders.js:48 get"), ID),
    ),
    "log4j json layout": (
        {"instant": {"epochSecond": TIME // 1000, "nanoOfSecond": 235_000_000}, "thread": "main", "level": "ERROR",
         "loggerName": "example.Handler", "message": "order lost", "contextMap": {"AWSRequestId": ID}, "thrown": {
             "message": "boom", "name": "java.lang.IllegalStateException", "extendedStackTrace": [
                 {"class": "example.Handler", "method": "handleRequest", "file": "Handler.java", "line": 20}]}},
        line(Level.ERROR, "order lost",
             logged("java.lang.IllegalStateException", "boom", "Handler.java:20 handleRequest"), ID),
    ),
    "logback": (
        {"@timestamp": STAMP, "@version": "1", "message": "order lost", "logger_name": "example.Handler",
         "thread_name": "main", "level": "ERROR", "level_value": 40000, "stack_trace": JAVA_STACK,
         "AWSRequestId": ID},
        line(Level.ERROR, "order lost",
             logged("java.lang.IllegalStateException", "boom", "Handler.java:20 handleRequest"), ID),
    ),
    "ecs": (
        {"@timestamp": STAMP, "log.level": "ERROR", "message": "order lost", "error.type": "ValueError",
         "error.message": "boom", "error.stack_trace": PYTHON_STACK, "faas.execution": ID},
        line(Level.ERROR, "order lost", logged("ValueError", "boom", "app.py:12 handler"), ID),
    ),
    "ecs, nested": (
        {"@timestamp": STAMP, "log": {"level": "error"}, "message": "order lost", "faas": {"execution": ID},
         "error": {"type": "ValueError", "message": "boom", "stack_trace": PYTHON_STACK}},
        line(Level.ERROR, "order lost", logged("ValueError", "boom", "app.py:12 handler"), ID),
    ),
    "serilog": (
        {"@t": "2026-10-08T07:30:28.2350000Z", "@m": "Order 7 lost", "@i": "1f", "@l": "Error", "@x": NET_STACK},
        line(Level.ERROR, "Order 7 lost",
             logged("System.InvalidOperationException", "boom", "Function.cs:12 Handler")),
    ),
    "serilog, level left out": (
        {"@t": "2026-10-08T07:30:28.2350000Z", "@mt": "Order {Id} read", "@x": NET_STACK},
        line(Level.INFO, "Order {Id} read"),
    ),
    "zap": (
        {"level": "error", "ts": 1791444628.235, "caller": "orders/main.go:21", "msg": "order lost",
         "error": "i/o timeout",
         "stacktrace": "main.read\n\t/build/orders/main.go:21\nmain.main\n\t/build/orders/main.go:9"},
        line(Level.ERROR, "order lost", logged("", "order lost: i/o timeout", "main.go:21 read")),
    ),
    "slog": (
        {"time": "2026-10-08T09:30:28.235123456+02:00", "level": "ERROR+2", "msg": "order lost", "err": "i/o timeout"},
        line(Level.ERROR, "order lost", logged("", "order lost: i/o timeout")),
    ),
    "zerolog": (
        {"level": "fatal", "time": TIME // 1000, "message": "order lost"},
        line(Level.FATAL, "order lost", time=TIME - 235),
    ),
    "structlog": (
        {"event": "order lost", "level": "error", "timestamp": STAMP, "aws_request_id": ID, "exception": [
            {"exc_type": "ValueError", "exc_value": "boom", "frames": [
                {"filename": "/var/task/app.py", "lineno": 12, "name": "handler"}]}]},
        line(Level.ERROR, "order lost", logged("ValueError", "boom", "app.py:12 handler"), ID),
    ),
    "python-json-logger": (
        {"asctime": "2026-10-08 07:30:28,235", "levelname": "ERROR", "message": "order lost", "exc_info": PYTHON_STACK},
        line(Level.ERROR, "order lost", logged("ValueError", "boom", "app.py:12 handler")),
    ),
    "severity": (
        {"severity": "CRITICAL", "message": "order lost", "time": TIME * 1000},
        line(Level.FATAL, "order lost"),
    ),
    "nanoseconds": ({"level": "warn", "ts": TIME * 1_000_000, "msg": "slow"}, line(Level.WARN, "slow")),
    "double-encoded": (
        {"timestamp": STAMP, "level": "INFO", "requestId": ID, "message": json.dumps(
            {"level": "error", "message": "order lost", "stack": NODE_STACK})},
        line(Level.ERROR, "order lost", logged("TypeError", "x is null", "orders.js:48 get"), ID),
    ),
    "a line inside the line": (
        {"timestamp": STAMP, "level": "INFO", "requestId": ID, "message": {"level": "error", "msg": "order lost"}},
        line(Level.ERROR, "order lost", id_=ID),
    ),
    "no level, but an error": (
        {"message": "order lost", "err": {"type": "TypeError", "message": "x is null", "stack": NODE_STACK}},
        line(Level.ERROR, "order lost", logged("TypeError", "x is null", "orders.js:48 get"), time=None),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [*RUNTIMES, *LOGGERS])
def test_a_line_in_json_is_read_whole(name: str) -> None:
    given, expected = (RUNTIMES | LOGGERS)[name]
    forms = (json.dumps(given), json.dumps(given, separators=(",", ":"), ensure_ascii=False) + "\n",
             json.dumps(given, indent=2), json.dumps(dict(reversed(given.items()))))  # fmt: skip
    for form in forms:
        assert read(form) == expected
        assert next(d.id for d in registry.dialects() if d.parse(form) is not None) == "application-json"


USUAL: dict[str, Record] = {
    f'{{"timestamp":"{STAMP}","level":"INFO","requestId":"{ID}","message":"order read"}}': line(Level.INFO, "", id_=ID),
    f'{{"timestamp": "2026-10-08T07:30:28Z", "level": "DEBUG", "message": "Request read", "requestId": "{ID}"}}\n': (
        line(Level.DEBUG, "", id_=ID, time=TIME - 235)),
    f'{{"timestamp":"{STAMP}","level":"INFO","requestId":"{ID}","message":{{"a":{{"b":1}}}}}}': (
        line(Level.INFO, "", id_=ID)),
    f'{{"level":"INFO","message":{{"a":1}},"timestamp":"{STAMP}","requestId":"{ID}"}}': line(Level.INFO, "", id_=ID),
    json.dumps({"level": "INFO", "location": "handler:12", "message": "order read",
                "timestamp": "2026-10-08 07:30:28,235+0000", **POWERTOOLS}): line(Level.INFO, "", None, ID, TIME, 128),
    f'{{"level":30,"time":{TIME},"pid":8,"msg":"order read"}}': line(Level.INFO, ""),
    '{"level":"info","ts":1791444628.235,"msg":"order read"}': line(Level.INFO, ""),
    f'{{"time":"{STAMP}","level":"INFO","msg":"order read"}}': line(Level.INFO, ""),
}  # fmt: skip


@pytest.mark.parametrize("text", USUAL, ids=range(len(USUAL)))
def test_the_usual_line_is_read_without_decoding_it(text: str) -> None:
    assert usual(text) == read(text) == USUAL[text]
    slow = of(json.loads(text), text)
    assert slow is not None
    assert slow._replace(text="") == USUAL[text]


@pytest.mark.parametrize(("given", "level", "request_id"), [
    ({"level": "INFO", "timestamp": STAMP, "message": {"requestContext": {"requestId": OTHER}}}, Level.INFO, None),
    ({"level": "INFO", "timestamp": STAMP, "event": {"requestId": OTHER}, "requestId": ID}, Level.INFO, ID),
    ({"level": "INFO", "timestamp": STAMP, "requestId": OTHER, "function_request_id": ID}, Level.INFO, ID),
    ({"level": "INFO", "timestamp": STAMP, "requestId": "BLO_mh-prPEEJdw="}, Level.INFO, None),
    ({"level": "INFO", "timestamp": STAMP, "traceId": OTHER, "correlation_id": OTHER, "id": OTHER}, Level.INFO, None),
    ({"message": {"level": "INFO", "a": 1}, "level": "WARN", "timestamp": STAMP}, Level.WARN, None),
    ({"data": {"level": "INFO"}, "timestamp": STAMP, "level": "FATAL", "msg": "x"}, Level.FATAL, None),
    ({"data": {"level": "ERROR"}, "timestamp": STAMP, "level": "INFO", "msg": "x"}, Level.INFO, None),
    ({"level": "INFO", "timestamp": STAMP, "message": 'she said "level":"ERROR"'}, Level.INFO, None),
    ({"level": "INFO", "message": "failed: Error", "errorType": "ValueError", "errorMessage": "x"}, Level.INFO, None),
    ({"level": "INFO", "message": "x", "err": {"type": "E", "stack": NODE_STACK}}, Level.INFO, None),
    ({"level": "gold", "message": "customer"}, Level.INFO, None),
    ({"level": "success", "message": "x", "error": {"message": "x", "stack": NODE_STACK}}, Level.INFO, None),
    ({"level": 3, "message": "floor"}, Level.INFO, None),
    ({"level": True, "message": "x"}, Level.INFO, None),
    ({"message": "done", "error": "timeout"}, Level.INFO, None),
    ({"message": "done", "error": None, "errors": 0}, Level.INFO, None),
    ({"statusCode": 500, "body": "Error"}, Level.INFO, None),
    ({"message": "ERROR in the text"}, Level.INFO, None),
    ({"timestamp": STAMP, "level": "ERROR", "message": '{"level": "gold"}'}, Level.ERROR, None),
    ({"timestamp": STAMP, "level": "ERROR", "message": '{"level": "info"'}, Level.ERROR, None),
    ({"timestamp": STAMP, "level": "INFO", "message": json.dumps({"level": "ERROR", "Count": 3})}, Level.INFO, None),
    ({"_aws": {"Timestamp": TIME, "CloudWatchMetrics": []}, "level": "ERROR", "requestId": ID}, Level.INFO, ID),
    ({"timestamp": STAMP, "level": "INFO", "message": '{"_aws": {}, "level": "ERROR", "msg": ""}'}, Level.INFO, None),
])  # fmt: skip
def test_a_level_and_an_id_come_from_their_places(given: dict[str, Any], level: Level, request_id: str | None) -> None:
    record = read(given)
    assert (record.kind, record.level, record.request_id, record.error) == (Kind.LINE, level, request_id, None)


@pytest.mark.parametrize("given", [
    {"level": "error", "msg": "caught", "errorType": "ValueError", "errorMessage": "boom"},
    {"level": "ERROR", "logger": "root", "errorType": "ValueError", "errorMessage": "boom", "timestamp": STAMP},
    {"level": "ERROR", "message": {"errorType": "E", "errorMessage": "boom", "stackTrace": []}, "service": "orders"},
    {"level": "ERROR", "message": f"boom: java.lang.IllegalStateException\n{JAVA_STACK}"},
    {"level": "ERROR", "message": "user handler panicked", "target": "orders"},
])  # fmt: skip
def test_what_a_logger_writes_is_not_unhandled(given: dict[str, Any]) -> None:
    error = read(given).error
    assert error is None or not error.unhandled


def test_metrics_are_read_whole() -> None:
    given = {
        "_aws": {"Timestamp": TIME, "CloudWatchMetrics": []},
        "service": "orders",
        "Errors": [3.0],
        "requestId": ID,
    }
    assert read(given) == line(Level.INFO, "", id_=ID)
    assert read({"_aws": "x", "level": "ERROR", "message": "y"}) == line(Level.ERROR, "y", time=None)


TEXTS: dict[str, tuple[str, Record]] = {
    f'level=error ts={STAMP} caller=main.go:12 msg="cannot \\"reach\\"" err="i/o timeout" aws_request_id={ID}\n': (
        "logger-pairs",
        line(Level.ERROR, 'cannot "reach"', logged("", 'cannot "reach": i/o timeout'), ID)),
    "ts=1791444628.235 level=warn msg=slow": ("logger-pairs", line(Level.WARN, "slow")),
    f'{STAMP}\tERROR\torders/main.go:21\tcannot reach\t{{"error": "i/o timeout", "aws_request_id": "{ID}"}}\n': (
        "zap-console", line(Level.ERROR, "cannot reach", logged("", "cannot reach: i/o timeout"), ID)),
    f"{STAMP}\tERROR\torders\torders/main.go:21\tcannot reach\nmain.read\n\t/build/orders/main.go:21\n": (
        "zap-console", line(Level.ERROR, "cannot reach", logged("", "cannot reach", "main.go:21 read"))),
    "1.791444628235e+09\twarn\torders/main.go:21\tslow\n": ("zap-console", line(Level.WARN, "slow")),
    "2026-10-08 09:30:28.235 +02:00 [ERR] cannot reach\n": ("dated-text", line(Level.ERROR, "cannot reach\n")),
    "2026-10-08 07:30:28.235 +00:00 [INF] ERROR is a word": ("dated-text", line(Level.INFO, "ERROR is a word")),
    f"2026-10-08 07:30:28,235 - orders.db - ERROR - lost\n{PYTHON_STACK}": (
        "dated-text", line(Level.ERROR, f"lost\n{PYTHON_STACK}", logged("ValueError", "boom", "app.py:12 handler"))),
    "2026-10-08 07:30:28.235 | WARNING  | app:handler:12 - slow": ("dated-text", line(Level.WARN, "slow")),
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:40])
def test_a_line_of_a_logger_in_text_is_read_whole(text: str) -> None:
    dialect, expected = TEXTS[text]
    assert read(text) == expected
    assert next(d.id for d in registry.dialects() if d.parse(text) is not None) == dialect


@pytest.mark.parametrize("text", [
    "level=7 is the top", "ts=now", "levels=3 msg=x", "level=error",
    f"{STAMP}\tINFO\tnot a place\tERROR\n", f"{STAMP}\tgold\torders/main.go:21\tx",
    "2026-10-08 07:30:28,235 - 3 ERROR lines seen", "2026-10-08 07:30:28 | orders | ERROR",
    "2026-10-08 the [ERR] code",
])  # fmt: skip
def test_what_only_looks_like_a_loggers_text_is_left_to_others(text: str) -> None:
    first = next(d.id for d in registry.dialects() if d.parse(text) is not None)
    assert first not in ("logger-pairs", "zap-console", "dated-text")
    assert read(text).kind is Kind.LINE


@pytest.mark.parametrize(("value", "level"), [
    ("TRACE", Level.TRACE), ("notice", Level.INFO), ("warning", Level.WARN), ("Fatal", Level.FATAL),
    ("crit", Level.FATAL),
    ("SEVERE", Level.ERROR), ("fail", Level.ERROR), ("dpanic", Level.ERROR), ("silly", Level.TRACE), ("30", Level.INFO),
    (10, Level.TRACE), (20, Level.DEBUG), (40, Level.WARN), (60, Level.FATAL), (35, Level.INFO), ("INFO-4", Level.INFO),
    ({"standardLevel": "ERROR"}, Level.ERROR), (7, None), (10**400, None), (float("nan"), None), ([], None), ("", None),
    ({}, None), (True, None),
])  # fmt: skip
def test_levels_are_known_by_name_and_number(value: object, level: Level | None) -> None:
    assert level_named(value) == level


@pytest.mark.parametrize("value", [
    0, -1, 7, 10**8, 10**19, 10**400, float("nan"), float("inf"), True, None, "", "yesterday", "9" * 30, [], {},
    {"epochSecond": "x"}, {"epochSecond": 10**400}, "2026-13-40T07:30:28Z", "2026-10-08T07:30:99.000Z",
])  # fmt: skip
def test_what_is_no_time_is_none(value: object) -> None:
    assert moment(value) is None


ODD: tuple[Any, ...] = (
    None,
    True,
    7,
    10**400,
    -1.5,
    "",
    "x",
    [],
    [[]],
    [None],
    {},
    {"a": {}},
    "{",
    '{"level":',
    [{"a": 1}],
)


@pytest.mark.parametrize("key", [
    "level", "timestamp", "time", "ts", "message", "msg", "requestId", "function_request_id", "errorType",
    "errorMessage", "stackTrace", "stack", "error", "err", "exception", "thrown", "span", "spans", "fields",
    "contextMap", "log", "labels", "instant", "function_memory_size", "@x", "exc_info", "lambda", "faas", "target",
    "_aws",
])  # fmt: skip
def test_no_member_of_an_odd_type_breaks_a_line(key: str) -> None:
    """Every member may hold anything."""
    for value in ODD:
        for rest in ({"level": "ERROR", "message": "x"}, {"message": "x"}, {}):
            text = json.dumps({**rest, key: value})
            assert isinstance(read(text), Record)
