"""Executions that ended for lack of memory, whatever said so: a status, a signal, a runtime, or equal marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan

from analyzer import growth, limits, remedies, words
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function, most_common
from analyzer.model import Detector, Finding, Fix, Status, Threshold, Thresholds
from analyzer.stats import rows as bits
from analyzer.summary import Summary

ID = "out-of-memory"
TITLE = "Out of Memory"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"

_TEXTS = {
    "oom-node-heap": "V8 ends the process at the limit of its own heap, which can lie below the function's memory; "
    "`NODE_OPTIONS=--max-old-space-size` moves it, three quarters of the memory is a good value.",
    "oom-node-buffer": "No memory size lifts this limit: read and write in pieces, as a stream.",
    "oom-python": "Python raised it and the process lived on; read in chunks instead of as a whole.",
    "oom-java-heap": "The heap is a share of the function's memory.",
    "oom-java-native": "The heap is not what is full: bound the thread pools and the classes that are loaded.",
    "oom-dotnet": "",
    "oom-native": "",
}


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:
    """One finding a function: executions that are known to have ended so, else those that look like it."""
    for function in summary.functions:
        rows = function.by_status[Status.OUT_OF_MEMORY]
        if rows:
            yield _known(function, rows, thresholds)
        elif silent := _silent(function, thresholds(ID, "full")):
            yield _inferred(function, silent)


def _known(function: Function, rows: Sequence[int], thresholds: Thresholds) -> Finding:
    inv = function.inv
    full = thresholds(ID, "full")
    texts = [g.signature for i in rows if inv.error[i] >= 0 and (g := function.group(inv.error[i])).signature in _TEXTS]
    said = most_common(texts)
    signature = said[0] if said and 2 * said[1] >= len(rows) else ""
    explicit = [i for i in rows if function.word(inv.error_type[i]) == "Runtime.OutOfMemory"]
    filled = [i for i in rows if inv.size[i] and inv.used[i] >= full * inv.size[i]]
    if not signature:
        signature = "oom-report-status" if explicit else "oom-signal-killed"
    killed = signature in ("oom-report-status", "oom-signal-killed")
    confidence = 0.98 if explicit or not killed else 0.95 if 2 * len(filled) >= len(rows) else 0.8
    size = most_common(inv.size[i] for i in rows if inv.size[i])
    verb = "killed" if killed else "ran out of memory"
    at = (
        ""
        if size is None
        else f" at {words.memory(size[0])}"
        if size[1] == len(rows)
        else f", most at {words.memory(size[0])}"
    )
    if killed and not at:
        at = " for memory"
    advice, fixes = _advice(function, signature)
    doubt = ""
    if killed and not explicit and size and not filled:
        doubt = (
            "REPORT shows less than the whole memory in use: a sudden jump, or a child process, may have been killed."
        )
    evidence = ev.merged(
        ev.verdicts(function, "error", "Runtime.OutOfMemory", patterns=(*ev.MEMORY, *ev.STATUS)),
        *[ev.line_of(function, function.group(g)) for g in _groups(function, rows)],
        ev.reports(function, rows, *ev.MEMORY, *ev.STATUS),
    )
    return ev.stated(
        function,
        rows,
        evidence,
        id=ID,
        title=TITLE,
        severity="critical",
        confidence=confidence,
        signature=signature,
        summary=f"{ev.amount(rows, function)} {verb}{at}.",
        value=max((inv.used[i] for i in rows), default=0) or None,
        threshold=size[0] if size else None,
        advice=ev.joined(doubt, advice),
        fixes=fixes,
        link=LINK,
    )


def _groups(function: Function, rows: Sequence[int]) -> list[int]:
    """The error groups these executions show, most frequent first, at most two."""
    counts: dict[int, int] = {}
    for i in rows:
        if function.inv.error[i] >= 0:
            counts[function.inv.error[i]] = counts.get(function.inv.error[i], 0) + 1
    named = [g for g in counts if ev.claimed_by(ID) & {function.group(g).signature}]
    return sorted(named, key=lambda g: (-counts[g], g))[:2]


def _advice(function: Function, signature: str) -> tuple[str, tuple[Fix, ...]]:
    """What helps, and the command: a leak is not ended by memory, and some limits are not the function's size."""
    text = _TEXTS.get(signature, "")
    if signature == "oom-node-buffer":
        return text, ()
    size, new = function.memory_size, remedies.next_memory(function)
    if signature == "oom-silent":
        new = remedies.round_memory(2 * size)
    if new is None:
        return ev.joined(
            text,
            f"More than {words.memory(limits.MEMORY_MAX_MB)}, the most Lambda has, would be needed: work on "
            "smaller pieces, as a stream, or in a container service.",
        ), ()
    if trend := growth.trend(function):
        new = remedies.round_memory(2 * trend.size_mb) or new
        per_life = round(trend.lasts(new))
        text = ev.joined(
            text,
            f"{words.memory(new)} delays a kill to about {words.count(per_life)} invocations. "
            "It does not end the leak.",
        )
        return text, remedies.memory(function, new, f"Buy time: {words.memory(new)}")
    if size:
        text = ev.joined(text, f"A kill hides how much was needed: try {words.memory(new)}, then read the peak again.")
    return text, remedies.memory(function, new)


def _silent(function: Function, full: float) -> list[int]:
    """Successes by their words that used all memory, followed by a fresh process or a retry: killed in silence."""
    inv = function.inv
    retried = {inv.request_id(i): i for i in range(len(inv)) if inv.attempt[i] > 1}
    found = []
    for env in function.environments:
        named = function.summary.streams[env.stream].named and not env.mixed
        for life, following in zip(env.lives, [*env.lives[1:], []], strict=True):
            i = life[-1]
            whole = inv.size[i] and inv.used[i] >= full * inv.size[i] and inv.status[i] == Status.OK
            # in JSON the platform states success, and a line of the application's says that it ended on its own
            if not whole or inv.flags[i] & bits.PLATFORM_JSON or isnan(inv.duration[i]):
                continue
            again = named and bool(following) and function.summary.streams[env.stream].named
            if again or (inv.request_id(i) in retried and inv.attempt[i] == 1):
                found.append(i)
    return sorted(found)


def _inferred(function: Function, rows: Sequence[int]) -> Finding:
    advice, fixes = _advice(function, "oom-silent")
    size = function.inv.size[rows[-1]]
    return ev.stated(
        function,
        rows,
        ev.reports(function, rows, *ev.SIZE, *ev.MEMORY),
        id=ID,
        title=TITLE,
        severity="high",
        confidence=0.65,
        signature="oom-silent",
        value=function.inv.used[rows[-1]],
        threshold=size,
        fixes=fixes,
        link=LINK,
        summary=f"{ev.amount(rows, function)} probably killed at {words.memory(size)}: all memory used, then a "
        f"restart.",
        advice=ev.joined("No line says so, therefore high and not critical.", advice),
    )


DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="critical",
    why="Lambda kills a process that needs more memory than the function has. The request is lost, and the next one "
    "waits for a restart.",
    fix="Find out first whether memory grows with the age of an environment (a leak) or with the request (too little "
    "memory). For the latter double the size, because a kill hides the need; for the former mend the code.",
    quiet_when="All memory is used and nothing failed: the mark counts the page cache of files too.",
    link=LINK,
    find=find,
    thresholds={
        "full": Threshold(
            0.98, "Lambda samples the mark, so a killed process is often reported a few MB below its size."
        ),
    },
    specificity=90,
)
