"""What is encoded how: which piece of a stream's payload is state, a message, configuration.

Shapes after encoding, the same from a local graph and from a server:

* ``values``: the state as a dict of channels;
* ``updates``, ``custom``, ``tools``, and what is not listed here: as it came, tuples as lists;
* ``messages``: ``[chunk or message, metadata]``. Of the message what is empty is left out, ``content``,
  ``type`` and ``id`` are always there; the metadata are one object for all chunks of a model call;
* ``calls``: as they came; a model's messages and tools share what did not change since its last call, as
  states do;
* ``control``: as it came, a run's ``input`` as a state, its exception with what is known of it;
* ``tasks``, ``checkpoints``: as they came, ``input`` and ``values`` as states, a task's exception with what
  is known of it; ``debug`` wraps them;
* ``events``: as they came; the root's ``data.chunk`` that carries another mode is
  ``[[namespace segments], mode, payload]`` or ``[mode, payload]``, the payload as of that mode.

States share what did not change with the last state of the same namespace. LangGraph emits the values
after a step, its checkpoint and the starts of the next tasks in one go, before any of these runs: where they
come in a row they are known to hold one state, and it is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any, NamedTuple, TypeAlias

from lg_jupyter.adapter.chunk_masking import ChunkMasker, cut_possible_secret_starts
from lg_jupyter.adapter.faults import ParseFaults
from lg_jupyter.adapter.fields import require_dict
from lg_jupyter.adapter.inner_part import parse_inner_part
from lg_jupyter.adapter.response_format import convert_response_format_in_parameters
from lg_jupyter.encode import Encoder
from lg_jupyter.encode.exceptions import encode_exception_with_traceback
from lg_jupyter.encode.messages import is_last_chunk
from lg_jupyter.encode.payloads import is_token_payload
from lg_jupyter.events.calls import CALLS_MODE
from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.events.namespace import get_enclosing_node_names, join_namespace_segments
from lg_jupyter.events.store import STORE_MODE
from lg_jupyter.kernel.user_code import reraise_if_from_signal

PayloadEncoder: TypeAlias = Callable[[str, Any], JSON]

MAX_REMEMBERED_CALLS = 1024
"""Model calls whose metadata are remembered at a time."""

_PARTIAL_MESSAGES_MODE = "messages/partial"


class PartEncoder:
    """Encodes the payloads of one run, as they arrive. Whatever these raise ends nothing."""

    def __init__(self, encoder: Encoder) -> None:
        self.faults = ParseFaults()
        self._encoder = encoder
        self._lock = RLock()  # calls are encoded on the loop, also where the stream is in a thread
        self._redactor = encoder.redactor
        self._masker = ChunkMasker(encoder.redactor)
        # by the identity of their metadata, which is kept
        self._call_metadata_by_identity: dict[int, _EncodedCallMetadata] = {}
        self._call_metadata_by_message_id: dict[str | None, _EncodedCallMetadata] = {}  # by the message's id
        self._next_token_template: _TokenChunkTemplate | None = (
            None  # the last message that came, if it was one
        )
        self._last_partial_messages: JSONObject = {}
        self._steps: dict[str, int] = {}  # namespace → its last step that came
        self._last_part: tuple[str, str, int] | None = None  # its kind, namespace and step
        self._encoders_by_mode: dict[str, PayloadEncoder] = {
            "values": self._encode_values,
            "tasks": self._encode_task,
            "checkpoints": self._encode_checkpoint,
            "debug": self._encode_debug,
            "control": self._encode_control,
            CALLS_MODE: self._encode_call,
            STORE_MODE: self._encode_store_call,
            "events": self._encode_langchain_event,
            "messages": self._encode_message,
            "messages/metadata": self._encode_legacy_metadata,
            _PARTIAL_MESSAGES_MODE: self._encode_partial_messages,
            "messages/complete": self._encode_complete_messages,
        }

    def __call__(self, mode: str, namespace: str, payload: Any) -> JSON:
        """The JSON-able form of a payload; ``namespace`` is its segments joined by ``|``."""
        with self._lock:
            return self._encode_payload(mode, namespace, payload)

    def _encode_payload(self, mode: str, namespace: str, payload: Any) -> JSON:
        reader = self._encoders_by_mode.get(mode)
        if mode not in _MODES_WITH_STATE:
            self._last_part = None
        if reader is not None:
            try:
                return reader(namespace, payload)
            except BaseException as error:  # a shape that we do not know
                reraise_if_from_signal(error)
                self.faults.add(mode, error)
        return self._encoder.encode(payload, mask_names=mode == CALLS_MODE)

    def get_text_of_similar_chunk(self, payload: Any) -> str | None:
        """The text of a chunk that is like the last message in all else; ``None`` of anything else.

        It is of the same model call: a local graph has one dict of metadata for a call, which are taken as
        they were then; a server's are equal. Nothing needs to be held back of it, nor had been of the chunks
        before.
        """
        last = self._next_token_template
        if last is None:
            return None
        try:
            message, metadata = payload
            if type(message) is dict:
                fields, is_same_call = message, metadata == last.metadata
            else:
                fields = message.__dict__
                is_same_call = metadata is last.metadata and not message.__pydantic_extra__
            if not is_same_call:
                return None
            last.fields["content"] = text = fields["content"]
            if not text or type(text) is not str or fields != last.fields:
                return None
            text.isascii() or text.encode()  # which fails if it has to be mended
        except BaseException as error:  # it is no message, or one that will not be compared
            reraise_if_from_signal(error)
            return None
        return None if self._redactor.is_active and self._redactor.may_contain_secret_start(text) else text

    def flush_held_parts(self) -> list[tuple[str, str, JSON]]:
        """What redaction still holds back, as ``(mode, namespace, data)``: to be fed before the run's end."""
        rest: list[tuple[str, str, JSON]] = []
        for pieces, fields in self._masker.flush_held_text():
            # Whole, in what its node wrote or in the state.
            if self._encoder.has_encoded_item_with_id(fields["id"]):
                continue
            chunk = self._encoder.encode_message(fields)
            rest.append(
                (
                    "messages",
                    pieces.namespace,
                    [chunk, self._encode_call_metadata(chunk["id"], pieces.origin)],
                )
            )
        partials, self._last_partial_messages = self._last_partial_messages, {}
        rest += [
            (_PARTIAL_MESSAGES_MODE, "", [self._encoder.encode(message)]) for message in partials.values()
        ]
        return rest

    # -----------------------------------------------------------------------------------------
    # messages

    def _encode_message(self, namespace: str, payload: Any) -> JSON:
        message, metadata = payload
        fields, call = _get_message_fields(message), metadata.get("langgraph_checkpoint_ns")
        masked = self._masker.mask_chunk(fields, call, namespace, metadata)
        shown = message if masked is fields else masked
        encoded = self._encoder.encode_message(shown)
        data = [encoded, self._encode_call_metadata(encoded["id"], metadata)]
        if is_last_chunk(encoded):
            self._call_metadata_by_message_id.clear()  # some models give the next call the same id
        is_shown_whole = shown is message  # else something may be held back
        self._next_token_template = (
            _TokenChunkTemplate.from_chunk(message, metadata)
            if is_shown_whole and is_token_payload(data)
            else None
        )
        return data

    def _encode_call_metadata(self, message_id: str | None, metadata: Any) -> JSON:
        """A model call's metadata: one object for all its chunks, and another for another call.

        A local graph gives one dict for a call. A server's are known by the message's id, and by being equal.
        """
        known = self._call_metadata_by_identity.get(id(metadata))
        if known is None or known.live_metadata is not metadata or known.metadata_copy != metadata:
            known = self._call_metadata_by_message_id.get(message_id)
        if known is None or known.metadata_copy != metadata:
            known = _EncodedCallMetadata(
                metadata, dict(metadata), self._encoder.encode(metadata, mask_names=True)
            )
            if len(self._call_metadata_by_identity) >= MAX_REMEMBERED_CALLS:
                self._call_metadata_by_identity.clear()
                self._call_metadata_by_message_id.clear()
            self._call_metadata_by_identity[id(metadata)] = known
        self._call_metadata_by_message_id[message_id] = known
        return known.encoded_metadata

    def _encode_legacy_metadata(self, _: str, payload: Any) -> JSON:
        return self._encoder.encode(payload, mask_names=True)

    def _encode_partial_messages(self, _: str, payload: Any) -> JSON:
        if not self._redactor.is_active:
            return self._encoder.encode(payload)
        shown = [cut_possible_secret_starts(self._redactor, message) for message in payload]
        for message, part in zip(payload, shown, strict=True):
            self._last_partial_messages.pop(message["id"], None)
            if part != message:
                self._last_partial_messages[message["id"]] = message
        return self._encoder.encode(shown)

    def _encode_complete_messages(self, _: str, payload: Any) -> JSON:
        for message in payload:
            self._last_partial_messages.pop(message["id"], None)
        return self._encoder.encode(payload)

    # -----------------------------------------------------------------------------------------
    # states, tasks and checkpoints

    def _encode_values(self, namespace: str, payload: Any) -> JSON:
        self._last_part = ("values", namespace, self._steps.get(namespace, 0))
        return self._encoder.encode_state(namespace, payload)

    def _encode_control(self, namespace: str, payload: Any) -> JSON:
        """What a source says; the input with which a run begins is the first form of its state."""
        with_failure = (
            self._encode_exception_in_payload(payload) if payload.get("event") == "end" else payload
        )
        return self._encode_fields_with_state(with_failure, "input", set(), namespace, False)

    def _encode_call(self, _: str, payload: Any) -> JSON:
        """A call of a model or a tool. The prompts of a node grow from call to call, as its state does."""
        payload = self._encode_exception_in_payload(payload)
        if "parameters" in payload:
            payload = {**payload, "parameters": convert_response_format_in_parameters(payload["parameters"])}
        shared = {name: payload[name] for name in ("input", "tools") if name in payload}
        encoded = {
            name: self._encoder.encode(value, mask_names=name in _CALL_SETTINGS_FIELDS)
            for name, value in payload.items()
            if name not in shared
        }
        if not shared:
            return encoded
        place = payload["metadata"]
        nodes_around = get_enclosing_node_names(place.get("langgraph_checkpoint_ns") or "")
        slot = join_namespace_segments(("", CALLS_MODE, *nodes_around, place.get("lc_agent_name") or ""))
        return {**encoded, **require_dict(self._encoder.encode_state(slot, shared))}

    def _encode_store_call(self, _: str, payload: Any) -> JSON:
        return self._encoder.encode(self._encode_exception_in_payload(payload))

    def _encode_task(self, namespace: str, payload: Any, at_once: bool = False) -> JSON:
        return self._encode_fields_with_state(
            self._encode_exception_in_payload(payload), "input", {"metadata"}, namespace, at_once
        )

    def _encode_exception_in_payload(self, payload: Any) -> Any:
        """The same payload, an exception in it with all that is to be known of it."""
        error = payload.get("error")
        if not isinstance(error, BaseException):
            return payload
        return {**payload, "error": encode_exception_with_traceback(error, self._redactor.mask)}

    def _encode_checkpoint(self, namespace: str, payload: Any, at_once: bool = False) -> JSON:
        return self._encode_fields_with_state(
            payload, "values", {"config", "parent_config", "metadata"}, namespace, at_once
        )

    def _encode_debug(self, namespace: str, payload: Any) -> JSON:
        encoded = {key: self._encoder.encode(value) for key, value in payload.items() if key != "payload"}
        read = self._encode_checkpoint if payload["type"] == "checkpoint" else self._encode_task
        kind, step = payload["type"], payload["step"]
        at_once = self._is_emitted_with_last_part(kind, namespace, step)
        self._last_part = (kind, namespace, step) if kind in ("checkpoint", "task") else None
        self._steps[namespace] = step
        return {**encoded, "payload": read(namespace, payload["payload"], at_once)}

    def _is_emitted_with_last_part(self, kind: str, namespace: str, step: int) -> bool:
        """Whether this part of mode ``debug`` was emitted in one go with the one before it."""
        row = self._last_part
        if kind == "checkpoint":
            return row == ("values", namespace, step) and step == self._steps.get(namespace, 0)
        before = (("values", namespace, step - 1), ("checkpoint", namespace, step - 1))
        return row in before or row == ("task", namespace, step)

    def _encode_fields_with_state(
        self, payload: Any, state: str, settings: set[str], namespace: str, at_once: bool
    ) -> JSONObject:
        encode, encode_state = self._encoder.encode, self._encoder.encode_state
        return {
            key: encode_state(namespace, value, trust_identity=at_once)
            if key == state
            else encode(value, mask_names=key in settings)
            for key, value in payload.items()
        }

    # -----------------------------------------------------------------------------------------
    # LangChain's events

    def _encode_langchain_event(self, _: str, payload: Any) -> JSON:
        name, run_id = payload["event"], str(payload["run_id"])
        encoded = {
            key: self._encoder.encode(value)
            for key, value in payload.items()
            if key not in _SEPARATELY_ENCODED_FIELDS
        }
        encoded["metadata"] = self._encode_call_metadata(run_id, payload.get("metadata") or {})
        data = payload.get("data")
        if not isinstance(data, dict):
            encoded["data"] = self._encoder.encode(data)
            return encoded
        if name.endswith("_end"):
            self._masker.forget_message(call_id=run_id)
        encoded["data"] = {
            key: self._encode_event_value(name, run_id, key, value) for key, value in data.items()
        }
        return encoded

    def _encode_event_value(self, event: str, run_id: str, key: str, value: Any) -> JSON:
        if key == "chunk":
            return self._encode_event_chunk(run_id, value)
        if key == "input":
            return self._encoder.encode_state(f"input of {event}", value)
        return self._encoder.encode(value)

    def _encode_event_chunk(self, run_id: str, chunk: Any) -> JSON:
        part = parse_inner_part(chunk)
        if part is not None:
            path, mode, payload = part
            inner = self(mode, join_namespace_segments(path or ()), payload)
            return [mode, inner] if path is None else [path, mode, inner]
        if isinstance(chunk, str):
            return self._encoder.encode(self._masker.mask_text_chunk(run_id, chunk))
        fields = _get_message_fields(chunk)
        if not str(fields.get("type")).endswith("Chunk"):
            return self._encoder.encode(chunk)
        return self._encoder.encode_message(self._masker.mask_chunk(fields, run_id))


