"""The filter of a run's views, as Python gives and gets it: only what narrows stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.request.filters import validate_names
from lg_jupyter.spelling import format_suggestion_ending

NAME_LIST_FIELDS = ("nodes", "tags", "namespaces")
"""Fields that are lists of names."""

FILTER_FIELDS = (*NAME_LIST_FIELDS, "steps", "text")

MAX_FILTER_TEXT_CHARACTERS = 1_000
"""Characters of the text to look for."""


def validate_filter(given: Any) -> JSONObject:
    """A filter as pages have it, without what does not narrow.

    Raises
    ------
    UsageError
        If a field of it is unknown, or is not what the field takes.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise UsageError(f"A filter is a dict, as in {{'nodes': ['write']}}, not {given!r}.")
    for name in given:
        if name not in FILTER_FIELDS:
            known = ", ".join(FILTER_FIELDS)
            raise UsageError(
                f"A filter has no {name!r}{format_suggestion_ending(str(name), FILTER_FIELDS)} "
                f"It takes {known}."
            )
    checked: JSONObject = {name: _validate_names(name, given.get(name)) for name in NAME_LIST_FIELDS}
    checked["steps"] = _validate_steps(given.get("steps"))
    checked["text"] = _validate_text(given.get("text"))
    return {name: value for name, value in checked.items() if value}


def _validate_names(field: str, names: Any) -> list[JSON]:
    if field == "namespaces" and isinstance(names, (list, tuple)) and "" in names:  # the root has no name
        return ["", *validate_names(field, [name for name in names if name != ""])]
    return list(validate_names(field, names))


def _validate_steps(given: Any) -> list[JSON] | None:
    """The first step and the last, each ``None`` where it is open."""
    if given is None or given == [None, None]:
        return None
    pair = [given, given] if isinstance(given, int) else given
    whole = isinstance(pair, (list, tuple)) and len(pair) == 2
    if not whole or not all(step is None or type(step) is int for step in pair):
        raise UsageError(f"steps takes the first and the last step, as in steps=(1, 3), not {given!r}.")
    return None if list(pair) == [None, None] else list(pair)


def _validate_text(given: Any) -> str:
    if given is None:
        return ""
    if not isinstance(given, str) or len(given) > MAX_FILTER_TEXT_CHARACTERS:
        raise UsageError(f"text takes a text of at most {MAX_FILTER_TEXT_CHARACTERS:,} characters.")
    return given
