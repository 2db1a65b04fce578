"""Findings as rows that open, and the errors in groups: a table in the answer, and a view of their own."""

from __future__ import annotations

import re

from analyzer import words
from analyzer.model import Finding
from analyzer.report import ErrorEntry, Report
from analyzer.report._markup import Child, Markup, el
from analyzer.report._sections import act, by_title, from_to, lines, outcome, prose, scope, severity
from analyzer.report._svg import icon, trend

MOST_ERRORS = 6

_VALUE = re.compile(r"(<\*>)")


def findings(report: Report) -> Markup | None:
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
        when = from_to(report, finding.first, finding.last)
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


def errors_table(report: Report, saved: bool) -> Markup | None:
    if not report.errors:
        return None
    shown = report.errors if saved else report.errors[:MOST_ERRORS]

    def row(error: ErrorEntry) -> Markup:
        when = from_to(report, error.first, error.last) if error.first is not None and error.last is not None else ""
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
        el(
            "div",
            el(
                "table",
                el("thead", el("tr", [el("th", h, scope="col", class_=k) for h, k in zip(heads, kinds, strict=True)])),
                el("tbody", [row(e) for e in shown]),
                class_="stack",
            ),
            class_="scroll",
        ),
        more if len(shown) < len(report.errors) else None,
        class_="sect keep",
        aria_labelledby="h-err",
    )


def errors(report: Report) -> Markup:
    """Every error group as a row that opens to its lines."""

    def row(error: ErrorEntry, is_open: bool) -> Markup:
        when = from_to(report, error.first, error.last) if error.first is not None and error.last is not None else None
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
        scope(report, None),
        el("h1", "Errors, grouped", class_="verdict", tabindex=-1),
        el("p", lead, class_="lead"),
        body,
        class_="view",
    )
