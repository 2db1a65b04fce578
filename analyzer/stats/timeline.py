"""Counts over time in bins that double until the whole span fits."""

from __future__ import annotations

from typing import Any

BINS = 512
WIDTH_MS = 1_000


class Timeline:
    """Counts of events in time bins aligned to the epoch.

    The bin width is the smallest power of two of a second that covers the span seen with 512 bins, so it depends on the
    first and last time alone and merging is exact.

    Bound: 513 bins. Resolution: one second at best, at most 1/256 of the span otherwise.

    >>> t = Timeline(); t.add(5_000); t.add(5_400); t.counts()
    [(5000, 2)]
    """

    def __init__(self) -> None:
        """Start empty."""
        self.first, self.last, self._shift = -1, -1, 0
        self._bins: dict[int, int] = {}

    def add(self, time_ms: int, count: int = 1) -> None:
        """Count an event at a time, ms since the epoch, not negative."""
        if self.first < 0 or time_ms < self.first:
            self.first = time_ms
        if time_ms > self.last:
            self.last = time_ms
        at = time_ms // WIDTH_MS >> self._shift
        self._bins[at] = self._bins.get(at, 0) + count
        if len(self._bins) > BINS:
            self._fit()

    def _fit(self) -> None:
        """Widen the bins until the span has at most BINS of them."""
        if self.first < 0:
            return
        shift = self._shift
        while (self.last // WIDTH_MS >> shift) - (self.first // WIDTH_MS >> shift) > BINS:
            shift += 1
        self._coarsen(shift)

    def _coarsen(self, shift: int) -> None:
        by = shift - self._shift
        if by > 0:
            bins: dict[int, int] = {}
            for at, n in self._bins.items():
                bins[at >> by] = bins.get(at >> by, 0) + n
            self._bins, self._shift = bins, shift

    def merge(self, other: Timeline) -> None:
        """Add another timeline's counts; the argument is untouched."""
        other = other.copy()
        self._coarsen(other._shift)
        other._coarsen(self._shift)
        for at, n in other._bins.items():
            self._bins[at] = self._bins.get(at, 0) + n
        if other.first >= 0:
            self.first = other.first if self.first < 0 else min(self.first, other.first)
            self.last = max(self.last, other.last)
        self._fit()

    def copy(self) -> Timeline:
        """An independent copy."""
        new = Timeline()
        new.first, new.last, new._shift, new._bins = self.first, self.last, self._shift, dict(self._bins)
        return new

    @property
    def width_ms(self) -> int:
        """Width of a bin in ms."""
        self._fit()
        return WIDTH_MS << self._shift

    def counts(self) -> list[tuple[int, int]]:
        """(start of the bin in ms, count), ascending, empty bins left out."""
        self._fit()
        return [((at << self._shift) * WIDTH_MS, n) for at, n in sorted(self._bins.items())]

    def to_json(self) -> list[Any]:
        """The canonical form: equal timelines give equal lists."""
        self._fit()
        return [self.first, self.last, self._shift, sorted(self._bins.items())]

    @classmethod
    def from_json(cls, data: list[Any]) -> Timeline:
        """The timeline that `to_json` wrote."""
        new = cls()
        new.first, new.last, new._shift = data[:3]
        new._bins = {int(at): int(n) for at, n in data[3]}
        return new
