"""What a gzip file holds, of any number of members (https://www.rfc-editor.org/rfc/rfc1952)."""

from __future__ import annotations

import re

from analyzer.sources.forward import Forward, Inflater

GZIP_MAGIC = b"\x1f\x8b"
_SLICE_BYTES = 16 << 10  # given to the decoder at once, since it copies what stands behind the end of a member
_HEADER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f][\x00-\xff]{4}[\x00\x02\x04][\x00-\x0d\xff]")
_HEADER_BYTES = 10
_SMALL_BYTES = 16  # a member that holds fewer is no log
_SMALL_MEMBERS = 10_000  # in a row; each costs time and gives nothing
_PLACES = 100  # damaged places before the rest is given up


class Gunzipped(Forward):
    """A gzip file unpacked. Behind a damaged place it goes on with the next member that can be found."""

    kind = "gzip file"

    def _begin(self) -> None:
        super()._begin()
        self._rest, self._used = b"", 0  # packed bytes at hand, and how many of them are done
        self._member: Inflater | None = None
        self._held = self._small = 0  # bytes of this member, small members in a row
        self._lost, self._places, self._first, self._skipped = False, 0, 0, 0

    def _more(self) -> bytes | None:
        if len(self._rest) - self._used < (1 if self._member else _HEADER_BYTES):
            more = self._take()
            self._rest, self._used = self._rest[self._used :] + more, 0
            if not more:
                return self._last()
        return self._inflated(self._member) if self._member else self._sought()

    def _inflated(self, member: Inflater) -> bytes:
        """A piece of the member at hand."""
        out, used = member.feed(self._rest[self._used : self._used + _SLICE_BYTES])
        self._used += used
        self._held += len(out)
        if member.broken:
            self._damaged()
        elif member.ended:
            self._member = None
            self._small = self._small + 1 if self._held < _SMALL_BYTES else 0
            if self._small > _SMALL_MEMBERS:
                self._stop(f"holds more than {_SMALL_MEMBERS:,} empty members in a row")
        return out

    def _sought(self) -> bytes:
        """Nothing, but the next member is at hand if it begins here, or is being looked for."""
        if not self._lost and not self._rest.startswith(GZIP_MAGIC, self._used):
            rest = self._rest[self._used :].lstrip(b"\0")  # padding between or after members
            self._used = len(self._rest) - len(rest)
            if not rest.startswith(GZIP_MAGIC[: len(rest)]):
                self._damaged()
        if self._lost:
            header = _HEADER.search(self._rest, self._used)
            to = header.start() if header else max(self._used, len(self._rest) - _HEADER_BYTES + 1)
            self._skipped += to - self._used
            self._used, self._lost = to, not header
            self._tell()
        if not self._lost and len(self._rest) - self._used >= _HEADER_BYTES:
            self._member, self._held = Inflater(31), 0
        return b""

    def _damaged(self) -> None:
        """Remember the place, and look for the next member behind it."""
        self._first = self._first if self._places else self._at - len(self._rest) + self._used
        self._member, self._lost, self._places = None, True, self._places + 1
        self._tell()

    def _tell(self) -> None:
        """Say where the file is damaged and how much of it that cost."""
        if self._places > _PLACES:
            self._stop(f"is damaged in more than {_PLACES} places")
            return
        where = "" if self._places == 1 else f"in {self._places} places, first "
        self._damage = (
            f"the {self.kind} is damaged {where}at byte {self._first:,}; {self._skipped:,} bytes could not be read"
        )

    def _last(self) -> bytes | None:
        """What the decoder still holds when no bytes are left; None when that is nothing."""
        if self._member:
            out, _ = self._member.feed(b"")
            if out:
                return out
        rest = self._rest[self._used :]
        if not self._lost:
            rest = rest.lstrip(b"\0")
            if not rest.startswith(GZIP_MAGIC[: len(rest)]):
                self._damaged()
            elif self._member or rest:
                self._damage = f"{self._damage}; it is cut short" if self._damage else f"the {self.kind} is cut short"
        if self._lost:
            self._skipped += len(rest)
            self._tell()
        return None

    def _waiting(self) -> int:
        return len(self._rest) - self._used
