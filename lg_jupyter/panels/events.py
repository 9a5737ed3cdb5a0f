"""The stream itself, event by event."""

from __future__ import annotations

from lg_jupyter.panels.panel import Panel

PANEL = Panel(
    __name__,
    "Events",
    no_record_reason='They are many; run.to_pandas("events") and a saved file have them.',
    no_explanation_reason="A run that has begun has events.",
    is_stored_in_checkpoints=True,
)
