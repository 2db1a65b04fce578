"""lambdascope.html, opened from disk as by a double click: one file, no server, nothing beside it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import build
from browser.harness import Server, Visit, natively, visiting

# Ways out that take no click, and what the policy refused of them. A worker has the first four.
PROBES = """async (address) => {
  const refused = new Set();
  addEventListener("securitypolicyviolation", (event) => refused.add(event.blockedURI.replace(/.*\\//, "")));
  const ways = [
    () => { const request = new XMLHttpRequest(); request.open("GET", address + "request"); request.send(); },
    () => new WebSocket(address.replace("http", "ws") + "socket"),
    () => new EventSource(address + "events"),
    () => import(address + "module"),
    () => { new Image().src = address + "image"; },
    () => document.head.append(Object.assign(document.createElement("script"), { src: address + "script" })),
    () => document.body.append(Object.assign(document.createElement("iframe"), { src: address + "frame" })),
  ];
  for (const way of ways) try { await way(); } catch { /* refused, or nothing that a worker has */ }
  await new Promise((turn) => setTimeout(turn, 500));
  return [...refused];
}"""


@pytest.fixture
def visit(browser: Browser, server: Server, tmp_path: Path) -> Iterator[Visit]:
    """The file alone in a folder, so that it finds nothing beside it, in a browser without a network."""
    made = build.DIST / "lambdascope.html"
    assert made.is_file(), "the file is not built: run `python build.py build`"
    alone = Path(shutil.copy(made, tmp_path))
    with visiting(browser, server, offline=True) as visit:
        visit.page.goto(alone.as_uri())
        yield visit.ready()


def test_from_disk_it_reads_a_file_and_saves_the_report_that_python_makes(visit: Visit, web: Path) -> None:
    example = web / "sample.json"
    visit.choose(example).answer()
    assert visit.saved("json") == natively(example.name, example.read_bytes()).to_json().encode()
    itself, *others = visit.requests
    assert itself == visit.page.url.partition("#")[0]
    assert {re.sub(":.*", "", address) for address in others} == {"blob"}
    assert visit.console == visit.errors == []


def test_every_example_is_inside_it(visit: Visit) -> None:
    verdicts = set()
    for button in visit.page.locator(".examples [data-example]").all():
        button.click()
        visit.answer()
        verdicts.add(visit.verdict())
        visit.page.locator(".brand").click()
        expect(visit.page.locator("html")).to_have_attribute("data-state", "empty")
    assert len(verdicts) == 3
    assert visit.console == visit.errors == []


def test_neither_its_page_nor_its_engine_reaches_a_server(visit: Visit, server: Server) -> None:
    visit.context.set_offline(False)
    in_worker = {"request", "socket", "events", "module"}
    assert set(visit.page.workers[0].evaluate(PROBES, server.address)) == in_worker
    frame = server.origin.removeprefix("http://")  # of a frame that is refused, a page learns the host only
    assert set(visit.page.evaluate(PROBES, server.address)) == {*in_worker, "image", "script", frame}
    assert server.asked == []


def test_it_states_the_policy_it_has_and_claims_nothing_that_takes_a_server(visit: Visit) -> None:
    policy = visit.page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
    assert visit.text("[data-text=policy]") == policy
    assert policy.startswith("default-src 'none'; ")
    assert not re.search(r"'self'|'unsafe-(eval|inline)'|\*|https?:", policy)
    assert "own files" not in visit.text(".facts")
    visit.page.locator("[data-do=theme]").click()
    assert visit.page.evaluate("localStorage['lambdascope.theme']")
    visit.page.locator("[data-do=forget]").click()
    expect(visit.page.locator("#live")).to_have_text("Forgotten")
    assert visit.page.evaluate("localStorage['lambdascope.theme']") is None
    assert visit.console == visit.errors == []


def test_it_is_made_alike_twice_and_a_changed_one_is_a_problem(tmp_path: Path) -> None:
    shutil.copytree(build.DIST / "site", tmp_path / "site")
    made = tmp_path / "lambdascope.html"
    build.build_single_file(tmp_path)
    first = made.read_bytes()
    build.build_single_file(tmp_path)
    assert made.read_bytes() == first
    assert list(build.single_file_problems(tmp_path)) == []
    planted = '<head><script src="https://example.com/x.js"></script>'
    changed = first.decode().replace("<head>", planted, 1).replace('data-name="colors.js"', 'data-name="input.js"')
    made.write_text(changed, encoding="utf-8")
    assert set(build.single_file_problems(tmp_path)) == {
        "lambdascope.html would ask another host: https://example.com/x.js",
        "lambdascope.html asks for a file beside it: https://example.com/x.js",
        "lambdascope.html carries another input.js than the site has; build again",
        "lambdascope.html does not carry colors.js; build again",
    }
    made.unlink()
    assert list(build.single_file_problems(tmp_path)) == ["lambdascope.html is missing; build again"]
