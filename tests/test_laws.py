"""The law of the summary: however an input is cut and its parts merged, the result is that of one reading."""

from __future__ import annotations

import random
from functools import cache
from itertools import pairwise

import exports
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer import Options, summarize
from analyzer.conclude import conclude
from analyzer.sources import BytesSource
from analyzer.summary import Summary

MIXED = (
    b"START RequestId: a Version: 7\nline one\n2026-10-08T07:30:28.235Z\tb\tINFO\tof b\nSTART RequestId: b Version: 7\n"
    b"[ERROR]\t2026-10-08T07:30:29.235Z\ta\tof a\n[INFO]\t2026-10-08T07:30:33.235Z\tb\tlater\nprinted\n"
    b"END RequestId: a\n"
    b"REPORT RequestId: a\tDuration: 5.00 ms\tBilled Duration: 5 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB\t\n"
    b"2026-10-08T07:30:40.150Z b Task timed out after 3.00 seconds\n\nEND RequestId: b\n"
    b"REPORT RequestId: b\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\t"
    b"Memory Size: 128 MB\tMax Memory Used: 50 MB\t\n"
    b"[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n"
    b"  File \"/var/task/app.py\", line 3, in handler\nKeyError: 'x'\n"
    b"INIT_START Runtime Version: python:3.12.v89\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:64\n"
    b"START RequestId: a Version: 8\nREPORT RequestId: c\tDuration: 1.00 ms\nEND RequestId: a\n"
)


@cache
def inputs() -> dict[str, bytes]:
    """A few kilobytes of every container, with every way an invocation can end."""
    found = {"mixed.txt": MIXED}
    for name, scenario in exports.SCENARIOS.items():
        events = scenario(n=24)
        found[f"{name}.json"] = exports.filter_log_events(events)
        if name in ("memory_leak", "slow_dependency", "oom_old_style", "json_format", "node_json", "hostile"):
            found[f"{name}-pretty.json"] = exports.filter_log_events(events, pretty=True)
            found[f"{name}-pages.json"] = exports.filter_log_events(events, pages=4)
            found[f"{name}-array.json"] = exports.event_array(events)
            found[f"{name}-messages.json"] = exports.message_array(events)
            found[f"{name}.txt"] = exports.pasted_text(events)
            found[f"{name}.json.gz"] = exports.gzipped(exports.filter_log_events(events))
    return found


@cache
def whole(name: str) -> bytes:
    """The summary of an input read in one go."""
    return summarize(BytesSource(inputs()[name], name)).to_bytes()


def merged(name: str, cuts: list[int], seed: int) -> Summary:
    """The summary of an input read in parts, merged in an arbitrary order and grouping."""
    data = inputs()[name]
    edges = [0, *sorted(cuts), len(data)]
    parts = [summarize(BytesSource(data, name), a, b) for a, b in pairwise(edges)]
    chance = random.Random(seed)
    while len(parts) > 1:
        one = parts.pop(chance.randrange(len(parts)))
        other = parts.pop(chance.randrange(len(parts)))
        parts.append(one.merge(other))
    return parts[0]


@pytest.mark.parametrize("name", sorted(inputs()))
@settings(max_examples=12, deadline=None, derandomize=True)
@given(data=st.data())
def test_reading_in_parts_equals_reading_in_one_go(name: str, data: st.DataObject) -> None:
    """For any number of cuts at any byte, merged in any order."""
    size = len(inputs()[name])
    cuts = data.draw(st.lists(st.integers(0, size), max_size=4))
    assert merged(name, cuts, data.draw(st.integers(0, 99))).to_bytes() == whole(name)


def test_every_single_byte_is_a_good_place_to_cut() -> None:
    """Exhaustively, on the input where requests interleave in one stream."""
    for cut in range(len(MIXED) + 1):
        assert merged("mixed.txt", [cut], cut).to_bytes() == whole("mixed.txt"), cut


def test_files_merge_in_any_order() -> None:
    """Three files, six orders, one report."""
    names = ["memory_leak.json", "slow_dependency.json", "code_defect.json"]
    summaries = [summarize(BytesSource(inputs()[n], n)) for n in names]
    results = set()
    for order in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
        total = Summary()
        for i in order:
            total.merge(summaries[i])
        results.add(total.to_bytes())
    assert len(results) == 1


@pytest.mark.parametrize("name", sorted(inputs()))
def test_bytes_bring_a_summary_back(name: str) -> None:
    """And what is brought back reports the same and can still be merged."""
    summary = summarize(BytesSource(inputs()[name], name))
    again = Summary.from_bytes(summary.to_bytes())
    assert again.to_bytes() == summary.to_bytes()
    assert conclude(again, Options()).to_json() == conclude(summary, Options()).to_json()


def test_a_report_of_a_part_changes_nothing() -> None:
    """What is still open at the edges is shown as it is and may yet turn out otherwise."""
    data = inputs()["slow_dependency.json"]
    for cut in range(200, len(data), 501):
        one = summarize(BytesSource(data, "slow_dependency.json"), 0, cut)
        conclude(one, Options())
        one.merge(summarize(BytesSource(data, "slow_dependency.json"), cut, len(data)))
        assert one.to_bytes() == whole("slow_dependency.json"), cut


def test_merging_leaves_the_argument_untouched() -> None:
    """A summary may be merged into several others."""
    one = summarize(BytesSource(MIXED, "mixed.txt"), 0, 300)
    other = summarize(BytesSource(MIXED, "mixed.txt"), 300, len(MIXED))
    before = other.to_bytes()
    one.merge(other)
    assert other.to_bytes() == before


def test_an_empty_summary_is_neutral() -> None:
    """On either side."""
    assert Summary().merge(Summary.from_bytes(whole("mixed.txt"))).to_bytes() == whole("mixed.txt")
    assert Summary.from_bytes(whole("mixed.txt")).merge(Summary()).to_bytes() == whole("mixed.txt")


@pytest.mark.parametrize("name", sorted(inputs()))
def test_every_event_is_attributed_or_set_aside_under_a_reason(name: str) -> None:
    """Nothing is dropped in silence."""
    quality = conclude(summarize(BytesSource(inputs()[name], name)), Options()).quality
    assert quality.events == quality.attributed + sum(quality.set_aside.values())
