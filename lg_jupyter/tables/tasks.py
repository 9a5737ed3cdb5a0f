"""The table ``tasks``: one row per execution of a node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lg_jupyter.events.events import Event, JSONObject, TaskEnded, TaskRetried, TaskStarted
from lg_jupyter.events.namespace import find_namespace_owner
from lg_jupyter.tables.base import FactHandler, KeyedTable, Row, seconds_between
from lg_jupyter.tables.call_titles import format_call_title
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.tables.task_clock import TaskClock


class TaskTable(KeyedTable):
    """A task that is resumed goes on in its row: ``latency`` leaves out the time it waited for an answer,
    ``interrupts`` keeps those it raised before."""

    schema = SCHEMAS["tasks"]

    def __init__(self) -> None:
        super().__init__()
        self._clock = TaskClock()
        self._running_since: dict[str, float] = {}
        # Of each task those that came before it: callbacks outrun the stream.
        self._early_retries: dict[str, list[Row]] = {}

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        return {
            TaskStarted: self._on_task_started,
            TaskEnded: self._on_task_ended,
            TaskRetried: self._on_task_retried,
        }

    def _on_task_started(self, event: Event, fact: TaskStarted) -> None:
        self._clock.record_task_start(fact.task_id, fact.time, event.timestamp)
        self._running_since[fact.task_id] = fact.time
        row = self._row_by_key.get(fact.task_id)
        if row is None:
            row = self._add_task_row(event, fact.task_id, fact.node, start_time=fact.time)
        self._update_row(
            row,
            status="running",
            end_time=None,
            error=None,
            traceback=None,
            input=fact.input,
            triggers=fact.triggers,
        )
        if (call_title := format_call_title(fact.tool_call)) is not None:
            self._update_row(row, title=call_title)

    def _on_task_ended(self, event: Event, fact: TaskEnded) -> None:
        row = self._row_by_key.get(fact.task_id)
        if row is None:
            row = self._add_task_row(event, fact.task_id, fact.node)
        end_time = self._clock.resolve_task_end_time(fact.task_id, fact.time, event.timestamp)
        worked = seconds_between(self._running_since.pop(fact.task_id, None), end_time)
        if worked is not None:
            row["latency"] = (row["latency"] or 0.0) + worked
        self._update_row(
            row,
            status=fact.status,
            end_time=end_time,
            error=fact.error,
            traceback=None if fact.exception_details is None else fact.exception_details.traceback,
            result=fact.result,
            interrupts=_append_new_interrupts(row["interrupts"], fact.interrupts),
        )

    def _on_task_retried(self, event: Event, fact: TaskRetried) -> None:
        failed = {} if fact.previous_failure_time is None else {"failed_time": fact.previous_failure_time}
        retry: JSONObject = {"time": fact.time, **failed, **(fact.error or {})}
        row = self._row_by_key.get(fact.task_id)
        if row is None:
            self._early_retries.setdefault(fact.task_id, []).append(retry)
        else:
            self._update_row(row, retries=[*row["retries"], retry])

    def trim_before(self, seq: int, time: float) -> None:
        self._trim_ended_rows(time, ("input", "result"))
        self._early_retries.clear()

    def set_activity_times(self, task_id: str, times: Mapping[str, float | None]) -> None:
        """Set what the time of a task was spent on, by column."""
        row = self._row_by_key.get(task_id)
        if row is not None and any(row[name] != value for name, value in times.items()):
            self._update_row(row, **times)

    def _add_task_row(self, event: Event, task_id: str, node: str, **values: Any) -> Row:
        return self._add_row(
            task_id,
            task_id=task_id,
            parent_task_id=find_namespace_owner(event.namespace).task_id,
            namespace=event.namespace,
            node=node,
            step=event.step,
            interrupts=[],
            retries=self._early_retries.pop(task_id, []),
            **values,
        )


def _append_new_interrupts(earlier: list[JSONObject], later: list[JSONObject]) -> list[JSONObject]:
    return earlier + [interrupt for interrupt in later if interrupt not in earlier]
