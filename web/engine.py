"""The engine: the page's worker. It takes files, tells how far it is, and answers with views of the report.

The page calls `analyze`, `view`, `save` and `cancel`; this calls the page's `progress`. Files come as the browser's
File objects and are read in slices, so a file's text is never in memory as a whole; HTML and JSON go back as text.
Words are made here, by the package's own rules, so that the page says numbers as the report does.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import js
from pyodide.ffi import JsException
from pyscript import sync

from analyzer import words
from analyzer.errors import LambdascopeError, UnknownInputError, UnreadableInputError
from analyzer.model import UNREAD, Options
from analyzer.pipeline import Progress, Reading
from analyzer.report import Report, html
from analyzer.sources import names

__export__ = ["analyze", "cancel", "save", "view"]

TURN_S = 0.05
"""Between two looks at the page's messages; a cancelled reading ends within this and one step."""
STEADY_S = 1.0
"""The time left is said once it has been known for this long, for an early guess jumps about."""

_reader = js.FileReaderSync.new()

# Where WebAssembly itself fails Python catches nothing and answers no call: without this the page would wait forever.
js.addEventListener("unhandledrejection", js.reportError)


class State:
    """What lasts from one call of the page to the next."""

    report: Report | None = None
    cancelled = False


class FileSource:
    """A browser's File as a source of bytes."""

    def __init__(self, file: Any) -> None:
        """Take the File; nothing is read yet."""
        self.name: str = file.name
        self.size: int = file.size
        self._file = file

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`; the browser refuses a file that changed since it was chosen."""
        try:
            data: bytes = _reader.readAsArrayBuffer(self._file.slice(offset, offset + size)).to_bytes()
        except JsException as error:
            why = f"{self.name} cannot be read. The browser says: {error}. Choose it again."
            raise UnreadableInputError(why) from None
        return data


async def analyze(files: Any, options: str = "{}") -> str:
    """Read the files and keep the report. Returns what the page's frame shows of it, or why there is none, as JSON."""
    State.cancelled = False
    given = [FileSource(file) for file in files]
    # A path is the name of a file that came with its folder; one that was chosen by itself is read whatever its name.
    sources = [source for source in given if "/" not in source.name or not names.holds_no_log(source.name)]
    try:
        reading = Reading(sources or given, Options(**json.loads(options)))
        await _read(reading, sum(source.size for source in sources or given))
        report = State.report = reading.report(partial=State.cancelled)
    except UnknownInputError as error:
        size = next((words.size(s.size) for s in sources if s.name == error.name), "")
        return _problem(error.what, error.how, error.way_out, f"{error.name}, {size}" if size else error.name)
    except LambdascopeError as error:
        return _problem(str(error))
    except MemoryError:
        return json.dumps({"stopped": "out of memory"})
    return json.dumps(_summary(report))


def _problem(what: str, how: str = "", way_out: str = "", refused: str = "") -> str:
    """Why there is no report, for places of the page that hold plain text: no marks around commands."""
    told = {"what": what, "how": how, "way_out": way_out, "refused": refused}
    return json.dumps({"problem": {name: text.replace("`", "") for name, text in told.items()}})


async def _read(reading: Reading, total: int) -> None:
    """Go through the input step by step, tell the page, and let its messages in between."""
    started = turned = time.monotonic()
    steady: float | None = None
    step = Progress(0, total, 0, 0, 0, 0, 0)
    await sync.progress(json.dumps(_told(step, 0.0, steady=False)))
    for step in reading:
        now = time.monotonic()
        if now - turned < TURN_S:
            continue
        if step.done and now - started > 0.5 and steady is None:
            steady = now
        known = steady is not None and now - steady >= STEADY_S
        await sync.progress(json.dumps(_told(step, now - started, steady=known)))
        await asyncio.sleep(0)
        turned = time.monotonic()
        if State.cancelled:
            break
    await sync.progress(json.dumps(_told(step, 0.0, steady=False) | {"concluding": True}))


def _told(step: Progress, seconds: float, *, steady: bool) -> dict[str, Any]:
    """How far it is, in numbers for the bar and in words for the page."""
    text = {
        "task": f"Reading {words.size(step.total)}",
        "bytes": f"{words.size(step.done)} of {words.size(step.total)}, {round(100 * step.done / max(1, step.total))}%",
        "events": words.plural(step.events, "log event"),
        "rate": "",
        "left": "",
    }
    if seconds > 0.5 and 0 < step.done < step.total:
        text["rate"] = f"{words.size(round(step.done / seconds))} per second"
        left = (step.total - step.done) / (step.done / seconds)
        if steady and left >= 1:
            text["left"] = f"about {words.duration(round(left) * 1000)} left"
    counts = {name: getattr(step, name) for name in ("invocations", "failed", "out_of_memory", "timeouts")}
    text |= {name: words.count(n) for name, n in counts.items()}
    return {"done": step.done, "total": step.total, "text": text, "counts": counts, "concluding": False}


def _summary(report: Report) -> dict[str, Any]:
    """What stands around the views: title, navigation, status bar, name for saved files."""
    quality = report.quality
    used = [info for info in report.inputs if info.container != UNREAD]
    passed = len(report.inputs) - len(used)
    aside = sum(quality.set_aside.values())
    read = [words.plural(len(used), "file"), words.size(sum(info.bytes for info in used))]
    read.append(words.plural(quality.events, "log event"))
    # A folder or archive gives its name to what is saved of the files in it.
    name = used[0].name.split("/")[0] if used else "report"
    return {
        "title": report.verdict.rstrip("."),
        "name": name,
        "partial": report.partial,
        "text": {
            "errors": words.count(len(report.errors)),
            "inputs": ", ".join(read),
            "passed": f"{words.plural(passed, 'file')} not read" if passed else "",
            "set_aside": f"{words.plural(aside, 'event')} set aside" if aside else "",
        },
        "foreign": _foreign(),
    }


def _foreign() -> int:
    """Requests this worker made to another host; the page cannot see them in its own list."""
    origin = js.location.origin
    seen = [entry.name for entry in js.performance.getEntriesByType("resource")]
    return sum(1 for name in seen if name.startswith(("http:", "https:")) and not name.startswith(f"{origin}/"))


def view(name: str, params: str = "{}") -> str:
    """A view of the report as HTML, or the numbers of a chart as JSON."""
    return html.fragment(_open_report(), name, json.loads(params))


def save(kind: str) -> str:
    """The report as text: `html`, `json` or `markdown`."""
    report = _open_report()
    return {"html": report.to_html, "json": report.to_json, "markdown": report.to_markdown}[kind]()


def cancel() -> None:
    """End the reading at its next step; what was read becomes a partial report."""
    State.cancelled = True


def _open_report() -> Report:
    if State.report is None:
        raise LookupError("no report is open")
    return State.report
