"""What the adapter has learnt of the run so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..events import JSON, Event, Fact
from .interrupts import Interrupts
from .ledger import Ledger
from .lifecycle import Tasks
from .namespace import Namespaces
from .steps import Steps


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

    @property
    def tasks_report(self) -> bool:
        """Whether the stream tells of tasks in its own order, not only through ``events``."""
        return not self.modes.isdisjoint(("tasks", "debug"))

    def interrupted(self, event: Event, interrupts: JSON) -> list[Fact]:
        """The facts of interrupts that came with an event of their graph."""
        task = self.tasks.alone(event.namespace)
        hold = task is None and self.tasks.any_in(event.namespace)
        return self.interrupts.raised(interrupts, task, hold=hold)

    def attribute(self, event: Event) -> None:
        """Set the step of an event, and its node and task where only one task can have caused it."""
        event.step = self.steps.running(event.namespace)
        task = self.tasks.alone(event.namespace)
        if task is not None:
            event.node = task.node
            event.task_id = task.id
