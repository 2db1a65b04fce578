"""Memory close to the allocation although nothing was killed yet."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer import growth, remedies, words
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function
from analyzer.model import Detector, Finding, Status, Threshold, Thresholds
from analyzer.summary import Summary

ID = "memory-pressure"
TITLE = "Memory Pressure"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:
    """One finding a function, for the memory size that is in use at the end."""
    medium, high = thresholds(ID, "medium"), thresholds(ID, "high")
    for function in summary.functions:
        if function.by_status[Status.OUT_OF_MEMORY] or growth.trend(function) is not None:
            continue
        size, peak = _worst(function)
        if size and peak >= medium * size:
            yield _stated(function, size, peak, medium, high)


def _worst(function: Function) -> tuple[int, int]:
    """Size and peak, MB, of the allocation that is used most, of those still in use: older sizes are history."""
    inv = function.inv
    known = [i for i in range(len(inv)) if inv.size[i] and inv.used[i]]
    current = {inv.size[i] for i in known[-max(20, len(known) // 10) :]}
    peaks: dict[int, int] = {}
    for i in known:
        if inv.size[i] in current:
            peaks[inv.size[i]] = max(peaks.get(inv.size[i], 0), inv.used[i])
    return max(peaks.items(), key=lambda sp: (sp[1] / sp[0], sp[0]), default=(0, 0))


def _stated(function: Function, size: int, peak: int, medium: float, high: float) -> Finding:
    inv = function.inv
    ratio = min(1.0, peak / size)
    percent = 100 if ratio >= 1 else min(99, int(100 * ratio + 0.5))
    near = [i for i in range(len(inv)) if inv.size[i] == size and inv.used[i] >= medium * size]
    highest = [i for i in near if inv.used[i] == peak]
    environments = {inv.stream[i] for i in near}
    total = len(function.environments)
    if all(function.summary.streams[s].named for s in environments):
        reached = f"{words.of(len(environments), total)} environments" if total > 1 else "The one environment"
        how = (
            f"{reached} passed {words.percent(medium)}; the mark is the highest of an environment's life, not of a "
            f"request."
        )
    else:
        how = "The mark is the highest of an environment's life; this export does not tell environments apart."
    new = remedies.round_memory(1.5 * peak)
    cache = "At 100% without a kill part of it may be the page cache of files." if ratio >= 1 else ""
    act = (
        f"1.5 times the peak is {words.memory(new)}."
        if new
        else "1.5 times the peak is more than Lambda has: work in pieces."
    )
    first, last = function.span(near)
    return ev.stated(
        function,
        near,
        ev.merged(
            ev.reports(function, highest, *ev.SIZE, *ev.MEMORY), ev.reports(function, near, *ev.SIZE, *ev.MEMORY)
        ),
        id=ID,
        title=TITLE,
        severity="high" if ratio >= high else "medium",
        confidence=0.7 if cache else 0.95,
        signature="memory-pressure",
        summary=f"Peak memory at {percent}% of {size}MB allocation.",
        count=len(environments),
        of=max(1, total),
        value=ratio,
        threshold=high if ratio >= high else medium,
        advice=ev.joined(how, act, cache),
        first=first,
        last=last,
        fixes=remedies.memory(function, new) if new else (),
        link=LINK,
    )


DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="medium",
    why="The next request that is a little larger, or the next library, ends in a kill. Garbage collectors work "
    "harder near the limit, so requests slow down before.",
    fix="Give 1.5 times the peak, rounded up to 64 MB, or make the largest request smaller.",
    quiet_when="Executions were killed for memory or memory climbs with age: then that is the finding.",
    link=LINK,
    find=find,
    thresholds={
        "medium": Threshold(0.80, "Below, a request half as large again still fits."),
        "high": Threshold(0.95, "Above, a few percent more input end in a kill."),
    },
    specificity=45,
)
