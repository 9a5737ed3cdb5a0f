"""Paths that a user gives, checked where they are given."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from lg_jupyter.errors import SavedRunError, UsageError
from lg_jupyter.text.words import clip_text


def validate_path(path: object, example: str) -> Path:
    """The path, with ``~`` for the user's home; ``example`` is what to type.

    Raises
    ------
    UsageError
        If it is none.
    """
    if not isinstance(path, str | os.PathLike) or not os.fspath(path) or isinstance(os.fspath(path), bytes):
        raise UsageError(
            f"a path is text or a pathlib.Path, as in {example}, not {clip_text(repr(path), 80)}"
        )
    if "\0" in os.fspath(path):
        raise UsageError(
            f"a path has no character NUL, as {clip_text(repr(path), 80)} has; for example {example}"
        )
    return Path(path).expanduser()


def make_write_error(path: Path, error: OSError) -> SavedRunError:
    """The sentence on a file that cannot be written: where its folder is missing, how to make that."""
    folder = path.parent
    if isinstance(error, FileNotFoundError) and not folder.exists():
        make = f"pathlib.Path({str(folder)!r}).mkdir(parents=True)"
        return SavedRunError(f"{path} cannot be written: there is no folder {folder}. To make it: {make}")
    return SavedRunError(f"{path} cannot be written: {error.strerror or error}")


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """A file to write what is to stand at ``path``: there it is whole afterwards, or as it was before.

    Raises
    ------
    SavedRunError
        If it cannot be written there: the disk is full, for instance.
    """
    target = path.resolve()  # a link stays one
    if target.exists() and not target.is_file():
        what = "a directory" if target.is_dir() else "a device or a pipe, in whose place no file is put"
        raise SavedRunError(f"{target} cannot be written: it is {what}")
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise make_write_error(target, error) from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        _apply_umask(temporary)
        os.replace(temporary, target)
    except BaseException as error:
        os.unlink(temporary)
        if isinstance(error, OSError):
            raise make_write_error(target, error) from None
        raise


def _apply_umask(path: str) -> None:
    """A temporary file is its owner's alone; what is written for a user is a file like any other."""
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(path, 0o666 & ~mask)
