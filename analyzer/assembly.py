"""Rows -> executions: joins what cuts and strays tore apart, and decides how each execution ended."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analyzer import limits
from analyzer.invocations import DERIVED, Invocations
from analyzer.joining import Joiner
from analyzer.model import Status
from analyzer.stats import rows as bits
from analyzer.stats.columns import ascending
from analyzer.stats.groups import Group
from analyzer.stats.rows import Rows

_LOAD = ("Runtime.ImportModuleError", "Runtime.HandlerNotFound", "Runtime.UserCodeSyntaxError", "Runtime.Malformed",
         "Runtime.Invalid", "Runtime.Unknown", "Runtime.InitError", "Runtime.BadFunctionCode")  # fmt: skip
_DEATHS = frozenset(map(int, (Status.TIMEOUT, Status.OUT_OF_MEMORY, Status.CRASH, Status.INIT_ERROR)))
_FELT_MS = 1_000  # an environment that was ready for longer before its first request made nobody wait
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

    `open` counts executions without a REPORT, `mixed` holds streams whose executions overlap, `jumps` is how often an
    input goes back in time within a stream.
    """

    invocations: Invocations
    attributed: int
    set_aside: dict[str, int]
    duplicates: int
    open: int
    mixed: frozenset[int]
    jumps: int = 0


def assemble(
    rows: Rows, inputs: Sequence[str], groups: Sequence[Group], group_numbers: Sequence[int], words: Sequence[str]
) -> Assembled:
    """Join the rows of each stream in their order; `inputs`, `words` by number, `group_numbers` by error key.

    What other runs of the input say again of an execution fills what the first leaves open and counts once.
    """
    joiner = Joiner(rows, inputs)
    joiner.run()
    changed, twice = _merged(rows, joiner)
    errors = _errors(rows, joiner, changed, [*group_numbers, -1], groups)
    # the platform's note of a kill is weighed with the memory in use; a runtime's own words need no weighing
    memory = {i for i, g in enumerate(groups) if g.outcome != "platform" and g.signature.startswith("oom-")}
    starts, ends = rows.start, rows.end
    for place, (main, group) in enumerate(zip(joiner.mains, errors, strict=True)):
        if group in memory:
            changed.setdefault(place, _cells(rows, main))["flags"] |= bits.MEMORY_TEXT
        if starts[main] < 0 <= ends[main]:
            values = changed.setdefault(place, _cells(rows, main))
            if values["start"] < 0 and values["duration"] == values["duration"]:
                values["start"] = values["end"] - round(values["duration"])
    _replace(rows, joiner, changed)
    count = len(joiner.mains)
    derived = {name: array(code, bytes(array(code).itemsize * count)) for name, code in DERIVED.items()}
    derived["row"], derived["error"] = joiner.mains, errors
    derived["place"], derived["attempt"] = array("i", range(count)), array("i", [1]) * count
    inv = Invocations(rows, derived)
    _lives(inv, words)
    inv = inv.take(ascending(inv.start))
    if joiner.repeated:
        _count_attempts(inv, joiner.repeated)
    set_aside = dict(joiner.set_aside)
    if twice:
        set_aside["duplicate of an event already read"] = twice
    still_open = sum(not f & bits.HAS_REPORT for f in inv.flags)
    return Assembled(inv, sum(inv.events), set_aside, twice, still_open, frozenset(joiner.mixed), joiner.jumps)


Changed = dict[int, dict[str, Any]]
"""By place among the executions, the values of those that are more than the row that stands for them."""


def _merged(rows: Rows, joiner: Joiner) -> tuple[Changed, int]:
    """Executions made of several rows, and how many events were read twice."""
    changed: Changed = {}
    twice = 0
    for place in joiner.others.keys() | joiner.again.keys():
        parts, again = [joiner.mains[place], *joiner.others.get(place, ())], joiner.again.get(place, [])
        values = changed[place] = _merge_rows([_cells(rows, i) for i in (*parts, *again)])
        told = sum(rows.events[i] for i in parts)
        copies: dict[int, int] = {}
        for i in again:
            copies[joiner.run_of(i)] = copies.get(joiner.run_of(i), 0) + rows.events[i]
        most = max(told, *copies.values()) if copies else told
        twice += told + sum(copies.values()) - most
        values["events"], values["lines"] = most, sum(rows.lines[i] for i in parts)
    return changed, twice


def _replace(rows: Rows, joiner: Joiner, changed: Changed) -> None:
    """Let rows of the changed values, behind all others, stand for their executions."""
    mains, first = joiner.mains, len(rows)
    places = sorted(changed)
    rows.extend([tuple(changed[p].values()) for p in places], [rows.request_id(mains[p]) for p in places])
    for row, place in enumerate(places, first):
        if mains[place] in joiner.repeated:
            joiner.repeated.add(row)
        mains[place] = row


