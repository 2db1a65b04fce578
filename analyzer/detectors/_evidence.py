"""What detectors share: the lines that prove a finding, with the proving fields marked, and the words around counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from analyzer import registry, words
from analyzer.dialects import parser
from analyzer.functions import Function, spread, wilson
from analyzer.model import Finding, Origin, Status
from analyzer.stats import rows as bits
from analyzer.stats.groups import Group
from analyzer.summary import Summary

MEMORY = (r"Max Memory Used: \d+ MB", r'"maxMemoryUsedMB"\s*:\s*[\d.]+')
SIZE = (r"Memory Size: \d+ MB", r'"memorySizeMB"\s*:\s*[\d.]+')
DURATION = (r"(?<!Billed )(?<!Init )(?<!Restore )Duration: [\d.]+ ms", r'"durationMs"\s*:\s*[\d.]+')
INIT = (r"(?:Init|Restore) Duration: [\d.]+ ms", r'"(?:init|restore)DurationMs"\s*:\s*[\d.]+')
STATUS = (
    r"Status: \w+(?:\s+Error Type: [\w.]+)?",
    r'"status"\s*:\s*"\w+"',
    r'"errorType"\s*:\s*"[^"]+"',
    r"Task timed out after [\d.]+ seconds",
    r"Runtime exited[^\n]*",
    r"Process exited before completing request",
)


def marked(origin: Origin, *patterns: str) -> Origin:
    """The line with every part that a pattern finds marked; marks that touch or overlap become one."""
    found = sorted((m.start(), m.end()) for p in patterns for m in re.finditer(p, origin.text) if m.end() > m.start())
    marks: list[tuple[int, int]] = []
    for start, end in found:
        if marks and start <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(marks[-1][1], end))
        else:
            marks.append((start, end))
    return replace(origin, marks=tuple(marks))


def reports(function: Function, rows: Sequence[int], *patterns: str, most: int = 3) -> tuple[Origin, ...]:
    """REPORT lines of executions, as far as they were kept and show one of the patterns, if any is given."""
    found = tuple(marked(o, *patterns) for o in function.evidence(rows, most))
    return tuple(o for o in found if o.marks) if patterns else found


def verdicts(function: Function, *verdict: str, patterns: Iterable[str] = STATUS) -> tuple[Origin, ...]:
    """The first lines and the last with which the platform says how executions ended, as ("timeout",)."""
    quotes = [
        q
        for s in sorted(function.sources)
        for rule in ("first", "last")
        for q in function.summary.quotes.of((rule, s, *verdict))
    ]
    return merged(
        [marked(function.summary.origin(q), *patterns) for q in sorted(set(quotes), key=lambda q: (q.time, q.offset))]
    )


def message_of(group: Group) -> str:
    """What the first line of a group says, with its values; the template where the line was cut."""
    error = parser()(group.line.text).error if group.line else None
    message = error.message.split("\n", 1)[0] if error else ""
    return message or group.template.replace("<*>", "…")


def line_of(function: Function, group: Group, *patterns: str) -> tuple[Origin, ...]:
    """The line that represents an error group; without patterns its type and message are marked."""
    if group.line is None:
        return ()
    origin = function.summary.origin(group.line)
    if not patterns:
        first = group.template.split("<*>", 1)[0].strip()
        patterns = tuple(re.escape(p) for p in (group.type, first) if len(p) > 2)
    return (marked(origin, *patterns),)


def longest(function: Function, family: str, *patterns: str) -> tuple[Origin, ...]:
    """The REPORT lines with the largest durations (`slow`) or initialisations (`init`)."""
    quotes = [q for s in sorted(function.sources) for q in function.summary.quotes.of((family, s))]
    return merged([marked(function.summary.origin(q), *patterns) for q in quotes])


def any_line(summary: Summary, source: str | None = None) -> tuple[Origin, ...]:
    """Some kept line of an input, for facts about the input itself; its beginning without text if none was kept."""
    for family in ("odd", "first", "slow", "start", "init", "memory", "line"):
        for rule in summary.quotes.rules(family):
            for quote in summary.quotes.of(rule):
                if source is None or quote.input == source:
                    return (summary.origin(quote),)
    for group in summary.groups:
        if group.line is not None and source in (None, group.line.input):
            return (summary.origin(group.line),)
    name = source if source is not None else min(summary.inputs, default="")
    return (Origin(name, 0, 0, None, None, None, ""),)


def merged(*lists: Sequence[Origin], most: int = 5) -> tuple[Origin, ...]:
    """Several lists of lines as one, each line once."""
    seen: dict[tuple[str, int], Origin] = {}
    for origin in (o for origins in lists for o in origins):
        seen.setdefault((origin.input, origin.offset), origin)
    return tuple(spread(list(seen.values()), most))


def stated(function: Function, rows: Sequence[int], evidence: Sequence[Origin], **fields: Any) -> Finding:
    """A finding about some executions of a function: counts, times and trend follow from them unless given."""
    first, last = function.span(rows)
    if fields.get("value") is not None:
        fields["value"] = round(fields["value"], 4)
    given: dict[str, Any] = {
        "function": function.name,
        "count": len(rows),
        "of": len(function),
        "first": first,
        "last": last,
        "trend": function.trend(rows),
        "evidence": tuple(evidence) or reports(function, rows) or any_line(function.summary),
    }
    return Finding(**{**given, **fields})


def about_lines(function: Function, groups: Sequence[Group], evidence: Sequence[Origin], **fields: Any) -> Finding:
    """A finding about log lines that belong to no failed execution the export shows."""
    times = [t for g in groups for t, n in g.timeline.counts() for _ in range(min(n, 1000))]
    firsts = [g.timeline.first for g in groups if g.timeline.first >= 0]
    count = sum(g.count for g in groups)
    given: dict[str, Any] = {
        "function": function.name,
        "count": count,
        "of": max(count, len(function)),
        "first": min(firsts, default=None),
        "last": max((g.timeline.last for g in groups if g.timeline.last >= 0), default=None),
        "trend": function.trend_of(times),
        "evidence": tuple(evidence) or any_line(function.summary),
    }
    return Finding(**{**given, **fields})


def failed_of(function: Function, numbers: Iterable[int]) -> list[int]:
    """Failed executions whose gravest line belongs to one of some error groups, in time order."""
    return sorted(i for k in numbers for i in function.groups.get(k, ()) if Status(function.inv.status[i]).failed)


@cache
def claimed_by(*findings: str) -> frozenset[str]:
    """Ids of the signatures that support one of some findings."""
    return frozenset(s.id for s in registry.signatures() if s.finding in findings)


@cache
def claimed_elsewhere(finding: str) -> frozenset[str]:
    """Ids of the signatures that another detector reports: one fact, one finding."""
    known = {d.id for d in registry.detectors()} - {finding}
    return frozenset(s.id for s in registry.signatures() if s.finding in known)


def most_fail(rows: Sequence[int], function: Function) -> bool:
    """Whether more than half of all executions are among `rows`, beyond chance."""
    return wilson(len(rows), len(function))[0] > 0.5


def shares_known(function: Function) -> bool:
    """Whether the export shows all invocations, not only those that wrote certain words: else no share means much."""
    whole = sum(1 for f in function.inv.flags if f & (bits.HAS_START | bits.HAS_REPORT))
    return 2 * whole >= len(function)


def raised(severity: str, rows: Sequence[int], function: Function) -> tuple[str, str]:
    """Severity, one level worse where more than half of all executions are concerned, and the sentence that says so."""
    order = ("low", "medium", "high", "critical")
    if severity != "critical" and shares_known(function) and most_fail(rows, function):
        worse = order[order.index(severity) + 1]
        return worse, f"More than half of all invocations are concerned, therefore {worse}."
    return severity, ""


def share(k: int, n: int) -> str:
    """A share in words, with its 95% interval where few invocations leave it uncertain."""
    if not n:
        return "share unknown"
    text = words.percent(k / n)
    if n >= 50:
        return text
    low, high = wilson(k, n)
    return f"{text}, 95% interval {words.percent(low)} to {words.percent(high)}"


def amount(rows: Sequence[int], function: Function, noun: str = "invocation") -> str:
    """How many, as in "12 invocations" or "All 240 invocations"."""
    n, total = len(rows), len(function)
    return f"All {words.plural(n, noun)}" if n == total and n > 1 else words.plural(n, noun)


def clip(text: str, most: int) -> str:
    """Text of a log in a sentence: one line, printable, at most `most` characters."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * most]).split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def sentence(before: str, quoted: str, after: str = ".", most: int = 100) -> str:
    """A sentence with words of the log in it, cut so that the whole has at most `most` characters."""
    room = most - len(before) - len(after)
    said = clip(quoted, max(8, room)) if quoted else ""
    if said.endswith("…") and after == ".":
        return f"{before}{said}"
    return f"{before}{said.rstrip('.')}{after}" if said else f"{before.rstrip(' :,')}{after}"


def joined(*sentences: str) -> str:
    """Sentences as a paragraph, empty ones left out."""
    return " ".join(s for s in sentences if s)
