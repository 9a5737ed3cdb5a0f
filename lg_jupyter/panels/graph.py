"""The graph as it is drawn, with what runs where."""

from __future__ import annotations

from lg_jupyter.panels.panel import Panel

PANEL = Panel(
    __name__,
    "Graph",
    no_record_reason="The panel and `run.graph_svg()` lay it out; the record says in words what ran.",
    no_explanation_reason="Where a graph cannot be drawn, the panel shows the error.",
    is_stored_in_checkpoints=True,
)
