"""A long column of payloads, most of them tokens: those are held without an object for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import NamedTuple, overload

from lg_jupyter.events.events import JSON

MESSAGES = 1024
"""Messages whose tokens are known to be alike, at a time."""


def is_token_payload(payload: JSON) -> bool:
    """Whether this is ``[{"content": text, "type": …, "id": …}, metadata]``, and hence held small.

    ``response_metadata`` may be there too: some providers put their name into every chunk.
    """
    if type(payload) is not list or len(payload) != 2:
        return False
    token = payload[0]
    if type(token) is not dict or not (len(token) == 3 or (len(token) == 4 and "response_metadata" in token)):
        return False
    return type(token.get("content")) is type(token.get("type")) is type(token.get("id")) is str


class _TokenMessage(NamedTuple):
    """What all tokens of a message have in common: the metadata, and what is in them beside ``content``."""

    metadata: JSON
    token: dict[str, JSON]
    """One of its tokens, to be copied: see :func:`_share_dict_keys`."""

    def matches_token(self, token: dict[str, JSON]) -> bool:
        """Whether a token with the ``id`` of this message is like its others."""
        mine = self.token
        return (
            len(mine) == len(token)
            and mine["type"] == token["type"]
            and mine.get("response_metadata") == token.get("response_metadata")
        )


class PayloadColumn(Sequence[JSON]):
    """Payloads in the order of arrival; reading gives what was appended, or its equal.

    A token is held as its text beside what it shares with the other tokens of its message, and made again
    for who reads it: two containers for each of some hundred thousand tokens would cost the run more in
    garbage collection, which walks over everything that is held again and again, than all else that is done
    with them.
    """

    def __init__(self) -> None:
        self._held: list[JSON] = []  # a token's text, or else a payload
        self._messages: list[_TokenMessage | None] = []  # that of a token
        self._known: dict[str, _TokenMessage] = {}

    def append(self, payload: JSON) -> None:
        if is_token_payload(payload):
            token, metadata = payload
            self._held.append(token["content"])
            self._messages.append(self._find_message(token, metadata))
        else:
            self._held.append(payload)
            self._messages.append(None)

    def extend(self, texts: Sequence[str]) -> None:
        """Append tokens that are like the last payload, a token, in all but their text."""
        self._held.extend(texts)
        self._messages.extend(repeat(self._messages[-1], len(texts)))

    def _find_message(self, token: dict[str, JSON], metadata: JSON) -> _TokenMessage:
        known = self._known.get(token["id"])
        if known is not None and known.metadata is metadata and known.matches_token(token):
            return known
        if len(self._known) >= MESSAGES:
            self._known.clear()
        known = self._known[token["id"]] = _TokenMessage(metadata, _share_dict_keys(token))
        return known

    def without(self, count: int) -> PayloadColumn:
        """Others, without the first ``count``."""
        rest = PayloadColumn()
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
            return list(map(_rebuild_payload, self._held[index], self._messages[index]))
        return _rebuild_payload(self._held[index], self._messages[index])

    def __iter__(self) -> Iterator[JSON]:
        return map(_rebuild_payload, self._held, self._messages)


def _rebuild_payload(held: JSON, message: _TokenMessage | None) -> JSON:
    if message is None:
        return held
    token = message.token.copy()
    token["content"] = held
    return [token, message.metadata]


def _share_dict_keys(token: dict[str, JSON]) -> dict[str, JSON]:
    """A dict like this one whose copies hold no keys of their own, as dicts of instances do: half the size.

    All payloads of a run at once, as a column of a frame, would else take more than the run.
    """
    instance = _SharedKeysInstance()
    for name in ("content", *(name for name in token if name != "content")):
        setattr(instance, name, token[name])
    return vars(instance)


class _SharedKeysInstance:
    """Instances with the same attributes share the keys of their dicts."""
