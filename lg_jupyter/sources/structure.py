"""What a graph looks like: its nodes, the subgraphs that hold them, and its edges.

::

    {"nodes": [{"id": "team:draft", "name": "draft", "parent": "team", "kind": "node", "deferred": False}, …],
     "edges": [{"source": "plan", "target": "team:draft", "conditional": False, "label": None}, …]}

``kind`` is ``start``, ``end``, ``node``, or ``group`` for a node that a subgraph takes the place of:
LangGraph draws ``team:draft`` and no ``team``, so the groups are made of the names. Parents come before their
children. Edges join nodes, never groups. A node is ``deferred`` if it waits until all else has run.

**Where a task is in the drawing.** Its id there is the names of its namespace's segments and of its node
joined by ``:``, as ``team:draft`` of the node ``draft`` in the namespace ``team:<task id>``. What no drawing
shows (a graph that a tool calls) is in the nearest thing around it that is drawn:
:func:`find_structure_node_id` drops names from the end until an id fits. A function that calls a graph is
drawn as a group, and its task lights that. An entrypoint is drawn as one node, in which all its tasks are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, Protocol, TypedDict, runtime_checkable

from lg_jupyter.errors import UsageError
from lg_jupyter.events.namespace import get_enclosing_node_names as nodes_around

StructureNodeKind = Literal["start", "end", "node", "group"]

_START_AND_END_NODE_KINDS: Mapping[str, StructureNodeKind] = {"__start__": "start", "__end__": "end"}
_ERROR_HANDLER_PREFIX = "__error_handler__"


class StructureNode(TypedDict):
    id: str
    name: str
    parent: str | None
    kind: StructureNodeKind
    deferred: bool


class StructureEdge(TypedDict):
    source: str
    target: str
    conditional: bool
    label: str | None


class Structure(TypedDict):
    """A graph as it is drawn."""

    nodes: list[StructureNode]
    edges: list[StructureEdge]


@runtime_checkable
class HasStructure(Protocol):
    """A source that can say what its graph looks like.

    Attributes
    ----------
    has_local_structure
        Whether it can without asking anybody else.
    """

    has_local_structure: bool

    def read_structure(self) -> Structure:
        """The graph's structure, which may take a while; :class:`LgJupyterError` if it cannot be had."""


def read_graph_structure(graph: Any, name: str) -> Structure:
    """The structure of a graph object, with its subgraphs where they can be opened.

    Raises
    ------
    UsageError
        If it draws nothing.
    """
    draw = getattr(graph, "get_graph", None)
    if not callable(draw):
        raise UsageError(f"{name} draws nothing: it has no get_graph(), as compiled graphs do")
    try:
        return parse_graph_json(draw(xray=True).to_json())
    except Exception:  # a subgraph that cannot be drawn: then without any
        pass
    try:
        return parse_graph_json(draw().to_json())
    except Exception as error:
        raise UsageError(f"{name} cannot be drawn: {type(error).__name__}: {error}") from error


def parse_graph_json(graph_json: Mapping[str, Any]) -> Structure:
    """What ``get_graph(...).to_json()`` or a server says of a graph, in our words."""
    nodes = {node["id"]: node for each in graph_json["nodes"] for node in _iter_node_and_groups(each)}
    edges = [_make_edge(edge) for edge in graph_json["edges"]]
    return {"nodes": sorted(nodes.values(), key=_measure_depth), "edges": edges}


def find_structure_node_id(structure: Structure, namespace: str, node: str | None = None) -> str | None:
    """The id of the node or group where something happens; ``None`` if nothing around it is drawn."""
    ids = {drawn["id"] for drawn in structure["nodes"]}
    names = [*nodes_around(namespace), *([node] if node else [])]
    inside = bool(names)
    while names and ":".join(names) not in ids:
        names.pop()
    return ":".join(names) or (_find_only_node_id(structure) if inside else None)


def map_structure_texts(structure: Structure, change: Callable[[str], str]) -> Structure:
    """The structure with ``change(text)`` in place of each of its texts."""

    def each(row: Mapping[str, Any]) -> Any:
        return {key: change(value) if isinstance(value, str) else value for key, value in row.items()}

    return {"nodes": list(map(each, structure["nodes"])), "edges": list(map(each, structure["edges"]))}


def _find_only_node_id(structure: Structure) -> str | None:
    nodes = [drawn["id"] for drawn in structure["nodes"] if drawn["kind"] == "node"]
    return nodes[0] if len(nodes) == 1 else None


def _iter_node_and_groups(drawn: Mapping[str, Any]) -> Iterator[StructureNode]:
    id_ = str(drawn["id"])
    *around, name = id_.split(":")
    for depth in range(1, len(around) + 1):
        yield _make_node(":".join(around[:depth]), around[depth - 1], "group")
    deferred = bool((drawn.get("metadata") or {}).get("defer"))
    yield _make_node(id_, _format_node_name(name), _START_AND_END_NODE_KINDS.get(name, "node"), deferred)


def _make_node(id_: str, name: str, kind: StructureNodeKind, deferred: bool = False) -> StructureNode:
    parent = id_.rpartition(":")[0] or None
    return {"id": id_, "name": name, "parent": parent, "kind": kind, "deferred": deferred}


def _format_node_name(name: str) -> str:
    if name.startswith(_ERROR_HANDLER_PREFIX):
        return f"{name.removeprefix(_ERROR_HANDLER_PREFIX)} (error handler)"
    return name


def _measure_depth(node: StructureNode) -> int:
    return node["id"].count(":")


def _make_edge(edge: Mapping[str, Any]) -> StructureEdge:
    label = edge.get("data")
    return {
        "source": str(edge["source"]),
        "target": str(edge["target"]),
        "conditional": bool(edge.get("conditional")),
        "label": label if isinstance(label, str) else None,
    }
