"""A graph that a node calls with a config of its own is in no stream: what is heard of it is its caller's."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph

import lg_jupyter
from tests.graphs import ScriptedModel, words

INPUT = {"messages": [("user", "Rain?")]}
OWN = {"configurable": {"thread_id": "a thread of its own"}}


@tool
def look(city: str) -> str:
    """Looks out of the window."""
    return "rain"


def compile_apart(**options: Any) -> Any:
    def say(state: MessagesState) -> Any:
        look.invoke({"city": "Bergen"})
        return {"messages": ScriptedModel(lines=[words("yes")]).invoke("Rain?")}

    builder = StateGraph(MessagesState).add_node("say", say).add_edge(START, "say")
    inner = builder.compile()
    builder = StateGraph(MessagesState).add_node("inside", inner).add_node("say", say)
    return builder.add_edge(START, "inside").add_edge("inside", "say").compile(InMemorySaver(), **options)


def compile_node(node: Callable[..., Any]) -> Any:
    return StateGraph(MessagesState).add_node("call", node).add_edge(START, "call").compile()


def from_a_node(state: MessagesState) -> Any:
    return {"messages": [("ai", compile_apart().invoke(INPUT, OWN)["messages"][-1].text)]}


async def from_a_node_that_awaits(state: MessagesState) -> Any:
    return {"messages": [("ai", (await compile_apart().ainvoke(INPUT, OWN))["messages"][-1].text)]}


def from_a_graph_apart(state: MessagesState) -> Any:
    graph = StateGraph(MessagesState).add_node("other", from_a_node).add_edge(START, "other")
    return {"messages": [("ai", graph.compile(InMemorySaver()).invoke(INPUT, OWN)["messages"][-1].text)]}


LOSES = pytest.mark.skipif(sys.version_info < (3, 11), reason="LangGraph loses its context there")
GRAPHS = {
    "node": compile_node(from_a_node),
    "awaits": compile_node(from_a_node_that_awaits),
    "apart": compile_node(from_a_graph_apart),
    "subgraph": compile_node(compile_node(from_a_node)),
}


@pytest.mark.parametrize("subgraphs", [True, False])
@pytest.mark.parametrize("name", ["node", pytest.param("awaits", marks=LOSES), "apart", "subgraph"])
def test_its_calls_and_messages_stand_with_the_task_that_called_it(
    name: str, subgraphs: bool, tmp_path: Any
) -> None:
    run = lg_jupyter.stream(GRAPHS[name], INPUT, subgraphs=subgraphs, display=False, thread=True).wait()
    run.save(tmp_path / "run.jsonl")
    for each in (run, lg_jupyter.load(tmp_path / "run.jsonl")):
        tasks = {(row["namespace"], row["node"], row["task_id"]) for row in each.trace.rows("tasks")}
        innermost = max(tasks, key=lambda task: len(task[0]))
        for table, count in (("model_calls", 2), ("tool_calls", 2)):
            rows = each.trace.rows(table)
            assert [(row["namespace"], row["node"], row["task_id"]) for row in rows] == [innermost] * count
        made = [row for row in each.trace.rows("messages") if row["source"] != "input"]
        assert {(row["namespace"], row["node"], row["task_id"]) for row in made} <= tasks
        assert each.to_pandas("tasks").set_index("task_id")["model_time"][innermost[2]] > 0
