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
from lg_jupyter.events.token_batch import expand_batch
from lg_jupyter.request.paths import validate_path
from lg_jupyter.sources.saved.compression import compressor_of
from lg_jupyter.sources.saved.writing import Writer, open_to_append

WRITE_INTERVAL = 0.4
"""Seconds between two writes; what was written is flushed."""

FINISH_TIMEOUT = 10.0
"""Seconds to wait at the end for a disk that is slow."""


class Recorder:
    """Writes parts to a file, on a thread of its own.

    A file that can no longer be written is one warning; the run goes on. One that somebody else removes or
    cuts meanwhile is written anew from all that the run has had.

    Parameters
    ----------
    path
        Where the file is to be.
    header
        What it says of the run.
    everything
        Gives all parts so far, and calls what it is given before another comes.

    Raises
    ------
    SavedRunError, UsageError
        If the file cannot be written at all.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        header: Callable[[], Mapping[str, Any]],
        everything: Callable[[Callable[[], object]], Iterable[Part]] | None = None,
    ) -> None:
        self.path = validate_path(path, "save='run.jsonl'").absolute()  # wherever the process goes meanwhile
        self._header = header
        self._everything = everything
        self._compressor = compressor_of(self.path)
        self._file = open_to_append(self.path)
        self._parts: deque[Part] = deque()
        self._finished = threading.Event()
        self._note: str | None = None
        self._writer: Writer | None = None
        self._size = 0  # of the file, when it was last ended
        self._thread = self._new_thread()
        self.add = self._parts.append  # all that a run pays for each part
        self.failure: str | None = None
        self.tampering: str | None = None  # what somebody else did to the file, and what became of it

    def start(self) -> None:
        self._thread.start()

    def reopened(self, parts: Iterable[Part]) -> Recorder:
        """Go on with the same file: the run had ended, and now goes on. ``parts`` are all that it has had."""
        if self.failure is not None or not self._is_unchanged():
            recorder = Recorder(self.path, self._header, self._everything)
            recorder._parts.extend(parts)
            recorder.start()
            return recorder
        self._compressor = compressor_of(self.path)
        self._file = self.path.open("ab")
        self._finished.clear()
        self._thread = self._new_thread()
        self._thread.start()
        return self

    def _is_unchanged(self) -> bool:
        """Whether the file is still what was written."""
        return self._writer is not None and self.path.is_file() and self.path.stat().st_size == self._size

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self._write_all, name=f"lg_jupyter {self.path.name}", daemon=True)

    def finish(self, note: str | None) -> None:
        """Write the rest."""
        self._note = note
        self._finished.set()
        self._thread.join(FINISH_TIMEOUT)

    def _write_all(self) -> None:
        try:
            try:
                self._begin()
                finished = False
                while not finished:
                    finished = self._finished.wait(WRITE_INTERVAL)
                    self._check_tampering()
                    self._write()
                self._current_writer().finish(self._note)
                self._check_place()
            finally:
                self._file.close()
            self._size = self.path.stat().st_size
        except Exception as error:
            self.add = lambda part: None
            self._parts.clear()
            self.failure = f"{self.path} is not complete: {type(error).__name__}: {error}"
            warnings.warn(f"the run goes on, but {self.failure}", RuntimeWarning, stacklevel=2)

    def _check_tampering(self) -> None:
        """Notice what somebody else did to the file since it was last written to."""
        if self._everything is None or (tampering := self._find_tampering()) is None:
            return
        what, is_lost = tampering
        if not is_lost:
            self.tampering = (
                f"{self.path} {what} while it was written, and may not load: run.save(path) keeps this run"
            )
            return
        self._file.close()
        self._compressor, self._file, self._writer = compressor_of(self.path), open_to_append(self.path), None
        parts = self._everything(self._parts.clear)
        self._begin()
        self._current_writer().write(parts)
        self.tampering = (
            f"{self.path} {what} by somebody else while it was written; it was written anew, and is whole."
        )

    def _find_tampering(self) -> tuple[str, bool] | None:
        """What happened to the file, and whether something of it is lost."""
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return "was removed", True
        if not os.path.samestat(os.fstat(self._file.fileno()), there):
            return None  # another run's, see _check_place
        written = self._file.tell()
        if there.st_size == written:
            return None
        return ("was cut", True) if there.st_size < written else ("was written to by somebody else", False)

    def _check_place(self) -> None:
        if self.path.is_file() and not os.path.samestat(os.fstat(self._file.fileno()), self.path.stat()):
            self.failure = f"{self.path} holds another run now; run.save(path) keeps this one elsewhere"

    def _begin(self) -> None:
        if self._writer is None:
            self._writer = Writer(self._file, self._compressor, self._header())
            self._writer.flush()
        else:
            self._writer.reopen(self._file, self._compressor)

    def _current_writer(self) -> Writer:
        assert self._writer is not None
        return self._writer

    def _write(self) -> None:
        pending = (self._parts.popleft() for _ in range(len(self._parts)))
        writer = self._current_writer()
        writer.write(chain.from_iterable(map(expand_batch, pending)))
        writer.flush()
