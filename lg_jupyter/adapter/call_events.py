"""Calls of models and tools, as mode ``events`` reports them: on servers their only report.

A model's start has its messages, and neither tools nor parameters but those that the metadata name; a call
that fails has no end. A tool's start has no id of the model's; its end is the message with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.calls import (
    get_expected_message_id,
    make_model_call_ended,
    make_tool_call_ended,
    normalize_call_parameters,
)
from lg_jupyter.adapter.fields import (
    filter_texts,
    is_list_like,
    nonempty_text_or_none,
    require_dict,
    require_text,
)
from lg_jupyter.adapter.tasks import parse_task_error
from lg_jupyter.events.calls import ModelCallFirstToken, ModelCallStarted, ToolCallEnded, ToolCallStarted
from lg_jupyter.events.events import JSON, Event, Fact, JSONObject

_CALL_EVENT_NAMES = frozenset(
    {"on_chat_model_start", "on_chat_model_stream", "on_chat_model_end"}
    | {"on_tool_start", "on_tool_end", "on_tool_error"}
)
_INTERRUPT_EXCEPTION_NAMES = frozenset({"GraphInterrupt", "NodeInterrupt"})


class CallEventHandler:
    """Gives facts of the events of models and tools, unless callbacks report the same calls."""

    def __init__(self, state: AdapterState) -> None:
        self._adapter_state = state
        self._calls_without_first_token: set[str] = set()  # calls of which nothing has come
        self._open_call_ids: set[str] = set()

    def handle_event(self, event: Event) -> Iterable[Fact]:
        """The facts of one event whose place is known; none where callbacks report."""
        item = require_dict(event.data)
        if self._adapter_state.call_source != "events":
            return ()
        name = item["event"]
        if name in _CALL_EVENT_NAMES:
            require_text(item["run_id"])
            require_dict(item["data"])
        if name == "on_chat_model_start":
            return [self._handle_model_start(event, item)]
        if name == "on_chat_model_stream":
            return self._handle_model_first_token(event, item)
        if name == "on_chat_model_end":
            return self._handle_model_end(event, item)
        if name == "on_tool_start":
            return [self._handle_tool_start(event, item)]
        if name in ("on_tool_end", "on_tool_error"):
            return [self._handle_tool_end(event, item)]
        return ()

    def _find_parent_call_id(self, item: JSONObject) -> str | None:
        return next(
            (run_id for run_id in reversed(item.get("parent_ids") or ()) if run_id in self._open_call_ids),
            None,
        )

    def _handle_model_start(self, event: Event, item: JSONObject) -> Fact:
        call_id, metadata = item["run_id"], item.get("metadata") or {}
        parent = self._find_parent_call_id(item)
        self._open_call_ids.add(call_id)
        self._calls_without_first_token.add(call_id)
        given = _read_prompt_messages(item["data"].get("input"))
        return ModelCallStarted(
            call_id,
            event.timestamp,
            "events",
            parent,
            get_expected_message_id(call_id),
            nonempty_text_or_none(metadata.get("lc_agent_name")),
            nonempty_text_or_none(metadata.get("ls_provider")),
            nonempty_text_or_none(metadata.get("ls_model_name")),
            given,
            parameters=normalize_call_parameters(metadata, {}) or None,
            tags=filter_texts(item.get("tags")),
        )

    def _handle_model_first_token(self, event: Event, item: JSONObject) -> Iterable[Fact]:
        call_id, chunk = item["run_id"], item["data"].get("chunk") or {}
        if call_id in self._calls_without_first_token and (
            chunk.get("content") or chunk.get("tool_call_chunks")
        ):
            self._calls_without_first_token.discard(call_id)
            yield ModelCallFirstToken(call_id, event.timestamp)

    def _handle_model_end(self, event: Event, item: JSONObject) -> Iterable[Fact]:
        call_id = item["run_id"]
        self._open_call_ids.discard(call_id)
        self._calls_without_first_token.discard(call_id)
        yield make_model_call_ended(call_id, event.timestamp, item["data"].get("output"))

    def _handle_tool_start(self, event: Event, item: JSONObject) -> Fact:
        call_id, metadata = item["run_id"], item.get("metadata") or {}
        parent = self._find_parent_call_id(item)
        self._open_call_ids.add(call_id)
        return ToolCallStarted(
            call_id,
            event.timestamp,
            "events",
            nonempty_text_or_none(item.get("name")),
            parent_call_id=parent,
            tool_call_id=nonempty_text_or_none(item["data"].get("tool_call_id")),
            agent_name=nonempty_text_or_none(metadata.get("lc_agent_name")),
            args=item["data"].get("input"),
            tags=filter_texts(item.get("tags")),
        )

    def _handle_tool_end(self, event: Event, item: JSONObject) -> ToolCallEnded:
        call_id, data = item["run_id"], item["data"]
        self._open_call_ids.discard(call_id)
        if item["event"] == "on_tool_end":
            return make_tool_call_ended(call_id, event.timestamp, data.get("output"))
        error = parse_task_error(data.get("error")) or {"error": "Error", "message": ""}
        interrupted = error["error"] in _INTERRUPT_EXCEPTION_NAMES or error["message"].startswith(
            "GraphInterrupt"
        )
        return ToolCallEnded(
            call_id,
            event.timestamp,
            "interrupted" if interrupted else "error",
            nonempty_text_or_none(data.get("tool_call_id")),
            error=None if interrupted else error,
        )


def _read_prompt_messages(given: JSON) -> Sequence[JSON] | None:
    """The messages that a model was given: the only prompt of its call."""
    prompts: JSON = given.get("messages") if isinstance(given, dict) else None
    messages = prompts[0] if is_list_like(prompts) and len(prompts) == 1 else None
    return messages if is_list_like(messages) else None
