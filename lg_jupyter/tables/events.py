"""The table ``events``: the stream itself, one row per event."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from ..events import JSON, Event
from .base import Handler, Row, Table
from .schema import SCHEMAS
from .search import NO_QUERY, Query, Search

_NAMES = tuple(SCHEMAS["events"].columns)
_values = attrgetter(*_NAMES)


class Events(Table):
    """Holds the newest ``cap`` events (at least nine tenths of them); ``dropped`` says how many went."""

    schema = SCHEMAS["events"]

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._held: tuple[int, list[Event]] = (0, [])  # replaced whole: another thread may be reading
        self._search = Search()

    def handlers(self) -> Mapping[type, Handler]:
        return {}

    def feed(self, event: Event) -> None:
        dropped, events = self._held
        events.append(event)
        if len(events) > self._cap:
            excess = len(events) - self._cap * 9 // 10
            self._held = dropped + excess, events[excess:]

    def __len__(self) -> int:
        return len(self._held[1])

    @property
    def dropped(self) -> int:
        """How many events are no longer held."""
        return self._held[0]

    @property
    def count(self) -> int:
        """How many events there were, those no longer held included."""
        dropped, events = self._held
        return dropped + len(events)

    def rows(self) -> list[Row]:
        return [_row(event) for event in list(self._held[1])]

    def columns(self) -> dict[str, list[JSON]]:
        events = list(self._held[1])
        return {name: list(map(attrgetter(name), events)) for name in _NAMES}

    def row(self, key: JSON) -> Row | None:
        """The event with this ``seq``."""
        dropped, events = self._held
        if not isinstance(key, int) or not dropped <= key < dropped + len(events):
            return None
        return _row(events[key - dropped])

    def query(self, offset: int, limit: int, query: Query = NO_QUERY) -> tuple[int, list[Row]]:
        """How many events fit, and the rows of ``limit`` of them from ``offset`` on.

        A query's text is looked for in names and data, whatever its case.
        """
        dropped, events = self._held
        start, stop = max(0, offset), max(0, offset) + max(0, limit)
        if query == NO_QUERY:
            return len(events), [_row(event) for event in events[start:stop]]
        found = self._search.find(events, dropped, query)
        return len(found), [_row(events[position - dropped]) for position in found[start:stop]]

    def drain(self) -> list[Row]:
        """Nothing: a display is told how many events there are, and fetches those on screen."""
        return []


def _row(event: Event) -> Row:
    return dict(zip(_NAMES, _values(event), strict=True))
