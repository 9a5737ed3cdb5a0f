"""The calls of models and tools, and the tries of nodes: not in any stream, but reported to callbacks."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables.config import merge_configs

from lg_jupyter.events.calls import CALLS_MODE
from lg_jupyter.events.namespace import is_called_from_namespace
from lg_jupyter.events.types import JSONObject
from lg_jupyter.sources.local.called_models import CalledModels
from lg_jupyter.sources.local.context_windows import find_context_window

TASK_METADATA_KEYS = ("langgraph_node", "langgraph_step", "langgraph_path", "langgraph_checkpoint_ns")
"""What of a node's metadata says which task it is."""

_MODEL_METADATA_KEYS = (
    "lc_agent_name",
    "ls_provider",
    "ls_model_name",
    "ls_temperature",
    "ls_max_tokens",
    "ls_stop",
)
"""What of a model's metadata says which model it is, in one spelling for all providers."""

_KEPT_METADATA_KEYS = frozenset((*TASK_METADATA_KEYS, *_MODEL_METADATA_KEYS))

TimestampedRecord = tuple[float, str, dict[str, Any]]
"""When something was called, the mode of the part to be made of it, and its live payload."""


class CallRecorder(BaseCallbackHandler):
    """Records each call of a model or a tool in one run, and each task that is tried again.

    Nothing is encoded here: a callback runs in the thread of whoever calls, and must cost it nothing. What it
    was given is kept in a queue, by reference, until :meth:`take_records`. The handler never makes a model
    stream, for it is none of those that LangChain asks for tokens.

    Parameters
    ----------
    notify
        Called, in any thread, when there is something to drain after there was nothing.
    """

    run_inline = True

    def __init__(self, notify: Callable[[], None]) -> None:
        self.called_models = CalledModels()
        self._notify = notify
        self._records: deque[TimestampedRecord] = deque()
        self._is_notified = False
        self.open_runs = _OpenLangChainRuns()
        self._task_attempts = _TaskAttemptTracker()
        # models that were called and of which no token has come
        self._calls_without_first_token: set[UUID] = set()

    def attach_to_config(self, config: Mapping[str, Any]) -> Any:
        """The config with this among its callbacks."""
        return merge_configs(dict(config), {"callbacks": [self]})  # type: ignore[arg-type]

    def take_records(self) -> Iterator[TimestampedRecord]:
        """What was recorded since the last time."""
        self._is_notified = False
        while self._records:
            yield self._records.popleft()

    def _record_call_event(self, event: str, call_id: UUID, **payload: Any) -> None:
        self.record_payload(CALLS_MODE, {"event": event, "call_id": str(call_id), **payload})

    def record_payload(self, mode: str, payload: dict[str, Any]) -> None:
        """Record what happened just now, of which a part of this mode is to be made."""
        self._records.append((time.time(), mode, payload))
        if not self._is_notified:
            self._is_notified = True
            self._notify()

    # -- graphs and nodes --------------------------------------------------------------------------

    def on_chain_start(
        self,
        serialized: Any,
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        metadata: dict[str, Any] | None = None,
        name: str | None = None,
        **rest: Any,
    ) -> None:
        self.open_runs.add_run_and_find_parent_call(run_id, parent_run_id)
        if not metadata or name != metadata.get("langgraph_node"):
            return
        where = {name: metadata.get(name) for name in TASK_METADATA_KEYS}
        self._record_unstreamed_graph_call(parent_run_id, where)
        failed = self._task_attempts.start_attempt_and_get_last_failure(run_id, where)
        if failed is not None:
            self.record_payload("control", {"event": "retry", "metadata": where, **failed})

    def _record_unstreamed_graph_call(self, around: UUID | None, where: dict[str, Any]) -> None:
        """Say which task called a graph with a config of its own: no stream tells of that graph's tasks."""
        caller = self._task_attempts.find_task_metadata(self.open_runs.iter_run_and_ancestors(around))
        if caller is not None and not is_called_from_namespace(
            _get_task_namespace(where), _get_task_namespace(caller)
        ):
            self.record_payload(
                "control",
                {"event": "graph_apart", "metadata": caller, "namespace": _get_task_namespace(where)},
            )

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **rest: Any) -> None:
        self.open_runs.remove_run(run_id)
        self._task_attempts.end_attempt_and_get_task_metadata(run_id)

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **rest: Any) -> None:
        self.open_runs.remove_run(run_id)
        where = self._task_attempts.end_attempt_and_get_task_metadata(run_id, error)
        if where is not None and type(error).__name__ == "ParentCommand":  # no stream tells that it is over
            update = getattr(error.args[0], "update", None) if error.args else None
            self.record_payload("control", {"event": "parent_command", "metadata": where, "result": update})

    # -- models ------------------------------------------------------------------------------------

    def on_chat_model_start(
        self, serialized: Any, messages: list[list[Any]], *, run_id: UUID, **rest: Any
    ) -> None:
        self._record_model_start(run_id, list(messages[0]) if messages else [], rest)

    def on_llm_start(self, serialized: Any, prompts: list[str], *, run_id: UUID, **rest: Any) -> None:
        self._record_model_start(run_id, list(prompts), rest)

    def _record_model_start(self, run_id: UUID, given: list[Any], rest: dict[str, Any]) -> None:
        self._calls_without_first_token.add(run_id)
        parameters = dict(rest.get("invocation_params") or {})
        self.called_models.record_model_of_callback(str(run_id))
        called = self.called_models.find_model(str(run_id))
        limit = None if called is None else find_context_window(called.model)
        self._record_call_event(
            "model_start",
            run_id,
            **self._register_call_and_get_place("model", run_id, rest),
            input=given,
            tools=parameters.pop("tools", None),
            parameters=parameters,
            **({} if limit is None else {"context_window": limit}),
        )

    def on_llm_new_token(self, token: Any, *, run_id: UUID, chunk: Any = None, **rest: Any) -> None:
        if run_id in self._calls_without_first_token and (token or _has_chunk_content(chunk)):
            self._calls_without_first_token.discard(run_id)
            self._record_call_event("model_streams", run_id)

    def on_llm_end(self, response: Any, *, run_id: UUID, **rest: Any) -> None:
        self._calls_without_first_token.discard(run_id)
        if self.open_runs.remove_run(run_id):
            self._record_call_event("model_end", run_id, output=_get_generated_message_or_text(response))

    def on_llm_error(self, error: BaseException, *, run_id: UUID, response: Any = None, **rest: Any) -> None:
        self._calls_without_first_token.discard(run_id)
        if self.open_runs.remove_run(run_id):
            output = _get_generated_message_or_text(response)
            self._record_call_event("model_error", run_id, **_make_call_error_fields(error), output=output)

    # -- tools -------------------------------------------------------------------------------------

    def on_tool_start(
        self,
        serialized: dict[str, Any] | None,
        input_str: str,
        *,
        run_id: UUID,
        inputs: dict[str, Any] | None = None,
        tool_call_id: str | None = None,
        **rest: Any,
    ) -> None:
        of_class = serialized or {}
        self._record_call_event(
            "tool_start",
            run_id,
            **self._register_call_and_get_place("tool", run_id, rest),
            name=rest.get("name") or of_class.get("name"),
            description=of_class.get("description"),
            tool_call_id=tool_call_id,
            args=input_str if inputs is None else inputs,
        )

    def on_tool_end(self, output: Any, *, run_id: UUID, **rest: Any) -> None:
        if self.open_runs.remove_run(run_id):
            self._record_call_event("tool_end", run_id, output=output)

    def on_tool_error(self, error: BaseException, *, run_id: UUID, **rest: Any) -> None:
        if self.open_runs.remove_run(run_id):
            self._record_call_event("tool_error", run_id, **_make_call_error_fields(error))

    # -- retrievers: their events, of which no table is made -----------------------------------------

    def on_retriever_start(self, serialized: Any, query: str, *, run_id: UUID, **rest: Any) -> None:
        place = self._register_call_and_get_place("retriever", run_id, rest)
        self._record_call_event("retriever_start", run_id, **place, name=rest.get("name"), query=query)

    def on_retriever_end(self, documents: Sequence[Any], *, run_id: UUID, **rest: Any) -> None:
        if self.open_runs.remove_run(run_id):
            self._record_call_event("retriever_end", run_id, documents=list(documents))

    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **rest: Any) -> None:
        if self.open_runs.remove_run(run_id):
            self._record_call_event("retriever_error", run_id, **_make_call_error_fields(error))

    def _register_call_and_get_place(
        self, kind: _LangChainRunKind, run_id: UUID, rest: dict[str, Any]
    ) -> dict[str, Any]:
        """Where a call was made: its task, what it is inside of, and the tags."""
        around = rest.get("parent_run_id")
        parent = self.open_runs.add_run_and_find_parent_call(run_id, around, kind)
        metadata = rest.get("metadata") or {}
        return {
            "parent_call_id": None if parent is None else str(parent),
            "within": None if around is None else str(around),
            "metadata": {name: value for name, value in metadata.items() if name in _KEPT_METADATA_KEYS},
            "tags": list(rest.get("tags") or ()),
        }


