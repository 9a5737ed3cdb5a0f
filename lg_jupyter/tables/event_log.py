"""Events and the parts that they were, held once, by columns.

An object for each of some hundred thousand would be a burden to the garbage collector. An event has its
part's time, and in nearly all cases its payload, so nothing of the two is held twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, repeat
from operator import attrgetter
from typing import Any, NamedTuple

from lg_jupyter.encode.payloads import PayloadColumn
from lg_jupyter.events.events import JSON, Event, Part
from lg_jupyter.tables.base import Row
from lg_jupyter.tables.schema import SCHEMAS

MAX_SHARED_ENVELOPES = 4096
"""Envelopes known at a time, to be shared by the events that come in the same."""


class EventEnvelope(NamedTuple):
    """Where an event happened, and what it is about: the same for all chunks of a message.

    The last two are its part's, which says less exactly where it came from.
    """

    mode: str
    namespace: str
    node: str | None
    step: int | None
    task_id: str | None
    message_id: str | None
    run_id: str | None
    thread_id: str | None
    checkpoint_id: str | None
    part_mode: str
    part_namespace: str


ENVELOPE_COLUMNS = EventEnvelope._fields[:-2]
"""Those that are columns of the table."""

EVENT_COLUMNS = tuple(SCHEMAS["events"].column_kinds)
assert ("seq", "timestamp", *ENVELOPE_COLUMNS, "data") == EVENT_COLUMNS

_get_envelope_columns = attrgetter(*ENVELOPE_COLUMNS)


class EventLog:
    """Events in the order of arrival. It only grows, and is complete up to its length at any moment."""

    def __init__(self, first_seq: int = 0) -> None:
        self.first_seq = first_seq
        """The ``seq`` of the first event that is held."""
        self.timestamps: list[float] = []
        self.envelopes: list[EventEnvelope] = []
        self.payloads = PayloadColumn()
        self._source_ids: list[str | None] = []
        # by ``seq``: the part's payload, of which the event's is a piece
        self._rewrapped_part_data: dict[int, JSON] = {}
        self._shared_envelopes: dict[tuple[JSON, ...], EventEnvelope] = {}

    def append(self, event: Event, part: Part | None = None) -> None:
        """Append an event, and the part that it was; by default one of the same mode and namespace."""
        if part is None:
            part = Part(event.mode, event.namespace, event.data, event.timestamp, event.source_id)
        fields = (*_get_envelope_columns(event), part.mode, part.namespace)
        envelope = self._shared_envelopes.get(fields)
        if envelope is None:
            envelope = self._add_shared_envelope(fields)
        if event.data is not part.data:
            self._rewrapped_part_data[self.first_seq + len(self.envelopes)] = part.data
        self.timestamps.append(event.timestamp)
        self.payloads.append(event.data)
        self._source_ids.append(part.source_id)
        self.envelopes.append(envelope)

    def extend_with_tokens(
        self, texts: Sequence[str], timestamps: Sequence[float], source_ids: Sequence[str | None]
    ) -> None:
        """Append tokens that are like the last event in all but text, time and id."""
        self.timestamps.extend(timestamps)
        self.payloads.extend_with_token_texts(texts)
        self._source_ids.extend(source_ids)
        self.envelopes.extend(repeat(self.envelopes[-1], len(texts)))

    def _add_shared_envelope(self, fields: tuple[Any, ...]) -> EventEnvelope:
        if len(self._shared_envelopes) >= MAX_SHARED_ENVELOPES:
            self._shared_envelopes.clear()
        envelope = self._shared_envelopes[fields] = EventEnvelope(*fields)
        return envelope

    def __len__(self) -> int:
        return len(self.envelopes)

    def iter_parts(self) -> Iterator[Part]:
        """The parts, as they came."""
        columns = zip(count(self.first_seq), self.timestamps, self.payloads, self._source_ids, self.envelopes)
        wrapped = self._rewrapped_part_data
        for seq, timestamp, payload, source_id, envelope in columns:
            data = wrapped.get(seq, payload) if wrapped else payload
            yield Part(envelope.part_mode, envelope.part_namespace, data, timestamp, source_id)

    def list_rows_at_positions(self, positions: Sequence[int]) -> list[Row]:
        """The events at these positions, 0 being the first that is held."""
        stamps, envelopes, payloads = self.timestamps, self.envelopes, self.payloads
        return [
            dict(
                zip(
                    EVENT_COLUMNS,
                    (self.first_seq + at, stamps[at], *envelopes[at][:-2], payloads[at]),
                    strict=True,
                )
            )
            for at in positions
        ]

    def columns(self) -> dict[str, list[Any]]:
        envelopes = self.envelopes[:]
        length = len(envelopes)
        inner = zip(*envelopes, strict=True) if envelopes else repeat(())
        return {
            "seq": list(range(self.first_seq, self.first_seq + length)),
            "timestamp": self.timestamps[:length],
            **{name: list(column) for name, column in zip(ENVELOPE_COLUMNS, inner, strict=False)},
            "data": self.payloads[:length],
        }

    def copy_without_first(self, number: int) -> EventLog:
        """Another log, without the first ``number`` events."""
        log = EventLog(self.first_seq + number)
        log.timestamps = self.timestamps[number:]
        log.envelopes = self.envelopes[number:]
        log.payloads = self.payloads.copy_without_first(number)
        log._source_ids = self._source_ids[number:]
        log._rewrapped_part_data = {
            seq: payload for seq, payload in self._rewrapped_part_data.items() if seq >= log.first_seq
        }
        return log
