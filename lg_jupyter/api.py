"""What users call: :func:`stream` starts a run and shows it, :func:`load` brings one back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lg_jupyter.errors import UsageError
from lg_jupyter.exports.calls import ModelCall
from lg_jupyter.request.arguments import checks_arguments
from lg_jupyter.request.breakpoints import BreakpointCondition, validate_breakpoints
from lg_jupyter.request.config import validate_config
from lg_jupyter.request.filters import MessageFilter, validate_names
from lg_jupyter.request.limits import resolve_limits
from lg_jupyter.request.memory_limit import validate_run_memory_limit
from lg_jupyter.request.prices import validate_price
from lg_jupyter.request.strategies import validate_durability, validate_multitask
from lg_jupyter.run import Run, show_run_if_requested, start_run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources.base import UNSET, Request, RequestedThreadId
from lg_jupyter.sources.stream_modes import choose_stream_modes

if TYPE_CHECKING:
    import pandas as pd


@checks_arguments
def stream(
    target: Any,
    input: Any = None,
    *,
    modes: str | Iterable[str] | None = None,
    subgraphs: bool = True,
    thread_id: RequestedThreadId = UNSET,
    config: Mapping[str, Any] | None = None,
    context: Any = None,
    display: bool = True,
    thread: bool = False,
    name: str | None = None,
    save: str | os.PathLike[str] | None = None,
    tags: str | Iterable[str] | None = None,
    nodes: str | Iterable[str] | None = None,
    before: str | Iterable[str] | Mapping[str, BreakpointCondition | None] | None = None,
    after: str | Iterable[str] | None = None,
    multitask: str | None = None,
    durability: str | None = None,
    detach: bool = False,
    think_tags: bool = True,
    mask_secrets: bool | None = None,
    max_bytes: int | None = None,
    calls: bool = False,
    price: Mapping[str, Mapping[str, float]] | Callable[[ModelCall], float | None] | None = None,
    max_cost: float | None = None,
    max_tokens: int | None = None,
    max_seconds: float | None = None,
    stop_at_once: bool = False,
) -> Run:
    """Start a run now, and show it where there is a notebook.

    On a running event loop the run is a task of that loop: ``await run``. Where none runs it is on one that
    lasts, which such runs share, on a thread: ``run.wait()``.

    LangGraph's page: `Streaming <https://docs.langchain.com/oss/python/langgraph/streaming>`_.

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
        what runs inside it. The run keeps everything, and the display's filter can be changed.
    before, after
        Nodes before or after which to stop, each time: breakpoints. ``run.resume()`` goes on. They need a
        checkpointer, on a server a thread. ``"research/tools"`` is a node of the subgraph that is the node
        ``research``, ``"*"`` every node, ``"research/*"`` every one in there. A mapping gives conditions,
        ``before={"tools": lambda state: len(state["messages"]) > 3}``, which take the state of the graph that
        the node is in, before it runs. A server stops at nodes of the root graph alone, without conditions.
    multitask
        What a server does with this run if its thread is busy with another: ``reject`` it, ``interrupt`` the
        other, ``rollback`` the other, or ``enqueue`` it, the servers' default.
    durability
        When checkpoints are written: ``sync``, before the next step begins; ``async``, while it runs, which
        is LangGraph's default; ``exit``, once, when the run ends or stops.
    detach
        Whether to leave the run on its server: it is started there and not followed. The run here is over as
        soon as it has its ids, and ``incomplete``; ``run.join()`` follows it, and its note is the line that
        does so in another kernel.
    think_tags
        Whether what a model writes between ``<think>`` and ``</think>`` at the beginning of its text is its
        reasoning, and not text.
    mask_secrets
        Whether secrets are masked in all that is shown, saved or given away; by default as the option of this
        name says. Where they are not, the run's note says so.
    max_bytes
        About how many bytes the run may hold before the oldest events are dropped, which its note then says;
        by default as the option of this name says, 0 for no bound. A file written with ``save`` keeps all.
    calls
        Whether a server is to report what each model was given: it then streams the mode ``events`` too,
        about twice the bytes. Calls in this process are always reported.
    price
        What calls of models cost, before the list prices of ``lg_jupyter[prices]``: US dollars per million
        tokens by model, as ``{"my-model": {"input": 1.25, "output": 10, "cache_read": 0.125}}``, or a
        function that gets each call that is over, and gives dollars, or ``None``: by the list.
    max_cost, max_tokens, max_seconds
        Where the run is to stop: US dollars by list price, tokens read and given out, seconds. Calls count
        when they are over. The run is then ``cancelled``, its note says which limit it met, and
        ``run.resume()`` goes on with the same limits anew.
    stop_at_once
        Whether it stops there at once, and not before its next step, where it can; servers always do.

    Returns
    -------
    Run
        The run, which goes on: ``await run``, or ``run.wait()``.

    Raises
    ------
    UsageError
        If the target is no graph, a mode is unknown, the input cannot be one, or ``max_cost`` is given and no
        prices are known; nothing was started then.
        What goes wrong later is raised by ``await run`` and ``run.wait()``.

    Examples
    --------
    >>> run = lg_jupyter.stream(graph, {"topic": "dogs"}).wait()
    >>> run.output["joke"]
    'A joke about dogs and cats'
    """
    request = Request(
        input=input,
        modes=choose_stream_modes(target, modes, calls),
        subgraphs=subgraphs,
        thread_id=thread_id,
        config=validate_config(config),
        context=context,
        message_filter=MessageFilter(validate_names("tags", tags), validate_names("nodes", nodes)),
        **validate_breakpoints(before, after),
        multitask_strategy=validate_multitask(multitask),
        durability=validate_durability(durability),
        detach=bool(detach),
        parses_think_tags=bool(think_tags),
        mask_secrets=mask_secrets,
        max_trace_bytes=validate_run_memory_limit(max_bytes),
        price=validate_price(price, ModelCall, max_cost),
        limits=resolve_limits(max_cost, max_tokens, max_seconds, stop_at_once, has_prices=price is not None),
    )
    return show_run_if_requested(start_run(target, request, name=name, thread=thread, save=save), display)


@checks_arguments
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

    Returns
    -------
    Run
        A run of its own, which follows that one.

    Raises
    ------
    UsageError
        If ``server`` is none, or an id is missing.

    Examples
    --------
    >>> server = lg_jupyter.Server("http://127.0.0.1:2024", "agent")
    >>> run = lg_jupyter.join(server, thread_id, run_id)  # doctest: +SKIP
    """
    from lg_jupyter.sources.server.server import Server

    if not isinstance(server, Server):
        raise UsageError(f"join() takes a Server(url, assistant), not {type(server).__name__}")
    if not thread_id or not run_id:
        raise UsageError("join() takes the ids of a thread and of a run on it: run.thread_id, run.run_id")
    request = Request(thread_id=str(thread_id), join_run_id=str(run_id))
    return show_run_if_requested(start_run(server, request, thread=thread), display)


