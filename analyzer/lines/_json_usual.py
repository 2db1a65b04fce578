"""The JSON line that fills most logs, one below a warning, read without decoding it.

Decoding costs more than all else that is done for a line. So its level, time, id and memory size are found in the
text, and where anything leaves a doubt (a line within the line, an id inside another object) the line is decoded.
"""

from __future__ import annotations

import re

from analyzer.lines._json_keys import clock, moment
from analyzer.model import Kind, Level, Record

_LEVEL = re.compile(
    r'"(?:level|log_level|severity|levelname)"\s{0,4}:\s{0,4}'
    r'(?:"(INFO|DEBUG|TRACE|info|debug|trace|Information|Debug|Trace)"|([123]0)\b)'
)
_LEVELS = {
    "INFO": Level.INFO, "info": Level.INFO, "Information": Level.INFO, "30": Level.INFO,
    "DEBUG": Level.DEBUG, "debug": Level.DEBUG, "Debug": Level.DEBUG, "20": Level.DEBUG,
    "TRACE": Level.TRACE, "trace": Level.TRACE, "Trace": Level.TRACE, "10": Level.TRACE,
}  # fmt: skip
_ID = re.compile(
    r'"(?:requestId|function_request_id|aws_request_id|awsRequestId|AWSRequestId|request_id)"\s{0,4}:\s{0,4}'
    r'"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"'
)
_ID_WORD = "equest"
_TIME = re.compile(
    r'"(?:@?time(?:stamp)?|ts)"\s{0,4}:\s{0,4}(?:"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d):([0-5]\d)(?:[.,](\d{3})\d{0,6})?'
    r'(?:Z|\+00:?00)"|(\d{13}|\d{10}\.\d{1,9})\b)',
    re.ASCII,
)
_MEMORY = re.compile(r'function_memory_size"\s{0,4}:\s{0,4}"?(\d{1,6})\b')
_CHARS = 4_000


def usual(text: str) -> Record | None:
    """The record of such a line, None where only decoding can tell."""
    level = _LEVEL.search(text, 0, 2000)
    stamp = _TIME.search(text, max(text.find("time") - 2, 0), 2000)
    if level is None or stamp is None or len(text) > _CHARS or text.count('evel"') > 1:
        return None
    request_id, ids = None, None
    at = text.find(_ID_WORD)
    if at >= 0:
        ids = _ID.search(text, max(at - 20, 0))
        if ids is None or (text.find(_ID_WORD, ids.end()) >= 0 and _ID.search(text, ids.end())):
            return None
        request_id = ids[1]
    elif '"faas' in text:
        return None
    if text.find("{", 1) >= 0 and not _flat(text, level.start(), stamp.start(), ids.start() if ids else 1):
        return None
    at = text.find("function_memory_size")
    size = _MEMORY.match(text, at) if at >= 0 else None
    time = moment(float(stamp[4])) if stamp[4] else clock(stamp[1], stamp[2], stamp[3])
    return Record(Kind.LINE, request_id, _LEVELS[level[1] or level[2]], time, memory_mb=int(size[1]) if size else None)


def _flat(text: str, *places: int) -> bool:
    """Whether these members surely belong to the line's own object and no line within the line has the say."""
    if '"{' in text or '"lambda"' in text or '"faas' in text:
        return False
    last = text.rfind("}")
    return all(text.find("{", 1, at) < 0 or text.find("}", at) == last for at in places)
