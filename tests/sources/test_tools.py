"""The schemas of tools' arguments, as a graph's nodes tell them."""

from __future__ import annotations

from typing import Annotated, Any

from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import InjectedState, ToolNode

from lg_jupyter.sources.local.tools import collect_tool_argument_schemas


@tool
def send_mail(to: str, body: str, state: Annotated[dict[str, Any], InjectedState], copies: int = 1) -> str:
    """Send a mail."""
    return f"sent to {to}"


@tool("send_mail")
def send_post(street: str) -> str:
    """Send a letter."""
    return f"sent to {street}"


def graph_of(node: Any) -> Any:
    return StateGraph(MessagesState).add_node("tools", node).add_edge(START, "tools").compile()


def test_what_langgraph_injects_is_no_argument() -> None:
    (schema,) = collect_tool_argument_schemas(graph_of(ToolNode([send_mail]))).values()
    assert list(schema["properties"]) == ["to", "body", "copies"]
    assert schema["required"] == ["to", "body"]


def test_tools_of_graphs_inside_are_found_through_bindings() -> None:
    outer = graph_of(graph_of(ToolNode([send_mail]))).with_config(tags=["x"])
    assert collect_tool_argument_schemas(outer).keys() == {"send_mail"}


def test_a_name_of_two_different_tools_has_no_schema() -> None:
    both = StateGraph(MessagesState).add_node("a", ToolNode([send_mail])).add_node("b", ToolNode([send_post]))
    assert collect_tool_argument_schemas(both.add_edge(START, "a").compile()) == {}


def test_a_graph_without_tool_nodes_has_none() -> None:
    assert collect_tool_argument_schemas(graph_of(lambda state: {})) == {}