@checks_arguments
def load(path: str | os.PathLike[str]) -> Run:
    """Read a run that ``run.save(path)`` or ``stream(..., save=path)`` wrote. Nothing is executed.

    What was cut, by a process that died, loads up to the cut: it is ``incomplete``, and its note says so.

    Parameters
    ----------
    path
        The file. A name that ends in ``.gz`` or ``.zst`` is compressed.

    Returns
    -------
    Run
        The run as it was: it is over, and ``run.replay()`` shows it once more.

    Raises
    ------
    SavedRunError
        If the file holds no run that can be read.

    Examples
    --------
    >>> run.save("run.jsonl")
    >>> lg_jupyter.load("run.jsonl").output == run.output
    True
    """
    return Run.load(path)


@checks_arguments
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

    Returns
    -------
    pandas.DataFrame
        Their rows, one run after the other.

    Raises
    ------
    UsageError
        If there is no such table, or something in ``runs`` is no run.

    Examples
    --------
    >>> lg_jupyter.concat([run, other], "tasks").groupby("run_id", observed=True).size().tolist()
    [2, 2]
    """
    from lg_jupyter.exports.concat import concat_frames

    held = [runs] if isinstance(runs, Run) else list(runs)
    for one in held:
        if not isinstance(one, Run):
            raise UsageError(f"concat takes runs, as in concat([run, other]), not {type(one).__name__}")
    return concat_frames(
        list(map(get_run_state, held)), table, {"run_id": ("category", [run.id for run in held])}
    )
