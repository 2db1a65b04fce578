"""The environments as a figure: lanes below each other by version, and the same as numbers."""

from __future__ import annotations

from analyzer import words
from analyzer.report import EnvironmentInfo, Report
from analyzer.report._lane import HEAD, LOW, blank_cell, killed_words, lane_row
from analyzer.report._lane_choice import bounds, drawn_lanes, failure_count, groups, short_stream, version_starts
from analyzer.report._markup import Markup, el
from analyzer.report._svg import label, percent_x, time_ticks
from analyzer.report._table import folded_table

MOST_ROWS = 200


def picture(report: Report) -> Markup | None:
    """The lanes as a figure, or None where nothing can be drawn."""
    found = groups(report)
    if not found:
        return None
    first, last = bounds(report)
    changes = version_starts(report)
    x = percent_x(first, last)
    several = len({g.function for g in found}) > 1
    rows: list[Markup] = []
    if changes:
        tags = []
        before = -100.0
        for t, name in changes:
            if x(t) - before > 8:
                kind, dx = ("strong halo end", -5) if x(t) > 88 else ("strong halo", 5)
                tags.append(label(f"{x(t):.2f}%", 11, name, kind, dx))
                before = x(t)
        head = el("div", el("svg", tags, width="100%", height=16), class_="cell")
        rows.append(el("div", el("div", class_="name"), head, el("div"), class_="line"))
    chosen = drawn_lanes(report, found)
    folded = folded_failed = 0
    for group in found:
        shown = [i for i in group.lanes if i in chosen]
        rest = [report.lanes[i] for i in group.lanes if i not in chosen]
        folded += len(rest)
        folded_failed += sum(map(failure_count, rest))
        if not shown:
            continue
        name = f"Version {group.version}" if group.version else "All versions" if len(found) == 1 else "Version unknown"
        if several:
            name = f"{group.function or 'Unknown function'}, {name[0].lower()}{name[1:]}"
        fate = f"{words.count(group.failed)} failed" if group.failed else "none failed"
        total = words.plural(group.invocations, "invocation")
        rows.append(
            el(
                "div",
                el("div", el("b", name), el("span", f"{total}, {fate}"), class_="name"),
                blank_cell(HEAD, first, last, changes),
                el("div"),
                class_="line group",
            )
        )
        rows += [lane_row(report, i, first, last, changes) for i in shown]
    if folded:
        fate = f"{words.count(folded_failed)} failed" if folded_failed else "none failed"
        rows.append(
            el(
                "div",
                el("div", el("span", f"{words.plural(folded, 'more environment')}, {fate}"), class_="name"),
                blank_cell(LOW, first, last, changes),
                el("div"),
                class_="line group",
            )
        )
    axis = el(
        "svg",
        [label(f"{x(t):.2f}%", 13, shown, _anchor(x(t), i)) for i, (t, shown) in enumerate(time_ticks(first, last))],
        width="100%",
        height=20,
    )
    rows.append(el("div", el("div", class_="name"), el("div", axis, class_="cell"), el("div"), class_="line axis"))
    return el(
        "figure",
        rows,
        class_="plot lanes",
        role="img",
        aria_label=says(report),
        data_lanes="",
        data_first=first,
        data_last=last,
    )


def _anchor(percent: float, index: int) -> str:
    """Labels at the edges stay inside; every other one goes where the screen is narrow."""
    return ("start" if percent < 2 else "end" if percent > 98 else "middle") + " opt" * (index % 2)


def says(report: Report) -> str:
    """What the lanes show, in a sentence."""
    first, last = bounds(report)
    deaths = [d for e in report.environments for d in e.deaths]
    killed = sorted(age for _, age, status in deaths if status == "out_of_memory")
    text = f"{words.plural(len(report.environments), 'environment')}, {words.period(first, last)}"
    if killed:
        ages = words.listed(map(words.count, dict.fromkeys((killed[0], killed[-1]))), "to")
        return f"{text}: {words.count(len(killed))} killed for memory, after {ages} invocations."
    if deaths:
        return f"{text}: {killed_words(deaths)}."
    failed = sum(e.failed for e in report.environments)
    return f"{text}: {words.count(failed)} failed invocations." if failed else f"{text}: none failed."


def table(report: Report) -> Markup:
    """The same as numbers."""

    def cells(e: EnvironmentInfo) -> list[str]:
        return [
            short_stream(e.stream),
            e.version or "",
            words.stamp(e.started)[:19] if e.started is not None else "",
            words.stamp(e.end)[:19] if e.end is not None else "",
            words.count(e.invocations),
            words.count(e.failed),
            words.memory(e.memory_first_mb) if e.memory_first_mb is not None else "",
            words.memory(e.memory_last_mb) if e.memory_last_mb is not None else "",
            ", ".join(words.ordinal(age) for _, age, _ in e.deaths[:12]),
        ]

    columns = ["Stream", "Version", "First, UTC", "Last, UTC", "Invocations", "Failed"]
    columns += ["First memory", "Last memory", "Died at"]
    total = len(report.environments)
    note = f"The first {MOST_ROWS} of {words.count(total)} environments." if total > MOST_ROWS else ""
    return folded_table("Environments", columns, map(cells, report.environments[:MOST_ROWS]), range(4, 8), note)
