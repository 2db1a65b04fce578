"""The report as plain text: what a terminal, a ticket or a mail shows. The answer first, then why, then what to type.

Everything that can come from a log goes through `plain`: a log line must not move the cursor, colour the terminal,
ring its bell or turn the reading direction. Commands stay whole on one line, because they are pasted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer import words
from analyzer.model import Cause, Origin
from analyzer.report import Report
from analyzer.report import _content as content
from analyzer.report._plain import columns, excerpt, plain, shorten, wrap

LEAST_WIDTH = 40
MOST_FINDINGS = 20
MOST_FUNCTIONS = 20
MOST_SEEN = 3
_LABEL = 6  # "Why   ", "Fix   ", "Or    "


def render(report: Report, width: int = 100) -> str:
    """The report in at most `width` columns (commands excepted), ending in a line feed."""
    width = max(LEAST_WIDTH, width)
    blocks = [
        [*wrap(report.verdict, width), *wrap(report.lead, width)],
        _warnings(report, width),
        _facts(report, width),
        *(list(_why(report, cause, width)) for cause in report.causes[:1]),
        _seen(report, width),
        _further(report, width),
        _fixes(report, width),
        _findings(report, width),
        _functions(report, width),
        _notes(report, width),
        _read(report, width),
    ]
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block) + "\n"


# ---- the answer ----


def _warnings(report: Report, width: int) -> list[str]:
    """What makes everything else less than the whole truth."""
    said = []
    if report.partial:
        said.append("Partial: reading was cancelled. Everything here is about the part that was read.")
    said += [f"The check {name} failed and is left out: {why}" for name, why in report.failed_plugins]
    return [line for sentence in said for line in wrap(sentence, width, "! ", "  ")]


def _facts(report: Report, width: int) -> list[str]:
    """The figures, two spaces apart, broken only between two of them."""
    lines: list[str] = []
    for row in content.facts(report):
        line = ""
        for fact in map(plain, row):
            if line and columns(line) + columns(fact) + 4 > width:
                lines.append(f"  {line}")
                line = ""
            line = f"{line}  {fact}" if line else shorten(fact, width - 2)
        if line:
            lines.append(f"  {line}")
    return lines


def _evidence(report: Report, origins: Sequence[Origin], width: int, indent: str) -> Iterator[str]:
    """The first line behind a claim."""
    for origin in origins[:1]:
        at = f"{content.stamp(report, origin.time)}  " if origin.time is not None else ""
        if quoted := excerpt(origin, width - len(indent) - len(at)):
            yield f"{indent}{at}{quoted}"


def _why(report: Report, cause: Cause, width: int) -> Iterator[str]:
    """The story of the first cause with its lines, what speaks against it, its rivals, and what would settle it."""
    name = f" ({cause.function})" if cause.function and len(report.functions) > 1 else ""
    yield from wrap(content.explained(cause) + name, width, "Why   ", " " * _LABEL)
    for number, step in enumerate(cause.story, 1):
        head = f"  {number}. "
        yield from wrap(step.text, width, head, " " * len(head))
        yield from _evidence(report, step.evidence, width, " " * len(head))
    for doubt in cause.against:
        yield from wrap(f"Against it: {doubt}", width, "  ", "    ")
    for rival in cause.ruled_out:
        yield from wrap(f"Not {rival.id}: {rival.because}", width, "  ", "    ")
    if cause.settle:
        yield from wrap(f"To settle it: {cause.settle}", width, "  ", "    ")


def _further(report: Report, width: int) -> list[str]:
    """The causes after the first, a sentence each."""
    lines: list[str] = []
    for cause in report.causes[1 : 1 + content.MOST_FURTHER]:
        lines += wrap(f"{content.explained(cause)}. {cause.verdict}", width, "Also  ", " " * _LABEL)
    left = len(report.causes) - 1 - content.MOST_FURTHER
    if left > 0:
        lines.append(f"      and {words.plural(left, 'more cause')}: --format json")
    return lines


def _seen(report: Report, width: int) -> list[str]:
    """Without a cause there is no story: a line of each of the gravest findings stands in for it."""
    grave = [] if report.causes else [f for f in report.findings if f.severity in ("critical", "high", "medium")]
    lines = [line for f in grave[:MOST_SEEN] for line in _evidence(report, f.evidence, width, " " * _LABEL)]
    return [line if i else f"Seen{line[4:]}" for i, line in enumerate(dict.fromkeys(lines))]


def _fixes(report: Report, width: int) -> list[str]:
    """What to type, whole on one line, and what to know before doing so."""
    lines: list[str] = []
    space = " " * _LABEL
    for number, fix in enumerate(content.acts(report)):
        head = "Or    " if number else "Fix   "
        commands = content.command_lines(fix)
        if fix.tool != "aws-cli":
            lines += wrap(f"{fix.title} ({fix.tool}):", width, head, space)
            head = space
        lines += [(space if i else head) + line for i, line in enumerate(commands)]
        lines += wrap(fix.note, width, space)
    if not lines:
        lines = wrap(content.advice(report), width, "Fix   ", space)
    return lines


# ---- tables ----


def _table(rows: list[tuple[str, str, str, str]], width: int) -> Iterator[str]:
    """Severity, id, sentence and count; the sentence wraps in its own column, the count stands at the right edge."""
    ids = min(max(len(r[1]) for r in rows), 24)
    right = max(len(r[3]) for r in rows)
    left = 8 + 2 + ids + 2
    room = width - left - right - 2
    for severity, id_, sentence, share in rows:
        if room < 24:  # too narrow for columns: the sentence goes below
            yield f"{severity:<8}  {shorten(id_, width - 10)}"
            yield from wrap(f"{sentence} ({share})", width, "    ")
            continue
        first, *rest = wrap(sentence, room) or [""]
        gap = " " * (room - columns(first) + 2)
        yield f"{severity:<8}  {shorten(id_, ids):<{ids}}  {first}{gap}{share:>{right}}"
        for line in rest:
            yield " " * left + line


def _findings(report: Report, width: int) -> list[str]:
    """The findings above info, gravest first."""
    found = [f for f in report.findings if f.severity != "info"]
    rows = [
        (f.severity, f.id, content.told(report, f).removesuffix("."), content.share(f)) for f in found[:MOST_FINDINGS]
    ]
    lines = list(_table(rows, width)) if rows else []
    if len(found) > len(rows):
        lines.append(f"and {words.plural(len(found) - len(rows), 'more finding')}: --format json")
    return lines


def _functions(report: Report, width: int) -> list[str]:
    """A row for each function, most failures first, where there is more than one."""
    if len(report.functions) < 2:
        return []
    ordered = sorted(report.functions, key=lambda f: (-f.totals.failed, -f.totals.invocations, f.label))
    rows: list[tuple[str, ...]] = [("function", "invocations", "failed", "share", "p50", "slowest", "peak memory")]
    for info in ordered[:MOST_FUNCTIONS]:
        q, totals = info.duration_ms, info.totals
        peak = words.memory(info.peak_mb) if info.peak_mb is not None else ""
        if peak and info.peak_ratio is not None:
            peak += f" ({words.percent(info.peak_ratio)})"
        rows.append((
            info.label, words.count(totals.invocations), words.count(totals.failed),
            words.percent(totals.error_rate) if totals.error_rate else "",
            words.duration(q.p50) if q and words.quantile_shown(q.n, 0.5) else "",
            words.duration(q.max) if q else "", peak,
        ))  # fmt: skip
    while len(rows[0]) > 3 and sum(max(len(r[i]) for r in rows) + 2 for i in range(1, len(rows[0]))) + 16 > width:
        rows = [r[:-1] for r in rows]  # a narrow terminal keeps the counts
    widths = [max(len(r[i]) for r in rows) for i in range(1, len(rows[0]))]
    names = width - sum(widths) - 2 * len(widths)
    names = max(8, min(names, max(columns(plain(r[0])) for r in rows)))
    lines = []
    for name, *cells in rows:
        name = shorten(name, names)
        line = name + " " * (names - columns(name))
        lines.append(line + "".join(f"  {cell:>{w}}" for cell, w in zip(cells, widths, strict=True)))
    if len(ordered) > MOST_FUNCTIONS:
        lines.append(f"and {words.plural(len(ordered) - MOST_FUNCTIONS, 'more function')}: --format json")
    return lines


# ---- what was read ----


def _notes(report: Report, width: int) -> list[str]:
    said = content.notes(report)
    lines = [line for note in said[: content.MOST_NOTES] for line in wrap(note, width, "", "  ")]
    if len(said) > content.MOST_NOTES:
        lines.append(f"and {words.plural(len(said) - content.MOST_NOTES, 'more note')}: --format json")
    return lines


def _read(report: Report, width: int) -> list[str]:
    """The last line: nothing that was given is left unmentioned."""
    quiet = sum(f.severity == "info" for f in report.findings)
    more = f" {words.plural(quiet, 'info finding')}: --format json" if quiet else ""
    return wrap(content.account(report) + more, width)
