"""Nothing leaves: what the page asks for, what it is refused, what works without a network, and hostile logs."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import exports
import pytest

from browser.harness import SITE, Visit, foreign, natively, payload

BROWSERS_OWN = "content-autofill.googleapis.com:443"
"""Chromium asks its maker what kind of fields a page has. It does so by itself, about every page with an input."""


class Elsewhere:
    """Another host, and a proxy as well: counts who calls, and answers none."""

    def __init__(self) -> None:
        """Listen on a port the system picks."""
        self.calls: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                with connection, suppress(OSError):
                    connection.settimeout(1)
                    call = connection.recv(200).decode("latin-1").partition("\r\n")[0]
                    if BROWSERS_OWN not in call:
                        self.calls.append(call)

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    other = Elsewhere()
    yield other
    other.close()


def test_a_whole_visit_asks_nothing_outside_the_site_and_has_nothing_to_say_in_the_console(
    open_visit: Callable[..., Visit], elsewhere: Elsewhere, leak: bytes
) -> None:
    # Whatever is not for this server goes to the proxy: also what a service worker asks, which no page sees.
    visit = open_visit(proxy={"server": f"http://{elsewhere.host}", "bypass": "127.0.0.1"})
    visit.ready().offline_ready()
    visit.page.locator('[data-example="sample.json"]').first.click()
    visit.answer()
    visit.page.locator("[data-do=paste]").first.evaluate("button => button.click()")
    visit.page.locator("#text").fill(exports.pasted_text(exports.healthy(n=30)).decode())
    visit.page.locator("[data-do=read-text]").click()
    visit.answer()
    visit.choose(payload("orders-api.json", leak)).answer()
    for kind in ("html", "json", "markdown"):
        assert visit.saved(kind)
    visit.page.locator("#views [data-view=errors]").click()
    visit.page.reload()
    visit.ready()

    assert foreign(visit.requests, visit.server) == []
    assert [path for path in visit.server.asked if not path.startswith("/some/path/")] == []
    assert elsewhere.calls == []
    assert visit.text("footer .nowrap") == "0 requests to other hosts"
    assert visit.failures == []
    assert visit.console == []


def test_the_policy_stands_before_anything_the_browser_could_fetch() -> None:
    page = (SITE / "index.html").read_text(encoding="utf-8")
    head = re.search(r"<head>\s*(<[^>]+>)", page)
    assert head
    assert head[1].startswith('<meta http-equiv="Content-Security-Policy"')
    policy = re.search(r'content="([^"]+)"', head[1])
    assert policy
    directives = dict(part.strip().partition(" ")[::2] for part in policy[1].split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["connect-src"] == "'self'"
    assert "http" not in policy[1]


PLANTED = {
    "a fetch": "url => fetch(url).then(() => 'let through', () => 'refused')",
    "an image": """url => new Promise(done => {
        const image = new Image(); image.onload = () => done('let through'); image.onerror = () => done('refused');
        image.src = url; document.body.append(image); })""",
    "a script": """url => new Promise(done => {
        const script = document.createElement('script'); script.onload = () => done('let through');
        script.onerror = () => done('refused'); script.src = url; document.body.append(script); })""",
    "an inline script": """() => { const script = document.createElement('script'); window.ran = false;
        script.textContent = 'window.ran = true'; document.body.append(script);
        return window.ran ? 'let through' : 'refused'; }""",
    "a style sheet": """url => new Promise(done => {
        const link = document.createElement('link'); link.rel = 'stylesheet'; link.onload = () => done('let through');
        link.onerror = () => done('refused'); link.href = url; document.head.append(link); })""",
    "a frame": """url => new Promise(done => {
        document.addEventListener('securitypolicyviolation', () => done('refused'), { once: true });
        const frame = document.createElement('iframe'); frame.onload = () => setTimeout(done, 500, 'let through');
        frame.src = url; document.body.append(frame); })""",
    "a form": """url => new Promise(done => {
        document.addEventListener('securitypolicyviolation', () => done('refused'), { once: true });
        const form = document.createElement('form'); form.action = url; form.method = 'post';
        document.body.append(form); form.submit(); setTimeout(done, 500, 'let through'); })""",
    "a web socket": """url => new Promise(done => { let socket;
        try { socket = new WebSocket(url.replace('http', 'ws')); } catch { return done('refused'); }
        socket.onopen = () => done('let through'); socket.onerror = () => done('refused'); })""",
    "a beacon": """url => new Promise(done => {
        document.addEventListener('securitypolicyviolation', () => done('refused'), { once: true });
        navigator.sendBeacon(url, 'x'); setTimeout(done, 500, 'let through'); })""",
}


def test_what_is_planted_in_the_page_or_its_engine_reaches_no_other_host(visit: Visit, elsewhere: Elsewhere) -> None:
    visit.ready()
    address = f"http://{elsewhere.host}/taken"
    told = {what: visit.page.evaluate(script, address) for what, script in PLANTED.items()}
    for number, worker in enumerate(visit.page.workers):
        told[f"a fetch in worker {number}"] = worker.evaluate(PLANTED["a fetch"], address)
    assert visit.page.workers
    assert set(told.values()) == {"refused"}, told
    assert elsewhere.calls == []
    visit.errors.clear()  # the browser says what it refused


def test_the_service_worker_lets_no_request_but_the_sites_own_files_reach_the_server(visit: Visit) -> None:
    visit.ready().offline_ready()
    visit.page.wait_for_function("() => navigator.serviceWorker.controller")
    asked = len(visit.server.asked)
    carry = "url => fetch(url).then(() => 'let through', () => 'refused')"
    for url in ("style.css?REQUEST=secret", "secret", "../secret"):
        assert visit.page.evaluate(carry, url) == "refused"
        assert visit.page.workers[0].evaluate(carry, visit.server.address + url) == "refused"
    assert visit.page.evaluate(carry, "style.css") == "let through"
    assert visit.server.asked[asked:] == []
    visit.errors.clear()  # the browser says that the fetches failed


def test_files_are_read_after_the_server_is_gone(visit: Visit, leak: bytes) -> None:
    visit.ready().choose(payload("orders-api.json", leak)).answer()
    visit.server.stop()
    other = exports.filter_log_events(exports.broken_package(n=60))
    visit.choose(payload("billing.json", other)).answer()
    assert visit.verdict() == natively("billing.json", other).verdict
    assert visit.saved("json")


def test_the_page_loads_again_and_reads_files_after_the_server_is_gone(visit: Visit, leak: bytes) -> None:
    visit.ready().offline_ready()
    visit.server.stop()
    visit.page.reload()
    visit.ready().choose(payload("orders-api.json", leak)).answer()
    assert visit.verdict() == natively("orders-api.json", leak).verdict
    visit.page.goto(visit.server.address + "index.html")
    visit.ready().page.locator('[data-example="sample.json"]').first.click()
    visit.answer()


MARKUP_NAME = """<img src=x onerror=alert(1)>'"&amp;<svg onload=alert(2)>.json"""

