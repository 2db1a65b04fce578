"""For eyes, fingers, keys and screen readers: narrow and dark pages, axe-core, tab order, copying."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from importlib import resources
from typing import Any

import exports
import pytest

from browser.harness import Visit, natively, payload

PICTURE = bytes.fromhex("89504e470d0a1a0a")

SCHEMES = {"light": "rgb(251, 250, 248)", "dark": "rgb(21, 23, 26)"}
"""The page's ground in each scheme, `--paper`."""

SIDEWAYS = """() => [...document.querySelectorAll("body *")]
  .map(element => [element, Math.round(element.getBoundingClientRect().right)])
  .filter(([element, right]) => right > innerWidth && !element.closest(".scroll, pre, svg, canvas, .sr, nav"))
  .map(([{ tagName, className }, right]) => `${tagName} ${className} ${right}`).slice(0, 5)"""
"""What sticks out, for the message of a failed test."""


def screens(visit: Visit, leak: bytes) -> list[tuple[str, Callable[[], None]]]:
    """The screens of the page and how to get from one to the next."""

    def answer() -> None:
        visit.choose(payload("orders-api.json", leak)).answer()

    def errors() -> None:
        visit.page.evaluate("() => { location.hash = 'errors' }")
        visit.page.wait_for_function("() => document.querySelector('#view-report h1')?.id !== 'h-answer'")

    def error() -> None:
        visit.choose(payload("dashboard.png", PICTURE)).problem()

    return [("empty", visit.ready), ("answer", answer), ("errors", errors), ("error", error)]  # type: ignore[list-item]


@pytest.mark.parametrize("width", [360, 412])
def test_on_a_phone_no_screen_scrolls_sideways(open_visit: Callable[..., Visit], leak: bytes, width: int) -> None:
    visit = open_visit(viewport={"width": width, "height": 740}, is_mobile=True, has_touch=True)
    for name, go in screens(visit, leak):
        go()
        wide = visit.page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= width, f"{name}: {wide} px, {visit.page.evaluate(SIDEWAYS)}"


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_the_page_follows_the_systems_scheme_and_a_choice_lasts(
    open_visit: Callable[..., Visit], leak: bytes, scheme: str
) -> None:
    visit = open_visit(color_scheme=scheme).ready()
    ground = "() => getComputedStyle(document.body).backgroundColor"
    if visit.page.evaluate(ground) == "rgba(0, 0, 0, 0)":
        ground = ground.replace("document.body", "document.documentElement")
    other = next(name for name in SCHEMES if name != scheme)
    assert visit.page.evaluate(ground) == SCHEMES[scheme]
    visit.choose(payload("orders-api.json", leak)).answer()
    assert visit.page.evaluate(ground) == SCHEMES[scheme]
    visit.page.locator("#theme").click()
    assert visit.page.evaluate(ground) == SCHEMES[other]
    visit.page.reload()
    visit.ready()
    assert visit.page.evaluate(ground) == SCHEMES[other]


AXE = """() => axe.run(document, { resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
  .then(({ violations }) => violations.map(({ id, impact, nodes }) =>
    ({ id, impact, where: nodes.slice(0, 4).map(({ target, failureSummary }) => `${target}: ${failureSummary}`) })))"""


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_axe_finds_nothing_serious_on_any_screen(open_visit: Callable[..., Visit], leak: bytes, scheme: str) -> None:
    visit = open_visit(color_scheme=scheme)
    found: dict[str, list[dict[str, Any]]] = {}
    for name, go in screens(visit, leak):
        go()
        # Evaluated by the test, not loaded by the page, whose policy would refuse it.
        visit.page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
        told = visit.page.evaluate(AXE)
        found[name] = [violation for violation in told if violation["impact"] in ("serious", "critical")]
    assert found == {name: [] for name in found}


def tab_until(visit: Visit, selector: str, most: int = 60) -> int:
    """Press Tab until an element that fits has the focus; returns how often."""
    for presses in range(1, most + 1):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return presses
    raise AssertionError(f"Tab does not reach {selector}")


def test_the_keyboard_reaches_the_tools_changes_them_and_copies_one_whole_command(
    open_visit: Callable[..., Visit], leak: bytes
) -> None:
    visit = open_visit(permissions=["clipboard-read", "clipboard-write"])
    visit.ready().choose(payload("orders-api.json", leak)).answer()
    assert visit.page.evaluate("() => document.activeElement.matches('h1')"), "a new view has its heading in focus"
    page = visit.page
    fixes = natively("orders-api.json", leak).causes[0].fixes

    tab_until(visit, "[data-choose][aria-selected=true]")
    page.keyboard.press("ArrowRight")
    chosen = page.evaluate("() => document.activeElement.textContent")
    assert chosen == "SAM"
    assert page.locator(".for-sam").first.is_visible()
    assert not page.locator(".for-aws-cli").first.is_visible()
    page.keyboard.press("ArrowLeft")
    assert page.locator(".for-aws-cli").first.is_visible()

    assert tab_until(visit, "[data-copy]") == 1, "the tabs are one stop"
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.textContent === 'Copied'")
    assert visit.text("#live") == "Copied"
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == next(fix.command for fix in fixes if fix.tool == "aws-cli")
    assert shlex.split(copied)[0] == "aws"
    page.wait_for_function("() => document.activeElement.textContent === 'Copy'")

    page.evaluate("() => navigator.clipboard.writeText('')")
    page.locator("h1#h-answer").focus()
    page.keyboard.press("c")
    page.wait_for_function("() => document.getElementById('live').textContent === 'Copied'")
    assert page.evaluate("() => navigator.clipboard.readText()") == copied


def test_the_chosen_tool_lasts(visit: Visit, leak: bytes) -> None:
    visit.ready().choose(payload("orders-api.json", leak)).answer()
    visit.page.get_by_role("tab", name="CDK").click()
    visit.page.reload()
    visit.ready().choose(payload("orders-api.json", leak)).answer()
    assert visit.page.locator(".for-cdk").first.is_visible()
    assert not visit.page.locator(".for-aws-cli").first.is_visible()


def test_single_keys_act_outside_fields_only_and_can_be_switched_off(visit: Visit) -> None:
    visit.ready().page.locator("#fn").fill("")
    visit.page.keyboard.type("o?1")
    assert visit.page.locator("#fn").input_value() == "o?1"
    assert not visit.page.locator("#sheet").is_visible()
    visit.page.locator("h1").first.focus()
    visit.page.keyboard.press("?")
    assert visit.page.locator("#sheet").is_visible()
    visit.page.locator("#single").uncheck()
    visit.page.keyboard.press("Escape")
    visit.page.keyboard.press("?")
    assert not visit.page.locator("#sheet").is_visible()


def test_the_name_typed_by_the_reader_stands_in_the_command_as_text(visit: Visit) -> None:
    visit.arrive().page.locator("#fn").fill("pay<b>ments; rm -rf /")
    command = visit.text("#panel-cli pre")
    assert "/aws/lambda/paybmentsrm-rf/" in command
    assert "<b>" not in command


def test_a_healthy_export_has_no_command_to_type(visit: Visit) -> None:
    visit.ready().choose(payload("fine.json", exports.filter_log_events(exports.healthy()))).answer()
    assert visit.verdict().startswith("No failure in ")
    assert visit.page.locator("#view-report .fix").count() == 0
