"""The watched runs that wait for an answer: who goes on with one's thread and graph goes on with it."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from lg_jupyter.kernel.module_reload import keep_across_reloads
from lg_jupyter.runtime.registry import MAX_INTERRUPTED_RUNS
from lg_jupyter.runtime.state import RunState
from lg_jupyter.sources.local import graphs

INTERRUPT_TIMEOUT_SECONDS = 1.0
"""Seconds to wait for a run that its caller has left interrupted to be so here: usually some milliseconds."""

_interrupted_runs_lock = threading.Lock()
_interrupted_runs: deque[tuple[object, str, RunState]] = keep_across_reloads(
    "interrupted runs that were watched", deque(maxlen=MAX_INTERRUPTED_RUNS)
)


def get_graph_identity(graph: Any) -> object:
    """What is the same for a graph, its copies with other configs, and those compiled of the same builder."""
    bare = graphs.unwrap_graph(graph)
    builder = getattr(bare, "builder", None)
    return bare.nodes if builder is None and hasattr(bare, "nodes") else builder or bare


def add_interrupted_run(graph: Any, thread_id: str | None, run: RunState) -> None:
    """A run was interrupted."""
    if thread_id is not None:
        with _interrupted_runs_lock:
            _interrupted_runs.append((get_graph_identity(graph), thread_id, run))


def pop_interrupted_run(graph: Any, thread_id: str | None) -> RunState | None:
    """The run with which a call goes on; ``None`` if it begins one."""
    of_graph = get_graph_identity(graph)
    with _interrupted_runs_lock:
        found = [one for one in _interrupted_runs if one[0] is of_graph and one[1] == thread_id]
        for one in found:
            _interrupted_runs.remove(one)
    run = found[-1][2] if found else None
    if run is None:
        return None
    run.completion.block_at_most(INTERRUPT_TIMEOUT_SECONDS)
    return run if run.done and run.status == "interrupted" else None


def clear_interrupted_runs() -> None:
    """Forget them all."""
    with _interrupted_runs_lock:
        _interrupted_runs.clear()
