"""Summary -> Report: runs the detectors and causes and counts what the report states. A pure function of its input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum, isnan
from typing import TYPE_CHECKING, Any

import analyzer
from analyzer import limits, registry
from analyzer.errors import UsageError
from analyzer.functions import TREND_BINS, Function, quantile
from analyzer.model import SEVERITIES, Cause, Finding, InputInfo, Origin, Quality, Status, Thresholds
from analyzer.report import (
    Cost,
    EnvironmentInfo,
    ErrorEntry,
    FunctionInfo,
    InvocationInfo,
    Lane,
    Quantiles,
    Report,
    Series,
    Totals,
)
from analyzer.stats.groups import Group
from analyzer.stats.rows import HAS_REPORT
from analyzer.summary import Summary

if TYPE_CHECKING:
    from analyzer.pipeline import Options

_SERIES_BINS = 60
_ALIVE_MS = 15 * 60_000  # Lambda keeps an idle environment for minutes: a later last event counts as alive at the end
_P95_FROM, _P99_FROM = 40, 1_000  # executions a bin needs before a quantile of it is shown

_WEAKENS = {
    "cut at the end of the file": "The last minutes are missing: what happened there is unknown.",
    "not readable as an event": "Counts may be too low by as many events.",
    "longer than an event can be": "Counts may be too low by as many events.",
    "outside any invocation": (
        "These lines name no request and stand before any START; they support no finding about an invocation."
    ),
    "initialisation without an invocation": "An environment started and served nothing that this export shows.",
    "duplicate of an event already read": "None: they are counted once.",
}


def conclude(summary: Summary, options: Options, partial: bool = False) -> Report:
    """The report of a summary under the options of a run."""
    summary.timeout_s, summary.function_name = options.timeout_s, options.function
    summary.forget()
    thresholds = thresholds_of(options.thresholds)
    failed: list[tuple[str, str]] = []
    findings: list[Finding] = []
    specificity = {d.id: d.specificity for d in registry.detectors()}
    for detector in registry.detectors():
        try:
            findings += detector.find(summary, thresholds)
        except Exception as error:  # noqa: BLE001 - one detector's fault must not take the others' answers along
            failed.append((detector.id, f"{type(error).__name__}: {error}"))
    findings.sort(
        key=lambda f: (
            SEVERITIES.index(f.severity),
            -specificity.get(f.id, 0),
            -f.count,
            f.id,
            f.function or "",
            f.summary,
        )
    )
    causes: list[Cause] = []
    for hypothesis in registry.causes():
        try:
            causes += hypothesis.weigh(summary, findings, thresholds)
        except Exception as error:  # noqa: BLE001 - as above, one cause's fault
            failed.append((hypothesis.id, f"{type(error).__name__}: {error}"))
    totals = _totals(summary.functions)
    causes.sort(key=lambda c: (-c.confidence * _share(c, totals), c.id, c.function or ""))
    errors = _errors(summary, totals)
    from analyzer.verdict import verdict_of

    verdict, lead = verdict_of(summary, totals, findings, causes)
    return Report(
        version=analyzer.__version__,
        inputs=_inputs(summary),
        quality=_quality(summary),
        period=summary.period,
        verdict=verdict,
        lead=lead,
        totals=totals,
        functions=tuple(_function(f, options.architecture) for f in summary.functions if len(f) or f.sources),
        findings=tuple(findings),
        causes=tuple(causes),
        errors=errors,
        patterns=tuple(_patterns(summary)),
        environments=tuple(e for f in summary.functions for e in _environments(f)),
        lanes=tuple(lane for f in summary.functions for lane in _lanes(f)),
        series=tuple(s for f in summary.functions if (s := _series(f)) is not None),
        invocations=tuple(_invocations(summary)) if options.invocations else None,
        partial=partial,
        failed_plugins=tuple(failed),
    )


def thresholds_of(overrides: dict[str, float]) -> Thresholds:
    """Every plug-in's thresholds with the user's on top; UsageError names an unknown one and those that exist."""
    plugins: tuple[Any, ...] = (*registry.detectors(), *registry.causes())
    defaults = {(p.id, name): t.default for p in plugins for name, t in p.thresholds.items()}
    try:
        return Thresholds(defaults, overrides)
    except KeyError as error:
        known = ", ".join(sorted(f"{i}.{n}" for i, n in defaults))
        raise UsageError(f"no threshold is called {error.args[0]}; there are {known}") from None


def _share(cause: Cause, totals: Totals) -> float:
    """Share of the report's failures a cause explains; 1 where there are none, so that confidence orders the risks."""
    return cause.explains[0] / totals.failed if totals.failed else 1.0


