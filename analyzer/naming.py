"""The function a file is named after: most exports do not name it."""

from __future__ import annotations

import re

_GENERIC = re.compile(
    r"(?:aws|cloudwatch|lambda|logs?|events?|export|output|out|result|results|data|input|paste|pasted|stdin|sample|example|"
    r"messages?|page|dump|test|tmp|file|download|untitled|console|new|filter|get|text|json|insights|viewer)+",
    re.IGNORECASE,
)


def function_named_in(input_name: str) -> str | None:
    """The function a file is named after, as in `orders-api.json` or `orders-api-0600-1100.json.gz`; None if it is not.

    A single word could be anything (`prod.json`, `broken.json`), so only names of several words count.

    >>> function_named_in("orders-api-0600-1100.json"), function_named_in("export (3).json")
    ('orders-api', None)
    """
    base = re.split(r"[\\/]", input_name)[-1]
    stem = re.sub(r"(?:\.(?:json|txt|log|gz|csv|ndjson|jsonl|out))+$", "", base, flags=re.IGNORECASE)
    stem = re.sub(r"(?:[-_. ]?(?:\(\d{1,3}\)|\d[\dTZ:._-]*|week|day|today|yesterday|logs?|export|events))+$", "", stem)
    if not re.fullmatch(
        r"(?=.*(?:[a-z0-9][_-][a-zA-Z0-9]|[a-z][A-Z]))[A-Za-z][A-Za-z0-9_-]{2,63}", stem
    ) or _GENERIC.fullmatch(re.sub(r"[-_]", "", stem)):
        return None
    return stem
