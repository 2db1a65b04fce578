"""A service limits the function's calls. The details are (service, operation), each "" where the message has none."""

from __future__ import annotations

import re
from collections.abc import Callable

from analyzer.model import Signature

_FINDING = "throttling"
_CALLED = re.compile(r"when calling the (\w{1,80}) operation|operation error ([\w ]{1,40}): (\w{1,80})")
_JAVA = re.compile(r"\(Service: ([\w ]{1,40})[,;]")
_SERVICES = {
    "DynamoDB": (
        "GetItem PutItem UpdateItem DeleteItem Query Scan BatchGetItem BatchWriteItem TransactWriteItems "
        "TransactGetItems DescribeTable"
    ),
    "Systems Manager": "GetParameter GetParameters GetParametersByPath PutParameter",
    "Secrets Manager": "GetSecretValue",
    "KMS": "Decrypt Encrypt GenerateDataKey",
    "STS": "AssumeRole GetCallerIdentity",
    "Lambda": "Invoke InvokeAsync InvokeFunction",
    "S3": "GetObject PutObject HeadObject DeleteObject DeleteObjects ListObjects ListObjectsV2 CopyObject UploadPart",
    "SQS": "SendMessage SendMessageBatch ReceiveMessage DeleteMessage DeleteMessageBatch",
    "SNS": "Publish PublishBatch",
    "Kinesis": "PutRecord PutRecords GetRecords",
    "Bedrock": "InvokeModel InvokeModelWithResponseStream Converse ConverseStream",
    "EventBridge": "PutEvents",
    "Step Functions": "StartExecution SendTaskSuccess SendTaskFailure",
    "CloudWatch": "PutMetricData GetMetricData",
    "CloudWatch Logs": "PutLogEvents CreateLogStream CreateLogGroup",
}
_SERVICE_OF = {operation: service for service, operations in _SERVICES.items() for operation in operations.split()}
_CODES = (
    r"(?:ThrottlingException|ThrottledException|Throttling|RequestLimitExceeded|TooManyRequestsException|"
    r"RequestThrottled(?:Exception)?|BandwidthLimitExceeded|PriorRequestNotComplete|"
    r"ProvisionedThroughputExceededException)"
)
# an error code stands where SDKs print codes, so that a metric or a class of that name in a sentence is no throttling
_CODE = re.compile(rf"\({_CODES}\) when calling|api error {_CODES}: |(?:^|[\s\"';:]){_CODES}: |Error Code: {_CODES}\b")
_CONFIG = (
    "GetParameter",
    "GetParameters",
    "GetParametersByPath",
    "GetSecretValue",
    "Decrypt",
    "GenerateDataKey",
    "AssumeRole",
)


def _who(text: str, service: str = "") -> tuple[str, str]:
    called = _CALLED.search(text)
    operation = (called[1] or called[3]) if called else ""
    java = _JAVA.search(text)
    named = (called[2] if called else "") or (java[1] if java else "")
    return service or _SERVICE_OF.get(operation) or named or "", operation


def _texts(pattern: str, service: str) -> Callable[[str], tuple[str, ...] | None]:
    compiled = re.compile(pattern)
    return lambda text: _who(text, service) if compiled.search(text) else None


def _config_store(text: str) -> tuple[str, ...] | None:
    called = _CALLED.search(text)
    limited = _CODE.search(text) or "Rate exceeded" in text
    return _who(text) if called and (called[1] or called[3]) in _CONFIG and limited else None


def _invoke(text: str) -> tuple[str, ...] | None:
    _, operation = _who(text)
    if operation in ("Invoke", "InvokeAsync", "InvokeFunction") and _CODE.search(text):
        return "Lambda", operation
    if re.search(
        r"(?:ConcurrentInvocationLimitExceeded|FunctionInvocationRateLimitExceeded|CallerRateLimitExceeded)\b", text
    ):
        return "Lambda", operation
    return None


def _generic(text: str) -> tuple[str, ...] | None:
    if _CODE.search(text) or re.search(r"(?:^|: )Rate [Ee]xceeded\.?\s*$", text):
        return _who(text)
    return None


SIGNATURES = (
    Signature(
        id="dynamodb-throttled",
        finding=_FINDING,
        title="DynamoDB limits reads or writes",
        samples=(
            (
                "ProvisionedThroughputExceededException: An error occurred (ProvisionedThroughputExceededException) "
                "when calling the "
                "PutItem operation (reached max retries: 9): The level of configured provisioned throughput for the "
                "table was exceeded."
            ),
            (
                "An error occurred (ThrottlingException) when calling the Query operation: Throughput exceeds the "
                "current capacity of your table or index."
            ),
        ),
        quiet=("ProvisionedThroughputExceededException count=0", "throughput 40 rows per s"),
        match=_texts(
            r"ProvisionedThroughputExceededException(?:\)|: [A-Z])|Throughput exceeds the current capacity|"
            r"exceeded the maximum allowed provisioned throughput|level of configured provisioned "
            r"throughput[^\n]{0,60} exceeded",
            "DynamoDB",
        ),
        rank=35,
    ),
    Signature(
        id="s3-slowdown",
        finding=_FINDING,
        title="S3 asks to slow down",
        samples=(
            (
                "ClientError: An error occurred (SlowDown) when calling the PutObject operation (reached max "
                "retries: 4): Please reduce your request rate."
            ),
        ),
        quiet=("SlowDown mode off", "please reduce your order"),
        match=_texts(
            r"\(SlowDown\) when calling|api error SlowDown: |^SlowDown: |Please reduce your request rate", "S3"
        ),
        rank=35,
    ),
    Signature(
        id="config-store-throttling",
        finding=_FINDING,
        title="A store of parameters, secrets or keys limits the calls",
        samples=(
            (
                "ClientError: An error occurred (ThrottlingException) when calling the GetParameter operation "
                "(reached max retries: 4): Rate exceeded"
            ),
            (
                "operation error SSM: GetParameters, https response error StatusCode: 400, api error "
                "ThrottlingException: Rate exceeded"
            ),
        ),
        quiet=("GetParameter answered in 20 ms", "ThrottlingException handler registered for GetParameter"),
        match=_config_store,
        rank=36,
    ),
    Signature(
        id="lambda-invoke-throttled",
        finding=_FINDING,
        title="Lambda refuses to invoke another function",
        samples=(
            (
                "ClientError: An error occurred (TooManyRequestsException) when calling the Invoke operation "
                "(reached max retries: 4): Rate Exceeded."
            ),
            "TooManyRequestsException: ReservedFunctionConcurrentInvocationLimitExceeded",
        ),
        quiet=("Invoke of report-builder answered 200",),
        match=_invoke,
        rank=36,
    ),
    Signature(
        id="aws-throttling",
        finding=_FINDING,
        title="An AWS service limits the calls",
        samples=(
            (
                "ClientError: An error occurred (ThrottlingException) when calling the InvokeModel operation "
                "(reached max retries: 4): Too many tokens, please wait before trying again."
            ),
            "ThrottlingException: Rate exceeded",
            (
                "operation error SQS: SendMessage, https response error StatusCode: 400, api error RequestThrottled: "
                "Rate exceeded"
            ),
        ),
        quiet=("throttling: 0", "ThrottlingException handler registered", "rate exceeded the forecast by 3%"),
        match=_generic,
        rank=45,
    ),
)
