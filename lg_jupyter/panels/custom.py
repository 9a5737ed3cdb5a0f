"""What nodes wrote to the stream by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from lg_jupyter.panels.causes import explain_mode_not_requested, format_names_as_code
from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text.elements import (
    MAX_HTML_VALUE_CHARACTERS,
    MONOSPACE_STYLE,
    MUTED_STYLE,
    Row,
    render_details,
    render_rows_that_fit,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.preview import preview_json
from lg_jupyter.text.words import format_count


def _render_record_html(run: RecordContext, room: int) -> Iterator[Markup]:
    """Custom data, each with where it was written."""

    def write(row: Row) -> Markup:
        place = element("span", run.place_names.format_row_place(row), " ", style=MUTED_STYLE)
        return element(
            "div", place, preview_json(row["data"], MAX_HTML_VALUE_CHARACTERS), style=MONOSPACE_STYLE
        )

    if rows := run.get_table_rows("custom"):
        yield render_details(
            "custom data",
            format_count(len(rows), "datum"),
            render_rows_that_fit(rows, write, room, "datum", "custom"),
        )


def _explain_missing_custom_data(trace: Trace, settings: RunSettings, is_over: bool) -> Iterator[str]:
    if len(trace.tables["custom"]):
        return
    if settings.modes.isdisjoint({"custom", "events"}):
        yield explain_mode_not_requested(settings, "Custom data were", "custom")
    elif settings.loses_async_context:
        yield (
            "On Python 3.10 get_stream_writer() fails in coroutine functions, here "
            f"{format_names_as_code(settings.async_nodes)}. "
            "Take `writer: StreamWriter` as a parameter of the node, or use Python 3.11."
        )
    elif is_over and trace.status == "interrupted":
        yield "No custom data has been written so far: the run was interrupted."
    elif is_over:
        yield _explain_no_custom_data(settings)
        if callers := settings.graph_calling_functions:
            yield (
                f"If {format_names_as_code(callers)} streams a graph itself, or calls it "
                "under a config of its own, what is written in there stays there: write it again in the "
                "node, or call the graph by invoke(x) alone."
            )


def _explain_no_custom_data(settings: RunSettings) -> str:
    """What can be known: a mode tells only of data that were written in one of the two ways."""
    writer = "with get_stream_writer()(...)"
    dispatched = "with dispatch_custom_event(...)"
    if "events" not in settings.modes:
        return (
            f"No custom data came that a node wrote {writer}. "
            f"Data sent {dispatched} come only in the mode 'events', which was not asked for."
        )
    if "custom" not in settings.modes:
        return (
            f"No custom data came that were sent {dispatched}. "
            f"What a node writes {writer} comes only in the mode 'custom', which was not asked for."
        )
    return f"No custom data came: a node writes them {writer}, or sends them {dispatched}."


PANEL = Panel(
    __name__,
    "Custom",
    render_record_html=_render_record_html,
    record_weight=6,
    explain_missing=_explain_missing_custom_data,
)
