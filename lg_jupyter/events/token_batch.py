"""Batches of tokens: the first one is a part, and the next ones are added to it until it is read.

Most of what a graph streams are tokens, by the thousand, each like the one before it in all but its text. To
keep text and time is nearly all that is done with such a token when it comes. That it is an event, a row of
two tables and a piece of a message is computed when these are read, for all the tokens since the last read at
once: a display looks some fifteen times a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from typing import Any

from lg_jupyter.events.events import Part

MAX_BATCH_SECONDS = 0.05
"""Seconds of tokens in one batch: a part has to come now and then, for those who work part by part."""


class TokenBatch(Part):
    """The part of a token, and the tokens of the same message that came right after it.

    It grows until it is closed, which every reader does: the next token is then a part again, of which
    all are notified. It may be added to in one thread and closed in another.

    Attributes
    ----------
    added_texts, added_timestamps, added_source_ids
        Of the tokens after the first; final once it is closed.
    """

    __slots__ = ("_lock", "_until", "added_source_ids", "added_texts", "added_timestamps", "token_data")

    def __init__(
        self, mode: str, namespace: str, data: list[Any], timestamp: float, source_id: str | None = None
    ) -> None:
        Part.__init__(self, mode, namespace, data, timestamp, source_id)
        self.token_data = data
        self.added_texts: list[str] = []
        self.added_timestamps: list[float] = []
        self.added_source_ids: list[str | None] = []
        self._until = timestamp + MAX_BATCH_SECONDS
        self._lock = Lock()

    def add_token_if_open(self, text: str, timestamp: float, source_id: str | None = None) -> bool:
        """Add a token; ``False`` if it is closed."""
        with self._lock:
            if timestamp > self._until:
                return False
            self.added_texts.append(text)
            self.added_timestamps.append(timestamp)
            self.added_source_ids.append(source_id)
            return True

    def close(self) -> None:
        with self._lock:
            self._until = 0.0

    def close_and_iter_parts(self) -> Iterator[Part]:
        """Each token as a part."""
        self.close()
        yield Part(self.mode, self.namespace, self.data, self.timestamp, self.source_id)
        token, metadata = self.token_data
        for text, timestamp, source_id in zip(
            self.added_texts, self.added_timestamps, self.added_source_ids, strict=True
        ):
            data = [{**token, "content": text}, metadata]
            yield Part(self.mode, self.namespace, data, timestamp, source_id)


def expand_token_batch(part: Part) -> Iterator[Part]:
    """A part as those that it stands for."""
    if isinstance(part, TokenBatch):
        yield from part.close_and_iter_parts()
    else:
        yield part
