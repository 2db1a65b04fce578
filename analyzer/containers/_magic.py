"""What a file is that no container claims, in a sentence, from its first bytes.

The commands of the ways out say FILE, never the file's own name, which might mean something else to a shell.
"""

from __future__ import annotations

import csv
import re

from analyzer.decoding import loads
from analyzer.errors import UnknownInputError

WAY_OUT = "Choose another file or paste the log text."

_AS_JSON = "Convert it with DuckDB: `duckdb -c \"COPY (FROM {}) TO 'NEW.json'\"`, and open the result."
_AS_TEXT = "Convert it: `iconv -f {0} -t UTF-8 FILE > NEW`, and open the result."
_TAR = "is a tar archive, which is not read."
_UNTAR = "Unpack it with `tar -xf FILE` and open the files inside."

_MAGIC: tuple[tuple[int, bytes, str, str, str], ...] = (
    (0, b"\x89PNG", "is a picture, not a log export.", "the mark of a PNG image", ""),
    (0, b"\xff\xd8\xff", "is a picture, not a log export.", "the mark of a JPEG image", ""),
    (0, b"GIF8", "is a picture, not a log export.", "the mark of a GIF image", ""),
    (0, b"II*\0", "is a picture, not a log export.", "the mark of a TIFF image", ""),
    (0, b"MM\0*", "is a picture, not a log export.", "the mark of a TIFF image", ""),
    (8, b"WEBP", "is a picture, not a log export.", "the mark of a WebP image", ""),
    (4, b"ftyphei", "is a picture, not a log export.", "the mark of a HEIC image", ""),
    (4, b"ftypavif", "is a picture, not a log export.", "the mark of an AVIF image", ""),
    (4, b"ftyp", "is a video, not a log export.", "the mark of an MP4 container", ""),
    (0, b"RIFF", "is a media file, not a log export.", "the mark of a RIFF container", ""),
    (0, b"%PDF", "is a PDF, not a log export.", "the mark of a PDF document", ""),
    (0, b"{\\rtf", "is a text document of a word processor.", "the mark of RTF", "Save it as plain text."),
    (0, b"\xd0\xcf\x11\xe0", "is an old Excel or Word file, not a log export.", "the mark of Office before 2007",
     "Save the sheet as CSV UTF-8, or the document as plain text."),
    (0, b"PK\x03\x04", "is a ZIP archive inside another file, which is not read.", "the mark of a ZIP archive",
     "Unpack the outer file and open the archive by itself."),
    (0, b"\x1f\x8b", "is compressed with gzip more often than is undone.", "the mark of gzip",
     "Decompress it with `gzip -dc FILE > NEW` and open the result."),
    (0, b"\x28\xb5\x2f\xfd", "is compressed with Zstandard, which is not read.", "the mark of Zstandard",
     "Decompress it with `zstd -d FILE` and open the result."),
    (0, b"BZh", "is compressed with bzip2, which is not read.", "the mark of bzip2",
     "Decompress it with `bunzip2 -k FILE` and open the result."),
    (0, b"\xfd7zXZ", "is compressed with xz, which is not read.", "the mark of xz",
     "Decompress it with `unxz -k FILE` and open the result."),
    (0, b"\x04\x22\x4d\x18", "is compressed with LZ4, which is not read.", "the mark of LZ4",
     "Decompress it with `lz4 -d FILE NEW` and open the result."),
    (0, b"\xff\x06\0\0sNaPpY", "is compressed with Snappy, which is not read.", "the mark of Snappy",
     "Decompress it with `snzip -dc FILE > NEW` and open the result."),
    (0, b"\x1f\x9d", "is compressed with compress, which is not read.", "the mark of compress",
     "Decompress it with `gzip -dc FILE > NEW` and open the result."),
    (0, b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive, which is not read.", "the mark of 7-Zip",
     "Unpack it with `7z x FILE` and open the files inside."),
    (0, b"Rar!\x1a\x07", "is a RAR archive, which is not read.", "the mark of RAR",
     "Unpack it with `unrar x FILE` and open the files inside."),
    (257, b"ustar", _TAR, "the mark of tar at byte 257", _UNTAR),
    (0, b"PAR1", "is a Parquet file, which is not read.", "the mark of Parquet",
     _AS_JSON.format("read_parquet('FILE')")),
    (0, b"Obj\x01", "is an Avro file, which is not read.", "the mark of Avro", _AS_JSON.format("read_avro('FILE')")),
    (0, b"ORC", "is an ORC file, which is not read.", "the mark of ORC",
     "Convert it with `orc-contents FILE > NEW.json`, and open the result."),
    (0, b"\xff\xfe\0\0", "is UTF-32 text, which is not read.", "the mark of UTF-32", _AS_TEXT.format("UTF-32")),
    (0, b"\0\0\xfe\xff", "is UTF-32 text, which is not read.", "the mark of UTF-32", _AS_TEXT.format("UTF-32")),
    (0, b"\xff\xfe", "is UTF-16 text, which is not read yet.", "the mark of UTF-16", _AS_TEXT.format("UTF-16")),
    (0, b"\xfe\xff", "is UTF-16 text, which is not read yet.", "the mark of UTF-16", _AS_TEXT.format("UTF-16")),
    (0, b"SQLite format 3", "is a SQLite database, not a log export.", "the mark of SQLite", ""),
    (0, b"ElfFile\0", "is a Windows event log, not one of a Lambda function.", "the mark of EVTX", ""),
    (0, b"LPKSHHRH", "is a journal of systemd, not a log of a Lambda function.", "the mark of journald", ""),
    (0, b"\x7fELF", "is a program, not a log export.", "the mark of ELF", ""),
    (0, b"MZ\x90\0", "is a program, not a log export.", "the mark of a Windows program", ""),
    (0, b"\xca\xfe\xba\xbe", "is a program, not a log export.", "the mark of a Java class or a macOS program", ""),
    (0, b"\xcf\xfa\xed\xfe", "is a program, not a log export.", "the mark of a macOS program", ""),
    (0, b"\0asm", "is a program, not a log export.", "the mark of WebAssembly", ""),
    (0, b"bplist00", "is a property list of macOS, not a log export.", "the mark of a property list", ""),
)  # fmt: skip

