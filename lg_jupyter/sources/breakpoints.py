"""Nodes before or after which a run is to stop: LangGraph takes any name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from lg_jupyter.errors import UsageError
from lg_jupyter.sources.base import Request


def check(request: Request, nodes: Sequence[str], graph: str) -> None:
    """Refuse breakpoints at nodes that the graph does not have.

    Raises
    ------
    UsageError
        Saying which nodes it has.
    """
    for name in (*request.before, *request.after):
        if name not in nodes and name != "*":  # which is LangGraph's name for every node
            raise UsageError(unknown_node(name, nodes, graph))


def unknown_node(name: object, nodes: Sequence[str], graph: str) -> str:
    """The sentence on a node that a graph does not have."""
    near = difflib.get_close_matches(str(name), nodes, n=1)
    meant = f": did you mean {near[0]!r}?" if near else "."
    return f"{graph} has no node {name!r}{meant} Nodes: {', '.join(nodes[:20])}."
