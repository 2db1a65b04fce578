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
from analyzer.errors import LambdascopeError, UnknownInputError
from analyzer.model import Options
from analyzer.pipeline import Progress, Reading
from analyzer.report import Report, html

__export__ = ["analyze", "cancel", "save", "view"]

TURN_S = 0.05
"""Between two looks at the page's messages; a cancelled reading ends within this and one step."""
STEADY_S = 1.0
"""The time left is said once it has been known for this long, for an early guess jumps about."""

_reader = js.FileReaderSync.new()


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
        """At most `size` bytes from `offset`."""
        data: bytes = _reader.readAsArrayBuffer(self._file.slice(offset, offset + size)).to_bytes()
        return data


async def analyze(files: Any, options: str = "{}") -> str:
    """Read the files and keep the report. Returns what the page's frame shows of it, or why there is none, as JSON."""
    State.cancelled = False
    sources = [FileSource(file) for file in files]
    total = sum(source.size for source in sources)
    try:
        reading = Reading(sources, Options(**json.loads(options)))
        await _read(reading, total)
        report = State.report = reading.report(partial=State.cancelled)
    except UnknownInputError as error:
        size = next((words.size(s.size) for s in sources if s.name == error.name), "")
        return _problem(error.what, error.how, error.way_out, f"{error.name}, {size}" if size else error.name)
    except LambdascopeError as error:
        return _problem(str(error))
    except MemoryError:
        return json.dumps({"stopped": "out of memory"})
    except JsException as error:  # the browser refuses a file that changed, moved or is a folder
        name = sources[0].name if sources else "The file"
        return _problem(f"{name} cannot be read.", f"The browser says: {error}.", "Choose the file again.")
    return json.dumps(_summary(report))


def _problem(what: str, how: str = "", way_out: str = "", refused: str = "") -> str:
    """Why there is no report, for places of the page that hold plain text: no marks around commands."""
    told = {"what": what, "how": how, "way_out": way_out, "refused": refused}
    return json.dumps({"problem": {name: text.replace("`", "") for name, text in told.items()}})


async def _read(reading: Reading, total: int) -> None:
    """Go through the input step by step, tell the page, and let its messages in between."""
    started = turned = time.monotonic()
    steady: float | None = None
    await sync.progress(json.dumps(_told(Progress(0, total, 0, 0, 0, 0, 0), 0.0, steady=False)))
    for step in reading:
        now = time.monotonic()
        if now - turned < TURN_S and step.done < step.total:
            continue
        if step.done and now - started > 0.5 and steady is None:
            steady = now
        known = steady is not None and now - steady >= STEADY_S
        await sync.progress(json.dumps(_told(step, now - started, steady=known)))
        await asyncio.sleep(0)
        turned = time.monotonic()
        if State.cancelled:
            return


def _told(step: Progress, seconds: float, *, steady: bool) -> dict[str, Any]:
    """How far it is, in numbers for the bar and in words for the page."""
    text = {
        "task": "Looking for causes" if step.done >= step.total else f"Reading {words.size(step.total)}",
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
    return {"done": step.done, "total": step.total, "text": text, "counts": counts}


def _summary(report: Report) -> dict[str, Any]:
    """What stands around the views: title, navigation, status bar, name for saved files."""
    quality = report.quality
    size = sum(info.bytes for info in report.inputs)
    aside = sum(quality.set_aside.values())
    read = [words.plural(len(report.inputs), "file"), words.size(size), words.plural(quality.events, "log event")]
    return {
        "title": report.verdict.rstrip("."),
        "name": report.inputs[0].name if report.inputs else "report",
        "partial": report.partial,
        "text": {
            "errors": words.count(len(report.errors)),
            "inputs": ", ".join(read),
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
