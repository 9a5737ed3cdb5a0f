"""Mode ``messages``: tokens as they come, and messages that come whole.

A model call's metadata is one object for all its chunks, so what it says is derived once, when the
message's stream opens; a chunk costs a look-up and two small records.

A call is one message, whatever ids its chunks bear: OpenAI's Responses API names the first one ``resp_…``,
langchain-core all others ``lc_run--…``. Chunks with the same object of metadata are of one call. Where that
is lost (a server sends equal ones, a file holds them), a name of langchain-core's and one of the provider's
in one task go together, in the order in which they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from lg_jupyter.adapter import fields
from lg_jupyter.adapter.adapter_state import AdapterState
from lg_jupyter.adapter.message_coercion import FoundMessage
from lg_jupyter.adapter.message_fields import (
    read_finish_reason,
    read_legacy_function_call,
    read_model_name,
    read_provider_name,
    read_tool_call_chunks,
    split_message_content,
)
from lg_jupyter.adapter.message_stream import (
    LANGCHAIN_MESSAGE_ID_PREFIX,
    MessageStream,
    read_message_origin,
    read_model_call_namespace,
)
from lg_jupyter.adapter.message_tracker import MessageTracker
from lg_jupyter.adapter.namespace import find_message_namespace, read_event_place
from lg_jupyter.adapter.think_tags import ThinkTagParser
from lg_jupyter.encode.messages import ROLES_BY_CHUNK_TYPE, is_last_chunk, is_remove_message
from lg_jupyter.events.events import JSON, Event, Fact, JSONObject, MessageChunk, ToolCallChunk

_MODEL_CALL_METADATA_KEY = "ls_model_type"
"""Among the metadata of what a model's call tells, and of nothing else."""

_PLAIN_CHUNK_FIELD_COUNT = 3
"""The fields of a chunk that holds nothing but text: ``content``, ``type`` and ``id``."""


