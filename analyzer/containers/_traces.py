r"""Which lines of a text continue the event above them: stack traces of every runtime, JSON over several lines, blanks.

    [ERROR] KeyError: 'Records'
    Traceback (most recent call last):
      File "/var/task/app.py", line 3, in handler
        raise KeyError
    KeyError: 'Records'

Decided by a line and the last line before it that is not blank.
"""

from __future__ import annotations

import re

from analyzer.containers._lines import WINDOW, line_at, line_before

STAMP = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}(?:Z|[+-]\d\d:\d\d)"
PLATFORM = (
    rb"(?:START RequestId: |END RequestId: |REPORT RequestId: |INIT_START |INIT_REPORT |RESTORE_START |RESTORE_REPORT |"
    rb"RequestId: \S+ |EXTENSION\t|TELEMETRY\t)"
)
"""How Lambda's own lines begin."""
BARE = re.compile(rb"(?m)^(?:START|END|REPORT) RequestId: ")
"""Finds one of them with nothing in front."""
RAISED = rb"(?:[A-Za-z_]\w{0,100}\.){0,8}[A-Z]\w{0,100}(?:Error|Exception|Exit|Interrupt)(?::|[ \t]*(?:\n|\Z))"
"""The last line of a Python trace, and the first of a Java trace."""

_WORDS = (
    rb"Traceback \(most recent call last\)|During handling of |The above exception |"  # Python
    rb'File "[^"\n]{1,300}", line \d|'
    rb"Caused by: |at [\w.$/<>\[\]-]{1,300} ?\(|\.\.\. \d{1,6} (?:more|common frames)|Suppressed: |"  # Java, Node
    rb"Require stack:|- /var/|--- End of |"
    rb"goroutine \d|\[signal |created by |exit status \d|"  # Go
    rb"note: run with `|stack backtrace:|"  # Rust
    rb"Stack trace:|#\d{1,4} |"  # PHP
    rb"(?:from )?/[^\s:]{1,300}:\d{1,9}:in [`'][^\n]{0,300}['\"][ \t]*(?:\n|\Z)|"  # Ruby
    rb"[\])}][\])},;]{0,8}[ \t]*(?:\n|\Z)|"  # JSON over several lines
)
"""Lines that begin so belong to the line before them."""
_OF_REPORT = (
    rb"XRAY TraceId: |(?:Memory Size|Max Memory Used|(?:Billed |Init |Restore |Billed Restore )?Duration): \d|"
    rb"Status: |Error Type: |"
)
"""Parts of a REPORT whose line was broken."""
_PAIRS = rb"Runtime\.\w{1,64}[ \t]*(?:\n|\Z)|\{[ \t]*\n|[\w./*-]{1,100}\(|"
"""Lines that continue an event only behind certain lines."""
_SURE = rb"(?:START|END|REPORT) RequestId: |\[[A-Z]{4,8}\]\t|\d{4}-\d\d-\d\dT"
_NAME = rb"(?:\w{1,100}\.){1,8}[A-Z]\w{0,100}:"
_DOUBTFUL = rb"[ \t]|\xc2\xa0|" + _WORDS + _OF_REPORT + _PAIRS + RAISED + rb"|" + _NAME
BEGINS = re.compile(
    rb"\n(?:(?=" + _SURE + rb")(?<!:\n)|"
    rb"(?![ \t\r]*(?:\n|\Z))((?<=\d:\n)|(?<=\]:\n)|(?=" + _DOUBTFUL + rb"))?)"
)  # fmt: skip
r"""Finds the `\n` before a line that is not blank; group 1 marks a line that may continue the event above it."""

_STAMPED = rb"[\t ]{0,8}(?:" + STAMP + rb"[\t ]{1,4})?"
_OWN = re.compile(_STAMPED + PLATFORM)
_CLOSED = re.compile(_STAMPED + rb"(?:START|END|INIT_START|RESTORE_START|EXTENSION|TELEMETRY)[ \t]")
_REPORT = re.compile(_STAMPED + rb"(?:REPORT|INIT_REPORT|RESTORE_REPORT) ")
_PART = re.compile(rb"[\t ]{0,8}(?:" + _OF_REPORT[:-1] + rb")")
_BLANKS = (b" ", b"\t")
_INDENTED = re.compile(rb"[ \t]|\xc2\xa0")
_ALWAYS = re.compile(_WORDS[:-1])
_TROUBLE = re.compile(rb"(?i)error|exception|critical|fatal|fail|warn")
_RAISED = re.compile(RAISED)
_NAMED = re.compile(_NAME)
_PYTHON = re.compile(rb"(?:  (?:  |File )|\xc2\xa0)(?!at )")
_GO = re.compile(rb"\t\S{1,300}\.(?:go|s):\d|goroutine \d|\[signal |created by ")
_RUBY = re.compile(rb"Error raised from handler|Critical exception from handler|Init error when loading handler")


def joined(text: bytes, at: int) -> bool:
    """Whether the line at a place of a text continues the event of the line before it."""
    if text[at : at + 1] in _BLANKS:  # the middle of a trace, for speed
        above = text.rfind(b"\n", max(0, at - WINDOW), at - 1) + 1
        if above and text[above] in b" \t" and not _OWN.match(text, above) and not text[above:at].isspace():
            return not _OWN.match(text, at)
    line, before = line_at(text, at), line_before(text, at)
    if not before or _OWN.match(line) or _CLOSED.match(before):
        return False
    if _PART.match(line) and (_REPORT.match(before) or _PART.match(before)):
        return True
    if _REPORT.match(before):
        return False
    if line.startswith(b"Traceback"):  # the application may print one of its own behind any line
        return bool(_TROUBLE.search(before))
    if _INDENTED.match(line) or _ALWAYS.match(line) or (before.endswith(b":") and b"panicked at " in before):
        return True
    return _of_trace(line, before)


def _of_trace(line: bytes, before: bytes) -> bool:
    """Whether a line is of the trace that the line before it is of."""
    if line.startswith(b"Runtime."):
        return before.startswith((b"RequestId: ", b"Unknown application error")) or b"Error: Runtime exited" in before
    if _RAISED.match(line):  # Java prints "message: class", then "class: message"
        return bool(_PYTHON.match(before)) or before.endswith(b": " + line.split(b":", 1)[0].strip())
    if line.startswith(b"{"):
        return bool(_RUBY.search(before))
    if _NAMED.match(line):
        return bool(_PYTHON.match(before))
    return line.endswith(b")") and bool(_GO.match(before))
