"""The command line: arguments, progress, exit status. No analysis happens here.

Standard output carries the report and nothing else, standard error what went wrong, a line each. Exit status: 0 done,
1 a finding at or above `--fail-on`, 2 unusable arguments or an input that is no log export.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from analyzer import __version__, registry, words
from analyzer.engines.local import Found, find
from analyzer.errors import LambdascopeError, UsageError
from analyzer.limits import PRICE_GB_SECOND
from analyzer.model import SEVERITIES, Detector, Hypothesis, Options
from analyzer.pipeline import Progress, Reading
from analyzer.report import Report
from analyzer.report._plain import columns, plain, shorten, wrap

PROGRAM = "lambdascope"
WIDTH = 100
DONE, FOUND, UNUSABLE, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": Report.to_text,
    "json": Report.to_json,
    "html": Report.to_html,
    "markdown": Report.to_markdown,
}

USAGE = """lambdascope [analyze] [options] PATH [PATH ...]
       lambdascope explain ID
       lambdascope list"""

EPILOG = """\
commands:
  analyze               what happens without a command: read the inputs, print a report
  explain ID            what a finding or cause means, when it stays quiet, how to fix it
  list                  the findings, causes, file formats and log dialects there are

exit status:
  0                     done
  1                     a finding at or above the severity of --fail-on
  2                     unusable arguments, or an input that is no log export; the others are still reported

examples:
  aws logs filter-log-events --log-group-name /aws/lambda/orders-api --output json > orders.json
  lambdascope orders.json
  lambdascope exports/ --format html --output report.html
  aws logs filter-log-events --log-group-name /aws/lambda/orders-api --output json | lambdascope -
  lambdascope orders.json --fail-on high --threshold timeout-risk.near=0.95

