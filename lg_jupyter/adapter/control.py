"""How a run begins and ends: what the source says (``control``), a server's ``metadata`` and ``error``."""

from __future__ import annotations

from collections.abc import Callable

from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.namespace import calling_task
from lg_jupyter.adapter.tasks import error_of, is_returned, result_of
from lg_jupyter.encode import SharedList
from lg_jupyter.events.events import (
    JSON,
    AnswerRefused,
    Dequeued,
    Event,
    Fact,
    Resumed,
    RunEnded,
    RunStarted,
    StateFound,
    Status,
    TaskRetried,
)

ALIASES = {"messages-tuple": "messages"}

END_STATUSES: dict[JSON, Status] = {
    end: end for end in ("success", "interrupted", "error", "cancelled", "incomplete")
}
"""How a run may end; a file may say something else."""


class ControlParts:
    """Reads ``control`` parts and the server's ``metadata`` and ``error``.

    ``flush`` gives the facts that others have kept back until the run ends.
    """

    def __init__(self, state: AdapterState, flush: Callable[[], list[Fact]] = list) -> None:
        self._adapter_state = state
        self._flush = flush
        self._error: dict[str, str] | None = None
        self._modes: tuple[str, ...] = ()
        self._queued = False  # until the server says that it has begun
        self._by_name: dict[str, Callable[[Event], list[Fact]]] = {
            "start": self._on_start,
            "resume": self._on_resume,
            "refused": self._on_refused,
            "state": self._on_state,
            "retry": self._on_retry,
            "result": self._on_result,
            "end": self._on_end,
        }

    def __call__(self, event: Event) -> list[Fact]:
        handler = self._by_name.get(event.data.get("event"))
        return [] if handler is None else handler(event)

    def metadata(self, event: Event) -> list[Fact]:
        """The server has given the run an id, or tries it again."""
        state, data = self._adapter_state, event.data
        run_id, attempt = data.get("run_id"), data.get("attempt")
        if not isinstance(run_id, str) or type(attempt) is not int:
            return []
        facts: list[Fact] = [Dequeued()] if self._queued else []
        self._queued = False
        if attempt == 1 and run_id == state.run_id:
            return facts
        if attempt > 1:
            facts += state.tasks.close_all("unreported", None, event.timestamp)
            state.tasks.resume()
            state.interrupts.clear()
            self._error = None
        return [*facts, self._started(event, run_id, state.thread_id, attempt)]

    def error(self, event: Event) -> list[Fact]:
        """The run failed, or this try of it did: the run's end says which."""
        self._error = error_of(event.data)
        return []

    def _on_start(self, event: Event) -> list[Fact]:
        data = event.data
        self._queued = True
        modes = data.get("modes")
        self._modes = tuple(filter(_text, modes)) if isinstance(modes, list | SharedList) else ()
        self._adapter_state.modes.update(ALIASES.get(mode, mode) for mode in self._modes)
        self._adapter_state.subgraphs = data.get("subgraphs") is not False
        self._adapter_state.messages.think_tags = data.get("think_tags") is not False
        started = self._started(event, _text(data.get("run_id")), _text(data.get("thread_id")), 1)
        return [started, *self._adapter_state.messages.start(data, self._adapter_state.modes)]

    def _started(self, event: Event, run_id: str | None, thread_id: str | None, attempt: int) -> RunStarted:
        state = self._adapter_state
        event.run_id = state.run_id = run_id
        event.thread_id = state.thread_id = thread_id
        return RunStarted(run_id, thread_id, attempt, self._modes)

    def _on_resume(self, event: Event) -> list[Fact]:
        self._queued = True
        self._adapter_state.interrupts.clear()
        self._adapter_state.tasks.resume()
        self._adapter_state.messages.resume()
        return [Resumed(event.data.get("value"))]

    def _on_state(self, event: Event) -> list[Fact]:
        data = event.data
        known = data.get("known", True)
        return [StateFound(data.get("values") if known else None, known, data.get("writer"))]

    def _on_refused(self, event: Event) -> list[Fact]:
        asks = list(event.data.get("asks") or ())
        return [AnswerRefused(asks), *self._adapter_state.interrupts.raised(asks, None)]

    def _on_retry(self, event: Event) -> list[Fact]:
        metadata = event.data["metadata"]
        namespace, task_id = calling_task(metadata)
        if task_id is None or (namespace and not self._adapter_state.subgraphs):
            return []
        event.namespace, event.task_id = namespace, task_id
        event.node, event.step = metadata.get("langgraph_node"), metadata.get("langgraph_step")
        return [TaskRetried(task_id, event.timestamp, error_of(event.data.get("error")))]

    def _on_result(self, event: Event) -> list[Fact]:
        """Messages that a task returned, where no requested mode streams them."""
        data, state = event.data, self._adapter_state
        event.node, event.task_id = data["name"], data["id"]
        event.step = state.steps.running(event.namespace)
        result, call = result_of(data["result"]), is_returned(data["result"])
        repeated = "updates" in state.modes
        return state.messages.read_writes(event, result, state.modes, "tasks", call=call, repeated=repeated)

    def _on_end(self, event: Event) -> list[Fact]:
        state, status = self._adapter_state, END_STATUSES.get(_text(event.data.get("status")), "incomplete")
        error = error_of(event.data.get("error"))
        if error is None and status == "error":
            error = self._error
        return [
            *self._flush(),
            *state.messages.flush(),
            *state.interrupts.raised(event.data.get("interrupts"), None),
            *state.interrupts.release(),
            *state.tasks.close_all(status, error, event.timestamp),
            RunEnded(status, error, event.data.get("standing"), event.data.get("output")),
        ]


def _text(value: JSON) -> str | None:
    return value if isinstance(value, str) and value else None
