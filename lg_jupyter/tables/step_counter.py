"""How many steps the root graph of a run took."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lg_jupyter.events.events import Event, StateUpdate, StateValues, TaskStarted


class RootStepCounter:
    """Takes the facts that tell a step of the root graph, or a state after one."""

    def __init__(self) -> None:
        self._reported_steps: set[int] = set()
        self._state_count = 0

    def get_fact_handlers(self) -> Mapping[type, Callable[[Event, Any], None]]:
        """By type of fact, what is to be called with each event and its fact."""
        return {StateValues: self._on_state_values, StateUpdate: self._on_step, TaskStarted: self._on_step}

    def _on_step(self, event: Event, fact: StateUpdate | TaskStarted) -> None:
        if not event.namespace and event.step is not None:
            self._reported_steps.add(event.step)

    def _on_state_values(self, event: Event, fact: StateValues) -> None:
        if not event.namespace:
            self._state_count += not fact.is_interrupted

    @property
    def step_count(self) -> int | None:
        """How many there were; ``None`` where the stream does not tell.

        Tasks and checkpoints tell their step, and each step that changes the state sends it once, after the
        one that holds the input. Updates and messages alone do not say which of them are of one step.
        """
        return len(self._reported_steps) or max(0, self._state_count - 1) or None
