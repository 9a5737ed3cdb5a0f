"""What a page can ask about a run: its tables' rows, cells and states, its drawing, its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lg_jupyter.encode import plain
from lg_jupyter.events.events import JSON
from lg_jupyter.exports import code
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.schema import COUNTED, SCHEMAS
from lg_jupyter.tables.search import Query, keys_of_rows_with
from lg_jupyter.tables.states import part
from lg_jupyter.widgets.cells import PREVIEW, cell
from lg_jupyter.widgets.endpoint import method
from lg_jupyter.widgets.protocol import CallError

if TYPE_CHECKING:
    from lg_jupyter.tables import Row

Names = list[str] | None

MAX_ROWS = 1_000
"""The most rows that one call gives."""

_SEARCHED = [
    name for name, table in SCHEMAS.items() if name not in COUNTED and "json" in table.columns.values()
]
"""Tables with cells that may be too big to push; events are searched by their own query."""


class RunQueries:
    """What the front end can ask about a run.

    Parameters
    ----------
    run
        The run, at whatever point it is.
    """

    def __init__(self, run: RunState) -> None:
        self._run = run
        self._trace = run.trace

    @method()
    def events(
        self,
        offset: int = 0,
        limit: int = 100,
        modes: Names = None,
        namespaces: Names = None,
        nodes: Names = None,
        steps: tuple[int | None, int | None] | None = None,
        tasks: Names = None,
        messages: Names = None,
        tags: Names = None,
        text: str = "",
    ) -> JSON:
        """The rows of ``events`` from ``offset`` on that fit, ``data`` cut short, and how many fit."""
        query = Query.of(
            text,
            steps,
            modes=modes,
            namespaces=namespaces,
            nodes=nodes,
            tasks=tasks,
            messages=messages,
            tags=tags,
        )
        total, rows = self._trace.events.query(offset, min(limit, MAX_ROWS), query)
        return {"total": total, "rows": [_previewed(row) for row in rows]}

    @method()
    def event(self, seq: int) -> JSON:
        """One whole row of ``events``."""
        row = self._trace.row("events", seq)
        if row is None:
            raise CallError(f"Event {seq} is not held any more.")
        return plain(row)

    @method(apart=True)
    def search(self, text: str = "") -> JSON:
        """The keys of the rows, by table, that have a text in any of their cells, however big."""
        tables = [self._trace.tables[name] for name in _SEARCHED]
        return dict(keys_of_rows_with(tables, text))

    @method()
    def state(
        self,
        namespace: str = "",
        step: int | None = None,
        seq: int | None = None,
        path: str = "",
        offset: int = 0,
        limit: int = 200,
    ) -> JSON:
        """A whole state, or of a large one what :func:`lg_jupyter.tables.states.part` gives at once."""
        state = self._trace.states.at(namespace, step=step, seq=seq)
        return {
            "namespace": state.event.namespace,
            "step": state.step,
            "seq": state.event.seq,
            "timestamp": state.event.timestamp,
            "source": state.source,
            "path": path,
            **plain(part(state.values, path, offset, limit)),
        }

    @method()
    def value(self, table: str, key: str | int, column: str) -> JSON:
        """One whole cell. ``key`` is the row's key, in a table without keys its position."""
        row = self._trace.row(table, key)
        if row is None:
            raise CallError(f"There is no row {key!r} in {table}.")
        if column not in row:
            raise CallError(f"There is no column {column!r} in {table}.")
        return plain(row[column])

    @method(apart=True)
    def graph(self) -> JSON:
        """What the graph looks like."""
        return self._run.structure()

    @method()
    def code(self, language: str = "python") -> JSON:
        """The code that asks for the same run."""
        return {"text": str(code.write(self._run, language))}


def _previewed(row: Row) -> Row:
    return {**row, "data": cell(row["data"], PREVIEW)}
