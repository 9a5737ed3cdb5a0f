"""A run that is written to a file while it goes on, beside it: a kernel that dies loses a second at most."""

from __future__ import annotations

import os
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from lg_jupyter.events.events import Part
from lg_jupyter.events.token_batch import expand_token_batch
from lg_jupyter.request.paths import validate_path
from lg_jupyter.sources.saved.compression import make_compressor_for_path
from lg_jupyter.sources.saved.writing import RunFileWriter, create_or_replace_file

WRITE_INTERVAL_SECONDS = 0.4
"""Seconds between two writes; what was written is flushed."""

FINISH_TIMEOUT_SECONDS = 10.0
"""Seconds to wait at the end for a disk that is slow."""


class RunFileRecorder:
    """Writes parts to a file, on a thread of its own.

    A file that can no longer be written is one warning; the run goes on. One that somebody else removes or
    cuts meanwhile is written anew from all that the run has had.

    Parameters
    ----------
    path
        Where the file is to be.
    make_header
        What it says of the run.
    iter_all_parts
        Gives all parts so far, and calls what it is given before another comes.

    Raises
    ------
    SavedRunError, UsageError
        If the file cannot be written at all.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        make_header: Callable[[], Mapping[str, Any]],
        iter_all_parts: Callable[[Callable[[], object]], Iterable[Part]] | None = None,
    ) -> None:
        self.path = validate_path(path, "save='run.jsonl'").absolute()  # wherever the process goes meanwhile
        self._make_header = make_header
        self._iter_all_parts = iter_all_parts
        self._compressor = make_compressor_for_path(self.path)
        self._file = create_or_replace_file(self.path)
        self._unwritten_parts: deque[Part] = deque()
        self._finish_event = threading.Event()
        self._final_note: str | None = None
        self._run_writer: RunFileWriter | None = None
        self._written_bytes = 0  # of the file, when it was last ended
        self._writer_thread = self._make_writer_thread()
        self.add_part = self._unwritten_parts.append  # all that a run pays for each part
        self.write_failure_message: str | None = None
        self.tampering_message: str | None = None  # what somebody else did to the file, and what became of it

    def start_writing(self) -> None:
        self._writer_thread.start()

    def resume_recording(self, parts: Iterable[Part]) -> RunFileRecorder:
        """Go on with the same file: the run had ended, and now goes on. ``parts`` are all that it has had."""
        if self.write_failure_message is not None or not self._is_file_unchanged():
            recorder = RunFileRecorder(self.path, self._make_header, self._iter_all_parts)
            recorder._unwritten_parts.extend(parts)
            recorder.start_writing()
            return recorder
        self._compressor = make_compressor_for_path(self.path)
        self._file = self.path.open("ab")
        self._finish_event.clear()
        self._writer_thread = self._make_writer_thread()
        self._writer_thread.start()
        return self

    def _is_file_unchanged(self) -> bool:
        """Whether the file is still what was written."""
        return (
            self._run_writer is not None
            and self.path.is_file()
            and self.path.stat().st_size == self._written_bytes
        )

    def _make_writer_thread(self) -> threading.Thread:
        return threading.Thread(
            target=self._write_until_finished, name=f"lg_jupyter {self.path.name}", daemon=True
        )

    def finish_file(self, note: str | None) -> None:
        """Write the rest."""
        self._final_note = note
        self._finish_event.set()
        self._writer_thread.join(FINISH_TIMEOUT_SECONDS)

    def _write_until_finished(self) -> None:
        try:
            try:
                self._open_run_writer()
                finished = False
                while not finished:
                    finished = self._finish_event.wait(WRITE_INTERVAL_SECONDS)
                    self._handle_tampering()
                    self._write_pending_parts()
                self._get_run_writer().write_final_note(self._final_note)
                self._report_replaced_file()
            finally:
                self._file.close()
            self._written_bytes = self.path.stat().st_size
        except Exception as error:
            self.add_part = lambda part: None
            self._unwritten_parts.clear()
            self.write_failure_message = f"{self.path} is not complete: {type(error).__name__}: {error}"
            warnings.warn(f"the run goes on, but {self.write_failure_message}", RuntimeWarning, stacklevel=2)

    def _handle_tampering(self) -> None:
        """Notice what somebody else did to the file since it was last written to."""
        if self._iter_all_parts is None or (tampering := self._detect_tampering()) is None:
            return
        what, is_lost = tampering
        if not is_lost:
            self.tampering_message = (
                f"{self.path} {what} while it was written, and may not load: run.save(path) keeps this run"
            )
            return
        self._file.close()
        self._compressor, self._file, self._run_writer = (
            make_compressor_for_path(self.path),
            create_or_replace_file(self.path),
            None,
        )
        parts = self._iter_all_parts(self._unwritten_parts.clear)
        self._open_run_writer()
        self._get_run_writer().write_parts(parts)
        self.tampering_message = (
            f"{self.path} {what} by somebody else while it was written; it was written anew, and is whole."
        )

    def _detect_tampering(self) -> tuple[str, bool] | None:
        """What happened to the file, and whether something of it is lost."""
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return "was removed", True
        if not os.path.samestat(os.fstat(self._file.fileno()), there):
            return None  # another run's, see _report_replaced_file
        written = self._file.tell()
        if there.st_size == written:
            return None
        return ("was cut", True) if there.st_size < written else ("was written to by somebody else", False)

    def _report_replaced_file(self) -> None:
        if self.path.is_file() and not os.path.samestat(os.fstat(self._file.fileno()), self.path.stat()):
            self.write_failure_message = (
                f"{self.path} holds another run now; run.save(path) keeps this one elsewhere"
            )

    def _open_run_writer(self) -> None:
        if self._run_writer is None:
            self._run_writer = RunFileWriter(self._file, self._compressor, self._make_header())
            self._run_writer.flush_to_os()
        else:
            self._run_writer.switch_to_reopened_file(self._file, self._compressor)

    def _get_run_writer(self) -> RunFileWriter:
        assert self._run_writer is not None
        return self._run_writer

    def _write_pending_parts(self) -> None:
        pending = (self._unwritten_parts.popleft() for _ in range(len(self._unwritten_parts)))
        writer = self._get_run_writer()
        writer.write_parts(chain.from_iterable(map(expand_token_batch, pending)))
        writer.flush_to_os()
