"""All dialects and signatures as one: a line's record, the part of it a person reads, and the failure it names."""

from __future__ import annotations

import re
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


_MESSAGE = re.compile(r'"(?:message|msg|event)"\s{0,8}:\s{0,8}"((?:[^"\\]|\\.){1,2000})"')


def shown(text: str) -> str:
    """An application line without the runtime's prefix of level, time and request id."""
    said = parser()(text).text
    if not said and text[:1] == "{" and (message := _MESSAGE.search(text)):  # JSON that no one needed to decode
        return message[1].replace('\\"', '"').replace("\\/", "/")
    return said or text.rsplit("\t", 1)[-1]


def signature_of(text: str) -> tuple[str, tuple[str, ...]]:
    """The id and details of the first signature whose words a text has, ("", ()) if none."""
    for signature in registry.signatures():
        details = signature.match(text)
        if details is not None:
            return signature.id, details
    return "", ()
