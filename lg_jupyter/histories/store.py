"""What is kept in a folder: its files and their index, held together."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.exports import files
from lg_jupyter.histories.bounds import HistoryBounds, select_runs_to_remove
from lg_jupyter.histories.entry import RUNNING_STATUS, HistoryEntry, collect_search_text, make_entry
from lg_jupyter.histories.folder import HistoryFolder, RunFile
from lg_jupyter.histories.index import HistoryIndex, HistoryQuery

EXPIRY_CHECK_INTERVAL_SECONDS = 600.0
"""Seconds between two looks at which runs are too old."""

MIN_ANNOUNCED_FILES = 200
"""Files from which on a line says why it takes a while."""

STARTING_RUN_NAME = "starting"
"""The name of a run of whose file nothing was written yet."""

UNREADABLE_RUN_NAME = "unreadable"
"""The name of a run whose file cannot be read."""


class HistoryStore:
    """The runs in a folder, by what is known of each.

    What a run has to wait for is little: the index is written on a thread of its own.

    Parameters
    ----------
    folder
        Where.
    bounds
        How much is kept.

    Attributes
    ----------
    listeners
        Called when a run came or changed, on whatever thread.
    """

    def __init__(self, folder: HistoryFolder, bounds: HistoryBounds) -> None:
        self.folder = folder
        self.index = HistoryIndex(folder.index_path)
        self.bounds = bounds
        self.listeners: list[Callable[[], None]] = []
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="lg_jupyter history")
        self._pending: set[Future[None]] = set()
        self._next_expiry_time = 0.0
        self._has_warned = False

    # Reading.

    def query_entries(self, query: HistoryQuery) -> list[HistoryEntry]:
        """The entries that fit, the newest first, after a look at the folder."""
        self.sync_index()
        return self.index.query_entries(query) if self.folder.path.is_dir() else []

    def find_entry_by_id(self, run_id: str) -> HistoryEntry:
        """What is known of one run."""
        return self.find_entries_by_id([run_id])[0]

    def find_entries_by_id(self, run_ids: Iterable[str]) -> list[HistoryEntry]:
        """What is known of runs, by their ids or the beginnings of those.

        Raises
        ------
        UsageError
            If one is not that of one run.
        """
        every = self.query_entries(HistoryQuery())
        return [self._select_entry_by_id(each, every) for each in run_ids]

    def _select_entry_by_id(self, run_id: object, every: list[HistoryEntry]) -> HistoryEntry:
        if not isinstance(run_id, str) or not run_id:
            raise UsageError(f"a run is named by its id, as history.runs()[0].id tells it, not {run_id!r}")
        found = [each for each in every if run_id in (each.id[: len(run_id)], each.run_id)]
        if len(found) != 1:
            which = "There are several runs" if found else "There is no run"
            raise UsageError(f"{which} with the id {run_id!r} in {self.folder.path}")
        return found[0]

    def get_run_path(self, entry: HistoryEntry) -> Path:
        """The file of a run."""
        return self.folder.get_run_path(entry.day, entry.id)

    def sync_index(self) -> None:
        """Have the index hold what the folder holds."""
        self.wait_for_background()
        if self.folder.path.is_dir():
            self.index.sync_with_files(
                self.folder.iter_run_files(), self._read_run_file, self._announce_indexing
            )

    def _announce_indexing(self, count: int) -> None:
        if count >= MIN_ANNOUNCED_FILES:
            print(f"{count:,} runs in {self.folder.path} are read into its index …", file=sys.stderr)

    def _read_run_file(self, file: RunFile) -> tuple[HistoryEntry, str | None]:
        """What there is to know of a run by its file; of one that goes on, as far as it has come."""
        text: str | None
        try:
            run = files.load_run(self.folder.get_run_path(file.day, file.id))
            entry, text = make_entry(run, file.day), collect_search_text(run)
            entry.id = file.id
        except Exception as error:  # it can be seen, and deleted
            name = STARTING_RUN_NAME if file.is_live else UNREADABLE_RUN_NAME
            entry, text = HistoryEntry(file.id, file.day, name, "incomplete", error=str(error)), ""
            entry.started = file.modified_ns / 1e9
        if file.is_live:
            entry.status, entry.error, text = RUNNING_STATUS, None, None
        return entry, text

    # Writing.

    def put_entry(self, entry: HistoryEntry, text: str | None = None) -> None:
        """What is known of a run now; ``None`` leaves its texts as they are."""
        stat = self.get_run_path(entry).stat()
        entry.size = stat.st_size
        entry.pinned = self.folder.is_pinned(entry.day, entry.id)
        self.index.upsert(entry, stat.st_mtime_ns, text)
        self.notify_listeners()

    def set_pinned(self, entry: HistoryEntry, pinned: bool) -> None:
        """Keep a run whatever the bounds, or no longer."""
        self.folder.set_pinned(entry.day, entry.id, pinned)
        self.index.set_pinned(entry.id, pinned)
        self.notify_listeners()

    def delete_runs(self, entries: list[HistoryEntry]) -> None:
        """Delete runs everywhere.

        Raises
        ------
        UsageError
            If one of them goes on; nothing is deleted then.
        """
        for entry in entries:
            if entry.status == RUNNING_STATUS:
                raise UsageError(f"{entry.name} ({entry.id[:8]}) goes on: it can be deleted when it is over")
        for entry in entries:
            self.folder.delete_run(entry.day, entry.id)
        self.index.delete_runs(entry.id for entry in entries)
        self.notify_listeners()

    def delete_runs_beyond_bounds(self) -> None:
        """Delete the oldest runs beyond the bounds; those that are pinned or go on stay."""
        ages = self.bounds.max_days is not None and time.monotonic() >= self._next_expiry_time
        if not ages and self.index.sum_unpinned_bytes() + self.index.file_size_bytes <= self.bounds.max_bytes:
            return
        self._next_expiry_time = time.monotonic() + EXPIRY_CHECK_INTERVAL_SECONDS
        if gone := select_runs_to_remove(
            self.index.query_entries(HistoryQuery()), self.bounds, self.index.file_size_bytes
        ):
            self.delete_runs(gone)

    # The thread of its own.

    def run_in_background(self, function: Callable[..., None], *args: Any) -> None:
        """Call a function soon; what it raises is one warning."""

        def guarded() -> None:
            try:
                function(*args)
            except Exception as error:
                self.warn_once("a run is not in the index of its history, which looks for it anew", error)

        with suppress(RuntimeError):  # Python exits: the next who looks reads the file
            future = self._worker.submit(guarded)
            self._pending.add(future)
            future.add_done_callback(self._pending.discard)

    def wait_for_background(self) -> None:
        """Wait until what was to be called soon has been."""
        wait(list(self._pending))

    def warn_once(self, what: str, error: Exception) -> None:
        """Say once that something failed."""
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(f"{what}: {type(error).__name__}: {error}", RuntimeWarning, stacklevel=2)

    def notify_listeners(self) -> None:
        """Have who shows the runs look at them again."""
        for listener in list(self.listeners):
            listener()
