"""The numbers behind a picture, folded away below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.report._markup import Markup, el


def folded_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: range, note: str = ""
) -> Markup:
    """A table that opens on demand; the columns in `numbers` are set as numbers, `note` tells what is left out."""

    def row(cell: str, values: Sequence[str], scope: str | None = None) -> Markup:
        return el(
            "tr", [el(cell, v, scope=scope, class_="num" if i in numbers else None) for i, v in enumerate(values)]
        )

    return el(
        "details",
        el("summary", "Show as table"),
        el(
            "div",
            el(
                "table",
                el("thead", row("th", columns, scope="col")),
                el("tbody", [row("td", values) for values in rows]),
            ),
            el("p", note, class_="quiet") if note else None,
            class_="scroll",
            tabindex=0,
            role="region",
            aria_label=f"{title} as table",
        ),
        class_="more",
    )
