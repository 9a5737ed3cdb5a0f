"""The height of a view."""

from __future__ import annotations

from lg_jupyter.config import VIEW_HEIGHT_RANGE_PX
from lg_jupyter.errors import UsageError


def validate_height(height: int | None) -> int | None:
    """A height in CSS pixels, if it is one that a view can have.

    Raises
    ------
    UsageError
        If it is none.
    """
    least, greatest = VIEW_HEIGHT_RANGE_PX
    if height is None or (type(height) is int and least <= height <= greatest):
        return height
    raise UsageError(f"height takes pixels, {least} to {greatest}, not {height!r}.")
