"""Cells of rows as they are pushed: what is big travels as its size and beginning, and is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lg_jupyter.encode import to_plain_json
from lg_jupyter.events.events import JSON
from lg_jupyter.text.preview import estimate_json_length, preview_json

if TYPE_CHECKING:
    from lg_jupyter.tables import Row

MAX_CELL_CHARACTERS = 4_096
"""The most characters of JSON that a pushed cell has."""

PREVIEW_CHARACTERS = 400
"""How much of a cell too big to push is shown."""

_LOW_LIMIT_COLUMNS = frozenset({"input", "result", "values"})  # seldom looked at: their beginning will do


def preview_large_cells(row: Row) -> Row:
    """A row as it is pushed: big cells by their size and beginning."""
    return {
        name: preview_value(value, PREVIEW_CHARACTERS if name in _LOW_LIMIT_COLUMNS else MAX_CELL_CHARACTERS)
        for name, value in row.items()
    }


def preview_value(value: JSON, limit: int) -> JSON:
    """A value as it is pushed: with more than ``limit`` characters of JSON, by its size and beginning."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    weight = estimate_json_length(value, 4 * limit)
    if weight > limit:
        return {"$big": weight, "preview": preview_json(value, PREVIEW_CHARACTERS)}
    return to_plain_json(value)


def is_preview(value: JSON) -> bool:
    """Whether of a pushed value the size and the beginning are there alone."""
    return isinstance(value, dict) and value.keys() == {"$big", "preview"}
