"""Compressed files: written so that what was flushed can be read, and read as far as they go.

A file's name says how it is written (``.gz``, ``.zst``); its first bytes say how it is read.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any, BinaryIO, Protocol

from lg_jupyter.errors import SavedRunError, UsageError

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

READ_SIZE = 1 << 18
"""Bytes that are read at a time."""

COMPRESSED_READ_SIZE = 1 << 12
"""Compressed bytes that are read at a time: what comes before damage is lost in the piece that has it."""

_GZIP = 16 + zlib.MAX_WBITS
_GZIP_LEVEL = 4  # a run is full of repetition: more effort takes much longer and saves little

NO_ZSTD = "zstd needs Python 3.14, or the package zstandard: `pip install zstandard`; .gz needs none"


class Compressor(Protocol):
    """What becomes of the bytes on their way to the disk."""

    def compress(self, data: bytes) -> bytes: ...
    def flush(self) -> bytes:
        """All that is still held back, so that a reader gets everything so far."""

    def finish(self) -> bytes:
        """The end of the file."""


def compressor_of(path: PurePath) -> Compressor:
    """The compressor that a file of this name is written with.

    Raises
    ------
    UsageError
        If the name asks for zstd, and there is none.
    """
    if path.suffix == ".gz":
        return _Gzip()
    if path.suffix == ".zst":
        return _zstd_compressor()
    return _Plain()


class _Plain:
    def compress(self, data: bytes) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""

    def finish(self) -> bytes:
        return b""


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP)

    def compress(self, data: bytes) -> bytes:
        return self._stream.compress(data)

    def flush(self) -> bytes:
        return self._stream.flush(zlib.Z_SYNC_FLUSH)

    def finish(self) -> bytes:
        return self._stream.flush()


class _StandardZstd:
    """The module of Python 3.14."""

    def __init__(self, module: Any) -> None:
        self._stream = module.ZstdCompressor()

    def compress(self, data: bytes) -> bytes:
        return bytes(self._stream.compress(data))

    def flush(self) -> bytes:
        return bytes(self._stream.flush(self._stream.FLUSH_BLOCK))

    def finish(self) -> bytes:
        return bytes(self._stream.flush())


class _Zstandard:
    """The package of that name."""

    def __init__(self, module: Any) -> None:
        self._stream = module.ZstdCompressor().compressobj()
        self._block: int = module.COMPRESSOBJ_FLUSH_BLOCK

    def compress(self, data: bytes) -> bytes:
        return bytes(self._stream.compress(data))

    def flush(self) -> bytes:
        return bytes(self._stream.flush(self._block))

    def finish(self) -> bytes:
        return bytes(self._stream.flush())


def _zstd_compressor() -> Compressor:
    module, is_standard = _zstd_module(UsageError)
    return _StandardZstd(module) if is_standard else _Zstandard(module)


def _zstd_module(refusal: type[Exception]) -> tuple[Any, bool]:
    """The module that does zstd, and whether it is Python's own."""
    if sys.version_info >= (3, 14):
        from compression import zstd

        return zstd, True
    try:
        import zstandard
    except ImportError:
        raise refusal(NO_ZSTD) from None
    return zstandard, False


# ---------------------------------------------------------------------------------------------
# Reading


def decompressed(file: BinaryIO) -> Iterator[bytes]:
    """The content of a file in pieces, as far as it goes: a stream that is cut or damaged just ends.

    Raises
    ------
    SavedRunError
        If it needs zstd, and there is none.
    """
    first = file.read(COMPRESSED_READ_SIZE)
    if first.startswith(GZIP_MAGIC):
        make: Callable[[], Any] = _gzip_decompressor
    elif first.startswith(ZSTD_MAGIC):
        make = _zstd_decompressor()
    else:
        yield first
        yield from iter(lambda: file.read(READ_SIZE), b"")
        return
    stream = make()
    data = first
    while data:
        try:
            yield stream.decompress(data)
        except Exception:  # each library has its own; they all mean that it does not go on from here
            return
        if stream.eof:  # another stream may follow
            data = stream.unused_data
            stream = make()
            if data:
                continue
        data = file.read(COMPRESSED_READ_SIZE)


def _gzip_decompressor() -> Any:
    return zlib.decompressobj(_GZIP)


def _zstd_decompressor() -> Callable[[], Any]:
    module, is_standard = _zstd_module(SavedRunError)
    if is_standard:
        make: Callable[[], Any] = module.ZstdDecompressor
        return make
    return lambda: module.ZstdDecompressor().decompressobj()
