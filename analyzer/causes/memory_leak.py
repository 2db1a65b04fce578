"""memory-leak: memory climbs in each warm environment until it is killed, then starts over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan
from statistics import median

from analyzer import growth, remedies, words
from analyzer.causes import _weights as w
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function
from analyzer.growth import Growth, Trend
from analyzer.limits import LIFECYCLE
from analyzer.model import Cause, Finding, Fix, Hypothesis, Origin, RuledOut, Status, Step, Thresholds, WhatIf
from analyzer.summary import Summary

SLOWER = 1.5  # last third of a life against its first (DIAGNOSIS calls it slow from here)
BACK = 0.25  # of the climb: a fresh start within this of the usual one is a reset


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known of one function's leak, so that each part of the answer reads the same numbers.

    `clean` is the last version before the leaking ones that stays level, `later` one that followed them and does;
    `since` is when the first leaking one began.
    `hours` is how long an environment lasts, None without times. `restart` is the median duration of the first
    execution after a kill, `usual` the median of all, ms.
    """

    function: Function
    trend: Trend
    clean: str | None
    clean_peak: int
    later: str | None
    since: int | None
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


def weigh(summary: Summary, findings: Sequence[Finding], _: Thresholds) -> Iterable[Cause]:
    """A cause for every function whose memory follows the age of its environments."""
    for function in summary.functions:
        trend = growth.trend(function)
        if trend is None or not (trend.kills or not function.failed):
            continue  # beside other failures a leak that kills nobody is a finding, not their cause
        case = _case(function, trend)
        yield _cause(case, _confidence(case), findings)


