"""Where bytes come from: files, buffers, and what is unpacked from either. All have a name, a size and `read`."""

from analyzer.sources.forward import UNKNOWN_SIZE, Account, Forward
from analyzer.sources.gunzip import GZIP_MAGIC, Gunzipped
from analyzer.sources.plain import BytesSource, FileSource, Watched
from analyzer.sources.utf16 import Utf16

__all__ = [
    "GZIP_MAGIC",
    "UNKNOWN_SIZE",
    "Account",
    "BytesSource",
    "FileSource",
    "Forward",
    "Gunzipped",
    "Utf16",
    "Watched",
]
