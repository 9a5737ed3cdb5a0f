"""The event loop of a run: the one that runs already, or a shared one."""

from __future__ import annotations

import asyncio
import contextvars
import sys
from collections.abc import Callable
from typing import TypeAlias

from lg_jupyter.kernel import run_task_group, shared_loops
from lg_jupyter.kernel.run_task_group import RunScope
from lg_jupyter.kernel.shared_loops import is_of_parent_process

__all__ = ["copy_detached_context", "is_of_parent_process", "running_loop", "start_on_loop"]

MakeTaskOnLoop: TypeAlias = "Callable[[asyncio.AbstractEventLoop], asyncio.Task[None]]"


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The loop that runs in this thread, if one does."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def start_on_loop(
    begin: MakeTaskOnLoop, name: str, *, thread: bool, notify: Callable[[str], None] = lambda sentence: None
) -> None:
    """Have ``begin`` make its task on the running loop; without one, or with ``thread``, on a shared one.

    With ``thread`` it is never the running loop, which the caller may block.

    Parameters
    ----------
    begin
        Makes the task of a run.
    name
        What the run is called.
    thread
        Whether it is to be apart from the running loop.
    notify
        Called with a note on what the run met on a loop that it shares, from any thread.
    """
    context, loop = copy_detached_context(), running_loop()
    scope = RunScope(name, notify, run_task_group.caller_has_loop() or (thread and loop is not None))

    def begin_in_scope(loop: asyncio.AbstractEventLoop) -> None:
        scope.enter()
        task = begin(loop)
        if watchdog := shared_loops.find_watchdog(loop):
            watchdog.add(scope)
            task.add_done_callback(lambda _: watchdog.remove(scope))
        task.add_done_callback(lambda _: scope.close())

    if loop is not None and not thread:
        context.run(begin_in_scope, loop)
    else:
        shared_loops.run_on_shared_loop(begin_in_scope, context, avoid=loop)


def copy_detached_context() -> contextvars.Context:
    """The caller's context, without the config by which a node's graph becomes a subgraph of the node's.

    The rest stays: by it ipykernel knows to which cell an output belongs.
    """
    context = contextvars.copy_context()
    if config := sys.modules.get("langchain_core.runnables.config"):  # else nothing was run yet
        context.run(config.var_child_runnable_config.set, None)
    return context
