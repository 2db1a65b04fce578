"""What is drawn: environments as lanes of the timeline, and series over time for the charts."""

from __future__ import annotations

from array import array
from math import isnan

from analyzer.figures import known_time
from analyzer.functions import Function, quantile
from analyzer.invocations import Column
from analyzer.model import Status
from analyzer.report import EnvironmentInfo, Lane, Series

_SERIES_BINS = 60
_ALIVE_MS = 15 * 60_000  # Lambda keeps an idle environment for minutes: a later last event counts as alive at the end
_P95_FROM, _P99_FROM = 40, 1_000  # executions a bin needs before a quantile of it is shown


def environments(function: Function) -> list[EnvironmentInfo]:
    """A function's environments with their deaths."""
    inv, bad = function.inv, set(function.failed)
    latest = function.summary.period[1] if function.summary.period else 0
    found = []
    for env in function.environments:
        rows = env.rows
        used = [inv.used[i] for i in rows if inv.used[i]]
        deaths = tuple(
            (inv.start[i], inv.age[i], Status(inv.status[i]).word)
            for i in rows
            if inv.status[i] in (Status.OUT_OF_MEMORY, Status.TIMEOUT, Status.CRASH, Status.INIT_ERROR)
        )
        found.append(EnvironmentInfo(
            env.name, function.name, env.version, known_time(env.started), known_time(env.ended), len(rows),
            sum(i in bad for i in rows), used[0] if used else None, used[-1] if used else None,
            env.ended >= latest - _ALIVE_MS, deaths))  # fmt: skip
    return found


def lanes(function: Function) -> list[Lane]:
    """What the timeline draws of each environment that has times."""
    inv = function.inv
    latest = function.summary.period[1] if function.summary.period else 0
    return [
        Lane(
            env.name, function.name, env.version, max(inv.size[i] for i in rows), env.ended >= latest - _ALIVE_MS,
            *(Column(c, rows) for c in (inv.start, inv.used, inv.duration, inv.status, inv.age)))
        for env in function.environments
        if (rows := env.rows) and inv.start[rows[0]] >= 0
    ]  # fmt: skip


def _step(span: int) -> int:
    """The smallest round number of ms that cuts a span into at most 60 steps."""
    seconds = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
    return next(
        (s * 1000 for s in seconds if span <= s * 1000 * _SERIES_BINS),
        86_400_000 * (1 + span // (86_400_000 * _SERIES_BINS)),
    )


def series(function: Function) -> Series | None:
    """What the charts draw over time, None without times."""
    period = function.summary.period
    if period is None or not len(function):
        return None
    width = _step(max(1, period[1] - period[0]))
    origin = period[0] // width * width
    count = (period[1] - origin) // width + 1
    inv, bad = function.inv, set(function.failed)
    rows = [array("i") for _ in range(count)]
    for i, t in enumerate(inv.start):
        if t >= 0:
            rows[(t - origin) // width].append(i)
    durations = [array("d", sorted(d for i in r if not isnan(d := inv.duration[i]))) for r in rows]

    def q(share: float, least: int) -> tuple[float | None, ...]:
        return tuple(quantile(d, share) if len(d) >= least else None for d in durations)

    return Series(
        function.name, width, tuple(origin + k * width for k in range(count)), tuple(len(r) for r in rows),
        tuple(sum(i in bad for i in r) for r in rows), tuple(sum(inv.cold[i] for i in r) for r in rows), q(0.5, 1),
        q(0.95, _P95_FROM), q(0.99, _P99_FROM), tuple(d[-1] if d else None for d in durations),
        tuple(max((inv.used[i] for i in r), default=0) or None for r in rows),
        tuple(max((inv.size[i] for i in r), default=0) or None for r in rows),
        tuple(inv.start[i] for i in function.failed if inv.start[i] >= 0 and inv.status[i] != Status.ERROR),
    )  # fmt: skip
