"""The rows of a comparison, of what was aligned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lg_jupyter.comparison.columns import Row
from lg_jupyter.comparison.word_counts import count_word_changes
from lg_jupyter.encode import to_plain_json
from lg_jupyter.encode.messages import is_message_dict
from lg_jupyter.events.events import JSON
from lg_jupyter.run import Run
from lg_jupyter.tables.usage import Usage


def make_summary_row(run: Run, side: str) -> Row:
    with run.lock:
        trace = run.trace
        failure, usage = trace.failure, trace.token_usage.with_zeros_as_unknown
        costs = trace.model_calls.costs
        return {
            "run": side,
            "run_id": run.id,
            "name": run.name,
            "status": trace.status,
            "error": failure and failure.headline,
            "latency": trace.elapsed(),
            "steps": trace.root_step_count,
            "tasks": len(trace.tables["tasks"]),
            "messages": trace.messages.produced_count,
            "tool_calls": sum(len(row["tool_calls"] or ()) for row in trace.messages.list_produced_rows()),
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cost": costs.cost,
            "unpriced_calls": costs.unpriced_calls,
        }


def group_messages_by_task(messages: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in messages:
        if row["task_id"] is not None:
            found.setdefault(row["task_id"], []).append(row)
    return found


def make_node_row(key: Any, pair: tuple[Row | None, Row | None], by_task: list[dict[str, list[Row]]]) -> Row:
    namespace, node, occurrence = key
    row: Row = {"namespace": namespace, "node": node, "occurrence": occurrence}
    for side, task, messages_of in zip("ab", pair, by_task, strict=True):
        for name in ("step", "status", "latency"):
            row[f"{name}_{side}"] = task and task[name]
        messages = messages_of.get(task["task_id"], []) if task else []
        usage = Usage.sum_over_rows(messages).with_zeros_as_unknown
        row[f"messages_{side}"] = len(messages) or None
        row[f"input_tokens_{side}"], row[f"output_tokens_{side}"] = usage.input_tokens, usage.output_tokens
    times = row["latency_a"], row["latency_b"]
    row["latency_change"] = None if None in times else times[1] - times[0]
    return row


def make_message_row(key: Any, a: Row | None, b: Row | None) -> Row:
    namespace, node, role, occurrence = key
    texts = [None if one is None else one["text"] or "" for one in (a, b)]
    counts = count_word_changes(*((text or "") for text in texts))
    return {
        "namespace": namespace,
        "node": node,
        "role": role,
        "occurrence": occurrence,
        "text_a": texts[0],
        "text_b": texts[1],
        "same": texts[0] == texts[1],
        "words_kept": counts.kept,
        "words_added": counts.added,
        "words_removed": counts.removed,
        "message_id_a": a and a["message_id"],
        "message_id_b": b and b["message_id"],
    }


def iter_message_tool_calls(messages: list[Row]) -> Iterator[Row]:
    results = {row["tool_call_id"]: row["text"] for row in messages if row["tool_call_id"]}
    for row in messages:
        for tool_call in row["tool_calls"] or ():
            yield {
                "namespace": row["namespace"],
                "node": row["node"],
                "name": tool_call.get("name"),
                "args": to_plain_json(tool_call.get("args")),
                "result": results.get(tool_call.get("id")),
            }


def make_tool_call_row(key: Any, a: Row | None, b: Row | None) -> Row:
    namespace, node, name, occurrence = key
    row: Row = {"namespace": namespace, "node": node, "name": name, "occurrence": occurrence}
    for side, tool_call in (("a", a), ("b", b)):
        for field in ("args", "result"):
            row[f"{field}_{side}"] = tool_call and tool_call[field]
    row["same"] = a is not None and b is not None and (a["args"], a["result"]) == (b["args"], b["result"])
    return row


def remove_generated_ids(value: JSON) -> JSON:
    """A state without the ids that every run gives anew to its messages and their calls of tools."""
    if isinstance(value, list):
        return [remove_generated_ids(item) for item in value]
    if not isinstance(value, dict):
        return value
    left_out: frozenset[str] = frozenset()
    if is_message_dict(value):
        left_out = frozenset({"id", "tool_call_id"})
    elif "name" in value and "args" in value:
        left_out = frozenset({"id"})
    return {name: remove_generated_ids(item) for name, item in value.items() if name not in left_out}
