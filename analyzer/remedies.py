"""What to do about it, computed: the sizes and limits to set, and the command that sets them in each tool.

Every act comes as one `Fix` a tool with one title. The AWS CLI command can be pasted as it is; the others are the lines
that change in a template. Only numbers measured in the log are computed; what the log cannot know (an alias, a role, a
queue's address) is a placeholder, and the note says so.
"""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from analyzer import limits, words
from analyzer.functions import quantile
from analyzer.model import Fix, Status

if TYPE_CHECKING:
    from analyzer.functions import Function

ALIAS = "live"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,140}")
_ALIAS_NOTE = f"The log names versions, not aliases: put yours in place of `{ALIAS}`."
_ROLE_NOTE = "The log does not name the role here: put the function's execution role in place of `my-function-role`."


# ---- the numbers ----


def round_memory(mb: float) -> int | None:
    """A size Lambda accepts that is at least `mb`, a multiple of 64; None above the maximum.

    >>> round_memory(510), round_memory(3), round_memory(10241)
    (512, 128, None)
    """
    size = max(limits.MEMORY_MIN_MB, 64 * ceil(mb / 64))
    return size if size <= limits.MEMORY_MAX_MB else None


def peak_of(function: Function) -> int:
    """The most memory any environment used, MB; 0 unknown."""
    return max(function.inv.used, default=0)


def next_memory(function: Function) -> int | None:
    """The memory size to try, MB: 1.5 times the peak. None where none is known or more than Lambda offers is needed.

    A kill for memory cuts the peak off at the size, so twice the size is the least that tells more.
    """
    peak, size = peak_of(function), function.memory_size
    if not peak and not size:
        return None
    need = 1.5 * peak
    if function.by_status[Status.OUT_OF_MEMORY]:
        need = max(need, 2 * size)
    return round_memory(need) if need else None


def next_timeout(function: Function) -> int | None:
    """The timeout to try, s: twice the p99 of successes and 1.2 times the longest, plus the longest restart.

    None without a success to measure, and where the answer would not exceed the present limit or pass the maximum.
    """
    ok = function.ok_durations
    if not ok:
        return None
    p99 = quantile(ok, 0.99) or ok[-1]
    seconds = max(ceil(2 * p99 / 1000), ceil(1.2 * ok[-1] / 1000))
    restarts = function.init_durations if function.failed else []
    if restarts:
        seconds += ceil(restarts[-1] / 1000)
    seconds = min(limits.TIMEOUT_MAX_S, max(1, seconds))
    limit = function.limit_ms
    return None if limit is not None and seconds * 1000 <= limit else seconds


# ---- names in templates ----


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


def known_name(function: Function) -> str | None:
    """The function's name if the log tells one that a command can take."""
    return function.name if function.name and _NAME.fullmatch(function.name) else None


def _name(function: Function) -> str:
    return known_name(function) or "my-function"


def _logical(function: Function) -> str:
    """The name as a logical id: OrdersApi."""
    return "".join(p[:1].upper() + p[1:] for p in re.findall(r"[A-Za-z0-9]+", _name(function))) or "MyFunction"


def _label(function: Function) -> str:
    """The name as a Terraform label: orders_api."""
    label = re.sub(r"[^a-z0-9]+", "_", _name(function).lower()).strip("_") or "my_function"
    return label if label[0].isalpha() else f"fn_{label}"


def _note(function: Function, note: str) -> str:
    if known_name(function):
        return note
    missing = "The export does not name the function: put its name in place of `my-function`."
    return f"{note} {missing}".strip()


def _acts(
    function: Function, title: str, note: str, values: tuple[str, ...], commands: dict[str, str]
) -> tuple[Fix, ...]:
    """One fix a tool, in the order of the tabs."""
    return tuple(Fix(tool, title, command, _note(function, note), values) for tool, command in commands.items())


def _settings(
    function: Function, title: str, note: str, values: tuple[str, ...], cli: str, sam: str, cdk: str, terraform: str
) -> tuple[Fix, ...]:
    """A change of the function's configuration in the four tools; template texts stand inside the function."""
    logical, label = _logical(function), _label(function)
    inside = "\n".join("    " + line for line in sam.splitlines())
    return _acts(
        function,
        title,
        note,
        values,
        {
            "aws-cli": f"aws lambda update-function-configuration --function-name {shlex.quote(_name(function))} {cli}",
            "sam": f"{logical}:\n  Type: AWS::Serverless::Function\n  Properties:\n{inside}",
            "cdk": f"new lambda.Function(this, '{logical}', {{\n  {cdk},\n  // the rest as it is\n}});",
            "terraform": f'resource "aws_lambda_function" "{label}" {{\n'
            + "\n".join(f"  {x}" for x in terraform.splitlines())
            + "\n}",
        },
    )


