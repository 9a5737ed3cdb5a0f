"""Mode ``tasks``: when a task starts (``input``, ``triggers``), and how it ends (``result``, ``error``)."""

from __future__ import annotations

from lg_jupyter.adapter import fields
from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.exceptions import known_of_exception
from lg_jupyter.adapter.namespace import tool_call_of
from lg_jupyter.adapter.task_tracker import OpenTask
from lg_jupyter.events.events import JSON, Event, Fact, Status, TaskEnded, TaskStarted

RETURN, END, PUSH = "__return__", "__end__", "__pregel_push"
_RETURNED = frozenset({RETURN, END})


class TasksHandler:
    """Reads task payloads; ``debug`` hands them over with a step and a time."""

    def __init__(self, state: AdapterState) -> None:
        self._adapter_state = state

    def __call__(self, event: Event) -> list[Fact]:
        if "debug" in self._adapter_state.modes:  # its twin follows, and knows step and time
            self._locate(event, event.data)
            return []
        return self.read(event, event.data, event.timestamp)

    def read(self, event: Event, payload: JSON, time: float) -> list[Fact]:
        """The facts of a start or an end at ``time``."""
        self._locate(event, payload)
        return self._end(event, payload, time) if "result" in payload else self._start(event, payload, time)

    def _locate(self, event: Event, payload: JSON) -> None:
        event.node = fields.text(payload["name"])
        event.task_id = fields.text(payload["id"])
        event.step = self._adapter_state.steps.running(event.namespace)

    def _start(self, event: Event, payload: JSON, time: float) -> list[Fact]:
        state, task_input = self._adapter_state, payload.get("input")
        triggers = fields.texts(payload.get("triggers"))
        tool_call = tool_call_of(task_input)
        started = TaskStarted(payload["id"], payload["name"], task_input, triggers, time, tool_call)
        call = is_call(triggers, task_input)
        task = OpenTask(started.task_id, started.node, event.namespace, event.step, call)
        state.namespaces.remember_tool_call(task.id, tool_call)
        as_state = "values" not in state.modes and not call and triggers != [PUSH]
        return [
            *state.namespaces.enter(event),
            *state.namespaces.agent(event.namespace, payload.get("metadata")),
            *state.messages.read_task_input(event.namespace, task_input, as_state=as_state),
            *state.tasks.start(event, task, started),
        ]

    def _end(self, event: Event, payload: JSON, time: float) -> list[Fact]:
        state, result = self._adapter_state, result_of(payload["result"])
        interrupts = fields.mappings(payload.get("interrupts"))
        error = error_of(payload.get("error"))
        status = _status(error, interrupts)
        ended = TaskEnded(payload["id"], payload["name"], status, time, result, error, interrupts)
        if status == "error":
            ended.raised = raised = known_of_exception(payload["error"])
            its_own = state.namespaces.tool_call_of(ended.task_id)
            ended.tool_call_id = (raised.tool_call_id if raised else None) or its_own
        task = OpenTask(ended.task_id, ended.node, event.namespace, event.step)
        return [
            *state.tasks.end(event, ended),
            *self._messages(event, result, call=is_returned(_by_channel(payload["result"]))),
            *state.interrupts.raised(interrupts, task, namespace=event.namespace),
        ]

    def _messages(self, event: Event, result: JSON, *, call: bool) -> list[Fact]:
        modes = self._adapter_state.modes
        repeated = "updates" in modes
        return self._adapter_state.messages.read_writes(
            event, result, modes, "tasks", call=call, repeated=repeated
        )


def is_call(triggers: list[str], task_input: JSON) -> bool:
    """Whether a task is a call of a ``@task``: its input is ``((args), {kwargs})``."""
    return (
        triggers == [PUSH]
        and isinstance(task_input, list)
        and len(task_input) == 2
        and isinstance(task_input[0], list)
        and isinstance(task_input[1], dict)
    )


def result_of(result: JSON) -> JSON:
    """What a task gave: its writes by channel, or the return value of a ``@task`` or an entrypoint."""
    result = _by_channel(result)
    return result[next(iter(result))] if is_returned(result) else result


def is_returned(result: JSON) -> bool:
    """Whether this is what a function returned, and not what a node wrote by channel."""
    return isinstance(result, dict) and len(result) == 1 and not _RETURNED.isdisjoint(result)


def _by_channel(result: JSON) -> JSON:
    return dict(result) if isinstance(result, list) else result  # langgraph before 0.6.10: pairs


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