def _case(function: Function, trend: Trend) -> _Case:
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
    return _Case(
        function=function,
        trend=trend,
        clean=clean,
        clean_peak=max(marks, default=0),
        later=later,
        since=since,
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


def _confidence(case: _Case) -> float:
    """One climbing life is two signals at best; each repetition, reset and counterfactual raises it."""
    trend = case.trend
    value = 0.70
    value += 0.12 if trend.environments >= 2 else 0.0
    value += 0.05 if len(trend.lives) >= 3 else 0.0
    value += 0.05 if trend.kills else 0.0
    value += 0.05 if case.resets else 0.0
    value += 0.04 if case.clean is not None else 0.0
    value += 0.02 if trend.ages and trend.ages[-1] <= 1.5 * trend.ages[0] and len(trend.ages) >= 3 else 0.0
    value -= 0.10 if len(trend.lives) < 0.8 * trend.eligible else 0.0
    value -= 0.20 if trend.r_age is None and not case.resets else 0.0
    value -= 0.20 if any(g.mixed for g in trend.lives) else 0.0
    return w.bounded(value)


def _cause(case: _Case, confidence: float, findings: Sequence[Finding]) -> Cause:
    function, trend = case.function, case.trend
    chain = w.chain(findings, function, "version-change", "memory-leak", "memory-pressure", "out-of-memory", "reinit")
    fixes, what_if = _fixes(case)
    title = f"A leak in {w.version_phrase(case.numbered)}" if case.clean and case.numbered else "A memory leak"
    return Cause(
        id=CAUSE.id,
        title=title,
        confidence=confidence,
        function=function.name,
        explains=(len(trend.kills), len(function.failed)),
        verdict=_verdict(case, confidence),
        lead=_lead(case),
        story=tuple(_story(case)),
        chain=chain,
        against=tuple(_against(case)),
        ruled_out=tuple(_ruled_out(case)),
        settle=_settle(case),
        fixes=fixes,
        what_if=what_if,
        charts=("memory-age", "duration"),
    )


def _verdict(case: _Case, confidence: float) -> str:
    name, trend = w.name_of(case.function), case.trend
    leaks = "leaks memory" if confidence >= w.SURE else "probably leaks memory"
    since = f" since version {case.numbered[0]}" if case.clean and case.numbered else ""
    about = words.plural(round(trend.per_life), "invocation")
    if case.later is not None and trend.kills:
        leaked = leaks.replace("leaks", "leaked")
        return w.fit(
            f"{name} {leaked} in {w.version_phrase(case.numbered)} until version {case.later}, "
            f"killed after about {about}.",
            f"{w.shorten(name, 40)} {leaked} until version {case.later}.",
        )
    if not trend.kills:
        return w.fit(
            f"No invocation failed, but {w.belongs(case.function)} {leaks}{since}: an environment lasts about {about}.",
            f"No invocation failed, but {w.shorten(name, 40)} {leaks}{since}.",
        )
    return w.fit(
        f"{name} {leaks}{since} and is killed after about {about}.",
        f"{w.shorten(name, 40)} {leaks} and is killed for it.",
    )


def _lead(case: _Case) -> str:
    function, trend = case.function, case.trend
    failed, kills, total = len(function.failed), len(trend.kills), len(function)
    versions = w.version_phrase(case.numbered) if case.clean and case.numbered else ""
    live = f", live since {w.clock(function, case.since)}" if case.since is not None else ""
    where = f", all in {versions}{live}" if versions else ""
    if not kills:
        first = (
            f"Memory climbs {case.slope} with every invocation in {_environments(trend)}{where and ' of ' + versions}."
        )
        forecast = f"At {words.memory(trend.size_mb)} the kill comes after about {round(trend.per_life)} invocations."
        return w.lead(first, _level(case), forecast, _better(case))
    share = f"{words.of(failed, total)} invocations{w.of_function(function)} failed ({words.percent(failed / total)})"
    if kills == failed:
        first = f"{share}, all out of memory{where}."
    else:
        first = f"{share}; {words.count(kills)} of them are killed for memory{where}."
    climb = "" if case.clean else f"Memory climbs {case.slope} with every invocation in {_environments(trend)}."
    return w.lead(first, climb, _level(case), _better(case))


def _environments(trend: Trend) -> str:
    n = trend.environments
    return "its one environment" if n == 1 else f"{'both' if n == 2 else n} environments"


def _level(case: _Case) -> str:
    return f"Version {case.clean} stays at {words.memory(case.clean_peak)}." if case.clean and case.clean_peak else ""


def _better(case: _Case) -> str:
    """What going back does, and how little more memory does."""
    if case.later is not None:
        return f"Version {case.later} followed and stays level."
    bigger = remedies.next_memory(case.function)
    if bigger is None or bigger <= case.trend.size_mb:
        return "Going back stops the climb." if case.clean else ""
    if case.hours is not None:
        stretched = case.hours * case.lasts(bigger) / case.trend.per_life
        time = f"from {_hours(case.hours)} to {_hours(stretched)}"
    else:
        time = f"from about {round(case.trend.per_life)} to {round(case.lasts(bigger))} invocations"
    more = f"{words.memory(bigger)} only stretches the time between them {time}."
    if not case.trend.kills:
        return f"{words.memory(bigger)} only stretches that {time}."
    return f"Going back stops the kills; {more}" if case.clean else more.replace("between them", "between kills")


def _hours(hours: float) -> str:
    """A time an environment lasts, as coarse as an estimate is.

    >>> _hours(1.02), _hours(2.91), _hours(0.4), _hours(60)
    ('1.0 h', '2.9 h', '24 min', '60 h')
    """
    if hours < 0.95:
        return f"{max(1, round(hours * 60))} min"
    return f"{hours:.1f} h" if hours < 10 else f"{words.count(round(hours))} h"


def _story(case: _Case) -> Iterable[Step]:
    function, trend, inv = case.function, case.trend, case.function.inv
    if case.clean is not None and case.numbered and case.since is not None:
        former = w.by_version(function)[case.clean]
        marks = [inv.used[i] for i in former if inv.used[i]]
        bad = sum(Status(inv.status[i]).failed for i in former)
        level = f" at {w.spanned(min(marks), max(marks))} MB" if marks else ""
        yield Step(
            f"Version {case.numbered[0]} took over from {w.clock(function, case.since)}. Version {case.clean} "
            "had served "
            f"{words.plural(len(former), 'invocation')}{level}; {'none' if not bad else words.count(bad)} failed.",
            w.start_of(function, case.numbered[0]),
        )
    life = _shown(case)
    n = trend.environments
    of_version = f" of {w.version_phrase(case.numbered)}" if case.clean and case.numbered else ""
    eligible = len({g.stream for g in growth.lives(function) if g.version in trend.versions})
    where = f"In {w.part(n, max(n, eligible))} environments{of_version}" if eligible > 1 else "In its one environment"
    yield Step(
        f"{where} memory climbs {case.slope} with every invocation and never falls while the environment lives.",
        _climb(function, life),
    )
    if trend.kills:
        size = words.memory(trend.size_mb)
        after = f", after {w.spanned(trend.ages[0], trend.ages[-1])} invocations" if trend.ages else ""
        yield Step(
            f"At {size} Lambda kills it: {w.times(len(trend.kills))}{after}.",
            w.marked(function.evidence(trend.kills, 2), *ev.MEMORY, *ev.STATUS),
        )
    else:
        left = max(0, round((trend.size_mb - max(g.last_mb for g in trend.lives)) / trend.slope))
        yield Step(
            f"No environment has reached {words.memory(trend.size_mb)} yet: the highest is at "
            f"{words.memory(max(g.last_mb for g in trend.lives))} and has about "
            f"{words.plural(left, 'invocation')} left."
        )
    if case.back is not None:
        if case.restart is not None and case.usual is not None and case.restart > 2 * case.usual:
            cost = (
                f"The next request starts the environment again inside itself, {words.duration(case.restart)} "
                "that its caller waits"
            )
        else:
            cost = "The next request starts the environment again"
        restarted = [
            life[0]
            for env in function.environments
            for before, life in zip(env.lives, env.lives[1:], strict=False)
            if before[-1] in set(trend.kills)
        ]
        yield Step(
            f"{cost}, and memory is back at {words.memory(case.back)}.",
            w.marked(function.evidence(restarted, 1), *ev.DURATION, *ev.MEMORY),
        )
    if case.later is not None:
        start = w.start_of(function, case.later)
        since, _ = function.span(w.by_version(function)[case.later])
        when = f" from {w.clock(function, since)}" if since is not None else ""
        yield Step(f"Version {case.later} followed{when}, and its memory stays level.", start)


def _shown(case: _Case) -> Growth:
    """The life whose lines prove the climb: the first of a stream (only those are quoted), the longest of these."""
    first = {env.stream: env.lives[0][0] for env in case.function.environments}
    return max(case.trend.lives, key=lambda g: (g.rows[0] == first[g.stream], g.rise))


def _climb(function: Function, life: Growth) -> tuple[Origin, ...]:
    """First, middle and last quoted REPORT of one life."""
    key = function.summary.streams[life.stream].key
    rules = [r for r in function.summary.quotes.rules("memory") if r[1] == key]
    rules = [r for r in rules if int(r[2]) < 8] or rules  # the last eighth is the kill, which the next step shows
    quotes = [q for r in rules for q in function.summary.quotes.of(r)]
    chosen = [quotes[0], quotes[len(quotes) // 2], quotes[-1]] if len(quotes) > 3 else quotes
    return w.quoted(function, chosen, *ev.MEMORY)


def _against(case: _Case) -> Iterable[str]:
    trend = case.trend
    rest = trend.eligible - len(trend.lives)
    if rest > 0:
        yield f"{words.of(rest, trend.eligible)} lives of environments were long enough to show the climb and do not."
    if trend.environments == 1:
        yield "Only one environment shows it."
    if trend.r_age is None and not case.resets:
        yield "No environment started over in this export, so growth with age and growth with the hour look the same."
    others = len(case.function.by_status[Status.OUT_OF_MEMORY]) - len(trend.kills)
    if others > 0:
        yield (
            f"{words.plural(others, 'other kill')} for memory came in environments whose memory had not climbed before."
        )
    if any(g.mixed for g in trend.lives):
        yield "Executions overlap in one stream, so which environment an invocation ran in is not certain."


def _ruled_out(case: _Case) -> Iterable[RuledOut]:
    function, trend = case.function, case.trend
    if case.clean is not None and case.clean_peak:
        again = (
            f", and {words.memory(case.back)} in version {case.numbered[0]} right after each restart"
            if case.back
            else ""
        )
        yield RuledOut(
            "memory-undersized",
            f"Requests need at most {words.memory(case.clean_peak)} in version {case.clean}{again}.",
        )
    elif case.back is not None:
        yield RuledOut(
            "memory-undersized",
            f"Right after a restart the requests need {words.memory(case.back)}, "
            f"far below {words.memory(trend.size_mb)}.",
        )
    elif trend.start_mb < 0.8 * trend.size_mb:
        yield RuledOut(
            "memory-undersized",
            (
                f"A new environment needs {words.memory(trend.start_mb)} of {words.memory(trend.size_mb)}: "
                "requests alone fit."
            ),
        )
    if trend.r_age is not None or case.resets:
        fresh = _latest_start(case)
        yield RuledOut(
            "payload-growth", f"Memory follows the age of the environment (r = {_r(trend.r)}), not the hour{fresh}."
        )
    timeouts = len(function.by_status[Status.TIMEOUT])
    if case.young is not None and case.old is not None and not timeouts:
        young, old = words.duration(case.young), words.duration(case.old)
        if case.old < SLOWER * case.young:
            yield RuledOut(
                "downstream-latency",
                f"Half of the invocations take under {young} in young environments and under {old} in "
                "old ones; none timed out.",
            )
        else:
            yield RuledOut(
                "downstream-latency",
                f"They slow down with age, p50 from {young} to {old}, as memory fills; none timed out.",
            )


def _r(value: float) -> str:
    return f"{min(value, 0.99):.2f}" if value < 1 else "1"


def _latest_start(case: _Case) -> str:
    """Say ": at 10:30 a fresh start is at 118 MB again", where a later life shows it."""
    inv = case.function.inv
    starts = [g.rows[0] for g in case.trend.lives if g.complete and inv.start[g.rows[0]] >= 0]
    if len(starts) < 2:
        return ""
    last = max(starts, key=lambda i: inv.start[i])
    return f": at {w.clock(case.function, inv.start[last])} a fresh start is at {words.memory(inv.used[last])} again"


def _settle(case: _Case) -> str:
    trend = case.trend
    if case.later is not None and case.numbered:
        return (
            f"Read the change from {case.numbered[-1]} to {case.later} for what no longer outlives a request. "
            f"If it holds nothing of the kind, run {case.numbered[-1]} again and watch its memory."
        )
    if case.clean is not None and case.numbered:
        bound = 10 * -(-round(1.04 * case.clean_peak) // 10)
        needed = max(1, round((case.hours or 1) + 0.49))
        span = "an hour" if needed == 1 else f"{needed} hours"
        return (
            f"Run version {case.clean} for {span}. If memory stays below {words.memory(bound)}, the leak is in "
            "the change to "
            f"{case.numbered[0]}. If it climbs again, it came with something both share: a layer, the runtime, "
            "the data."
        )
    few, many = max(10, round(trend.per_life / 10)), max(20, round(trend.per_life / 2))
    return (
        f"Take two heap snapshots in one environment, after {few} and after {many} invocations with the same "
        "input: what grew by "
        f"about {words.memory((many - few) * trend.slope)} between them outlives its request. If nothing grew, "
        "the memory is "
        "outside the heap: native libraries, threads or open connections."
    )


def _fixes(case: _Case) -> tuple[tuple[Fix, ...], tuple[WhatIf, ...]]:
    function, trend = case.function, case.trend
    fixes: tuple[Fix, ...] = ()
    if case.later is not None:
        return fixes, ()  # what served last does not leak: nothing is left to stop
    read = "what outlives a request: module-level lists, caches without a bound, clients made per request."
    if case.clean is not None:
        fixes += remedies.rollback(function, case.clean, title=f"Stop it: go back to version {case.clean}")
        read = f"Then read the change from {case.clean} to {case.numbered[0]} for {read}"
    else:
        read = f"Then look for {read}"
    bigger = remedies.next_memory(function)
    if bigger is None or bigger <= trend.size_mb:
        return fixes, ()
    prefix = "Or buy" if fixes else "Buy"
    lasts = round(case.lasts(bigger))
    fixes += remedies.memory(function, bigger, title=f"{prefix} time: {words.memory(bigger)}", note=read)
    before, after = (
        f"an environment lasts about {words.plural(round(n), 'invocation')}" for n in (trend.per_life, lasts)
    )
    if case.hours is not None:
        before += f" ({_hours(case.hours)})"
        after += f" ({_hours(case.hours * case.lasts(bigger) / trend.per_life)})"
    return fixes, (
        WhatIf(
            f"{words.memory(bigger)} instead of {words.memory(trend.size_mb)}",
            before,
            after,
            f"the climb stays at {case.slope} with every invocation and the traffic as it is",
        ),
    )


CAUSE = Hypothesis(
    id="memory-leak",
    title="Memory leak",
    why=(
        "A warm environment keeps what one request leaves behind: module-level lists, caches without a bound, "
        "listeners, unclosed clients. Each request adds some, until the environment reaches the function's "
        "memory size and Lambda kills it; the next request starts it again, slowly and with little memory in "
        "use."
    ),
    must_hold=(
        "Memory rises steadily with the age of most environments that live long enough, in four or more steps "
        "and in both halves of their lives, and falls back when an environment starts over."
    ),
    rivals=("memory-undersized", "payload-growth", "downstream-latency"),
    fix=(
        "Go back to the version before the climb, then find what outlives a request. More memory only makes "
        "an environment last longer."
    ),
    link=LIFECYCLE,
    weigh=weigh,
)
