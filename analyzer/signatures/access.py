"""A permission is missing or denied. The details are (action, resource, why, role), "" where there is none."""

from __future__ import annotations

import re

from analyzer.model import Signature
from analyzer.signatures._match import resource

_ACTION = re.compile(
    r"is not authorized to perform: ([\w-]{2,40}:[\w*]{2,80})(?:[^\n]{0,80}? on resource: ([^\s,]{1,600}))?"
)
_OPERATION = re.compile(
    r"\((?:AccessDenied(?:Exception)?|UnauthorizedOperation|AuthorizationError(?:Exception)?|"
    r"KMSAccessDeniedException|403)\) when calling the (\w{1,80}) operation"
)
_ERROR = re.compile(
    r"^AccessDenied(?:Exception)?: |api error AccessDenied(?:Exception)?: |\"(?:errorType|name|code|__type)\" ?: ?"
    r"\"AccessDenied(?:Exception)?\"|Error Code: AccessDenied(?:Exception)?\b"
)
_ROLE = re.compile(r"assumed-role/([\w+=,.@-]{1,64})/")
_WHY = (
    ("explicit deny", re.compile(r"with an explicit deny in an? ([a-z -]{4,40}?) policy|with an explicit deny")),
    ("boundary", re.compile(r"because no permissions boundary allows")),
    ("session", re.compile(r"because no session policy allows")),
    ("resource policy", re.compile(r"because no resource-based policy allows")),
    ("identity policy", re.compile(r"because no identity-based policy allows")),
)


def _match(text: str) -> tuple[str, ...] | None:
    action = _ACTION.search(text)
    operation = None if action else _OPERATION.search(text)
    if action is None and operation is None and not _ERROR.search(text):
        return None
    role = _ROLE.search(text)
    why = next((name for name, pattern in _WHY if pattern.search(text)), "")
    name = action[1] if action else operation[1] if operation else ""
    return name, resource(action[2]) if action and action[2] else "", why, role[1] if role else ""


SIGNATURES = (
    Signature(
        id="access-denied",
        finding="access-denied",
        title="A policy does not allow an action",
        samples=(
            (
                "ClientError: An error occurred (AccessDeniedException) when calling the PutItem operation: User: "
                "arn:aws:sts::123456789012:assumed-role/orders-role/orders is not authorized to perform: "
                "dynamodb:PutItem on resource: "
                "arn:aws:dynamodb:eu-west-1:123456789012:table/orders because no identity-based policy allows the "
                "dynamodb:PutItem action"
            ),
            "ClientError: An error occurred (AccessDenied) when calling the GetObject operation: Access Denied",
            "AccessDeniedException: User is not authorized to access this resource with an explicit deny",
            (
                "operation error S3: PutObject, https response error StatusCode: 403, api error AccessDenied: Access "
                "Denied"
            ),
        ),
        quiet=(
            "access denied count: 0",
            "Login failed for user 'app'",
            "the policy AccessDeniedForGuests was read",
            "AccessDenied pages are served by the error handler",
        ),
        match=_match,
        rank=30,
    ),
)
