"""JSON of strangers: deep nests are refused before the decoder meets them, and nothing else is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer import analyze
from analyzer.decoding import DEPTH, Decoder, loads
from analyzer.sources import BytesSource

VALUES = st.recursive(
    st.none() | st.integers() | st.text() | st.sampled_from(["[[[[{{{{", ']]"}}', '\\"[', "\\"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=40,
)


@given(VALUES)
def test_what_does_not_nest_deeply_is_decoded_as_ever(value: Any) -> None:
    """Whatever brackets its strings hold."""
    text = json.dumps([value, "[" * 2 * DEPTH])
    assert loads(text) == json.loads(text)
    assert loads(text.encode()) == json.loads(text)
    assert Decoder().value_at(f"  {text},[", 2) == (json.loads(text), len(text) + 2)


@pytest.mark.parametrize("opening", ["[", '{"a":', '[[],{"b":[1]},', '{"a":"]}]}","b":', "[1,{},"])
def test_a_deep_nest_is_refused(opening: str) -> None:
    """One level more than there may be, and a hundred thousand."""
    for levels in (DEPTH + 1, 100_000):
        with pytest.raises((RecursionError, ValueError)):
            loads(opening * levels)
        with pytest.raises((RecursionError, ValueError)):
            Decoder().value_at(opening * levels)
    with pytest.raises(RecursionError):
        loads("[" * (DEPTH + 1) + "]" * (DEPTH + 1))
    assert loads("[" * DEPTH + "]" * DEPTH) == json.loads("[" * DEPTH + "]" * DEPTH)


@pytest.mark.parametrize("nest", ["[" * 100_000, '{"a":' * 5_000, '{"a":' * 5_000 + "1" + "}" * 5_000])
def test_a_nest_in_a_log_line_or_around_events_loses_nothing_else(nest: str) -> None:
    """The line is a line; what stands beside it is read."""
    lines = ["START RequestId: a Version: 1\n", nest, f'{{"level":"ERROR","message":{nest}', "END RequestId: a\n"]
    events = [{"timestamp": 1_791_444_627_768 + n, "message": text} for n, text in enumerate(lines)]
    found = analyze([BytesSource(json.dumps({"events": events}).encode(), "x.json")])
    assert found.totals.invocations == 1
    assert found.quality.attributed == 4
    inside = json.dumps({"events": events[:1]})[:-2] + f',{{"timestamp":1,"message":"x","y":{nest}' + "}]}"
    found = analyze([BytesSource(inside.encode(), "x.json")])
    assert found.totals.invocations == 1
