"""Mode ``debug``: tasks and checkpoints again, wrapped with their step and time."""

from __future__ import annotations

from datetime import datetime

from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.checkpoints import CheckpointsHandler
from lg_jupyter.adapter.fields import int_or_none, require_dict
from lg_jupyter.adapter.tasks import TasksHandler
from lg_jupyter.events.events import Event, Fact


class DebugHandler:
    """Unwraps ``{"step", "timestamp", "type", "payload"}``."""

    def __init__(self, state: AdapterState, tasks: TasksHandler, checkpoints: CheckpointsHandler) -> None:
        self._adapter_state = state
        self._tasks = tasks
        self._checkpoints = checkpoints

    def __call__(self, event: Event) -> list[Fact]:
        data = require_dict(event.data)
        time = iso_to_epoch_seconds(data.get("timestamp"), event.timestamp)
        if data["type"] == "checkpoint":
            return self._checkpoints.handle_checkpoint(event, data["payload"], time)
        step = int_or_none(data.get("step"))
        if data["type"] == "task" and step is not None:
            self._adapter_state.step_tracker.on_task_started(event.namespace, step)
        return self._tasks.handle_task(event, data["payload"], time)


def iso_to_epoch_seconds(text: str | None, default: float) -> float:
    """Seconds since the epoch of an ISO time; where there is none, ``default``."""
    if not text:
        return default
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
