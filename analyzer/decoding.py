r"""JSON of strangers, decoded: the one place that does it, so that a faster decoder can take it over.

A hostile line of a few kilobytes can nest so deeply that the decoder runs out of stack. CPython raises RecursionError
then; in a browser WebAssembly itself fails and takes the engine along. So nests are measured before they are decoded.
"""

from __future__ import annotations

import json
import re
from typing import Any

DEPTH = 400
"""Arrays and objects in each other. Logs reach 20; a browser's stack ends between 900 and 5,000 objects."""

_decode = json.JSONDecoder().raw_decode
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)
_PASSES = 40


def loads(text: str | bytes) -> Any:
    """The value a JSON text stands for; ValueError for another text, RecursionError for one that nests too deeply."""
    if not _shallow(text) and _deep(text if isinstance(text, str) else text.decode("latin-1"), 0):
        raise RecursionError("JSON nests too deeply")
    return json.loads(text)


class Decoder:
    """Decodes values out of a long text, one after the other; a text that is given again is measured once."""

    def __init__(self) -> None:
        """Begin without a text."""
        self._text, self._is_shallow = "", True

    def value_at(self, text: str, at: int = 0) -> tuple[Any, int]:
        """The value that begins at a place, and where it ends; errors as for `loads`."""
        if text is not self._text:
            self._text, self._is_shallow = text, _shallow(text)
        if not self._is_shallow and _deep(text, at):
            raise RecursionError("JSON nests too deeply")
        return _decode(text, at)


def _shallow(text: str | bytes) -> bool:
    """Whether no value of a text can nest too deeply, told without reading it closely.

    Brackets in strings count too, so this may be wrong in one direction: what it calls shallow is.
    """
    if isinstance(text, str):
        if text.count("[") + text.count("{") <= DEPTH:
            return True
        text = text.encode("utf-8", "surrogatepass")
    brackets = text.translate(None, _NO_BRACKETS)
    for taken in range(_PASSES):  # each pass takes away what is innermost
        if brackets.count(b"[") + brackets.count(b"{") + taken <= DEPTH:
            return True
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return False


def _deep(text: str, at: int) -> bool:
    """Whether the value at a place nests too deeply, read closely."""
    depth = 0
    for token in _TOKEN.finditer(text, at):
        first = token[0][0]
        if first in "[{":
            depth += 1
            if depth > DEPTH:
                return True
        elif first in "]}":
            depth -= 1
            if depth <= 0:
                return False
    return False
