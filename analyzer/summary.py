"""The only accumulator: everything that is kept of the input, and two of them add.

    summarize(a + b) == merge(summarize(a), summarize(b))

for any cut of the input at any byte, in any order and grouping. What a cut tears apart waits at the edges of a part:
of every log stream the segment before the first cut and the one still open at the end. Parts of an input that touch
are joined there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from analyzer import assembly, limits, summary_bytes
from analyzer.dialects import signature_of
from analyzer.errors import LambdascopeError, UnknownInputError
from analyzer.functions import Function, by_function, names_of
from analyzer.model import UNREAD, Origin
from analyzer.parts import Input, Part, StreamInfo
from analyzer.segments import Segment, row_of
from analyzer.stats.groups import Group, Groups, Key
from analyzer.stats.quotes import Quote, Quotes, when
from analyzer.stats.rows import COLUMNS, Rows

if TYPE_CHECKING:
    from analyzer.invocations import Invocations

_GAP_LINE, _TAIL_LINE = list(COLUMNS).index("gap_line"), list(COLUMNS).index("tail_line")


class Summary:
    """What is kept of any number of inputs or parts of inputs. `merge` adds another one.

    `rows`, `boards` and `table` hold what is finished: rows, quoted lines and error groups. What detectors read is
    derived from them and from the edges of the parts: `invocations`, `functions`, `quotes` and `groups`.

    `timeout_s` and `function_name` are what the user told; they belong to the run, not to the data, and are not
    serialised.
    """

    def __init__(self) -> None:
        """Start without anything read."""
        self.inputs: dict[str, Input] = {}
        self.streams: list[StreamInfo] = []
        self.words: list[str] = []
        self.rows = Rows()
        self.boards = Quotes()
        self.table = Groups()
        self.timeout_s: float | None = None
        self.function_name: str | None = None
        self.keys: list[Key] = []
        self.parts: list[Part] = []
        self.stream_numbers: dict[str, int] = {}
        self._word_numbers: dict[str, int] = {}
        self._key_numbers: dict[Key, int] = {}
        self.input_numbers: dict[str, int] = {}
        self._pending: list[tuple[Any, ...]] = []
        self._pending_ids: list[str] = []
        self._finished = 0

    # ---- filling, used by the reader of a part ----

    def add_input(self, name: str, size: int) -> Input:
        """The record of an input, made on first use; what was derived of others is dropped."""
        self.forget()
        self.input_numbers.setdefault(name, len(self.input_numbers))
        return self.inputs.setdefault(name, Input(name, size))

    def pass_over(self, why: LambdascopeError) -> None:
        """Name an input that could not be read, so that the report says what it is not about."""
        name = why.name if isinstance(why, UnknownInputError) else "an input"
        info = self.add_input(name, 0)
        info.container = info.container or UNREAD
        info.notes.add(f"Not read: it {str(why).removeprefix(f'{name} ')}")

    def stream_number(self, key: str, name: str, source: str, group: str = "") -> int:
        """The number of a stream, made on first use; of two sources and groups the smaller stays."""
        number = self.stream_numbers.setdefault(key, len(self.streams))
        if number == len(self.streams):
            self.streams.append(StreamInfo(key, name, source, group, sources={source}))
        else:
            self.streams[number].heard_in({source}, group)
        return number

    def learn(self, stream: int, what: str, value: str) -> None:
        """Note what a platform line says of a stream; of several values the smallest stays."""
        info = self.streams[stream]
        known: str = getattr(info, what)
        setattr(info, what, min(known, value) if known else value)

    def word(self, text: str) -> int:
        """The number of a text, -1 for an empty one."""
        if not text:
            return -1
        number = self._word_numbers.setdefault(text, len(self.words))
        if number == len(self.words):
            self.words.append(text)
        return number

    def key(self, key: Key) -> int:
        """The number of an error group's key."""
        number = self._key_numbers.setdefault(key, len(self.keys))
        if number == len(self.keys):
            self.keys.append(key)
        return number

    def emit(self, input_name: str, boards: Quotes | None = None) -> Callable[[int, Segment], None]:
        """A function that stores a finished segment, and its strays, as rows, and their lines on the boards."""
        source, boards = self.input_numbers[input_name], self.boards if boards is None else boards
        pending, ids = self._pending, self._pending_ids

        def store(stream: int, segment: Segment) -> None:
            pending.append(row_of(stream, source, segment, self.word, self.key))
            ids.append(segment.request_id)
            for line, shape in ((segment.gap_line, pending[-1][_GAP_LINE]), (segment.tail, pending[-1][_TAIL_LINE])):
                if line is not None and shape >= 0:
                    key = self.streams[stream].key
                    quote = Quote(
                        input_name, *line[2:], line[1], key, segment.request_id, line[0][: limits.QUOTE_CHARS]
                    )
                    boards.add(("line", self.words[shape]), when(quote), quote)
            if segment.strays:
                for stray in segment.strays.values():
                    store(stream, stray)
            if len(pending) >= 4096:
                self.flush()

        return store

    def flush(self) -> None:
        """Move finished rows into their columns."""
        self.rows.extend(self._pending, self._pending_ids)
        self._pending.clear()
        self._pending_ids.clear()

    def add_part(self, part: Part) -> None:
        """Take a part that was read to its end, and join it with those it touches."""
        self.flush()
        if part.start < part.end:
            self.parts.append(part)
            self._coalesce()

    def _coalesce(self) -> None:
        """Join parts of one input that touch."""
        self.parts.sort(key=lambda p: (p.input, p.start, p.end))
        joined: list[Part] = []
        for part in self.parts:
            last = joined[-1] if joined else None
            if last is None or last.input != part.input or last.end != part.start:
                joined.append(part)
                continue
            emit = self.emit(part.input)
            for key, stream in part.edges.items():
                mine = last.edges.get(key)
                if mine is None:
                    last.edges[key] = stream
                else:
                    mine.follow(stream, emit)
            last.end = part.end
        self.parts = joined
        self.flush()

    # ---- adding ----

    def merge(self, other: Summary) -> Summary:
        """Add another summary to this one and return this one; the argument is untouched."""
        self.forget()
        other = deepcopy(other)
        other.forget()
        for name, info in other.inputs.items():
            mine = self.add_input(name, 0)
            mine.merge(info)
        inputs = [self.input_numbers[name] for name in other.input_numbers]
        streams = []
        for stream in other.streams:
            number = self.stream_number(stream.key, stream.name, stream.source, stream.group)
            self.streams[number].heard_in(stream.sources, stream.group)
            streams.append(number)
            for what in ("runtime", "function", "initialization"):
                if value := getattr(stream, what):
                    self.learn(number, what, value)
        words = [self.word(w) for w in other.words]
        keys = [self.key(k) for k in other.keys]
        for name, translation in (
            ("input", inputs), ("stream", streams), ("version", words), ("error_type", words), ("gap_line", words),
            ("tail_line", words),
            ("error", keys),
        ):  # fmt: skip
            other.rows.remap(name, translation)
        self.rows.append_all(other.rows)
        self.table.merge(other.table)
        self.boards.merge(other.boards)
        for part in other.parts:
            for stream_edge in part.edges.values():
                stream_edge.index = streams[stream_edge.index]
            self.parts.append(part)
        self._coalesce()
        return self

    def forget(self) -> None:
        """Drop what was derived, because something was added or the user told something else."""
        if "_closed" in self.__dict__:
            self.rows.truncate(self._finished)
        for name in (
            "_closed",
            "groups",
            "assembled",
            "invocations",
            "functions",
            "period",
            "_group_numbers",
            "_first_sources",
            "_places",
        ):
            self.__dict__.pop(name, None)

    # ---- what detectors read ----

    @cached_property
    def _closed(self) -> Quotes:
        """All quotes, those of the segments at the edges included; the edges stay open.

        Their rows stand behind the finished ones until something is added.
        """
        self._finished = len(self.rows)
        boards = self.boards.copy()
        for part in self.parts:
            emit = self.emit(part.input, boards)
            for stream in part.edges.values():
                for segment in (stream.head, stream.current):
                    if segment is not None:
                        emit(stream.index, segment)
        self.flush()
        return boards

    @property
    def quotes(self) -> Quotes:
        """The lines that were kept word for word."""
        return self._closed

    @cached_property
    def groups(self) -> list[Group]:
        """Error groups, in the order of their keys; `Invocations.error` holds indexes into this list.

        What several sources say of one function is one group.
        """
        found, table = [], Groups(len(self.table))
        for group in self.table:
            table.put(replace(group, key=self._key_of_function(group.key)))
        for group in table:
            signature, details = signature_of(group.text)
            found.append(replace(group, count=group.distinct, signature=signature, details=details))
        return found

    @cached_property
    def _group_numbers(self) -> list[int]:
        """The index in `groups` of each key a row can hold, -1 for a group beyond the bound."""
        place = {g.key: i for i, g in enumerate(self.groups)}
        return [place.get(self._key_of_function(k), -1) for k in self.keys]

    @cached_property
    def _first_sources(self) -> dict[str, str]:
        """For each source of streams, the first of those that are about the same function."""
        names, first = names_of(self), dict[str | None, str]()
        for source in sorted(names):
            first.setdefault(names[source], source)
        return {source: first[name] for source, name in names.items()}

    def _key_of_function(self, key: Key) -> Key:
        return (self._first_sources.get(key[0], key[0]), *key[1:])

    @cached_property
    def assembled(self) -> assembly.Assembled:
        """Rows joined into executions, with the account of what belongs to none."""
        _ = self._closed  # first, because it may still intern keys
        self.__dict__.pop("_group_numbers", None)
        inputs = list(self.input_numbers)
        return assembly.assemble(self.rows, inputs, self.streams, self.groups, self._group_numbers, self.words)

    @property
    def invocations(self) -> Invocations:
        """All executions, in time order."""
        return self.assembled.invocations

    @property
    def mixed_streams(self) -> frozenset[int]:
        """Streams in which executions overlap, so that order proves less."""
        return self.assembled.mixed

    @cached_property
    def period(self) -> tuple[int, int] | None:
        """First and last time of an execution, else of an error line, ms; None where the input has no times."""
        inv = self.invocations
        first = min((t for column in (inv.start, inv.end) for t in column if t >= 0), default=-1)
        if first >= 0:
            return first, max(chain(inv.start, inv.end))
        times = [t for g in self.groups for t in (g.timeline.first, g.timeline.last) if t >= 0]
        return (min(times), max(times)) if times else None

    @cached_property
    def functions(self) -> list[Function]:
        """Functions by failures, then executions, most first; one without a name where nothing tells it."""
        return by_function(self)

    def input_name(self, number: int) -> str:
        """The name of an input by its number in the rows."""
        return list(self.input_numbers)[number]

    def origin(self, quote: Quote, marks: Iterable[tuple[int, int]] = ()) -> Origin:
        """A kept line as evidence."""
        number = self.stream_numbers.get(quote.stream)
        stream = self.streams[number].name if number is not None else ""
        request_id = quote.request_id or (self._request_at(quote, number) if number is not None else "")
        return Origin(
            quote.input, quote.offset, quote.end - quote.offset, quote.time if quote.time >= 0 else None,
            stream or None, request_id or None, quote.text.rstrip(), tuple(marks))  # fmt: skip

    @cached_property
    def _places(self) -> dict[tuple[str, int], list[tuple[int, int, int]]]:
        """(offset, stop, execution) by input and stream, in order: whose lines stand where."""
        found: dict[tuple[str, int], list[tuple[int, int, int]]] = {}
        inv, names = self.invocations, list(self.input_numbers)
        for i in range(len(inv)):
            found.setdefault((names[inv.input[i]], inv.stream[i]), []).append((inv.offset[i], inv.stop[i], i))
        for places in found.values():
            places.sort()
        return found

    def _request_at(self, quote: Quote, stream: int) -> str:
        """The request a line belongs to by its place, "" where it stands outside any execution."""
        places = self._places.get((quote.input, stream), [])
        at = bisect_right(places, (quote.offset, 1 << 62, 0)) - 1
        return self.invocations.request_id(places[at][2]) if at >= 0 and quote.offset < places[at][1] else ""

    def to_bytes(self) -> bytes:
        """The canonical form: summaries of the same input, however cut and merged, give equal bytes."""
        return summary_bytes.pack(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> Summary:
        """The summary that `to_bytes` wrote; ValueError says what is wrong with other bytes."""
        return summary_bytes.unpack(data, cls())
