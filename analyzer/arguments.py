"""What a person may type, as `--help` describes it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import NoReturn

from analyzer import __version__
from analyzer.limits import PRICE_GB_SECOND
from analyzer.model import SEVERITIES
from analyzer.report import Report
from analyzer.report._plain import plain

PROGRAM = "lambdascope"
UNUSABLE = 2

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


def say(message: str) -> None:
    """One line on standard error, whatever the message holds."""
    sys.stderr.write(f"{PROGRAM}: {plain(message)}\n")


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the options are described."""
        say(f"{message}. See {PROGRAM} --help.")
        raise SystemExit(UNUSABLE)


def analyze_parser() -> Parser:
    """The options of a reading, and the help of the whole program."""
    parser = Parser(
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


def explain_parser() -> Parser:
    """The one argument of `explain`."""
    parser = Parser(
        prog=f"{PROGRAM} explain",
        description="What a finding or cause means, when it stays quiet, how to fix it.",
        allow_abbrev=False,
    )
    parser.add_argument("id", metavar="ID", help="of a finding or cause, as the report and `list` print it")
    return parser


def list_parser() -> Parser:
    """`list` takes nothing."""
    return Parser(
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
