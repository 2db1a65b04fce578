"""Bytes as they are: a buffer, a file, and a source that is watched while it is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from analyzer.errors import UnreadableInputError
from analyzer.model import Source
from analyzer.sources import names


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
        """Look up the file's size; `name` stands for it in reports, by default what its path says."""
        self._path = Path(path)
        self.name = names.telling(self._path) if name in ("", self._path.name) else name
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
    """Another source, with a note of how far it was read: the measure of progress.

    Of a file in an archive the note is how much of the archive it took, for that is what its size is measured in.
    """

    def __init__(self, inner: Source) -> None:
        """Watch a source."""
        self.name, self.size, self.position, self._inner = inner.name, inner.size, 0, inner
        self.account = getattr(inner, "account", None)
        self.depth: int = getattr(inner, "depth", -1)

    @property
    def damage(self) -> str:
        """What was wrong with the source, if it is one that can be damaged."""
        return getattr(self._inner, "damage", "")

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`."""
        data = self._inner.read(offset, size)
        self.position = max(self.position, getattr(self._inner, "consumed", offset + len(data)))
        return data
