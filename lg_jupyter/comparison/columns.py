"""The columns of a comparison's frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lg_jupyter.tables.columns import ColumnKind

Row = dict[str, Any]
Columns = Mapping[str, ColumnKind]

_PLACE: Columns = {"namespace": "category", "node": "category", "occurrence": "int"}


def _columns_of_both_runs(**columns: ColumnKind) -> Columns:
    return {f"{name}_{side}": kind for name, kind in columns.items() for side in "ab"}


SUMMARY: Columns = {
    "run": "category",
    "run_id": "string",
    "name": "category",
    "status": "category",
    "error": "string",
    "latency": "float",
    "steps": "int",
    "tasks": "int",
    "messages": "int",
    "tool_calls": "int",
    "input_tokens": "int",
    "output_tokens": "int",
    "cost": "float",
    "unpriced_calls": "int",
}
NODES: Columns = {
    **_PLACE,
    **_columns_of_both_runs(
        step="int",
        status="category",
        latency="float",
        messages="int",
        input_tokens="int",
        output_tokens="int",
    ),
    "latency_change": "float",
}
MESSAGES: Columns = {
    "namespace": "category",
    "node": "category",
    "role": "category",
    "occurrence": "int",
    **_columns_of_both_runs(text="string"),
    "same": "json",
    "words_kept": "int",
    "words_added": "int",
    "words_removed": "int",
    **_columns_of_both_runs(message_id="string"),
}
TOOL_CALLS: Columns = {
    "namespace": "category",
    "node": "category",
    "name": "category",
    "occurrence": "int",
    **_columns_of_both_runs(args="json", result="string"),
    "same": "json",
}
STATE: Columns = {
    "namespace": "category",
    "key": "category",
    "path": "string",
    "op": "category",
    "before": "json",
    "after": "json",
}
PATH: Columns = {
    "in": "category",
    "namespace": "category",
    "node": "category",
    **_columns_of_both_runs(position="int", step="int"),
}


COLUMNS: Mapping[str, Columns] = {
    "summary": SUMMARY,
    "nodes": NODES,
    "messages": MESSAGES,
    "tool_calls": TOOL_CALLS,
    "state": STATE,
    "path": PATH,
}
"""The columns of each frame."""
