"""Events, held by columns: an object for each of some hundred thousand would be a burden to the collector."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from operator import attrgetter
from typing import NamedTuple

from lg_jupyter.encode.payloads import Payloads
from lg_jupyter.events.events import JSON, Event
from lg_jupyter.tables.base import Row
from lg_jupyter.tables.schema import SCHEMAS

ENVELOPES = 4096
"""Envelopes known at a time, to be shared by the events that come in the same."""


class Envelope(NamedTuple):
    """Where an event happened, and what it is about: the same for all chunks of a message."""

    mode: str
    namespace: str
    node: str | None
    step: int | None
    task_id: str | None
    message_id: str | None
    run_id: str | None
    thread_id: str | None
    checkpoint_id: str | None


NAMES = tuple(SCHEMAS["events"].columns)
assert ("seq", "timestamp", *Envelope._fields, "data") == NAMES

_fields = attrgetter(*Envelope._fields)


class EventLog:
    """Events in the order of arrival. It only grows, and is complete up to its length at any moment."""

    def __init__(self, first: int = 0) -> None:
        self.first = first
        """The ``seq`` of the first event that is held."""
        self.timestamps: list[float] = []
        self.envelopes: list[Envelope] = []
        self.payloads = Payloads()
        self._known: dict[tuple[JSON, ...], Envelope] = {}

    def append(self, event: Event) -> None:
        fields = _fields(event)
        envelope = self._known.get(fields)
        if envelope is None:
            envelope = self._new_envelope(fields)
        self.timestamps.append(event.timestamp)
        self.payloads.append(event.data)
        self.envelopes.append(envelope)

    def extend(self, texts: Sequence[str], timestamps: Sequence[float]) -> None:
        """Append tokens that are like the last event in all but text and time."""
        self.timestamps.extend(timestamps)
        self.payloads.extend(texts)
        self.envelopes.extend(repeat(self.envelopes[-1], len(texts)))

    def _new_envelope(self, fields: tuple[JSON, ...]) -> Envelope:
        if len(self._known) >= ENVELOPES:
            self._known.clear()
        envelope = self._known[fields] = Envelope(*fields)
        return envelope

    def __len__(self) -> int:
        return len(self.envelopes)

    def rows(self, positions: Sequence[int]) -> list[Row]:
        """The events at these positions, 0 being the first that is held."""
        stamps, envelopes, payloads = self.timestamps, self.envelopes, self.payloads
        return [
            dict(zip(NAMES, (self.first + at, stamps[at], *envelopes[at], payloads[at]), strict=True))
            for at in positions
        ]

    def columns(self) -> dict[str, list[JSON]]:
        envelopes = self.envelopes[:]
        count = len(envelopes)
        inner = zip(*envelopes, strict=True) if envelopes else repeat(())
        return {
            "seq": list(range(self.first, self.first + count)),
            "timestamp": self.timestamps[:count],
            **{name: list(column) for name, column in zip(Envelope._fields, inner, strict=False)},
            "data": self.payloads[:count],
        }

    def without(self, count: int) -> EventLog:
        """Another log, without the first ``count`` events."""
        log = EventLog(self.first + count)
        log.timestamps = self.timestamps[count:]
        log.envelopes = self.envelopes[count:]
        log.payloads = self.payloads.without(count)
        return log
