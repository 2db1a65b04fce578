"""A file of a ZIP archive, unpacked as it is read.

What the archive says of sizes is only where reading stops at the latest: a deflated file ends by itself.
"""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from analyzer.model import Source
from analyzer.sources.forward import STEP_BYTES, Account, Forward, Inflater

HEADER_MARK = b"PK\x03\x04"
HEADER = struct.Struct("<4s5H3L2H")
"""In front of a file: mark, version, flags, method, time, date, checksum, packed, size, lengths of name and extra."""
STORED, DEFLATED = 0, 8


class Listed(NamedTuple):
    """A file as a ZIP archive lists it: `at` is where its header is, `packed` its size if that is known."""

    path: str
    at: int
    flags: int
    method: int
    packed: int | None
    checksum: int | None


class Entry(Forward):
    """A file of an archive. `size` is what it takes of the archive, as far as the archive tells."""

    kind = "file in the archive"

    def __init__(self, archive: Source, listed: Listed, account: Account, lost: str = "") -> None:
        """Take what the archive lists; nothing is read yet. `lost` tells what is missing behind this file."""
        self._listed, self._lost = listed, lost
        super().__init__(archive, account)
        self.name = f"{archive.name}/{listed.path}"
        rest = max(0, archive.size - listed.at)
        self.size = rest if listed.packed is None else min(rest, listed.packed)

    def _begin(self) -> None:
        super()._begin()
        self._at, self._left, self._rest, self._sum = -1, self._listed.packed, b"", 0
        self._inflater: Inflater | None = None  # of thousands that wait each would take memory

    def _more(self) -> bytes | None:
        if self._at < 0 and not self._seek():
            return self._end("is not where the archive says")
        out = self._inflated(self._inflater) if self._inflater else self._packed() or self._end("is cut short")
        self._sum = zlib.crc32(out or b"", self._sum)
        return out

    def _seek(self) -> bool:
        """Go to the first byte behind the header, whose parts differ in length from the directory's."""
        at = self._listed.at
        header = self._inner.read(at, HEADER.size) if 0 <= at < self._inner.size else b""
        if len(header) < HEADER.size or not header.startswith(HEADER_MARK):
            return False
        self._at = at + HEADER.size + sum(HEADER.unpack(header)[-2:])
        self._inflater = Inflater(-zlib.MAX_WBITS) if self._listed.method == DEFLATED else None
        return True

    def _packed(self) -> bytes:
        """The next bytes as they stand in the archive."""
        data = self._take(STEP_BYTES if self._left is None else min(self._left, STEP_BYTES))
        self._left = None if self._left is None else self._left - len(data)
        return data

    def _inflated(self, inflater: Inflater) -> bytes | None:
        """The next piece of a deflated file."""
        if inflater.ended:
            self._left = 0
            return self._end()
        if inflater.broken:
            return self._end()
        self._rest = self._rest or self._packed()
        last = not self._rest
        out, used = inflater.feed(self._rest)
        self._rest = self._rest[used:]
        return self._end("is cut short") if last and not out and not inflater.ended else out

    def _end(self, why: str = "") -> bytes | None:
        """None, having noted what is wrong with the file, or what is missing behind it."""
        if self._inflater and self._inflater.broken:
            why = f"is damaged at byte {self._at - len(self._rest):,} of the archive"
        elif self._left == 0:
            why = "" if self._listed.checksum in (None, self._sum) else "is damaged, its checksum does not fit"
        self._damage = self._lost or (why and f"the {self.kind} {why}")
        return None

    def _waiting(self) -> int:
        return len(self._rest)
