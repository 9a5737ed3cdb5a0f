"""How compressed files are read: block by block, past those that are damaged.

A file's first bytes say how it was written.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator
from typing import Any, BinaryIO, NamedTuple

from lg_jupyter.errors import SavedRunError
from lg_jupyter.sources.saved.compression import GZIP_MAGIC, GZIP_WINDOW_BITS, ZSTD_MAGIC, import_zstd_module

GZIP_BLOCK_START = GZIP_MAGIC + bytes([8, 0, 0, 0, 0, 0])
"""How a block of ours begins: without a name and a time."""

READ_SIZE_BYTES = 1 << 18
"""Bytes that are read at a time."""

MAX_BYTES_HELD_FOR_CHECKSUM = 8_000_000
"""A block that is longer is taken as it comes, before its checksum is known: ours are shorter."""


class _CompressionFormat(NamedTuple):
    magic_bytes: bytes
    make_decompressor: Callable[[], Any]
    read_size_bytes: int  # compressed bytes at a time: few where they may become very many


def iter_decompressed_pieces(file: BinaryIO) -> Iterator[bytes | None]:
    """The content of a file in pieces, ``None`` in place of blocks that are damaged.

    The last block may be cut: it goes as far as it does.

    Raises
    ------
    SavedRunError
        If it needs zstd, and there is none.
    """
    first = file.read(len(ZSTD_MAGIC))
    file.seek(0)
    if first.startswith(GZIP_MAGIC):
        yield from _decompress_blocks(
            file, _CompressionFormat(GZIP_BLOCK_START, lambda: zlib.decompressobj(GZIP_WINDOW_BITS), 1 << 12)
        )
    elif first.startswith(ZSTD_MAGIC):
        yield from _decompress_blocks(
            file, _CompressionFormat(ZSTD_MAGIC, _get_zstd_decompressor_factory(), 1 << 9)
        )
    else:
        yield from iter(lambda: file.read(READ_SIZE_BYTES), b"")


def _get_zstd_decompressor_factory() -> Callable[[], Any]:
    module, is_standard = import_zstd_module(SavedRunError)
    if is_standard:
        make: Callable[[], Any] = module.ZstdDecompressor
        return make
    return lambda: module.ZstdDecompressor().decompressobj()


def _decompress_blocks(file: BinaryIO, kind: _CompressionFormat) -> Iterator[bytes | None]:
    at: int | None = 0
    damaged = False
    while at is not None:
        file.seek(at)
        was_damaged, end = damaged, None
        try:
            end = yield from _decompress_block(file, kind)
            damaged = False
        except _DamagedBlockError:
            damaged = True
            end = _find_next_block_start(file, at + 1, kind.magic_bytes)
        if damaged and not was_damaged:
            yield None
        at = end


class _DamagedBlockError(Exception):
    """A block does not unpack, or not to what was packed."""


def _decompress_block(file: BinaryIO, kind: _CompressionFormat) -> Generator[bytes, None, int | None]:
    """A block's content; gives where the next one begins, ``None`` at the file's end."""
    stream, held, size = kind.make_decompressor(), [], 0
    while data := file.read(kind.read_size_bytes):
        try:
            piece = stream.decompress(data)
        except Exception:  # each library has its own; they all mean that it does not go on from here
            raise _DamagedBlockError from None
        held.append(piece)
        size += len(piece)
        if stream.eof or size > MAX_BYTES_HELD_FOR_CHECKSUM:
            yield from held
            held = []
        if stream.eof:
            end = file.tell() - len(stream.unused_data)
            return end if stream.unused_data or file.read(1) else None
    yield from held
    return None


def _find_next_block_start(file: BinaryIO, start: int, magic: bytes) -> int | None:
    """Where a block may begin, from ``start`` on."""
    before = b""
    file.seek(start)
    while data := file.read(READ_SIZE_BYTES):
        if (found := (before + data).find(magic)) >= 0:
            return file.tell() - len(data) - len(before) + found
        before = (before + data)[-len(magic) + 1 :]
    return None
