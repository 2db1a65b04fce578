"""The files of a ZIP archive as sources (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).

A download of an export to S3 is a folder of them: one file a log stream, and the stream's name only in the path. The
archive's directory says where the files begin; one cut short has none, then the headers in front of the files do.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

from analyzer import limits
from analyzer.errors import LambdascopeError, UnknownInputError
from analyzer.model import Source
from analyzer.sources import Account, names
from analyzer.sources.entry import DEFLATED, HEADER, HEADER_MARK, STORED, Entry, Listed
from analyzer.sources.forward import STEP_BYTES

_MARKS = (HEADER_MARK, b"PK\x05\x06", b"PK\x07\x08")  # a file, the end of an empty archive, a volume of several
_DIRECTORY_BYTES = 400 * limits.ENTRIES
"""Of the largest directory that is read; the path of an exported file takes about 200."""
_NAME_BYTES = 1024
_HEADER_BYTES = HEADER.size + _NAME_BYTES
_ENCRYPTED, _SIZE_FOLLOWS = 1, 8  # bits of the flags
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz"}
_OFFICE = {"xl": "an Excel workbook", "word": "a Word document", "ppt": "a PowerPoint presentation"}


class Archive(NamedTuple):
    """The files of an archive that may be logs, with the archive's name in front, and why others cannot be read."""

    sources: list[Source]
    refused: list[LambdascopeError]


class _Seekable(io.RawIOBase):
    """A source as the file that zipfile reads the directory from."""

    def __init__(self, source: Source) -> None:
        """Begin at the first byte."""
        self._source, self._at = source, 0

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The place of the next read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, which may not lie before the beginning."""
        self._at = offset + (0, self._at, self._source.size)[whence]
        if self._at < 0:
            raise OSError("before the beginning")
        return self._at

    def read(self, size: int = -1) -> bytes:
        """The next bytes; refused where a directory claims more than one takes."""
        size = self._source.size - self._at if size < 0 else size
        if size > _DIRECTORY_BYTES:
            raise _TooLargeError
        data = self._source.read(self._at, size)
        self._at += len(data)
        return data


class _TooLargeError(Exception):
    """The directory is larger than one of `limits.ENTRIES` files."""


def entries(source: Source) -> Archive | None:
    """The files of a ZIP archive that may be logs, by path; None if it is none. Reads the directory and no file."""
    if getattr(source, "account", None) is not None or source.read(0, 4) not in _MARKS:
        return None
    lost = ""
    try:
        listed = _directory(source)
    except _TooLargeError:
        return Archive([], [_too_many(source.name)])
    except Exception:  # noqa: BLE001 - zipfile raises whatever a hostile directory makes it stumble over
        listed = list(islice(_headers(source), limits.ENTRIES + 1))
        lost = "the archive is cut short or damaged and files may be missing; `zip -FF` may find them"
        if not listed:
            what, way_out = "is a damaged ZIP archive.", "Repair it with `zip -FF`, or download it again."
            return Archive([], [_refusal(source.name, what, "It has no directory and no file that begins.", way_out)])
    office = _office(source.name, listed)
    if office:
        return Archive([], [office])
    if any(a.at + (a.packed or 0) > b.at for a, b in pairwise(sorted(listed, key=lambda f: f.at))):
        what = "is a ZIP archive whose files lie in each other, so it is not unpacked."
        return Archive([], [_refusal(source.name, what, "No program packs files so.", "Choose another file.")])
    return _sorted_out(source, listed, lost)


def _directory(source: Source) -> list[Listed]:
    """What the archive's directory lists."""
    from zipfile import ZipFile  # loads much that only an archive needs

    with _Seekable(source) as file, ZipFile(file) as archive:
        return [
            Listed(_tidy(i.filename), i.header_offset, i.flag_bits, i.compress_type, i.compress_size, i.CRC)
            for i in archive.infolist()
            if not i.is_dir()
        ]


