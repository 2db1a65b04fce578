"""Rows -> executions: joins what cuts and strays tore apart, and decides how each execution ended."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from analyzer import limits
from analyzer.endings import judge
from analyzer.invocations import DERIVED, Invocations, Lanes
from analyzer.joining import Joiner
from analyzer.lanes import DEATHS, born, rebuilt
from analyzer.model import Status
from analyzer.parts import StreamInfo
from analyzer.stats import rows as bits
from analyzer.stats.columns import ascending
from analyzer.stats.groups import Group
from analyzer.stats.rows import Rows

_TOGETHER = 4_096
_FELT_MS = 1_000  # an environment that was ready for longer before its first request made nobody wait
_AHEAD = ("provisioned-concurrency", "lambda-managed-instances")
"""Kinds of initialisation that no request waits for."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """Executions, and the account of everything else: every event is attributed or set aside under a reason.

    `open` counts executions without a REPORT, `mixed` holds streams whose executions overlap, `rebuilt` those whose
    environments had to be told apart afterwards; `jumps` is how often an input goes back in time within a stream.
    """

    invocations: Invocations
    attributed: int
    set_aside: dict[str, int]
    duplicates: int
    open: int
    mixed: frozenset[int]
    rebuilt: frozenset[int] = frozenset()
    jumps: int = 0


def assemble(
    rows: Rows,
    inputs: Sequence[str],
    streams: Sequence[StreamInfo],
    groups: Sequence[Group],
    group_numbers: Sequence[int],
    words: Sequence[str],
) -> Assembled:
    """Join the rows of each stream in their order; all but `rows` by number, `group_numbers` by error key.

    What other runs of the input say again of an execution fills what the first leaves open and counts once.
    """
    joiner = Joiner(rows, inputs, [s.key for s in streams])
    joiner.run()
    count = len(joiner.mains)
    began = array("q", map(rows.offset.__getitem__, joiner.mains)) if not all(s.named for s in streams) else array("q")
    errors, twice = _finish(rows, joiner, [*group_numbers, -1], groups)
    derived = {name: array(code, bytes(array(code).itemsize * count)) for name, code in DERIVED.items()}
    derived["row"], derived["error"] = joiner.mains, errors
    derived["place"], derived["attempt"] = array("i", range(count)), array("i", [1]) * count
    inv = Invocations(rows, derived)
    judge(inv, words, groups)
    lanes, several = rebuilt(inv, streams, len(rows), began)
    if several:
        inv = inv.take(_by_lane(inv, lanes), lanes)
        inv.place = array("i", range(count))
    _lives(inv, streams)
    inv = inv.take(ascending(inv.start))
    if joiner.repeated:
        _count_attempts(inv, joiner.repeated)
    set_aside = dict(joiner.set_aside)
    if twice:
        set_aside["duplicate of an event already read"] = twice
    still_open = sum(not f & bits.HAS_REPORT for f in inv.flags)
    return Assembled(inv, sum(inv.events), set_aside, twice, still_open, frozenset(joiner.mixed), several, joiner.jumps)


Changed = dict[int, dict[str, Any]]
"""By place among the executions, the values of those that are more than the row that stands for them."""


def _finish(rows: Rows, joiner: Joiner, numbers: Sequence[int], groups: Sequence[Group]) -> tuple[array[int], int]:
    """Make one row of each execution's; the gravest error group of each, and how many events were read twice.

    A few thousand at a time, because where streams have no names nearly all are made of several rows.
    """
    # the platform's note of a kill is weighed with the memory in use; a runtime's own words need no weighing
    memory = {i for i, g in enumerate(groups) if g.outcome != "platform" and g.signature.startswith("oom-")}
    starts, ends, mains = rows.start, rows.end, joiner.mains
    errors, twice, before = array("i"), 0, (-1, -1)
    for first in range(0, len(mains), _TOGETHER):
        places = range(first, min(first + _TOGETHER, len(mains)))
        changed, copies = _merged(rows, joiner, places)
        twice += copies
        before = _errors(rows, joiner, changed, numbers, groups, places, errors, before)
        for place in places:
            main = mains[place]
            if errors[place] in memory:
                changed.setdefault(place, _cells(rows, main))["flags"] |= bits.MEMORY_TEXT
            if starts[main] < 0 <= ends[main]:
                values = changed.setdefault(place, _cells(rows, main))
                if values["start"] < 0 and values["duration"] == values["duration"]:
                    values["start"] = values["end"] - round(values["duration"])
        _replace(rows, joiner, changed)
    return errors, twice


def _merged(rows: Rows, joiner: Joiner, places: Sequence[int]) -> tuple[Changed, int]:
    """Executions made of several rows, and how many events were read twice."""
    changed: Changed = {}
    twice = 0
    for place in places:
        if place not in joiner.others and place not in joiner.again:
            continue
        parts, again = [joiner.mains[place], *joiner.others.get(place, ())], joiner.again.get(place, [])
        values = changed[place] = _merge_rows([_cells(rows, i) for i in (*parts, *again)])
        _silence_between(values, [_cells(rows, i) for i in parts])
        told = sum(rows.events[i] for i in parts)
        copies: dict[int, int] = {}
        for i in again:
            copies[joiner.run_of(i)] = copies.get(joiner.run_of(i), 0) + rows.events[i]
        most = max(told, *copies.values()) if copies else told
        twice += told + sum(copies.values()) - most
        values["events"], values["lines"] = most, sum(rows.lines[i] for i in parts)
    return changed, twice


def _silence_between(values: dict[str, Any], parts: list[dict[str, Any]]) -> None:
    """Take the silence between the parts of an execution for its longest one, if it is.

    Where requests of several environments stand in one stream, or a file ends, what follows a line stands elsewhere.
    """
    told = sorted((p for p in parts if p["flags"] & (bits.HAS_START | bits.STRAY)), key=lambda p: p["start"])
    for before, after in pairwise(told):
        gap = after["start"] - before["end"]
        if before["start"] >= 0 and not gap <= max(values["gap"], 0.0) and not before["flags"] & bits.HAS_REPORT:
            values["gap"], values["gap_line"] = float(gap), before["tail_line"]
            ended = bool(after["flags"] & (bits.HAS_END | bits.HAS_REPORT)) and not after["lines"]
            values["flags"] = values["flags"] & ~bits.GAP_AT_END | (bits.GAP_AT_END if ended else 0)


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
    rows: Rows,
    joiner: Joiner,
    changed: Changed,
    numbers: Sequence[int],
    groups: Sequence[Group],
    places_of: Sequence[int],
    found: array[int],
    before: tuple[int, int],
) -> tuple[int, int]:
    """Append the gravest error group of some executions to `found`; `numbers` are the groups by error key.

    What a runtime says about loading, after an execution has ended, is about the environment that starts again for the
    next one. `before` is what this returned for the executions before: their last stream and what it hands on.
    """
    stream, handed_on = before
    streams, keys, reports, places = rows.stream, rows.error, rows.report_at, rows.error_at

    def is_late(row: int) -> bool:
        group = numbers[keys[row]]
        after = reports[row] < places[row]
        if 0 <= reports[row] < rows.offset[row]:  # newest first: what comes later stands before
            after = not after
        return bool(group >= 0 and groups[group].outcome == "init" and after)

    for place in places_of:
        main = joiner.mains[place]
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
    return stream, handed_on


def _by_lane(inv: Invocations, lanes: Lanes) -> array[int]:
    """Places of executions by stream, in it by environment, in that in their order."""
    found = array("i")
    end = 0
    for _, members in groupby(inv.stream):
        first, end = end, end + sum(1 for _ in members)
        found.extend(first + k for k in ascending(array("i", (lanes[row] for row in inv.row[first:end]))))
    return found


def _lives(inv: Invocations, streams: Sequence[StreamInfo]) -> None:
    """Fill in, environment by environment: age since it (re)started, its life, and if an execution was cold."""
    stream_before, lane_before, dead, timed_out, used_before, age, life = -1, 0, False, False, 0, -1, 0
    named, ahead = True, False
    columns = (inv.stream, inv.lane, inv.flags, inv.status, inv.used, inv.init, inv.restore)
    for i, (stream, lane, flags, status, used, init, restore) in enumerate(zip(*columns, strict=True)):
        if stream != stream_before:
            named = streams[stream].named
            ahead = named and streams[stream].initialization in _AHEAD
        started = flags & bits.HAS_INIT_START if named else born(inv, i)
        # an INIT_REPORT alone is an environment that starts again inside an invocation, which is no cold start
        told = init == init and not flags & bits.HAS_INIT_REPORT
        cold = told or restore == restore or started
        if stream != stream_before or lane != lane_before:
            stream_before, lane_before, life, used_before = stream, lane, 0, 0
            age = 1 if cold or flags & bits.HAS_INIT_REPORT else -1
        else:
            # a timeout ends the process too, but a mark that did not start over says that this one went on
            restarted = dead and not (timed_out and 0 < used_before <= used)
            if restarted or 0 < used < used_before or started:
                life, age, used_before = life + 1, 1, 0
            elif age > 0:
                age += 1
        dead = status in DEATHS
        timed_out = status == Status.TIMEOUT
        used_before = max(used, used_before)
        inv.age[i], inv.life[i] = age, life
        inv.cold[i] = 1 if cold and not (ahead or flags & bits.PREPARED) else 0


def _cells(rows: Rows, row: int) -> dict[str, Any]:
    return {name: column[row] for name, column in rows.columns.items()}


def _merge_rows(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One row out of the main row and the others: the first known value of each, the span of bytes and of time."""
    merged = dict(parts[0])
    for part in parts[1:]:
        init_row = not part["flags"] & (bits.HAS_START | bits.STRAY)
        before = init_row and part["input"] == merged["input"] and part["offset"] < parts[0]["offset"]
        # what was raised in an initialisation before START is not the invocation's failure: it is tried again
        tried = bits.UNHANDLED if before and part["flags"] & (bits.HAS_INIT_START | bits.HAS_INIT_REPORT) else 0
        merged["flags"] |= part["flags"] & ~(bits.STRAY | bits.GAP_AT_END | tried)
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
    if merged["restore"] == merged["restore"]:  # what was initialised before it is the environment that was snapshotted
        merged["init"] = parts[0]["init"]
    if _prepared(parts, merged["init"]):
        merged["flags"] |= bits.PREPARED
    return merged


def _prepared(parts: list[dict[str, Any]], init: float) -> bool:
    """Whether the environment was ready long before the first of its rows began: nobody waited for it."""
    if not (parts[0]["flags"] & bits.HAS_START and parts[0]["flags"] & bits.HAS_TIME):
        return False
    begun = [p["start"] for p in parts[1:] if p["flags"] & bits.HAS_INIT_START and p["start"] >= 0]
    tries = [p["init"] for p in parts[1:] if p["flags"] & bits.HAS_INIT_REPORT and p["init"] == p["init"]]
    took = sum(tries) or (init if init == init else limits.INIT_LIMIT_MS)
    return bool(begun) and parts[0]["start"] - max(begun) > took + _FELT_MS


def _count_attempts(inv: Invocations, repeated: set[int]) -> None:
    """Number the executions of one request id: Lambda retries an asynchronous event under the same id."""
    seen: dict[str, int] = {}
    for i, row in enumerate(inv.row):
        if row in repeated:
            request_id = inv.request_id(i)
            seen[request_id] = inv.attempt[i] = seen.get(request_id, 0) + 1
