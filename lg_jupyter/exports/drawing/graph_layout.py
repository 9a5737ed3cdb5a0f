"""Where the nodes and edges of a graph are in its picture: each group laid out by itself, then as a node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from lg_jupyter.exports.drawing.layered_layout import Size, lay_out_in_layers
from lg_jupyter.sources.structure import Structure, StructureEdge, StructureNode

Point: TypeAlias = tuple[float, float]

MARGIN_PX = 14.0
GROUP_TITLE_HEIGHT_PX = 30.0
"""Above the nodes of a group, for its name."""

SELF_LOOP_HEIGHT_PX = 30.0
"""How far an edge from a node to itself comes out below it."""

_START_END_NODE_SIZE = Size(58, 26)
_CHARACTER_WIDTH_PX = 8.6
"""The width of a letter of a name, about."""


@dataclass(frozen=True)
class Rectangle:
    """A rectangle by its upper left corner, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class DrawnEdge:
    """An edge, and the points through which it is drawn."""

    edge: StructureEdge
    is_declared: bool
    points: list[Point]

    @property
    def is_self_loop(self) -> bool:
        """Whether it leads from a node to itself."""
        return self.edge["source"] == self.edge["target"]


@dataclass(frozen=True)
class GraphLayout:
    """A picture's size and what is where in it; groups come before what is in them."""

    width: float
    height: float
    node_boxes: list[tuple[StructureNode, Rectangle]]
    edges: list[DrawnEdge]


def lay_out_graph(structure: Structure, undeclared: Iterable[tuple[str, str]] = ()) -> GraphLayout:
    """The graph from left to right, with edges that it does not declare besides."""
    edges = [(edge, True) for edge in structure["edges"]]
    edges += [(_make_undeclared_edge(*ends), False) for ends in undeclared]
    level = _NestedLayoutBuilder(structure["nodes"], [edge for edge, _ in edges])
    size = level.lay_out_group(None)
    boxes = level.boxes
    return GraphLayout(
        size.width,
        size.height,
        [(node, boxes[node["id"]]) for node in structure["nodes"]],
        [DrawnEdge(edge, declared, level.route_edge(edge)) for edge, declared in edges],
    )


def _make_undeclared_edge(source: str, target: str) -> StructureEdge:
    return {"source": source, "target": target, "conditional": False, "label": None}


