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

GZIP_WINDOW_BITS = 16 + zlib.MAX_WBITS
_GZIP_LEVEL = 4  # a run is full of repetition: more effort takes much longer and saves little

ZSTD_MISSING_MESSAGE = (
    "zstd needs Python 3.14, or the package zstandard: `pip install zstandard`; .gz needs none"
)


class Compressor(Protocol):
    """What becomes of the bytes on their way to the disk."""

    def compress(self, data: bytes) -> bytes: ...
    def flush(self) -> bytes:
        """All that is still held back, so that a reader gets everything so far."""

    def end_block(self) -> bytes:
        """All so far, and its checksum: what comes then can be read without it. Also the end of the file."""


def make_compressor_for_path(path: PurePath) -> Compressor:
    """The compressor that a file of this name is written with.

    Raises
    ------
    UsageError
        If the name asks for zstd, and there is none.
    """
    if path.suffix == ".gz":
        return _BlockCompressor(_make_gzip_compressobj, zlib.Z_SYNC_FLUSH)
    if path.suffix == ".zst":
        return _make_zstd_compressor()
    return _NoCompression()


class _NoCompression:
    def compress(self, data: bytes) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""

    def end_block(self) -> bytes:
        return b""


class _BlockCompressor:
    """One stream of a library after the other; ``make_compression_stream`` makes them."""

    def __init__(self, make_compression_stream: Callable[[], Any], *flush: Any) -> None:
        self._make_compression_stream = make_compression_stream
        self._flush_mode = flush  # what the library wants to hear when it is not to end
        self._compression_stream: Any = None

    def compress(self, data: bytes) -> bytes:
        if self._compression_stream is None:
            self._compression_stream = self._make_compression_stream()
        return bytes(self._compression_stream.compress(data))

    def flush(self) -> bytes:
        return (
            b""
            if self._compression_stream is None
            else bytes(self._compression_stream.flush(*self._flush_mode))
        )

    def end_block(self) -> bytes:
        stream, self._compression_stream = self._compression_stream, None
        return b"" if stream is None else bytes(stream.flush())


def _make_gzip_compressobj() -> Any:
    return zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, GZIP_WINDOW_BITS)


def _make_zstd_compressor() -> Compressor:
    module, is_standard = import_zstd_module(UsageError)
    if is_standard:
        options = {module.CompressionParameter.checksum_flag: True}
        return _BlockCompressor(
            lambda: module.ZstdCompressor(options=options), module.ZstdCompressor.FLUSH_BLOCK
        )
    compressor = module.ZstdCompressor(write_checksum=True)
    return _BlockCompressor(compressor.compressobj, module.COMPRESSOBJ_FLUSH_BLOCK)


def import_zstd_module(error_type_if_missing: type[Exception]) -> tuple[Any, bool]:
    """The module that does zstd, and whether it is Python's own."""
    if sys.version_info >= (3, 14):
        from compression import zstd

        return zstd, True
    try:
        import zstandard
    except ImportError:
        raise error_type_if_missing(ZSTD_MISSING_MESSAGE) from None
    return zstandard, False
