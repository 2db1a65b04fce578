"""Parts of the report that more than one view uses: severity words, evidence lines, commands, function names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from analyzer import words
from analyzer.model import UNREAD, Cause, Fix, Origin
from analyzer.report import FunctionInfo, Report
from analyzer.report._markup import Child, Markup, el
from analyzer.report._svg import icon

TOOLS = {"aws-cli": "AWS CLI", "sam": "SAM", "cdk": "CDK", "terraform": "Terraform"}
OUTCOMES = {
    "killed": "oom",
    "timed out": "timeout",
    "crashed": "crash",
    "failed": "error",
    "failed to start": "init",
    "survived": "okay",
}
MOST_LINES = 5
MOST_INPUTS = 3
MOST_ACTS = 2

_CODE = re.compile(r"`([^`\n]+)`")
_UUID = re.compile(r"\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_TOKEN = re.compile(r"(?:--[\w-]+[ =][^\s\\-]\S*|\S+)(?: \\(?=\n))?|\s+")
_SPACE = re.compile(r"( )")
MOST_GLUED = 36


def heading(report: Report) -> str:
    """The verdict as a window title."""
    return report.verdict.rstrip(".")


def severity(name: str) -> Markup:
    """Glyph and word."""
    return el("span", icon(name), name.capitalize(), class_=f"sev {name}")


def outcome(word: str) -> Markup:
    """What became of the executions an error belongs to: glyph and word."""
    kind = OUTCOMES.get(word, "unknown")
    return el("span", icon(kind), word, class_=f"st {kind}")


def function_named(report: Report, name: str | None) -> FunctionInfo | None:
    """The figures of a function, or of the only one there is."""
    for info in report.functions:
        if info.name == name:
            return info
    return report.functions[0] if len(report.functions) == 1 else None


def prose(sentence: str) -> list[Child]:
    """A sentence whose `names` stand in the type of code.

    >>> prose("Put yours in place of `live`.")
    ['Put yours in place of ', '<code>live</code>', '.']
    """
    return [el("code", part) if i % 2 else part for i, part in enumerate(_CODE.split(sentence))]


def _short_ids(part: str) -> Iterator[Child]:
    """Request ids shortened at their end, whole in the title."""
    end = 0
    for match in _UUID.finditer(part):
        yield part[end : match.start()]
        yield el("span", f"{match[1]}-…", title=match[0])
        end = match.end()
    yield part[end:]


def quoted(origin: Origin) -> Markup:
    """A log line with the proving parts marked. Marks that overlap or lie outside are trimmed, never trusted."""
    parts: list[Child] = []
    end = 0
    for start, stop in sorted(origin.marks):
        start, stop = max(start, end), min(stop, len(origin.text))
        if stop <= start:
            continue
        parts.append(_short_ids(origin.text[end:start]))
        parts.append(el("mark", origin.text[start:stop]))
        end = stop
    parts.append(_short_ids(origin.text[end:].rstrip()))
    return el("code", parts)


def lines(report: Report, origins: Sequence[Origin], most: int = MOST_LINES) -> Markup | None:
    """Evidence: time and quoted line."""
    if not origins:
        return None
    days = report.period is not None and words.day(report.period[0]) != words.day(report.period[1])

    def one(origin: Origin) -> Markup:
        if origin.time is None:
            return el("li", el("span", "no time", class_="quiet"), quoted(origin))
        shown = words.stamp(origin.time)[5:] if days else words.clock(origin.time)
        stamp = words.stamp(origin.time).replace(" ", "T") + "Z"
        return el("li", el("time", shown, datetime=stamp), quoted(origin))

    return el("ul", [one(o) for o in origins[:most]], class_="lines days" if days else "lines")


def _bold(part: str, values: Sequence[str]) -> Child:
    """Computed values in bold, whole words only."""
    found = [v for v in values if v]
    if not found:
        return part
    pattern = "|".join(re.escape(v) for v in sorted(found, key=len, reverse=True))
    pieces = re.split(rf"(?<![\w.-])({pattern})(?![\w-])", part)
    return [el("b", piece) if i % 2 else piece for i, piece in enumerate(pieces)]


def command(fix: Fix) -> Markup:
    """A command that wraps only at spaces, its computed values bold, with a button that copies it."""
    parts: list[Child] = []
    for token in _TOKEN.findall(fix.command):
        for piece in [token] if len(token) <= MOST_GLUED else _SPACE.split(token):
            shown = _bold(piece, fix.values)
            short = len(piece) <= MOST_GLUED and not piece.isspace()
            parts.append(el("span", shown, class_="nowrap") if short else shown)
    name = f"{TOOLS.get(fix.tool, fix.tool)} command"
    spoken = f"Copy, {name}: {fix.title}"
    button = el("button", "Copy", type="button", class_="button", data_copy=True, aria_label=spoken)
    return el("div", el("pre", parts), button, class_="command")


def by_title(fixes: Iterable[Fix]) -> dict[str, list[Fix]]:
    """Fixes that are the same act in different tools, in order."""
    groups: dict[str, list[Fix]] = {}
    for fix in fixes:
        groups.setdefault(fix.title, []).append(fix)
    return groups


def tools_of(fixes: Iterable[Fix]) -> list[str]:
    """The tools there is at least one command for, in the order of the tabs."""
    present = {fix.tool for fix in fixes}
    return [tool for tool in TOOLS if tool in present]


def act(fixes: Sequence[Fix]) -> list[Markup]:
    """One act in every tool. A tool without a command of its own shows the first tool's, and says whose it is."""
    own = {fix.tool: fix for fix in fixes}
    without = [tool for tool in TOOLS if tool not in own]
    blocks = []
    for i, fix in enumerate(own.values()):
        serves = [fix.tool, *(without if i == 0 else [])]
        name = TOOLS.get(fix.tool, fix.tool)
        blocks.append(
            el(
                "div",
                el("p", name, class_="tool-name"),
                [
                    el("p", f"No {TOOLS[tool]} command; with the {name}:", class_=f"other-tool tool for-{tool}")
                    for tool in (without if i == 0 else [])
                ],
                command(fix),
                el("p", prose(fix.note), class_="note") if fix.note else None,
                class_="tool " + " ".join(f"for-{tool}" for tool in serves),
            )
        )
    return blocks


