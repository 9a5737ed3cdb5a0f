"""What a page can ask about a run: its tables' rows, cells and states, its drawing, its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_jupyter.adapter.event_text import format_event_data
from lg_jupyter.encode import Encoder, to_plain_json
from lg_jupyter.events.events import JSON
from lg_jupyter.exports import code
from lg_jupyter.exports.calls import PROMPT_FORMATTERS, ModelCall, PromptFormat
from lg_jupyter.exports.chat import rows_to_chat_messages
from lg_jupyter.runtime.state import RunState
from lg_jupyter.runtime.store import read_store_items
from lg_jupyter.sources.structure import Structure  # not for types alone: a call resolves them
from lg_jupyter.tables.schema import SCHEMAS, TABLES_SENT_AS_COUNTS
from lg_jupyter.tables.search import EventQuery, find_row_keys_with_text_by_table
from lg_jupyter.tables.state_history import make_state_page
from lg_jupyter.widgets.cell_previews import PREVIEW_CHARACTERS, preview_large_cells, preview_value
from lg_jupyter.widgets.endpoint import method
from lg_jupyter.widgets.protocol import CallError

if TYPE_CHECKING:
    from lg_jupyter.tables import Row

NamesOrNone = list[str] | None

MAX_EVENTS_PER_CALL = 1_000
"""The most rows that one call gives."""

_SEARCHED_TABLES = [
    name
    for name, table in SCHEMAS.items()
    if name not in TABLES_SENT_AS_COUNTS and "json" in table.column_kinds.values()
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

    @method("events")
    def find_events(
        self,
        offset: int = 0,
        limit: int = 100,
        modes: NamesOrNone = None,
        namespaces: NamesOrNone = None,
        nodes: NamesOrNone = None,
        steps: tuple[int | None, int | None] | None = None,
        tasks: NamesOrNone = None,
        messages: NamesOrNone = None,
        tags: NamesOrNone = None,
        text: str = "",
    ) -> JSON:
        """The rows of ``events`` from ``offset`` on that fit, and how many do.

        Of each, ``data`` is cut short, and ``text`` says the same in words.
        """
        query = EventQuery.from_filter_values(
            text,
            steps,
            modes=modes,
            namespaces=namespaces,
            nodes=nodes,
            tasks=tasks,
            messages=messages,
            tags=tags,
        )
        total, rows = self._trace.events.find_match_count_and_page(
            offset, min(limit, MAX_EVENTS_PER_CALL), query
        )
        return {"total": total, "rows": [preview_event_row(row) for row in rows]}

    @method("event")
    def get_event(self, seq: int) -> JSON:
        """One whole row of ``events``."""
        row = self._trace.row("events", seq)
        if row is None:
            raise CallError(f"Event {seq} is not held any more.")
        return to_plain_json(row)

    @method("messages")
    def get_chat_messages(self, ids: NamesOrNone = None) -> JSON:
        """The messages of these ids, by default all, as LangChain and chat models take them."""
        wanted = None if ids is None else set(ids)
        rows = self._trace.rows("messages")
        return to_plain_json(
            rows_to_chat_messages(row for row in rows if wanted is None or row["message_id"] in wanted)
        )

    @method("search", threaded=True)
    def find_rows_with_text(self, text: str = "") -> JSON:
        """The keys of the rows, by table, that have a text in any of their cells, however big."""
        tables = [self._trace.tables[name] for name in _SEARCHED_TABLES]
        return dict(find_row_keys_with_text_by_table(tables, text))

    @method("state")
    def get_state_page(
        self,
        namespace: str = "",
        step: int | None = None,
        seq: int | None = None,
        path: str = "",
        offset: int = 0,
        limit: int = 200,
    ) -> JSON:
        """A whole state, or a page, as :func:`~lg_jupyter.tables.state_history.make_state_page` gives."""
        state = self._trace.states.find_state(namespace, step=step, seq=seq)
        return {
            "namespace": state.event.namespace,
            "step": state.step,
            "seq": state.event.seq,
            "timestamp": state.event.timestamp,
            "source": state.source,
            "path": path,
            **to_plain_json(make_state_page(state.values, path, offset, limit)),
        }

    @method("value")
    def get_cell_value(self, table: str, key: str | int, column: str, limit: int | None = None) -> JSON:
        """One whole cell, or of one with more than ``limit`` characters of JSON its size and beginning.

        ``key`` is the row's key, in a table without keys its position.
        """
        row = self._trace.row(table, key)
        if row is None:
            raise CallError(f"There is no row {key!r} in {table}.")
        if column not in row:
            raise CallError(f"There is no column {column!r} in {table}.")
        return to_plain_json(row[column]) if limit is None else preview_value(row[column], limit)

    @method("store_items", threaded=True)
    def list_store_items(self, namespace: list[str] | None = None) -> JSON:
        """What the store holds now in a namespace and below, big ones by their size and beginning."""
        encoder = Encoder(self._run.redactor)
        items: list[Any] = [encoder.encode(item) for item in read_store_items(self._run, namespace or ())]
        return {"items": [preview_large_cells(item) for item in items]}

    @method("graph", threaded=True)
    def get_graph_structure(self) -> Structure:
        """What the graph looks like."""
        return self._run.structure()

    @method("failure")
    def get_failure_traceback(self) -> JSON:
        """The exception with which the run failed, and what caused it; none of a run on a server."""
        failure = self._trace.failure
        return {"traceback": [] if failure is None else to_plain_json(failure.traceback)}

    @method("prompt")
    def format_prompt(self, call_id: str, form: PromptFormat = "json") -> JSON:
        """What a model was given, as text: of OpenAI the messages, of Python what gives it again."""
        row = self._trace.row("model_calls", call_id)
        if row is None:
            raise CallError(f"There is no call {call_id!r} of a model.")
        return {"text": PROMPT_FORMATTERS[form](ModelCall(row, self._run.source))}

    @method("code")
    def generate_run_code(self, language: str = "python") -> JSON:
        """The code that asks for the same run."""
        return {"text": str(code.generate_code(self._run, language))}


def preview_event_row(row: Row) -> Row:
    """A row of ``events`` as it is listed: ``data`` cut short, and in words."""
    data = row["data"]
    return {
        **row,
        "data": preview_value(data, PREVIEW_CHARACTERS),
        "text": format_event_data(row["mode"], data, PREVIEW_CHARACTERS // 2),
    }
