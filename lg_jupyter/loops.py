"""Where a run is carried: on the loop that runs, or on one of its own, as a run that nobody called."""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

GRACE = 0.95
"""Seconds that what is left on a loop of our own gets to stop."""

Begin: TypeAlias = "Callable[[asyncio.AbstractEventLoop], asyncio.Task[None]]"


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The loop that runs in this thread, if one does."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def start(begin: Begin, name: str, *, thread: bool) -> None:
    """Have ``begin`` make its task on the running loop, else (or with ``thread``) on one of a new thread."""
    context = _uncalled()
    loop = None if thread else running_loop()
    if loop is not None:
        context.run(begin, loop)
        return
    begun = threading.Event()
    threading.Thread(target=context.run, args=(_live, begin, begun), name=name, daemon=True).start()
    begun.wait()


def _uncalled() -> contextvars.Context:
    """The caller's context, without the config by which a node's graph becomes a subgraph of the node's.

    The rest stays: by it ipykernel knows to which cell an output belongs.
    """
    context = contextvars.copy_context()
    if config := sys.modules.get("langchain_core.runnables.config"):  # else nothing was run yet
        context.run(config.var_child_runnable_config.set, None)
    return context


def _live(begin: Begin, begun: threading.Event) -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.call_soon(begun.set)
    try:
        finish(loop, begin(loop))
    finally:
        _wind_up(loop)


def finish(loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any]) -> None:
    """Run a loop until this is done, whoever else on it asks Python to exit.

    asyncio raises a task's ``SystemExit`` out of the loop too, which would end this thread and tell nobody.
    """
    while not future.done():
        with suppress(SystemExit, asyncio.CancelledError):
            loop.run_until_complete(future)


def _wind_up(loop: asyncio.AbstractEventLoop) -> None:
    """Close a loop of our own; what does not stop is left behind."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        finish(loop, loop.create_task(_stopped(left)))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


async def _stopped(tasks: set[asyncio.Task[Any]]) -> None:
    await asyncio.wait(tasks, timeout=GRACE)
