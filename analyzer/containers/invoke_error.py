r"""What the caller of a function was told of a failure: no log, but one event for each failed invocation.

{"errorType":"ValueError","errorMessage":"boom","requestId":"57325a9d-…","stackTrace":["  File …"]}   lambda invoke
{"version":"1.0","timestamp":"…","requestContext":{"requestId":"…","functionArn":"…","condition":"RetriesExhausted"},
 "responseContext":{"functionError":"Unhandled"},"responsePayload":{"errorMessage":"…"}}              a destination
{"Error":"Lambda.Unknown","Cause":"{\"errorMessage\":\"… Task timed out after 900.01 seconds\"}"}     Step Functions
{"events":[{"id":3,"previousEventId":2,"type":"TaskFailed","taskFailedEventDetails":{"error":…,"cause":…}}]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analyzer import limits
from analyzer.containers import _events
from analyzer.containers._documents import items
from analyzer.containers._failures import Failure, Told, caused, failure_of, function_of, when
from analyzer.containers._keys import first_keys
from analyzer.containers._spans import MORE_NOTE
from analyzer.containers.subscription import text
from analyzer.model import Container, Events, LogStream, Remarks, Source

_OF_A_LOG = frozenset(
    {
        "timestamp",
        "time",
        "@timestamp",
        "@message",
        "level",
        "log_level",
        "severity",
        "message",
        "msg",
        "_aws",
        "LogResult",
        "logResult",
    }
)
_LOG_LINE = re.compile(rb"(?m)^(?:START|END|REPORT) RequestId: ")
_LINES = 20  # of a head that are looked at
_RESULT = re.compile(rb'"(?:Lambda Function Invocation Result - |Step Functions Execution Status Change)')
_HISTORY = re.compile(rb'"previousEventId"\s{0,8}:')
_DETAILS = re.compile(r"(?:lambdaFunction|task)(?:Failed|TimedOut|ScheduleFailed|StartFailed|SubmitFailed)EventDetails")
_FAILED = re.compile(rb'"status"\s{0,8}:\s{0,8}"(?:FAILED|TIMED_OUT|ABORTED)"')
_SCHEDULED = ("lambdaFunctionScheduledEventDetails", "taskScheduledEventDetails")
_NAME = re.compile(r'"FunctionName"\s{0,8}:\s{0,8}"([^"\\]{1,300})"')
_EVENTS = 25_000  # Step Functions ends an execution that has more
_BEGINS = '{"type":"platform.start","record":{}}\n'  # tells an invocation without a request id from the one before it
_SILENT = (
    "An answer without its payload does not say what failed: open the file that `aws lambda invoke` wrote instead."
)


def sniff(head: bytes) -> bool:
    """An object, or an array of objects, that tells of a failure and is no line of a log."""
    keys = first_keys(head)
    if not keys or _LOG_LINE.search(head) or any(map(_of_a_log, head.split(b"\n", _LINES)[1:_LINES])):
        return False
    if "requestContext" in keys:
        return not keys.isdisjoint({"responseContext", "responsePayload", "requestPayload"})
    if "detail-type" in keys:
        return bool(_RESULT.search(head))
    if "events" in keys:
        return bool(_HISTORY.search(head))
    if not keys.isdisjoint(_OF_A_LOG):
        return False
    if not keys.isdisjoint({"errorMessage", "errorType", "FunctionError", "functionError"}):
        return True
    return {"Error", "Cause"} <= keys or ("executionArn" in keys and bool(_FAILED.search(head)))


def _of_a_log(line: bytes) -> bool:
    """Whether a line is one of a log in JSON format, such as may begin with an error."""
    keys = first_keys(line) if line[:1] == b"{" else frozenset[str]()
    return not keys.isdisjoint(_OF_A_LOG) and keys.isdisjoint({"requestContext", "detail-type"})


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:  # noqa: ARG001 - the contract
    """An event for each invocation that the documents tell of."""
    history = _History()
    for found in items(source, remarks, frozenset({"events"})):
        times, streams, messages = list[int | None](), list[LogStream | None](), list[str]()
        offsets, ends = list[int](), list[int]()
        for item in found:
            try:
                known, failure = history.failure(item.value) if item.keys else _failure(item.value)
            except RecursionError:
                known, failure = False, None
            if isinstance(item.value, dict) and "nextToken" in item.value:
                remarks.truncated = True
                remarks.notes.add(MORE_NOTE)
            if failure is None:
                if not known:
                    remarks.set_aside(_events.UNREADABLE, item.offset, item.end, text(item.value))
                    if isinstance(item.value, dict) and "FunctionError" in item.value:
                        remarks.notes.add(_SILENT)
                continue
            if item.end - item.offset > limits.EVENT_BYTES:  # its message and its stack are shortened
                remarks.notice("limit reached")
            lines = (_BEGINS, failure.text) if failure.nameless else (failure.text,)
            for k, line in enumerate(lines):
                times.append(failure.time)
                streams.append(LogStream(f"/aws/lambda/{failure.function}", "") if failure.function else None)
                messages.append(line)
                offsets.append(item.offset + k)
                ends.append(item.end)
        if messages:
            yield Events(times, streams, messages, offsets, ends)


def _failure(document: Any) -> tuple[bool, Failure | None]:
    """Whether a document is known, and the failure it tells of."""
    failure = failure_of(document)
    rest = isinstance(document, dict) and document.keys() <= {"nextToken"}  # of a history, behind its events
    return rest or failure is not None, failure


class _History:
    """The events of an execution of a state machine: a failure names the event before it, and so the function."""

    def __init__(self) -> None:
        self._functions: dict[int, str] = {}

    def failure(self, event: Any) -> tuple[bool, Failure | None]:
        """Whether this is an event of a history, and the failure of a function it tells of."""
        if not isinstance(event, dict) or not isinstance(number := event.get("id"), int):
            return False, None
        before = event.get("previousEventId")
        function = self._functions.get(before, "") if isinstance(before, int) else ""
        for key, details in event.items():
            if not isinstance(details, dict):
                continue
            if key in _SCHEDULED:
                function = _scheduled(details)
            elif _DETAILS.fullmatch(key) and details.get("resourceType", "lambda") == "lambda":
                told = Told(when(event.get("timestamp")), function)
                failure = caused(details.get("error"), details.get("cause"), told)
                return failure is not None, failure
        if len(self._functions) < _EVENTS:
            self._functions[number] = function
        return True, None


def _scheduled(details: dict[str, Any]) -> str:
    """The function that a scheduled task calls, "" if it calls none."""
    parameters = details.get("parameters")
    match = _NAME.search(parameters) if isinstance(parameters, str) else None
    named = match[1] if match else ""
    return function_of(details.get("resource")) or function_of(named) or named.split(":", 1)[0]


_ID = b"57325a9d-ff5f-42e4-83df-80f3dcaaef25"
_TIMED_OUT = b"2024-12-01T22:42:19.181Z " + _ID + b" Task timed out after 900.01 seconds"

FORMAT = Container(
    id="invoke-error",
    title="What callers are told of a failure (invoke, destinations, Step Functions)",
    link="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    samples=(
        (
            b'{"errorMessage": "boom", "errorType": "ValueError", "requestId": "' + _ID + b'", '
            b'"stackTrace": ["  File \\"/var/task/app.py\\", line 3, in handler\\n    raise ValueError\\n"]}'
        ),
        b'{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: '
        + _ID
        + b' Error: Task timed out after 3.00 seconds"}',
        b'{"errorMessage":"' + _TIMED_OUT + b'"}',
        (
            b'{\n  "errorType": "TypeError",\n  "errorMessage": "x is not a function",\n  "trace": [\n'
            b'    "TypeError: x is not a function",\n    "    at handler (file:///var/task/index.mjs:3:9)"\n  ]\n}\n'
        ),
        (
            b'{"version":"1.0","timestamp":"2026-10-08T07:30:28.235Z","requestContext":{"requestId":"' + _ID + b'",'
            b'"functionArn":"arn:aws:lambda:us-east-2:123456789012:function:orders:$LATEST",'
            b'"condition":"RetriesExhausted","approximateInvokeCount":3},"requestPayload":{"order":1},'
            b'"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},'
            b'"responsePayload":{"errorMessage":"RequestId: ' + _ID + b' Process exited before completing request"}}'
        ),
        (
            b'{"Error":"Lambda.Unknown","Cause":"The cause could not be determined because Lambda did not return an '
            b'error type. Returned payload: {\\"errorMessage\\":\\"' + _TIMED_OUT + b'\\"}"}'
        ),
        (
            b'{\n    "executionArn": "arn:aws:states:us-east-2:123456789012:execution:orders:1",\n'
            b'    "status": "FAILED",\n    "error": "ValueError",\n    "cause": "{\\"errorMessage\\":\\"boom\\",'
            b'\\"errorType\\":\\"ValueError\\",\\"requestId\\":\\"' + _ID + b'\\",\\"stackTrace\\":[]}"\n}\n'
        ),
        (
            b'{"StatusCode":200,"FunctionError":"Unhandled",'
            b'"Payload":"{\\"errorType\\":\\"Error\\",\\"errorMessage\\":\\"boom\\"}"}'
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
