"""The live table of a batch: an anywidget, and under it the panels of the run that is opened in it.

It speaks the language of :mod:`lg_jupyter.widgets.protocol`, with a table ``inputs``, a row for each input,
and calls of its own: ``open`` and ``close`` a run, ``cancel`` and ``resume`` the batch.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import ipywidgets  # type: ignore[import-untyped]

from lg_jupyter.batch.entry import Entry
from lg_jupyter.batch.state import BatchState
from lg_jupyter.batch.table import summary_row
from lg_jupyter.events.events import FINAL_STATUSES, JSON
from lg_jupyter.kernel import notebook
from lg_jupyter.run import Run
from lg_jupyter.tables.trace import Changes
from lg_jupyter.widgets.endpoint import method, methods_of
from lg_jupyter.widgets.live import LiveWidget, Sealed
from lg_jupyter.widgets.protocol import CallError, Message, Pushed, delta, news, snapshot
from lg_jupyter.widgets.run import RunWidget

OLD_KERNEL = "This kernel (ipykernel 6) hears clicks only while no cell runs: leave out `await batch`."
BLOCKED = "This cell blocks the kernel, which hears clicks only after it: use `await batch`, or ■."

FOLLOW_INTERVAL = 0.25
"""Seconds between two messages on a run that goes on in a batch that is over."""

MAX_CELL_CHARACTERS = 300
"""Characters of an error or of last words in a row."""

_SETTLED = FINAL_STATUSES - {"cancelled", "incomplete"}
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
    """

    module = "batch"

    def __init__(
        self, batch: BatchState, on_open: Callable[[Entry | None], None], record: str | None = None
    ) -> None:
        self._batch = batch
        self._on_open = on_open
        self._record = record
        self._opened: int | None = None
        self._lock = threading.RLock()  # clicks may be heard on another thread than the batch's
        self._sequence = 0
        self._seen = 0  # entries that were looked at once
        self._unsettled: dict[int, Entry] = {}
        self._pushed = Pushed({"inputs": "input_index"})
        self._sent_summary = self.summarize()
        blocked = not self._sent_summary["stop"]["available"]
        super().__init__(self._sent_summary, methods_of(self), batch.masked, blocked=blocked)

    def __repr__(self) -> str:
        return f"lg_jupyter: live table of {self._batch.name}"

    def summarize(self) -> Message:
        """The batch in the fields that a run's summary has, and some of its own."""
        batch = self._batch
        error = batch.exception
        hint = self._why_no_clicks()
        return {
            "status": "pending" if batch.started is None else batch.status,
            "target": batch.name,
            "source": "batch",
            "started": batch.started,
            "ended": batch.ended,
            "error": error and {"error": type(error).__name__, "message": batch.masked(str(error))},
            "stop": {"available": hint is None, "hint": hint},
            "record": self._record,
            "total": batch.total,
            "remaining": batch.remaining,
            "opened": self._opened,
        }

    def _why_no_clicks(self) -> str | None:
        """Why clicks are not heard now, and what to do; ``None`` if they are."""
        if self._batch.done or self._batch.cell is None:
            return None
        if not notebook.hears_in_a_cell():
            return OLD_KERNEL
        return BLOCKED if self._batch.cell == "blocks" else None

    def update(self) -> None:
        """Send the page what changed."""
        with self._lock:
            self._read_new_entries()
            rows = [_row(entry) for entry in list(self._unsettled.values())]
            self._send_changes(rows)
            for row in rows:
                if row["status"] in _SETTLED:
                    self._unsettled.pop(row["input_index"], None)

    def watch(self, entry: Entry) -> None:
        """Follow an input again, though it was over."""
        self._unsettled[entry.index] = entry

    def _read_new_entries(self) -> None:
        """Take up the inputs that came since the last time."""
        entries = self._batch.entries
        while self._seen < len(entries):
            self._unsettled[self._seen] = entries[self._seen]
            self._seen += 1

    def _send_changes(self, rows: list[Message]) -> None:
        """Send what is other than was sent before."""
        summary = self.summarize()
        changed = news(summary, self._sent_summary)
        message = delta(self._sequence + 1, self._elapsed(), _changes(rows), self._pushed, changed)
        if not changed and "rows" not in message:
            return
        self._sent_summary = summary
        self._sequence += 1
        self.send(message)
        if "status" in changed:
            self._summary = summary  # what a page that comes later knows at first

    def _elapsed(self) -> float | None:
        started, ended = self._batch.started, self._batch.ended
        return None if started is None else round((time.time() if ended is None else ended) - started, 3)

    # What the page asks for.

    def _tell_all(self) -> None:
        with self._lock:
            self.update()
            self._sequence = max(1, self._sequence)
            rows = list(map(_row, self._batch.entries[: self._seen]))
            self.send(snapshot(self._sequence, self._elapsed(), _changes(rows), self._sent_summary))

    @method("cancel")
    def _stop(self) -> JSON:
        self._batch.stop()
        return {"message": "Stopping."}

    @method("resume")
    def _resume(self) -> JSON:
        self._batch.resume(thread=False)
        return True

    @method("open")
    def _open_one(self, input_index: int) -> JSON:
        self._open(input_index)
        return True

    @method("close")
    def _close_it(self) -> JSON:
        self._open(None)
        return True

    def _open(self, index: int | None) -> None:
        """Show the panels of an input's run under the table; of none with ``None``."""
        entries = self._batch.entries
        if index is not None and not 0 <= index < len(entries):
            raise CallError("it has not begun yet.")
        self._on_open(None if index is None else entries[index])
        with self._lock:
            self._opened = index
            self._send_changes([])


