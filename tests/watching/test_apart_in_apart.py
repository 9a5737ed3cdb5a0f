"""Graphs with a config of their own, one inside the other: each call is heard once, in its place."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph

import lg_jupyter
from lg_jupyter.watching import callback_handler
from tests.graphs import ScriptedModel, words
from tests.patience import patience

OWN = {"configurable": {"thread_id": "its own"}}


def compile_apart(name: str, node: Any) -> Any:
    return StateGraph(MessagesState).add_node(name, node).add_edge(START, name).compile(InMemorySaver())


def calls(graph: Any) -> Any:
    return lambda state: {"messages": graph.invoke({"messages": []}, OWN)["messages"]}


def test_a_call_stands_under_the_tool_that_called_its_graph() -> None:
    model = ScriptedModel(lines=[words("yes")])
    inner = compile_apart("say", lambda state: {"messages": [model.invoke("Rain?")]})

    @tool
    def look(city: str) -> str:
        """Has another graph look."""
        return str(inner.invoke({"messages": []}, OWN)["messages"][-1].text)

    with lg_jupyter.watch(display=False) as runs:
        compile_apart("outer", lambda state: {"messages": [("ai", look.invoke("Bergen"))]}).invoke(
            {"messages": []}, OWN
        )
    run = runs[0].wait(patience(10))
    assert [call.parent_call_id for call in run.calls] == [call.call_id for call in run.tool_calls]


@pytest.mark.parametrize("turned", [False, True])
def test_each_is_heard_by_the_handler_of_its_own(turned: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    find = callback_handler.find_innermost_run_handler

    def find_in_order(handlers: list[BaseCallbackHandler]) -> Any:  # LangChain hands them down in any order
        return find(handlers[::-1] if turned else handlers)

    monkeypatch.setattr("lg_jupyter.watching.tap.find_innermost_run_handler", find_in_order)
    model = ScriptedModel(lines=[words("yes")])
    inner = compile_apart("say", lambda state: {"messages": [model.invoke("Rain?")]})
    graph = compile_apart("outer", calls(compile_apart("between", calls(inner))))
    with lg_jupyter.watch(display=False) as runs:
        graph.invoke({"messages": []}, OWN)
    (run,) = runs
    run.wait(patience(10))
    tasks = {row["task_id"]: row for row in run.trace.rows("tasks")}
    assert {row["node"]: row["namespace"].count(":") for row in tasks.values()} == {
        "outer": 0,
        "between": 1,
        "say": 2,
    }
    (call,) = run.calls
    assert (call.status, call.namespace, call.node) == ("success", tasks[call.task_id]["namespace"], "say")
