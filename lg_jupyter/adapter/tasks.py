"""Mode ``tasks``: when a task starts (``input``, ``triggers``), and how it ends (``result``, ``error``)."""

from __future__ import annotations

from ..events import JSON, Event, Fact, Status, TaskEnded, TaskStarted
from .lifecycle import OpenTask
from .memory import Memory

RETURN, END = "__return__", "__end__"


class TaskParts:
    """Reads task payloads; ``debug`` hands them over with a step and a time."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def __call__(self, event: Event) -> list[Fact]:
        if "debug" in self._memory.modes:  # its twin follows, and knows step and time
            self._locate(event, event.data)
            return []
        return self.read(event, event.data, event.timestamp)

    def read(self, event: Event, payload: JSON, time: float) -> list[Fact]:
        """The facts of a start or an end at ``time``."""
        self._locate(event, payload)
        return self._end(event, payload, time) if "result" in payload else self._start(event, payload, time)

    def _locate(self, event: Event, payload: JSON) -> None:
        event.node = payload["name"]
        event.task_id = payload["id"]
        event.step = self._memory.steps.running(event.namespace)

    def _start(self, event: Event, payload: JSON, time: float) -> list[Fact]:
        memory, task_input = self._memory, payload.get("input")
        triggers = list(payload.get("triggers") or ())
        started = TaskStarted(payload["id"], payload["name"], task_input, triggers, time)
        call = is_call(triggers, task_input)
        task = OpenTask(started.task_id, started.node, event.namespace, event.step, call)
        memory.namespaces.remember_tool_call(task.id, task_input)
        if "values" not in memory.modes:
            memory.messages.given(event.namespace, task_input)
        return [*memory.namespaces.enter(event), *memory.tasks.start(event, task, started)]

    def _end(self, event: Event, payload: JSON, time: float) -> list[Fact]:
        memory, result = self._memory, result_of(payload["result"])
        interrupts = list(payload.get("interrupts") or ())
        error = error_of(payload.get("error"))
        ended = TaskEnded(
            payload["id"], payload["name"], _status(error, interrupts), time, result, error, interrupts
        )
        task = OpenTask(ended.task_id, ended.node, event.namespace, event.step)
        return [
            *memory.tasks.end(event, ended),
            *memory.messages.written(event.namespace, result, memory.modes, again="updates" in memory.modes),
            *memory.interrupts.raised(interrupts, task),
        ]


def is_call(triggers: list[str], task_input: JSON) -> bool:
    """Whether a task is a call of a ``@task``: its input is ``((args), {kwargs})``."""
    return (
        triggers == ["__pregel_push"]
        and isinstance(task_input, list)
        and len(task_input) == 2
        and isinstance(task_input[0], list)
        and isinstance(task_input[1], dict)
    )


def result_of(result: JSON) -> JSON:
    """What a task gave: its writes by channel, or the return value of a ``@task`` or an entrypoint."""
    if isinstance(result, list):  # langgraph before 0.6.10: pairs
        result = dict(result)
    if isinstance(result, dict) and len(result) == 1:
        for key in (RETURN, END):
            if key in result:
                return result[key]
    return result


def error_of(error: JSON) -> dict[str, str] | None:
    """An error as ``{"error": class name, "message": text}``."""
    if not error:
        return None
    if isinstance(error, dict):
        return {"error": str(error.get("error", "Error")), "message": str(error.get("message", ""))}
    return {"error": "Error", "message": str(error)}


def _status(error: dict[str, str] | None, interrupts: list[JSON]) -> Status:
    if interrupts:
        return "interrupted"
    if error is None:
        return "success"
    return "cancelled" if error["error"] == "CancelledError" else "error"
