"""Builds the `match` of a signature from regular expressions. Every repeat is bounded: logs may be hostile."""

from __future__ import annotations

import re
from collections.abc import Callable

Match = Callable[[str], tuple[str, ...] | None]

_VARYING = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|\d{6,}")


def words(*patterns: str, flags: int = 0) -> Match:
    """A match if one of the patterns is found; the details are what its groups captured, empty ones left out."""
    compiled = [re.compile(p, flags) for p in patterns]

    def match(text: str) -> tuple[str, ...] | None:
        for pattern in compiled:
            found = pattern.search(text)
            if found:
                return tuple(g for g in found.groups() if g)
        return None

    return match


def resource(arn: str) -> str:
    """A resource as a policy names it, without what differs between requests: an object's key, an execution's id.

    >>> resource("arn:aws:s3:::photos/2026/a.jpg"), resource("arn:aws:dynamodb:eu-west-1:123456789012:table/orders")
    ('arn:aws:s3:::photos/*', 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders')
    """
    arn = arn.strip("\"'.,;")[:512]
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return arn
    head, rest = ":".join(parts[:5]), parts[5]
    if parts[2] == "s3":
        bucket, slash, _ = rest.partition("/")
        return f"{head}:{bucket}/*" if slash else f"{head}:{bucket}"
    found = _VARYING.search(rest)
    if found:
        rest = f"{rest[: found.start()]}*"
    return f"{head}:{rest}" if len(head) + len(rest) < 170 else f"{head}:{rest[: 169 - len(head)]}*"
