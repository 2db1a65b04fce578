"""The charts there are, by the name a cause asks for them with."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.report import Report, Series
from analyzer.report._chart import Chart
from analyzer.report._chart_by_age import memory_age
from analyzer.report._charts_over_time import cold_starts, duration, failures, memory

FEWEST_STEPS = 3
"""A chart over fewer steps than this shows nothing that the figures do not say."""
CHARTS: dict[str, Callable[[Series, Report], Chart | None]] = {
    "duration": duration,
    "memory": memory,
    "memory-age": memory_age,
    "failures": failures,
    "cold-starts": cold_starts,
}
