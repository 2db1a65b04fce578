"""The one vocabulary: what the stages exchange, frozen, and nothing else.

    bytes -> container -> Events -> dialect -> Record -> segments -> Summary
          -> Function -> detectors -> Finding -> causes -> Cause -> Report

Units everywhere: times are milliseconds since the Unix epoch (UTC), durations milliseconds, memory MB as
Lambda prints it, ratios 0 to 1, money USD. Unknown is None (in typed columns: the sentinel named beside the column).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from analyzer.summary import Summary

SEVERITIES = ("critical", "high", "medium", "low", "info")
"""From worst to mildest; the index is the rank."""


class Status(IntEnum):
    """How one execution ended. `error`: the handler raised; `crash`: the process died. Retries count one by one."""

    OK = 0
    ERROR = 1
    TIMEOUT = 2
    OUT_OF_MEMORY = 3
    CRASH = 4
    INIT_ERROR = 5
    UNKNOWN = 6

    @property
    def word(self) -> str:
        """The status as the JSON report writes it."""
        return self.name.lower()

    @property
    def failed(self) -> bool:
        """Every status but ok and unknown."""
        return self not in (Status.OK, Status.UNKNOWN)


class Level(IntEnum):
    """Severity of a log line, the same scale for every runtime."""

    TRACE = 0
    DEBUG = 1
    INFO = 2
    WARN = 3
    ERROR = 4
    FATAL = 5


class Kind(IntEnum):
    """What a log line is to Lambda."""

    LINE = 0  # an application's line, or anything else
    START = 1
    END = 2
    REPORT = 3
    INIT_START = 4
    INIT_REPORT = 5
    RESTORE_START = 6
    RESTORE_REPORT = 7
    TIMEOUT = 8  # "Task timed out after …"
    EXIT = 9  # "RequestId: … Error: Runtime exited …"
    RUNTIME_DONE = 10  # platform.runtimeDone
    PLATFORM = 11  # extensions, subscriptions: platform lines that carry no verdict
    DROPPED = 12  # platform.logsDropped: some log records never reached the log


class LogStream(NamedTuple):
    """A log stream whose group the container names too, as a subscription does: `/aws/lambda/orders`, `2026/10/08/…`.

    Either may be "" where the container names only the other.
    """

    group: str
    name: str


class Events(NamedTuple):
    """A batch of log events as parallel columns, in the order of the input.

    `times` holds None where the container knows no time, `streams` None where it knows no stream. `offsets` and `ends`
    are byte positions in the (decompressed) input: an event is `data[offset:end]`. `ids` are CloudWatch's event ids,
    the same in every export that holds the event, or () where the container has none.
    """

    times: Sequence[int | None]
    streams: Sequence[str | LogStream | None]
    messages: Sequence[str]
    offsets: Sequence[int]
    ends: Sequence[int]
    ids: Sequence[str | None] = ()


class LogEvent(NamedTuple):
    """One log event of a known stream: time in ms (-1 unknown), the bytes `[offset, end)` of the input, its text.

    `id` is CloudWatch's event id, "" where the container has none.
    """

    time: int
    offset: int
    end: int
    text: str
    id: str = ""


class Source(Protocol):
    """Bytes that can be read anywhere: a file, a buffer, a browser's File."""

    name: str
    size: int

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`; fewer only at the end."""
        ...  # pragma: no cover


EXAMPLES = 1_000
"""Quoted events that could not be read, at most, of one part of an input."""


@dataclass(slots=True)
class Remarks:
    """What a container notices beside the events: it fills one of these while it reads.

    `odd` counts events that could not be read, by reason; `examples` are (reason, offset, end, text) of them.
    `noticed` counts what else weakens an answer, by a reason of `analyzer.accounting`: a sampled session, a limit that
    was hit. `truncated` says that the input ends before the log does, `notes` say in sentences what a person can do.
    """

    log_group: str = ""
    truncated: bool = False
    notes: set[str] = field(default_factory=set)
    odd: dict[str, int] = field(default_factory=dict)
    noticed: dict[str, int] = field(default_factory=dict)
    examples: list[tuple[str, int, int, str]] = field(default_factory=list)

    def set_aside(self, reason: str, offset: int, end: int, text: str) -> None:
        """Count an event that cannot be read, and quote its beginning."""
        self.odd[reason] = self.odd.get(reason, 0) + 1
        if len(self.examples) < EXAMPLES:
            self.examples.append((reason, offset, end, text[:200]))

    def notice(self, reason: str, count: int = 1) -> None:
        """Count something that weakens an answer."""
        self.noticed[reason] = self.noticed.get(reason, 0) + count


class ErrorInfo(NamedTuple):
    """What a line says went wrong.

    `type` is the exception or platform type ("" when the line names none), `frame` the deepest frame of the
    function's own code ("app.py:12 handler"), `unhandled` is true when the runtime, not the application, wrote it.
    """

    type: str
    message: str
    frame: str
    unhandled: bool


class ReportFields(NamedTuple):
    """The values of a REPORT, INIT_REPORT or RESTORE_REPORT line; None where the line has no such field."""

    duration_ms: float | None = None
    billed_ms: float | None = None
    memory_size_mb: int | None = None
    max_memory_mb: int | None = None
    init_ms: float | None = None
    restore_ms: float | None = None
    status: str | None = None  # success, failure, error, timeout
    error_type: str | None = None
    phase: str | None = None  # INIT_REPORT: init or invoke


class Record(NamedTuple):
    """One log event, understood.

    `time` is the time the line itself carries, if any; `version` belongs to START and INIT_START (there it is the
    runtime version); `limit_s` to "Task timed out"; `function` and `initialization` (on-demand,
    provisioned-concurrency, snap-start, lambda-managed-instances) to platform.initStart; `memory_mb` is the memory size
    where another line than REPORT tells it; `missing` is how many records platform.logsDropped says never arrived.
    """

    kind: Kind
    request_id: str | None = None
    level: Level = Level.INFO
    time: int | None = None
    text: str = ""
    error: ErrorInfo | None = None
    report: ReportFields | None = None
    version: str | None = None
    limit_s: float | None = None
    function: str | None = None
    initialization: str | None = None
    memory_mb: int | None = None
    missing: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a claim comes from: bytes of an input, quoted, with the proving parts marked.

    `offset` and `length` are bytes of the (decompressed) input; `text` is bounded, `marks` are character ranges in it.
    """

    input: str
    offset: int
    length: int
    time: int | None
    stream: str | None
    request_id: str | None
    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to act, for one tool. Fixes with the same title are the same act in other tools.

    `command` is what one pastes, complete and valid; `values` are the computed parts of it, shown bold.
    """

    tool: str  # aws-cli, sam, cdk, terraform
    title: str
    command: str
    note: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact about one function: how bad, how sure, and the lines that show it."""

    id: str
    severity: str
    confidence: float
    function: str | None
    title: str
    summary: str
    count: int
    of: int
    evidence: tuple[Origin, ...]
    advice: str = ""
    signature: str | None = None
    value: float | None = None
    threshold: float | None = None
    first: int | None = None
    last: int | None = None
    trend: tuple[int, ...] = ()
    fixes: tuple[Fix, ...] = ()
    link: str = ""

    def __post_init__(self) -> None:
        """Refuse a claim that nothing in the input shows."""
        if not self.evidence:
            raise ValueError(f"finding {self.id} has no evidence")
        if self.severity not in SEVERITIES:
            raise ValueError(f"finding {self.id} has unknown severity {self.severity!r}")


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence of a story and the lines behind it."""

    text: str
    evidence: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class RuledOut:
    """A rival cause and why it loses."""

    id: str
    because: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A change and what it would do, with what that assumes."""

    change: str
    before: str
    after: str
    assumption: str


@dataclass(frozen=True, slots=True)
class Cause:
    """One explanation of the failures: its story, its doubts, its rivals, its fix.

    `explains` is how many failures it accounts for, and of how many. `verdict` (at most 120 characters) and `lead`
    (at most 45 words) are the sentences the report opens with when this cause comes first. `charts` names the two
    charts that carry it, of `memory-age`, `memory`, `duration`, `failures`, `cold-starts`.
    """

    id: str
    title: str
    confidence: float
    function: str | None
    explains: tuple[int, int]
    verdict: str
    lead: str
    story: tuple[Step, ...]
    chain: tuple[str, ...]
    against: tuple[str, ...]
    ruled_out: tuple[RuledOut, ...]
    settle: str
    fixes: tuple[Fix, ...] = ()
    what_if: tuple[WhatIf, ...] = ()
    charts: tuple[str, ...] = ("duration", "memory")


UNREAD = "not read"
"""Stands for the container of an input that none claims."""


@dataclass(frozen=True, slots=True)
class InputInfo:
    """One file, paste or buffer that was read. `bytes` is its size as given, before any decompression."""

    name: str
    bytes: int
    container: str
    events: int
    log_group: str | None
    truncated: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """What was read and what was not: `events == attributed + sum(set_aside.values())`.

    `noticed` counts what else weakens an answer, by a reason of `analyzer.accounting`; `weakens` says for each reason
    that occurred which conclusions it weakens.
    """

    events: int
    attributed: int
    set_aside: dict[str, int]
    duplicates: int
    open_invocations: int
    mixed_streams: int
    examples: tuple[Origin, ...]
    noticed: dict[str, int] = field(default_factory=dict)
    weakens: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """What the user tells beside the logs. `timeout_s` is the function's limit, `thresholds` are by "id.name"."""

    function: str | None = None
    timeout_s: float | None = None
    architecture: str = "x86_64"
    thresholds: dict[str, float] = field(default_factory=dict)
    invocations: bool = False


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number a detector compares with, and why it is that number."""

    default: float
    why: str


class Thresholds:
    """The thresholds of a run: every plug-in's defaults, overridden by `id.name=value`."""

    def __init__(self, defaults: dict[tuple[str, str], float], overrides: dict[str, float] | None = None) -> None:
        """Take the defaults by (id, name) and the overrides by "id.name"; KeyError names an unknown override."""
        self._values = dict(defaults)
        for key, value in (overrides or {}).items():
            plugin, _, name = key.rpartition(".")
            if (plugin, name) not in self._values:
                raise KeyError(key)
            self._values[(plugin, name)] = value

    def __call__(self, plugin: str, name: str) -> float:
        """The value in force for one threshold of one plug-in."""
        return self._values[(plugin, name)]


@dataclass(frozen=True, slots=True)
class Container:
    """A plug-in that turns bytes into events: one file format.

    `sniff(head)` sees the first 64 kB, without a byte order mark, and nothing else; of the containers that are not
    `general`, one at most may claim a head. A general one is asked only when no other does. `read(source, start, end,
    remarks)` yields the events that begin in `[start, end)` of the bytes, wherever that cuts; it reads beyond `end` to
    finish the last one. A container with `splittable=False` is only ever asked for everything.
    """

    id: str
    title: str
    link: str
    samples: tuple[bytes, ...]
    sniff: Callable[[bytes], bool]
    read: Callable[[Source, int, int, Remarks], Iterator[Events]]
    splittable: bool = True
    general: bool = False


@dataclass(frozen=True, slots=True)
class Dialect:
    """A plug-in that understands one family of log lines.

    `parse` is offered every line, in order of `rank` (lower first), until a dialect knows it. `heads` are shortcuts for
    the lines that fill a log: by the first four characters, a parser that is asked before all others.
    """

    id: str
    title: str
    link: str
    samples: tuple[str, ...]
    parse: Callable[[str], Record | None]
    heads: dict[str, Callable[[str], Record | None]] = field(default_factory=dict)
    rank: int = 50


@dataclass(frozen=True, slots=True)
class Signature:
    """A plug-in that names a failure from the words of a line: `match` gives the details that tell cases apart.

    `finding` is the catalogue id it supports. `match(text)` is None where the words do not apply, else the parts
    of the message that belong into the finding (an action, a resource, a host), possibly none.
    """

    id: str
    finding: str
    title: str
    samples: tuple[str, ...]
    quiet: tuple[str, ...]
    match: Callable[[str], tuple[str, ...] | None]
    rank: int = 50


@dataclass(frozen=True, slots=True)
class Detector:
    """A plug-in that states one kind of fact. All texts are shown to people, by `explain`, the report and the page.

    `specificity` orders findings of equal severity: the more it narrows the cause, the higher.
    """

    id: str
    title: str
    severity: str
    why: str
    fix: str
    quiet_when: str
    link: str
    find: Callable[[Summary, Thresholds], Iterator[Finding]]
    thresholds: dict[str, Threshold] = field(default_factory=dict)
    specificity: int = 50


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A plug-in that weighs one root cause against the findings."""

    id: str
    title: str
    why: str
    must_hold: str
    rivals: tuple[str, ...]
    fix: str
    link: str
    weigh: Callable[[Summary, Sequence[Finding], Thresholds], Iterable[Cause]]
    thresholds: dict[str, Threshold] = field(default_factory=dict)
