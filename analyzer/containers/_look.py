"""The first items of a head that is JSON, decoded: what recognises a container by its shape and not by its spelling."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from analyzer.containers._documents import Item, items
from analyzer.containers._fields import lowered
from analyzer.containers._keys import first_keys
from analyzer.decoding import loads
from analyzer.model import Remarks

_INTO = frozenset({"events", "results"})
_ITEMS = 50
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+("|\\?\Z)|[{}\[\],]', re.DOTALL)
"""A string, closed or cut by the end; a bracket; a comma. Nothing is tried twice."""


class Look(NamedTuple):
    """`opens` is the first bracket, "" where a head is no JSON; `items` are its first items, pages walked into."""

    opens: str
    items: tuple[Item, ...]

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The first documents that are objects."""
        return [item.value for item in self.items if not item.keys and isinstance(item.value, dict)]


def holds(head: bytes, key: str) -> bool:
    """Whether the first document has an array under a key, which is in lower case."""
    array = re.search(rb'"%s"\s{0,8}:\s{0,64}\[' % key.encode(), head, re.IGNORECASE)
    return array is not None and key in {name.lower() for name in first_keys(head)}


def page(head: bytes) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The first event of a page of `events` and what else the page says, keys in lower case; None if it is no page."""
    found = look(head)
    if not holds(head, "events"):
        return None
    events = [item.value for item in found.items if item.keys == ("events",)]
    if events and not isinstance(events[0], dict):
        return None
    return lowered(events[0]) if events else {}, lowered(found.documents[0]) if found.documents else {}


class _Head:
    """A head as a source."""

    name = "head"

    def __init__(self, data: bytes) -> None:
        self.size, self._data = len(data), data

    def read(self, offset: int, size: int) -> bytes:
        return self._data[offset : offset + size]


@lru_cache(maxsize=4)
def look(head: bytes) -> Look:
    """The first items of a head; where the head ends inside the first, what stands before that."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    opens = text[:1].decode("latin-1")
    if opens not in ("{", "["):
        return Look("", ())
    found = _items(text) or _items(_closed(text))
    return Look(opens, tuple(found[:_ITEMS]))


def _items(text: bytes) -> list[Item]:
    return [item for batch in items(_Head(text), Remarks(), _INTO) for item in batch]


def _closed(text: bytes) -> bytes:
    """A text that is cut inside its first item, with what is open closed: all of it, or up to its last comma."""
    written = text.decode("utf-8", "ignore")
    brackets, quote, whole = list[str](), "", 0
    for token in _TOKEN.finditer(written):
        if token[0][0] == '"':
            quote = "" if token[1] == '"' else '"'
            continue
        whole = token.start() if token[0] == "," else token.end()
        if token[0] in "{[":
            brackets.append("}" if token[0] == "{" else "]")
        elif brackets and token[0] != ",":
            brackets.pop()
    closing = "".join(reversed(brackets))
    for attempt in (written.removesuffix("\\") + quote, written[:whole], written[:-6] + quote):
        try:
            loads(attempt + closing)
        except (ValueError, RecursionError):
            continue
        return (attempt + closing).encode("utf-8", "replace")
    return b""