class _EncodedCallMetadata(NamedTuple):
    """A model call: its metadata as they are, as they were when it was met, and encoded."""

    live_metadata: Any
    metadata_copy: dict[str, Any]
    encoded_metadata: JSON


class _TokenChunkTemplate:
    """What the next token of a message is like: its fields but for the ``content``, its call's metadata."""

    __slots__ = ("fields", "metadata")

    def __init__(self, fields: dict[str, Any], metadata: Any) -> None:
        self.fields = fields
        self.metadata = metadata

    @classmethod
    def from_chunk(cls, chunk: Any, metadata: Any) -> _TokenChunkTemplate | None:
        """What follows this one, which is a token when it is encoded."""
        fields = chunk if type(chunk) is dict else getattr(chunk, "__dict__", {})
        if fields is not chunk and getattr(chunk, "__pydantic_extra__", True):
            return None
        if not str(fields.get("type")).endswith("Chunk"):
            return None
        if not fields.get("content") or any(
            type(value) not in _COPY_FUNCTIONS_BY_TYPE for value in fields.values()
        ):
            return None
        if not all(type(value) is str for value in fields.get("response_metadata", {}).values()):
            return None
        return cls(
            {name: _COPY_FUNCTIONS_BY_TYPE[type(value)](value) for name, value in fields.items()}, metadata
        )


_COPY_FUNCTIONS_BY_TYPE: dict[type, Callable[[Any], Any]] = {
    str: str,
    dict: dict,
    list: list,
    bool: bool,
    type(None): lambda none: none,
}
"""Of the values that a chunk of nothing but text has; most are empty."""

_MODES_WITH_STATE = frozenset({"values", "debug", CALLS_MODE, STORE_MODE})
_CALL_SETTINGS_FIELDS = frozenset({"metadata", "parameters", "response"})
"""Of a call, what holds settings and headers."""
_SEPARATELY_ENCODED_FIELDS = frozenset({"metadata", "data"})


def _get_message_fields(message: Any) -> dict[str, Any]:
    """The fields of a message, an object or a server's dict: to be read only."""
    if isinstance(message, dict):
        return message
    fields: dict[str, Any] = getattr(message, "__dict__", {})
    extra = getattr(message, "__pydantic_extra__", None)
    return {**fields, **extra} if extra else fields
