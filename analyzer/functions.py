"""What is known of one Lambda function: its executions in time order, its environments, its limits.

Detectors and causes read `Summary.functions`, a list of `Function`; nothing here reads a file or a clock.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from math import ceil, floor, isnan, sqrt
from typing import TYPE_CHECKING, Any

from analyzer.invocations import Invocations
from analyzer.model import Origin, Status
from analyzer.naming import function_named_in
from analyzer.stats.columns import ascending, sorted_values
from analyzer.stats.groups import Group

if TYPE_CHECKING:
    from analyzer.summary import Summary

TREND_BINS = 30


@dataclass(slots=True)
class Environment:
    """One execution environment of a function, possibly restarted after deaths: one log stream, `lane` being 0.

    Where streams have no names, lanes are the environments told apart in what they said together. `lives` are the
    executions between deaths, as indexes into the function's invocations; `complete` says for each life whether its
    beginning was seen. `mixed` is true where executions overlapped or environments were told apart afterwards, so
    positions prove less.
    """

    stream: int
    name: str
    version: str | None
    started: int
    ended: int
    mixed: bool = False
    lane: int = 0
    lives: list[array[int]] = field(default_factory=list)
    complete: list[bool] = field(default_factory=list)

    @property
    def rows(self) -> array[int]:
        """All executions of the environment, in order."""
        return array("i", [i for life in self.lives for i in life])


class Function:
    """One function as the logs show it. Everything derived is computed once, on first use."""

    def __init__(
        self, summary: Summary, name: str | None, log_group: str | None, sources: frozenset[str], inv: Invocations
    ) -> None:
        """Bundle the executions of one function of `summary`; `sources` are those its error groups carry."""
        self.summary, self.name, self.log_group, self.sources, self.inv = summary, name, log_group, sources, inv

    def __len__(self) -> int:
        """Number of executions."""
        return len(self.inv)

    @property
    def named_by_file(self) -> bool:
        """Whether nothing but the name of an input tells the function's name."""
        if self.name is None or self.summary.function_name == self.name:
            return False
        told = {s.function for s in self.summary.streams} | {
            s.source for s in self.summary.streams if s.source not in self.summary.inputs
        }
        return self.name not in told

    @property
    def label(self) -> str:
        """Its name in a sentence that begins with it."""
        return self.name or "The function"

    @cached_property
    def by_status(self) -> dict[Status, array[int]]:
        """Executions by status, in time order; every status has an entry."""
        found = [array("i") for _ in Status]
        for i, s in enumerate(self.inv.status):
            found[s].append(i)
        return {status: found[status] for status in Status}

    @cached_property
    def failed(self) -> array[int]:
        """Executions that failed (every status but ok and unknown), in time order."""
        bad = {int(s) for s in Status if s.failed}
        return array("i", [i for i, s in enumerate(self.inv.status) if s in bad])

    @cached_property
    def durations(self) -> array[float]:
        """Known durations, ascending, ms."""
        return sorted_values(d for d in self.inv.duration if d == d)

    @cached_property
    def ok_durations(self) -> array[float]:
        """Known durations of successes, ascending, ms."""
        known = zip(self.inv.duration, self.inv.status, strict=True)
        return sorted_values(d for d, status in known if status == Status.OK and d == d)

    @cached_property
    def init_durations(self) -> list[float]:
        """Known init durations (restore durations for SnapStart), ascending, ms."""
        return sorted(x for i, r in zip(self.inv.init, self.inv.restore, strict=True) for x in (i, r) if not isnan(x))

    @cached_property
    def limit_ms(self) -> float | None:
        """The timeout in force, ms: as given by the user, else read off the latest execution it cut; None unknown."""
        if self.summary.timeout_s is not None:
            return self.summary.timeout_s * 1000
        inv = self.inv
        for i in reversed(self.by_status[Status.TIMEOUT]):
            if not isnan(inv.limit[i]):
                nearest = round(inv.limit[i])
                return 1000.0 * (nearest if abs(inv.limit[i] - nearest) < 0.2 else floor(inv.limit[i]))
            if not isnan(inv.duration[i]):
                return 1000.0 * max(1, round(inv.duration[i] / 1000))
        return None

    @cached_property
    def memory_size(self) -> int:
        """The latest memory size, MB; 0 unknown."""
        return next((s for s in reversed(self.inv.size) if s), 0)

    @cached_property
    def peak_ratio(self) -> float | None:
        """Highest share of its allocation any execution used, at most 1; None unknown."""
        ratios = [u / s for u, s in zip(self.inv.used, self.inv.size, strict=True) if s and u]
        return min(1.0, max(ratios)) if ratios else None

    @cached_property
    def versions(self) -> list[str]:
        """Function versions in the order they first ran."""
        return [self.summary.words[v] for v in dict.fromkeys(self.inv.version) if v >= 0]

    @cached_property
    def runtimes(self) -> list[str]:
        """Managed runtimes seen, such as "python3.13", in alphabetical order."""
        return sorted({r for s in dict.fromkeys(self.inv.stream) if (r := self.summary.streams[s].runtime)})

    @cached_property
    def period(self) -> tuple[int, int] | None:
        """First start and last end, ms; None where the export has no times."""
        first = min((t for t in self.inv.start if t >= 0), default=-1)
        return (first, max(chain(self.inv.start, self.inv.end))) if first >= 0 else None

    @cached_property
    def environments(self) -> list[Environment]:
        """Environments by start, with their lives."""
        found: list[Environment] = []
        inv, summary = self.inv, self.summary
        for i in self.in_stream_order:
            stream, lane = inv.stream[i], inv.lane[i]
            if not found or (found[-1].stream, found[-1].lane) != (stream, lane):
                version = summary.words[inv.version[i]] if inv.version[i] >= 0 else None
                mixed = stream in summary.mixed_streams or stream in summary.assembled.rebuilt
                name = summary.streams[stream].name
                found.append(Environment(stream, name, version, inv.start[i], inv.end[i], mixed, lane))
            env = found[-1]
            if not env.lives or inv.life[i] != inv.life[env.lives[-1][-1]]:
                env.lives.append(array("i"))
                env.complete.append(inv.age[i] == 1)
            env.lives[-1].append(i)
            env.ended = max(env.ended, inv.end[i])
        return sorted(found, key=lambda e: (e.started, e.name))

    @cached_property
    def in_stream_order(self) -> array[int]:
        """Executions ordered by stream, by environment in it, then by their order."""
        return ascending(self.inv.place)

    @cached_property
    def groups(self) -> dict[int, list[int]]:
        """Executions by the index of their gravest error group."""
        found: dict[int, list[int]] = {}
        for i, g in enumerate(self.inv.error):
            if g >= 0:
                found.setdefault(g, []).append(i)
        return found

    def group(self, index: int) -> Group:
        """An error group by its index."""
        return self.summary.groups[index]

    def with_signature(self, *signatures: str) -> list[tuple[int, Group]]:
        """Error groups of this function (index and group) whose text one of the signatures matched, largest first."""
        found = [
            (k, g) for k, g in enumerate(self.summary.groups) if g.signature in signatures and g.source in self.sources
        ]
        return sorted(found, key=lambda kg: (-kg[1].count, kg[1].key))

    def word(self, index: int) -> str:
        """A template or version by its index in `Summary.words`, "" for -1."""
        return self.summary.words[index] if index >= 0 else ""

    def trend(self, rows: Iterable[int]) -> tuple[int, ...]:
        """Counts of executions in 30 equal steps over the whole period of the report."""
        return self.trend_of(self.inv.start[i] for i in rows)

    def trend_of(self, times: Iterable[int]) -> tuple[int, ...]:
        """Counts of times (ms) in 30 equal steps over the whole period of the report; () without times."""
        period = self.summary.period
        if period is None:
            return ()
        first, last = period
        bins = [0] * TREND_BINS
        for t in times:
            if t >= 0:
                bins[min(TREND_BINS - 1, max(0, (t - first) * TREND_BINS // max(1, last - first)))] += 1
        return tuple(bins)

    def span(self, rows: Sequence[int]) -> tuple[int | None, int | None]:
        """Start of the first and of the last of some executions, ms, None where unknown."""
        starts = self.inv.start
        first = min((t for i in rows if (t := starts[i]) >= 0), default=-1)
        return (first, max(starts[i] for i in rows)) if first >= 0 else (None, None)

    def evidence(self, rows: Sequence[int], most: int = 3) -> tuple[Origin, ...]:
        """REPORT lines of some executions that were kept word for word: the first, the last and some between."""
        names = list(self.summary.inputs)
        quotes = [q for i in rows if (q := self.summary.quotes.at(names[self.inv.input[i]], self.inv.report_at[i]))]
        return tuple(self.summary.origin(q) for q in spread(quotes, most))

    def quoted(self, rule: tuple[str, ...], most: int = 3) -> tuple[Origin, ...]:
        """Lines kept under a rule of `analyzer.assembler`, like ("line", template) or ("first", source, "timeout")."""
        return tuple(self.summary.origin(q) for q in spread(self.summary.quotes.of(rule), most))


def names_of(summary: Summary) -> dict[str, str | None]:
    """The function each source of streams is about, None where nothing tells its name."""
    names: dict[str, str | None] = {name: summary.function_name or function_named_in(name) for name in summary.inputs}
    for stream in summary.streams:
        known = summary.function_name or stream.function
        if known:
            names |= dict.fromkeys(stream.sources, known)
        else:
            names.setdefault(stream.source, stream.source)
    return names


def by_function(summary: Summary) -> list[Function]:
    """The executions of each function; streams that nothing names belong to one function without a name."""
    names = names_of(summary)
    sources: dict[str | None, set[str]] = {}
    for source, name in names.items():
        sources.setdefault(name, set()).add(source)
    inv = summary.invocations
    rows: dict[str | None, array[int]] = {name: array("i") for name in sources}
    name_of = [summary.function_name or s.function or names[s.source] for s in summary.streams]
    for i, s in enumerate(inv.stream):
        rows.setdefault(name_of[s], array("i")).append(i)
    groups = {i.name: i.log_group or None for i in summary.inputs.values()}
    groups |= {s.source: s.group for s in sorted(summary.streams, key=lambda s: s.group, reverse=True) if s.group}
    found = []
    heard = {g.source for g in summary.groups}
    for name, indexes in rows.items():
        if not indexes and len(rows) > 1 and not heard & sources.get(name, set()):
            continue  # an input whose every stream names its function
        of = frozenset(sources.get(name, ()))
        group = next((groups[s] for s in sorted(of) if groups.get(s)), None)
        single = len(rows) == 1 and len(indexes) == len(inv)
        found.append(Function(summary, name, group, of, inv if single else inv.take(indexes)))
    return sorted(found, key=lambda f: (-len(f.failed), -len(f), f.name or ""))


def spread(items: Sequence[Any], most: int) -> list[Any]:
    """At most `most` items, evenly spread, always with the first and, from two on, the last."""
    if len(items) <= most:
        return list(items)
    if most <= 1:
        return [items[0]]
    return [items[round(k * (len(items) - 1) / (most - 1))] for k in range(most)]


def quantile(ascending: Sequence[float], q: float) -> float | None:
    """Quantile of sorted values with linear interpolation (Hyndman and Fan 1996, type 7); None without values.

    >>> quantile([1, 2, 3, 4], 0.5)
    2.5
    """
    if not ascending:
        return None
    at = q * (len(ascending) - 1)
    low, high = floor(at), ceil(at)
    return ascending[low] + (ascending[high] - ascending[low]) * (at - low)


def wilson(k: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """95% interval of a share k/n (Wilson 1927), 0 to 1.

    >>> [round(x, 3) for x in wilson(1, 10)]
    [0.018, 0.404]
    """
    if n == 0:
        return (0.0, 1.0)
    p = k / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (max(0.0, centre - half), min(1.0, centre + half))


def most_common(values: Iterable[Any]) -> tuple[Any, int] | None:
    """The most frequent value and its count, the smallest of equals; None without values."""
    counts = Counter(values)
    return min(counts.items(), key=lambda kv: (-kv[1], str(kv[0]))) if counts else None
