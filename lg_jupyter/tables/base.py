"""What every table can do: take facts, give rows and columns, and tell a display what changed.

A table names in :meth:`Table.get_fact_handlers` the facts it reduces; whoever feeds it calls those handlers
and no others, so that a table costs nothing for what it does not look at. Tables have no clock and do no I/O.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol, TypeAlias

from lg_jupyter.events.events import JSON, Event, JSONObject
from lg_jupyter.tables.columns import TableSchema

MAX_ROWS_AFTER_TRIM = 20_000
"""Rows of what is over that a table keeps when a run is too large to be held whole."""

Row: TypeAlias = JSONObject
FactHandler: TypeAlias = Callable[[Event, Any], None]


class FactReducer(Protocol):
    """What is made of facts."""

    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        """By type of fact, what is to be called with each event and its fact."""


def merge_handlers_by_fact_name(*reducers: Mapping[type, FactHandler]) -> dict[str, tuple[FactHandler, ...]]:
    """The handlers of several reducers by what a type of fact is called, in the order of their calls.

    By the name: if modules are loaded anew while a run goes on, its facts are of other classes from then on.
    """
    all_of: dict[str, tuple[FactHandler, ...]] = {}
    for handlers in reducers:
        for fact_type, handler in handlers.items():
            name = fact_type.__name__
            all_of[name] = (*all_of.get(name, ()), handler)
    return all_of


class Table(ABC):
    """A reducer from facts to the rows of one table, in order of first appearance."""

    schema: ClassVar[TableSchema]

    @abstractmethod
    def get_fact_handlers(self) -> Mapping[type, FactHandler]:
        """By type of fact, what is to be called with each event and its fact."""

    def feed(self, event: Event) -> None:
        """Reduce the facts of one event."""
        handlers = self.get_fact_handlers()
        for fact in event.facts:
            handler = handlers.get(type(fact))
            if handler is not None:
                handler(event, fact)

    @abstractmethod
    def __len__(self) -> int:
        """The number of rows."""

    @abstractmethod
    def rows(self) -> list[Row]:
        """Every row, as a dict in the schema's order of columns; nested values are not copied."""

    def columns(self) -> dict[str, list[Any]]:
        """Every column, as a list with one item per row."""
        rows = self.rows()
        return {name: [row[name] for row in rows] for name in self.schema.column_kinds}

    @abstractmethod
    def row(self, key: JSON) -> Row | None:
        """The row of this key, or where a table has no key at this position; ``None`` if there is none."""

    @abstractmethod
    def take_changes(self) -> list[Row]:
        """Rows that are new or other than they were at the last call."""

    def trim_before(self, seq: int, time: float) -> None:  # noqa: B027 - not every table can
        """Hold no more what the events before this one brought, but what the run cannot be read without."""


class KeyedTable(Table):
    """Rows that change after they appear, each known by its key."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._row_by_key: dict[JSON, Row] = {}
        self._changed_rows: dict[int, Row] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self) -> list[Row]:
        return [dict(row) for row in list(self._rows)]

    def row(self, key: JSON) -> Row | None:
        row = self._row_by_key.get(key)
        return None if row is None else dict(row)

    def take_changes(self) -> list[Row]:
        changed, self._changed_rows = self._changed_rows, {}
        return [dict(row) for row in changed.values()]

    def _trim_ended_rows(
        self, time: float, emptied_columns: Sequence[str], max_rows: int = MAX_ROWS_AFTER_TRIM
    ) -> None:
        """Empty these cells of what was over before ``time``; leave out the oldest beyond ``max_rows``."""
        too_many = len(self._rows) - max_rows
        kept: list[Row] = []
        for at, row in enumerate(self._rows):
            over = row.get("end_time", row.get("timestamp"))
            is_old = isinstance(over, (int, float)) and over < time
            if is_old and at < too_many:
                continue
            if is_old:
                row.update(dict.fromkeys(emptied_columns))
            kept.append(row)
        self._row_by_key = {row[self.schema.key or ""]: row for row in kept}
        self._rows = kept  # replaced whole: another thread may be reading

    def _add_row(self, key: JSON, **values: JSON) -> Row:
        row: Row = {**dict.fromkeys(self.schema.column_kinds), **values}
        self._rows.append(row)
        self._row_by_key[key] = row
        self._changed_rows[id(row)] = row
        return row

    def _update_row(self, row: Row, **values: JSON) -> None:
        row.update(values)
        self._changed_rows[id(row)] = row


class LogTable(Table):
    """Rows that never change: tuples in the schema's order of columns."""

    def __init__(self) -> None:
        self._logged_rows: list[tuple[JSON, ...]] = []
        self._taken_count = 0

    def __len__(self) -> int:
        return len(self._logged_rows)

    def rows(self) -> list[Row]:
        return self._make_row_dicts(self._get_logged_rows())

    def columns(self) -> dict[str, list[Any]]:
        names = self.schema.column_kinds
        log = list(self._get_logged_rows())
        if not log:
            return {name: [] for name in names}
        return {name: list(column) for name, column in zip(names, zip(*log, strict=True), strict=True)}

    def row(self, key: JSON) -> Row | None:
        if not isinstance(key, int) or not 0 <= key < len(self._logged_rows):
            return None
        return self._make_row_dicts([self._get_logged_rows()[key]])[0]

    def take_changes(self) -> list[Row]:
        fresh = self._get_logged_rows()[self._taken_count :]
        self._taken_count += len(fresh)
        return self._make_row_dicts(fresh)

    def trim_before(self, seq: int, time: float) -> None:
        log = self._get_logged_rows()
        kept = [row for row in log if isinstance(row[0], int) and row[0] >= seq]
        self._taken_count = max(0, self._taken_count - (len(log) - len(kept)))
        self._logged_rows = kept

    def _get_logged_rows(self) -> list[tuple[JSON, ...]]:
        return self._logged_rows

    def _make_row_dicts(self, log: list[tuple[JSON, ...]]) -> list[Row]:
        names = self.schema.column_kinds
        return [dict(zip(names, values, strict=True)) for values in log]


def seconds_between(start: float | None, end: float | None) -> float | None:
    """The seconds from ``start`` to ``end``, ``None`` if either is unknown."""
    return None if start is None or end is None else end - start
