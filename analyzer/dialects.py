"""All dialects and signatures as one: a line's record, the part of it a person reads, and the failure it names."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from analyzer import registry
from analyzer.model import Record


@cache
def heads() -> dict[str, Callable[[str], Record | None]]:
    """By the first four characters of a line, the parser to ask first."""
    return {head: parse for d in reversed(registry.dialects()) for head, parse in d.heads.items()}


@cache
def parser() -> Callable[[str], Record]:
    """One function that offers a line to the dialects, in order of rank."""
    parsers = [d.parse for d in registry.dialects()]

    def parse(text: str) -> Record:
        for attempt in parsers:
            record = attempt(text)
            if record is not None:
                return record
        raise AssertionError("the last dialect takes every line")  # pragma: no cover

    return parse


def shown(text: str) -> str:
    """An application line without the runtime's prefix of level, time and request id."""
    return parser()(text).text or text.rsplit("\t", 1)[-1]


def signature_of(text: str) -> tuple[str, tuple[str, ...]]:
    """The id and details of the first signature whose words a text has, ("", ()) if none."""
    for signature in registry.signatures():
        details = signature.match(text)
        if details is not None:
            return signature.id, details
    return "", ()
