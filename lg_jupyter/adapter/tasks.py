"""Mode ``tasks``: when a task starts (``input``, ``triggers``), and how it ends (``result``, ``error``)."""

from __future__ import annotations

from typing import TypeGuard

from lg_jupyter.adapter import fields
from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.exception_details import read_exception_details
from lg_jupyter.adapter.namespace import read_sent_tool_call
from lg_jupyter.adapter.task_tracker import OpenTask
from lg_jupyter.events.events import JSON, Event, Fact, JSONObject, Status, TaskEnded, TaskStarted

RETURN, END, PUSH = "__return__", "__end__", "__pregel_push"
_RETURN_CHANNELS = frozenset({RETURN, END})


class TasksHandler:
    """Reads task payloads; ``debug`` hands them over with a step and a time."""

    def __init__(self, state: AdapterState) -> None:
        self._adapter_state = state

    def __call__(self, event: Event) -> list[Fact]:
        if "debug" in self._adapter_state.streamed_modes:  # its twin follows, and knows step and time
            self._set_event_place(event, fields.require_dict(event.data))
            return []
        return self.handle_task(event, fields.require_dict(event.data), event.timestamp)

    def handle_task(self, event: Event, payload: JSONObject, time: float) -> list[Fact]:
        """The facts of a start or an end at ``time``."""
        self._set_event_place(event, payload)
        return (
            self._handle_task_end(event, payload, time)
            if "result" in payload
            else self._handle_task_start(event, payload, time)
        )

    def _set_event_place(self, event: Event, payload: JSONObject) -> None:
        event.node = fields.require_text(payload["name"])
        event.task_id = fields.require_text(payload["id"])
        event.step = self._adapter_state.step_tracker.get_current_step(event.namespace)

    def _handle_task_start(self, event: Event, payload: JSONObject, time: float) -> list[Fact]:
        state, task_input = self._adapter_state, payload.get("input")
        triggers = fields.parse_optional_text_list(payload.get("triggers"))
        tool_call = read_sent_tool_call(task_input)
        started = TaskStarted(payload["id"], payload["name"], task_input, triggers, time, tool_call)
        call = is_functional_task_input(triggers, task_input)
        task = OpenTask(started.task_id, started.node, event.namespace, event.step, call)
        state.namespace_tracker.remember_tool_call(task.id, tool_call)
        as_state = "values" not in state.streamed_modes and not call and triggers != [PUSH]
        return [
            *state.namespace_tracker.enter_namespace(event),
            *state.namespace_tracker.track_agent_name(event.namespace, payload.get("metadata")),
            *state.message_tracker.track_task_input_messages(event.namespace, task_input, as_state=as_state),
            *state.task_tracker.on_task_started(event, task, started),
        ]

    def _handle_task_end(self, event: Event, payload: JSONObject, time: float) -> list[Fact]:
        state, result = self._adapter_state, parse_task_result(payload["result"])
        interrupts = fields.parse_optional_dict_list(payload.get("interrupts"))
        error = parse_task_error(payload.get("error"))
        status = _derive_task_status(error, interrupts)
        ended = TaskEnded(payload["id"], payload["name"], status, time, result, error, interrupts)
        if status == "error":
            ended.exception_details = raised = read_exception_details(payload["error"])
            its_own = state.namespace_tracker.find_tool_call_id(ended.task_id)
            ended.tool_call_id = (raised.tool_call_id if raised else None) or its_own
        task = OpenTask(ended.task_id, ended.node, event.namespace, event.step)
        return [
            *state.task_tracker.on_task_ended(event, ended),
            *self._track_result_messages(
                event, result, is_functional_task=is_return_value(_to_writes_by_channel(payload["result"]))
            ),
            *state.interrupt_tracker.emit_new_interrupts(interrupts, task, namespace=event.namespace),
        ]

    def _track_result_messages(self, event: Event, result: JSON, *, is_functional_task: bool) -> list[Fact]:
        modes = self._adapter_state.streamed_modes
        repeated = "updates" in modes
        return self._adapter_state.message_tracker.track_written_messages(
            event, result, modes, "tasks", is_functional_task=is_functional_task, repeated=repeated
        )


def is_functional_task_input(triggers: list[str], task_input: JSON) -> bool:
    """Whether a task is a call of a ``@task``: its input is ``((args), {kwargs})``."""
    return (
        triggers == [PUSH]
        and isinstance(task_input, list)
        and len(task_input) == 2
        and isinstance(task_input[0], list)
        and isinstance(task_input[1], dict)
    )


def parse_task_result(result: JSON) -> JSON:
    """What a task gave: its writes by channel, or the return value of a ``@task`` or an entrypoint."""
    result = _to_writes_by_channel(result)
    return next(iter(result.values())) if is_return_value(result) else result


def is_return_value(result: JSON) -> TypeGuard[JSONObject]:
    """Whether this is what a function returned, and not what a node wrote by channel."""
    return isinstance(result, dict) and len(result) == 1 and not _RETURN_CHANNELS.isdisjoint(result)


def _to_writes_by_channel(result: JSON) -> JSON:
    return dict(result) if isinstance(result, list) else result  # langgraph before 0.6.10: pairs


def parse_task_error(error: JSON) -> dict[str, str] | None:
    """An error as ``{"error": class name, "message": text}``."""
    if not error:
        return None
    if isinstance(error, dict):
        return {"error": str(error.get("error", "Error")), "message": str(error.get("message", ""))}
    return {"error": "Error", "message": str(error)}


def _derive_task_status(error: dict[str, str] | None, interrupts: list[JSONObject]) -> Status:
    if interrupts:
        return "interrupted"
    if error is None:
        return "success"
    return "cancelled" if error["error"] == "CancelledError" else "error"
