r"""Lambda's own lines in text format, the style before and since the end of 2024.

    REPORT RequestId: 276ff3b9-…\tDuration: 10935.70 ms\tBilled Duration: 10936 ms\tMemory Size: 1024 MB\t…
    RequestId: 276ff3b9-… Error: Runtime exited with error: signal: killed\nRuntime.ExitError

Fields are read by name; TABs may have become blanks in a pasted copy.
"""

from __future__ import annotations

import re

from analyzer.lines._platform_faults import SAMPLES as FAULTS
from analyzer.lines._platform_faults import bare_type, fault, image, old_timeout
from analyzer.model import Dialect, Kind, Record, ReportFields
from analyzer.values import megabytes

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"

_START = re.compile(r"START RequestId: (\S{1,128})(?:\s{1,8}Version: (\S{1,64}))?")
_END = re.compile(r"END RequestId: (\S{1,128})")
_REPORT = re.compile(
    r"REPORT RequestId: (\S{1,128})\s{1,8}Duration: (\d{1,15}(?:\.\d{1,9})?) ms\s{1,8}"
    r"Billed Duration: (\d{1,15}) ms\s{1,8}Memory Size: (\d{1,9}) MB\s{1,8}Max Memory Used: (\d{1,9}) MB\s*"
)
_NUMBER = re.compile(
    r"(?:^|[\s,])(Billed Restore Duration|Restore Duration|Billed Duration|Init Duration|Duration|Memory Size|"
    r"Max Memory Used): {0,4}(\d{1,15}(?:\.\d{1,9})?) {0,4}(?:ms|MB)"
)
_WORD = re.compile(r"(?:^|\s)(RequestId|Phase|Status|Error Type): {0,4}(\S{1,128})")
_INIT_START = re.compile(r"(INIT|RESTORE)_START\s{1,8}Runtime Version: (\S{1,128})")
_AROUND = re.compile(r"(?:EXTENSION|TELEMETRY|LOGS)\s{1,8}Name: |XRAY TraceId: ")
_FIELDS_CHARS = 4_000

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
    "EXTENSION\tName: insights\tState: Ready\tEvents: [INVOKE,SHUTDOWN]\n",
    "TELEMETRY\tName: insights\tState: Subscribed\tTypes: [Platform, Function, Extension]\n",
    "XRAY TraceId: 1-6ac7d63f-0123456789abcdef01234567\tSegmentId: 7c4e0123456789ab\tSampled: true\n",
    *FAULTS,
)


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
    if match is not None and match.end() == len(text):  # the line of a warm success, nine out of ten
        fields = ReportFields(float(match[2]), int(match[3]), int(match[4]), int(match[5]))
        return Record(Kind.REPORT, match[1], report=fields)
    if not text.startswith("REPORT RequestId:"):
        return None
    request_id, fields = _fields(text)
    if request_id is None or fields.duration_ms is None:  # cut or damaged
        return None
    return Record(Kind.REPORT, request_id, report=fields)


def _fields(text: str) -> tuple[str | None, ReportFields]:
    """All named fields of a report line, in any order, of its first occurrence each."""
    text = text[:_FIELDS_CHARS]
    numbers: dict[str, float] = {}
    for name, value in _NUMBER.findall(text):
        numbers.setdefault(name, float(value))
    words: dict[str, str] = {}
    for name, value in _WORD.findall(text):
        words.setdefault(name, value)
    return words.get("RequestId"), ReportFields(
        duration_ms=numbers.get("Duration"),
        billed_ms=numbers.get("Billed Duration"),
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
        return Record(Kind.INIT_START if match[1] == "INIT" else Kind.RESTORE_START, version=match[2])
    for prefix, kind in (("INIT_REPORT", Kind.INIT_REPORT), ("RESTORE_REPORT", Kind.RESTORE_REPORT)):
        if text.startswith((f"{prefix} ", f"{prefix}\t")):
            fields = _fields(text)[1]
            named = fields.init_ms if kind is Kind.INIT_REPORT else fields.restore_ms
            return Record(kind, report=fields) if named is not None or fields.status else None
    return None


def _around(text: str) -> Record | None:
    """Extensions, subscriptions and traces, which stand around the first START of an environment."""
    if not _AROUND.match(text):
        return None
    return Record(Kind.PLATFORM, text=text, report=_fields(text)[1] if "Error Type: " in text else None)


_BY_HEAD = {
    "STAR": _start, "END ": _end, "REPO": _report, "INIT": _init, "REST": _init, "EXTE": _around, "TELE": _around,
    "LOGS": _around, "XRAY": _around, "IMAG": image, "Requ": fault, "Unkn": fault, "Runt": bare_type,
    "Func": bare_type, "Sand": bare_type, "Exte": bare_type,
}  # fmt: skip


def parse(text: str) -> Record | None:
    """The record of a platform line, None for any other line."""
    known = _BY_HEAD.get(text[:4])
    if known is not None:
        return known(text)
    return old_timeout(text) if text[24:25] == " " else None


DIALECT = Dialect(
    id="platform-text",
    title="Lambda's START, END, REPORT and error lines in text format",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    heads={"STAR": _start, "END ": _end, "REPO": _report},
    rank=10,
)
