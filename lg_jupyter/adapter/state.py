"""Modes ``values`` and ``updates``: the state of a graph, and what its tasks write to it."""

from __future__ import annotations

from lg_jupyter.adapter.adapter_state import Memory
from lg_jupyter.adapter.namespace import UNFORMATTED
from lg_jupyter.events.events import JSON, Event, Fact, StateRead, StateWritten

INTERRUPT, METADATA = "__interrupt__", "__metadata__"


class ValuesParts:
    """Reads states. Interrupts come inside them, one state for each task that interrupts."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def __call__(self, event: Event) -> list[Fact]:
        memory, values = self._memory, event.data
        if event.namespace == UNFORMATTED:
            event.namespace = ""
        memory.steps.give(event)
        interrupts, values = _without_interrupts(values)
        raised = memory.interrupted(event, interrupts)
        if not values and (interrupts or values is None):  # old servers send interrupts with no state
            return raised
        facts = memory.namespaces.enter(event)
        if not interrupts and memory.tasks_report:
            facts += memory.tasks.close_steps(event.namespace, None, event.timestamp)
        facts.append(StateRead(values, bool(interrupts)))
        writer = memory.sole_writer(event)
        return facts + memory.messages.state(event.namespace, values, writer=writer) + raised


class UpdateParts:
    """Reads updates: one for each task, under its node's name."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def __call__(self, event: Event) -> list[Fact]:
        return self.read(event, event.data)

    def read(self, event: Event, updates: JSON) -> list[Fact]:
        """The facts of ``{node: writes}``."""
        memory = self._memory
        event.step = memory.steps.running(event.namespace)
        cached = bool((updates.get(METADATA) or {}).get("cached"))
        facts: list[Fact] = []
        for node, writes in updates.items():
            if node in (INTERRUPT, METADATA):
                continue
            event.node = node
            facts += memory.tasks.write(event, StateWritten(node, None, writes, cached))
            facts += memory.messages.written(event, writes, memory.modes, "updates", cached=cached)
        return facts + memory.interrupted(event, updates.get(INTERRUPT))


def _without_interrupts(values: JSON) -> tuple[list[JSON], JSON]:
    if not isinstance(values, dict) or INTERRUPT not in values:
        return [], values
    state = {channel: value for channel, value in values.items() if channel != INTERRUPT}
    return list(values[INTERRUPT] or ()), state
