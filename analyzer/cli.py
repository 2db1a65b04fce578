"""The command line: one command, its progress, its exit status. No analysis happens here.

Standard output carries the report and nothing else, standard error what went wrong, a line each. Exit status: 0 done,
1 a finding at or above `--fail-on`, 2 unusable arguments or an input that is no log export.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from analyzer import catalogue, words
from analyzer.arguments import FORMATS, PROGRAM, UNUSABLE, analyze_parser, explain_parser, list_parser, say
from analyzer.engines.local import Found, find
from analyzer.errors import LambdascopeError, UsageError
from analyzer.model import SEVERITIES, Options
from analyzer.pipeline import Progress, Reading
from analyzer.report import Report
from analyzer.report._plain import shorten

DONE, FOUND, INTERRUPTED, PIPE_CLOSED = 0, 1, 130, 141


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
        say("interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone, `| head` for one; Python's own flush at exit must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return PIPE_CLOSED
    except LambdascopeError as error:
        say(str(error))
        return UNUSABLE
    except OSError as error:
        say(f"{error.filename or 'output'}: {error.strerror or error}.")
        return UNUSABLE
    return status


def _command(given: list[str]) -> int:
    name, rest = (given[0], given[1:]) if given[:1] in (["analyze"], ["explain"], ["list"]) else ("analyze", given)
    if name == "explain":
        return _print(catalogue.explain(explain_parser().parse_args(rest).id))
    if name == "list":
        list_parser().parse_args(rest)
        return _print("\n".join(catalogue.listing()))
    return _analyze(analyze_parser().parse_intermixed_args(rest))


def _print(text: str) -> int:
    print(text)
    return DONE


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
    known = [f"{p.id}.{name}" for p in catalogue.explainable() for name in p.thresholds]
    for name in overrides:
        if name not in known:
            raise UsageError(
                f"no threshold is called {name}; {catalogue.nearest(name, known)}. See {PROGRAM} explain ID."
            )


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
        say(str(error))
    if found.skipped:
        first = str(found.skipped[0])
        more = f" (and {words.plural(len(found.skipped) - 1, 'more file')})" if len(found.skipped) > 1 else ""
        say(f"passed over: {first}{more}")


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
        _show(report.to_text(min(catalogue.WIDTH, shutil.get_terminal_size((catalogue.WIDTH, 24)).columns)))
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
