"""One lane: a log stream's memory against its limit, what ran, and every death with its age."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer import words
from analyzer.model import Status
from analyzer.report import Lane, Report
from analyzer.report._lane_choice import UNFAILED, failure_count, short_stream, thinned
from analyzer.report._markup import Child, Markup, el
from analyzer.report._svg import WIDE, Scale, at, label, line_path, percent_x, stretched, time_ticks, triangle

TALL, LOW, HEAD = 52, 25, 27
"""Heights in px of a lane with failures, one without, and a group's head."""
MARK_GAP, MARK_SPAN = 1.2, 4.0
"""Failures closer than this many percent of the width become one mark with a count, up to so wide a group."""
COLUMNS = WIDE // 2
_TEXT = {Status.OUT_OF_MEMORY: "bad", Status.INIT_ERROR: "bad", Status.TIMEOUT: "warn", Status.ERROR: "raised"}


def _mark(status: Status, roof: float, bottom: float) -> Markup:
    """One failure's shape around x = 0."""
    if status == Status.OUT_OF_MEMORY:
        return el("g", el("path", class_="kill-line", d=f"M0 {roof}V{bottom}"), triangle(roof - 4))
    if status == Status.TIMEOUT:
        return el("path", class_="cut", d=f"M0 {roof + 4}V{bottom}")
    if status == Status.CRASH:
        return el("path", class_="fall", d=f"m-4 {roof + 1} 8 8m0 -8 -8 8")
    if status == Status.INIT_ERROR:
        return el("path", class_="diamond", d=f"m0 {roof} 5 5-5 5-5-5z")
    return el("circle", class_="raise", cx=0, cy=roof + 5, r=4.5)


