"""How a run begins and ends: what the source says (``control``), a server's ``metadata`` and ``error``."""

from __future__ import annotations

from collections.abc import Callable

from lg_jupyter.adapter import fields
from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.calls import find_call_source, set_event_place_from_metadata
from lg_jupyter.adapter.exception_details import read_exception_details
from lg_jupyter.adapter.fields import nonempty_text_or_none
from lg_jupyter.adapter.namespace import read_event_place
from lg_jupyter.adapter.tasks import is_return_value, parse_task_error, parse_task_result
from lg_jupyter.events.events import (
    JSON,
    AnswerRejected,
    Event,
    Fact,
    InitialState,
    RunDequeued,
    RunEnded,
    RunResumed,
    RunStarted,
    Status,
    TaskRetried,
)

MODE_ALIASES = {"messages-tuple": "messages"}

END_STATUSES: dict[JSON, Status] = {
    end: end for end in ("success", "interrupted", "error", "cancelled", "incomplete")
}
"""How a run may end; a file may say something else."""


class ControlHandler:
    """Reads ``control`` parts and the server's ``metadata`` and ``error``.

    ``flush`` gives the facts that others have kept back until the run ends.
    """

    def __init__(self, state: AdapterState, flush: Callable[[], list[Fact]] = list) -> None:
        self._adapter_state = state
        self._flush_facts = flush
        self._last_error: dict[str, str] | None = None
        self._modes: tuple[str, ...] = ()
        self._are_all_calls_reported = True
        self._is_queued = False  # until the server says that it has begun
        self._handlers_by_name: dict[str, Callable[[Event], list[Fact]]] = {
            "start": self._on_start,
            "resume": self._on_resume,
            "refused": self._on_answer_refused,
            "state": self._on_initial_state,
            "retry": self._on_retry,
            "result": self._on_task_result,
            "parent_command": self._on_parent_command,
            "graph_apart": self._on_detached_graph_task,
            "end": self._on_end,
        }

    def __call__(self, event: Event) -> list[Fact]:
        handler = self._handlers_by_name.get(
            fields.require_text(fields.require_dict(event.data).get("event"))
        )
        return [] if handler is None else handler(event)

    def handle_server_metadata(self, event: Event) -> list[Fact]:
        """The server has given the run an id, or tries it again."""
        state, data = self._adapter_state, fields.require_dict(event.data)
        run_id, attempt = data.get("run_id"), data.get("attempt")
        if not isinstance(run_id, str) or type(attempt) is not int:
            return []
        facts: list[Fact] = [RunDequeued()] if self._is_queued else []
        self._is_queued = False
        if attempt == 1 and run_id == state.run_id:
            return facts
        if attempt > 1:
            facts += state.task_tracker.close_all_tasks("unreported", None, event.timestamp)
            state.task_tracker.on_run_resumed()
            state.interrupt_tracker.clear()
            self._last_error = None
        return [*facts, self._set_run_ids_and_make_start(event, run_id, state.thread_id, attempt)]

    def handle_server_error(self, event: Event) -> list[Fact]:
        """The run failed, or this try of it did: the run's end says which."""
        self._last_error = parse_task_error(event.data)
        return []

    def _on_start(self, event: Event) -> list[Fact]:
        data = fields.require_dict(event.data)
        self._is_queued = True
        self._modes = tuple(filter(None, fields.filter_texts(data.get("modes"))))
        self._adapter_state.streamed_modes.update(MODE_ALIASES.get(mode, mode) for mode in self._modes)
        self._adapter_state.streams_subgraphs = data.get("subgraphs") is not False
        self._adapter_state.call_source = find_call_source(self._modes, data.get("calls"))
        self._are_all_calls_reported = data.get("all_calls") is not False
        self._adapter_state.message_tracker.has_think_tags = data.get("think_tags") is not False
        run_id, thread_id = (
            nonempty_text_or_none(data.get("run_id")),
            nonempty_text_or_none(data.get("thread_id")),
        )
        started = self._set_run_ids_and_make_start(event, run_id, thread_id, 1)
        return [
            started,
            *self._adapter_state.message_tracker.on_run_started(data, self._adapter_state.streamed_modes),
        ]

    def _set_run_ids_and_make_start(
        self, event: Event, run_id: str | None, thread_id: str | None, attempt: int
    ) -> RunStarted:
        state = self._adapter_state
        event.run_id = state.run_id = run_id
        event.thread_id = state.thread_id = thread_id
        return RunStarted(
            run_id, thread_id, attempt, self._modes, state.call_source, self._are_all_calls_reported
        )

    def _on_resume(self, event: Event) -> list[Fact]:
        self._is_queued = True
        data = fields.require_dict(event.data)
        more = fields.filter_texts(data.get("modes"))  # of a thread that was only read so far
        self._adapter_state.streamed_modes.update(MODE_ALIASES.get(mode, mode) for mode in filter(None, more))
        self._adapter_state.interrupt_tracker.clear()
        self._adapter_state.task_tracker.on_run_resumed()
        self._adapter_state.message_tracker.on_run_resumed()
        return [RunResumed(data.get("value"), bool(data.get("answers", True)))]

    def _on_initial_state(self, event: Event) -> list[Fact]:
        data = fields.require_dict(event.data)
        known = bool(data.get("known", True))
        return [
            InitialState(
                data.get("values") if known else None, known, nonempty_text_or_none(data.get("writer"))
            )
        ]

    def _on_answer_refused(self, event: Event) -> list[Fact]:
        pending = fields.parse_optional_dict_list(fields.require_dict(event.data).get("asks"))
        return [
            AnswerRejected(pending),
            *self._adapter_state.interrupt_tracker.emit_new_interrupts(pending, None),
        ]

    def _on_retry(self, event: Event) -> list[Fact]:
        data = fields.require_dict(event.data)
        place = read_event_place(data["metadata"])
        if place.task_id is None or (place.namespace and not self._adapter_state.streams_subgraphs):
            return []
        place.set_on_event(event)
        error, failed = (
            parse_task_error(data.get("error")),
            fields.float_or_none(data.get("failed")),
        )
        return [TaskRetried(place.task_id, event.timestamp, error, failed)]

    def _on_task_result(self, event: Event) -> list[Fact]:
        """Messages that a task returned, where no requested mode streams them."""
        data, state = fields.require_dict(event.data), self._adapter_state
        event.node, event.task_id = fields.require_text(data["name"]), fields.require_text(data["id"])
        event.step = state.step_tracker.get_current_step(event.namespace)
        result = parse_task_result(data["result"])
        return state.message_tracker.track_written_messages(
            event,
            result,
            state.streamed_modes,
            "tasks",
            is_functional_task=is_return_value(data["result"]),
            repeated="updates" in state.streamed_modes,
        )

    def _on_parent_command(self, event: Event) -> list[Fact]:
        """A task is over with a command for a graph around its own, which LangGraph does not report."""
        data = fields.require_dict(event.data)
        place = read_event_place(data["metadata"])
        if place.task_id is not None and (not place.namespace or self._adapter_state.streams_subgraphs):
            place.set_on_event(event)
            self._adapter_state.task_tracker.note_parent_command(
                place.task_id, event.timestamp, data.get("result")
            )
        return []

    def _on_detached_graph_task(self, event: Event) -> list[Fact]:
        """A node called a graph with a config of its own, and a task of that graph begins."""
        data = fields.require_dict(event.data)
        caller = set_event_place_from_metadata(event, data["metadata"], self._adapter_state)
        self._adapter_state.detached_graphs.add_caller(fields.require_text(data["namespace"]), caller)
        return []

    def _on_end(self, event: Event) -> list[Fact]:
        state, data = self._adapter_state, fields.require_dict(event.data)
        status = END_STATUSES.get(nonempty_text_or_none(data.get("status")), "incomplete")
        standing = fields.nonempty_dict_or_none(data.get("standing"))
        error, raised = parse_task_error(data.get("error")), read_exception_details(data.get("error"))
        if error is None and status == "error":
            error = self._last_error
        return [
            *self._flush_facts(),
            *state.message_tracker.flush_pending_messages(),
            *state.interrupt_tracker.emit_new_interrupts(fields.filter_dicts(data.get("interrupts")), None),
            *state.interrupt_tracker.pop_deferred_interrupts(),
            *state.task_tracker.close_all_tasks(status, error, event.timestamp, raised),
            RunEnded(status, error, standing, data.get("output"), raised),
        ]
