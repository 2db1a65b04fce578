"""The keys of the first JSON object of a head, however far the head reaches: what recognises a document."""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)(?:"(\s{0,64}:)?|\\?\Z)|[{}\[\]]', re.DOTALL)
"""A string, closed or cut by the end of the head, perhaps a key; or a bracket. Nothing is tried twice."""
_KEYS = 100  # more than any document of AWS has beside each other


@lru_cache(maxsize=4)
def first_keys(head: bytes) -> frozenset[str]:
    """The keys of the document a head begins with, or of the first element of its array; none if it is no object."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"[":
        text = text[1:].lstrip()
    found = set[str]()
    if text[:1] != b"{":
        return frozenset()
    depth = 0
    for token in _TOKEN.finditer(text):
        character = token[0][:1]
        if character == b'"':
            if depth == 1 and token[2] is not None:
                found.add(token[1].decode("utf-8", "replace"))
                if len(found) == _KEYS:
                    break
        else:
            depth += 1 if character in b"{[" else -1
            if depth == 0:
                break
    return frozenset(found)
