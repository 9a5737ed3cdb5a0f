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
from lg_jupyter.sources.base import EncodePayload, Request, SourceKind
from lg_jupyter.sources.saved.lines import (
    InvalidLineError,
    PartLineDecoder,
    TooLargeLineError,
    parse_json_line,
)
from lg_jupyter.sources.saved.reading import iter_run_file_lines, open_run_file
from lg_jupyter.sources.saved.writing import FORMAT_NAME, FORMAT_VERSION
from lg_jupyter.sources.structure import Structure
from lg_jupyter.text.words import format_count

NOTE_LINE_START = b'{"note":'

MAX_HEADER_BYTES = 16_000_000
"""Bytes after which a first line without an end is no header."""


class FileGaps:
    """What is missing of a run in the middle of its file."""

    def __init__(self) -> None:
        self._gap_durations: list[float] = []
        self._last_part_time: float | None = None
        self._is_in_gap = False

    def begin_gap(self) -> None:
        """Here is one, or it goes on."""
        if not self._is_in_gap:
            self._gap_durations.append(0.0)
        self._is_in_gap = True

    def add_readable_part(self, timestamp: float) -> None:
        """A part is there."""
        if self._is_in_gap and self._last_part_time is not None:
            self._gap_durations[-1] = max(0.0, timestamp - self._last_part_time)
        self._is_in_gap, self._last_part_time = False, timestamp

    @property
    def has_readable_parts(self) -> bool:
        """Whether anything else is there."""
        return self._last_part_time is not None

    def describe_gaps(self, file_name: str) -> str | None:
        """What is missing, in words."""
        if not self._gap_durations:
            return None
        at_end = ", and its end" if self._is_in_gap else ""
        return (
            f"{file_name} is damaged: "
            f"{format_count(len(self._gap_durations), 'part')} of it could not be read, "
            f"{sum(self._gap_durations):.1f} s of the run{at_end}; all else is here."
        )


