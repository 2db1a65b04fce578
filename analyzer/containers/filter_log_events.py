"""`aws logs filter-log-events` as JSON: the usual export, compact or indented, one page or many in one file.

{"events":[{"logStreamName":"…","timestamp":1791444627768,"message":"…","ingestionTime":…,"eventId":"392…"}],…}
"""

from __future__ import annotations

import re

from analyzer.containers import _events
from analyzer.model import Container

_OPENING = re.compile(rb'(?:\[\s{0,64})?\{\s{0,64}"', re.IGNORECASE)
_EVENTS = re.compile(rb'"events"\s{0,8}:\s{0,8}\[', re.IGNORECASE)
_ID = re.compile(rb'"eventId"\s{0,8}:', re.IGNORECASE)
_OTHER = re.compile(rb'"next(?:Forward|Backward)Token"\s{0,8}:')


def sniff(head: bytes) -> bool:
    """An object, or an array of objects, with `events` whose first has an `eventId`, or with none at all."""
    text = _events.beginning(head)
    if not _OPENING.match(text) or not _EVENTS.search(text):
        return False
    event = _events.first_event(text)
    return not _OTHER.search(text) if event is None else bool(_ID.search(_events.only(event)))


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
