"""Writes each run of this process to a history's folder while it goes on, and then what is known of it."""

from __future__ import annotations

from pathlib import Path

from lg_jupyter.exports import files
from lg_jupyter.histories.entry import ENDED_STATUSES, collect_search_text, is_same_graph, make_entry
from lg_jupyter.histories.index import HistoryQuery
from lg_jupyter.histories.live_marks import LiveMark
from lg_jupyter.histories.store import HistoryStore
from lg_jupyter.runtime.state import RunState


class HistoryKeeper:
    """Keeps runs in a store. What fails is one warning: the runs go on.

    Parameters
    ----------
    store
        Where.
    """

    def __init__(self, store: HistoryStore) -> None:
        self._store = store
        self._paths: dict[str, Path] = {}  # of the runs of this process that it keeps, by key
        self._marks: dict[str, LiveMark] = {}  # of those that go on

    def keep_started_run(self, run: RunState) -> None:
        if run.source.kind == "saved" or run.is_stored_thread:  # nothing runs
            return
        try:
            place = self._paths.get(run.key) or self._start_recording(run)
            self._marks[run.key] = self._store.folder.create_live_mark(place)
            run.kept_file = self._store.folder.path
        except Exception as error:
            self._store.warn_once(f"the run of {run.name} is not kept", error)
        else:
            self._store.notify_listeners()  # who looks finds it by its file

    def _start_recording(self, run: RunState) -> Path:
        self._store.folder.create()
        place = self._store.folder.prepare_run_path(run.key)
        files.record_to_file(run, place, optional=True)
        self._paths[run.key] = place
        return place

    def keep_ended_run(self, run: RunState) -> None:
        if (place := self._paths.get(run.key)) is None or not run.done:  # who reads it may have left it
            return
        if mark := self._marks.pop(run.key, None):
            mark.remove()
        self._store.run_in_background(self._index_ended_run_and_enforce_bounds, run, place)

    def find_run_file_with_same_input(self, run: RunState) -> Path | None:
        self._store.sync_index()
        own = make_entry(run, "")
        if own.input_key is None:
            return None
        for entry in self._store.index.query_entries(HistoryQuery(status=ENDED_STATUSES)):
            before = own.started is None or (entry.started or 0) < own.started
            if (
                before
                and entry.id != own.id
                and entry.input_key == own.input_key
                and is_same_graph(entry, own)
            ):
                return self._store.get_run_path(entry)
        return None

    def _index_ended_run_and_enforce_bounds(self, run: RunState, place: Path) -> None:
        if run.done and place.exists():  # it was not resumed, nor deleted since
            self._store.put_entry(make_entry(run, place.parent.name), collect_search_text(run))
            self._store.delete_runs_beyond_bounds()
