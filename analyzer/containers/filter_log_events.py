"""`aws logs filter-log-events` as JSON: the usual export, compact or indented, one page or many in one file.

{"events":[{"logStreamName":"…","timestamp":1791444627768,"message":"…","ingestionTime":…,"eventId":"392…"}],…}
"""

from __future__ import annotations

from analyzer.containers import _events
from analyzer.containers._look import page
from analyzer.model import Container


def sniff(head: bytes) -> bool:
    """An object, or an array of objects, with `events` whose first has a message and an id or a stream, or no event."""
    found = page(head)
    if found is None:
        return False
    event, answer = found
    if event:
        return "message" in event and not event.keys().isdisjoint({"eventid", "logstreamname"})
    return "nextforwardtoken" not in answer


FORMAT = Container(
    id="filter-log-events",
    title="AWS CLI: filter-log-events as JSON",
    link="https://docs.aws.amazon.com/cli/latest/reference/logs/filter-log-events.html",
    samples=(
        (
            b'{"events":[{"logStreamName":"2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef","timestamp":1791444627768,'
            b'"message":"START RequestId: 79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36 Version: $LATEST\\n",'
            b'"ingestionTime":1791444630000,"eventId":"39200000000000000000000000000000000000000000000000000000"}],"searchedLogStreams":[]}'
        ),
        b'{\n    "events": [],\n    "searchedLogStreams": []\n}\n',
    ),
    sniff=sniff,
    read=_events.read,
)
