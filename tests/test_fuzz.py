"""Any bytes: never a crash, never an event unaccounted for, never more work or memory than the input is worth.

Every container and every shape of `shapes.py` takes part by being there. `fuzz/oracle.py` says what must hold and
`fuzz/accidents.py` what happens to the files. The examples are the same at every run; to look for others:

    LAMBDASCOPE_FUZZ_ROUNDS=60 pytest tests/test_fuzz.py -k damaged      new ones sixty times; what fails is shrunk
    python tests/fuzz --minutes 20                                       led by the lines that are reached, see there
"""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path
from time import process_time

import pytest
from fuzz import oracle, seeds
from fuzz.accidents import ACCIDENTS, Accident, suffer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analyzer import registry
from analyzer.model import Container, Remarks
from analyzer.sources import UNKNOWN_SIZE, BytesSource

ROUNDS = int(os.environ.get("LAMBDASCOPE_FUZZ_ROUNDS", "0"))
"""How often to look for new examples, 0 to repeat the known ones once."""

MOST_BYTES = 24 << 20
"""Of memory for a megabyte: as bytes, as text, as values and as events, some of them twice for a moment."""
MOST_SECONDS = 2.0
"""Of processor time; what is read most slowly takes a quarter."""

found = sorted(seeds.FOUND.glob("*.bin"))
accidents = st.lists(
    st.tuples(
        st.integers(0, len(ACCIDENTS) - 1), st.integers(0, 1 << 17), st.integers(0, 1 << 12), st.integers(0, 400)
    ),
    min_size=1,
    max_size=9,
)
ways = st.sampled_from((0, 0, 0, 0, 1, 2, 3, 4, 4, 4))  # mostly plain, often with small bounds


def profile(examples: int) -> settings:
    """The same examples at every run, or new ones in every round."""
    return settings(
        max_examples=examples,
        derandomize=not ROUNDS,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(params=range(max(1, ROUNDS)), scope="module")
def again(request: pytest.FixtureRequest) -> int:
    """The number of the round."""
    return int(request.param)


rounds = pytest.mark.usefixtures("again")


@rounds
@profile(350)
@given(seed=st.sampled_from(seeds.everything()), how=ways, what=accidents)
def test_a_damaged_file_is_reported_or_refused_and_nothing_is_lost(seed: bytes, how: int, what: list[Accident]) -> None:
    oracle.examine(bytes([how]) + suffer(seed, what, seeds.everything()))


@rounds
@profile(60)
@given(data=st.binary(max_size=3_000), how=ways)
def test_bytes_of_any_kind_are_reported_or_refused(data: bytes, how: int) -> None:
    oracle.examine(bytes([how]) + data)


@rounds
@profile(60)
@given(seed=st.sampled_from(seeds.everything()), how=st.integers(1, 2), what=accidents)
def test_a_damaged_archive_is_reported_or_refused(seed: bytes, how: int, what: list[Accident]) -> None:
    """The damage is in what is compressed, not in what it was made of."""
    oracle.examine(bytes([0]) + suffer(oracle.wrapped(seed, how), what))


@rounds
@profile(60)
@given(seed=st.sampled_from(seeds.everything()), here=accidents, there=accidents)
def test_two_damaged_copies_are_reported_alike_in_any_order(
    seed: bytes, here: list[Accident], there: list[Accident]
) -> None:
    oracle.check_pair(*(suffer(seed, what[:2], seeds.everything()) for what in (here, there)))


@pytest.mark.parametrize("container", registry.containers(), ids=lambda c: c.id)
def test_no_container_trusts_the_first_64_kb(container: Container) -> None:
    """What follows a head that a container claims may be anything, so it reads anything."""
    for number, data in enumerate(seeds.everything()[:: 37 + len(container.id)]):
        oracle.check_container(container, suffer(data, [(number, 97 * number, number, number)]), law=False)


@pytest.mark.parametrize("path", found, ids=lambda p: p.stem)
def test_what_failed_once_does_not_fail_again(path: Path) -> None:
    oracle.examine(path.read_bytes())


# --- Memory and time -------------------------------------------------------------------------------------------------


def large(container: Container, unit: bytes, size: int) -> bytes:
    """A sample that goes on with one thing."""
    sample = container.samples[0]
    return sample + (unit or sample) * (size // len(unit or sample))


UNITS: dict[str, bytes] = {
    "itself": b"",
    "lines": b"x\n",
    "blanks": b" ",
    "quotes": b'"',
    "brackets": b'[{"a":',
    "words": b"word ",
    "broken characters": b"\xff",
    "empty objects": b"{},",
}
"""More of the same, and what readers wait in vain for the end of."""


@pytest.mark.parametrize("container", registry.containers(), ids=lambda c: c.id)
def test_whatever_a_file_goes_on_with_it_is_read_at_once_and_once(container: Container) -> None:
    for name, unit in UNITS.items():
        data = large(container, unit, 128 << 10)
        begin = process_time()
        oracle.check_container(container, data, law=False)
        assert process_time() - begin < MOST_SECONDS, name


@pytest.mark.parametrize("container", registry.containers(), ids=lambda c: c.id)
@pytest.mark.parametrize(("name", "size"), [("itself", 1 << 20), ("lines", 48 << 10), ("quotes", 48 << 10)])
def test_reading_takes_little_memory(container: Container, name: str, size: int) -> None:
    """A megabyte of what the format is made of, or so many records of one or two bytes that they weigh as much."""
    data, remarks = large(container, UNITS[name], size), Remarks()
    tracemalloc.start()
    try:
        for _ in container.read(BytesSource(data), 0, len(data) if container.splittable else UNKNOWN_SIZE, remarks):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES, f"{peak:,} bytes"
