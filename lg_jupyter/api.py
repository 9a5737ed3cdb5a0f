"""What users call: :func:`stream` starts a run and shows it, :func:`load` brings one back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lg_jupyter.errors import UsageError
from lg_jupyter.events.modes import check_modes
from lg_jupyter.request.config import check_config
from lg_jupyter.request.filters import Filter, check_names
from lg_jupyter.request.strategies import check_durability, check_multitask
from lg_jupyter.run import Run, start
from lg_jupyter.runtime.facade import state_of
from lg_jupyter.sources.base import UNSET, Request, ThreadId

if TYPE_CHECKING:
    import pandas as pd


def stream(
    target: Any,
    input: Any = None,
    *,
    modes: str | Iterable[str] | None = None,
    subgraphs: bool = True,
    thread_id: ThreadId = UNSET,
    config: Mapping[str, Any] | None = None,
    context: Any = None,
    display: bool = True,
    thread: bool = False,
    name: str | None = None,
    save: str | os.PathLike[str] | None = None,
    tags: str | Iterable[str] | None = None,
    nodes: str | Iterable[str] | None = None,
    before: str | Iterable[str] | None = None,
    after: str | Iterable[str] | None = None,
    multitask: str | None = None,
    durability: str | None = None,
    detach: bool = False,
    think_tags: bool = True,
) -> Run:
    """Start a run now, and show it where there is a notebook.

    On a running event loop the run is a task of that loop: ``await run``. Where none runs it is on one that
    lasts, which such runs share, on a thread: ``run.wait()``.

    Parameters
    ----------
    target
        A compiled graph, an entrypoint, a ``RemoteGraph``, or a :class:`~lg_jupyter.Server`.
    input
        The graph's input; ``None`` goes on where the thread stands.
    modes
        Stream modes: one, several, or by default those that fill every panel.
    subgraphs
        Whether subgraphs are followed.
    thread_id
        The thread of the run. Where none is named, a graph with a checkpointer and a server get a new
        one; ``None`` makes a run on a server stateless.
    config
        A ``RunnableConfig``: ``configurable``, ``recursion_limit``, ``tags`` and so on.
    context
        The graph's runtime context.
    display
        Whether to show the run in the cell.
    thread
        Whether the run is on a loop apart even where one runs, which the caller may then block.
    name
        What to call the run, instead of by the graph's name.
    save
        A file to write the run to while it goes on, for :func:`load`: if the process dies, at most the last
        second is missing. ``.gz`` and ``.zst`` are compressed. A file that is there is replaced.
    tags, nodes
        Narrow the tokens that are shown at first: to model calls with one of the tags, to one of the nodes or
        what runs inside it. The run keeps everything, and the display can be told otherwise.
    before, after
        Nodes of the root graph before or after which to stop, each time: breakpoints. ``run.resume()`` goes
        on. They need a checkpointer, on a server a thread.
    multitask
        What a server does with this run if its thread is busy with another: ``reject`` it, ``interrupt`` the
        other, ``rollback`` the other, or ``enqueue`` it, which is what servers do unless told.
    durability
        When checkpoints are written: ``sync``, before the next step begins; ``async``, while it runs, which
        is what LangGraph does unless told; ``exit``, once, when the run ends or stops.
    detach
        Whether to leave the run on its server: it is started there and not followed. The run here is over as
        soon as it has its ids, and ``incomplete``; ``run.join()`` follows it, and its note is the line that
        does so in another kernel.
    think_tags
        Whether what a model writes between ``<think>`` and ``</think>`` at the beginning of its text is its
        reasoning, and not text.

    Raises
    ------
    UsageError
        If the target is no graph, a mode is unknown, or the input cannot be one; nothing was started then.
        What goes wrong later is raised by ``await run`` and ``run.wait()``.
    """
    request = Request(
        input=input,
        modes=check_modes(modes),
        subgraphs=subgraphs,
        thread_id=thread_id,
        config=check_config(config),
        context=context,
        shown=Filter(check_names("tags", tags), check_names("nodes", nodes)),
        before=check_names("before", before),
        after=check_names("after", after),
        multitask=check_multitask(multitask),
        durability=check_durability(durability),
        detach=bool(detach),
        think_tags=bool(think_tags),
    )
    run = start(target, request, name=name, thread=thread, save=save)
    if display:
        run.show()
    return run


def join(
    server: Any,
    thread_id: str,
    run_id: str,
    *,
    display: bool = True,
    thread: bool = False,
) -> Run:
    """Follow a run that goes on at a server already, from its start as far as the server has kept it.

    Parameters
    ----------
    server
        The :class:`~lg_jupyter.Server` with the run's assistant.
    thread_id, run_id
        The run, as ``run.thread_id`` and ``run.run_id`` tell it. Only runs that were started as resumable
        were kept, as those of :func:`stream` are.
    display
        Whether to show the run in the cell.
    thread
        Whether it is on a loop apart even where one runs, which the caller may then block.

    Raises
    ------
    UsageError
        If ``server`` is none, or an id is missing.
    """
    from lg_jupyter.sources.server.server import Server

    if not isinstance(server, Server):
        raise UsageError(f"join() takes a Server(url, assistant), not {type(server).__name__}")
    if not thread_id or not run_id:
        raise UsageError("join() takes the ids of a thread and of a run on it: run.thread_id, run.run_id")
    request = Request(thread_id=str(thread_id), join=str(run_id))
    run = start(server, request, thread=thread)
    if display:
        run.show()
    return run


def load(path: str | os.PathLike[str]) -> Run:
    """Read a run that ``run.save(path)`` or ``stream(..., save=path)`` wrote. Nothing is executed.

    What was cut, by a process that died, loads up to the cut: it is ``incomplete``, and its note says so.

    Raises
    ------
    SavedRunError
        If the file holds no run that can be read.
    """
    return Run.load(path)


def concat(runs: Iterable[Run], table: str = "events") -> pd.DataFrame:
    """One of the tables of several runs, one run after the other, as a DataFrame.

    The first column is ``run_id``, a category: the server's id of the run, for a run in this process
    :attr:`Run.id <lg_jupyter.Run.id>`. Where a table has a ``run_id`` itself, this one takes its place. All
    other columns are those of ``run.to_pandas(table)``, with their dtypes; the categories of all runs are
    joined. Keys are unique within a run, and across runs together with ``run_id``.

    Parameters
    ----------
    runs
        The runs, at whatever point they are; one alone will do.
    table
        The table's name.

    Raises
    ------
    UsageError
        If there is no such table, or something in ``runs`` is no run.
    """
    from lg_jupyter.exports.concat import concat_frames

    held = [runs] if isinstance(runs, Run) else list(runs)
    for one in held:
        if not isinstance(one, Run):
            raise UsageError(f"concat takes runs, as in concat([run, other]), not {type(one).__name__}")
    return concat_frames(list(map(state_of, held)), table, {"run_id": ("category", [run.id for run in held])})
