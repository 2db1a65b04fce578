r"""Lines of the Java runtime in text format, and of the Java machine when it dies.

boom: java.lang.RuntimeException\njava.lang.RuntimeException: boom\n\tat example.Handler.handleRequest(Handler.java:20)
[ERROR] cannot reach the queue                                                     the context's logger with a level
2026-10-08 07:30:28 57325a9d-… ERROR Handler:20 - cannot reach the queue           Log4j 2 with the pattern AWS shows
"""

from __future__ import annotations

import re

from analyzer.lines._traces import logged, raised
from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record
from analyzer.values import LEVELS, milliseconds, own_frame

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/java-logging.html"

SAMPLES = (
    (
        "boom: java.lang.RuntimeException\njava.lang.RuntimeException: boom\n"
        "\tat example.Handler.handleRequest(Handler.java:20)\n"
        "\tat java.base/jdk.internal.reflect.DirectMethodHandleAccessor.invoke(Unknown Source)\n\n"
    ),
    (
        "Class not found: example.Handler: java.lang.ClassNotFoundException\n"
        "java.lang.ClassNotFoundException: example.Handler. Current classpath: file:/var/task/\n"
        "\tat java.base/java.net.URLClassLoader.findClass(Unknown Source)\n\n"
    ),
    "[WARN] the queue is nearly full\n",
    "2026-10-08 07:30:28 57325a9d-ff5f-42e4-83df-80f3dcaaef25 INFO  Handler:20 - order read\n",
    'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n',
    "Terminating due to java.lang.OutOfMemoryError: Metaspace\n",
    "# A fatal error has been detected by the Java Runtime Environment:\n",
)

_CLASS = r"(?:[\w$]{1,100}\.){1,20}[\w$]{1,200}"
_LOGGER = re.compile(r"\[(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\] ")
_LOG4J = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d{3})?) ([0-9a-f-]{36})? ?(TRACE|DEBUG|INFO|WARN|ERROR|FATAL) {1,2}"
    r"[\w.$]{1,200}:(?:\d{1,9})? - "
)
_FAULT = re.compile(rf": ({_CLASS})\r?\n\1(?:: |\s|$)")  # the class, and again at the head of its stack
_TYPE = re.compile(rf"{_CLASS}(?:Exception|Error)")
_THREAD = re.compile(rf'Exception in thread "([^"\n]{{1,200}})" ({_CLASS})(?:: ([^\n]*))?')
_LOADING = ("Error loading class ", "Class not found: ", "Invalid handler: ", "No public method named ")
_FIRSTS = frozenset("ECINjT#")
_OWN_WORDS = ("Caused by", "Suppressed", "Error", "Exception", "Caught")  # before a class, said by no runtime
_MEMORY = "java.lang.OutOfMemoryError"


def parse(text: str) -> Record | None:
    """The record of a line of Java's runtime, loggers or machine, None for any other line."""
    first = text[:1]
    if first == "[":
        match = _LOGGER.match(text)
        return _line(match[1], text[match.end() :], None, None) if match else None
    if first == "2" and text[10:11] == " ":
        match = _LOG4J.match(text)
        if match:
            return _line(match[3], text[match.end() :], match[2], milliseconds(match[1].replace(",", ".")))
    error = _fault(text)
    if error is not None:
        return Record(Kind.LINE, level=Level.ERROR, text=text, error=error)
    if first in _FIRSTS:
        return _last_words(text)
    return None


def _line(name: str, message: str, request_id: str | None, time: int | None) -> Record:
    level = LEVELS[name]
    error = logged(message) if level >= Level.ERROR else None
    return Record(Kind.LINE, request_id, level, time, message, error)


def _fault(text: str) -> ErrorInfo | None:
    """What the runtime says of an exception that left the handler or kept the class from loading."""
    if "Error" not in text and "Exception" not in text and "\tat " not in text:  # nearly every line
        return None
    if "\n" in text:
        match = _FAULT.search(text, 0, 20_000)
        if match:
            message = text[: match.start()].strip()
            return ErrorInfo(match[1], "" if message in ("null", match[1]) else message, own_frame(text), True)
    line = text.rstrip()
    if line.endswith(("Exception", "Error")) and "\n" not in line:  # the first line of a stack cut apart
        message, colon, name = line.rpartition(": ")
        if colon and message not in _OWN_WORDS and not message.startswith(_OWN_WORDS[:2]) and _TYPE.fullmatch(name):
            # without the stack below it anyone may have written this, also one who went on
            return ErrorInfo(name, "" if message in ("null", name) else message, "", False)
    return None


def _last_words(text: str) -> Record | None:
    """What the runtime says before it gives up, and the machine before it dies."""
    if text.startswith(_LOADING):
        error = ErrorInfo("", text.split("\n", 1)[0].rstrip(), "", True)
        return Record(Kind.LINE, level=Level.ERROR, text=text, error=error)
    if text.startswith("# A fatal error has been detected by the Java Runtime"):
        return Record(Kind.LINE, level=Level.FATAL, text=text)
    if text.startswith("Terminating due to "):
        match = _TYPE.match(text, 19)
        if match:
            message = text[match.end() :].removeprefix(": ").split("\n", 1)[0].rstrip()
            return Record(Kind.LINE, level=Level.FATAL, text=text, error=ErrorInfo(match[0], message, "", True))
    if text.startswith(_MEMORY):  # printed by whoever caught it; the platform says whether the process died of it
        return Record(Kind.LINE, level=Level.FATAL, text=text, error=raised(text))
    match = _THREAD.match(text)
    if match is None:
        return None
    main = match[1] == "main"  # another thread dies alone
    level = Level.FATAL if main or match[2] == _MEMORY else Level.ERROR
    error = ErrorInfo(match[2], (match[3] or "").rstrip(), own_frame(text), main)
    return Record(Kind.LINE, level=level, text=text, error=error)


DIALECT = Dialect(
    id="java-text",
    title="Java: the context logger, Log4j 2, unhandled exceptions, in text format",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=41,
)
