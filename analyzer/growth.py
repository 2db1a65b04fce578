"""How memory grows with the age of an environment: the measurement behind the leak's finding and its cause.

A life is what one environment served between two starts of its process. REPORT prints the highest memory the process
ever used, so the mark never falls within a life, and even requests of random size raise it now and then: early and by
ever rarer records. A leak raises it steadily, which is what is asked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, sqrt
from statistics import median
from weakref import WeakKeyDictionary

from analyzer.functions import Environment, Function, spread
from analyzer.model import Status

WARM_UP = 3
"""Executions that still load code lazily and fill caches: their growth is no trend."""
LEAST = 8
"""Executions after the warm-up that a trend needs."""
LEAST_STEPS = 4
LEAST_RISE_MB = 20
LEAST_RISE_SHARE = 0.1  # of the memory size
MOST_IN_ONE_STEP = 0.5  # of the rise: more is a cache that fills or one large request
LEAST_IN_LATE_HALF = 0.2  # of the rise: records of random sizes and caches level off
LEAST_R = 0.8
MOST_IN_ONE_STEP_MIXED, LEAST_R_MIXED = 0.2, 0.95
"""Where environments were told apart by their marks, so that chance puts rising marks together."""
LEAST_FALLS = 2  # one may be a hole in the export
_DEATHS = (Status.OUT_OF_MEMORY, Status.TIMEOUT, Status.CRASH, Status.INIT_ERROR)
SAMPLED = 64
"""Points of a life that enter Theil-Sen (2,016 pairs) and the correlations, evenly spread."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Memory over one life. `rows` are its executions (indexes of the function's invocations), all of them.

    `first_mb` is the mark after the first execution, `warm_mb` after the warm-up, `last_mb` before the kill if there
    was one; `rise` is from `warm_mb` to `last_mb`. `slope` is MB per execution (Theil-Sen; for a life whose rise is too
    small to be a trend, the mean). `r` correlates the mark with the age. `grows` is the verdict.
    """

    stream: int
    lane: int
    name: str
    version: str | None
    rows: Sequence[int]
    complete: bool
    mixed: bool
    killed: bool
    size_mb: int
    first_mb: int
    warm_mb: int
    last_mb: int
    rise: int
    steps: int
    slope: float
    r: float
    grows: bool

    @property
    def age(self) -> int:
        """Executions the life lasted, the one that killed it included."""
        return len(self.rows)


_KNOWN: WeakKeyDictionary[Function, tuple[Growth, ...]] = WeakKeyDictionary()


def lives(function: Function) -> tuple[Growth, ...]:
    """Every life long enough to show a trend, by start of its environment; none where environments are mixed up."""
    known = _KNOWN.get(function)
    if known is None:
        single = [env for env in function.environments if not interleaved(function, env)]
        found = (_measure(function, env, k) for env in single for k in range(len(env.lives)))
        known = _KNOWN[function] = tuple(g for g in found if g is not None)
    return known


def growing(function: Function) -> list[Growth]:
    """Only those lives in which memory rises steadily with age."""
    return [g for g in lives(function) if g.grows]


@dataclass(frozen=True, slots=True)
class Trend:
    """A function's leak: the versions whose lives grow, and what the other versions do.

    `lives` grow; `eligible` is how many lives of those versions were long enough to. `flat` are the lives of versions
    that served as long and stay level, by version, in the order they first ran. `slope` is the median in MB per
    execution, `start_mb` the median mark after the first execution of a life. `kills` are the executions killed for
    memory in these lives, `ages` how many executions a life lasted whose start and kill were both seen, ascending.
    `r_age` and `r_hour` correlate memory with the age of the environment and with the time of day, each with the other
    held fixed; both are None where age and time went hand in hand, so that the log cannot tell them apart.
    """

    versions: tuple[str | None, ...]
    lives: tuple[Growth, ...]
    eligible: int
    flat: dict[str, tuple[Growth, ...]]
    slope: float
    size_mb: int
    start_mb: float
    kills: tuple[int, ...]
    ages: tuple[int, ...]
    r: float
    r_age: float | None
    r_hour: float | None

    @property
    def environments(self) -> int:
        """Environments in which memory grows."""
        return len({(g.stream, g.lane) for g in self.lives})

    @property
    def per_life(self) -> float:
        """Executions an environment lasts: as the kills show, else as slope and size foretell."""
        return float(median(self.ages)) if self.ages else self.lasts(self.size_mb)

    def lasts(self, size_mb: float) -> float:
        """Executions until memory reaches a size, by the slope."""
        return max(1.0, (size_mb - self.start_mb) / self.slope)


LEAST_SHARE = 0.5
"""Of the lives long enough to show it: a leak is in the code, so most environments have it."""
FLAT_SLOPE = 0.25  # of the leak's: below, a version is called level
APART = 0.97
"""Correlation of age and time above which the two cannot be told apart."""


_TRENDS: WeakKeyDictionary[Function, Trend | None] = WeakKeyDictionary()


def trend(function: Function) -> Trend | None:
    """The leak of a function, None where memory does not follow the age of most environments of a version."""
    if function not in _TRENDS:
        _TRENDS[function] = _trend(function)
    return _TRENDS[function]


def _trend(function: Function) -> Trend | None:
    by_version: dict[str | None, list[Growth]] = {}
    for life in lives(function):
        by_version.setdefault(life.version, []).append(life)
    order = [v for v in function.versions if v in by_version] + ([None] if None in by_version else [])
    found: dict[str | None, list[Growth]] = {}
    eligible = 0
    for version in order:
        grown = [g for g in by_version[version] if g.grows]
        if not grown:
            continue
        slope = median(g.slope for g in grown)
        able = [g for g in by_version[version] if g.grows or _expected(g, slope) >= _least_rise(g.size_mb)]
        if len(grown) >= LEAST_SHARE * len(able):
            found[version] = grown
            eligible += len(able)
    growing_lives = [g for version in order for g in found.get(version, ())]
    if not growing_lives:
        return None
    slope = float(median(g.slope for g in growing_lives))
    r, r_age, r_hour = _age_or_hour(function, growing_lives)
    if slope <= 0 or (r_age is not None and r_hour is not None and abs(r_hour) > r_age):
        return None
    flat = {
        version: tuple(group)
        for version in order
        if version is not None and version not in found and _level(group := by_version[version], slope)
    }
    kills, ages = _kills(function, set(found))
    return Trend(
        versions=tuple(found), lives=tuple(growing_lives), eligible=eligible, flat=flat, slope=slope,
        size_mb=growing_lives[-1].size_mb, start_mb=float(median(g.first_mb for g in growing_lives if g.complete)
        if any(g.complete for g in growing_lives) else min(g.first_mb for g in growing_lives)),
        kills=tuple(kills), ages=tuple(sorted(ages)), r=r, r_age=r_age, r_hour=r_hour)  # fmt: skip


def _least_rise(size_mb: int) -> float:
    return max(LEAST_RISE_MB, LEAST_RISE_SHARE * size_mb)


def _expected(life: Growth, slope: float) -> float:
    """Rise a life would have shown with a slope."""
    return slope * (life.age - (WARM_UP if life.complete else 0) - 1)


def _level(group: list[Growth], slope: float) -> bool:
    """Whether a version served long enough to show the leak and does not, nor was killed for memory."""
    able = [g for g in group if _expected(g, slope) >= _least_rise(g.size_mb)]
    return bool(able) and all(g.slope <= FLAT_SLOPE * slope and not g.killed for g in able)


def _kills(function: Function, versions: set[str | None]) -> tuple[list[int], list[int]]:
    """Kills for memory in lives that grow, or whose beginning was cut off; and the ages of whole lives."""
    grown = {g.rows[-1] for g in lives(function) if g.grows}
    kills, ages = [], []
    for env in function.environments:
        for life, complete in zip(env.lives, env.complete, strict=True):
            if _version(function, life) not in versions:
                continue
            if function.inv.status[life[-1]] == Status.OUT_OF_MEMORY and (life[-1] in grown or not complete):
                kills.append(life[-1])
                if complete:
                    ages.append(len(life))
    return sorted(kills), ages


def _age_or_hour(function: Function, grown: list[Growth]) -> tuple[float, float | None, float | None]:
    """Correlation of memory with age over all lives; and with age and with time, each without the other."""
    inv = function.inv
    ages: list[float] = []
    hours: list[float] = []
    marks: list[float] = []
    for life in spread(grown, SAMPLED):
        alive = [(k, i) for k, i in enumerate(life.rows) if inv.used[i] and inv.status[i] != Status.OUT_OF_MEMORY]
        for k, i in spread(alive[WARM_UP:], SAMPLED):
            ages.append(k)
            hours.append(inv.start[i])
            marks.append(inv.used[i])
    by_age = correlation(ages, marks)
    if any(t < 0 for t in hours):
        return by_age, None, None
    by_hour, between = correlation(hours, marks), correlation(ages, hours)
    if abs(between) > APART:
        return by_age, None, None
    return by_age, partial(by_age, between, by_hour), partial(by_hour, between, by_age)


def _version(function: Function, rows: Sequence[int]) -> str | None:
    """The version a life belongs to: its own, because pasted text may hold several environments as one."""
    return function.word(function.inv.version[rows[-1]]) or None


def interleaved(function: Function, env: Environment) -> bool:
    """Whether a stream holds several environments, as an export without stream names does.

    The mark falls only when a process ends: a fall after neither a death nor a start belongs to another environment.
    """
    inv = function.inv
    falls = sum(inv.status[before[-1]] not in _DEATHS and not inv.cold[life[0]] for before, life in pairwise(env.lives))
    return falls >= LEAST_FALLS


def _measure(function: Function, env: Environment, number: int) -> Growth | None:
    """One life measured; None if it is too short or its REPORT lines are missing."""
    inv, rows = function.inv, env.lives[number]
    alive = [i for i in rows if inv.used[i] and inv.size[i] and inv.status[i] != Status.OUT_OF_MEMORY]
    if len(alive) < WARM_UP + LEAST:
        return None
    skip = WARM_UP if env.complete[number] else 0
    marks = [inv.used[i] for i in alive[skip:]]
    rises = [(k, b - a) for k, (a, b) in enumerate(pairwise(marks)) if b > a]
    size, rise = inv.size[alive[-1]], marks[-1] - marks[0]
    half = len(marks) // 2
    late = sum(by for k, by in rises if k >= half)
    grows = (
        rise >= _least_rise(size)
        and len(rises) >= LEAST_STEPS
        and max(by for _, by in rises) <= (MOST_IN_ONE_STEP_MIXED if env.mixed else MOST_IN_ONE_STEP) * rise
        and LEAST_IN_LATE_HALF * rise <= late < rise
    )
    ages = spread(range(len(marks)), SAMPLED)
    r = correlation(ages, [marks[k] for k in ages])
    return Growth(
        stream=env.stream, lane=env.lane, name=env.name, version=_version(function, rows), rows=rows,
        complete=env.complete[number],
        mixed=env.mixed, killed=inv.status[rows[-1]] == Status.OUT_OF_MEMORY, size_mb=size, first_mb=inv.used[alive[0]],
        warm_mb=marks[0], last_mb=marks[-1], rise=rise, steps=len(rises),
        slope=theil_sen(ages, [marks[k] for k in ages]) if grows else rise / max(1, len(marks) - 1), r=r,
        grows=grows and r >= (LEAST_R_MIXED if env.mixed else LEAST_R))  # fmt: skip


def theil_sen(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Median of the slopes between all pairs of points (Theil 1950, Sen 1968), 0 without two different x.

    >>> theil_sen([1, 2, 3, 4, 5], [10, 12, 14, 16, 99])
    2.0
    """
    n = len(xs)
    slopes = [(ys[j] - ys[i]) / (xs[j] - xs[i]) for i in range(n) for j in range(i + 1, n) if xs[j] != xs[i]]
    return float(median(slopes)) if slopes else 0.0


def correlation(xs: Iterable[float], ys: Iterable[float]) -> float:
    """Pearson's r, 0 where one of the two does not vary.

    >>> round(correlation([1, 2, 3], [2, 4, 6.5]), 3)
    0.998
    """
    a, b = list(xs), list(ys)
    if len(a) < 2:
        return 0.0
    mean_a, mean_b = fsum(a) / len(a), fsum(b) / len(b)  # exact: plain sums differ between versions of Python
    ab = fsum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    aa, bb = fsum((x - mean_a) ** 2 for x in a), fsum((y - mean_b) ** 2 for y in b)
    return max(-1.0, min(1.0, ab / sqrt(aa * bb))) if aa > 0 and bb > 0 else 0.0


def partial(r_xy: float, r_xz: float, r_yz: float) -> float:
    """Correlation of x and y with z held fixed, 0 where z leaves nothing of one of them.

    >>> round(partial(0.9, 0.0, 0.0), 2)
    0.9
    """
    left = (1 - r_xz**2) * (1 - r_yz**2)
    return max(-1.0, min(1.0, (r_xy - r_xz * r_yz) / sqrt(left))) if left > 1e-9 else 0.0
