"""A long column of payloads, most of them tokens: those are held without an object for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, overload

from .events import JSON

MESSAGES = 1024
"""Messages whose tokens are known to be alike, at a time."""


class _Message(NamedTuple):
    """What all tokens of a message have in common."""

    type: str
    id: str
    metadata: JSON


class Payloads(Sequence[JSON]):
    """Payloads in the order of arrival; reading gives what was appended, or its equal.

    A token, ``[{"content": text, "type": …, "id": …}, metadata]``, is held as its text beside what it
    shares with the other tokens of its message, and made again for who reads it: two containers for each
    of some hundred thousand tokens would cost the run more in garbage collection, which walks over
    everything that is held again and again, than all else that is done with them.
    """

    def __init__(self) -> None:
        self._held: list[JSON] = []  # a token's text, or else a payload
        self._messages: list[_Message | None] = []  # that of a token
        self._known: dict[str, _Message] = {}

    def append(self, payload: JSON) -> None:
        if type(payload) is list and len(payload) == 2:
            token, metadata = payload
            if type(token) is dict and len(token) == 3:
                text = token.get("content")
                message = self._message(token, metadata) if type(text) is str else None
                if message is not None:
                    self._held.append(text)
                    self._messages.append(message)
                    return
        self._held.append(payload)
        self._messages.append(None)

    def _message(self, token: dict[str, JSON], metadata: JSON) -> _Message | None:
        message_id, kind = token.get("id"), token.get("type")
        if type(message_id) is not str or type(kind) is not str:
            return None
        known = self._known.get(message_id)
        if known is not None and known.metadata is metadata and known.type == kind:
            return known
        if len(self._known) >= MESSAGES:
            self._known.clear()
        known = self._known[message_id] = _Message(kind, message_id, metadata)
        return known

    def without(self, count: int) -> Payloads:
        """Others, without the first ``count``."""
        rest = Payloads()
        rest._held, rest._messages = self._held[count:], self._messages[count:]
        return rest

    def __len__(self) -> int:
        return len(self._messages)

    @overload
    def __getitem__(self, index: int) -> JSON: ...
    @overload
    def __getitem__(self, index: slice) -> list[JSON]: ...
    def __getitem__(self, index: int | slice) -> JSON:
        if isinstance(index, slice):
            return list(map(_payload, self._held[index], self._messages[index]))
        return _payload(self._held[index], self._messages[index])

    def __iter__(self) -> Iterator[JSON]:
        return map(_payload, self._held, self._messages)


def _payload(held: JSON, message: _Message | None) -> JSON:
    if message is None:
        return held
    return [{"content": held, "type": message.type, "id": message.id}, message.metadata]
