"""report/text.py and report/markdown.py: what a report reads like, and that a log cannot make it do anything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

import exports
import pytest

from analyzer import Options, analyze
from analyzer.model import Cause, Finding, Fix, InputInfo, Origin, Quality, RuledOut, Step
from analyzer.report import Cost, FunctionInfo, Quantiles, Report, Totals, markdown
from analyzer.report._plain import columns, excerpt
from analyzer.sources import BytesSource

REPORT_LINE = (
    "REPORT RequestId: 79b5e81f-9d3f-4a5e-8c8e-0d2a9d2a2f11\tDuration: 1352.31 ms\tBilled Duration: 1353 ms\t"
    "Memory Size: 256 MB\tMax Memory Used: 256 MB\tStatus: error\tError Type: Runtime.OutOfMemory"
)
MARK = (REPORT_LINE.index("Max Memory"), len(REPORT_LINE))
ORIGIN = Origin("orders.json", 0, 200, 1773908760126, "stream", "79b5e81f", REPORT_LINE, (MARK,))
TOTALS = Totals(1860, 12, 0, 0, 12, 0, 0, 8, 12 / 1860)
FUNCTION = FunctionInfo(
    name="orders-api",
    log_group=None,
    versions=("41", "42"),
    runtimes=("python3.13",),
    memory_size_mb=256,
    memory_sizes_mb=(256,),
    timeout_s=30.0,
    totals=TOTALS,
    duration_ms=Quantiles(1860, 17.1, 119.6, 87.2, 165.6, 210.4, 1412.0, 1912.0),
    init_ms=None,
    peak_mb=256,
    peak_ratio=1.0,
    billed_ms=226986.0,
    cost=Cost("x86_64", 0.0013, 0.0001, 0.0),
)
ROLL_BACK = "aws lambda update-alias --function-name orders-api --name live --function-version 41"
CAUSE = Cause(
    id="memory-leak",
    title="Memory leak",
    confidence=0.97,
    function="orders-api",
    explains=(12, 12),
    verdict="orders-api leaks memory since version 42 and is killed after about 93 invocations.",
    lead="12 of 1,860 invocations failed (0.65%), all out of memory, all in version 42, live since 07:30 UTC.",
    story=(Step("Version 42 took over."), Step("At 256 MB Lambda kills it: 12 times.", (ORIGIN,))),
    chain=("out-of-memory",),
    against=("One environment was not seen to its end.",),
    ruled_out=(RuledOut("memory-undersized", "the same requests need 124 MB in version 41."),),
    settle="run version 41 for an hour; below 130 MB the leak is in the change to 42.",
    fixes=(
        Fix("terraform", "Go back to version 41", 'function_version = "41"'),
        Fix("aws-cli", "Go back to version 41", ROLL_BACK, "Put your alias in place of `live`.", ("41",)),
        Fix("aws-cli", "Buy time", "aws lambda update-function-configuration --memory-size 512"),
    ),
)
FOUND = Finding(
    id="out-of-memory",
    severity="critical",
    confidence=1.0,
    function="orders-api",
    title="Killed for memory",
    summary="12 invocations killed at 256 MB.",
    count=12,
    of=1860,
    evidence=(ORIGIN,),
)
MADE = Report(
    version="0.1.0",
    inputs=(InputInfo("orders.json", 1_000_000, "filter-log-events", 29_415, None, False, ()),),
    quality=Quality(29_415, 29_412, {"cut at the end of the file": 3}, 0, 0, 0, ()),
    period=(1773900000000, 1773918000000),
    verdict=CAUSE.verdict,
    lead=CAUSE.lead,
    totals=TOTALS,
    functions=(FUNCTION,),
    findings=(FOUND, replace(FOUND, id="version-change", severity="info", summary="Version 42 took over.")),
    causes=(CAUSE,),
    errors=(),
    patterns=(),
    environments=(),
    lanes=(),
    series=(),
)


def spoken(report: Report, said: str) -> Report:
    """The report with a text wherever a log's words can end up."""
    origin = replace(ORIGIN, text=said, marks=((0, 3), (5, 9_999)))
    cause = replace(
        CAUSE,
        verdict=said,
        function=said,
        story=(Step(said, (origin,)),),
        against=(said,),
        ruled_out=(RuledOut("memory-undersized", said),),
        settle=said,
        fixes=(Fix("aws-cli", said, f"aws lambda invoke --function-name '{said}'", said),),
    )
    return replace(
        report,
        verdict=said,
        lead=said,
        inputs=(replace(report.inputs[0], name=said, notes=(said,)),),
        functions=(replace(FUNCTION, name=said, runtimes=(said,)), replace(FUNCTION, name=f"b {said}")),
        findings=(replace(FOUND, summary=said, function=said, evidence=(origin,)),),
        causes=(cause, replace(cause, id="code-defect")),
        quality=replace(report.quality, weakens={"cut at the end of the file": said}),
        failed_plugins=(("timeout", said),),
    )


