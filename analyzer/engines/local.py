"""Where inputs are on this machine: files, folders, patterns and standard input as sources, and what was refused.

Nothing here reads logs. A folder may hold thousands of files, so none is open until its turn to be read comes.
"""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from analyzer.errors import LambdascopeError, UnknownInputError, UnreadableInputError
from analyzer.model import Source
from analyzer.pipeline import PartReader, expand
from analyzer.sources import FileSource, Forward, Watched, names
from analyzer.summary import Summary

STDIN = "-"
_IN_MEMORY = 64_000_000  # bytes of a stream kept in memory before it goes to a temporary file
_LOOKED_FOR = "A log export is what `aws logs filter-log-events` prints, or the log's text."


class Spooled:
    """A stream that cannot be read twice, copied to where it can: a pipe or standard input."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        """Read the stream to its end."""
        self.name = name
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives as long as the source
        try:
            shutil.copyfileobj(stream, self._file, 1 << 20)
        except BaseException as error:  # an interrupt while it waits for a pipe, for one
            self._file.close()
            if isinstance(error, OSError):
                raise _unreadable(name, error) from None
            raise
        self.size = self._file.tell()

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`."""
        self._file.seek(offset)
        return self._file.read(size)

    def close(self) -> None:
        """Drop the copy."""
        self._file.close()


@dataclass(slots=True)
class Found:
    """What the paths came to.

    `held` are archives whose files are among the sources; `skipped` are files of a folder or archive that no container
    claims, `refused` what was named.
    """

    sources: list[Source] = field(default_factory=list)
    held: list[Source] = field(default_factory=list)
    refused: list[LambdascopeError] = field(default_factory=list)
    skipped: list[LambdascopeError] = field(default_factory=list)

    def close(self) -> None:
        """Give everything back that is held open."""
        for source in (*self.sources, *self.held):
            if isinstance(source, (FileSource, Forward, Spooled)):
                source.close()


def find(paths: Iterable[str], stdin: BinaryIO | None = None) -> Found:
    """Every input that can be read, in the order given; each file once, however often it is named."""
    found = Found()
    seen: set[str] = set()
    for path in paths:
        if path == STDIN:
            if stdin is not None and STDIN not in seen:
                seen.add(STDIN)
                _offer(found, partial(Spooled, stdin, "standard input"), found.refused)
            continue
        for named in _expand(path, found):
            if named.is_dir():
                _folder(found, named, seen)
            elif _new(named, seen):
                _offer(found, partial(_opened, named), found.refused)
    return found


def _expand(path: str, found: Found) -> Iterator[Path]:
    """The path itself, or what a pattern matches: not every shell expands one."""
    if not glob.has_magic(path) or os.path.lexists(path):
        yield Path(path)
        return
    matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
    if not matches:
        found.refused.append(UnreadableInputError(f"{path}: no file matches this pattern. Check the path."))
    yield from map(Path, matches)


def _new(path: Path, seen: set[str]) -> bool:
    """Whether this file was not named before, under whatever path."""
    key = os.path.realpath(path)
    if key in seen:
        return False
    seen.add(key)
    return True


def _opened(path: Path) -> Source:
    """A regular file as it is; a pipe or device copied first, since it has no size and no second reading."""
    if path.exists() and not path.is_file():
        try:
            with path.open("rb") as stream:
                return Spooled(stream, path.name)
        except OSError as error:
            raise _unreadable(str(path), error) from None
    return FileSource(path)


def _offer(found: Found, make: Callable[[], Source], refused: list[LambdascopeError]) -> None:
    """Keep a source that a container claims, or those in an archive; keep the reason of one that none does."""
    try:
        source = make()
        inside, unread = expand(source)
    except LambdascopeError as error:
        refused.append(error)
        return
    before = len(found.sources)
    for one in inside:
        try:
            # Recognises by the head alone and reads no event.
            PartReader(Summary(), Watched(one), one.name, 0, one.size)
            found.sources.append(one)
        except LambdascopeError as error:
            unread.append(error)
        if isinstance(one, (FileSource, Forward)):  # a folder may hold more files than can be open at once
            one.close()
    if inside == [source] or len(found.sources) == before:
        refused += unread[:1]
        if isinstance(source, Spooled) and unread:
            source.close()
    else:
        found.held.append(source)
        found.skipped += unread


def _folder(found: Found, folder: Path, seen: set[str]) -> None:
    """Every log export in a folder and below; hidden files are left alone, other files are passed over."""
    before, passed, files = len(found.sources), len(found.skipped), 0
    failed: list[OSError] = []
    for where, folders, inside in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(inside):
            path = Path(where, name)
            if names.holds_no_log(name) or not path.is_file():
                continue
            files += 1
            if _new(path, seen):
                shown = path.relative_to(folder).as_posix()
                _offer(found, partial(FileSource, path, shown), found.skipped)
    if failed and not files:
        found.refused.append(_unreadable(str(folder), failed[0]))
    elif len(found.sources) == before and len(found.skipped) - passed == files:
        count = f"{files} file{'' if files == 1 else 's'}, none of them a log export" if files else "no file"
        del found.skipped[passed:]
        found.refused.append(
            UnknownInputError(str(folder), f"{folder} holds no log export.", f"It has {count}.", _LOOKED_FOR)
        )


def _unreadable(name: str, error: OSError) -> UnreadableInputError:
    return UnreadableInputError(f"{name}: cannot be read, {error.strerror or error}. Check the path.")
