"""broken-package: the versions of a function that never loaded, and what the runtime says of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzer.causes import _weights as w
from analyzer.functions import Function
from analyzer.model import Status
from analyzer.stats.groups import Group

LOAD_TYPES = (
    "Runtime.ImportModuleError",
    "Runtime.UserCodeSyntaxError",
    "Runtime.HandlerNotFound",
    "Runtime.MalformedHandlerName",
    "Runtime.BuiltInModuleConflict",
    "Runtime.InvalidEntrypoint",
    "Runtime.InvalidWorkingDir",
    "Runtime.BadFunctionCode",
    "ImportError",
    "ModuleNotFoundError",
)
"""What loading raises because of what was packed; an exception of the module's own code is not among them."""
NO_HANDLER = ("Runtime.HandlerNotFound", "Runtime.MalformedHandlerName")
_MISSING = re.compile(r"No module named ['\"]?([\w.-]+)|Cannot find (?:module|package) ['\"]([^'\"\n]{1,200})['\"]")
_HANDLER = re.compile(r"Unable to import module ['\"]([\w./-]+)['\"]")
_NATIVE = re.compile(
    r"\.so[\w.]*: (?:version|cannot open|invalid ELF|undefined symbol)|GLIBC|invalid ELF header|wrong ELF class|"
    r"cannot open shared object file|libc\.musl"
)


@dataclass(frozen=True, slots=True)
class Case:
    """A version whose every execution failed to load.

    `missing` is the module that was not found, "" where none is named;
    `loaded` is the latest version before it that ran without a load error, `later` the first one after it.
    """

    function: Function
    version: str | None
    rows: tuple[int, ...]
    failed: tuple[int, ...]
    group: Group | None
    type: str
    message: str
    missing: str
    loaded: str | None
    later: str | None
    whole: bool

    @property
    def python(self) -> bool:
        """Whether the runtime's words are Python's."""
        return not self.node and (
            "No module named" in self.message or any(r.startswith("python") for r in self.function.runtimes)
        )

    @property
    def node(self) -> bool:
        """Whether the runtime's words are those of Node.js."""
        return "Cannot find module" in self.message or any(r.startswith("nodejs") for r in self.function.runtimes)

    @property
    def numbered(self) -> bool:
        """Whether the log names a published version."""
        return self.version is not None and self.version != "$LATEST"

    @property
    def subject(self) -> str:
        """What cannot be loaded, to begin a clause with."""
        return f"version {self.version}" if self.numbered else "its package"

    @property
    def fault(self) -> str:
        """What the runtime could not do, as the end of a sentence."""
        if self.type == "Runtime.UserCodeSyntaxError":
            return "has a syntax error"
        if self.type in NO_HANDLER:
            return "does not hold the configured handler"
        if self.type in ("Runtime.InvalidEntrypoint", "Runtime.InvalidWorkingDir"):
            return "cannot start its entry point"
        if _NATIVE.search(self.message):
            library = re.search(r"([\w.+-]+\.so[\w.]*)", self.message)
            return (
                f"cannot load the native library {library[1]}"
                if library
                else "holds a native library that does not fit Lambda"
            )
        if self.missing:
            return f"cannot load the module '{w.shorten(self.missing, 40)}'"
        handler = _HANDLER.search(self.message)
        return f"cannot load the module '{w.shorten(handler[1], 40)}'" if handler else "cannot be loaded"


def cases_of(function: Function) -> Iterable[Case]:
    """The versions of which every known execution failed with a load error."""
    inv = function.inv
    broken = set(function.by_status[Status.INIT_ERROR])
    if not broken:
        return
    versions: list[tuple[str | None, Sequence[int]]] = list(w.by_version(function).items())
    versions = versions or [(None, range(len(function)))]
    for version, rows in versions:
        if all(i not in broken for i in rows):
            continue
        known = [i for i in rows if inv.status[i] != Status.UNKNOWN]
        failed = [i for i in known if i in broken]
        if not failed or len(failed) < len(known):
            continue  # an environment that loads shows that the package can be loaded
        group, kind, message = _error(function, failed)
        if kind not in LOAD_TYPES:
            continue
        found = _MISSING.search(message)
        missing = (found[1] or found[2]).rstrip(".") if found else ""
        place = [v for v, _ in versions].index(version)
        loaded = next((v for v, r in reversed(versions[:place]) if broken.isdisjoint(r)), None)
        later = next((v for v, r in versions[place + 1 :] if broken.isdisjoint(r)), None)
        yield Case(
            function,
            version,
            tuple(rows),
            tuple(failed),
            group,
            kind,
            message,
            missing,
            loaded,
            later,
            len(failed) == len(function),
        )


def _error(function: Function, failed: Sequence[int]) -> tuple[Group | None, str, str]:
    """The gravest error group of the failures, their type as the platform or the group says, and its message."""
    inv = function.inv
    counts = Counter(inv.error[i] for i in failed if inv.error[i] >= 0)
    group = function.group(min(counts, key=lambda g: (-counts[g], g))) if counts else None
    kinds = Counter(function.word(inv.error_type[i]) for i in failed if inv.error_type[i] >= 0)
    kind = (group.type if group else "") or (min(kinds, key=lambda k: (-kinds[k], k)) if kinds else "")
    if group is not None and group.line is not None:
        return group, kind, group.line.text
    return group, kind, ""
