"""What leaves the page: saved reports are those that CPython makes, and open without the page."""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

import exports
import pytest

from browser.harness import Visit, natively, payload

INPUTS: dict[str, Callable[[], bytes]] = {
    "orders-api.json": lambda: exports.filter_log_events(exports.memory_leak(n=600)),
    "pretty.json": lambda: exports.filter_log_events(exports.slow_dependency(n=400), pretty=True),
    "records.json.gz": lambda: exports.gzipped(exports.event_array(exports.json_format())),
    "pasted.txt": lambda: exports.pasted_text(exports.broken_package_node()),
    "hostile.json": lambda: exports.filter_log_events(exports.hostile()),
    "healthy.json": lambda: exports.get_log_events(exports.busiest(exports.healthy())),
}


@pytest.mark.parametrize("name", list(INPUTS))
def test_json_saved_in_the_browser_is_the_json_of_cpython_byte_for_byte(visit: Visit, name: str) -> None:
    data = INPUTS[name]()
    visit.ready().choose(payload(name, data)).answer()
    saved, expected = visit.saved("json"), natively(name, data).to_json().encode()
    if saved != expected:  # pytest's own comparison of two long byte strings takes minutes
        ours, theirs = expected.splitlines(), saved.splitlines()
        differ = (pair for pair in enumerate(zip_longest(ours, theirs)) if pair[1][0] != pair[1][1])
        pytest.fail(f"the first line that differs, CPython's and the browser's: {next(differ)}")


def test_the_saved_page_opens_from_disk_without_a_request_and_holds_verdict_and_commands(
    visit: Visit, leak: bytes, tmp_path: Path
) -> None:
    visit.ready().choose(payload("orders-api.json", leak)).answer()
    download = visit.save("html")
    assert download.suggested_filename == "orders-api-lambdascope.html"
    saved = tmp_path / download.suggested_filename
    download.save_as(saved)
    report = natively("orders-api.json", leak)
    assert saved.read_bytes() == report.to_html().encode()

    visit.requests.clear()
    visit.console.clear()
    page = visit.context.new_page()
    page.goto(saved.as_uri())
    assert page.locator("h1").inner_text() == report.verdict
    commands = {pre.strip() for pre in page.locator(".command pre").all_text_contents()}
    fixes = [fix for fix in report.causes[0].fixes if fix.tool == "aws-cli"]
    assert fixes
    assert {fix.command for fix in fixes[:2]} <= commands
    page.get_by_role("tab", name="Terraform").click()
    assert page.locator(".for-terraform").first.is_visible()
    assert not page.locator(".for-aws-cli").first.is_visible()
    assert visit.requests == [saved.as_uri()]
    assert visit.console == []


def test_the_saved_page_is_readable_without_script(
    visit: Visit, open_visit: Callable[..., Visit], leak: bytes, tmp_path: Path
) -> None:
    visit.ready().choose(payload("orders-api.json", leak)).answer()
    saved = tmp_path / "report.html"
    visit.save("html").save_as(saved)
    page = open_visit(java_script_enabled=False).page
    page.goto(saved.as_uri())
    report = natively("orders-api.json", leak)
    assert page.locator("h1").inner_text() == report.verdict
    assert page.locator(".command").first.is_visible()


def test_markdown_saved_and_copied_is_the_markdown_of_cpython(open_visit: Callable[..., Visit], leak: bytes) -> None:
    visit = open_visit(permissions=["clipboard-read", "clipboard-write"])
    visit.ready().choose(payload("orders-api.json", leak)).answer()
    expected = natively("orders-api.json", leak).to_markdown()
    download = visit.save("markdown")
    assert download.suggested_filename == "orders-api-lambdascope.md"
    assert download.path().read_bytes() == expected.encode()

    button = visit.page.locator("[data-do=copy-markdown]")
    button.click()
    visit.page.wait_for_function("() => document.getElementById('live').textContent === 'Copied'")
    assert button.inner_text() == "Copied"
    assert visit.page.evaluate("() => navigator.clipboard.readText()") == expected
