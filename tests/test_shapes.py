"""One set of events in every shape people save: each is recognised, read back whole, and reported alike.

`shapes.py` writes the shapes and says what each of them loses; whatever it does not lose is compared here.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import exports
import pytest
import shapes
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import GROUP, SCENARIOS, SHAPES, Shape

from analyzer import Options, analyze, registry, summarize
from analyzer.model import Container, LogStream, Remarks
from analyzer.report import Report
from analyzer.sources import GZIP_MAGIC, UNKNOWN_SIZE, BytesSource
from analyzer.summary import Summary

CASES = [(name, scenario) for name, shape in SHAPES.items() for scenario in SCENARIOS if shape.holds(scenario)]
every_case = pytest.mark.parametrize(("name", "scenario"), CASES, ids=str)
VARIED = [(name, scenario) for name, scenario in CASES if scenario in ("json", "awkward")]
varied_cases = pytest.mark.parametrize(("name", "scenario"), VARIED, ids=str)
every_shape = pytest.mark.parametrize("name", SHAPES)

REQUEST = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{3}(?:Z| \([+-]\d\d:\d\d\))")


# --- Reading --------------------------------------------------------------------------------------------------------


class Read(NamedTuple):
    """An event as a container gave it back."""

    time: int | None
    stream: str | LogStream | None
    text: str
    offset: int
    end: int
    id: str | None


@cache
def events(name: str, scenario: str) -> tuple[exports.Event, ...]:
    """The events a shape is given."""
    return tuple(SHAPES[name].carried(logged(scenario)))


@cache
def logged(scenario: str) -> tuple[exports.Event, ...]:
    """The events of a scenario."""
    return tuple(SCENARIOS[scenario]())


@cache
def written(name: str, scenario: str) -> bytes:
    """What a shape makes of them."""
    return SHAPES[name].write(events(name, scenario), GROUP)


def scenario_of(shape: Shape) -> str:
    """A scenario that a shape can hold."""
    return "json" if shape.json_only else "tracebacks"


def unpacked(data: bytes) -> bytes:
    """What stands in any number of gzip layers."""
    while data.startswith(GZIP_MAGIC):
        data = gzip.decompress(data)
    return data


@cache
def reader(name: str, scenario: str) -> Container:
    """The one container that claims a shape."""
    claims = {c.id: c for c in registry.claimants(unpacked(written(name, scenario))[: 64 << 10])}
    assert len(claims) == 1, list(claims)
    return claims.popitem()[1]


def read(container: Container, data: bytes, name: str) -> tuple[list[Read], Remarks]:
    """All events a container finds, and what it noticed."""
    remarks = Remarks()
    end = len(data) if container.splittable else UNKNOWN_SIZE
    found: list[Read] = []
    for batch in container.read(BytesSource(data, name), 0, end, remarks):
        ids = batch.ids or [None] * len(batch.times)
        columns = zip(batch.times, batch.streams, batch.messages, batch.offsets, batch.ends, ids, strict=True)
        found += [Read(*event) for event in columns]
    return found, remarks


@cache
def read_back(name: str, scenario: str) -> tuple[list[Read], Remarks]:
    """What its container finds in a shape."""
    data = unpacked(written(name, scenario))
    return read(reader(name, scenario), data, SHAPES[name].filename(events(name, scenario)))


def report(data: bytes, name: str) -> Report:
    """The report of an input, with every invocation in it."""
    return analyze([BytesSource(data, name)], options=Options(invocations=True))


# --- Recognised ------------------------------------------------------------------------------------------------------


def heads(shape: Shape, data: bytes) -> dict[str, bytes]:
    """A shape as other tools leave it, unpacked: what a container may see of it first."""
    found = {
        "as it is": data,
        "with a byte order mark": b"\xef\xbb\xbf" + data.removeprefix(b"\xef\xbb\xbf"),
        "with CRLF": re.sub(b"\r?\n", b"\r\n", data),
        "with blank lines in front": b"\n\r\n" + data.removeprefix(b"\xef\xbb\xbf"),
        "as a head": data[: 64 << 10],
    }
    if shape.container != "subscription-event":  # half of a base64 text is no text yet
        found |= {f"cut to {part:.0%}": data[: int(len(data) * part)] for part in (0.8, 0.5)}
    return found


@every_case
def test_exactly_one_container_claims_a_shape(name: str, scenario: str) -> None:
    assert reader(name, scenario).id in SHAPES[name].claimants(scenario)


@varied_cases
def test_exactly_one_container_claims_a_shape_however_it_was_saved(name: str, scenario: str) -> None:
    shape = SHAPES[name]
    for how, head in heads(shape, unpacked(written(name, scenario))).items():
        claims = [c.id for c in registry.claimants(head[: 64 << 10])]
        assert len(claims) == 1, (how, claims)
        assert set(claims) <= shape.claimants(scenario), how


@every_shape
def test_a_container_is_not_stopped_by_a_foreign_shape(name: str) -> None:
    shape = SHAPES[name]
    few = events(name, "json" if shape.json_only else "awkward")[:40]
    data = unpacked(shape.write(few, GROUP))
    for container in registry.containers():
        read(container, data, "input")


# --- Read back -------------------------------------------------------------------------------------------------------


def normal(message: str, loses: Iterable[str]) -> str:
    """A message up to what a shape loses of it; blanks at its end never count."""
    text = message.replace("\r\n", "\n")
    if "colours" in loses:
        text = ESCAPES.sub("", text)
    if "newlines" in loses:
        text = text.replace("\n", " ")
    if "stamps" in loses:
        text = "\n".join(" ".join(sorted(p for p in line.split("\t") if not STAMP.fullmatch(p)))
                         for line in text.split("\n"))  # fmt: skip
    if "layout" in loses and text.lstrip()[:1] in ("{", "["):
        try:
            document = json.loads(text)
        except ValueError:
            return text.rstrip()
        if isinstance(document, dict) and document.get("type") == "function":
            document = document["record"]
        text = document if isinstance(document, str) else json.dumps(document)
    return text.rstrip()


def texts(messages: Iterable[str], loses: frozenset[str]) -> list[str]:
    """Messages as they compare: events, or lines where a shape does not say where an event ends."""
    found = [normal(m, loses) for m in messages]
    if "boundaries" in loses:
        found = [line for text in found for line in text.split("\n") if line.strip()]
    if "indent" in loses:
        found = [" ".join(text.split()) for text in found]
    return [text for text in found if text] if "empty" in loses else found


def ordered(values: Iterable[Any], loses: frozenset[str]) -> list[Any]:
    """As they are, or sorted where the order is lost."""
    return sorted(values) if "order" in loses else list(values)


@every_case
def test_the_events_come_back(name: str, scenario: str) -> None:
    given_, loses = events(name, scenario), SHAPES[name].loses
    found, remarks = read_back(name, scenario)
    assert remarks.odd == {}
    assert not remarks.truncated or "end" in loses
    expected = ordered(texts((e.message for e in given_), loses), loses)
    assert ordered(texts((e.text for e in found), loses), loses) == expected
    if "boundaries" in loses:
        return
    kept = [e for e in given_ if "empty" not in loses or normal(e.message, loses)]
    found = [e for e in found if "empty" not in loses or normal(e.text, loses)]
    assert len(found) == len(kept)
    assert {e.time for e in found} != {None} or "times" in loses
    if "times" not in loses:
        unit = 1000 if "milliseconds" in loses else 1
        assert ordered([(e.time or 0) // unit for e in found], loses) == ordered(
            [e.timestamp // unit for e in kept], loses)  # fmt: skip
    names = [e.stream.name if isinstance(e.stream, LogStream) else e.stream or "" for e in found]
    assert ordered(names, loses) == ordered(["" if "streams" in loses else e.stream for e in kept], loses)
    if "group" not in loses:
        groups = {e.stream.group if isinstance(e.stream, LogStream) else remarks.log_group for e in found}
        assert groups == {GROUP}
    if "ids" not in loses:
        assert ordered([e.id for e in found], loses) == ordered([e.id for e in kept], loses)


@every_case
def test_an_event_stands_where_it_is_said_to_stand(name: str, scenario: str) -> None:
    data = unpacked(written(name, scenario))
    for event in read_back(name, scenario)[0]:
        assert 0 <= event.offset < event.end <= len(data)
        request = REQUEST.search(event.text)
        if request and "places" not in SHAPES[name].loses:
            assert request[0].encode() in data[event.offset : event.end]


# --- Reported alike --------------------------------------------------------------------------------------------------


def facts(found: Report, loses: frozenset[str]) -> dict[str, object]:
    """What a report says, as far as a shape can carry it."""
    timed = not loses & {"times", "milliseconds"}
    whole = not loses & {"boundaries", "newlines", "indent"}
    invocations = sorted(
        (ESCAPES.sub("", i.request_id or ""), i.version or "", i.status, i.duration_ms or 0, i.billed_ms or 0,
         i.memory_mb or 0, i.max_memory_mb or 0, i.init_ms or 0, i.cold, i.attempt, (i.start or 0) if timed else 0)
        for i in found.invocations or ()
    )  # fmt: skip
    functions = [
        (f.versions, f.runtimes, f.memory_sizes_mb, f.timeout_s, f.duration_ms, f.init_ms, f.peak_mb, f.billed_ms)
        for f in found.functions
    ]
    said: dict[str, object] = {
        "totals": found.totals,
        "invocations": invocations,
        "functions": sorted(functions, key=repr),
        "findings": sorted((f.id, f.severity, f.count, f.of) for f in found.findings if f.id != "data-quality"),
    }
    if timed:
        said["causes"] = sorted((c.id, c.explains) for c in found.causes)
        said["period"] = found.period
        said["first and last"] = sorted((f.id, f.first, f.last) for f in found.findings if f.id != "data-quality")
    if whole:
        said["errors"] = sorted(
            (e.type, ESCAPES.sub("", e.message), e.outcome, e.count, e.invocations) for e in found.errors
        )
        said["quality"] = (found.quality.events, found.quality.attributed, found.quality.set_aside)
    if "ids" not in loses:
        said["duplicates"] = found.quality.duplicates
    return said


@cache
def reference(name: str, scenario: str) -> Report:
    """The report of the AWS CLI's JSON for what a shape carries."""
    loses = SHAPES[name].loses
    kept = tuple(e for e in events(name, scenario) if "empty" not in loses or normal(e.message, loses))
    return by_json(kept)


