"""The runtime process died: it exited, was signalled, panicked or aborted."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.detectors import _evidence as ev
from analyzer.functions import Function
from analyzer.model import Detector, Finding, Status, Thresholds
from analyzer.stats import rows as bits
from analyzer.summary import Summary

ID = "process-exit"
TITLE = "Process Exit"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html"

_HOW = {
    "signal-segfault": (
        "died of a segmentation fault",
        (
            "A native library touched memory that is not its own: rebuild it in "
            "Lambda's image for the runtime's version, or pin the version before."
        ),
    ),
    "signal-aborted": ("aborted itself", "V8, the JVM or the C library gave up; the lines before say why."),
    "exit-status-2-go-panic": ("ended in a panic", "Recover in goroutines and check for nil."),
    "exit-126-127-bootstrap": (
        "could not run the bootstrap",
        "Make it executable (`chmod +x`), with LF line ends, for the right architecture.",
    ),
    "node-never-settled-promise": ("ended with a promise still open", "Await it, or make sure that it always settles."),
    "exited-without-reason": (
        "ended with status 0",
        (
            "Something calls exit: `process.exit`, `sys.exit`, or a command-line library. "
            "Return from the handler instead."
        ),
    ),
    "exit-status-1": (
        "exited with status 1",
        (
            "Something calls exit, or an exception escaped outside the handler: raise inside the "
            "handler instead, so that the environment survives."
        ),
    ),
    "runtime-unknown-init": (
        "failed while it loaded",
        "The lines before it say why: an exception at import, a missing setting, a refused call.",
    ),
    "process-exited-legacy": (
        "exited",
        "Look at memory and at the lines before: these words also stand for a kill for memory.",
    ),
}
_EXIT_LINES = (r"Runtime exited[^\n]*", r"Process exited[^\n]*")


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:  # noqa: ARG001 - every detector has this form
    """One finding for each way in which the processes of a function died."""
    for function in summary.functions:
        ways: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        for i in sorted(function.by_status[Status.CRASH] + function.by_status[Status.INIT_ERROR]):
            if not _told_elsewhere(function, i):
                ways.setdefault(_way(function, i), []).append(i)
        for (signature, details), rows in sorted(ways.items(), key=lambda item: (-len(item[1]), item[0])):
            yield _stated(function, signature, details, rows)


_ELSEWHERE = (
    "Extension.",
    "Runtime.ImportModuleError",
    "Runtime.BuiltInModuleConflict",
    "Runtime.HandlerNotFound",
    "Runtime.Malformed",
    "Runtime.Invalid",
    "Runtime.BadFunctionCode",
    "Runtime.UserCodeSyntaxError",
)


def _told_elsewhere(function: Function, i: int) -> bool:
    """Whether an exception nobody caught, failed loading, or an extension ended it: others report those."""
    group = function.inv.error[i]
    if function.word(function.inv.error_type[i]).startswith(_ELSEWHERE):
        return True
    if group < 0:
        return False
    found = function.group(group)
    # the runtime's own last words, a panic, are how the process ended
    uncaught = found.outcome == "unhandled" and found.signature not in _HOW
    return uncaught or found.signature in ev.claimed_elsewhere(ID)


def _way(function: Function, i: int) -> tuple[str, tuple[str, ...]]:
    group = function.inv.error[i]
    if group >= 0 and (found := function.group(group)).signature in _HOW:
        return found.signature, found.details
    return ("runtime-unknown-init" if function.inv.status[i] == Status.INIT_ERROR else ""), ()


def _stated(function: Function, signature: str, details: tuple[str, ...], rows: list[int]) -> Finding:
    inv = function.inv
    how, advice = _HOW.get(
        signature, ("exited", "The lines before the end say why; without any, something calls exit.")
    )
    if signature == "exit-status-1" and details and details[0] != "1":
        how = f"exited with status {details[0]}"
    if signature == "exit-126-127-bootstrap" and details:
        how = f"exited with status {details[0]}: the bootstrap cannot be run"
    killed = [i for i in rows if inv.flags[i] & bits.KILLED]
    if not signature and len(killed) == len(rows):
        how, advice = (
            "was killed, with memory to spare",
            "Not for memory, as the REPORT lines show: a child process, or the platform.",
        )
    numbers = list(dict.fromkeys(inv.error[i] for i in rows if inv.error[i] >= 0))[:2]
    times = (
        "1 invocation ended because the process"
        if len(rows) == 1
        else f"{ev.amount(rows, function)} ended because the process"
    )
    restart = "The next request in each environment waits for a restart."
    evidence = ev.merged(
        *[
            ev.line_of(function, function.group(g), *_EXIT_LINES)
            if function.group(g).outcome == "platform"
            else ev.line_of(function, function.group(g))
            for g in numbers
        ],
        ev.verdicts(function, "error", "Runtime.ExitError"),
        ev.verdicts(function, "exit"),
        ev.reports(function, rows, *ev.STATUS),
        most=4,
    )
    return ev.stated(
        function,
        rows,
        evidence,
        id=ID,
        title=TITLE,
        severity="critical",
        confidence=0.6 if killed and not signature else 0.95,
        signature=signature or "runtime-exit-report-status",
        summary=f"{times} {how}.",
        advice=ev.joined(advice, restart),
        link=LINK,
    )


DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="critical",
    why="The whole process ends, not only the request: what it kept in memory is lost, and the next request waits "
    "for a restart.",
    fix="Read the last lines before the end. Do not call exit inside a handler; raise instead. Rebuild native "
    "libraries in Lambda's image.",
    quiet_when="The process was killed for memory, cut off at the limit, or could not load: those have findings of "
    "their own.",
    link=LINK,
    find=find,
    specificity=75,
)
