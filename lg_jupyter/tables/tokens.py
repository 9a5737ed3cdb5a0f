"""The table ``tokens``: one row per piece of text that a chunk brought."""

from __future__ import annotations

from collections.abc import Mapping

from ..events import Event, MessageChunk
from .base import Handler, LogTable, Row
from .schema import SCHEMAS


class Tokens(LogTable):
    """Of the newest ``cap`` pieces. A chunk with reasoning, text and tool calls gives a row for each."""

    schema = SCHEMAS["tokens"]

    def __init__(self, cap: int) -> None:
        super().__init__()
        self._cap = cap
        self.dropped = 0

    def handlers(self) -> Mapping[type, Handler]:
        return {MessageChunk: self._chunk}

    @property
    def count(self) -> int:
        """How many pieces there were, those no longer held included."""
        return self.dropped + len(self._log)

    def drain(self) -> list[Row]:
        """Nothing: a display is told how many pieces there are, and their text with the messages."""
        return []

    def _chunk(self, event: Event, fact: MessageChunk) -> None:
        if fact.reasoning:
            self._append(event, fact, "reasoning", fact.reasoning)
        if fact.text:
            self._append(event, fact, "text", fact.text)
        for call in fact.tool_call_chunks:
            if call.args:
                self._append(event, fact, "tool_call", call.args)

    def _append(self, event: Event, fact: MessageChunk, kind: str, text: str) -> None:
        log = self._log
        log.append((event.seq, event.timestamp, fact.message_id, event.namespace, event.node, kind, text))
        if len(log) > self._cap:
            excess = len(log) - self._cap * 9 // 10
            self._log = log[excess:]
            self.dropped += excess
