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
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lg_jupyter.errors import SavedRunError, UsageError
from lg_jupyter.events.events import JSON, Part
from lg_jupyter.request.filters import MessageFilter
from lg_jupyter.request.paths import validate_path
from lg_jupyter.sources.base import EncodePart, Request, SourceKind
from lg_jupyter.sources.saved.lines import ExcessError, LineError, LineReader, loads
from lg_jupyter.sources.saved.reading import lines_of, opened
from lg_jupyter.sources.saved.writing import FORMAT, VERSION
from lg_jupyter.sources.structure import Structure
from lg_jupyter.text.words import count

NOTE = b'{"note":'

MAX_HEADER_BYTES = 16_000_000
"""Bytes after which a first line without an end is no header."""


class Gaps:
    """What is missing of a run in the middle of its file."""

    def __init__(self) -> None:
        self._seconds: list[float] = []
        self._last: float | None = None
        self._open = False

    def begin(self) -> None:
        """Here is one, or it goes on."""
        if not self._open:
            self._seconds.append(0.0)
        self._open = True

    def see(self, timestamp: float) -> None:
        """A part is there."""
        if self._open and self._last is not None:
            self._seconds[-1] = max(0.0, timestamp - self._last)
        self._open, self._last = False, timestamp

    @property
    def has_parts(self) -> bool:
        """Whether anything else is there."""
        return self._last is not None

    def sentence(self, name: str) -> str | None:
        """What is missing, in words."""
        if not self._seconds:
            return None
        at_end = ", and its end" if self._open else ""
        return (
            f"{name} is damaged: {count(len(self._seconds), 'part')} of it could not be read, "
            f"{sum(self._seconds):.1f} s of the run{at_end}; all else is here."
        )


class SavedSource:
    """Carries a run that was saved: its parts are those of the file, as they were.

    Raises
    ------
    SavedRunError
        If there is no such file, or it holds no run that this version can read.
    """

    kind: SourceKind = "saved"
    hint: str | None = None
    has_local_structure = True

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = validate_path(path, "lg_jupyter.load('run.jsonl')")
        self.header = read_header(self.path)
        name = self.header.get("name")
        self.name = name if isinstance(name, str) and name else self.path.stem
        self.id = _text(self.header.get("id"))
        self.parent = _text(self.header.get("parent"))
        self.code_request: JSON = self.header.get("asked")
        self.origin = self.header.get("source")
        watched = self.header.get("watched")
        self.hears = watched if watched in ("whole", "tokens") else None
        self.output: Any = None
        self.run_id: str | None = None
        self.thread_id: str | None = None
        self.note: str | None = None
        self.truncation: str | None = None
        """Where the file ends too early, as a clause; known when it was read to its end."""
        self.gaps = Gaps()

    def request(self) -> Request:
        """What had been requested, as far as the header has it."""
        modes, subgraphs = self.header.get("modes"), self.header.get("subgraphs")
        return Request(
            modes=tuple(mode for mode in modes if isinstance(mode, str)) if isinstance(modes, list) else (),
            subgraphs=subgraphs if isinstance(subgraphs, bool) else True,
            shown=MessageFilter.from_json(self.header.get("shown")),
        )

    def check(self, request: Request) -> None:
        """Any request will do: a saved run is what it is."""

    def secrets(self) -> Mapping[str, str]:
        return {}

    def __iter__(self) -> Iterator[Part]:
        self.note = self.truncation = None
        self.gaps = Gaps()
        key = self.header.get("list_key")
        reader = LineReader(key if isinstance(key, str) else None)
        number, ends = 1, True
        unread: SavedRunError | None = None
        for number, (line, ends) in enumerate(self._lines(), start=2):
            if line is None:
                reader.tolerate_gaps()
                self.gaps.begin()
                continue
            if line.startswith(NOTE) and (note := _note(line)) is not None:
                self.note = note or None
                continue
            try:
                part = reader.part(line)
            except LineError as error:
                if not ends:
                    self.truncation = f"in line {number}"
                    break
                refusal = SavedRunError(f"{self.path}, line {number}: no part of a run ({error})")
                if isinstance(error, ExcessError):
                    raise refusal from None
                unread = unread or refusal
                reader.tolerate_gaps()
                self.gaps.begin()
                continue
            self.gaps.see(part.timestamp)
            yield self._with_input(part)
        if unread is not None and not self.gaps.has_parts:
            raise unread
        if not ends and self.truncation is None:
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

    def _lines(self) -> Iterator[tuple[bytes | None, bool]]:
        """The lines after the header, and whether each has its end; ``None`` where some are missing."""
        with opened(self.path) as file:
            lines = lines_of(self.path, file)
            next(lines)
            yield from lines

    def file_note(self, ended: bool) -> str | None:
        """The note on a file that was read: what is noted in it, and what is missing."""
        notes = [self.note] if self.note else []
        if missing := self.gaps.sentence(self.path.name):
            notes.append(missing)
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


def read_header(path: Path) -> dict[str, Any]:
    """The first line of a saved run.

    Raises
    ------
    SavedRunError
        If the file is no saved run, or one of a newer format.
    """
    with opened(path) as file:
        first, ends = next(lines_of(path, file, MAX_HEADER_BYTES), (b"", True))
    try:
        header = loads(first or b"")
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


def _likely_cause(path: Path, first: bytes | None, ends: bool) -> str:
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


def _note(line: bytes) -> str | None:
    """The note, empty where one is taken back; ``None`` if the line holds no such thing."""
    try:
        data = loads(line)
    except LineError:
        return None
    note = data.get("note") if isinstance(data, dict) and len(data) == 1 else 0
    return "" if note is None else note if isinstance(note, str) else None
