"""The figures of a report: inputs, quality, counts, spreads, cost and the list of executions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum, isnan

from analyzer import accounting, limits
from analyzer.functions import Function, quantile
from analyzer.model import InputInfo, Origin, Quality, Status
from analyzer.report import Cost, FunctionInfo, InvocationInfo, Quantiles, Totals
from analyzer.stats.rows import HAS_REPORT
from analyzer.summary import Summary


def inputs(summary: Summary) -> tuple[InputInfo, ...]:
    """Every input as the report names it, by name, with what its container noticed."""
    found = []
    for _, info in sorted(summary.inputs.items()):
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


def quality(summary: Summary) -> Quality:
    """The account of what was read: attributed to an invocation, or set aside under a reason."""
    account, noticed = summary.assembled, accounting.noticed(summary)
    quotes = [q for rule in summary.quotes.rules("odd") for q in summary.quotes.of(rule)]
    return Quality(
        events=sum(i.events for i in summary.inputs.values()),
        attributed=account.attributed,
        set_aside=accounting.set_aside(summary),
        duplicates=account.duplicates,
        open_invocations=account.open,
        mixed_streams=len(accounting.mixed_streams(summary)),
        examples=tuple(summary.origin(q) for q in quotes[:10]),
        noticed=noticed,
        weakens=accounting.weakens(summary, noticed),
    )


def totals(functions: Iterable[Function]) -> Totals:
    """Counts of executions by how they ended."""
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


def quantiles(ascending: Sequence[float]) -> Quantiles | None:
    """The spread of sorted values, None without values."""
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


def function(function: Function, architecture: str) -> FunctionInfo:
    """The figures of one function."""
    sizes = sorted({s for s in function.inv.size if s})
    billed = fsum(b for b in function.inv.billed if not isnan(b))
    used = max(function.inv.used, default=0)
    limit = function.limit_ms
    return FunctionInfo(
        function.name, function.log_group, tuple(function.versions), tuple(function.runtimes),
        function.memory_size or None, tuple(sizes), None if limit is None else limit / 1000, totals([function]),
        quantiles(function.durations),
        quantiles(function.init_durations), used or None, function.peak_ratio,
        billed or None, cost_of(function, architecture))  # fmt: skip


def invocations(summary: Summary) -> Iterable[InvocationInfo]:
    """Every execution, for a report that lists them."""
    for function in summary.functions:
        inv = function.inv
        for i in range(len(inv)):
            request_id, name = inv.request_id(i) or None, summary.input_name(inv.input[i])
            stream = summary.streams[inv.stream[i]].name or None
            group = summary.groups[inv.error[i]] if inv.error[i] >= 0 else None
            quote = summary.quotes.at(name, inv.report_at[i]) if inv.flags[i] & HAS_REPORT else None
            origin = Origin(
                name, inv.offset[i], inv.stop[i] - inv.offset[i], known_time(inv.start[i]), stream, request_id,
                quote.text.rstrip() if quote else "")  # fmt: skip
            yield InvocationInfo(
                request_id, function.name, stream, function.word(inv.version[i]) or None, known_time(inv.start[i]),
                Status(inv.status[i]).word, _known(inv.duration[i]), _known(inv.billed[i]), inv.size[i] or None,
                inv.used[i] or None, _known(inv.init[i]), (group.type or group.template) if group else None,
                bool(inv.cold[i]), inv.attempt[i], origin)  # fmt: skip


def known_time(value: int) -> int | None:
    """A time in ms, None for the columns' -1."""
    return value if value >= 0 else None


def _known(value: float) -> float | None:
    return None if isnan(value) else value
