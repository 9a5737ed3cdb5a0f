"""Python 3.10, where LangGraph's ``astream`` loses its context on the way to plain functions.

There they stream no tokens, and ``get_stream_writer()`` and ``interrupt()`` fail in them; under ``stream``
they do all of it. So a graph of nothing but plain functions had better stream from a thread.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any


def streams_more_in_thread(graph: Any) -> bool:
    """Whether this graph can do with ``stream`` what it cannot with ``astream``.

    On Python 3.10 it can if nothing in it must be awaited, as far as can be seen.
    """
    if sys.version_info >= (3, 11) or not hasattr(graph, "stream"):
        return False
    nodes = getattr(graph, "nodes", None)
    if (
        not isinstance(nodes, dict)
        or not nodes
        or _is_async_only_checkpointer(getattr(graph, "checkpointer", None))
    ):
        return False
    return not any(map(_must_be_awaited, _iter_graph_callables(graph)))


def loses_node_callbacks(streams_in_thread: bool) -> bool:
    """Whether a model that a node calls has no callbacks, unless the node hands its config on."""
    return sys.version_info < (3, 11) and not streams_in_thread


def _is_async_only_checkpointer(checkpointer: Any) -> bool:
    module = sys.modules.get("langgraph.checkpoint.base")
    if module is None or not isinstance(checkpointer, module.BaseCheckpointSaver):
        return False
    return type(checkpointer).get_tuple is module.BaseCheckpointSaver.get_tuple


def _iter_graph_callables(graph: Any) -> Iterator[Any]:
    """What a graph calls: its nodes' runnables, their tools, its branches, all of its subgraphs too."""
    for node in graph.nodes.values():
        subgraphs = getattr(node, "subgraphs", None) or ()
        for subgraph in subgraphs:
            if isinstance(getattr(subgraph, "nodes", None), dict):
                yield from _iter_graph_callables(subgraph)
        bound = getattr(node, "bound", None)
        yield bound
        yield from getattr(bound, "steps", ())
        yield from (getattr(bound, "tools_by_name", None) or {}).values()
    branches = getattr(getattr(graph, "builder", None), "branches", None) or {}
    for named in branches.values():
        for branch in named.values():
            yield getattr(branch, "path", None)


def _must_be_awaited(called: Any) -> bool:
    """Whether a runnable or a tool has a coroutine function and no plain one."""
    coroutine = getattr(called, "afunc", None) or getattr(called, "coroutine", None)
    return coroutine is not None and getattr(called, "func", None) is None
