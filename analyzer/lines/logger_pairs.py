r"""Lines of key=value pairs that begin with the level or with `ts`, as go-kit, zerolog's and other loggers write them.

level=error ts=2026-10-08T07:30:28.235Z caller=main.go:12 msg="cannot reach the queue" err="dial tcp: i/o timeout"
"""

from __future__ import annotations

import re

from analyzer.lines import _json_keys as keys
from analyzer.lines._json_errors import error_of
from analyzer.model import Dialect, Kind, Level, Record

LINK = "https://brandur.org/logfmt"

SAMPLES = (
    'level=error ts=2026-10-08T07:30:28.235Z caller=main.go:12 msg="cannot reach the queue" err="i/o timeout"\n',
    "ts=1791444628.235 level=info msg=started aws_request_id=57325a9d-ff5f-42e4-83df-80f3dcaaef25\n",
)

_BEGINS = ("level=", "lvl=", "ts=", "severity=")
_PAIR = re.compile(r'([\w.@-]{1,64})=(?:"((?:[^"\\]|\\.){0,4000})"|([^\s"]{0,1000}))(?:\s|$)')
_ESCAPED = re.compile(r'\\(["\\])')
_CHARS = 8_000


def parse(text: str) -> Record | None:
    """The record of a line of pairs that has a level and a message, None for any other line."""
    if not text.startswith(_BEGINS):
        return None
    pairs = {name: _ESCAPED.sub(r"\1", quoted) or bare for name, quoted, bare in _PAIR.findall(text[:_CHARS])}
    level, has_level = keys.level_of(pairs)
    said = keys.words_of(pairs)
    if not has_level or said is None:
        return None
    error = error_of(pairs, said) if level >= Level.ERROR else None
    return Record(Kind.LINE, keys.request_id_of(pairs), level, keys.time_of(pairs), said, error)


DIALECT = Dialect(
    id="logger-pairs",
    title="Loggers that write key=value pairs",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=44,
)
