"""Breakpoints in subgraphs: a copy of the graph has them, for one run, and the user's own is left as it is.

LangGraph takes breakpoints of the root graph alone; a subgraph has those that it was compiled with. To set
these on the user's subgraph would stop every other run of it, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from lg_jupyter.errors import UsageError
from lg_jupyter.request.breakpoints import EVERY_NODE, SEPARATOR
from lg_jupyter.sources.base import Request
from lg_jupyter.sources.breakpoints import unknown_node
from lg_jupyter.sources.local import graphs

Path: TypeAlias = tuple[str, ...]


def check(graph: Any, request: Request, name: str) -> None:
    """Refuse breakpoints that no copy of the graph can have.

    Raises
    ------
    UsageError
        Saying why, and what to do instead.
    """
    for path in _paths(request.inner_breakpoints):
        if (written := SEPARATOR.join(path)) in graphs.nodes_of(graph):
            raise UsageError(
                f"{written!r} leads into a subgraph here: no breakpoint can be at a node of that name"
            )
        _check(graph, path, name)


def with_breakpoints(graph: Any, request: Request) -> Any:
    """The graph, or where breakpoints are in its subgraphs, a copy that stops there."""
    if not request.inner_breakpoints:
        return graph
    before = [path for path in _paths(request.stops_before) if len(path) > 1]
    after = [path for path in _paths(request.after) if len(path) > 1]
    *around, bare = graphs.layers(graph)
    copied = _with_inner(bare, before, after)
    for binding in reversed(around):
        copied = binding.model_copy(update={"bound": copied})
    return copied


def next_nodes(snapshot: Any) -> list[tuple[str, Any]]:
    """The nodes that come next, each by the way there, with the snapshot of the graph that it is in."""
    return [(SEPARATOR.join(path), inside) for path, inside in _next_nodes(snapshot, ())]


def breakpoint_holders(graph: Any) -> list[str]:
    """The subgraphs that can have breakpoints, by the way there."""
    return [SEPARATOR.join(path) for path in _holders(graph, ())]


# ---------------------------------------------------------------------------------------------


def _paths(names: Sequence[str]) -> list[Path]:
    return [tuple(name.split(SEPARATOR)) for name in names]


def _check(graph: Any, path: Path, name: str) -> None:
    first, *rest = path
    nodes = graphs.nodes(graph)
    if first not in nodes and not (first == EVERY_NODE and not rest):
        raise UsageError(unknown_node(first, nodes, name))
    if not rest:
        return
    if (why := _refusal(graphs.nodes_of(graph)[first])) is not None:
        raise UsageError(f"no breakpoint can be in {first!r}, at {SEPARATOR.join(rest)!r}: {why}")
    _check(graphs.nodes_of(graph)[first].bound, tuple(rest), f"the subgraph {first!r}")


def _refusal(node: Any) -> str | None:
    """Why there can be no breakpoints in a node; ``None`` if it is a graph that can be copied."""
    graph = getattr(node, "bound", None)
    if not graphs.is_pregel(graph):
        if getattr(node, "subgraphs", None):
            return (
                "it is no graph but calls one, which cannot be copied for a run; add_node(name, subgraph) can"
            )
        return "it is no graph"
    if getattr(graph, "checkpointer", None) is False:
        return "it was compiled with checkpointer=False, so that it could not go on from there"
    return None


def _holders(graph: Any, path: Path) -> Iterator[Path]:
    for name, node in graphs.nodes_of(graph).items():
        if _refusal(node) is None:
            yield (*path, name)
            yield from _holders(node.bound, (*path, name))


def _with_inner(graph: Any, before: list[Path], after: list[Path]) -> Any:
    """A copy of a graph whose nodes stop at these paths."""
    nodes = dict(graph.nodes)
    for name in {path[0] for path in (*before, *after)}:
        within = [[path[1:] for path in paths if path[0] == name] for paths in (before, after)]
        copied = _stopping(nodes[name].bound, *within)
        nodes[name] = nodes[name].copy({"bound": copied, "subgraphs": [copied]})
    return graph.copy({"nodes": nodes})


def _stopping(graph: Any, before: list[Path], after: list[Path]) -> Any:
    """A copy of a subgraph that stops at these paths, beside where it was compiled to stop."""
    deeper = [[path for path in paths if len(path) > 1] for paths in (before, after)]
    stops = {
        "interrupt_before_nodes": _nodes(before, graph.interrupt_before_nodes),
        "interrupt_after_nodes": _nodes(after, graph.interrupt_after_nodes),
    }
    return _with_inner(graph, *deeper).copy(stops)


def _nodes(paths: list[Path], compiled: Any) -> Any:
    here = [path[0] for path in paths if len(path) == 1]
    if EVERY_NODE in (compiled, *here):
        return EVERY_NODE
    return list(dict.fromkeys([*compiled, *here]))


def _next_nodes(snapshot: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    for task in snapshot.tasks:
        if task.name not in snapshot.next:
            continue
        if getattr(task.state, "next", None):
            yield from _next_nodes(task.state, (*path, task.name))
        else:
            yield (*path, task.name), snapshot
