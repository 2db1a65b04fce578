"""downstream-latency: the timeouts of one function that fall silent after the same line, and the call it names."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from math import isnan

from analyzer.functions import Function, quantile
from analyzer.model import Status
from analyzer.stats.rows import GAP_AT_END

GAP_SHARE = 0.5  # of the duration: a shorter silence is work between two lines
GAP_MS = 1_000
CALL = re.compile(
    r"\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|call(?:ing)?|fetch(?:ing)?|request(?:ing)?|quer(?:y|ying)|select|connect(?:ing|ion)?|"
    r"invok(?:e|ing)|send(?:ing)?|put(?:ting)?|get(?:ting)?|read(?:ing)?|load(?:ing)?|download(?:ing)?|upload(?:ing)?|wait(?:ing)?|"
    r"acquir(?:e|ing)|publish(?:ing)?|resolv(?:e|ing)|writ(?:e|ing)|poll(?:ing)?)\b",
    re.IGNORECASE,
)
_HOST = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[^\s@/]*@)?)?"
    r"(?P<host>(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?P<top>[a-z][a-z0-9-]*[a-z0-9]))(?![\w.-])",
    re.IGNORECASE,
)
_TOPS = frozenset(
    ("com", "net", "org", "io", "dev", "cloud", "ai", "co", "eu", "de", "uk", "fr", "nl", "es", "it", "ch", "at", "se",
     "no", "fi", "pl", "us", "ca", "au", "jp", "cn", "in", "br", "aws", "edu", "gov", "info", "biz", "me", "tv",
     "internal", "local", "localdomain", "lan", "corp", "test", "example")
)  # fmt: skip
"""Ends of host names without a scheme: `order.created` and `thumb.jpg` have a dot and are none."""


@dataclass(frozen=True, slots=True)
class Case:
    """Timeouts that fell silent after the same line.

    `stalled` of `timeouts`; `slow` are successes with a silence of a second or more after that line, `waits` their
    silences. `target` is the host the line names, else its template; `calls` says whether it reads like a call.
    """

    function: Function
    limit_ms: float
    timeouts: tuple[int, ...]
    stalled: tuple[int, ...]
    slow: tuple[int, ...]
    waits: tuple[float, ...]
    templates: tuple[str, ...]
    target: str
    host: str
    calls: bool
    memory: float | None

    @property
    def after_first(self) -> int:
        """Successes that began between the first and the last stalled invocation."""
        first, last = self.stalled[0], self.stalled[-1]
        return sum(first < i < last for i in self.function.by_status[Status.OK])

    @property
    def close(self) -> int:
        """Successes that took more than four fifths of the limit."""
        ok = self.function.ok_durations
        return sum(d > 0.8 * self.limit_ms for d in ok)


def case_of(function: Function, least_share: float, most_memory: float) -> Case | None:
    """The line after which most timeouts fall silent; None where there is none, or where memory is short."""
    inv, limit = function.inv, function.limit_ms
    timeouts = function.by_status[Status.TIMEOUT]
    if not timeouts or limit is None:
        return None
    keys = {g: _key(function.word(g)) for g in set(inv.gap_line) if g >= 0}
    silent = [i for i in timeouts if inv.gap_line[i] >= 0 and _stalls(function, i, limit)]
    counts = Counter(keys[inv.gap_line[i]] for i in silent)
    if not counts:
        return None
    key = min(counts, key=lambda k: (-counts[k], k))
    stalled = [i for i in silent if keys[inv.gap_line[i]] == key]
    ratios = [inv.used[i] / inv.size[i] for i in stalled if inv.used[i] and inv.size[i]]
    memory = quantile(sorted(ratios), 0.5)
    if len(stalled) < least_share * len(timeouts) or (memory is not None and memory >= most_memory):
        return None
    slow = [
        i
        for i in function.by_status[Status.OK]
        if inv.gap_line[i] >= 0 and keys[inv.gap_line[i]] == key and inv.gap[i] >= GAP_MS
    ]
    templates = tuple(function.word(g) for g, k in sorted(keys.items()) if k == key)
    template = function.word(Counter(inv.gap_line[i] for i in stalled).most_common(1)[0][0])
    host = host_of(template)
    return Case(
        function,
        limit,
        tuple(timeouts),
        tuple(stalled),
        tuple(slow),
        tuple(sorted(inv.gap[i] for i in slow)),
        templates,
        _shown(host) if host else template,
        host,
        bool(host or CALL.search(template)),
        memory,
    )


def _key(template: str) -> str:
    """What lines about the same call share: the host, else the words."""
    return host_of(template) or template


def host_of(text: str) -> str:
    """The host a line names, "" where it names none; file names are not hosts.

    >>> host_of("GET s3.eu-west-1.amazonaws.com/photos/a.jpg"), host_of("resize a.jpg"), host_of("https://example.com/x.json")
    ('s3.eu-west-1.amazonaws.com', '', 'example.com')
    """
    for match in _HOST.finditer(text[:1000]):
        if match["scheme"] or match["top"].lower() in _TOPS:
            return match["host"].lower()
    return ""


def _shown(host: str) -> str:
    """A host as people call it."""
    return host.removesuffix(".amazonaws.com").removesuffix(".api.aws")


def _stalls(function: Function, i: int, limit: float) -> bool:
    """The silence lasts to the end and takes most of the execution."""
    inv = function.inv
    duration = inv.duration[i] if not isnan(inv.duration[i]) else limit
    return bool(inv.flags[i] & GAP_AT_END) and inv.gap[i] >= max(GAP_MS, GAP_SHARE * duration)
