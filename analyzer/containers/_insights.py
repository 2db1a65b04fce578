"""Rows of CloudWatch Logs Insights: fields that begin with `@`, newest first unless the query says otherwise."""

from __future__ import annotations

from typing import Any

from analyzer.containers._events import UNREADABLE, written
from analyzer.containers._fields import Columns
from analyzer.model import Remarks

LIMITS = (1_000, 10_000)  # rows that a query gives by default, in the past and today


def add(columns: Columns, fields: Any, place: tuple[int, int], remarks: Remarks) -> None:
    """Add a row; one without a message is set aside."""
    message = written(fields.get("@message")) if isinstance(fields, dict) else None
    if message is None:
        remarks.set_aside(UNREADABLE, *place, str(fields)[:200])
        return
    time = fields.get("@timestamp") or fields.get("@ingestionTime")
    columns.add(time, fields.get("@log"), fields.get("@logStream"), message, place)


def limited(missing: int, remarks: Remarks) -> None:
    """Say that the query matched more than it gave: at least so many rows."""
    remarks.truncated = True
    remarks.notice("limit reached", max(1, missing))
    remarks.notes.add(
        "The query gave as many rows as its limit allows. Raise `limit` in the query, or ask for a shorter time."
    )
