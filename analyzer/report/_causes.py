"""Why it happened: the story in steps, its rivals, its doubts, and what would settle it."""

from __future__ import annotations

from analyzer import words
from analyzer.model import Cause
from analyzer.report import Report
from analyzer.report._markup import Child, Markup, el
from analyzer.report._sections import MOST_ACTS, act, by_title, lines, prose
from analyzer.report._svg import icon


def why(report: Report, cause: Cause | None) -> Markup | None:
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
    fixes = [[el("h3", title), act(group)] for title, group in list(by_title(cause.fixes).items())[:MOST_ACTS]]
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
