"""One Report, several views of it: text.py, html.py, markdown.py, json_v1.py.

Views know the Report and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.model import Cause, Finding, InputInfo, Origin, Quality


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over everything that was read. `error_rate` is failed / invocations, 0 to 1, None without invocations."""

    invocations: int
    failed: int
    errors: int
    timeouts: int
    out_of_memory: int
    crashes: int
    init_errors: int
    cold_starts: int
    error_rate: float | None


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Spread of a duration in ms over `n` values."""

    n: int
    min: float
    mean: float
    p50: float
    p90: float
    p95: float
    p99: float
    max: float


@dataclass(frozen=True, slots=True)
class Cost:
    """USD at list price of us-east-1: all executions, those that failed, and the share spent on initialisation."""

    architecture: str
    total: float
    failed: float
    init: float
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class FunctionInfo:
    """One function's figures. Memory in MB, `timeout_s` None where no line tells the limit."""

    name: str | None
    log_group: str | None
    versions: tuple[str, ...]
    runtimes: tuple[str, ...]
    memory_size_mb: int | None
    memory_sizes_mb: tuple[int, ...]
    timeout_s: float | None
    totals: Totals
    duration_ms: Quantiles | None
    init_ms: Quantiles | None
    peak_mb: int | None
    peak_ratio: float | None
    billed_ms: float | None
    cost: Cost | None

    @property
    def label(self) -> str:
        """What to call it."""
        return self.name or self.log_group or "unnamed function"


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """A row of the grouped errors.

    `template` has `<*>` where messages differ, `message` is one real message. `outcome` is a word for what became of
    the execution: killed, timed out, crashed, failed, survived. `trend` as in Finding.
    """

    fingerprint: str
    type: str
    message: str
    template: str
    outcome: str
    count: int
    share: float | None
    first: int | None
    last: int | None
    invocations: int
    why_grouped: str
    evidence: tuple[Origin, ...]
    trend: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EnvironmentInfo:
    """One execution environment (log stream). `deaths` are (time, age in invocations, status word)."""

    stream: str
    function: str | None
    version: str | None
    started: int | None
    end: int | None
    invocations: int
    failed: int
    memory_first_mb: int | None
    memory_last_mb: int | None
    alive: bool
    deaths: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """What the timeline draws of one environment: parallel columns, one entry an execution, in order.

    `times` ms since the epoch, `used` MB, `durations` ms (NaN unknown), `status` numbers of model.Status, `ages` 1 for
    the first since (re)start. `size` is the allocation in MB.
    """

    stream: str
    function: str | None
    version: str | None
    size: int
    alive: bool
    times: Sequence[int]
    used: Sequence[int]
    durations: Sequence[float]
    status: Sequence[int]
    ages: Sequence[int]


@dataclass(frozen=True, slots=True)
class Series:
    """What the charts of one function draw: bins of equal width over the period.

    `times` are the starts of the bins (ms). A quantile is None where a bin has too few executions to show it
    (p50: 1, p95: 40, p99: 1,000), `slowest` where it has none. `used` and `size` are MB, the highest of the bin.
    """

    function: str | None
    width_ms: int
    times: tuple[int, ...]
    invocations: tuple[int, ...]
    failed: tuple[int, ...]
    cold: tuple[int, ...]
    p50: tuple[float | None, ...]
    p95: tuple[float | None, ...]
    p99: tuple[float | None, ...]
    slowest: tuple[float | None, ...]
    used: tuple[int | None, ...]
    size: tuple[int | None, ...]
    deaths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InvocationInfo:
    """One execution, for `--invocations`."""

    request_id: str | None
    function: str | None
    stream: str | None
    version: str | None
    start: int | None
    status: str
    duration_ms: float | None
    billed_ms: float | None
    memory_mb: int | None
    max_memory_mb: int | None
    init_ms: float | None
    error: str | None
    cold: bool
    attempt: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is said about what was read. A pure function of a Summary and the thresholds.

    `partial` is true when reading was cancelled; `failed_plugins` names detectors or causes that raised, with why.
    """

    version: str
    inputs: tuple[InputInfo, ...]
    quality: Quality
    period: tuple[int, int] | None
    verdict: str
    lead: str
    totals: Totals
    functions: tuple[FunctionInfo, ...]
    findings: tuple[Finding, ...]
    causes: tuple[Cause, ...]
    errors: tuple[ErrorEntry, ...]
    patterns: tuple[dict[str, Any], ...]
    environments: tuple[EnvironmentInfo, ...]
    lanes: tuple[Lane, ...]
    series: tuple[Series, ...]
    invocations: tuple[InvocationInfo, ...] | None = None
    partial: bool = False
    failed_plugins: tuple[tuple[str, str], ...] = ()

    @property
    def main_function(self) -> FunctionInfo | None:
        """The function that the facts are about: the one of the first cause, else the one with most failures."""
        if self.causes:
            for info in self.functions:
                if info.name == self.causes[0].function:
                    return info
        return max(self.functions, key=lambda f: (f.totals.failed, f.totals.invocations), default=None)

    def to_json(self) -> str:
        """The report as JSON text, schema "lambdascope/1", ending in a line feed."""
        from analyzer.report.json_v1 import render

        return render(self)

    def to_html(self) -> str:
        """The report as one HTML file that loads nothing."""
        from analyzer.report.html import document

        return document(self)

    def to_text(self, width: int = 100) -> str:
        """The report as plain text of at most `width` columns."""
        from analyzer.report.text import render

        return render(self, width)

    def to_markdown(self) -> str:
        """The report as Markdown for an incident channel or a pull request."""
        from analyzer.report.markdown import render

        return render(self)