# ---- the acts ----


def memory(function: Function, new_mb: int, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Set the memory size."""
    title = title or f"Set the memory to {words.memory(new_mb)}"
    return _settings(
        function,
        title,
        note,
        (str(new_mb),),
        f"--memory-size {new_mb}",
        f"MemorySize: {new_mb}",
        f"memorySize: {new_mb}",
        f"memory_size = {new_mb}",
    )


def timeout(function: Function, seconds: int, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Set the timeout."""
    title = title or f"Set the timeout to {seconds} s"
    return _settings(
        function,
        title,
        note,
        (str(seconds),),
        f"--timeout {seconds}",
        f"Timeout: {seconds}",
        f"timeout: Duration.seconds({seconds})",
        f"timeout = {seconds}",
    )


def ephemeral_storage(function: Function, new_mb: int, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Set the size of /tmp."""
    title = title or f"Set /tmp to {words.memory(new_mb)}"
    return _settings(
        function,
        title,
        note,
        (str(new_mb),),
        f"--ephemeral-storage Size={new_mb}",
        f"EphemeralStorage:\n  Size: {new_mb}",
        f"ephemeralStorageSize: Size.mebibytes({new_mb})",
        f"ephemeral_storage {{\n  size = {new_mb}\n}}",
    )


def tracing(function: Function, title: str = "Trace the calls it makes", note: str = "") -> tuple[Fix, ...]:
    """Switch X-Ray tracing on."""
    return _settings(
        function,
        title,
        note,
        (),
        "--tracing-config Mode=Active",
        "Tracing: Active",
        "tracing: lambda.Tracing.ACTIVE",
        'tracing_config {\n  mode = "Active"\n}',
    )


def json_logs(function: Function, title: str = "Log in JSON, from INFO up", note: str = "") -> tuple[Fix, ...]:
    """Write logs in JSON, where Lambda states success and failure of every invocation."""
    return _settings(
        function,
        title,
        note,
        (),
        "--logging-config LogFormat=JSON,ApplicationLogLevel=INFO,SystemLogLevel=INFO",
        "LoggingConfig:\n  LogFormat: JSON\n  ApplicationLogLevel: INFO\n  SystemLogLevel: INFO",
        "loggingFormat: lambda.LoggingFormat.JSON",
        'logging_config {\n  log_format            = "JSON"\n  application_log_level = "INFO"\n  system_log_level    '
        '  = "INFO"\n}',
    )


def snap_start(function: Function, title: str = "Start from a snapshot (SnapStart)", note: str = "") -> tuple[Fix, ...]:
    """Switch SnapStart on; it acts on published versions only."""
    note = note or "It acts on versions published from now on: publish one and point the alias at it."
    return _settings(
        function,
        title,
        note,
        (),
        "--snap-start ApplyOn=PublishedVersions",
        f"AutoPublishAlias: {ALIAS}\nSnapStart:\n  ApplyOn: PublishedVersions",
        "snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS",
        'publish = true\nsnap_start {\n  apply_on = "PublishedVersions"\n}',
    )


def rollback(function: Function, version: str, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Point the alias back at a version that worked; () for `$LATEST`, which cannot be gone back to."""
    if not version.isdigit():
        return ()
    title = title or f"Go back to version {version}"
    logical, label, name = _logical(function), _label(function), shlex.quote(_name(function))
    fixes = _acts(
        function,
        title,
        f"{note} {_ALIAS_NOTE}".strip(),
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


def reserved_concurrency(function: Function, n: int, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Reserve, and thereby bound, the function's concurrency."""
    title = title or f"Bound the concurrency to {words.count(n)}"
    logical, label = _logical(function), _label(function)
    return _acts(
        function,
        title,
        note,
        (str(n),),
        {
            "aws-cli": f"aws lambda put-function-concurrency --function-name {shlex.quote(_name(function))} "
            f"--reserved-concurrent-executions {n}",
            "sam": f"{logical}:\n  Type: AWS::Serverless::Function\n  Properties:\n    ReservedConcurrentExecutions: "
            f"{n}",
            "cdk": f"new lambda.Function(this, '{logical}', "
            f"{{\n  reservedConcurrentExecutions: {n},\n  // the rest as it is\n}});",
            "terraform": f'resource "aws_lambda_function" "{label}" {{\n  reserved_concurrent_executions = {n}\n}}',
        },
    )


def provisioned_concurrency(function: Function, n: int, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Keep environments initialised, on an alias."""
    title = title or f"Keep {words.plural(n, 'environment')} initialised"
    logical, label, name = _logical(function), _label(function), shlex.quote(_name(function))
    return _acts(
        function,
        title,
        f"{note} {_ALIAS_NOTE}".strip(),
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


def pin_runtime(
    function: Function, runtime_arn: str, title: str = "Pin the runtime version", note: str = ""
) -> tuple[Fix, ...]:
    """Keep a runtime version that worked, named by its ARN."""
    logical, name = _logical(function), shlex.quote(_name(function))
    return _acts(
        function,
        title,
        note or "For the time of the repair only: a pinned runtime gets no security updates.",
        (),
        {
            "aws-cli": f"aws lambda put-runtime-management-config --function-name {name} --update-runtime-on Manual "
            f"--runtime-version-arn {shlex.quote(runtime_arn)}",
            "sam": f"{logical}:\n  Type: AWS::Serverless::Function\n  Properties:\n    RuntimeManagementConfig:\n"
            f"      UpdateRuntimeOn: Manual\n      RuntimeVersionArn: {json.dumps(runtime_arn)}",
            "cdk": f"runtimeManagementMode: lambda.RuntimeManagementMode.manual({json.dumps(runtime_arn)})",
        },
    )


def set_variable(function: Function, key: str, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Set an environment variable. The AWS CLI replaces the whole map, so its command first reads what is there."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,100}", key):
        return ()
    title = title or f"Set the environment variable {key}"
    logical, label, name = _logical(function), _label(function), shlex.quote(_name(function))
    reads = f"aws lambda get-function-configuration --function-name {name} --query Environment --output json"
    return _acts(
        function,
        title,
        note or "Put the value in place of `VALUE`.",
        (key,),
        {
            "aws-cli": f'aws lambda update-function-configuration --function-name {name} --environment "$({reads} | '
            f'jq -c \'.Variables.{key}="VALUE"\')"',
            "sam": f"{logical}:\n  Type: AWS::Serverless::Function\n  Properties:\n    Environment:\n      Variables:\n"
            f"        {key}: VALUE",
            "cdk": f"fn.addEnvironment('{key}', 'VALUE');",
            "terraform": f'resource "aws_lambda_function" "{label}" {{\n  environment {{\n    variables = {{\n'
            f'      {key} = "VALUE"\n    }}\n  }}\n}}',
        },
    )


def visibility(function: Function, seconds: int, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Set the visibility timeout of the queue that feeds the function; its address is not in the log."""
    title = title or f"Set the queue's visibility timeout to {words.count(seconds)} s"
    note = f"{note} Put the queue's address in place of the one shown.".strip()
    return _acts(
        function,
        title,
        note,
        (str(seconds),),
        {
            "aws-cli": "aws sqs set-queue-attributes --queue-url "
            "https://sqs.eu-west-1.amazonaws.com/123456789012/my-queue "
            f"--attributes VisibilityTimeout={seconds}",
            "sam": f"MyQueue:\n  Type: AWS::SQS::Queue\n  Properties:\n    VisibilityTimeout: {seconds}",
            "cdk": f"new sqs.Queue(this, 'MyQueue', {{ visibilityTimeout: Duration.seconds({seconds}) }});",
            "terraform": f'resource "aws_sqs_queue" "my_queue" {{\n  visibility_timeout_seconds = {seconds}\n}}',
        },
    )


def async_retries(function: Function, attempts: int, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Bound the retries of asynchronous events."""
    title = title or f"Retry a failed event {words.plural(attempts, 'time')}"
    logical, label, name = _logical(function), _label(function), shlex.quote(_name(function))
    return _acts(
        function,
        title,
        note,
        (str(attempts),),
        {
            "aws-cli": f"aws lambda put-function-event-invoke-config --function-name {name} --maximum-retry-attempts "
            f"{attempts}",
            "sam": f"{logical}:\n  Type: AWS::Serverless::Function\n  Properties:\n    EventInvokeConfig:\n"
            f"      MaximumRetryAttempts: {attempts}",
            "cdk": f"fn.configureAsyncInvoke({{ retryAttempts: {attempts} }});",
            "terraform": f'resource "aws_lambda_function_event_invoke_config" "{label}" {{\n'
            f"  function_name          = aws_lambda_function.{label}.function_name\n"
            f"  maximum_retry_attempts = {attempts}\n}}",
        },
    )


def allow(function: Function, action: str, resource: str, role: str = "", title: str = "") -> tuple[Fix, ...]:
    """Let the function's role do one action on one resource, and nothing else."""
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}:[A-Za-z0-9*]{1,100}", action):
        return ()
    title = title or f"Allow {action}"
    known = bool(re.fullmatch(r"arn:[\w-]+:[\w-]+:[\w-]*:\d*:[\w+=,.@:/*-]{1,512}", resource))
    target = resource if known else "*"
    note = "" if known else "The message names no resource: narrow `*` down to the one it needs."
    if not re.fullmatch(r"[\w+=,.@-]{1,64}", role):
        role, note = "my-function-role", f"{note} {_ROLE_NOTE}".strip()
    logical, label = _logical(function), _label(function)
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": target}]}
    )
    policy = re.sub(r"[^A-Za-z0-9]+", "-", f"allow-{action}").strip("-")
    return _acts(
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
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}:[A-Za-z0-9*]{1,100}", action):
        return ()
    note = "" if role_arn else "Put the ARN of the function's execution role in place of the one shown."
    source = role_arn or "arn:aws:iam::123456789012:role/my-function-role"
    target = f" --resource-arns {shlex.quote(resource)}" if resource.startswith("arn:") else ""
    command = (
        f"aws iam simulate-principal-policy --policy-source-arn {shlex.quote(source)} --action-names {action}{target}"
    )
    return (Fix("aws-cli", "Ask which policy denies it", command, _note(function, note), (action,)),)


def on_demand_table(function: Function, table: str = "") -> tuple[Fix, ...]:
    """Let a DynamoDB table scale with its load."""
    known = bool(re.fullmatch(r"[\w.-]{3,255}", table))
    name = table if known else "my-table"
    note = "" if known else "The message does not name the table: put its name in place of `my-table`."
    resource = "".join(p[:1].upper() + p[1:] for p in re.findall(r"[A-Za-z0-9]+", name))
    return _acts(
        function,
        "Let the table scale with its load",
        note,
        ("PAY_PER_REQUEST",),
        {
            "aws-cli": f"aws dynamodb update-table --table-name {shlex.quote(name)} --billing-mode PAY_PER_REQUEST",
            "sam": f"{resource}:\n  Type: AWS::DynamoDB::Table\n  Properties:\n    BillingMode: PAY_PER_REQUEST",
            "cdk": f"new dynamodb.Table(this, '{resource}', {{\n  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,\n"
            "  // the rest as it is\n});",
            "terraform": f'resource "aws_dynamodb_table" "{re.sub(r"[^a-z0-9]+", "_", name.lower())}" {{\n'
            '  billing_mode = "PAY_PER_REQUEST"\n}',
        },
    )


def rebuild(function: Function, language: str, missing: str = "", title: str = "") -> tuple[Fix, ...]:
    """Build the package where its libraries fit Lambda, then deploy it; `language` is "python" or "node"."""
    title = title or "Build the package for Lambda and deploy it"
    name = shlex.quote(_name(function))
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
    return _acts(
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


def handler(function: Function, value: str, title: str = "", note: str = "") -> tuple[Fix, ...]:
    """Name the entry point."""
    title = title or f"Set the handler to {value}"
    return _settings(
        function,
        title,
        note,
        (value,),
        f"--handler {shlex.quote(value)}",
        f"Handler: {json.dumps(value)}",
        f"handler: {json.dumps(value)}",
        f"handler = {json.dumps(value)}",
    )


def full_export(function: Function, title: str = "Export it again, complete") -> tuple[Fix, ...]:
    """Write an export that keeps every line: no filter pattern, the whole time range."""
    period = function.summary.period
    group = shlex.quote(function.log_group or f"/aws/lambda/{_name(function)}")
    span = f" --start-time {period[0]} --end-time {period[1]}" if period else ""
    command = f"aws logs filter-log-events --log-group-name {group}{span} > export.json"
    return (
        Fix(
            "aws-cli", title, command, _note(function, "Without `--filter-pattern`; it reads every page by itself."), ()
        ),
    )
