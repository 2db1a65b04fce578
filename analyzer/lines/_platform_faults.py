r"""Lambda's words for an execution that died: the style before the end of 2024, and images that cannot start.

    RequestId: <id> Error: <message>\n<type>
    <time> <id> Task timed out after 3.00 seconds

Where an input is split at its line ends the type stands in a line of its own, which is no second fault.
"""

from __future__ import annotations

import re

from analyzer.model import ErrorInfo, Kind, Level, Record

SAMPLES = (
    "2020-06-09T15:02:26.150Z 7c9567b5-107b-4a6c-8798-0157ac21db52 Task timed out after 3.00 seconds\n\n",
    (
        "RequestId: a1b2c3d4-5678-90ab-cdef-111122223333 Error: Runtime exited with error: signal: killed\n"
        "Runtime.ExitError\n"
    ),
    "RequestId: a1b2c3d4-5678-90ab-cdef-111122223333 Process exited before completing request\n\n",
    "Unknown application error occurred\nRuntime.Unknown\n",
    "IMAGE\tLaunch error: fork/exec /app: exec format error\tEntrypoint: [/app]\tCmd: []\tWorkingDir: [/var/task]\n",
    "Runtime.ExitError\n",
)

_TIMEOUT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\s{1,8}(\S{1,128})\s{1,8}"
    r"Task timed out after (\d{1,9}(?:\.\d{1,9})?) seconds"
)
_TIMED_OUT = re.compile(r"Task timed out after (\d{1,9}(?:\.\d{1,9})?) seconds")
_FAULT = re.compile(r"RequestId: (\S{1,128})\s{1,8}(Error: )?(.{0,4000})")
_TYPE = re.compile(r"(?:Runtime|Function|Sandbox|Extension)\.[A-Za-z]{1,60}|TooManyExtensions|PermissionDenied")
_ANY_TYPE = re.compile(r"[A-Za-z_][\w.$:<>]{0,127}")
_KNOWN = (
    "Runtime exited", "Process exited", "Unknown application error", "Runtime failed to start", "fork/exec ",
    "Couldn't find valid bootstrap", "Response payload size", "Failed to launch",
)  # fmt: skip
_IMAGE = re.compile(r"IMAGE\s{1,8}Launch error: ([^\t\n]{1,1000})")


def fault(text: str) -> Record | None:
    """A fault the platform wrote: "RequestId: … Error: <message>", the type on the next line of the same event."""
    first, _, rest = text[:8_000].strip().partition("\n")
    first = first.rstrip()
    match = _FAULT.fullmatch(first)
    if match is None and not first.startswith("Unknown application error occurred"):
        return None
    request_id, message = (match[1], match[3]) if match else (None, first)
    timed_out = _TIMED_OUT.match(message)
    if timed_out:
        return Record(Kind.TIMEOUT, request_id, Level.FATAL, text=text, limit_s=float(timed_out[1]))
    name = rest.strip().split("\n", 1)[0].strip()
    head, _, last = message.rpartition(" ")
    if not name and _TYPE.fullmatch(last):  # the line end was lost on the way
        message, name = head, last
    typed = match is not None and match[2] and _ANY_TYPE.fullmatch(name)
    if not typed and not message.startswith(_KNOWN):
        return None
    return Record(Kind.EXIT, request_id, Level.FATAL, text=text, error=ErrorInfo(name[:128], message, "", True))


def old_timeout(text: str) -> Record | None:
    """The old text of a timeout, which begins with a time and separates by blanks."""
    match = _TIMEOUT.match(text)
    if match is None:
        return None
    return Record(Kind.TIMEOUT, match[1], Level.FATAL, text=text, limit_s=float(match[2]))


def bare_type(text: str) -> Record | None:
    """The second line of a fault as an event of its own: the fault was the line before it."""
    return Record(Kind.LINE, text=text) if len(text) < 100 and _TYPE.fullmatch(text.strip()) else None


def image(text: str) -> Record | None:
    """A container image whose entry point cannot be started."""
    match = _IMAGE.match(text)
    if match is None:
        return None
    message = match[1].split("  ", 1)[0].split(" Entrypoint: ", 1)[0].rstrip()
    error = ErrorInfo("Runtime.InvalidEntrypoint", message, "", True)
    return Record(Kind.EXIT, level=Level.FATAL, text=text, error=error)
