"""Breakpoints in subgraphs: a copy of the graph has them, for one run, and the user's own is left as it is.

LangGraph takes breakpoints of the root graph alone; a subgraph has those that it was compiled with. To set
these on the user's subgraph would stop every other run of it, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from lg_jupyter.errors import UsageError
from lg_jupyter.request.breakpoints import EVERY_NODE, SUBGRAPH_SEPARATOR
from lg_jupyter.sources.base import Request
from lg_jupyter.sources.breakpoints import format_unknown_node_error
from lg_jupyter.sources.local import graphs

NodePath: TypeAlias = tuple[str, ...]


def validate_subgraph_breakpoints(graph: Any, request: Request, name: str) -> None:
    """Refuse breakpoints that no copy of the graph can have.

    Raises
    ------
    UsageError
        Saying why, and what to do instead.
    """
    for path in _split_node_paths(request.subgraph_breakpoints):
        if (written := SUBGRAPH_SEPARATOR.join(path)) in graphs.get_node_map(graph):
            raise UsageError(
                f"{written!r} leads into a subgraph here: no breakpoint can be at a node of that name"
            )
        _validate_node_path(graph, path, name)


def copy_with_subgraph_breakpoints(graph: Any, request: Request) -> Any:
    """The graph, or where breakpoints are in its subgraphs, a copy that stops there."""
    if not request.subgraph_breakpoints:
        return graph
    before = [path for path in _split_node_paths(request.all_breakpoints_before) if len(path) > 1]
    after = [path for path in _split_node_paths(request.breakpoints_after) if len(path) > 1]
    *around, bare = graphs.list_wrapper_layers(graph)
    copied = _copy_with_breakpoints_in_subgraphs(bare, before, after)
    for binding in reversed(around):
        copied = binding.model_copy(update={"bound": copied})
    return copied


def list_next_nodes_with_snapshots(snapshot: Any) -> list[tuple[str, Any]]:
    """The nodes that come next, each by the way there, with the snapshot of the graph that it is in."""
    return [
        (SUBGRAPH_SEPARATOR.join(path), inside)
        for path, inside in _iter_next_nodes_with_snapshots(snapshot, ())
    ]


def list_subgraphs_supporting_breakpoints(graph: Any) -> list[str]:
    """The subgraphs that can have breakpoints, by the way there."""
    return [SUBGRAPH_SEPARATOR.join(path) for path in _iter_subgraphs_supporting_breakpoints(graph, ())]


# ---------------------------------------------------------------------------------------------


def _split_node_paths(names: Sequence[str]) -> list[NodePath]:
    return [tuple(name.split(SUBGRAPH_SEPARATOR)) for name in names]


def _validate_node_path(graph: Any, path: NodePath, name: str) -> None:
    first, *rest = path
    nodes = graphs.list_node_names(graph)
    if first not in nodes and not (first == EVERY_NODE and not rest):
        raise UsageError(format_unknown_node_error(first, nodes, name))
    if not rest:
        return
    if (why := _explain_unsupported_node(graphs.get_node_map(graph)[first])) is not None:
        raise UsageError(f"no breakpoint can be in {first!r}, at {SUBGRAPH_SEPARATOR.join(rest)!r}: {why}")
    _validate_node_path(graphs.get_node_map(graph)[first].bound, tuple(rest), f"the subgraph {first!r}")


def _explain_unsupported_node(node: Any) -> str | None:
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


def _iter_subgraphs_supporting_breakpoints(graph: Any, path: NodePath) -> Iterator[NodePath]:
    for name, node in graphs.get_node_map(graph).items():
        if _explain_unsupported_node(node) is None:
            yield (*path, name)
            yield from _iter_subgraphs_supporting_breakpoints(node.bound, (*path, name))


def _copy_with_breakpoints_in_subgraphs(graph: Any, before: list[NodePath], after: list[NodePath]) -> Any:
    """A copy of a graph whose nodes stop at these paths."""
    nodes = dict(graph.nodes)
    for name in {path[0] for path in (*before, *after)}:
        within = [[path[1:] for path in paths if path[0] == name] for paths in (before, after)]
        copied = _copy_subgraph_with_breakpoints(nodes[name].bound, *within)
        nodes[name] = nodes[name].copy({"bound": copied, "subgraphs": [copied]})
    return graph.copy({"nodes": nodes})


def _copy_subgraph_with_breakpoints(graph: Any, before: list[NodePath], after: list[NodePath]) -> Any:
    """A copy of a subgraph that stops at these paths, beside where it was compiled to stop."""
    deeper = [[path for path in paths if len(path) > 1] for paths in (before, after)]
    stops = {
        "interrupt_before_nodes": _merge_with_compiled_breakpoints(before, graph.interrupt_before_nodes),
        "interrupt_after_nodes": _merge_with_compiled_breakpoints(after, graph.interrupt_after_nodes),
    }
    return _copy_with_breakpoints_in_subgraphs(graph, *deeper).copy(stops)


def _merge_with_compiled_breakpoints(paths: list[NodePath], compiled_breakpoints: Any) -> Any:
    here = [path[0] for path in paths if len(path) == 1]
    if EVERY_NODE in (compiled_breakpoints, *here):
        return EVERY_NODE
    return list(dict.fromkeys([*compiled_breakpoints, *here]))


def _iter_next_nodes_with_snapshots(snapshot: Any, path: NodePath) -> Iterator[tuple[NodePath, Any]]:
    for task in snapshot.tasks:
        if task.name not in snapshot.next:
            continue
        if getattr(task.state, "next", None):
            yield from _iter_next_nodes_with_snapshots(task.state, (*path, task.name))
        else:
            yield (*path, task.name), snapshot
