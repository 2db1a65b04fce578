"""Exceptions that left the handler, grouped by type, message and the deepest frame of the function's own code."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer import words
from analyzer.detectors import _evidence as ev
from analyzer.functions import Function
from analyzer.model import Detector, Finding, Status, Threshold, Thresholds
from analyzer.stats.groups import Group
from analyzer.summary import Summary

ID = "unhandled-exception"
TITLE = "Unhandled Exception"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html"

_ADVICE = {
    "null-dereference": "A value is missing that the code relies on: compare the event of a failure with one that "
    "went well.",
    "json-parse-error": "What was read is not JSON: an empty body, or an HTML page that an error of another service "
    "left.",
    "missing-key-in-event": "The key is absent from some inputs: check the shape of the event, and refuse it with a "
    "clear answer.",
    "missing-environment-variable": "An environment variable is not set: set it, or give the code a default.",
    "stack-overflow-recursion": "The code calls itself without end on this input.",
    "response-not-serializable": "The handler's answer holds what JSON cannot: a set, a date, a Decimal, bytes. "
    "Convert it first.",
}
_PROXY_KEYS = ("Records", "body", "pathParameters", "queryStringParameters", "detail", "requestContext")

Key = tuple[str, str, str]


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:
    """One finding a kind of exception, most frequent first, then one that adds up the rest."""
    for function in summary.functions:
        kinds = sorted(_kinds(function).items(), key=lambda item: (-_size(function, item[1]), item[0]))
        most = round(thresholds(ID, "shown"))
        if len(kinds) == most + 1:
            most += 1
        for _, numbers in kinds[:most]:
            yield _stated(function, numbers)
        if rest := [numbers for _, numbers in kinds[most:]]:
            yield _rest(function, rest)
        yield from _wordless(function)


def _kinds(function: Function) -> dict[Key, list[int]]:
    """Numbers of the error groups by what they share; those another detector reports are left out."""
    found: dict[Key, list[int]] = {}
    elsewhere = ev.claimed_elsewhere(ID)
    for number, group in enumerate(function.summary.groups):
        mine = group.source in function.sources or number in function.groups
        if mine and group.outcome == "unhandled" and group.signature not in elsewhere:
            found.setdefault((group.type, group.template, group.frame), []).append(number)
    return found


def _wordless(function: Function) -> Iterator[Finding]:
    """Executions the platform calls failed, of which the export holds no line of the exception."""
    inv, elsewhere = function.inv, ev.claimed_elsewhere(ID)
    by_type: dict[str, list[int]] = {}
    for i in function.by_status[Status.ERROR]:
        group = function.group(inv.error[i]) if inv.error[i] >= 0 else None
        if group is None or (group.outcome == "logged" and group.signature not in elsewhere):
            by_type.setdefault(function.word(inv.error_type[i]), []).append(i)
    for name, rows in sorted(by_type.items(), key=lambda item: (-len(item[1]), item[0])):
        logged = [g for i in rows[:50] if inv.error[i] >= 0 for g in ev.line_of(function, function.group(inv.error[i]))]
        what = f"with {ev.clip(name, 50)}" if name else "without a word"
        yield ev.stated(
            function,
            rows,
            ev.merged(logged[:2], ev.reports(function, rows, *ev.STATUS)),
            id=ID,
            title=TITLE,
            severity="high",
            confidence=0.9,
            summary=f"{ev.amount(rows, function)} failed {what}.",
            link=LINK,
            advice="The export has no line of the exception itself: the log level hides it, or lines are missing.",
        )


def _size(function: Function, numbers: list[int]) -> int:
    """Executions that ended so, or lines where no execution is known."""
    return len(ev.failed_of(function, numbers)) or sum(function.group(k).count for k in numbers)


def _what(group: Group) -> str:
    """Type and message as one reads them."""
    message = group.template.replace("<*>", "…").strip()
    return f"{group.type}: {message}" if group.type and message else group.type or message or "an error without words"


def _stated(function: Function, numbers: list[int]) -> Finding:
    group = function.group(numbers[0])
    rows = ev.failed_of(function, numbers)
    at = f" at {ev.clip(group.frame, 40)}" if group.frame else ""
    advice = _ADVICE.get(group.signature, "Read the frame that is named, with the input of one failure beside it.")
    if group.signature == "missing-key-in-event" and group.details and group.details[0] in _PROXY_KEYS:
        advice = (
            f"`{group.details[0]}` belongs to another kind of event: the trigger or the test event is not the "
            f"expected one."
        )
    common = {
        "id": ID,
        "title": TITLE,
        "signature": group.signature or _runtime_signature(group),
        "link": LINK,
    }
    lines = [o for k in numbers[:3] for o in ev.line_of(function, function.group(k))]
    if not rows:
        count = sum(function.group(k).count for k in numbers)
        return ev.about_lines(
            function,
            [function.group(k) for k in numbers],
            lines,
            severity="high",
            confidence=0.85,
            summary=ev.sentence(f"{words.plural(count, 'line')} of ", _what(group), f"{at}."),
            advice=ev.joined(advice, "The export does not show the invocations they belong to."),
            **common,
        )
    severity, why = ev.raised("high", rows, function)
    summary = ev.sentence(f"{ev.amount(rows, function)} failed with ", _what(group), f"{at}.")
    return ev.stated(
        function,
        rows,
        ev.merged(lines, ev.reports(function, rows, *ev.STATUS, most=2)),
        severity=severity,
        confidence=0.95,
        summary=summary,
        advice=ev.joined(advice, _aftermath(function, rows), _retries(function, rows), why),
        **common,
    )


def _runtime_signature(group: Group) -> str | None:
    """The signature of the runtime's own form of reporting, where the exception itself has none."""
    text = group.line.text if group.line else ""
    if text.startswith("[ERROR]") or '"log_level"' in text[:400]:
        return "py-unhandled-exception"
    if "Unhandled Promise Rejection" in text or "Uncaught Exception" in text:
        return "node-unhandled-rejection-or-exception"
    return "node-invoke-error" if "Invoke Error" in text else None


