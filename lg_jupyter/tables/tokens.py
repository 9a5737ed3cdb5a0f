"""The table ``tokens``: one row per piece of text that a chunk brought."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

from lg_jupyter.events.events import JSON, Event, MessageChunk
from lg_jupyter.tables.base import FactHandler, Row, Table
from lg_jupyter.tables.schema import SCHEMAS


class _TokenSource(NamedTuple):
    """What the tokens of a message share."""

    message_id: str
    namespace: str
    node: str | None
    kind: str


class TokenTable(Table):
    """Of the newest ``max_tokens`` pieces. A chunk with reasoning, text and tool calls gives a row for each.

    Held by columns, as events are.
    """

    schema = SCHEMAS["tokens"]

    def __init__(self, max_tokens: int) -> None:
        self._max_tokens = max_tokens
        self._seqs: list[int] = []
        self._timestamps: list[float] = []
        self._sources: list[_TokenSource] = []
        self._texts: list[str] = []
        self._shared_sources: dict[tuple[str, str], _TokenSource] = {}  # by message and kind
        self.dropped_count = 0

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        return {MessageChunk: self._on_chunk}

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def total_count(self) -> int:
        """How many pieces there were, those no longer held included."""
        return self.dropped_count + len(self)

    def count_pieces_of_messages(self, message_ids: Collection[str]) -> int:
        """How many of the pieces that are held belong to these messages."""
        return sum(source.message_id in message_ids for source in self._sources)

    def rows(self) -> list[Row]:
        return self._make_row_dicts(slice(len(self)))

    def columns(self) -> dict[str, list[Any]]:
        held = slice(len(self))
        sources = self._sources[held]
        return {
            "seq": self._seqs[held],
            "timestamp": self._timestamps[held],
            "message_id": [source.message_id for source in sources],
            "namespace": [source.namespace for source in sources],
            "node": [source.node for source in sources],
            "kind": [source.kind for source in sources],
            "text": self._texts[held],
        }

    def row(self, key: JSON) -> Row | None:
        if not isinstance(key, int) or not 0 <= key < len(self):
            return None
        return self._make_row_dicts(slice(key, key + 1))[0]

    def take_changes(self) -> list[Row]:
        """Nothing: a display gets the number of pieces, and their text with the messages."""
        return []

    def _make_row_dicts(self, held: slice) -> list[Row]:
        pieces = zip(
            self._seqs[held], self._timestamps[held], self._sources[held], self._texts[held], strict=True
        )
        names = self.schema.column_kinds
        return [
            dict(zip(names, (seq, timestamp, *source, text), strict=True))
            for seq, timestamp, source, text in pieces
        ]

    def _on_chunk(self, event: Event, fact: MessageChunk) -> None:
        if fact.reasoning:
            self._append_piece(event, fact.message_id, "reasoning", fact.reasoning)
        if fact.text:
            self._append_piece(event, fact.message_id, "text", fact.text)
        for call in fact.tool_call_chunks:
            if call.args:
                self._append_piece(event, fact.message_id, "tool_call", call.args)

    def feed_tokens(
        self, event: Event, fact: MessageChunk, texts: Sequence[str], timestamps: Sequence[float]
    ) -> None:
        """Take the events after ``event``, each a text of the same message and nothing else."""
        first = event.seq + 1
        self._seqs.extend(range(first, first + len(texts)))
        self._timestamps.extend(timestamps)
        self._sources.extend(
            repeat(self._get_or_make_shared_source(event, fact.message_id, "text"), len(texts))
        )
        self._texts.extend(texts)
        self._drop_oldest_beyond_cap()

    def _append_piece(self, event: Event, message_id: str, kind: str, text: str) -> None:
        self._seqs.append(event.seq)
        self._timestamps.append(event.timestamp)
        self._sources.append(self._get_or_make_shared_source(event, message_id, kind))
        self._texts.append(text)
        self._drop_oldest_beyond_cap()

    def _get_or_make_shared_source(self, event: Event, message_id: str, kind: str) -> _TokenSource:
        source = self._shared_sources.get((message_id, kind))
        if source is None or source.namespace != event.namespace or source.node != event.node:
            source = _TokenSource(message_id, event.namespace, event.node, kind)
            self._shared_sources[message_id, kind] = source
        return source

    def _drop_oldest_beyond_cap(self) -> None:
        if len(self._texts) > self._max_tokens:
            self._drop_oldest(len(self._texts) - self._max_tokens * 9 // 10)

    def trim_before(self, seq: int, time: float) -> None:
        self._drop_oldest(bisect_left(self._seqs, seq))
        self._shared_sources.clear()

    def _drop_oldest(self, count: int) -> None:
        self._seqs = self._seqs[count:]
        self._timestamps = self._timestamps[count:]
        self._sources = self._sources[count:]
        self._texts = self._texts[count:]
        self.dropped_count += count
