r"""What the caller of a function was told of its failure, as the line the function's own log would have for it.

    {"errorType":"ValueError","errorMessage":"boom","requestId":"…","stackTrace":["  File …"]}   the function raised
    {"errorType":"Sandbox.Timedout","errorMessage":"RequestId: … Error: Task timed out after 3.00 seconds"}
    {"errorMessage":"2024-12-01T22:42:19.181Z … Task timed out after 900.01 seconds"}

The last two say in `errorMessage` what the log says. For the first the line is what a runtime writes with JSON as its
log format.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from analyzer.decoding import loads
from analyzer.values import milliseconds

_TIMEOUT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\s\S{1,128}\sTask timed out after \d")
_FAULT = re.compile(r"RequestId: \S{1,128} ")
_RETURNED = re.compile(r"Returned payload: (?=\{)")
_ARN = re.compile(r":function:([A-Za-z0-9_-]{1,140})")
_CHARACTERS = 200_000  # of a message or a stack; an event of CloudWatch Logs is not much longer
_LINES = 500  # of a stack
_CAUSES = 8  # inside each other
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DELIVERED = ("requestPayload", "responseContext", "responsePayload", "condition")


class Failure(NamedTuple):
    """A failed invocation: the line that says so, when it was if that is known, and the function ("" unknown).

    `nameless` where the line has no request id, so that nothing else tells it from other invocations.
    """

    text: str
    time: int | None = None
    function: str = ""
    nameless: bool = False


class Told(NamedTuple):
    """What is known beside an error: the time, the function, the request, and what the caller named the error."""

    time: int | None = None
    function: str = ""
    request_id: str = ""
    name: str = ""


def failure_of(document: Any, told: Told = Told()) -> Failure | None:  # noqa: B008 - immutable
    """What a document says of an invocation; None if it says nothing that can be understood."""
    if not isinstance(document, dict):
        return None
    known = {key.lower(): value for key, value in document.items()}
    if isinstance(known.get("detail"), dict) and "detail-type" in known:  # an event of EventBridge
        return failure_of(known["detail"], told._replace(time=when(known.get("time"))))
    if "requestcontext" in known and any(key.lower() in known for key in _DELIVERED):
        return _delivered(known)
    if "errormessage" in known or "errortype" in known:
        return _raised(known, told)
    if "functionerror" in known:
        return failure_of(_parsed(known.get("payload")), told._replace(name=_text(known["functionerror"])))
    if "cause" in known or "error" in known:
        stopped = when(known.get("stopdate"))
        return caused(known.get("error"), known.get("cause"), told._replace(time=stopped or told.time))
    return None


def caused(error: Any, cause: Any, told: Told) -> Failure | None:
    """What Step Functions says: the name of an error, and as its cause what the function returned, or a sentence."""
    text = _text(cause)
    returned = _RETURNED.search(text)
    payload = _parsed(text[returned.end() :] if returned else cause)
    told = told._replace(name=_text(error))
    if isinstance(payload, dict) and (found := failure_of(payload, told)):
        return found
    if not text and not told.name:
        return None
    if _TIMEOUT.match(text) or _FAULT.match(text):
        return _raised({"errormessage": text}, told)
    return _line(told, {"level": "ERROR", "message": text or told.name, "errorType": told.name or "Unknown"})


def when(value: Any) -> int | None:
    """A time of an API: ISO 8601, or seconds since the epoch."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 10**8 < value < 10**11:
        return round(value * 1000)
    return milliseconds(value)


def function_of(arn: Any) -> str:
    """The name of the function an ARN is of, "" if it is of none."""
    match = _ARN.search(arn) if isinstance(arn, str) else None
    return match[1] if match else ""


