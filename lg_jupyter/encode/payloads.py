"""A long column of payloads, most of them tokens: those are held without an object for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any, NamedTuple, TypeGuard, overload

from lg_jupyter.events.events import JSON, JSONObject

MAX_REMEMBERED_MESSAGES = 1024
"""Messages whose tokens are known to be alike, at a time."""


def is_token_payload(payload: JSON) -> TypeGuard[list[Any]]:
    """Whether this is ``[{"content": text, "type": …, "id": …}, metadata]``, and hence held small.

    ``response_metadata`` may be there too: some providers put their name into every chunk.
    """
    if type(payload) is not list or len(payload) != 2:
        return False
    token = payload[0]
    if type(token) is not dict or not (len(token) == 3 or (len(token) == 4 and "response_metadata" in token)):
        return False
    return type(token.get("content")) is type(token.get("type")) is type(token.get("id")) is str


class _SharedTokenFields(NamedTuple):
    """What all tokens of a message have in common: the metadata, and what is in them beside ``content``."""

    metadata: JSON
    template_token: JSONObject
    """One of its tokens, to be copied: see :func:`_make_key_sharing_dict`."""

    def matches_token(self, token: JSONObject) -> bool:
        """Whether a token with the ``id`` of this message is like its others."""
        mine = self.template_token
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
        self._held_payloads: list[JSON] = []  # a token's text, or else a payload
        self._shared_fields_by_payload: list[_SharedTokenFields | None] = []  # that of a token
        self._known_shared_fields: dict[str, _SharedTokenFields] = {}

    def append(self, payload: JSON) -> None:
        if is_token_payload(payload):
            token, metadata = payload
            self._held_payloads.append(token["content"])
            self._shared_fields_by_payload.append(self._get_or_make_shared_fields(token, metadata))
        else:
            self._held_payloads.append(payload)
            self._shared_fields_by_payload.append(None)

    def extend_with_token_texts(self, texts: Sequence[str]) -> None:
        """Append tokens that are like the last payload, a token, in all but their text."""
        self._held_payloads.extend(texts)
        self._shared_fields_by_payload.extend(repeat(self._shared_fields_by_payload[-1], len(texts)))

    def _get_or_make_shared_fields(self, token: JSONObject, metadata: JSON) -> _SharedTokenFields:
        known = self._known_shared_fields.get(token["id"])
        if known is not None and known.metadata is metadata and known.matches_token(token):
            return known
        if len(self._known_shared_fields) >= MAX_REMEMBERED_MESSAGES:
            self._known_shared_fields.clear()
        known = self._known_shared_fields[token["id"]] = _SharedTokenFields(
            metadata, _make_key_sharing_dict(token)
        )
        return known

    def copy_without_first(self, count: int) -> PayloadColumn:
        """Others, without the first ``count``."""
        rest = PayloadColumn()
        rest._held_payloads, rest._shared_fields_by_payload = (
            self._held_payloads[count:],
            self._shared_fields_by_payload[count:],
        )
        return rest

    def __len__(self) -> int:
        return len(self._shared_fields_by_payload)

    @overload
    def __getitem__(self, index: int) -> JSON: ...
    @overload
    def __getitem__(self, index: slice) -> list[JSON]: ...
    def __getitem__(self, index: int | slice) -> JSON:
        if isinstance(index, slice):
            return list(
                map(_rebuild_payload, self._held_payloads[index], self._shared_fields_by_payload[index])
            )
        return _rebuild_payload(self._held_payloads[index], self._shared_fields_by_payload[index])

    def __iter__(self) -> Iterator[JSON]:
        return map(_rebuild_payload, self._held_payloads, self._shared_fields_by_payload)


def _rebuild_payload(held: JSON, shared_fields: _SharedTokenFields | None) -> JSON:
    if shared_fields is None:
        return held
    token = shared_fields.template_token.copy()
    token["content"] = held
    return [token, shared_fields.metadata]


def _make_key_sharing_dict(token: JSONObject) -> JSONObject:
    """A dict like this one whose copies hold no keys of their own, as dicts of instances do: half the size.

    All payloads of a run at once, as a column of a frame, would else take more than the run.
    """
    instance = _SharedKeysInstance()
    for name in ("content", *(name for name in token if name != "content")):
        setattr(instance, name, token[name])
    return vars(instance)


class _SharedKeysInstance:
    """Instances with the same attributes share the keys of their dicts."""
