"""The eight figures in one strip, and the table of functions where there is more than one."""

from __future__ import annotations

from math import fsum

from analyzer import words
from analyzer.report import FunctionInfo, Report
from analyzer.report._markup import Markup, el


def _figure(name: str, value: str, context: str | None, kind: str | None = None) -> Markup:
    return el("div", el("dt", name), el("dd", value, el("small", context)), class_=kind)


def _counted(name: str, n: int, context: str) -> Markup:
    return _figure(name, words.count(n), context, "bad" if n else "zero")


def figures(report: Report) -> Markup | None:
    """Eight figures in one strip: zero is grey, bad is coloured."""
    totals = report.totals
    if not totals.invocations:
        return None
    main = report.functions[0] if len(report.functions) == 1 else None
    minutes = (report.period[1] - report.period[0]) / 60_000 if report.period else 0
    rate = f"{words.number(totals.invocations / minutes, 2)} per minute" if minutes >= 1 else None
    kinds = [("Out of memory", totals.out_of_memory), ("Errors", totals.errors), ("Crashes", totals.crashes)]
    kinds.append(("Init errors", totals.init_errors))
    third = max(kinds, key=lambda kind: kind[1])  # out of memory comes first among equals
    limit = f"limit {words.number(main.timeout_s)} s" if main and main.timeout_s is not None else ""
    return el(
        "dl",
        _figure("Invocations", words.count(totals.invocations), rate),
        _counted("Failed", totals.failed, words.percent(totals.error_rate or 0) if totals.failed else ""),
        _counted(third[0], third[1], f"{words.of(third[1], totals.failed)} failures" if third[1] else ""),
        _counted("Timeouts", totals.timeouts, limit),
        _durations(report),
        _cold(report),
        _peak(report),
        _cost(report),
        class_="figures",
        aria_label="Figures",
    )


def _durations(report: Report) -> Markup:
    info = report.main_function
    if info is None or info.duration_ms is None:
        return _figure("Duration", "unknown", "no REPORT line", "zero")
    q = info.duration_ms
    shown = [
        (name, v)
        for name, v, ok in (
            ("p50", q.p50, words.quantile_shown(q.n, 0.5)),
            ("p95", q.p95, words.quantile_shown(q.n, 0.95)),
            ("p99", q.p99, words.quantile_shown(q.n, 0.99)),
        )
        if ok
    ]
    of = f", {info.label}" if len(report.functions) > 1 else ""
    if not shown:
        return _figure("Slowest", words.duration(q.max), f"of {words.count(q.n)}{of}")
    numbers = ", ".join(words.count(round(v)) if v >= 10 else words.number(v, 2) for _, v in shown)
    names = ", ".join(name for name, _ in shown)
    return _figure(f"Duration {names}", f"{numbers} ms", f"slowest {words.duration(q.max)}{of}")


def _cold(report: Report) -> Markup:
    totals, info = report.totals, report.main_function
    if not totals.cold_starts:
        return _figure("Cold starts", "0", None, "zero")
    context = words.percent(totals.cold_starts / totals.invocations)
    if info and info.init_ms and len(report.functions) == 1:
        q = info.init_ms
        enough = words.quantile_shown(q.n, 0.5)
        context += f", p50 {words.duration(q.p50)}" if enough else f", slowest {words.duration(q.max)}"
    return _figure("Cold starts", words.count(totals.cold_starts), context)


def _peak(report: Report) -> Markup:
    known = [f for f in report.functions if f.peak_mb is not None and f.peak_ratio is not None]
    if not known:
        return _figure("Peak memory", "unknown", "no REPORT line", "zero")
    info = max(known, key=lambda f: f.peak_ratio or 0)
    of = f"{words.count(info.peak_mb or 0)} of {words.memory(info.memory_size_mb)}" if info.memory_size_mb else ""
    if len(report.functions) > 1:
        of += f", {info.label}"
    ratio = info.peak_ratio or 0
    return _figure("Peak memory", words.percent(ratio), of, "bad" if ratio >= 0.95 else None)


def _cost(report: Report) -> Markup:
    costs = [f.cost for f in report.functions if f.cost is not None]
    if not costs:
        return _figure("Cost", "unknown", None, "zero")
    total, failed = fsum(c.total for c in costs), fsum(c.failed for c in costs)
    kinds = sorted({c.architecture for c in costs})
    context = ", ".join(kinds) + (f", failures {words.percent(failed / total)}" if failed and total else "")
    return _figure("Cost, about", words.money(total), context)


def functions(report: Report) -> Markup | None:
    """A table where more than one function was read."""
    if len(report.functions) < 2:
        return None

    def row(info: FunctionInfo) -> Markup:
        q = info.duration_ms
        typical = words.duration(q.p50) if q and words.quantile_shown(q.n, 0.5) else ""
        return el(
            "tr",
            el("th", info.label, scope="row"),
            el("td", words.count(info.totals.invocations), class_="num"),
            el("td", words.count(info.totals.failed), class_="num bad" if info.totals.failed else "num quiet"),
            el("td", words.percent(info.totals.error_rate or 0) if info.totals.failed else "", class_="num opt"),
            el("td", typical, class_="num opt"),
            el("td", words.duration(q.max) if q else "", class_="num opt"),
            el(
                "td",
                f"{words.count(info.peak_mb)} of {words.memory(info.memory_size_mb)}"
                if info.peak_mb is not None and info.memory_size_mb
                else "",
                class_="num opt",
            ),
        )

    heads = ("Function", "Invocations", "Failed", "Share", "p50", "Slowest", "Peak memory")
    ordered = sorted(report.functions, key=lambda f: (-f.totals.failed, -f.totals.invocations, f.label))
    return el(
        "section",
        el("header", el("h2", "Functions", id="h-functions"), el("p", f"{len(ordered)}, most failures first")),
        el(
            "div",
            el(
                "table",
                el(
                    "thead",
                    el(
                        "tr",
                        [
                            el("th", h, scope="col", class_=("num opt" if i > 2 else "num") if i else None)
                            for i, h in enumerate(heads)
                        ],
                    ),
                ),
                el("tbody", [row(info) for info in ordered]),
                class_="stack",
            ),
            class_="scroll",
        ),
        class_="sect",
        aria_labelledby="h-functions",
    )
