"""The charts of a function over time and over the age of its environments, as static pictures.

Each gives its heading, what is drawn, the sentence that says what is to be seen, the picture, and its numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analyzer import words
from analyzer.model import Status
from analyzer.report import Lane, Report, Series
from analyzer.report._markup import Child, Markup, el
from analyzer.report._svg import (
    BOTTOM,
    HEIGHT,
    TOP,
    WIDE,
    Scale,
    at,
    frame,
    label,
    line_path,
    log_ticks,
    memory_ticks,
    nice_ticks,
    percent_x,
    spread,
    stretched,
    time_axis,
    triangle,
    value_axis,
)

MOST_LIVES = 80
MOST_ROWS = 120
FEWEST_STEPS = 3
"""A chart over fewer steps than this shows nothing that the figures do not say."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its words. `over_time` charts can be drawn again by the page from the same series."""

    id: str
    title: str
    drawn: str
    says: str
    picture: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    over_time: bool = True


def _plot_y(low: float, high: float, log: bool = False) -> Scale:
    return Scale(low, high, HEIGHT - BOTTOM, TOP, log)


def _x(series: Series) -> Scale:
    return percent_x(series.times[0], series.times[-1] + series.width_ms)


def _ends(series: Series) -> tuple[int, int]:
    return series.times[0], series.times[-1] + series.width_ms


def _points(series: Series, values: Sequence[float | None], y: Scale) -> list[tuple[float, float] | None]:
    x = _x(series)
    return [
        None if v is None else (x(t + series.width_ms / 2) * WIDE / 100, y(v))
        for t, v in zip(series.times, values, strict=True)
    ]


def _deaths(series: Series) -> list[Markup]:
    x = _x(series)
    return [at(x(t), triangle(HEIGHT - BOTTOM - 8, 4)) for t in series.deaths[:400]]


