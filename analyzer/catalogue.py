"""What the plug-ins say of themselves: every finding, cause, file format and log dialect there is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from analyzer import registry, words
from analyzer.errors import UsageError
from analyzer.model import Container, Detector, Dialect, Hypothesis
from analyzer.report._plain import columns, shorten, wrap

WIDTH = 100


def explainable() -> list[Detector | Hypothesis]:
    """What has an id that a report prints."""
    return [*registry.detectors(), *registry.causes()]


def nearest(wanted: str, known: Iterable[str]) -> str:
    """Half a sentence that names what may have been meant."""
    near = difflib.get_close_matches(wanted, dict.fromkeys(known), 3, 0.5)
    return f"the nearest {'is' if len(near) == 1 else 'are'} {words.listed(near)}" if near else "none is near"


def explain(wanted: str) -> str:
    """What the findings and causes of an id say; UsageError where there is none."""
    plugins = explainable()
    chosen = [p for p in plugins if p.id == wanted]
    if not chosen:
        hint = nearest(wanted, (p.id for p in plugins))
        raise UsageError(f"no finding or cause is called {wanted}; {hint}. See lambdascope list.")
    return "\n\n".join("\n".join(_explained(plugin)) for plugin in chosen)


def _explained(plugin: Detector | Hypothesis) -> Iterator[str]:
    """Every text of a plug-in, as written there."""
    if isinstance(plugin, Detector):
        kind, quiet = f"finding, {plugin.severity}", ("Quiet when", plugin.quiet_when)
    else:
        kind, quiet = "cause", ("Must hold", plugin.must_hold)
    yield from wrap(f"{plugin.id} ({kind}): {plugin.title}", WIDTH)
    for name, said in (("Why", plugin.why), ("Fix", plugin.fix), quiet):
        yield from wrap(said, WIDTH, f"  {name:<10}  ", " " * 14)
    if isinstance(plugin, Hypothesis) and plugin.rivals:
        yield from wrap(", ".join(plugin.rivals), WIDTH, "  Rivals      ", " " * 14)
    for number, (name, threshold) in enumerate(plugin.thresholds.items()):
        head = "  Threshold   " if number == 0 else " " * 14
        yield from wrap(f"{plugin.id}.{name}={threshold.default:g}: {threshold.why}", WIDTH, head, " " * 16)
    if plugin.link:
        yield f"  Reference   {plugin.link}"


def listing() -> Iterator[str]:
    """Everything there is, a line each, and where a format or dialect is written down."""
    sections: list[tuple[str, Sequence[Any]]] = [
        ("Findings", registry.detectors()),
        ("Causes", registry.causes()),
        ("File formats, each also as gzip, in a ZIP archive and as UTF-16", registry.containers()),
        ("Log dialects", sorted(registry.dialects(), key=lambda d: d.id)),
    ]
    wide = max((columns(p.id) for _, plugins in sections for p in plugins), default=0)
    for number, (title, plugins) in enumerate(sections):
        if number:
            yield ""
        yield f"{title} ({len(plugins)})"
        for plugin in plugins:
            severity = f"{plugin.severity:<8}  " if isinstance(plugin, Detector) else ""
            yield shorten(f"  {plugin.id:<{wide}}  {severity}{plugin.title}", WIDTH)
            if isinstance(plugin, (Container, Dialect)):
                yield f"  {'':<{wide}}  {plugin.link}"
