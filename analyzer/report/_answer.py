"""The two views of a report: the answer, in the order a tired person asks, and every error group."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer import words
from analyzer.model import SEVERITIES, Cause, Finding, Fix
from analyzer.report import ErrorEntry, FunctionInfo, Report
from analyzer.report import _charts as charts
from analyzer.report import _lanes as lanes
from analyzer.report._markup import Child, Markup, el
from analyzer.report._sections import (
    act,
    by_title,
    display_name,
    function_named,
    lines,
    outcome,
    prose,
    severity,
    tool_tabs,
    tools_of,
)
from analyzer.report._svg import icon, trend

MOST_ACTS = 2
MOST_ERRORS = 6
MOST_INPUTS = 3

_SHARE = re.compile(r"(?:All )?[\d,]+ of [\d,]+ invocations failed(?: \([^)]*%\))?")
_VALUE = re.compile(r"(<\*>)")


def answer(report: Report, saved: bool = False) -> Markup:
    """Verdict, fix, figures, environments, story, findings, charts, errors, and what was not read."""
    cause = report.causes[0] if report.causes else None
    return el(
        "div",
        _opening(report, cause, saved),
        _figures(report),
        _functions(report),
        _environments(report),
        _why(report, cause),
        _findings(report),
        _charts(report, cause),
        _errors_table(report, saved),
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
        _scope(report, cause),
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


def _scope(report: Report, cause: Cause | None) -> Markup:
    info = function_named(report, cause.function if cause else None)
    parts: list[Child] = []
    if info is not None:
        named = info.name or info.log_group or (report.inputs[0].name if report.inputs else None)
        parts.append(el("span", el("b", named)))
        facts = []
        if info.memory_size_mb is not None:
            facts.append(words.memory(info.memory_size_mb))
        if info.timeout_s is not None:
            facts.append(f"{words.number(info.timeout_s)} s limit")
        facts += info.runtimes[-1:]
        if facts:
            parts.append(el("span", ", ".join(facts)))
        if len(report.functions) > 1:
            parts.append(el("span", f"one of {len(report.functions)} functions"))
    elif len(report.functions) > 1:
        parts.append(el("span", el("b", words.plural(len(report.functions), "function"))))
    if report.period is not None:
        parts.append(el("span", words.period(*report.period)))
    if not parts:
        parts = [el("span", info.name) for info in report.inputs[:MOST_INPUTS]]
    return el("p", parts, class_="scope")


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
        el("span", f"Last seen {words.minute(max(lasts))} UTC") if lasts else None,
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


# ---- figures ----


def _figure(name: str, value: str, context: str | None, kind: str | None = None) -> Markup:
    return el("div", el("dt", name), el("dd", value, el("small", context)), class_=kind)


def _counted(name: str, n: int, context: str) -> Markup:
    return _figure(name, words.count(n), context, "bad" if n else "zero")


def _figures(report: Report) -> Markup | None:
    """Eight figures in one strip: zero is grey, bad is coloured."""
    totals = report.totals
    if not totals.invocations:
        return None
    main = report.functions[0] if len(report.functions) == 1 else None
    minutes = (report.period[1] - report.period[0]) / 60_000 if report.period else 0
    rate = f"{words.number(totals.invocations / minutes, 2)} per minute" if minutes >= 1 else None
    kinds = [("Out of memory", totals.out_of_memory), ("Errors", totals.errors), ("Crashes", totals.crashes)]
    kinds.append(("Init errors", totals.init_errors))
    third = max(kinds, key=lambda kind: kind[1])  # out of memory comes first among equals
    limit = f"limit {words.number(main.timeout_s)} s" if main and main.timeout_s is not None else ""
    return el(
        "dl",
        _figure("Invocations", words.count(totals.invocations), rate),
        _counted("Failed", totals.failed, words.percent(totals.error_rate or 0) if totals.failed else ""),
        _counted(third[0], third[1], f"{words.of(third[1], totals.failed)} failures" if third[1] else ""),
        _counted("Timeouts", totals.timeouts, limit),
        _durations(report),
        _cold(report),
        _peak(report),
        _cost(report),
        class_="figures",
        aria_label="Figures",
    )


def _main(report: Report) -> FunctionInfo | None:
    """The function whose spread stands for the report: the one of the first cause, else the busiest."""
    if report.causes and (info := function_named(report, report.causes[0].function)):
        return info
    return max(report.functions, key=lambda f: f.totals.invocations, default=None)


def _durations(report: Report) -> Markup:
    info = _main(report)
    if info is None or info.duration_ms is None:
        return _figure("Duration", "unknown", "no REPORT line", "zero")
    q = info.duration_ms
    shown = [(name, v) for name, v, ok in (
        ("p50", q.p50, words.quantile_shown(q.n, 0.5)),
        ("p95", q.p95, words.quantile_shown(q.n, 0.95)),
        ("p99", q.p99, words.quantile_shown(q.n, 0.99)),
    ) if ok]
    of = f", {display_name(info)}" if len(report.functions) > 1 else ""
    if not shown:
        return _figure("Slowest", words.duration(q.max), f"of {words.count(q.n)}{of}")
    numbers = ", ".join(words.count(round(v)) if v >= 10 else words.number(v, 2) for _, v in shown)
    names = ", ".join(name for name, _ in shown)
    return _figure(f"Duration {names}", f"{numbers} ms", f"slowest {words.duration(q.max)}{of}")


def _cold(report: Report) -> Markup:
    totals, info = report.totals, _main(report)
    if not totals.cold_starts:
        return _figure("Cold starts", "0", None, "zero")
    context = words.percent(totals.cold_starts / totals.invocations)
    if info and info.init_ms and len(report.functions) == 1:
        q = info.init_ms
        enough = words.quantile_shown(q.n, 0.5)
        context += f", p50 {words.duration(q.p50)}" if enough else f", slowest {words.duration(q.max)}"
    return _figure("Cold starts", words.count(totals.cold_starts), context)


def _peak(report: Report) -> Markup:
    known = [f for f in report.functions if f.peak_mb is not None and f.peak_ratio is not None]
    if not known:
        return _figure("Peak memory", "unknown", "no REPORT line", "zero")
    info = max(known, key=lambda f: f.peak_ratio or 0)
    of = f"{words.count(info.peak_mb or 0)} of {words.memory(info.memory_size_mb)}" if info.memory_size_mb else ""
    if len(report.functions) > 1:
        of += f", {display_name(info)}"
    ratio = info.peak_ratio or 0
    return _figure("Peak memory", words.percent(ratio), of, "bad" if ratio >= 0.95 else None)


def _cost(report: Report) -> Markup:
    costs = [f.cost for f in report.functions if f.cost is not None]
    if not costs:
        return _figure("Cost", "unknown", None, "zero")
    total, failed = sum(c.total for c in costs), sum(c.failed for c in costs)
    kinds = sorted({c.architecture for c in costs})
    context = ", ".join(kinds) + (f", failures {words.percent(failed / total)}" if failed and total else "")
    return _figure("Cost, about", words.money(total), context)


def _functions(report: Report) -> Markup | None:
    """A table where more than one function was read."""
    if len(report.functions) < 2:
        return None

    def row(info: FunctionInfo) -> Markup:
        q = info.duration_ms
        typical = words.duration(q.p50) if q and words.quantile_shown(q.n, 0.5) else ""
        return el(
            "tr",
            el("th", display_name(info), scope="row"),
            el("td", words.count(info.totals.invocations), class_="num"),
            el("td", words.count(info.totals.failed), class_="num bad" if info.totals.failed else "num quiet"),
            el("td", words.percent(info.totals.error_rate or 0) if info.totals.failed else "", class_="num opt"),
            el("td", typical, class_="num opt"),
            el("td", words.duration(q.max) if q else "", class_="num opt"),
            el("td", f"{words.count(info.peak_mb)} of {words.memory(info.memory_size_mb)}"
               if info.peak_mb is not None and info.memory_size_mb else "", class_="num opt"),
        )

    heads = ("Function", "Invocations", "Failed", "Share", "p50", "Slowest", "Peak memory")
    ordered = sorted(report.functions, key=lambda f: (-f.totals.failed, -f.totals.invocations, display_name(f)))
    return el(
        "section",
        el("header", el("h2", "Functions", id="h-functions"), el("p", f"{len(ordered)}, most failures first")),
        el("div", el("table",
            el("thead", el("tr", [el("th", h, scope="col", class_=("num opt" if i > 2 else "num") if i else None)
                                  for i, h in enumerate(heads)])),
            el("tbody", [row(info) for info in ordered]), class_="stack"), class_="scroll"),
        class_="sect",
        aria_labelledby="h-functions",
    )


# ---- environments ----


def _legend() -> Markup:
    def shape(name: str, *paths: Markup) -> Markup:
        return el("span", el("svg", paths, viewBox="0 0 18 12", aria_hidden="true"), name)

    return el(
        "div",
        shape("memory", el("path", class_="mem", d="M0 10 18 2")),
        shape("limit", el("path", class_="limit", d="M0 6h18")),
        shape("invocations", el("path", class_="load", d="".join(f"M{x} 4h1v6h-1z" for x in (1, 4, 6, 10, 13, 15)))),
        shape(
            "killed, after how many",
            el("path", class_="kill-line", d="M9 0v12"),
            el("path", class_="kill", d="M4.5-1h9L9 6z"),
        ),
        shape("alive at the end", el("circle", class_="hollow", cx=9, cy=6, r=3.5)),
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
            _legend(),
        ),
        picture,
        lanes.table(report),
        class_="sect keep",
        aria_labelledby="h-env",
    )


# ---- causes ----


def _why(report: Report, cause: Cause | None) -> Markup | None:
    if cause is None:
        return None
    return el(
        "section",
        el("header", el("h2", f"Why: {_lowered(cause.title)}", id="h-why")),
        _reason(report, cause),
        [_further(report, other) for other in report.causes[1:]],
        class_="sect why",
        aria_labelledby="h-why",
    )


def _reason(report: Report, cause: Cause) -> Markup:
    """The story with its lines; beside it the rivals, the doubts, and what would settle it."""
    steps = [el("li", el("p", prose(step.text)), lines(report, step.evidence, 3)) for step in cause.story]
    story = el("div", el("ol", steps, class_="story"), _what_if(cause))
    return el("div", story, _aside(cause), class_="reason")


def _aside(cause: Cause) -> Markup:
    ruled_out: Child = None
    if cause.ruled_out:
        rivals = [(_spoken(rival.id), prose(rival.because)) for rival in cause.ruled_out]
        entries = [[el("dt", icon("crash"), name), el("dd", because)] for name, because in rivals]
        ruled_out = [el("h3", "Why not something else"), el("dl", entries)]
    against: Child = None
    if cause.against:
        doubts = [el("li", prose(doubt)) for doubt in cause.against]
        against = [el("h3", "What speaks against it"), el("ul", doubts)]
    settle: Child = None
    if cause.settle:
        settle = el("div", el("h3", "What would settle it"), el("p", prose(cause.settle)), class_="settle")
    return el("div", ruled_out, against, settle, class_="aside")


def _lowered(title: str) -> str:
    """A title inside a sentence; one that begins with an abbreviation stays."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _spoken(id_: str) -> str:
    """An id as words."""
    return id_.replace("-", " ").capitalize()