class SavedSource:
    """Carries a run that was saved: its parts are those of the file, as they were.

    Raises
    ------
    SavedRunError
        If there is no such file, or it holds no run that this version can read.
    """

    kind: SourceKind = "saved"
    limitation_hint: str | None = None
    has_local_structure = True

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = validate_path(path, "lg_jupyter.load('run.jsonl')")
        self.header = read_run_file_header(self.path)
        name = self.header.get("name")
        self.name = name if isinstance(name, str) and name else self.path.stem
        self.id = _get_nonempty_text(self.header.get("id"))
        self.parent_run_id = _get_nonempty_text(self.header.get("parent"))
        self.code_request: JSON = self.header.get("asked")
        self.origin = self.header.get("source")
        watched = self.header.get("watched")
        self.watched_model_output = watched if watched in ("whole", "tokens") else None
        self.output: Any = None
        self.run_id: str | None = None
        self.thread_id: str | None = None
        self.file_note_text: str | None = None
        self.truncation_message: str | None = None
        """Where the file ends too early, as a clause; known when it was read to its end."""
        self.file_gaps = FileGaps()

    def make_request_from_header(self) -> Request:
        """What had been requested, as far as the header has it."""
        modes, subgraphs = self.header.get("modes"), self.header.get("subgraphs")
        return Request(
            modes=tuple(mode for mode in modes if isinstance(mode, str)) if isinstance(modes, list) else (),
            subgraphs=subgraphs if isinstance(subgraphs, bool) else True,
            message_filter=MessageFilter.from_json(self.header.get("shown")),
        )

    def validate_request(self, request: Request) -> None:
        """Any request will do: a saved run is what it is."""

    def collect_secrets(self) -> Mapping[str, str]:
        return {}

    def __iter__(self) -> Iterator[Part]:
        self.file_note_text = self.truncation_message = None
        self.file_gaps = FileGaps()
        key = self.header.get("list_key")
        reader = PartLineDecoder(key if isinstance(key, str) else None)
        number, ends = 1, True
        unread: SavedRunError | None = None
        for number, (line, ends) in enumerate(self._iter_lines_after_header(), start=2):
            if line is None:
                reader.tolerate_missing_lines()
                self.file_gaps.begin_gap()
                continue
            if line.startswith(NOTE_LINE_START) and (note := _parse_note_line(line)) is not None:
                self.file_note_text = note or None
                continue
            try:
                part = reader.decode_line(line)
            except InvalidLineError as error:
                if not ends:
                    self.truncation_message = f"in line {number}"
                    break
                refusal = SavedRunError(f"{self.path}, line {number}: no part of a run ({error})")
                if isinstance(error, TooLargeLineError):
                    raise refusal from None
                unread = unread or refusal
                reader.tolerate_missing_lines()
                self.file_gaps.begin_gap()
                continue
            self.file_gaps.add_readable_part(part.timestamp)
            yield self._add_input_to_start_part(part)
        if unread is not None and not self.file_gaps.has_readable_parts:
            raise unread
        if not ends and self.truncation_message is None:
            self.truncation_message = f"after line {number}"

    def _add_input_to_start_part(self, part: Part) -> Part:
        """A run's first part says its input; in older files only the header does, if that."""
        data = part.data
        if part.mode != "control" or not isinstance(data, dict) or data.get("event") != "start":
            return part
        call = self.code_request.get("call") if isinstance(self.code_request, dict) else None
        if "input" not in data and isinstance(call, dict) and "input" in call:
            part.data = {**data, "input": call["input"]}
        return part

    def _iter_lines_after_header(self) -> Iterator[tuple[bytes | None, bool]]:
        """The lines after the header, and whether each has its end; ``None`` where some are missing."""
        with open_run_file(self.path) as file:
            lines = iter_run_file_lines(self.path, file)
            next(lines)
            yield from lines

    def make_file_note(self, has_run_ended: bool) -> str | None:
        """The note on a file that was read: what is noted in it, and what is missing."""
        notes = [self.file_note_text] if self.file_note_text else []
        if missing := self.file_gaps.describe_gaps(self.path.name):
            notes.append(missing)
        if self.truncation_message is not None:
            notes.append(f"{self.path.name} is cut {self.truncation_message}; all that comes before is here.")
        elif not has_run_ended:
            notes.append(f"{self.path.name} ends before the run did; all that it holds is here.")
        return " ".join(notes) or None

    def read_structure(self) -> Structure:
        """The graph as it was drawn when the run was saved."""
        saved = self.header.get("graph")
        if not isinstance(saved, dict) or not {"nodes", "edges"} <= saved.keys():
            raise UsageError("This run was saved without its graph.")
        return {"nodes": saved["nodes"], "edges": saved["edges"]}

    async def stream_parts(self, request: Request, encode: EncodePayload) -> AsyncIterator[Part]:
        for part in self:
            yield part

    async def cancel_and_describe_running(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        return ""


def read_run_file_header(path: Path) -> dict[str, Any]:
    """The first line of a saved run.

    Raises
    ------
    SavedRunError
        If the file is no saved run, or one of a newer format.
    """
    with open_run_file(path) as file:
        first, ends = next(iter_run_file_lines(path, file, MAX_HEADER_BYTES), (b"", True))
    try:
        header = parse_json_line(first or b"")
    except InvalidLineError:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT_NAME:
        raise SavedRunError(
            f"{path} holds no run{_explain_invalid_header(path, first, ends)}: "
            "runs are saved with run.save(path)"
        )
    version = header.get("version")
    if not isinstance(version, int) or version > FORMAT_VERSION:
        newer = _format_version_in_brackets(header.get("lg_jupyter"))
        raise SavedRunError(
            f"{path} was saved by a newer lg_jupyter{newer} in format {version}, "
            f"and this one reads up to {FORMAT_VERSION}: update it"
        )
    return header


def _explain_invalid_header(path: Path, first_line: bytes | None, has_line_end: bool) -> str:
    if not first_line:
        damaged = path.is_file() and path.stat().st_size > 0
        return ", it is empty, or damaged at its beginning" if damaged else ", it is empty"
    if not has_line_end and FORMAT_NAME.encode() in first_line:
        return ", it was cut in its first line"
    if first_line.strip() == b"{" or b'"cells"' in first_line:
        return ", but perhaps a notebook"
    return ""


def _get_nonempty_text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _format_version_in_brackets(version: object) -> str:
    return f" ({version[:40]})" if isinstance(version, str) else ""


def _parse_note_line(line: bytes) -> str | None:
    """The note, empty where one is taken back; ``None`` if the line holds no such thing."""
    try:
        data = parse_json_line(line)
    except InvalidLineError:
        return None
    note = data.get("note") if isinstance(data, dict) and len(data) == 1 else 0
    return "" if note is None else note if isinstance(note, str) else None
