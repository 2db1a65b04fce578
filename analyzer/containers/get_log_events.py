"""`aws logs get-log-events` as JSON: one log stream, which the file does not name.

{"events":[{"timestamp":1791444627768,"message":"…","ingestionTime":1791444630000}],"nextForwardToken":"f/3920…/s",…}
"""

from __future__ import annotations

from analyzer.containers import _events
from analyzer.containers._look import page
from analyzer.model import Container


def sniff(head: bytes) -> bool:
    """An object, or an array of objects, with `events` whose first has a message, but no id and no stream."""
    found = page(head)
    if found is None:
        return False
    event, answer = found
    if event:
        return "message" in event and event.keys().isdisjoint({"eventid", "logstreamname"})
    return "nextforwardtoken" in answer


FORMAT = Container(
    id="get-log-events",
    title="AWS CLI: get-log-events as JSON",
    link="https://docs.aws.amazon.com/cli/latest/reference/logs/get-log-events.html",
    samples=(
        (
            b'{"events":[{"timestamp":1791444627768,'
            b'"message":"START RequestId: 79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36 Version: 7\\n",'
            b'"ingestionTime":1791444630000}],"nextForwardToken":"f/39200000/s","nextBackwardToken":"b/39200000/s"}'
        ),
        b'{"events":[],"nextForwardToken":"f/39200000/s","nextBackwardToken":"b/39200000/s"}',
    ),
    sniff=sniff,
    read=_events.read,
)