A file called `list`, `explain` or `analyze` is named `./list`. Nothing leaves this machine.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status; bad input ends in one line, never in a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console of another encoding must not break a report
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = _command(given)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _say("interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone, `| head` for one; Python's own flush at exit must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return PIPE_CLOSED
    except LambdascopeError as error:
        _say(str(error))
        return UNUSABLE
    except OSError as error:
        _say(f"{error.filename or 'output'}: {error.strerror or error}.")
        return UNUSABLE
    return status


def _command(given: list[str]) -> int:
    name, rest = (given[0], given[1:]) if given[:1] in (["analyze"], ["explain"], ["list"]) else ("analyze", given)
    if name == "explain":
        return _explain(_explain_parser().parse_args(rest).id)
    if name == "list":
        _list_parser().parse_args(rest)
        return _print(_listing())
    return _analyze(_parser().parse_intermixed_args(rest))


def _say(message: str) -> None:
    """One line on standard error, whatever the message holds."""
    print(f"{PROGRAM}: {plain(message)}", file=sys.stderr)


def _print(lines: Iterable[str]) -> int:
    print("\n".join(lines))
    return DONE


# ---- arguments ----


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the options are described."""
        _say(f"{message}. See {PROGRAM} --help.")
        raise SystemExit(UNUSABLE)


def _parser() -> _Parser:
    parser = _Parser(
        prog=PROGRAM,
        usage=USAGE,
        description="Tells why an AWS Lambda function fails, from its CloudWatch logs.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files, also gzipped; directories with all below them; quoted patterns; - for standard input",
    )
    output = parser.add_argument_group("output")
    output.add_argument("--format", choices=list(FORMATS), default="text", help="of the report (default: text)")
    output.add_argument("--output", metavar="FILE", help="write the report to FILE instead of standard output")
    output.add_argument("--invocations", action="store_true", help="add a row for each invocation to the JSON")
    output.add_argument("--fail-on", choices=SEVERITIES[::-1], help="exit with 1 if a finding is at least this severe")
    facts = parser.add_argument_group("what the logs may not say")
    facts.add_argument("--function", metavar="NAME", help="name of the function whose log this is")
    facts.add_argument("--timeout", metavar="SECONDS", type=_seconds, help="configured timeout of the function")
    facts.add_argument(
        "--architecture",
        choices=sorted(PRICE_GB_SECOND),
        default="x86_64",
        help="processor, for the cost (default: x86_64)",
    )
    facts.add_argument(
        "--threshold",
        metavar="ID.NAME=VALUE",
        action="append",
        default=[],
        type=_threshold,
        help="replace a threshold; `explain ID` names them; may be given several times",
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    return parser


def _explain_parser() -> _Parser:
    parser = _Parser(
        prog=f"{PROGRAM} explain",
        description="What a finding or cause means, when it stays quiet, how to fix it.",
        allow_abbrev=False,
    )
    parser.add_argument("id", metavar="ID", help="of a finding or cause, as the report and `list` print it")
    return parser


def _list_parser() -> _Parser:
    return _Parser(
        prog=f"{PROGRAM} list",
        description="The findings, causes, file formats and log dialects there are.",
        allow_abbrev=False,
    )


def _seconds(value: str) -> float:
    try:
        seconds = float(value.removesuffix("s"))
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{value!r} is no number of seconds above 0")
    return seconds


def _threshold(value: str) -> tuple[str, float]:
    name, _, number = value.partition("=")
    try:
        return name.strip(), float(number)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is not of the form id.name=number") from None


# ---- analyze ----


def _analyze(arguments: argparse.Namespace) -> int:
    if not arguments.paths:
        raise UsageError(f"name a log export, a directory, or - for standard input. See {PROGRAM} --help.")
    options = Options(
        function=arguments.function,
        timeout_s=arguments.timeout,
        architecture=arguments.architecture,
        thresholds=dict(arguments.threshold),
        invocations=arguments.invocations,
    )
    _check_thresholds(options.thresholds)
    if arguments.output:
        _check_output(arguments.output, arguments.paths)
    found = find(arguments.paths, getattr(sys.stdin, "buffer", None))
    try:
        if not found.sources:
            _complain(found)
            return UNUSABLE
        report = _read(found, options)
    finally:
        found.close()
    _write(report, arguments)
    _complain(found)
    if found.refused:
        return UNUSABLE
    if arguments.fail_on:
        worst = SEVERITIES.index(arguments.fail_on)
        return FOUND if any(SEVERITIES.index(f.severity) <= worst for f in report.findings) else DONE
    return DONE


def _check_thresholds(overrides: dict[str, float]) -> None:
    """Refuse an unknown threshold before a long reading, with the nearest ones: the list of all is no answer."""
    known = [f"{p.id}.{name}" for p in _explainable() for name in p.thresholds]
    for name in overrides:
        if name not in known:
            raise UsageError(f"no threshold is called {name}; {_nearest(name, known)}. See {PROGRAM} explain ID.")


def _nearest(wanted: str, known: Iterable[str]) -> str:
    """Half a sentence that names what may have been meant."""
    near = difflib.get_close_matches(wanted, dict.fromkeys(known), 3, 0.5)
    return f"the nearest {'is' if len(near) == 1 else 'are'} {words.listed(near)}" if near else "none is near"


def _check_output(output: str, paths: Sequence[str]) -> None:
    """Refuse to write where the input is, or where nothing can be written, before the reading."""
    target = Path(output)
    if target.is_dir():
        raise UsageError(f"{output}: is a directory; --output needs a file.")
    if not target.absolute().parent.is_dir():
        raise UsageError(f"{output}: its directory does not exist.")
    if target.exists() and any(Path(p).exists() and target.samefile(p) for p in paths):
        raise UsageError(f"{output}: is an input; --output would overwrite it.")


def _complain(found: Found) -> None:
    """A line for each refused input, and one for all that a directory held beside its exports."""
    for error in found.refused:
        _say(str(error))
    if found.skipped:
        first = str(found.skipped[0])
        more = f" (and {words.plural(len(found.skipped) - 1, 'more file')})" if len(found.skipped) > 1 else ""
        _say(f"passed over: {first}{more}")


def _read(found: Found, options: Options) -> Report:
    """Read everything; on a terminal say how far it has come, ten times a second at most."""
    reading = Reading(found.sources, options)
    shown = sys.stderr.isatty()
    last = time.monotonic()
    try:
        for progress in reading:
            now = time.monotonic()
            if shown and now - last >= 0.1:
                last = now
                sys.stderr.write("\r" + _progress(progress).ljust(79))
                sys.stderr.flush()
    finally:
        if shown:
            sys.stderr.write("\r" + " " * 79 + "\r")
            sys.stderr.flush()
    return reading.report()


def _progress(progress: Progress) -> str:
    """`118 MB of 212 MB, 305,122 log events, 12 failures`."""
    failures = f", {words.plural(progress.failed, 'failure')}" if progress.failed else ""
    done = f"{words.size(progress.done)} of {words.size(progress.total)}"
    return shorten(f"{done}, {words.count(progress.events)} log events{failures}", 78)


def _write(report: Report, arguments: argparse.Namespace) -> None:
    if arguments.output:
        # Line feeds everywhere: the same report is the same bytes.
        Path(arguments.output).write_bytes(FORMATS[arguments.format](report).encode("utf-8", "backslashreplace"))
        return
    if arguments.format == "text" and sys.stdout.isatty():
        _show(report.to_text(min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)))
        return
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(newline="\n")
    sys.stdout.write(FORMATS[arguments.format](report))


_COLOURS = {"critical": "bold red", "high": "bold yellow", "medium": "yellow", "low": "dim", "info": "dim"}


def _show(text: str) -> None:
    """The text on a terminal: with rich the verdict is bold and severities have colours, without it nothing is lost."""
    try:
        from rich.console import Console
        from rich.text import Text
    except ImportError:
        sys.stdout.write(text)
        return
    styled = Text(text)
    styled.stylize("bold", 0, text.index("\n"))
    for match in re.finditer(rf"^({'|'.join(SEVERITIES)}) ", text, re.MULTILINE):
        styled.stylize(_COLOURS[match[1]], match.start(1), match.end(1))
    for match in re.finditer(r"^(Why|Fix|Or|Also) ", text, re.MULTILINE):
        styled.stylize("bold", match.start(1), match.end(1))
    Console().print(styled, soft_wrap=True, highlight=False, end="")


# ---- explain and list ----


def _explainable() -> list[Detector | Hypothesis]:
    """What has an id that a report prints."""
    return [*registry.detectors(), *registry.causes()]


def _explain(wanted: str) -> int:
    plugins = _explainable()
    chosen = [p for p in plugins if p.id == wanted]
    if not chosen:
        hint = _nearest(wanted, (p.id for p in plugins))
        raise UsageError(f"no finding or cause is called {wanted}; {hint}. See {PROGRAM} list.")
    blocks = ["\n".join(_explained(plugin)) for plugin in chosen]
    return _print(["\n\n".join(blocks)])


def _explained(plugin: Detector | Hypothesis) -> Iterator[str]:
    """Every text of a plug-in, as written there."""
    if isinstance(plugin, Detector):
        kind, quiet = f"finding, {plugin.severity}", ("Quiet when", plugin.quiet_when)
    else:
        kind, quiet = "cause", ("Must hold", plugin.must_hold)
    yield from wrap(f"{plugin.id} ({kind}): {plugin.title}", WIDTH)
    for name, said in (("Why", plugin.why), ("Fix", plugin.fix), quiet):
        yield from wrap(said, WIDTH, f"  {name:<10}  ", " " * 14)
    if isinstance(plugin, Hypothesis) and plugin.rivals:
        yield from wrap(", ".join(plugin.rivals), WIDTH, "  Rivals      ", " " * 14)
    for number, (name, threshold) in enumerate(plugin.thresholds.items()):
        head = "  Threshold   " if number == 0 else " " * 14
        yield from wrap(f"{plugin.id}.{name}={threshold.default:g}: {threshold.why}", WIDTH, head, " " * 16)
    if plugin.link:
        yield f"  Reference   {plugin.link}"


def _listing() -> Iterator[str]:
    """Everything there is, a line each."""
    sections: list[tuple[str, Sequence[Any]]] = [
        ("Findings", registry.detectors()),
        ("Causes", registry.causes()),
        ("File formats, each also gzipped", registry.containers()),
        ("Log dialects", sorted(registry.dialects(), key=lambda d: d.id)),
    ]
    wide = max((columns(p.id) for _, plugins in sections for p in plugins), default=0)
    for number, (title, plugins) in enumerate(sections):
        if number:
            yield ""
        yield f"{title} ({len(plugins)})"
        for plugin in plugins:
            severity = f"{plugin.severity:<8}  " if isinstance(plugin, Detector) else ""
            yield shorten(f"  {plugin.id:<{wide}}  {severity}{plugin.title}", WIDTH)