def _what_if(cause: Cause) -> Markup | None:
    if not cause.what_if:
        return None
    rows = [
        el(
            "tr",
            el("th", w.change, scope="row"),
            el("td", w.before),
            el("td", w.after),
            el("td", w.assumption, class_="quiet opt"),
        )
        for w in cause.what_if
    ]
    heads = ("What if", "Now", "Then", "Assumes")
    head = el("tr", [el("th", h, scope="col", class_="opt" if i == 3 else None) for i, h in enumerate(heads)])
    return el("div", el("table", el("thead", head), el("tbody", rows), class_="stack"), class_="scroll whatif")


def _further(report: Report, cause: Cause) -> Markup:
    fixes = [
        [el("h3", title), act(group)] for title, group in list(by_title(cause.fixes).items())[:MOST_ACTS]
    ]
    shown, of = cause.explains
    return el(
        "details",
        el(
            "summary",
            icon("turn", "turn icon"),
            el("h2", f"Also: {_lowered(cause.title)}"),
            el("span", f"{cause.function}" if cause.function and len(report.functions) > 1 else None, class_="quiet"),
            el("span", words.believed(cause.confidence), class_="quiet"),
            el("span", f"explains {words.of(shown, of)}", class_="quiet") if of else None,
        ),
        el("p", el("b", cause.verdict), " ", prose(cause.lead)),
        _reason(report, cause),
        el("div", fixes, class_="fixes") if fixes else None,
        class_="further",
    )


