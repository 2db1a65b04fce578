"""The report as plain text: what a terminal, a ticket or a mail shows. The answer first, then why, then what to type.

Everything that can come from a log goes through `plain`: a log line must not move the cursor, colour the terminal,
ring its bell or turn the reading direction. Commands stay whole on one line, because they are pasted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer import words
from analyzer.model import Cause, Finding, Fix, Origin
from analyzer.report import FunctionInfo, Report
from analyzer.report._plain import columns, excerpt, plain, shorten, wrap

LEAST_WIDTH = 40
MOST_FINDINGS = 20
MOST_FUNCTIONS = 20
MOST_FURTHER = 4
MOST_NOTES = 6
MOST_ACTS = 2
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


def label(info: FunctionInfo) -> str:
    """What to call a function."""
    return info.name or info.log_group or "unnamed function"


def main_function(report: Report) -> FunctionInfo | None:
    """The function that the facts are about: the one of the first cause, else the one with most failures."""
    if report.causes:
        for info in report.functions:
            if info.name == report.causes[0].function:
                return info
    return max(report.functions, key=lambda f: (f.totals.failed, f.totals.invocations), default=None)


def facts(report: Report) -> list[list[str]]:
    """Two rows of figures: what the function is, and how long and how dear it ran."""
    info = main_function(report)
    period = [words.period(*report.period)] if report.period else []
    if info is None:
        return [period]
    is_: list[str] = []
    if len(report.functions) > 1:
        is_.append(f"{label(info)} (one of {len(report.functions)} functions)")
    elif info.name and info.name not in report.verdict:
        is_.append(info.name)
    if info.memory_size_mb is not None:
        is_.append(words.memory(info.memory_size_mb))
    if info.timeout_s is not None:
        is_.append(f"{words.number(info.timeout_s, 4)} s limit")
    is_ += info.runtimes[-1:]
    ran: list[str] = []
    q = info.duration_ms
    if q is not None:
        shown = [(n, v) for n, share, v in (("p50", 0.5, q.p50), ("p95", 0.95, q.p95), ("p99", 0.99, q.p99))
                 if words.quantile_shown(q.n, share)]  # fmt: skip
        shown.append(("slowest", q.max))
        ran = [f"{name} {words.milliseconds(value)}" for name, value in shown]
        ran[0] = f"duration {ran[0]}"
    if info.totals.invocations:
        ran.append(f"cold starts {words.count(info.totals.cold_starts)}")
    if info.cost is not None:
        ran.append(f"cost {words.money(info.cost.total)}")
    return [is_ + period, ran]


def _facts(report: Report, width: int) -> list[str]:
    """The figures, two spaces apart, broken only between two of them."""
    lines: list[str] = []
    for row in facts(report):
        line = ""
        for fact in map(plain, row):
            if line and columns(line) + columns(fact) + 4 > width:
                lines.append(f"  {line}")
                line = ""
            line = f"{line}  {fact}" if line else shorten(fact, width - 2)
        if line:
            lines.append(f"  {line}")
    return lines


def explained(cause: Cause) -> str:
    """How sure a cause is and how much it accounts for: `memory-leak, confidence 0.97, explains 12 of 12 failures`."""
    count, of = cause.explains
    share = f", explains {words.of(count, of)} failure{'' if of == 1 else 's'}" if of else ""
    return f"{cause.id}, confidence {cause.confidence:.2f}{share}"


def stamp(report: Report, ms: int) -> str:
    """The time of a line, with its date where the period has more than one."""
    one_day = report.period is not None and words.day(report.period[0]) == words.day(report.period[1])
    return words.clock(ms) if one_day else words.stamp(ms)


def _evidence(report: Report, origins: Sequence[Origin], width: int, indent: str) -> Iterator[str]:
    """The first line behind a claim."""
    for origin in origins[:1]:
        at = f"{stamp(report, origin.time)}  " if origin.time is not None else ""
        if quoted := excerpt(origin, width - len(indent) - len(at)):
            yield f"{indent}{at}{quoted}"


def _why(report: Report, cause: Cause, width: int) -> Iterator[str]:
    """The story of the first cause with its lines, what speaks against it, its rivals, and what would settle it."""
    name = f" ({cause.function})" if cause.function and len(report.functions) > 1 else ""
    yield from wrap(explained(cause) + name, width, "Why   ", " " * _LABEL)
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
    for cause in report.causes[1 : 1 + MOST_FURTHER]:
        lines += wrap(f"{explained(cause)}. {cause.verdict}", width, "Also  ", " " * _LABEL)
    left = len(report.causes) - 1 - MOST_FURTHER
    if left > 0:
        lines.append(f"      and {words.plural(left, 'more cause')}: --format json")
    return lines


def acts(report: Report) -> list[Fix]:
    """What to do, one fix an act, the AWS CLI's first: of the first cause, else of the gravest findings."""
    first = report.causes[0].fixes if report.causes else ()
    grave = [f for f in report.findings if f.severity in ("critical", "high", "medium")]
    fixes = first or next((f.fixes for f in grave if f.fixes), ())
    found: dict[str, Fix] = {}
    for fix in sorted(fixes, key=lambda f: f.tool != "aws-cli"):
        found.setdefault(fix.title, fix)
    order = list(dict.fromkeys(f.title for f in fixes))
    return [found[title] for title in order][:MOST_ACTS]


