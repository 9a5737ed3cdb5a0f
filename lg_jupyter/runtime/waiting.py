"""Waiting for a run: on any loop, or in a thread that has none."""

from __future__ import annotations

import asyncio

from lg_jupyter.errors import UsageError
from lg_jupyter.kernel import loops
from lg_jupyter.runtime import lifecycle
from lg_jupyter.runtime.completion import CHECK_INTERVAL
from lg_jupyter.runtime.executor import CANCEL_TIMEOUT
from lg_jupyter.runtime.state import RunState


async def wait_until_done(run: RunState) -> None:
    """Wait for the end; raises what the graph raised. Whoever cancels the waiting cancels the run."""
    try:
        while not await run.completion.await_notification(CHECK_INTERVAL):
            _validate_loop_alive(run)
    except asyncio.CancelledError:
        lifecycle.cancel_run(run)
        await run.completion.await_notification(CANCEL_TIMEOUT + CHECK_INTERVAL)
        raise
    if run.exception is not None:
        raise run.exception.with_traceback(run.traceback)


def block_until_done(run: RunState, timeout: float | None = None) -> None:
    """The same for callers that cannot await, for ``timeout`` seconds at most. Ctrl-C cancels the run.

    Raises
    ------
    UsageError
        On the run's own loop, where blocking would stop it.
    TimeoutError
        When the time is up; the run goes on.
    """
    if not (run.done and run.loop is loops.running_loop()):  # perhaps a listener, which others wait for
        try:
            run.completion.block(timeout, lambda: _validate_may_block(run))
        except KeyboardInterrupt:
            lifecycle.cancel_run(run)
            run.completion.block_for(CANCEL_TIMEOUT + CHECK_INTERVAL)
            raise
    if run.exception is not None:
        raise run.exception.with_traceback(run.traceback)


def _validate_may_block(run: RunState) -> None:
    loop = run.loop
    if run.done or loop is None:
        return
    _validate_loop_alive(run)
    if loop is loops.running_loop():
        raise UsageError("this loop carries the run, and waiting here would stop it: use `await run`")
    if not loop.is_running():
        raise UsageError("the loop that carries the run does not run: use `await run` there, or thread=True")


def _validate_loop_alive(run: RunState) -> None:
    if run.loop is not None and loops.is_of_parent_process(run.loop):
        raise UsageError(
            "the process that this one was forked from carries the run: wait for it there, "
            "or start another here"
        )
