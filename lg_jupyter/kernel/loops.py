"""The event loop of a run: the one that runs already, or a shared one."""

from __future__ import annotations

import asyncio
import contextvars
import sys
from collections.abc import Callable
from typing import TypeAlias

from lg_jupyter.kernel import run_task_group, shared_loops
from lg_jupyter.kernel.run_task_group import RunTaskGroup
from lg_jupyter.kernel.shared_loops import is_loop_of_parent_process

__all__ = [
    "MakeTaskOnLoop",
    "copy_context_without_runnable_config",
    "get_running_loop_or_none",
    "is_loop_of_parent_process",
    "start_on_running_or_shared_loop",
]

MakeTaskOnLoop: TypeAlias = "Callable[[asyncio.AbstractEventLoop], asyncio.Task[None]]"


def get_running_loop_or_none() -> asyncio.AbstractEventLoop | None:
    """The loop that runs in this thread, if one does."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def start_on_running_or_shared_loop(
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
    context, loop = copy_context_without_runnable_config(), get_running_loop_or_none()
    group = RunTaskGroup(
        name, notify, run_task_group.current_run_caller_has_loop() or (thread and loop is not None)
    )

    def begin_in_group(loop: asyncio.AbstractEventLoop) -> None:
        group.make_current()
        task = begin(loop)
        if watchdog := shared_loops.find_loop_watchdog(loop):
            watchdog.add_run(group)
            task.add_done_callback(lambda _: watchdog.remove_run(group))
        task.add_done_callback(lambda _: group.close())

    if loop is not None and not thread:
        context.run(begin_in_group, loop)
    else:
        shared_loops.start_on_shared_loop(begin_in_group, context, avoid=loop)


def copy_context_without_runnable_config() -> contextvars.Context:
    """The caller's context, without the config by which a node's graph becomes a subgraph of the node's.

    The rest stays: by it ipykernel knows to which cell an output belongs.
    """
    context = contextvars.copy_context()
    if config := sys.modules.get("langchain_core.runnables.config"):  # else nothing was run yet
        context.run(config.var_child_runnable_config.set, None)
    return context
