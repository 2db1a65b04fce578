"""The exception a printed stack trace is about, for the dialects of runtimes that print one."""

from __future__ import annotations

import re

from analyzer.model import ErrorInfo
from analyzer.values import own_frame

_NAME = r"(?:[A-Za-z_][\w$]{0,100}(?:\.|::|\\|\+)){0,12}"
_RAISED = re.compile(
    rf"({_NAME}(?:_{{0,2}}[A-Z][\w$]{{0,100}})?(?:Error|Exception)|{_NAME}[A-Z]\w{{0,100}}(?=: An error occurred \()|"
    rf"{_NAME}[A-Z][\w$]{{0,100}}(?=[^\n]{{0,2000}}\n[\t ]{{1,4}}at \S))"
    r"(?: \[[A-Z_]{1,60}\])?(?:: |:?\s*$|:?\r?\n)([^\r\n]*)"
)
_FRAME = re.compile(r"\r?\n(?:[\t ]{1,4}at | ---> )")
_CODE = r"(?: \[[A-Z_]{1,60}\])?(?:: ([^\n]*))?$"
_WORDED = re.compile(rf"(?<![^\s:])({_NAME}(?:_{{0,2}}[A-Z][\w$]{{0,100}})?(?:Error|Exception)){_CODE}")
_BARE = re.compile(rf"(?: ---> )?({_NAME}[A-Z][\w$]{{0,100}}){_CODE}")
_NOTHING = ("", "0", "null", "none", "None", "false", "False", "undefined", "no")
_CHARS = 20_000


def raised(text: str, unhandled: bool = False) -> ErrorInfo | None:
    """The exception a text begins with, such as "KeyError: 'id'", with the frames below it; None if there is none."""
    # nearly every line ends here
    if not ("Error" in text or "Exception" in text or "at " in text or ": An error" in text):
        return None
    match = _RAISED.match(text, 0, _CHARS)
    if match is None or (match[1] in ("Error", "Exception") and match[2].strip() in _NOTHING):
        return None
    return ErrorInfo(match[1], match[2].rstrip(), own_frame(text), unhandled)


def traceback(text: str) -> ErrorInfo | None:
    """The exception of a Python traceback, which names it last; None where the text ends before that."""
    lines = text[-_CHARS:].rstrip().splitlines()
    last = next((line for line in reversed(lines) if line[:1] not in " \t\u00a0"), "")
    if not last or last.startswith("Traceback (most recent call last)"):
        return None
    name, _, message = last.partition(": ")
    if not name.replace(".", "").isidentifier():
        return ErrorInfo("", last, own_frame(text), False)
    return ErrorInfo(name, message.rstrip(), own_frame(text), False)


def logged(text: str) -> ErrorInfo | None:
    """The exception whose stack a logged text holds below its own words; None if it holds none."""
    if "\n" not in text:
        return None
    if "Traceback (most recent call last)" in text:
        return traceback(text)
    frame = _FRAME.search(text, 0, _CHARS)
    if frame is None:
        return None
    line = text[text.rfind("\n", 0, frame.start()) + 1 : frame.start()]  # a logger's words may stand before it
    match = _WORDED.search(line) or _BARE.match(line)
    return ErrorInfo(match[1], (match[2] or "").rstrip(), own_frame(text), False) if match else None
