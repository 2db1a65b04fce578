"""The environments: a lane a log stream, memory against its limit, what ran, and every death with its age.

Order, folding and heights are decided here; the page draws the same lanes on a canvas, by the numbers of `lanes_json`.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analyzer import words
from analyzer.model import Status
from analyzer.report import EnvironmentInfo, Lane, Report
from analyzer.report._markup import Child, Markup, el
from analyzer.report._svg import WIDE, Scale, at, label, line_path, percent_x, stretched, time_ticks, triangle

MOST_LANES = 24
TALL, LOW, HEAD = 52, 25, 27
"""Heights in px of a lane with failures, one without, and a group's head."""
MARK_GAP, MARK_SPAN = 1.2, 4.0
"""Failures closer than this many percent of the width become one mark with a count, up to so wide a group."""
COLUMNS = WIDE // 2
FINE_COLUMNS = 4096
"""Columns of the canvas at most: a screen's width in its own pixels."""
MOST_ROWS = 200

_UNFAILED = (Status.OK, Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Group:
    """The lanes of one version of one function, the failing first."""

    function: str | None
    version: str | None
    lanes: tuple[int, ...]
    invocations: int
    failed: int


def groups(report: Report) -> list[Group]:
    """Lanes by function and version: the group with most failures first, then by start."""
    by: dict[tuple[str | None, str | None], list[int]] = {}
    for i, lane in enumerate(report.lanes):
        if lane.times:
            by.setdefault((lane.function, lane.version), []).append(i)
    found = []
    for (function, version), members in by.items():
        members.sort(key=lambda i: (not _failures(report.lanes[i]), report.lanes[i].times[0]))
        failed = sum(_failures(report.lanes[i]) for i in members)
        found.append(Group(function, version, tuple(members), sum(len(report.lanes[i].times) for i in members), failed))
    return sorted(found, key=lambda g: (-g.failed, report.lanes[g.lanes[0]].times[0]))


def _failures(lane: Lane) -> int:
    return len(lane.status) - lane.status.count(Status.OK) - lane.status.count(Status.UNKNOWN)


def _kept(lane: Lane, first: int, last: int, columns: int) -> Sequence[int]:
    """What a picture of so many columns needs of a lane: no peak and no death is lost.

    That is the first, lowest, highest and last of each column, and every failure and restart with its neighbours.
    """
    if len(lane.times) <= 4 * columns:
        return range(len(lane.times))
    keep: set[int] = set()
    end = 0
    for column in range(1, columns + 1):
        start, end = end, bisect_right(lane.times, first + (last - first) * column / columns, end)
        if start < end:
            used = lane.used[start:end]
            keep |= {start, end - 1, start + used.index(min(used)), start + used.index(max(used))}
    edges = [i for i, status in enumerate(lane.status) if status not in _UNFAILED]
    edges += [i for i, age in enumerate(lane.ages) if age == 1]
    keep.update(edges, (i - 1 for i in edges if i), (i + 1 for i in edges if i + 1 < len(lane.times)))
    return sorted(keep)


def _thinned(lane: Lane, first: int, last: int, columns: int) -> Lane:
    """The lane with only what a picture needs."""
    keep = _kept(lane, first, last, columns)
    if len(keep) == len(lane.times):
        return lane
    return replace(
        lane,
        times=tuple(lane.times[i] for i in keep),
        used=tuple(lane.used[i] for i in keep),
        durations=tuple(lane.durations[i] for i in keep),
        status=tuple(lane.status[i] for i in keep),
        ages=tuple(lane.ages[i] for i in keep),
    )


def _bounds(report: Report) -> tuple[int, int]:
    """The period, widened to what the lanes hold and never empty."""
    times = [t for lane in report.lanes if lane.times for t in (lane.times[0], lane.times[-1])]
    if report.period is not None:
        times += report.period
    first = min(times)
    return first, max(first + 1_000, *times)


def _shown(report: Report, found: Sequence[Group]) -> set[int]:
    """The lanes that are drawn: those with failures first, then others while there is room."""
    members = [i for group in found for i in group.lanes]
    return set(sorted(members, key=lambda i: not _failures(report.lanes[i]))[:MOST_LANES])


def version_starts(report: Report) -> list[tuple[int, str]]:
    """When a later version first ran; nothing where several functions share the lanes."""
    if len({lane.function for lane in report.lanes}) > 1:
        return []
    first: dict[str, int] = {}
    for lane in report.lanes:
        if lane.version and lane.times:
            first[lane.version] = min(first.get(lane.version, lane.times[0]), lane.times[0])
    earliest = min(first.values(), default=0)
    changes = [(start, f"version {version}") for version, start in first.items() if start > earliest]
    return sorted(changes)[:8]


def killed_words(deaths: Sequence[tuple[int, int, str]]) -> str:
    """How environments ended, counted by kind."""
    names = {"out_of_memory": "killed", "timeout": "timed out", "crash": "crashed", "init_error": "init failed"}
    counts: dict[str, int] = {}
    for _, _, status in deaths:
        word = names.get(status, "failed")
        counts[word] = counts.get(word, 0) + 1
    return ", ".join(f"{words.count(n)} {word}" for word, n in counts.items())


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


_TEXT = {Status.OUT_OF_MEMORY: "bad", Status.INIT_ERROR: "bad", Status.TIMEOUT: "warn", Status.ERROR: "raised"}


def _marks(lane: Lane, x: Scale, roof: float, bottom: float) -> Iterator[Markup]:
    """Every failure of a lane; those that would touch become one with a count. A label needs room before the next."""
    together: list[list[int]] = []
    for i, number in enumerate(lane.status):
        if number in _UNFAILED:
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


def _lane(report: Report, index: int, first: int, last: int, changes: Sequence[tuple[int, str]]) -> Markup:
    whole = report.lanes[index]
    lane = _thinned(whole, first, last, COLUMNS)
    calm = not _failures(whole)
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
    failures = [i for i, status in enumerate(lane.status) if status not in _UNFAILED]
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


def short_stream(stream: str) -> str:
    """The telling end of a log stream name: 2026/03/19/[42]7c1f09ae… is shortened to its first eight digits.

    >>> short_stream("2026/03/19/[42]7c1f09ae53d14e8cb0f2"), short_stream("one")
    ('7c1f09ae', 'one')
    """
    if not stream or stream.startswith("\x1f"):
        return "no name"
    tail = stream.rpartition("]")[2] or stream
    tail = tail.rpartition("/")[2] or tail
    return tail[:8] if len(tail) > 16 else tail[:16]


def _blank(height: int, first: int, last: int, changes: Sequence[tuple[int, str]], *more: Child) -> Markup:
    return el("div", el("svg", _grid(first, last, height, changes), more, width="100%", height=height), class_="cell")


def picture(report: Report) -> Markup | None:
    """The lanes as a figure, or None where nothing can be drawn."""
    found = groups(report)
    if not found:
        return None
    first, last = _bounds(report)
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
    chosen = _shown(report, found)
    folded = folded_failed = 0
    for group in found:
        shown = [i for i in group.lanes if i in chosen]
        rest = [report.lanes[i] for i in group.lanes if i not in chosen]
        folded += len(rest)
        folded_failed += sum(map(_failures, rest))
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
                _blank(HEAD, first, last, changes),
                el("div"),
                class_="line group",
            )
        )
        rows += [_lane(report, i, first, last, changes) for i in shown]
    if folded:
        fate = f"{words.count(folded_failed)} failed" if folded_failed else "none failed"
        rows.append(
            el(
                "div",
                el("div", el("span", f"{words.plural(folded, 'more environment')}, {fate}"), class_="name"),
                _blank(LOW, first, last, changes),
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
    first, last = _bounds(report)
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

    def row(cell: str, values: Sequence[str], scope: str | None = None) -> Markup:
        return el("tr", [el(cell, v, scope=scope, class_="num" if 4 <= i <= 7 else None) for i, v in enumerate(values)])

    columns = ["Stream", "Version", "First, UTC", "Last, UTC", "Invocations", "Failed"]
    columns += ["First memory", "Last memory", "Died at"]
    return el(
        "details",
        el("summary", "Show as table"),
        el(
            "div",
            el(
                "table",
                el("thead", row("th", columns, scope="col")),
                el("tbody", [row("td", cells(e)) for e in report.environments[:MOST_ROWS]]),
            ),
            el("p", f"The first {MOST_ROWS} of {words.count(len(report.environments))} environments.", class_="quiet")
            if len(report.environments) > MOST_ROWS
            else None,
            class_="scroll",
            tabindex=0,
            role="region",
            aria_label="Environments as table",
        ),
        class_="more",
    )


def lanes_json(report: Report) -> str:
    """The numbers of the lanes that are shown, for the page's canvas: one object a lane under its index."""
    shown = sorted(_shown(report, groups(report)))
    first, last = _bounds(report) if shown else (0, 1)
    lanes = {
        i: {
            "stream": short_stream(lane.stream),
            "size": lane.size,
            "alive": lane.alive,
            "times": lane.times,
            "used": lane.used,
            "durations": lane.durations,
            "status": lane.status,
            "ages": lane.ages,
        }
        for i, lane in ((i, _thinned(report.lanes[i], first, last, FINE_COLUMNS)) for i in shown)
    }
    changes = [{"time": t, "name": name} for t, name in version_starts(report)]
    return json.dumps({"lanes": lanes, "changes": changes}, separators=(",", ":"), ensure_ascii=True)
