"""Middleware of LangChain's agents that only ``invoke`` and ``stream`` can call.

``@wrap_tool_call`` around a plain function, say, has no asynchronous side: under ``astream`` LangChain raises
:class:`NotImplementedError` in mid-run, where ``agent.invoke`` works.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from lg_jupyter.sources.local.graphs import get_node_map, list_graph_and_subgraphs

_ASYNC_HOOK_NAMES = ("awrap_model_call", "awrap_tool_call")

_MAX_FUNCTION_DEPTH = 8
"""Functions in functions: those that chain the hooks, and what LangSmith puts around each, are in between."""


def has_sync_only_middleware(graph: Any) -> bool:
    """Whether an agent in the graph has a middleware that cannot be called asynchronously."""
    module = sys.modules.get("langchain.agents.middleware.types")
    base = getattr(module, "AgentMiddleware", None)
    if base is None:
        return False
    missing = {vars(base).get(name) for name in _ASYNC_HOOK_NAMES} - {None}
    bound = (
        getattr(node, "bound", None)
        for each in list_graph_and_subgraphs(graph)
        for node in get_node_map(each).values()
    )
    roots = (getattr(one, name, None) for one in bound for name in ("afunc", "_awrap_tool_call"))
    return any(
        getattr(found, "__func__", None) in missing
        for root in roots
        for found in _iter_reachable_functions(root)
    )


def _iter_reachable_functions(value: Any, depth: int = _MAX_FUNCTION_DEPTH) -> Iterator[Any]:
    """A function, and those that it holds: in its closure, wrapped, as a method or a partial."""
    if depth == 0 or value is None:
        return
    yield value
    function = getattr(value, "__func__", value)
    held = [getattr(function, name, None) for name in ("__wrapped__", "func")]
    for cell in getattr(function, "__closure__", None) or ():
        try:
            content = cell.cell_contents
        except ValueError:  # it is empty yet
            continue
        held += content if isinstance(content, list | tuple) else [content]
    for one in held:
        if callable(one) and not isinstance(one, type):
            yield from _iter_reachable_functions(one, depth - 1)
