"""The server's older ``messages`` mode: every message whole so far, again and again.

``messages/metadata`` comes once for each message, then ``messages/partial`` (it grows) or
``messages/complete`` (it was never streamed). No namespace comes with them: the metadata know it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lg_jupyter.adapter import fields
from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.complete_message import MessageOrigin
from lg_jupyter.adapter.content import Content, finish_reason_of, read_content, read_tool_calls, usage_since
from lg_jupyter.adapter.message_content import read_message
from lg_jupyter.adapter.message_stream import CALL_ID, call_of, origin_of
from lg_jupyter.adapter.message_tracker import MessageTracker
from lg_jupyter.adapter.namespace import place_of
from lg_jupyter.adapter.think_tags import ThinkTags
from lg_jupyter.encode.messages import is_removal, role_of
from lg_jupyter.events.events import JSON, Event, Fact, MessageChunk, MessageExtras, ToolCallChunk


@dataclass(slots=True)
class PartialMessage:
    """What has been emitted of a message that grows."""

    call: str | None
    message: JSON
    origin: MessageOrigin
    think_tags: ThinkTags = field(default_factory=ThinkTags)
    content: Content = Content("", "", [])  # noqa: RUF009 - never changed in place
    calls: int = 0
    chunks: int = 0
    ended: bool = False

    def read(self) -> MessageExtras:
        """What there is beside text and reasoning so far."""
        return read_message(self.message, self.origin.provider).rest


class LegacyMessagesHandler:
    """Reads ``messages/metadata``, ``messages/partial`` and ``messages/complete``.

    What was added becomes a chunk. Arguments of tool calls are read when the message is complete: they come
    parsed, and a torn text has many parses.
    """

    def __init__(self, state: AdapterState) -> None:
        self._adapter_state = state
        self._tracker: MessageTracker = state.messages
        self._metadata: dict[str, JSON] = {}
        self._partials: dict[str, PartialMessage] = {}

    def metadata(self, event: Event) -> list[Fact]:
        """Where the messages that follow come from."""
        found = {name: fields.mapping(entry["metadata"]) for name, entry in event.data.items()}
        self._metadata.update(found)
        for message_id in found:
            self._locate(event, message_id)
        return []

    def complete(self, event: Event) -> list[Fact]:
        """Messages that were not streamed."""
        facts: list[Fact] = []
        for message in _messages(event.data):
            self._locate(event, message["id"])
            if is_removal(message):
                facts += self._tracker.read_removal(message["id"], self._adapter_state.modes)
            else:
                facts += self._whole(message)
        return facts

    def partial(self, event: Event) -> list[Fact]:
        """Messages that have grown."""
        return [fact for message in _messages(event.data) for fact in self._read_partial(event, message)]

    def flush(self) -> list[Fact]:
        """The final form of what still grows: nothing marks the last part of a message."""
        growing = [partial for partial in self._partials.values() if not partial.ended]
        return [fact for partial in growing for fact in self._final_facts(partial)]

    def _locate(self, event: Event, message_id: str) -> None:
        place_of(self._metadata.get(message_id, {})).locate(event)
        event.message_id = message_id

    def _read_partial(self, event: Event, message: JSON) -> list[Fact]:
        message_id = message["id"]
        self._locate(event, message_id)
        partial_message = self._partials.get(message_id)
        if partial_message is None:
            if _is_empty(message):
                return self._read_end(event, message_id)
            origin = origin_of(self._metadata.get(message_id, {}))
            partial_message = self._partials[message_id] = PartialMessage(self._call(message_id), {}, origin)
            self._tracker.note_streamed(message_id, message_id)
        chunk = self._chunk(partial_message, message)
        return [chunk] if chunk else self._whole(message)

    def _chunk(self, partial_message: PartialMessage, message: JSON) -> MessageChunk | None:
        """What a message has gained; ``None`` if its text has become another."""
        before, now = partial_message.content, read_content(message)
        calls = read_tool_calls(message)[partial_message.calls :]
        usage = usage_since(partial_message.message.get("usage_metadata"), message.get("usage_metadata"))
        partial_message.message, partial_message.content = message, now
        if not (now.text.startswith(before.text) and now.reasoning.startswith(before.reasoning)):
            return None
        text, thought = now.text[len(before.text) :], ""
        if role_of(message) == "ai" and self._tracker.think_tags:
            text, thought = partial_message.think_tags.feed(text)
        chunk = MessageChunk(
            message["id"],
            role_of(message),
            text,
            now.reasoning[len(before.reasoning) :] + thought,
            [
                ToolCallChunk(partial_message.calls + n, call["id"], call["name"], "")
                for n, call in enumerate(calls)
            ],
            extras=partial_message,
            has_blocks=bool(now.blocks),
            usage=usage,
            finish_reason=finish_reason_of(message),
        )
        if partial_message.chunks == 0:
            chunk.name = fields.nonempty_text(message.get("name"))
            chunk.model, chunk.tags, chunk.agent_name, chunk.provider = partial_message.origin
        partial_message.calls += len(calls)
        partial_message.chunks += 1
        return chunk

    def _whole(self, message: JSON) -> list[Fact]:
        message_id = message["id"]
        fact = self._tracker.read_complete(message, origin_of(self._metadata.get(message_id, {})), message_id)
        return [fact] if fact else []

    def _call(self, message_id: str) -> str | None:
        return call_of(self._metadata.get(message_id, {}))

    def _read_end(self, event: Event, empty_id: str) -> list[Fact]:
        """The empty message that ends another one, known by another id: the only one that it can be."""
        call = self._call(empty_id)
        growing = [
            partial for partial in self._partials.values() if partial.call == call and not partial.ended
        ]
        if len(growing) != 1:
            return []
        event.message_id = message_id = growing[0].message["id"]
        role = role_of(growing[0].message)
        return [MessageChunk(message_id, role, last=True), *self._final_facts(growing[0])]

    def _final_facts(self, partial: PartialMessage) -> list[Fact]:
        partial.ended = True
        return self._whole(partial.message)


def _messages(data: JSON) -> list[JSON]:
    """The messages of a part, each of which has a type and an id."""
    messages = fields.mappings(data)
    for message in messages:
        fields.text(message["type"])
        fields.text(message["id"])
    return messages


def _is_empty(message: JSON) -> bool:
    empty = not (message.get("content") or message.get("tool_calls") or message.get("usage_metadata"))
    return empty and message["id"].startswith(CALL_ID)
