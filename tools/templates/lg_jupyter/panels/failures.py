"""Which tasks failed, and with what."""

from __future__ import annotations

from collections.abc import Iterator

from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.text.elements import (
    CELL_STYLE,
    Row,
    format_section_lines,
    render_details,
    render_rows_that_fit,
    render_spanning_row,
    render_table,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import join_with_dots


def _select_failed_tasks(run: RecordContext) -> list[Row]:
    return [row for row in run.get_table_rows("tasks") if row["status"] == "error" and row["error"]]


def _format_cells(run: RecordContext, row: Row) -> list[str]:
    return [run.place_names.format_row_place(row), row["error"]["message"]]


def _render_record_html(run: RecordContext, room: int) -> Iterator[Markup]:
    def write(row: Row) -> Markup:
        return element("tr", [element("td", cell, style=CELL_STYLE) for cell in _format_cells(run, row)])

    if rows := _select_failed_tasks(run):
        lines = render_rows_that_fit(rows, write, room, "task", "tasks", wrap=render_spanning_row)
        yield render_details(PANEL.title.lower(), str(len(rows)), [render_table(["node", "error"], lines)])


def _format_record_text(run: RecordContext) -> list[str]:
    lines = [join_with_dots(*_format_cells(run, row)) for row in _select_failed_tasks(run)]
    return format_section_lines(PANEL.title.lower(), str(len(lines)), lines, "task")


PANEL = Panel(
    __name__,
    "Failures",
    render_record_html=_render_record_html,
    format_record_text=_format_record_text,
    record_weight=2,
    no_explanation_reason="It is empty when nothing failed.",
)