_INSIGHTS = "Run the query again with `fields @timestamp, @message, @logStream, @log` and save that."
_EXPORT = "Export it with `aws logs filter-log-events` without `--filter-pattern`, or paste the log text."
_OF_INSIGHTS = re.compile(
    r"@[A-Za-z][\w.]{0,60}\Z|(?:avg|bin|count|count_distinct|earliest|latest|max|median|min|pct|stddev|sum)\(.{0,200}\)\Z"
)
"""A field that Logs Insights found, or a function of it: `@duration`, `count(*)`, `bin(5m)`."""


def unknown(name: str, head: bytes, damage: str = "") -> UnknownInputError:
    """The error for an input that no container claims; `head` is its first 64 kB, `damage` why there is no more."""
    if damage and not head:
        how = f"{damage[0].upper()}{damage[1:]}."
        return UnknownInputError(name, f"{name} cannot be unpacked.", how, "Download it again.")
    if not head:
        return UnknownInputError(name, f"{name} is empty.", "It has 0 bytes.", WAY_OUT)
    binary = re.search(rb"[\0-\x08\x0e-\x1a\x7f]", head[:512])
    for at, mark, what, how, way_out in _MAGIC:
        if head.startswith(mark, at) and (binary or not mark.isalnum()):  # a log may begin with letters, too
            begins = "" if at else f"It begins with {' '.join(f'{b:02X}' for b in head[:4])}, "
            return UnknownInputError(name, f"{name} {what}", f"{begins or 'It has '}{how}.", way_out or WAY_OUT)
    return _text(name, head.removeprefix(b"\xef\xbb\xbf").lstrip())


def _text(name: str, text: bytes) -> UnknownInputError:
    """Text that holds something else than a log, or bytes without a mark."""
    what, how, way_out = (
        "holds no line of a Lambda function's log.",
        "None of its first lines is a START, END or REPORT line or a line of a runtime.",
        _EXPORT,
    )
    columns = _columns(text)
    if not text:
        what, how, way_out = "is empty.", "It holds nothing but blanks.", WAY_OUT
    elif text.startswith(b"Permission Check Successful"):
        what = "is the file with which CloudWatch Logs tests whether it may write, not a log."
        how, way_out = "It says Permission Check Successful.", "Open the .gz files in the folders beside it."
    elif re.match(rb"(?i)<(?:!doctype html|html|\?xml)", text):
        what, how, way_out = "is a web page or XML, not a log export.", "It begins with a tag.", WAY_OUT
        if b"<Error>" in text[:400] and b"<Code>" in text[:400]:
            what, how = "is an error message of S3, not a log export.", "It holds XML with an error code."
            way_out = "Download the file again, for example with `aws s3 cp`."
    elif columns and any(_OF_INSIGHTS.match(c) for c in columns) and "@message" not in columns:
        what = "is a table of a Logs Insights query, not a log."
        how, way_out = f"Its columns are {_listed(columns)}, and none is @message.", _INSIGHTS
    elif text[:1] in (b"{", b"["):
        return _json(name, text)
    elif b"\0" in text[:4096]:
        what, how, way_out = "is not text.", "Its first bytes hold zeros.", WAY_OUT
    return UnknownInputError(name, f"{name} {what}", how, way_out)


def _columns(text: bytes) -> list[str]:
    """The columns of a table as Logs Insights saves or copies one, if the text may be one."""
    first = text.split(b"\n", 1)[0][:4096].decode("utf-8", "replace").strip()
    if text[:1] in (b"{", b"["):
        fields = re.findall(rb'"field"\s{0,8}:\s{0,8}"([^"\\]{1,200})"', text[:16384])
        keys = fields or re.findall(rb'"([^"\\]{1,200})"\s{0,8}:', text[:16384].split(b"}", 1)[0])
        return list(dict.fromkeys(k.decode("utf-8", "replace") for k in keys))
    if first.startswith("|"):
        return [c.strip() for c in first.strip("|").split("|")]
    try:
        return next(csv.reader([first]), [])
    except csv.Error:
        return []


def _listed(columns: list[str]) -> str:
    """The first columns on one line."""
    shown = ["".join(c if c.isprintable() else "?" for c in column[:40]) for column in columns[:4]]
    return ", ".join(shown) + (" and others" if len(columns) > len(shown) else "")


def _json(name: str, text: bytes) -> UnknownInputError:
    """JSON of another kind: its first keys tell a person which file it is."""
    keys = [k.decode("utf-8", "replace") for k in re.findall(rb'"([^"\\]{1,40})"\s{0,8}:', text[:4096])][:3]
    try:
        loads(text)
        whole = True
    except (ValueError, RecursionError):
        whole = len(text) >= 60_000
    shape = f"its first keys are {_listed(keys)}" if keys else "it has no keys"
    what = (
        f"{name} is JSON, but not a log export."
        if whole
        else f"{name} begins like JSON, but is none and no log export."
    )
    return UnknownInputError(
        name, what, f"A log export has `events` with a `message` each; {shape}.",
        "Export it with `aws logs filter-log-events --output json`.")  # fmt: skip
