"""How much may be kept, measured as it is kept: compressed."""

from __future__ import annotations

import zlib

LEVEL = 6

SHARE = 0.85
"""How much of the room values take at most: what refers to them, and joins them, is not measured."""


class Budget:
    """Measures what is kept against the most that may be.

    Parameters
    ----------
    most
        The most bytes of base64, as they stand in a notebook; ``None`` for no limit.
    """

    def __init__(self, most: int | None) -> None:
        self._most = None if most is None else int(most * 3 / 4 * SHARE)
        self._used = 0
        self._compressor = zlib.compressobj(LEVEL)

    def reserve(self, piece: bytes) -> bool:
        """Count a piece, if there is room for it; whether there was."""
        if self._most is None:
            return True
        compressor = self._compressor.copy()
        size = len(compressor.compress(piece)) + len(compressor.flush(zlib.Z_SYNC_FLUSH))
        if self._used + size > self._most:
            return False
        self._used += size
        self._compressor = compressor
        return True
