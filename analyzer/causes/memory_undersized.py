"""memory-undersized: some kinds of work need more memory than there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzer import growth, remedies, words
from analyzer.causes import _weights as w
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function
from analyzer.limits import MEMORY, MEMORY_MAX_MB
from analyzer.model import Cause, Finding, Hypothesis, RuledOut, Status, Step, Thresholds
from analyzer.summary import Summary

YOUNG = 3
"""A kill among the first executions of an environment cannot come from what earlier ones left behind."""
SKEWED = 0.2
"""Below this share of kills in the first half of the invocations they are called rising."""
LEAST_FOR_SKEW = 6
ROOM = 0.9
"""Share of the memory no success passes: what kills needs the rest at once, and does not creep up to it."""


@dataclass(frozen=True, slots=True)
class _Case:
    """Kills for memory that no climb explains.

    `ages` are the ages at the kill where the beginning of the life was seen, ascending. `survived_mb` is the most a
    success left as mark, `size_mb` the memory size at the kills.
    """

    function: Function
    kills: tuple[int, ...]
    ages: tuple[int, ...]
    size_mb: int
    survived_mb: int
    growing: int
    lives: int

    @property
    def rising(self) -> bool:
        """Whether nearly all kills come late in the export, as they would if requests grew."""
        return len(self.kills) >= LEAST_FOR_SKEW and w.early_share(self.function, self.kills) < SKEWED


def weigh(summary: Summary, findings: Sequence[Finding], _: Thresholds) -> Iterable[Cause]:
    """A cause for every function that is killed for memory while its environments do not fill with age."""
    for function in summary.functions:
        case = _case(function)
        if case is not None:
            yield _cause(case, findings)


def _case(function: Function) -> _Case | None:
    inv = function.inv
    trend = growth.trend(function)
    leaked = set(trend.kills) if trend else set()
    kills = tuple(i for i in function.by_status[Status.OUT_OF_MEMORY] if i not in leaked)
    if not kills or (trend is not None and len(kills) < len(leaked)):
        return None  # a few kills beside a leak's are the leak's, seen on lives too short to show it
    size = inv.size[kills[-1]]
    if not size:
        return None
    mixed = w.mixed(function, kills)
    ages = () if mixed else tuple(sorted(inv.age[i] for i in kills if inv.age[i] > 0))
    survived = [inv.used[i] for i in function.by_status[Status.OK] if inv.used[i] and inv.size[i] == size]
    if mixed and max(survived, default=size) > ROOM * size:
        return None  # environments cannot be told apart, and a leak passes every size before the kill
    measured = growth.lives(function)
    return _Case(function, kills, ages, size, max(survived, default=0), sum(g.grows for g in measured), len(measured))


def _confidence(case: _Case) -> float:
    """The platform's word for the kill is certain; that the work, not its history, needs it takes more to believe."""
    n = len(case.kills)
    value = 0.62
    value += 0.08 if n >= 3 and w.streams(case.function, case.kills) >= 2 else 0.0
    young = sum(age <= YOUNG for age in case.ages)
    value += 0.10 if young else 0.0  # a fresh environment holds nothing but this request
    value += 0.08 if n >= 3 and case.ages and case.ages[-1] >= 3 * case.ages[0] else 0.0
    value += 0.07 if case.lives >= 3 and case.growing * 4 <= case.lives else 0.0
    value += 0.03 if n >= LEAST_FOR_SKEW and not case.rising else 0.0
    value -= 0.15 if case.rising else 0.0
    value -= 0.10 if n == 1 else 0.0
    value += 0.04 if 0 < case.survived_mb <= ROOM * case.size_mb else 0.0
    value -= 0.10 if not case.lives and not young else 0.0
    value -= 0.15 if w.mixed(case.function, case.kills) else 0.0
    return w.bounded(value)