def advice(report: Report) -> str:
    """What to do in words, where no command does it: the advice of the gravest finding, unless the lead gave it."""
    grave = [f for f in report.findings if f.severity in ("critical", "high", "medium") and f.advice]
    return grave[0].advice if grave and grave[0].advice not in report.lead else ""


def _seen(report: Report, width: int) -> list[str]:
    """Without a cause there is no story: a line of each of the gravest findings stands in for it."""
    grave = [] if report.causes else [f for f in report.findings if f.severity in ("critical", "high", "medium")]
    lines = [line for f in grave[:MOST_SEEN] for line in _evidence(report, f.evidence, width, " " * _LABEL)]
    return [line if i else f"Seen{line[4:]}" for i, line in enumerate(dict.fromkeys(lines))]


def command_lines(fix: Fix) -> list[str]:
    """A command as it is pasted, its own line breaks kept and nothing in it that a terminal would obey."""
    lines = [plain(line) for line in fix.command.strip().split("\n")]
    return [line if line.strip() else "" for line in lines]


def _fixes(report: Report, width: int) -> list[str]:
    """What to type, whole on one line, and what to know before doing so."""
    lines: list[str] = []
    space = " " * _LABEL
    for number, fix in enumerate(acts(report)):
        head = "Or    " if number else "Fix   "
        commands = command_lines(fix)
        if fix.tool != "aws-cli":
            lines += wrap(f"{fix.title} ({fix.tool}):", width, head, space)
            head = space
        lines += [(space if i else head) + line for i, line in enumerate(commands)]
        lines += wrap(fix.note, width, space)
    if not lines:
        lines = wrap(advice(report), width, "Fix   ", space)
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


def told(report: Report, finding: Finding) -> str:
    """The fact of a finding, with its function where the report has several."""
    name = finding.function
    if name and len(report.functions) > 1 and name not in finding.summary:
        return f"{name}: {finding.summary}"
    return finding.summary


def share(finding: Finding) -> str:
    """How many of how many, or how many where there is no whole."""
    return words.of(finding.count, finding.of) if finding.of else words.count(finding.count)


def _findings(report: Report, width: int) -> list[str]:
    """The findings above info, gravest first."""
    found = [f for f in report.findings if f.severity != "info"]
    rows = [(f.severity, f.id, told(report, f).removesuffix("."), share(f)) for f in found[:MOST_FINDINGS]]
    lines = list(_table(rows, width)) if rows else []
    if len(found) > len(rows):
        lines.append(f"and {words.plural(len(found) - len(rows), 'more finding')}: --format json")
    return lines


def _functions(report: Report, width: int) -> list[str]:
    """A row for each function, most failures first, where there is more than one."""
    if len(report.functions) < 2:
        return []
    ordered = sorted(report.functions, key=lambda f: (-f.totals.failed, -f.totals.invocations, label(f)))
    rows: list[tuple[str, ...]] = [("function", "invocations", "failed", "share", "p50", "slowest", "peak memory")]
    for info in ordered[:MOST_FUNCTIONS]:
        q, totals = info.duration_ms, info.totals
        peak = words.memory(info.peak_mb) if info.peak_mb is not None else ""
        if peak and info.peak_ratio is not None:
            peak += f" ({words.percent(info.peak_ratio)})"
        rows.append((
            label(info), words.count(totals.invocations), words.count(totals.failed),
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


def notes(report: Report) -> list[str]:
    """What the inputs and the lines set aside leave uncertain."""
    said = [f"{info.name}: {note}" for info in report.inputs for note in info.notes]
    said += [
        f"{info.name} ends in the middle of an event; what came before that was read."
        for info in report.inputs
        if info.truncated and not info.notes
    ]
    said += [f"{reason.capitalize()}: {what}" for reason, what in sorted(report.quality.weakens.items())]
    return said


def _notes(report: Report, width: int) -> list[str]:
    said = notes(report)
    lines = [line for note in said[:MOST_NOTES] for line in wrap(note, width, "", "  ")]
    if len(said) > MOST_NOTES:
        lines.append(f"and {words.plural(len(said) - MOST_NOTES, 'more note')}: --format json")
    return lines


def account(report: Report) -> str:
    """How much was read, what was set aside and why."""
    q = report.quality
    aside = {reason: n for reason, n in sorted(q.set_aside.items()) if n}
    if not q.events:
        return "Read no lines."
    if not aside:
        said = f"Read all {words.count(q.events)} lines." if q.events > 1 else "Read 1 line."
    else:
        total = sum(aside.values())
        kinds = [f"{words.count(n)} {reason}" for reason, n in aside.items()] if len(aside) > 1 else list(aside)
        said = f"Read {words.of(q.attributed, q.events)} lines; {words.count(total)} set aside: {', '.join(kinds)}."
    if q.open_invocations:
        said += f" {words.plural(q.open_invocations, 'invocation')} without an end in this export."
    if q.mixed_streams:
        said += f" {words.plural(q.mixed_streams, 'log stream')} mixed."
    return said


def _read(report: Report, width: int) -> list[str]:
    """The last line: nothing that was given is left unmentioned."""
    quiet = sum(f.severity == "info" for f in report.findings)
    more = f" {words.plural(quiet, 'info finding')}: --format json" if quiet else ""
    return wrap(account(report) + more, width)
