r"""Lines of Go's logger zap with its console encoder: time, level, place and message, separated by TABs.

2026-10-08T07:30:28.235Z\tERROR\torders/main.go:21\tcannot reach the queue\t{"order": 7}
1.791444628235e+09\terror\torders/main.go:21\tcannot reach the queue\n<stack>
"""

from __future__ import annotations

import re

from analyzer.decoding import loads
from analyzer.lines import _json_keys as keys
from analyzer.lines._json_errors import error_of
from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record
from analyzer.values import own_frame

LINK = "https://pkg.go.dev/go.uber.org/zap#NewDevelopmentConfig"

SAMPLES = (
    "2026-10-08T07:30:28.235Z\tINFO\torders/main.go:21\torder read\n",
    '2026-10-08T07:30:28.235Z\tERROR\torders/main.go:21\tcannot reach the queue\t{"error": "i/o timeout"}\n',
    "1.791444628235e+09\twarn\torders/main.go:21\tthe queue is nearly full\n",
)

_LINE = re.compile(
    r"(?:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d))|(1\.\d{1,12}e\+09))\t"
    r"(?i:(debug|info|warn|error|dpanic|panic|fatal))\t(?:[\w./@-]{1,200}\t){0,2}?([\w./@-]{1,200}\.go:\d{1,9})\t"
)
_CHARS = 20_000


def parse(text: str) -> Record | None:
    """The record of a line of zap's console, None for any other line."""
    match = _LINE.match(text)
    if match is None:
        return None
    level = keys.level_named(match[3]) or Level.INFO
    time = keys.moment(match[1] or float(match[2]))
    said, _, stack = text[match.end() :][:_CHARS].partition("\n")
    said, _, members = said.partition("\t")
    try:
        data = loads(members) if members[:1] == "{" else {}
    except (ValueError, RecursionError):
        data = {}
    if not isinstance(data, dict):
        data = {}
    error = None
    if level >= Level.ERROR:
        error = error_of(data, said) or (ErrorInfo("", said, "", False) if stack.strip() else None)
    if error is not None and stack.strip():
        error = error._replace(frame=own_frame(stack))
    return Record(Kind.LINE, keys.request_id_of(data), level, time, said, error)


DIALECT = Dialect(
    id="zap-console",
    title="Go: zap's lines for the console",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=45,
)
