"""What the adapter has learnt of the run so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from lg_jupyter.adapter.interrupts import Interrupts
from lg_jupyter.adapter.message_tracker import Ledger
from lg_jupyter.adapter.namespace import Namespaces
from lg_jupyter.adapter.steps import Steps
from lg_jupyter.adapter.task_tracker import Tasks
from lg_jupyter.events.events import JSON, Event, Fact, Writer

START = "__start__"


@dataclass(slots=True)
class Memory:
    """The run's ids, the modes it streams, and one keeper for each thing that must be told once."""

    run_id: str | None = None
    thread_id: str | None = None
    modes: set[str] = field(default_factory=set)  # asked for, or seen
    subgraphs: bool = True  # whether they are followed
    namespaces: Namespaces = field(default_factory=Namespaces)
    steps: Steps = field(default_factory=Steps)
    tasks: Tasks = field(default_factory=Tasks)
    interrupts: Interrupts = field(default_factory=Interrupts)
    messages: Ledger = field(default_factory=Ledger)
    next: dict[str, JSON] = field(default_factory=dict)  # namespace → the tasks after its newest checkpoint

    @property
    def tasks_report(self) -> bool:
        """Whether the stream tells of tasks in its own order, not only through ``events``."""
        return not self.modes.isdisjoint(("tasks", "debug"))

    def interrupted(self, event: Event, interrupts: JSON) -> list[Fact]:
        """The facts of interrupts that came with an event of their graph."""
        task = self.tasks.alone(event.namespace)
        hold = task is None and self.tasks.any_in(event.namespace)
        return self.interrupts.raised(interrupts, task, namespace=event.namespace, hold=hold)

    def sole_writer(self, event: Event) -> Writer | None:
        """The task that wrote what is new in a state, where a checkpoint says that it was the only one."""
        tasks = self.next.get(event.namespace)
        if not tasks or len(tasks) != 1 or tasks[0]["name"] == START:
            return None
        task, step = tasks[0], self.steps.running(event.namespace)
        return Writer(event.namespace, task["name"], task.get("id"), step, event.timestamp)

    def attribute(self, event: Event) -> None:
        """Set the step of an event, and its node and task where only one can have caused it."""
        event.step = self.steps.running(event.namespace)
        running = self.tasks.running(event.namespace)
        if running and all(task.node == running[0].node for task in running):
            event.node = running[0].node
            event.task_id = running[0].id if len(running) == 1 else None
