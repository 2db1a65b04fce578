"""The charts of a function over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer import words
from analyzer.report import Report, Series
from analyzer.report._chart import MOST_ROWS, Chart, plot_y
from analyzer.report._markup import Markup, el
from analyzer.report._svg import (
    BOTTOM,
    HEIGHT,
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
    y = plot_y(ticks[0], ticks[-1], log=True)
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
    y = plot_y(0, ticks[-1])
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
    y = plot_y(0, ticks[-1])
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


def _highest(series: Series, values: Sequence[int]) -> tuple[str, str]:
    """The count of the highest step, and "in the 5 min from 06:10 UTC"."""
    top = max(range(len(values)), key=values.__getitem__)
    return words.count(
        values[top]
    ), f"in the {words.duration(series.width_ms)} from {words.minute(series.times[top])} UTC"


def failures(series: Series, _: Report) -> Chart | None:
    """Failed invocations of each step."""
    total = sum(series.failed)
    if not total:
        return None
    most, when = _highest(series, series.failed)
    return _bars(
        series,
        series.failed,
        "bar-bad",
        "Failures",
        f"failed invocations in steps of {words.duration(series.width_ms)}",
        f"{words.count(total)} failed invocations, most of them, {most}, {when}.",
        "failures",
        "invocations",
    )


def cold_starts(series: Series, _: Report) -> Chart | None:
    """Cold starts of each step."""
    total = sum(series.cold)
    if not total:
        return None
    most, when = _highest(series, series.cold)
    return _bars(
        series,
        series.cold,
        "bar-accent",
        "Cold starts",
        f"in steps of {words.duration(series.width_ms)}",
        f"{words.plural(total, 'cold start')}, at most {most} {when}.",
        "cold-starts",
        "cold starts",
    )
