"""The sizes and limits to set, computed from what was measured."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.functions import quantile
from analyzer.model import Status

if TYPE_CHECKING:
    from analyzer.functions import Function


def round_memory(mb: float) -> int | None:
    """A size Lambda accepts that is at least `mb`, a multiple of 64; None above the maximum.

    >>> round_memory(510), round_memory(3), round_memory(10241)
    (512, 128, None)
    """
    size = max(limits.MEMORY_MIN_MB, 64 * ceil(mb / 64))
    return size if size <= limits.MEMORY_MAX_MB else None


def peak_of(function: Function) -> int:
    """The most memory any environment used, MB; 0 unknown."""
    return max(function.inv.used, default=0)


def next_memory(function: Function) -> int | None:
    """The memory size to try, MB: 1.5 times the peak. None where none is known or more than Lambda offers is needed.

    A kill for memory cuts the peak off at the size, so twice the size is the least that tells more.
    """
    peak, size = peak_of(function), function.memory_size
    if not peak and not size:
        return None
    need = 1.5 * peak
    if function.by_status[Status.OUT_OF_MEMORY]:
        need = max(need, 2 * size)
    return round_memory(need) if need else None


def next_timeout(function: Function) -> int | None:
    """The timeout to try, s: twice the p99 of successes and 1.2 times the longest, plus the longest restart.

    None without a success to measure, and where the answer would not exceed the present limit or pass the maximum.
    """
    ok = function.ok_durations
    if not ok:
        return None
    p99 = quantile(ok, 0.99) or ok[-1]
    seconds = max(ceil(2 * p99 / 1000), ceil(1.2 * ok[-1] / 1000))
    restarts = function.init_durations if function.failed else []
    if restarts:
        seconds += ceil(restarts[-1] / 1000)
    seconds = min(limits.TIMEOUT_MAX_S, max(1, seconds))
    limit = function.limit_ms
    return None if limit is not None and seconds * 1000 <= limit else seconds
