"""How the runtime process died, in the platform's or the language's words."""

from __future__ import annotations

import re

from analyzer.model import Signature
from analyzer.signatures._match import words

_FINDING = "process-exit"

SIGNATURES = (
    Signature(
        id="extension-crash",
        finding="extension-failure",
        title="An extension failed",
        samples=("Extension.Crash: exit code 1", "Extension.InitError: extension failed to initialise"),
        quiet=("extension crashed rows: 0",),
        match=words(r"^Extension\.(Crash|ExitError|InitError|LaunchError)\b"),
        rank=50,
    ),
    Signature(
        id="signal-segfault",
        finding=_FINDING,
        title="Native code touched memory that is not its own",
        samples=(
            "Runtime.ExitError: Runtime exited with error: signal: segmentation fault",
            "Segmentation fault (core dumped)",
            "Fatal Python error: Segmentation fault",
        ),
        quiet=("segmentation of customers done", "Runtime.ExitError: Runtime exited with error: exit status 1"),
        match=words(r"signal: segmentation fault|^(?:Fatal Python error: )?Segmentation fault\b"),
        rank=50,
    ),
    Signature(
        id="signal-aborted",
        finding=_FINDING,
        title="The process aborted itself",
        samples=(
            "Runtime.ExitError: Runtime exited with error: signal: aborted",
            "Runtime.ExitError: Runtime exited with error: exit status 134",
            "Fatal Python error: Aborted",
        ),
        quiet=("upload aborted by the client", "Runtime.ExitError: Runtime exited with error: exit status 1"),
        match=words(r"signal: aborted|Runtime exited with error: exit status 134\b|^Fatal Python error: Aborted"),
        rank=50,
    ),
    Signature(
        id="exit-status-2-go-panic",
        finding=_FINDING,
        title="Go panicked",
        samples=(
            "panic: runtime error: invalid memory address or nil pointer dereference",
            "fatal error: all goroutines are asleep - deadlock!",
            "Runtime.ExitError: Runtime exited with error: exit status 2",
        ),
        quiet=("no panic: all rows stored", "Runtime.ExitError: Runtime exited with error: exit status 20"),
        match=words(
            r"Runtime exited with error: exit status 2\b",
            r"^panic: ",
            r"^fatal error: (?:all goroutines are asleep|concurrent map|stack overflow)",
            r"calling the handler function resulted in a panic, the process should exit",
        ),
        rank=51,
    ),
    Signature(
        id="exit-126-127-bootstrap",
        finding=_FINDING,
        title="The bootstrap or a command in it cannot be run",
        samples=(
            "Runtime.ExitError: Runtime exited with error: exit status 127",
            "/var/task/bootstrap: line 3: foo: command not found",
            "fork/exec /var/task/bootstrap: no such file or directory",
        ),
        quiet=("foo: not found in the cache", "Runtime.ExitError: Runtime exited with error: exit status 12"),
        match=words(
            r"Runtime exited with error: exit status (12[67])\b",
            r"bootstrap: (?:line \d{1,6}: )?[^\n]{1,200}?(?:not found|Permission denied|cannot execute)",
            r"fork/exec \S{1,200}: (?:no such file or directory|permission denied)",
        ),
        rank=51,
    ),
    Signature(
        id="node-never-settled-promise",
        finding=_FINDING,
        title="Node.js ended while a promise was still open",
        samples=(
            (
                "Runtime.NodeJsExit: The Lambda runtime client detected an unexpected Node.js exit code. This is "
                "most commonly caused by a Promise that was never settled."
            ),
        ),
        quiet=("promise settled after 20 ms",),
        match=words(r"Runtime\.NodeJsExit\b|detected an unexpected Node\.js exit code"),
        rank=52,
    ),
    Signature(
        id="exited-without-reason",
        finding=_FINDING,
        title="The process ended itself with status 0",
        samples=("Runtime.ExitError: Runtime exited without providing a reason",),
        quiet=("the worker exited without providing a reason",),
        match=words(r"Runtime exited without providing a reason"),
        rank=52,
    ),
    Signature(
        id="exit-status-1",
        finding=_FINDING,
        title="The process ended itself with a status",
        samples=(
            "Runtime.ExitError: Runtime exited with error: exit status 1",
            "Runtime.ExitError: Runtime exited with error: exit status 3",
        ),
        quiet=("child exited with exit status 1",),
        match=words(r"Runtime exited with error: exit status (\d{1,3})\b"),
        rank=54,
    ),
    Signature(
        id="process-exited-legacy",
        finding=_FINDING,
        title="The process ended, in the words used before 2019",
        samples=("Process exited before completing request",),
        quiet=("process 12 exited after completing request",),
        match=words(r"Process exited before completing request", flags=re.ASCII),
        rank=54,
    ),
)
