"""The contract every plug-in meets: what it says of itself, whose samples it takes, and which modules it may know.

A plug-in that is added is tested by being there; nothing here names one.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from analyzer import registry
from analyzer.dialects import signature_of
from analyzer.model import SEVERITIES, Container, Detector, Dialect, Hypothesis, Remarks, Signature
from analyzer.sources import UNKNOWN_SIZE, BytesSource

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "analyzer"

KNOWN_FINDINGS = frozenset(
    {
        "out-of-memory",
        "memory-leak",
        "memory-pressure",
        "memory-over-provisioned",
        "memory-anomaly",
        "timeout",
        "timeout-risk",
        "callee-timeout",
        "gateway-timeout",
        "cold-starts",
        "slow-init",
        "init-timeout",
        "reinit",
        "restore-failure",
        "process-exit",
        "extension-failure",
        "import-error",
        "handler-error",
        "syntax-error",
        "architecture-mismatch",
        "missing-configuration",
        "read-only-filesystem",
        "runtime-deprecated",
        "unhandled-exception",
        "logged-errors",
        "response-error",
        "payload-too-large",
        "access-denied",
        "credentials-expired",
        "throttling",
        "lambda-throttled",
        "rate-limited",
        "connection-error",
        "dns-error",
        "tls-error",
        "connection-limit",
        "dependency-error",
        "missing-resource",
        "disk-full",
        "descriptor-exhaustion",
        "error-rate",
        "error-burst",
        "new-error",
        "duration-anomaly",
        "duration-shift",
        "traffic-surge",
        "retries",
        "poison-message",
        "recursive-invocation",
        "leaked-async-work",
        "visibility-too-short",
        "version-change",
        "log-volume",
        "logs-dropped",
        "secrets-in-logs",
        "wasted-cost",
        "data-quality",
    }
)
"""Ids of findings that are published or reserved: an id keeps its meaning, so a signature may point to one early."""

KNOWN_CAUSES = frozenset(
    {
        "memory-leak",
        "payload-growth",
        "memory-undersized",
        "cpu-starved",
        "timeout-too-short",
        "cold-start-timeout",
        "slow-init",
        "reinit-loop",
        "downstream-latency",
        "downstream-throttling",
        "dependency-outage",
        "network-unreachable",
        "connection-exhaustion",
        "stale-connection",
        "credential-rotation",
        "permission-missing",
        "broken-package",
        "deployment-regression",
        "configuration-change",
        "runtime-update",
        "poison-input",
        "code-defect",
        "leaked-async-work",
        "tmp-accumulation",
        "descriptor-leak",
        "visibility-too-short",
        "gateway-limit",
        "concurrency-limit",
        "init-throttling",
        "recursive-loop",
        "extension-failure",
    }
)
"""Ids of causes, likewise: a rival may be named before it is written."""

PLUGINS: list[tuple[str, Any]] = [
    *(("containers", p) for p in registry.containers()),
    *(("lines", p) for p in registry.dialects()),
    *(("signatures", p) for p in registry.signatures()),
    *(("detectors", p) for p in registry.detectors()),
    *(("causes", p) for p in registry.causes()),
]
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def named(plugin: Any) -> str:
    return str(plugin.id)


# --- What a plug-in says of itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize("plugin", [p for _, p in PLUGINS], ids=named)
def test_a_plugin_says_what_it_is(plugin: Any) -> None:
    assert ID.fullmatch(plugin.id)
    texts = {
        Container: ("title", "link"),
        Dialect: ("title", "link"),
        Signature: ("title", "finding"),
        Detector: ("title", "why", "fix", "quiet_when", "link"),
        Hypothesis: ("title", "why", "must_hold", "fix", "link"),
    }[type(plugin)]
    for name in texts:
        assert getattr(plugin, name).strip(), f"{plugin.id} has no {name}"
    if "link" in texts:
        assert plugin.link.startswith("https://")


def test_an_id_is_used_once_among_its_kind() -> None:
    for kind in registry.EXPORTS:
        counts = Counter(p.id for k, p in PLUGINS if k == kind)
        assert [i for i, n in counts.items() if n > 1] == []


def test_an_id_of_two_kinds_is_a_finding_and_the_cause_of_the_same_name() -> None:
    kinds: dict[str, set[str]] = {}
    for kind, plugin in PLUGINS:
        kinds.setdefault(plugin.id, set()).add(kind)
    for plugin_id, used in kinds.items():
        assert len(used) == 1 or used <= {"detectors", "causes", "signatures"}, f"{plugin_id} is used by {sorted(used)}"


@pytest.mark.parametrize("kind", ["detectors", "causes"])
def test_a_file_is_named_after_its_plugin(kind: str) -> None:
    export = registry.EXPORTS[kind]
    for module in registry.modules(kind):
        plugin = getattr(module, export)
        assert module.__name__.rsplit(".", 1)[-1] == plugin.id.replace("-", "_")
        assert module.__doc__


@pytest.mark.parametrize("detector", registry.detectors(), ids=named)
def test_a_detector_gives_a_reason_for_every_number(detector: Detector) -> None:
    assert detector.severity in SEVERITIES
    assert detector.title == " ".join(
        w if w in ("of", "and") else w[:1].upper() + w[1:] for w in detector.title.split()
    )
    assert all(threshold.why.strip() for threshold in detector.thresholds.values())
    assert 0 <= detector.specificity <= 100


def test_a_finding_and_a_cause_have_published_ids() -> None:
    assert {d.id for d in registry.detectors()} <= KNOWN_FINDINGS
    assert {c.id for c in registry.causes()} <= KNOWN_CAUSES


def test_the_rivals_of_a_cause_exist() -> None:
    for cause in registry.causes():
        assert cause.rivals, f"{cause.id} has no rival"
        assert cause.id not in cause.rivals
        assert set(cause.rivals) <= KNOWN_CAUSES, f"{cause.id} has a rival that does not exist"


# --- Neighbours ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signature", registry.signatures(), ids=named)
def test_a_signature_takes_its_samples_and_leaves_its_look_alikes(signature: Signature) -> None:
    assert signature.finding in KNOWN_FINDINGS
    assert signature.samples
    assert signature.quiet
    for sample in signature.samples:
        assert signature_of(sample)[0] == signature.id, sample
        details = signature.match(sample)
        assert details is not None
        assert all(isinstance(d, str) for d in details)
    for text in signature.quiet:
        assert signature.match(text) is None, text


HOSTILE = (
    "a" * 4000,
    "(" * 4000,
    "Error: " * 600,
    " on resource: " * 300,
    "\\" * 4000,
    "é\ud800\u202e" * 1300,
    "'" * 4000,
    "9." * 2000,
)


@pytest.mark.parametrize("signature", registry.signatures(), ids=named)
def test_a_signature_answers_hostile_text_at_once(signature: Signature) -> None:
    from time import perf_counter

    for text in HOSTILE:
        for sample in signature.samples:
            begin = perf_counter()
            signature.match((sample[: len(sample) // 2] + text + sample)[:8000])
            assert perf_counter() - begin < 0.25


def variants(sample: bytes) -> dict[str, bytes]:
    """A sample as other tools leave it: with a byte order mark, with CRLF, with blank lines in front, cut short."""
    found = {
        "as it is": sample,
        "with a byte order mark": b"\xef\xbb\xbf" + sample,
        "with CRLF": sample.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        "with blank lines in front": b"\n\r\n" + sample,
    }
    if len(sample) > 200:
        found["cut short"] = sample[: len(sample) * 3 // 4]
    return found


@pytest.mark.parametrize("container", registry.containers(), ids=named)
def test_a_sample_of_a_file_format_is_claimed_by_that_format_alone(container: Container) -> None:
    assert container.samples
    for sample in container.samples:
        for how, data in variants(sample).items():
            claims = [c.id for c in registry.claimants(data)]
            assert claims == [container.id], f"{how}: {data[:80]!r}"


def read(container: Container, data: bytes, start: int, end: int) -> list[tuple[object, ...]]:
    """The events of a range: time, stream, message, place, id."""
    batches = container.read(BytesSource(data), start, end, Remarks())
    return [event for b in batches for event in zip(*b[:5], b.ids or [None] * len(b.times), strict=True)]


@pytest.mark.parametrize("container", registry.containers(), ids=named)
def test_the_events_of_a_sample_have_their_places(container: Container) -> None:
    assert any(read(container, sample, 0, UNKNOWN_SIZE) for sample in container.samples)
    for sample in container.samples:
        for data in variants(sample).values():
            for _, _, message, offset, end, _ in read(container, data, 0, UNKNOWN_SIZE):
                assert isinstance(message, str)
                assert isinstance(offset, int)
                assert isinstance(end, int)
                assert 0 <= offset < end <= len(data)


@pytest.mark.parametrize("container", registry.containers(), ids=named)
def test_a_file_format_can_be_cut_at_every_byte(container: Container) -> None:
    """What can be read in parts reads the same; and no rest of a sample, from either side, stops a reader."""
    for sample in container.samples:
        sample = sample[:3000]
        whole = read(container, sample, 0, UNKNOWN_SIZE)
        for cut in range(len(sample) + 1):
            if container.splittable:
                assert read(container, sample, 0, cut) + read(container, sample, cut, UNKNOWN_SIZE) == whole, cut
            read(container, sample[:cut], 0, UNKNOWN_SIZE)
            read(container, sample[cut:], 0, UNKNOWN_SIZE)


@pytest.mark.parametrize("dialect", registry.dialects(), ids=named)
def test_a_sample_of_a_dialect_is_read_by_that_dialect_first(dialect: Dialect) -> None:
    assert dialect.samples
    for sample in dialect.samples:
        first = next(d for d in registry.dialects() if d.parse(sample) is not None)
        assert first.id == dialect.id, sample
        assert not dialect.heads or any(sample.startswith(head) for head in dialect.heads) or dialect.parse(sample)


# --- Found wherever the package lies ---------------------------------------------------------------------------------

LISTING = """
import json, sys
from analyzer import registry
lists = {k: [p.id for p in getattr(registry, f)()] for k, f in (
    ("containers", "containers"), ("lines", "dialects"), ("signatures", "signatures"), ("detectors", "detectors"),
    ("causes", "causes"))}
