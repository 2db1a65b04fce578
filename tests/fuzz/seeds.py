"""What fuzzing begins with: every sample of every container, and a few events in every shape that people save."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import exports
import shapes
from exports import Event
from shapes import Shape

from analyzer import limits, registry
from analyzer.sources import GZIP_MAGIC

FOUND = Path(__file__).parent / "found"
"""Inputs that failed once."""
_EVENTS = (6, 12, 30)
"""So few events make a file; some shapes need more to show what they are."""


@cache
def samples() -> dict[str, bytes]:
    """The samples of the containers, by a name."""
    return {f"{c.id}-{n}": sample for c in registry.containers() for n, sample in enumerate(c.samples)}


@cache
def files() -> dict[str, bytes]:
    """Every scenario, and every shape with each it can hold, as small as its reader still knows it, unpacked."""
    found = {name: exports.filter_log_events(events(n=8)) for name, events in exports.SCENARIOS.items()}
    for name, shape in shapes.SHAPES.items():
        for scenario in shapes.SCENARIOS:
            if shape.holds(scenario):
                data = _smallest(shape, scenario)
                if data is not None:
                    found[f"{name}-{scenario}"] = data
    return found


@cache
def _events(scenario: str) -> tuple[Event, ...]:
    return tuple(shapes.SCENARIOS[scenario]())


def _smallest(shape: Shape, scenario: str) -> bytes | None:
    """A shape with few events; None where it takes more than that to be recognised."""
    events = shape.carried(_events(scenario))
    for most in _EVENTS:
        try:
            data: bytes = shape.write(events[:most], shapes.GROUP)
        except (IndexError, ValueError):
            continue  # pages that would be empty
        while data.startswith(GZIP_MAGIC):
            data = gzip.decompress(data)
        if {c.id for c in registry.claimants(data[: limits.SNIFF_BYTES])} == {shape.container}:
            return data
    return None


@cache
def everything() -> tuple[bytes, ...]:
    """Samples and files, in a fixed order."""
    return (*samples().values(), *files().values())
