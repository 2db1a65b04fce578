"""Exceptions of the function's own code whose words tell what kind of mistake it is."""

from __future__ import annotations

from analyzer.model import Signature
from analyzer.signatures._match import words

_FINDING = "unhandled-exception"

SIGNATURES = (
    Signature(
        id="missing-environment-variable",
        finding="missing-configuration",
        title="An environment variable is not set",
        samples=(
            "KeyError: 'TABLE_NAME'",
            "Error: Required environment variable REWARDS_TABLE is not set",
            "Error: Missing required environment variable: API_KEY",
        ),
        quiet=(
            "KeyError: 'customer_id'",
            "KeyError: 'Records'",
            "environment variable TABLE_NAME is set",
            "KeyError: 'DE'",
        ),
        match=words(
            r"^KeyError: '([A-Z][A-Z0-9]{1,40}_[A-Z0-9_]{1,60})'",
            r"(?i:missing|required) (?:required )?(?i:env(?:ironment)? "
            r"var(?:iable)?s?)\W{0,3}([A-Z][A-Z0-9_]{2,80})\b(?! is set)",
            r"(?i:environment variable) \W?([A-Z][A-Z0-9_]{2,80})\W? (?:is )?(?:not set|missing|undefined|required)",
        ),
        rank=60,
    ),
    Signature(
        id="response-not-serializable",
        finding="response-error",
        title="The answer cannot be written as JSON",
        samples=(
            "Runtime.MarshalError: Unable to marshal response: Object of type set is not JSON serializable",
            "TypeError: Converting circular structure to JSON",
            "TypeError: Do not know how to serialize a BigInt",
        ),
        quiet=("response is JSON serializable", "circular structure drawn"),
        match=words(
            r"Runtime\.MarshalError\b|Unable to marshal response|is not JSON serializable|Converting circular "
            r"structure to JSON|Do not know how to serialize a BigInt|Unable to stringify response body"
        ),
        rank=60,
    ),
    Signature(
        id="null-dereference",
        finding=_FINDING,
        title="A value is missing where the code expects one",
        samples=(
            "TypeError: Cannot read properties of undefined (reading 'id')",
            "TypeError: 'NoneType' object is not subscriptable",
            "AttributeError: 'NoneType' object has no attribute 'get'",
            'java.lang.NullPointerException: Cannot invoke "Order.id()" because "order" is null',
        ),
        quiet=("TypeError: unsupported operand type(s) for *: 'str' and 'float'", "NullPointerExceptions: 0"),
        match=words(
            r"Cannot read propert(?:y|ies) [^\n]{0,80}?of (?:undefined|null)\b",
            r"'NoneType' object (?:is not subscriptable|has no attribute|is not iterable|is not callable)",
            r"(?:NullPointerException|NullReferenceException)\b|nil pointer dereference|undefined method "
            r"[^\n]{1,80}? for nil",
            r"undefined is not (?:a function|iterable)",
        ),
        rank=70,
    ),
    Signature(
        id="json-parse-error",
        finding=_FINDING,
        title="What was read is not JSON",
        samples=(
            "SyntaxError: Unexpected token '<', \"<html>\" is not valid JSON",
            "SyntaxError: Unexpected end of JSON input",
            "JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        ),
        quiet=(
            "JSON parsed in 2 ms",
            "Runtime.UserCodeSyntaxError: Syntax error in module 'app': invalid syntax (app.py, line 3)",
        ),
        match=words(
            r"JSONDecodeError\b|Expecting value: line \d{1,9} column \d",
            r"SyntaxError: (?:Unexpected (?:token|end of JSON input)|[^\n]{0,200}is not valid JSON)|Unexpected token "
            r"[^\n]{1,20} in JSON",
            r"com\.fasterxml\.jackson\.[\w.$]{1,100}Exception|System\.Text\.Json\.JsonException|json: cannot unmarshal",
        ),
        rank=70,
    ),
    Signature(
        id="missing-key-in-event",
        finding=_FINDING,
        title="A key is not in the event or record",
        samples=("KeyError: 'Records'", "KeyError: 'customer_id'", "IndexError: list index out of range"),
        quiet=("KeyError handler registered", "IndexErrors: 0"),
        match=words(r"^KeyError: '([^'\n]{1,80})'", r"^IndexError: list index out of range"),
        rank=75,
    ),
    Signature(
        id="stack-overflow-recursion",
        finding=_FINDING,
        title="The code calls itself without end",
        samples=(
            "RangeError: Maximum call stack size exceeded",
            "RecursionError: maximum recursion depth exceeded",
            "java.lang.StackOverflowError",
        ),
        quiet=("recursion depth 3 of 1000",),
        match=words(
            r"Maximum call stack size exceeded|RecursionError: maximum recursion depth|"
            r"java\.lang\.StackOverflowError\b|stack level too deep|goroutine stack exceeds"
        ),
        rank=70,
    ),
)