def _marks(lane: Lane, x: Scale, roof: float, bottom: float) -> Iterator[Markup]:
    """Every failure of a lane; those that would touch become one with a count. A label needs room before the next."""
    together: list[list[int]] = []
    for i, number in enumerate(lane.status):
        if number in UNFAILED:
            continue
        at_ = x(lane.times[i])
        if together:
            near = at_ - x(lane.times[together[-1][-1]]) <= MARK_GAP
            if near and at_ - x(lane.times[together[-1][0]]) <= MARK_SPAN:
                together[-1].append(i)
                continue
        together.append([i])
    places = [x(lane.times[group[len(group) // 2]]) for group in together]
    for group, place, after in zip(together, places, [*places[1:], 200.0], strict=False):
        worst = max(group, key=lambda i: (lane.status[i] == Status.OUT_OF_MEMORY, lane.status[i] == Status.CRASH))
        status = Status(lane.status[worst])
        yield at(place, _mark(status, roof, bottom))
        said = f"×{words.count(len(group))}" if len(group) > 1 else words.count(lane.ages[worst])
        wanted = len(group) > 1 or status in (Status.OUT_OF_MEMORY, Status.CRASH)
        if wanted and after - place > 1.2 + 0.65 * len(said):
            yield label(f"{place:.2f}%", roof + 7, said, _TEXT.get(status, "strong") + " halo", 8)


def killed_words(deaths: Sequence[tuple[int, int, str]]) -> str:
    """How environments ended, counted by kind."""
    names = {"out_of_memory": "killed", "timeout": "timed out", "crash": "crashed", "init_error": "init failed"}
    counts: dict[str, int] = {}
    for _, _, status in deaths:
        word = names.get(status, "failed")
        counts[word] = counts.get(word, 0) + 1
    return ", ".join(f"{words.count(n)} {word}" for word, n in counts.items())


def _memory_lives(lane: Lane, x: Scale, y: Scale) -> Iterator[list[tuple[float, float]]]:
    """Memory as points, cut where the environment started over: first, lowest, highest and last of each column."""
    life: list[tuple[float, float]] = []
    column: list[tuple[float, float]] = []
    before = 0

    def close() -> None:
        if len(column) > 4:
            low, high = max(column, key=lambda p: p[1]), min(column, key=lambda p: p[1])
            life.extend(sorted({column[0], low, high, column[-1]}))
        else:
            life.extend(column)
        column.clear()

    for t, mb, age in zip(lane.times, lane.used, lane.ages, strict=True):
        if age <= before and (life or column):
            close()
            yield life
            life = []
        before = age
        if mb <= 0:
            continue
        point = (x(t) * WIDE / 100, y(mb))
        if column and int(point[0]) // 2 != int(column[0][0]) // 2:
            close()
        column.append(point)
    close()
    if life:
        yield life


def lane_row(report: Report, index: int, first: int, last: int, changes: Sequence[tuple[int, str]]) -> Markup:
    """The row of a lane: its stream and how it fared, its picture, and the memory it has now."""
    whole = report.lanes[index]
    lane = thinned(whole, first, last, COLUMNS)
    calm = not failure_count(whole)
    height = LOW if calm else TALL
    strip = 3 if calm else 5
    roof, floor, bottom = (3 if calm else 7), height - strip - 3, height - 1
    x = percent_x(first, last)
    y = Scale(0, max(lane.size, max(lane.used, default=0), 1), floor, roof)
    kind = " calm" if calm else ""
    paths: list[Markup] = []
    for points in _memory_lives(lane, x, y):
        line = line_path(points)
        if len(points) > 1:
            under = f"L{points[-1][0]:.1f} {floor}L{points[0][0]:.1f} {floor}Z"
            paths.append(el("path", class_="mem-fill" + kind, d=line + under))
        paths.append(el("path", class_="mem" + kind, d=line))
    columns = sorted({int(x(t) * COLUMNS / 100) for t in lane.times})
    load = "".join(f"M{c * WIDE // COLUMNS} {bottom}v-{strip}h1v{strip}z" for c in columns)
    start, end = x(lane.times[0]), x(lane.times[-1])
    used = next((mb for mb in reversed(lane.used) if mb > 0), 0)
    cell: list[Child] = [
        _grid(first, last, height, changes),
        el("line", class_="limit", x1=f"{start:.2f}%", x2=f"{end:.2f}%", y1=roof, y2=roof) if lane.size else None,
        stretched(height, paths, el("path", class_="load", d=load)),
        _marks(lane, x, roof, bottom),
    ]
    if lane.alive:
        cell.append(el("circle", class_="hollow" + kind, cx=f"{end:.2f}%", cy=round(y(used), 1), r=3.5))
    else:
        cell.append(at(end, el("path", class_="mem calm", d=f"M0 {y(used) - 4:.1f}v8")))
        if end < 92:
            cell.append(label(f"{end:.2f}%", y(used) + 4, "retired", "halo", 6))
    failures = [i for i, status in enumerate(lane.status) if status not in UNFAILED]
    deaths = killed_words([(lane.times[i], lane.ages[i], Status(lane.status[i]).word) for i in failures])
    return el(
        "div",
        el(
            "div",
            el("code", short_stream(lane.stream), title=lane.stream),
            el("span", words.count(len(whole.times)), f", {deaths}" if deaths else None),
            class_="name",
        ),
        el("div", el("svg", cell, width="100%", height=height), class_="cell"),
        el("div", words.memory(used) if lane.alive and used else None, class_="value"),
        class_="line lane",
        data_lane=index,
    )


def _grid(first: int, last: int, height: float, changes: Sequence[tuple[int, str]]) -> list[Markup]:
    x = percent_x(first, last)
    marks = [("grid", x(t)) for t, _ in time_ticks(first, last)] + [("change", x(t)) for t, _ in changes]
    return [el("line", class_=kind, x1=f"{at_:.2f}%", x2=f"{at_:.2f}%", y1=0, y2=height) for kind, at_ in marks]


def blank_cell(height: int, first: int, last: int, changes: Sequence[tuple[int, str]], *more: Child) -> Markup:
    """A cell with the grid and nothing else of its own, for the rows between lanes."""
    return el("div", el("svg", _grid(first, last, height, changes), more, width="100%", height=height), class_="cell")
