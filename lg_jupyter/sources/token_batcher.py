"""Makes parts of the items that a source streams: a token may only extend the part before it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from lg_jupyter.encode.payloads import is_token_payload
from lg_jupyter.events.events import Part
from lg_jupyter.events.token_batch import TokenBatch
from lg_jupyter.sources.base import EncodePayload

TOKENS_MODE = "messages"
"""The mode in which tokens come."""


@runtime_checkable
class RecognizesSimilarTokens(Protocol):
    """An ``encode`` that knows whether a token is like the one that it encoded last."""

    def get_text_of_similar_chunk(self, payload: Any) -> str | None:
        """The text of a token that is like the last one in all else; ``None`` of anything else."""


class TokenBatcher:
    """Makes parts of items.

    The ``place`` of an item is its mode and namespace as its source sends them, in whatever form.
    """

    def __init__(self, encode: EncodePayload) -> None:
        self._encode = encode
        self._get_text_of_similar_chunk: Callable[[Any], str | None] = lambda payload: None
        if isinstance(encode, RecognizesSimilarTokens):
            self._get_text_of_similar_chunk = encode.get_text_of_similar_chunk
        self._batch: TokenBatch | None = None
        self._batch_place: object = None

    def try_extend_last_part(self, place: object, payload: Any, source_id: str | None = None) -> bool:
        """Add an item to the last part, if it is the next token of its message; whether it was added."""
        batch = self._batch
        if batch is None or place != self._batch_place:
            return False
        text = self._get_text_of_similar_chunk(payload)
        return text is not None and batch.add_token_if_open(text, time.time(), source_id)

    def start_new_part(
        self, place: object, mode: str, namespace: str, payload: Any, source_id: str | None = None
    ) -> Part:
        """The part of an item."""
        data = self._encode(mode, namespace, payload)
        if mode != TOKENS_MODE or not is_token_payload(data):
            self._batch = None
            return Part(mode, namespace, data, time.time(), source_id)
        self._batch, self._batch_place = TokenBatch(mode, namespace, data, time.time(), source_id), place
        return self._batch
