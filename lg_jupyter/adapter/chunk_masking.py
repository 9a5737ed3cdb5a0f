"""Secrets in messages that come in pieces: a piece may hold no secret, and two of them one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any, TypeAlias

from lg_jupyter.encode.messages import is_last_chunk
from lg_jupyter.secrets.redact import Redactor, StreamRedactor, has_split_surrogate

MessageFields: TypeAlias = dict[str, Any]
FieldPath: TypeAlias = tuple[Any, ...]
MaskTextAt: TypeAlias = Callable[[FieldPath, str], str]
MessageAndCallIds: TypeAlias = "tuple[str | None, str | None]"  # a message's id and its call

_STREAMED_FIELDS = ("content", "tool_call_chunks", "additional_kwargs")
"""The fields of a chunk that hold pieces of text."""

_GROWING_TEXT_KEYS = frozenset(
    {"text", "reasoning", "thinking", "reasoning_content", "summary", "refusal", "transcript"}
    | {"partial_json", "arguments", "args", "input"}
)
"""In these fields, and in the blocks of ``content``, a text under these keys goes on in the next chunk."""

_TEXT_CONTAINER_KEYS = frozenset(
    {"summary", "content", "reasoning", "thinking", "reasoning_content", "reasoning_details", "audio"}
    | {"function_call", "function", "tool_calls"}
)
"""Under these keys are lists and objects with such texts. All else comes whole: ids, states, results."""

_JSON_TEXT_KEYS = frozenset({"partial_json", "arguments", "args", "input"})
"""Of these, the ones whose texts are JSON: what a tool is called with."""

_RESULT_TYPE_SUFFIX = "_result"
"""How the types of blocks end that come whole with all that is in them: what a provider's own tools gave."""


class MessageRedactors:
    """One message that is being streamed: a redactor for each text in it that is held back."""

    __slots__ = ("namespace", "origin", "piece_templates", "stream_redactors")

    def __init__(self, namespace: str, origin: Any) -> None:
        self.namespace = namespace
        self.origin = origin
        self.stream_redactors: dict[FieldPath, StreamRedactor] = {}
        self.piece_templates: dict[FieldPath, Any] = {}  # the last piece around each text, to put the rest in


