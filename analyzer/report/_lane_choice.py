"""Which environments are drawn as lanes, in which order, and which of their executions a picture of some width needs.

The static picture and the page's canvas follow the same choice; the canvas draws by the numbers of `lanes_json`.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analyzer.model import Status
from analyzer.report import Lane, Report

MOST_LANES = 24
FINE_COLUMNS = 4096
"""Columns of the canvas at most: a screen's width in its own pixels."""
UNFAILED = (Status.OK, Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Group:
    """The lanes of one version of one function, the failing first."""

    function: str | None
    version: str | None
    lanes: tuple[int, ...]
    invocations: int
    failed: int


def groups(report: Report) -> list[Group]:
    """Lanes by function and version: the group with most failures first, then by start."""
    by: dict[tuple[str | None, str | None], list[int]] = {}
    for i, lane in enumerate(report.lanes):
        if lane.times:
            by.setdefault((lane.function, lane.version), []).append(i)
    found = []
    for (function, version), members in by.items():
        members.sort(key=lambda i: (not failure_count(report.lanes[i]), report.lanes[i].times[0]))
        failed = sum(failure_count(report.lanes[i]) for i in members)
        found.append(Group(function, version, tuple(members), sum(len(report.lanes[i].times) for i in members), failed))
    return sorted(found, key=lambda g: (-g.failed, report.lanes[g.lanes[0]].times[0]))


def failure_count(lane: Lane) -> int:
    """Failed executions of a lane."""
    return len(lane.status) - lane.status.count(Status.OK) - lane.status.count(Status.UNKNOWN)


def _kept(lane: Lane, first: int, last: int, columns: int) -> Sequence[int]:
    """What a picture of so many columns needs of a lane: no peak and no death is lost.

    That is the first, lowest, highest and last of each column, and every failure and restart with its neighbours.
    """
    if len(lane.times) <= 4 * columns:
        return range(len(lane.times))
    keep: set[int] = set()
    end = 0
    for column in range(1, columns + 1):
        start, end = end, bisect_right(lane.times, first + (last - first) * column / columns, end)
        if start < end:
            used = lane.used[start:end]
            keep |= {start, end - 1, start + used.index(min(used)), start + used.index(max(used))}
    edges = [i for i, status in enumerate(lane.status) if status not in UNFAILED]
    edges += [i for i, age in enumerate(lane.ages) if age == 1]
    keep.update(edges, (i - 1 for i in edges if i), (i + 1 for i in edges if i + 1 < len(lane.times)))
    return sorted(keep)


def thinned(lane: Lane, first: int, last: int, columns: int) -> Lane:
    """The lane with only what a picture needs."""
    keep = _kept(lane, first, last, columns)
    if len(keep) == len(lane.times):
        return lane
    return replace(
        lane,
        times=tuple(lane.times[i] for i in keep),
        used=tuple(lane.used[i] for i in keep),
        durations=tuple(lane.durations[i] for i in keep),
        status=tuple(lane.status[i] for i in keep),
        ages=tuple(lane.ages[i] for i in keep),
    )


def bounds(report: Report) -> tuple[int, int]:
    """The period, widened to what the lanes hold and never empty."""
    times = [t for lane in report.lanes if lane.times for t in (lane.times[0], lane.times[-1])]
    if report.period is not None:
        times += report.period
    first = min(times)
    return first, max(first + 1_000, *times)


def drawn_lanes(report: Report, found: Sequence[Group]) -> set[int]:
    """The lanes that are drawn: those with failures first, then others while there is room."""
    members = [i for group in found for i in group.lanes]
    return set(sorted(members, key=lambda i: not failure_count(report.lanes[i]))[:MOST_LANES])


def version_starts(report: Report) -> list[tuple[int, str]]:
    """When a later version first ran; nothing where several functions share the lanes."""
    if len({lane.function for lane in report.lanes}) > 1:
        return []
    first: dict[str, int] = {}
    for lane in report.lanes:
        if lane.version and lane.times:
            first[lane.version] = min(first.get(lane.version, lane.times[0]), lane.times[0])
    earliest = min(first.values(), default=0)
    changes = [(start, f"version {version}") for version, start in first.items() if start > earliest]
    return sorted(changes)[:8]


def short_stream(stream: str) -> str:
    """The telling end of a log stream name: 2026/03/19/[42]7c1f09ae… is shortened to its first eight digits.

    >>> short_stream("2026/03/19/[42]7c1f09ae53d14e8cb0f2"), short_stream("one")
    ('7c1f09ae', 'one')
    """
    if not stream or stream.startswith("\x1f"):
        return "no name"
    tail = stream.rpartition("]")[2] or stream
    tail = tail.rpartition("/")[2] or tail
    return tail[:8] if len(tail) > 16 else tail[:16]


def lanes_json(report: Report) -> str:
    """The numbers of the lanes that are shown, for the page's canvas: one object a lane under its index."""
    shown = sorted(drawn_lanes(report, groups(report)))
    first, last = bounds(report) if shown else (0, 1)
    lanes = {
        i: {
            "stream": short_stream(lane.stream),
            "size": lane.size,
            "alive": lane.alive,
            "times": list(lane.times),
            "used": list(lane.used),
            "durations": [None if d != d else d for d in lane.durations],
            "status": list(lane.status),
            "ages": list(lane.ages),
        }
        for i, lane in ((i, thinned(report.lanes[i], first, last, FINE_COLUMNS)) for i in shown)
    }
    changes = [{"time": t, "name": name} for t, name in version_starts(report)]
    return json.dumps({"lanes": lanes, "changes": changes}, separators=(",", ":"), ensure_ascii=True)
