"""Where bytes come from: files, buffers, and what a gzip file holds.

All have a name, a size and `read(offset, size)`.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import BinaryIO

from analyzer import limits
from analyzer.errors import UnreadableInputError
from analyzer.model import Source

GZIP_MAGIC = b"\x1f\x8b"
UNKNOWN_SIZE = 1 << 62


class BytesSource:
    """A buffer in memory."""

    def __init__(self, data: bytes, name: str = "input") -> None:
        """Wrap a buffer under a name."""
        self.name, self.size, self._data = name, len(data), data

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`."""
        return self._data[offset : offset + size]


class FileSource:
    """A regular file, opened on first use. Raises UnreadableInputError where the system refuses it."""

    def __init__(self, path: str | os.PathLike[str], name: str = "") -> None:
        """Look up the file's size; `name` stands for it in reports, by default its last component."""
        self._path = Path(path)
        self.name = name or self._path.name
        self._file: BinaryIO | None = None
        try:
            self.size = self._path.stat().st_size
        except OSError as error:
            raise UnreadableInputError(f"{path}: cannot be read, {error.strerror or error}. Check the path.") from None

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`."""
        try:
            if self._file is None:
                self._file = self._path.open("rb")
            self._file.seek(offset)
            return self._file.read(size)
        except OSError as error:
            why = error.strerror or error
            raise UnreadableInputError(f"{self._path}: cannot be read at byte {offset}, {why}.") from None

    def close(self) -> None:
        """Give the file back to the system; reading again opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None


class Watched:
    """Another source, with a note of how far it was read: the measure of progress."""

    def __init__(self, inner: Source) -> None:
        """Watch a source."""
        self.name, self.size, self.position, self._inner = inner.name, inner.size, 0, inner

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`."""
        data = self._inner.read(offset, size)
        self.position = max(self.position, offset + len(data))
        return data


class Gunzipped:
    """What a gzip file holds, of any number of members, decompressed as it is read: offsets may only grow.

    A damaged or cut file ends where it can no longer be read, and `damage` says so.
    """

    def __init__(self, inner: Source) -> None:
        """Wrap the source of the compressed bytes."""
        self.name, self.size, self.damage = inner.name, UNKNOWN_SIZE, ""
        self._inner, self._at = inner, 0
        self._decoder = zlib.decompressobj(wbits=31)
        self._buffer, self._start, self._ended, self._rest = bytearray(), 0, False, b""

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`, which must not lie before what was given back already."""
        while not self._ended and self._start + len(self._buffer) < offset + size:
            drop = min(len(self._buffer), max(0, offset - self._start))
            del self._buffer[:drop]
            self._start += drop
            self._inflate()
        at = offset - self._start
        if at < 0:
            raise ValueError("compressed input can only be read forwards")
        data = bytes(self._buffer[at : at + size])
        del self._buffer[: max(0, at - limits.SNIFF_BYTES)]  # readers look back a little, never far
        self._start += max(0, at - limits.SNIFF_BYTES)
        return data

    def _inflate(self) -> None:
        """Decompress one more step of at most one chunk."""
        data = self._rest
        if not data:
            data = self._inner.read(self._at, limits.CHUNK_BYTES // 8)
            self._at += len(data)
        if not data:
            self._ended = True
            if not self._decoder.eof:
                self.damage = "the gzip file is cut short"
            return
        if self._decoder.eof:
            data = data.lstrip(b"\0")  # padding between or after members
            self._rest = data
            if not data:
                return
            self._decoder = zlib.decompressobj(wbits=31)
        try:
            self._buffer += self._decoder.decompress(data, limits.CHUNK_BYTES)
        except zlib.error:
            self._ended = True
            self.damage = f"the gzip file is damaged near byte {self._at}"
            return
        self._rest = self._decoder.unconsumed_tail or (self._decoder.unused_data if self._decoder.eof else b"")
