"""The height of a view."""

from __future__ import annotations

from lg_jupyter.config import HEIGHT_RANGE
from lg_jupyter.errors import UsageError


def validate_height(height: int | None) -> int | None:
    """A height in CSS pixels, if it is one that a view can have.

    Raises
    ------
    UsageError
        If it is none.
    """
    least, greatest = HEIGHT_RANGE
    if height is None or (type(height) is int and least <= height <= greatest):
        return height
    raise UsageError(f"height takes pixels, {least} to {greatest}, not {height!r}.")
