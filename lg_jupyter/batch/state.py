"""What is known of a batch, and what carries it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sized
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

from lg_jupyter.batch.entries import BatchEntries
from lg_jupyter.batch.entry import BatchEntry
from lg_jupyter.batch.run_table_model import TableLabels
from lg_jupyter.encode import Encoder, to_plain_json
from lg_jupyter.events.events import Status
from lg_jupyter.kernel import loops, notebook
from lg_jupyter.record.input_title import format_input_title
from lg_jupyter.run import Run, start_run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.secrets.known_secrets import make_redactor
from lg_jupyter.secrets.masked_errors import mask_exception_to_raise
from lg_jupyter.sources import as_source
from lg_jupyter.sources.base import Request

BATCH_REFRESH_SECONDS = 0.25
"""Seconds between two looks at the table."""

OLD_KERNEL_STOP_HINT = (
    "This kernel (ipykernel 6) hears clicks only while no cell runs: leave out `await batch`."
)
BLOCKED_KERNEL_STOP_HINT = (
    "This cell blocks the kernel, which hears clicks only after it: use `await batch`, or ■."
)

_RESUMABLE_STATUSES = frozenset({"pending", "cancelled", "incomplete"})


class BatchState(BatchEntries):
    """Runs of one target, one for each input: what displays read, with nothing of who shows it.

    Attributes
    ----------
    name
        What the runs are called.
    total
        How many inputs there are; ``None`` where they do not say beforehand.
    started, ended
        When it began and when it was over, in seconds since the epoch.
    exception
        What the inputs raised.
    loop
        The loop that carries the runs.
    done_event
        Set while nothing goes on.
    cell_wait_mode
        What a cell does meanwhile: some kernels hear no click then.
    facade
        Gives what users hold of it, as long as they do.
    """

    table_labels = TableLabels(
        "input", rows_expression="batch.summary", runs_expression="batch.runs", source_kind="batch"
    )
    run_stop_hint: str | None = None
    """Why clicks on the view of a run are not heard."""
    unlisted_run_count = 0
    """How many runs there are beside the entries."""

    def __init__(
        self, target: Any, inputs: Iterable[Any], request: Request, concurrency: int, name: str
    ) -> None:
        super().__init__(make_redactor(as_source(target), request))
        self.name = name
        self.total = len(inputs) if isinstance(inputs, Sized) else None
        self.started: float | None = None
        self.ended: float | None = None
        self.exception: BaseException | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.done_event = threading.Event()
        self.cell_wait_mode: Literal["awaits", "blocks"] | None = None
        self.facade: Callable[[], object] = lambda: None
        self._target = target
        self._inputs = iter(inputs)
        self._request = request
        self._concurrency = concurrency
        self._to_rerun: deque[BatchEntry] = deque()
        self._has_no_more_inputs = False
        self._is_stopping = False
        self._task: asyncio.Task[None] | None = None
        self._on_own_thread = False  # whether it was to be apart from the running loop

    @property
    def done(self) -> bool:
        """Whether nothing goes on: all are over, or the batch was stopped."""
        return self.done_event.is_set()

    @property
    def has_remaining_inputs(self) -> bool:
        """Whether :meth:`resume` would have something to do."""
        return not self._has_no_more_inputs or any(
            entry.status in _RESUMABLE_STATUSES for entry in self.entries
        )

    @property
    def status(self) -> Status:
        """``running``, ``cancelled`` where it was stopped, else the worst that a run came to."""
        if not self.done:
            return "running"
        if self.has_remaining_inputs:
            return "cancelled"
        if self.exception is not None:
            return "error"
        return self.worst_status

    @property
    def stop_hint(self) -> str | None:
        """Why clicks are not heard now, and what to do; ``None`` if they are."""
        if self.done or self.cell_wait_mode is None:
            return None
        if not notebook.handles_widget_messages_during_cell():
            return OLD_KERNEL_STOP_HINT
        return BLOCKED_KERNEL_STOP_HINT if self.cell_wait_mode == "blocks" else None

    @property
    def is_held(self) -> bool:
        """Whether a user holds it."""
        return self.facade() is not None

    def set_cell_wait_mode(self, mode: Literal["awaits", "blocks"] | None) -> None:
        """Note what a cell does while the batch goes on."""
        self.cell_wait_mode = mode
        self.notify_listeners()

    # Running.

    def start(self, thread: bool) -> None:
        """Begin, or go on."""
        self._is_stopping = False
        self._on_own_thread = thread
        self.started, self.ended = self.started or time.time(), None
        self.done_event.clear()
        loops.start_on_running_or_shared_loop(self._create_batch_task, f"{self.name}, a batch", thread=thread)

    def stop(self) -> None:
        """Take no more inputs, and cancel what runs, from any thread."""
        self._is_stopping = True
        for entry in self.entries:
            if entry.run is not None:
                entry.run.cancel()

    def resume(self, thread: bool) -> None:
        """Go on with the inputs not taken yet, and anew with those that were cancelled."""
        if self.done and self.has_remaining_inputs:
            self._to_rerun = deque(entry for entry in self.entries if entry.status in _RESUMABLE_STATUSES)
            self.start(thread or self._on_own_thread)

    def _create_batch_task(self, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
        self.loop = loop
        self._task = loop.create_task(self._run_all_inputs(), name="lg_jupyter batch")
        self._task.add_done_callback(lambda _: self._mark_done())
        return self._task

    async def _run_all_inputs(self) -> None:
        running: set[asyncio.Task[None]] = set()
        shown = 0.0
        try:
            while True:
                while len(running) < self._concurrency and (entry := self._take_next_entry()) is not None:
                    self._start_run(entry)
                    if entry.run is not None:
                        running.add(asyncio.ensure_future(_wait_ignoring_run_errors(entry.run)))
                    await asyncio.sleep(0)
                if not running:
                    return
                _, running = await asyncio.wait(
                    running, timeout=BATCH_REFRESH_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if time.monotonic() - shown >= BATCH_REFRESH_SECONDS:
                    self.notify_listeners()
                    shown = time.monotonic()
        except asyncio.CancelledError:  # the loop is closing
            self.stop()
            raise

    def _take_next_entry(self) -> BatchEntry | None:
        """The next input to run; ``None`` if there is none now."""
        if self._is_stopping:
            return None
        if self._to_rerun:
            return self._to_rerun.popleft()
        if self._has_no_more_inputs:
            return None
        try:
            value = next(self._inputs)
        except StopIteration:
            self._has_no_more_inputs = True
            return None
        except (Exception, SystemExit, KeyboardInterrupt) as error:  # who waits is to get it, not the loop
            self._has_no_more_inputs, self.exception = True, mask_exception_to_raise(error, self._redactor)
            return None
        self.entries.append(BatchEntry(len(self.entries), value))
        return self.entries[-1]

    def _start_run(self, entry: BatchEntry) -> None:
        redactor, entry.final_row = self._redactor, None
        try:
            run = start_run(self._target, replace(self._request, input=entry.input), name=self.name)
            entry.run_state = get_run_state(run)
            redactor = entry.run_state.redactor
        except Exception as error:  # this input cannot be one; the others may
            entry.rejection_message = self.mask_secrets(f"{type(error).__name__}: {error}")
        entry.input_title = format_input_title(to_plain_json(Encoder(redactor).encode(entry.input)))
        if self._is_stopping and entry.run is not None:
            entry.run.cancel()

    def _mark_done(self) -> None:
        if self.done:
            return
        self.ended = time.time()
        self.done_event.set()
        self.notify_listeners()


async def _wait_ignoring_run_errors(run: Run) -> None:
    with suppress(Exception):  # its row shows it
        await run
