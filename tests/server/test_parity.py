"""The same graph, here and on a server: the same tables, up to ids and times."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Set
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from lg_jupyter import Server
from lg_jupyter.encode import to_plain_json
from lg_jupyter.events.events import MODES
from lg_jupyter.run import Run
from tests.graphs import INPUTS, build

GRAPHS = ("steps", "nested", "react", "fan", "ask", "gate", "broken", "flow")

IDS = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|msg-[0-9a-f]{12}",
    re.IGNORECASE,
)

COMPARED: dict[str, tuple[str, ...]] = {
    "tasks": ("namespace", "node", "step", "status", "error", "input", "result", "triggers", "interrupts"),
    "messages": (
        "namespace",
        "node",
        "step",
        "role",
        "name",
        "text",
        "reasoning",
        "tool_calls",
        "tool_call_id",
        "chunk_count",
        "input_tokens",
        "output_tokens",
        "total_tokens",
        "model",
        "agent_name",
    ),
    "tokens": ("namespace", "node", "kind", "text"),
    "state_diffs": ("namespace", "step", "nodes", "key", "path", "op"),
    "checkpoints": ("namespace", "step", "source", "next"),
    "namespaces": (
        "namespace",
        "parent",
        "node",
        "depth",
        "status",
        "task_count",
        "message_count",
        "output_tokens",
    ),
    "custom": ("namespace", "node", "data"),
    "interrupts": ("namespace", "node", "value", "response_schema", "status"),
}


def without_ids(value: Any) -> Any:
    """A value as JSON has it, each id replaced by the same word."""
    value = to_plain_json(value)
    if isinstance(value, str):
        return IDS.sub("<id>", value)
    if isinstance(value, dict):
        return {without_ids(key): without_ids(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_ids(inner) for inner in value]
    return value


def comparable(run: Run, table: str, left_out: Set[str] = frozenset()) -> list[str]:
    columns = [column for column in COMPARED[table] if column not in left_out]
    rows = [{column: without_ids(row[column]) for column in columns} for row in run.trace.rows(table)]
    return sorted(map(repr, rows))


async def both(url: str, graph: str, **options: Any) -> tuple[Run, Run]:
    """The graph's run here and the one on the server, both over."""
    here = lg_jupyter.stream(build(graph, InMemorySaver()), INPUTS[graph], display=False, **options)
    there = lg_jupyter.stream(Server(url, graph), INPUTS[graph], display=False, **options)
    await asyncio.gather(here, there, return_exceptions=True)
    return here, there


@pytest.mark.parametrize("graph", GRAPHS)
async def test_the_same_graph_gives_the_same_tables(dev_server, graph):
    here, there = await both(dev_server.url, graph)
    assert here.status == there.status
    assert here.error == there.error
    assert here.trace.root_step_count == there.trace.root_step_count
    assert here.usage == there.usage
    for table in COMPARED:
        assert comparable(here, table) == comparable(there, table), table


@pytest.mark.parametrize("graph", ["nested", "react", "fan"])
async def test_they_are_the_same_in_each_single_mode(dev_server, graph):
    modes = [mode for mode in MODES if mode not in ("events", "debug")]
    pairs = await asyncio.gather(*(both(dev_server.url, graph, modes=mode) for mode in modes))
    for mode, (here, there) in zip(modes, pairs, strict=True):
        for table in COMPARED:
            assert_alike(here, there, table, mode)


def assert_alike(here: Run, there: Run, table: str, mode: str | None) -> None:
    """Rows are the same, but that only who runs a graph is told which node returned a message of ``values``,
    and of calls whose messages no mode tells."""
    left_out = set()
    if table == "namespaces" and all(row["source"] == "input" for row in there.trace.rows("messages")):
        left_out = {"output_tokens"}
        assert not any(row["output_tokens"] for row in there.trace.rows(table))
    if (mode, table) == ("values", "messages"):
        left_out = {"node"}
        assert not any(row["node"] for row in there.trace.rows(table))
    assert comparable(here, table, left_out) == comparable(there, table, left_out), (mode, table)