# ---- findings ----


def _findings(report: Report) -> Markup | None:
    if not report.findings:
        return None
    period = f" Trend over {words.period(*report.period)}." if report.period else ""
    order = f"{len(report.findings)}, most severe first.{period}"
    return el(
        "section",
        el("header", el("h2", "Findings", id="h-findings"), el("p", order)),
        el("ol", [_finding(report, f, i == 0) for i, f in enumerate(report.findings)], class_="rows findings"),
        class_="sect",
        aria_labelledby="h-findings",
    )


def _finding(report: Report, finding: Finding, is_open: bool) -> Markup:
    when = None
    if finding.first is not None and finding.last is not None:
        when = _from_to(report, finding.first, finding.last)
    fixes = [[el("h3", title), act(group)] for title, group in by_title(finding.fixes).items()]
    name = finding.function if len(report.functions) > 1 else None
    count = words.of(finding.count, finding.of) if finding.of else words.count(finding.count)
    summary = el(
        "summary",
        icon("turn", "turn icon"),
        severity(finding.severity),
        el("span", el("span", name, class_="fn") if name else None, el("b", finding.summary), class_="what"),
        el("span", count, class_="num nowrap"),
        el("span", words.believed(finding.confidence), class_="wide conf quiet"),
        el("span", when, class_="wide when quiet nowrap"),
        trend(finding.trend, calm=finding.severity in ("low", "info")),
    )
    link = el("a", "Reference", href=finding.link, rel="noreferrer", target="_blank") if finding.link else None
    body = el(
        "div",
        el("p", el("b", finding.title), ". ", prose(finding.advice)),
        lines(report, finding.evidence),
        el("div", fixes, class_="fixes") if fixes else None,
        el("p", el("span", finding.id, class_="id"), link, class_="row above-s"),
        class_="body",
    )
    return el("li", el("details", summary, body, open=is_open))


