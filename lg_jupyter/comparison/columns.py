"""The columns of a comparison's frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lg_jupyter.tables.columns import ColumnKind

Row = dict[str, Any]
ColumnKinds = Mapping[str, ColumnKind]


def _add_run_suffixes(**columns: ColumnKind) -> ColumnKinds:
    return {f"{name}_{side}": kind for name, kind in columns.items() for side in "ab"}


SUMMARY_COLUMNS: ColumnKinds = {
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
NODE_COLUMNS: ColumnKinds = {
    "namespace": "category",
    "node": "category",
    "occurrence": "int",
    **_add_run_suffixes(
        step="int",
        status="category",
        latency="float",
        messages="int",
        input_tokens="int",
        output_tokens="int",
    ),
    "latency_change": "float",
}
MESSAGE_COLUMNS: ColumnKinds = {
    "namespace": "category",
    "node": "category",
    "role": "category",
    "occurrence": "int",
    **_add_run_suffixes(text="string"),
    "same": "json",
    "words_kept": "int",
    "words_added": "int",
    "words_removed": "int",
    **_add_run_suffixes(message_id="string"),
}
TOOL_CALL_COLUMNS: ColumnKinds = {
    "namespace": "category",
    "node": "category",
    "name": "category",
    "occurrence": "int",
    **_add_run_suffixes(args="json", result="string"),
    "same": "json",
}
STATE_COLUMNS: ColumnKinds = {
    "namespace": "category",
    "key": "category",
    "path": "string",
    "op": "category",
    "before": "json",
    "after": "json",
}
PATH_COLUMNS: ColumnKinds = {
    "in": "category",
    "namespace": "category",
    "node": "category",
    **_add_run_suffixes(position="int", step="int"),
}


COLUMNS_BY_TABLE: Mapping[str, ColumnKinds] = {
    "summary": SUMMARY_COLUMNS,
    "nodes": NODE_COLUMNS,
    "messages": MESSAGE_COLUMNS,
    "tool_calls": TOOL_CALL_COLUMNS,
    "state": STATE_COLUMNS,
    "path": PATH_COLUMNS,
}
"""The columns of each table, and their kinds."""
