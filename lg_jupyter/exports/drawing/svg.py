"""An arranged graph as SVG: no script, no style sheet, no font of its own; on white, for paper and pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

from lg_jupyter.exports.drawing.graph_layout import DrawnEdge, GraphLayout, Point, Rectangle
from lg_jupyter.exports.drawing.node_visits import NodeVisits
from lg_jupyter.exports.drawing.taken_path import TakenPath
from lg_jupyter.sources.structure import StructureNode
from lg_jupyter.text.markup import Markup, element, join_markup
from lg_jupyter.text.words import STATUS_SIGNS, format_duration, join_with_dots

_FONT_FAMILY = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
_TEXT_COLOR, _MUTED_COLOR, _LINE_COLOR, _TAKEN_COLOR = "#1f2328", "#5d6570", "#b4b9c0", "#0b62c4"
_BORDER_COLORS_BY_STATUS = {"error": "#c8291e", "interrupted": "#9a5b00", "running": _TAKEN_COLOR}
_DONE_BORDER_COLOR = "#1a7f4b"
_CHARACTER_WIDTH_TO_FONT_SIZE = 0.62
"""The width of a letter, of its height."""


def render_svg(graph: GraphLayout, path: TakenPath, visited: Mapping[str, NodeVisits]) -> str:
    """The picture as the text of a file."""
    width, height = math.ceil(graph.width), math.ceil(graph.height)
    groups = [_render_group(node, box, visited) for node, box in graph.node_boxes if node["kind"] == "group"]
    nodes = [_render_node(node, box, visited) for node, box in graph.node_boxes if node["kind"] != "group"]
    return element(
        "svg",
        element("rect", width="100%", height="100%", fill="#ffffff"),
        groups,
        [_render_edge(line, path) for line in graph.edges],
        nodes,
        xmlns="http://www.w3.org/2000/svg",
        width=str(width),
        height=str(height),
        viewBox=f"0 0 {width} {height}",
        font_family=_FONT_FAMILY,
    )


def _render_node(node: StructureNode, box: Rectangle, visited: Mapping[str, NodeVisits]) -> Markup:
    x, y = box.center
    if node["kind"] != "node":
        shape = _render_rect(box, fill="#ffffff", stroke=_LINE_COLOR, rx=f"{box.height / 2:g}")
        return join_markup(
            shape, _render_text(node["kind"], x, y + 4, 11.5, fill=_MUTED_COLOR, text_anchor="middle")
        )
    visits = visited.get(node["id"])
    shape = _render_rect(
        box,
        fill="#ffffff" if visits is None else "#f3f6f8",
        stroke=_LINE_COLOR
        if visits is None
        else _BORDER_COLORS_BY_STATUS.get(visits.status, _DONE_BORDER_COLOR),
        stroke_width="1.5",
        rx="8",
    )
    size = min(14.5, (box.width - 20) / (len(node["name"]) * _CHARACTER_WIDTH_TO_FONT_SIZE))
    up = 5 if visits is None else -4
    color = _MUTED_COLOR if visits is None else _TEXT_COLOR
    name = _render_text(node["name"], box.x + 10, y + up, size, fill=color, font_weight="600")
    facts = (
        _render_text(_format_visits(visits), box.x + 10, y + 15, 12, fill=_MUTED_COLOR) if visits else None
    )
    return join_markup(shape, name, facts)


def _render_group(node: StructureNode, box: Rectangle, visited: Mapping[str, NodeVisits]) -> Markup:
    visits = visited.get(node["id"])
    title = join_with_dots(node["name"], _format_visits(visits) if visits else None)
    size = min(13.0, (box.width - 20) / (len(title) * _CHARACTER_WIDTH_TO_FONT_SIZE))
    frame = _render_rect(
        box, fill="#fafbfc", stroke=_LINE_COLOR, stroke_dasharray="5 4", stroke_width="1.5", rx="8"
    )
    return join_markup(
        frame, _render_text(title, box.x + 10, box.y + 19, size, fill=_TEXT_COLOR, font_weight="600")
    )


def _format_visits(visits: NodeVisits) -> str:
    status = STATUS_SIGNS["success"] if visits.status == "success" else visits.status
    return " ".join(
        filter(
            None,
            (
                status,
                f"×{visits.count:,}" if visits.count > 1 else "",
                format_duration(visits.active_seconds),
            ),
        )
    )


def _render_edge(line: DrawnEdge, path: TakenPath) -> Markup:
    edge = line.edge
    taken = not line.is_declared or (edge["source"], edge["target"]) in path.declared_edges
    color = _TAKEN_COLOR if taken else _LINE_COLOR
    dashes = None if line.is_declared and not edge["conditional"] else "5 4" if line.is_declared else "1 5"
    curve = element(
        "path",
        d=" ".join(_iter_curve_commands(line)),
        fill="none",
        stroke=color,
        stroke_width="2.4" if taken else "1.4",
        stroke_dasharray=dashes,
        stroke_linecap="round",
    )
    return join_markup(
        curve, element("path", d=_make_arrow_head_path(line), fill=color), _render_edge_label(line)
    )


def _render_edge_label(line: DrawnEdge) -> Markup | None:
    if not line.edge["label"]:
        return None
    halo = {"paint_order": "stroke", "stroke": "#ffffff", "stroke_width": "4"}
    if line.is_self_loop:
        x, y = line.points[2]
        return _render_text(line.edge["label"], x, y + 4, 11, fill=_MUTED_COLOR, text_anchor="middle", **halo)
    one, other = line.points[len(line.points) // 2 - 1 :][:2]
    x, y = _midpoint(one, other)
    return _render_text(line.edge["label"], x, y - 5, 11, fill=_MUTED_COLOR, text_anchor="middle", **halo)


def _iter_curve_commands(line: DrawnEdge) -> Iterator[str]:
    """Level where it leaves, where it passes and where it arrives; a loop is round."""
    points = line.points
    yield f"M{_format_point(points[0])}"
    if line.is_self_loop:
        _, right, below, left, end = points
        curves = ((right, _midpoint(right, below)), (below, _midpoint(below, left)), (left, end))
        yield from (f"Q{_format_point(control)} {_format_point(to)}" for control, to in curves)
        return
    for (x, y), (to_x, to_y) in pairwise(points):
        half = (to_x - x) / 2
        yield "C" + " ".join(map(_format_point, ((x + half, y), (to_x - half, to_y), (to_x, to_y))))


def _make_arrow_head_path(line: DrawnEdge) -> str:
    """An arrow's head, as the end of the curve lies."""
    (x, y), (before_x, before_y) = line.points[-1], line.points[-2]
    level = 0.0 if before_x <= x else math.pi
    angle = math.atan2(y - before_y, x - before_x) if line.is_self_loop else level
    corners = [(x - 8 * math.cos(angle + turn), y - 8 * math.sin(angle + turn)) for turn in (0.45, -0.45)]
    return f"M{_format_point((x, y))}L{_format_point(corners[0])}L{_format_point(corners[1])}Z"


def _midpoint(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _format_point(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _render_rect(box: Rectangle, **attributes: str) -> Markup:
    place = {"x": f"{box.x:.1f}", "y": f"{box.y:.1f}"}
    return element("rect", **place, width=f"{box.width:.1f}", height=f"{box.height:.1f}", **attributes)


def _render_text(text: str, x: float, y: float, size: float, **attributes: str) -> Markup:
    return element("text", text, x=f"{x:.1f}", y=f"{y:.1f}", font_size=f"{size:.1f}", **attributes)
