r"""`--query 'events[*].[timestamp,message]'` as JSON: an array for each event, its columns in any order.

[[1791444627768,"START RequestId: …\n"],[1791444627769,"END RequestId: …\n"]]
"""

from __future__ import annotations

from analyzer.containers import _chosen
from analyzer.containers._look import look
from analyzer.model import Container


def sniff(head: bytes) -> bool:
    """An array of arrays that hold a time and a log line."""
    found = look(head)
    rows = [item.value for item in found.items if not item.keys]
    return found.opens == "[" and bool(rows) and isinstance(rows[0], list) and _chosen.choose(rows) is not None


FORMAT = Container(
    id="query-pairs",
    title="JSON arrays of time and message (--query 'events[*].[timestamp,message]')",
    link="https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-filter.html",
    samples=(
        (
            b'[[1791444627768,"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\\n"],'
            b'[1791444627769,"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n"]]'
        ),
        (
            b'[\n    [\n        "2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef",\n'
            b'        "END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\\n",\n        1791444627768\n    ]\n]\n'
        ),
    ),
    sniff=sniff,
    read=_chosen.read,
    splittable=False,
)