def _errors(
    rows: Rows, joiner: Joiner, changed: Changed, numbers: Sequence[int], groups: Sequence[Group]
) -> array[int]:
    """The gravest error group of each execution; `numbers` are the groups by error key.

    What a runtime says about loading, after an execution has ended, is about the environment that starts again for the
    next one.
    """
    found, handed_on, stream = array("i"), -1, -1
    streams, keys, reports, places = rows.stream, rows.error, rows.report_at, rows.error_at

    def is_late(row: int) -> bool:
        group = numbers[keys[row]]
        after = reports[row] < places[row]
        if 0 <= reports[row] < rows.offset[row]:  # newest first: what comes later stands before
            after = not after
        return bool(group >= 0 and groups[group].outcome == "init" and after)

    for place, main in enumerate(joiner.mains):
        if streams[main] != stream:
            stream, handed_on = streams[main], -1
        key = keys[main]
        if key < 0 and handed_on < 0 and place not in changed:  # the usual execution
            found.append(-1)
            continue
        own = mine = numbers[key]
        late = reports[main] >= 0 and is_late(main)
        others, after = joiner.parts_of(place)
        if late or own < 0:
            own = next((e for i in others if (e := numbers[keys[i]]) >= 0), -1)
        if late and not any(rows.flags[i] & bits.INIT_FAILED for i in others):
            changed.setdefault(place, _cells(rows, main))["flags"] &= ~bits.INIT_FAILED
        found.append(own if own >= 0 else handed_on)
        handed_on = mine if late else next((numbers[keys[i]] for i in after if is_late(i)), -1)
    return found


def _lives(inv: Invocations, words: Sequence[str]) -> None:
    """Fill in, stream by stream: status, age since the environment (re)started, its life, and if it was cold."""
    stream_before, dead, timed_out, used_before, age, life = -1, False, False, 0, -1, 0
    columns = (inv.stream, inv.flags, inv.platform, inv.error_type, inv.size, inv.used, inv.init, inv.restore)
    for i, (stream, flags, platform, error_type, size, used, init, restore) in enumerate(zip(*columns, strict=True)):
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
        inv.status[i], inv.age[i], inv.life[i] = status, age, life
        inv.cold[i] = 1 if cold and not flags & bits.PREPARED else 0


def _cells(rows: Rows, row: int) -> dict[str, Any]:
    return {name: column[row] for name, column in rows.columns.items()}


def _merge_rows(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One row out of the main row and the others: the first known value of each, the span of bytes and of time."""
    merged = dict(parts[0])
    for part in parts[1:]:
        init_row = not part["flags"] & (bits.HAS_START | bits.STRAY)
        merged["flags"] |= part["flags"] & ~(bits.STRAY | bits.GAP_AT_END)
        for name in ("duration", "billed", "init", "restore", "limit"):
            if merged[name] != merged[name] and not (init_row and name in ("duration", "billed")):
                merged[name] = part[name]
        for name in ("size", "used", "status"):
            merged[name] = merged[name] or part[name]
        for name in ("version", "error_type", "report_at"):
            if merged[name] < 0:
                merged[name] = part[name]
        if part["input"] == merged["input"]:
            merged["offset"] = min(merged["offset"], part["offset"])
            merged["stop"] = max(merged["stop"], part["stop"])
        if not init_row:
            if part["gap"] > merged["gap"] or merged["gap"] != merged["gap"]:
                merged["gap"], merged["gap_line"] = part["gap"], part["gap_line"]
                merged["flags"] = merged["flags"] & ~bits.GAP_AT_END | part["flags"] & bits.GAP_AT_END
            if merged["start"] < 0:
                merged["start"] = part["start"]
            if part["flags"] & (bits.HAS_END | bits.HAS_REPORT):
                merged["end"] = max(merged["end"], part["end"])
    waited = [p["start"] for p in parts[1:] if p["flags"] & bits.HAS_INIT_START and p["start"] >= 0]
    if waited and merged["flags"] & bits.HAS_START:
        init = merged["init"] if merged["init"] == merged["init"] else limits.INIT_LIMIT_MS
        if parts[0]["start"] - min(waited) > init + _FELT_MS:
            merged["flags"] |= bits.PREPARED
    return merged


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
    # Node prints an error that was caught and logged like one that was not; an explicit success decides
    if platform == 2 or (flags & bits.UNHANDLED and platform != 1):
        return Status.OUT_OF_MEMORY if flags & bits.MEMORY_TEXT and flags & bits.UNHANDLED else Status.ERROR
    if flags & bits.HAS_REPORT:
        return Status.OK
    return Status.UNKNOWN


def _count_attempts(inv: Invocations, repeated: set[int]) -> None:
    """Number the executions of one request id: Lambda retries an asynchronous event under the same id."""
    seen: dict[str, int] = {}
    for i, row in enumerate(inv.row):
        if row in repeated:
            request_id = inv.request_id(i)
            seen[request_id] = inv.attempt[i] = seen.get(request_id, 0) + 1
