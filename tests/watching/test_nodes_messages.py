"""Messages that nodes write by hand: each is one row, as where LangGraph streams them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Send

import lg_jupyter
from tests.patience import patience


def compile_node(node: Callable[[Any], Any]) -> Any:
    return StateGraph(MessagesState).add_node("write", node).add_edge(START, "write").compile()


def in_a_subgraph() -> Any:
    inner = compile_node(lambda state: {"messages": [AIMessage("a"), AIMessage("a")]})
    builder = StateGraph(MessagesState).add_node("team", inner)
    builder.add_node("end", lambda state: {"messages": AIMessage("a")})
    return builder.add_edge(START, "team").add_edge("team", "end").compile()


def side_by_side() -> Any:
    builder = StateGraph(MessagesState).add_node("write", lambda state: {"messages": [AIMessage("same")]})
    return builder.add_conditional_edges(START, lambda state: [Send("write", {})] * 3, ["write"]).compile()


@pytest.mark.parametrize(
    "graph",
    [
        compile_node(lambda state: {"messages": [HumanMessage("one"), AIMessage("two"), AIMessage("two")]}),
        compile_node(lambda state: {"messages": {"role": "user", "content": "a dict"}}),
        in_a_subgraph(),
        side_by_side(),
    ],
    ids=["objects", "dict", "subgraph", "fan-out"],
)
def test_a_message_without_an_id_is_one_row(graph: Any) -> None:
    with lg_jupyter.watch(display=False) as runs:
        said = graph.invoke({"messages": [HumanMessage("Hi", id="hi")]})["messages"]
    rows = runs[0].wait(patience(10)).to_pandas("messages")
    assert sorted(rows["message_id"]) == sorted(message.id for message in said)
    written = rows[rows["source"] == "node"]
    assert len(written) == len(said) - 1
    assert written["node"].notna().all()
    assert written["task_id"].notna().all()
