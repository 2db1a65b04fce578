"""build.py: what it builds, serves and refuses. The built files are tested, not the sources they came from."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import build
from analyzer import registry


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build.build(folder)
    return folder


@pytest.fixture
def planted(dist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of what was built, for a test that damages it; sizes, which take a second, are left out."""
    monkeypatch.setattr(build, "sizes", lambda _: {})
    return Path(shutil.copytree(dist, tmp_path / "dist"))


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the command of an environment in which the wheel is all there is."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wheel = next(dist.glob("*.whl"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True, capture_output=True)
    return python.with_name("lambdascope.exe" if os.name == "nt" else "lambdascope")


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    command = [sys.executable, str(build.ROOT / "build.py"), "serve", "--no-browser", "--root", "/some/where"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said, address = process.stdout.readline().strip().rsplit(" ", 1)
            assert said == "Lambdascope on"
            yield address
        finally:
            process.terminate()


def get(address: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(command: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([command, *arguments], cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)


# -- Building ----------------------------------------------------------------------------------------------------------


def test_the_same_tree_gives_the_same_bytes_wherever_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, built = build.ROOT, []
    for place in (tmp_path / "one", tmp_path / "another place"):
        for folder in ("analyzer", "web"):
            ignored = shutil.ignore_patterns("node_modules", "__pycache__")
            shutil.copytree(source / folder, place / folder, ignore=ignored)
        for name in ("pyproject.toml", "LICENSE"):
            shutil.copyfile(source / name, place / name)
        monkeypatch.setattr(build, "ROOT", place)
        monkeypatch.setattr(build, "CACHE", place / "build")
        build.build(place / "dist")
        built.append(tree(place / "dist"))
        source = place  # the second is a copy of the first, whatever somebody edits meanwhile
    assert built[0].keys() == built[1].keys()
    assert [name for name in built[0] if built[0][name] != built[1][name]] == []


def test_the_wheel_for_people_holds_the_sources_of_the_package_and_nothing_else(dist: Path) -> None:
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        names = [name for name in wheel.namelist() if ".dist-info/" not in name]
    assert names
    assert {name.split("/")[0] for name in names} == {"analyzer"}
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_wheel_of_the_site_holds_byte_code_only(dist: Path) -> None:
    with zipfile.ZipFile(next((dist / "site" / "pyodide").glob("*.whl"))) as wheel:
        names = wheel.namelist()
        code = wheel.read("analyzer/__init__.pyc")
    assert not [name for name in names if name.endswith(".py")]
    assert int.from_bytes(code[4:8], "little") == 1, "a hash that is never compared with a source"
    assert b"/lib/python3.14/site-packages/analyzer/__init__.py" in code
    assert str(build.ROOT).encode() not in code


def test_what_only_the_command_line_uses_stays_out_of_the_site(dist: Path) -> None:
    with zipfile.ZipFile(next((dist / "site" / "pyodide").glob("*.whl"))) as wheel:
        assert not {"analyzer/cli.pyc", "analyzer/__main__.pyc", "analyzer/engines/local.pyc"} & set(wheel.namelist())
    with zipfile.ZipFile(dist / "site" / "pyodide" / "python_stdlib.zip") as library:
        assert "argparse.pyc" not in library.namelist()


def test_the_page_tells_of_every_container(dist: Path) -> None:
    rows = re.findall(r'<tr data-containers="([^"]*)">', (dist / "site" / "index.html").read_text(encoding="utf-8"))
    assert sorted(" ".join(rows).split()) == sorted(container.id for container in registry.containers())


def test_the_package_list_names_our_wheel_alone_by_a_relative_address(dist: Path) -> None:
    lock = json.loads((dist / "site" / "pyodide" / "pyodide-lock.json").read_text(encoding="utf-8"))
    assert list(lock["packages"]) == ["lambdascope"]
    assert (dist / "site" / "pyodide" / lock["packages"]["lambdascope"]["file_name"]).is_file()


def test_the_service_worker_lists_every_file_but_itself(dist: Path) -> None:
    worker = (dist / "site" / "sw.js").read_text(encoding="utf-8")
    line = next(line for line in worker.splitlines() if line.startswith("const FILES = "))
    listed = json.loads(line.removeprefix("const FILES = ").rstrip(";"))
    assert {name for name, _, _ in listed} == set(build.site_files(dist / "site")) - {"sw.js", "files.json"}
    later = {name for name, _, kept in listed if not kept}
    assert later == {"example-broken-package.json", "example-slow-dependency.json"}
    assert 'const VERSION = "";' not in worker


# -- Checking ----------------------------------------------------------------------------------------------------------


def test_check_finds_no_problem_in_what_was_built(dist: Path) -> None:
    assert build.problems(dist) == []


def test_every_module_of_the_package_imports_in_the_pyodide_of_the_site(dist: Path) -> None:
    assert build.boots(dist) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("index.html", '<img src="https://example.com/pixel.png">'),
        ("index.html", '<link rel="preconnect" href="//example.com">'),
        ("index.html", '<img srcset="a.png, https://example.com/b.png 2x">'),
        ("index.html", '<form action="https://example.com/">'),
        ("index.html", '<style>@import "https://example.com/a.css"</style>'),
        ("index.html", '<script>fetch("https://example.com/")</script>'),
        ("index.html", '<meta http-equiv="refresh" content="0; url=https://example.com/">'),
        ("style.css", "body { background: url(https://example.com/a.png) }"),
        ("page.js", 'import("https://example.com/a.js");'),
        ("page.js", "const socket = new WebSocket(`wss://example.com/`);"),
    ],
)
def test_check_names_a_planted_foreign_address(planted: Path, name: str, text: str) -> None:
    with (planted / "site" / name).open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")
    found = build.problems(planted)
    assert any(name in line and "example.com" in line and "another host" in line for line in found)


def test_a_link_that_a_person_clicks_is_no_foreign_request(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        """<a href="https://example.com/">docs</a> <img src="./a.png"> <img src="data:image/png;base64,AA//BB==">
        <svg xmlns="http://www.w3.org/2000/svg"></svg> <p>See https://example.com/</p>
        <script>
        // See https://example.com/
        const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        </script>""",
        encoding="utf-8",
    )
    assert build.foreign_addresses(page) == []


def test_check_names_a_changed_a_missing_and_an_unlisted_file(planted: Path) -> None:
    site = planted / "site"
    (site / "uplot" / "uPlot.esm.js").write_text("changed", encoding="utf-8")
    (site / "licences" / "cpython.txt").unlink()
    (site / "extra.txt").write_text("extra", encoding="utf-8")
    assert build.problems(planted) == [
        "extra.txt is not listed in files.json",
        "licences/cpython.txt is listed in files.json but missing",
        "uplot/uPlot.esm.js is not the file whose hash files.json lists",
        "licences/cpython.txt is missing or empty",
    ]


def test_check_names_a_site_over_the_budget(dist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "FIRST_VISIT_BUDGET", 1_000_000)
    assert len([line for line in build.problems(dist) if "over the budget" in line]) == 1


def test_check_without_a_site_says_what_to_run(tmp_path: Path) -> None:
    (only,) = build.problems(tmp_path)
    assert "build.py build" in only


# -- Serving -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", "text/html"),
        ("index.html", "text/html"),
        ("style.css", "text/css"),
        ("page.js", "text/javascript"),
        ("engine.py", "text/x-python"),
        ("files.json", "application/json"),
        ("pyodide/pyodide.mjs", "text/javascript"),
        ("pyodide/pyodide.asm.wasm", "application/wasm"),
        ("pyodide/python_stdlib.zip", "application/zip"),
    ],
)
def test_serve_gives_each_file_the_type_browsers_insist_on(served: str, name: str, kind: str) -> None:
    status, headers, body = get(served + name)
    assert (status, headers.get_content_type(), headers["Cache-Control"]) == (200, kind, "no-cache")
    assert body


