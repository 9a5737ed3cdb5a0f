"""What the time of tasks was spent on: models, tools, waiting to be tried again, their own code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from lg_jupyter.events.calls import (
    CallSource,
    ModelCallEnded,
    ModelCallStarted,
    ToolCallEnded,
    ToolCallStarted,
)
from lg_jupyter.events.events import Event, RunEnded, RunStarted, TaskEnded, TaskRetried, TaskStarted
from lg_jupyter.events.namespace import find_namespace_owner
from lg_jupyter.tables.base import FactHandler, Row
from lg_jupyter.tables.model_calls import ModelCallTable
from lg_jupyter.tables.task_clock import TaskClock
from lg_jupyter.tables.tasks import TaskTable
from lg_jupyter.tables.tool_calls import ToolCallTable

TaskActivity = Literal["answers", "waits", "tool", "retry"]
"""What goes on in a task: a model answers, a model has been called and nothing has come yet, a tool is at
work, nothing until the next try."""

ACTIVITIES_BY_PRECEDENCE: tuple[TaskActivity, ...] = ("answers", "waits", "tool", "retry")
"""Of several at once, the first counts: a tool that calls a model waits for it."""

UNKNOWN_TASK_TIMES: Mapping[str, float | None] = dict.fromkeys(
    ("model_time", "model_wait_time", "tool_time", "retry_time", "own_time")
)


class ActivitySpan(NamedTuple):
    """From when to when something went on, in seconds since the epoch."""

    start: float
    end: float
    activity: TaskActivity


class TaskTimeReducer:
    """Sets what a task's time was spent on when the task is over, and again if a call ends after it.

    It is known where every call in the task, and in those that it ran, has been reported with its end.
    """

    def __init__(self, tasks: TaskTable, model_calls: ModelCallTable, tool_calls: ToolCallTable) -> None:
        self._tasks, self._model_calls, self._tool_calls = tasks, model_calls, tool_calls
        self._clock = TaskClock()
        self._are_all_calls_reported = False
        self._start_times: dict[str, float] = {}  # tasks that run → since when
        # by task, from when to when
        self._run_spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
        # task → those of the graphs that it runs
        self._inner_task_ids: dict[str, list[str]] = defaultdict(list)
        self._outer_task_ids: dict[str, str | None] = {}
        self._call_ids_by_task: dict[str, list[str]] = defaultdict(list)  # task → its calls
        self._task_ids_by_call: dict[str, str] = {}  # call → its task

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        return {
            RunStarted: self._on_run_started,
            TaskStarted: self._on_task_started,
            TaskRetried: self._on_task_retried,
            TaskEnded: self._on_task_ended,
            ModelCallStarted: self._on_call_started,
            ToolCallStarted: self._on_call_started,
            ModelCallEnded: self._on_call_ended,
            ToolCallEnded: self._on_call_ended,
            RunEnded: self._on_run_ended,
        }

    def _on_run_started(self, event: Event, fact: RunStarted) -> None:
        reported: tuple[CallSource, ...] = ("callback", "events")
        self._are_all_calls_reported = fact.are_all_calls_reported and fact.call_source in reported

    def _on_task_started(self, event: Event, fact: TaskStarted) -> None:
        task_id = fact.task_id
        self._clock.record_task_start(task_id, fact.time, event.timestamp)
        self._start_times[task_id] = fact.time
        if task_id not in self._outer_task_ids:
            outer = self._outer_task_ids[task_id] = find_namespace_owner(event.namespace).task_id
            if outer is not None:
                self._inner_task_ids[outer].append(task_id)

    def _on_task_retried(self, event: Event, fact: TaskRetried) -> None:
        self._update_task_times(fact.task_id)

    def _on_task_ended(self, event: Event, fact: TaskEnded) -> None:
        began = self._start_times.pop(fact.task_id, None)
        if began is not None:
            end = self._clock.resolve_task_end_time(fact.task_id, fact.time, event.timestamp)
            self._run_spans[fact.task_id].append((began, end))
            self._update_task_times(fact.task_id)

    def _on_call_started(self, event: Event, fact: ModelCallStarted | ToolCallStarted) -> None:
        if event.task_id is not None:
            self._call_ids_by_task[event.task_id].append(fact.call_id)
            self._task_ids_by_call[fact.call_id] = event.task_id

    def _on_call_ended(self, event: Event, fact: ModelCallEnded | ToolCallEnded) -> None:
        """In a thread that outlives its task, a call may end after it."""
        self._update_task_times(self._task_ids_by_call.get(fact.call_id))

    def _on_run_ended(self, event: Event, fact: RunEnded) -> None:
        """Of what was not reported there are rows now."""
        for call in (*self._model_calls.rows(), *self._tool_calls.rows()):
            if call["known_from"] == "inferred":
                self._mark_times_unknown(call["task_id"])

    def _mark_times_unknown(self, task_id: str | None) -> None:
        while task_id is not None and task_id in self._outer_task_ids:
            self._tasks.set_activity_times(task_id, UNKNOWN_TASK_TIMES)
            task_id = self._outer_task_ids[task_id]

    # -- what the time of a task was spent on

    def _update_task_times(self, task_id: str | None) -> None:
        """Set the times of a task, and of those around it, that are over."""
        while self._are_all_calls_reported and task_id is not None and task_id in self._outer_task_ids:
            if task_id not in self._start_times:
                self._tasks.set_activity_times(
                    task_id, self._compute_task_times(task_id) or UNKNOWN_TASK_TIMES
                )
            task_id = self._outer_task_ids[task_id]

    def _compute_task_times(self, task_id: str) -> Mapping[str, float | None] | None:
        task = self._tasks.row(task_id)
        if task is None or task["latency"] is None or task["status"] == "unreported":
            return None
        calls = list(self._iter_calls_within_task(task_id))
        if any(_has_unknown_end(call, task) for call in calls):
            return None
        retries = [
            retry for row in self._iter_rows_of_task_and_inner_tasks(task_id) for retry in row["retries"]
        ]
        spent = _sum_seconds_by_activity(
            [*self._iter_call_spans(calls, task_id), *_iter_retry_waits(retries)], self._run_spans[task_id]
        )
        model, tool = spent["waits"] + spent["answers"], spent["tool"]
        times = {"model_time": model, "model_wait_time": spent["waits"], "tool_time": tool}
        if not all("failed_time" in retry for retry in retries):  # then what was between tries is unknown
            return {**UNKNOWN_TASK_TIMES, **times}
        own = max(0.0, task["latency"] - model - tool - spent["retry"])
        return {**times, "retry_time": spent["retry"], "own_time": own}

    def _iter_call_spans(self, calls: Sequence[Row], task_id: str) -> Iterator[ActivitySpan]:
        """What calls did when. One that is open was cancelled with its task, which lasted no longer."""
        ends = {call["call_id"]: call["end_time"] for call in calls}
        for call in calls:
            at = self._make_task_time_converter(task_id, call)
            start, end = at(call["start_time"]), at(call["end_time"] or float("inf"))
            if "first_token_time" not in call:
                yield ActivitySpan(start, end, "tool")
                continue
            first = call["first_token_time"]
            first = end if first is None else at(first)
            yield ActivitySpan(start, first, "waits")
            yield ActivitySpan(first, end, "answers")
            failed = ends.get(call["retry_of"])
            if failed is not None:
                yield ActivitySpan(at(failed), start, "retry")

    def _make_task_time_converter(self, task_id: str, call: Row) -> Callable[[float], float]:
        """From the times of a call to the clock of a task: those of a server's are arrivals."""
        if call["known_from"] == "callback":
            return lambda time: time
        return lambda time: self._clock.convert_arrival_to_task_time(task_id, time)

    def _iter_calls_within_task(self, task_id: str) -> Iterator[Row]:
        for inner in self._iter_ids_of_task_and_inner_tasks(task_id):
            for call_id in self._call_ids_by_task.get(inner, ()):
                row = self._model_calls.row(call_id) or self._tool_calls.row(call_id)
                if row is not None:
                    yield row

    def _iter_rows_of_task_and_inner_tasks(self, task_id: str) -> Iterator[Row]:
        return (
            row
            for inner in self._iter_ids_of_task_and_inner_tasks(task_id)
            if (row := self._tasks.row(inner)) is not None
        )

    def _iter_ids_of_task_and_inner_tasks(self, task_id: str) -> Iterator[str]:
        """A task, and those of the graphs that it ran."""
        waiting = [task_id]
        while waiting:
            inner = waiting.pop()
            yield inner
            waiting += self._inner_task_ids.get(inner, ())