INTRUDERS = """() => [...document.querySelectorAll("*")].filter(element =>
    element.matches("img, image, iframe, object, embed, base, form:not([method=dialog])")
    || element.matches("link:not(head link), meta:not(head meta)")
    || (element.matches("script") && !element.matches("head script, script[name=engine], body > script:last-child"))
    || (element.matches("textarea") && element.id !== "text")
    || [...element.attributes].some(({ name, value }) => /^on/i.test(name) || /^\\s*javascript:/i.test(value)
        || (name === "style" && !element.matches(".uplot, .uplot *, canvas, [data-chart] *, figure *"))))
  .map(element => element.outerHTML.slice(0, 200))"""


def test_hostile_log_text_stays_text_in_every_view(visit: Visit) -> None:
    data = exports.filter_log_events(exports.hostile())
    visit.ready().choose(payload(MARKUP_NAME, data)).answer()
    seen = ""
    for view in ("answer", "errors"):
        visit.page.locator(f"#views [data-view={view}]").click()
        visit.page.wait_for_function(
            "view => (document.querySelector('#view-report h1')?.id === 'h-answer') === (view === 'answer')", arg=view
        )
        visit.page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true })")
        assert visit.page.evaluate(INTRUDERS) == []
        seen += visit.page.locator("#view-report").inner_text()
    seen = re.sub(r"\s+", " ", seen)
    for text in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<svg/onload=alert(1)>"):
        assert text in seen
    assert visit.page.evaluate("() => Object.prototype.x === undefined && document.domain === location.hostname")

    visit.choose(payload(MARKUP_NAME, PICTURE))
    assert MARKUP_NAME in visit.problem()
    assert visit.page.evaluate(INTRUDERS) == []
    assert visit.errors == []


PICTURE = bytes.fromhex("89504e470d0a1a0a")


def test_a_hostile_file_name_stays_text_while_it_waits(visit: Visit) -> None:
    visit.server.hold("pyodide.asm.wasm")
    visit.arrive().choose(payload(MARKUP_NAME, PICTURE))
    assert visit.text("#drop .big") == f"{MARKUP_NAME} waits for the engine"
    assert visit.page.evaluate(INTRUDERS) == []
    visit.server.release()
    assert MARKUP_NAME in visit.problem()


def test_hostile_log_text_stays_text_in_the_saved_page(visit: Visit, tmp_path: Path) -> None:
    data = exports.filter_log_events(exports.hostile())
    visit.ready().choose(payload(MARKUP_NAME, data)).answer()
    download = visit.save("html")
    assert not re.search(r'[<>"/]', download.suggested_filename)
    saved = tmp_path / "report.html"
    download.save_as(saved)
    page = visit.context.new_page()
    page.goto(saved.as_uri())
    assert page.evaluate(INTRUDERS) == []
    assert "<script>alert(1)</script>" in page.locator("main").inner_text()
    assert saved.read_text(encoding="utf-8").count("<script") == 1


def test_forgetting_leaves_nothing_in_the_browser(visit: Visit, leak: bytes) -> None:
    visit.ready().offline_ready()
    visit.page.locator("[data-do=theme]").click()
    visit.choose(payload("orders-api.json", leak)).answer()
    kept = visit.page.evaluate(
        """async () => JSON.stringify([{ ...localStorage }, await caches.keys(), document.cookie,
             (await indexedDB.databases()).map(({ name }) => name)])"""
    )
    assert "orders-api" not in kept
    visit.page.locator("a.brand").click()
    visit.page.locator("[data-do=forget]").click()
    visit.page.wait_for_function("() => document.getElementById('live').textContent === 'Forgotten'")
    left = visit.page.evaluate(
        """async () => [localStorage.length, (await caches.keys()).length,
             (await navigator.serviceWorker.getRegistrations()).length]"""
    )
    assert left == [0, 0, 0]
