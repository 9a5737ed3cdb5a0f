"""Waiting for a run: on any loop, or in a thread that has none."""

from __future__ import annotations

import asyncio

from lg_jupyter.errors import UsageError
from lg_jupyter.kernel import loops
from lg_jupyter.runtime import lifecycle
from lg_jupyter.runtime.completion import WAIT_CHECK_INTERVAL_SECONDS
from lg_jupyter.runtime.executor import RUN_CANCEL_TIMEOUT_SECONDS
from lg_jupyter.runtime.state import RunState


async def wait_until_done(run: RunState) -> None:
    """Wait for the end; raises what the graph raised. Whoever cancels the waiting cancels the run."""
    try:
        while not await run.completion.await_notified(WAIT_CHECK_INTERVAL_SECONDS):
            _validate_loop_of_this_process(run)
    except asyncio.CancelledError:
        lifecycle.cancel_run(run)
        await run.completion.await_notified(RUN_CANCEL_TIMEOUT_SECONDS + WAIT_CHECK_INTERVAL_SECONDS)
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
    # Perhaps a listener, which others wait for.
    if not (run.done and run.loop is loops.get_running_loop_or_none()):
        try:
            run.completion.block_until_notified(timeout, lambda: _validate_may_block(run))
        except KeyboardInterrupt:
            lifecycle.cancel_run(run)
            run.completion.block_at_most(RUN_CANCEL_TIMEOUT_SECONDS + WAIT_CHECK_INTERVAL_SECONDS)
            raise
    if run.exception is not None:
        raise run.exception.with_traceback(run.traceback)


def _validate_may_block(run: RunState) -> None:
    loop = run.loop
    if run.done or loop is None:
        return
    _validate_loop_of_this_process(run)
    if loop is loops.get_running_loop_or_none():
        raise UsageError("this loop carries the run, and waiting here would stop it: use `await run`")
    if not loop.is_running():
        raise UsageError("the loop that carries the run does not run: use `await run` there, or thread=True")


def _validate_loop_of_this_process(run: RunState) -> None:
    if run.loop is not None and loops.is_loop_of_parent_process(run.loop):
        raise UsageError(
            "the process that this one was forked from carries the run: wait for it there, "
            "or start another here"
        )
