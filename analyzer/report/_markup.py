"""HTML that cannot be injected into: text and attribute values are escaped where an element is built.

`el("p", "a < b", class_="note")` gives `<p class="note">a &lt; b</p>`. Only what `el` or `raw` returned goes in
unescaped; `raw` is for files of this package. No style attribute, no event handler, no script URL can be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import TypeAlias


class Markup(str):
    """Text that is already HTML."""

    __slots__ = ()


Child: TypeAlias = "Markup | str | int | Iterable[Child] | None"
Attribute: TypeAlias = "str | int | float | bool | None"

VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9:-]*\Z")
_LINK = re.compile(r"(https?://[^\s/]|#|\./)", re.IGNORECASE)

_VISIBLE = {c: chr(0x2400 + c) for c in range(32) if c not in (9, 10)} | {0x7F: "\N{SYMBOL FOR DELETE}"}
_CONTROLS = (*range(0x80, 0xA0), 0x2028, 0x2029, 0xFEFF)
_DIRECTIONS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_VISIBLE |= {c: f"⟨U+{c:04X}⟩" for c in (*_CONTROLS, *_DIRECTIONS)}
_VISIBLE |= dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")
_HIDDEN = re.compile("[" + "".join(map(re.escape, map(chr, sorted(_VISIBLE)))) + "]")


def clean(text: str) -> str:
    r"""The text with everything shown that would otherwise act: control characters, direction overrides, surrogates.

    >>> clean("a\x1b[31mb\u202ec\ud800")
    'a␛[31mb⟨U+202E⟩c�'
    """
    return text.translate(_VISIBLE) if _HIDDEN.search(text) else text


def text(child: Child) -> Markup:
    """Anything that may stand inside an element, as HTML."""
    if child is None:
        return Markup()
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return Markup(escape(clean(child), quote=False))
    if isinstance(child, int):
        return Markup(child)
    return Markup("".join([text(c) for c in child]))


def raw(html: str) -> Markup:
    """HTML, CSS or script that is part of this package. Never for anything that was read."""
    return Markup(html)


def el(tag: str, *children: Child, **attributes: Attribute) -> Markup:
    """An element. `class_` and `for_` lose their underscore, others become hyphens; None and False leave it out.

    >>> el("a", "x<y", href="#answer", data_do='"', hidden=True)
    '<a href="#answer" data-do="&quot;" hidden>x&lt;y</a>'
    """
    if not _NAME.match(tag):
        raise ValueError(f"{tag!r} is no element")
    parts = ["<", tag]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        name = key.rstrip("_").replace("_", "-")
        if not _NAME.match(name) or name == "style" or name.startswith("on"):
            raise ValueError(f"attribute {name!r} is not allowed")
        if value is True:
            parts.append(f" {name}")
            continue
        shown = clean(f"{value:g}" if isinstance(value, float) else str(value))
        if name in ("href", "src") and not _LINK.match(shown):
            continue
        parts.append(f' {name}="{escape(shown)}"')
    parts.append(">")
    if tag not in VOID:
        parts += [text(children), "</", tag, ">"]
    return Markup("".join(parts))
