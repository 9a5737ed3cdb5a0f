"""A graph of long names and large numbers, for what panels show of its run, which ends by a question."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langchain_core.messages.ai import UsageMetadata
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Send, interrupt

COLLECT = "collect_and_normalise_the_quarterly_figures_of_all_subsidiaries"
LONG_KEY = "a_key_whose_name_is_as_long_as_names_of_keys_become_in_real_projects"
ROUNDS = 12
"""As many steps and more: their numbers have two digits."""
TASKS = 1_502


class State(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    rounds: int
    a_key_whose_name_is_as_long_as_names_of_keys_become_in_real_projects: str
    figures: Annotated[list[float], operator.add]


class Figures(TypedDict, total=False):
    figures: Annotated[list[float], operator.add]


def look_up(state: State) -> dict[str, Any]:
    name, tokens = "search_the_archive_of_annual_reports", 12_345_678
    args = {"query": "revenue by region and by product line, restated", "limit": 1_000_000}
    answer = AIMessage(
        "",
        tool_calls=[{"id": "c1", "name": name, "args": args}],
        usage_metadata=UsageMetadata(
            input_tokens=tokens, output_tokens=tokens // 3, total_tokens=tokens + tokens // 3
        ),
        name="a_rather_long_agents_name",
    )
    return {"messages": [answer, ToolMessage("1,234,567 rows", tool_call_id="c1", name=name)]}


def count(state: State) -> dict[str, Any]:
    done = state.get("rounds", 0) + 1
    get_stream_writer()({"progress": done / ROUNDS, "name": "a bar with a long name, as users give them"})
    return {"rounds": done, LONG_KEY: "value " * 20}


def measure(state: Figures) -> dict[str, Any]:
    return {"figures": [1_234_567_890.123]}


def confirm(state: State) -> dict[str, Any]:
    question = "Publish the restated figures of all subsidiaries?"
    return {"figures": [interrupt({"question": question, "amount": 9_876_543_210})]}


def _subsidiaries() -> Any:
    builder = StateGraph(Figures)
    builder.add_node("split", lambda state: {}).add_node("measure", measure).add_edge(START, "split")
    sends = [Send("measure", {}) for _ in range(TASKS)]
    builder.add_conditional_edges("split", lambda state: sends, ["measure"])
    return builder.compile(name="figures_of_all_subsidiaries_in_all_currencies")


def _accounts() -> Any:
    builder = StateGraph(State)
    builder.add_node("look_up", look_up).add_node("count", count)
    builder.add_node(COLLECT, _subsidiaries()).add_node("confirm", confirm)
    builder.add_edge(START, "look_up").add_edge("look_up", "count").add_edge(COLLECT, "confirm")
    builder.add_conditional_edges(
        "count", lambda state: "count" if state["rounds"] < ROUNDS else COLLECT, ["count", COLLECT]
    )
    name = "restatement_of_the_consolidated_annual_accounts"
    return builder.compile(checkpointer=InMemorySaver(), name=name)


graph = _accounts()
INPUT = {
    "messages": [HumanMessage("Restate the accounts of the last 10,000 days, with what belongs to them.")]
}
THREAD = "a-thread-whose-id-is-as-long-as-a-uuid-0b9f5c2e-93bd-6e4e"