_LangChainRunKind = Literal["chain", "model", "tool", "retriever"]


class _OpenLangChainRuns:
    """LangChain's runs that have begun and not ended: a call is inside of the nearest call around it."""

    def __init__(self) -> None:
        self.around: _OpenLangChainRuns | None = (
            None  # those of the handler of the run that this one is inside of
        )
        self._runs: dict[UUID, tuple[UUID | None, _LangChainRunKind]] = {}

    def add_run_and_find_parent_call(
        self, run_id: UUID, enclosing_run_id: UUID | None, kind: _LangChainRunKind = "chain"
    ) -> UUID | None:
        """Note a run; the model or tool that it is inside of."""
        self._runs[run_id] = enclosing_run_id, kind
        while enclosing_run_id is not None:
            outer, its_kind = self.get_parent_and_kind(enclosing_run_id)
            if its_kind in ("model", "tool"):
                return enclosing_run_id
            enclosing_run_id = outer
        return None

    def get_parent_and_kind(self, run_id: UUID) -> tuple[UUID | None, _LangChainRunKind]:
        """What a run is inside of, and what it is."""
        if run_id in self._runs or self.around is None:
            return self._runs.get(run_id, (None, "chain"))
        return self.around.get_parent_and_kind(run_id)

    def iter_run_and_ancestors(self, run_id: UUID | None) -> Iterator[UUID]:
        """A run and those around it, from the inside out."""
        while run_id is not None:
            yield run_id
            run_id, _ = self._runs.get(run_id, (None, "chain"))

    def remove_run(self, run_id: UUID) -> bool:
        """Forget a run; ``False`` if it was not known."""
        return self._runs.pop(run_id, None) is not None