class MessagesHandler:
    """Reads ``(message, metadata)`` pairs."""

    def __init__(self, state: AdapterState) -> None:
        self._adapter_state = state
        self._tracker: MessageTracker = state.message_tracker
        self._streams: dict[str | None, MessageStream] = {}
        # by the task that calls the model
        self._open_streams_by_task: dict[str | None, list[MessageStream]] = {}
        # By the identity of the metadata, which is kept.
        self._streams_by_metadata_identity: dict[int, tuple[JSON, MessageStream]] = {}
        self._unnamed_count = 0
        self._tracker.on_final_message = self._on_final_message

    def __call__(self, event: Event) -> tuple[Fact, ...]:
        message, metadata = _read_message_and_metadata(event.data)
        stream = self._streams.get(message.get("id"))
        if stream is None or stream.metadata is not metadata or message["type"] not in ROLES_BY_CHUNK_TYPE:
            return self.handle_message(event, message, metadata)
        stream.set_event_place(event)
        return (self._take_in_chunk(stream, message),)

    def handle_message(self, event: Event, message: JSONObject, metadata: JSONObject) -> tuple[Fact, ...]:
        """A message, or a chunk of one that may be new."""
        _validate_message(message, metadata)
        role = ROLES_BY_CHUNK_TYPE.get(message["type"])
        if role is None:
            return self._handle_whole_message(event, message, metadata)
        if self._is_empty_last_chunk(message):
            return self._handle_empty_last_chunk(event, metadata)
        stream = self._find_or_open_stream(event, message, role, metadata)
        stream.set_event_place(event)
        if self._tracker.is_emitted_whole(message.get("id")):
            return ()  # what was held back of a message that has come whole since
        chunk = self._take_in_chunk(stream, message)
        chunk.alias_message_id, stream.new_alias = stream.new_alias, None
        return (chunk,)

    # -- whole messages

    def _handle_whole_message(
        self, event: Event, message: JSONObject, metadata: JSONObject
    ) -> tuple[Fact, ...]:
        self._set_event_place(event, metadata)
        by_model = _MODEL_CALL_METADATA_KEY in metadata
        if message.get("id") is None and not by_model:  # in a watched run, LangGraph has yet to name it
            found = FoundMessage(message, "", origin=read_message_origin(metadata))
            return self._tracker.track_message_without_id(event, found, self._adapter_state.streamed_modes)
        event.message_id = message.get("id") or self._generate_message_id(metadata)
        if is_remove_message(message):
            return tuple(self._tracker.track_removal(event.message_id, self._adapter_state.streamed_modes))
        stream = self._find_stream_of_same_call(metadata)
        if stream is not None:
            self._add_alias(stream, event.message_id)
            event.message_id = stream.id
        fact = self._tracker.track_complete_message(message, read_message_origin(metadata), event.message_id)
        if fact is None:
            return ()
        if by_model:
            fact.is_from_model, fact.source = True, "model"
        return (fact,)

    def _set_event_place(self, event: Event, metadata: JSONObject) -> None:
        place = self._adapter_state.detached_graphs.find_caller(metadata)
        if place is None:
            namespace = find_message_namespace(event.namespace, metadata)
            place = read_event_place(metadata)._replace(namespace=namespace)
        place.set_on_event(event)

    def _generate_message_id(self, metadata: JSONObject) -> str:
        self._unnamed_count += 1
        return f"{read_model_call_namespace(metadata) or 'message'}#{self._unnamed_count}"

    # -- chunks

    def _take_in_chunk(self, stream: MessageStream, message: JSONObject) -> MessageChunk:
        content = message.get("content")
        if (
            len(message) == _PLAIN_CHUNK_FIELD_COUNT
            and type(content) is str
            and stream.has_started
            and stream.think_tags is None
        ):
            return MessageChunk(stream.id, stream.role, content)
        return self._take_in_full_chunk(stream, message)

    def _take_in_full_chunk(self, stream: MessageStream, message: JSONObject) -> MessageChunk:
        calls = _take_in_tool_call_chunks(stream, message)
        content, last = split_message_content(message), is_last_chunk(message)
        text, thought = stream.split_reasoning(content.text, is_last=last)
        chunk = MessageChunk(stream.id, stream.role, text, content.reasoning + thought)
        chunk.is_next_text_verbatim = stream.think_tags is None
        chunk.tool_call_chunks = calls
        chunk.has_new_blocks = stream.content.add_chunk_and_detect_extras(message)
        chunk.extras = stream.content if chunk.has_new_blocks or chunk.tool_call_chunks else None
        chunk.usage = fields.nonempty_dict_or_none(message.get("usage_metadata"))
        chunk.finish_reason = read_finish_reason(message)
        if not stream.has_started:
            stream.has_started = True
            chunk.name = fields.nonempty_text_or_none(message.get("name"))
            chunk.model, chunk.tags, chunk.agent_name, chunk.provider = stream.origin
            chunk.provider = read_provider_name(message) or chunk.provider
        reported_model = read_model_name(message)
        if reported_model and reported_model != stream.model:  # more exact than what was requested
            chunk.model = stream.model = reported_model
        if last:
            chunk.is_last = True
            self._close_stream(stream)
        return chunk

    def _is_empty_last_chunk(self, message: JSONObject) -> bool:
        """Whether this is the empty last chunk that langchain-core adds under an id of its own."""
        return (
            is_last_chunk(message)
            and not message.get("content")
            and (message.get("id") or LANGCHAIN_MESSAGE_ID_PREFIX).startswith(LANGCHAIN_MESSAGE_ID_PREFIX)
            and message.get("id") not in self._streams
        )

    def _handle_empty_last_chunk(self, event: Event, metadata: JSONObject) -> tuple[Fact, ...]:
        """The last chunk of a message that is known by another id: of the only one that it can be."""
        self._set_event_place(event, metadata)
        call = read_model_call_namespace(metadata)
        streams = [
            stream for stream in self._open_streams_by_task.get(call, ()) if stream.metadata == metadata
        ]
        stream = self._find_stream_of_same_call(metadata) or (streams[0] if len(streams) == 1 else None)
        if stream is None or stream.metadata is None:
            return ()
        self._close_stream(stream)
        event.message_id = stream.id
        return (
            MessageChunk(stream.id, stream.role, *stream.split_reasoning("", is_last=True), is_last=True),
        )

    # -- streams

    def _find_or_open_stream(
        self, event: Event, message: JSONObject, role: str, metadata: JSONObject
    ) -> MessageStream:
        message_id = message.get("id")
        if message_id is None:
            message_id = self._choose_missing_message_id(metadata)
        stream = self._streams.get(message_id)
        if (
            stream is None
            or stream.call_namespace != read_model_call_namespace(metadata)
            or self._is_answer_of_another_call(stream, message, metadata)
        ):
            same = self._find_stream_of_same_call(metadata) or self._find_open_stream(message_id, metadata)
            stream = same or self._find_stream_to_alias(message_id, metadata)
            if stream is None:
                return self._open_stream(event, message_id, role, metadata)
            self._add_alias(stream, message_id)
            # else it may be another call's
            if same is not None or len(self._open_streams_by_task[stream.call_namespace]) == 1:
                stream.new_alias = message_id
        if stream.metadata is not None:
            stream.metadata = metadata
        return stream

    def _is_answer_of_another_call(
        self, stream: MessageStream, message: JSONObject, metadata: JSONObject
    ) -> bool:
        """Whether this is the answer of another call, with the id of one that has ended in the same task."""
        if stream.metadata is not None or self._streams_by_metadata_identity.get(id(metadata)) == (
            metadata,
            stream,
        ):
            return False
        return bool(message.get("content") or message.get("tool_call_chunks"))

    def _find_stream_of_same_call(self, metadata: JSONObject) -> MessageStream | None:
        """The stream of the model call whose metadata are this very object."""
        known = self._streams_by_metadata_identity.get(id(metadata))
        return known[1] if known and known[0] is metadata and _MODEL_CALL_METADATA_KEY in metadata else None

    def _find_open_stream(self, message_id: str, metadata: JSONObject) -> MessageStream | None:
        """The stream of this id in this task, where calls of other tasks have the id, too."""
        for stream in self._open_streams_by_task.get(read_model_call_namespace(metadata), ()):
            if message_id in stream.aliases and stream.metadata == metadata:
                return stream
        return None

    def _find_stream_to_alias(self, message_id: str, metadata: JSONObject) -> MessageStream | None:
        """The stream of a call that has no name of this sort yet, the oldest in this task."""
        if _MODEL_CALL_METADATA_KEY not in metadata:
            return None
        for stream in self._open_streams_by_task.get(read_model_call_namespace(metadata), ()):
            if stream.can_take_alias(message_id) and stream.metadata == metadata:
                return stream
        return None

    def _add_alias(self, stream: MessageStream, message_id: str) -> None:
        """Another id of a message that has a stream."""
        stream.aliases.add(message_id)
        self._streams[message_id] = stream
        self._tracker.remember_streamed_message(message_id, stream.id)

    def _choose_missing_message_id(self, metadata: JSONObject) -> str:
        """A message without an id: that of its call, that which its task streams so, or a new one."""
        stream = self._find_stream_of_same_call(metadata)
        if stream is not None:
            return stream.id
        call = read_model_call_namespace(metadata)
        for stream in self._open_streams_by_task.get(call, ()):
            if stream.id.startswith(f"{call or 'message'}#"):
                return stream.id
        return self._generate_message_id(metadata)

    def _open_stream(self, event: Event, message_id: str, role: str, metadata: JSONObject) -> MessageStream:
        row = message_id
        # Some models give every call the same id.
        if row in self._streams or self._tracker.is_initial_message(row):
            row = next(name for n in count(2) if (name := f"{message_id}#{n}") not in self._streams)
        stream = MessageStream(row, role, find_message_namespace(event.namespace, metadata), metadata)
        if (caller := self._adapter_state.detached_graphs.find_caller(metadata)) is not None:
            stream.namespace, stream.node, stream.step, stream.task_id = caller
        stream.new_alias = message_id if message_id != row else None
        if role == "ai" and self._tracker.has_think_tags:
            stream.think_tags = ThinkTagParser()
        stream.aliases.add(message_id)
        self._streams[message_id] = self._streams[row] = stream
        self._streams_by_metadata_identity[id(metadata)] = metadata, stream
        self._open_streams_by_task.setdefault(stream.call_namespace, []).append(stream)
        self._tracker.remember_streamed_message(message_id, row)
        return stream

    def _on_final_message(self, message_id: str) -> None:
        """The final form of a message has come."""
        stream = self._streams.get(message_id)
        if stream is not None:
            self._close_stream(stream)

    def _close_stream(self, stream: MessageStream) -> None:
        if stream.metadata is not None:
            stream.metadata = None
            self._open_streams_by_task[stream.call_namespace].remove(stream)


