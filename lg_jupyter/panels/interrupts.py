"""The interrupts of a run, and what each was resumed with."""

from __future__ import annotations

from collections.abc import Iterator

from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.tables.place_names import PlaceNames
from lg_jupyter.text.elements import INDENTED_BLOCK_STYLE, MONOSPACE_STYLE, Row, render_status_sign
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import RESUME_SIGN, STATUS_SIGNS


def _render_record_html(run: RecordContext, room: int) -> Iterator[Markup]:
    return (_render_interrupt(row, run.place_names) for row in run.get_table_rows("interrupts"))


def _render_interrupt(row: Row, places: PlaceNames) -> Markup:
    head = element("b", f"{row['status'] or 'interrupted'} in {places.format_row_place(row) or 'the graph'}")
    value = element("span", preview_json(row["value"], 4_000), style=MONOSPACE_STYLE)
    answer = None if row["status"] != "resumed" else preview_json(row["resumed_with"], 4_000)
    given = None if answer is None else element("div", f"{RESUME_SIGN} {answer}", style=MONOSPACE_STYLE)
    return element(
        "div", render_status_sign("interrupted"), " ", head, ": ", value, given, style=INDENTED_BLOCK_STYLE
    )


def _format_record_text(run: RecordContext) -> Iterator[str]:
    return (_format_interrupt(row, run.place_names) for row in run.get_table_rows("interrupts"))


def _format_interrupt(row: Row, places: PlaceNames) -> str:
    given = f" {RESUME_SIGN} {preview_json(row['resumed_with'], 500)}" if row["status"] == "resumed" else ""
    where = places.format_row_place(row) or "the graph"
    return f"{STATUS_SIGNS['interrupted']} {where}: {preview_json(row['value'], 500)}{given}"


PANEL = Panel(
    __name__,
    "Interrupts",
    render_record_html=_render_record_html,
    format_record_text=_format_record_text,
    precedes_in_record="state",
    no_explanation_reason="It has no tab while nothing was asked.",
    is_urgent=True,
    is_stored_in_checkpoints=True,
)
