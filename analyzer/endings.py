"""How each execution ended, from every kind of evidence that Lambda has ever given."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.invocations import Invocations
from analyzer.model import Status
from analyzer.stats import rows as bits
from analyzer.stats.groups import Group

_LOAD = (
    "Runtime.ImportModuleError", "Runtime.HandlerNotFound", "Runtime.UserCodeSyntaxError", "Runtime.Malformed",
    "Runtime.BuiltInModuleConflict", "Runtime.InvalidEntrypoint", "Runtime.InvalidWorkingDir",
    "Runtime.InvalidTaskConfig", "Runtime.Unknown", "Runtime.InitError", "Runtime.BadFunctionCode", "Init<",
    "Runtime.BeforeSnapshotError", "Runtime.BeforeCheckpointError", "Runtime.AfterRestoreError",
    "Extension.LaunchError", "Extension.InitError", "TooManyExtensions", "PermissionDenied",
)  # fmt: skip
_TIMEOUT = ("Sandbox.Timedout", "Sandbox.Timeout", "Runtime.InvokeTimeout")
_UNUSUAL = (
    bits.TIMED_OUT
    | bits.KILLED
    | bits.EXITED
    | bits.UNHANDLED
    | bits.INIT_FAILED
    | bits.MEMORY_TEXT
    | bits.INIT_TIMEOUT
)


def judge(inv: Invocations, words: Sequence[str], groups: Sequence[Group]) -> None:
    """Fill in how each execution ended."""
    columns = (inv.flags, inv.platform, inv.error_type, inv.size, inv.used)
    for i, (flags, platform, error_type, size, used) in enumerate(zip(*columns, strict=True)):
        if flags & _UNUSUAL or platform > 1 or not flags & bits.HAS_REPORT:
            told = words[error_type] if error_type >= 0 else ""
            unloaded = bool(flags & bits.INIT_FAILED) and _load_failed_inside(inv, i, groups)
            inv.status[i] = int(_status(flags, platform, told, size, used, unloaded))


def _load_failed_inside(inv: Invocations, i: int, groups: Sequence[Group]) -> bool:
    """Whether the second INIT_REPORT, or a line between START and REPORT, says that the code cannot be loaded."""
    at, reported, error = inv.error_at[i], inv.report_at[i], inv.error[i]
    if inv.flags[i] & bits.INIT_FAILED_AGAIN:
        return True
    return at >= 0 and not 0 <= reported < at and error >= 0 and groups[error].outcome == "init"


def _status(flags: int, platform: int, error_type: str, size: int, used: int, unloaded: bool) -> Status:
    """How an execution ended, the platform's own words first.

    Text format says nothing on success and nothing on a handled exception, so the runtime's own error line decides
    before silence does. Initialisation that failed before the invocation is tried again inside it, and only if that
    fails too (`unloaded`) the invocation does.
    """
    if platform == 4 or flags & bits.TIMED_OUT or error_type in _TIMEOUT:
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
    if platform != 1 and (unloaded or (flags & bits.INIT_FAILED and not flags & bits.HAS_REPORT)):
        return Status.INIT_ERROR
    # Node prints an error that was caught and logged like one that was not; an explicit success decides
    if platform == 2 or (flags & bits.UNHANDLED and platform != 1):
        return Status.OUT_OF_MEMORY if flags & bits.MEMORY_TEXT and flags & bits.UNHANDLED else Status.ERROR
    if flags & bits.HAS_REPORT:
        return Status.OK
    return Status.UNKNOWN
