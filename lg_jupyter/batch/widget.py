"""The live table of a batch: an anywidget, and under it the panels of the run that is opened in it.

It speaks the language of :mod:`lg_jupyter.widgets.protocol`, with a table ``inputs``, a row for each input,
and calls of its own: ``open`` and ``close`` a run, ``cancel`` and ``resume`` the batch.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from lg_jupyter.batch.entry import BatchEntry
from lg_jupyter.batch.run_table_model import RunTableModel
from lg_jupyter.batch.table import make_summary_row
from lg_jupyter.events.events import FINAL_STATUSES, JSON
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.trace_changes import TraceChanges
from lg_jupyter.widgets.endpoint import collect_methods, method
from lg_jupyter.widgets.live_widget import LiveWidget
from lg_jupyter.widgets.protocol import (
    CallError,
    Message,
    SentRows,
    find_changed_fields,
    make_delta_and_mark_sent,
    make_snapshot,
)
from lg_jupyter.widgets.run import RunWidget
from lg_jupyter.widgets.snapshot_parts import split_snapshot

RESUMED_RUN_REFRESH_SECONDS = 0.25
"""Seconds between two messages on a run that goes on in a batch that is over."""

MAX_ROW_TEXT_CHARACTERS = 300
"""Characters of an error or of last words in a row."""

_UNRESUMABLE_STATUSES = FINAL_STATUSES - {"cancelled", "incomplete"}
"""Nothing of the batch's own makes an input with this status go on."""


class BatchWidget(LiveWidget):
    """The table: what is known of each input, its numbers, Stop and Go on.

    Parameters
    ----------
    batch
        The batch, at whatever point it is.
    on_open
        What is called with the entry whose run is to be opened, ``None`` to close it.
    record
        The class of the element with the static table, which is hidden while this one lives.
    host
        The widget that it is drawn inside, if it has no comm of its own.
    alone
        Whether there is one run, whose view is drawn in place of the table.

    Attributes
    ----------
    record
        As it was given.
    view
        The id of the view of the run that is open, which is drawn under the table.
    """

    module = "batch"

    def __init__(
        self,
        batch: RunTableModel,
        on_open: Callable[[BatchEntry | None], None],
        record: str | None = None,
        host: LiveWidget | None = None,
        alone: bool = False,
    ) -> None:
        self._batch = batch
        self._on_open = on_open
        self.record = record
        self._opened: int | None = None
        self.view: str | None = None
        self._alone = alone
        self._lock = threading.RLock()  # clicks may be heard on another thread than the batch's
        self._sequence = 0
        self._read_count = 0  # entries that were looked at once
        self._unfinished: dict[int, BatchEntry] = {}
        self._sent_rows = SentRows({"inputs": "input_index"})
        self._sent_summary = self.summarize()
        blocked = not self._sent_summary["stop"]["available"]
        super().__init__(
            self._sent_summary, collect_methods(self), batch.mask_secrets, blocked=blocked, host=host
        )

    def __repr__(self) -> str:
        return f"lg_jupyter: live {'view' if self._alone else 'table'} of {self._batch.name}"

    def summarize(self) -> Message:
        """The batch in the fields that a run's summary has, and some of its own."""
        known = make_batch_summary(self._batch, self.record)
        return {**known, "alone": self._alone, "opened": self._opened, "view": self.view}

    def send_changes(self) -> None:
        """Send the page what changed."""
        with self._lock:
            self._track_new_entries()
            rows = [make_input_row(entry) for entry in list(self._unfinished.values())]
            self._send_delta(rows)
            for row in rows:
                if row["status"] in _UNRESUMABLE_STATUSES:
                    self._unfinished.pop(row["input_index"], None)

    def open_only_run(self, index: int) -> None:
        """Draw the view of a run in place of the table."""
        self._set_shown_run(index)

    def switch_to_table(self) -> None:
        """There is more than one run."""
        self._alone = False
        self._set_shown_run(None)

    def mark_unfinished(self, entry: BatchEntry) -> None:
        """Follow an input again, though it was over."""
        self._unfinished[entry.index] = entry

    def _track_new_entries(self) -> None:
        """Take up the inputs that came since the last time."""
        entries = self._batch.entries
        while self._read_count < len(entries):
            self._unfinished[self._read_count] = entries[self._read_count]
            self._read_count += 1

    def _send_delta(self, rows: list[Message]) -> None:
        """Send what is other than was sent before."""
        summary = self.summarize()
        changed = find_changed_fields(summary, self._sent_summary)
        message = make_delta_and_mark_sent(
            self._sequence + 1,
            compute_elapsed_seconds(self._batch),
            _make_trace_changes(rows),
            self._sent_rows,
            changed,
        )
        if not changed and "rows" not in message:
            return
        self._sent_summary = summary
        self._sequence += 1
        self.send(message)
        if "status" in changed:
            self._summary = summary  # what a page that comes later knows at first

    # What the page asks for.

    def _send_snapshot(self) -> None:
        with self._lock:
            self.send_changes()
            self._sequence = max(1, self._sequence)
            rows = list(map(make_input_row, self._batch.entries[: self._read_count]))
            elapsed = compute_elapsed_seconds(self._batch)
            for part in split_snapshot(
                make_snapshot(self._sequence, elapsed, _make_trace_changes(rows), self._sent_summary)
            ):
                self.send(part)

    @method("cancel")
    def _cancel_batch(self) -> JSON:
        self._batch.stop()
        return {"message": "Stopping."}

    @method("resume")
    def _resume_batch(self) -> JSON:
        self._batch.resume(thread=False)
        return True

    @method("open")
    def _open_run(self, input_index: int) -> JSON:
        self._set_shown_run(input_index)
        return True

    @method("close")
    def _close_run(self) -> JSON:
        self._set_shown_run(None)
        return True

    def _set_shown_run(self, index: int | None) -> None:
        """Show the panels of an input's run under the table; of none with ``None``."""
        entries = self._batch.entries
        if index is not None and not 0 <= index < len(entries):
            raise CallError("it has not begun yet.")
        self._on_open(None if index is None else entries[index])
        with self._lock:
            self._opened = index
            self._send_delta([])


