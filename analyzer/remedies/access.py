"""Acts on what the function's role may do."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

from analyzer.model import Fix
from analyzer.remedies._tools import acts, logical_id, noted, terraform_label

if TYPE_CHECKING:
    from analyzer.functions import Function

_ACTION = re.compile(r"[A-Za-z0-9-]{1,64}:[A-Za-z0-9*]{1,100}")
_ROLE_NOTE = "The log does not name the role here: put the function's execution role in place of `my-function-role`."


def allow(function: Function, action: str, resource: str, role: str = "", title: str = "") -> tuple[Fix, ...]:
    """Let the function's role do one action on one resource, and nothing else."""
    if not _ACTION.fullmatch(action):
        return ()
    title = title or f"Allow {action}"
    known = bool(re.fullmatch(r"arn:[\w-]+:[\w-]+:[\w-]*:\d*:[\w+=,.@:/*-]{1,512}", resource))
    target = resource if known else "*"
    note = "" if known else "The message names no resource: narrow `*` down to the one it needs."
    if not re.fullmatch(r"[\w+=,.@-]{1,64}", role):
        role, note = "my-function-role", f"{note} {_ROLE_NOTE}".strip()
    logical, label = logical_id(function), terraform_label(function)
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": target}]}
    )
    policy = re.sub(r"[^A-Za-z0-9]+", "-", f"allow-{action}").strip("-")
    return acts(
        function,
        title,
        note,
        (action, target),
        {
            "aws-cli": f"aws iam put-role-policy --role-name {shlex.quote(role)} --policy-name {policy} "
            f"--policy-document {shlex.quote(document)}",
            "sam": f"{logical}:\n  Type: AWS::Serverless::Function\n  Properties:\n    Policies:\n      - Statement:\n"
            f'          - Effect: Allow\n            Action: "{action}"\n            Resource: "{target}"',
            "cdk": f"fn.addToRolePolicy(new "
            f"iam.PolicyStatement({{\n  actions: ['{action}'],\n  resources: ['{target}'],\n}}));",
            "terraform": f'resource "aws_iam_role_policy" "{label}" {{\n  role = aws_iam_role.{label}.id\n'
            f"  policy = "
            f'jsonencode({{\n    Version = "2012-10-17"\n    Statement = [{{\n      Effect   = "Allow"\n'
            f'      Action   = "{action}"\n      Resource = "{target}"\n    }}]\n  }})\n}}',
        },
    )


def simulate(function: Function, action: str, resource: str, role_arn: str = "") -> tuple[Fix, ...]:
    """Ask IAM which statement decides: for a denial that no added permission lifts."""
    if not _ACTION.fullmatch(action):
        return ()
    note = "" if role_arn else "Put the ARN of the function's execution role in place of the one shown."
    source = role_arn or "arn:aws:iam::123456789012:role/my-function-role"
    target = f" --resource-arns {shlex.quote(resource)}" if resource.startswith("arn:") else ""
    command = (
        f"aws iam simulate-principal-policy --policy-source-arn {shlex.quote(source)} --action-names {action}{target}"
    )
    return (Fix("aws-cli", "Ask which policy denies it", command, noted(function, note), (action,)),)