def tool_tabs(fixes: Sequence[Fix], panel: str) -> Markup | None:
    """The tabs that choose the tool everywhere at once; none where there is nothing to choose."""
    tools = tools_of(fixes)
    if len(tools) < 2:
        return None
    return el(
        "div",
        [
            el(
                "button",
                TOOLS[tool],
                type="button",
                role="tab",
                id=f"tool-{tool}",
                data_choose=tool,
                aria_controls=panel,
                aria_selected="true" if i == 0 else "false",
                tabindex=0 if i == 0 else -1,
            )
            for i, tool in enumerate(tools)
        ],
        class_="tabs tools-tabs",
        role="tablist",
        aria_label="Your tool",
    )


def from_to(report: Report, first: int, last: int) -> str:
    """A span within the period, without the date where the period has only one."""
    if report.period and words.day(report.period[0]) != words.day(report.period[1]):
        if words.minute(first) == words.minute(last) and words.day(first) == words.day(last):
            return f"{words.short_day(first)}, {words.minute(first)}"
        if words.day(first) == words.day(last):
            return f"{words.short_day(first)}, {words.minute(first)} to {words.minute(last)}"
        return f"{words.short_day(first)} to {words.short_day(last)}"
    start, end = words.minute(first), words.minute(last)
    return start if start == end else f"{start} to {end}"


def _given(report: Report) -> str | None:
    """What was read, in a few words: the name of one file, the number of several."""
    read = [given.name for given in report.inputs if given.container != UNREAD]
    return words.plural(len(read), "file") if len(read) > 1 else read[0] if read else None


def scope(report: Report, cause: Cause | None) -> Markup:
    """Whose answer this is: function, configuration, period."""
    info = function_named(report, cause.function if cause else None)
    parts: list[Child] = []
    if info is not None:
        named = info.name or info.log_group or _given(report)
        parts.append(el("span", el("b", named)))
        facts = []
        if info.memory_size_mb is not None:
            facts.append(words.memory(info.memory_size_mb))
        if info.timeout_s is not None:
            facts.append(f"{words.number(info.timeout_s)} s limit")
        facts += info.runtimes[-1:]
        if facts:
            parts.append(el("span", ", ".join(facts)))
        if len(report.functions) > 1:
            parts.append(el("span", f"one of {len(report.functions)} functions"))
    elif len(report.functions) > 1:
        parts.append(el("span", el("b", words.plural(len(report.functions), "function"))))
    if report.period is not None:
        parts.append(el("span", words.period(*report.period)))
    if not parts:
        parts = [el("span", info.name) for info in report.inputs[:MOST_INPUTS]]
    return el("p", parts, class_="scope")
