"""Waiting for a batch: on any loop, or in a thread that has none."""

from __future__ import annotations

import asyncio
import time

from lg_jupyter.batch.state import BatchState
from lg_jupyter.errors import UsageError
from lg_jupyter.kernel import loops
from lg_jupyter.runtime.completion import WAIT_CHECK_INTERVAL_SECONDS
from lg_jupyter.runtime.executor import RUN_CANCEL_TIMEOUT_SECONDS


async def wait_until_done(batch: BatchState) -> None:
    """Wait until all are over; raises what the inputs raised. Whoever cancels the waiting stops the batch."""
    batch.set_cell_wait_mode("awaits")
    try:
        while not batch.done:
            await asyncio.sleep(WAIT_CHECK_INTERVAL_SECONDS / 4)
    except asyncio.CancelledError:
        batch.stop()
        deadline = time.monotonic() + RUN_CANCEL_TIMEOUT_SECONDS + WAIT_CHECK_INTERVAL_SECONDS
        while not batch.done and time.monotonic() < deadline:
            await asyncio.sleep(WAIT_CHECK_INTERVAL_SECONDS / 4)
        raise
    finally:
        batch.set_cell_wait_mode(None)
    if batch.exception is not None:
        raise batch.exception


def block_until_done(batch: BatchState, timeout: float | None = None) -> None:
    """The same for callers that cannot await, for ``timeout`` seconds at most. Ctrl-C stops the batch.

    Raises
    ------
    UsageError
        On the loop that carries the runs, where blocking would stop them.
    TimeoutError
        When the time is up; the batch goes on.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    if not batch.done and batch.loop is not None:
        _reject_deadlocking_loop(batch.loop)
    batch.set_cell_wait_mode("blocks")
    try:
        while not batch.done_event.wait(WAIT_CHECK_INTERVAL_SECONDS):
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError(f"the batch goes on after {timeout} s")
    except KeyboardInterrupt:
        batch.stop()
        batch.done_event.wait(RUN_CANCEL_TIMEOUT_SECONDS + 2 * WAIT_CHECK_INTERVAL_SECONDS)
        raise
    finally:
        batch.set_cell_wait_mode(None)
    if batch.exception is not None:
        raise batch.exception


def _reject_deadlocking_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Refuse to wait for a loop that would stand still, or is none of this process."""
    if loops.is_loop_of_parent_process(loop):
        raise UsageError("the process that this one was forked from carries the batch: wait for it there")
    if not loop.is_running() or loop is loops.get_running_loop_or_none():
        raise UsageError("this loop carries the runs, and waiting here would stop them: use `await batch`")
