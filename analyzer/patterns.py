"""Message templates: lines that differ only in their values share one.

What is masked is decided by the look of each token alone, so the template of a line depends on no other line and
summaries of parts agree. The price: a word that varies freely (a name, a city) is not recognised as a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "<*>"
TEMPLATE_CHARS = 240

_VALUES = re.compile(
    r"""
      [0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}      # UUID
    | \d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?   # time
    | \b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b                  # IPv4 address
    | \barn:[\w:/+=,.@*-]{1,512}                                # ARN
    | \b0x[0-9a-fA-F]+\b
    # a number with its unit, but for status codes, which tell failures apart
    | (?<![\w.-])(?<!status[ ])(?<!code[ ])(?<!Errno[ ])[+-]?\d+(?:[.,:]\d+)*(?:ms|s|m|h|d|%|[kKMGT]i?B|B)?(?![\w-])
    | \b(?=[\w-]*\d[\w-]*\d[\w-]*\d)[\w-]{4,128}\b              # token with three digits: SK-48213, req_123
    """,
    re.VERBOSE,
)


def template(text: str) -> str:
    """The first line of a message with its values replaced by `<*>`, at most 240 characters.

    >>> template("order A-99120 rejected after 31 ms: retry 2 of 3")
    'order <*> rejected after <*> ms: retry <*> of <*>'
    """
    line = text.lstrip()[: 2 * TEMPLATE_CHARS].split("\n", 1)[0].rstrip()
    return " ".join(_VALUES.sub(MASK, line).split())[:TEMPLATE_CHARS]


def group(messages: Iterable[str]) -> list[int]:
    """A number for each message, equal for messages of one template, counted from 0 in order of first sight.

    >>> group(["took 5 ms", "done", "took 7 ms"])
    [0, 1, 0]
    """
    numbers: dict[str, int] = {}
    return [numbers.setdefault(template(m), len(numbers)) for m in messages]
