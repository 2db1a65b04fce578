"""memory-leak: what speaks against it, what else it is not, and what would settle it."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer import words
from analyzer.causes import _weights as w
from analyzer.causes._memory_leak_case import Case
from analyzer.model import RuledOut, Status

SLOWER = 1.5  # last third of a life against its first


def against(case: Case) -> Iterable[str]:
    """What makes the leak less than certain."""
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


def ruled_out(case: Case) -> Iterable[RuledOut]:
    """The rivals that the numbers speak against."""
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


def _latest_start(case: Case) -> str:
    """Say ": at 10:30 a fresh start is at 118 MB again", where a later life shows it."""
    inv = case.function.inv
    starts = [g.rows[0] for g in case.trend.lives if g.complete and inv.start[g.rows[0]] >= 0]
    if len(starts) < 2:
        return ""
    last = max(starts, key=lambda i: inv.start[i])
    return f": at {w.clock(case.function, inv.start[last])} a fresh start is at {words.memory(inv.used[last])} again"


def settle(case: Case) -> str:
    """What to run or to read, and how either answer would look."""
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
