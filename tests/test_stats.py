"""What every statistic obeys: empty is neutral, order and grouping do not matter, plain lists bring it back."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer import limits
from analyzer.stats import columns
from analyzer.stats.groups import Groups, Key
from analyzer.stats.quotes import KEEP, Quote, Quotes, when
from analyzer.stats.rows import COLUMNS, Rows
from analyzer.stats.timeline import BINS, Timeline

TIMES = st.integers(0, 2_000_000_000_000)
WORDS = st.sampled_from(["a", "b", "c", "d", "e", "f"])
QUOTES = st.builds(Quote, WORDS, st.integers(0, 50), st.just(60), st.integers(-1, 40), WORDS, WORDS, WORDS)


def timeline(times: list[int]) -> Timeline:
    """A timeline of some times."""
    new = Timeline()
    for t in times:
        new.add(t)
    return new


def grouped(lines: list[Quote]) -> Groups:
    """Groups of some lines, few enough to reach the bound."""
    new = Groups(most=3)
    for line in lines:
        key: Key = (line.stream, "logged", "", line.text, "")
        new.add(key, line, line.text)
    return new


def quoted(lines: list[Quote]) -> Quotes:
    """Boards of some lines under two rules."""
    new = Quotes()
    for line in lines:
        new.add(("first", line.stream), when(line), line)
        new.add(("memory", line.stream, "03"), (line.input, line.offset), line)
    return new


CASES = [
    pytest.param(timeline, TIMES, id="timeline"),
    pytest.param(grouped, QUOTES, id="groups"),
    pytest.param(quoted, QUOTES, id="quotes"),
]


@pytest.mark.parametrize(("make", "item"), CASES)
@given(data=st.data())
def test_adding_in_parts_equals_adding_at_once(make: Any, item: Any, data: st.DataObject) -> None:
    """Shards of none and of one item included; the argument of a merge is untouched."""
    shards = data.draw(st.lists(st.lists(item, max_size=6), max_size=5))
    whole = make([x for shard in shards for x in shard])
    for order in (shards, shards[::-1]):
        total = make([])
        for shard in order:
            part = make(shard)
            before = deepcopy(part.to_json())
            total.merge(part)
            assert part.to_json() == before
        assert total.to_json() == whole.to_json()


@pytest.mark.parametrize(("make", "item"), CASES)
@given(data=st.data())
def test_grouping_does_not_matter(make: Any, item: Any, data: st.DataObject) -> None:
    """(a + b) + c equals a + (b + c)."""
    a, b, c = (data.draw(st.lists(item, max_size=6)) for _ in range(3))
    left, right, tail = make(a), make(b), make(c)
    left.merge(make(b))
    left.merge(make(c))
    right.merge(tail)
    other = make(a)
    other.merge(right)
    assert left.to_json() == other.to_json()


@given(st.lists(QUOTES, max_size=8), st.lists(TIMES, max_size=8))
def test_plain_lists_bring_a_statistic_back(lines: list[Quote], times: list[int]) -> None:
    """And it goes on adding as before."""
    for statistic in (timeline(times), quoted(lines)):
        again = type(statistic).from_json(deepcopy(statistic.to_json()))
        assert again.to_json() == statistic.to_json()


@given(st.lists(TIMES, min_size=1, max_size=200))
def test_a_timeline_stays_small_and_counts_all(times: list[int]) -> None:
    """Bins double until the span fits; no count is lost."""
    counts = timeline(times).counts()
    assert len(counts) <= BINS + 1
    assert sum(n for _, n in counts) == len(times)


def test_groups_beyond_the_bound_keep_exact_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those with the smallest hashes stay, whatever came first."""
    monkeypatch.setattr(limits, "GROUPS", 10)
    table = Groups(most=10)
    for n in range(3):
        for word in range(100):
            quote = Quote("a", 100 * n + word, 0, 0, "", "", "")
            table.add(("s", "logged", "", f"w{word}", ""), quote, "")
    table.to_json()
    assert len(table) == 10
    assert table.lines == 300
    assert {g.count for g in table} == {3}


def test_a_rule_keeps_its_bound() -> None:
    """However many lines it is offered."""
    boards = quoted([Quote("a", n, n + 1, n, "s", "", "x") for n in range(100)])
    assert [q.offset for q in boards.of(("first", "s"))] == list(range(KEEP["first"]))


@pytest.mark.parametrize("request_id", ["", "57325a9d-ff5f-42e4-83df-80f3dcaaef25", "abc-123", "A" * 36, "5" * 36])
def test_a_request_id_comes_back_as_it_was(request_id: str) -> None:
    """Also one that is no UUID, or looks nearly like one."""
    rows = Rows()
    rows.extend([tuple(0 for _ in COLUMNS)], [request_id])
    rows.extend([tuple(0 for _ in COLUMNS)] * 2, ["57325a9d-ff5f-42e4-83df-80f3dcaaef25", request_id])
    again = Rows.from_bytes(rows.to_bytes(), len(rows), rows.side_ids())
    for table in (rows, again, rows.copy(), rows.take([0, 1, 2])):
        assert [table.request_id(i) for i in (0, 2)] == [request_id, request_id]


def test_damaged_rows_are_refused() -> None:
    """With a sentence."""
    with pytest.raises(ValueError, match="damaged"):
        Rows.from_bytes(b"123", 1, {})


def test_the_bounds_are_what_the_docstrings_say() -> None:
    """A reader of the documentation can count on them."""
    assert limits.GROUPS == 4_096
    assert limits.QUOTED_STREAMS == 4_096


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.floats(0, 2) | st.just(0.0), max_size=40))
def test_values_sorted_piece_by_piece_are_sorted(values: list[float]) -> None:
    """However few a list may hold."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_LIST_OF_FLOATS", 3)
        assert list(columns.sorted_values(values)) == sorted(values)


@given(st.lists(st.integers(-5, 5) | st.integers(-(1 << 62), 1 << 62), max_size=40))
def test_places_in_ascending_order_keep_equals_in_place(values: list[int]) -> None:
    """As sorting all at once would."""
    assert list(columns.ascending(values)) == sorted(range(len(values)), key=values.__getitem__)


@given(st.lists(st.integers(0, 70_000) | st.integers(-(1 << 40), 1 << 40)), st.sampled_from("iHB"))
def test_a_column_gives_back_every_whole_number(values: list[int], code: str) -> None:
    """Those that do not fit into its bytes too, after appending, taking and cutting."""
    column = columns.Ints(code)
    half = len(values) // 2
    column.extend(values[:half])
    other = columns.Ints(code)
    other.extend(values[half:])
    column.append_all(other)
    assert list(column) == values
    order = list(range(len(values)))[::-1]
    assert list(column.take(order)) == values[::-1]
    column.truncate(half)
    assert list(column) == values[:half]


@given(st.lists(st.floats(0, 4_000_000) | st.decimals(0, 3_000_000, places=3).map(float) | st.just(1e300)))
def test_a_column_gives_back_every_decimal(values: list[float]) -> None:
    """To the last bit."""
    column = columns.Decimals()
    column.extend(values)
    assert list(column) == values
    assert [column[i] for i in range(len(values))] == values
