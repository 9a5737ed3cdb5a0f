"""Which of the items that a graph streams become parts: a token may only go on with the part before it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from lg_jupyter.encode.payloads import is_token
from lg_jupyter.events.bursts import Burst
from lg_jupyter.events.events import Part
from lg_jupyter.sources.base import EncodePart

TOKENS = "messages"
"""The mode in which tokens come."""


@runtime_checkable
class KnowsTokens(Protocol):
    """An ``encode`` that can tell whether a token is like the one that it encoded last."""

    def next_text(self, payload: Any) -> str | None:
        """The text of a token that is like the last one in all else; ``None`` of anything else."""


class Gatherer:
    """Makes parts of items that are tuples with a mode and a payload at their end."""

    def __init__(self, encode: EncodePart) -> None:
        self._encode = encode
        self._next_text: Callable[[Any], str | None] | None = None
        if isinstance(encode, KnowsTokens):
            self._next_text = encode.next_text
        self._burst: Burst | None = None

    def goes_on(self, item: Any) -> bool:
        """Whether an item was but the next token of the last part, and was put there."""
        burst, next_text = self._burst, self._next_text
        if burst is None or next_text is None or type(item) is not tuple or item[-2] != TOKENS:
            return False
        text = next_text(item[-1])
        return text is not None and burst.add(text, time.time())

    def part(self, namespace: str, mode: str, payload: Any) -> Part:
        """The part of an item of this namespace, mode and payload."""
        data = self._encode(mode, namespace, payload)
        self._burst = None
        if self._next_text is None or mode != TOKENS or not is_token(data):
            return Part(mode, namespace, data, time.time())
        self._burst = Burst(mode, namespace, data, time.time())
        return self._burst
