"""The account of what was read: what was set aside or noticed, how often, and which conclusions that weakens.

    events read == events attributed to an execution + events set aside under a reason

A reason is a few words. Containers and the assembler count what they notice under one; the rest is read off the
summary here, where every reason has its sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from analyzer.model import Status
from analyzer.stats import rows as bits

if TYPE_CHECKING:
    from analyzer.summary import Summary

WEAKENS = {
    # set aside while reading
    "cut at the end of the file": "The last minutes are missing: what happened there is unknown.",
    "not readable as an event": "Counts may be too low by as many events.",
    "longer than an event can be": "Counts may be too low by as many events.",
    "limit reached": "What stands beyond the limit was not read: counts may be too low.",
    # set aside afterwards
    "outside any invocation": (
        "These lines name no request and stand before any START; they support no finding about an invocation."
    ),
    "initialisation without an invocation": "An environment started and served nothing that this export shows.",
    "duplicate of an event already read": "None: they are counted once.",
}
"""Reasons of events that were set aside."""


class Condition(NamedTuple):
    """What a reason says (`{count}` stands for a number), what it weakens, and the severity of a finding that says so.

    Without a severity it stands in the account only: nothing is wrong with the export.
    """

    said: str
    weakens: str
    severity: str = "low"


CONDITIONS = {
    "sampled live tail": Condition(
        "Live Tail left log events out in {count}: the session was sampled.",
        "Counts, rates and durations are those of a sample; an invocation may lack any of its lines. Export the same "
        "minutes with filter-log-events.",
    ),
    "partial query result": Condition(
        "The query had not finished when its result was saved.",
        "Rows are missing, of any time: counts and rates may be too low. Run the query to its end and save it again.",
    ),
    "limit reached": Condition(
        "A limit was reached {count}; what is beyond it was not read.",
        "Counts may be too low, and a long line is shown without its end. The notes of the input say which limit.",
    ),
    "not in time order": Condition(
        "{count} stand out of their time order in an input too large to be sorted.",
        "Lines without a request id may belong to a neighbour; gaps, restarts and the age of an environment are less "
        "sure.",
    ),
    "clock disorder": Condition(
        "The log goes back in time {count} within one input.",
        "What stands in the wrong place is put back by its time; silences, restarts and the age of an environment are "
        "less sure around there.",
    ),
    "logs dropped": Condition(
        "Lambda dropped {count} before they reached the log.",
        "Application lines are missing, so an error may be unseen; durations, memory and statuses come from the "
        "platform's own lines and are complete. Log less, or use a larger buffer.",
    ),
    "successes not logged": Condition(
        "All {count} that the log shows failed, and none has a start: the system log level hides successes.",
        "How many invocations there were is unknown, so are error rates and usual durations. Set the function's "
        "system log level to INFO.",
    ),
    "already running at the start": Condition(
        "{count} had begun before the export did.",
        "Their first lines are missing, and with them perhaps the error; the age of their environments is unknown.",
        "",
    ),
    "no stream names": Condition(
        "The export does not name log streams.",
        "Environments are told apart by START and REPORT lines alone, which is weaker evidence: memory leaks, restarts "
        "and cold starts are less sure. Export it with stream names, as filter-log-events does.",
        "",
    ),
}
"""What else weakens an answer, by reason."""


def set_aside(summary: Summary) -> dict[str, int]:
    """Events that belong to no execution, by reason."""
    found = dict(summary.assembled.set_aside)
    for info in summary.inputs.values():
        for reason, count in info.odd.items():
            found[reason] = found.get(reason, 0) + count
    return {reason: count for reason, count in sorted(found.items()) if count}


def noticed(summary: Summary) -> dict[str, int]:
    """What else weakens an answer: how often, by reason."""
    found: dict[str, int] = {}
    for info in summary.inputs.values():
        for reason, count in info.noticed.items():
            found[reason] = found.get(reason, 0) + count
    inv = summary.invocations
    if not summary.assembled.duplicates:  # pages that were read twice go back in time too
        found["clock disorder"] = summary.assembled.jumps
    if len(inv):
        found |= _of_invocations(summary)
    return {reason: count for reason, count in sorted(found.items()) if count}


def _of_invocations(summary: Summary) -> dict[str, int]:
    inv = summary.invocations
    hidden = shown = 0
    first: dict[int, tuple[int, int]] = {}  # of each stream the place and flags of its first execution
    told = dict[tuple[int, int], int]()
    for stream, place, flags, status in zip(inv.stream, inv.place, inv.flags, inv.status, strict=True):
        if stream not in first or place < first[stream][0]:
            first[stream] = (place, flags)
        if flags & bits.PLATFORM_JSON:
            key = (status, flags & bits.HAS_START)
            told[key] = told.get(key, 0) + 1
    for (status, started), count in told.items():
        if Status(status).failed and not started:
            hidden += count
        else:
            shown += count
    found = {"no stream names": sum(not summary.streams[s].named for s in first)}
    if hidden > 1 and not shown:
        found["successes not logged"] = hidden
    else:
        found["already running at the start"] = sum(not flags & bits.HAS_START for _, flags in first.values())
    return found


def mixed_streams(summary: Summary) -> list[int]:
    """Streams in which invocations overlap though an environment serves one at a time; managed instances serve many."""
    managed = "lambda-managed-instances"
    return sorted(s for s in summary.mixed_streams if summary.streams[s].initialization != managed)


def weakens(summary: Summary, conditions: dict[str, int]) -> dict[str, str]:
    """For each reason that occurred, `conditions` being what was noticed, which conclusions it weakens."""
    said = {reason: WEAKENS[reason] for reason in set_aside(summary) if reason in WEAKENS}
    said |= {reason: CONDITIONS[reason].weakens for reason in conditions if reason in CONDITIONS}
    return dict(sorted(said.items()))
