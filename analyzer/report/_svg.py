"""Shapes and charts as SVG without style: colours are classes, data are attributes.

A chart is a row of three cells, axis, plot and labels, of a fixed height. What lies along time is placed in percent
or drawn in a stretched inner picture of 1000 units: a chart follows the page's width while its text keeps its size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analyzer import words
from analyzer.report._markup import Child, Markup, el

WIDE = 1000
"""Units across a stretched picture."""
HEIGHT, TOP, BOTTOM = 236, 16, 30
"""A chart's height and the room above and below its plot, in px."""

ICONS = {
    "critical": (14, (("M4.3 1h5.4L13 4.3v5.4L9.7 13H4.3L1 9.7V4.3z", ""), ("M7 3.6v4.2M7 9.6v1.2", "knock"))),
    "high": (14, (("M7 1.5 13.2 12.5H.8z", ""),)),
    "medium": (14, (("M7 1.2 12.8 7 7 12.8 1.2 7z", "open"),)),
    "low": (14, (("M7 2.4a4.6 4.6 0 1 0 .01 0z", "open"),)),
    "info": (14, (("M7 4.8a2.2 2.2 0 1 0 .01 0z", ""),)),
    "oom": (14, (("M1.5 2.5h11L7 12.5z", ""),)),
    "timeout": (14, (("M1.5 3h9v8h-9zM1.5 9l6-6M4 11l6.5-6.5", "open"), ("M12.5 1.5v11", "open"))),
    "error": (14, (("M7 2.2a4.8 4.8 0 1 0 .01 0z", ""),)),
    "crash": (14, (("m2.5 2.5 9 9m0-9-9 9", "open"),)),
    "init": (14, (("M7 1.5 12.5 7 7 12.5 1.5 7z", "open"),)),
    "okay": (14, (("M2 7h10", "open"),)),
    "unknown": (14, (("M2 3h4M8 3h4v3M12 9v2H9M7 11H2V9M2 7V5", "open"),)),
    "turn": (10, (("M3 1.5 7 5 3 8.5", "open"),)),
}
"""Shapes by name: size of the square, then paths with their class."""


def icon(name: str, class_: str = "icon") -> Markup:
    """A shape that stands beside a word; readers that speak skip it."""
    size, paths = ICONS[name]
    return el(
        "svg",
        [el("path", d=d, class_=kind or None) for d, kind in paths],
        class_=class_,
        viewBox=f"0 0 {size} {size}",
        aria_hidden="true",
    )


def trend(counts: Sequence[int], calm: bool = False, class_: str = "trend wide") -> Markup:
    """Columns over the whole period, the highest at full height; an empty cell without counts."""
    if not counts:
        return el("span", class_=class_)
    step, top = 120 / len(counts), max(1, *counts)
    bars = [
        el("rect", x=round(i * step, 1), width=round(step - 1, 1), y=round(17 - tall, 1), height=round(tall, 1))
        for i, tall in enumerate(15 * n / top for n in counts)
        if tall
    ]
    return el(
        "svg",
        el("line", x1=0, x2=120, y1=17.5, y2=17.5),
        bars,
        class_=class_ + " calm" * calm,
        viewBox="0 0 120 18",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values to positions, linear or logarithmic."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """The position of a value, held inside the scale."""
        value = min(max(value, self.low), self.high)
        if self.high <= self.low:
            return self.start
        part = (
            math.log(value / self.low) / math.log(self.high / self.low)
            if self.log
            else (value - self.low) / (self.high - self.low)
        )
        return self.start + part * (self.end - self.start)


def percent_x(first: float, last: float) -> Scale:
    """Positions in percent along a period."""
    return Scale(first, last, 0, 100)


def line_path(points: Iterable[tuple[float, float] | None]) -> str:
    """A path through points; None starts a new piece, for gaps stay gaps. A lone point becomes a short dash."""
    parts: list[str] = []
    piece: list[tuple[float, float]] = []
    for point in [*points, None]:
        if point is not None:
            piece.append(point)
        elif piece:
            if len(piece) == 1:
                piece = [(piece[0][0] - 1, piece[0][1]), (piece[0][0] + 1, piece[0][1])]
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in piece))
            piece = []
    return "".join(parts)


def stretched(height: float, *children: Child) -> Markup:
    """A picture of WIDE units that follows the width of its cell; its lines keep their weight."""
    return el(
        "svg",
        children,
        class_="stretch",
        viewBox=f"0 0 {WIDE} {height:g}",
        preserveAspectRatio="none",
        width="100%",
        height=height,
    )


def at(percent: float, *children: Child) -> Markup:
    """Shapes around the origin, moved to a place along the width."""
    return el("svg", children, x=f"{percent:.2f}%", overflow="visible")


def label(x: str | float, y: float, words_: Child, class_: str | None = None, dx: float | None = None) -> Markup:
    """Text in a chart."""
    return el("text", words_, x=x, y=round(y, 1), class_=class_, dx=dx)


def triangle(y: float, size: float = 5) -> Markup:
    """A death's mark, pointing at `y + 8`."""
    return el("path", d=f"M{-size:g} {y:g}h{2 * size:g}l{-size:g} 8z", class_="kill")


NICE_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800)


