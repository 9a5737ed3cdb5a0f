"""When what ran: tasks as bars, in a lane for each node of each graph, and the steps behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lg_jupyter.events.events import FINAL_STATUSES
from lg_jupyter.tables.base import Row
from lg_jupyter.tables.place_names import PlaceNames

_STATUSES_WORST_FIRST = (
    "error",
    "interrupted",
    "cancelled",
    "incomplete",
    "unreported",
    "running",
    "cached",
    "success",
)


class TaskBar(NamedTuple):
    """A task: its start and end in seconds since the epoch (none while it runs), and its status."""

    start: float
    end: float | None
    status: str


@dataclass
class NodeLane:
    """The tasks of one node, in one run of a graph or in all of them.

    Attributes
    ----------
    name
        The graph's way and the node, for a reader.
    task_rows
        Their rows.
    bars
        Those of them whose time is known, by their start.
    first_token_times
        When the first token of each message came that the node made.
    """

    name: str
    task_rows: list[Row] = field(default_factory=list)
    bars: list[TaskBar] = field(default_factory=list)
    first_token_times: list[float] = field(default_factory=list)

    @property
    def worst_status(self) -> str:
        """What a reader should hear of first."""
        statuses = {row["status"] for row in self.task_rows}
        return next((status for status in _STATUSES_WORST_FIRST if status in statuses), "pending")

    @property
    def mean_task_seconds(self) -> float | None:
        """Seconds that a task took, of those that are known."""
        times = [row["latency"] for row in self.task_rows if row["latency"] is not None]
        return sum(times) / len(times) if times else None


MAX_SEPARATE_GRAPH_RUNS = 10
"""The most runs of graphs that have lanes of their own, as in the panel; of more, those of one share."""


def make_node_lanes(tasks: Sequence[Row], messages: Iterable[Row], places: PlaceNames) -> list[NodeLane]:
    """The lanes in the order of the tree: a node's, then those of the graphs that its tasks ran."""
    found: dict[tuple[str, ...], NodeLane] = {}
    merge = len({row["namespace"] for row in tasks}) > MAX_SEPARATE_GRAPH_RUNS
    for row in tasks:
        key = places.make_node_tree_path(row, merge)
        if key not in found:
            found[key] = NodeLane(
                places.format_merged_node_path(row) if merge else places.format_node_path(row)
            )
        found[key].task_rows.append(row)
    for row in messages:
        lane = found.get(places.make_node_tree_path(row, merge))
        if lane is not None and row["first_token_time"] is not None:
            lane.first_token_times.append(row["first_token_time"])
    ends = _find_step_end_times(tasks)
    for lane in found.values():
        lane.bars = sorted(_iter_task_bars(lane.task_rows, ends))
    return [found[key] for key in _sort_tree_paths(found)]


def find_root_step_spans(tasks: Iterable[Row]) -> list[tuple[float, float | None]]:
    """From when to when each step of the root graph ran; ``None`` is the end of one that still does."""
    spans: dict[int, tuple[float, float | None]] = {}
    for row in tasks:
        if row["namespace"] or row["step"] is None or row["start_time"] is None:
            continue
        start, end = row["start_time"], row["end_time"]
        if end is None and row["status"] in FINAL_STATUSES:
            end = start
        first, last = spans.get(row["step"], (start, end))
        spans[row["step"]] = min(first, start), None if None in (last, end) else max(last, end)
    return sorted(spans.values(), key=lambda span: span[0])


def _iter_task_bars(tasks: Iterable[Row], ends: Mapping[tuple[str, int | None], float]) -> Iterator[TaskBar]:
    """A task that never reported lasts until its step ended; one from a cache took no time."""
    for row in tasks:
        start = row["end_time"] if row["start_time"] is None else row["start_time"]
        if start is None:
            continue
        end = row["end_time"]
        if end is None and row["status"] in FINAL_STATUSES:
            end = max(start, ends.get((row["namespace"], row["step"]), start))
        yield TaskBar(start, end, row["status"])


def _find_step_end_times(tasks: Iterable[Row]) -> Mapping[tuple[str, int | None], float]:
    ends: dict[tuple[str, int | None], float] = defaultdict(float)
    for row in tasks:
        if row["end_time"] is not None:
            step = row["namespace"], row["step"]
            ends[step] = max(ends[step], row["end_time"])
    return ends


def _sort_tree_paths(keys: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Each key before those that begin with it, else as they came."""
    came: dict[tuple[str, ...], int] = {}
    known = list(keys)
    for key in known:
        for length in range(1, len(key) + 1):
            came.setdefault(key[:length], len(came))
    return sorted(known, key=lambda key: [came[key[:length]] for length in range(1, len(key) + 1)])