def _time(value: int) -> int | None:
    return value if value >= 0 else None


def _inputs(summary: Summary) -> tuple[InputInfo, ...]:
    found = []
    for info in summary.inputs.values():
        notes = sorted(info.notes)
        named = next((f.name for f in summary.functions if info.name in f.sources and f.named_by_file), None)
        if named:
            notes.append(f"The export does not name its function; {named} is read off the file's name.")
        found.append(
            InputInfo(
                info.name, info.size, info.container, info.events, info.log_group or None, info.truncated, tuple(notes)
            )
        )
    return tuple(found)


def _quality(summary: Summary) -> Quality:
    account = summary.assembled
    set_aside = dict(account.set_aside)
    for info in summary.inputs.values():
        for reason, count in info.odd.items():
            set_aside[reason] = set_aside.get(reason, 0) + count
    quotes = [q for rule in summary.quotes.rules("odd") for q in summary.quotes.of(rule)]
    return Quality(
        events=sum(i.events for i in summary.inputs.values()),
        attributed=account.attributed,
        set_aside=dict(sorted(set_aside.items())),
        duplicates=account.duplicates,
        open_invocations=account.open,
        mixed_streams=len(account.mixed),
        examples=tuple(summary.origin(q) for q in quotes[:10]),
        weakens={reason: _WEAKENS[reason] for reason in sorted(set_aside) if reason in _WEAKENS},
    )


def _totals(functions: Iterable[Function]) -> Totals:
    counts = dict.fromkeys(Status, 0)
    cold = 0
    for function in functions:
        for status, rows in function.by_status.items():
            counts[status] += len(rows)
        cold += sum(function.inv.cold)
    total, failed = sum(counts.values()), sum(n for s, n in counts.items() if s.failed)
    return Totals(
        total, failed, counts[Status.ERROR], counts[Status.TIMEOUT], counts[Status.OUT_OF_MEMORY], counts[Status.CRASH],
        counts[Status.INIT_ERROR], cold, failed / total if total else None)  # fmt: skip


def _quantiles(ascending: Sequence[float]) -> Quantiles | None:
    if not ascending:
        return None
    p50, p90, p95, p99 = (quantile(ascending, q) or 0.0 for q in (0.5, 0.9, 0.95, 0.99))
    # exact sums, because plain ones differ between versions of Python and a report may not
    mean = fsum(ascending) / len(ascending)
    return Quantiles(len(ascending), ascending[0], mean, p50, p90, p95, p99, ascending[-1])


def cost_of(function: Function, architecture: str) -> Cost | None:
    """List price of what the executions were billed, requests included; None where nothing says what was billed.

    GB-seconds = memory / 1024 x billed ms / 1000 (https://aws.amazon.com/lambda/pricing/).
    """
    inv, price = function.inv, limits.PRICE_GB_SECOND[architecture]
    total = failed = init = 0.0
    bad = set(function.failed)
    known = False
    for i, (billed, size) in enumerate(zip(inv.billed, inv.size, strict=True)):
        if isnan(billed) or not size:
            continue
        known = True
        rate = size / 1024 / 1000 * price
        total += billed * rate + limits.PRICE_REQUEST
        if i in bad:
            failed += billed * rate + limits.PRICE_REQUEST
        if not isnan(inv.init[i]) and not isnan(inv.duration[i]) and billed > inv.duration[i] + 1:
            init += min(billed, inv.init[i]) * rate
    return Cost(architecture, total, failed, init) if known else None


def _function(function: Function, architecture: str) -> FunctionInfo:
    sizes = sorted({s for s in function.inv.size if s})
    billed = [b for b in function.inv.billed if not isnan(b)]
    used = [u for u in function.inv.used if u]
    limit = function.limit_ms
    return FunctionInfo(
        function.name, function.log_group, tuple(function.versions), tuple(function.runtimes),
        function.memory_size or None, tuple(sizes), None if limit is None else limit / 1000, _totals([function]),
        _quantiles(function.durations),
        _quantiles(function.init_durations), max(used) if used else None, function.peak_ratio,
        fsum(billed) if billed else None, cost_of(function, architecture))  # fmt: skip


_OUTCOMES = {
    Status.OUT_OF_MEMORY: "killed", Status.TIMEOUT: "timed out", Status.CRASH: "crashed", Status.ERROR: "failed",
    Status.INIT_ERROR: "failed to start", Status.OK: "survived", Status.UNKNOWN: "unknown",
}  # fmt: skip


