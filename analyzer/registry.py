"""Finds the plug-in modules of a folder. There is no list to extend: a module that exports the right name is in.

Works from a checkout, an installed wheel and a zipped one, because it asks the package for its modules.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from analyzer.model import Container, Detector, Dialect, Hypothesis, Signature

EXPORTS = {
    "containers": "FORMAT",
    "lines": "DIALECT",
    "signatures": "SIGNATURES",
    "detectors": "DETECTOR",
    "causes": "CAUSE",
}
"""What a module of each folder exports. A module whose name begins with `_` is no plug-in."""


BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # of UTF-8


@cache
def modules(folder: str) -> tuple[Any, ...]:
    """The plug-in modules of a folder of this package, by name; AttributeError names one without its export."""
    package = importlib.import_module(f"analyzer.{folder}")
    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_"))
    found = tuple(importlib.import_module(f"analyzer.{folder}.{name}") for name in names)
    for module in found:
        if not hasattr(module, EXPORTS[folder]):
            raise AttributeError(f"{module.__name__} exports no {EXPORTS[folder]}")
    return found


def _plugins(folder: str) -> list[Any]:
    return [getattr(module, EXPORTS[folder]) for module in modules(folder)]


@cache
def containers() -> tuple[Container, ...]:
    """File formats, by id."""
    return tuple(sorted(_plugins("containers"), key=lambda p: p.id))


def claimants(head: bytes) -> list[Container]:
    """The containers that claim an input by its first 64 kB: one, none if nobody knows it; more would be a fault."""
    head = head.removeprefix(BYTE_ORDER_MARK)
    specific = [c for c in containers() if not c.general and c.sniff(head)]
    return specific or [c for c in containers() if c.general and c.sniff(head)]


@cache
def dialects() -> tuple[Dialect, ...]:
    """Log dialects, in the order lines are offered to them."""
    return tuple(sorted(_plugins("lines"), key=lambda p: (p.rank, p.id)))


@cache
def signatures() -> tuple[Signature, ...]:
    """Text patterns of failures, in the order texts are offered to them: the narrower first."""
    return tuple(sorted((s for family in _plugins("signatures") for s in family), key=lambda s: (s.rank, s.id)))


@cache
def detectors() -> tuple[Detector, ...]:
    """Detectors, by id."""
    return tuple(sorted(_plugins("detectors"), key=lambda p: p.id))


@cache
def causes() -> tuple[Hypothesis, ...]:
    """Root-cause hypotheses, by id."""
    return tuple(sorted(_plugins("causes"), key=lambda p: p.id))
