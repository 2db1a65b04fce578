"""Several files and pages are one analysis: streams go on from one to the next, and what overlaps counts once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import permutations

import exports
import pytest

from analyzer import analyze, summarize
from analyzer.conclude import conclude
from analyzer.model import Options
from analyzer.report import Report
from analyzer.sources import BytesSource
from analyzer.summary import Summary

SCENARIOS = ("memory_leak", "code_defect", "slow_dependency", "json_format", "broken_package")
DUPLICATE = "duplicate of an event already read"


def files(events: Sequence[exports.Event], *ranges: tuple[float, float]) -> list[BytesSource]:
    """Downloads of parts of the time that the events span, each from and to a share of it."""
    first, last = events[0].timestamp, events[-1].timestamp + 1
    found = []
    for n, (begin, end) in enumerate(ranges):
        low, high = first + (last - first) * begin, first + (last - first) * end
        part = [e for e in events if low <= e.timestamp < high]
        found.append(BytesSource(exports.filter_log_events(part), f"orders-api-{n}.json"))
    return found


def said(report: Report) -> object:
    """What a report says of the function, without the names and places of the inputs."""
    found = json.loads(report.to_json())
    errors = [(e["type"], e["template"], e["count"], e["invocations"]) for e in found["errors"]]
    findings = sorted((f["id"], f["count"], f["of"]) for f in found["findings"] if f["id"] != "data-quality")
    causes = [(c["id"], c["confidence"], c["explains"]) for c in found["causes"]]
    return found["totals"], found["functions"][0]["duration_ms"], errors, findings, causes


def events(report: Report) -> int:
    """Events that count: all that were read but those read before."""
    return report.quality.events - report.quality.set_aside.get(DUPLICATE, 0)


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("ranges", [((0, 0.6), (0.4, 1)), ((0, 1), (0, 1)), ((0, 1), (0.3, 0.5)), ((0, 0.5), (0.5, 1))])
def test_overlapping_downloads_say_what_one_says(name: str, ranges: Sequence[tuple[float, float]]) -> None:
    """Every count, however the two overlap, in either order."""
    log = exports.SCENARIOS[name](n=40)
    whole = analyze(files(log, (0, 1)))
    for order in permutations(ranges):
        found = analyze(files(log, *order))
        assert said(found) == said(whole)
        assert events(found) == len(log)
        assert found.quality.mixed_streams == whole.quality.mixed_streams
        assert found.quality.events == found.quality.attributed + sum(found.quality.set_aside.values())


@pytest.mark.parametrize("name", SCENARIOS)
def test_pages_that_were_fetched_twice_into_one_file_count_once(name: str) -> None:
    """As `>>` leaves them when a download is begun again."""
    log = exports.SCENARIOS[name](n=40)
    twice = b"".join(source.read(0, source.size) for source in files(log, (0, 0.7), (0.2, 1)))
    found = analyze([BytesSource(twice, "orders-api.json")])
    assert said(found) == said(analyze(files(log, (0, 1))))
    assert events(found) == len(log)


def test_overlapping_summaries_merge_as_the_files_are_read() -> None:
    """Wherever they were made, in any order."""
    parts = files(exports.SCENARIOS["code_defect"](n=40), (0, 0.6), (0.3, 0.8), (0.5, 1))
    whole = said(analyze(parts))
    for order in permutations(parts):
        total = Summary()
        for part in order:
            total.merge(summarize(part))
        assert said(conclude(total, Options())) == whole
