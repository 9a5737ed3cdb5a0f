"""Everything that comes of a run: masked and encoded, kept as it came, written down, made into tables."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from os import PathLike
from typing import Any

from lg_jupyter.adapter import faults
from lg_jupyter.adapter.part_encoder import PartEncoder
from lg_jupyter.encode import Encoder
from lg_jupyter.events.events import Part
from lg_jupyter.secrets.redact import Redactor
from lg_jupyter.sources.saved.recorder import Recorder
from lg_jupyter.tables.part_log import PartLog
from lg_jupyter.tables.trace import EVENTS_CAP, Trace


class Intake:
    """Takes the parts of one run.

    Attributes
    ----------
    trace
        All events and tables.
    parts
        What came, as it came.
    lock
        Held while either grows.
    encode
        Makes JSON of a payload, as it arrives, with the secrets masked.
    """

    def __init__(self, redactor: Redactor) -> None:
        self.trace = Trace()
        self.parts = PartLog(EVENTS_CAP)
        self.lock = self.trace.lock
        self._redactor = redactor
        self.encode = PartEncoder(Encoder(redactor))
        self._recorder: Recorder | None = None
        self._tables_failed = False

    def record(self, path: str | PathLike[str], header: Callable[[], dict[str, Any]]) -> None:
        """Write each part that comes from now on to a file too.

        Raises
        ------
        SavedRunError
            If the file cannot be written.
        """
        self._recorder = Recorder(path, header, self._everything)
        self._recorder.start()

    def take(self, part: Part) -> None:
        with self.lock:
            self.parts.append(part)
            if self._recorder is not None:
                self._recorder.add(part)
            try:
                self.trace.feed(part)
            except Exception as error:  # a fault of ours must not end the run, nor lose the part
                self._warn_of_tables(error)

    def faults(self) -> list[str]:
        """What is to be said of parts that were not understood."""
        return faults.fault_notes(self.encode.faults, self.trace.faults)

    def _everything(self, then: Callable[[], object]) -> list[Part]:
        """All parts so far; ``then`` is called before another comes."""
        with self.lock:
            then()
            return list(self.parts)

    def flush(self, timestamp: float) -> None:
        """Take what was held back, for it might have been the beginning of a secret."""
        for held in self.encode.flush():
            self.take(Part(*held, timestamp))

    def finish(self, note: str | None) -> str | None:
        """End the file, with the note to write there; what went wrong with it, if so."""
        if self._recorder is None:
            return None
        self._recorder.finish(note)
        return self._recorder.failure or self._recorder.tampering

    def go_on(self) -> None:
        """Write on, for the run goes on."""
        if self._recorder is not None:
            self._recorder = self._recorder.reopened(self.parts)

    def _warn_of_tables(self, error: Exception) -> None:
        if not self._tables_failed:
            self._tables_failed = True
            warnings.warn(
                "the tables of this run are not complete, its events are: "
                f"{type(error).__name__}: {self._redactor.text(str(error))}",
                RuntimeWarning,
                stacklevel=2,
            )
