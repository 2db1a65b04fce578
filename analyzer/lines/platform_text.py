r"""Lambda's own lines in text format, the style before and since the end of 2024.

    REPORT RequestId: 276ff3b9-…\tDuration: 10935.70 ms\tBilled Duration: 10936 ms\tMemory Size: 1024 MB\t…

Fields are read by name; TABs may have become blanks in a pasted copy.
"""

from __future__ import annotations

import re

from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record, ReportFields
from analyzer.values import megabytes

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"

_START = re.compile(r"START RequestId: (\S+)(?:\s+Version: (\S+))?")
_END = re.compile(r"END RequestId: (\S+)")
_REPORT = re.compile(
    r"REPORT RequestId: (\S+)\s+Duration: ([\d.]{1,20}) ms\s+Billed Duration: (\d{1,15}) ms\s+"
    r"Memory Size: (\d{1,9}) MB\s+Max Memory Used: (\d{1,9}) MB\s*"
)
_NUMBER = re.compile(
    r"(?:^|[\s,])(Billed Restore Duration|Restore Duration|Billed Duration|Init Duration|Duration|Memory Size|"
    r"Max Memory Used): {0,4}(\d{1,15}(?:\.\d{1,9})?) {0,4}(?:ms|MB)"
)
_WORD = re.compile(r"(?:^|\s)(RequestId|Phase|Status|Error Type): {0,4}(\S{1,128})")
_INIT_START = re.compile(r"(?:INIT|RESTORE)_START Runtime Version: (\S+)")
_TIMEOUT = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\s(\S+)\sTask timed out after (\d{1,9}(?:\.\d{1,9})?) seconds"
)
_FAULT = re.compile(r"RequestId: (\S+) (?:Error: )?(.*)")

SAMPLES = (
    "START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n",
    "END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n",
    (
        "REPORT RequestId: 5b866fb1-7154-4af6-8078-6ef6ca4c2ddd\tDuration: 133.61 ms\tBilled Duration: 214 ms\t"
        "Memory Size: 128 MB\tMax Memory Used: 31 MB\tInit Duration: 80.00 ms\t"
        "Status: error\tError Type: Runtime.ExitError\n"
    ),
    (
        "REPORT RequestId: 13222b1e-f16b-4550-89df-869ab0a9806d\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\t"
        "Memory Size: 1024 MB\tMax Memory Used: 64 MB\tStatus: timeout\n"
    ),
    "INIT_START Runtime Version: python:3.12.v89\tRuntime Version ARN: arn:aws:lambda:us-east-2::runtime:644f\n",
    "INIT_REPORT Init Duration: 10007.33 ms\tPhase: init\tStatus: timeout\n",
    "RESTORE_START Runtime Version: java:11.v21\tRuntime Version ARN: arn:aws:lambda:us-east-2::runtime:644f\n",
    "RESTORE_REPORT Restore Duration: 511.25 ms\n",
    "2020-06-09T15:02:26.150Z 7c9567b5-107b-4a6c-8798-0157ac21db52 Task timed out after 3.00 seconds\n\n",
    (
        "RequestId: a1b2c3d4-5678-90ab-cdef-111122223333 Error: Runtime exited with error: signal: killed\n"
        "Runtime.ExitError\n"
    ),
    "EXTENSION\tName: insights\tState: Ready\tEvents: [INVOKE,SHUTDOWN]\n",
    "Unknown application error occurred\nRuntime.Unknown\n",
    "XRAY TraceId: 1-6ac7d63f-0123456789abcdef01234567\tSegmentId: 7c4e0123456789ab\tSampled: true\n",
)


def parse(text: str) -> Record | None:
    """The record of a platform line, None for any other line."""
    head = text[:4]
    if head == "STAR":
        return _start(text)
    if head == "REPO":
        return _report(text)
    if head == "END ":
        return _end(text)
    if head in ("INIT", "REST"):
        return _init(text)
    if head == "Requ" or text.startswith("Unknown application error occurred"):
        return _fault(text)
    if text.startswith(("EXTENSION\t", "TELEMETRY\t", "LOGS\t", "XRAY TraceId:", "EXTENSION ", "TELEMETRY ")):
        return Record(Kind.PLATFORM, text=text)
    return None


