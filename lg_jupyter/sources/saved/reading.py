"""The lines of a file, whole or with gaps where it is damaged, and no more of it than a run would have."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lg_jupyter.errors import SavedRunError
from lg_jupyter.sources.saved.decompression import iter_decompressed_pieces
from lg_jupyter.sources.saved.unpacking_guard import UnpackingGuard


def open_run_file(path: Path) -> BinaryIO:
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
        raise _make_unreadable_file_error(path, error) from None


def iter_run_file_lines(
    path: Path, file: BinaryIO, max_line_bytes: int | None = None
) -> Iterator[tuple[bytes | None, bool]]:
    """The lines without their ends, and whether each has one; ``None`` where some are missing.

    ``max_line_bytes`` bounds what is read of one.

    Raises
    ------
    SavedRunError
        If it cannot be read, or is more than a run would be.
    """
    try:
        yield from _iter_guarded_lines(UnpackingGuard(path), file, max_line_bytes)
    except OSError as error:
        raise _make_unreadable_file_error(path, error) from None


def _iter_guarded_lines(
    unpacking_guard: UnpackingGuard, file: BinaryIO, max_line_bytes: int | None
) -> Iterator[tuple[bytes | None, bool]]:
    rest: list[bytes] = []
    size = 0
    for piece in iter_decompressed_pieces(file):
        if piece is None:
            yield None, True
            rest, size = [], 0
            continue
        unpacking_guard.count_and_limit_unpacked_bytes(len(piece))
        *lines, last = piece.split(b"\n")
        for line in lines:
            whole = b"".join([*rest, line])
            unpacking_guard.validate_line_length(len(whole))
            unpacking_guard.count_and_limit_line_values(whole)
            yield whole, True
            rest, size = [], 0
        rest.append(last)
        size += len(last)
        unpacking_guard.validate_line_length(size)
        if max_line_bytes is not None and size > max_line_bytes:
            break
    if any(rest):
        unpacking_guard.count_and_limit_line_values(last := b"".join(rest))
        yield last, False


def _make_unreadable_file_error(path: Path, error: OSError | ValueError) -> SavedRunError:
    return SavedRunError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}")
