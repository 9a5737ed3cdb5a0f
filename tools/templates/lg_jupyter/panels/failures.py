"""Which tasks failed, and with what."""

from __future__ import annotations

from collections.abc import Iterator

from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.text.elements import (
    CELL_STYLE,
    Row,
    format_section,
    render_folded,
    render_rows_that_fit,
    render_spanning_row,
    render_table,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import join_with_dots


def _select_rows(run: RecordContext) -> list[Row]:
    return [row for row in run.rows("tasks") if row["status"] == "error" and row["error"]]


def _cells(run: RecordContext, row: Row) -> list[str]:
    return [run.places.format_row_place(row), row["error"]["message"]]


def _html(run: RecordContext, room: int) -> Iterator[Markup]:
    def write(row: Row) -> Markup:
        return element("tr", [element("td", cell, style=CELL_STYLE) for cell in _cells(run, row)])

    if rows := _select_rows(run):
        lines = render_rows_that_fit(rows, write, room, "task", "tasks", wrap=render_spanning_row)
        yield render_folded(PANEL.title.lower(), str(len(rows)), [render_table(["node", "error"], lines)])


def _text(run: RecordContext) -> list[str]:
    lines = [join_with_dots(*_cells(run, row)) for row in _select_rows(run)]
    return format_section(PANEL.title.lower(), str(len(lines)), lines, "task")


PANEL = Panel(
    __name__,
    "Failures",
    html=_html,
    text=_text,
    weight=2,
    no_explanation="It is empty when nothing failed.",
)
