"""Where an interrupted run stopped, why, and the line that resumes it."""

from __future__ import annotations

from lg_jupyter.events.namespace import get_enclosing_node_names
from lg_jupyter.request.breakpoints import SUBGRAPH_SEPARATOR, select_breakpoints_at_node
from lg_jupyter.runtime.answerable import format_interrupt, list_answerable_interrupts
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.base import Resumable
from lg_jupyter.tables.base import Row

MAX_LISTED_INTERRUPTS = 5
"""The most interrupts that one sentence names."""


def make_resume_hint(run: RunState) -> str | None:
    """A sentence on a run that was interrupted: ``Stopped before write, at a breakpoint: run.resume()``.

    ``None`` of any other run. A saved one has no line, for it runs nothing.
    """
    if not run.done or run.status != "interrupted":
        return None
    where, line = _format_stop_and_resume_code(run)
    if not isinstance(run.source, Resumable):
        return f"{where}."
    if (blocker := run.source.describe_resume_blocker()) is not None:
        return f"{where}. It cannot go on: {blocker}"
    return f"{where}: {line}"


def make_node_interrupt_hint(run: RunState, row: Row) -> str:
    """What a ``NodeInterrupt`` waits for, and the lines that give it."""
    at = (run.trace.thread_state or {}).get("checkpoint_id")
    fork = f"run.fork({at!r}, values)" if at else "run.fork(checkpoint_id, values)"
    return (
        f"{row['node'] or 'A node'} raised a NodeInterrupt, which takes no answer but another state: "
        f"{fork}, or graph.update_state(config, values) and then run.resume()"
    )


# ---------------------------------------------------------------------------------------------


def _format_stop_and_resume_code(run: RunState) -> tuple[str, str]:
    """Where it stopped and why, and the line."""
    answerable = list_answerable_interrupts(run)
    if answerable:
        interrupts = "; ".join(map(format_interrupt, answerable[:MAX_LISTED_INTERRUPTS]))
        more = (
            f" and {len(answerable) - MAX_LISTED_INTERRUPTS} more"
            if len(answerable) > MAX_LISTED_INTERRUPTS
            else ""
        )
        if len(answerable) == 1:
            return f"Waits for an answer to {interrupts}", "run.resume(value)"
        number = f"{len(answerable)} answers"
        return f"Waits for {number}, to {interrupts}{more}", "run.resume({interrupt_id: value})"
    if run.interrupts:
        where, _, lines = make_node_interrupt_hint(run, run.interrupts[0]).partition(": ")
        return where, lines
    return _format_breakpoint_stop(run), "run.resume()"


def _format_breakpoint_stop(run: RunState) -> str:
    """Which nodes a run stopped before; at a breakpoint after a node, after which."""
    thread_state = run.trace.thread_state
    if thread_state is None or thread_state["next"] is None:
        return "Stopped at a breakpoint"
    following = list(dict.fromkeys(thread_state.get("inside") or thread_state["next"]))
    if not following:
        return "Its thread has come to its end"
    stops = run.current_request.all_breakpoints_before
    passed = (
        []
        if any(select_breakpoints_at_node(stops, node) for node in following)
        else _list_nodes_stopped_after(run, following[0])
    )
    after = f"after {', '.join(passed)}, " if passed else ""
    return f"Stopped {after}before {', '.join(following)}, at a breakpoint"


def _list_nodes_stopped_after(run: RunState, following: str) -> list[str]:
    """The nodes of the last step that have a breakpoint after them, as far as the modes show.

    They are in the graph of the node that follows, and like that named by the way there.
    """
    *graph, _ = following.split(SUBGRAPH_SEPARATOR)
    rows = [
        row for row in run.trace.rows("tasks") if get_enclosing_node_names(row["namespace"]) == tuple(graph)
    ]
    last = max((row["step"] for row in rows if row["step"] is not None), default=None)
    ran = dict.fromkeys(row["node"] for row in rows if last is not None and row["step"] == last)
    paths = [SUBGRAPH_SEPARATOR.join([*graph, node]) for node in ran]
    return [path for path in paths if select_breakpoints_at_node(run.current_request.breakpoints_after, path)]
