"""Rows -> executions: joins what cuts and strays tore apart, and decides how each execution ended."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.invocations import Invocations
from analyzer.joining import Joiner, in_stream_order
from analyzer.model import Status
from analyzer.stats import rows as bits
from analyzer.stats.groups import Group
from analyzer.stats.rows import Rows, gathered

_LOAD = ("Runtime.ImportModuleError", "Runtime.HandlerNotFound", "Runtime.UserCodeSyntaxError", "Runtime.Malformed",
         "Runtime.Invalid", "Runtime.Unknown", "Runtime.InitError", "Runtime.BadFunctionCode")  # fmt: skip
_DEATHS = frozenset(map(int, (Status.TIMEOUT, Status.OUT_OF_MEMORY, Status.CRASH, Status.INIT_ERROR)))
_UNUSUAL = (
    bits.TIMED_OUT
    | bits.KILLED
    | bits.EXITED
    | bits.UNHANDLED
    | bits.INIT_FAILED
    | bits.MEMORY_TEXT
    | bits.INIT_TIMEOUT
)


@dataclass(frozen=True, slots=True)
class Assembled:
    """Executions, and the account of everything else: every event is attributed or set aside under a reason.

    `open` counts executions without a REPORT, `mixed` holds streams whose executions overlap.
    """

    invocations: Invocations
    attributed: int
    set_aside: dict[str, int]
    duplicates: int
    open: int
    mixed: frozenset[int]


def assemble(
    rows: Rows, inputs: Sequence[str], groups: Sequence[Group], group_numbers: Sequence[int], words: Sequence[str]
) -> Assembled:
    """Join the rows of each stream in their order; `inputs`, `words` by number, `group_numbers` by error key."""
    order = in_stream_order(rows, inputs)
    joiner = Joiner(rows)
    joiner.run(order)
    return _columns(rows, joiner, groups, group_numbers, words)


def _columns(
    rows: Rows, joiner: Joiner, groups: Sequence[Group], group_numbers: Sequence[int], words: Sequence[str]
) -> Assembled:
    """The executions as columns in time order, duplicates of overlapping inputs left out."""
    mains = joiner.mains
    taken: dict[str, Any] = {name: gathered(rows.columns[name], mains) for name in bits.COLUMNS}
    for place, others in joiner.others.items():
        merged = _merge_rows([_cells(rows, mains[place]), *(_cells(rows, i) for i in others)])
        for name, value in zip(bits.COLUMNS, merged, strict=True):
            taken[name][place] = value
    numbers = [*group_numbers, -1]
    _hand_on_load_errors(rows, joiner, taken, [numbers[e] for e in rows.error], groups)
    for place, (start, end, duration) in enumerate(zip(taken["start"], taken["end"], taken["duration"], strict=True)):
        if start < 0 <= end and duration == duration:
            taken["start"][place] = end - round(duration)
    distinct = rows.distinct_ids(mains)
    kept, repeated = (range(len(mains)), []) if distinct else _without_duplicates(rows, mains, taken)
    duplicates = sum(taken["events"][k] for k in repeated)
    if repeated:
        mains = [mains[k] for k in kept]
        taken = {name: array(column.typecode, [column[k] for k in kept]) for name, column in taken.items()}
    # the platform's note of a kill is weighed with the memory in use; a runtime's own words need no weighing
    memory = {i for i, g in enumerate(groups) if g.outcome != "platform" and g.signature.startswith("oom-")}
    for place, group in enumerate(taken["error"]):
        if group in memory:
            taken["flags"][place] |= bits.MEMORY_TEXT
    status, age, life, cold = _lives(taken, words)
    columns: dict[str, Sequence[Any]] = {
        **{name: taken[name] for name in Invocations.COLUMNS if name in taken},
        "row": mains, "status": status, "age": age, "life": life, "cold": cold,
        "attempt": [1] * len(mains), "place": range(len(mains)),
    }  # fmt: skip
    inv = Invocations(columns, rows.request_id)
    inv = inv.take(sorted(range(len(mains)), key=inv.start.__getitem__))
    if not distinct:
        _count_attempts(inv)
    set_aside = dict(joiner.set_aside)
    if duplicates:
        set_aside["duplicate of an event already read"] = duplicates
    still_open = sum(not f & bits.HAS_REPORT for f in inv.flags)
    return Assembled(inv, sum(inv.events), set_aside, duplicates, still_open, frozenset(joiner.mixed))


def _hand_on_load_errors(
    rows: Rows, joiner: Joiner, taken: dict[str, Any], errors: Sequence[int], groups: Sequence[Group]
) -> None:
    """Give each execution its gravest error group; `errors` are those of the rows.

    What a runtime says about loading, after an execution has ended, is about the environment that starts again for the
    next one.
    """
    found, handed_on, stream = array("i"), -1, -1
    for place, main in enumerate(joiner.mains):
        if rows.stream[main] != stream:
            stream, handed_on = rows.stream[main], -1
        late = errors[main] >= 0 and 0 <= rows.report_at[main] < rows.error_at[main]
        late = late and groups[errors[main]].outcome == "init"
        others = joiner.others.get(place, ())
        own = errors[main]
        if late or own < 0:
            own = next((errors[i] for i in others if errors[i] >= 0), -1)
        if late and not any(rows.flags[i] & bits.INIT_FAILED for i in others):
            taken["flags"][place] &= ~bits.INIT_FAILED
        found.append(own if own >= 0 else handed_on)
        handed_on = errors[main] if late else -1
    taken["error"] = found


def _without_duplicates(rows: Rows, mains: list[int], taken: dict[str, Any]) -> tuple[list[int], list[int]]:
    """Places to keep, and places that say the same of the same execution again, as overlapping exports do."""
    seen: set[tuple[Any, ...]] = set()
    kept, repeated = list[int](), list[int]()
    whole = bits.HAS_REPORT | bits.HAS_ID
    for place, main in enumerate(mains):
        if taken["flags"][place] & whole == whole:
            values = (taken[name][place] for name in ("stream", "start", "duration", "billed", "used"))
            mark = (rows.request_id(main), *(v if v == v else None for v in values))
            if mark in seen:
                repeated.append(place)
                continue
            seen.add(mark)
        kept.append(place)
    return kept, repeated


def _lives(taken: dict[str, Any], words: Sequence[str]) -> tuple[list[int], list[int], list[int], list[int]]:
    """Status of each execution, its age since the environment (re)started, its life, and if it was cold."""
    statuses, ages, lives, colds = list[int](), list[int](), list[int](), list[int]()
    stream_before, dead, timed_out, used_before, age, life = -1, False, False, 0, -1, 0
    columns = [taken[n] for n in ("stream", "flags", "status", "error_type", "size", "used", "init", "restore")]
    for stream, flags, platform, error_type, size, used, init, restore in zip(*columns, strict=True):
        # an INIT_REPORT alone is an environment that starts again inside an invocation, which is no cold start
        told = init == init and not flags & bits.HAS_INIT_REPORT
        cold = told or restore == restore or flags & bits.HAS_INIT_START
        if flags & _UNUSUAL or platform > 1 or not flags & bits.HAS_REPORT:
            status = int(_status(flags, platform, words[error_type] if error_type >= 0 else "", size, used))
        else:
            status = 0
        if stream != stream_before:
            stream_before, life, used_before = stream, 0, 0
            age = 1 if cold or flags & bits.HAS_INIT_REPORT else -1
        elif (
            (dead and not (timed_out and 0 < used_before <= used))
            or 0 < used < used_before
            or flags & bits.HAS_INIT_START
        ):
            # a timeout ends the process too, but a mark that did not start over says that this one went on
            life, age, used_before = life + 1, 1, 0
        elif age > 0:
            age += 1
        dead = status in _DEATHS
        timed_out = status == Status.TIMEOUT
        used_before = max(used, used_before)
        statuses.append(status)
        ages.append(age)
        lives.append(life)
        colds.append(1 if cold else 0)
    return statuses, ages, lives, colds


def _cells(rows: Rows, row: int) -> tuple[Any, ...]:
    return tuple(column[row] for column in rows.columns.values())


def _merge_rows(parts: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    """One row out of the main row and the others: the first known value of each, sums of counts, the span of bytes."""
    merged = list(parts[0])
    names = list(bits.COLUMNS)
    at = {name: k for k, name in enumerate(names)}
    for part in parts[1:]:
        init_row = not part[at["flags"]] & (bits.HAS_START | bits.STRAY)
        merged[at["flags"]] |= part[at["flags"]] & ~bits.STRAY
        for name in ("lines", "events"):
            merged[at[name]] += part[at[name]]
        for name in ("duration", "billed", "init", "restore", "limit"):
            if merged[at[name]] != merged[at[name]] and not (init_row and name in ("duration", "billed")):
                merged[at[name]] = part[at[name]]
        for name in ("size", "used", "status"):
            merged[at[name]] = merged[at[name]] or part[at[name]]
        for name in ("version", "error_type", "error", "report_at"):
            if merged[at[name]] < 0:
                merged[at[name]] = part[at[name]]
        if part[at["input"]] == merged[at["input"]]:
            merged[at["offset"]] = min(merged[at["offset"]], part[at["offset"]])
            merged[at["stop"]] = max(merged[at["stop"]], part[at["stop"]])
        if not init_row:
            if merged[at["start"]] < 0:
                merged[at["start"]] = part[at["start"]]
            if part[at["flags"]] & (bits.HAS_END | bits.HAS_REPORT):
                merged[at["end"]] = max(merged[at["end"]], part[at["end"]])
    return tuple(merged)


def _status(flags: int, platform: int, error_type: str, size: int, used: int) -> Status:
    """How an execution ended, the platform's own words first.

    Text format says nothing on success and nothing on a handled exception, so the runtime's own error line decides
    before silence does.
    """
    if platform == 4 or flags & bits.TIMED_OUT:
        return Status.TIMEOUT
    if platform == 3 or flags & (bits.KILLED | bits.EXITED):
        if error_type == "Runtime.OutOfMemory" or flags & bits.MEMORY_TEXT:
            return Status.OUT_OF_MEMORY
        if flags & bits.KILLED and (not size or used >= 0.7 * size):
            return Status.OUT_OF_MEMORY  # the kernel's kill; with little memory in use something else sent it
        if error_type.startswith(_LOAD) or flags & bits.INIT_FAILED:
            return Status.INIT_ERROR
        if error_type and not error_type.startswith(("Runtime.ExitError", "Extension.", "Sandbox.", "Runtime.Exit")):
            return Status.ERROR
        return Status.CRASH
    if flags & bits.INIT_FAILED and (
        flags & bits.UNHANDLED or not flags & bits.HAS_REPORT or error_type.startswith(_LOAD)
    ):
        return Status.INIT_ERROR
    if platform == 2 or flags & bits.UNHANDLED:
        return Status.OUT_OF_MEMORY if flags & bits.MEMORY_TEXT and flags & bits.UNHANDLED else Status.ERROR
    if flags & bits.HAS_REPORT:
        return Status.OK
    return Status.UNKNOWN


def _count_attempts(inv: Invocations) -> None:
    """Number the executions of one request id: Lambda retries an asynchronous event under the same id."""
    seen: dict[str, int] = {}
    for i in range(len(inv)):
        request_id = inv.request_id(i)
        if request_id:
            seen[request_id] = inv.attempt[i] = seen.get(request_id, 0) + 1
