"""The panels: one module each, with all that is said of it outside of the front end."""

from __future__ import annotations

from lg_jupyter.panels import (
    checkpoints,
    custom,
    events,
    graph,
    interrupts,
    state,
    subgraphs,
    timeline,
    tokens,
)
from lg_jupyter.panels.panel import Panel

PANELS: tuple[Panel, ...] = (
    tokens.PANEL,
    interrupts.PANEL,
    state.PANEL,
    subgraphs.PANEL,
    timeline.PANEL,
    graph.PANEL,
    checkpoints.PANEL,
    custom.PANEL,
    events.PANEL,
)
"""In the order in which a record tells of them."""


def room(panel: Panel, limit: int) -> int:
    """How many of a record's characters a panel's part has: by its weight beside the others'."""
    return limit * panel.weight // (_AROUND + sum(each.weight for each in PANELS))


_AROUND = 3
"""The weight of what stands around the parts of panels."""
