"""Files on their way in: every way to hand one over, what is seen meanwhile, and what becomes of other files."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import exports
import pytest
import shapes
from playwright.sync_api import FilePayload, JSHandle

from browser.harness import Visit, natively, payload

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


def dropped(visit: Visit, *files: FilePayload) -> JSHandle:
    """A DataTransfer that carries files, as a drop from a folder does."""
    listed = [[file["name"], file["buffer"].decode()] for file in files]
    return visit.page.evaluate_handle(
        """files => {
          const carried = new DataTransfer();
          for (const [name, text] of files) carried.items.add(new File([text], name));
          return carried;
        }""",
        listed,
    )


def test_the_page_is_readable_and_takes_a_file_before_the_engine_is_ready(visit: Visit, leak: bytes) -> None:
    visit.server.hold("pyodide.asm.wasm")
    visit.arrive()
    assert (visit.mark("engine"), visit.mark("state")) == ("starting", "empty")
    assert visit.text("h1") == "Find out why your Lambda function fails"
    assert "Engine is starting" in visit.text("#engine")
    visit.choose(payload("orders-api.json", leak))
    assert visit.text("#drop .big") == "orders-api.json waits for the engine"
    assert visit.mark("engine") == "starting"
    visit.server.release()
    visit.answer()
    assert visit.verdict() == natively("orders-api.json", leak).verdict


def test_a_chosen_file_is_answered(visit: Visit, leak: bytes) -> None:
    visit.ready().choose(payload("orders-api.json", leak)).answer()
    assert visit.verdict() == natively("orders-api.json", leak).verdict
    assert visit.page.title() == f"{visit.verdict().rstrip('.')} · Lambdascope"
    assert visit.page.url.endswith("#answer")


def test_several_chosen_files_become_one_report(visit: Visit, leak: bytes) -> None:
    other = exports.filter_log_events(exports.code_defect(n=200))
    visit.ready().choose(payload("one.json", leak), payload("two.json.gz", exports.gzipped(other))).answer()
    report = json.loads(visit.saved("json"))
    assert [(told["name"], told["bytes"]) for told in report["inputs"]] == [
        ("one.json", len(leak)),
        ("two.json.gz", len(exports.gzipped(other))),
    ]


def test_a_file_held_over_the_page_is_announced_and_a_dropped_one_is_answered(visit: Visit, leak: bytes) -> None:
    visit.ready()
    carried = dropped(visit, payload("orders-api.json", leak))
    visit.page.dispatch_event("#drop", "dragover", {"dataTransfer": carried})
    assert visit.text("#drop .big") == "Let go to read it"
    visit.page.dispatch_event("#drop", "drop", {"dataTransfer": carried})
    visit.answer()
    assert visit.verdict() == natively("orders-api.json", leak).verdict


@pytest.fixture
def export_folder(tmp_path: Path) -> Path:
    """What an export to S3 leaves, downloaded: a file for each log stream, and files that are no logs."""
    folder = tmp_path / "downloaded"
    files = shapes.s3_tree(exports.memory_leak(n=600)) | {"exportedlogs/dashboard.png": PNG, ".git/config": b"[core]"}
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def drop(visit: Visit, *paths: Path) -> None:
    """Drop files and folders from disk on the page."""
    session = visit.context.new_cdp_session(visit.page)
    carried = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 200, "data": carried})


def check_folder(visit: Visit, folder: Path) -> None:
    """The report is about the exported files by their paths, names the picture, and knows each log stream."""
    visit.answer()
    report = json.loads(visit.saved("json"))
    logs = sorted(path for path in folder.rglob("*.gz"))
    read = [told["name"] for told in report["inputs"] if told["container"] != "not read"]
    assert read == [path.relative_to(folder.parent).as_posix() for path in logs]
    passed = [told["name"] for told in report["inputs"] if told["container"] == "not read"]
    assert passed == ["downloaded/exportedlogs/dashboard.png"]
    assert "1 file not read" in visit.text("footer")
    assert {told["stream"] for told in report["environments"]} == set(exports.by_stream(exports.memory_leak(n=600)))
    assert report["totals"]["invocations"] == 600


def test_a_dropped_folder_is_read_as_one_export_with_its_paths(visit: Visit, export_folder: Path) -> None:
    drop(visit.ready(), export_folder)
    check_folder(visit, export_folder)


def test_a_chosen_folder_is_read_as_a_dropped_one(visit: Visit, export_folder: Path) -> None:
    visit.ready().page.set_input_files("#folder", export_folder)
    check_folder(visit, export_folder)


def test_a_folder_without_files_is_refused_in_a_sentence(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "nothing" / ".git").mkdir(parents=True)
    drop(visit.ready(), tmp_path / "nothing")
    assert visit.problem() == "nothing holds no file."


def test_looking_for_the_files_of_a_folder_can_be_cancelled(visit: Visit, tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / "many" / str(number)).mkdir(parents=True)
        (tmp_path / "many" / str(number) / "notes.txt").write_bytes(b"buy milk")
    visit.ready().page.evaluate(CANCEL_ON, "Looking for files")
    drop(visit, tmp_path / "many")
    visit.page.wait_for_function("() => window.cancelled?.back")
    assert (visit.mark("state"), visit.mark("engine")) == ("empty", "ready")


def test_a_file_dropped_on_an_open_report_replaces_it(visit: Visit, leak: bytes) -> None:
    visit.ready().choose(payload("orders-api.json", leak)).answer()
    other = exports.filter_log_events(exports.broken_package(n=60))
    visit.page.dispatch_event("main", "drop", {"dataTransfer": dropped(visit, payload("billing.json", other))})
    visit.answer()
    assert visit.verdict() == natively("billing.json", other).verdict != natively("orders-api.json", leak).verdict


def test_text_pasted_with_the_keyboard_is_answered(open_visit: Callable[..., Visit]) -> None:
    visit = open_visit(permissions=["clipboard-read", "clipboard-write"]).ready()
    text = exports.pasted_text(exports.memory_leak(n=300)).decode()
    visit.page.evaluate("text => navigator.clipboard.writeText(text)", text)
    visit.page.keyboard.press("Control+V")
    visit.answer()
    assert visit.verdict() == natively("pasted text", text.encode()).verdict


def test_text_pasted_into_the_dialog_is_answered(visit: Visit) -> None:
    text = exports.pasted_text(exports.memory_leak(n=300)).decode()
    visit.ready().page.locator("[data-do=paste]").first.click()
    visit.page.locator("[data-do=read-text]").click()
    assert "Nothing is pasted yet." in visit.text("#clip")
    visit.page.locator("#text").fill(text)
    visit.page.locator("[data-do=read-text]").click()
    visit.answer()
    assert visit.verdict() == natively("pasted text", text.encode()).verdict
    assert not visit.page.locator("#clip").is_visible()


@pytest.mark.parametrize("name", list(exports.examples()))
def test_each_example_opens_and_has_a_cause(visit: Visit, web: Path, name: str) -> None:
    visit.ready().page.locator(f'[data-example="{name}"]').first.click()
    visit.answer()
    saved = visit.saved("json")
    named = json.loads(saved)["inputs"][0]["name"]  # as the function's owner would have named it
    assert saved == natively(named, (web / name).read_bytes()).to_json().encode()
    assert "Confidence" in visit.text("#view-report .belief")
    assert visit.page.locator("#view-report .fix .command").first.is_visible()


WATCH = """() => {
  const seen = window.seen = { steps: [], frames: [], longest: 0 };
  const text = name => document.querySelector(`[data-text=${name}]`).textContent;
  const note = () => {
    if (document.documentElement.dataset.state !== "working") return;
    const bar = document.getElementById("bar");
    seen.steps.push([bar.value, bar.max, text("bytes"), text("events")]);
  };
  const everything = { subtree: true, childList: true, attributes: true };
  new MutationObserver(note).observe(document.querySelector("#view-working"), everything);
  const frame = now => {
    if (document.documentElement.dataset.state === "working") seen.frames.push(now);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver(list => {
    for (const task of list.getEntries()) seen.longest = Math.max(seen.longest, task.duration);
  }).observe({ type: "longtask" });
}"""


def test_reading_50_mb_shows_bytes_and_events_and_leaves_the_page_responsive(
    visit: Visit, big_export: Path, record_property: Callable[[str, object], None]
) -> None:
    visit.ready().page.evaluate(WATCH)
    visit.choose(big_export).answer()
    seen: dict[str, Any] = visit.page.evaluate("() => window.seen")

    steps = seen["steps"]
    size = big_export.stat().st_size
    done = [step[0] for step in steps]
    assert done == sorted(done)
    assert len(set(done)) > 5, "the bar stood still"
    assert {step[1] for step in steps} == {size}
    told = [step for step in steps if step[2]]
    assert all(re.fullmatch(r"[\d.,]+ (bytes|kB|MB) of [\d.,]+ MB, \d+%", step[2]) for step in told), told[0]
    assert all(re.fullmatch(r"[\d,]+ log events?", step[3]) for step in told), told[0]
    events = [int(re.sub(r"\D", "", step[3])) for step in told]
    assert events == sorted(events)
    assert events[-1] > 100_000

    # A page that reads by itself stands still for as long as it reads. How long the gaps are in ms is the benchmark's.
    frames = seen["frames"]
    whole = frames[-1] - frames[0]
    gap = max(after - before for before, after in pairwise(frames))
    record_property("longest gap between frames, ms", gap)
    record_property("longest task, ms", seen["longest"])
    record_property("reading, ms", whole)
    assert gap < whole / 4
    assert seen["longest"] < whole / 4


def test_cancelling_keeps_what_was_read_as_a_partial_report(visit: Visit, big_export: Path) -> None:
    visit.ready().choose(big_export)
    visit.page.wait_for_function("() => document.getElementById('bar').value > 0")
    visit.page.keyboard.press("Escape")
    asked_at = visit.page.evaluate("() => document.getElementById('bar').value / document.getElementById('bar').max")
    visit.answer()
    assert visit.text("#view-report .warning").startswith("Partial: reading was cancelled.")
    report = json.loads(visit.saved("json"))
    assert report["partial"] is True
    # Quick means at the next step, of about 4 MB: a file read to its end after all would be all of its events.
    whole = 155_000
    assert 0 < report["quality"]["events"] < (asked_at + 0.3) * whole

    visit.choose(payload("small.json", exports.filter_log_events(exports.healthy(n=50)))).answer()
    assert visit.page.locator("#view-report .warning").count() == 0, "the next reading is not cancelled as well"


CANCEL_ON = """task => {
  const told = window.cancelled = {};
  const look = () => {
    const state = document.documentElement.dataset.state;
    const doing = document.querySelector("[data-text=task]").textContent;
    const far = document.getElementById("bar").value >= (told.from ?? 0);
    if (!told.at && far && state === "working" && doing.startsWith(task)) {
      told.at = performance.now();
      document.querySelector("[data-do=cancel]").click();
    } else if (told.at && !told.heard && (state !== "working" || !doing.startsWith(task))) {
      told.heard = performance.now() - told.at;
    }
    if (told.at && state !== "working") told.back = performance.now() - told.at;
  };
  const everything = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(look).observe(document, everything);
}"""
"""Cancels as soon as the page says what it does; notes after how many ms it says something else and is back, ms."""


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_reading_of_60_mb_ends_half_a_second_after_it_is_cancelled(
    visit: Visit, tmp_path: Path, record_property: Callable[[str, object], None], packed: bool
) -> None:
    export = tmp_path / "orders-api.json"
    with export.open("wb") as file:
        exports.large(60_000_000, file)
    if packed:
        with export.open("rb") as plain, gzip.open(tmp_path / "orders-api.json.gz", "wb", compresslevel=1) as out:
            shutil.copyfileobj(plain, out)
        export = tmp_path / "orders-api.json.gz"
    visit.ready().page.evaluate(CANCEL_ON, "Reading ")
    visit.page.evaluate("size => { window.cancelled.from = size / 4 }", export.stat().st_size)
    visit.choose(export).answer()
    heard = visit.page.evaluate("() => window.cancelled.heard")
    record_property("reading ended after, ms", heard)
    assert heard < 500
    assert visit.text("#view-report .warning").startswith("Partial")


def test_cancelling_the_search_for_causes_starts_the_engine_anew(visit: Visit, big_export: Path, leak: bytes) -> None:
    visit.ready().page.evaluate(CANCEL_ON, "Looking for causes")
    visit.choose(big_export)
    visit.page.wait_for_function("() => window.cancelled.back")
    assert visit.page.evaluate("() => window.cancelled.back") < 500
    assert visit.mark("state") == "empty"
    visit.ready().choose(payload("orders-api.json", leak)).answer()
    assert visit.verdict() == natively("orders-api.json", leak).verdict
    assert len(visit.page.workers) == 1, "the engine that was ended is gone"


def test_a_failure_of_webassembly_is_told_and_not_waited_for(visit: Visit) -> None:
    visit.ready().page.workers[0].evaluate("() => { setTimeout(() => Promise.reject(new RangeError('stack'))) }")
    visit.page.wait_for_function("() => document.documentElement.dataset.engine === 'stopped'")
    assert visit.text("#engine").startswith("The engine stopped: a failure in WebAssembly.")
    visit.errors.clear()


REFUSED = {
    "dashboard.png": (PNG, "dashboard.png is a picture, not a log export."),
    "empty.json": (b"", "empty.json is empty."),
    "package.json": (b'{"name": "x", "version": "1.0.0"}', "package.json is JSON, but not a log export."),
    "notes.txt": (b"buy milk\n" * 20, "notes.txt holds no line of a Lambda function's log."),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_a_file_that_is_no_export_is_refused_in_a_sentence_and_the_open_report_stays(
    visit: Visit, leak: bytes, name: str
) -> None:
    data, sentence = REFUSED[name]
    visit.ready().choose(payload(name, data))
    assert visit.problem() == sentence
    assert "open report" not in visit.text("#view-error")

    visit.choose(payload("orders-api.json", leak)).answer()
    verdict = visit.verdict()
    visit.choose(payload(name, data))
    assert visit.problem() == sentence
    assert "The open report stays as it is." in visit.text("#view-error")
    assert not re.search(r"Traceback|\.py\b|Error:|undefined|null|NaN", visit.text("body"))
    visit.page.locator("#back").click()
    visit.answer()
    assert visit.verdict() == verdict


def test_an_export_that_ends_in_the_middle_of_an_event_is_read_and_says_so(visit: Visit, leak: bytes) -> None:
    half = leak[: len(leak) // 2]
    visit.ready().choose(payload("orders-api.json", half)).answer()
    assert "orders-api.json ends in the middle of an event." in visit.text("#view-report .warning")
    assert not re.search(r"Traceback|\.py\b", visit.text("#view-report .opening"))


def test_a_view_that_the_address_names_is_there_after_back_and_forward(visit: Visit, leak: bytes) -> None:
    visit.ready().choose(payload("orders-api.json", leak)).answer()
    verdict = visit.verdict()
    visit.page.locator("#views [data-view=errors]").click()
    visit.page.wait_for_function("() => document.querySelector('#view-report h1')?.id !== 'h-answer'")
    assert visit.page.url.endswith("#errors")
    visit.page.go_back()
    visit.answer()
    assert visit.verdict() == verdict
