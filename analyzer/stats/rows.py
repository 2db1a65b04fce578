"""One compact row per piece of an invocation, as typed columns: what a detector can still ask after reading.

A row is what one log stream said between two cuts, START, INIT_START, INIT_REPORT and RESTORE_START being the places
where it is cut, or what it said there about another request ("stray"). `analyzer.assembly` joins rows into
executions.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from analyzer.stats.columns import NAN, Column, Decimals, Ints, Large, Relative

__all__ = ["NAN", "Rows"]

COLUMNS: dict[str, str] = {
    # name: what holds it (i, H, B: whole numbers of mostly that size; d: decimals, NaN unknown; q: 8 bytes; else the
    # column it lies near). Unknown is -1 for indexes, times and places, 0 for sizes.
    "stream": "i",  # index into the summary's streams
    "input": "H",  # index into the summary's inputs
    "flags": "i",  # the bits below
    "start": "q",  # ms since the epoch, first event
    "end": "start",  # ms, END or REPORT if there is one, else the last event
    "version": "i",  # index into the summary's words
    "duration": "d",  # ms
    "billed": "d",  # ms
    "size": "H",  # MB
    "used": "H",  # MB, Max Memory Used: the environment's high-water mark
    "init": "d",  # ms
    "restore": "d",  # ms
    "status": "B",  # 0 none, 1 success, 2 failure, 3 error, 4 timeout, as the platform said
    "error_type": "i",  # index into words, as the platform said
    "error": "i",  # index into the summary's error groups: the gravest of the row
    "error_at": "offset",  # where that line begins, to choose the first of equals
    "limit": "d",  # s, from "Task timed out after"
    "gap": "d",  # ms, longest silence between two events
    "gap_line": "i",  # index into words: template of the line before the silence, if that lasted a second
    "tail_line": "i",  # index into words: template of the application line it ends with, if its REPORT stands elsewhere
    "lines": "H",  # application lines
    "events": "H",  # all events
    "offset": "q",  # bytes of the input, from the first event
    "stop": "offset",  # to the end of the last
    "report_at": "offset",  # where its REPORT begins
}
"""Column names and what holds them, in the order of a row's values."""

HAS_START = 1
HAS_END = 2
HAS_REPORT = 4
HAS_INIT_START = 8
HAS_INIT_REPORT = 16
STRAY = 32  # about another request than the one that was open
TIMED_OUT = 64  # "Task timed out" text
KILLED = 128  # "Runtime exited with error: signal: killed"
EXITED = 256  # any other "Runtime exited", "Process exited"
UNHANDLED = 512  # the runtime printed the handler's exception
INIT_FAILED = 1024  # INIT_REPORT with a status, or a load error
MEMORY_TEXT = 2048  # the runtime itself says it is out of memory
HAS_ID = 4096  # the row knows its request id
LOGGED_ERROR = 8192  # the application logged an error
GAP_AT_END = 16384  # the longest silence is the one before END or REPORT
INIT_TIMEOUT = 32768  # INIT_REPORT Status: timeout
PLATFORM_JSON = 65536  # platform events came in JSON format: success is said explicitly
PREPARED = 131072  # the environment was ready long before its first request: provisioned, or started ahead
HAS_TIME = 262144  # the line that begins the row has a time of its own
INIT_FAILED_AGAIN = 524288  # INIT_REPORT with a status, of the second try, which is the invocation's own


def _columns() -> dict[str, Column]:
    """Empty columns, those that lie near another one beside it."""
    columns = dict[str, Column]()
    for name, code in COLUMNS.items():
        if code == "q":
            columns[name] = Large()
        elif code in "iHB":
            columns[name] = Ints(code)
        elif code == "d":
            columns[name] = Decimals()
    for name, code in COLUMNS.items():
        if code in COLUMNS:
            columns[name] = Relative(_large(columns[code]))
    return {name: columns[name] for name in COLUMNS}


def _large(column: Column) -> Large:
    if not isinstance(column, Large):  # pragma: no cover - a mistake in COLUMNS
        raise TypeError("a column can only lie near one of 8 bytes")
    return column


