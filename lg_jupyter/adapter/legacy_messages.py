"""The server's older ``messages`` mode: every message whole so far, again and again.

``messages/metadata`` comes once for each message, then ``messages/partial`` (it grows) or
``messages/complete`` (it was never streamed). No namespace comes with them: the metadata know it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lg_jupyter.adapter import fields
from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.complete_message import MessageOrigin
from lg_jupyter.adapter.message_content import read_message_content
from lg_jupyter.adapter.message_fields import (
    SplitContent,
    compute_added_usage,
    read_finish_reason,
    read_tool_calls,
    split_message_content,
)
from lg_jupyter.adapter.message_stream import (
    LANGCHAIN_MESSAGE_ID_PREFIX,
    read_message_origin,
    read_model_call_namespace,
)
from lg_jupyter.adapter.message_tracker import MessageTracker
from lg_jupyter.adapter.namespace import read_event_place
from lg_jupyter.adapter.think_tags import ThinkTagParser
from lg_jupyter.encode.messages import get_message_role, is_remove_message
from lg_jupyter.events.events import JSON, Event, Fact, JSONObject, MessageChunk, MessageExtras, ToolCallChunk


@dataclass(slots=True)
class PartialMessage:
    """What has been emitted of a message that grows."""

    call_namespace: str | None
    message: JSONObject
    origin: MessageOrigin
    think_tags: ThinkTagParser = field(default_factory=ThinkTagParser)
    content: SplitContent = SplitContent("", "", [])  # noqa: RUF009 - never changed in place
    tool_call_count: int = 0
    chunk_count: int = 0
    has_ended: bool = False

    def get_extras_so_far(self) -> MessageExtras:
        """What there is beside text and reasoning so far."""
        return read_message_content(self.message, self.origin.provider).extras


class LegacyMessagesHandler:
    """Reads ``messages/metadata``, ``messages/partial`` and ``messages/complete``.

    What was added becomes a chunk. Arguments of tool calls are read when the message is complete: they come
    parsed, and a torn text has many parses.
    """

    def __init__(self, state: AdapterState) -> None:
        self._adapter_state = state
        self._tracker: MessageTracker = state.message_tracker
        self._metadata: dict[str, JSONObject] = {}
        self._partials: dict[str, PartialMessage] = {}

    def on_metadata(self, event: Event) -> list[Fact]:
        """Where the messages that follow come from."""
        found = {
            name: fields.require_dict(entry["metadata"])
            for name, entry in fields.require_dict(event.data).items()
        }
        self._metadata.update(found)
        for message_id in found:
            self._set_event_place(event, message_id)
        return []

    def on_complete(self, event: Event) -> list[Fact]:
        """Messages that were not streamed."""
        facts: list[Fact] = []
        for message in _require_messages(event.data):
            self._set_event_place(event, message["id"])
            if is_remove_message(message):
                facts += self._tracker.track_removal(message["id"], self._adapter_state.streamed_modes)
            else:
                facts += self._handle_whole_message(message)
        return facts

    def on_partial(self, event: Event) -> list[Fact]:
        """Messages that have grown."""
        return [
            fact for message in _require_messages(event.data) for fact in self._handle_partial(event, message)
        ]

    def flush_partial_messages(self) -> list[Fact]:
        """The final form of what still grows: nothing marks the last part of a message."""
        growing = [partial for partial in self._partials.values() if not partial.has_ended]
        return [fact for partial in growing for fact in self._finish_message(partial)]

    def _set_event_place(self, event: Event, message_id: str) -> None:
        read_event_place(self._metadata.get(message_id, {})).set_on_event(event)
        event.message_id = message_id

    def _handle_partial(self, event: Event, message: JSONObject) -> list[Fact]:
        message_id = message["id"]
        self._set_event_place(event, message_id)
        partial_message = self._partials.get(message_id)
        if partial_message is None:
            if _is_empty_final_message(message):
                return self._finish_by_empty_message(event, message_id)
            origin = read_message_origin(self._metadata.get(message_id, {}))
            partial_message = self._partials[message_id] = PartialMessage(
                read_model_call_namespace(self._metadata.get(message_id, {})), {}, origin
            )
            self._tracker.remember_streamed_message(message_id, message_id)
        chunk = self._update_and_make_delta_chunk(partial_message, message)
        return [chunk] if chunk else self._handle_whole_message(message)

    def _update_and_make_delta_chunk(
        self, partial_message: PartialMessage, message: JSONObject
    ) -> MessageChunk | None:
        """What a message has gained; ``None`` if its text has become another."""
        before, now = partial_message.content, split_message_content(message)
        calls = read_tool_calls(message)[partial_message.tool_call_count :]
        usage = compute_added_usage(
            partial_message.message.get("usage_metadata"), message.get("usage_metadata")
        )
        partial_message.message, partial_message.content = message, now
        if not (now.text.startswith(before.text) and now.reasoning.startswith(before.reasoning)):
            return None
        text, thought = now.text[len(before.text) :], ""
        if get_message_role(message) == "ai" and self._tracker.has_think_tags:
            text, thought = partial_message.think_tags.feed(text)
        chunk = MessageChunk(
            message["id"],
            get_message_role(message),
            text,
            now.reasoning[len(before.reasoning) :] + thought,
            [
                ToolCallChunk(partial_message.tool_call_count + n, call["id"], call["name"], "")
                for n, call in enumerate(calls)
            ],
            extras=partial_message,
            has_new_blocks=bool(now.other_blocks),
            usage=usage,
            finish_reason=read_finish_reason(message),
        )
        if partial_message.chunk_count == 0:
            chunk.name = fields.nonempty_text_or_none(message.get("name"))
            chunk.model, chunk.tags, chunk.agent_name, chunk.provider = partial_message.origin
        partial_message.tool_call_count += len(calls)
        partial_message.chunk_count += 1
        return chunk

    def _handle_whole_message(self, message: JSONObject) -> list[Fact]:
        message_id = message["id"]
        fact = self._tracker.track_complete_message(
            message, read_message_origin(self._metadata.get(message_id, {})), message_id
        )
        return [fact] if fact else []

    def _finish_by_empty_message(self, event: Event, empty_id: str) -> list[Fact]:
        """The empty message that ends another one, known by another id: the only one that it can be."""
        call_namespace = read_model_call_namespace(self._metadata.get(empty_id, {}))
        growing = [
            partial
            for partial in self._partials.values()
            if partial.call_namespace == call_namespace and not partial.has_ended
        ]
        if len(growing) != 1:
            return []
        event.message_id = message_id = growing[0].message["id"]
        role = get_message_role(growing[0].message)
        return [MessageChunk(message_id, role, is_last=True), *self._finish_message(growing[0])]

    def _finish_message(self, partial: PartialMessage) -> list[Fact]:
        partial.has_ended = True
        return self._handle_whole_message(partial.message)


def _require_messages(data: JSON) -> list[JSONObject]:
    """The messages of a part, each of which has a type and an id."""
    messages = fields.parse_optional_dict_list(data)
    for message in messages:
        fields.require_text(message["type"])
        fields.require_text(message["id"])
    return messages


def _is_empty_final_message(message: JSONObject) -> bool:
    empty = not (message.get("content") or message.get("tool_calls") or message.get("usage_metadata"))
    return empty and message["id"].startswith(LANGCHAIN_MESSAGE_ID_PREFIX)
