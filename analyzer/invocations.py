"""Executions as typed columns: what detectors read of each one."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from analyzer.stats.rows import gathered


class Invocations:
    """Executions as parallel columns, one entry each, in time order (input order where there is no time).

    `start`, `end`: ms since the epoch, -1 unknown. `duration`, `billed`, `init`, `restore`, `gap`: ms, NaN unknown.
    `size`, `used`: MB, 0 unknown; `used` is the environment's high-water mark. `status`: numbers of `Status`.
    `stream`: index into `Summary.streams`; `version`: index into `Summary.words`, -1 unknown. `error`: index into
    `Summary.groups`, -1 none. `gap`: the longest silence between two events; `gap_line`: index into `Summary.words`,
    the template of the line before that silence, -1 if it was under a second or not after an application line.
    `age`: 1 for the first execution since the environment (re)started, -1 where the beginning was not seen.
    `life`: 0 for the first life of a stream, one more after each death. `cold`: 1 if the environment was initialised
    for it. `place`: its rank in the order of streams and of executions in them. `flags`: bits of `analyzer.stats.rows`.
    `attempt`: 1, 2, 3 for executions of one request id.
    """

    COLUMNS: ClassVar[dict[str, str]] = {
        "row": "i", "place": "i", "stream": "i", "input": "i", "start": "q", "end": "q", "version": "i",
        "duration": "d", "billed": "d", "size": "i", "used": "i", "init": "d", "restore": "d", "status": "b",
        "error_type": "i", "error": "i", "gap": "d", "gap_line": "i", "lines": "i", "events": "i", "flags": "I",
        "age": "i", "life": "i", "cold": "b", "attempt": "i", "limit": "d", "offset": "q", "stop": "q",
        "report_at": "q",
    }  # fmt: skip

    row: array[int]
    place: array[int]
    stream: array[int]
    input: array[int]
    start: array[int]
    end: array[int]
    version: array[int]
    duration: array[float]
    billed: array[float]
    size: array[int]
    used: array[int]
    init: array[float]
    restore: array[float]
    status: array[int]
    error_type: array[int]
    error: array[int]
    gap: array[float]
    gap_line: array[int]
    lines: array[int]
    events: array[int]
    flags: array[int]
    age: array[int]
    life: array[int]
    cold: array[int]
    attempt: array[int]
    limit: array[float]
    offset: array[int]
    stop: array[int]
    report_at: array[int]

    def __init__(self, columns: Mapping[str, Sequence[Any]], request_ids: Callable[[int], str]) -> None:
        """Take the columns as sequences of equal length; `request_ids` maps a row number to its id."""
        for name, code in self.COLUMNS.items():
            values = columns[name]
            setattr(
                self, name, values if isinstance(values, array) and values.typecode == code else array(code, values)
            )
        self._request_ids = request_ids

    def __len__(self) -> int:
        """Number of executions."""
        return len(self.row)

    def request_id(self, i: int) -> str:
        """The request id of an execution, "" where unknown."""
        return self._request_ids(self.row[i])

    def take(self, order: Sequence[int]) -> Invocations:
        """A new table of the given executions, in the given order."""
        return Invocations({n: gathered(getattr(self, n), order) for n in self.COLUMNS}, self._request_ids)
