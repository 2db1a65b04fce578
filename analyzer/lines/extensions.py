"""Lines of extensions, which share the function's log: never the function's own error.

DD_EXTENSION | ERROR | failed to flush: connection reset
[NR_EXT] New Relic Lambda Extension starting up
INFO lambda_web_adapter: app is not ready after 2000ms url=http://127.0.0.1:8080/
"""

from __future__ import annotations

import re

from analyzer.model import Dialect, Kind, Level, Record
from analyzer.values import LEVELS, level_at

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-extensions.html"

SAMPLES = (
    "DD_EXTENSION | ERROR | failed to flush metrics: connection reset by peer\n",
    "[NR_EXT] New Relic Lambda Extension starting up\n",
    "[AWS Parameters and Secrets Lambda Extension] 2026/10/08 07:30:28 INFO ready to serve traffic\n",
    "app is not ready after 2000ms url=http://127.0.0.1:8080/\n",
    "/opt/extensions/log-extension: cannot execute binary file\n",
)

_DATADOG = re.compile(
    r"(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \| )?DD_EXTENSION \| (TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b(?: \|)? ?"
)
_NAMED = re.compile(
    r"\[(?:NR_EXT|AWS Parameters and Secrets Lambda Extension|AWS AppConfig[^\]\n]{0,60}|appconfig agent)\] ?"
)
_DATE = re.compile(r"\d{4}[/-]\d\d[/-]\d\d[T ][\d:.]{8,18}Z? ")
_ADAPTER = re.compile(r"(?:.{0,60}lambda_web_adapter[\w:]{0,60}: )?app is not ready(?: after \d{1,9}ms)?\b")
_STARTS = re.compile(
    r"(?i)(?:failed|unable|could not|cannot) to (?:start|initiali[sz]e|register|launch|bind)|"
    r"(?:cannot|could not) (?:start|initiali[sz]e|register|launch|bind)\b|failed to start"
)


def parse(text: str) -> Record | None:
    """The record of an extension's line, None for any other line."""
    first = text[:1]
    if "DD_EXTENSION | " in text[:45]:
        match = _DATADOG.match(text)
        return _line(LEVELS[match[1]], text[match.end() :]) if match else None
    if first == "[":
        match = _NAMED.match(text)
        if match is None:
            return None
        message = text[match.end() :]
        dated = _DATE.match(message)
        return _line(level_at(message[dated.end() :] if dated else message) or Level.INFO, message)
    if first == "/" and text.startswith("/opt/extensions/"):
        return Record(Kind.LINE, level=Level.FATAL, text=text)  # the shell or the kernel could not run it
    if "app is not ready" in text[:160] and _ADAPTER.match(text):
        own = level_at(text)
        return Record(Kind.LINE, level=Level.WARN if own is None or own > Level.WARN else own, text=text)
    return None


def _line(level: Level, message: str) -> Record:
    """A line of an extension: it may warn, and fails the function only when it does not start."""
    failed = level >= Level.ERROR and _STARTS.search(message, 0, 2000)
    return Record(Kind.LINE, level=level if failed else min(level, Level.WARN), text=message)


DIALECT = Dialect(
    id="extensions",
    title="Lines of extensions: Datadog, New Relic, AWS's own, the Lambda Web Adapter",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=32,
)
