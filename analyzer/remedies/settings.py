"""Acts on the configuration of the function itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer import words
from analyzer.model import Fix
from analyzer.remedies._tools import ALIAS, configure

if TYPE_CHECKING:
    from analyzer.functions import Function


def memory(function: Function, new_mb: int, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Set the memory size."""
    title = title or f"Set the memory to {words.memory(new_mb)}"
    return configure(
        function,
        title,
        note,
        (str(new_mb),),
        f"--memory-size {new_mb}",
        f"MemorySize: {new_mb}",
        f"memorySize: {new_mb}",
        f"memory_size = {new_mb}",
    )


def timeout(function: Function, seconds: int, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Set the timeout."""
    title = title or f"Set the timeout to {seconds} s"
    return configure(
        function,
        title,
        note,
        (str(seconds),),
        f"--timeout {seconds}",
        f"Timeout: {seconds}",
        f"timeout: Duration.seconds({seconds})",
        f"timeout = {seconds}",
    )


def tracing(function: Function, title: str = "Trace the calls it makes", note: str = "") -> tuple[Fix, ...]:
    """Switch X-Ray tracing on."""
    return configure(
        function,
        title,
        note,
        (),
        "--tracing-config Mode=Active",
        "Tracing: Active",
        "tracing: lambda.Tracing.ACTIVE",
        'tracing_config {\n  mode = "Active"\n}',
    )


def snap_start(function: Function, title: str = "Start from a snapshot (SnapStart)", note: str = "") -> tuple[Fix, ...]:
    """Switch SnapStart on; it acts on published versions only."""
    note = note or "It acts on versions published from now on: publish one and point the alias at it."
    return configure(
        function,
        title,
        note,
        (),
        "--snap-start ApplyOn=PublishedVersions",
        f"AutoPublishAlias: {ALIAS}\nSnapStart:\n  ApplyOn: PublishedVersions",
        "snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS",
        'publish = true\nsnap_start {\n  apply_on = "PublishedVersions"\n}',
    )
