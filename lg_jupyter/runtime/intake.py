"""What comes of a run: masked and encoded, kept as it came, written to a file, reduced to tables."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from os import PathLike
from typing import Any

from lg_jupyter.adapter import faults
from lg_jupyter.adapter.part_encoder import PartEncoder
from lg_jupyter.encode import Encoder
from lg_jupyter.errors import SavedRunError
from lg_jupyter.events.events import Part
from lg_jupyter.secrets.redact import Redactor
from lg_jupyter.sources.saved.recorder import RunFileRecorder
from lg_jupyter.tables.part_log import PartLog
from lg_jupyter.tables.trace import Trace
from lg_jupyter.tables.trace_size import TraceSizeLimiter


class PartIntake:
    """Ingests the parts of one run.

    Attributes
    ----------
    trace
        All events and tables.
    part_log
        What came, as it came.
    lock
        Held while either grows.
    size_limiter
        What bounds them.
    encode
        Makes JSON of a payload, as it arrives, with the secrets masked.
    """

    def __init__(self, redactor: Redactor, max_bytes: int | None = None) -> None:
        self.trace = Trace()
        self.size_limiter = TraceSizeLimiter(self.trace, max_bytes)
        self.part_log = PartLog(self.trace)
        self.lock = self.trace.lock
        self._redactor = redactor
        self.encode = PartEncoder(Encoder(redactor))
        self._recorders: list[RunFileRecorder] = []
        # of them those whose failure is no failure of the run
        self._optional_recorders: list[RunFileRecorder] = []
        self._have_tables_failed = False

    def record_to_file(
        self, path: str | PathLike[str], header: Callable[[], dict[str, Any]], optional: bool = False
    ) -> None:
        """Write all that came, and each part that comes from now on, to a file too.

        The run may go on later though an ``optional`` file can no longer be written then.

        Raises
        ------
        SavedRunError
            If the file cannot be written.
        """
        recorder = RunFileRecorder(path, header, self._snapshot_parts_and_call)
        with self.lock:
            for part in list(self.part_log):
                recorder.add_part(part)
            self._recorders.append(recorder)
            self._optional_recorders += [recorder] if optional else []
        recorder.start_writing()

    def ingest_part(self, part: Part) -> None:
        with self.lock:
            for recorder in self._recorders:
                recorder.add_part(part)
            try:
                self.trace.feed(part)
                self.size_limiter.add_part_and_drop_excess(part)
            except Exception as error:  # a fault of ours must not end the run, nor lose the part
                self._warn_of_incomplete_tables(error)

    def make_fault_notes(self) -> list[str]:
        """Notes on parts that were not understood."""
        return faults.make_fault_notes(self.encode.faults, self.trace.faults)

    def _snapshot_parts_and_call(self, then: Callable[[], object]) -> list[Part]:
        """All parts so far; ``then`` is called before another comes."""
        with self.lock:
            then()
            return list(self.part_log)

    def flush_text_held_for_masking(self, timestamp: float) -> None:
        """Ingest what was held back, for it might have been the beginning of a secret."""
        for held in self.encode.flush_held_parts():
            self.ingest_part(Part(*held, timestamp))

    def close_files_and_get_failure(self, note: str | None) -> str | None:
        """End the files, with the note to write there; what went wrong with them, if so."""
        for recorder in self._recorders:
            recorder.finish_file(note)
        wrong = (recorder.write_failure_message or recorder.tampering_message for recorder in self._recorders)
        return " ".join(filter(None, wrong)) or None

    def reopen_files(self) -> None:
        """Append to the files again, for the run is resumed."""
        reopened = {recorder: self._reopen_recorder(recorder) for recorder in self._recorders}
        self._recorders = [each for each in reopened.values() if each is not None]
        self._optional_recorders = [
            each for old in self._optional_recorders if (each := reopened[old]) is not None
        ]

    def _reopen_recorder(self, recorder: RunFileRecorder) -> RunFileRecorder | None:
        try:
            return recorder.resume_recording(self.part_log)
        except SavedRunError as error:
            if recorder not in self._optional_recorders:
                raise
            warnings.warn(f"the run goes on, but {error}", RuntimeWarning, stacklevel=2)
            return None

    def _warn_of_incomplete_tables(self, error: Exception) -> None:
        if not self._have_tables_failed:
            self._have_tables_failed = True
            warnings.warn(
                "the tables of this run are not complete, its events are: "
                f"{type(error).__name__}: {self._redactor.mask(str(error))}",
                RuntimeWarning,
                stacklevel=2,
            )
