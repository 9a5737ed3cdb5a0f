"""Waiting for a batch: on any loop, or in a thread that has none."""

from __future__ import annotations

import asyncio
import time

from lg_jupyter.batch.state import BatchState
from lg_jupyter.errors import UsageError
from lg_jupyter.kernel import loops
from lg_jupyter.runtime.completion import CHECK_INTERVAL
from lg_jupyter.runtime.executor import CANCEL_TIMEOUT


async def wait_until_done(batch: BatchState) -> None:
    """Wait until all are over; raises what the inputs raised. Whoever cancels the waiting stops the batch."""
    batch.set_cell_wait_mode("awaits")
    try:
        while not batch.done:
            await asyncio.sleep(CHECK_INTERVAL / 4)
    except asyncio.CancelledError:
        batch.stop()
        deadline = time.monotonic() + CANCEL_TIMEOUT + CHECK_INTERVAL
        while not batch.done and time.monotonic() < deadline:
            await asyncio.sleep(CHECK_INTERVAL / 4)
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
        while not batch.done_event.wait(CHECK_INTERVAL):
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError(f"the batch goes on after {timeout} s")
    except KeyboardInterrupt:
        batch.stop()
        batch.done_event.wait(CANCEL_TIMEOUT + 2 * CHECK_INTERVAL)
        raise
    finally:
        batch.set_cell_wait_mode(None)
    if batch.exception is not None:
        raise batch.exception


def _reject_deadlocking_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Refuse to wait for a loop that would stand still, or is none of this process."""
    if loops.is_of_parent_process(loop):
        raise UsageError("the process that this one was forked from carries the batch: wait for it there")
    if not loop.is_running() or loop is loops.running_loop():
        raise UsageError("this loop carries the runs, and waiting here would stop them: use `await batch`")
