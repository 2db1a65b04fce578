r"""A stream of JSON documents, an item at a time, in constant memory.

    {"events":[…]}{"events":[…]}      documents back to back, one a line, or with anything blank between them
    [{…},{…}]                         or the elements of one array, which are documents too

A document is decoded whole, unless it holds one of the arrays a container wants to walk `into`: then each element of
that array is an item of its own. Bytes are looked at as Latin-1, one character a byte, so that positions are those of
the file; what is not ASCII is decoded again as UTF-8.

Behind damage, reading goes on at the next place that opens as the items before it did. Inside a JSON string a quote is
always written `\"`, so an unescaped `{"timestamp":` can only begin an object.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from analyzer import limits
from analyzer.containers._events import CUT, CUT_NOTE, TOO_LONG, UNREADABLE
from analyzer.decoding import Decoder, loads
from analyzer.model import Remarks, Source


class Item(NamedTuple):
    """A document, or an element of one that is walked into: `data[offset:end]`, decoded.

    A document has no `keys`. An element has the key of its array, in lower case, and as `header` what its document says
    before the array; the document itself follows at its end, as an item without that array.
    """

    keys: tuple[str, ...]
    header: dict[str, Any]
    value: Any
    offset: int
    end: int


def items(source: Source, remarks: Remarks, into: frozenset[str] = frozenset()) -> Iterator[list[Item]]:
    """The items of a source, a list for each chunk of it, which may be empty.

    Walks into the arrays that documents hold under a key of `into`, which is in lower case; an object under such a key
    counts as part of its document. What cannot be read is set aside with its place.
    """
    walker = _Walker(remarks, into)
    position = 0
    while True:
        data = source.read(position, limits.CHUNK_BYTES)
        position += len(data)
        yield walker.feed(data)
        if not data:
            return


_BLANKS = re.compile(r"[ \t\r\n]*")
_SEPARATORS = re.compile(r"[ \t\r\n,]*")
_BYTE_ORDER_MARK = "\xef\xbb\xbf"
_OPENING = re.compile(r'(?:\[[ \t\r\n]{0,64}){0,3}(?:\{[ \t\r\n]{0,64}(?:"[^"\\]{0,64}"[ \t\r\n]{0,8}:|\})|"|\d)')
_CANDIDATE = re.compile(
    r'(?:[}\]][ \t\r\n]{0,64},?[ \t\r\n]{0,64}|"[ \t\r\n]{0,64},[ \t\r\n]{0,64}(?=")|\n(?=[{\[]))(?=('
    + _OPENING.pattern
    + "))"
)
_REACH = 1_024  # a candidate with all that proves it is shorter
_PATIENCE = 16 * limits.GAP_BYTES  # of a file: what is read in vain before the search for more candidates ends
_decode = Decoder().value_at


class _MoreNeeded(Exception):  # noqa: N818 - the ordinary end of a buffer, no error
    """The buffer ends before what begins at `at`."""


class _Damage(Exception):  # noqa: N818 - caught and set aside where it is found
    """What begins at `at` is not JSON, or more of it than can be kept; `read` is how much was looked at."""

    def __init__(self, reason: str = UNREADABLE, read: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.read = reason, read


def _opening(text: str, at: int) -> str:
    """How an item opens, without blanks: `{"timestamp":`, `[{"field":`, `[0` for a number."""
    match = _OPENING.match(text, at)
    head = "".join(match[0].split()) if match else ""
    return head[:-1] + "0" if head[-1:].isdigit() else head


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a pattern that may match nothing ends."""
    match = pattern.match(text, at)
    return match.end() if match else at


