"""Executes a run on an event loop: from its start, or from where it resumes, to where it stops."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import Part, Status
from lg_jupyter.kernel import connections, exits, loops, run_task_group
from lg_jupyter.sources.base import (
    UNSET,
    Drainable,
    EncodePayload,
    HasHistory,
    RecordsCalls,
    Request,
    Resumable,
    Source,
    Unset,
    close_on_exit,
)

YIELD_INTERVAL_SECONDS = 0.05
"""Seconds of parts in a row after which the executor yields to the loop, for a Stop to be handled."""

SOURCE_CANCEL_TIMEOUT_SECONDS = 0.7
RUN_CANCEL_TIMEOUT_SECONDS = 0.95
"""Seconds until a cancelled run is over, come what may; of these, the source gets the first."""

GetRunningTasks = Callable[[], "Sequence[tuple[str, str]] | None"]


class RunExecutor:
    """Executes a run once. A run that is resumed gets another executor.

    Parameters
    ----------
    source, request
        Where the parts come from, and what is requested of it.
    encode
        Encodes a payload as it arrives.
    feed
        Takes each part, on the loop.
    open_tasks
        The tasks that are running, as (namespace, node); ``None`` where nobody knows.
    on_done
        Called when it is over, with the status, if the source did not report one, and the exception.
    on_begin
        Called with the loop, on it, before anything runs.

    Attributes
    ----------
    loop
        The loop that it runs on, once it has begun.
    is_cancelled, is_draining
        Whether it was to stop, at once or at the next step.
    still_running_sentence
        What goes on elsewhere though the run was cancelled, as a sentence.
    latest_checkpoint_at_stop
        The newest checkpoint of a run that was stopped, ``None`` if there is none, ``UNSET`` if unknown.
    """

    def __init__(
        self,
        source: Source,
        request: Request,
        encode: EncodePayload,
        *,
        feed: Callable[[Part], None],
        open_tasks: GetRunningTasks,
        on_done: Callable[[RunExecutor, Status, BaseException | None], None],
        on_begin: Callable[[asyncio.AbstractEventLoop], None] = lambda loop: None,
    ) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.is_cancelled = self.is_draining = False
        self.still_running_sentence = ""
        self.latest_checkpoint_at_stop: Mapping[str, Any] | Unset | None = UNSET
        self._source = source
        self._request = request
        self._encode = encode
        self._feed = feed
        self._on_begin = on_begin
        self._get_open_tasks = open_tasks
        self._on_done = on_done
        self._task: asyncio.Task[None] | None = None
        self._is_abandoned = self._caller_has_loop = False
        self._reports: RecordsCalls | None = None  # the source, while it may report

    def start(self, name: str, *, thread: bool, notify: Callable[[str], None] = lambda note: None) -> None:
        """Begin, as :func:`lg_jupyter.kernel.loops.start_on_running_or_shared_loop` does."""

        def begin(loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
            self.loop = loop
            self._on_begin(loop)
            self._caller_has_loop = run_task_group.current_run_caller_has_loop()
            self._task = loop.create_task(self._execute_with_exits_converted(), name=f"lg_jupyter {name}")
            # A task that is cancelled before it first runs never enters its coroutine.
            self._task.add_done_callback(lambda _: self._on_done(self, "cancelled", None))
            return self._task

        loops.start_on_running_or_shared_loop(begin, name, thread=thread, notify=notify)

    def cancel(self) -> None:
        """Stop, from any thread."""
        if self.is_cancelled or self.loop is None or self._task is None:
            return
        self.is_cancelled = True
        with suppress(RuntimeError):  # the loop is closed
            self.loop.call_soon_threadsafe(self._task.cancel)

    def end_if_loop_closed(self) -> None:
        """Where its loop was closed around it, nothing of it runs any more, and nobody will say so."""
        if self.loop is not None and self.loop.is_closed() and not self._is_abandoned:
            self._is_abandoned = True
            self._on_done(self, "incomplete", None)

    @property
    def is_drained(self) -> bool:
        """Whether it was stopped between two steps."""
        return isinstance(self._source, Drainable) and self._source.is_drained

    @property
    def is_drainable(self) -> bool:
        """Whether it can be."""
        return isinstance(self._source, Drainable) and self._source.describe_drain_blocker() is None

    def drain(self) -> None:
        """Stop at the next step, from any thread.

        Raises
        ------
        UsageError
            If the source cannot.
        """
        source = self._source
        why = (
            source.describe_drain_blocker()
            if isinstance(source, Drainable)
            else "Nothing runs: it is replayed."
        )
        if why is not None:
            raise UsageError(f"{source.name} cannot be stopped between two steps. {why} Use run.cancel()")
        assert isinstance(source, Drainable)
        source.drain()
        self.is_draining = True

    async def _execute_with_exits_converted(self) -> None:
        with exits.convert_exits_in_tasks(asyncio.get_running_loop()):
            await self._execute_in_own_task()

    async def _execute_in_own_task(self) -> None:
        """Pump the parts in a task of its own, so that a graph that will not stop cannot keep the run."""
        pump = asyncio.ensure_future(self._pump_parts())
        try:
            await asyncio.wait({pump})
            if self.is_drained:
                await self._store_latest_checkpoint(RUN_CANCEL_TIMEOUT_SECONDS)
        except asyncio.CancelledError:
            self.is_cancelled = True
            deadline = time.monotonic() + RUN_CANCEL_TIMEOUT_SECONDS
            await self._cancel_source_and_stream(pump, deadline)
            await self._store_latest_checkpoint(deadline - time.monotonic())
        finally:
            if self._caller_has_loop:
                await connections.close_idle_connections()
            self._report_end(pump)

    async def _pump_parts(self) -> None:
        yielded = time.time()
        await self._close_idle_connections_if_loop_changed()
        self._subscribe_to_reports()
        async with close_on_exit(self._source.stream_parts(self._request, self._encode)) as parts:
            async for part in parts:
                if self._is_abandoned:
                    return
                self._feed_reported_parts()
                self._feed(part)
                if part.timestamp - yielded > YIELD_INTERVAL_SECONDS:
                    await asyncio.sleep(0)
                    yielded = part.timestamp

    async def _close_idle_connections_if_loop_changed(self) -> None:
        """Have clients of models make connections of this loop."""
        await connections.close_idle_connections_if_loop_changed(self._caller_has_loop)

    def _subscribe_to_reports(self) -> None:
        """Hear of what comes beside the stream, also while the stream brings nothing."""
        loop = asyncio.get_running_loop()

        def notify() -> None:
            with suppress(RuntimeError):  # the loop is closed: a thread has outlived its run
                loop.call_soon_threadsafe(self._feed_reported_parts)

        if isinstance(self._source, RecordsCalls):
            self._reports = self._source
            self._reports.start_recording_calls(notify)

    def _feed_reported_parts(self) -> None:
        if self._reports is not None:
            for part in self._reports.take_call_parts(self._encode):
                self._feed(part)

    async def _cancel_source_and_stream(self, pump: asyncio.Future[None], deadline: float) -> None:
        """Cancel, first what goes on elsewhere, then the stream."""
        try:
            self.still_running_sentence = await asyncio.wait_for(
                self._source.cancel_and_describe_running(self._get_open_tasks()),
                SOURCE_CANCEL_TIMEOUT_SECONDS,
            )
        except asyncio.TimeoutError:
            self.still_running_sentence = (
                "It may go on elsewhere, for nobody confirmed that it was cancelled."
            )
        pump.cancel()
        await asyncio.wait({pump}, timeout=max(0.1, deadline - time.monotonic()))

    async def _store_latest_checkpoint(self, seconds: float) -> None:
        """Read the newest checkpoint, now that no other will come."""
        source = self._source
        if not isinstance(source, Resumable) or not isinstance(source, HasHistory):
            return
        if source.describe_resume_blocker() is not None:
            self.latest_checkpoint_at_stop = None
            return
        with suppress(Exception):  # among them that it takes too long
            self.latest_checkpoint_at_stop = await asyncio.wait_for(
                source.aget_latest_checkpoint(), max(seconds, 0.05)
            )

    def _report_end(self, pump: asyncio.Future[None]) -> None:
        self._feed_reported_parts()
        self._reports = None
        if not pump.done():  # its time is up; the run may be resumed by another
            self._is_abandoned = True
            pump.cancel()
            pump.add_done_callback(_mark_exception_retrieved)
            self._on_done(self, "cancelled", None)
        elif pump.cancelled():
            self._on_done(self, "cancelled", None)
        else:
            error = pump.exception()
            self._on_done(self, "error" if error else "incomplete", error)


def _mark_exception_retrieved(task: asyncio.Future[None]) -> None:
    """Take the exception of a task that nobody waits for, or asyncio complains that nobody did."""
    if not task.cancelled():
        task.exception()
