"""Secrets in messages that come in pieces: a piece may hold no secret, and two of them one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from ..redact import Redactor, StreamRedactor

Fields: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[Any, ...]
Mask: TypeAlias = Callable[[Path, str], str]
Key: TypeAlias = "tuple[str | None, str | None]"  # a message's id and its call

_NAMES = frozenset({"type", "id", "name", "index"})
"""What stands under these keys comes whole."""

_GROWING = ("content", "tool_call_chunks", "additional_kwargs")
"""The fields of a chunk that hold pieces of text."""


class Pieces:
    """One message that is being streamed: a redactor for each text in it that is held back."""

    __slots__ = ("namespace", "origin", "streams", "templates")

    def __init__(self, namespace: str, origin: Any) -> None:
        self.namespace = namespace
        self.origin = origin
        self.streams: dict[Path, StreamRedactor] = {}
        self.templates: dict[Path, Any] = {}  # the last piece around each text, to put the rest in


class ChunkMasker:
    """Masks what chunks say, and holds back the end of a text while it may be the beginning of a secret.

    What was held back comes with the next chunk of its message, at the latest with its last one; what is
    left when the run ends is to be had from :meth:`rest`.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._open: dict[Key, Pieces] = {}
        self._streaming: dict[str | None, set[str | None]] = {}  # call → messages that have not ended

    def mask(self, fields: Fields, call: str | None, namespace: str = "", origin: Any = None) -> Fields:
        """The fields of a chunk with what can be shown of them; of a whole message, the same fields.

        ``call`` is the task or model call that the chunk is of: a message's id alone may be that of
        several. ``namespace`` and ``origin`` are given back with what is left of it at the end.
        """
        message_id = fields.get("id")
        if not str(fields.get("type")).endswith("Chunk"):
            self.forget(message_id)
            return fields
        streaming = self._streaming.get(call)
        if streaming is None:
            streaming = self._streaming[call] = set()
        last = fields.get("chunk_position") == "last"
        if last and message_id not in streaming and not fields.get("content"):
            return self._ended_by(fields, call)
        streaming.add(message_id)
        if last:
            streaming.discard(message_id)
        key = (message_id, call)
        if key not in self._open and self._is_harmless(fields):
            return fields
        pieces = self._open.setdefault(key, Pieces(namespace, origin))
        masked = self._masked(pieces, fields)
        if last:
            masked = self._with_rest(pieces, masked)
        self._close_settled(key)
        return masked

    def text(self, call: str, text: str) -> str:
        """The same for the output of a call that is nothing but text."""
        key = (None, call)
        pieces = self._open.setdefault(key, Pieces("", None))
        shown = self._feed(pieces)((), text)
        self._close_settled(key)
        return shown

    def forget(self, message_id: str | None = None, call: str | None = None) -> None:
        """The message, or the output of the call, has come whole."""
        for key in [*self._open]:
            if (message_id is not None and key[0] == message_id) or (call is not None and key[1] == call):
                del self._open[key]
        if call is not None:
            self._streaming.pop(call, None)

    def rest(self) -> Iterable[tuple[Pieces, Fields]]:
        """A last chunk for each message of which something is held back."""
        held, self._open = self._open, {}
        for (message_id, _), pieces in held.items():
            if pieces.origin is not None:
                chunk = {"content": "", "type": "AIMessageChunk", "id": message_id}
                yield pieces, self._with_rest(pieces, chunk)

    # -----------------------------------------------------------------------------------------

    def _is_harmless(self, fields: Fields) -> bool:
        content = fields.get("content")
        if type(content) is not str or fields.get("tool_call_chunks") or fields.get("additional_kwargs"):
            return False
        return not self._redactor.may_begin_in(content)

    def _ended_by(self, fields: Fields, call: str | None) -> Fields:
        """langchain-core may end a message with an empty chunk under another id than its own.

        If something of the only message that it can mean is held back, it becomes that one's last chunk.
        """
        streaming = self._streaming[call]
        if len(streaming) != 1:
            return fields
        message_id = streaming.pop()
        pieces = self._open.pop((message_id, call), None)
        return fields if pieces is None else self._with_rest(pieces, {**fields, "id": message_id})

    def _close_settled(self, key: Key) -> None:
        """Keep of a message only what is held back, and nothing of one of which nothing is."""
        pieces = self._open[key]
        pieces.streams = {path: stream for path, stream in pieces.streams.items() if stream.held}
        if not pieces.streams:
            del self._open[key]

    def _feed(self, pieces: Pieces) -> Mask:
        def feed(path: Path, text: str) -> str:
            stream = pieces.streams.get(path)
            if stream is None:
                stream = pieces.streams[path] = self._redactor.stream()
            return stream.feed(text)

        return feed

    def _masked(self, pieces: Pieces, fields: Fields) -> Fields:
        feed = self._feed(pieces)
        masked = dict(fields)
        for name in _GROWING:
            value = fields.get(name)
            if not value:
                continue
            if isinstance(value, list):
                places = [(name, _place(piece, number)) for number, piece in enumerate(value)]
                masked[name] = [_rewritten(piece, at, feed) for at, piece in zip(places, value, strict=True)]
                pieces.templates.update(zip(places, masked[name], strict=True))
            else:
                masked[name] = pieces.templates[(name,)] = _rewritten(value, (name,), feed)
        return masked

    def _with_rest(self, pieces: Pieces, masked: Fields) -> Fields:
        """A chunk with what was held back of its message after it."""

        def rest(path: Path, _: str) -> str:
            stream = pieces.streams.get(path)
            return stream.flush() if stream else ""

        masked = dict(masked)
        for place, template in pieces.templates.items():
            if not any(
                path[: len(place)] == place and stream.held for path, stream in pieces.streams.items()
            ):
                continue
            _append(masked, place[0], _rewritten(template, place, rest))
        return masked


def settled(redactor: Redactor, value: Any) -> Any:
    """A message that grows, without the ends of texts in it that may be the beginning of a secret."""
    return _rewritten(value, (), lambda _, text: redactor.split(text)[0])


def _rewritten(value: Any, path: Path, mask: Mask) -> Any:
    """``value`` with the texts in it masked, each known by where it stands."""
    if isinstance(value, str):
        return mask(path, value)
    if isinstance(value, dict):
        return {
            key: item if key in _NAMES else _rewritten(item, (*path, key), mask)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_rewritten(item, (*path, _place(item, n)), mask) for n, item in enumerate(value)]
    return value


def _place(piece: Any, number: int) -> Any:
    """What tells a piece in a list from the others: its index, which stays the same from chunk to chunk."""
    index = piece.get("index") if isinstance(piece, dict) else None
    return index if isinstance(index, (int, str)) else number


def _append(masked: Fields, name: str, rest: Any) -> None:
    """Put ``rest`` after what a field of the chunk holds."""
    there = masked.get(name)
    if isinstance(there, list) and there:
        masked[name] = [
            *there,
            {"type": "text", "text": rest} if name == "content" and isinstance(rest, str) else rest,
        ]
    elif name == "additional_kwargs":
        masked[name] = {**(there or {}), **{k: v for k, v in rest.items() if isinstance(v, str)}}
    elif isinstance(rest, str):
        masked[name] = (there or "") + rest
    else:
        masked[name] = [rest] if not there else [{"type": "text", "text": there}, rest]
