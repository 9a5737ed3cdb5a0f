"""Finding events by mode, place, step and text, again and again while more of them come."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, NamedTuple

from lg_jupyter.events.events import JSON, JSONObject
from lg_jupyter.events.namespace import get_enclosing_node_names, get_enclosing_task_ids
from lg_jupyter.tables.base import Row, Table
from lg_jupyter.tables.event_log import EventEnvelope, EventLog

MAX_REMEMBERED_QUERIES = 8
"""How many filters remember what they found."""

MAX_REMEMBERED_VALUES = 100_000
"""How many nested values a text filter remembers to have looked into."""


NamesFilter = Iterable[str] | None
FindMessageTags = Callable[[str | None], Iterable[str]]
"""Gives the tags of the model call whose message has this id."""


class EventQuery(NamedTuple):
    """What events must be like: in each respect any of these, ``None`` allowing all."""

    modes: frozenset[str] | None = None
    namespaces: frozenset[str] | None = None
    text: str = ""
    nodes: frozenset[str] | None = None
    """Names of nodes; what runs inside a node is the node's, too."""
    steps: tuple[int | None, int | None] = (None, None)
    """First and last step, each counted in its own graph."""
    tasks: frozenset[str] | None = None
    """Ids of tasks, with the subgraphs that they run."""
    messages: frozenset[str] | None = None
    tags: frozenset[str] | None = None
    """Tags of the model call whose message an event is of."""

    @classmethod
    def from_filter_values(
        cls, text: str | None = None, steps: Iterable[int | None] | None = None, **sets: NamesFilter
    ) -> EventQuery:
        """A query of what a caller gives, ``None`` and an empty text being no restriction."""
        first, last = steps or (None, None)
        frozen = {name: None if given is None else frozenset(given) for name, given in sets.items()}
        return cls(text=(text or "").lower(), steps=(first, last), **frozen)

    def is_narrower_than(self, other: EventQuery) -> bool:
        """Whether every event found by this query is found by ``other`` too."""
        return self._replace(text=other.text) == other and other.text in self.text

    def matches_envelope(self, event: EventEnvelope) -> bool:
        """Whether an event is as queried in all but the text and the tags."""
        if self.modes is not None and event.mode not in self.modes:
            return False
        if self.namespaces is not None and event.namespace not in self.namespaces:
            return False
        if self.messages is not None and event.message_id not in self.messages:
            return False
        if self.nodes is not None and self.nodes.isdisjoint(
            {event.node, *get_enclosing_node_names(event.namespace)}
        ):
            return False
        if self.tasks is not None and self.tasks.isdisjoint(
            {event.task_id, *get_enclosing_task_ids(event.namespace)}
        ):
            return False
        return self._is_in_steps(event.step)

    def _is_in_steps(self, step: int | None) -> bool:
        first, last = self.steps
        if first is None and last is None:
            return True
        return step is not None and (first is None or step >= first) and (last is None or step <= last)


MATCH_ALL_QUERY = EventQuery()


class EventSearch:
    """Remembers, for the newest few queries, the positions found and how far it has looked.

    Positions count from the first event of the run, also when the first events are no longer held.
    """

    def __init__(self, find_message_tags: FindMessageTags) -> None:
        self._filters: OrderedDict[EventQuery, _QueryFilter] = OrderedDict()
        self._find_message_tags = find_message_tags

    def find_seqs(self, log: EventLog, query: EventQuery) -> list[int]:
        """The positions of the events that fit."""
        found = self._filters.pop(query, None) or self._make_filter_from_wider(query)
        self._filters[query] = found
        if len(self._filters) > MAX_REMEMBERED_QUERIES:
            self._filters.popitem(last=False)
        return found.update_found_seqs(log)

    def _make_filter_from_wider(self, query: EventQuery) -> _QueryFilter:
        """A new filter, which need not look again at what a wider one has left out."""
        wider = [known for other, known in self._filters.items() if query.is_narrower_than(other)]
        return _QueryFilter(
            query,
            self._find_message_tags,
            min(wider, key=lambda known: len(known.found_seqs), default=None),
        )


