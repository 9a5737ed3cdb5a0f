"""The live table of a history: an anywidget, and under it what is opened in it, a run or two side by side.

It speaks the language of :mod:`lg_jupyter.widgets.protocol`. Its page fetches the rows that it shows, by
``find``; what is pushed is a number, ``changes``, which says that there are others now.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from lg_jupyter.comparison.comparison import compare
from lg_jupyter.comparison.widget import ComparisonWidget
from lg_jupyter.events.events import JSON
from lg_jupyter.histories.entry import HistoryEntry
from lg_jupyter.histories.index import HistoryQuery
from lg_jupyter.histories.store import HistoryStore
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.runtime.state import RunState
from lg_jupyter.secrets.redact import Redactor
from lg_jupyter.tables.trace_changes import TraceChanges
from lg_jupyter.text.words import abbreviate_home_directory
from lg_jupyter.widgets.endpoint import collect_methods, method
from lg_jupyter.widgets.live_widget import LiveWidget
from lg_jupyter.widgets.protocol import CallError, Message, make_snapshot
from lg_jupyter.widgets.run import RunWidget

MAX_SENT_ROWS = 300
"""Rows that a page gets; the search finds the others."""

SENT_FIELDS = (
    "id",
    "name",
    "status",
    "title",
    "started",
    "latency",
    "input_tokens",
    "output_tokens",
    "cost",
    "unpriced_calls",
    "error",
    "last_words",
    "pinned",
)
"""The fields of a row that a page gets."""

MAX_CELL_CHARACTERS = 300


class HistoryWidget(LiveWidget):
    """The table: search, and what is done with the runs that are chosen.

    Parameters
    ----------
    store, query, fits
        The runs that it shows: those that fit both.
    on_open
        Called with the entries that are to be opened: one, two to compare, none to close.
    record
        The class of the element with the static table, which is hidden while this one lives.

    Attributes
    ----------
    view
        The id of the view of what is open, which is drawn under the table.
    """

    module = "history"

    def __init__(
        self,
        store: HistoryStore,
        query: HistoryQuery,
        fits: Callable[[HistoryEntry], bool] | None,
        on_open: Callable[[list[HistoryEntry]], None],
        record: str | None = None,
    ) -> None:
        self._store, self._query, self._fits = store, query, fits
        self._on_open = on_open
        self._lock = threading.RLock()
        self._changes = 0
        self._opened: list[str] = []
        self.view: str | None = None
        self._record = record
        super().__init__(self.make_synced_summary(), collect_methods(self), Redactor.from_environment().mask)
        store.listeners.append(self.notify_page)

    def __repr__(self) -> str:
        return f"lg_jupyter: the runs kept in {self._store.folder.path}"

    def make_synced_summary(self) -> Message:
        """What is synced."""
        return {
            "status": "success",
            "target": abbreviate_home_directory(self._store.folder.path),
            "source": "history",
            "stop": {"available": False, "hint": None},
            "record": self._record,
            "changes": self._changes,
            "opened": list(self._opened),
            "view": self.view,
        }

    def notify_page(self) -> None:
        """Tell pages that there are other rows."""
        with self._lock, suppress(Exception):  # who keeps a run is not to hear of a page
            self._changes += 1
            self._summary = self.make_synced_summary()

    def close(self) -> None:
        """Take the table away."""
        with suppress(ValueError, AttributeError):
            self._store.listeners.remove(self.notify_page)
        super().close()

    def _send_snapshot(self) -> None:
        self.send(
            make_snapshot(
                1, None, TraceChanges(rows={}, text_deltas=[], event_and_token_counts={}, run_fields=None), {}
            )
        )

    # What the page asks for.

    @method("find", threaded=True)
    def find_page_of_rows(self, text: str | None = None, status: str | None = None) -> JSON:
        """The rows that fit, how many there are beside those, and how many have which status."""
        own = self._query
        words = " ".join(filter(None, (own.text, text)))
        query = replace(own, text=words or None)
        entries = [each for each in self._store.query_entries(query) if not self._fits or self._fits(each)]
        counts: dict[str, int] = {}
        for entry in entries:
            counts[entry.status] = counts.get(entry.status, 0) + 1
        fitting = [each for each in entries if status is None or each.status == status]
        return {
            "rows": list(map(_make_sent_row, fitting[:MAX_SENT_ROWS])),
            "total": len(fitting),
            "counts": counts,
        }

    @method("show")
    def show_runs(self, ids: list[str]) -> JSON:
        """Show the panels of a run under the table, two side by side, or nothing."""
        if len(ids) > 2:
            raise CallError("Two runs can be compared at a time.")
        self._on_open(self._store.find_entries_by_id(ids))
        with self._lock:
            self._opened = list(ids)
            self._summary = self.make_synced_summary()
        return True

    @method("pin", threaded=True)
    def set_pinned(self, ids: list[str], pinned: bool) -> JSON:
        """Keep runs whatever the bounds, or no longer."""
        for entry in self._store.find_entries_by_id(ids):
            self._store.set_pinned(entry, pinned)
        return True

    @method("delete", threaded=True)
    def delete_runs(self, ids: list[str]) -> JSON:
        """Delete runs everywhere."""
        if not set(ids).isdisjoint(self._opened):
            self.show_runs([])
        self._store.delete_runs(self._store.find_entries_by_id(ids))
        return True


class HistoryTableWithRuns:
    """The table, and under it, drawn inside it, the live view of what was opened.

    Attributes
    ----------
    table
        The table.
    runs
        What is opened in it.
    """

    def __init__(
        self,
        store: HistoryStore,
        query: HistoryQuery,
        fits: Callable[[HistoryEntry], bool] | None = None,
        record: str | None = None,
    ) -> None:
        self._store = store
        self.table = HistoryWidget(store, query, fits, self._open_runs, record)
        self._shown: RunWidget | ComparisonWidget | None = None
        self.runs: list[RunState] = []

    def make_mime_bundle(self) -> dict[str, Any]:
        """What a cell shows."""
        data, _ = self.table._repr_mimebundle_() or ({}, {})
        return {**data, "text/plain": repr(self.table)}

    def close(self) -> None:
        """Take both away."""
        self._open_runs([])
        self.table.close()

    def _open_runs(self, entries: list[HistoryEntry]) -> None:
        runs = [Run.load(self._store.get_run_path(entry)) for entry in _sort_oldest_first(entries)]
        shown: RunWidget | ComparisonWidget | None = None
        if len(runs) == 2:
            shown = ComparisonWidget(compare(*runs), host=self.table)
        elif runs:
            shown = RunWidget(runs[0], host=self.table)
        if self._shown is not None:
            self._shown.close()
        self._shown, self.runs = shown, [get_run_state(run) for run in runs]
        self.table.view = None if shown is None else shown.model_id


def _sort_oldest_first(entries: list[HistoryEntry]) -> list[HistoryEntry]:
    return sorted(entries, key=lambda entry: entry.started or 0)


def _make_sent_row(entry: HistoryEntry) -> Message:
    row = {name: getattr(entry, name) for name in SENT_FIELDS}
    return {name: _shorten_text(value) if isinstance(value, str) else value for name, value in row.items()}


def _shorten_text(text: str) -> str:
    return text if len(text) <= MAX_CELL_CHARACTERS else text[:MAX_CELL_CHARACTERS] + "…"
