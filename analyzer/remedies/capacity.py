"""Acts on how much can run at once, here or behind the function."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from analyzer import words
from analyzer.model import Fix
from analyzer.remedies._tools import ALIAS, ALIAS_NOTE, acts, camel, logical_id, name_of, snake, terraform_label

if TYPE_CHECKING:
    from analyzer.functions import Function


def provisioned_concurrency(function: Function, n: int, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Keep environments initialised, on an alias."""
    title = title or f"Keep {words.plural(n, 'environment')} initialised"
    logical, label, name = logical_id(function), terraform_label(function), shlex.quote(name_of(function))
    return acts(
        function,
        title,
        f"{note} {ALIAS_NOTE}".strip(),
        (str(n), ALIAS),
        {
            "aws-cli": f"aws lambda put-provisioned-concurrency-config --function-name {name} --qualifier {ALIAS} "
            f"--provisioned-concurrent-executions {n}",
            "sam": f"{logical}:\n  Type: AWS::Serverless::Function\n  Properties:\n    AutoPublishAlias: {ALIAS}\n"
            f"    ProvisionedConcurrencyConfig:\n      ProvisionedConcurrentExecutions: {n}",
            "cdk": f"new lambda.Alias(this, '{logical}Alias', "
            f"{{\n  aliasName: '{ALIAS}',\n  version: fn.currentVersion,\n"
            f"  provisionedConcurrentExecutions: {n},\n}});",
            "terraform": f'resource "aws_lambda_provisioned_concurrency_config" "{label}" {{\n'
            f"  function_name                     = aws_lambda_alias.{ALIAS}.function_name\n"
            f"  qualifier                         = aws_lambda_alias.{ALIAS}.name\n"
            f"  provisioned_concurrent_executions = {n}\n}}",
        },
    )


def on_demand_table(function: Function, table: str = "") -> tuple[Fix, ...]:
    """Let a DynamoDB table scale with its load."""
    known = bool(re.fullmatch(r"[\w.-]{3,255}", table))
    name = table if known else "my-table"
    note = "" if known else "The message does not name the table: put its name in place of `my-table`."
    resource = camel(name)
    return acts(
        function,
        "Let the table scale with its load",
        note,
        ("PAY_PER_REQUEST",),
        {
            "aws-cli": f"aws dynamodb update-table --table-name {shlex.quote(name)} --billing-mode PAY_PER_REQUEST",
            "sam": f"{resource}:\n  Type: AWS::DynamoDB::Table\n  Properties:\n    BillingMode: PAY_PER_REQUEST",
            "cdk": f"new dynamodb.Table(this, '{resource}', {{\n  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,\n"
            "  // the rest as it is\n});",
            "terraform": f'resource "aws_dynamodb_table" "{snake(name)}" {{\n  billing_mode = "PAY_PER_REQUEST"\n}}',
        },
    )
