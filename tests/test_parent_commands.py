"""A node that gives a command to the graph around its own: LangGraph never reports that its task is over."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command

import lg_jupyter
from tests.patience import patience

INPUT = {"messages": [("user", "Hi")]}


def hand_over(state: MessagesState) -> Command[Any]:
    return Command(graph=Command.PARENT, goto="bob", update={"messages": [("ai", "ask Bob")]})


def handing_over() -> Any:
    """Alice hands over to Bob, from a graph that is a node of hers."""
    alice = StateGraph(MessagesState).add_node("hand_over", hand_over).add_edge(START, "hand_over").compile()
    builder = StateGraph(MessagesState).add_node("alice", alice, destinations=("bob",))
    builder.add_node("bob", lambda state: {"messages": [("ai", "Bob")]})
    return builder.add_edge(START, "alice").compile()


def carry_out(graph: Any, how: str) -> lg_jupyter.Run:
    if how == "stream":
        return lg_jupyter.stream(graph, INPUT, display=False).wait()
    with lg_jupyter.watch(display=False) as runs:
        graph.invoke(INPUT)
    return runs[0].wait(patience(10))


@pytest.mark.parametrize("how", ["stream", "watch"])
def test_its_task_is_a_success_with_what_it_gave(how: str, tmp_path: Any) -> None:
    run = carry_out(handing_over(), how)
    run.save(tmp_path / "run.jsonl")
    for each in (run, lg_jupyter.load(tmp_path / "run.jsonl")):
        tasks = {row["node"]: row for row in each.to_pandas("tasks").to_dict("records")}
        assert {node: row["status"] for node, row in tasks.items()} == dict.fromkeys(tasks, "success")
        handed = tasks["hand_over"]
        assert [message[1] for message in handed["result"]["messages"]] == ["ask Bob"]
        assert handed["end_time"] <= tasks["alice"]["end_time"]
        assert list(each.to_pandas("namespaces")["status"]) == ["success", "success"]
        assert list(each.to_pandas("messages")["text"]) == ["Hi", "ask Bob", "Bob"]


def test_without_subgraphs_there_is_no_such_task() -> None:
    run = lg_jupyter.stream(handing_over(), INPUT, subgraphs=False, display=False).wait()
    assert list(run.to_pandas("tasks")["node"]) == ["alice", "bob"]