class ChunkMasker:
    """Masks what chunks say, and holds back the end of a text while it may be the beginning of a secret.

    What was held back comes with the next chunk of its message, at the latest with its last one; what is
    left when the run ends is to be had from :meth:`flush_held_text`.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._open_messages: dict[MessageAndCallIds, MessageRedactors] = {}
        # call → messages that have not ended
        self._message_ids_by_call: dict[str | None, set[str | None]] = {}

    def mask_chunk(
        self, fields: MessageFields, call_id: str | None, namespace: str = "", origin: Any = None
    ) -> MessageFields:
        """The fields of a chunk with what can be shown of them; of a whole message, the same fields.

        ``call_id`` is the task or model call that the chunk is of: a message's id alone may be that of
        several. ``namespace`` and ``origin`` are given back with what is left of it at the end.
        """
        message_id = fields.get("id")
        if not str(fields.get("type")).endswith("Chunk"):
            self.forget_message(message_id)
            return fields
        streaming = self._message_ids_by_call.get(call_id)
        if streaming is None:
            streaming = self._message_ids_by_call[call_id] = set()
        last = is_last_chunk(fields)
        if last and message_id not in streaming and not fields.get("content"):
            return self._assign_empty_last_chunk(fields, call_id)
        streaming.add(message_id)
        if last:
            streaming.discard(message_id)
        key = (message_id, call_id)
        if key not in self._open_messages and self._has_nothing_to_mask(fields):
            return fields
        pieces = self._open_messages.setdefault(key, MessageRedactors(namespace, origin))
        masked = self._mask_streamed_fields(pieces, fields)
        if last:
            masked = self._append_held_text(pieces, masked)
        self._drop_finished_redactors(key)
        return masked

    def mask_text_chunk(self, call_id: str, text: str) -> str:
        """The same for the output of a call that is nothing but text."""
        key = (None, call_id)
        pieces = self._open_messages.setdefault(key, MessageRedactors("", None))
        shown = self._make_mask_function(pieces)((), text)
        self._drop_finished_redactors(key)
        return shown

    def forget_message(self, message_id: str | None = None, call_id: str | None = None) -> None:
        """The message, or the output of the call, has come whole."""
        for key in [*self._open_messages]:
            if (message_id is not None and key[0] == message_id) or (
                call_id is not None and key[1] == call_id
            ):
                del self._open_messages[key]
        if call_id is not None:
            self._message_ids_by_call.pop(call_id, None)

    def flush_held_text(self) -> Iterable[tuple[MessageRedactors, MessageFields]]:
        """A last chunk for each message of which something is held back."""
        held, self._open_messages = self._open_messages, {}
        for (message_id, _), pieces in held.items():
            if pieces.origin is not None:
                chunk = {"content": "", "type": "AIMessageChunk", "id": message_id}
                yield pieces, self._append_held_text(pieces, chunk)

    # -----------------------------------------------------------------------------------------

    def _has_nothing_to_mask(self, fields: MessageFields) -> bool:
        content = fields.get("content")
        if type(content) is not str or fields.get("tool_call_chunks") or fields.get("additional_kwargs"):
            return False
        return not (self._redactor.may_contain_secret_start(content) or has_split_surrogate(content))

    def _assign_empty_last_chunk(self, fields: MessageFields, call: str | None) -> MessageFields:
        """langchain-core may end a message with an empty chunk under another id than its own.

        If something of the only message that it can mean is held back, it becomes that one's last chunk.
        """
        streaming = self._message_ids_by_call[call]
        if len(streaming) != 1:
            return fields
        message_id = streaming.pop()
        pieces = self._open_messages.pop((message_id, call), None)
        return fields if pieces is None else self._append_held_text(pieces, {**fields, "id": message_id})

    def _drop_finished_redactors(self, key: MessageAndCallIds) -> None:
        """Keep of a message only what is held back, and nothing of one of which nothing is."""
        pieces = self._open_messages[key]
        pieces.stream_redactors = {
            path: stream for path, stream in pieces.stream_redactors.items() if stream.held_text
        }
        if not pieces.stream_redactors:
            del self._open_messages[key]

    def _make_mask_function(self, pieces: MessageRedactors) -> MaskTextAt:
        def feed(path: FieldPath, text: str) -> str:
            stream = pieces.stream_redactors.get(path)
            if stream is None:
                stream = pieces.stream_redactors[path] = self._redactor.make_stream_redactor(
                    is_json=_is_json_text_path(path)
                )
            return stream.mask_piece(text)

        return feed

    def _mask_streamed_fields(self, pieces: MessageRedactors, fields: MessageFields) -> MessageFields:
        feed = self._make_mask_function(pieces)
        masked = dict(fields)
        for name in _STREAMED_FIELDS:
            value = fields.get(name)
            if not value:
                continue
            places: list[FieldPath]
            if isinstance(value, list):
                places = [(name, _get_piece_position(piece, number)) for number, piece in enumerate(value)]
                shown = [
                    _mask_growing_texts(piece, at, feed) for at, piece in zip(places, value, strict=True)
                ]
                masked[name] = shown
            else:
                places, shown = [(name,)], [_mask_growing_texts(value, (name,), feed)]
                masked[name] = shown[0]
            for at, piece in zip(places, shown, strict=True):
                pieces.piece_templates[at] = _merge_piece_templates(pieces.piece_templates.get(at), piece)
        return masked

    def _append_held_text(self, pieces: MessageRedactors, masked: MessageFields) -> MessageFields:
        """A chunk with what was held back of its message after it."""

        def rest(path: FieldPath) -> str:
            stream = pieces.stream_redactors.get(path)
            return stream.flush_held_text() if stream else ""

        masked = dict(masked)
        for place, template in pieces.piece_templates.items():
            held = _wrap_held_text(template, place, rest)
            if held:
                masked[place[0]] = _append_to_field(masked.get(place[0]), held, in_list=len(place) > 1)
        return masked


def cut_possible_secret_starts(redactor: Redactor, message: MessageFields) -> MessageFields:
    """A message that grows, without the ends of texts in it that may be the beginning of a secret."""

    def shown(path: FieldPath, text: str) -> str:
        return redactor.mask_and_split_unfinished_secret(text, _is_json_text_path(path))[0]

    masked = {
        name: _mask_growing_texts(message[name], (name,), shown)
        for name in _STREAMED_FIELDS
        if name in message
    }
    for name in ("tool_calls", "invalid_tool_calls"):  # parsed of what has come of each call
        if message.get(name):
            masked[name] = [
                {key: _mask_every_text(item, shown) if key == "args" else item for key, item in call.items()}
                for call in message[name]
            ]
    return {**message, **masked}


def _is_json_text_path(path: FieldPath) -> bool:
    return bool(path) and path[-1] in _JSON_TEXT_KEYS


def _mask_growing_texts(value: Any, path: FieldPath, mask: MaskTextAt) -> Any:
    """``value`` with the texts in it that grow masked, each known by where it stands."""
    if isinstance(value, str):
        return mask(path, value)
    if isinstance(value, dict):
        return {
            key: _mask_growing_texts(item, (*path, key), mask) if _is_growing_text(value, key, item) else item
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [
            _mask_growing_texts(item, (*path, _get_piece_position(item, n)), mask)
            for n, item in enumerate(value)
        ]
    return value


def _is_growing_text(block: MessageFields, key: str, item: Any) -> bool:
    if str(block.get("type")).endswith(_RESULT_TYPE_SUFFIX):
        return False
    return key in (_GROWING_TEXT_KEYS if isinstance(item, str) else _TEXT_CONTAINER_KEYS)


def _mask_every_text(value: Any, mask: MaskTextAt) -> Any:
    """``value`` with every text in it masked."""
    if isinstance(value, str):
        return mask((), value)
    if isinstance(value, dict):
        return {key: _mask_every_text(item, mask) for key, item in value.items()}
    return [_mask_every_text(item, mask) for item in value] if isinstance(value, list) else value


def _merge_piece_templates(old: Any, new: Any) -> Any:
    """A piece with what earlier ones of its place had and it has not."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: _merge_piece_templates(old.get(key), item) for key, item in new.items()}}
    if isinstance(old, list) and isinstance(new, list):
        items = dict(zip(map(_get_piece_position, old, count()), old, strict=False))
        for place, item in zip(map(_get_piece_position, new, count()), new, strict=False):
            items[place] = _merge_piece_templates(items.get(place), item)
        return [*items.values()]
    return new