def _cause(case: _Case, findings: Sequence[Finding]) -> Cause:
    function, confidence = case.function, _confidence(case)
    chain = w.chain(findings, function, "memory-pressure", "out-of-memory", "reinit")
    bigger = remedies.next_memory(function)
    note = "The kill cuts the true need off, so this size is the next to try: measure the peak again at it."
    fixes = (
        remedies.memory(function, bigger, title=f"Give it room: {words.memory(bigger)}", note=note) if bigger else ()
    )
    return Cause(
        id=CAUSE.id,
        title="Too little memory for some requests",
        confidence=confidence,
        function=function.name,
        explains=(len(case.kills), len(function.failed)),
        verdict=_verdict(case, confidence),
        lead=_lead(case, bigger),
        story=tuple(_story(case, bigger)),
        chain=chain,
        against=tuple(_against(case)),
        ruled_out=tuple(_ruled_out(case)),
        settle=_settle(bigger),
        fixes=fixes,
        charts=("memory", "memory-age"),
    )


def _verdict(case: _Case, confidence: float) -> str:
    function, size = case.function, words.memory(case.size_mb)
    n, total = len(case.kills), len(function)
    needs = "needs" if confidence >= w.SURE else "probably needs"
    killed = f"{words.of(n, total)} invocations {'was' if n == 1 else 'were'} killed"
    return w.fit(
        f"{w.name_of(function)} {needs} more than its {size} for some requests: {killed}.",
        f"{w.name_of(function, 40)} {needs} more than {size} for some requests: {n} were killed.",
        f"{w.shorten(function.label, 40)} {needs} more than {size} for some requests.",
    )


def _lead(case: _Case, bigger: int | None) -> str:
    function = case.function
    n, failed, total = len(case.kills), len(function.failed), len(function)
    if n == failed:
        share = (
            f"{words.of(failed, total)} invocations{w.of_function(function)} failed ({words.percent(failed / total)})"
        )
        first = (
            f"{share}, {'it was' if n == 1 else 'all'} killed for memory {w.between(function, case.kills)}".rstrip()
            + "."
        )
    else:
        first = (
            f"{words.of(n, failed)} failures{w.of_function(function)} are kills for memory "
            f"{w.between(function, case.kills)}"
        ).rstrip() + "."
    ages = (
        f"They hit environments after {w.spanned(case.ages[0], case.ages[-1])} invocations, young and old."
        if _spread(case)
        else ""
    )
    rest = f"Requests that survive peak at {words.memory(case.survived_mb)}." if case.survived_mb else ""
    size = (
        f"{words.memory(bigger)} is the next size to try."
        if bigger
        else "No larger size is offered: split the work or stream it."
    )
    return w.lead(first, ages, rest, size)


def _spread(case: _Case) -> bool:
    return len(case.ages) >= 3 and case.ages[0] <= YOUNG and case.ages[-1] >= 3 * case.ages[0]


def _story(case: _Case, bigger: int | None) -> Iterable[Step]:
    function, size = case.function, words.memory(case.size_mb)
    n = len(case.kills)
    where = f", in {words.plural(w.streams(function, case.kills), 'environment')}" if w.named(function) else ""
    yield Step(
        f"Lambda kills it at {size}: {w.times(n)} {w.between(function, case.kills)}".rstrip() + f"{where}.",
        w.marked(function.evidence(case.kills, 3), *ev.MEMORY, *ev.STATUS),
    )
    if case.ages:
        young = sum(age <= YOUNG for age in case.ages)
        fresh = (
            f"; {words.count(young)} of them among the first {YOUNG}, where nothing can have piled up" if young else ""
        )
        if len(case.ages) == 1:
            yield Step(f"The environment had served {words.plural(case.ages[0] - 1, 'invocation')} before it.")
        else:
            yield Step(
                f"The kills come after {w.spanned(case.ages[0], case.ages[-1])} invocations of an environment{fresh}."
            )
    if case.survived_mb:
        ok = len(function.by_status[Status.OK])
        share = case.survived_mb / case.size_mb
        yield Step(
            f"The {words.count(ok)} invocations that survive use {words.memory(case.survived_mb)} at most, "
            f"{words.percent(min(1.0, share))} of what there is."
        )
    if bigger:
        yield Step(
            f"The kill hides how much they need, so twice the size, {words.memory(bigger)}, is the least "
            "that tells more."
        )
    else:
        yield Step(
            f"Twice the size would pass Lambda's {words.memory(MEMORY_MAX_MB)}: the work has to be split or streamed."
        )