def _aftermath(function: Function, rows: list[int]) -> str:
    status = {Status(function.inv.status[i]) for i in rows}
    if status == {Status.INIT_ERROR}:
        return "It is raised while the code loads, so no request gets through in such an environment."
    return "The process died of it, so the next request waits for a restart." if status == {Status.CRASH} else ""


def _retries(function: Function, rows: list[int]) -> str:
    """Lambda tries an asynchronous event again under the same id: incidents are fewer than failures."""
    requests = {r for i in rows if (r := function.inv.request_id(i))}
    known = sum(1 for i in rows if function.inv.request_id(i))
    return f"They are {words.plural(len(requests), 'request')}, tried again." if len(requests) < known else ""


def _rest(function: Function, rest: list[list[int]]) -> Finding:
    numbers = [k for group in rest for k in group]
    rows = ev.failed_of(function, numbers)
    groups = [function.group(k) for k in numbers]
    lines = [o for k in numbers[:3] for o in ev.line_of(function, function.group(k))]
    kinds = f"{words.count(len(rest))} further kinds of exception"
    common = {
        "advice": "The list of errors has them one by one. Milder than the single ones, so that those stand first.",
        "id": ID,
        "title": TITLE,
        "link": LINK,
        "severity": "medium",
    }
    if not rows:
        n = sum(g.count for g in groups)
        return ev.about_lines(
            function, groups, lines, confidence=0.85, summary=f"{words.plural(n, 'line')} of {kinds}.", **common
        )
    return ev.stated(
        function,
        rows,
        lines,
        confidence=0.95,
        summary=f"{words.plural(len(rows), 'invocation')} failed with {kinds}.",
        **common,
    )


DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="high",
    why="The handler raised and the caller got an error. An asynchronous event is tried twice more, a queue returns "
    "the message.",
    fix="Go to the frame that is named with the input of one failure. Refuse inputs that cannot be served with a "
    "clear answer, and let the rest of a batch go on.",
    quiet_when="An error was logged and survived; the code could not be loaded; or the words tell a narrower cause, "
    "such as a missing permission.",
    link=LINK,
    find=find,
    thresholds={"shown": Threshold(5, "Kinds of exception with a finding of their own; the rest is added up.")},
    specificity=70,
)
