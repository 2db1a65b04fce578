"""The report as HTML: the views of the page, and the saved file, which is the same views in one document.

`fragment` gives what goes into the page's `<main>`; the page only swaps it in. `document` needs nothing but itself:
no request, no style attribute, and one script of this package that switches the tool tabs and copies commands.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from analyzer.report import Report
from analyzer.report._answer import answer
from analyzer.report._findings import errors
from analyzer.report._lane_choice import lanes_json
from analyzer.report._markup import Markup, el, raw
from analyzer.report._sections import heading


def fragment(report: Report, name: str, params: Mapping[str, object] | None = None) -> str:
    """One view: `answer` and `errors` are HTML, `lanes` and `series` the numbers behind the charts as JSON.

    `series` takes `function`, the index into `Report.series`.
    """
    if name == "answer":
        return answer(report)
    if name == "errors":
        return errors(report)
    if name == "lanes":
        return lanes_json(report)
    if name == "series":
        index = (params or {}).get("function", 0)
        return json.dumps(asdict(report.series[index if isinstance(index, int) else 0]), separators=(",", ":"))
    raise KeyError(name)


def document(report: Report) -> str:
    """The whole report as one file that loads nothing and works from a disk, in print and without script."""
    style, script = _asset("style.css"), _asset("report.js")
    sources = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    policy = f"default-src 'none'; {sources}; base-uri 'none'; form-action 'none'"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="generator", content=f"Lambdascope {report.version}"),
        el("title", f"{heading(report)} · Lambdascope"),
        el("style", raw(style)),
    )
    body = el(
        "body",
        el("a", "Skip to the report", class_="skip", href="#main"),
        el("main", answer(report, saved=True), id="main", tabindex=-1),
        el("p", class_="sr", role="status", id="live"),
        el("script", raw(script)),
    )
    return Markup("<!doctype html>\n") + el("html", head, body, lang="en") + "\n"


def _asset(name: str) -> str:
    """A file of this package."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _hash(source: str) -> str:
    """The CSP source expression for an inline block."""
    return "sha256-" + b64encode(sha256(source.encode()).digest()).decode()