def _wrap_held_text(template: Any, path: FieldPath, rest: Callable[[FieldPath], str]) -> Any:
    """What was held back of the texts of a piece, in as little around it as tells where it belongs."""
    if isinstance(template, str):
        return rest(path)
    if isinstance(template, list):
        items = [
            _wrap_held_text(item, (*path, _get_piece_position(item, n)), rest)
            for n, item in enumerate(template)
        ]
        return [item for item in items if item]
    if not isinstance(template, dict):
        return None
    texts = {
        key: _wrap_held_text(item, (*path, key), rest)
        for key, item in template.items()
        if _is_growing_text(template, key, item)
    }
    texts = {key: text for key, text in texts.items() if text}
    return (
        {**{key: template[key] for key in ("type", "index") if key in template}, **texts} if texts else None
    )


def _get_piece_position(piece: Any, number: int) -> Any:
    """What tells a piece in a list from the others: its index, which stays the same from chunk to chunk."""
    index = piece.get("index") if isinstance(piece, dict) else None
    return index if isinstance(index, (int, str)) else number


def _append_to_field(there: Any, held: Any, in_list: bool = False) -> Any:
    """What a field of a chunk holds, then what was held back: a part of the field, or an item of it."""
    if isinstance(there, list) or in_list:
        before = there if isinstance(there, list) else [{"type": "text", "text": there}] if there else []
        items = held if isinstance(held, list) else [held]
        return [
            *before,
            *({"type": "text", "text": item} if isinstance(item, str) else item for item in items),
        ]
    if isinstance(there, dict):
        return {**there, **{key: _append_to_field(there.get(key), item) for key, item in held.items()}}
    return held if there is None else there + held if isinstance(there, str) else there
