"""memory-leak: what is told of it, the verdict, the lead and the story with its lines."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer import growth, remedies, words
from analyzer.causes import _weights as w
from analyzer.causes._memory_leak_case import Case
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function
from analyzer.growth import Growth, Trend
from analyzer.model import Origin, Status, Step


def verdict(case: Case, confidence: float) -> str:
    """Who leaks since when, and what becomes of it."""
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


def lead(case: Case) -> str:
    """How many fail of it, how steeply memory climbs, and what going back or more memory would do."""
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


def _level(case: Case) -> str:
    return f"Version {case.clean} stays at {words.memory(case.clean_peak)}." if case.clean and case.clean_peak else ""


def _better(case: Case) -> str:
    """What going back does, and how little more memory does."""
    if case.later is not None:
        return f"Version {case.later} followed and stays level."
    bigger = remedies.next_memory(case.function)
    if bigger is None or bigger <= case.trend.size_mb:
        return "Going back stops the climb." if case.clean else ""
    if case.hours is not None:
        stretched = case.hours * case.lasts(bigger) / case.trend.per_life
        time = f"from {hours(case.hours)} to {hours(stretched)}"
    else:
        time = f"from about {round(case.trend.per_life)} to {round(case.lasts(bigger))} invocations"
    more = f"{words.memory(bigger)} only stretches the time between them {time}."
    if not case.trend.kills:
        return f"{words.memory(bigger)} only stretches that {time}."
    return f"Going back stops the kills; {more}" if case.clean else more.replace("between them", "between kills")


def hours(hours: float) -> str:
    """A time an environment lasts, as coarse as an estimate is.

    >>> hours(1.02), hours(2.91), hours(0.4), hours(60)
    ('1.0 h', '2.9 h', '24 min', '60 h')
    """
    if hours < 0.95:
        return f"{max(1, round(hours * 60))} min"
    return f"{hours:.1f} h" if hours < 10 else f"{words.count(round(hours))} h"


def story(case: Case) -> Iterable[Step]:
    """From the version that brought it over climb, kill and restart to the version that ended it."""
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
    eligible = len({(g.stream, g.lane) for g in growth.lives(function) if g.version in trend.versions})
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
        yield Step(
            f"{cost}, and memory is back at {words.memory(case.back)}.",
            w.marked(function.evidence(case.restarted, 1), *ev.DURATION, *ev.MEMORY),
        )
    if case.later is not None:
        start = w.start_of(function, case.later)
        since, _ = function.span(w.by_version(function)[case.later])
        when = f" from {w.clock(function, since)}" if since is not None else ""
        yield Step(f"Version {case.later} followed{when}, and its memory stays level.", start)


def _shown(case: Case) -> Growth:
    """The life whose lines prove the climb: the first of a stream (only those are quoted), the longest of these."""
    first = {env.lives[0][0] for env in case.function.environments}
    return max(case.trend.lives, key=lambda g: (g.rows[0] in first, g.rise))


def _climb(function: Function, life: Growth) -> tuple[Origin, ...]:
    """First, middle and last quoted REPORT of one life."""
    key = function.summary.streams[life.stream].key
    rules = [r for r in function.summary.quotes.rules("memory") if r[1] == key]
    rules = [r for r in rules if int(r[2]) < 8] or rules  # the last eighth is the kill, which the next step shows
    quotes = [q for r in rules for q in function.summary.quotes.of(r)]
    chosen = [quotes[0], quotes[len(quotes) // 2], quotes[-1]] if len(quotes) > 3 else quotes
    return w.quoted(function, chosen, *ev.MEMORY)
