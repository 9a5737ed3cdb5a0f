"""The table ``tokens``: one row per piece of text that a chunk brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

from lg_jupyter.events.events import JSON, Event, MessageChunk
from lg_jupyter.tables.base import Handler, Row, Table
from lg_jupyter.tables.schema import SCHEMAS


class _Speaker(NamedTuple):
    """What the tokens of a message share."""

    message_id: str
    namespace: str
    node: str | None
    kind: str


class Tokens(Table):
    """Of the newest ``cap`` pieces. A chunk with reasoning, text and tool calls gives a row for each.

    Held by columns, as events are.
    """

    schema = SCHEMAS["tokens"]

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._seqs: list[int] = []
        self._timestamps: list[float] = []
        self._speakers: list[_Speaker] = []
        self._texts: list[str] = []
        self._known: dict[tuple[str, str], _Speaker] = {}  # by message and kind
        self.dropped = 0

    def handlers(self) -> Mapping[type, Handler]:
        return {MessageChunk: self._chunk}

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def count(self) -> int:
        """How many pieces there were, those no longer held included."""
        return self.dropped + len(self)

    def rows(self) -> list[Row]:
        return self._rows(slice(len(self)))

    def columns(self) -> dict[str, list[JSON]]:
        held = slice(len(self))
        speakers = self._speakers[held]
        return {
            "seq": self._seqs[held],
            "timestamp": self._timestamps[held],
            "message_id": [speaker.message_id for speaker in speakers],
            "namespace": [speaker.namespace for speaker in speakers],
            "node": [speaker.node for speaker in speakers],
            "kind": [speaker.kind for speaker in speakers],
            "text": self._texts[held],
        }

    def row(self, key: JSON) -> Row | None:
        if not isinstance(key, int) or not 0 <= key < len(self):
            return None
        return self._rows(slice(key, key + 1))[0]

    def drain(self) -> list[Row]:
        """Nothing: a display is told how many pieces there are, and their text with the messages."""
        return []

    def _rows(self, held: slice) -> list[Row]:
        pieces = zip(
            self._seqs[held], self._timestamps[held], self._speakers[held], self._texts[held], strict=True
        )
        names = self.schema.columns
        return [
            dict(zip(names, (seq, timestamp, *speaker, text), strict=True))
            for seq, timestamp, speaker, text in pieces
        ]

    def _chunk(self, event: Event, fact: MessageChunk) -> None:
        if fact.reasoning:
            self._append(event, fact.message_id, "reasoning", fact.reasoning)
        if fact.text:
            self._append(event, fact.message_id, "text", fact.text)
        for call in fact.tool_call_chunks:
            if call.args:
                self._append(event, fact.message_id, "tool_call", call.args)

    def feed_tokens(
        self, event: Event, fact: MessageChunk, texts: Sequence[str], timestamps: Sequence[float]
    ) -> None:
        """Take the events after ``event``, each a text of the same message and nothing else."""
        first = event.seq + 1
        self._seqs.extend(range(first, first + len(texts)))
        self._timestamps.extend(timestamps)
        self._speakers.extend(repeat(self._speaker(event, fact.message_id, "text"), len(texts)))
        self._texts.extend(texts)
        self._drop_beyond_cap()

    def _append(self, event: Event, message_id: str, kind: str, text: str) -> None:
        self._seqs.append(event.seq)
        self._timestamps.append(event.timestamp)
        self._speakers.append(self._speaker(event, message_id, kind))
        self._texts.append(text)
        self._drop_beyond_cap()

    def _speaker(self, event: Event, message_id: str, kind: str) -> _Speaker:
        speaker = self._known.get((message_id, kind))
        if speaker is None or speaker.namespace != event.namespace or speaker.node != event.node:
            speaker = _Speaker(message_id, event.namespace, event.node, kind)
            self._known[message_id, kind] = speaker
        return speaker

    def _drop_beyond_cap(self) -> None:
        if len(self._texts) <= self._cap:
            return
        count = len(self._texts) - self._cap * 9 // 10
        self._seqs = self._seqs[count:]
        self._timestamps = self._timestamps[count:]
        self._speakers = self._speakers[count:]
        self._texts = self._texts[count:]
        self.dropped += count
