"""Tokens in a row: the first one is a part, and the others are put to it until somebody looks.

Most of what a graph streams are tokens, by the thousand, each like the one before it in all but its text. To
keep text and time is nearly all that is done with such a token when it comes. That it is an event, a row of
two tables and a piece of a message is seen to when these are read, for all the tokens since the last look at
once: a display looks some fifteen times a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

from lg_jupyter.events.events import JSON, Part

LONGEST = 0.05
"""Seconds of tokens in one burst: a part has to come now and then, for whoever works part by part."""


class Burst(Part):
    """The part of a token, and the tokens of the same message that came right after it.

    It grows until it is closed, which everybody does who reads it: the next token is then a part again, and
    all are told of it. It may be added to in one thread and closed in another.

    Attributes
    ----------
    texts, timestamps
        Of the tokens after the first; final once it is closed.
    """

    __slots__ = ("_lock", "_until", "texts", "timestamps")

    def __init__(self, mode: str, namespace: str, data: JSON, timestamp: float) -> None:
        Part.__init__(self, mode, namespace, data, timestamp)
        self.texts: list[str] = []
        self.timestamps: list[float] = []
        self._until = timestamp + LONGEST
        self._lock = Lock()

    def add(self, text: str, timestamp: float) -> bool:
        """Put a token to it; ``False`` if it is closed."""
        with self._lock:
            if timestamp > self._until:
                return False
            self.texts.append(text)
            self.timestamps.append(timestamp)
            return True

    def close(self) -> None:
        with self._lock:
            self._until = 0.0

    def parts(self) -> Iterator[Part]:
        """Each token as a part."""
        self.close()
        yield Part(self.mode, self.namespace, self.data, self.timestamp)
        token, metadata = self.data
        for text, timestamp in zip(self.texts, self.timestamps, strict=True):
            yield Part(self.mode, self.namespace, [{**token, "content": text}, metadata], timestamp)


def each_part(part: Part) -> Iterator[Part]:
    """A part as those that it stands for."""
    if isinstance(part, Burst):
        yield from part.parts()
    else:
        yield part