class BatchTableWithRun:
    """The table of a batch, and under it, drawn inside it, the live view of the run that was opened.

    Attributes
    ----------
    table
        The table.
    """

    def __init__(self, batch: RunTableModel, record: str | None = None, alone: bool = False) -> None:
        self.table = BatchWidget(batch, self._set_shown_run, record, alone=alone)
        self._batch = batch
        self._entry: BatchEntry | None = None
        self._shown: tuple[RunState, RunWidget] | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._last_update = 0.0

    def make_mime_bundle(self) -> dict[str, Any]:
        """What a cell shows."""
        data, _ = self.table._repr_mimebundle_() or ({}, {})
        return {**data, "text/plain": repr(self.table)}

    def send_changes(self) -> None:
        """Send the page what changed; of an input that was begun anew, open the new run."""
        if self._entry is not None and self._shown and self._entry.run_state not in (None, self._shown[0]):
            self._set_shown_run(self._entry)
        self.table.send_changes()

    @property
    def widget(self) -> BatchWidget:
        """The table, which a cell shows."""
        return self.table

    @property
    def opened_run_widget(self) -> RunWidget | None:
        """The view of the run that is open."""
        return None if self._shown is None else self._shown[1]

    def close(self) -> None:
        """Take both away; the batch goes on."""
        self._close_run()
        self.table.close()

    def _set_shown_run(self, entry: BatchEntry | None) -> None:
        run = None if entry is None else entry.run_state
        if entry is not None and run is None:
            raise CallError(entry.rejection_message or "it has not begun yet.")
        if run is None or self._shown is None or self._shown[0] is not run:
            self._close_run()
            self._entry = entry
            if run is not None:
                self._shown = (run, RunWidget(run, host=self.table, stop_hint=self._batch.run_stop_hint))
                self._unsubscribe = run.subscribe(self._on_run_change)
        self.table.view = self._shown[1].model_id if self._shown else None

    def _close_run(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self._shown is not None:
            self._shown[1].close()
        self._unsubscribe = self._shown = None

    def _on_run_change(self, run: RunState) -> None:
        """A run may go on when its batch is over: someone answers what it asks."""
        entry = self._entry
        if entry is None or not self._batch.done:
            return
        if run.done or time.monotonic() - self._last_update >= RESUMED_RUN_REFRESH_SECONDS:
            self._last_update = time.monotonic()
            self.table.mark_unfinished(entry)
            self._batch.notify_listeners()


def make_batch_summary(batch: RunTableModel, record: str | None) -> Message:
    """A batch in the fields that a run's summary has, and some of its own, before a run of it is opened."""
    error = batch.exception
    hint = batch.stop_hint
    return {
        "status": "pending" if batch.started is None else batch.status,
        "target": batch.name,
        "source": batch.table_labels.source_kind,
        "started": batch.started,
        "ended": batch.ended,
        "error": error and {"error": type(error).__name__, "message": batch.mask_secrets(str(error))},
        "stop": {"available": hint is None, "hint": hint},
        "record": record,
        "total": batch.total,
        "more": batch.unlisted_run_count,
        "alone": False,
        "remaining": batch.has_remaining_inputs,
        "opened": None,
        "view": None,
    }


def compute_elapsed_seconds(batch: RunTableModel) -> float | None:
    """The seconds that it took, or has taken."""
    started, ended = batch.started, batch.ended
    return None if started is None else round((time.time() if ended is None else ended) - started, 3)


def _make_trace_changes(rows: list[Message]) -> TraceChanges:
    return TraceChanges(rows={"inputs": rows}, text_deltas=[], event_and_token_counts={}, run_fields=None)


def make_input_row(entry: BatchEntry) -> Message:
    """The row of an input, as the page draws it."""
    details = make_summary_row(entry)
    row: Message = {name: details[name] for name in ("input_index", "status", "started", "ended", "steps")}
    row |= {name: details[name] for name in ("input_tokens", "output_tokens", "cost", "unpriced_calls")}
    row["title"] = entry.input_title
    row["error"], row["last_words"] = _shorten_text(details["error"]), _shorten_text(details["last_words"])
    return row


def _shorten_text(text: str | None) -> str | None:
    return (
        text if text is None or len(text) <= MAX_ROW_TEXT_CHARACTERS else text[:MAX_ROW_TEXT_CHARACTERS] + "…"
    )