def _from_to(report: Report, first: int, last: int) -> str:
    """A span within the period, without the date where the period has only one."""
    if report.period and words.day(report.period[0]) != words.day(report.period[1]):
        if words.day(first) == words.day(last):
            return f"{words.short_day(first)}, {words.minute(first)} to {words.minute(last)}"
        return f"{words.short_day(first)} to {words.short_day(last)}"
    start, end = words.minute(first), words.minute(last)
    return start if start == end else f"{start} to {end}"


# ---- charts ----


def _charts(report: Report, cause: Cause | None) -> Markup | None:
    wanted = cause.charts if cause else ("duration", "memory")
    function = cause.function if cause else (main.name if (main := _main(report)) else None)
    index = next((i for i, s in enumerate(report.series) if s.function == function), 0)
    if index >= len(report.series) or not report.series[index].times:
        return None
    series = report.series[index]
    drawn = [c for id_ in dict.fromkeys((*wanted, "duration", "memory")) if (c := charts.CHARTS[id_](series, report))]
    return el("div", [charts.figure(c, index) for c in drawn[:2]], class_="two sect") if drawn else None


# ---- errors ----


def _template(error: ErrorEntry) -> list[Child]:
    """One real message with what varies in the accent; where it does not fit the template, the template itself."""
    parts = _VALUE.split(error.template or error.message)
    for message in (error.message, f"{error.type}: {error.message}"):
        pattern = "".join("(.*?)" if part == "<*>" else re.escape(part) for part in parts)
        if found := re.fullmatch(pattern, message, re.DOTALL):
            values = iter(found.groups())
            return [el("i", next(values)) if part == "<*>" else part for part in parts]
    return [el("i", part) if part == "<*>" else part for part in parts]


