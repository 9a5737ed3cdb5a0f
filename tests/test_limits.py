"""Limits that end a run name their setting."""

import asyncio
import inspect

import pytest
from langgraph.graph import START, StateGraph

import lg_jupyter
from lg_jupyter import UsageError
from tests.graphs import Log, build


async def test_the_recursion_limit():
    graph = StateGraph(Log).add_node("again", lambda state: {"log": ["again"]})
    graph.add_edge(START, "again").add_edge("again", "again")
    run = lg_jupyter.stream(
        graph.compile(), {"topic": "", "log": []}, config={"recursion_limit": 4}, display=False
    )
    with pytest.raises(RecursionError):
        await run
    assert run.note == "It met its limit of 4 steps: config={'recursion_limit': …} sets another."


@pytest.mark.skipif(
    "timeout" not in inspect.signature(StateGraph.add_node).parameters, reason="no timeouts in this langgraph"
)
async def test_the_timeout_of_a_node():
    async def slow(state):
        await asyncio.sleep(60)

    graph = StateGraph(Log).add_node("slow", slow, timeout=0.05).add_edge(START, "slow").compile()
    run = lg_jupyter.stream(graph, {"topic": "", "log": []}, display=False)
    with pytest.raises(Exception, match="slow"):
        await run
    assert "add_node(…, timeout=…)" in run.note
    (row,) = [row for row in run.trace.rows("tasks") if row["status"] == "error"]
    assert row["node"] == "slow"


def test_a_strategy_for_busy_threads_is_a_server_s():
    with pytest.raises(UsageError, match="for runs on a server"):
        lg_jupyter.stream(build("steps"), {}, multitask="reject", display=False)
    with pytest.raises(UsageError, match="did you mean 'reject'"):
        lg_jupyter.stream(build("steps"), {}, multitask="rejct", display=False)
