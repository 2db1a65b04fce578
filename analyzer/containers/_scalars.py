"""Text as YAML writes it: plain, in quotes, or as a block, over several lines and folded at 80 columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_BLOCK = re.compile(r"([|>])([1-9]?)([+-]?)([1-9]?)[ \t]*(?:#.*)?")


def text(lines: Sequence[str], indent: int) -> str | None:
    """The text of a value: what stands behind its key, and the lines below it; None where it does not end.

    `indent` is how far its key is indented.
    """
    first = lines[0].strip(" \t")
    block = _BLOCK.fullmatch(first)
    if block:
        return _block(lines[1:], block[1] == ">", int(block[2] or block[4] or 0), block[3], indent)
    folded = [first, *(line.strip(" \t") for line in lines[1:])]
    if first[:1] == "'":
        return _single_quoted(folded)
    if first[:1] == '"':
        return _double_quoted(folded)
    plain = _folded(_closed(folded)).rstrip()
    return "" if plain in ("null", "~") else plain


def _folded(lines: Sequence[str]) -> str:
    """Lines with a blank for each line end between them; an empty line is a line end."""
    parts, empty = [lines[0]], 0
    for k, line in enumerate(lines[1:], 1):
        if not line and k < len(lines) - 1:
            empty += 1
        else:
            parts += ["\n" * empty or " ", line]
            empty = 0
    return "".join(parts)


def _single_quoted(lines: list[str]) -> str | None:
    joined = _folded(_closed(lines))[1:]
    inner = joined[:-1].replace("''", "")
    return joined[:-1].replace("''", "'") if joined.endswith("'") and "'" not in inner else None


def _double_quoted(lines: list[str]) -> str | None:
    parts, pending = [""], list[str]()
    for line in _closed(lines):
        pending.append(line)
        if (len(line) - len(line.rstrip("\\"))) % 2:  # the line goes on behind its end
            pending[-1] = line[:-1]
            parts.append(_folded(pending))
            pending = []
    joined = "".join([*parts, _folded(pending) if pending else ""])[1:]
    if not joined.endswith('"') or (len(joined) - 1 - len(joined[:-1].rstrip("\\"))) % 2:
        return None
    return _ESCAPE.sub(_unescaped, joined[:-1])


def _closed(lines: list[str]) -> list[str]:
    """The lines without empty ones behind the last."""
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return lines


def _unescaped(match: re.Match[str]) -> str:
    if match[4] is not None:
        return _ESCAPED.get(match[4], match[0])
    code = int(match[1] or match[2] or match[3], 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _block(lines: Sequence[str], folded: bool, deeper: int, chomp: str, indent: int) -> str:
    width = indent + deeper if deeper else next((len(li) - len(li.lstrip(" ")) for li in lines if li.strip(" ")), 0)
    rows = [line[width:] for line in lines]
    while rows and not rows[-1] and chomp != "+":
        rows.pop()
    if not rows:
        return ""
    out = _folded_block(rows) if folded else "\n".join(rows)
    return out if chomp == "-" else out + "\n"


def _folded_block(rows: Sequence[str]) -> str:
    """Rows joined by blanks; an empty row is a line end, and rows that are indented keep theirs."""
    out, empty, before = rows[0], 0, rows[0]
    for row in rows[1:]:
        if not row:
            empty += 1
            continue
        kept = before[:1] in (" ", "\t", "") or row[:1] in (" ", "\t")
        out += "\n" * (empty + 1) if kept else "\n" * empty or " "
        out, empty, before = out + row, 0, row
    return out + "\n" * empty
