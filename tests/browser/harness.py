"""What browser tests and benchmarks share: a browser, a server of the built site, and a visit to the page."""

from __future__ import annotations

import functools
import http.server
import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Download,
    FilePayload,
    Locator,
    Page,
    Playwright,
    Request,
)

import build
from analyzer import Report, analyze
from analyzer.sources import BytesSource

SITE = build.DIST / "site"
PREFIX = "/some/path/"
"""The site is served below a path, as GitHub Pages and buckets do: an address that begins with / would leave it."""

FLAGS = (
    "--no-sandbox",  # containers run as root
    "--disable-gpu",
    "--disable-quic",
    # What the browser asks of its maker on its own account would be counted as the page's.
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

SETTLED = """() => {
  const root = document.documentElement.dataset;
  const heading = document.querySelector("#view-report h1")?.textContent.replace(/\\.$/, "");
  return root.engine === "stopped" || (root.engine === "ready" && (root.state === "error"
    || (root.state === "answer" && document.title === `${heading} · Lambdascope`)));
}"""
"""The page has told what became of the files: the view of the newest report is in place, or why there is none."""


def launch(playwright: Playwright) -> Browser:
    """Start the browser that build.py found, or the one that it would find."""
    return playwright.chromium.launch(executable_path=browser_program(), args=FLAGS)


@functools.cache
def browser_program() -> str:
    """The browser's program file."""
    named = os.environ.get("LAMBDASCOPE_BROWSER")
    found = named or build.managed_browser() or build.system_browser()
    if not found:
        raise RuntimeError("no browser: run `python build.py test`, which finds one, or set LAMBDASCOPE_BROWSER")
    return found


class Server(http.server.ThreadingHTTPServer):
    """Serves a folder under `PREFIX` on a port the system picks, and nothing else."""

    daemon_threads = True

    def __init__(self, folder: Path = SITE) -> None:
        """Bind and start; `asked` collects the addresses asked for, `held` those not answered before `release`."""
        self.asked: list[str] = []
        self.held: tuple[str, ...] = ()
        self._released = threading.Event()
        self._sockets: list[socket.socket] = []
        super().__init__(("127.0.0.1", 0), functools.partial(_Handler, directory=str(folder)))
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"
        self.address = self.origin + PREFIX
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Remember each connection, so that `stop` can end those that are kept open."""
        connection, address = super().get_request()
        self._sockets.append(connection)
        return connection, address

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that leaves in the middle is no fault of the server."""

    def hold(self, *names: str) -> None:
        """Answer requests for these files only after `release`."""
        self.held = names

    def release(self) -> None:
        """Answer what was held."""
        self.held = ()
        self._released.set()

    def wait(self, path: str) -> None:
        """Called for every request: notes it, and waits if it is held."""
        self.asked.append(path)
        if path.endswith(self.held or ("\0",)):
            self._released.wait(60)

    def stop(self) -> None:
        """Be gone: nothing listens, and no open connection is served any longer."""
        self.release()
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()
        for connection in self._sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


class _Handler(build.SiteHandler):
    """build.py's handler, which is what `build.py serve` uses, with the notes of `Server`."""

    prefix = PREFIX
    server: Server

    def do_GET(self) -> None:  # noqa: N802 - the base class names it so
        """Answer a request when it is let through."""
        self.server.wait(self.path)
        super().do_GET()


@contextmanager
def serving(folder: Path = SITE) -> Iterator[Server]:
    """A server while it is needed."""
    server = Server(folder)
    try:
        yield server
    finally:
        server.stop()


@dataclass
class Visit:
    """One page in a context of its own, and everything it said, asked and did."""

    page: Page
    server: Server
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen from before the first request."""
        context = self.page.context
        self.page.on("dialog", self._dialog)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("requestfailed", self._failed)

    def _dialog(self, dialog: Dialog) -> None:
        self.errors.append(f"a dialog opened: {dialog.message}")
        dialog.dismiss()

    def _said(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location['url']})")

    def _failed(self, request: Request) -> None:
        # A navigation makes the browser drop what it still fetches for the old page, the icon for one: it asked and
        # was answered, or does not want to know any more. Every refusal and every missing file has another name.
        if request.failure != "net::ERR_ABORTED":
            self.failures.append(f"{request.url}: {request.failure}")

    @property
    def context(self) -> BrowserContext:
        """The page's context."""
        return self.page.context

    def arrive(self) -> Visit:
        """Open the page; the engine may still be starting."""
        self.page.goto(self.server.address)
        return self

    def ready(self) -> Visit:
        """Open the page if need be and wait for the engine."""
        if self.page.url == "about:blank":
            self.arrive()
        self.page.wait_for_function("() => ['ready', 'stopped'].includes(document.documentElement.dataset.engine)")
        assert self.mark("engine") == "ready", self.text("#engine")
        return self

    def offline_ready(self) -> Visit:
        """Wait until the service worker holds every file."""
        self.page.wait_for_function("() => document.documentElement.dataset.offline === 'ready'")
        return self

    def mark(self, name: str) -> str | None:
        """A marker: `state` (empty, working, answer, error) or `engine` (starting, ready, working, stopped)."""
        return self.page.locator("html").get_attribute(f"data-{name}")

    def choose(self, *files: Path | FilePayload) -> Visit:
        """Choose files, on disk or made up."""
        chosen: Any = list(files)  # the stub wants one kind per list
        self.page.set_input_files("#files", chosen)
        return self

    def settle(self) -> str:
        """Wait until the page has told what became of the files; returns its state."""
        self.page.wait_for_function(SETTLED)
        assert self.mark("engine") == "ready", self.text("#engine")
        return self.mark("state") or ""

    def answer(self) -> Locator:
        """Wait for a report; returns the place it stands in."""
        assert self.settle() == "answer", self.text("main")
        return self.page.locator("#view-report")

    def problem(self) -> str:
        """Wait for a refusal; returns its sentence."""
        assert self.settle() == "error"
        return self.text("#h-error")

    def verdict(self) -> str:
        """The sentence of the open report."""
        return self.text("#view-report h1")

    def text(self, selector: str) -> str:
        """What a person reads in an element."""
        return self.page.locator(selector).first.inner_text()

    def save(self, kind: str) -> Download:
        """Save the open report as html, json or markdown."""
        with self.page.expect_download() as waiting:
            self.page.locator(f"[data-do=save-{kind}]").click()
        return waiting.value

    def saved(self, kind: str) -> bytes:
        """The bytes of a saved report."""
        return self.save(kind).path().read_bytes()


@contextmanager
def visiting(browser: Browser, server: Server, **options: Any) -> Iterator[Visit]:
    """A visit in a fresh context, which ends with it."""
    context = browser.new_context(**options)
    context.set_default_timeout(60_000)
    try:
        yield Visit(context.new_page(), server)
    finally:
        context.close()


def payload(name: str, data: bytes) -> FilePayload:
    """A file that exists in the test only, so that its name may be one no file system takes."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def natively(name: str, data: bytes) -> Report:
    """The report that CPython makes of a file: what the page has to say of it."""
    return analyze([BytesSource(data, name)])


def foreign(addresses: Sequence[str], server: Server) -> list[str]:
    """Those addresses that lie outside the served path; `data:` and `blob:` never leave the browser."""
    inside = (server.address, f"blob:{server.origin}/", "data:")
    return [address for address in addresses if not address.startswith(inside)]
