"""Nodes in layers from left to right, as little crossed by edges as simple means get them.

The steps are Sugiyama's: edges that close a circle are turned round, nodes go into layers by the longest way
to them, edges over several layers get a place in each, layers are ordered by the means of their neighbours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

LAYER_GAP_PX = 46
"""Between two layers, in pixels."""

NODE_GAP_PX = 22
"""Between two nodes of a layer."""

EDGE_LANE_HEIGHT_PX = 14
"""What an edge takes of a layer that it passes through."""

LAYER_SWEEPS = 6


class Size(NamedTuple):
    width: float
    height: float


@dataclass
class LayeredLayout:
    """Where the centers of nodes are, and for each edge the points that it passes on its way."""

    node_centers: dict[str, tuple[float, float]] = field(default_factory=dict)
    edge_waypoints: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=dict)


def lay_out_in_layers(sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]]) -> LayeredLayout:
    """The places of nodes of these sizes; edges join two different ones."""
    onwards = _reverse_cycle_edges(list(sizes), edges)
    layer = _assign_layers(list(sizes), onwards)
    all_sizes, ways = dict(sizes), {}
    links: list[tuple[str, str]] = []
    for source, target in onwards:
        way = [source]
        for at in range(layer[source] + 1, layer[target]):
            place = f"{source}\n{target}\n{at}"
            all_sizes[place], layer[place] = Size(0, EDGE_LANE_HEIGHT_PX), at
            way.append(place)
        ways[source, target] = way[1:]
        links += zip(way, [*way[1:], target], strict=True)
    columns = _order_layers(layer, links)
    across = _assign_vertical_positions(columns, links, all_sizes)
    along = _compute_layer_centers(columns, all_sizes)
    spots = {node: (along[number], across[node]) for number, column in enumerate(columns) for node in column}
    result = LayeredLayout({node: spots[node] for node in sizes})
    for source, target in edges:
        if (source, target) in ways:
            result.edge_waypoints[source, target] = [spots[place] for place in ways[source, target]]
        else:
            result.edge_waypoints[source, target] = [spots[place] for place in reversed(ways[target, source])]
    return result


def _reverse_cycle_edges(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The edges, those that lead back to where a walk from the first node came from turned round."""
    leads = defaultdict(list)
    for source, target in edges:
        leads[source].append(target)
    found: dict[tuple[str, str], None] = {}
    state: dict[str, str] = {}
    for start in nodes:
        if start in state:
            continue
        state[start] = "open"
        walk = [(start, iter(leads[start]))]
        while walk:
            node, rest = walk[-1]
            for target in rest:
                found.setdefault((target, node) if state.get(target) == "open" else (node, target))
                if target not in state:
                    state[target] = "open"
                    walk.append((target, iter(leads[target])))
                    break
            else:
                state[node] = "done"
                walk.pop()
    return [edge for edge in found if edge[::-1] not in found or edge < edge[::-1]]


def _assign_layers(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Each as far as the longest way to it is."""
    layer = dict.fromkeys(nodes, 0)
    waiting = {node: sum(target == node for _, target in edges) for node in nodes}
    ready = [node for node in nodes if not waiting[node]]
    for node in ready:
        for source, target in edges:
            if source == node:
                layer[target] = max(layer[target], layer[node] + 1)
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
    return layer


def _order_layers(layer: Mapping[str, int], links: Sequence[tuple[str, str]]) -> list[list[str]]:
    columns: list[list[str]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    for node, at in layer.items():
        columns[at].append(node)
    before, after = _find_predecessors_and_successors(links)
    for sweep in range(LAYER_SWEEPS):
        forth = sweep % 2 == 0
        for at in range(len(columns)) if forth else reversed(range(len(columns))):
            beside = at - 1 if forth else at + 1
            if 0 <= beside < len(columns):
                place = {node: number for number, node in enumerate(columns[beside])}
                known = before if forth else after
                own = {node: number for number, node in enumerate(columns[at])}
                columns[at].sort(
                    key=lambda node: _mean_or_default([place[each] for each in known[node]], own[node])
                )
    return columns


def _assign_vertical_positions(
    columns: Sequence[Sequence[str]], links: Sequence[tuple[str, str]], sizes: Mapping[str, Size]
) -> dict[str, float]:
    """As near to the mean of their neighbours as the order and the sizes of a layer let them."""
    before, after = _find_predecessors_and_successors(links)
    at = {node: 0.0 for column in columns for node in column}
    for sweep in range(2 * LAYER_SWEEPS):
        forth = sweep % 2 == 0
        for column in columns if forth else reversed(columns):
            known = before if forth else after
            wanted = [_mean_or_default([at[each] for each in known[node]], at[node]) for node in column]
            at |= zip(column, _remove_overlaps(wanted, [sizes[node].height for node in column]), strict=True)
    return at


def _remove_overlaps(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """The places nearest to those wanted, in their order, at which nothing overlaps."""
    gaps = [0.0]
    for one, other in pairwise(heights):
        gaps.append(gaps[-1] + (one + other) / 2 + NODE_GAP_PX)
    blocks: list[tuple[float, int]] = []  # the mean of what its members want, and how many they are
    for want, gap in zip(wanted, gaps, strict=True):
        blocks.append((want - gap, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (one, few), (other, more) = blocks[-2:]
            blocks[-2:] = [((one * few + other * more) / (few + more), few + more)]
    places = [place for place, count in blocks for _ in range(count)]
    return [place + gap for place, gap in zip(places, gaps, strict=True)]


def _compute_layer_centers(columns: Sequence[Sequence[str]], sizes: Mapping[str, Size]) -> list[float]:
    middles, edge = [], 0.0
    for column in columns:
        width = max((sizes[node].width for node in column), default=0.0)
        middles.append(edge + width / 2)
        edge += width + LAYER_GAP_PX
    return middles


def _find_predecessors_and_successors(
    links: Sequence[tuple[str, str]],
) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    before, after = defaultdict(list), defaultdict(list)
    for source, target in links:
        before[target].append(source)
        after[source].append(target)
    return before, after


def _mean_or_default(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default