HOSTILE = (
    *exports.HOSTILE,
    "\x1b]8;;https://example.com\x07link\x1b]8;;\x07 \x1b[2J\x1b[1A\x9b31m",
    "over\rwritten\nnext line\x0b\x0c\x85 \u2028 \u2029 \x08\x08",
    "| a | b |\n|---|---|\n# heading\n\n- list\n\n    code\n***\n<details>",
    "```\n</code></pre>\n``` ~~~ ` `` ``` ````",
    "`a` ``b`` `c``d` x`y `` z ` w",
    "![x](http://example.com/x.png) [y](javascript:alert(1)) <http://example.com> http://example.com www.example.com",
    "@everyone @here @octocat #1 octo/repo#1 GH-7 :tada: mail@example.com $`x`$ $x$ \\[y\\] [^1] ~~gone~~ ==lit==",
    "1. first", "- item", "+ item", "=====", "-----", "---", "漢字" * 80, "x" * 500, "e\u0301" * 300,
)  # fmt: skip


# ---- what it reads like ----


def test_the_report_reads_like_the_answer_to_what_is_wrong_and_what_to_type() -> None:
    assert MADE.to_text() == (
        "orders-api leaks memory since version 42 and is killed after about 93 invocations.\n"
        "12 of 1,860 invocations failed (0.65%), all out of memory, all in version 42, live since 07:30 UTC.\n"
        "\n"
        "  256 MB  30 s limit  python3.13  2026-03-19 06:00 to 11:00 UTC\n"
        "  duration p50 87 ms  p95 210 ms  p99 1,412 ms  slowest 1,912 ms  cold starts 8  cost $0.0013\n"
        "\n"
        "Why   memory-leak, confidence 0.97, explains 12 of 12 failures\n"
        "  1. Version 42 took over.\n"
        "  2. At 256 MB Lambda kills it: 12 times.\n"
        "     08:26:00.126  … Max Memory Used: 256 MB  Status: error  Error Type: Runtime.OutOfMemory\n"
        "  Against it: One environment was not seen to its end.\n"
        "  Not memory-undersized: the same requests need 124 MB in version 41.\n"
        "  To settle it: run version 41 for an hour; below 130 MB the leak is in the change to 42.\n"
        "\n"
        f"Fix   {ROLL_BACK}\n"
        "      Put your alias in place of `live`.\n"
        "Or    aws lambda update-function-configuration --memory-size 512\n"
        "\n"
        "critical  out-of-memory  12 invocations killed at 256 MB                                 12 of 1,860\n"
        "\n"
        "Read 29,412 of 29,415 lines; 3 set aside: cut at the end of the file. 1 info finding: --format json\n"
    )


@pytest.mark.parametrize("width", [40, 60, 72, 100, 160])
def test_no_line_but_a_command_is_wider_than_asked(width: int) -> None:
    for report in (MADE, *(spoken(MADE, said) for said in HOSTILE)):
        for line in report.to_text(width).splitlines():
            assert line.startswith(("Fix ", "Or ")) or columns(line) <= width, line


def test_a_command_stays_whole_on_one_line_at_any_width() -> None:
    assert f"Fix   {ROLL_BACK}\n" in MADE.to_text(40)


def test_of_the_tools_that_do_the_same_the_aws_cli_is_printed() -> None:
    assert "terraform" not in MADE.to_text()
    only = replace(CAUSE, fixes=CAUSE.fixes[:1])
    assert "Fix   Go back to version 41 (terraform):\n      function_version" in replace(MADE, causes=(only,)).to_text()


def test_without_a_cause_the_gravest_finding_says_what_to_do() -> None:
    advised = replace(FOUND, advice="Raise the memory.")
    assert "\nFix   Raise the memory.\n" in replace(MADE, causes=(), findings=(advised,)).to_text()


def test_without_a_cause_the_lines_behind_the_gravest_findings_are_shown() -> None:
    assert "\nSeen  08:26:00.126  … Max Memory Used: 256 MB  Status" in replace(MADE, causes=()).to_text()


def test_what_the_lead_advised_is_not_said_again() -> None:
    advised = replace(FOUND, advice="Raise the memory.")
    assert "\nFix " not in replace(MADE, lead="No. Raise the memory.", causes=(), findings=(advised,)).to_text()


def test_the_marked_part_of_a_long_line_is_in_sight() -> None:
    for at in range(0, 2_000, 37):
        line = ("a" * 20 + "\t") * 100
        proof = "PROVES IT"
        origin = replace(ORIGIN, text=line[:at] + proof + line[at:], marks=((at, at + len(proof)),))
        shown = excerpt(origin, 60)
        assert proof in shown
        assert columns(shown) <= 60


def test_marks_outside_the_text_are_not_trusted() -> None:
    for marks in (((0, 10_000),), ((900, 901),), ((5, 2),), ((-4, -1),), ((0, 0),)):
        assert excerpt(replace(ORIGIN, marks=marks), 60)