class _QueryFilter:
    def __init__(
        self, query: EventQuery, find_message_tags: FindMessageTags, wider: _QueryFilter | None
    ) -> None:
        self.found_seqs: list[int] = []
        self._query = query
        self._find_message_tags = find_message_tags
        self._matcher = _TextMatcher(query.text) if query.text else None
        self._candidates = [] if wider is None else list(wider.found_seqs)
        self.searched_until: int = 0 if wider is None else wider.searched_until

    def update_found_seqs(self, log: EventLog) -> list[int]:
        """Look at what is new in the log, and forget what is no longer there."""
        first, end = log.first_seq, log.first_seq + len(log)
        fresh = [*self._candidates, *range(max(self.searched_until, first), end)]
        self._candidates = []
        self.searched_until = end
        del self.found_seqs[: bisect_left(self.found_seqs, first)]
        fits = self._matches
        self.found_seqs += [at for at in fresh if at >= first and fits(log, at - first)]
        return self.found_seqs

    def _matches(self, log: EventLog, position: int) -> bool:
        envelope = log.envelopes[position]
        tags = self._query.tags
        if not self._query.matches_envelope(envelope):
            return False
        if tags is not None and tags.isdisjoint(self._find_message_tags(envelope.message_id)):
            return False
        return self._matcher is None or self._matcher.matches_event(envelope, log.payloads[position])


def find_row_keys_with_text_by_table(tables: Iterable[Table], text: str) -> dict[str, list[Any]]:
    """The rows of tables that have a text in a cell, whatever its case: their keys, or where there are none
    their positions, by the table's name."""
    matcher = _TextMatcher(text.lower())
    found = {
        table.schema.name: [
            position if table.schema.key is None else row[table.schema.key]
            for position, row in enumerate(table.rows())
            if matcher.matches_row(row)
        ]
        for table in tables
    }
    return {name: keys for name, keys in found.items() if keys}


class _TextMatcher:
    """Looks for a text in keys and values, without regard to case.

    States share what did not change, so what was looked into once is remembered by identity, and held, so
    that its identity stays true.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._remembered_matches: dict[int, tuple[JSON, bool]] = {}
        self._remembered_name_matches: dict[str | None, bool] = {None: False}

    def matches_event(self, event: EventEnvelope, data: JSON) -> bool:
        return any(map(self._name_contains_text, _get_searched_names(event))) or self._value_contains_text(
            data
        )

    def matches_row(self, row: Row) -> bool:
        return any(self._value_contains_text(value) for value in row.values() if value is not None)

    def _name_contains_text(self, name: str | None) -> bool:
        """The same for keys and other texts of which there are few."""
        found = self._remembered_name_matches.get(name)
        if found is None:
            assert name is not None
            found = self._remembered_name_matches[name] = self._text in name.lower()
        return found

    def _value_contains_text(self, value: JSON) -> bool:
        if isinstance(value, str):
            return self._text in value.lower()
        if isinstance(value, dict):
            return self._value_contains_text_cached(value)
        if value is None or isinstance(value, bool):
            return self._text in _JSON_LITERALS[value]
        if isinstance(value, (int, float)):
            return self._text in str(value)
        return any(map(self._value_contains_text, value))

    def _value_contains_text_cached(self, value: JSONObject) -> bool:
        known = self._remembered_matches.get(id(value))
        if known is not None:
            return known[1]
        found = any(map(self._name_contains_text, value)) or any(
            map(self._value_contains_text, value.values())
        )
        if len(self._remembered_matches) >= MAX_REMEMBERED_VALUES:
            self._remembered_matches.clear()
        self._remembered_matches[id(value)] = value, found
        return found


_get_searched_names = attrgetter("mode", "namespace", "node", "task_id", "message_id", "checkpoint_id")

_JSON_LITERALS = {True: "true", False: "false", None: "null"}