class Rows:
    """Typed columns of equal length, plus a 16-byte request id each (other ids stand in a side table).

    Bound: about 110 bytes a row.

    >>> rows = Rows(); rows.extend([tuple(0 for _ in COLUMNS)], ["57325a9d-ff5f-42e4-83df-80f3dcaaef25"])
    >>> len(rows), rows.request_id(0)
    (1, '57325a9d-ff5f-42e4-83df-80f3dcaaef25')
    """

    def __init__(self) -> None:
        """Start without rows."""
        self.columns = _columns()
        self._ids = bytearray()
        self._other_ids: dict[int, str] = {}

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.columns["stream"])

    def __getattr__(self, name: str) -> Any:
        """A column by its name: a sequence of int, or of float for decimals."""
        try:
            return self.__dict__["columns"][name]
        except KeyError:
            raise AttributeError(name) from None

    def _bases_first(self) -> list[str]:
        """Column names, those that others lie near before those."""
        return sorted(self.columns, key=lambda name: COLUMNS[name] in COLUMNS)

    def extend(self, rows: Sequence[tuple[Any, ...]], request_ids: Sequence[str]) -> None:
        """Append rows given as tuples in the order of COLUMNS, and their request ids ("" where unknown)."""
        if not rows:
            return
        first = len(self)
        values = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
        for name in self._bases_first():
            self.columns[name].extend(values[name])
        if all(len(i) == 36 and i[8] == i[13] == i[18] == i[23] == "-" for i in request_ids):
            joined = "".join(request_ids).replace("-", "")
            if len(joined) == 32 * len(rows) and not joined.strip("0123456789abcdef"):
                with suppress(ValueError):  # the usual case: every id is a UUID, all are packed in one step
                    self._ids += bytes.fromhex(joined)
                    return
        for i, request_id in enumerate(request_ids, first):
            self._ids += self._pack(i, request_id)

    def _pack(self, row: int, request_id: str) -> bytes:
        """The 16 bytes of an id; one that is not a lower-case UUID goes to the side table."""
        if not request_id:
            return bytes(16)
        try:
            packed = bytes.fromhex(request_id.replace("-", "")) if len(request_id) == 36 else b""
        except ValueError:
            packed = b""
        if len(packed) == 16 and _dashed(packed) == request_id:
            return packed
        self._other_ids[row] = request_id
        return bytes(16)

    def request_id(self, row: int) -> str:
        """The request id of a row, "" where unknown."""
        if row in self._other_ids:
            return self._other_ids[row]
        packed = bytes(self._ids[16 * row : 16 * row + 16])
        return _dashed(packed) if any(packed) else ""

    def repeated(self, rows: Sequence[int]) -> set[int]:
        """Those of some rows whose request id occurs more than once among them; rows without an id never do."""
        ids, other_ids, nothing = self._ids, self._other_ids, bytes(16)
        buckets: list[array[int]] = [array("i") for _ in range(256)]
        for i in rows:
            buckets[ids[16 * i]].append(i)
        found: set[int] = set()
        for bucket in buckets:  # a table of all ids at once would need more memory than the rows
            first: dict[bytes | str, int] = {}
            for i in bucket:
                packed = bytes(ids[16 * i : 16 * i + 16])
                known = first.setdefault(other_ids.get(i, packed), i)
                if known != i and (packed != nothing or i in other_ids):
                    found.update((known, i))
        return found

    def copy(self) -> Rows:
        """An independent copy."""
        new = Rows()
        new.append_all(self)
        return new

    def truncate(self, n: int) -> None:
        """Keep the first `n` rows."""
        for column in self.columns.values():
            column.truncate(n)
        del self._ids[16 * n :]
        self._other_ids = {i: name for i, name in self._other_ids.items() if i < n}

    def take(self, order: Iterable[int]) -> Rows:
        """A new table of the given rows, in the given order."""
        order = array("i", order)
        new = Rows()
        for name in self._bases_first():
            column = self.columns[name]
            if isinstance(column, Relative):
                new.columns[name] = column.beside(_large(new.columns[COLUMNS[name]]), order)
            else:
                new.columns[name] = column.take(order)
        new._ids = bytearray().join(self._ids[16 * i : 16 * i + 16] for i in order)
        if self._other_ids:
            new._other_ids = {k: self._other_ids[i] for k, i in enumerate(order) if i in self._other_ids}
        return new

    def append_all(self, other: Rows) -> None:
        """Append the rows of another table, indexes already translated."""
        shift = len(self)
        for name, column in self.columns.items():
            column.append_all(other.columns[name])  # type: ignore[arg-type]
        self._ids += other._ids
        self._other_ids.update({shift + i: name for i, name in other._other_ids.items()})

    def remap(self, name: str, translation: Sequence[int]) -> None:
        """Translate an index column; -1 stays -1."""
        column = Ints(COLUMNS[name])
        column.extend([translation[v] if v >= 0 else -1 for v in self.__getattr__(name)])
        self.columns[name] = column

    def to_bytes(self) -> bytes:
        """The columns, each as little-endian 8-byte numbers, then the ids; readable by `from_bytes`."""
        parts = []
        for code, column in zip(COLUMNS.values(), self.columns.values(), strict=True):
            wide: array[Any] = array("d" if code == "d" else "q", column)
            if wide.itemsize != 8:  # pragma: no cover - every supported platform has 8-byte q and d
                raise ValueError("this platform has no 8-byte numbers")
            parts.append(wide.tobytes())
        return b"".join([*parts, bytes(self._ids)])

    def side_ids(self) -> dict[str, str]:
        """The ids that are not UUIDs, by row number as text."""
        return {str(k): v for k, v in sorted(self._other_ids.items())}

    @classmethod
    def from_bytes(cls, data: bytes, count: int, side_ids: dict[str, str]) -> Rows:
        """The table that `to_bytes` and `side_ids` described; ValueError if the lengths do not fit."""
        new = cls()
        if len(data) != count * (8 * len(COLUMNS) + 16):
            raise ValueError("summary is damaged: its rows have the wrong length")
        places = {name: n for n, name in enumerate(COLUMNS)}
        for name in new._bases_first():
            wide: array[Any] = array("d" if COLUMNS[name] == "d" else "q")
            wide.frombytes(data[8 * count * places[name] : 8 * count * (places[name] + 1)])
            new.columns[name].extend(wide)
        new._ids = bytearray(data[8 * count * len(COLUMNS) :])
        new._other_ids = {int(k): v for k, v in side_ids.items()}
        return new


def _dashed(packed: bytes) -> str:
    """16 bytes as a UUID in its usual form."""
    h = packed.hex()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"