class _TaskAttemptTracker:
    """Tasks that begin again after they failed."""

    def __init__(self) -> None:
        self._begun_task_ids: set[str] = set()  # tasks, by the namespace that LangGraph gives them
        # run id of a node that runs → what tells its task
        self._task_ids_by_run: dict[UUID, dict[str, Any]] = {}
        self._running_task_ids: set[str] = set()  # tasks
        self._failures_by_task_id: dict[str, dict[str, Any]] = {}

    def start_attempt_and_get_last_failure(
        self, run_id: UUID, where: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Note that a chain with its node's name begins: how its task failed before, if it is tried again."""
        task = _get_task_namespace(where)
        if task in self._running_task_ids:  # a chain with its node's name, inside of it
            return None
        self._task_ids_by_run[run_id] = where
        self._running_task_ids.add(task)
        again = task in self._begun_task_ids
        self._begun_task_ids.add(task)
        return self._failures_by_task_id.pop(task, {"error": None}) if again else None

    def find_task_metadata(self, run_ids: Iterable[UUID]) -> dict[str, Any] | None:
        """What tells the task of the first of these that is a node's."""
        return next(
            (self._task_ids_by_run[run_id] for run_id in run_ids if run_id in self._task_ids_by_run), None
        )

    def end_attempt_and_get_task_metadata(
        self, run_id: UUID, error: BaseException | None = None
    ) -> dict[str, Any] | None:
        """Note that a chain is over: what tells its task, if it is a node's."""
        where = self._task_ids_by_run.pop(run_id, None)
        if where is not None:
            self._running_task_ids.discard(_get_task_namespace(where))
            if error is not None:
                self._failures_by_task_id[_get_task_namespace(where)] = {
                    "error": error,
                    "failed": time.time(),
                }
        return where


def _get_task_namespace(where: Mapping[str, Any]) -> str:
    """What no other task has: the namespace that LangGraph gives it."""
    return str(where["langgraph_checkpoint_ns"])


def _has_chunk_content(chunk: Any) -> bool:
    """Whether a chunk whose text is empty holds something else: reasoning, a piece of a tool call."""
    message = getattr(chunk, "message", None)
    if message is None:
        return False
    return bool(
        getattr(message, "content", None)
        or getattr(message, "tool_call_chunks", None)
        or getattr(message, "additional_kwargs", None)
    )


def _get_generated_message_or_text(response: Any) -> Any:
    """The message in an ``LLMResult``, or the text of a model without messages; ``None`` if there is none."""
    for generations in getattr(response, "generations", None) or ():
        for generation in generations:
            message = getattr(generation, "message", None)
            return message if message is not None else getattr(generation, "text", None)
    return None


_HTTP_ERROR_FIELDS = ("status_code", "request_id", "body")


def _make_call_error_fields(error: BaseException) -> JSONObject:
    """An exception, and what an HTTP client's exception knows of the response."""
    response = {
        name: value for name in _HTTP_ERROR_FIELDS if (value := getattr(error, name, None)) is not None
    }
    return {
        "error": error,
        "status": _derive_call_status(error),
        **({"response": response} if response else {}),
    }


def _derive_call_status(error: BaseException) -> str:
    """How a call ended that raised: a graph that interrupts, or a reader that leaves, has not failed."""
    names = {cls.__name__ for cls in type(error).__mro__}
    if "GraphBubbleUp" in names:
        return "interrupted"
    return "cancelled" if names & {"GeneratorExit", "CancelledError"} else "error"
