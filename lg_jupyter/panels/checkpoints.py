"""What was kept of the state at each step, and what was to run next."""

from __future__ import annotations

from collections.abc import Iterator

from lg_jupyter.panels.causes import explain_mode_not_requested
from lg_jupyter.panels.panel import Panel, RecordContext
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.tables.trace import Trace
from lg_jupyter.text.elements import (
    CELL_STYLE,
    NOWRAP_CELL_STYLE,
    NUMBER_CELL_STYLE,
    Row,
    render_details,
    render_rows_that_fit,
    render_spanning_row,
    render_table,
)
from lg_jupyter.text.markup import Markup, element
from lg_jupyter.text.words import format_name_counts, format_time_since_start


def _render_record_html(run: RecordContext, room: int) -> Iterator[Markup]:
    """The checkpoints, each with what was to run next."""
    rows = run.get_table_rows("checkpoints")
    if not rows:
        return
    first = min((row["timestamp"] for row in rows if row["timestamp"] is not None), default=0.0)
    inside = any(row["namespace"] for row in rows)

    def write(row: Row) -> Markup:
        return element(
            "tr",
            element("td", row["step"], style=NUMBER_CELL_STYLE),
            element("td", run.place_names.format_namespace_path(row["namespace"]), style=CELL_STYLE)
            if inside
            else None,
            element("td", row["source"], style=NOWRAP_CELL_STYLE),
            element(
                "td",
                row["timestamp"] and format_time_since_start(first, row["timestamp"]),
                style=NUMBER_CELL_STYLE,
            ),
            element("td", format_name_counts(row["next"] or ()), style=CELL_STYLE),
            element("td", row["checkpoint_id"], style=f"{CELL_STYLE};font-family:monospace"),
        )

    titles = ["step", *(["in"] if inside else []), "source", "saved", "next", "id"]
    lines = render_rows_that_fit(rows, write, room, "checkpoint", "checkpoints", wrap=render_spanning_row)
    yield render_details(
        PANEL.title.lower(), str(len(rows)), [render_table(titles, lines, numbers=("step", "saved"))]
    )


def _explain_missing_checkpoints(trace: Trace, settings: RunSettings, is_over: bool) -> Iterator[str]:
    if len(trace.tables["checkpoints"]):
        return
    if settings.modes.isdisjoint({"debug", "checkpoints"}):
        yield explain_mode_not_requested(settings, "Checkpoints were", "debug")
    elif settings.location != "local":
        if is_over and not settings.has_thread_id:
            yield (
                "A stateless run (thread_id=None) keeps no checkpoints. "
                "Leave thread_id out, or name a thread."
            )
    elif settings.has_checkpointer is False or (is_over and settings.has_checkpointer is None):
        yield (
            "The graph has no checkpointer, and keeps nothing: "
            "compile(checkpointer=InMemorySaver()), or @entrypoint(checkpointer=...)."
        )


PANEL = Panel(
    __name__,
    "Checkpoints",
    render_record_html=_render_record_html,
    record_weight=5,
    precedes_in_record="memory",
    explain_missing=_explain_missing_checkpoints,
    is_stored_in_checkpoints=True,
)
