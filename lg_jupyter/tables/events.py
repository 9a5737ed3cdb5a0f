"""The table ``events``: the stream itself, one row per event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lg_jupyter.events.events import JSON, Event, Part
from lg_jupyter.tables.base import FactHandler, Row, Table
from lg_jupyter.tables.event_log import EventLog
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.tables.search import MATCH_ALL_QUERY, EventQuery, EventSearch, FindMessageTags


class EventTable(Table):
    """The newest ``max_events`` events (nine tenths of them at least); ``dropped_count`` is how many went.

    ``tags_of`` gives the tags of a message, for queries by tag.
    """

    schema = SCHEMAS["events"]

    def __init__(self, max_events: int, tags_of: FindMessageTags = lambda message_id: ()) -> None:
        self._max_events = max_events
        self._log = EventLog()  # replaced whole: another thread may be reading
        self._search = EventSearch(tags_of)

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        return {}

    def feed(self, event: Event, part: Part | None = None) -> None:
        """Take an event, and the part that it was."""
        self._log.append(event, part)
        self._drop_oldest_beyond_cap()

    def feed_tokens(
        self,
        texts: Sequence[str],
        timestamps: Sequence[float],
        source_ids: Sequence[str | None] | None = None,
    ) -> None:
        """Take events that are like the last one, a token's, in all but text, time and id."""
        self._log.extend_with_tokens(
            texts, timestamps, [None] * len(texts) if source_ids is None else source_ids
        )
        self._drop_oldest_beyond_cap()

    def _drop_oldest_beyond_cap(self) -> None:
        log = self._log
        if len(log) > self._max_events:
            self._log = log.copy_without_first(len(log) - self._max_events * 9 // 10)

    def trim_before(self, seq: int, time: float) -> None:
        if seq > self._log.first_seq:
            self._log = self._log.copy_without_first(seq - self._log.first_seq)

    def __len__(self) -> int:
        return len(self._log)

    @property
    def dropped_count(self) -> int:
        """How many events are no longer held."""
        return self._log.first_seq

    @property
    def total_count(self) -> int:
        """How many events there were, those no longer held included."""
        log = self._log
        return log.first_seq + len(log)

    def iter_parts(self) -> Iterator[Part]:
        """The parts that the events were, as they came."""
        return self._log.iter_parts()

    def rows(self) -> list[Row]:
        log = self._log
        return log.list_rows_at_positions(range(len(log)))

    def columns(self) -> dict[str, list[Any]]:
        return self._log.columns()

    def row(self, key: JSON) -> Row | None:
        """The event with this ``seq``."""
        log = self._log
        if not isinstance(key, int) or not log.first_seq <= key < log.first_seq + len(log):
            return None
        return log.list_rows_at_positions([key - log.first_seq])[0]

    def list_rows_at_positions(self, positions: Sequence[int]) -> list[Row]:
        """The events at these positions, 0 being the first that is held."""
        return self._log.list_rows_at_positions(positions)

    def list_event_modes(self) -> list[str]:
        """The mode of each event that is held."""
        return [envelope.mode for envelope in self._log.envelopes]

    def find_match_count_and_page(
        self, offset: int, limit: int, query: EventQuery = MATCH_ALL_QUERY
    ) -> tuple[int, list[Row]]:
        """How many events fit, and the rows of ``limit`` of them from ``offset`` on.

        A query's text is looked for in names and data, whatever its case.
        """
        log = self._log
        page = slice(max(0, offset), max(0, offset) + max(0, limit))
        if query == MATCH_ALL_QUERY:
            return len(log), log.list_rows_at_positions(range(len(log))[page])
        found = self._search.find_seqs(log, query)
        return len(found), log.list_rows_at_positions([seq - log.first_seq for seq in found[page]])

    def take_changes(self) -> list[Row]:
        """Nothing: a display gets the number of events, and fetches those on screen."""
        return []
