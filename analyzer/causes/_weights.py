"""What the causes share: sentences that keep to their length, marks in evidence, quantiles of some executions."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from math import isnan

from analyzer import growth, words
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function, quantile
from analyzer.model import Finding, Origin
from analyzer.stats.columns import sorted_values
from analyzer.stats.quotes import Quote

VERDICT_CHARS = 120
LEAD_WORDS = 45
SURE = 0.90
"""From this confidence on a verdict is said without "probably"."""

VERSION_MARK = (r"Version: \S+", r'"version"\s*:\s*"[^"]+"')


def fit(*candidates: str) -> str:
    """The first sentence that is short enough for a verdict; the last one cut if none is."""
    for sentence in candidates:
        if len(sentence) <= VERDICT_CHARS:
            return sentence
    return shorten(candidates[-1], VERDICT_CHARS)


def shorten(text: str, most: int) -> str:
    """A text of at most `most` characters, its cut shown.

    >>> shorten("orders-api", 10), shorten("orders-api", 7)
    ('orders-api', 'orders…')
    """
    return text if len(text) <= most else text[: most - 1].rstrip(" ,;:.") + "…"


def lead(*sentences: str, most: int = LEAD_WORDS) -> str:
    """As many of the sentences as stay within the bound, in order; one that does not fit is left out.

    >>> lead("a b c.", "d e f g.", "h.", most=4)
    'a b c. h.'
    """
    kept: list[str] = []
    for sentence in sentences:
        if sentence and len(" ".join([*kept, sentence]).split()) <= most:
            kept.append(sentence)
    return " ".join(kept)


def name_of(function: Function, most: int = 48) -> str:
    """The function's name to begin a sentence with, shortened where it would fill it."""
    return shorten(function.label, most)


def belongs(function: Function) -> str:
    """A name for the middle of a sentence."""
    return shorten(function.name, 48) if function.name else "the function"


def of_function(function: Function) -> str:
    """Say " of NAME" where the report is about several functions, else nothing."""
    several = sum(1 for f in function.summary.functions if len(f)) > 1
    return f" of {belongs(function)}" if several else ""


def clock(function: Function, ms: int) -> str:
    """A time of day in UTC, with its day where the export spans several."""
    period = function.summary.period
    if period is not None and words.day(period[0]) != words.day(period[1]):
        return f"{words.short_day(ms)} {words.minute(ms)} UTC"
    return f"{words.minute(ms)} UTC"


def between(function: Function, rows: Sequence[int]) -> str:
    """Say "from 06:10 to 10:40 UTC", or "at 06:10 UTC", or nothing without times."""
    first, last = function.span(rows)
    if first is None or last is None:
        return ""
    if last - first < 60_000:
        return f"at {clock(function, first)}"
    return f"from {clock(function, first).removesuffix(' UTC')} to {clock(function, last)}"


def part(k: int, n: int) -> str:
    """Say "all 12", "both" or "5 of 12"."""
    if k == n:
        return "both" if n == 2 else f"all {words.count(n)}"
    return words.of(k, n)


def spanned(low: float, high: float) -> str:
    """Say "91 to 95", or one number."""
    a, b = words.count(round(low)), words.count(round(high))
    return a if a == b else f"{a} to {b}"


def marked(origins: Iterable[Origin], *patterns: str) -> tuple[Origin, ...]:
    """Evidence with the parts that prove it marked."""
    return tuple(ev.marked(origin, *patterns) for origin in origins)


def quoted(function: Function, quotes: Iterable[Quote], *patterns: str) -> tuple[Origin, ...]:
    """Kept lines as marked evidence."""
    return marked((function.summary.origin(q) for q in quotes), *patterns)


def start_of(function: Function, version: str) -> tuple[Origin, ...]:
    """The first START line of a version."""
    quotes = [q for s in sorted(function.sources) for q in function.summary.quotes.of(("start", s, version))]
    return quoted(function, quotes[:1], *VERSION_MARK)


def middle(function: Function, rows: Iterable[int], q: float = 0.5) -> float | None:
    """A quantile of the durations of some executions, ms; None where none is known."""
    return quantile(sorted_values(d for i in rows if not isnan(d := function.inv.duration[i])), q)


def by_version(function: Function) -> dict[str, array[int]]:
    """Executions by version, versions in the order they first ran; those without one are left out."""
    found: dict[str, array[int]] = {}
    for i, v in enumerate(function.inv.version):
        if v >= 0:
            found.setdefault(function.summary.words[v], array("i")).append(i)
    return found


def version_phrase(versions: Sequence[str]) -> str:
    """Say "version 42", "versions 41 and 42"."""
    return f"version{'' if len(versions) == 1 else 's'} {words.listed(versions)}"


def streams(function: Function, rows: Iterable[int]) -> int:
    """How many environments some executions ran in."""
    return len({(function.inv.stream[i], function.inv.lane[i]) for i in rows})


def mixed(function: Function, rows: Iterable[int]) -> bool:
    """Whether order proves less for some executions: they overlap, or their stream holds several environments."""
    touched = {function.inv.stream[i] for i in rows}
    of_them = [env for env in function.environments if env.stream in touched]
    return any(env.mixed or growth.interleaved(function, env) for env in of_them)


def named(function: Function) -> bool:
    """Whether the export names streams, so that environments can be counted."""
    return all(env.name for env in function.environments)


def thirds(count: int) -> tuple[range, range]:
    """The first and the last third of some positions."""
    third = max(1, count // 3)
    return range(third), range(count - third, count)


def bounded(confidence: float) -> float:
    """A confidence as the rules know it: nothing weighed is a fact, nothing reported is a guess."""
    return round(min(0.97, max(0.3, confidence)), 2)


def early_share(function: Function, rows: Sequence[int]) -> float:
    """Share of some executions that fall into the first half of all executions."""
    half = len(function) // 2
    return sum(i < half for i in rows) / len(rows) if rows else 0.0


def chain(findings: Iterable[Finding], function: Function, *ids: str) -> tuple[str, ...]:
    """Those of some findings that this function has, in the order a story tells them."""
    there = {f.id for f in findings if f.function == function.name}
    return tuple(i for i in ids if i in there)


def times(n: int) -> str:
    """Say "once", "twice", "12 times"."""
    return {1: "once", 2: "twice"}.get(n, f"{words.count(n)} times")
