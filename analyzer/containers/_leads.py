r"""What stands in front of the messages of a text that the AWS CLI printed as one row, a TAB between them.

    START RequestId: 79b5… Version: $LATEST\n
    \tEND RequestId: 79b5…\n

Since each message ends with a line end, all but the first begin with a TAB, or with eight blanks where an editor or a
terminal has been. Messages without one stand on one line.
"""

from __future__ import annotations

import re

PLATFORM = (
    rb"(?:(?:START|END|REPORT) RequestId: |(?:INIT|RESTORE)_(?:START|REPORT) |RequestId: \S{1,64} |"
    rb"(?:EXTENSION|TELEMETRY)\t)"
)
"""How Lambda's own lines begin."""
PLATFORM_LINE = re.compile(rb"(?m)^(?:\xef\xbb\xbf)?([\t ]{0,16})(?=%s)" % PLATFORM)
"""Finds one of them, with the blanks in front of it."""
_DOCUMENT = re.compile(rb'(?m)(?:^|(?<=\}))([\t ]{0,16})(?=\{")')
_OPENS = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}\{")
_INDENTED_TRACE = re.compile(rb"(?m)^(\t| {8})Traceback \(most recent call last\):\r?\n\1[\t ]")
_LEADS = (b"\t", b" " * 8)


def lead(head: bytes) -> bytes | None:
    """A TAB or eight blanks, None where neither stands in front of half of Lambda's lines.

    Where there are none, a text that begins with JSON is decided by its JSON documents.
    """
    before = [m[1] for m in PLATFORM_LINE.finditer(head)]
    if not before and _OPENS.match(head):
        before = [m[1] for m in _DOCUMENT.finditer(head)]
    found = next((lead for lead in _LEADS if 2 * before.count(lead) >= len(before) > 0), None)
    return None if found is None or _INDENTED_TRACE.search(head) else found
