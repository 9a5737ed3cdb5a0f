"""Sums over calls in a record, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lg_jupyter.tables.call_totals import GroupBy, compute_call_totals
from lg_jupyter.text.elements import (
    CELL_STYLE,
    NUMBER_CELL_STYLE,
    Row,
    render_rows_that_fit,
    render_spanning_row,
    render_table,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import format_dollars, format_duration

GROUP_TITLES: Mapping[GroupBy, str] = {"name": "model or tool", "agent": "agent", "node": "node"}
"""What the groups are called, by what calls are summed by."""

COLUMN_TITLES: Mapping[str, str] = {
    "calls": "calls",
    "failures": "failed",
    "input_tokens": "in",
    "cache_read_tokens": "cached",
    "cache_write_tokens": "to cache",
    "output_tokens": "out",
    "reasoning_tokens": "reasoning",
    "total_tokens": "total",
    "cost": "list price",
    "latency_total": "total time",
    "latency_p50": "latency p50",
    "latency_p95": "latency p95",
}
"""What the columns are called, as in ``js/src/texts/sums.ts``."""


def render_call_totals(calls: Iterable[Row], by: GroupBy, columns: Sequence[str], room: int) -> Markup:
    """These columns of the sums over calls (:func:`compute_call_totals`), in about ``room`` characters."""

    def write(total: Row) -> Markup:
        cells = [
            element("td", _format_total_cell(total, column), style=NUMBER_CELL_STYLE) for column in columns
        ]
        return element("tr", element("td", total["name"] or "–", style=CELL_STYLE), cells)

    titles = [COLUMN_TITLES[column] for column in columns]
    lines = render_rows_that_fit(compute_call_totals(calls, by), write, room, "row", wrap=render_spanning_row)
    return render_table([GROUP_TITLES[by], *titles], lines, numbers=titles)


def _format_total_cell(total: Row, column: str) -> str:
    value = total[column]
    if value is None:
        return "–"
    if column == "cost":
        return format_dollars(value)
    return (format_duration(value) or "–") if column.startswith("latency") else f"{value:,}"