def test_several_functions_are_a_table_most_failures_first() -> None:
    calm = replace(FUNCTION, name="calm", totals=replace(TOTALS, failed=0, error_rate=0.0), duration_ms=None)
    lines = replace(MADE, functions=(calm, FUNCTION)).to_text().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("function "))
    assert [line.split()[0] for line in lines[start : start + 3]] == ["function", "orders-api", "calm"]
    assert len({len(line) for line in lines[start : start + 2]}) == 1


def test_what_was_not_read_is_said() -> None:
    doubtful = replace(MADE, partial=True, failed_plugins=(("timeout", "KeyError: 'x'"),))
    shown = doubtful.to_text()
    assert "Partial: reading was cancelled." in shown
    assert "The check timeout failed and is left out: KeyError: 'x'" in shown


# ---- hostile text ----

_CONTROL = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@pytest.mark.parametrize("said", HOSTILE)
def test_no_character_of_a_log_can_move_the_cursor_or_turn_the_line(said: str) -> None:
    for shown in (spoken(MADE, said).to_text(), spoken(MADE, said).to_markdown()):
        odd = {c for c in shown if unicodedata.category(c) in _CONTROL} - {"\n"}
        assert not odd
        shown.encode()


def test_a_scenario_full_of_traps_prints_nothing_but_text() -> None:
    report = analyze(exports.filter_log_events(exports.hostile()))
    for shown in (report.to_text(), report.to_markdown()):
        assert not {c for c in shown if unicodedata.category(c) in _CONTROL} - {"\n"}
    assert all(columns(line) <= 100 for line in report.to_text().splitlines() if not line.startswith(("Fix", "Or")))


def outside(shown: str) -> str:
    """What of a Markdown text is neither in a fenced block nor in a code span: CommonMark's rules for both."""
    kept: list[str] = []
    fence = ""
    for line in shown.split("\n"):
        ticks = re.match(r" {0,3}(`{3,})([^`]*)$", line)
        if fence:
            if ticks and len(ticks[1]) >= len(fence) and not ticks[2].strip():
                fence = ""
            continue
        if ticks:
            fence = ticks[1]
            continue
        kept.append(line)
    assert not fence, "a fenced block is left open"
    left = "\n".join(kept)
    found, at = "", 0
    while opening := re.compile("`+").search(left, at):
        found += left[at : opening.start()]
        closing = re.compile(rf"(?<!`){opening[0]}(?!`)").search(left, opening.end())
        assert closing, f"a code span is left open: {left[opening.start() : opening.start() + 80]}"
        assert "\n" not in left[opening.end() : closing.start()], "a code span runs over its line"
        found += "X"
        at = closing.end()
    return found + left[at:]


@pytest.mark.parametrize("said", HOSTILE)
def test_log_text_is_never_markup_a_link_or_a_mention(said: str) -> None:
    shown = outside(spoken(MADE, said).to_markdown())
    own = re.sub(r"^\| .* \|$", lambda row: row[0].replace("|", ""), shown, flags=re.MULTILINE).replace("**", "")
    assert not re.search(r"[<>\[\]~@#\\{}^|*_&]|://|www\.|:\w+:|mailto:|\$(?!\d)", own)
    for line in own.splitlines():
        assert not re.match(r" {4}|[+=>]|-(?! \S)", line), line


def test_every_row_of_a_markdown_table_has_as_many_cells_as_its_head() -> None:
    for said in HOSTILE:
        rows = [r for r in spoken(MADE, said).to_markdown().split("\n") if r.startswith("| ")]
        assert {r.count("|") for r in rows} == {5}


def test_ordinary_sentences_stay_as_they_are_in_markdown() -> None:
    sentence = "12 of 1,860 invocations failed (0.65%), all in version 42; it cost $0.0013."
    assert markdown.inline(sentence) == sentence


# ---- golden reports ----

GOLDEN = {
    "healthy": 400, "memory_leak": 930, "memory_undersized": 400, "slow_dependency": 800, "timeout_old_style": 300,
    "broken_package": 80, "broken_package_node": 80, "code_defect": 450, "process_exit": 300, "oom_old_style": 300,
    "access_denied": None, "throttling": None, "near_timeout": None, "json_format": None, "hostile": None,
}  # fmt: skip
"""Scenarios and how many requests are enough to show them; None: as many as the scenario has."""


@pytest.mark.parametrize("scenario", GOLDEN)
def test_the_text_report_of_a_scenario_is_the_one_that_was_read_and_approved(
    scenario: str, golden: Callable[[str, str], None]
) -> None:
    n = GOLDEN[scenario]
    events = exports.SCENARIOS[scenario](**({} if n is None else {"n": n}))
    source = BytesSource(exports.filter_log_events(events), f"{scenario}.json")
    golden(f"{scenario}.txt", analyze([source], options=Options(function=scenario.replace("_", "-"))).to_text())
