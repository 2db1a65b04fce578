"""The built site, a server of it and one browser for all browser tests, a fresh context for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import exports
import pytest
from playwright.sync_api import Browser, sync_playwright

from browser import harness
from browser.harness import Server, Visit


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser; it ends with this folder, for Playwright keeps an event loop that other tests must not meet."""
    assert (harness.SITE / "index.html").is_file(), "the site is not built: run `python build.py build`"
    with sync_playwright() as playwright:
        browser = harness.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of the built site that a test may hold up or stop."""
    with harness.serving() as server:
        yield server


@pytest.fixture
def open_visit(browser: Browser, server: Server) -> Iterator[Callable[..., Visit]]:
    """Opens visits with options of a context; none may end with an error in its console that the test did not take."""
    with ExitStack() as stack:
        visits: list[Visit] = []

        def opened(**options: object) -> Visit:
            visits.append(stack.enter_context(harness.visiting(browser, server, **options)))
            return visits[-1]

        yield opened
        for visit in visits:
            assert visit.errors == []


@pytest.fixture
def visit(open_visit: Callable[..., Visit]) -> Visit:
    """A visit in a fresh context."""
    return open_visit()


@pytest.fixture(scope="session")
def big_export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of 50 MB."""
    path = tmp_path_factory.mktemp("big") / "orders-api.json"
    with path.open("wb") as file:
        exports.large(50_000_000, file)
    return path


@pytest.fixture(scope="session")
def leak() -> bytes:
    """A short export of a function that leaks memory."""
    return exports.filter_log_events(exports.memory_leak(n=600))
