"""Paths that a user gives, checked where they are given."""

from __future__ import annotations

import os
from pathlib import Path

from lg_jupyter.errors import SavedRunError, UsageError
from lg_jupyter.words import clip


def check_path(path: object, example: str) -> Path:
    """The path, with ``~`` for the user's home; ``example`` is what to type.

    Raises
    ------
    UsageError
        If it is none.
    """
    if not isinstance(path, str | os.PathLike) or not os.fspath(path) or isinstance(os.fspath(path), bytes):
        raise UsageError(f"a path is text or a pathlib.Path, as in {example}, not {clip(repr(path), 80)}")
    return Path(path).expanduser()


def cannot_write(path: Path, error: OSError) -> SavedRunError:
    """The sentence on a file that cannot be written."""
    return SavedRunError(f"{path} cannot be written: {error.strerror or error}")