def _errors(summary: Summary, totals: Totals) -> tuple[ErrorEntry, ...]:
    """Error lines by group, and executions that died without a line by the platform's verdict; most first."""
    entries: list[ErrorEntry] = []
    explained: dict[int, int] = {}  # group -> executions whose gravest line it is, and how most of them ended
    outcomes: dict[int, dict[str, int]] = {}
    for function in summary.functions:
        inv, verdicts = function.inv, dict[tuple[Status, str], list[int]]()
        for number, rows in function.groups.items():
            explained[number] = explained.get(number, 0) + len(rows)
            words = outcomes.setdefault(number, {})
            for i in rows:
                word = _OUTCOMES[Status(inv.status[i])]
                words[word] = words.get(word, 0) + 1
        for i in function.failed:
            if inv.error[i] < 0:
                verdicts.setdefault((Status(inv.status[i]), function.word(inv.error_type[i])), []).append(i)
        entries += [_verdict_entry(function, s, t, rows, totals) for (s, t), rows in verdicts.items()]
    for number, group in enumerate(summary.groups):
        if group.outcome != "warned" and group.line is not None:
            entries.append(_group_entry(summary, number, group, explained, outcomes, totals))
    entries.sort(key=lambda e: (e.outcome == "survived", -e.count, e.fingerprint))
    return tuple(entries)


def _group_entry(
    summary: Summary,
    number: int,
    group: Group,
    explained: dict[int, int],
    outcomes: dict[int, dict[str, int]],
    totals: Totals,
) -> ErrorEntry:
    line = group.line
    assert line is not None
    words = outcomes.get(number, {})
    outcome = min(words, key=lambda w: (-words[w], w)) if words else "survived"
    same = [part for part, given in (("type", group.type), ("words", group.template), ("frame", group.frame)) if given]
    first, last = group.timeline.first, group.timeline.last
    times = [t for t, n in group.timeline.counts() for _ in range(min(n, 1000))]
    return ErrorEntry(
        group.fingerprint, group.type, _message(line.text), group.template, outcome, group.count,
        explained.get(number, 0) / totals.invocations if totals.invocations else None, _time(first), _time(last),
        explained.get(number, 0), "same " + " and ".join(same or ["words"]), (summary.origin(line),),
        _trend(summary, times))  # fmt: skip


def _message(text: str) -> str:
    """The first line of an error without the runtime's prefix."""
    from analyzer.dialects import shown

    return shown(text).strip().split("\n", 1)[0][:300]


def _verdict_entry(function: Function, status: Status, error_type: str, rows: list[int], totals: Totals) -> ErrorEntry:
    size = function.inv.size[rows[-1]]
    words = {
        Status.OUT_OF_MEMORY: f"process killed at {size} MB" if size else "process killed for memory",
        Status.TIMEOUT: "Task timed out",
        Status.CRASH: "the runtime process died",
        Status.INIT_ERROR: "initialisation failed",
        Status.ERROR: "the handler failed",
    }[status]
    message = f"{error_type}: {words}" if error_type else words
    first, last = function.span(rows)
    return ErrorEntry(
        f"{function.name or ''}:{status.word}:{error_type}", error_type, message,
        message.replace(f" {size} MB", " <*> MB") if size else message, _OUTCOMES[status], len(rows),
        len(rows) / totals.invocations if totals.invocations else None, first, last, len(rows),
        "same verdict, no error line", function.evidence(rows, 1), function.trend(rows))  # fmt: skip


