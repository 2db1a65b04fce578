"""memory-leak: what is measured of one function's leak."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan
from statistics import median

from analyzer import growth, words
from analyzer.causes import _weights as w
from analyzer.functions import Function
from analyzer.growth import Trend
from analyzer.model import Status

BACK = 0.25  # of the climb: a fresh start within this of the usual one is a reset


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one function's leak, so that each part of the answer reads the same numbers.

    `clean` is the last version before the leaking ones that stays level, `later` one that followed them and does;
    `since` is when the first leaking one began. `restarted` are the first executions after a kill, `back` is their
    median memory, MB.
    `hours` is how long an environment lasts, None without times. `restart` is the median duration of the first
    execution after a kill, `usual` the median of all, ms.
    """

    function: Function
    trend: Trend
    clean: str | None
    clean_peak: int
    later: str | None
    since: int | None
    restarted: tuple[int, ...]
    resets: int
    hours: float | None
    restart: float | None
    usual: float | None
    back: float | None
    young: float | None
    old: float | None

    @property
    def numbered(self) -> tuple[str, ...]:
        """Names of the leaking versions; () where the log names none."""
        return tuple(v for v in self.trend.versions if v is not None)

    @property
    def slope(self) -> str:
        """The climb of one invocation."""
        return words.memory(self.trend.slope) if self.trend.slope >= 0.1 else f"{words.number(self.trend.slope, 2)} MB"

    def lasts(self, size_mb: int) -> float:
        """Executions an environment lasts at a size, measured where it is the present one."""
        return self.trend.per_life if size_mb == self.trend.size_mb else self.trend.lasts(size_mb)


def case_of(function: Function, trend: Trend) -> Case:
    """Measure a leak: the versions around it, the restarts after its kills, the young and the old executions."""
    inv = function.inv
    versions = w.by_version(function)
    order = list(versions)
    leaking = [v for v in trend.versions if v is not None]
    first = min((order.index(v) for v in leaking), default=0)
    clean = next((v for v in reversed(order[:first]) if v in trend.flat and not _killed(function, versions[v])), None)
    last = max((order.index(v) for v in leaking), default=len(order))
    later = next((v for v in order[last + 1 :] if v in trend.flat and not _killed(function, versions[v])), None)
    since = function.span(versions[leaking[0]])[0] if leaking and clean is not None else None
    marks = [inv.used[i] for i in versions.get(clean, ()) if inv.used[i]] if clean is not None else []
    kills = set(trend.kills)
    after = [
        life[0]
        for env in function.environments
        for before, life in zip(env.lives, env.lives[1:], strict=False)
        if before[-1] in kills
    ]
    back = [inv.used[i] for i in after if inv.used[i]]
    climb = max(1.0, trend.size_mb - trend.start_mb)
    spans = [
        (inv.start[g.rows[-1]] - inv.start[g.rows[0]]) / (len(g.rows) - 1)
        for g in trend.lives
        if inv.start[g.rows[0]] >= 0 and len(g.rows) > 1
    ]
    young: list[int] = []
    old: list[int] = []
    for life in trend.lives:
        rows = life.rows[growth.WARM_UP :]
        early, late = w.thirds(len(rows))
        young += [rows[k] for k in early]
        old += [rows[k] for k in late if inv.status[rows[k]] == Status.OK]
    restart = [inv.duration[i] for i in after if not isnan(inv.duration[i])]
    return Case(
        function=function,
        trend=trend,
        clean=clean,
        clean_peak=max(marks, default=0),
        later=later,
        since=since,
        restarted=tuple(after),
        resets=sum(abs(b - trend.start_mb) <= BACK * climb for b in back),
        hours=median(spans) * trend.per_life / 3_600_000 if spans and median(spans) > 0 else None,
        restart=float(median(restart)) if restart else None,
        usual=w.middle(function, function.by_status[Status.OK]),
        back=float(median(back)) if back else None,
        young=w.middle(function, young),
        old=w.middle(function, old),
    )


def _killed(function: Function, rows: Iterable[int]) -> bool:
    return any(function.inv.status[i] == Status.OUT_OF_MEMORY for i in rows)