def _headers(source: Source) -> Iterator[Listed]:
    """What the headers in front of the files say, as far as there are any."""
    at = begin = 0
    window, ended = b"", False
    while True:
        if at + _HEADER_BYTES > begin + len(window) and not ended:
            window, begin = source.read(at, STEP_BYTES), at
            ended = len(window) < STEP_BYTES
        found = window.find(HEADER_MARK, at - begin)
        if found < 0:
            if ended:
                return
            at = begin + len(window) - len(HEADER_MARK) + 1
            continue
        at = begin + found
        header = window[found : found + _HEADER_BYTES]
        if len(header) < _HEADER_BYTES and not ended:
            header = source.read(at, _HEADER_BYTES)
        if len(header) < HEADER.size:
            return
        _, version, flags, method, _, _, checksum, packed, _, name_size, extra_size = HEADER.unpack_from(header)
        path = header[HEADER.size : HEADER.size + name_size].decode("utf-8", "replace")
        at += HEADER.size
        if version > 63 or not 0 < name_size <= _NAME_BYTES:  # these bytes only look like a header
            continue
        if len(header) < HEADER.size + name_size:
            return
        known = not flags & _SIZE_FOLLOWS and packed < 0xFFFFFFFF
        if not path.endswith("/"):
            size = (packed, checksum) if known else (None, None)
            yield Listed(_tidy(path), at - HEADER.size, flags, method, *size)
        at += name_size + extra_size + (packed if known else 0)


def _sorted_out(source: Source, listed: list[Listed], lost: str) -> Archive:
    """The files that can be read, and a sentence for each that cannot."""
    account, archive = Account(), Archive([], [])
    listed = [file for file in listed if not names.holds_no_log(file.path)]
    if len(listed) > limits.ENTRIES:
        archive.refused.append(_too_many(source.name))
    readable = list[Listed]()
    for file in sorted(listed[: limits.ENTRIES]):
        name = f"{source.name}/{file.path}"
        if file.flags & _ENCRYPTED:
            what, way_out = "is encrypted.", "Unpack the archive with its password and open the files."
        elif file.method not in (STORED, DEFLATED):
            method = _METHODS.get(file.method, f"method {file.method}")
            what = f"is packed with {method} in its archive, which is not read."
            way_out = "Unpack the archive with `7z x` and open the files."
        elif file.method == STORED and file.packed is None:
            what, way_out = "is in a damaged archive that does not tell its size.", "Repair the archive with `zip -FF`."
        else:
            readable.append(file)
            continue
        archive.refused.append(_refusal(name, what, "The archive says so.", way_out))
    last = max((file.at for file in readable), default=0)
    archive.sources.extend(Entry(source, file, account, lost if file.at == last else "") for file in readable)
    return archive


def _office(name: str, listed: list[Listed]) -> UnknownInputError | None:
    """A spreadsheet or document, which is an archive too: Logs Insights offers its results as one."""
    paths = {file.path for file in listed}
    if "[Content_Types].xml" not in paths:
        return None
    folders = {path.split("/", 1)[0] for path in paths}
    what = next((title for folder, title in _OFFICE.items() if folder in folders), "an Office document")
    return _refusal(
        name, f"is {what}, not a log export.", "It is a ZIP archive with [Content_Types].xml in it.",
        "Download the table of Logs Insights as CSV or JSON instead, or save the sheet as CSV UTF-8.")  # fmt: skip


def _too_many(name: str) -> UnknownInputError:
    what, way_out = f"holds more than {limits.ENTRIES:,} files; no more are read.", "Unpack it and open a part of them."
    return _refusal(name, what, "Its directory says so.", way_out)


def _refusal(name: str, what: str, how: str, way_out: str) -> UnknownInputError:
    return UnknownInputError(name, f"{name} {what}", how, way_out)


def _tidy(path: str) -> str:
    """A path as it can be shown on one line."""
    return "".join(c if c.isprintable() else "?" for c in path.replace("\\", "/"))