def time_ticks(first: int, last: int, most: int = 10) -> list[tuple[int, str]]:
    """Round times within a period and how to write them: at most about `most`.

    >>> time_ticks(1773900000000, 1773918000000, 5)
    [(1773900000000, '06:00'), (1773903600000, '07:00'), (1773907200000, '08:00'), \
(1773910800000, '09:00'), (1773914400000, '10:00'), (1773918000000, '11:00')]
    """
    span = max(1, last - first) / 1000
    longest = NICE_STEPS[-1] * math.ceil(span / NICE_STEPS[-1] / most)
    step = next((s for s in NICE_STEPS if span / s <= most), longest) * 1000
    many_days = words.day(first) != words.day(last)

    def written(ms: int) -> str:
        if step >= 86_400_000 or (many_days and ms % 86_400_000 == 0):
            return words.short_day(ms)
        return words.minute(ms) if step >= 60_000 else words.clock(ms)[:8]

    return [(t, written(t)) for t in range(-(-first // step) * step, last + 1, step)]


def time_axis(first: int, last: int, height: float = HEIGHT, bottom: float = BOTTOM, top: float = TOP) -> list[Markup]:
    """Vertical hairlines and their times below the plot."""
    x = percent_x(first, last)
    marks: list[Markup] = []
    for t, shown in time_ticks(first, last, 6):
        place = f"{x(t):.2f}%"
        marks.append(el("line", x1=place, x2=place, y1=top, y2=height - bottom, class_="grid"))
        marks.append(label(place, height - bottom + 15, shown, "middle"))
    return marks


def value_axis(
    ticks: Iterable[tuple[float, str]], y: Callable[[float], float], unit: str
) -> tuple[Markup, list[Markup]]:
    """The cell of labels left of a plot, and the hairlines in it."""
    ticks = list(ticks)
    texts = [label("100%", y(v) + 4, shown, "end", -6) for v, shown in ticks]
    lines = [el("line", x1=0, x2="100%", y1=round(y(v)), y2=round(y(v)), class_="grid") for v, _ in ticks]
    return el("svg", texts, aria_hidden="true"), [*lines, label(0, 8, unit)]


def nice_ticks(high: float, most: int = 5) -> list[float]:
    """Round numbers from zero to at least `high`.

    >>> nice_ticks(7), nice_ticks(0)
    ([0.0, 2.0, 4.0, 6.0, 8.0], [0.0, 1.0])
    """
    if high <= 0:
        return [0.0, 1.0]
    raw_step = high / most
    size = 10.0 ** math.floor(math.log10(raw_step))
    step = next(size * m for m in (1, 2, 5, 10) if size * m >= raw_step - 1e-9)
    if high <= most:
        step = max(1.0, step)
    return [i * step for i in range(math.ceil(high / step - 1e-9) + 1)]


def memory_ticks(high: float) -> list[float]:
    """Quarters of a memory size that is a multiple of 64 MB, else round numbers."""
    return [high / 4 * i for i in range(5)] if high % 64 == 0 and high > 0 else nice_ticks(high, 4)


def log_ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 of each decade that spans the values; sparser where there are many decades."""
    decades = math.log10(max(high / low, 1.0001))
    steps = (1, 2, 5) if decades < 2.2 else (1, 3) if decades < 3.5 else (1,)
    exponents = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
    ticks = [m * 10.0**e for e in exponents for m in steps]
    first = max((i for i, v in enumerate(ticks) if v <= low * 1.0001), default=0)
    last = min((i for i, v in enumerate(ticks) if v >= high * 0.9999), default=len(ticks) - 1)
    return ticks[first : last + 1]


def frame(axis: Markup, plot: Sequence[Child], labels: Sequence[Child], roomy: bool = False) -> Markup:
    """The three cells of a chart, hidden from readers that speak: the figure around it says what it shows."""
    cells = (axis, el("svg", plot), el("svg", labels))
    return el("div", cells, class_="chart roomy" if roomy else "chart", aria_hidden="true")


def spread(places: Sequence[float], gap: float = 13) -> list[float]:
    """The same heights moved apart so that labels at them do not touch; order is kept.

    >>> spread([100, 95, 20])
    [104.0, 91.0, 20.0]
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [float(p) for p in places]
    for a, b in pairwise(order):
        short = gap - (moved[b] - moved[a])
        if short > 0:
            moved[a] -= short / 2
            moved[b] += short / 2
    return moved
