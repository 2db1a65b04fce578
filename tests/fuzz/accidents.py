"""What can happen to a file: one accident at a time, that knows a little of what such files are made of.

    suffer(data, [(0, 120, 7, 3), (9, 4000, 1, 0)], others)

An accident is four numbers, so that hypothesis can draw and shrink them and any random generator can make them: which
one, where, how much, and which of its variants. Every number is good; each is taken modulo what there is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

Accident = tuple[int, int, int, int]
"""Which accident, at which byte, how large, which variant."""

LIMIT = 256 << 10
"""Bytes to which repeating and inserting may grow a file."""

_ID = b"57325a9d-ff5f-42e4-83df-80f3dcaaef25"
TOKENS = (
    b'"', b"'", b"\\", b"\0", b"\n", b"\r", b"\r\n", b"\t", b",", b":", b"{", b"}", b"[", b"]", b"|", b"+", b"- ",
    b"\n\n", b"```", b"null", b"true", b"NaN", b"-Infinity", b"1e999", b"-1", b"9" * 40, b"9" * 5_000, b"1.5", b"-0",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\\ud800", b"\\udc00\\ud800",
    b"\\u0000", b"\x1b[31m", b"\x1b[", b"\xe2\x80\xa8", b"\xc2\x85", b"\x0b", b"\x0c", b"\x1c", b"\x1f\x8b\x08",
    b"PK\x03\x04", b'{"timestamp":', b'},{"message":"', b'{"events":[', b'"nextToken":"A"', b'"@message"',
    b'"logEvents":[', b"EVENTS\t", b"timestamp,message\n", b"| @timestamp | @message |\n", b"---\n", b"events:\n- ",
    b"  message: |-\n", b"[[", b'[{"field":', b"START RequestId: \n",
    b"START RequestId: " + _ID + b" Version: $LATEST\n", b"END RequestId: " + _ID + b"\n",
    b"REPORT RequestId: " + _ID + b"\tDuration: 99999999999999999999 ms\tMemory Size: 99999999999 MB\t\n",
    b"Max Memory Used: 99999999999 MB\t",
    b"REPORT RequestId: x\tDuration: 1e400 ms", b"INIT_START Runtime Version: ",
    b"RequestId: x Error: Runtime exited\n",
    b"2026-10-08T07:30:28.235Z " + _ID + b" Task timed out after 3.00 seconds\n",
    b"Traceback (most recent call last):\n", b"9999-12-31T23:59:59.999Z", b"0000-00-00T00:00:00Z",
    b"2026-13-45T25:61:61Z", b"2026-10-08 07:30:28.235", b"1969-12-31T23:59:59Z",
    b"2026/10/08/[$LATEST]7d1e2b3c4d5e6f708192a3b4c5d6e7f8", b"/aws/lambda/orders",
    b'{"time":"2026-10-08T07:30:28.235Z","type":"platform.report","record":{}}\n',
    b'{"time":0,"type":"platform.report","record":{"requestId":1,"metrics":{"durationMs":"x","memorySizeMB":NaN}}}\n',
    b'{"level":{},"message":[],"timestamp":{}}\n',
    b'  File "/var/task/app.py", line 99999999999999999999, in handler\n',
)  # fmt: skip
"""What readers look for, and what they must not trip over."""

NUMBERS = (
    b"0", b"-1", b"-0.0", b"1.5", b"1e308", b"1e999", b"-1e999", b"NaN", b"Infinity", b"9007199254740993",
    b"253402300800000", b"18446744073709551616", b"9" * 30, b"9" * 5_000, b"0x10", b"007", b'"12"', b"null", b"[]",
    b"true",
)  # fmt: skip
PIECES = (
    b"x", b" ", b"\n", b"\t", b'"', b"\\", b"9", b"\0", "é".encode(), b"a b ", b"\\n", b"[", b"{", b"|", b"- ",
    b"\r\n",
)  # fmt: skip
VALUES = (
    b"null", b"true", b"{}", b"[]", b"0", b'""', b'"x"', b"[[1]]", b'{"a":{"b":1}}', b"1.5", b'"\\ud800"',
)  # fmt: skip
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_MEMBER = re.compile(rb'("[^"\\]{1,40}")(\s?:\s*)("(?:[^"\\]|\\.){0,400}"|-?\d{1,30})')
_WORD = re.compile(rb"[A-Za-z@_]{3,30}")
_CLOSER = re.compile(rb'[\]}"]')


def _replace(data: bytes, at: int, size: int, variant: int, _: Sequence[bytes]) -> bytes:
    """A byte becomes another."""
    return data[:at] + bytes([(size * 7 + variant) % 256]) + data[at + 1 :]


def _delete(data: bytes, at: int, size: int, _: int, __: Sequence[bytes]) -> bytes:
    """Some bytes are lost."""
    return data[:at] + data[at + 1 + size % 400 :]


def _cut(data: bytes, at: int, _: int, variant: int, __: Sequence[bytes]) -> bytes:
    """The end is lost, or the beginning."""
    return data[at:] if variant % 4 == 3 else data[:at]


def _token(data: bytes, at: int, size: int, variant: int, _: Sequence[bytes]) -> bytes:
    """Something that means something is put in, now and then over what was there."""
    token = TOKENS[variant % len(TOKENS)]
    return data[:at] + token + data[at + (len(token) if size % 4 == 3 else 0) :]


def _copy(data: bytes, at: int, size: int, variant: int, _: Sequence[bytes]) -> bytes:
    """A piece is there twice."""
    begin = variant * 977 % (len(data) + 1)
    return data[:at] + data[begin : begin + 1 + size % 2_000] + data[at:]


def _repeat(data: bytes, at: int, size: int, variant: int, _: Sequence[bytes]) -> bytes:
    """A piece is there many times."""
    piece = data[at : at + 1 + size % 600]
    return data[:at] + piece * (2 + variant % 200) + data[at:]


def _splice(data: bytes, at: int, size: int, variant: int, others: Sequence[bytes]) -> bytes:
    """The file goes on as another one, from anywhere in it."""
    other = others[variant % len(others)] if others else data
    return data[:at] + other[size * 131 % (len(other) + 1) :]


def _insert(data: bytes, at: int, size: int, variant: int, others: Sequence[bytes]) -> bytes:
    """Another file stands in the middle, mostly between two lines."""
    other = others[variant % len(others)] if others else data
    at = data.find(b"\n", at) + 1 if size % 4 else at
    return data[:at] + other[:20_000] + data[at:]


def _number(data: bytes, at: int, _: int, variant: int, __: Sequence[bytes]) -> bytes:
    """The next number is none that anybody expects."""
    found = _NUMBER.search(data, at)
    return data[: found.start()] + NUMBERS[variant % len(NUMBERS)] + data[found.end() :] if found else data


def _twice(data: bytes, at: int, size: int, variant: int, _: Sequence[bytes]) -> bytes:
    """The next member of an object is there twice, or its value is of another type."""
    found = _MEMBER.search(data, at)
    if not found:
        return data
    key, colon, value = found.groups()
    changed = key + colon + VALUES[variant % len(VALUES)]
    members = (changed, found[0] + b"," + changed, found[0] + b"," + found[0], key + colon + value * 2)
    return data[: found.start()] + members[size % len(members)] + data[found.end() :]


def _nest(data: bytes, at: int, size: int, variant: int, _: Sequence[bytes]) -> bytes:
    """Brackets inside brackets, closed or not."""
    opening, closing = ((b"[", b"]"), (b'{"a":', b"}"), (b"(", b")"), (b'[{"a":', b"}]"))[variant % 4]
    depth = (3, 70, 900, 3_000, 30_000)[size % 5]
    return data[:at] + opening * depth + (b"1" + closing * depth if variant % 3 else b"") + data[at:]


def _unclosed(data: bytes, at: int, _: int, __: int, ___: Sequence[bytes]) -> bytes:
    """The next closing bracket or quote is missing."""
    found = _CLOSER.search(data, at)
    return data[: found.start()] + data[found.end() :] if found else data


def _line_ends(data: bytes, at: int, size: int, variant: int, _: Sequence[bytes]) -> bytes:
    """Line ends are those of another system, from here on or for a while."""
    end = len(data) if size % 2 else at + 40 * size
    new = (b"\r\n", b"\r", b"\n\n", b"\r\r\n", b" ", b"\xe2\x80\xa8")[variant % 6]
    return data[:at] + data[at:end].replace(b"\n", new) + data[end:]


def _lines(data: bytes, at: int, size: int, variant: int, _: Sequence[bytes]) -> bytes:
    """Lines are lost, doubled, swapped, indented, or stand in another order."""
    lines = data.split(b"\n")
    row = data.count(b"\n", 0, at)
    part = lines[row : row + 1 + size % 12]
    part = (
        [], part + part, part[::-1], [b"    " + line for line in part], [b"> " + line for line in part], sorted(part),
        [line.lstrip() for line in part], [b"".join(part)], [line + b"  \t" for line in part],
    )[variant % 9]  # fmt: skip
    lines[row : row + 1 + size % 12] = part
    return b"\n".join(lines)


def _long(data: bytes, at: int, size: int, variant: int, _: Sequence[bytes]) -> bytes:
    """Far too much of something."""
    return data[:at] + PIECES[variant % len(PIECES)] * (300, 1_100, 4_200, 20_000, 70_000)[size % 5] + data[at:]


def _words(data: bytes, at: int, size: int, variant: int, others: Sequence[bytes]) -> bytes:
    """A word becomes one of another file, wherever it stands."""
    found = _WORD.search(data, at)
    other = _WORD.search(others[variant % len(others)], size * 17) if others else None
    if not found or not other:
        return data
    return data.replace(found[0], other[0]) if size % 2 else data[: found.start()] + other[0] + data[found.end() :]


ACCIDENTS: tuple[Callable[[bytes, int, int, int, Sequence[bytes]], bytes], ...] = (
    _replace, _delete, _cut, _token, _copy, _repeat, _splice, _insert, _number, _twice, _nest, _unclosed, _line_ends,
    _lines, _long, _words,
)  # fmt: skip
"""All of them; the simplest come first, since a shrunk example has the smallest numbers."""


def suffer(data: bytes, accidents: Sequence[Accident], others: Sequence[bytes] = ()) -> bytes:
    """A file after some accidents; `others` are the files that may end up in it."""
    for which, at, size, variant in accidents:
        data = ACCIDENTS[which % len(ACCIDENTS)](data, at % (len(data) + 1), size, variant, others)[:LIMIT]
    return data
