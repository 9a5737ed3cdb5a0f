"""How much may be kept, measured as it is kept: compressed."""

from __future__ import annotations

import zlib

COMPRESSION_LEVEL = 6

USABLE_BUDGET_SHARE = 0.85
"""How much of the room values take at most: what refers to them, and joins them, is not measured."""


class SizeBudget:
    """Measures what is kept against the most that may be.

    Parameters
    ----------
    max_bytes
        The most bytes of base64, as they stand in a notebook; ``None`` for no limit.
    """

    def __init__(self, max_bytes: int | None) -> None:
        self._max_compressed_bytes = (
            None if max_bytes is None else int(max_bytes * 3 / 4 * USABLE_BUDGET_SHARE)
        )
        self._used_bytes = 0
        self._compressor = zlib.compressobj(COMPRESSION_LEVEL)

    def reserve(self, piece: bytes) -> bool:
        """Count a piece, if there is room for it; whether there was."""
        if self._max_compressed_bytes is None:
            return True
        compressor = self._compressor.copy()
        size = len(compressor.compress(piece)) + len(compressor.flush(zlib.Z_SYNC_FLUSH))
        if self._used_bytes + size > self._max_compressed_bytes:
            return False
        self._used_bytes += size
        self._compressor = compressor
        return True
