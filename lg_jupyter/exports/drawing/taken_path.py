"""The path that a run took through its graph, as ``js/src/panels/graph/takenPath.ts`` has it for the page.

Both are held to the cases in ``js/fixtures/paths.json``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from lg_jupyter.events.events import FINAL_STATUSES
from lg_jupyter.sources.structure import Structure, find_structure_node_id
from lg_jupyter.tables.base import Row

EdgeEnds: TypeAlias = tuple[str, str]
"""The ids of the nodes that an edge joins."""

FirstOrLastStep: TypeAlias = Literal["first", "last"]


@dataclass
class TakenPath:
    """The edges that were taken: those that the graph declares, and others whose ends are certain."""

    declared_edges: set[EdgeEnds] = field(default_factory=set)
    undeclared_edges: list[EdgeEnds] = field(default_factory=list)


def find_taken_path(structure: Structure, tasks: Sequence[Row], over: bool) -> TakenPath:
    """The path as far as the tasks tell; ``over`` is whether the run came to its end."""
    declared = {(edge["source"], edge["target"]) for edge in structure["edges"]}
    leaves = {node["id"] for node in structure["nodes"] if node["kind"] != "group"}
    deferred = {node["id"] for node in structure["nodes"] if node.get("deferred")}
    path = TakenPath()
    for sources, targets in _TaskTransitions(structure, tasks).iter_transitions(over):
        found = {(source, target) for source in sources for target in targets} & declared
        path.declared_edges |= found
        ends = _single_or_none(sources & leaves), _single_or_none(targets & leaves)
        if found or None in ends or ends[0] == "__start__" or ends[1] in deferred:
            continue
        if ends not in path.undeclared_edges:
            path.undeclared_edges.append(ends)  # type: ignore[arg-type]
    return path


def _single_or_none(ids: set[str]) -> str | None:
    return next(iter(ids)) if len(ids) == 1 else None


class _TaskTransitions:
    """The tasks by where and when they ran."""

    def __init__(self, structure: Structure, tasks: Iterable[Row]) -> None:
        self._structure = structure
        self._steps: dict[str, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
        self._inside: dict[str, set[str]] = defaultdict(set)  # of each task: the namespaces that it ran
        for row in tasks:
            if row["step"] is None:
                continue
            self._steps[row["namespace"]][row["step"]].append(row)
            if row["parent_task_id"] is not None:
                self._inside[row["parent_task_id"]].add(row["namespace"])

    def iter_transitions(self, over: bool) -> Iterator[tuple[set[str], set[str]]]:
        """From the start, from each step to each task of the next, and to the end: by the ids of nodes."""
        for namespace, steps in self._steps.items():
            for step, tasks in steps.items():
                if step - 1 in steps:
                    left = self._find_boundary_nodes(steps[step - 1], "last")
                    yield from ((left, self._find_boundary_nodes([task], "first")) for task in tasks)
            if namespace == "":
                yield (
                    {"__start__"},
                    self._find_boundary_nodes(_get_boundary_step_tasks(steps, "first"), "first"),
                )
                if over:
                    yield (
                        self._find_boundary_nodes(_get_boundary_step_tasks(steps, "last"), "last"),
                        {"__end__"},
                    )

    def _find_boundary_nodes(self, tasks: Iterable[Row], boundary: FirstOrLastStep) -> set[str]:
        """The nodes at which tasks, and the first or last of what they ran, began or left."""
        ids: set[str] = set()
        for row in tasks:
            if boundary == "last" and (row["status"] not in FINAL_STATUSES or row["status"] == "error"):
                continue
            id_ = find_structure_node_id(self._structure, row["namespace"], row["node"])
            ids |= set() if id_ is None else {id_}
            for namespace in self._inside.get(row["task_id"], ()):
                ids |= self._find_boundary_nodes(
                    _get_boundary_step_tasks(self._steps[namespace], boundary), boundary
                )
        return ids


def _get_boundary_step_tasks(steps: Mapping[int, list[Row]], boundary: FirstOrLastStep) -> list[Row]:
    return steps[min(steps) if boundary == "first" else max(steps)]
