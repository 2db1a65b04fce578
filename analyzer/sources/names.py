"""What a file's name and path say: which names stand for nothing, and which files hold no log."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

_SAYS_NOTHING = re.compile(r"\d{1,20}(?:\.[A-Za-z0-9]{1,8}){0,2}")
"""`000000.gz`, `000001`: every file of an export to S3 has such a name, in a folder that has the stream's."""
_MARKER = "aws-logs-write-test"
"""CloudWatch Logs writes this file to see whether it may write at all."""


def telling(path: str | os.PathLike[str]) -> str:
    """The last part of a path, with its folder in front if it says nothing: `2026-10-08-[$LATEST]…/000000.gz`."""
    path = Path(path)
    if not _SAYS_NOTHING.fullmatch(path.name):
        return path.name
    folder = Path(os.path.abspath(path)).parent.name  # noqa: PTH100 - resolve() would follow a link to another name
    return f"{folder}/{path.name}" if folder else path.name


def holds_no_log(path: str) -> bool:
    """Whether a file of a folder or archive is passed over: hidden, made by the system, or an export's marker."""
    parts = PurePosixPath(path).parts
    return any(part.startswith(".") or part == "__MACOSX" for part in parts) or parts[-1:] == (_MARKER,)
