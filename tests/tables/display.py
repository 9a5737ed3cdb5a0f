"""A display that knows only what it is told, and must show what the trace has."""

from __future__ import annotations

from typing import Any

from lg_jupyter.tables import SCHEMAS
from lg_jupyter.tables.trace import Trace
from lg_jupyter.tables.trace_changes import TraceChanges


class Display:
    """Applies what it is told as the front end does."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[Any, dict[str, Any]]] = {name: {} for name in SCHEMAS}
        self.logs: dict[str, list[Any]] = {name: [] for name, schema in SCHEMAS.items() if schema.key is None}
        self.texts: dict[tuple[str, str], str] = {}

    def apply(self, changes: TraceChanges) -> None:
        for name, rows in changes.rows.items():
            key = SCHEMAS[name].key
            for row in rows:
                if key is None:
                    self.logs[name].append(row)
                else:
                    self.rows[name].setdefault(row[key], {}).update(row)
        for message_id, kind, offset, text in changes.text_deltas:
            known = self.texts.get((message_id, kind), "")
            assert offset <= len(known)
            self.texts[message_id, kind] = known[:offset] + text

    def must_show(self, trace: Trace) -> None:
        for name in ("tasks", "namespaces", "checkpoints", "interrupts"):
            assert list(self.rows[name].values()) == trace.rows(name), name
        assert self.logs["custom"] == trace.rows("custom")
        for told, row in zip(self.logs["state_diffs"], trace.rows("state_diffs"), strict=True):
            assert told in (row, {**row, "step": None})  # a step may become known after its state
        whole = trace.rows("messages")
        for row in whole:
            for kind in ("text", "reasoning"):
                assert self.texts.get((row["message_id"], kind), "") == row.pop(kind)
        assert list(self.rows["messages"].values()) == whole
