"""Lines of Rust functions: tracing as text, and panics.

 INFO Lambda runtime invoke{requestId="57325a9d-…" xrayTraceId="Root=1-…"}: orders: order read
thread 'main' panicked at src/main.rs:10:5:
"""

from __future__ import annotations

import re

from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record
from analyzer.values import LEVELS, milliseconds, own_frame

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/rust-logging.html"

SAMPLES = (
    ' INFO Lambda runtime invoke{requestId="57325a9d-ff5f-42e4-83df-80f3dcaaef25"}: orders: order read\n',
    (
        '\x1b[31mERROR\x1b[0m \x1b[1mLambda runtime invoke\x1b[0m{\x1b[3mrequestId\x1b[0m="'
        '57325a9d-ff5f-42e4-83df-80f3dcaaef25"}: orders: cannot reach the queue\n'
    ),
    "thread 'main' panicked at src/main.rs:10:5:\ncalled `Option::unwrap()` on a `None` value\n",
)

_COLOURS = re.compile("\x1b\\[[0-9;]{0,16}m")
_LINE = re.compile(
    r"(?:(\d{4}-\d\d-\d\dT[\d:.]{8,18}Z) )? {0,2}(TRACE|DEBUG|INFO|WARN|ERROR) "
    r"Lambda runtime invoke\{([^}\n]{0,500})\}:"
)
_ID = re.compile(r'requestId="?([0-9a-f-]{36})')
_CRATE = re.compile(r" (?:[\w:]{1,100}\{[^}\n]{0,500}\}:){0,4} ?lambda_runtime((?:::\w{1,60}){0,6}): ([^\n]*)")
_PANIC = re.compile(r"thread '([^'\n]{0,200})' (?:\(\d{1,20}\) )?panicked at ")


def parse(text: str) -> Record | None:
    """The record of a line of the tracing crate within an invocation, or of a panic; None for any other line."""
    head = text[:400]
    if "panicked at " in head:
        return _panic(text)
    if "Lambda runtime invoke" not in head:
        return None
    if "\x1b" in head:
        text = _COLOURS.sub("", text)
    match = _LINE.match(text)
    if match is None:
        return None
    found = _ID.search(match[3])
    request_id, level, message = found[1] if found else None, LEVELS[match[2]], text[match.end() :]
    own = _CRATE.match(message) if level >= Level.ERROR else None
    error = None
    if own is not None and own[1].endswith("::panic"):
        level = Level.INFO  # the panic has said so itself, with its place
    elif own is not None:
        error = ErrorInfo("", own[2].rstrip(), "", True)
    return Record(Kind.LINE, request_id, level, milliseconds(match[1]), message.strip(), error)


def _panic(text: str) -> Record | None:
    match = _PANIC.match(text.lstrip("\n"))
    if match is None:
        return None
    said = " ".join(line.strip() for line in text.strip().splitlines()[:2])
    # a panic of another thread ends that thread alone
    error = ErrorInfo("", said.split(" note: run with", 1)[0], own_frame(text), match[1] == "main")
    return Record(Kind.LINE, level=Level.FATAL, text=text, error=error)


DIALECT = Dialect(
    id="rust-text",
    title="Rust: lines of the tracing crate as text, and panics",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=40,
)
