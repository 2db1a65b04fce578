"""How an act is written in each tool: the names a function has there, and one `Fix` a tool."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from analyzer.model import Fix

if TYPE_CHECKING:
    from analyzer.functions import Function

ALIAS = "live"
ALIAS_NOTE = f"The log names versions, not aliases: put yours in place of `{ALIAS}`."
_NAME = re.compile(r"[A-Za-z0-9_-]{1,140}")


def known_name(function: Function) -> str | None:
    """The function's name if the log tells one that a command can take."""
    return function.name if function.name and _NAME.fullmatch(function.name) else None


def name_of(function: Function) -> str:
    """The name in a command, a placeholder where the log tells none."""
    return known_name(function) or "my-function"


def camel(name: str) -> str:
    """A name as templates for CloudFormation spell it.

    >>> camel("orders-api")
    'OrdersApi'
    """
    return "".join(p[:1].upper() + p[1:] for p in re.findall(r"[A-Za-z0-9]+", name))


def snake(name: str) -> str:
    """A name as Terraform spells it.

    >>> snake("orders-api")
    'orders_api'
    """
    return re.sub(r"[^a-z0-9]+", "_", name.lower())


def logical_id(function: Function) -> str:
    """The name as a logical id: OrdersApi."""
    return camel(name_of(function)) or "MyFunction"


def terraform_label(function: Function) -> str:
    """The name as a Terraform label: orders_api."""
    label = snake(name_of(function)).strip("_") or "my_function"
    return label if label[0].isalpha() else f"fn_{label}"


def noted(function: Function, note: str) -> str:
    """A note that also tells of the placeholder, where there is one."""
    if known_name(function):
        return note
    missing = "The export does not name the function: put its name in place of `my-function`."
    return f"{note} {missing}".strip()


def acts(
    function: Function, title: str, note: str, values: tuple[str, ...], commands: dict[str, str]
) -> tuple[Fix, ...]:
    """One fix a tool, in the order of the tabs."""
    return tuple(Fix(tool, title, command, noted(function, note), values) for tool, command in commands.items())


def configure(
    function: Function, title: str, note: str, values: tuple[str, ...], cli: str, sam: str, cdk: str, terraform: str
) -> tuple[Fix, ...]:
    """A change of the function's configuration in the four tools; template texts stand inside the function."""
    logical, label, name = logical_id(function), terraform_label(function), shlex.quote(name_of(function))
    inside = "\n".join("    " + line for line in sam.splitlines())
    return acts(
        function,
        title,
        note,
        values,
        {
            "aws-cli": f"aws lambda update-function-configuration --function-name {name} {cli}",
            "sam": f"{logical}:\n  Type: AWS::Serverless::Function\n  Properties:\n{inside}",
            "cdk": f"new lambda.Function(this, '{logical}', {{\n  {cdk},\n  // the rest as it is\n}});",
            "terraform": f'resource "aws_lambda_function" "{label}" {{\n'
            + "\n".join(f"  {x}" for x in terraform.splitlines())
            + "\n}",
        },
    )