def _read_message_and_metadata(data: JSON) -> tuple[JSONObject, JSONObject]:
    if not fields.is_list_like(data) or len(data) != 2:
        raise TypeError(f"expected a message and its metadata, not {type(data).__name__}")
    return fields.require_dict(data[0]), fields.require_dict(data[1])


def _validate_message(message: JSONObject, metadata: JSONObject) -> None:
    """Raise :class:`TypeError` for what is no message, before anything of it is noted."""
    fields.require_text(message["type"])
    fields.parse_optional_text_list([message["id"]] if message.get("id") is not None else None)
    fields.parse_optional_dict_list(message.get("tool_call_chunks"))


def _take_in_tool_call_chunks(stream: MessageStream, message: JSONObject) -> Sequence[ToolCallChunk]:
    calls: list[ToolCallChunk] = []
    for piece in read_tool_call_chunks(message):
        index = stream.assign_tool_call_index(piece["index"], piece["id"])
        calls.append(ToolCallChunk(index, piece["id"], piece["name"], piece["args"] or ""))
    older = read_legacy_function_call(message)
    if older is not None:
        index = stream.assign_tool_call_index("function_call", None)
        name, args = (
            fields.nonempty_text_or_none(older.get("name")),
            fields.nonempty_text_or_none(older.get("arguments")),
        )
        calls.append(ToolCallChunk(index, None, name, args or ""))
    return calls or ()