@pytest.mark.parametrize(
    "path", ["/", "/some/", "/some/wherever", "/some/where/pyodide/", "/some/where/../../build.py"]
)
def test_serve_has_nothing_outside_its_prefix_and_lists_no_folder(served: str, path: str) -> None:
    parts = urlsplit(served)
    assert get(f"{parts.scheme}://{parts.netloc}{path}")[0] == 404


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that one process can send another")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_stops_with_status_0_when_interrupted(number: signal.Signals) -> None:
    command = [sys.executable, str(build.ROOT / "build.py"), "serve", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        assert get(address)[0] == 200
        process.send_signal(number)
        rest, errors = process.communicate(timeout=20)
    assert (process.returncode, rest) == (0, "")
    assert "Traceback" not in errors


def test_a_port_in_use_ends_with_one_line(dist: Path) -> None:
    with (
        build.make_server(dist / "site") as server,
        pytest.raises(build.BuildError, match="cannot listen on port"),
        build.make_server(dist / "site", port=server.server_address[1]),
    ):
        pass


# -- The installed wheel -----------------------------------------------------------------------------------------------


def test_the_wheel_alone_offers_the_command(installed: Path, tmp_path: Path) -> None:
    done = run(installed, "--help", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "usage: lambdascope" in done.stdout


def test_the_wheel_alone_lists_and_explains(installed: Path, tmp_path: Path) -> None:
    listed, explained = run(installed, "list", cwd=tmp_path), run(installed, "explain", "timeout", cwd=tmp_path)
    assert (listed.returncode, explained.returncode) == (0, 0), listed.stderr + explained.stderr
    assert "timeout" in listed.stdout
    assert "timeout" in explained.stdout.lower()


def test_the_wheel_alone_analyses_the_example(installed: Path, tmp_path: Path) -> None:
    example = build.ROOT / "web" / "sample.json"
    done = run(installed, str(example), "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["schema"] == "lambdascope/1"
