"""Every detector on logs where it speaks and on look-alikes where it is silent: `tests/cases/<id>/*.log`.

The findings of that id are compared whole with the `.expected.json` beside the log; `pytest --update` writes them, and
whoever updates reads them. `<name>.options.json` holds what a user told beside the log, such as `{"timeout_s": 10}`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import exports
import pytest

from analyzer import analyze, registry
from analyzer.model import SEVERITIES, Finding, Options, Origin
from analyzer.pipeline import Reading
from analyzer.report import Report
from analyzer.sources import BytesSource

CASES = Path(__file__).resolve().parent / "cases"
LOGS = sorted(p for p in CASES.glob("*/*.log") if p.parent.name in {d.id for d in registry.detectors()})
MOST_BYTES = 60_000
MOST_SUMMARY = 100


def report_of(path: Path) -> Report:
    """The report of a case; the input's name tells nothing, so that no function is guessed from it."""
    told = path.with_suffix(".options.json")
    options = json.loads(told.read_text()) if told.exists() else {}
    reading = Reading([BytesSource(path.read_bytes(), "export.log")], Options(**options))
    for _ in reading:
        pass
    return reading.report()


def shown(origin: Origin) -> dict[str, Any]:
    """A line of evidence: its place, and the words that are marked in it."""
    marked = [origin.text[start:end] for start, end in origin.marks]
    return {
        "offset": origin.offset,
        "length": origin.length,
        "marks": [list(m) for m in origin.marks],
        "marked": marked,
    }


FIELDS = (
    *("id", "severity", "confidence", "signature", "function", "title", "summary", "count", "of", "value", "threshold"),
    *("first", "last", "advice", "link"),
)


def whole(finding: Finding) -> dict[str, Any]:
    """All of a finding, as the expected files hold it."""
    return {
        **{name: getattr(finding, name) for name in FIELDS},
        "trend": list(finding.trend),
        "fixes": [[f.tool, f.title, f.command, f.note, list(f.values)] for f in finding.fixes],
        "evidence": [shown(o) for o in finding.evidence],
    }


@pytest.mark.parametrize("path", LOGS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_case_gives_exactly_the_findings_beside_it(path: Path, request: pytest.FixtureRequest) -> None:
    report = report_of(path)
    assert report.failed_plugins == ()
    found = [whole(f) for f in report.findings if f.id == path.parent.name]
    expected = path.with_suffix(".expected.json")
    if request.config.getoption("--update"):
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))
    assert bool(found) == path.name.startswith("fires-")


@pytest.mark.parametrize("path", LOGS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_finding_of_a_case_can_be_shown(path: Path) -> None:
    data = path.read_bytes()
    assert len(data) < MOST_BYTES
    report = report_of(path)
    for finding in report.findings:
        assert finding.severity in SEVERITIES
        assert 0 < finding.confidence <= 1
        assert finding.summary.endswith((".", "…"))
        assert len(finding.summary) <= MOST_SUMMARY
        assert "\n" not in finding.summary
        assert 0 < finding.count <= finding.of
        assert len(finding.trend) in (0, 30)
        for origin in finding.evidence:
            assert 0 <= origin.offset <= origin.offset + origin.length <= len(data)
            ends = [at for mark in origin.marks for at in mark]
            assert ends == sorted(ends)
            assert all(0 <= at <= len(origin.text) for at in ends)


def test_every_detector_has_a_log_where_it_speaks_and_one_where_it_is_silent() -> None:
    for detector in registry.detectors():
        names = [p.name for p in LOGS if p.parent.name == detector.id]
        assert any(n.startswith("fires-") for n in names), f"{detector.id} fires nowhere"
        assert any(n.startswith("quiet-") for n in names), f"{detector.id} is silent nowhere"
        assert all(n.startswith(("fires-", "quiet-")) for n in names)


def test_no_expected_file_is_left_without_its_log() -> None:
    for path in CASES.glob("*/*.json"):
        assert path.with_name(path.name.split(".")[0] + ".log").exists(), f"{path.name} belongs to no log"


FIRST = {
    "healthy": None,
    "memory_leak": "out-of-memory",
    "memory_undersized": "out-of-memory",
    "slow_dependency": "timeout",
    "timeout_old_style": "timeout",
    "broken_package": "import-error",
    "broken_package_node": "import-error",
    "code_defect": "unhandled-exception",
    "code_defect_node": "unhandled-exception",
    "process_exit": "process-exit",
    "process_exit_old": "process-exit",
    "segfault": "process-exit",
    "oom_old_style": "out-of-memory",
    "access_denied": "access-denied",
    "throttling": "throttling",
    "near_timeout": "timeout",
    "memory_pressure": "memory-pressure",
    "cold_starts": "cold-starts",
    "json_format": "out-of-memory",
    "node_json": "unhandled-exception",
    "hostile": "out-of-memory",
}
"""The finding that answers each scenario shortest; None where nothing is above low."""


@pytest.mark.parametrize("scenario", exports.SCENARIOS)
def test_the_first_finding_of_a_scenario_is_the_best_short_answer(scenario: str) -> None:
    report = analyze(exports.filter_log_events(exports.SCENARIOS[scenario]()))
    assert report.failed_plugins == ()
    grave = [f.id for f in report.findings if f.severity in ("critical", "high", "medium")]
    assert (grave[0] if grave else None) == FIRST[scenario]


@pytest.mark.parametrize("form", exports.FORMATS)
@pytest.mark.parametrize("scenario", ["healthy", "memory_leak", "broken_package", "hostile"])
def test_detectors_read_every_format_without_fault(scenario: str, form: str) -> None:
    report = analyze(exports.FORMATS[form](exports.SCENARIOS[scenario](n=100)))
    assert report.failed_plugins == ()
    if scenario == "healthy":
        assert {f.severity for f in report.findings} <= {"low", "info"}


def test_memory_pressure_has_its_fixed_title_and_words() -> None:
    report = analyze(exports.filter_log_events(exports.memory_pressure()))
    finding = next(f for f in report.findings if f.id == "memory-pressure")
    assert finding.title == "Memory Pressure"
    assert finding.summary == "Peak memory at 87% of 512MB allocation."
    assert finding.severity == "medium"
    assert (finding.count, finding.of) == (4, 4)
