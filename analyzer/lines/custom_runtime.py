"""Last words around a custom runtime's bootstrap: the shell, the loader and the kernel say why it cannot run.

/var/task/bootstrap: line 3: foo: command not found
./func: /lib64/libc.so.6: version `GLIBC_2.32' not found (required by ./func)
"""

from __future__ import annotations

import re

from analyzer.model import Dialect, Kind, Level, Record

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html"

SAMPLES = (
    "/var/task/bootstrap: line 3: foo: command not found\n",
    "/var/task/bootstrap: /lib64/libc.so.6: version `GLIBC_2.32' not found (required by /var/task/bootstrap)\n",
    "fork/exec /var/task/bootstrap: exec format error\n",
    "/entrypoint.sh: line 12: /usr/bin/node: cannot execute binary file\n",
    "./func: error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file\n",
)

_FAILED = re.compile(
    r"(?:[\w./-]{0,200}(?:bootstrap|entrypoint[\w.-]{0,60})|/bin/(?:ba)?sh|(?:ba)?sh): (?:line \d{1,9}: |\d{1,9}: )?"
    r"[^\n]{0,300}(?:not found|[Pp]ermission denied|cannot execute|No such file or directory|bad interpreter)"
    r"|fork/exec \S{1,300}: (?:no such file or directory|permission denied|exec format error)"
    r"|(?:exec|standard_init_linux\.go:\d{1,6}: exec user process caused:)[^\n]{0,300}[Ee]xec format error"
    r"|[\w./-]{1,300}: [\w./-]{1,300}: version [`']GLIBC(?:XX)?_[\d.]{1,20}' not found"
    r"|[\w./-]{1,300}: error while loading shared libraries: "
    r"|lib[\w.+-]{1,100}\.so[\d.]{0,20}: cannot open shared object file"
    r"|(?:Error: )?Couldn't find valid bootstrap\(s\)"
)
_FIRSTS = frozenset("/.besfECwl")


def parse(text: str) -> Record | None:
    """The record of a line that says why a bootstrap, an entry point or a binary cannot run, None for any other."""
    if text[:1] not in _FIRSTS or not _FAILED.match(text):
        return None
    return Record(Kind.LINE, level=Level.FATAL, text=text)


DIALECT = Dialect(
    id="custom-runtime",
    title="Custom runtimes: why a bootstrap, an entry point or a binary cannot run",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=43,
)
