"""A runtime says that it is out of memory, or the kernel killed it for that."""

from __future__ import annotations

import re

from analyzer.model import Signature
from analyzer.signatures._match import words

_FINDING = "out-of-memory"

SIGNATURES = (
    Signature(
        id="oom-signal-killed",
        finding=_FINDING,
        title="The kernel killed the process",
        samples=("Runtime.ExitError: Runtime exited with error: signal: killed",),
        quiet=("Runtime.ExitError: Runtime exited with error: signal: terminated", "worker 3 killed by operator"),
        match=words(r"Runtime exited with error: signal: killed"),
        rank=10,
    ),
    Signature(
        id="oom-node-heap",
        finding=_FINDING,
        title="V8 reached the limit of its heap",
        samples=(
            "FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory",
            "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
            (
                "<--- Last few GCs --->\nFATAL ERROR: CALL_AND_RETRY_LAST Allocation failed - JavaScript heap out of "
                "memory"
            ),
        ),
        quiet=(
            "see the guide to JavaScript heap out of memory",
            "heap limit set to 400 MB",
            "FATAL ERROR: config missing",
        ),
        match=words(r"FATAL ERROR: [^\n]{0,120}(?:JavaScript heap out of memory|Allocation failed)"),
        rank=10,
    ),
    Signature(
        id="oom-node-buffer",
        finding=_FINDING,
        title="A string or buffer larger than Node.js allows",
        samples=(
            "RangeError: Invalid string length",
            "RangeError: Array buffer allocation failed",
            "Error: Cannot create a string longer than 0x1fffffe8 characters",
        ),
        quiet=(
            "RangeError: Invalid time value",
            "RangeError: Invalid array length",
            "RangeError: Invalid typed array length: -1",
        ),
        match=words(
            r"RangeError: (?:Invalid string length|Array buffer allocation failed|Invalid typed array length: \d{8})",
            r"ERR_STRING_TOO_LONG|ERR_FS_FILE_TOO_LARGE|Cannot create a string longer than 0x",
        ),
        rank=10,
    ),
    Signature(
        id="oom-python",
        finding=_FINDING,
        title="Python could not allocate memory",
        samples=(
            "MemoryError: ",
            "MemoryError",
            (
                "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 1.49 GiB for an array with shape (20000, "
                "10000)"
            ),
            'Traceback (most recent call last):\n  File "/var/task/app.py", line 3, in f\nMemoryError\n',
        ),
        quiet=(
            "caught MemoryError, retried with smaller chunks",
            "NotAMemoryErrorAtAll: x",
            "Unable to allocate 3 seats",
        ),
        match=words(
            r"(?:^|\n)(?:\[ERROR\] )?MemoryError(?::|\s|$)",
            r"_?ArrayMemoryError: |Unable to allocate [\d.]{1,12} [KMGT]iB for an array",
        ),
        rank=10,
    ),
    Signature(
        id="oom-java-heap",
        finding=_FINDING,
        title="The Java heap is full",
        samples=(
            "java.lang.OutOfMemoryError: Java heap space",
            "java.lang.OutOfMemoryError: GC overhead limit exceeded",
        ),
        quiet=("handler for java.lang.OutOfMemoryError: registered", "Java heap space: 300 MB of 512 MB used"),
        match=words(
            r"java\.lang\.OutOfMemoryError: (?:Java heap space|GC overhead limit exceeded|Requested array size "
            r"exceeds VM limit)"
        ),
        rank=10,
    ),
    Signature(
        id="oom-java-native",
        finding=_FINDING,
        title="Java is out of memory outside its heap, or of threads",
        samples=(
            "java.lang.OutOfMemoryError: Metaspace",
            (
                "java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process limits "
                "reached"
            ),
        ),
        quiet=("Metaspace used: 61 MB", "unable to create native thread dump"),
        match=words(
            r"java\.lang\.OutOfMemoryError: (?:Metaspace|Compressed class space|Direct buffer memory|"
            r"unable to create (?:new )?native thread)"
        ),
        rank=10,
    ),
    Signature(
        id="oom-dotnet",
        finding=_FINDING,
        title=".NET is out of memory",
        samples=(
            "System.OutOfMemoryException: Exception of type 'System.OutOfMemoryException' was thrown.",
            "Out of memory.",
        ),
        quiet=("Out of memory. Retrying with a smaller batch", "the queue is out of memory slots"),
        match=words(r"System\.OutOfMemoryException: ", r"^Out of memory\.\s*$"),
        rank=10,
    ),
    Signature(
        id="oom-native",
        finding=_FINDING,
        title="Go, Rust or C++ could not allocate memory",
        samples=(
            "fatal error: runtime: out of memory",
            "memory allocation of 1073741824 bytes failed",
            "terminate called after throwing an instance of 'std::bad_alloc'",
            "OSError: [Errno 12] Cannot allocate memory",
        ),
        quiet=("memory allocation of 12 buffers done", "fatal error: all goroutines are asleep - deadlock!"),
        match=words(
            r"fatal error: runtime: (?:out of memory|cannot allocate memory)",
            r"memory allocation of \d{1,19} bytes failed",
            r"std::bad_alloc",
            r"\[Errno 12\] Cannot allocate memory|^(?:Error: )?(?:spawn )?ENOMEM\b",
            flags=re.MULTILINE,
        ),
        rank=10,
    ),
)
