"""How a run is written to a file: its header, its parts, its note; in blocks, where it is compressed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from lg_jupyter.events.events import Part
from lg_jupyter.request.paths import atomic_write, make_write_error, validate_path
from lg_jupyter.sources.saved.compression import Compressor, make_compressor_for_path
from lg_jupyter.sources.saved.lines import PartLineEncoder, make_list_reference_key

FORMAT_NAME = "lg_jupyter run"
FORMAT_VERSION = 1

PARTS_PER_WRITE = 200
"""Parts that are written in one go."""

MAX_BLOCK_SECONDS = 5.0
"""Seconds of a run that a damaged place of a compressed file costs at most."""

MAX_BLOCK_BYTES = 1_000_000
"""The same in bytes before they are compressed."""


class RunFileWriter:
    """Writes one run, part by part."""

    def __init__(self, file: BinaryIO, compressor: Compressor, header: Mapping[str, Any]) -> None:
        self._file = file
        self._compressor = compressor
        self._has_written_note = False
        key = make_list_reference_key(header.get("id"))
        self._line_encoder = PartLineEncoder(key)
        self._block_ends, self._block_room = 0.0, MAX_BLOCK_BYTES
        self._write_bytes(orjson.dumps({**_make_version_fields(), **header, "list_key": key}) + b"\n")
        self._end_block()  # what nothing can be read without

    def write_parts(self, parts: Iterable[Part]) -> None:
        """Write these, one after the other, some hundred at a time."""
        some: list[bytes] = []
        for part in parts:
            if part.timestamp >= self._block_ends or self._block_room <= 0:
                self._write_bytes(b"".join(some))
                self._end_block()
                self._block_ends, self._block_room = part.timestamp + MAX_BLOCK_SECONDS, MAX_BLOCK_BYTES
                some = []
            some.append(self._line_encoder.encode_part(part))
            self._block_room -= len(some[-1])
            if len(some) >= PARTS_PER_WRITE:
                self._write_bytes(b"".join(some))
                some = []
        self._write_bytes(b"".join(some))

    def _end_block(self) -> None:
        self._file.write(self._compressor.end_block())

    def _write_bytes(self, line: bytes) -> None:
        if line:
            self._file.write(self._compressor.compress(line))

    def flush_to_os(self) -> None:
        """Hand over everything so far, so that it outlives this process."""
        self._file.write(self._compressor.flush())
        self._file.flush()

    def switch_to_reopened_file(self, file: BinaryIO, compressor: Compressor) -> None:
        """Write on, after the end, to the same file."""
        self._file, self._compressor = file, compressor

    def write_final_note(self, note: str | None) -> None:
        """Write the end; the file is left open."""
        if note is not None or self._has_written_note:
            self._has_written_note = True
            self._write_bytes(orjson.dumps({"note": note}) + b"\n")
        self._end_block()
        self._file.flush()


def write_run_file(
    path: str | os.PathLike[str], header: Mapping[str, Any], parts: Iterable[Part], note: str | None = None
) -> None:
    """Write a run. The file is there whole, or as it was before.

    Raises
    ------
    SavedRunError
        If it cannot be written there.
    UsageError
        If the name asks for a compression that is not there.
    """
    target = validate_path(path, "run.save('run.jsonl')")
    compressor = make_compressor_for_path(target.resolve())
    with atomic_write(target) as file:
        writer = RunFileWriter(file, compressor, header)
        writer.write_parts(parts)
        writer.write_final_note(note)


def create_or_replace_file(path: Path) -> BinaryIO:
    """A new file, in the place of one that is there.

    Raises
    ------
    SavedRunError
        If it cannot be written there.
    """
    try:
        if path.is_file():  # a run that still writes to it does not write into the new one
            path.resolve().unlink()
        return path.open("wb")
    except OSError as error:
        raise make_write_error(path, error) from None


def _make_version_fields() -> dict[str, Any]:
    from importlib.metadata import PackageNotFoundError, version

    first: dict[str, Any] = {"format": FORMAT_NAME, "version": FORMAT_VERSION}
    with suppress(PackageNotFoundError):  # imported from a folder, and installed nowhere
        first["lg_jupyter"] = version("lg_jupyter")
    return first
