"""Acts on the code that runs: back to a version that worked, or a package built anew."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from analyzer.model import Fix
from analyzer.remedies._tools import ALIAS, ALIAS_NOTE, acts, logical_id, name_of, terraform_label

if TYPE_CHECKING:
    from analyzer.functions import Function


def good_version(function: Function, rows: Sequence[int]) -> str | None:
    """The latest numbered version that ran before those of `rows`, at least ten times, without failing like them."""
    inv = function.inv
    bad = {inv.version[i] for i in rows}
    numbers = [int(function.word(v)) for v in bad if function.word(v).isdigit()]
    if not numbers:
        return None
    failed = {inv.version[i] for i in function.failed}
    runs = Counter(inv.version)
    good = [
        int(function.word(v))
        for v, n in runs.items()
        if n >= 10 and v not in bad and v not in failed and function.word(v).isdigit()
    ]
    earlier = [v for v in good if v < min(numbers)]
    return str(max(earlier)) if earlier else None


def rollback(function: Function, version: str, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Point the alias back at a version that worked; () for `$LATEST`, which cannot be gone back to."""
    if not version.isdigit():
        return ()
    title = title or f"Go back to version {version}"
    logical, label, name = logical_id(function), terraform_label(function), shlex.quote(name_of(function))
    fixes = acts(
        function,
        title,
        f"{note} {ALIAS_NOTE}".strip(),
        (ALIAS, version),
        {
            "aws-cli": f"aws lambda update-alias --function-name {name} --name {ALIAS} --function-version {version}",
            "sam": f"git checkout COMMIT  # the one that version {version} was deployed from\nsam build && sam deploy",
            "cdk": f"new lambda.Alias(this, '{logical}Alias', {{\n  aliasName: '{ALIAS}',\n"
            f"  version: lambda.Version.fromVersionArn(this, 'V{version}', `${{fn.functionArn}}:{version}`),\n}});",
            "terraform": f'resource "aws_lambda_alias" "{ALIAS}" {{\n  name             = "{ALIAS}"\n'
            f"  function_name    = aws_lambda_function.{label}.function_name\n"
            f'  function_version = "{version}"\n}}',
        },
    )
    commit = "Put the commit in place of `COMMIT`: a template deploys code, not versions."
    return tuple(replace(f, note=f"{note} {commit}".strip()) if f.tool == "sam" else f for f in fixes)


def rebuild(function: Function, language: str, missing: str = "", title: str = "") -> tuple[Fix, ...]:
    """Build the package where its libraries fit Lambda, then deploy it; `language` is "python" or "node"."""
    title = title or "Build the package for Lambda and deploy it"
    name = shlex.quote(name_of(function))
    deploy = f"aws lambda update-function-code --function-name {name} --zip-file fileb://package.zip"
    module = missing if re.fullmatch(r"[A-Za-z0-9@/_.-]{1,100}", missing) else ""
    if language == "python":
        version = next(
            (r.removeprefix("python") for r in reversed(function.runtimes) if r.startswith("python3.")), "3.13"
        )
        build = (
            f"pip install --target package --platform manylinux2014_x86_64 --only-binary=:all: --python-version "
            f"{version} "
            "-r requirements.txt"
        )
        cli = f"{build} && cp *.py package/ && (cd package && zip -qr ../package.zip .) && {deploy}"
        note = "For arm64 take manylinux2014_aarch64. "
    elif language == "node":
        cli = f"npm ci --omit=dev --os=linux --cpu=x64 && zip -qr package.zip . && {deploy}"
        note = "For arm64 take --cpu=arm64. "
    else:
        cli, note = f"sam build --use-container && {deploy}", ""
    note += f"`{module}` must be in what is packed." if module else ""
    return acts(
        function,
        title,
        note.strip(),
        (),
        {
            "aws-cli": cli,
            "sam": "sam build --use-container && sam deploy",
            "cdk": "cdk deploy  # with bundling: a PythonFunction or NodejsFunction builds inside Lambda's image",
            "terraform": f"{cli.rsplit(' && ', 1)[0]}\nterraform apply",
        },
    )
