"""What the adapter has learnt of the run so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from lg_jupyter.adapter.fields import nonempty_text_or_none
from lg_jupyter.adapter.interrupts import InterruptTracker
from lg_jupyter.adapter.message_tracker import MessageTracker
from lg_jupyter.adapter.namespace import DetachedGraphs, NamespaceTracker
from lg_jupyter.adapter.steps import StepTracker
from lg_jupyter.adapter.task_tracker import TaskTracker
from lg_jupyter.events.calls import CallSource
from lg_jupyter.events.events import JSON, Event, Fact, JSONObject, WriterTask

START_NODE = "__start__"


@dataclass(slots=True)
class AdapterState:
    """The run's ids, the modes it streams, and a tracker for each thing that must be emitted once."""

    run_id: str | None = None
    thread_id: str | None = None
    streamed_modes: set[str] = field(default_factory=set)  # requested, or seen
    streams_subgraphs: bool = True  # whether they are followed
    call_source: CallSource = "inferred"  # how those of models and tools are known
    namespace_tracker: NamespaceTracker = field(default_factory=NamespaceTracker)
    step_tracker: StepTracker = field(default_factory=StepTracker)
    task_tracker: TaskTracker = field(default_factory=TaskTracker)
    interrupt_tracker: InterruptTracker = field(default_factory=InterruptTracker)
    message_tracker: MessageTracker = field(default_factory=MessageTracker)
    detached_graphs: DetachedGraphs = field(default_factory=DetachedGraphs)
    # By namespace, what its checkpoint left to do.
    next_tasks_by_namespace: dict[str, list[JSONObject]] = field(default_factory=dict)

    @property
    def streams_tasks(self) -> bool:
        """Whether the stream tells of tasks in its own order, not only through ``events``."""
        return not self.streamed_modes.isdisjoint(("tasks", "debug"))

    def emit_interrupts_of_event(self, event: Event, interrupts: JSON) -> list[Fact]:
        """The facts of interrupts that came with an event of their graph."""
        task = self.task_tracker.find_only_running_task(event.namespace)
        defer = task is None and self.task_tracker.has_running_tasks(event.namespace)
        return self.interrupt_tracker.emit_new_interrupts(
            interrupts, task, namespace=event.namespace, defer=defer
        )

    def find_sole_writer(self, event: Event) -> WriterTask | None:
        """The task that wrote what is new in a state, where a checkpoint says that it was the only one."""
        tasks = self.next_tasks_by_namespace.get(event.namespace, [])
        node = nonempty_text_or_none(tasks[0].get("name")) if len(tasks) == 1 else None
        if node is None or node == START_NODE:
            return None
        task_id, step = (
            nonempty_text_or_none(tasks[0].get("id")),
            self.step_tracker.get_current_step(event.namespace),
        )
        return WriterTask(event.namespace, node, task_id, step, event.timestamp)

    def infer_event_place(self, event: Event) -> None:
        """Set the step of an event, and its node and task where only one can have caused it."""
        event.step = self.step_tracker.get_current_step(event.namespace)
        running = self.task_tracker.list_running_tasks(event.namespace)
        if running and all(task.node == running[0].node for task in running):
            event.node = running[0].node
            event.task_id = running[0].id if len(running) == 1 else None