@cache
def by_json(given_: tuple[exports.Event, ...]) -> Report:
    """The report of some events as the AWS CLI's JSON."""
    return report(exports.dump(shapes.filter_page(given_), pretty=True), "export.json")


@every_case
def test_every_shape_gives_one_report(name: str, scenario: str) -> None:
    shape = SHAPES[name]
    found = report(written(name, scenario), shape.filename(events(name, scenario)))
    assert facts(found, shape.loses) == facts(reference(name, scenario), shape.loses)
    assert not found.failed_plugins
    assert found.quality.events == found.quality.attributed + sum(found.quality.set_aside.values())


@varied_cases
def test_every_event_of_a_shape_is_accounted_for(name: str, scenario: str) -> None:
    shape = SHAPES[name]
    data = written(name, scenario)
    if shape.container == "subscription-event":  # a base64 text cut short is all or nothing
        return
    for part in (0.8, 0.37):
        quality = report(data[: int(len(data) * part)], shape.filename(events(name, scenario))).quality
        assert quality.events == quality.attributed + sum(quality.set_aside.values())
        assert quality.events > 0


def as_utf_16(data: bytes) -> bytes:
    """As Windows PowerShell redirects it."""
    return b"\xff\xfe" + re.sub(b"\r?\n", b"\r\n", data).decode("utf-8-sig").encode("utf-16-le")