def _errors_head(report: Report) -> str:
    total = sum(e.count for e in report.errors)
    return f"{words.plural(len(report.errors), 'group')}, {words.plural(total, 'line')}. What varies is marked."


def _calm(error: ErrorEntry) -> bool:
    return error.outcome == "survived"


def _errors_table(report: Report, saved: bool) -> Markup | None:
    if not report.errors:
        return None
    shown = report.errors if saved else report.errors[:MOST_ERRORS]

    def row(error: ErrorEntry) -> Markup:
        when = _from_to(report, error.first, error.last) if error.first is not None and error.last is not None else ""
        return el(
            "tr",
            el("td", _template(error), class_="template"),
            el("td", outcome(error.outcome)),
            el("td", words.count(error.count), class_="num"),
            el("td", words.percent(error.share) if error.share is not None else "", class_="num opt"),
            el("td", trend(error.trend, _calm(error)), class_="opt"),
            el("td", when, class_="opt quiet nowrap"),
            el("td", error.why_grouped, class_="opt quiet"),
        )

    heads = ("Message", "Outcome", "Count", "Share", "Trend", "First, last", "Why grouped")
    kinds = (None, None, "num", "num opt", "opt", "opt", "opt")
    more = el("p", el("a", f"All {words.count(len(report.errors))} groups", href="#errors"), class_="above-s noprint")
    return el(
        "section",
        el("header", el("h2", "Errors, grouped", id="h-err"), el("p", _errors_head(report))),
        el("div", el("table",
            el("thead", el("tr", [el("th", h, scope="col", class_=k) for h, k in zip(heads, kinds, strict=True)])),
            el("tbody", [row(e) for e in shown]), class_="stack"), class_="scroll"),
        more if len(shown) < len(report.errors) else None,
        class_="sect keep",
        aria_labelledby="h-err",
    )


def errors(report: Report) -> Markup:
    """Every error group as a row that opens to its lines."""

    def row(error: ErrorEntry, is_open: bool) -> Markup:
        when = _from_to(report, error.first, error.last) if error.first is not None and error.last is not None else None
        share = words.percent(error.share) if error.share is not None else None
        invocations = f"In {words.plural(error.invocations, 'invocation')}"
        return el(
            "li",
            el(
                "details",
                el(
                    "summary",
                    icon("turn", "turn icon"),
                    el("span", _template(error), class_="what template"),
                    outcome(error.outcome),
                    el("span", words.count(error.count), class_="num"),
                    el("span", share, class_="wide num quiet"),
                    trend(error.trend, _calm(error)),
                    el("span", when, class_="wide quiet nowrap"),
                ),
                el(
                    "div",
                    el("p", el("b", error.type) if error.type else None, ": " if error.type else None, error.message),
                    el("p", f"{invocations}. Grouped: {error.why_grouped}.", class_="quiet"),
                    lines(report, error.evidence),
                    class_="body",
                ),
                open=is_open,
            ),
        )

    if report.errors:
        body: Child = el("ol", [row(e, i == 0) for i, e in enumerate(report.errors)], class_="rows groups above")
        lead = _errors_head(report)
    else:
        body, lead = None, "No line of this export says that something failed."
    return el(
        "div",
        _scope(report, None),
        el("h1", "Errors, grouped", class_="verdict", tabindex=-1),
        el("p", lead, class_="lead"),
        body,
        class_="view",
    )


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
