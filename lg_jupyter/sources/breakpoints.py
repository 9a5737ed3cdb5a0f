"""Nodes before or after which a run is to stop: LangGraph takes any name, and passes by one that is none."""

from __future__ import annotations

from collections.abc import Sequence

from lg_jupyter.errors import UsageError
from lg_jupyter.request.breakpoints import EVERY_NODE, SUBGRAPH_SEPARATOR, is_subgraph_breakpoint
from lg_jupyter.sources.base import Request
from lg_jupyter.spelling import format_suggestion_ending


def validate_breakpoint_nodes(request: Request, nodes: Sequence[str], graph_name: str) -> None:
    """Refuse breakpoints at nodes that the root graph does not have.

    Raises
    ------
    UsageError
        Saying which nodes it has.
    """
    for name in (*request.all_breakpoints_before, *request.breakpoints_after):
        if not is_subgraph_breakpoint(name) and name not in nodes and name != EVERY_NODE:
            raise UsageError(format_unknown_node_error(name, nodes, graph_name))


def reject_unsupported_server_breakpoints(request: Request) -> None:
    """Refuse what a server cannot do: it stops at nodes of the root graph, whatever their state.

    Raises
    ------
    UsageError
        Saying what to type instead.
    """
    for name in request.subgraph_breakpoints:
        root = name.partition(SUBGRAPH_SEPARATOR)[0]
        raise UsageError(
            f"a server stops at nodes of the root graph alone, and passes by {name!r} without a word: "
            f"use {root!r}, or run the graph in this kernel"
        )
    for name in request.breakpoint_conditions:
        raise UsageError(
            f"the condition of the breakpoint {name!r} is evaluated in this kernel, for which a run on a "
            f"server does not wait: before={name!r}, and look at the state there"
        )


def format_unknown_node_error(name: object, nodes: Sequence[str], graph_name: str) -> str:
    """The sentence on a node that a graph does not have."""
    ending = format_suggestion_ending(name, nodes)
    return f"{graph_name} has no node {name!r}{ending} Nodes: {', '.join(nodes[:20])}."