def _start(text: str) -> Record | None:
    if text[53:63] == " Version: " and text[:17] == "START RequestId: ":
        return Record(Kind.START, text[17:53], version=text[63:].strip()[:64] or None)
    match = _START.match(text)
    return Record(Kind.START, match[1], version=match[2]) if match else None


def _end(text: str) -> Record | None:
    if len(text) == 52 and text[51] == "\n" and text[:15] == "END RequestId: ":
        return Record(Kind.END, text[15:51])
    match = _END.match(text)
    return Record(Kind.END, match[1]) if match else None


def _report(text: str) -> Record | None:
    match = _REPORT.match(text)
    try:
        if match is not None and match.end() == len(text):  # the line of a warm success, nine out of ten
            fields = ReportFields(float(match[2]), int(match[3]), int(match[4]), int(match[5]))
            return Record(Kind.REPORT, match[1], report=fields)
        if not text.startswith("REPORT RequestId:"):
            return None
        request_id, fields = _fields(text)
    except ValueError:  # "1.2.3 ms": the line is damaged
        return None
    return Record(Kind.REPORT, request_id, report=fields) if request_id else None


def _fields(text: str) -> tuple[str | None, ReportFields]:
    """All named fields of a report line, in any order, of its first occurrence each."""
    numbers: dict[str, float] = {}
    for name, value in _NUMBER.findall(text):
        numbers.setdefault(name, float(value))
    words: dict[str, str] = {}
    for name, value in _WORD.findall(text):
        words.setdefault(name, value)
    billed = numbers.get("Billed Duration")
    return words.get("RequestId"), ReportFields(
        duration_ms=numbers.get("Duration"),
        billed_ms=billed,
        memory_size_mb=megabytes(numbers.get("Memory Size")),
        max_memory_mb=megabytes(numbers.get("Max Memory Used")),
        init_ms=numbers.get("Init Duration"),
        restore_ms=numbers.get("Restore Duration"),
        status=words.get("Status"),
        error_type=words.get("Error Type"),
        phase=words.get("Phase"),
    )


def _init(text: str) -> Record | None:
    match = _INIT_START.match(text)
    if match:
        kind = Kind.INIT_START if text.startswith("INIT") else Kind.RESTORE_START
        return Record(kind, version=match[1])
    for prefix, kind in (("INIT_REPORT ", Kind.INIT_REPORT), ("RESTORE_REPORT ", Kind.RESTORE_REPORT)):
        if text.startswith(prefix):
            return Record(kind, report=_fields(text)[1])
    return None


def _fault(text: str) -> Record | None:
    """A fault the platform wrote: "RequestId: … Error: <message>", the type on the next line of the same event."""
    first, _, rest = text.strip().partition("\n")
    match = _FAULT.match(first)
    if match is None and not first.startswith("Unknown application error"):
        return None
    message = match[2] if match else first
    if match and not (
        message.startswith(("Runtime exited", "Process exited", "Unknown application")) or "Error: " in first
    ):
        return None
    error = ErrorInfo(rest.strip().split("\n", 1)[0][:128], message, "", True)
    return Record(Kind.EXIT, match[1] if match else None, Level.FATAL, text=text, error=error)


def parse_timeout(text: str) -> Record | None:
    """The old text of a timeout, which begins with a time and separates by blanks."""
    if text[24:25] != " ":
        return None
    match = _TIMEOUT.match(text)
    if match is None:
        return None
    return Record(Kind.TIMEOUT, match[2], Level.FATAL, text=text, limit_s=float(match[3]))


DIALECT = Dialect(
    id="platform-text",
    title="Lambda's START, END, REPORT and error lines in text format",
    link=LINK,
    samples=SAMPLES,
    parse=lambda text: parse(text) or parse_timeout(text),
    heads={"STAR": _start, "END ": _end, "REPO": _report},
    rank=10,
)
