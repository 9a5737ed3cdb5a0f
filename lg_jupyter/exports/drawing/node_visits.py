"""What has happened in each node that is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf

from lg_jupyter.events.events import FINAL_STATUSES
from lg_jupyter.sources.structure import Structure, find_structure_node_id
from lg_jupyter.tables.base import Row


@dataclass
class NodeVisits:
    """How often a node ran, when, and how it stands; an error is not forgotten."""

    count: int = 0
    time_spans: list[tuple[float, float]] = field(default_factory=list)
    status: str = "success"

    @property
    def active_seconds(self) -> float | None:
        """How long any of its tasks ran: what ran side by side counts once. None where no time is known."""
        if not self.time_spans:
            return None
        total, reached = 0.0, -inf
        for start, end in sorted(self.time_spans):
            total += max(0.0, end - max(start, reached))
            reached = max(reached, end)
        return total


def count_node_visits(structure: Structure, tasks: Iterable[Row]) -> Mapping[str, NodeVisits]:
    """By the ids of nodes; what runs inside of a node that is drawn as one is not counted again."""
    found: dict[str, NodeVisits] = {}
    drawn: dict[str, str] = {}
    for row in tasks:
        id_ = find_structure_node_id(structure, row["namespace"], row["node"])
        if id_ is None:
            continue
        inside = drawn.get(row["parent_task_id"]) == id_
        drawn[row["task_id"]] = id_
        if not inside:
            _add_visit(found.setdefault(id_, NodeVisits()), row)
    return found


def _add_visit(node: NodeVisits, row: Row) -> None:
    node.count += 1
    if row["start_time"] is not None and row["latency"] is not None:
        node.time_spans.append((row["start_time"], row["start_time"] + row["latency"]))
    if row["status"] not in FINAL_STATUSES:
        node.status = "running"
    elif node.status not in ("error", "running"):
        node.status = row["status"]
