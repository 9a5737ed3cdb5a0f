"""The watched runs that one output shows, as a table takes them."""

from __future__ import annotations

import threading
from typing import Any

from lg_jupyter.batch.entries import BatchEntries
from lg_jupyter.batch.entry import BatchEntry
from lg_jupyter.batch.run_table_model import TableLabels
from lg_jupyter.encode import Encoder, to_plain_json
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import Status
from lg_jupyter.record.input_title import format_input_title
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.secrets.redact import Redactor
from lg_jupyter.text.words import join_with_dots
from lg_jupyter.watching.watched_executor import wait_for_recorded_end
from lg_jupyter.watching.watched_source import STOP_REFUSAL

MAX_RUN_ROWS = 200
"""Runs that have a row; those that come after are counted."""


class WatchedRuns(BatchEntries):
    """Runs that came one after the other: no more come when the code that starts them is over.

    Attributes
    ----------
    unlisted_run_count
        How many have no row.
    is_closed
        Whether no more come.
    output
        What shows them.
    stop_hint
        What to do in place of Stop.
    """

    table_labels = TableLabels(
        "run", rows_expression="watch.runs", runs_expression="watch.runs", source_kind="watch"
    )
    total: int | None = None
    exception: BaseException | None = None
    has_remaining_inputs = False
    is_held = False
    """Users hold the runs alone."""

    def __init__(self) -> None:
        super().__init__(Redactor.from_environment())
        self.unlisted_run_count = 0
        self.is_closed = False
        self.run_stop_hint: str | None = None
        self.output: object = None

    def add_run(self, run: Run) -> None:
        """A run began."""
        if len(self.entries) >= MAX_RUN_ROWS:
            self.unlisted_run_count += 1
            return
        state = get_run_state(run)
        entry = BatchEntry(len(self.entries), state.request.input, state)
        self.entries.append(entry)
        thread = threading.current_thread()
        where = None if thread is threading.main_thread() else f"in thread {thread.name}"
        name = run.name if run.name != self.entries[0].run_name else None
        entry.input_title = join_with_dots(name, _format_run_input(run), where)

    def wait_for_recorded_ends(self) -> None:
        """Have those be over that are so for who started them."""
        for entry in self.entries:
            if entry.run is not None:
                wait_for_recorded_end(entry.run)
        self.notify_listeners()

    def find_entry(self, run: Run) -> BatchEntry | None:
        """The entry of a run."""
        return next((entry for entry in self.entries if entry.run_state is get_run_state(run)), None)

    @property
    def name(self) -> str:
        names = list(dict.fromkeys(entry.run_name for entry in self.entries))
        return ", ".join(names[:3]) + ("…" if len(names) > 3 else "")

    @property
    def started(self) -> float | None:
        times = [entry.run.trace.started for entry in self.entries if entry.run is not None]
        return min((time for time in times if time is not None), default=None)

    @property
    def ended(self) -> float | None:
        if not self.done:
            return None
        times = [entry.run.trace.ended for entry in self.entries if entry.run is not None]
        return max((time for time in times if time is not None), default=None)

    @property
    def done(self) -> bool:
        return self.is_closed and all(entry.run is None or entry.run.done for entry in self.entries)

    @property
    def status(self) -> Status:
        return self.worst_status if self.done else "running"

    @property
    def stop_hint(self) -> str | None:
        return None if self.done else self.run_stop_hint or STOP_REFUSAL

    def stop(self) -> None:
        """Refuse it: they are somebody else's."""
        raise UsageError(STOP_REFUSAL)

    def resume(self, thread: bool) -> Any:
        """There is nothing to go on with."""
        raise UsageError(STOP_REFUSAL)


def _format_run_input(run: Run) -> str:
    state = get_run_state(run)
    if state.request.input is None:
        return "goes on"
    return format_input_title(to_plain_json(Encoder(state.redactor).encode(state.request.input)))
