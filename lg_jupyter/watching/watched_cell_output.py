"""The output of a cell, or of a block, for the runs that it starts.

The first run gets the full view; when a second one begins, one table of all takes its place.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from lg_jupyter.batch.display import BatchDisplay, ExistingOutput
from lg_jupyter.batch.widget import BatchTableWithRun
from lg_jupyter.kernel import loops, notebook
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.runtime.state import RunState
from lg_jupyter.watching.loop_thread import WATCH_LOOP_THREAD
from lg_jupyter.watching.watched_runs import WatchedRuns
from lg_jupyter.widgets.cell_outputs import CellOutputs, LiveView, freeze_records_in_other_cells
from lg_jupyter.widgets.live_views import LIVE_VIEWS

KERNEL_BLOCKED_MESSAGE = (
    "This cell blocks the kernel: what you click is answered after it, and only ■ stops it. "
    "`await graph.ainvoke(…)` leaves it free."
)

TABLE_REFRESH_SECONDS = 0.25
"""Seconds between two looks at the table."""

MAX_OPEN_CELL_OUTPUTS = 20
"""Outputs that runs may still come to: of the newest cells and blocks."""


def close_cell_output(block: object) -> None:
    """No more runs come to the output of a cell or a block."""
    with _cell_outputs_lock:
        output = _cell_outputs_by_block.pop(block, None)
    if output is not None:
        output.close()


_cell_outputs_lock = threading.RLock()
_cell_outputs_by_block: OrderedDict[object, WatchedCellOutput] = OrderedDict()


def get_or_make_cell_output(block: object) -> WatchedCellOutput:
    """That of a block, or of the cell at hand."""
    with _cell_outputs_lock:
        key = notebook.get_current_cell_execution() if block is None else block
        if key not in _cell_outputs_by_block:
            _cell_outputs_by_block[key] = WatchedCellOutput()
            if block is None:
                notebook.call_after_cell(partial(close_cell_output, key))
            while len(_cell_outputs_by_block) > MAX_OPEN_CELL_OUTPUTS:
                close_cell_output(next(iter(_cell_outputs_by_block)))
        return _cell_outputs_by_block[key]


class FirstRunView:
    """The view of the first run, drawn in place of the table that it may become."""

    def __init__(self, runs: WatchedRuns, record: str) -> None:
        self.view = BatchTableWithRun(runs, record, alone=True)
        self.view.table.open_only_run(0)
        self.record: str | None = record
        self.on_branch: Callable[[RunState], None] | None = None

    def close(self) -> None:
        """Take it away."""
        self.view.close()

    def _repr_mimebundle_(self) -> Any:
        if self.view.opened_run_widget is not None:
            self.view.opened_run_widget.on_branch = self.on_branch
        return self.view.make_mime_bundle(), {}


class WatchedCellOutput:
    """What one cell, or one block, shows of the runs that it starts."""

    closes_when_old = True

    def __init__(self) -> None:
        self.cell = notebook.get_current_cell_execution()
        self._lock = threading.RLock()
        self._runs = WatchedRuns()
        self._runs.output = self  # as long as a widget shows them
        self._first_run_output: CellOutputs | None = (
            None  # what shows the one run that there is, and its view
        )
        self._view: FirstRunView | None = None
        self._table: BatchDisplay | None = None
        self._closed_event: asyncio.Event | None = None  # of the loop that keeps the table as the runs are
        self._loop: asyncio.AbstractEventLoop | None = None

    def add_run(self, run: Run, *, sync: bool, is_resumed: bool) -> None:
        """Show one more run."""
        with self._lock:
            if self._runs.find_entry(run) is not None:  # its own row tells that it goes on
                return
            if sync and threading.current_thread() is threading.main_thread():
                self._runs.run_stop_hint = KERNEL_BLOCKED_MESSAGE
            self._runs.add_run(run)
            if self._first_run_output is None:
                self._show_first_run(run, is_resumed)
            elif self._table is None:
                self._show_runs_table(self._first_run_output.release_record_id())

    @property
    def widget(self) -> FirstRunView | None:
        """The live view; ``None`` if there is none any more."""
        return self._view

    @property
    def is_unused(self) -> bool:
        """Whether nothing of it goes on."""
        return self._runs.done

    @property
    def retained_runs(self) -> list[RunState]:
        """The runs that stand here."""
        return [entry.run_state for entry in self._runs.entries if entry.run_state is not None]

    def stop_updates(self) -> None:
        """Follow the runs no more: what stood in the cell is gone."""
        for shown in (self._first_run_output, self._table):
            if shown is not None:
                shown.stop_updates()

    def close_view(self, reason: str | None) -> None:
        """Take the live view away, which would be held; the record of one run says the ``reason``."""
        if self._table is None and self._first_run_output is not None:
            self._first_run_output.close_view(reason)
        elif self._view is not None:
            self._view.close()
        self._view = None

    def close(self) -> None:
        """No more come. What ended is shown in its cell: who reads the notebook may not wait."""
        with self._lock:
            self._runs.is_closed = True
            self._runs.wait_for_recorded_ends()
            if self._loop is not None and self._closed_event is not None:
                with suppress(RuntimeError):  # the loop is closed
                    self._loop.call_soon_threadsafe(self._closed_event.set)

    def _show_first_run(self, run: Run, is_resumed: bool) -> None:
        state = get_run_state(run)
        left = is_resumed and freeze_records_in_other_cells(state)

        def view(record: str) -> LiveView:
            self._view = FirstRunView(self._runs, record)
            return self._view

        self._first_run_output = CellOutputs(state, view=view, since_resume=left)
        self._first_run_output.show()
        LIVE_VIEWS.add_and_close_old(self)

    def _show_runs_table(self, record: str) -> None:
        view = None if self._view is None else self._view.view
        if view is not None:
            view.table.switch_to_table()
        self._table = BatchDisplay(self._runs, is_live=True, existing=ExistingOutput(record, view))
        self._runs.listeners.append(self._table.update)

        def begin(loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
            return loop.create_task(self._refresh_table_until_over(), name="lg_jupyter table of watched runs")

        WATCH_LOOP_THREAD.start_task(begin, loops.copy_context_without_runnable_config())

    async def _refresh_table_until_over(self) -> None:
        """Keep the table as the runs are, until they are over."""
        self._loop, closed = asyncio.get_running_loop(), asyncio.Event()
        self._closed_event = closed
        if self._runs.is_closed:
            closed.set()
        while True:
            done = self._runs.done
            self._runs.notify_listeners()
            if done:
                return
            pause = asyncio.sleep(TABLE_REFRESH_SECONDS) if closed.is_set() else closed.wait()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(pause, TABLE_REFRESH_SECONDS)
