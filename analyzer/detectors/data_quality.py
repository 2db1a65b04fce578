"""What the export does not show, and which answers that weakens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer import accounting, remedies, words
from analyzer.detectors import _evidence as ev
from analyzer.model import Detector, Finding, Origin, Threshold, Thresholds
from analyzer.stats import rows as bits
from analyzer.summary import Summary

ID = "data-quality"
TITLE = "Data Quality"
LINK = "https://docs.aws.amazon.com/cli/latest/reference/logs/filter-log-events.html"


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:
    """One finding for each thing that is missing or unsure."""
    events = sum(i.events for i in summary.inputs.values())
    if not events:
        return
    yield from _cut(summary)
    hidden = "successes not logged" in accounting.noticed(summary)  # a filter of Lambda's, not of the export
    filtered = [] if hidden else list(_filtered(summary, events, thresholds(ID, "without start")))
    yield from filtered
    if not filtered:
        yield from _open(summary)
    yield from _mixed(summary)
    yield from _unread(summary, events, thresholds(ID, "unread"))
    yield from _duplicates(summary, events)
    yield from _timeless(summary)
    yield from _noticed(summary)


def _one(
    summary: Summary, severity: str, said: str, advice: str, count: int, of: int, source: str | None = None, **more: Any
) -> Finding:
    evidence: tuple[Origin, ...] = more.pop("evidence", ()) or ev.any_line(summary, source)
    return Finding(
        id=ID,
        severity=severity,
        confidence=1.0,
        function=None,
        title=TITLE,
        summary=said,
        count=count,
        of=of,
        evidence=evidence,
        advice=advice,
        link=LINK,
        **more,
    )


def _cut(summary: Summary) -> Iterator[Finding]:
    names = sorted(name for name, info in summary.inputs.items() if info.truncated)
    if not names:
        return
    odd = [summary.origin(q) for q in summary.quotes.of(("odd", "cut at the end of the file")) if q.input in names]
    which = (
        f"{ev.clip(names[0], 50)} ends" if len(names) == 1 else f"{words.of(len(names), len(summary.inputs))} files end"
    )
    yield _one(
        summary,
        "low",
        f"{which} before the log does.",
        "What happened after the last event is unknown: counts may be too low, and the end of a trend is missing. "
        "Export it again, complete.",
        len(names),
        len(summary.inputs),
        names[0],
        evidence=tuple(odd[:3]),
        fixes=remedies.full_export(summary.functions[0]) if summary.functions else (),
    )


def _filtered(summary: Summary, events: int, share: float) -> Iterator[Finding]:
    """Lines without the START that stands before them: a filter pattern left it out."""
    inv = summary.invocations
    fix = remedies.full_export(summary.functions[0]) if summary.functions else ()
    if not len(inv):
        yield _one(
            summary,
            "low",
            f"None of {words.plural(events, 'log event')} belongs to an invocation that the export shows.",
            "Without START and REPORT lines, counts, memory, durations and cold starts are unknown. Export it again "
            "without `--filter-pattern`.",
            events,
            events,
            fixes=fix,
        )
        return
    without = [i for i in range(len(inv)) if not inv.flags[i] & bits.HAS_START]
    silent = [i for i in range(len(inv)) if not inv.flags[i] & bits.HAS_REPORT]
    if len(without) >= share * len(inv) and len(without) > len(summary.streams):
        yield _one(
            summary,
            "low",
            f"{words.of(len(without), len(inv))} invocations have no START line: the export is filtered.",
            "Versions and the order within an environment are uncertain, which weakens leaks, restarts and "
            "deployments as causes. Export it again without `--filter-pattern`.",
            len(without),
            len(inv),
            fixes=fix,
        )
    elif len(silent) >= 0.5 * len(inv) and len(silent) > len(summary.streams):
        yield _one(
            summary,
            "low",
            f"{words.of(len(silent), len(inv))} invocations have no REPORT line: the export is filtered.",
            "Durations, memory and how they ended are unknown for them. Export it again without `--filter-pattern`.",
            len(silent),
            len(inv),
            fixes=fix,
        )


def _open(summary: Summary) -> Iterator[Finding]:
    still, inv = summary.assembled.open, summary.invocations
    if not still:
        return
    rows = [i for i in range(len(inv)) if not inv.flags[i] & bits.HAS_REPORT]
    ends = {inv.stream[i]: i for i in range(len(inv))}
    inside = [i for i in rows if ends[inv.stream[i]] != i]
    severity = "low" if inside else "info"
    when = "" if inside else " at the end of the export"
    yield _one(
        summary,
        severity,
        f"{words.plural(still, 'invocation')} without a REPORT line{when}.",
        "How they ended is unknown, so they count neither as failed nor as well."
        if severity == "info"
        else "How they ended is unknown: a process can die without a REPORT, or lines are missing. They count as "
        "neither.",
        still,
        len(inv),
    )


def _mixed(summary: Summary) -> Iterator[Finding]:
    mixed = accounting.mixed_streams(summary)
    if mixed:
        yield _one(
            summary,
            "low",
            f"Invocations overlap in {words.of(len(mixed), len(summary.streams))} streams.",
            "The export does not tell environments apart, so lines without a request id may belong to a neighbour; "
            "the age of an "
            "environment, leaks and restarts are less sure. Export it with stream names, as filter-log-events does.",
            len(mixed),
            len(summary.streams),
        )


def _unread(summary: Summary, events: int, share: float) -> Iterator[Finding]:
    reasons: dict[str, int] = {}
    for info in summary.inputs.values():
        for reason, count in info.odd.items():
            if reason != "cut at the end of the file":
                reasons[reason] = reasons.get(reason, 0) + count
    if not reasons:
        return
    total = sum(reasons.values())
    parts = words.listed(
        [f"{words.count(n)} {reason}" for reason, n in sorted(reasons.items(), key=lambda rn: (-rn[1], rn[0]))]
    )
    odd = [summary.origin(q) for reason in sorted(reasons) for q in summary.quotes.of(("odd", reason))[:2]]
    yield _one(
        summary,
        "low" if total >= share * events else "info",
        f"{words.of(total, events)} log events could not be read.",
        f"{parts}. Counts may be too low by as many.",
        total,
        events,
        evidence=tuple(odd[:4]),
    )


def _duplicates(summary: Summary, events: int) -> Iterator[Finding]:
    twice = summary.assembled.duplicates
    if twice:
        yield _one(
            summary,
            "info",
            f"{words.of(twice, events)} log events were in the input twice.",
            "They are counted once.",
            twice,
            events,
        )


def _timeless(summary: Summary) -> Iterator[Finding]:
    inv = summary.invocations
    if len(inv) and summary.period is None:
        yield _one(
            summary,
            "info",
            "The export carries no times.",
            "What came first, bursts, gaps and deployments cannot be told. The order of the lines is taken as it is.",
            len(inv),
            len(inv),
        )


_COUNTED = {
    "sampled live tail": "update",
    "limit reached": "time",
    "not in time order": "event",
    "clock disorder": "time",
    "logs dropped": "record",
    "successes not logged": "invocation",
}


def _noticed(summary: Summary) -> Iterator[Finding]:
    for reason, count in accounting.noticed(summary).items():
        condition = accounting.CONDITIONS.get(reason)
        if condition is None or not condition.severity:
            continue
        counted = words.plural(count, _COUNTED.get(reason, "time"))
        evidence = tuple(
            summary.origin(q) for s in _sources(summary) for q in summary.quotes.of(("first", s, "dropped"))
        )
        yield _one(
            summary,
            condition.severity,
            condition.said.format(count=counted),
            condition.weakens,
            count,
            0,
            evidence=evidence[:3] if reason == "logs dropped" else (),
        )


def _sources(summary: Summary) -> list[str]:
    return sorted({s.source for s in summary.streams})


DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="low",
    why="An answer is as good as the lines it stands on. What is missing is said, with the conclusions that it "
    "weakens.",
    fix="Export the log again: complete, with stream names, and without a filter pattern.",
    quiet_when="Every line was read, and only the environments that were at work when the export began or ended are "
    "cut.",
    link=LINK,
    find=find,
    thresholds={
        "without start": Threshold(0.2, "Fewer belong to environments that were at work when the export began."),
        "unread": Threshold(0.01, "Fewer do not change a share that is worth reporting."),
    },
    specificity=1,
)
