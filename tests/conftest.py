"""What every test may use: `--update` for golden files, and the paths of the checkout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer `--update`, which writes golden files instead of comparing with them."""
    parser.addoption("--update", action="store_true", help="write the golden files again instead of comparing")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def web() -> Path:
    """The page's folder, which holds the example exports."""
    return ROOT / "web"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares text with `tests/golden/<name>`; with `--update` writes it there."""

    def check(name: str, text: str) -> None:
        path = ROOT / "tests" / "golden" / name
        if request.config.getoption("--update"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
            return
        assert path.is_file(), f"{path.name} does not exist yet: run pytest with --update"
        assert text == path.read_bytes().decode()

    return check
