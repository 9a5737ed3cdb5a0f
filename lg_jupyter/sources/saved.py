"""A run in a file: JSON, a line each: first a header, then the parts in the order in which they came.

::

    {"format": "lg_jupyter run", "version": 1, "name": "agent", "source": "local", "modes": ["values"]}
    {"mode": "control", "namespace": "", "timestamp": 1795341189.1, "data": {"event": "start", …}}
    {"mode": "values", "namespace": "", "timestamp": 1795341189.2, "data": {…}}

Reading one runs nothing: it is data.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lg_jupyter.errors import SavedRunError, UsageError
from lg_jupyter.events import Part
from lg_jupyter.sources.base import EncodePart, Request, SourceKind
from lg_jupyter.sources.structure import Structure

FORMAT = "lg_jupyter run"
VERSION = 1


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
        self.path = Path(path)
        self.header = read_header(self.path)
        self.name = str(self.header.get("name") or self.path.stem)
        self.output: Any = None
        self.run_id: str | None = None
        self.thread_id: str | None = None

    def request(self) -> Request:
        return Request(modes=tuple(self.header.get("modes") or ()))

    def check(self, request: Request) -> None:
        """Any request will do: a saved run is what it is."""

    def secrets(self) -> Mapping[str, str]:
        return {}

    def __iter__(self) -> Iterator[Part]:
        return read_parts(self.path)

    def structure(self) -> Structure:
        """The graph as it was drawn when the run was saved."""
        saved = self.header.get("graph")
        if not isinstance(saved, dict):
            raise UsageError("This run was saved without its graph.")
        return {"nodes": saved["nodes"], "edges": saved["edges"]}

    async def parts(self, request: Request, encode: EncodePart) -> AsyncIterator[Part]:
        for part in self:
            yield part

    async def cancel(self, running: Sequence[tuple[str, str]] | None = None) -> str:
        return ""


def write(path: str | os.PathLike[str], header: Mapping[str, Any], parts: Iterable[Part]) -> None:
    """Write a run. The file is there whole, or as it was before."""
    from lg_jupyter.encode import dumps

    target = Path(path)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(dumps({"format": FORMAT, "version": VERSION, **header}) + b"\n")
            file.writelines(dumps(_line(part)) + b"\n" for part in parts)
        _take_the_usual_rights(temporary)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def read_header(path: Path) -> dict[str, Any]:
    with _opened(path) as file:
        first = file.readline()
    try:
        header = json.loads(first)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise SavedRunError(f"{path} holds no run: runs are saved with run.save(path)")
    if not isinstance(header.get("version"), int) or header["version"] > VERSION:
        raise SavedRunError(
            f"{path} was saved by a newer lg_jupyter (format {header.get('version')}); update yours"
        )
    return header


def read_parts(path: Path) -> Iterator[Part]:
    """The parts of a saved run. A last line that was cut short is left out: the run is incomplete then."""
    with _opened(path) as file:
        next(file)
        for number, line in enumerate(file, start=2):
            try:
                yield _part(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                if not line.endswith("\n"):
                    return
                raise SavedRunError(f"{path}, line {number}: no part of a run ({error})") from None


def _opened(path: Path) -> Any:
    try:
        return path.open(encoding="utf-8")
    except OSError as error:
        raise SavedRunError(f"{path} cannot be read: {error.strerror}") from None


def _line(part: Part) -> dict[str, Any]:
    line = {"mode": part.mode, "namespace": part.namespace, "timestamp": part.timestamp, "data": part.data}
    return line if part.source_id is None else {**line, "source_id": part.source_id}


def _part(line: dict[str, Any]) -> Part:
    return Part(line["mode"], line["namespace"], line["data"], line["timestamp"], line.get("source_id"))


def _take_the_usual_rights(path: str) -> None:
    """A temporary file is its owner's alone; a saved run is a file like any other."""
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(path, 0o666 & ~mask)
