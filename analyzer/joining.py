"""Which rows of a stream are one execution: what cuts and strays tore apart finds together again."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.stats import rows as bits
from analyzer.stats.rows import Rows

_INIT = bits.HAS_INIT_START | bits.HAS_INIT_REPORT


def in_stream_order(rows: Rows, inputs: Sequence[str]) -> list[int]:
    """Row numbers by stream, in a stream by input (the one that begins first comes first), in an input by place."""
    order = sorted(range(len(rows)), key=rows.offset.__getitem__)
    if len(inputs) > 1:
        first: dict[int, int] = {}
        for i, t in zip(rows.input, rows.start, strict=True):
            if t >= 0 and t < first.get(i, t + 1):
                first[i] = t
        ranks = {n: k for k, n in enumerate(sorted(range(len(inputs)), key=lambda n: (first.get(n, 0), inputs[n])))}
        rank = [ranks[n] for n in rows.input]
        order.sort(key=rank.__getitem__)
    order.sort(key=rows.stream.__getitem__)
    return order


class Joiner:
    """Goes through the rows of each stream and decides which of them are one execution.

    `mains` are the rows that stand for executions, `others` what belongs to one besides, by place in `mains`.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.mains: list[int] = []
        self.others: dict[int, list[int]] = {}
        self.set_aside: dict[str, int] = {}
        self.mixed: set[int] = set()
        self._waiting: list[int] = []  # rows before the execution they belong to: initialisation, or a stream's head
        self._latest = -1  # place in mains of the latest START of the stream, -1 before the first

    def run(self, order: Sequence[int]) -> None:
        """Take all rows, in stream order."""
        flags, streams, request_id = self._rows.flags, self._rows.stream, self._rows.request_id
        with_strays = {streams[i] for i in order if flags[i] & bits.STRAY}
        stream, by_id = -1, dict[str, int]()
        for i in order:
            if streams[i] != stream:
                self._drop(self._waiting)
                stream, self._waiting, self._latest, by_id = streams[i], [], -1, {}
            flag = flags[i]
            if flag & bits.HAS_START:
                if self._waiting:
                    init = [w for w in self._waiting if flags[w] & _INIT]
                    self._drop([w for w in self._waiting if not flags[w] & _INIT])
                    self._waiting = []
                    if init:
                        self.others[len(self.mains)] = init
                self._latest = len(self.mains)
                self.mains.append(i)
                if stream in with_strays:
                    by_id[request_id(i)] = self._latest
            elif flag & bits.STRAY:
                home = by_id.get(request_id(i))
                if home is None:  # its START is not in the input
                    by_id[request_id(i)] = len(self.mains)
                    if self._waiting:
                        self.others[len(self.mains)] = self._waiting
                        self._waiting = []
                    self.mains.append(i)
                    continue
                self.others.setdefault(home, []).append(i)
                if self._latest not in (-1, home) and flag & bits.HAS_REPORT:
                    self.mixed.add(stream)
            else:
                self._waiting.append(i)
        self._drop(self._waiting)

    def _drop(self, left: list[int]) -> None:
        """Set rows aside that belong to no execution; the end of an environment's life belongs to its last one."""
        for i in left:
            if self._rows.flags[i] & _INIT:
                if self._latest >= 0:
                    self.others.setdefault(self._latest, []).append(i)
                    continue
                reason = "initialisation without an invocation"
            else:
                reason = "outside any invocation"
            self.set_aside[reason] = self.set_aside.get(reason, 0) + self._rows.events[i]
