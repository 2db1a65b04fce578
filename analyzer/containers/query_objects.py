r"""`--query 'events[*].{t:timestamp,m:message}'` as JSON: an array of objects with keys that somebody chose.

[{"t":1791444627768,"m":"START RequestId: …\n"},{"t":1791444627769,"m":"END RequestId: …\n"}]
"""

from __future__ import annotations

from analyzer.containers import _chosen, event_array, insights_console, telemetry
from analyzer.containers._fields import OF_LOG_LINES
from analyzer.containers._look import look
from analyzer.model import Container

_OF_DOCUMENTS = frozenset(
    {"events", "results", "logevents", "logrecord", "logresult", "messagetype", "requestcontext", "responsepayload"}
)
"""Keys of a document that holds events."""
_FOREIGN = OF_LOG_LINES | _OF_DOCUMENTS


def sniff(head: bytes) -> bool:
    """An array of objects that hold a time and a log line, and are not of a shape with keys of its own."""
    found = look(head)
    rows = found.documents
    if found.opens != "[" or not rows or not _FOREIGN.isdisjoint(key.lower() for row in rows for key in row):
        return False
    if event_array.sniff(head) or insights_console.sniff(head) or telemetry.sniff(head):
        return False
    return _chosen.choose(rows) is not None


FORMAT = Container(
    id="query-objects",
    title="JSON array of objects (--query 'events[*].{t:timestamp,m:message}')",
    link="https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-filter.html",
    samples=(
        (
            b'[{"t":1791444627768,"m":"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\\n"},'
            b'{"t":1791444627769,"m":"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n"}]'
        ),
        (
            b'[\n    {\n        "when": "2026-10-08T07:30:27.768Z",\n'
            b'        "what": "END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n",\n'
            b'        "where": "2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef"\n    }\n]\n'
        ),
    ),
    sniff=sniff,
    read=_chosen.read,
    splittable=False,
)
