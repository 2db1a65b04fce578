"""Log lines that are objects, in an array: lines of JSON that `jq -s` or a program has gathered.

[{"level":"ERROR","timestamp":"2026-10-08T07:30:27.768Z","requestId":"57325a9d-…","message":"no such order"}]
"""

from __future__ import annotations

from analyzer.containers import event_array, insights_console, telemetry
from analyzer.containers._fields import OF_LOG_LINES, lowered
from analyzer.containers._look import look
from analyzer.model import Container

_TEXTS = frozenset({"message", "msg", "event", "@m", "@mt", "errormessage", "_aws"})
_OF_FAILURES = frozenset({"errortype", "errormessage"})
"""Keys of a function's answer, too."""
_OF_ANSWERS = frozenset({"requestcontext", "responsepayload", "stacktrace", "logresult", "logevents", "messagetype"})


def sniff(head: bytes) -> bool:
    """An array of objects with a level and a text, as loggers write them."""
    found = look(head)
    first = lowered(item) if found.items and isinstance(item := found.items[0].value, dict) else {}
    if found.opens != "[" or (OF_LOG_LINES - _OF_FAILURES).isdisjoint(first) or _TEXTS.isdisjoint(first):
        return False
    others = event_array, insights_console, telemetry
    return _OF_ANSWERS.isdisjoint(first) and not any(other.sniff(head) for other in others)


FORMAT = Container(
    id="line-array",
    title="JSON array of log lines that are objects (jq -s)",
    link="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html",
    samples=(
        (
            b'[{"level":"ERROR","timestamp":"2026-10-08T07:30:27.768Z",'
            b'"requestId":"57325a9d-ff5f-42e4-83df-80f3dcaaef25","message":"no such order"}]'
        ),
        b'[\n  {\n    "level": 30,\n    "time": 1791444627768,\n    "msg": "ready"\n  }\n]\n',
    ),
    sniff=sniff,
    read=telemetry.read,
    splittable=False,
)
