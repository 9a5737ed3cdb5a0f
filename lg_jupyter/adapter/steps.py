"""The step that runs in each namespace, as checkpoints and ``debug`` have it."""

from __future__ import annotations

from lg_jupyter.events.events import Event


class StepTracker:
    """Step by namespace. A step is known only where the stream has it; it is never counted up."""

    def __init__(self) -> None:
        self._running_steps: dict[str, int] = {}
        self._events_awaiting_step: dict[str, Event] = {}

    def get_current_step(self, namespace: str) -> int | None:
        """The step whose tasks run (or ran last) in a namespace."""
        return self._running_steps.get(namespace)

    def set_event_step(self, event: Event) -> None:
        """Set the step of a ``values`` event, later if it has not come yet.

        A run that goes on from a checkpoint sends ``values`` first, then the checkpoint.
        """
        event.step = self._running_steps.get(event.namespace)
        if event.step is None:
            self._events_awaiting_step[event.namespace] = event

    def on_checkpoint_saved(self, namespace: str, step: int) -> None:
        """A checkpoint of this step was saved: the next step begins."""
        self._set_step_of_waiting_event(namespace, step)
        self._running_steps[namespace] = step + 1

    def on_task_started(self, namespace: str, step: int) -> None:
        """A task of this step runs."""
        self._set_step_of_waiting_event(namespace, step - 1)
        self._running_steps[namespace] = step

    def _set_step_of_waiting_event(self, namespace: str, step: int) -> None:
        waiting = self._events_awaiting_step.pop(namespace, None)
        if waiting is not None:
            waiting.step = step
