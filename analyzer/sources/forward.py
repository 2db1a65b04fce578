"""Bytes that exist only while they are unpacked, and the bounds on how much of them there may be."""

from __future__ import annotations

import zlib

from analyzer import limits
from analyzer.model import Source
from analyzer.sources.plain import FileSource

UNKNOWN_SIZE = 1 << 62
STEP_BYTES = 128 << 10
"""Packed bytes taken at a time: with what they unpack to, little enough to stop soon."""
_BACK_BYTES = limits.CHUNK_BYTES
"""How far back may be read without unpacking again from the beginning."""


class Account:
    """What one input took and gave: packed bytes taken from it, bytes given by each layer that unpacks.

    All layers around each other and all files of an archive share one, so that no bound can be passed in small parts.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.taken = 0
        self.given: dict[int, int] = {}


class Forward:
    """What another source holds, unpacked as it is read. Reading far back unpacks again from the beginning.

    A subclass unpacks one step at a time in `_more`. Where that is no longer possible the source ends, and `damage`
    says why. `size` is not known before the end.
    """

    kind = "file"
    """What the sentences about damage call it."""

    def __init__(self, inner: Source, account: Account | None = None) -> None:
        """Unpack a source; nothing is read yet."""
        self.name, self.size, self._inner = inner.name, UNKNOWN_SIZE, inner
        self.account: Account = account or getattr(inner, "account", None) or Account()
        self.depth: int = getattr(inner, "depth", -1) + 1
        self._taken = self._given = 0
        self._begin()

    def _begin(self) -> None:
        """Hold nothing; the next step is the first."""
        self._buffer, self._start, self._ended = bytearray(), 0, False
        self._at, self._idle_from, self._damage = 0, self._taken, ""

    def _again(self) -> None:
        """Begin anew; what was unpacked before no longer counts."""
        if self.depth == 0:
            self.account.taken -= self._taken
        self.account.given[self.depth] = self.account.given.get(self.depth, 0) - self._given
        self._taken = self._given = 0
        self._begin()

    def close(self) -> None:
        """Give memory and file back. Reading again begins anew; until then what was unpacked counts."""
        damage = self._damage
        self._begin()
        self._start, self._damage = UNKNOWN_SIZE, damage
        if isinstance(self._inner, (Forward, FileSource)):
            self._inner.close()

    @property
    def damage(self) -> str:
        """Why the source ended early or lacks a part, without a capital or a full stop; "" if it is whole."""
        return getattr(self._inner, "damage", "") or self._damage

    @property
    def consumed(self) -> int:
        """Packed bytes taken so far."""
        return self._taken

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`; fewer only at the end."""
        if offset < self._start:
            self._again()
        while not self._ended and self._start + len(self._buffer) < offset + size:
            drop = min(len(self._buffer), max(0, offset - _BACK_BYTES - self._start))
            del self._buffer[:drop]
            self._start += drop
            self._step()
        at = offset - self._start
        return bytes(memoryview(self._buffer)[at : at + size])

    def _step(self) -> None:
        """Unpack a little, and end where a bound is passed."""
        piece = self._more()
        if piece is None:
            self._ended = True
            return
        self._buffer += piece
        self._given += len(piece)
        given = self.account.given[self.depth] = self.account.given.get(self.depth, 0) + len(piece)
        if piece:
            self._idle_from = self._taken
        elif self._taken - self._idle_from > limits.GAP_BYTES:
            self._stop(f"holds nothing for {limits.GAP_BYTES >> 20} MB")
        taken = self.account.taken - (self._waiting() if self.depth == 0 else 0)
        if given > max(limits.RATIO_FROM_BYTES, limits.RATIO * taken):
            self._stop(f"unpacks to more than {limits.RATIO:,} times its size")
        elif given > limits.UNPACKED_BYTES:
            self._stop(f"unpacks to more than {limits.UNPACKED_BYTES >> 30} GB")

    def _stop(self, why: str) -> None:
        self._ended, self._damage = True, f"the {self.kind} {why}; reading stopped there"

    def _take(self, size: int = STEP_BYTES) -> bytes:
        """The next packed bytes, b"" at the end."""
        data = self._inner.read(self._at, size)
        self._at += len(data)
        self._taken += len(data)
        if self.depth == 0:
            self.account.taken += len(data)
        return data

    def _waiting(self) -> int:
        """Packed bytes that were taken and not used yet."""
        return 0

    def _more(self) -> bytes | None:
        """The result of one step, perhaps empty; None at the end."""
        raise NotImplementedError


class Inflater:
    """zlib's decoder, which also gives what stands before a damaged place.

    `ended` is true behind the last byte of a stream, `broken` at a byte that cannot be.
    """

    def __init__(self, wbits: int) -> None:
        """Decode gzip (31) or bare deflate (-15)."""
        self._decoder = zlib.decompressobj(wbits=wbits)
        self.ended = self.broken = False

    def feed(self, data: bytes) -> tuple[bytes, int]:
        """What these bytes unpack to, at most a chunk, and how many of them were used."""
        before = self._decoder.copy()
        try:
            out = self._decoder.decompress(data, limits.CHUNK_BYTES)
        except zlib.error:
            self.broken = True
            return _before_damage(before, data)
        self.ended = self._decoder.eof
        return out, len(data) - len(self._decoder.unused_data or self._decoder.unconsumed_tail)


def _before_damage(decoder: zlib._Decompress, data: bytes) -> tuple[bytes, int]:
    """What can be decoded of bytes that hold a damaged place, and where that place is."""
    out, at = bytearray(), 0
    for size in (4096, 64, 1):
        while at < len(data):
            trial = decoder.copy()
            try:
                out += trial.decompress(data[at : at + size])
            except zlib.error:
                break
            decoder, at = trial, at + size
    return bytes(out), min(at, len(data))
