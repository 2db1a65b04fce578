r"""An export task's objects in S3: a time, a blank and the message.

    2018-10-10T12:00:00.123Z START RequestId: 57325a9d-… Version: $LATEST

The message keeps its own line end, so that an empty line follows most of them. A line without a time continues the
event above it. The log stream stands in the path alone, with dashes for slashes:
`…/<task>/2018-10-10-[$LATEST]0123…/000000.gz`. AWS does not promise that the events are in the order of time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.containers._lines import Columns, Shape, opening, utc
from analyzer.containers._lines import read as read_lines
from analyzer.containers._order import in_time_order
from analyzer.containers._traces import BARE, PLATFORM
from analyzer.model import Container, Events, Remarks, Source

_TIME = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
_RECORD = re.compile(_TIME + rb" ")
_SHOWS = re.compile(
    rb"(?m)^" + _TIME + rb" (?:" + PLATFORM + rb"|" + _TIME + rb"[\t ]|\[[A-Z]{4,8}\][\t ]|\{\s?\x22|Traceback \()"
)
_BEGINS = re.compile(rb"\n(?=" + _TIME + rb" )")
_STREAM = re.compile(
    r"(?:^|[/\\])(\d{4})-(\d\d)-(\d\d)-([\w-]{0,64}\[(?:\$LATEST(?:\.PUBLISHED)?|\d{1,10})\][0-9a-f]{32})[/\\]\d{6}(?:\.gz)?$"
)


def sniff(head: bytes) -> bool:
    """Lambda's lines or a runtime's, each with a time to the ms and a blank in front, and none without."""
    text = opening(head)
    return bool(_RECORD.match(text) and _SHOWS.search(text)) and not BARE.search(text)


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events, in the order of time."""
    path = _STREAM.search(source.name)
    stream = f"{path[1]}/{path[2]}/{path[3]}/{path[4]}" if path else None

    def columns(texts: list[bytes]) -> Columns:
        stamped = [_RECORD.match(text) is not None for text in texts]
        times = [utc(text) if known else None for text, known in zip(texts, stamped, strict=True)]
        messages = [text[25 if known else 0 :] for text, known in zip(texts, stamped, strict=True)]
        return times, [stream] * len(texts), [message.decode("utf-8", "replace") for message in messages]

    return in_time_order(read_lines(source, start, end, remarks, Shape(_BEGINS, columns)), remarks)


FORMAT = Container(
    id="s3-export",
    title="CloudWatch Logs export task in S3",
    link="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3ExportTasks.html",
    samples=(
        (
            b"2026-10-08T07:30:28.235Z START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n\n"
            b"2026-10-08T07:30:28.240Z END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n\n"
        ),
        (
            b"2026-10-08T07:30:28.235Z "
            b"2026-10-08T07:30:28.235Z\t57325a9d-ff5f-42e4-83df-80f3dcaaef25\tINFO\torder read\n\n"
            b"2026-10-08T07:30:28.240Z 2026-10-08T07:30:28.240Z\t57325a9d-ff5f-42e4-83df-80f3dcaaef25\tINFO\tdone\n\n"
        ),
    ),
    sniff=sniff,
    read=read,
    splittable=False,
)
