"""What goes round in a run is told while it does: the same calls of tools, steps that change nothing."""

from __future__ import annotations

from typing import Annotated, Any

from langchain_core.messages import AIMessage, AnyMessage
from langchain_core.tools import tool
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.prebuilt import ToolNode
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.runtime.run_properties import get_run_state
from tests.patience import patience


class Chat(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]


class Count(TypedDict):
    number: int
    rounds: int


@tool
def weather(city: str) -> str:
    """The weather of a city."""
    return "rain"


def asking(*cities: str) -> Any:
    """A graph that calls the tool for one city after the other."""

    def ask(state: Chat) -> dict[str, Any]:
        done = sum(message.type == "tool" for message in state["messages"])
        if done == len(cities):
            return {"messages": [AIMessage("done")]}
        call = {"name": "weather", "args": {"city": cities[done]}, "id": f"call-{done}"}
        return {"messages": [AIMessage("", tool_calls=[call])]}

    graph = StateGraph(Chat).add_node("ask", ask).add_node("tools", ToolNode([weather]))
    graph.add_edge(START, "ask").add_edge("tools", "ask")
    graph.add_conditional_edges("ask", lambda s: "tools" if s["messages"][-1].tool_calls else END)
    return graph.compile()


def ended(graph: Any, given: Any, **options: Any) -> lg_jupyter.Run:
    return lg_jupyter.stream(graph, given, display=False, **options).wait(patience(60))


def test_the_same_call_three_times_is_told(tmp_path: Any) -> None:
    run = ended(asking(*["Bergen"] * 4, "Oslo"), {"messages": []})
    assert run.note == 'weather was called 4 times with the same arguments: {"city": "Bergen"}.'
    assert summarize_run(get_run_state(run))["note"] == run.note
    run.save(tmp_path / "run.jsonl")
    assert lg_jupyter.load(tmp_path / "run.jsonl").note == run.note


def test_it_is_told_while_it_happens() -> None:
    notes: list[str | None] = []
    graph = asking(*["Bergen"] * 3)
    run = lg_jupyter.stream(graph, {"messages": []}, display=False, thread=True)
    state = get_run_state(run)
    state.listeners.add_listener(lambda _: notes.append(run.note), None, lambda: 0.0)
    run.wait(patience(60))
    assert notes[-1] == 'weather was called 3 times with the same arguments: {"city": "Bergen"}.'


def test_other_calls_are_not() -> None:
    assert ended(asking("Bergen", "Oslo", "Bergen", "Oslo"), {"messages": []}).note is None


def turning(changes: int, rounds: int) -> Any:
    """A graph whose first steps change what it shows, and whose others write what is there already."""

    def turn(state: Count, runtime: Any = None) -> dict[str, int]:
        turns.append(1)
        return {"number": min(len(turns), changes)}

    turns: list[int] = []
    graph = StateGraph(Count).add_node("turn", turn).add_edge(START, "turn")
    graph.add_conditional_edges("turn", lambda state: "turn" if len(turns) < rounds else END)
    return graph.compile()


def test_steps_that_change_nothing_are_told() -> None:
    run = ended(turning(2, 9), {"number": 0, "rounds": 0})
    assert run.note == "The state that is streamed did not change from step 3 to step 8."
    assert ended(turning(2, 5), {"number": 0, "rounds": 0}).note is None
    assert ended(turning(9, 9), {"number": 0, "rounds": 0}).note is None


def test_where_no_states_are_streamed_nothing_is_known_of_them() -> None:
    assert ended(turning(2, 9), {"number": 0, "rounds": 0}, modes=["updates", "tasks"]).note is None
