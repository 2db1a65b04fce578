r"""Events as `aws logs filter-log-events` and `get-log-events` print them with `--output text`.

    EVENTS\t3920…\t1791444630000\t2026/10/08/[$LATEST]0123…\tSTART RequestId: 79b5… Version: $LATEST\n
    \t1791444627768\n
    EVENTS\t1791444630000\tSTART RequestId: 79b5… Version: $LATEST\n    of one stream, which is not named
    \t1791444627768\n

With `--query events` the rows are the same without their first word.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer import limits
from analyzer.containers import _columns
from analyzer.model import Container, Events, Remarks, Source


def sniff(head: bytes) -> bool:
    """Rows of whole events, by the columns around the message."""
    rows = _columns.layout(head)
    return rows is not None and rows.of_the_api


def read(source: Source, start: int, end: int, remarks: Remarks) -> Iterator[Events]:
    """The events whose row begins in `[start, end)`."""
    rows = _columns.layout(source.read(0, limits.SNIFF_BYTES))
    if rows is not None:
        yield from _columns.read(rows, source, start, end, remarks)


_STREAM = b"2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef"

FORMAT = Container(
    id="cli-text",
    title="AWS CLI, filter-log-events or get-log-events, --output text",
    link="https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-output-format.html#text-output",
    samples=(
        (
            b"EVENTS\t39200000000000000000000000000000000000000000000000000000\t1791444630000\t%s\t"
            b"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n\t1791444627768\n"
            b"EVENTS\t39200000000000000000000000000000000000000000000000000001\t1791444630000\t%s\t"
            b"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n\t1791444627790\n"
        )
        % (_STREAM, _STREAM),
        (
            b"39200000000000000000000000000000000000000000000000000000\t1791444630000\t%s\t"
            b"START RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n\t1791444627768\n"
            b"39200000000000000000000000000000000000000000000000000001\t1791444630000\t%s\t"
            b"END RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n\t1791444627790\n"
        )
        % (_STREAM, _STREAM),
        (
            b"b/39200000000000000000000000000000000000000000000000000000/s\t"
            b"f/39200000000000000000000000000000000000000000000000000001/s\n"
            b"EVENTS\t1791444630000\tSTART RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25 Version: $LATEST\n"
            b"\t1791444627768\n"
            b"EVENTS\t1791444630000\tEND RequestId: 57325a9d-ff5f-42e4-83df-80f3dcaaef25\n\t1791444627790\n"
        ),
    ),
    sniff=sniff,
    read=read,
)
