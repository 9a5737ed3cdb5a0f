"""Which runs go on: a file beside each that its process holds locked, whoever kills it."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

    def _lock_file(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock_file(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


class LiveMark:
    """Says of a run that it goes on, for as long as this process lives or until :meth:`remove`.

    Raises
    ------
    OSError
        If it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        new = path.with_name(f"{path.name}.new")  # nobody is to find it before it is locked
        self._file = new.open("ab")
        with suppress(OSError):  # a file system without locks: nobody will know that it goes on
            _lock_file(self._file)
        try:
            new.replace(path)
        except OSError:  # Windows lets no open file be renamed
            self._file.close()
            new.unlink()
            self._file = path.open("ab")
            with suppress(OSError):
                _lock_file(self._file)

    def remove(self) -> None:
        self._file.close()
        with suppress(OSError):
            self._path.unlink()


def is_live_mark_held_else_remove(path: Path) -> bool:
    """Whether a process holds the mark; one that was left behind is removed."""
    try:
        file = path.open("r+b")
    except OSError:
        return False
    with file:
        try:
            _lock_file(file)
        except OSError:
            return True
    with suppress(OSError):
        path.unlink()
    return False
