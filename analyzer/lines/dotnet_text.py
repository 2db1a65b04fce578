r"""Lines of the .NET runtime in text format: time, request id, level and text, separated by TABs.

2026-10-08T07:30:28.235Z\t57325a9d-…\tfail\tSystem.NullReferenceException: Object reference not set …\n   at …
"""

from __future__ import annotations

import re

from analyzer.lines._traces import logged, raised
from analyzer.model import Dialect, ErrorInfo, Kind, Level, Record
from analyzer.values import milliseconds

LINK = "https://docs.aws.amazon.com/lambda/latest/dg/csharp-logging.html"

SAMPLES = (
    "2026-10-08T07:30:28.235Z\t57325a9d-ff5f-42e4-83df-80f3dcaaef25\tinfo\torder read\n",
    (
        "2026-10-08T07:30:28.235Z\t57325a9d-ff5f-42e4-83df-80f3dcaaef25\tfail\tSystem.NullReferenceException: "
        "Object reference not set to an instance of an object.\n"
        "   at Orders.Function.Handler(Order order, ILambdaContext context) in /src/Orders/Function.cs:line 12\n"
        "   at Amazon.Lambda.RuntimeSupport.LambdaBootstrap.InvokeOnceAsync(CancellationToken cancellationToken)\n"
    ),
    (
        "Unhandled exception. System.IO.FileNotFoundException: Could not load file or assembly 'Orders.Core'.\n"
        "   at Orders.Program.Main(String[] args)\n"
    ),
)

_LEVELS = {
    "trce": Level.TRACE, "dbug": Level.DEBUG, "info": Level.INFO, "warn": Level.WARN, "fail": Level.ERROR,
    "crit": Level.FATAL,
}  # fmt: skip
_REACHED = re.compile(r"Amazon\.Lambda\.RuntimeSupport\.|lambda_method|Handle\w{0,100}\(|ILambdaContext")
_CRASH = "Unhandled exception. "


def parse(text: str) -> Record | None:
    """The record of a line of .NET's logger or console, None for any other line."""
    if text[23:25] == "Z\t" and text[10:11] == "T":
        request_id, _, rest = text[25:].partition("\t")
        level = _LEVELS.get(rest[:4])
        if level is None or rest[4:5] != "\t":
            return None
        message = rest[5:]
        error = _error(message) if level >= Level.ERROR else None
        if request_id == "undefined":
            request_id = ""
        return Record(Kind.LINE, request_id or None, level, milliseconds(text[:24]), message, error)
    if text.startswith(_CRASH):
        error = raised(text[len(_CRASH) :], unhandled=True)
        return Record(Kind.LINE, level=Level.FATAL, text=text, error=error)
    return None


def _error(message: str) -> ErrorInfo | None:
    """The exception of a line; unhandled where the text is nothing but an exception that came up to the handler.

    The runtime writes the exception bare; a logger has words before it. A stack ends where the exception was caught:
    one that stops below the handler was caught there.
    """
    bare = raised(message)
    if bare is None:
        return logged(message)
    _, below, outermost = message.rstrip().rpartition("\n   at ")
    return bare._replace(unhandled=bool(_REACHED.search(outermost, 0, 2000)) if below else "." in bare.type)


DIALECT = Dialect(
    id="dotnet-text",
    title=".NET: console and logger lines and unhandled exceptions in text format",
    link=LINK,
    samples=SAMPLES,
    parse=parse,
    rank=22,
)
