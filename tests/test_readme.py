"""What the README shows is what the program prints: `pytest --update` writes it again."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from analyzer import registry

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _run(*arguments: str) -> str:
    command = [sys.executable, "-m", "analyzer", *arguments]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    return f"```text\n$ python -m analyzer {' '.join(arguments)}\n{found.stdout.rstrip()}\n```"


def _findings() -> str:
    return _table(("finding", "severity", "says"), ((f"`{d.id}`", d.severity, d.why) for d in registry.detectors()))


def _causes() -> str:
    return _table(("cause", "the story it tells"), ((f"`{c.id}`", c.why) for c in registry.causes()))


def _containers() -> str:
    return _table(("container", "what it is"), ((f"[`{c.id}`]({c.link})", c.title) for c in registry.containers()))


def _dialects() -> str:
    return _table(("dialect", "lines"), ((f"[`{d.id}`]({d.link})", d.title) for d in registry.dialects()))


BLOCKS = {
    "report": lambda: _run("web/sample.json", "--function", "orders-api"),
    "findings": _findings,
    "causes": _causes,
    "containers": _containers,
    "dialects": _dialects,
}


@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_the_readme_shows_what_is_so(name: str, request: pytest.FixtureRequest) -> None:
    """Between `<!-- begin: name -->` and `<!-- end: name -->` stands the present output."""
    text = README.read_text("utf-8")
    block = re.search(rf"(<!-- begin: {name} -->\n)(.*?)(<!-- end: {name} -->)", text, re.DOTALL)
    assert block is not None
    expected = f"{BLOCKS[name]()}\n"
    if request.config.getoption("--update"):
        new = text[: block.start(2)] + expected + text[block.end(2) :]
        README.write_text(new, "utf-8", newline="\n")
        return
    assert block[2] == expected


def test_every_link_of_the_readme_inside_the_project_leads_somewhere() -> None:
    """Pictures and files that it names exist."""
    for target in re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", README.read_text("utf-8")):
        assert (ROOT / target).exists(), target
