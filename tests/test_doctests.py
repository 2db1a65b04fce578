"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import analyzer

MODULES = [m.name for m in pkgutil.walk_packages(analyzer.__path__, "analyzer.") if not m.name.endswith("__main__")]


@pytest.mark.parametrize("name", ["analyzer", *MODULES])
def test_the_examples_in_docstrings_are_true(name: str) -> None:
    """Every module's."""
    assert doctest.testmod(importlib.import_module(name)).failed == 0
