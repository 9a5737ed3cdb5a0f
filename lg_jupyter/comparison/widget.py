"""The view of two runs side by side: an anywidget.

It speaks the language of :mod:`lg_jupyter.widgets.protocol`: one snapshot with all tables, and the call
``value``. A table that shows of both runs what a run's table shows of one has its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lg_jupyter.comparison.columns import Row
from lg_jupyter.comparison.compared_runs import ComparedRuns
from lg_jupyter.encode import to_plain_json
from lg_jupyter.events.events import JSON
from lg_jupyter.record.input_title import format_input_title, get_run_input_json
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.runtime.state import RunState
from lg_jupyter.tables.trace_changes import TraceChanges
from lg_jupyter.widgets.cell_previews import MAX_CELL_CHARACTERS, PREVIEW_CHARACTERS, preview_value
from lg_jupyter.widgets.endpoint import collect_methods, method
from lg_jupyter.widgets.live_widget import LiveWidget
from lg_jupyter.widgets.protocol import CallError, Message, make_snapshot
from lg_jupyter.widgets.snapshot_parts import split_snapshot

MAX_ROWS_WITH_LONG_CELLS = 500
"""Rows up to which long cells are pushed whole."""


class ComparisonWidget(LiveWidget):
    """Two runs side by side.

    Parameters
    ----------
    comparison
        The comparison; it does not change.
    record
        The class of the element with the static tables, which is hidden while this one lives.
    host
        The widget that it is drawn inside, if it has no comm of its own.
    """

    module = "compare"

    def __init__(
        self, comparison: ComparedRuns, record: str | None = None, host: LiveWidget | None = None
    ) -> None:
        self._tables = make_widget_tables(comparison)
        self._name = format_run_names(comparison)
        super().__init__(
            make_widget_summary(comparison, record),
            collect_methods(self),
            _make_mask_function(comparison),
            host=host,
        )

    def __repr__(self) -> str:
        return f"lg_jupyter: two runs of {self._name} side by side"

    def _send_snapshot(self) -> None:
        changes = TraceChanges(
            rows=shorten_cells(self._tables), text_deltas=[], event_and_token_counts={}, run_fields=None
        )
        for part in split_snapshot(make_snapshot(1, None, changes, {})):
            self.send(part)

    @method("value")
    def _get_cell_value(self, table: str, key: int, column: str) -> JSON:
        rows = self._tables.get(table, [])
        if not 0 <= key < len(rows) or column not in rows[key]:
            raise CallError(f"There is no such cell: {table}, row {key}, {column}.")
        value: JSON = rows[key][column]
        return to_plain_json(value)


def format_run_names(comparison: ComparedRuns) -> str:
    """The names of both runs, one if they have the same."""
    return " and ".join(dict.fromkeys((comparison.a.name, comparison.b.name)))


def make_widget_summary(comparison: ComparedRuns, record: str | None) -> Message:
    """The comparison in fields that a run's summary has."""
    stop = {"available": False, "hint": None}
    known = {
        "status": "success",
        "target": format_run_names(comparison),
        "source": "comparison",
        "stop": stop,
    }
    return {**known, "record": record}


def shorten_cells(tables: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """Every row, with long cells cut: the more rows there are, the shorter."""
    limit = (
        MAX_CELL_CHARACTERS
        if sum(map(len, tables.values())) <= MAX_ROWS_WITH_LONG_CELLS
        else PREVIEW_CHARACTERS
    )
    return {
        table: [{name: preview_value(value, limit) for name, value in row.items()} for row in rows]
        for table, rows in tables.items()
    }


def _make_mask_function(comparison: ComparedRuns) -> Callable[[str], str]:
    a, b = (get_run_state(run).redactor for run in (comparison.a, comparison.b))
    return lambda text: a.mask(b.mask(text))


def _make_input_title(run: RunState) -> str:
    """What a run was given, in a few words."""
    given = get_run_input_json(run)
    return "" if given is None else format_input_title(given)


def make_widget_tables(comparison: ComparedRuns) -> dict[str, list[Row]]:
    """What the page draws, by the names that it knows tables by."""
    rows = comparison.rows
    changed = [
        {**row, "seq": number, "timestamp": 0, "step": None, "nodes": []}
        for number, row in enumerate(rows["state"])
    ]
    return {
        "runs": [
            {**row, "title": _make_input_title(state)}
            for row, state in zip(rows["summary"], comparison.states, strict=True)
        ],
        "state_diffs": changed,
        "unchanged": list(comparison.unchanged()),
        "messages": rows["messages"],
        "tool_calls": rows["tool_calls"],
        "path": rows["path"],
        "tasks": rows["nodes"],
    }
