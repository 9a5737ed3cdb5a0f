"""The lines of a file, whole or with gaps where it is damaged, and no more of it than a run would have."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lg_jupyter.errors import SavedRunError
from lg_jupyter.sources.saved.blocks import decompressed
from lg_jupyter.sources.saved.unpacking_guard import UnpackingGuard


def opened(path: Path) -> BinaryIO:
    """The file, to be read.

    Raises
    ------
    SavedRunError
        If it is not there, cannot be read, or is no file that ends: a pipe, a device.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # which open() refuses
            raise SavedRunError(f"{path} cannot be read: it is a device or a pipe, and a run is a file")
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise _cannot_read(path, error) from None


def lines_of(path: Path, file: BinaryIO, longest: int | None = None) -> Iterator[tuple[bytes | None, bool]]:
    """The lines without their ends, and whether each has one; ``None`` where some are missing.

    ``longest`` bounds what is read of one.

    Raises
    ------
    SavedRunError
        If it cannot be read, or is more than a run would be.
    """
    try:
        yield from _lines(UnpackingGuard(path), file, longest)
    except OSError as error:
        raise _cannot_read(path, error) from None


def _lines(guard: UnpackingGuard, file: BinaryIO, longest: int | None) -> Iterator[tuple[bytes | None, bool]]:
    rest: list[bytes] = []
    size = 0
    for piece in decompressed(file):
        if piece is None:
            yield None, True
            rest, size = [], 0
            continue
        guard.add_bytes(len(piece))
        *lines, last = piece.split(b"\n")
        for line in lines:
            whole = b"".join([*rest, line])
            guard.check_line(len(whole))
            guard.add_line(whole)
            yield whole, True
            rest, size = [], 0
        rest.append(last)
        size += len(last)
        guard.check_line(size)
        if longest is not None and size > longest:
            break
    if any(rest):
        guard.add_line(last := b"".join(rest))
        yield last, False


def _cannot_read(path: Path, error: OSError | ValueError) -> SavedRunError:
    return SavedRunError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}")