def _against(case: _Case) -> Iterable[str]:
    function, n = case.function, len(case.kills)
    if w.mixed(function, case.kills):
        yield "The export does not tell environments apart, so whether memory had piled up before a kill is not seen."
    if case.rising:
        late = n - round(w.early_share(function, case.kills) * n)
        yield f"{words.of(late, n)} kills fall into the second half of the invocations: the requests may be growing."
    if n == 1:
        yield "It happened once."
    if case.ages and not any(age <= YOUNG for age in case.ages):
        yield (
            f"No kill came within the first {YOUNG} invocations of an environment, so what earlier requests "
            "left may play a part."
        )
    if case.growing > 0.1 * case.lives:
        yield f"In {words.of(case.growing, case.lives)} lives of environments memory climbs with age."
    versions = [v for v, rows in w.by_version(function).items() if set(rows) & set(case.kills)]
    others = [v for v in w.by_version(function) if v not in versions]
    if others:
        yield (
            f"Only {w.version_phrase(versions)} {'was' if len(versions) == 1 else 'were'} killed, "
            f"{w.version_phrase(others)} not."
        )


def _ruled_out(case: _Case) -> Iterable[RuledOut]:
    young = [age for age in case.ages if age <= YOUNG]
    if young:
        yield RuledOut(
            "memory-leak",
            f"{words.of(len(young), len(case.kills))} kills hit an environment within its first {YOUNG} invocations, "
            f"and memory climbs with age in {words.of(case.growing, case.lives)} lives."
            if case.lives
            else (
                f"{words.of(len(young), len(case.kills))} kills hit an environment within its first {YOUNG} "
                "invocations."
            ),
        )
    elif case.lives >= 3 and not case.growing:
        yield RuledOut(
            "memory-leak", f"In none of {words.count(case.lives)} lives of environments does memory climb with age."
        )
    elif 0 < case.survived_mb <= ROOM * case.size_mb:
        yield RuledOut(
            "memory-leak",
            f"No success uses more than {words.memory(case.survived_mb)} of {words.memory(case.size_mb)}: memory jumps "
            "to the kill, it does not creep up to it.",
        )
    if len(case.kills) >= LEAST_FOR_SKEW and not case.rising:
        early = round(w.early_share(case.function, case.kills) * len(case.kills))
        yield RuledOut(
            "payload-growth",
            f"{words.of(early, len(case.kills))} kills fall into the first half of the invocations: nothing grows "
            "over time.",
        )


def _settle(bigger: int | None) -> str:
    if bigger is None:
        return (
            "Log the size of each request before it is read. If every killed one is larger than every "
            "survivor, size is the cause."
        )
    return (
        f"Log the size of each request before it is read, and run at {words.memory(bigger)}. If the killed "
        "sizes now finish below "
        f"{words.memory(bigger)}, size was the cause; if they are killed again at any age, something else fills "
        "the memory."
    )


CAUSE = Hypothesis(
    id="memory-undersized",
    title="Too little memory",
    why=(
        "Some requests need more memory at once than the function has: a large file read whole, an image "
        "decoded, a big result set. Lambda kills the environment while it works on them, whatever its age."
    ),
    must_hold=(
        "Kills at the memory size, in young environments as well as in old ones, without growth by age or by hour."
    ),
    rivals=("memory-leak", "payload-growth"),
    fix="Raise the memory to twice the size and measure again; or read the input in pieces.",
    link=MEMORY,
    weigh=weigh,
)
