r"""Lines of PHP functions: the interpreter's messages, Bref's reports, Monolog.

PHP Fatal error:  Uncaught Exception: boom in /var/task/index.php:3\nStack trace:\n#0 {main}
57325a9d-…\tInvoke Error\t{"errorType":"Exception","errorMessage":"boom","errorLocation":…,"stack":["#0 …"]}
[2026-10-08T07:30:28.235000+00:00] app.ERROR: cannot reach the queue {"order":7} []
"""

from __future__ import annotations

import re

from analyzer.decoding import loads
from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record
from analyzer.values import LEVELS, milliseconds, own_frame, text_of

LINK = "https://bref.sh/docs/environment/logs"

SAMPLES = (
    (
        "PHP Fatal error:  Uncaught Exception: boom in /var/task/index.php:3\nStack trace:\n#0 {main}\n  thrown in "
        "/var/task/index.php on line 3\n"
    ),
    "PHP Warning:  Undefined variable $order in /var/task/index.php on line 7\n",
    (
        '57325a9d-ff5f-42e4-83df-80f3dcaaef25\tInvoke Error\t{"errorType":"RuntimeException","errorMessage":"boom",'
        '"errorLocation":"File: \\/var\\/task\\/src\\/Orders.php, Line: 12","stack":["#0 {main}"]}\n'
    ),
    "[2026-10-08T07:30:28.235000+00:00] app.ERROR: cannot reach the queue [] []\n",
)

_SAID = re.compile(
    r"(NOTICE: PHP message: )?(PHP )?(Fatal error|Parse error|Recoverable fatal error|Warning|Notice|Deprecated): {1,2}"
)
_LEVELS = {"Warning": Level.WARN, "Notice": Level.INFO, "Deprecated": Level.INFO}
_UNCAUGHT = re.compile(r"(?:PHP |NOTICE: )?(?:Uncaught )?((?:[A-Za-z_]\w{0,100}\\){0,8}[A-Z]\w{0,100}): ")
_PLACE = re.compile(r" in (/[^\n]{1,300}\.php)(?: on line |:)(\d{1,9})")
_MONOLOG = re.compile(
    r"\[(\d{4}-\d\d-\d\d[T ][\d:.]{8,15}(?:Z|[+-]\d\d:\d\d)?)\] [\w-]{1,64}\."
    r"(DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY): "
)
_BREF = re.compile(r"(?:([0-9a-f-]{36})\t)?Invoke Error\t(?=\{)")
_LOCATION = re.compile(r"File: ([^\n]{1,300}), Line: (\d{1,9})")


def parse(text: str) -> Record | None:
    """The record of a line of PHP, Bref or Monolog, None for any other line."""
    first = text[:1]
    if first == "[":
        match = _MONOLOG.match(text)
        if match is None:
            return None
        return Record(Kind.LINE, None, LEVELS[match[2]], milliseconds(match[1]), text[match.end() :])
    if "Invoke Error\t{" in text[:52]:
        return _invoke_error(text)
    if first in "PFWNDR\r\n":
        said = text.lstrip("\r\n")
        match = _SAID.match(said)
        # other languages say "Warning: " too, but name no place in a file of PHP
        if match and (match[1] or match[2] or _PLACE.search(said, 0, 4000) or said.startswith("Fatal error: ")):
            return _message(said, match)
    return None


def _message(text: str, match: re.Match[str]) -> Record:
    name, message = match[3], text[match.end() :]
    level = _LEVELS.get(name, Level.FATAL)
    if level < Level.ERROR:
        return Record(Kind.LINE, level=level, text=message)
    place = _PLACE.search(message, 0, 4000)
    head = (message[: place.start()] if place else message).split("\n", 1)[0].rstrip()
    thrown = _UNCAUGHT.match(head)
    frame = own_frame(message) or (f"{place[1].rsplit('/', 1)[-1]}:{place[2]}" if place else "")
    error = ErrorInfo(
        thrown[1] if thrown else name,
        head[thrown.end() :] if thrown else head,
        frame,
        not match[1],  # behind a web server the request failed, and was answered
    )
    return Record(Kind.LINE, level=level if error.unhandled else Level.ERROR, text=message, error=error)


def _invoke_error(text: str) -> Record | None:
    match = _BREF.match(text)
    if match is None:
        return None
    try:
        data = loads(text[match.end() :])
    except (ValueError, RecursionError):
        return None
    name = text_of(data.get("errorType"))
    if name is None:
        return None
    stack = data.get("stack")
    lines = [line for line in stack if isinstance(line, str)] if isinstance(stack, list) else []
    place = _LOCATION.match(text_of(data.get("errorLocation")) or "")
    thrown = f"thrown in {place[1]}:{place[2]}\n" if place else ""
    message = text_of(data.get("errorMessage")) or ""
    error = ErrorInfo(name, message, own_frame(thrown + "\n".join(lines)), True)
    return Record(Kind.LINE, match[1], Level.ERROR, None, message, error)


DIALECT = Dialect(
    id="php-text",
    title="PHP: the interpreter's messages, errors Bref reports, and Monolog",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=42,
)
