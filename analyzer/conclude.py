"""Summary -> Report: runs the detectors, then the causes. A pure function of the summary and of a run's options."""

from __future__ import annotations

from typing import Any

import analyzer
from analyzer import drawings, error_groups, figures, registry
from analyzer.errors import UsageError
from analyzer.model import SEVERITIES, Cause, Finding, Options, Thresholds
from analyzer.report import Report, Totals
from analyzer.summary import Summary
from analyzer.verdict import verdict_of


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
    totals = figures.totals(summary.functions)
    causes.sort(key=lambda c: (-c.confidence * _share(c, totals), c.id, c.function or ""))
    errors = error_groups.errors(summary, totals)
    verdict, lead = verdict_of(summary, totals, findings, causes)
    return Report(
        version=analyzer.__version__,
        inputs=figures.inputs(summary),
        quality=figures.quality(summary),
        period=summary.period,
        verdict=verdict,
        lead=lead,
        totals=totals,
        functions=tuple(figures.function(f, options.architecture) for f in summary.functions if len(f) or f.sources),
        findings=tuple(findings),
        causes=tuple(causes),
        errors=errors,
        patterns=tuple(error_groups.patterns(summary)),
        environments=tuple(e for f in summary.functions for e in drawings.environments(f)),
        lanes=tuple(lane for f in summary.functions for lane in drawings.lanes(f)),
        series=tuple(s for f in summary.functions if (s := drawings.series(f)) is not None),
        invocations=tuple(figures.invocations(summary)) if options.invocations else None,
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
