"""The usual arrangements of panels."""

from __future__ import annotations

from typing import NamedTuple

from lg_jupyter.errors import UsageError
from lg_jupyter.spelling import format_suggestion_ending


class DashboardLayout(NamedTuple):
    """An arrangement.

    Attributes
    ----------
    lead_panel
        The panel that comes first, if nothing else does: an app, the table of a batch.
    is_side_by_side
        Whether what comes first stands beside the others, rather than above them.
    panel_rows
        The others, row by row.
    """

    lead_panel: str
    is_side_by_side: bool
    panel_rows: tuple[tuple[str, ...], ...]


LAYOUTS = {
    "debug": DashboardLayout("timeline", False, (("tokens", "state"), ("graph", "calls"))),
    "chat": DashboardLayout("tokens", True, (("timeline",), ("state",))),
    "review": DashboardLayout("interrupts", True, (("tokens",), ("state",))),
    "batch": DashboardLayout("timeline", False, (("tokens", "state"),)),
}


def get_layout(name: str) -> DashboardLayout:
    """The arrangement of this name.

    Raises
    ------
    UsageError
        If there is none.
    """
    if name in LAYOUTS:
        return LAYOUTS[name]
    known = ", ".join(LAYOUTS)
    raise UsageError(
        f"There is no layout {name!r}{format_suggestion_ending(name, LAYOUTS)} Layouts: {known}."
    )
