"""Memory over the age of the environments: every life laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from analyzer import words
from analyzer.model import Status
from analyzer.report import Lane, Report, Series
from analyzer.report._chart import MOST_ROWS, Chart, plot_y
from analyzer.report._markup import el
from analyzer.report._svg import (
    BOTTOM,
    HEIGHT,
    WIDE,
    Scale,
    at,
    frame,
    label,
    line_path,
    memory_ticks,
    nice_ticks,
    spread,
    stretched,
    triangle,
    value_axis,
)

MOST_LIVES = 80


@dataclass(frozen=True, slots=True)
class _Life:
    version: str
    ages: list[int]
    used: list[int]
    killed: int | None


def _lives(lanes: Sequence[Lane]) -> list[_Life]:
    """Cuts lanes where the age starts over, and after a kill."""
    found: list[_Life] = []
    for lane in lanes:
        cuts = {i for i, age in enumerate(lane.ages) if age == 1}
        cuts |= {i + 1 for i, status in enumerate(lane.status) if status == Status.OUT_OF_MEMORY}
        for start, end in pairwise(sorted({0, *cuts, len(lane.ages)})):
            known = [i for i in range(start, end) if lane.used[i] > 0]
            if known:
                killed = lane.ages[end - 1] if lane.status[end - 1] == Status.OUT_OF_MEMORY else None
                ages, used = [lane.ages[i] for i in known], [lane.used[i] for i in known]
                found.append(_Life(lane.version or "", ages, used, killed))
    return found


def _thin(life: _Life, most: int = 120) -> list[tuple[int, int]]:
    step = max(1, len(life.ages) // most)
    kept = [(life.ages[i], max(life.used[i : i + step])) for i in range(0, len(life.ages), step)]
    return kept if kept[-1][0] == life.ages[-1] else [*kept, (life.ages[-1], life.used[-1])]


def memory_age(series: Series, report: Report) -> Chart | None:
    """Every life of every environment laid over each other: memory against invocations served."""
    lanes = [lane for lane in report.lanes if lane.function == series.function]
    lives = _lives(lanes)
    if not lives:
        return None
    size = max(lane.size for lane in lanes)
    longest = max(life.ages[-1] for life in lives)
    ticks_x = nice_ticks(longest, 6)
    x = Scale(0, ticks_x[-1], 0, 100)
    ticks = memory_ticks(max(size, *(max(life.used) for life in lives)))
    y = plot_y(0, ticks[-1])
    axis, lines = value_axis([(v, words.number(v, 5)) for v in ticks], y, "MB")
    versions: dict[str, list[_Life]] = {}
    for life in lives:
        versions.setdefault(life.version, []).append(life)
    failing = {v for v, some in versions.items() if any(life.killed is not None for life in some)}
    fair = max(1, MOST_LIVES // len(versions))  # a healthy version shows what is normal, however many lives failed
    longest_of = [sorted(some, key=lambda life: len(life.ages))[-fair:] for some in versions.values()]
    shown = sorted((life for some in longest_of for life in some), key=lambda life: life.version in failing)
    paths = [
        el(
            "path",
            class_="mem life" + ("" if life.version in failing or not failing else " calm"),
            d=line_path([(x(a) * WIDE / 100, y(mb)) for a, mb in _thin(life)]),
        )
        for life in shown
    ]
    kills = sorted({life.killed for life in lives if life.killed is not None})
    marks = [at(x(k), triangle(y(size) - 7, 4.5)) for k in kills[:60]]
    tags: list[tuple[str, float, str, str]] = []
    sentences: list[str] = []
    for version, some in sorted(versions.items(), key=lambda item: -max(max(life.used) for life in item[1]))[:4]:
        low, high = min(min(life.used) for life in some), max(max(life.used) for life in some)
        ages = [life.killed for life in some if life.killed is not None]
        name = f"version {version}" if version else "memory"
        if ages:
            note = f"killed at {_span(min(ages), max(ages))}"
            sentences.append(
                f"{name} climbs from {words.memory(low)} to {words.memory(high)} and is killed after "
                f"{_span(min(ages), max(ages))} invocations"
            )
        else:
            note = words.memory(high)
            sentences.append(f"{name} stays between {words.memory(low)} and {words.memory(high)}")
        last = max(some, key=lambda life: life.ages[-1])
        tags.append(("accent halo" if ages else "strong halo", y(high if ages else last.used[-1]), name, note))
    places = spread([t[1] for t in tags], 28)
    bottom = [label(f"{x(v):.2f}%", HEIGHT - BOTTOM + 15, words.number(v, 6), "middle") for v in ticks_x]
    return Chart(
        "memory-age",
        "Memory by age of the environment",
        "every life laid over each other"
        + (f", {words.of(len(shown), len(lives))} shown" if len(shown) < len(lives) else ""),
        "Memory against the invocations served since the environment started: " + "; ".join(sentences) + ".",
        frame(
            axis,
            [
                lines,
                bottom,
                label("100%", HEIGHT - 1, "invocations since the environment started", "end"),
                el("line", class_="limit", x1=0, x2="100%", y1=round(y(size)), y2=round(y(size))),
                stretched(HEIGHT, paths),
                marks,
            ],
            [
                [label(0, place + 4, t[2], t[0], 6), label(0, place + 18, t[3], "halo", 6)]
                for t, place in zip(tags, places, strict=True)
            ],
            roomy=True,
        ),
        ("Version", "Invocations served", "First memory", "Highest memory", "Ended"),
        tuple(
            (
                life.version,
                words.count(life.ages[-1]),
                words.memory(life.used[0]),
                words.memory(max(life.used)),
                "killed" if life.killed is not None else "",
            )
            for life in lives[:MOST_ROWS]
        ),
        over_time=False,
    )


def _span(low: int, high: int) -> str:
    return words.count(low) if low == high else f"{words.count(low)} to {words.count(high)}"
