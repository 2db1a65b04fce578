"""Measures the budgets: native and browser analysis, boot, memory, transfer, each as a ratio within one run.

    python build.py bench [--size 50] [--rounds 5] [--large] [--markdown]

Absolute times say more about the machine than about the program, so whatever is compared is measured by turns in one
process or one browser, and medians are divided. A figure over its budget is printed like any other.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import exports  # noqa: E402 - a script's folder is all that is on its path
from browser import harness  # noqa: E402
from playwright.sync_api import Browser, Page, Playwright, sync_playwright  # noqa: E402

import build  # noqa: E402
from analyzer import analyze  # noqa: E402
from analyzer.sources import BytesSource  # noqa: E402

MB = 1_000_000

STOCK_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>stock</title><link rel="icon" href="data:,">
<input type="file" id="files"><script type="module">
import { loadPyodide } from "./pyodide/pyodide.mjs";
await loadPyodide();
window.readyAfter = performance.now();
</script>"""
"""What the documentation of Pyodide shows, with its own files beside it."""

PLAIN_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>plain</title><link rel="icon" href="data:,">
<input type="file" id="files">"""
"""A page without anything, for what JavaScript alone takes."""

READ_AND_PARSE = """() => new Promise((done, fail) => {
  const program = `onmessage = async ({ data }) => {
    const marks = [performance.now()];
    const bytes = await data.arrayBuffer();
    marks.push(performance.now());
    const text = new TextDecoder().decode(bytes);
    marks.push(performance.now());
    const parsed = JSON.parse(text);
    marks.push(performance.now());
    postMessage([marks, parsed.events.length]);
  }`;
  const worker = new Worker(URL.createObjectURL(new Blob([program], { type: "text/javascript" })));
  worker.onerror = event => fail(new Error(event.message));
  worker.onmessage = ({ data: [marks] }) => { worker.terminate(); done(marks); };
  worker.postMessage(document.getElementById("files").files[0]);
})"""
"""Read, decode and parse the chosen file in a worker; returns the times before, between and after."""

WATCH = """(() => {
  const told = window.told = { ready: 0, from: 0, until: 0, gap: 0 };
  let last = 0;
  const frame = now => {
    if (told.from && !told.until && last) told.gap = Math.max(told.gap, now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  addEventListener("change", () => { told.from = performance.now(); }, { capture: true });
  new MutationObserver(() => {
    const root = document.documentElement;
    if (!root) return;
    if (!told.ready && root.dataset.engine === "ready") told.ready = performance.now();
    if (told.from && !told.until && document.querySelector("#view-report h1")) told.until = performance.now();
  }).observe(document, { subtree: true, childList: true, attributes: true });
  // The worker is made of a blob: its text is made to note every WebAssembly memory, for nothing else tells its size.
  const Plain = Blob;
  const note = `{
    self.memories = new Set();
    const search = table => Object.values(table ?? {}).forEach(value => {
      if (value instanceof WebAssembly.Memory) memories.add(value); });
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const plain = WebAssembly[name];
      WebAssembly[name] = async (source, imports) => {
        const made = await plain.call(WebAssembly, source, imports);
        Object.values(imports ?? {}).forEach(search);
        search((made.instance ?? made).exports);
        return made;
      };
    }
  }\n`;
  window.Blob = class extends Plain {
    constructor(parts = [], options = {}) {
      super(/javascript/.test(options.type ?? "") ? [note, ...parts] : parts, options);
    }
  };
})()"""
"""Notes, inside the page, when the engine was ready, when a file was handed over and when its report stood there."""

VISITS = {"first": None, "second": 0.5, "third": None}
"""Which visits are measured, with the budget of each. A browser keeps compiled code from the second or third on."""

HEAP = "() => [...self.memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0)"


@dataclass
class Row:
    """One line of a table: what, how much in words, and the ratio or size that a budget limits."""

    what: str
    told: str
    figure: float | None = None
    budget: float | None = None
    unit: str = ""

    def cells(self) -> list[str]:
        """The line as text; the budget stands beside its figure."""
        if self.figure is None:
            return [self.what, self.told, "", "", ""]
        digits = 1 if self.unit else 2
        figure = f"{self.figure:,.{digits}f}{self.unit}"
        if self.budget is None:
            return [self.what, self.told, figure, "", ""]
        verdict = "met" if self.figure <= self.budget else "missed"
        return [self.what, self.told, figure, f"≤ {self.budget:g}{self.unit}", verdict]


@dataclass
class Table:
    """A titled table of what one part measured."""

    title: str
    rows: list[Row] = field(default_factory=list)

    def render(self, markdown: bool) -> str:
        """As Markdown, or aligned for a terminal."""
        head = ["", "median", "figure", "budget", ""]
        lines = [head, *(row.cells() for row in self.rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
        if markdown:
            rule = ["---", "---:", "---:", "---:", "---"]
            rows = (f"| {' | '.join(line)} |" for line in (head, rule, *lines[1:]))
            return "\n".join([f"### {self.title}", "", *rows])
        sides = [str.ljust, str.rjust, str.rjust, str.rjust, str.ljust]
        rows = ("  ".join(map(lambda side, *cell: side(*cell), sides, line, widths)) for line in lines)
        return "\n".join([self.title, *(f"  {row}".rstrip() for row in rows)])


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def ms(values: Sequence[float]) -> str:
    """The median of times in ms, with their spread."""
    return f"{median(values):,.0f} ms ({min(values):,.0f}–{max(values):,.0f})"


def progress(text: str) -> None:
    """Tell on standard error what is being measured."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


# -- Native ------------------------------------------------------------------------------------------------------------


def cpu_ms(call: Callable[[], object]) -> float:
    """The CPU time of a call in this process, ms."""
    gc.collect()
    began = time.process_time()
    call()
    return (time.process_time() - began) * 1000


def native(data: bytes, rounds: int) -> Table:
    """Complete analysis against json.loads of the same bytes: one process, one core, by turns."""
    plain: list[float] = []
    ours: list[float] = []
    for number in range(rounds):
        progress(f"native, round {number + 1} of {rounds}")
        plain.append(cpu_ms(lambda: json.loads(data)))
        ours.append(cpu_ms(lambda: analyze([BytesSource(data, "orders-api.json")]).to_json()))
    return Table(
        f"Native, one core, CPython {platform.python_version()}, {len(data) / MB:,.0f} MB, CPU time",
        [
            Row("json.loads", ms(plain)),
            Row("analyze and to_json", ms(ours)),
            Row("ratio", "", median(ours) / median(plain), 3.0),
        ],
    )


# -- Browser -----------------------------------------------------------------------------------------------------------


@contextmanager
def pages(playwright: Playwright) -> Iterator[Callable[[], Page]]:
    """Opens pages in a browser with a new profile on disk: a private window would keep no compiled code for later."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=harness.browser_program(), args=harness.FLAGS
        )
        context.set_default_timeout(600_000)

        def opened() -> Page:
            page = context.new_page()
            page.add_init_script(WATCH)
            return page

        try:
            yield opened
        finally:
            context.close()


def boot(page: Page, server: harness.Server) -> float:
    """Open the built page; returns ms from navigation to a ready engine."""
    page.goto(server.address)
    page.wait_for_function("() => window.told.ready")
    return float(page.evaluate("() => window.told.ready"))


def boot_stock(page: Page, server: harness.Server) -> float:
    """Open the stock page; returns ms from navigation until loadPyodide() is done."""
    page.goto(server.address + "stock.html")
    page.wait_for_function("() => window.readyAfter")
    return float(page.evaluate("() => window.readyAfter"))


@dataclass
class Reading:
    """One complete analysis in the built page."""

    took: float
    heap: float
    workers: int
    gap: float


def analysis(page: Page, server: harness.Server, export: Path) -> Reading:
    """Hand a file to a page whose engine is ready; returns ms until the report stands there, and the heap in bytes."""
    boot(page, server)
    page.set_input_files("#files", export)
    page.wait_for_function("() => window.told.until || document.documentElement.dataset.engine === 'stopped'")
    told = page.evaluate("() => window.told")
    if not told["until"]:
        raise RuntimeError(page.locator("#engine").inner_text())
    heap = sum(worker.evaluate(HEAP) for worker in page.workers)
    return Reading(told["until"] - told["from"], heap, len(page.workers), told["gap"])


def plain_javascript(page: Page, server: harness.Server, export: Path) -> list[float]:
    """Read, decode and parse the same file; returns the ms of each."""
    page.goto(server.address + "plain.html")
    page.set_input_files("#files", export)
    marks: list[float] = page.evaluate(READ_AND_PARSE)
    return [after - before for before, after in pairwise(marks)]


def stock_site(folder: Path) -> None:
    """The pages that are compared with, and Pyodide as npm delivers it."""
    (folder / "stock.html").write_text(STOCK_PAGE, encoding="utf-8")
    (folder / "plain.html").write_text(PLAIN_PAGE, encoding="utf-8")
    names = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip")
    (folder / "pyodide").mkdir()
    for name in names:
        shutil.copyfile(build.NODE_MODULES / "pyodide" / name, folder / "pyodide" / name)


def in_browser(
    playwright: Playwright, version: str, ours: harness.Server, stock: harness.Server, export: Path, rounds: int
) -> list[Table]:
    """Boot and analysis, each by turns with what it is compared with."""
    visits: list[list[float]] = [[] for _ in VISITS]
    stock_visits: list[list[float]] = [[] for _ in VISITS]
    javascript: list[list[float]] = []
    readings: list[Reading] = []
    for number in range(rounds):
        progress(f"browser, round {number + 1} of {rounds}")
        with pages(playwright) as opened:
            page = opened()
            javascript.append(plain_javascript(page, stock, export))
            page.close()
            for our_visits, their_visits in zip(visits, stock_visits, strict=True):
                page = opened()
                their_visits.append(boot_stock(page, stock))
                page.close()
                page = opened()
                our_visits.append(boot(page, ours))
                page.wait_for_function("() => document.documentElement.dataset.offline === 'ready'")
                page.close()
            readings.append(analysis(opened(), ours, export))

    size = export.stat().st_size / MB
    took = [reading.took for reading in readings]
    plain = [sum(parts) for parts in javascript]
    workers = max(reading.workers for reading in readings)
    heap = [reading.heap / MB for reading in readings]
    ratio = median(took) / median(plain)
    steps = ("read", "TextDecoder", "JSON.parse")
    about = f"Chromium {version}"
    of_workers = f"{workers} worker{'s' * (workers != 1)}"
    return [
        Table(
            f"Ready, {about}, from navigation",
            [
                *(
                    Row(f"stock loadPyodide(), {name} visit", ms(times))
                    for name, times in zip(VISITS, stock_visits, strict=True)
                ),
                *(
                    Row(f"Lambdascope, {name} visit", ms(times), median(times) / median(others), budget)
                    for (name, budget), times, others in zip(VISITS.items(), visits, stock_visits, strict=True)
                ),
            ],
        ),
        Table(
            f"Complete analysis in the page, {about}, {size:,.0f} MB, {of_workers}",
            [
                *(Row(f"JavaScript, {name}", ms([parts[i] for parts in javascript])) for i, name in enumerate(steps)),
                Row("JavaScript, sum", ms(plain)),
                Row("Lambdascope, from the file to the report", ms(took)),
                *([Row("ratio, one worker", "", ratio, 1.5)] if workers == 1 else []),
                Row("ratio, all the workers there are", of_workers, ratio, 1.0),
                Row("longest gap between two frames meanwhile", ms([reading.gap for reading in readings])),
            ],
        ),
        Table(
            "Memory",
            [Row(f"WebAssembly memory after {size:,.0f} MB", f"{median(heap):,.1f} MB", median(heap), 256.0, " MB")],
        ),
    ]


def transfer(browser: Browser) -> Table:
    """What a first visit fetches, after gzip: until the engine is ready, and with what is kept for later."""
    with harness.serving() as server, harness.visiting(browser, server) as visit:
        visit.ready()
        until_ready = {path.removeprefix(harness.PREFIX) or "index.html" for path in server.asked}
        visit.offline_ready()
        everything = {path.removeprefix(harness.PREFIX) or "index.html" for path in server.asked}

    def packed(names: set[str]) -> float:
        return sum(len(gzip.compress((harness.SITE / name).read_bytes(), 9)) for name in names) / MB

    site = sum(size for _, size in build.sizes(harness.SITE).values()) / MB
    return Table(
        "Transfer after gzip",
        [
            Row("until the engine is ready", f"{len(until_ready)} files", packed(until_ready), 6.0, " MB"),
            Row("with what is kept for use offline", f"{len(everything)} files", packed(everything), 6.0, " MB"),
            Row("the whole site, two examples more", "", site, None, " MB"),
        ],
    )


# -- A large export ----------------------------------------------------------------------------------------------------

LARGE_MB = 1_100

PEAK = """
import resource, sys
from analyzer import analyze
report = analyze([sys.argv[1]])
assert report.totals.invocations
report.to_json()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak if sys.platform == "darwin" else peak * 1024)
"""
"""Analyses a file in a process of its own and prints the most memory that it had, in bytes."""


def natively_at_most(export: Path) -> float:
    """The most memory that a complete analysis takes on this machine, in bytes."""
    command = [sys.executable, "-c", PEAK, str(export)]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def large(scratch: Path, halves: Sequence[str]) -> Table:
    """Memory after an export that is larger than what browsers and small machines can hold, plain and packed."""
    export, packed = scratch / "orders-large.json", scratch / "orders-large.json.gz"
    progress(f"writing an export of {LARGE_MB:,} MB, plain and packed")
    with export.open("wb") as file:
        counts = exports.large(LARGE_MB * MB, file)
    with export.open("rb") as file, gzip.open(packed, "wb", compresslevel=1) as out:
        shutil.copyfileobj(file, out, MB)
    table = Table(f"Memory, {LARGE_MB:,} MB, {counts['events']:,} events, {counts['invocations']:,} invocations")
    for path in (export, packed):
        size = path.stat().st_size / MB
        if "native" in halves:
            progress(f"{path.name}, native")
            peak = natively_at_most(path) / MB
            told = f"{size:,.0f} MB read"
            table.rows.append(Row(f"peak of the process, native, {path.suffix}", told, peak, 256.0, " MB"))
        if "browser" in halves:
            progress(f"{path.name}, browser")
            with sync_playwright() as playwright, harness.serving() as server, pages(playwright) as opened:
                reading = analysis(opened(), server, path)
            told = f"{size:,.0f} MB read in {reading.took / 1000:,.0f} s"
            table.rows.append(Row(f"WebAssembly memory, browser, {path.suffix}", told, reading.heap / MB, 256.0, " MB"))
    return table


# -- All of it ---------------------------------------------------------------------------------------------------------


def processor() -> str:
    """The machine in a few words: processor, cores."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = info.read_text().splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    return f"{name}, {os.cpu_count()} cores, {platform.system()}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure everything, then print the tables."""
    parser = argparse.ArgumentParser(prog="build.py bench", description="Measures the budgets as ratios.")
    parser.add_argument("--size", type=float, default=50, metavar="MB", help="size of the export, default 50")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured, default 5")
    parser.add_argument("--large", action="store_true", help=f"also the memory for {LARGE_MB:,} MB, some minutes")
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables")
    parser.add_argument("--only", choices=("native", "browser"), help="measure one half")
    options = parser.parse_args(arguments)
    tables: list[Table] = []
    with tempfile.TemporaryDirectory() as scratch:
        export = Path(scratch) / "orders-api.json"
        progress(f"writing an export of {options.size:g} MB")
        with export.open("wb") as file:
            counts: dict[str, Any] = exports.large(int(options.size * MB), file)
        if options.only != "browser":
            tables.append(native(export.read_bytes(), options.rounds))
        if options.only != "native":
            stock_folder = Path(scratch) / "stock"
            stock_folder.mkdir()
            stock_site(stock_folder)
            with (
                sync_playwright() as playwright,
                harness.launch(playwright) as browser,
                harness.serving() as ours,
                harness.serving(stock_folder) as stock,
            ):
                tables += in_browser(playwright, browser.version, ours, stock, export, options.rounds)
                tables.append(transfer(browser))
        if options.large:
            tables.append(large(Path(scratch), [options.only] if options.only else ["native", "browser"]))
    about = f"{counts['events']:,} events, {counts['invocations']:,} invocations; {options.rounds} rounds"
    print("\n\n".join([f"{processor()}; {about}", *(table.render(options.markdown) for table in tables)]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
