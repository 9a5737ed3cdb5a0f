"""Why panels are empty, or show less than one would think: the likely cause, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypedDict

from lg_jupyter.panels import PANELS
from lg_jupyter.panels.run_settings import RunSettings

if TYPE_CHECKING:
    from lg_jupyter.tables.trace import Trace


class Explanation(TypedDict):
    """One or two sentences for the panel with the id ``panel``."""

    panel: str
    text: str


def collect_explanations(trace: Trace, settings: RunSettings) -> list[Explanation]:
    """What there is to explain of a run, as far as it has come."""
    is_over = trace.ended is not None
    return [
        {"panel": panel.id, "text": text}
        for panel in PANELS
        if panel.explain_missing is not None
        for text in panel.explain_missing(trace, settings, is_over)
    ]


def name_panels_by_text(explanations: Iterable[Explanation]) -> dict[str, str]:
    """Each text once, with the names of the panels that it is of: ``calls, context``."""
    panels: dict[str, list[str]] = {}
    for explanation in explanations:
        panels.setdefault(explanation["text"], []).append(explanation["panel"])
    return {text: ", ".join(dict.fromkeys(names)) for text, names in panels.items()}
