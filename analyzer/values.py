"""Values as logs write them: times, numbers, levels, the deepest frame of a stack. For containers and dialects."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from analyzer.model import Level

LEVELS = {
    "TRACE": Level.TRACE, "DEBUG": Level.DEBUG, "INFO": Level.INFO, "NOTICE": Level.INFO, "INFORMATION": Level.INFO,
    "WARN": Level.WARN, "WARNING": Level.WARN, "ERROR": Level.ERROR, "FATAL": Level.FATAL, "CRITICAL": Level.FATAL,
    "SEVERE": Level.ERROR, "ALERT": Level.FATAL, "EMERGENCY": Level.FATAL, "PANIC": Level.FATAL,
    "VRB": Level.TRACE, "DBG": Level.DEBUG, "INF": Level.INFO, "WRN": Level.WARN, "ERR": Level.ERROR,
    "FTL": Level.FATAL,
}  # fmt: skip

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?")
_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
_TIME = rf"\[?(?:\d{{4}}[-/]\d\d[-/]\d\d[T ]|\d\d-[A-Z][a-z][a-z]-\d{{4}} )?{_CLOCK}(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?"
_NAMES = "TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL"
_LEVEL = re.compile(
    rf"\s{{0,2}}(?:{_TIME}[\s|,-]{{1,5}}(?:(?!(?:no|not|any|an|the|found|without|last|with)\s)[\w.$:/#-]{{1,80}}[\s|-]{{1,5}})?)?"
    rf"(?:\[[\w .:#/-]{{1,80}}\]\s{{1,4}}|main )?[\[(<|]?({_NAMES})\b"
    r"(?!\s?(?:count|rate|level)s?\s?(?:[:=]|is\b|was\b)|\s?[:=(]?\s?(?:0|null|none|false|undefined)\b|[=/.-]|\s=)"
    rf"|\[{_CLOCK} (VRB|DBG|INF|WRN|ERR|FTL)\]"
)
_FIRSTS = frozenset("TDINWESFCtdinwesfcm[(<| \n0123456789")
_WORDED = re.compile(
    rf"\s{{0,2}}(?:{_TIME}[\s|,-]{{1,5}})?(?:[\[(<|](?P<in>{_NAMES})[\])>|]|(?P<at>{_NAMES}):\s)"
    r"(?!\s?(?:0\b|null\b|none\b|false\b|undefined\b|no\s*$|\"\"))",
    re.IGNORECASE,
)

_PYTHON_FRAME = re.compile(r'File "([^"\n]{1,300})", line (\d{1,9}), in (\S{1,200})')
_NODE_FRAME = re.compile(r"at (?:(?:async )?([^\s(]{1,200}) )?\(?(?:file://)?(/[^\s():]{1,300}):(\d{1,9}):\d{1,9}\)?")
_JAVA_FRAME = re.compile(
    r"[\t ]at (?:[\w.@-]{1,100}/{1,2})?([\w.$<>]{3,300})\("
    r"(?:([\w$-]{1,100}\.(?:java|kt|scala|groovy|clj)):(\d{1,9})|[\w ]{0,40})"
)
_DOTNET_FRAME = re.compile(r"   at ([^\s(]{3,300})\([^)\n]{0,500}\)(?: in ([^\n]{1,300}):line (\d{1,9}))?")
_GO_FRAME = re.compile(r"(?m)^(?:created by )?([^\s(][^\n]{0,300})\n\t(/[^\s:]{1,300}\.go):(\d{1,9})")
_RUBY_FRAME = re.compile(r"(?<![^\s\"'(\[])([^\s:\"']{1,300}\.rb):(\d{1,9}):in [`']([^'\n]{1,200})'")
_PHP_FRAME = re.compile(
    r"(?:#\d{1,4} | in )(/[^\s():]{1,300}\.php)(?:\((\d{1,9})\)|:(\d{1,9})| on line (\d{1,9}))(?:: ([^\s(]{1,200})\()?"
)
_RUST_FRAME = re.compile(r"(?:panicked at (?:'[^\n]{0,500}', )?| at )([^\s:']{1,300}\.rs):(\d{1,9})(?::\d{1,9})?")
_FOREIGN = (
    "/node_modules/", "/site-packages/", "/var/runtime/", "/opt/", "/var/lang/", "node:", "<frozen", "/usr/lib",
    "/vendor/", "/gems/", "/usr/local/go/", "/go/pkg/mod/", "/rustc/", "/.cargo/", "/usr/local/lib/",
    "github.com/aws/aws-lambda-go",
)  # fmt: skip
_LIBRARIES = (
    "java.", "javax.", "jakarta.", "jdk.", "sun.", "com.sun.", "com.amazonaws.", "software.amazon.", "lambdainternal.",
    "kotlin.", "scala.", "org.springframework.", "org.apache.", "com.fasterxml.", "io.netty.", "reactor.", "org.slf4j.",
    "System.", "Amazon.", "Microsoft.", "AWSSDK", "lambda_method", "Newtonsoft.",
)  # fmt: skip
_FRAMES_CHARS = 20_000


def milliseconds(value: Any) -> int | None:
    """A time as log lines carry it (ISO 8601, or a number of ms since the epoch) in ms; None if it is neither.

    >>> milliseconds("2026-10-08T07:30:28.235Z")
    1791444628235
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return int(value) if 10**11 < value < 10**14 else None
    match = _ISO.match(value) if isinstance(value, str) else None
    if match is None:
        return None
    zone = match[4] or "Z"
    fraction = ((match[3] or "") + "000")[:3]
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}.{fraction}{'+00:00' if zone == 'Z' else zone}")
    except ValueError:
        return None
    return round((moment - _EPOCH).total_seconds() * 1000)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def number(value: Any) -> float | None:
    """A finite number that is not negative, else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 <= value < 1e15 else None


def megabytes(value: float | None) -> int | None:
    """A size in whole MB, None where there is none or no machine has as much."""
    return int(value) if value is not None and value < 1 << 31 else None


def text_of(value: Any) -> str | None:
    """A non-empty string, else None."""
    return value if isinstance(value, str) and value else None


def level_of(value: Any) -> Level | None:
    """A level by its name in any case, or by the numbers of pino and bunyan (30 info, 40 warn, …)."""
    if isinstance(value, str):
        return LEVELS.get(value.upper())
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 10 <= value <= 60:
        return Level(int(value) // 10 - 1)
    return None


def level_at(text: str) -> Level | None:
    """The level a line begins with, behind its time, thread or logger; None if it has none in that place.

    >>> level_at("2026-10-08 07:30:28,235 - worker - ERROR - cannot reach the queue").name
    'ERROR'
    >>> level_at("no ERROR today, ERROR count 0") is None
    True
    """
    if text[:1] not in _FIRSTS:
        return None
    head = text[:240]
    match = _LEVEL.match(head)
    if match:
        return LEVELS[match[1] or match[2]]
    match = _WORDED.match(head)
    return LEVELS[(match["in"] or match["at"]).upper()] if match else None


def own_frame(stack: str) -> str:
    """The deepest frame of the function's own code in a stack of any runtime, "app.py:12 handler"; "" if there is none.

    Python prints the deepest frame last, the others print it first; a Java cause stands below what it caused.
    """
    stack = stack[:_FRAMES_CHARS]
    if 'File "' in stack:
        python = [m for m in _PYTHON_FRAME.findall(stack) if not _foreign(m[0])]
        if python:
            return _place(python[-1][0], python[-1][1], python[-1][2])
    if " at " in stack or "\tat " in stack:
        found = _at_frame(stack)
        if found:
            return found
    for pattern, needle in ((_GO_FRAME, ".go:"), (_RUBY_FRAME, ".rb:"), (_PHP_FRAME, ".php"), (_RUST_FRAME, ".rs:")):
        if needle in stack and (found := _first(pattern, stack)):
            return found
    return ""


def _at_frame(stack: str) -> str:
    """The frame of the runtimes that write "at": Node.js, .NET, Java."""
    for name, path, line in _NODE_FRAME.findall(stack):
        if not _foreign(path):
            return _place(path, line, name)
    for name, path, line in _DOTNET_FRAME.findall(stack):
        if path and not name.startswith(_LIBRARIES):
            return _place(path, line, name.rsplit(".", 1)[-1])
    for part in reversed(stack.split("\nCaused by: ")):
        for name, path, line in _JAVA_FRAME.findall(part):
            if path and not name.startswith(_LIBRARIES):
                return _place(path, line, name.rsplit(".", 1)[-1])
    for name, _, _ in _DOTNET_FRAME.findall(stack):  # built without debug symbols
        if not name.startswith(_LIBRARIES):
            return ".".join(name.rsplit(".", 2)[-2:])
    return ""


def _first(pattern: re.Pattern[str], stack: str) -> str:
    """The first frame of the function's own code, by the file, the line and the name a pattern finds."""
    for match in pattern.finditer(stack):
        if pattern is _GO_FRAME:
            path, line, name = match[2], match[3], match[1].rsplit("(", 1)[0].rsplit("/", 1)[-1].partition(".")[2]
        elif pattern is _PHP_FRAME:
            path, line, name = match[1], match[2] or match[3] or match[4], match[5] or ""
        else:
            path, line, name = match[1], match[2], match[3] if pattern is _RUBY_FRAME else ""
        if not _foreign(path):
            return _place(path, line, name)
    return ""


def _foreign(path: str) -> bool:
    return any(part in path for part in _FOREIGN)


def _place(path: str, line: str, name: str) -> str:
    return f"{path.replace(chr(92), '/').rsplit('/', 1)[-1]}:{line} {name}".rstrip()
