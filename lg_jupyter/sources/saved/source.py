"""A run in a file: JSON, a line each: a header, then the parts in the order in which they came.

::

    {"format": "lg_jupyter run", "version": 1, "lg_jupyter": "0.1.0", "name": "agent", "source": "local", …}
    {"mode": "control", "namespace": "", "timestamp": 1795341189.1, "data": {"event": "start", …}}
    {"mode": "values", "namespace": "", "timestamp": 1795341189.2, "data": {…}}
    {"note": "Cancelled. All that had come is kept: …"}

The last line is there if there is something to note. Lists that grow are written once
(:mod:`lg_jupyter.sources.saved.lines`). Reading a run runs nothing: it is data.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from lg_jupyter.errors import SavedRunError, UsageError
from lg_jupyter.events.events import JSON, Part
from lg_jupyter.request.filters import Filter
from lg_jupyter.request.paths import cannot_write, check_path, put_in_place
from lg_jupyter.sources.base import EncodePart, Request, SourceKind
from lg_jupyter.sources.saved.compression import Compressor, compressor_of, decompressed
from lg_jupyter.sources.saved.lines import LineError, LineReader, LineWriter, loads, new_list_key
from lg_jupyter.sources.structure import Structure

FORMAT = "lg_jupyter run"
VERSION = 1

NOTE = b'{"note":'

PARTS_PER_WRITE = 200
"""Parts that are written in one go."""

MAX_HEADER_BYTES = 16_000_000
"""Bytes after which a first line without an end is no header."""


class SavedSource:
    """Carries a run that was saved: its parts are those of the file, as they were.

    Raises
    ------
    SavedRunError
        If there is no such file, or it holds no run that this version can read.
    """

    kind: SourceKind = "saved"
    hint: str | None = None
    draws_itself = True

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = check_path(path, "lg_jupyter.load('run.jsonl')")
        self.header = read_header(self.path)
        name = self.header.get("name")
        self.name = name if isinstance(name, str) and name else self.path.stem
        self.id = _text(self.header.get("id"))
        self.parent = _text(self.header.get("parent"))
        self.code_request: JSON = self.header.get("asked")
        self.origin = self.header.get("source")
        self.output: Any = None
        self.run_id: str | None = None
        self.thread_id: str | None = None
        self.note: str | None = None
        self.truncation: str | None = None
        """Where the file ends too early, as a clause; known when it was read to its end."""

    def request(self) -> Request:
        """What had been requested, as far as the header has it."""
        modes, subgraphs = self.header.get("modes"), self.header.get("subgraphs")
        return Request(
            modes=tuple(mode for mode in modes if isinstance(mode, str)) if isinstance(modes, list) else (),
            subgraphs=subgraphs if isinstance(subgraphs, bool) else True,
            shown=Filter.of_json(self.header.get("shown")),
        )

    def check(self, request: Request) -> None:
        """Any request will do: a saved run is what it is."""

    def secrets(self) -> Mapping[str, str]:
        return {}

    def __iter__(self) -> Iterator[Part]:
        self.note = self.truncation = None
        key = self.header.get("list_key")
        reader = LineReader(key if isinstance(key, str) else None)
        number, ends = 1, True
        for number, (line, ends) in enumerate(self._lines(), start=2):
            if line.startswith(NOTE) and (note := _note(line)) is not None:
                self.note = note or None
                continue
            try:
                part = reader.part(line)
            except LineError as error:
                if ends:
                    raise SavedRunError(f"{self.path}, line {number}: no part of a run ({error})") from None
                self.truncation = f"in line {number}"
                return
            yield self._with_input(part)
        if not ends:
            self.truncation = f"after line {number}"

    def _with_input(self, part: Part) -> Part:
        """A run's first part says its input; in older files only the header does, if that."""
        data = part.data
        if part.mode != "control" or not isinstance(data, dict) or data.get("event") != "start":
            return part
        call = self.code_request.get("call") if isinstance(self.code_request, dict) else None
        if "input" not in data and isinstance(call, dict) and "input" in call:
            part.data = {**data, "input": call["input"]}
        return part

    def _lines(self) -> Iterator[tuple[bytes, bool]]:
        """The lines after the header, and whether each has its end."""
        with _open(self.path) as file:
            lines = _lines(decompressed(file))
            next(lines)
            yield from lines

    def file_note(self, ended: bool) -> str | None:
        """The note on a file that was read: what is noted in it, and what is missing."""
        notes = [self.note] if self.note else []
        if self.truncation is not None:
            notes.append(f"{self.path.name} is cut {self.truncation}; all that comes before is here.")
        elif not ended:
            notes.append(f"{self.path.name} ends before the run did; all that it holds is here.")
        return " ".join(notes) or None

    def structure(self) -> Structure:
        """The graph as it was drawn when the run was saved."""
        saved = self.header.get("graph")
        if not isinstance(saved, dict) or not {"nodes", "edges"} <= saved.keys():
            raise UsageError("This run was saved without its graph.")
        return {"nodes": saved["nodes"], "edges": saved["edges"]}

    async def parts(self, request: Request, encode: EncodePart) -> AsyncIterator[Part]:
        for part in self:
            yield part

    async def cancel(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        return ""


class Writer:
    """Writes one run, part by part."""

    def __init__(self, file: BinaryIO, compressor: Compressor, header: Mapping[str, Any]) -> None:
        self._file = file
        self._compressor = compressor
        self._noted = False
        key = new_list_key()
        self._lines = LineWriter(key)
        self._write(orjson.dumps({**_format_fields(), **header, "list_key": key}) + b"\n")

    def write(self, parts: Iterable[Part]) -> None:
        """Write these, one after the other, some hundred at a time."""
        parts = iter(parts)
        while some := list(islice(parts, PARTS_PER_WRITE)):
            self._write(b"".join(map(self._lines.line, some)))

    def _write(self, line: bytes) -> None:
        self._file.write(self._compressor.compress(line))

    def flush(self) -> None:
        """Hand over everything so far, so that it outlives this process."""
        self._file.write(self._compressor.flush())
        self._file.flush()

    def reopen(self, file: BinaryIO, compressor: Compressor) -> None:
        """Write on, after the end, to the same file."""
        self._file, self._compressor = file, compressor

    def finish(self, note: str | None) -> None:
        """Write the end; the file is left open."""
        if note is not None or self._noted:
            self._noted = True
            self._write(orjson.dumps({"note": note}) + b"\n")
        self._file.write(self._compressor.finish())
        self._file.flush()


def write(
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
    target = check_path(path, "run.save('run.jsonl')")
    compressor = compressor_of(target.resolve())
    with put_in_place(target) as file:
        writer = Writer(file, compressor, header)
        writer.write(parts)
        writer.finish(note)


def open_to_append(path: Path) -> BinaryIO:
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
        raise cannot_write(path, error) from None


def read_header(path: Path) -> dict[str, Any]:
    """The first line of a saved run.

    Raises
    ------
    SavedRunError
        If the file is no saved run, or one of a newer format.
    """
    with _open(path) as file:
        first, ends = next(_lines(decompressed(file), MAX_HEADER_BYTES), (b"", True))
    try:
        header = loads(first)
    except LineError:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise SavedRunError(
            f"{path} holds no run{_likely_cause(path, first, ends)}: runs are saved with run.save(path)"
        )
    version = header.get("version")
    if not isinstance(version, int) or version > VERSION:
        newer = _in_brackets(header.get("lg_jupyter"))
        raise SavedRunError(
            f"{path} was saved by a newer lg_jupyter{newer} in format {version}, "
            f"and this one reads up to {VERSION}: update it"
        )
    return header


def _likely_cause(path: Path, first: bytes, ends: bool) -> str:
    if not first:
        damaged = path.is_file() and path.stat().st_size > 0
        return ", it is empty, or damaged at its beginning" if damaged else ", it is empty"
    if not ends and FORMAT.encode() in first:
        return ", it was cut in its first line"
    if first.strip() == b"{" or b'"cells"' in first:
        return ", but perhaps a notebook"
    return ""


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _in_brackets(version: object) -> str:
    return f" ({version[:40]})" if isinstance(version, str) else ""


def _format_fields() -> dict[str, Any]:
    from importlib.metadata import PackageNotFoundError, version

    first: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    with suppress(PackageNotFoundError):  # imported from a folder, and installed nowhere
        first["lg_jupyter"] = version("lg_jupyter")
    return first


def _note(line: bytes) -> str | None:
    """The note, empty where one is taken back; ``None`` if the line holds no such thing."""
    try:
        data = loads(line)
    except LineError:
        return None
    note = data.get("note") if isinstance(data, dict) and len(data) == 1 else 0
    return "" if note is None else note if isinstance(note, str) else None


def _lines(pieces: Iterable[bytes], longest: int | None = None) -> Iterator[tuple[bytes, bool]]:
    """The lines without their ends, and whether each has one; ``longest`` bounds what is read of one."""
    rest: list[bytes] = []
    size = 0
    for piece in pieces:
        *lines, last = piece.split(b"\n")
        for line in lines:
            yield b"".join([*rest, line]), True
            rest, size = [], 0
        rest.append(last)
        size += len(last)
        if longest is not None and size > longest:
            break
    if any(rest):
        yield b"".join(rest), False


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise SavedRunError(f"{path} cannot be read: {error.strerror}") from None