class Box(Sealed, ipywidgets.VBox):  # type: ignore[misc]
    """Our widgets, one below the other."""


class BatchView:
    """The table of a batch, and under it the live view of the run that was opened.

    Attributes
    ----------
    table
        The table.
    box
        Both, as one widget.
    """

    def __init__(self, batch: BatchState, record: str | None = None) -> None:
        self.table = BatchWidget(batch, self._open, record)
        self.box = Box([self.table])
        self._batch = batch
        self._entry: Entry | None = None
        self._shown: tuple[Run, RunWidget] | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._last_update = 0.0

    def bundle(self) -> dict[str, Any]:
        """What a cell shows."""
        return {**self.box._repr_mimebundle_(), "text/plain": repr(self.table)}

    def update(self) -> None:
        """Send the page what changed; of an input that was begun anew, open the new run."""
        if self._entry is not None and self._shown and self._entry.run not in (None, self._shown[0]):
            self._open(self._entry)
        self.table.update()

    def close(self) -> None:
        """Take both away; the batch goes on."""
        self._close()
        self.table.close()
        self.box.close()

    def _open(self, entry: Entry | None) -> None:
        run = None if entry is None else entry.run
        if entry is not None and run is None:
            raise CallError(entry.rejection or "it has not begun yet.")
        if run is None or self._shown is None or self._shown[0] is not run:
            self._close()
            self._entry = entry
            if run is not None:
                self._shown = (run, RunWidget(run))
                self._unsubscribe = run.subscribe(self._follow)
        self.box.children = [self.table, *([self._shown[1]] if self._shown else [])]

    def _close(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self._shown is not None:
            self._shown[1].close()
        self._unsubscribe = self._shown = None

    def _follow(self, run: Run) -> None:
        """A run may go on when its batch is over: someone answers what it asks."""
        entry = self._entry
        if entry is None or not self._batch.done:
            return
        if run.done or time.monotonic() - self._last_update >= FOLLOW_INTERVAL:
            self._last_update = time.monotonic()
            self.table.watch(entry)
            self._batch.notify()


def _changes(rows: list[Message]) -> Changes:
    return Changes(rows={"inputs": rows}, text=[], counts={}, run=None)


def _row(entry: Entry) -> Message:
    """The row of an input, as the page draws it."""
    details = summary_row(entry)
    row: Message = {name: details[name] for name in ("input_index", "status", "started", "ended", "steps")}
    row |= {name: details[name] for name in ("input_tokens", "output_tokens")}
    row["title"] = entry.title
    row["error"], row["words"] = _short(details["error"]), _short(details["last_words"])
    return row


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= MAX_CELL_CHARACTERS else text[:MAX_CELL_CHARACTERS] + "…"
