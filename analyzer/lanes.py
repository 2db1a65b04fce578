"""Which environment served which execution, where the input does not name log streams.

Such an input, a console's CSV or `--query 'events[].message'`, holds what several environments said as one stream. They
are told apart afterwards by what an environment cannot do: serve two requests at once, start twice, or use less memory
at its highest than before. What was not a contradiction may still be wrong, so this is weaker evidence than a name.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right, insort
from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import groupby

from analyzer.invocations import ONE, Invocations, Lanes
from analyzer.joining import of_many
from analyzer.model import Status
from analyzer.parts import StreamInfo
from analyzer.stats import rows as bits

DEATHS = frozenset(map(int, (Status.TIMEOUT, Status.OUT_OF_MEMORY, Status.CRASH, Status.INIT_ERROR)))
"""What ends the process of an environment."""
_Place = Callable[[int], int]
_NEAR_MB = 16  # of memory: one that is idle and this close is the likelier one
_ANY = 1 << 30  # an execution whose mark is unknown may follow any other


def born(inv: Invocations, i: int) -> bool:
    """Whether an environment began for an execution, as its own REPORT says it.

    An INIT_START before it may be that of another environment, unless the execution failed or was cut off.
    """
    flags = inv.flags[i]
    init = inv.init[i]
    if inv.restore[i] == inv.restore[i] or (init == init and not flags & bits.HAS_INIT_REPORT):
        return True
    fine = init != init and flags & bits.HAS_REPORT and inv.status[i] == Status.OK
    return bool(flags & bits.HAS_INIT_START) and not fine


class _Marked:
    """Environments by the highest memory they used."""

    def __init__(self) -> None:
        self._by_mark: dict[int, list[int]] = {}
        self._marks: list[int] = []

    def put(self, mark: int, lanes: Sequence[int]) -> None:
        """Add some with one mark, the one used last at the end."""
        if mark not in self._by_mark:
            self._by_mark[mark] = []
            insort(self._marks, mark)
        self._by_mark[mark].extend(lanes)

    def pour(self, into: _Marked) -> None:
        """Move all of them to others."""
        for mark, lanes in self._by_mark.items():
            into.put(mark, lanes)
        self._by_mark.clear()
        self._marks.clear()

    def closest(self, used: int) -> int:
        """The highest mark that is not above, -1 for none."""
        at = bisect_right(self._marks, used) - 1
        return self._marks[at] if at >= 0 else -1

    def take(self, mark: int) -> int:
        """The one with a mark that was used last."""
        lanes = self._by_mark[mark]
        lane = lanes.pop()
        if not lanes:
            del self._by_mark[mark], self._marks[bisect_right(self._marks, mark) - 1]
        return lane


class _Idle:
    """Environments of one version and memory size that serve nothing.

    Lambda starts another one when none is free. Those that were free then are probably gone, and serve again only
    where no other can have.
    """

    def __init__(self) -> None:
        self.free, self._gone = _Marked(), _Marked()

    def begin(self) -> None:
        """Another one starts."""
        self.free.pour(self._gone)

    def take(self, used: int) -> tuple[int, int] | None:
        """Mark and number of one that can have served an execution that used so much."""
        mark, gone = self.free.closest(used), self._gone.closest(used)
        if gone > mark and (mark < 0 or 0 < mark < used - _NEAR_MB):
            return gone, self._gone.take(gone)
        return (mark, self.free.take(mark)) if mark >= 0 else None


def rebuilt(
    inv: Invocations, streams: Sequence[StreamInfo], rows: int, began: Sequence[int]
) -> tuple[Lanes, frozenset[int]]:
    """The environment within its stream of each of `rows` rows, and the streams that hold more than one.

    `inv` is in the order of streams, with statuses; `began` says where the START of each stands, before which other
    lines may belong to it.
    """
    found = array("i")
    several: set[int] = set()
    end = 0
    for stream, members in groupby(inv.stream):
        first, end = end, end + sum(1 for _ in members)
        if streams[stream].named or any(of_many(inv, i) for i in range(first, end)):
            continue
        lanes = _assigned(inv, first, end, began)
        if any(lanes):
            several.add(stream)
            found = found or array("i", bytes(4 * rows))
            for row, lane in zip(inv.row[first:end], lanes, strict=True):
                found[row] = lane
    return found or ONE, frozenset(several)


def _assigned(inv: Invocations, first: int, end: int, began: Sequence[int]) -> array[int]:
    """Environments of the executions of one stream, numbered in the order they first served."""
    lanes = array("i")
    idle: dict[tuple[int, int], _Idle] = {}
    busy: list[tuple[int, int, int, tuple[int, int]]] = []  # until, mark, lane, version and size
    begins, ends = _places(inv, first, end, began)
    version = next((inv.version[i] for i in range(first, end) if inv.version[i] >= 0), -1)
    size = next((inv.size[i] for i in range(first, end) if inv.size[i]), 0)
    count = 0
    for i in range(first, end):
        version = inv.version[i] if inv.version[i] >= 0 else version
        size = inv.size[i] or size
        kind, used, at = (version, size), inv.used[i], begins(i)
        while busy and busy[0][0] <= at:
            _, mark, lane, of = heappop(busy)
            idle[of].free.put(mark, (lane,))
        others = idle.setdefault(kind, _Idle())
        if born(inv, i):
            others.begin()
            free = None
        else:
            free = others.take(used or _ANY)
        if free is None:
            free, count = (0, count), count + 1
        lanes.append(free[1])
        mark = 0 if inv.status[i] in DEATHS else max(free[0], used)
        heappush(busy, (max(at, ends(i)), mark, free[1], kind))
    return lanes


def _places(inv: Invocations, first: int, end: int, began: Sequence[int]) -> tuple[_Place, _Place]:
    """Where an execution begins and ends: by the place of its lines; by time where the input goes back in time."""
    if all(began[i - 1] <= began[i] for i in range(first + 1, end)):
        return began.__getitem__, lambda i: inv.report_at[i] if inv.report_at[i] >= 0 else inv.stop[i]
    return inv.start.__getitem__, inv.end.__getitem__
