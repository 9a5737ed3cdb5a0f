"""Causes for which more than one panel may be empty, in words."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from lg_jupyter.events.namespace import get_enclosing_task_ids
from lg_jupyter.panels.run_settings import RunSettings

if TYPE_CHECKING:
    from lg_jupyter.tables.trace import Trace


def explain_mode_not_requested(settings: RunSettings, what: str, mode: str) -> str:
    modes = ", ".join(sorted(settings.modes)) or "none"
    return f"{what} not asked for: the modes of this run are {modes}. Add the mode '{mode}'."


def explain_lost_async_context(what: str) -> str:
    return (
        f"On Python 3.10 LangGraph loses its context in coroutine functions: {what}. "
        "Use Python 3.11, plain functions, or hand the node's config on: "
        "`async def node(state, config)`, `model.ainvoke(x, config)`."
    )


def explain_call_outside_run(callers: list[str]) -> str:
    return (
        f"{format_names_as_code(callers)} can call a graph, but nothing came of it. If it did, the graph ran "
        "apart from this run: in another thread, or under a config of its own. "
        "Call it in the node by invoke(x) alone."
    )


def find_callers_without_subgraph(trace: Trace, settings: RunSettings) -> list[str]:
    """Nodes that can call a graph and have ended, while no graph was seen to run inside them."""
    if not settings.streams_subgraphs or not settings.graph_calling_functions:
        return []
    called = {
        task_id for row in trace.rows("namespaces") for task_id in get_enclosing_task_ids(row["namespace"])
    }
    ended = {
        row["node"]: row["task_id"]
        for row in trace.rows("tasks")
        if row["status"] == "success"
        and row["node"] in settings.graph_calling_functions
        and not row["namespace"]
    }
    return sorted(node for node, task_id in ended.items() if task_id not in called)


def may_have_subgraphs(settings: RunSettings) -> bool:
    return bool(settings.graph_calling_nodes) or settings.location != "local"


def format_nodes_clause(nodes: Collection[str]) -> str:
    return f", here those of {format_names_as_code(nodes)}" if nodes else ""


def format_names_as_code(names: Collection[str]) -> str:
    shown = [f"`{name}`" for name in list(names)[:5]]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(shown)}{more}"
