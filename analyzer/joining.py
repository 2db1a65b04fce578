"""Which rows of a stream are one execution: cuts, strays and overlapping exports tear apart what belongs together."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from analyzer import limits
from analyzer.invocations import Invocations
from analyzer.stats import rows as bits
from analyzer.stats.rows import Rows

_INIT = bits.HAS_INIT_START | bits.HAS_INIT_REPORT


def of_many(table: Rows | Invocations, i: int) -> bool:
    """Whether an environment of Managed Instances served it, where many requests share one: its report has no bill."""
    told = bits.PLATFORM_JSON | bits.HAS_REPORT
    return table.flags[i] & told == told and not table.used[i] and table.billed[i] != table.billed[i]


class Order:
    """Row numbers by stream, in a stream by time where the input does not tell better.

    A run is what one input says of a stream without going back in time. Runs of a stream that has several (exports
    that overlap, pages that were repeated, files of an archive in any order) are merged by time; `run` numbers those
    of such rows, 0 for all others.
    """

    def __init__(self, rows: Rows, inputs: Sequence[str], streams: Sequence[str]) -> None:
        """Sort the rows; `inputs` and `streams` are names by number, so that the order of arrival does not matter."""
        by_stream: dict[int, array[int]] = {}
        for i, stream in enumerate(rows.stream):
            by_stream.setdefault(stream, array("i")).append(i)
        rank = {number: k for k, number in enumerate(sorted(range(len(inputs)), key=inputs.__getitem__))}
        self._rows, self._runs = rows, dict[int, int]()
        self._until: dict[tuple[int, int], int] = {}
        self.jumps = 0  # how often an input goes back in time within a stream
        self.order: array[int] = array("i")
        for stream in sorted(by_stream, key=streams.__getitem__):
            self.order.extend(self._sorted(by_stream[stream], rank))

    def run(self, row: int) -> int:
        """The run of a row."""
        return self._runs.get(row, 0)

    def covers(self, row: int, other: int) -> bool:
        """Whether the run of a row goes on beyond another row's time, so that the other says the same again."""
        rows = self._rows
        start: int = rows.start[other]
        return 0 <= start < self._until.get((rows.stream[row], self.run(row)), -1)

    def _sorted(self, numbers: array[int], rank: dict[int, int]) -> Sequence[int]:
        """The rows of one stream in order."""
        rows = self._rows
        inputs, starts, offsets = rows.input.plain(), rows.start.plain(), rows.offset.plain()
        if self._ascend(numbers, inputs, starts, offsets):
            return numbers
        placed = sorted(numbers, key=lambda i: (rank[inputs[i]], offsets[i]))
        if self._ascend(placed, inputs, starts, offsets):  # out of order only because parts were merged
            return placed
        if inputs[placed[0]] == inputs[placed[-1]] and _newest_first(starts[i] for i in placed):
            placed.reverse()
        latest, run, source, runs, times = -1, 0, inputs[placed[0]], array("i"), array("q")
        for i in placed:
            if inputs[i] != source or 0 <= starts[i] < latest - limits.BACK_MS:
                self.jumps += inputs[i] == source
                run, latest, source = run + 1, -1, inputs[i]
            latest = max(latest, starts[i])
            runs.append(run)
            times.append(latest)
        if run == 0:
            return placed
        self._runs.update(zip(placed, runs, strict=True))
        for i, number in zip(placed, runs, strict=True):
            key = (rows.stream[i], number)
            self._until[key] = max(self._until.get(key, -1), starts[i], rows.end[i])
        return [placed[k] for k in sorted(range(len(placed)), key=lambda k: (times[k], runs[k], k))]

    @staticmethod
    def _ascend(numbers: Sequence[int], inputs: Any, starts: Any, offsets: Any) -> bool:
        """Whether rows are of one input, in order already and with the oldest first, as they usually are."""
        first, place, latest, before, forth = inputs[numbers[0]], -1, -1, -1, 0
        for i in numbers:
            start = starts[i]
            if offsets[i] < place or inputs[i] != first or 0 <= start < latest - limits.BACK_MS:
                return False
            place = offsets[i]
            if start >= 0:
                if before >= 0:
                    forth += (start > before) - (start < before)
                before = start
                if start > latest:
                    latest = start
        return forth >= 0


def _newest_first(times: Iterable[int]) -> bool:
    """Whether times in the order of the input mostly go back, as in what a console shows."""
    known = [t for t in times if t >= 0]
    return sum(b < a for a, b in pairwise(known)) > sum(b > a for a, b in pairwise(known))