def _trend(summary: Summary, times: Iterable[int]) -> tuple[int, ...]:
    period = summary.period
    if period is None:
        return ()
    bins = [0] * TREND_BINS
    for t in times:
        bins[min(TREND_BINS - 1, max(0, (t - period[0]) * TREND_BINS // max(1, period[1] - period[0])))] += 1
    return tuple(bins)


def _patterns(summary: Summary) -> list[dict[str, Any]]:
    """Templates of warnings and errors, most frequent first."""
    lines = sum(g.count for g in summary.groups) or 1
    found: list[dict[str, Any]] = [
        {
            "template": g.template, "level": "WARN" if g.outcome == "warned" else "ERROR", "count": g.count,
            "share": g.count / lines, "first": _time(g.timeline.first), "last": _time(g.timeline.last),
            "example": _message(g.line.text) if g.line else "",
        }
        for g in summary.groups
    ]  # fmt: skip
    return sorted(found, key=lambda p: (-p["count"], p["template"]))[:100]


def _environments(function: Function) -> list[EnvironmentInfo]:
    inv, bad = function.inv, set(function.failed)
    latest = function.summary.period[1] if function.summary.period else 0
    found = []
    for env in function.environments:
        rows = env.rows
        used = [inv.used[i] for i in rows if inv.used[i]]
        deaths = tuple(
            (inv.start[i], inv.age[i], Status(inv.status[i]).word)
            for i in rows
            if inv.status[i] in (Status.OUT_OF_MEMORY, Status.TIMEOUT, Status.CRASH, Status.INIT_ERROR)
        )
        found.append(EnvironmentInfo(
            env.name, function.name, env.version, _time(env.started), _time(env.ended), len(rows),
            sum(i in bad for i in rows), used[0] if used else None, used[-1] if used else None,
            env.ended >= latest - _ALIVE_MS, deaths))  # fmt: skip
    return found


def _lanes(function: Function) -> list[Lane]:
    inv = function.inv
    latest = function.summary.period[1] if function.summary.period else 0
    return [
        Lane(
            env.name, function.name, env.version, max(inv.size[i] for i in rows), env.ended >= latest - _ALIVE_MS,
            tuple(inv.start[i] for i in rows), tuple(inv.used[i] for i in rows),
            tuple(None if isnan(inv.duration[i]) else inv.duration[i] for i in rows),
            tuple(inv.status[i] for i in rows), tuple(inv.age[i] for i in rows))
        for env in function.environments
        if (rows := env.rows) and inv.start[rows[0]] >= 0
    ]  # fmt: skip


def _step(span: int) -> int:
    """The smallest round number of ms that cuts a span into at most 60 steps."""
    seconds = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
    return next(
        (s * 1000 for s in seconds if span <= s * 1000 * _SERIES_BINS),
        86_400_000 * (1 + span // (86_400_000 * _SERIES_BINS)),
    )


def _series(function: Function) -> Series | None:
    period = function.summary.period
    if period is None or not len(function):
        return None
    width = _step(max(1, period[1] - period[0]))
    origin = period[0] // width * width
    count = (period[1] - origin) // width + 1
    inv, bad = function.inv, set(function.failed)
    rows: list[list[int]] = [[] for _ in range(count)]
    for i, t in enumerate(inv.start):
        if t >= 0:
            rows[(t - origin) // width].append(i)
    durations = [sorted(inv.duration[i] for i in r if not isnan(inv.duration[i])) for r in rows]

    def q(share: float, least: int) -> tuple[float | None, ...]:
        return tuple(quantile(d, share) if len(d) >= least else None for d in durations)

    return Series(
        function.name, width, tuple(origin + k * width for k in range(count)), tuple(len(r) for r in rows),
        tuple(sum(i in bad for i in r) for r in rows), tuple(sum(inv.cold[i] for i in r) for r in rows), q(0.5, 1),
        q(0.95, _P95_FROM), q(0.99, _P99_FROM), tuple(d[-1] if d else None for d in durations),
        tuple(max((inv.used[i] for i in r), default=0) or None for r in rows),
        tuple(max((inv.size[i] for i in r), default=0) or None for r in rows),
        tuple(inv.start[i] for i in function.failed if inv.start[i] >= 0 and inv.status[i] != Status.ERROR),
    )  # fmt: skip


def _invocations(summary: Summary) -> Iterable[InvocationInfo]:
    for function in summary.functions:
        inv = function.inv
        for i in range(len(inv)):
            request_id, name = inv.request_id(i) or None, summary.input_name(inv.input[i])
            stream = summary.streams[inv.stream[i]].name or None
            group = summary.groups[inv.error[i]] if inv.error[i] >= 0 else None
            quote = summary.quotes.at(name, inv.report_at[i]) if inv.flags[i] & HAS_REPORT else None
            origin = Origin(
                name, inv.offset[i], inv.stop[i] - inv.offset[i], _time(inv.start[i]), stream, request_id,
                quote.text.rstrip() if quote else "")  # fmt: skip
            yield InvocationInfo(
                request_id, function.name, stream, function.word(inv.version[i]) or None, _time(inv.start[i]),
                Status(inv.status[i]).word, _known(inv.duration[i]), _known(inv.billed[i]), inv.size[i] or None,
                inv.used[i] or None, _known(inv.init[i]), (group.type or group.template) if group else None,
                bool(inv.cold[i]), inv.attempt[i], origin)  # fmt: skip


def _known(value: float) -> float | None:
    return None if isnan(value) else value
