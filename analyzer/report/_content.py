"""What the plain views say of a report, text.py and markdown.py alike, before it is laid out."""

from __future__ import annotations

from analyzer import words
from analyzer.model import Cause, Finding, Fix
from analyzer.report import Report
from analyzer.report._plain import plain

MOST_FURTHER = 4
MOST_NOTES = 6
MOST_ACTS = 2


def facts(report: Report) -> list[list[str]]:
    """Two rows of figures: what the function is, and how long and how dear it ran."""
    info = report.main_function
    period = [words.period(*report.period)] if report.period else []
    if info is None:
        return [period]
    is_: list[str] = []
    if len(report.functions) > 1:
        is_.append(f"{info.label} (one of {len(report.functions)} functions)")
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


def explained(cause: Cause) -> str:
    """How sure a cause is and how much it accounts for: `memory-leak, confidence 0.97, explains 12 of 12 failures`."""
    count, of = cause.explains
    share = f", explains {words.of(count, of)} failure{'' if of == 1 else 's'}" if of else ""
    return f"{cause.id}, confidence {cause.confidence:.2f}{share}"


def stamp(report: Report, ms: int) -> str:
    """The time of a line, with its date where the period has more than one."""
    one_day = report.period is not None and words.day(report.period[0]) == words.day(report.period[1])
    return words.clock(ms) if one_day else words.stamp(ms)


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


def command_lines(fix: Fix) -> list[str]:
    """A command as it is pasted, its own line breaks kept and nothing in it that a terminal would obey."""
    lines = [plain(line) for line in fix.command.strip().split("\n")]
    return [line if line.strip() else "" for line in lines]


def told(report: Report, finding: Finding) -> str:
    """The fact of a finding, with its function where the report has several."""
    name = finding.function
    if name and len(report.functions) > 1 and name not in finding.summary:
        return f"{name}: {finding.summary}"
    return finding.summary


def share(finding: Finding) -> str:
    """How many of how many, or how many where there is no whole."""
    return words.of(finding.count, finding.of) if finding.of else words.count(finding.count)


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
