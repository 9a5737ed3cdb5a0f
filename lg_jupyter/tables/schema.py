"""The tables: names, columns, kinds. What frames, the saved file, the widget and the documents share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["int", "float", "string", "category", "time", "json"]
"""How a column is held: ``time`` is seconds since the epoch here and a UTC timestamp in frames;
``float`` durations are seconds; ``json`` is a nested value left whole."""


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table's name, its key column (``None``: rows are only appended), its columns in order."""

    name: str
    key: str | None
    columns: dict[str, Kind]


def _table(name: str, key: str | None, **columns: Kind) -> TableSchema:
    return TableSchema(name, key, columns)


SCHEMAS: dict[str, TableSchema] = {
    schema.name: schema
    for schema in (
        _table(
            "events",
            "seq",
            seq="int",
            timestamp="time",
            mode="category",
            namespace="category",
            node="category",
            step="int",
            task_id="string",
            message_id="string",
            run_id="category",
            thread_id="category",
            checkpoint_id="string",
            data="json",
        ),
        _table(
            "tasks",
            "task_id",
            task_id="string",
            parent_task_id="string",
            namespace="category",
            node="category",
            step="int",
            status="category",
            start_time="time",
            end_time="time",
            latency="float",
            error="json",
            input="json",
            result="json",
            triggers="json",
            interrupts="json",
        ),
        _table(
            "messages",
            "message_id",
            message_id="string",
            namespace="category",
            node="category",
            step="int",
            task_id="string",
            role="category",
            name="string",
            text="string",
            reasoning="string",
            tool_calls="json",
            tool_call_id="string",
            chunk_count="int",
            start_time="time",
            first_token_time="time",
            end_time="time",
            latency="float",
            time_to_first_token="float",
            input_tokens="int",
            output_tokens="int",
            total_tokens="int",
            model="category",
            tags="json",
            agent_name="category",
        ),
        _table(
            "tokens",
            None,
            seq="int",
            timestamp="time",
            message_id="string",
            namespace="category",
            node="category",
            kind="category",
            text="string",
        ),
        _table(
            "state_diffs",
            None,
            seq="int",
            timestamp="time",
            namespace="category",
            step="int",
            nodes="json",
            key="category",
            path="string",
            op="category",
            before="json",
            after="json",
        ),
        _table(
            "checkpoints",
            "checkpoint_id",
            checkpoint_id="string",
            parent_checkpoint_id="string",
            thread_id="category",
            namespace="category",
            step="int",
            source="category",
            timestamp="time",
            next="json",
            values="json",
        ),
        _table(
            "namespaces",
            "namespace",
            namespace="string",
            parent="string",
            node="category",
            graph_name="category",
            depth="int",
            status="category",
            start_time="time",
            end_time="time",
            latency="float",
            task_count="int",
            message_count="int",
            input_tokens="int",
            output_tokens="int",
            tool_call_id="string",
        ),
        _table(
            "custom",
            None,
            seq="int",
            timestamp="time",
            namespace="category",
            node="category",
            data="json",
        ),
        _table(
            "interrupts",
            "interrupt_id",
            interrupt_id="string",
            namespace="category",
            node="category",
            task_id="string",
            value="json",
            response_schema="json",
            status="category",
            resumed_with="json",
        ),
    )
}
"""Every table by name, in the order in which documents list them."""
