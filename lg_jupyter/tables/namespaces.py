"""The table ``namespaces``: one row per execution of a graph, the root's ``""`` and each subgraph's."""

from __future__ import annotations

from collections.abc import Mapping

from lg_jupyter.events.events import (
    Event,
    InterruptRaised,
    RunDequeued,
    RunEnded,
    RunResumed,
    RunStarted,
    SubgraphInfo,
    TaskEnded,
    TaskStarted,
)
from lg_jupyter.events.namespace import find_namespace_owner
from lg_jupyter.tables.base import FactHandler, KeyedTable, Row, seconds_between
from lg_jupyter.tables.call_titles import format_call_title
from lg_jupyter.tables.graph_names import GraphNames
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.tables.task_clock import TaskClock
from lg_jupyter.tables.usage import Usage, UsageSums

_STATUS_BY_TASK_STATUS = {
    "success": "success",
    "cached": "success",
    "interrupted": "interrupted",
    "error": "error",
    "cancelled": "cancelled",
}
"""How a namespace ends when the task that runs it ends so; in every other case ``incomplete``."""


class NamespaceTable(KeyedTable):
    """A namespace is over when the task that runs it is, or, where the stream tells of no tasks, the run.

    Its ``latency`` leaves out the time in which the run waited. ``record_activity`` is to be called for every
    event; messages come through ``record_message`` and ``replace_token_usage``.
    """

    schema = SCHEMAS["namespaces"]

    def __init__(self) -> None:
        super().__init__()
        self._last_seen: dict[str, float] = {}
        self._rows_by_task: dict[str, list[Row]] = {}
        self._last_end: dict[str, float] = {}  # of a task inside, by its clock
        self._clock = TaskClock()
        self._interrupted_namespaces: set[str] = set()
        self._running_since: dict[str, float] = {}
        self._latency_before: dict[str, float] = {}  # seconds before it went on
        self._interrupted_by_task_id: set[str] = set()  # ended by an interrupt that no task reported
        self._usage_sums: dict[str, UsageSums] = {}
        self._graph_names = GraphNames()
        self._child_rows: dict[str, list[Row]] = {}  # the graphs right inside of one

    def trim_before(self, seq: int, time: float) -> None:
        self._trim_ended_rows(time, ())

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        return {
            RunStarted: self._on_run_started,
            RunResumed: self._on_run_started,
            RunDequeued: self._on_run_dequeued,
            RunEnded: self._on_run_ended,
            TaskStarted: self._on_task_started,
            TaskEnded: self._on_task_ended,
            InterruptRaised: self._on_interrupt_raised,
            SubgraphInfo: self._on_subgraph_info,
        }

    def record_activity(self, namespace: str, timestamp: float) -> None:
        """Note that something happened in a namespace: it has a row, and is not over."""
        if namespace not in self._last_seen:
            self._add_namespace_row(namespace, timestamp)
        elif namespace in self._interrupted_by_task_id:
            self._reopen_row(self._row_by_key[namespace], timestamp)
        self._last_seen[namespace] = timestamp

    def record_message(self, namespace: str, agent_name: str | None = None) -> None:
        """Note a new message, and whose call gave it."""
        row = self._row_by_key[namespace]
        self._update_row(row, message_count=row["message_count"] + 1)
        if agent_name and self._graph_names.add_agent_name(namespace, agent_name):
            self._update_graph_names(row)

    def replace_token_usage(self, namespace: str, before: Usage, now: Usage) -> None:
        """Note tokens of a graph; a call in it may be known before the stream shows it."""
        self._usage_sums.setdefault(namespace, UsageSums()).replace(before, now)
        if namespace in self._row_by_key:
            self._update_row(self._row_by_key[namespace], **self._make_token_columns(namespace))

    def _make_token_columns(self, namespace: str) -> dict[str, int | None]:
        usage = self._usage_sums[namespace].total_usage if namespace in self._usage_sums else Usage()
        return {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}

    def _add_namespace_row(self, namespace: str, time: float) -> None:
        parent, node, task_id, depth = find_namespace_owner(namespace)
        if parent is not None and parent not in self._last_seen:
            self._add_namespace_row(parent, time)
        self._last_seen[namespace] = time
        row = self._add_row(
            namespace,
            namespace=namespace,
            parent=parent,
            node=node,
            depth=depth,
            status="running",
            start_time=self._clock.convert_arrival_to_task_time(task_id, time),
            task_count=0,
            message_count=0,
            **self._make_token_columns(namespace),
        )
        if parent is not None:
            self._child_rows.setdefault(parent, []).append(row)
        self._running_since[namespace] = row["start_time"]
        if task_id is not None:
            self._rows_by_task.setdefault(task_id, []).append(row)

    def _reopen_row(self, row: Row, time: float) -> None:
        namespace = row["namespace"]
        self._interrupted_by_task_id.discard(namespace)
        if row["end_time"] is not None:
            self._latency_before[namespace] = row["latency"] or 0.0
            self._running_since[namespace] = time
        self._update_row(row, status="running", end_time=None, latency=None)

    # -- what tasks and interrupts say -------------------------------------------------------------

    def _on_task_started(self, event: Event, fact: TaskStarted) -> None:
        again = fact.task_id in self._clock
        self._clock.record_task_start(fact.task_id, fact.time, event.timestamp)
        if again:
            for row in self._rows_by_task.get(fact.task_id, ()):
                self._reopen_row(row, fact.time)
        else:
            row = self._row_by_key[event.namespace]
            self._update_row(row, task_count=row["task_count"] + 1)
            if find_namespace_owner(event.namespace).task_id in self._clock:
                # Arrivals jitter, tasks know when they start.
                row["start_time"] = min(row["start_time"], fact.time)
                since = self._running_since[event.namespace]
                self._running_since[event.namespace] = min(since, fact.time)

    def _on_task_ended(self, event: Event, fact: TaskEnded) -> None:
        time = self._clock.resolve_task_end_time(fact.task_id, fact.time, event.timestamp)
        for row in self._rows_by_task.get(fact.task_id, ()):
            last = time
            if fact.status == "success":  # it may have run other graphs, or done other things, after this one
                seen = self._clock.convert_arrival_to_task_time(
                    fact.task_id, self._last_seen[row["namespace"]]
                )
                last = min(time, max(seen, self._last_end.get(row["namespace"], seen)))
            self._close_row(row, _STATUS_BY_TASK_STATUS.get(fact.status, "incomplete"), last)
        self._last_end[event.namespace] = time

    def _on_interrupt_raised(self, event: Event, fact: InterruptRaised) -> None:
        namespace: str | None = event.namespace
        while namespace:
            self._interrupted_namespaces.add(namespace)
            namespace = find_namespace_owner(namespace).parent_namespace

    def _on_subgraph_info(self, event: Event, fact: SubgraphInfo) -> None:
        self._graph_names.add_subgraph_info(event.namespace, fact)
        row = self._row_by_key[event.namespace]
        if fact.tool_call:
            self._update_row(row, tool_call_id=fact.tool_call["id"], tool_call=fact.tool_call)
        self._update_graph_names(row)

    def _update_graph_names(self, row: Row) -> None:
        """Name a graph of which something became known, and those inside it, which may inherit it."""
        name = self._graph_names.find_graph_name(row["namespace"])
        call_title = format_call_title(row["tool_call"], name) if row["tool_call"] else None
        if (name, call_title) != (row["graph_name"], row["title"]):
            self._update_row(row, graph_name=name, title=call_title)
        for inside in self._child_rows.get(row["namespace"], ()):
            self._update_graph_names(inside)

    # -- what the run says -------------------------------------------------------------------------

    def _on_run_started(self, event: Event, fact: RunStarted | RunResumed) -> None:
        self._interrupted_namespaces.clear()
        self._reopen_row(self._row_by_key[""], event.timestamp)

    def _on_run_dequeued(self, event: Event, fact: RunDequeued) -> None:
        self._running_since[""] = event.timestamp

    def _on_run_ended(self, event: Event, fact: RunEnded) -> None:
        for row in self._rows:
            if row["namespace"] == "":
                self._close_row(row, fact.status, event.timestamp)
            elif row["status"] == "running":
                self._close_row(
                    row, self._infer_end_status(row, fact.status), self._last_seen[row["namespace"]]
                )
                if row["status"] == "interrupted":
                    self._interrupted_by_task_id.add(row["namespace"])

    def _infer_end_status(self, row: Row, run_status: str) -> str:
        """How a namespace ended whose task was not reported."""
        if row["namespace"] in self._interrupted_namespaces:
            return "interrupted"
        if run_status in ("success", "interrupted"):
            return "success"
        return "cancelled" if run_status == "cancelled" else "incomplete"

    def _close_row(self, row: Row, status: str, time: float) -> None:
        worked = seconds_between(self._running_since[row["namespace"]], time) or 0.0
        worked += self._latency_before.get(row["namespace"], 0.0)
        self._update_row(row, status=status, end_time=time, latency=worked)
