"""What is stored elsewhere, shown without running anything: :func:`thread`."""

from __future__ import annotations

from typing import Any

from lg_jupyter.errors import UsageError
from lg_jupyter.events.modes import parse_modes
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.run import Run, show_run_if_requested, start_run
from lg_jupyter.sources.base import Request
from lg_jupyter.sources.stored_threads import make_stored_thread_source


@checks_arguments
def thread(target: Any, thread_id: str, *, display: bool = True, thread: bool = False) -> Run:
    """What is stored of a thread, as a run: its states, messages, checkpoints, and what it waits for.

    Nothing runs. ``run.resume(answer)`` answers what the thread waits for, or goes on where it stopped, and
    ``run.fork(checkpoint_id, values)`` begins a branch at any of its checkpoints: then the graph runs. The
    times are those of the checkpoints; which tasks ran, and how long, is not stored.

    LangGraph's page: `Persistence <https://docs.langchain.com/oss/python/langgraph/persistence>`_.

    Parameters
    ----------
    target
        The graph whose checkpointer has the thread, a ``RemoteGraph``, or a :class:`~lg_jupyter.Server`.
    thread_id
        The thread.
    display
        Whether to show it in the cell.
    thread
        Whether it is read on a loop apart even where one runs, which the caller may then block.

    Returns
    -------
    Run
        The thread: ``await run``, or ``run.wait()``, until it was read.

    Raises
    ------
    UsageError
        If the graph has no checkpointer; when it is awaited, if the thread has no checkpoint.

    Examples
    --------
    >>> run = lg_jupyter.stream(graph, {"topic": "dogs"}).wait()
    >>> stored = lg_jupyter.thread(graph, run.thread_id).wait()
    >>> stored.output == run.output, len(stored.checkpoints)
    (True, 4)
    """
    if not thread_id:
        raise UsageError("thread() takes the id of a thread, as run.thread_id tells it")
    source = make_stored_thread_source(target, str(thread_id))
    request = Request(modes=parse_modes(None), thread_id=str(thread_id))
    return show_run_if_requested(start_run(source, request, thread=thread), display)
