"""Sums over calls in a record, as a table and as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lg_jupyter.tables.call_totals import GroupBy, compute_call_total, compute_call_totals
from lg_jupyter.text.elements import (
    CELL_STYLE,
    NUMBER_CELL_STYLE,
    Row,
    render_rows_that_fit,
    render_spanning_row,
    render_table,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import format_count, format_dollars, format_duration, join_with_dots

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


def render_call_totals(
    calls: Iterable[Row], by: GroupBy, columns: Sequence[str], room: int, total: str | None = None
) -> Markup:
    """These columns of the sums over calls, in about ``room`` characters.

    Parameters
    ----------
    calls
        Rows as :func:`compute_call_totals` takes them.
    total
        What a last row is called that has the sums over all of them; without it there is none.
    """
    rows = list(calls)
    titles = [COLUMN_TITLES[column] for column in columns]
    lines = render_rows_that_fit(
        compute_call_totals(rows, by),
        lambda each: _render_row(_format_group_name(each), each, columns),
        room,
        "row",
        wrap=render_spanning_row,
    )
    last = _render_row(total, compute_call_total(rows), columns, _TOTAL_STYLE) if total and rows else None
    return render_table([GROUP_TITLES[by], *titles], [*lines, *filter(None, [last])], numbers=titles)


def format_call_totals(
    calls: Iterable[Row], by: GroupBy, columns: Sequence[str], total: str | None = None
) -> list[str]:
    """The same sums as text, a line for each group: ``melt · 2 calls · 1,696 total · $0.2500 list price``.

    What nobody counted is left out, and so are failures where there are none.
    """
    rows = list(calls)
    lines = [(_format_group_name(each), each) for each in compute_call_totals(rows, by)]
    if total and rows:
        lines.append((total, compute_call_total(rows)))
    return [
        join_with_dots(name, *(_format_total_fact(each, column) for column in columns))
        for name, each in lines
    ]


_TOTAL_STYLE = "font-weight:600"


def _format_group_name(total: Row) -> str:
    return total["name"] or "–"


def _render_row(name: str | None, total: Row, columns: Sequence[str], style: str | None = None) -> Markup:
    cells = [element("td", _format_total_cell(total, column), style=NUMBER_CELL_STYLE) for column in columns]
    return element("tr", element("td", name, style=CELL_STYLE), cells, style=style)


def _format_total_cell(total: Row, column: str) -> str:
    value = total[column]
    if value is None:
        return "–"
    if column == "cost":
        return format_dollars(value)
    return (format_duration(value) or "–") if column.startswith("latency") else f"{value:,}"


def _format_total_fact(total: Row, column: str) -> str | None:
    """A sum with what it is of; ``None`` where there is nothing to say."""
    if total[column] is None or (column == "failures" and not total[column]):
        return None
    if column == "calls":
        return format_count(total[column], "call")
    cell, title = _format_total_cell(total, column), COLUMN_TITLES[column]
    return f"{title} {cell}" if column.startswith("latency") else f"{cell} {title}"
