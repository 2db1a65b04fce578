"""A module, package or native library cannot be loaded, so nothing of the function runs."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer import remedies
from analyzer.detectors import _load
from analyzer.functions import Function
from analyzer.model import Detector, Finding, Fix, Thresholds
from analyzer.summary import Summary

ID = "import-error"
TITLE = "Import Error"
LINK = "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"


def find(summary: Summary, thresholds: Thresholds) -> Iterator[Finding]:  # noqa: ARG001 - every detector has this form
    """One finding a function."""
    return _load.find(_KIND, summary)


def _advice(function: Function, signature: str, details: tuple[str, ...]) -> tuple[str, tuple[Fix, ...]]:
    name = details[0] if details else ""
    called = f"`{name}`" if name else "It"
    python = signature.startswith("py-") or any(r.startswith("python") for r in function.runtimes)
    if signature == "py-native-dependency":
        return (
            f"{called} is compiled: the package was built for another system or Python version. Build it for Lambda's.",
            remedies.rebuild(function, "python", name),
        )
    if signature == "node-esm-cjs-mismatch":
        return 'Set `"type": "module"` in package.json, or let the bundler write one module format.', ()
    if signature == "java-class-version":
        java = {"55": "11", "61": "17", "65": "21", "69": "25"}.get(name, "")
        needs = f"Class files of version {name} need Java {java}" if java else "The class files are of a newer Java"
        return f"{needs}: change the runtime, or compile with `--release` of the runtime's version.", ()
    if signature.startswith(("java-", "dotnet-")):
        return f"{called} is not in the package, or in a version that does not fit: build it with all dependencies.", ()
    if name == "aws-sdk":
        return "Node.js 18 and later bring only version 3 of the SDK (`@aws-sdk/…`): move to it, or pack version 2.", ()
    if signature or name:
        language = "python" if python else "node"
        return f"{called} is not in the package or a layer: install it into what is packed.", remedies.rebuild(
            function, language, name
        )
    return "The lines beside it name what could not be loaded.", ()


_KIND = _load.Kind(
    id=ID,
    title=TITLE,
    link=LINK,
    types=("Runtime.ImportModuleError", "Runtime.BuiltInModuleConflict"),
    verb="failed to load",
    advice=_advice,
)

DETECTOR = Detector(
    id=ID,
    title=TITLE,
    severity="critical",
    why="The runtime cannot load the code, so every environment of this version fails, before the handler runs and "
    "for as long as it is deployed.",
    fix="Pack what is missing, built for Lambda's system and the runtime's version, and deploy; until then go back "
    "one version.",
    quiet_when="An import fails inside the handler and is caught.",
    link=LINK,
    find=find,
    specificity=88,
)
