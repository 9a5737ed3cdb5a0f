"""The table ``events``: the stream itself, one row per event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lg_jupyter.events.events import JSON, Event, Part
from lg_jupyter.tables.base import Handler, Row, Table
from lg_jupyter.tables.event_log import EventLog
from lg_jupyter.tables.schema import SCHEMAS
from lg_jupyter.tables.search import NO_QUERY, EventQuery, EventSearch, TagsOf


class Events(Table):
    """Holds the newest ``cap`` events (at least nine tenths of them); ``dropped`` says how many went.

    ``find_tags`` gives the tags of a message, for queries by tag.
    """

    schema = SCHEMAS["events"]

    def __init__(self, cap: int, tags_of: TagsOf = lambda message_id: ()) -> None:
        self._cap = cap
        self._log = EventLog()  # replaced whole: another thread may be reading
        self._search = EventSearch(tags_of)

    def handlers(self) -> Mapping[type, Handler]:
        return {}

    def feed(self, event: Event, part: Part | None = None) -> None:
        """Take an event, and the part that it was."""
        self._log.append(event, part)
        self._drop_beyond_cap()

    def feed_tokens(
        self,
        texts: Sequence[str],
        timestamps: Sequence[float],
        source_ids: Sequence[str | None] | None = None,
    ) -> None:
        """Take events that are like the last one, a token's, in all but text, time and id."""
        self._log.extend(texts, timestamps, [None] * len(texts) if source_ids is None else source_ids)
        self._drop_beyond_cap()

    def _drop_beyond_cap(self) -> None:
        log = self._log
        if len(log) > self._cap:
            self._log = log.without_first(len(log) - self._cap * 9 // 10)

    def forget(self, seq: int, time: float) -> None:
        if seq > self._log.first:
            self._log = self._log.without_first(seq - self._log.first)

    def __len__(self) -> int:
        return len(self._log)

    @property
    def dropped(self) -> int:
        """How many events are no longer held."""
        return self._log.first

    @property
    def count(self) -> int:
        """How many events there were, those no longer held included."""
        log = self._log
        return log.first + len(log)

    def parts(self) -> Iterator[Part]:
        """The parts that the events were, as they came."""
        return self._log.parts()

    def rows(self) -> list[Row]:
        log = self._log
        return log.rows(range(len(log)))

    def columns(self) -> dict[str, list[JSON]]:
        return self._log.columns()

    def row(self, key: JSON) -> Row | None:
        """The event with this ``seq``."""
        log = self._log
        if not isinstance(key, int) or not log.first <= key < log.first + len(log):
            return None
        return log.rows([key - log.first])[0]

    def rows_at(self, positions: Sequence[int]) -> list[Row]:
        """The events at these positions, 0 being the first that is held."""
        return self._log.rows(positions)

    def modes(self) -> list[str]:
        """The mode of each event that is held."""
        return [envelope.mode for envelope in self._log.envelopes]

    def query(self, offset: int, limit: int, query: EventQuery = NO_QUERY) -> tuple[int, list[Row]]:
        """How many events fit, and the rows of ``limit`` of them from ``offset`` on.

        A query's text is looked for in names and data, whatever its case.
        """
        log = self._log
        page = slice(max(0, offset), max(0, offset) + max(0, limit))
        if query == NO_QUERY:
            return len(log), log.rows(range(len(log))[page])
        found = self._search.find(log, query)
        return len(found), log.rows([seq - log.first for seq in found[page]])

    def take_changes(self) -> list[Row]:
        """Nothing: a display gets the number of events, and fetches those on screen."""
        return []
