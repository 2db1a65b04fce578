"""What a file is that no container claims, in a sentence, from its first bytes."""

from __future__ import annotations

import json
import re

from analyzer.errors import UnknownInputError

_MAGIC: tuple[tuple[bytes, str, str, str], ...] = (
    (b"\x89PNG", "is a picture, not a log export.", "the mark of a PNG image", ""),
    (b"\xff\xd8\xff", "is a picture, not a log export.", "the mark of a JPEG image", ""),
    (b"GIF8", "is a picture, not a log export.", "the mark of a GIF image", ""),
    (b"RIFF", "is a media file, not a log export.", "the mark of a RIFF container", ""),
    (b"%PDF", "is a PDF, not a log export.", "the mark of a PDF document", ""),
    (b"PK\x03\x04", "is a ZIP archive, which is not read yet.", "the mark of a ZIP archive",
     "Unpack it and open the files inside."),
    (b"\x28\xb5\x2f\xfd", "is compressed with Zstandard, which is not read.", "the mark of Zstandard",
     "Decompress it with `zstd -d` and open the result."),
    (b"BZh", "is compressed with bzip2, which is not read.", "the mark of bzip2",
     "Decompress it with `bunzip2` and open the result."),
    (b"\xfd7zXZ", "is compressed with xz, which is not read.", "the mark of xz",
     "Decompress it with `unxz` and open the result."),
    (b"PAR1", "is a Parquet file, which is not read.", "the mark of Parquet",
     "Convert it to JSON, for example with DuckDB."),
    (b"\xff\xfe", "is UTF-16 text, which is not read yet.", "the mark of UTF-16",
     "Convert it: `iconv -f UTF-16 -t UTF-8`, or in PowerShell `Get-Content FILE | Set-Content -Encoding utf8 NEW`."),
    (b"\xfe\xff", "is UTF-16 text, which is not read yet.", "the mark of UTF-16",
     "Convert it: `iconv -f UTF-16 -t UTF-8`."),
    (b"SQLite format 3", "is a SQLite database, not a log export.", "the mark of SQLite", ""),
    (b"\x7fELF", "is a program, not a log export.", "the mark of ELF", ""),
)  # fmt: skip

WAY_OUT = "Choose another file or paste the log text."


def unknown(name: str, head: bytes) -> UnknownInputError:
    """The error for an input that no container claims; `head` is its first 64 kB."""
    if not head:
        return UnknownInputError(name, f"{name} is empty.", "It has 0 bytes.", WAY_OUT)
    for mark, what, how, way_out in _MAGIC:
        if head.startswith(mark):
            hexed = " ".join(f"{b:02X}" for b in head[:4])
            return UnknownInputError(name, f"{name} {what}", f"It begins with {hexed}, {how}.", way_out or WAY_OUT)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return UnknownInputError(name, f"{name} is empty.", "It holds nothing but blanks.", WAY_OUT)
    if re.match(rb"(?i)<(?:!doctype html|html|\?xml)", text):
        return UnknownInputError(
            name, f"{name} is a web page or XML, not a log export.", "It begins with a tag.", WAY_OUT
        )
    if text[:1] in (b"{", b"["):
        return _json(name, text)
    if b"\0" in head[:4096]:
        return UnknownInputError(name, f"{name} is not text.", "Its first bytes hold zeros.", WAY_OUT)
    return UnknownInputError(
        name,
        f"{name} holds no line of a Lambda function's log.",
        "None of its first lines is a START, END or REPORT line or a line of a runtime.",
        "Export it with `aws logs filter-log-events` without `--filter-pattern`, or paste the log text.",
    )


def _json(name: str, text: bytes) -> UnknownInputError:
    """JSON of another kind: its first keys tell a person which file it is."""
    keys = [k.decode("utf-8", "replace") for k in re.findall(rb'"([^"\\]{1,40})"\s{0,8}:', text[:4096])][:3]
    try:
        json.loads(text)
        whole = True
    except (ValueError, RecursionError):
        whole = len(text) >= 60_000
    shape = f"its first keys are {', '.join(keys)}" if keys else "it has no keys"
    what = (
        f"{name} is JSON, but not a log export."
        if whole
        else f"{name} begins like JSON, but is none and no log export."
    )
    return UnknownInputError(
        name, what, f"A log export has `events` with a `message` each; {shape}.",
        "Export it with `aws logs filter-log-events --output json`.")  # fmt: skip
