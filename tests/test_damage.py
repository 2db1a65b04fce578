"""Damaged inputs: bytes changed, lost, repeated or put in. Nothing crashes or is lost, and the law still holds."""

from __future__ import annotations

import random
from functools import cache

import exports
import pytest

from analyzer import LambdascopeError, analyze, summarize
from analyzer.sources import BytesSource

INTRUDERS = (
    b'{"timestamp":', b'},{"message":"', b'"', b"\\", b"\0", b"[", b"NaN", b"1e999", b"-1", b"null", b"\xff\xfe",
    b"\\ud800", b"9" * 40, b"REPORT RequestId: x\tDuration: 99999999999999999 ms", b"START RequestId: \n",
    b"Memory Size: 99999999999 MB",
)  # fmt: skip


@cache
def originals() -> tuple[bytes, ...]:
    """Every scenario in every container."""
    found: list[bytes] = []
    for scenario in exports.SCENARIOS.values():
        events = scenario(n=8)
        found += [write(events) for write in (exports.filter_log_events, exports.pasted_text, exports.event_array)]
        found += [exports.message_array(events), exports.gzipped(exports.filter_log_events(events))]
    return tuple(found)


def damaged(seed: int) -> bytes:
    """One of them after up to thirty accidents."""
    chance = random.Random(seed)
    data = bytearray(chance.choice(originals()))
    for _ in range(chance.randint(1, 30)):
        accident, at = chance.randrange(5), chance.randrange(len(data) + 1)
        if accident == 0:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif accident == 1:
            del data[at : at + chance.randint(1, 200)]
        elif accident == 2:
            data[at:at] = data[chance.randrange(len(data) + 1) :][: chance.randint(1, 500)]
        else:
            data[at:at] = chance.choice(INTRUDERS)
    return bytes(data)


@pytest.mark.parametrize("seed", range(0, 300, 10))
def test_damage_never_crashes_and_every_event_is_accounted_for(seed: int) -> None:
    """Ten inputs at a time: a report in every format, or one sentence that says why not."""
    for n in range(seed, seed + 10):
        try:
            report = analyze([BytesSource(damaged(n), "damaged.json")])
        except LambdascopeError:
            continue
        quality = report.quality
        assert quality.events == quality.attributed + sum(quality.set_aside.values()), n
        assert not report.failed_plugins, n
        assert report.to_json()
        assert report.to_text()
        assert report.to_html()
        assert report.to_markdown()


@pytest.mark.parametrize("seed", range(0, 200, 10))
def test_damage_does_not_break_the_law(seed: int) -> None:
    """Cut anywhere, a damaged input summarises as if it had not been cut."""
    for n in range(seed, seed + 10):
        data = damaged(n)
        try:
            whole = summarize(BytesSource(data, "damaged.json")).to_bytes()
        except LambdascopeError:
            continue
        cut = random.Random(n).randrange(len(data) + 1)
        head = summarize(BytesSource(data, "damaged.json"), 0, cut)
        assert head.merge(summarize(BytesSource(data, "damaged.json"), cut, len(data))).to_bytes() == whole, (n, cut)
