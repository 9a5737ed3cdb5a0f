"""How compressed files are written: in blocks, each with a checksum, whose beginnings can be found.

A file's name says how it is written (``.gz``, ``.zst``).
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, Protocol

from lg_jupyter.errors import UsageError

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

GZIP_BITS = 16 + zlib.MAX_WBITS
_GZIP_LEVEL = 4  # a run is full of repetition: more effort takes much longer and saves little

NO_ZSTD = "zstd needs Python 3.14, or the package zstandard: `pip install zstandard`; .gz needs none"


class Compressor(Protocol):
    """What becomes of the bytes on their way to the disk."""

    def compress(self, data: bytes) -> bytes: ...
    def flush(self) -> bytes:
        """All that is still held back, so that a reader gets everything so far."""

    def end_block(self) -> bytes:
        """All so far, and its checksum: what comes then can be read without it. Also the end of the file."""


def compressor_of(path: PurePath) -> Compressor:
    """The compressor that a file of this name is written with.

    Raises
    ------
    UsageError
        If the name asks for zstd, and there is none.
    """
    if path.suffix == ".gz":
        return _Blocks(_gzip_stream, zlib.Z_SYNC_FLUSH)
    if path.suffix == ".zst":
        return _zstd_compressor()
    return _Plain()


class _Plain:
    def compress(self, data: bytes) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""

    def end_block(self) -> bytes:
        return b""


class _Blocks:
    """One stream of a library after the other; ``new_stream`` makes them."""

    def __init__(self, new_stream: Callable[[], Any], *flush: Any) -> None:
        self._new_stream = new_stream
        self._flush = flush  # what the library wants to hear when it is not to end
        self._stream: Any = None

    def compress(self, data: bytes) -> bytes:
        if self._stream is None:
            self._stream = self._new_stream()
        return bytes(self._stream.compress(data))

    def flush(self) -> bytes:
        return b"" if self._stream is None else bytes(self._stream.flush(*self._flush))

    def end_block(self) -> bytes:
        stream, self._stream = self._stream, None
        return b"" if stream is None else bytes(stream.flush())


def _gzip_stream() -> Any:
    return zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, GZIP_BITS)


def _zstd_compressor() -> Compressor:
    module, is_standard = zstd_module(UsageError)
    if is_standard:
        options = {module.CompressionParameter.checksum_flag: True}
        return _Blocks(lambda: module.ZstdCompressor(options=options), module.ZstdCompressor.FLUSH_BLOCK)
    compressor = module.ZstdCompressor(write_checksum=True)
    return _Blocks(compressor.compressobj, module.COMPRESSOBJ_FLUSH_BLOCK)


def zstd_module(refusal: type[Exception]) -> tuple[Any, bool]:
    """The module that does zstd, and whether it is Python's own."""
    if sys.version_info >= (3, 14):
        from compression import zstd

        return zstd, True
    try:
        import zstandard
    except ImportError:
        raise refusal(NO_ZSTD) from None
    return zstandard, False
