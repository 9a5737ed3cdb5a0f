"""The panels: one module each, with all there is of it outside of the front end."""

from __future__ import annotations

from lg_jupyter.errors import UsageError
from lg_jupyter.panels import (
    calls,
    checkpoints,
    context,
    custom,
    events,
    graph,
    interrupts,
    memory,
    state,
    subgraphs,
    timeline,
    tokens,
)
from lg_jupyter.panels.panel import Panel
from lg_jupyter.spelling import did_you_mean

PANELS: tuple[Panel, ...] = (
    tokens.PANEL,
    interrupts.PANEL,
    state.PANEL,
    subgraphs.PANEL,
    timeline.PANEL,
    calls.PANEL,
    context.PANEL,
    graph.PANEL,
    checkpoints.PANEL,
    memory.PANEL,
    custom.PANEL,
    events.PANEL,
)
"""In the order in which a record has them."""


def check_panel(name: str) -> str:
    """``name``, if a panel has it.

    Raises
    ------
    UsageError
        If none has.
    """
    names = [panel.id for panel in PANELS]
    if name in names:
        return name
    raise UsageError(f"There is no panel {name!r}{did_you_mean(name, names)} Panels: {', '.join(names)}.")


def room(panel: Panel, limit: int) -> int:
    """How many of a record's characters a panel's part has: by its weight beside the others'."""
    return limit * panel.weight // (_AROUND + sum(each.weight for each in PANELS))


_AROUND = 3
"""The weight of what stands around the parts of panels."""
