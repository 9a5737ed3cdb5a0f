"""Limits that end a run: which was met, where, and which setting governs it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lg_jupyter.events.namespace import make_child_namespace
from lg_jupyter.tables.failures import find_failed_task
from lg_jupyter.text.words import format_count, format_namespace, format_row_place

if TYPE_CHECKING:
    from lg_jupyter.tables import Row
    from lg_jupyter.tables.trace import Trace


def make_limit_note(trace: Trace, error: Mapping[str, str] | None) -> str | None:
    """What to say of a run that failed with ``error`` because it met limits; ``None`` of any other."""
    if error is None:
        return None
    return " ".join(_iter_limit_sentences(trace, error, find_failed_task(error, trace.rows("tasks")))) or None


def _iter_limit_sentences(trace: Trace, error: Mapping[str, str], task: Row | None) -> Iterator[str]:
    if error["error"] == "GraphRecursionError":
        yield _format_recursion_limit(trace, error["message"], task)
    elif error["error"] == "NodeTimeoutError":
        yield _format_node_timeout(error["message"], task)
    if task is not None and task["retries"]:
        tries = len(task["retries"]) + 1
        setting = f"retry_policy=… in add_node({task['node']!r}, …)"
        node = _format_node_place(task)
        yield f"{node} failed {tries} times, and is not tried again: {setting} governs that."


def _format_recursion_limit(trace: Trace, message: str, caller: Row | None) -> str:
    """The graph that goes round is the root, or that of the innermost task that failed."""
    namespace = ""
    if caller is not None:
        namespace = make_child_namespace(caller["namespace"], caller["node"], caller["task_id"])
    ran = [row for row in trace.rows("tasks") if row["namespace"] == namespace]
    graph = f"The subgraph {format_namespace(namespace)}" if namespace else "It"
    last = f" after {ran[-1]['node']}" if ran else ""
    found = re.search(r"limit of (\d+)", message)
    limit = f" of {format_count(int(found[1]), 'step')}" if found else " of steps"
    return f"{graph} met its limit{limit}{last}: config={{'recursion_limit': …}} sets another."


def _format_node_timeout(message: str, task: Row | None) -> str:
    found = re.search(r"'(.+)' exceeded its (run|idle) timeout of ([\d.]+)s", message)
    limit = f" of {float(found[3]):g} s{' without a sign of life' * (found[2] == 'idle')}" if found else ""
    node = repr(task["node"]) if task else repr(found[1]) if found else "…"
    place = _format_node_place(task) if task else f"The node {found[1]}" if found else "A node"
    return f"{place} met its time limit{limit}: timeout=… in add_node({node}, …) sets another."


def _format_node_place(task: Row) -> str:
    step = "" if task["step"] is None else f", in step {task['step']},"
    return f"The node {format_row_place(task)}{step}"
