"""Which tasks run, and how each of them ended.

LangGraph starts tasks that it never reports again: siblings of a task that failed, tasks left by
``Command(graph=Command.PARENT)``, results taken from a cache or from what an earlier run wrote. They
are closed as soon as it is sure that they no longer run: when their step is over, when the task around
them ends, or with the run. Of those that were left, a graph in this process tells what they gave.

A run that goes on announces again what it has saved the results of, and often says no more: such a task stays
as it ended, unless it reports once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lg_jupyter.events.events import (
    JSON,
    Event,
    ExceptionDetails,
    Fact,
    StateUpdate,
    Status,
    TaskEnded,
    TaskStarted,
)
from lg_jupyter.events.namespace import is_within_namespace, make_child_namespace

_ERROR_HANDLER_PREFIX = "__error_handler__"


@dataclass(slots=True)
class OpenTask:
    """A task that has started and not ended."""

    id: str
    node: str
    namespace: str
    step: int | None
    is_functional_task: bool = (
        False  # a call of a ``@task``: what it gives is a return value, no write to the state
    )


class TaskTracker:
    """The tasks that run, by namespace in the order of their start."""

    def __init__(self) -> None:
        self._open_tasks: dict[str, dict[str, OpenTask]] = {}
        self._ended_statuses: dict[str, Status] = {}
        self._task_ids_with_result: set[str] = set()  # ids of tasks that had a result when the run went on
        self._reannounced_tasks: dict[str, TaskStarted] = {}  # of these, what was announced again
        # Task id → when it gave a command to a graph around.
        self._parent_commands: dict[str, tuple[float, JSON]] = {}
        self._failure_times: dict[tuple[str, str], float] = {}  # (namespace, node) → when its task failed
        self._updates_without_task: dict[str, tuple[Event, StateUpdate]] = {}
        self._ended_without_update: dict[tuple[str, str], list[OpenTask]] = {}

    # -- what runs

    def find_only_running_task(self, namespace: str) -> OpenTask | None:
        """The task that runs in a namespace, if it is the only one."""
        tasks = self.list_running_tasks(namespace)
        return tasks[0] if len(tasks) == 1 else None

    def list_running_tasks(self, namespace: str) -> list[OpenTask]:
        """The tasks that run in a namespace, in the order of their start."""
        return [
            task
            for task in self._open_tasks.get(namespace, {}).values()
            if task.id not in self._reannounced_tasks
        ]

    def has_running_tasks(self, namespace: str) -> bool:
        """Whether a task runs in a namespace."""
        return namespace in self._open_tasks

    def list_running_tasks_of_node(self, namespace: str, node: str) -> list[OpenTask]:
        """The running tasks of a node, in the order of their start."""
        return [task for task in self._open_tasks.get(namespace, {}).values() if task.node == node]

    def _iter_open_tasks(self) -> Iterator[OpenTask]:
        for tasks in self._open_tasks.values():
            yield from tasks.values()

    # -- starts and ends

    def on_task_started(self, event: Event, task: OpenTask, started: TaskStarted) -> list[Fact]:
        """A task starts; those of the namespace's earlier steps are over."""
        facts = (
            self.close_tasks_of_earlier_steps(task.namespace, task.step, event.timestamp)
            if task.step is not None
            else []
        )
        known = self._open_tasks.setdefault(task.namespace, {})
        if task.id in known:
            return facts
        known[task.id] = task
        if task.id in self._task_ids_with_result:
            self._reannounced_tasks[task.id] = started
            return facts
        self._ended_statuses.pop(task.id, None)
        return [*facts, started]

    def on_task_ended(self, event: Event, ended: TaskEnded) -> list[Fact]:
        """A task reports; what still runs below it is over.

        A task that never reported its start (an error handler) starts here too.
        """
        namespace = event.namespace
        self._assign_waiting_update(namespace, ended)
        was_open = self._forget_task(namespace, ended.task_id)
        facts = self._close_inner_tasks(namespace, ended)
        announced = self._reannounced_tasks.pop(ended.task_id, None)
        if announced is not None:  # it ran again after all
            facts.append(announced)
        if not was_open:
            if self._ended_statuses.get(ended.task_id, "unreported") not in ("cached", "unreported"):
                return facts
            if ended.task_id not in self._ended_statuses:
                facts.append(self._make_missing_start(namespace, ended))
        if ended.status == "error":
            self._failure_times[namespace, ended.node] = ended.time
        self._ended_statuses[ended.task_id] = ended.status
        return [*facts, ended]

    def note_parent_command(self, task_id: str, time: float, result: JSON) -> None:
        """A task has given a command to a graph around its own, unless LangGraph reports its end yet."""
        self._parent_commands[task_id] = time, result

    def _make_missing_start(self, namespace: str, ended: TaskEnded) -> TaskStarted:
        failed = self._failure_times.get(
            (namespace, ended.node.removeprefix(_ERROR_HANDLER_PREFIX)), ended.time
        )
        return TaskStarted(ended.task_id, ended.node, None, [], failed)

    def on_run_resumed(self) -> None:
        """The run goes on: what has a result does not run again."""
        self._task_ids_with_result = {
            task_id for task_id, status in self._ended_statuses.items() if status in ("success", "cached")
        }

    # -- whose update it was

    def assign_update(self, event: Event, written: StateUpdate) -> list[Fact]:
        """The task of an update: the node's only one that runs, else that of the result that follows."""
        tasks = self._ended_without_update.get((event.namespace, written.node))
        if tasks:
            return _make_update_facts(event, tasks.pop(0), written)
        tasks = self.list_running_tasks_of_node(event.namespace, written.node)
        if written.is_cached and tasks:
            task = next((task for task in tasks if task.id in self._reannounced_tasks), tasks[0])
            ended = self._close_task(task, "cached", event.timestamp, result=written.writes)
            return [*_make_update_facts(event, task, written), *ended]
        if len(tasks) == 1:
            return _make_update_facts(event, tasks[0], written)
        self._updates_without_task[event.namespace] = (event, written)
        return [] if tasks and tasks[0].is_functional_task else [written]

    def expect_update(self, task: OpenTask) -> None:
        """A task has ended and its update is still to come (beside ``events``, updates come late)."""
        self._ended_without_update.setdefault((task.namespace, task.node), []).append(task)

    def _assign_waiting_update(self, namespace: str, ended: TaskEnded) -> None:
        event, written = self._updates_without_task.pop(namespace, (None, None))
        if event is not None and written is not None and written.node == ended.node:
            event.task_id = written.task_id = ended.task_id

    # -- what is over without a word

    def close_tasks_of_earlier_steps(self, namespace: str, before: int | None, time: float) -> list[Fact]:
        """The steps before this one are over (``None``: all that have started in the namespace)."""
        over = [
            task
            for task in self._open_tasks.get(namespace, {}).values()
            if before is None or (task.step is not None and task.step < before)
        ]
        return [fact for task in over for fact in self._close_task(task, "unreported", time)]

    def _close_inner_tasks(self, namespace: str, ended: TaskEnded) -> list[Fact]:
        """The graphs that a task ran are over."""
        graphs = [make_child_namespace(namespace, ended.node, ended.task_id)]
        if not self.list_running_tasks_of_node(namespace, ended.node):
            graphs.append(make_child_namespace(namespace, ended.node))
        below = [
            inner for inner in self._open_tasks if any(is_within_namespace(inner, graph) for graph in graphs)
        ]
        return [
            fact
            for inner in reversed(below)
            for fact in self.close_tasks_of_earlier_steps(inner, None, ended.time)
        ]

    def close_all_tasks(
        self,
        status: Status,
        error: dict[str, str] | None,
        time: float,
        raised: ExceptionDetails | None = None,
    ) -> list[Fact]:
        """The run is over. Inner tasks first.

        Where no task has reported that it failed (or was interrupted), the ones that run alone did.
        """
        guess = self._guess_unreported_status(status)
        over = sorted(self._iter_open_tasks(), key=lambda task: -len(task.namespace))
        alone = {task.id for task in over if self.find_only_running_task(task.namespace) is task}
        facts: list[Fact] = []
        for task in over:
            if task.id in alone or guess in ("cancelled", "incomplete"):
                known = (error, raised) if guess == "error" else (None, None)
                facts += self._close_task(task, guess, time, error=known[0], raised=known[1])
            else:
                facts += self._close_task(task, "unreported", time)
        return facts

    def _guess_unreported_status(self, status: Status) -> Status:
        if status in ("cancelled", "incomplete"):
            return status
        if status in ("error", "interrupted") and status not in self._ended_statuses.values():
            return status
        return "unreported"

    def _close_task(
        self,
        task: OpenTask,
        status: Status,
        time: float,
        *,
        result: JSON = None,
        error: dict[str, str] | None = None,
        raised: ExceptionDetails | None = None,
    ) -> list[Fact]:
        self._forget_task(task.namespace, task.id)
        if self._reannounced_tasks.pop(task.id, None) is not None:
            return []
        if status == "unreported" and (left := self._parent_commands.pop(task.id, None)) is not None:
            status, (time, result) = "success", left
        self._ended_statuses[task.id] = status
        return [
            TaskEnded(task.id, task.node, status, time, result=result, error=error, exception_details=raised)
        ]

    def _forget_task(self, namespace: str, task_id: str) -> bool:
        tasks = self._open_tasks.get(namespace, {})
        was_open = tasks.pop(task_id, None) is not None
        if not tasks:
            self._open_tasks.pop(namespace, None)
        return was_open


def _make_update_facts(event: Event, task: OpenTask, written: StateUpdate) -> list[Fact]:
    """The fact of an update whose task is known; what a ``@task`` returns is no write."""
    event.task_id = written.task_id = task.id
    if event.step is None:
        event.step = task.step
    return [] if task.is_functional_task else [written]