def _has_unknown_end(call: Row, task: Row) -> bool:
    """Whether it is not known when a call ended; with a task that was cancelled its calls end."""
    if call["status"] == "running":
        return bool(task["status"] != "cancelled")
    return bool(call["status"] == "incomplete")


def _iter_retry_waits(retries: Iterable[Row]) -> Iterator[ActivitySpan]:
    for retry in retries:
        if "failed_time" in retry:
            yield ActivitySpan(retry["failed_time"], retry["time"], "retry")


def _sum_seconds_by_activity(
    spans: Iterable[ActivitySpan], run_spans: Iterable[tuple[float, float]]
) -> Mapping[TaskActivity, float]:
    """How many seconds of ``run_spans`` went to what; of several things at once, the first counts."""
    spent: dict[TaskActivity, float] = dict.fromkeys(ACTIVITIES_BY_PRECEDENCE, 0.0)
    known = list(spans)
    for start, end in run_spans:
        marks: list[tuple[float, int, TaskActivity]] = []
        for stretch in known:
            first, last = max(start, stretch.start), min(end, stretch.end)
            if first < last:
                marks += [(first, 1, stretch.activity), (last, -1, stretch.activity)]
        going_on: Counter[TaskActivity] = Counter()
        before = start
        for time, step, activity in sorted(marks):
            current = next((each for each in ACTIVITIES_BY_PRECEDENCE if going_on[each]), None)
            if current is not None:
                spent[current] += time - before
            going_on[activity] += step
            before = time
    return spent