def _delivered(known: dict[str, Any]) -> Failure | None:
    """The record of an asynchronous invocation, as a destination gets it."""
    context, response = known.get("requestcontext"), known.get("responsecontext")
    if not isinstance(context, dict):
        return None
    told = Told(when(known.get("timestamp")), function_of(context.get("functionArn")), _text(context.get("requestId")))
    error = _text(response.get("functionError")) if isinstance(response, dict) else ""
    condition, payload = _text(context.get("condition")), known.get("responsepayload")
    if not error and condition == "Success":
        done = {"requestId": told.request_id, "status": "success"}
        return _json(told, {"time": _iso(told.time), "type": "platform.runtimeDone", "record": done})
    if not error and payload is None:  # no attempt was made, or none is told of
        text = f"Lambda gave the event up: {condition or 'no condition'}"
        return _line(told, {"level": "ERROR", "message": text, "errorType": condition or "Unknown"})
    told = told._replace(name=error)
    if isinstance(payload, dict) and ("errorMessage" in payload or "errorType" in payload):
        return failure_of(payload, told)
    return _raised({"errormessage": "" if payload is None else json.dumps(payload)[:_CHARACTERS]}, told)


def _raised(known: dict[str, Any], told: Told) -> Failure:
    """What the function returned: its own exception, or the platform's words."""
    message, kind = _text(known.get("errormessage")), _text(known.get("errortype"))
    if match := _TIMEOUT.match(message):
        return Failure(f"{message.rstrip()}\n\n", milliseconds(match[1]), told.function)
    if _FAULT.match(message):
        return Failure(f"{message.rstrip()}\n{kind}".rstrip() + "\n", told.time, told.function)
    kind = kind or told.name or "Unknown"
    error = {"errorMessage": message or kind, "errorType": kind, "stackTrace": _stack(known)}
    own = _text(known.get("requestid"))
    told = told._replace(request_id=own or told.request_id)
    return _line(told, {"log_level": "ERROR", **error})._replace(nameless=not told.request_id)


def _stack(known: dict[str, Any]) -> list[str]:
    """The stack of an exception and of its causes, as each runtime prints it."""
    lines, characters = list[str](), 0
    for _ in range(_CAUSES):
        frames = next((v for k in ("stacktrace", "trace", "stack") if isinstance(v := known.get(k), list)), [])
        for frame in frames[: max(0, _LINES - len(lines))]:
            text = _frame(frame)
            characters += len(text)
            if characters <= _CHARACTERS:
                lines.append(text)
        cause = known.get("cause")
        if not isinstance(cause, dict):
            break
        known = {key.lower(): value for key, value in cause.items()}
        lines.append(f"Caused by: {_text(known.get('errortype'))}: {_text(known.get('errormessage'))[:1000]}")
    return lines


def _frame(frame: Any) -> str:
    """A frame as text: Go has an object, old Python a list, Java and .NET leave out how a frame begins."""
    if isinstance(frame, dict):
        return _go_frame(str(frame.get("path")), frame.get("line"), frame.get("label"))
    if isinstance(frame, list) and len(frame) > 2:  # path, line, name, and the code
        return f'  File "{frame[0]}", line {frame[1]}, in {frame[2]}'
    text = frame if isinstance(frame, str) else str(frame)
    if text.startswith("at "):
        return f"   {text}"
    return f"\tat {text}" if re.match(r"[\w.$<>/]{1,300}\([^()\n]{1,200}\)$", text) else text


def _go_frame(path: str, line: Any, label: Any) -> str:
    """A frame as Go prints it; the payload leaves out where sources are, and the package of a name."""
    package = path.rsplit("/", 2)[-2] if "/" in path else "main"
    root = "/usr/local/go/src/" if path.startswith("runtime/") else "" if path.startswith("/") else "/"
    return f"{package}.{label}(...)\n\t{root}{path}:{line}"


def _line(told: Told, said: dict[str, Any]) -> Failure:
    """A failure as a line in JSON format."""
    beside = {"timestamp": _iso(told.time), "requestId": told.request_id or None}
    return _json(told, {**beside, **said})


def _json(told: Told, line: dict[str, Any]) -> Failure:
    text = json.dumps({k: v for k, v in line.items() if v is not None}, ensure_ascii=False, separators=(",", ":"))
    return Failure(f"{text}\n", told.time, told.function)


def _iso(time: int | None) -> str | None:
    if time is None:
        return None
    return (_EPOCH + timedelta(milliseconds=time)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parsed(value: Any) -> Any:
    """What a text of JSON holds; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return loads(value)
    except (ValueError, RecursionError):
        return value


def _text(value: Any) -> str:
    return value[:_CHARACTERS] if isinstance(value, str) else ""
