"""UTF-16 text as UTF-8: Windows PowerShell writes the first where `>` sends what the AWS CLI prints to a file."""

from __future__ import annotations

import codecs

from analyzer.model import Source
from analyzer.sources.forward import Forward

_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_OTHER_MARK = b"\xff\xfe\0\0"  # of UTF-32
_ENOUGH_BYTES = 16


def encoding(head: bytes) -> tuple[str, int] | None:
    """The codec of UTF-16 text and the length of its mark; without a mark, text of which every other byte is zero."""
    marked = None if head.startswith(_OTHER_MARK) else _MARKS.get(head[:2])
    if marked:
        return marked, 2
    head = head[: len(head) // 2 * 2]
    even, odd = head[::2].count(0), head[1::2].count(0)
    most = len(head) * 2 // 5  # of the half that holds zeros: letters of other scripts have none
    if len(head) >= _ENOUGH_BYTES and max(even, odd) >= most and min(even, odd) == 0:
        return ("utf-16-be" if even else "utf-16-le"), 0
    return None


class Utf16(Forward):
    """UTF-16 text as UTF-8 without its mark; what is no character becomes U+FFFD."""

    kind = "UTF-16 text"

    def __init__(self, inner: Source, codec: str, mark: int) -> None:
        """Read a source in this codec, behind a mark of this length."""
        self._codec, self._mark = codec, mark
        super().__init__(inner)

    def _begin(self) -> None:
        super()._begin()
        self._at = self._mark
        self._decoder = codecs.getincrementaldecoder(self._codec)("replace")

    def _more(self) -> bytes | None:
        data = self._take()
        text = self._decoder.decode(data, final=not data)
        if not data:
            if not text:
                return None
            self._decoder.reset()
            self._damage = f"the {self.kind} ends in the middle of a character"
        return text.encode()