class _Walker:
    """Where reading stands: in which document, in which of its arrays, and what of the input is not yet read."""

    def __init__(self, remarks: Remarks, into: frozenset[str]) -> None:
        self._remarks, self._into = remarks, into
        self._text, self._base, self._at = "", 0, 0  # the buffer, the byte it begins at, how far it was read
        self._last, self._final = False, ""  # nothing follows the buffer; the last character that is not blank
        self._wanted = 0  # so much of the buffer makes another attempt at a long item worth it
        self._found: list[Item] = []
        self._in_array = False  # documents are the elements of one array
        self._members: dict[str, Any] | None = None  # of the document that is walked into
        self._begin = self._kept = 0  # where it begins, and how many bytes its members take
        self._depth = 0  # how many objects of it are open that count as part of it
        self._key = ""  # of the array that is walked into
        self._header: dict[str, Any] = {}
        self._opens = {False: "", True: ""}  # how a good document, and a good element, opens
        self._skipping: tuple[str, int, str] | None = None  # reason, offset and beginning of what cannot be read
        self._own = ""  # how that opens
        self._lost = False  # brackets no longer match, since some were in what could not be read
        self._wasted = 0

    def feed(self, data: bytes) -> list[Item]:
        """Take the next bytes, none at the end, and give the items that they complete."""
        self._text = self._text[self._at :] + data.decode("latin-1")
        self._base, self._at, self._last = self._base + self._at, 0, not data
        self._final = data[-64:].decode("latin-1").rstrip()[-1:] or self._final
        self._found = []
        if self._last or len(self._text) >= self._wanted:
            self._wanted = 0
            while self._read_on():
                pass
        return self._found

    def _read_on(self) -> bool:
        """Read to the end of the buffer, or to damage and past it; False when more bytes are needed."""
        try:
            if self._skipping and not self._resume():
                return False
            while True:
                if self._key:
                    self._elements()
                elif self._members is not None:
                    self._member(self._members)
                else:
                    self._document()
        except _Damage as damage:
            return self._skip(damage.reason, damage.read)
        except _MoreNeeded:
            pending = len(self._text) - self._at
            if pending > limits.GAP_BYTES:
                return self._skip(TOO_LONG, pending)
            if self._last:
                return self._end()
            if pending >= limits.CHUNK_BYTES:
                self._wanted = min(2 * pending, limits.GAP_BYTES + 1)
            return False

    def _document(self) -> None:
        """Read the document that begins here, or open it to be walked into."""
        text = self._text
        at = self._at = _after(_SEPARATORS, text, self._at)
        if len(text) - at < _REACH and not self._last:
            raise _MoreNeeded  # enough to see how it opens
        first = text[at : at + 1]
        if not first:
            raise _MoreNeeded
        if first in "]}":  # a stray one closes what damage has hidden
            self._in_array, self._at = self._in_array and first != "]", at + 1
        elif first == "[" and not self._in_array:
            self._in_array, self._at = True, at + 1
        elif text.startswith(_BYTE_ORDER_MARK, at):
            self._at = at + 3
        elif first not in '{["-0123456789tfn':
            raise _Damage
        elif first == "{" and self._into:
            self._members, self._begin, self._kept, self._at = {}, self._base + at, 0, at + 1
            self._opens[False] = _opening(text, at) or self._opens[False]
        else:
            value, self._at = self._value(at)
            self._opens[False] = _opening(text, at) or self._opens[False]
            self._found.append(Item((), {}, value, self._base + at, self._base + self._at))
            self._alike(first)

    def _member(self, members: dict[str, Any]) -> None:
        """Read a member of the document, or its end, or open the array that is walked into."""
        text = self._text
        begin = self._at = _after(_SEPARATORS, text, self._at)
        first = text[begin : begin + 1]
        if first == "}" and self._depth:
            self._depth, self._at = self._depth - 1, begin + 1
            return
        if first == "}":
            self._members, self._at = None, begin + 1
            self._found.append(Item((), {}, members, self._begin, self._base + self._at))
            return
        if first not in ("", '"'):
            raise _Damage
        key, at = self._value(begin)
        colon = self._blanks(at)
        if text[colon] != ":":
            raise _Damage
        at = self._blanks(colon + 1)
        if text[at] in "[{" and key.lower() in self._into:
            self._at = at + 1
            if text[at] == "{":
                self._depth += 1
            else:
                self._key, self._header = key.lower(), dict(members)
            return
        members[key], self._at = self._value(at)
        self._kept += self._at - begin
        if self._kept > limits.GAP_BYTES:
            raise _Damage(TOO_LONG)

    def _elements(self) -> None:
        """Read the elements of the array that is walked into, and its end."""
        text = self._text
        while True:
            at = self._at = _after(_SEPARATORS, text, self._at)
            if text[at : at + 1] == "]":
                self._key, self._header, self._at = "", {}, at + 1
                return
            value, self._at = self._value(at)
            self._opens[True] = self._opens[True] or _opening(text, at)
            self._found.append(Item((self._key,), self._header, value, self._base + at, self._base + self._at))
            self._alike(text[at])

    def _alike(self, first: str) -> None:
        """Read what follows an item and opens like it: a short way for nearly all of a file, up to anything odd."""
        if first not in '{["' or (first == "{" and self._into and not self._key):
            return
        text, base, at, separators = self._text, self._base, self._at, _SEPARATORS.match
        keys, header, add, plain = (self._key,) if self._key else (), self._header, self._found.append, text.isascii()
        try:
            while True:
                begin = separators(text, at).end()  # type: ignore[union-attr] # it matches nothing, too
                if text[begin] != first:
                    break
                value, end = _decode(text, begin)
                if not (plain or (written := text[begin:end]).isascii()):
                    value = loads(written.encode("latin-1").decode("utf-8", "replace"))
                add(Item(keys, header, value, base + begin, base + end))
                at = end
        except (ValueError, IndexError, RecursionError):
            pass  # the careful way meets it again
        self._at = at

    def _blanks(self, at: int) -> int:
        """The first place from `at` on that is not blank."""
        at = _after(_BLANKS, self._text, at)
        if at == len(self._text):
            raise _MoreNeeded
        return at

    def _value(self, at: int) -> tuple[Any, int]:
        """The value that begins at a place, and where it ends."""
        text = self._text
        try:
            value, end = _decode(text, at)
            if end == len(text) and not self._last and text[end - 1] not in '"}]':
                raise _MoreNeeded  # a number may go on
            if not text.isascii():
                written = text[at:end]
                if not written.isascii():
                    value = loads(written.encode("latin-1").decode("utf-8", "replace"))
        except json.JSONDecodeError as error:
            cut = error.msg.startswith("Unterminated string") or error.pos >= len(text) - 16
            raise _MoreNeeded if cut else _Damage(read=error.pos - at) from None
        except (ValueError, RecursionError):  # a number of thousands of digits; a thousand brackets
            raise _Damage(read=limits.CHUNK_BYTES) from None
        return value, end

    def _skip(self, reason: str, wasted: int) -> bool:
        """Begin to look for a place behind what cannot be read."""
        self._skipping = reason, self._base + self._at, self._text[self._at : self._at + 800]
        self._own = _opening(self._text, self._at)
        self._lost = True
        self._at += 1
        self._wasted += wasted
        if self._at > limits.SNIFF_BYTES:  # a decoder's error counts the lines before it
            self._text, self._base, self._at = self._text[self._at :], self._base + self._at, 0
        return True

    def _next(self, at: int, guess: bool = True) -> tuple[int, bool] | None:
        """Where the next item can begin, and whether it is an element of the array that is walked into.

        It opens like one that was read, like the one that cannot be, or a line on which no comma leads. As long as none
        was read, any can be it, if a `guess` is allowed.
        """
        document, element = self._opens[False], self._opens[True]
        for match in _CANDIDATE.finditer(self._text, at) if self._wasted <= _PATIENCE else ():
            opens = _opening(match[1], 0)
            if opens in (document, element if self._key else document):
                return match.end(), bool(self._key) and opens == element
            if match[0].endswith("\n") and "," not in match[0]:
                return match.end(), False
            if opens == '"':
                continue  # strings stand everywhere
            if opens == self._own or (guess and not (element if self._key else document)):
                return match.end(), bool(self._key)
        return None

    def _resume(self) -> bool:
        """Go on at the next item behind what cannot be read; False if the buffer holds none."""
        assert self._skipping
        following = self._next(self._at)
        if following is None and not self._last:
            self._at = max(self._at, len(self._text) - _REACH)
            return False
        if following is None:
            self._at = len(self._text)
        else:
            self._at, element = following
            if not element:
                self._key, self._header, self._members, self._depth = "", {}, None, 0
        reason, offset, text = self._skipping
        self._set_aside(reason, offset, self._base + self._at, text)
        self._skipping = None
        return True

    def _end(self) -> bool:
        """The input ends: set aside what that cuts. True if an item stands behind it."""
        rest = self._text[self._at :]
        if rest and self._next(self._at + 1, guess=False):  # a quote is missing: the string has not ended where it did
            return self._skip(UNREADABLE, len(rest))
        begins = self._base + self._at
        if rest and (self._key or self._members is None):
            self._set_aside(CUT, begins, begins + len(rest), rest)
        open_ended = bool(rest) or self._in_array or self._members is not None
        if open_ended and not (self._lost and self._final in ("]", "}")):
            self._remarks.truncated = True
            self._remarks.notes.add(CUT_NOTE)
        self._at = len(self._text)
        return False

    def _set_aside(self, reason: str, offset: int, end: int, text: str) -> None:
        self._remarks.set_aside(reason, offset, end, text[:800].encode("latin-1").decode("utf-8", "replace"))
