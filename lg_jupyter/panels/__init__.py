"""The panels: one module each, with all there is of it outside of the front end."""

from __future__ import annotations

from importlib import import_module

from lg_jupyter import config
from lg_jupyter.errors import UsageError
from lg_jupyter.panels.panel import Panel
from lg_jupyter.spelling import format_suggestion_ending


def _load_panels_in_record_order() -> list[Panel]:
    """The panels in the order of their tabs, but for those that name the one which they precede."""
    panels: list[Panel] = [import_module(f"{__name__}.{name}").PANEL for name in config.PANELS]
    for panel in panels.copy():
        if before := panel.precedes_in_record:
            panels.remove(panel)
            panels.insert([each.id for each in panels].index(before), panel)
    return panels


PANELS: tuple[Panel, ...] = tuple(_load_panels_in_record_order())
"""In the order in which a record has them."""


def validate_panel_name(name: str) -> str:
    """``name``, if a panel has it.

    Raises
    ------
    UsageError
        If none has.
    """
    names = [panel.id for panel in PANELS]
    if name in names:
        return name
    raise UsageError(
        f"There is no panel {name!r}{format_suggestion_ending(name, names)} Panels: {', '.join(names)}."
    )


def compute_panel_character_limit(panel: Panel, limit: int) -> int:
    """How many of a record's characters a panel's part has: by its weight beside the others'."""
    return (
        limit
        * panel.record_weight
        // (_WEIGHT_OF_REST_OF_RECORD + sum(each.record_weight for each in PANELS))
    )


_WEIGHT_OF_REST_OF_RECORD = 3
"""The weight of what stands around the parts of panels."""