print(json.dumps([registry.__file__, lists]))
"""


def test_a_zipped_package_has_the_same_plugins(tmp_path: Path) -> None:
    wheel = tmp_path / "lambdascope-0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in sorted(PACKAGE.rglob("*.py")):
            archive.write(path, path.relative_to(ROOT))
    code = f"import sys; sys.path[:] = [{str(wheel)!r}] + [p for p in sys.path if p and p != {str(ROOT)!r}]\n{LISTING}"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    where, lists = json.loads(done.stdout)
    assert str(wheel) in where
    for kind in registry.EXPORTS:
        assert lists[kind] == [p.id for k, p in PLUGINS if k == kind]


# --- Imports point one way -------------------------------------------------------------------------------------------

ORDER = (
    ("model", "errors", "limits", "registry"),
    ("values", "decoding", "stats", "patterns", "words", "anomaly", "sources", "unpacking", "archives"),
    ("containers", "lines", "signatures", "dialects"),
    ("segments", "assembler"),
    (
        "parts",
        "invocations",
        "joining",
        "lanes",
        "endings",
        "assembly",
        "naming",
        "functions",
        "summary",
        "summary_bytes",
    ),
    ("growth", "remedies", "accounting", "detectors"),
    ("causes",),
    ("report",),
    ("verdict", "figures", "drawings", "error_groups", "conclude"),
    ("pipeline", "catalogue"),
    ("engines",),
    ("arguments", "cli", "__main__", "__init__"),
)
"""Parts of the package, those that know least first; a part knows its own row and the rows before it."""


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Modules a file imports when it runs, as dotted names; what only the type checker reads is left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            module = node.module or ""
            found |= {f"{module}.{a.name}" if module == "analyzer" else module for a in node.names}
    return found


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_knows_a_browser(path: Path) -> None:
    assert not {m.split(".")[0] for m in imports(path)} & {"js", "pyodide", "pyscript", "pyodide_js"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    rank = {part: k for k, parts in enumerate(ORDER) for part in parts}
    mine = part_of(path)
    assert mine in rank, f"{mine} has no place in the order of the parts"
    for module in imports(path):
        if module.startswith("analyzer."):
            theirs = module.split(".")[1]
            if theirs not in rank:  # a name the package itself offers, such as its version
                continue
            assert rank[theirs] <= rank[mine], f"{mine} knows {theirs}"
