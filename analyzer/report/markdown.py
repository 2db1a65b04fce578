"""The report as Markdown, for an incident channel or a pull request.

Log text must not become markup. A backslash would stop GitHub but show in chat programs, so whatever could be read as
markup, a link, HTML, a mention or a formula goes into a code span instead, where no reader of Markdown looks for any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer import words
from analyzer.model import SEVERITIES
from analyzer.report import Report
from analyzer.report import _content as content
from analyzer.report._plain import excerpt, plain, shorten

MOST_FINDINGS = 12
MOST_QUOTED = 160

_LANGUAGES = {"aws-cli": "sh", "sam": "yaml", "cdk": "python", "terraform": "hcl"}
_SUSPECT = re.compile(
    r"[`*_<>\[\]|~#@&\\${}^]|==|://|:\w+:|\bwww\b|\bmailto\b|\bxmpp\b|\bGH-\d|\w\.[A-Za-z]", re.IGNORECASE
)
"""What some reader of Markdown would turn into something else: marks, links, e-mail, mentions, emoji, formulas."""
_OWN_SPAN = re.compile("`([^`]+)`")
_MONEY = re.compile(r"\$[\d.,]+")  # a dollar before a digit can open a formula but never close one
_AT_START = re.compile(r"[-+]+|\d{1,9}[.)]|[:=-]+\S*")


def render(report: Report) -> str:
    """Verdict, lead, fix, story, findings and what was read, ending in a line feed."""
    blocks = [
        f"**{inline(report.verdict)}**" if report.verdict.strip() else "",
        inline(report.lead),
        "\n".join(f"- {inline(sentence)}" for sentence in _warnings(report)),
        _facts(report),
        *_fixes(report),
        _why(report),
        _findings(report),
        _read(report),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


# ---- safe text ----


def code(value: str, most: int = 0) -> str:
    """Text as a code span that it cannot leave, cut to `most` columns.

    >>> code("a`b"), code("REPORT"), code("`")
    ('`` a`b ``', '`REPORT`', '`` ` ``')
    """
    value = plain(value).strip()
    if most:
        value = shorten(value, most)
    if not value:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", value)), default=0))
    pad = " " if "`" in value else ""
    return f"{fence}{pad}{value}{pad}{fence}"


def inline(value: str) -> str:
    """A sentence in which every word that looks like markup is a code span, beside those it marks itself.

    >>> inline("cannot load <b> @all for s3.eu-west-1.")
    'cannot load `<b> @all` for `s3.eu-west-1`.'
    >>> inline("put yours for `live`"), inline("`a``b` x`y")
    ('put yours for `live`', '`a` `b` `` x`y ``')
    """
    found = ""
    for i, piece in enumerate(_OWN_SPAN.split(plain(value).strip())):
        shown = code(piece) if i % 2 else _words(piece, begins=not found)
        # Spans that touch would be read as one with other ends.
        found += " " + shown if found.endswith("`") and shown.startswith("`") else shown
    return found


def _words(piece: str, begins: bool) -> str:
    """Text without code spans of its own: neighbouring suspects become one span, blanks at the ends stay."""
    parts: list[str] = []
    held: list[str] = []
    for i, word in enumerate(piece.split()):
        body = word.rstrip(".,;:") or word
        suspect = _SUSPECT.search(word) and not _MONEY.fullmatch(body)
        if suspect or (begins and i == 0 and _AT_START.fullmatch(word)):
            held.append(word)
            continue
        parts += _span(held)
        held = []
        parts.append(word)
    shown = " ".join(parts + _span(held))
    return (" " if piece[:1] == " " and not begins else "") + shown + (" " if shown and piece[-1:] == " " else "")


def _span(held: list[str]) -> list[str]:
    """Neighbouring suspects as one code span; the stop that ends them stays outside."""
    if not held:
        return []
    joined = " ".join(held)
    body = joined.rstrip(".,;:") or joined
    return [code(body) + joined[len(body) :]]


def cell(value: str) -> str:
    """Text for a table: even inside a code span a bar would end the cell, so it becomes a broken one.

    >>> cell("a|b c")
    '`a¦b` c'
    """
    return inline(value).replace("|", "¦")


def fenced(value: str, language: str = "") -> str:
    """A block that its content cannot close."""
    longest = max((len(run) for run in re.findall("`+", value)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{value}\n{fence}"


# ---- parts ----


def _warnings(report: Report) -> Iterator[str]:
    if report.partial:
        yield "Partial: reading was cancelled. Everything here is about the part that was read."
    for name, why in report.failed_plugins:
        yield f"The check {name} failed and is left out: {why}"


def _facts(report: Report) -> str:
    return "  \n".join(inline(", ".join(row)) for row in content.facts(report) if row)


def _fixes(report: Report) -> Iterator[str]:
    """Acts as blocks to copy from, with what to know before doing them."""
    found = content.acts(report)
    for fix in found:
        if fix.title.strip():
            yield f"**{inline(fix.title)}**"
        yield fenced("\n".join(content.command_lines(fix)), _LANGUAGES.get(fix.tool, ""))
        yield inline(fix.note)
    if not found and (said := content.advice(report)):
        yield f"**Fix:** {inline(said)}"


def _why(report: Report) -> str:
    """The story of the first cause, its doubts and rivals; the other causes in a line each."""
    lines: list[str] = []
    for cause in report.causes[:1]:
        count, of = cause.explains
        whole = f", explains {words.of(count, of)} failure{'' if of == 1 else 's'}" if of else ""
        lines += [f"**Why:** {code(cause.id)}, confidence {cause.confidence:.2f}{whole}", ""]
        for number, step in enumerate(cause.story, 1):
            lines.append(f"{number}. {inline(step.text)}")
            for origin in step.evidence[:1]:
                at = f"{content.stamp(report, origin.time)}  " if origin.time is not None else ""
                if quoted := excerpt(origin, MOST_QUOTED):
                    lines += ["", f"   {code(at + quoted)}", ""]
        lines.append("")
        lines += [f"- Against it: {inline(doubt)}" for doubt in cause.against]
        lines += [f"- Not {code(rival.id)}: {inline(rival.because)}" for rival in cause.ruled_out]
        if cause.settle:
            lines.append(f"- To settle it: {inline(cause.settle)}")
    for cause in report.causes[1 : 1 + content.MOST_FURTHER]:
        lines.append(f"- Also {code(cause.id)}, confidence {cause.confidence:.2f}: {inline(cause.verdict)}")
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _findings(report: Report) -> str:
    found = [f for f in report.findings if SEVERITIES.index(f.severity) < SEVERITIES.index("info")]
    if not found:
        return ""
    rows = ["| Severity | Finding | What | Count |", "| --- | --- | --- | ---: |"]
    rows += [
        f"| {f.severity} | {code(f.id)} | {cell(content.told(report, f).removesuffix('.'))} | {content.share(f)} |"
        for f in found[:MOST_FINDINGS]
    ]
    left = len(found) - MOST_FINDINGS
    return "\n".join(rows) + (f"\n\nand {words.plural(left, 'more finding')}" if left > 0 else "")


def _read(report: Report) -> str:
    """What was read, from which files, by which version."""
    lines = [inline(content.account(report))]
    lines += [f"- {inline(note)}" for note in content.notes(report)[: content.MOST_NOTES]]
    names = ", ".join(code(info.name, 80) for info in report.inputs[:3])
    more = f" and {words.plural(len(report.inputs) - 3, 'more file')}" if len(report.inputs) > 3 else ""
    return "\n".join(lines) + (f"\n\nLambdascope {report.version}, from {names}{more}. All times UTC." if names else "")
