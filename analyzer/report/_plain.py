"""Text that only prints: what a log says, made safe for a terminal, measured, wrapped and cut to columns.

A log line must not move the cursor, colour the terminal, ring its bell or turn the reading direction.
"""

from __future__ import annotations

import re

from analyzer.model import Origin

_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
"""Control and format characters, half surrogates, and what draws nothing: none of it has a width to rely on."""
_WIDE = re.compile(
    "[\u1100-\u115f\u231a\u231b\u2329\u232a\u23e9-\u23f3\u25fd\u25fe\u2600-\u27bf\u2b1b-\u2b55\u2e80-\u303e"
    "\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
    "\U00016fe0-\U00018aff\U0001b000-\U0001b2ff\U0001f000-\U0001faff\U00020000-\U0003fffd]"
)
"""Characters a terminal may draw two columns wide; a range of its own, so that every Python breaks lines alike."""


def plain(text: str) -> str:
    r"""Text that only prints: line breaks and tabs become two spaces, controls become visible signs.

    >>> plain("a\tb\x07\r\n"), plain("x\u202ey")
    ('a  b␇  ', 'x<U+202E>y')
    """
    return _UNSAFE.sub(_visible, _BREAKS.sub("  ", text))


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"


def columns(text: str) -> int:
    """How many columns plain text takes on a terminal; never fewer than it does.

    >>> columns("abc"), columns("漢字")
    (3, 4)
    """
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def _cut(text: str, width: int) -> int:
    """How many characters of the text fit into the columns; at least one."""
    used = 0
    for i, char in enumerate(text):
        used += columns(char)
        if used > width:
            return max(1, i)
    return len(text)


def wrap(text: str, width: int, indent: str = "", hang: str | None = None) -> list[str]:
    """Lines of at most `width` columns; the first begins with `indent`, the others with `hang`. Empty text: no lines.

    >>> wrap("one two three", 9), wrap("abcdefgh", 5, "- ", "  ")
    (['one two', 'three'], ['- abc', '  def', '  gh'])
    """
    hang = indent if hang is None else hang
    lines: list[str] = []
    line, start = indent, True
    for word in plain(text).split():
        while word:
            gap = "" if start else " "
            room = width - columns(line) - len(gap)
            if columns(word) <= room:
                line, start, word = line + gap + word, False, ""
            elif not start:
                lines.append(line)
                line, start = hang, True
            else:
                at = _cut(word, max(1, room))
                lines.append(line + word[:at])
                line, word = hang, word[at:]
    return lines if start else [*lines, line]


def shorten(text: str, width: int) -> str:
    """Plain text cut to a number of columns, the last of them an ellipsis where something is missing.

    >>> shorten("memory-leak", 8)
    'memory-…'
    """
    text = plain(text)
    return text if columns(text) <= width else text[: _cut(text, max(1, width - 1))] + "…"


def excerpt(origin: Origin, width: int) -> str:
    """The line of a quotation that its first mark is in, cut to `width` columns around its marks.

    It begins with a tab-separated field where that keeps the marks in sight. Marks outside the text are not trusted.
    """
    marks = [(max(0, a), min(b, len(origin.text))) for a, b in sorted(origin.marks) if a < b and a < len(origin.text)]
    at = marks[0][0] if marks else len(origin.text) - len(origin.text.lstrip())
    begin = max(origin.text.rfind("\n", 0, at), origin.text.rfind("\r", 0, at)) + 1
    stop = re.compile("[\r\n]|$").search(origin.text, max(at, begin))
    text = origin.text[begin : stop.start() if stop else None].rstrip()
    if columns(plain(text)) <= width:
        return plain(text).strip()
    marks = [(a - begin, b - begin) for a, b in marks if b - begin <= len(text)] or [(0, 0)]
    first, last = marks[0][0], max(b for _, b in marks)
    field = text.rfind("\t", 0, first) + 1
    starts = [0, *(i + 1 for i, char in enumerate(text) if char == "\t" and i < field)]
    # The earliest field from which the last mark still fits; else the mark's own field; else the mark.
    fits = [s for s in starts if columns(plain(text[s:last])) + 4 <= width]
    start = fits[0] if fits else field if first - field < width // 3 else first
    if start and columns(plain(text[start:])) + 2 <= width:
        start = next(s for s in [*starts, start] if columns(plain(text[s:])) + 2 <= width)
    lead = "… " if start else ""
    if columns(lead + plain(text[start:]).strip()) <= width:
        return lead + plain(text[start:]).strip()
    ends = [i for i, char in enumerate(text) if char == "\t" and i >= last and i > start]
    whole = [e for e in ends if columns(lead + plain(text[start:e]).strip()) + 2 <= width]
    if whole:
        return f"{lead}{plain(text[start : whole[-1]]).strip()} …"
    return shorten(lead + plain(text[start:]).strip(), width)
