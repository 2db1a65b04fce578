"""code-defect: which exceptions of a function speak of its own code, and where they are raised."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from math import comb

from analyzer import registry
from analyzer.causes import _weights as w
from analyzer.functions import Function
from analyzer.model import Status
from analyzer.stats.groups import Group

OWN_TYPES = frozenset(
    (
        "KeyError",
        "TypeError",
        "IndexError",
        "AttributeError",
        "ValueError",
        "ZeroDivisionError",
        "NameError",
        "UnboundLocalError",
        "AssertionError",
        "RecursionError",
        "UnicodeDecodeError",
        "UnicodeEncodeError",
        "JSONDecodeError",
        "OverflowError",
        "NotImplementedError",
        "LookupError",
        "ArithmeticError",
        "RangeError",
        "ReferenceError",
        "SyntaxError",
        "URIError",
        "java.lang.NullPointerException",
        "java.lang.IllegalArgumentException",
        "java.lang.ClassCastException",
        "java.lang.IndexOutOfBoundsException",
        "java.lang.NumberFormatException",
        "NullReferenceException",
        "ArgumentException",
        "NoMethodError",
        "ArgumentError",
    )
)
"""Types the language itself raises: they speak of the code and its input, not of another service."""
_OUTSIDE = re.compile(
    r"access ?denied|not authori[sz]ed|forbidden|throttl|too many requests|rate exceeded|exceeded|timed? ?out|"
    r"time-?out|ECONN|ENOTFOUND|EPIPE|EAI_AGAIN|ETIMEDOUT|socket hang up|connection|unavailable|internal server error|"
    r"bad gateway|status code [45]\d\d|expired|ClientError|credential|certificate|No space left|ENOSPC|EMFILE|"
    r"read-only file|environment variable|os\.environ|does not exist|not found|NoSuch|quota|refused",
    re.IGNORECASE,
)
MOST_SHARE = 0.9  # of a version's executions: above, it is not "some inputs"
BURST = 0.7  # of the failures within a fifth of the executions: an outage or an event, not inputs


@dataclass(frozen=True, slots=True)
class Case:
    """Executions that raised the same type at the same own frame."""

    function: Function
    type: str
    frame: str
    groups: tuple[Group, ...]
    rows: tuple[int, ...]
    message: str
    versions: tuple[str, ...]

    @property
    def where(self) -> str:
        """The frame in a sentence."""
        return f" in {self.frame}" if self.frame else ""

    @property
    def error(self) -> str:
        """Type and message, as short as a verdict can hold it."""
        single = len({g.template for g in self.groups}) == 1
        text = (
            f"{self.type} {self.message}"
            if single and len(self.message) <= 24 and self.message[:1] in "'\""
            else self.type
        )
        return text.strip() or "an exception"

    @property
    def repeated(self) -> int:
        """Executions that were a retry of a request id."""
        return sum(self.function.inv.attempt[i] > 1 for i in self.rows)

    @property
    def own_type(self) -> bool:
        """Whether the language itself raises the type."""
        return is_own(self.type)

    @property
    def healthy_share(self) -> float:
        """Share of the failing environments that also served a success."""
        inv = self.function.inv
        healthy = {inv.stream[i] for i in self.function.by_status[Status.OK]}
        failing = {inv.stream[i] for i in self.rows}
        return len(failing & healthy) / len(failing)

    @property
    def densest(self) -> int:
        """The most failures within any fifth of all executions."""
        window = max(1, len(self.function) // 5)
        return max(bisect_left(self.rows, start + window) - k for k, start in enumerate(self.rows))


def is_own(kind: str) -> bool:
    """Whether a type is one that the language raises, with or without its package."""
    return kind in OWN_TYPES or kind.rpartition(".")[2] in OWN_TYPES


def cases_of(function: Function, outside: set[str]) -> Iterable[Case]:
    """Handler errors by type and frame, those left out whose words tell of something outside the code."""
    inv = function.inv
    errors = set(function.by_status[Status.ERROR])
    found: dict[tuple[str, str], list[int]] = {}
    for number in function.groups:
        group = function.group(number)
        if group.outcome != "unhandled" or group.signature in outside:
            continue
        if _OUTSIDE.search(group.type) or (not is_own(group.type) and _OUTSIDE.search(group.template)):
            continue
        found.setdefault((group.type, group.frame), []).append(number)
    for (kind, frame), numbers in found.items():
        rows = sorted(i for n in numbers for i in function.groups[n] if i in errors)
        if not rows:
            continue
        groups = tuple(sorted((function.group(n) for n in numbers), key=lambda g: (-g.count, g.key)))
        seen = {inv.version[i] for i in rows if inv.version[i] >= 0}
        versions = tuple(v for v in function.versions if v in {function.word(s) for s in seen})
        yield Case(function, kind, frame, groups, tuple(rows), _message(groups[0]), versions)


def _message(group: Group) -> str:
    """The message of an error line without its type."""
    text = group.line.text if group.line is not None else ""
    record = next((r for d in registry.dialects() if (r := d.parse(text)) is not None), None)
    return record.error.message.strip().split("\n", 1)[0] if record is not None and record.error is not None else ""


def better_explained(case: Case, alpha: float) -> bool:
    """Whether a change, a burst or a complete failure explains it better than inputs do."""
    function, n = case.function, len(case.rows)
    known = [i for i in range(len(function)) if function.inv.status[i] != Status.UNKNOWN]
    versions = w.by_version(function)
    bad = set(case.rows)
    served = [len(r) for r in versions.values() if bad & set(r)] or [len(known)]
    if n > MOST_SHARE * sum(served) and n > 1:
        return True
    if _since_version(case, versions, alpha):
        return True
    return n >= 4 and case.densest > BURST * n


def _since_version(case: Case, versions: dict[str, array[int]], alpha: float) -> bool:
    """Fisher's exact test, one-sided: the failures begin with a version more clearly than chance allows."""
    order = list(versions)
    bad = set(case.rows)
    first = next((k for k, v in enumerate(order) if bad & set(versions[v])), 0)
    before = sum(len(versions[v]) for v in order[:first])
    after = sum(len(versions[v]) for v in order[first:])
    n = len(case.rows)
    if not before or n > after:
        return False
    return comb(after, n) / comb(before + after, n) < alpha
