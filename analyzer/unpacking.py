"""What a file holds once compression and encoding are undone, whatever its name says."""

from __future__ import annotations

from typing import NamedTuple

from analyzer import limits
from analyzer.model import Source
from analyzer.sources import GZIP_MAGIC, Gunzipped, Utf16, utf16

_HEAD_BYTES = 4096


class Unpacked(NamedTuple):
    """The text of an input, the names of the layers taken off, and whether it can only be read from its beginning."""

    data: Source
    layers: tuple[str, ...]
    forward_only: bool


def unpack(source: Source) -> Unpacked:
    """Take off gzip and UTF-16, at most `limits.LAYERS` around each other; reads the head of each.

    More layers than that are left on, and no container claims what remains.
    """
    data, layers = source, list[str]()
    while len(layers) < limits.LAYERS:
        head = data.read(0, _HEAD_BYTES)
        found = utf16.encoding(head)
        if head.startswith(GZIP_MAGIC):
            data = Gunzipped(data)
            layers.append("gzip")
        elif found:
            data = Utf16(data, *found)
            layers.append("UTF-16")
        else:
            break
    return Unpacked(data, tuple(layers), getattr(data, "account", None) is not None)
