"""Log data inside text: base64 of gzip, as CloudWatch Logs hands it to a subscription. Bounded at every step."""

from __future__ import annotations

import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from analyzer import limits
from analyzer.containers._documents import Item
from analyzer.containers._events import TOO_LONG, UNREADABLE
from analyzer.model import Events, Remarks, Source

GZIP = b"\x1f\x8b"
_BLANKS = str.maketrans("", "", " \t\r\n")
_STEP = 1 << 10  # a damaged stream loses what its last step would have given, and a step inflates to 1 MB at most
_MEMBERS = 10_000  # of one payload, which has one; empty ones cost time and give nothing
PAYLOAD_BYTES = 64 << 20  # Kinesis and Firehose take 10 MB at most, and CloudWatch Logs fills 1 MB of it


class Decoded(NamedTuple):
    """What was inside; `whole` is false where it is cut or damaged and more was meant to follow."""

    data: bytes
    whole: bool


class TooLarge(Exception):  # noqa: N818 - no error of the program: an answer
    """The data unpacks to more than a payload can be."""


def decode(text: str) -> Decoded | None:
    """The bytes inside base64, unpacked while they are gzip; None if it is no base64. Raises TooLarge."""
    text = text.translate(_BLANKS)
    whole = len(text) % 4 == 0
    try:
        data = binascii.a2b_base64(text[: len(text) // 4 * 4].encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    if text and not data:
        return None
    for _ in range(limits.LAYERS):
        if not data.startswith(GZIP):
            break
        data, sound = _inflate(data)
        whole = whole and sound
    return Decoded(data, whole)


def _inflate(packed: bytes) -> tuple[bytes, bool]:
    """What all members of a gzip file hold, and whether it ends where it should."""
    found = bytearray()
    decoder, members = zlib.decompressobj(wbits=31), 1
    rest, at = b"", 0
    while True:
        if not rest:
            rest, at = packed[at : at + _STEP], at + _STEP
        if not rest:
            return bytes(found), decoder.eof
        if decoder.eof:
            rest = rest.lstrip(b"\0")  # padding
            if not rest:
                continue
            if members == _MEMBERS:
                raise TooLarge
            decoder, members = zlib.decompressobj(wbits=31), members + 1
        try:
            found += decoder.decompress(rest)
        except zlib.error:
            return bytes(found), False
        if len(found) > PAYLOAD_BYTES:
            raise TooLarge
        rest = decoder.unused_data


def placed(batches: Iterable[Events], item: Item) -> Iterator[Events]:
    """Events from inside an item, with its place: a byte further each, so that no two have the same."""
    at, last = item.offset, max(item.offset, item.end - 1)
    for batch in batches:
        count = len(batch.messages)
        yield batch._replace(offsets=[min(at + k, last) for k in range(count)], ends=[item.end] * count)
        at += count


_LINE = re.compile(rb'[ \t"]*([A-Za-z0-9+/]*={0,2})[ \t",\r]*')
_FIRST = b"H4sI"  # gzip in base64


def payloads(source: Source, remarks: Remarks) -> Iterator[list[Item]]:
    """The payloads of a file that holds nothing else, a list for each chunk: text that begins with `H4sI`.

    Each may be wrapped over several lines, as base64 often is. A line that is no base64 is set aside.
    """
    position, rest = 0, b""
    parts, begin, stop, size = list[bytes](), 0, 0, 0
    while True:
        data = source.read(position, limits.CHUNK_BYTES)
        found, at = list[Item](), position - len(rest)
        position += len(data)
        lines = (rest + data).split(b"\n")
        rest = lines.pop() if data else b""
        if len(rest) > limits.GAP_BYTES:
            lines, rest = [*lines, rest], b""
        for line in lines:
            match = _LINE.fullmatch(line.removeprefix(b"\xef\xbb\xbf"))
            text = match[1] if match else b""
            if not match or text.startswith(_FIRST):
                found += _payload(parts, begin, stop)
                parts, begin, size = [], at, 0
            if not match or (text and not parts and not text.startswith(_FIRST)):
                remarks.set_aside(UNREADABLE, at, at + len(line), line[:200].decode("utf-8", "replace"))
            elif text and size + len(text) > limits.GAP_BYTES:
                remarks.set_aside(TOO_LONG, begin, at + len(line), text[:200].decode("ascii"))
                parts = []
            elif text:
                parts.append(text)
                stop, size = at + len(line), size + len(text)
            at += len(line) + 1
        if not data:
            yield found + _payload(parts, begin, stop)
            return
        yield found


def _payload(parts: list[bytes], begin: int, stop: int) -> list[Item]:
    return [Item((), {}, b"".join(parts).decode("ascii"), begin, stop)] if parts else []
