"""Acts that read more of the log: they change nothing and say what this export leaves open."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from analyzer.model import Fix
from analyzer.remedies._tools import name_of, noted

if TYPE_CHECKING:
    from analyzer.functions import Function


def full_export(function: Function, title: str = "Export it again, complete") -> tuple[Fix, ...]:
    """Write an export that keeps every line: no filter pattern, the whole time range."""
    period = function.summary.period
    span = f" --start-time {period[0]} --end-time {period[1]}" if period else ""
    command = f"{_filter(function)}{span} > export.json"
    note = noted(function, "Without `--filter-pattern`; it reads every page by itself.")
    return (Fix("aws-cli", title, command, note, ()),)


def read_request(function: Function, request_id: str, start: int, end: int, note: str = "") -> tuple[Fix, ...]:
    """Print every line of one request; `start` and `end` narrow the search where they are known."""
    span = f" --start-time {start - 1000} --end-time {end + 1000}" if 0 < start <= end else ""
    command = f"{_filter(function)}{span} --filter-pattern '\"{request_id}\"' --query 'events[*].message' --output text"
    title = "Read one failing request from start to end"
    return (Fix("aws-cli", title, command, noted(function, note), (request_id,)),)


def _filter(function: Function) -> str:
    group = function.log_group or f"/aws/lambda/{name_of(function)}"
    return f"aws logs filter-log-events --log-group-name {shlex.quote(group)}"