def _table(series: Series, columns: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Rows of the steps in which something ran, the first MOST_ROWS of them."""
    many = words.day(series.times[0]) != words.day(series.times[-1])
    rows = [
        ((f"{words.day(t)} " if many else "") + words.clock(t)[:8], *cells)
        for t, n, *cells in zip(series.times, series.invocations, *columns, strict=True)
        if n
    ]
    return tuple(rows[:MOST_ROWS])


def _shown(values: Sequence[float | None], write: Callable[[float], str]) -> list[str]:
    return ["" if v is None else write(v) for v in values]


def duration(series: Series, _: Report) -> Chart | None:
    """p50, p95 and the slowest (or p99) on a logarithmic scale."""
    enough = all(v is not None for v, n in zip(series.p99, series.invocations, strict=True) if n)
    upper = series.p99 if enough else series.slowest
    name = "p99" if upper is series.p99 else "slowest"
    seen = [v for column in (series.p50, series.p95, upper) for v in column if v is not None and v > 0]
    if not seen:
        return None
    ticks = log_ticks(min(seen), max(seen))
    y = _plot_y(ticks[0], ticks[-1], log=True)
    axis, lines = value_axis(
        [(v, words.number(v) if v < 1000 else f"{words.number(v / 1000)} s") for v in ticks], y, "ms, logarithmic"
    )
    curves = [
        ("q q50", series.p50, "p50", "halo"),
        ("q q95", series.p95, "p95", "accent halo"),
        ("q q99", upper, name, "bad halo"),
    ]
    curves = [c for c in curves if any(v is not None for v in c[1])]
    ends = spread([y(next(v for v in reversed(c[1]) if v is not None)) for c in curves])
    step = words.duration(series.width_ms)
    parts = [c[2] for c in curves]
    medians = [v for v in series.p50 if v is not None]
    top = max(range(len(upper)), key=lambda i: upper[i] or 0)
    says = (
        f"Duration in steps of {step}: the median lies between {words.duration(min(medians))} and "
        f"{words.duration(max(medians))}, {name} is highest with {words.duration(upper[top] or 0)} "
        f"at {words.minute(series.times[top])} UTC."
        if medians
        else f"Duration in steps of {step}."
    )
    return Chart(
        "duration",
        "Duration",
        f"{words.listed(parts)} in steps of {step}" + ("" if name == "p99" else "; too few per step for p99"),
        says,
        frame(
            axis,
            [
                lines,
                time_axis(*_ends(series)),
                stretched(HEIGHT, [el("path", class_=c[0], d=line_path(_points(series, c[1], y))) for c in curves]),
                _deaths(series),
            ],
            [label(0, place + 4, c[2], c[3], 6) for c, place in zip(curves, ends, strict=True)],
        ),
        ("From, UTC", "Invocations", "p50", "p95", "p99", "Slowest"),
        _table(
            series,
            [
                [words.count(n) for n in series.invocations],
                *(_shown(c, words.milliseconds) for c in (series.p50, series.p95, series.p99, series.slowest)),
            ],
        ),
    )


def memory(series: Series, _: Report) -> Chart | None:
    """The highest memory of each step against the allocation."""
    used = [v for v in series.used if v is not None]
    if not used:
        return None
    sizes = [v for v in series.size if v is not None]
    high = max([*used, *sizes])
    ticks = memory_ticks(high)
    y = _plot_y(0, ticks[-1])
    axis, lines = value_axis([(v, words.number(v, 5)) for v in ticks], y, "MB")
    points = _points(series, series.used, y)
    limits = _points(series, series.size, y)
    last_used = next(v for v in reversed(series.used) if v is not None)
    tags = [("accent halo", y(last_used), words.memory(last_used))]
    if sizes:
        tags.append(("halo", y(sizes[-1]), "limit"))
    places = spread([t[1] for t in tags])
    step = words.duration(series.width_ms)
    killed = f"; {words.plural(len(series.deaths), 'environment')} died" if series.deaths else ""
    return Chart(
        "memory",
        "Memory",
        f"highest of each step of {step}, against the limit",
        f"Highest memory in steps of {step}: {words.memory(min(used))} to {words.memory(max(used))}"
        + (f" of {words.memory(sizes[-1])}" if sizes else "")
        + killed
        + ".",
        frame(
            axis,
            [
                lines,
                time_axis(*_ends(series)),
                stretched(
                    HEIGHT,
                    el("path", class_="limit", d=line_path(limits)),
                    el("path", class_="mem", d=line_path(points)),
                ),
                _deaths(series),
            ],
            [label(0, place + 4, t[2], t[0], 6) for t, place in zip(tags, places, strict=True)],
        ),
        ("From, UTC", "Invocations", "Highest", "Limit"),
        _table(
            series,
            [
                [words.count(n) for n in series.invocations],
                _shown(series.used, words.memory),
                _shown(series.size, words.memory),
            ],
        ),
    )


def _bars(
    series: Series, values: Sequence[int], class_: str, title: str, drawn: str, says: str, id_: str, unit: str
) -> Chart:
    ticks = nice_ticks(max(values, default=0))
    y = _plot_y(0, ticks[-1])
    axis, lines = value_axis([(v, words.count(int(v))) for v in ticks], y, unit)
    x = _x(series)
    floor = HEIGHT - BOTTOM
    bars = [
        el(
            "rect",
            class_=class_,
            x=f"{x(t):.2f}%",
            width=f"{max(0.15, (x(t + series.width_ms) - x(t)) * 0.8):.2f}%",
            y=round(y(n), 1),
            height=round(floor - y(n), 1),
        )
        for t, n in zip(series.times, values, strict=True)
        if n
    ]
    return Chart(
        id_,
        title,
        drawn,
        says,
        frame(axis, [lines, time_axis(*_ends(series)), bars], []),
        ("From, UTC", "Invocations", title),
        _table(series, [[words.count(n) for n in series.invocations], [words.count(n) for n in values]]),
    )


def failures(series: Series, _: Report) -> Chart | None:
    """Failed invocations of each step."""
    total = sum(series.failed)
    step = words.duration(series.width_ms)
    if not total:
        return None
    top = max(range(len(series.failed)), key=series.failed.__getitem__)
    return _bars(
        series,
        series.failed,
        "bar-bad",
        "Failures",
        f"failed invocations in steps of {step}",
        f"{words.count(total)} failed invocations, most of them, {words.count(series.failed[top])}, "
        f"in the {step} from {words.minute(series.times[top])} UTC.",
        "failures",
        "invocations",
    )


def cold_starts(series: Series, _: Report) -> Chart | None:
    """Cold starts of each step."""
    total = sum(series.cold)
    step = words.duration(series.width_ms)
    if not total:
        return None
    top = max(range(len(series.cold)), key=series.cold.__getitem__)
    return _bars(
        series,
        series.cold,
        "bar-accent",
        "Cold starts",
        f"in steps of {step}",
        f"{words.plural(total, 'cold start')}, at most {words.count(series.cold[top])} "
        f"in the {step} from {words.minute(series.times[top])} UTC.",
        "cold-starts",
        "cold starts",
    )


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
    y = _plot_y(0, ticks[-1])
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


CHARTS: dict[str, Callable[[Series, Report], Chart | None]] = {
    "duration": duration,
    "memory": memory,
    "memory-age": memory_age,
    "failures": failures,
    "cold-starts": cold_starts,
}


def _row(cell: str, values: Sequence[str], scope: str | None = None) -> Markup:
    """A row of a table whose first column is a name and whose others are numbers."""
    return el("tr", [el(cell, v, scope=scope, class_="num" if i else None) for i, v in enumerate(values)])


def figure(chart: Chart, function: int) -> Markup:
    """A chart as a section of the page, with its numbers in a table."""
    table: Child = el(
        "details",
        el("summary", "Show as table"),
        el(
            "div",
            el(
                "table",
                el("thead", _row("th", chart.columns, scope="col")),
                el("tbody", [_row("td", row) for row in chart.rows]),
            ),
            el("p", f"The first {MOST_ROWS} rows.", class_="quiet") if len(chart.rows) == MOST_ROWS else None,
            class_="scroll",
            tabindex=0,
            role="region",
            aria_label=f"{chart.title} as table",
        ),
        class_="more",
    )
    return el(
        "section",
        el("header", el("h2", chart.title, id=f"h-{chart.id}"), el("p", chart.drawn)),
        el(
            "figure",
            chart.picture,
            class_="plot",
            role="img",
            aria_label=chart.says,
            data_chart=chart.id if chart.over_time else None,
            data_function=function if chart.over_time else None,
        ),
        table,
        class_="sect keep",
        aria_labelledby=f"h-{chart.id}",
    )
