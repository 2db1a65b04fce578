"""The answer, in the order a tired person asks: what broke, how to stop it, how bad, is it true, why, what else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer import words
from analyzer.model import SEVERITIES, Cause, Fix, Status
from analyzer.report import Report
from analyzer.report import _charts as charts
from analyzer.report import _lanes as lanes
from analyzer.report._causes import why
from analyzer.report._chart import figure
from analyzer.report._figures import figures, functions
from analyzer.report._findings import errors_table, findings
from analyzer.report._markup import Child, Markup, el
from analyzer.report._sections import (
    MOST_ACTS,
    MOST_INPUTS,
    act,
    by_title,
    from_to,
    lines,
    prose,
    scope,
    severity,
    tool_tabs,
    tools_of,
)

_SHARE = re.compile(r"(?:All )?[\d,]+ of [\d,]+ invocations failed(?: \([^)]*%\))?")
MOST_DOUBTS = 20


def answer(report: Report, saved: bool = False) -> Markup:
    """Verdict, fix, figures, environments, story, findings, charts, errors, and what was not read."""
    cause = report.causes[0] if report.causes else None
    return el(
        "div",
        _opening(report, cause, saved),
        figures(report),
        functions(report),
        _environments(report),
        why(report, cause),
        findings(report),
        _charts(report, cause),
        errors_table(report, saved),
        _quality(report),
        _last_line(report),
        class_="view",
    )


# ---- opening ----


def _opening(report: Report, cause: Cause | None, saved: bool) -> Markup:
    fix = _what_to_type(cause.fixes) if cause else None
    left = el(
        "div",
        _warnings(report),
        scope(report, cause),
        el("h1", report.verdict, class_="verdict", id="h-answer", tabindex=-1),
        _lead(report.lead),
        _belief(report, cause),
        None if saved else _actions(),
    )
    return el("div", left, fix, class_="opening" if fix else "opening alone")


def _warnings(report: Report) -> list[Markup]:
    """What makes everything below it less than the whole truth."""
    notes = []
    if report.partial:
        notes.append("Partial: reading was cancelled. Everything here is about the part that was read.")
    notes += [
        f"{info.name} ends in the middle of an event. What came before that was read."
        for info in report.inputs
        if info.truncated
    ]
    notes += [f"The check {name} failed and is left out: {why}" for name, why in report.failed_plugins]
    return [el("p", note, class_="warning") for note in notes]


def _lead(lead: str) -> Markup | None:
    if not lead:
        return None
    share = _SHARE.match(lead)
    end = share.end() if share else 0
    return el("p", el("b", lead[:end]) if share else None, prose(lead[end:]), class_="lead")


def _belief(report: Report, cause: Cause | None) -> Markup | None:
    """How bad, how sure, how much of it is explained, and when it was seen."""
    if cause is None:
        return None
    behind = [f for f in report.findings if f.id in cause.chain and f.function == cause.function]
    worst = min((f.severity for f in behind), key=SEVERITIES.index, default=None)
    shown, of = cause.explains
    lasts = [f.last for f in behind if f.last is not None and f.severity == worst]
    return el(
        "p",
        severity(worst) if worst else None,
        el("span", f"Confidence {cause.confidence:.2f}, ", el("b", words.confidence(cause.confidence))),
        el("span", f"Explains {words.of(shown, of)} {'failure' if of == 1 else 'failures'}") if of else None,
        el("span", f"Last seen {from_to(report, max(lasts), max(lasts))} UTC") if lasts else None,
        class_="belief",
    )


def _actions() -> Markup:
    """What the page does with a report; the saved file has no need of it."""
    return el(
        "div",
        el("button", "Copy for the incident channel", type="button", class_="button", data_do="copy-markdown"),
        el("button", "Save report", type="button", class_="button", data_do="save-html"),
        el("button", "Save as JSON", type="button", class_="button plain", data_do="save-json"),
        el("button", "Save as Markdown", type="button", class_="button plain", data_do="save-markdown"),
        class_="row noprint",
    )


def _what_to_type(fixes: Sequence[Fix]) -> Markup | None:
    groups = list(by_title(fixes).items())[:MOST_ACTS]
    if not groups:
        return None
    shown = [fix for _, group in groups for fix in group]
    tabs = tool_tabs(shown, "fixes")
    only = tools_of(shown)
    return el(
        "section",
        el("h2", "What to type", id="h-fix"),
        tabs,
        el(
            "div",
            [[el("h3", title), act(group)] for title, group in groups],
            id="fixes",
            role="tabpanel" if tabs else None,
            aria_labelledby=f"tool-{only[0]}" if tabs else None,
        ),
        class_="fix",
        aria_labelledby="h-fix",
    )


# ---- environments ----


def _legend(report: Report) -> Markup:
    """What the marks mean, of those that are drawn."""

    def shape(name: str, *paths: Markup) -> Markup:
        return el("span", el("svg", paths, viewBox="0 0 18 12", aria_hidden="true"), name)

    present = {status for lane in report.lanes for status in set(lane.status)}
    kill = (el("path", class_="kill-line", d="M9 0v12"), el("path", class_="kill", d="M4.5-1h9L9 6z"))
    marks = [
        (Status.OUT_OF_MEMORY, "killed, after how many", kill),
        (Status.TIMEOUT, "timed out", (el("path", class_="cut", d="M9 0v12"),)),
        (Status.ERROR, "error", (el("circle", class_="raise", cx=9, cy=6, r=4.5),)),
        (Status.CRASH, "crashed, after how many", (el("path", class_="fall", d="m5 2 8 8m0-8-8 8"),)),
        (Status.INIT_ERROR, "init failed", (el("path", class_="diamond", d="m9 1 5 5-5 5-5-5z"),)),
    ]
    alive = any(lane.alive for lane in report.lanes)
    return el(
        "div",
        shape("memory", el("path", class_="mem", d="M0 10 18 2")),
        shape("limit", el("path", class_="limit", d="M0 6h18")),
        shape("invocations", el("path", class_="load", d="".join(f"M{x} 4h1v6h-1z" for x in (1, 4, 6, 10, 13, 15)))),
        [shape(name, *paths) for status, name, paths in marks if status in present],
        shape("alive at the end", el("circle", class_="hollow", cx=9, cy=6, r=3.5)) if alive else None,
        class_="legend push",
        aria_hidden="true",
    )


def _environments(report: Report) -> Markup | None:
    picture = lanes.picture(report)
    if picture is None:
        if not report.totals.invocations:
            return None
        return el(
            "section",
            el("header", el("h2", "Environments", id="h-env")),
            el("p", "No lane can be drawn: no invocation here has both a log stream and a time.", class_="quiet"),
            class_="sect",
            aria_labelledby="h-env",
        )
    return el(
        "section",
        el(
            "header",
            el("h2", "Environments", id="h-env"),
            el("p", "One lane is one log stream: its memory against its limit."),
            _legend(report),
        ),
        picture,
        lanes.table(report),
        class_="sect keep",
        aria_labelledby="h-env",
    )


# ---- charts ----


def _charts(report: Report, cause: Cause | None) -> Markup | None:
    """The two charts that carry the cause, and of duration and memory over time what is not among them."""
    wanted = cause.charts if cause else ("duration", "memory")
    function = cause.function if cause else (main.name if (main := report.main_function) else None)
    index = next((i for i, s in enumerate(report.series) if s.function == function), 0)
    if index >= len(report.series) or not report.series[index].times:
        return None
    series = report.series[index]
    if sum(1 for n in series.invocations if n) < charts.FEWEST_STEPS:
        return None
    drawn = [c for id_ in dict.fromkeys((*wanted, "duration", "memory")) if (c := charts.CHARTS[id_](series, report))]
    return el("div", [figure(c, index) for c in drawn], class_="two sect") if drawn else None


# ---- what was read ----


def _quality(report: Report) -> Markup:
    q = report.quality
    aside = sum(q.set_aside.values())
    read = words.of(q.attributed, q.events) if aside else words.count(q.events)
    parts: list[Child] = [el("span", el("b", f"{read} log events read{'' if aside else ', none set aside'}"))]
    aside_for = [(reason.replace("_", " "), n) for reason, n in q.set_aside.items() if n]
    parts += [el("span", f"{words.count(n)} set aside: {reason}") for reason, n in aside_for]
    parts.append(el("span", words.plural(q.duplicates, "duplicate")))
    if q.open_invocations:
        parts.append(el("span", f"{words.plural(q.open_invocations, 'invocation')} without an end in this export"))
    if q.mixed_streams:
        parts.append(el("span", f"{words.plural(q.mixed_streams, 'log stream')} mixed"))
    shown = report.inputs[:MOST_INPUTS]
    parts += [el("span", f"{info.name}, {words.size(info.bytes)}, {info.container}") for info in shown]
    if len(report.inputs) > MOST_INPUTS:
        parts.append(el("span", f"and {words.plural(len(report.inputs) - MOST_INPUTS, 'more file')}"))
    notes = [f"{info.name}: {note}" for info in report.inputs for note in info.notes]
    if len(notes) > MOST_DOUBTS:
        notes[MOST_DOUBTS:] = [f"and {words.plural(len(notes) - MOST_DOUBTS, 'more note')}: save the report as JSON"]
    weakens = [f"{reason.replace('_', ' ').capitalize()}: {what}" for reason, what in q.weakens.items()]
    doubts = el(
        "details",
        el("summary", "What that weakens" if weakens else "Notes and examples"),
        el("ul", [el("li", doubt) for doubt in (*weakens, *notes)]),
        lines(report, q.examples),
        class_="doubts",
    )
    return el(
        "section",
        el("p", parts, class_="quality"),
        doubts if weakens or notes or q.examples else None,
        class_="sect",
        aria_label="What was read",
    )


def _last_line(report: Report) -> Markup:
    names = ", ".join(f"{info.name} ({words.size(info.bytes)})" for info in report.inputs[:MOST_INPUTS])
    rest = len(report.inputs) - MOST_INPUTS
    more = f" and {words.plural(rest, 'more file')}" if rest > 0 else ""
    return el("p", f"Lambdascope {report.version}, from {names}{more}. All times UTC.", class_="onlyprint quiet")
