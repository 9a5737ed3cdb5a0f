"""``run.graph_svg()``: every node and edge, apart, with what ran; names are never markup."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import lg_jupyter
from lg_jupyter.exports.drawing.graph_layout import GraphLayout, Rectangle, lay_out_graph
from lg_jupyter.exports.drawing.node_visits import NodeVisits, count_node_visits
from lg_jupyter.exports.drawing.svg import render_svg
from lg_jupyter.exports.drawing.taken_path import find_taken_path
from lg_jupyter.sources.structure import Structure, parse_graph_json
from tests.graphs import INPUTS, build

ROOT = Path(__file__).parents[1]
CASES = json.loads((ROOT / "js" / "fixtures" / "paths.json").read_text())
"""Which edges are taken; the front end is held to them as well."""

DRAWN = json.loads((ROOT / "tests" / "sources" / "drawn.json").read_text())


def structure_of(edges: list[str], deferred: list[str] = []) -> Structure:  # noqa: B006 - it is read alone
    """A graph of edges such as ``"a ?-> team:b: label"``; ``start`` and ``end`` are its own."""
    ends = {"start": "__start__", "end": "__end__"}
    drawn = []
    for edge in edges:
        source, _, rest = edge.partition("-> ")
        target, _, label = rest.partition(": ")
        source, conditional = source.rstrip(" ?"), "?" in source
        pair = {"source": ends.get(source, source), "target": ends.get(target, target)}
        drawn.append({**pair, "conditional": conditional, "data": label or None})
    ids = dict.fromkeys(id_ for edge in drawn for id_ in (edge["source"], edge["target"]))
    nodes = [{"id": id_, "metadata": {"defer": id_ in deferred}} for id_ in ids]
    return parse_graph_json({"nodes": nodes, "edges": drawn})


def rows_of(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    nodes = {task["id"]: task["node"] for task in tasks}
    return [
        {
            "task_id": task["id"],
            "parent_task_id": task["inside"],
            "namespace": f"{nodes[task['inside']]}:{task['inside']}" if task["inside"] else "",
            "node": task["node"],
            "step": task["step"],
            "status": task["status"],
            "start_time": float(number) if task.get("timed", True) else None,
            "latency": 0.5 if task.get("timed", True) else None,
        }
        for number, task in enumerate(tasks)
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_path_is_that_of_the_panel(case: dict[str, Any]) -> None:
    path = find_taken_path(
        structure_of(case["edges"], case["deferred"]), rows_of(case["tasks"]), case["over"]
    )
    assert sorted(f"{source} -> {target}" for source, target in path.declared_edges) == case["taken"]
    assert sorted(f"{source} -> {target}" for source, target in path.undeclared_edges) == case["undeclared"]


def overlap(one: Rectangle, other: Rectangle) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def holds(outer: Rectangle, inner: Rectangle) -> bool:
    across = outer.x <= inner.x and inner.x + inner.width <= outer.x + outer.width
    return across and outer.y + 20 < inner.y and inner.y + inner.height <= outer.y + outer.height


def check(graph: GraphLayout) -> None:
    boxes = {node["id"]: box for node, box in graph.node_boxes}
    parents = {node["id"]: node["parent"] for node, _ in graph.node_boxes}
    for one, other in combinations(boxes, 2):
        if parents[one] == parents[other]:
            assert not overlap(boxes[one], boxes[other]), (one, other)
    for id_, parent in parents.items():
        around = boxes[parent] if parent else Rectangle(0, -21, graph.width, graph.height + 21)
        assert holds(around, boxes[id_]), id_
    for line in graph.edges:
        for point, id_ in (line.points[0], line.edge["source"]), (line.points[-1], line.edge["target"]):
            box = boxes[id_]
            assert box.x - 1 <= point[0] <= box.x + box.width + 1
            assert box.y - 1 <= point[1] <= box.y + box.height + 1


@pytest.mark.parametrize("name", sorted(name for name in DRAWN if name.startswith("local/")))
def test_nodes_stand_apart_and_in_their_groups(name: str) -> None:
    check(lay_out_graph(parse_graph_json(DRAWN[name])))


@pytest.mark.parametrize(
    "edges",
    [
        ["start -> a", "a ?-> b", "b -> a", "b -> c", "c -> a", "c -> c: again", "a -> end"],
        [
            "start -> out:a",
            "out:a -> out:in:b",
            "out:in:b ?-> out:a",
            "out:in:b -> out:in:b",
            "out:a -> last",
        ],
        ["start -> a", *(f"a -> w{n}" for n in range(40)), *(f"w{n} -> end" for n in range(40))],
        ["start -> a", "a -> b", "b -> c", "c -> d", "a -> d", "start -> d", "d -> end"],
    ],
)
def test_circles_loops_groups_and_long_edges_are_drawn(edges: list[str]) -> None:
    structure = structure_of(edges)
    graph = lay_out_graph(structure, [("a", "__end__")] if "out:a" not in edges[0] else [])
    check(graph)
    loops = [line for line in graph.edges if line.is_self_loop]
    assert len(loops) == sum(edge["source"] == edge["target"] for edge in structure["edges"])
    for line in loops:
        (left, top), (x, low), (right, _) = line.points[-1], line.points[2], line.points[0]
        assert left < x < right and low - top > 30


async def test_what_ran_is_in_the_picture() -> None:
    run = await lg_jupyter.stream(build("nested"), INPUTS["nested"], display=False)
    svg = ElementTree.fromstring(run.graph_svg())
    texts = [text.text or "" for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert {"start", "end", "plan", "draft", "check"} <= set(texts)
    assert any(text.startswith("team · ✓ ") for text in texts)
    strokes = [path.get("stroke") for path in svg.iter("{http://www.w3.org/2000/svg}path")]
    assert strokes.count("#0b62c4") == 4  # every edge was taken


def test_a_node_that_failed_says_so_and_one_that_did_not_run_says_nothing() -> None:
    structure = structure_of(["start -> a", "a -> b", "b -> end"])
    rows = rows_of([{"id": "1", "node": "a", "step": 1, "inside": None, "status": "error"}] * 2)
    svg = render_svg(
        lay_out_graph(structure), find_taken_path(structure, rows, False), count_node_visits(structure, rows)
    )
    assert ">error ×2 1.00 s</text>" in svg
    assert svg.count("✓") == 0


def test_a_node_took_the_time_that_passed_whatever_ran_side_by_side() -> None:
    spans = [(0.0, 4.0), (3.0, 6.0), (1.0, 3.0), (20.0, 21.0)]
    assert NodeVisits(time_spans=spans).active_seconds == 7
    assert NodeVisits(time_spans=[(1.0, 1.0)]).active_seconds == 0


def test_of_unknown_times_nobody_says_how_long() -> None:
    structure = structure_of(["start -> a", "a -> end"])
    task = {"id": "1", "node": "a", "step": 1, "inside": None, "status": "success", "timed": False}
    rows = rows_of([task])
    svg = render_svg(
        lay_out_graph(structure), find_taken_path(structure, rows, False), count_node_visits(structure, rows)
    )
    assert ">✓</text>" in svg


def test_digits_of_how_often_a_node_ran_are_grouped() -> None:
    structure = structure_of(["start -> a", "a -> end"])
    rows = rows_of([{"id": "1", "node": "a", "step": 1, "inside": None, "status": "success"}] * 1_502)
    assert "×1,502" in render_svg(
        lay_out_graph(structure), find_taken_path(structure, rows, False), count_node_visits(structure, rows)
    )


def test_names_are_never_markup() -> None:
    name = "<script>alert(1)</script>&\x01"
    structure = parse_graph_json({"nodes": [{"id": name}], "edges": []})
    svg = ElementTree.fromstring(
        render_svg(lay_out_graph(structure), find_taken_path(structure, [], False), {})
    )
    assert svg.find(".//{http://www.w3.org/2000/svg}script") is None
    assert "".join(svg.itertext()) == "<script>alert(1)</script>&\ufffd"