class _NestedLayoutBuilder:
    """The graph, and each group in it, one after the other."""

    def __init__(self, nodes: Iterable[StructureNode], edges: Iterable[StructureEdge]) -> None:
        self.boxes: dict[str, Rectangle] = {}
        self._nodes = {node["id"]: node for node in nodes}
        self._edges = list(edges)
        self._loops = {edge["source"] for edge in self._edges if edge["source"] == edge["target"]}
        self._ways: dict[tuple[str, str], list[Point]] = {}

    def lay_out_group(self, parent: str | None) -> Size:
        """Lays out what is in a group, from its own corner; its size."""
        inside = [id_ for id_, node in self._nodes.items() if node["parent"] == parent]
        sizes = {id_: self._lay_out_node(id_) for id_ in inside}
        ends = {
            pair: None
            for pair in map(self._find_sibling_ends, self._edges)
            if pair and set(pair) <= sizes.keys()
        }
        found = lay_out_in_layers(sizes, list(ends))
        left = min((x - sizes[id_].width / 2 for id_, (x, _) in found.node_centers.items()), default=0.0)
        points = [point for way in found.edge_waypoints.values() for point in way]
        tops = [y - sizes[id_].height / 2 for id_, (_, y) in found.node_centers.items()]
        top = min([*tops, *(y for _, y in points)], default=0.0)
        head = MARGIN_PX if parent is None else GROUP_TITLE_HEIGHT_PX
        dx, dy = MARGIN_PX - left, head - top
        for id_, (x, y) in found.node_centers.items():
            self._place_node(id_, x - sizes[id_].width / 2 + dx, y - sizes[id_].height / 2 + dy, sizes[id_])
        for pair, way in found.edge_waypoints.items():
            self._ways[pair] = [(x + dx, y + dy) for x, y in way]
        bottom = max(
            [y for _, y in points] + [y + sizes[i].height / 2 for i, (_, y) in found.node_centers.items()]
        )
        right = max(x + sizes[id_].width / 2 for id_, (x, _) in found.node_centers.items())
        return Size(right + dx + MARGIN_PX, bottom + dy + MARGIN_PX)

    def route_edge(self, edge: StructureEdge) -> list[Point]:
        """From the border of one node to that of the other."""
        source, target = self.boxes[edge["source"]], self.boxes[edge["target"]]
        if edge["source"] == edge["target"]:
            return _make_self_loop_points(source)
        pair = self._find_sibling_ends(edge)
        between = self._ways.get(pair, []) if pair else []
        onwards = target.center[0] > source.center[0]
        leave, arrive = (source.width, 0.0) if onwards else (0.0, target.width)
        shift = 0.0 if onwards else 9.0  # beside an edge that leads the other way
        return [
            (source.x + leave, source.center[1] + shift),
            *between,
            (target.x + arrive, target.center[1] + shift),
        ]

    def _lay_out_node(self, id_: str) -> Size:
        node = self._nodes[id_]
        if node["kind"] == "group":
            inner = self.lay_out_group(id_)
            return Size(max(inner.width, len(node["name"]) * _CHARACTER_WIDTH_PX + 120), inner.height)
        if node["kind"] != "node":
            return _START_END_NODE_SIZE
        # The room of a loop is on both sides, for a node is placed by its center.
        room = 2 * SELF_LOOP_HEIGHT_PX if id_ in self._loops else 0.0
        return Size(max(120, len(node["name"]) * _CHARACTER_WIDTH_PX + 28), 50 + room)

    def _place_node(self, id_: str, x: float, y: float, size: Size) -> None:
        if self._nodes[id_]["kind"] == "group":
            for inner in self._find_group_descendants(id_):
                box = self.boxes[inner]
                self.boxes[inner] = replace(box, x=box.x + x, y=box.y + y)
            for pair, way in self._ways.items():
                if pair[0] in self._find_group_descendants(id_):
                    self._ways[pair] = [(left + x, top + y) for left, top in way]
        height = size.height - (2 * SELF_LOOP_HEIGHT_PX if id_ in self._loops else 0.0)
        self.boxes[id_] = Rectangle(x, y + (size.height - height) / 2, size.width, height)

    def _find_group_descendants(self, group: str) -> set[str]:
        return {id_ for id_ in self._nodes if group in self._list_node_and_ancestors(id_)[1:]}

    def _list_node_and_ancestors(self, id_: str) -> list[str]:
        """A node and the groups around it, inner ones first."""
        found = [id_]
        while (outer := self._nodes[found[-1]]["parent"]) is not None:
            found.append(outer)
        return found

    def _find_sibling_ends(self, edge: StructureEdge) -> tuple[str, str] | None:
        """The two that an edge joins where both are in one group: its ends, or groups around them."""
        ways = self._list_node_and_ancestors(edge["source"]), self._list_node_and_ancestors(edge["target"])
        parents: Mapping[str | None, str] = {self._nodes[id_]["parent"]: id_ for id_ in ways[1]}
        for id_ in ways[0]:
            other = parents.get(self._nodes[id_]["parent"])
            if other is not None:
                return None if other == id_ else (id_, other)
        return None


def _make_self_loop_points(box: Rectangle) -> list[Point]:
    x, y = box.center[0], box.y + box.height
    return [(x + 14, y), (x + 34, y + 20), (x, y + 1.3 * SELF_LOOP_HEIGHT_PX), (x - 34, y + 20), (x - 14, y)]
