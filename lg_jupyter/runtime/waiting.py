"""Waiting for a run: on any loop, or in a thread that has none."""

from __future__ import annotations

import asyncio

from lg_jupyter.errors import UsageError
from lg_jupyter.kernel import loops
from lg_jupyter.runtime import execution
from lg_jupyter.runtime.carrying import PATIENCE
from lg_jupyter.runtime.completion import TICK
from lg_jupyter.runtime.state import RunState


async def over(run: RunState) -> None:
    """Wait for the end; raises what the graph raised. Whoever cancels the waiting cancels the run."""
    try:
        while not await run.end.within(TICK):
            _refuse_if_lost(run)
    except asyncio.CancelledError:
        execution.cancel(run)
        await run.end.within(PATIENCE + TICK)
        raise
    if run.exception is not None:
        raise run.exception.with_traceback(run.traceback)


def block(run: RunState, timeout: float | None = None) -> None:
    """The same for callers that cannot await, for ``timeout`` seconds at most. Ctrl-C cancels the run.

    Raises
    ------
    UsageError
        On the loop that carries the run, where blocking would stop it.
    TimeoutError
        When the time is up; the run goes on.
    """
    if not (run.done and run.loop is loops.running_loop()):  # perhaps a listener, which others wait for
        try:
            run.end.block(timeout, lambda: _refuse_to_block(run))
        except KeyboardInterrupt:
            execution.cancel(run)
            run.end.block_for(PATIENCE + TICK)
            raise
    if run.exception is not None:
        raise run.exception.with_traceback(run.traceback)


def _refuse_to_block(run: RunState) -> None:
    loop = run.loop
    if run.done or loop is None:
        return
    _refuse_if_lost(run)
    if loop is loops.running_loop():
        raise UsageError("this loop carries the run, and waiting here would stop it: use `await run`")
    if not loop.is_running():
        raise UsageError("the loop that carries the run does not run: use `await run` there, or thread=True")


def _refuse_if_lost(run: RunState) -> None:
    if run.loop is not None and loops.lost(run.loop):
        raise UsageError(
            "the process that this one was forked from carries the run: wait for it there, "
            "or start another here"
        )
