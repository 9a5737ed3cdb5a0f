"""Two runs side by side as data: what they did alike, and where they parted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from lg_jupyter.comparison import align
from lg_jupyter.comparison.columns import COLUMNS_BY_TABLE, Row
from lg_jupyter.comparison.rows import (
    group_messages_by_task,
    iter_message_tool_calls,
    make_message_row,
    make_node_row,
    make_summary_row,
    make_tool_call_row,
    remove_generated_ids,
)
from lg_jupyter.encode import to_plain_json
from lg_jupyter.events.events import JSONObject
from lg_jupyter.exports.frames import make_frame
from lg_jupyter.run import Run, get_run_of_state
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.tables.columns import TableSchema
from lg_jupyter.tables.state_history import diff_states

if TYPE_CHECKING:
    import pandas as pd


class ComparedRuns:
    """What two runs did, aligned: the frames that :class:`lg_jupyter.Comparison` shows."""

    def __init__(self, a: Run, b: Run) -> None:
        self.states = (get_run_state(a), get_run_state(b))  # by which nobody is taken to hold the runs
        self._table_rows: list[dict[str, list[Row]]] = []
        self._states: list[JSONObject] = []
        for run in (a, b):
            with run.lock:
                self._table_rows.append(
                    {"tasks": run.trace.rows("tasks"), "messages": run.trace.messages.list_produced_rows()}
                )
                states = run.trace.states
                ends = {
                    name: to_plain_json(states.find_state(name).values)
                    for name in states.list_namespaces_with_task_ids_removed()
                }
            self._states.append({name: remove_generated_ids(values) for name, values in ends.items()})

    @property
    def a(self) -> Run:
        return get_run_of_state(self.states[0])

    @property
    def b(self) -> Run:
        return get_run_of_state(self.states[1])

    @cached_property
    def summary(self) -> pd.DataFrame:
        return self._make_frame("summary")

    @cached_property
    def nodes(self) -> pd.DataFrame:
        return self._make_frame("nodes")

    @cached_property
    def messages(self) -> pd.DataFrame:
        return self._make_frame("messages")

    @cached_property
    def tool_calls(self) -> pd.DataFrame:
        return self._make_frame("tool_calls")

    @cached_property
    def state(self) -> pd.DataFrame:
        return self._make_frame("state")

    @cached_property
    def path(self) -> pd.DataFrame:
        return self._make_frame("path")

    def _make_frame(self, table: str) -> pd.DataFrame:
        columns, rows = COLUMNS_BY_TABLE[table], self.rows[table]
        frame = make_frame(
            TableSchema("comparison", "", dict(columns)),
            {name: [row[name] for row in rows] for name in columns},
        )
        for name in frame.columns.intersection(["same"]):
            frame[name] = frame[name].astype("bool")
        return frame

    @cached_property
    def rows(self) -> Mapping[str, list[Row]]:
        """The rows of each table, by its name."""
        a, b = self._table_rows
        tasks = [align.index_rows_by_occurrence(table["tasks"]) for table in (a, b)]
        messages = [align.index_rows_by_occurrence(table["messages"], "role") for table in (a, b)]
        calls = [
            align.index_rows_by_occurrence(iter_message_tool_calls(table["messages"]), "name")
            for table in (a, b)
        ]
        by_task = [group_messages_by_task(table["messages"]) for table in (a, b)]
        return {
            "summary": [make_summary_row(run, side) for run, side in ((self.a, "a"), (self.b, "b"))],
            "nodes": [make_node_row(key, pair, by_task) for key, pair in align.align_rows(*tasks)],
            "messages": [make_message_row(key, *pair) for key, pair in align.align_rows(*messages)],
            "tool_calls": [make_tool_call_row(key, *pair) for key, pair in align.align_rows(*calls)],
            "state": list(self._iter_end_state_differences()),
            "path": list(align.align_paths(a["tasks"], b["tasks"])),
        }

    def _iter_end_state_differences(self) -> Iterator[Row]:
        a, b = self._states
        for name in self._list_common_namespaces():
            yield from ({"namespace": name, **row} for row in diff_states(a[name], b[name]))

    def unchanged(self) -> Iterator[Row]:
        """The keys that are the same in both end states, each with its ``namespace`` and ``value``."""
        a, b = self._states
        for name in self._list_common_namespaces():
            one, other = a[name], b[name]
            if isinstance(one, dict) and isinstance(other, dict):
                for key in one:
                    if key in other and one[key] == other[key]:
                        yield {"namespace": name, "key": key, "value": one[key]}

    def _list_common_namespaces(self) -> list[str]:
        a, b = self._states
        return [name for name in a if name in b]

    @property
    def same_path(self) -> bool:
        """Whether both executed the same nodes in the same order."""
        return all(row["in"] == "both" for row in self.rows["path"])