class Joiner:
    """Goes through the rows of each stream and decides which of them are one execution.

    `mains` are the rows that stand for executions; by place in `mains`, `others` are the rows that belong to one
    besides, and `again` those that say once more what another run has said. `repeated` are rows whose request id
    occurs more than once.
    """

    def __init__(self, rows: Rows, inputs: Sequence[str], streams: Sequence[str]) -> None:
        self._rows, self._order = rows, Order(rows, inputs, streams)
        self.mains: array[int] = array("i")
        self.others: dict[int, list[int]] = {}
        self.again: dict[int, list[int]] = {}
        self.set_aside: dict[str, int] = {}
        self.mixed: set[int] = set()
        self.repeated = rows.repeated(self._order.order)
        self._waiting: list[int] = []  # rows before the execution they belong to: initialisation, or a stream's head
        self._latest = -1  # place in mains of the latest START of the stream, -1 before the first
        self._homes: dict[str, int] = {}  # place in mains of the request ids of the stream that are repeated

    @property
    def jumps(self) -> int:
        """How often an input goes back in time within a stream."""
        return self._order.jumps

    def run_of(self, row: int) -> int:
        """Which pass over the stream a row comes from, 0 where there is one only."""
        return self._order.run(row)

    def parts_of(self, place: int) -> tuple[list[int], list[int]]:
        """The rows of an execution besides its main one, and those that say what came after it in its stream."""
        flags, main = self._rows.flags, self.mains[place]
        parts, again = self.others.get(place, []), self.again.get(place, [])
        if not flags[main] & bits.HAS_REPORT:
            return parts + again, []
        after = [i for i in parts if not flags[i] & (_INIT | bits.STRAY) and self.run_of(i) != self.run_of(main)]
        return [i for i in parts if i not in after], after + again

    def run(self) -> None:
        """Take all rows, in stream order."""
        flags, streams = self._rows.flags, self._rows.stream
        stream = -1
        for i in self._order.order:
            if streams[i] != stream:
                self._drop()
                stream, self._latest = streams[i], -1
                self._homes.clear()
            if flags[i] & bits.HAS_START:
                self._started(i)
            elif flags[i] & bits.STRAY:
                self._stray(i, stream)
            else:
                self._waiting.append(i)
        self._drop()

    def _started(self, i: int) -> None:
        home = self._home(i)
        if home is not None and self._same(self.mains[home], i):
            self._say_again(home, [w for w in self._waiting if self._rows.flags[w] & _INIT])
            self.again.setdefault(home, []).append(i)
            self._waiting = [w for w in self._waiting if not self._rows.flags[w] & _INIT]
            self._drop()
            self._latest = home
            return
        place = len(self.mains)
        init = [w for w in self._waiting if self._rows.flags[w] & _INIT]
        if self._waiting:
            self._waiting = [w for w in self._waiting if not self._rows.flags[w] & _INIT]
            self._drop()
        self._add(i, place)
        self._latest = place
        if init:
            self._say_again(place, init)

    def _stray(self, i: int, stream: int) -> None:
        """What is said of a request that is not the one that was open."""
        home = self._home(i)
        if home is None:  # its START is not in the input
            place = len(self.mains)
            self._add(i, place)
            if self._waiting:
                self.others[place] = self._waiting
                self._waiting = []
            return
        main = self.mains[home]
        if self.run_of(main) == self.run_of(i):
            self.others.setdefault(home, []).append(i)
            reported = self._rows.flags[i] & bits.HAS_REPORT
            if reported and self._latest not in (-1, home) and not of_many(self._rows, i):
                self.mixed.add(stream)
            return
        mine = [w for w in self._waiting if self.run_of(w) == self.run_of(i)] + [i]
        self._waiting = [w for w in self._waiting if w not in mine]
        known = self._rows.start[mine[0]] >= 0
        told = self._order.covers(main, mine[0]) if known else self._whole(home)
        into = self.again if told else self.others
        into.setdefault(home, []).extend(mine)

    def _add(self, row: int, place: int) -> None:
        self.mains.append(row)
        if row in self.repeated:
            self._homes[self._rows.request_id(row)] = place

    def _home(self, row: int) -> int | None:
        """The execution of the same request in this stream, if one came before."""
        return self._homes.get(self._rows.request_id(row)) if row in self.repeated else None

    def _whole(self, home: int) -> bool:
        """Whether the REPORT of an execution was read."""
        parts = (self.mains[home], *self.others.get(home, ()))
        return any(self._rows.flags[part] & bits.HAS_REPORT for part in parts)

    def _same(self, one: int, other: int) -> bool:
        """Whether two rows with a START and one request id are one execution, told twice."""
        rows = self._rows
        if rows.start[one] >= 0:
            return bool(rows.start[one] == rows.start[other])
        both = rows.flags[one] & rows.flags[other] & bits.HAS_REPORT
        values = ((column[one], column[other]) for column in (rows.duration, rows.billed, rows.used))
        return bool(both) and all(a == b for a, b in values if a == a)

    def _say_again(self, place: int, init: list[int]) -> None:
        """Give an execution the initialisation before it; what another run says of it again is a copy."""
        for w in init:
            known = self.others.setdefault(place, [])
            run = self.run_of(known[0]) if known else self.run_of(w)
            (known if self.run_of(w) == run else self.again.setdefault(place, [])).append(w)

    def _drop(self) -> None:
        """Set waiting rows aside that belong to no execution; the end of an environment's life belongs to its last."""
        rows = self._rows
        for i in self._waiting:
            if self._latest >= 0:
                main = self.mains[self._latest]
                if rows.flags[i] & _INIT:
                    self.others.setdefault(self._latest, []).append(i)
                    continue
                if self.run_of(i) != self.run_of(main):  # another file goes on where this one ends, or before
                    into = self.again if self._order.covers(main, i) else self.others
                    into.setdefault(self._latest, []).append(i)
                    continue
            reason = "initialisation without an invocation" if rows.flags[i] & _INIT else "outside any invocation"
            self.set_aside[reason] = self.set_aside.get(reason, 0) + rows.events[i]
        self._waiting = []
