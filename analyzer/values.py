"""Values as logs write them: times, numbers, levels, the deepest frame of a stack. For containers and dialects."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from analyzer.model import Level

LEVELS = {
    "TRACE": Level.TRACE, "DEBUG": Level.DEBUG, "INFO": Level.INFO, "NOTICE": Level.INFO, "INFORMATION": Level.INFO,
    "WARN": Level.WARN, "WARNING": Level.WARN, "ERROR": Level.ERROR, "FATAL": Level.FATAL, "CRITICAL": Level.FATAL,
}  # fmt: skip

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?")
_PYTHON_FRAME = re.compile(r'File "([^"\n]{1,300})", line (\d{1,9}), in (\S{1,200})')
_NODE_FRAME = re.compile(r"at (?:(?:async )?([^\s(]{1,200}) )?\(?(?:file://)?(/[^\s():]{1,300}):(\d{1,9}):\d{1,9}\)?")
_FOREIGN = ("/node_modules/", "/site-packages/", "/var/runtime/", "/opt/", "/var/lang/", "node:", "<frozen", "/usr/lib")


def milliseconds(value: Any) -> int | None:
    """A time as log lines carry it (ISO 8601, or a number of ms since the epoch) in ms; None if it is neither.

    >>> milliseconds("2026-10-08T07:30:28.235Z")
    1791444628235
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return int(value) if isfinite(value) and 10**11 < value < 10**14 else None
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
    return float(value) if isfinite(value) and 0 <= value < 1e15 else None


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


def own_frame(stack: str) -> str:
    """The deepest frame of the function's own code in a Python or Node stack, "app.py:12 handler"; "" if there is none.

    Python prints the deepest frame last, Node first.
    """
    python = [m for m in _PYTHON_FRAME.findall(stack[:20_000]) if not any(f in m[0] for f in _FOREIGN)]
    if python:
        path, line, name = python[-1]
        return f"{path.rsplit('/', 1)[-1]}:{line} {name}"
    for name, path, line in _NODE_FRAME.findall(stack[:20_000]):
        if not any(f in path for f in _FOREIGN):
            return f"{path.rsplit('/', 1)[-1]}:{line} {name}".rstrip()
    return ""