WRAPPED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": shapes.gzipped,
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data.removeprefix(b"\xef\xbb\xbf"),
    "CRLF": lambda data: re.sub(b"\r?\n", b"\r\n", data),
    "UTF-16": as_utf_16,
    "blank lines": lambda data: b"\n\n" + data.removeprefix(b"\xef\xbb\xbf"),
}


@pytest.mark.parametrize("how", WRAPPED)
@every_shape
def test_what_is_around_a_shape_changes_nothing(name: str, how: str) -> None:
    shape = SHAPES[name]
    scenario = scenario_of(shape)
    given_ = events(name, scenario)
    data = unpacked(written(name, scenario))
    other = report(WRAPPED[how](data), shape.filename(given_))
    assert facts(other, shape.loses) == facts(reference(name, scenario), shape.loses)
    assert other.inputs[0].container.split(", ")[-1] in shape.claimants(scenario)


@every_shape
def test_a_name_that_says_nothing_changes_nothing(name: str) -> None:
    shape = SHAPES[name]
    found = report(written(name, scenario_of(shape)), "x")
    assert facts(found, shape.loses) == facts(reference(name, scenario_of(shape)), shape.loses)


def test_an_export_task_in_an_archive_gives_one_report() -> None:
    found = report(shapes.zipped(shapes.s3_tree(logged("tracebacks"))), "exports.zip")
    loses = frozenset({"ids", "group"})
    assert facts(found, loses) == facts(by_json(logged("tracebacks")), loses)


def test_the_objects_of_an_export_task_give_one_report() -> None:
    tree = shapes.s3_tree(logged("tracebacks"))
    objects = [BytesSource(data, key) for key, data in tree.items() if key.endswith(".gz")]
    found = analyze(objects, options=Options(invocations=True))
    loses = frozenset({"ids", "group"})
    assert facts(found, loses) == facts(by_json(logged("tracebacks")), loses)


# --- Cut and merged --------------------------------------------------------------------------------------------------


@cache
def whole(name: str, scenario: str) -> bytes:
    """The summary of a shape read in one go."""
    return summarize(BytesSource(written(name, scenario), "input")).to_bytes()


@every_shape
@settings(max_examples=5, deadline=None, derandomize=True)
@given(data=st.data())
def test_reading_a_shape_in_parts_equals_reading_it_in_one_go(name: str, data: st.DataObject) -> None:
    shape = SHAPES[name]
    scenario = "json" if shape.json_only else data.draw(st.sampled_from(["tracebacks", "awkward", "hostile"]))
    content = written(name, scenario)
    if not reader(name, scenario).splittable or content.startswith(GZIP_MAGIC):
        return  # it is read whole, by whoever has its first byte
    cuts = data.draw(st.lists(st.integers(0, len(content)), max_size=3))
    merged = Summary()
    for start, end in pairwise([0, *sorted(cuts), len(content)]):
        merged.merge(summarize(BytesSource(content, "input"), start, end))
    assert merged.to_bytes() == whole(name, scenario)
