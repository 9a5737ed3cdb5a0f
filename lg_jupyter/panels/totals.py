"""Sums over calls as a table of a record."""

from __future__ import annotations

from collections.abc import Sequence

from lg_jupyter.text.elements import CELL, NUMBER, Row, fit, spanning_row, table
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import seconds

_TITLES = {"latency_p50": "p50", "latency_p95": "p95"}


def totals_table(by: str, totals: Sequence[Row], columns: Sequence[str], room: int) -> Markup:
    """Columns of the rows of ``call_totals``, in about ``room`` characters; ``by`` heads their names."""

    def write(total: Row) -> Markup:
        cells = [element("td", _number(total, column), style=NUMBER) for column in columns]
        return element("tr", element("td", total["name"] or "–", style=CELL), cells)

    titles = [by, *(_TITLES.get(name, name.removesuffix("_tokens").replace("_", " ")) for name in columns)]
    return table(titles, fit(totals, write, room, "row", wrap=spanning_row))


def _number(total: Row, column: str) -> str:
    value = total[column]
    if column in _TITLES:
        return seconds(value) or "–"
    return "–" if value is None else f"{value:,}"
