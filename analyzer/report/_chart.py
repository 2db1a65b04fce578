"""One chart: a static picture with its heading, what is drawn, what is to be seen, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.report._markup import Markup, el
from analyzer.report._svg import BOTTOM, HEIGHT, TOP, Scale
from analyzer.report._table import folded_table

MOST_ROWS = 120


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


def plot_y(low: float, high: float, log: bool = False) -> Scale:
    """Values from low to high on the height of the plot."""
    return Scale(low, high, HEIGHT - BOTTOM, TOP, log)


def figure(chart: Chart, function: int) -> Markup:
    """A chart as a section of the page, with its numbers in a table."""
    note = f"The first {MOST_ROWS} rows." if len(chart.rows) == MOST_ROWS else ""
    table = folded_table(chart.title, chart.columns, chart.rows, range(1, len(chart.columns)), note)
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
