"""Runs that stop at a limit of their own: of money, tokens, time."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import pytest
from langchain_core.messages import AIMessage, AnyMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter import UsageError
from lg_jupyter.request import limits
from tests.patience import patience
from tests.test_costs import Counting, hears_models, used
from tests.test_drain import NEEDS_CONTROL

PRICES = {"gpt-4o": {"input": 100, "output": 1_000}}  # 0.002 a call
ASK = {"messages": [("user", "again?")]}


class Chat(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]


def rounds(model: Any, number: int = 8) -> Any:
    """A graph that calls a model once in each of so many steps."""
    graph = StateGraph(Chat).add_node("ask", lambda state: {"messages": [model.invoke(state["messages"])]})
    graph.add_edge(START, "ask")
    graph.add_conditional_edges("ask", lambda state: "ask" if len(state["messages"]) <= number else END)
    return graph.compile(checkpointer=InMemorySaver())


def stopped(target: Any, **options: Any) -> lg_jupyter.Run:
    return lg_jupyter.stream(target, ASK, display=False, **options).wait(patience(60))


@pytest.fixture
def model() -> Counting:
    return Counting(usage=used(10, 1))


@hears_models
@NEEDS_CONTROL
def test_it_stops_before_its_next_step_and_goes_on(model: Counting) -> None:
    run = stopped(rounds(model, 5), max_cost=0.004, price=PRICES)
    assert (run.status, len(run.calls)) == ("cancelled", 2)
    assert run.note.startswith(
        "It met max_cost=0.004: $0.0040 by list price. Stopped between two steps. All that had come is kept: "
    )
    assert len(run.trace.output["messages"]) == 3
    run.resume().wait(patience(60))  # with the limit anew
    assert (run.status, len(run.calls)) == ("cancelled", 4)
    assert run.note.startswith("It met max_cost=0.004: $0.0040")
    run.resume().wait(patience(60))
    assert (run.status, len(run.calls)) == ("success", 5)
    assert "max_cost" not in (run.note or "")


@hears_models
def test_tokens_are_a_limit_too_and_a_saved_run_tells_it(model: Counting, tmp_path: Any) -> None:
    run = stopped(rounds(model), max_tokens=25, save=tmp_path / "run.jsonl")
    assert run.status == "cancelled"
    assert run.note.startswith("It met max_tokens=25: 33 tokens. ")
    assert lg_jupyter.load(tmp_path / "run.jsonl").note == run.note


@hears_models
def test_tokens_are_those_of_all_messages_and_of_calls_that_are_in_none(model: Counting) -> None:
    def ask(state: Chat) -> dict[str, Any]:
        model.invoke("what nobody sees")
        elsewhere = AIMessage("as it was", usage_metadata=used(5, 2))
        return {"messages": [*([elsewhere] if len(state["messages"]) == 1 else []), ("user", "and now?")]}

    graph = StateGraph(Chat).add_node("ask", ask).add_edge(START, "ask")
    graph.add_conditional_edges("ask", lambda state: "ask" if len(state["messages"]) < 4 else END)
    run = stopped(graph.compile(), max_tokens=18, modes=["values", "updates"])
    assert run.note.startswith("It met max_tokens=18: 18 tokens. ")
    assert run.usage["total_tokens"] >= 18


@hears_models
def test_it_may_stop_at_once(model: Counting) -> None:
    run = stopped(rounds(model), max_tokens=5, stop_at_once=True)
    assert run.status == "cancelled"
    assert run.note.startswith("It met max_tokens=5: 11 tokens. Cancelled. ")


@hears_models
def test_a_limit_that_the_last_step_meets_leaves_the_run_as_it_ended(model: Counting) -> None:
    run = stopped(rounds(model, 1), max_tokens=11)
    assert run.status in ("success", "cancelled")  # if it can stop only at once
    assert run.note.startswith("It met max_tokens=11: 11 tokens. ")


async def test_time_is_a_limit() -> None:
    async def wait(state: Chat) -> dict[str, Any]:
        await asyncio.sleep(patience(60))
        return {}

    graph = StateGraph(Chat).add_node("wait", wait).add_edge(START, "wait").compile()
    run = await lg_jupyter.stream(graph, ASK, max_seconds=0.05, stop_at_once=True, display=False)
    assert run.status == "cancelled"
    assert run.note.startswith("It met max_seconds=0.05. Cancelled. ")


@hears_models
def test_a_cost_that_nobody_knows_cannot_be_kept_below_a_limit() -> None:
    run = stopped(rounds(Counting(usage=used(10, 1))), max_cost=1, price=lambda call: "much")
    assert run.status == "cancelled"
    assert run.note.startswith("It cannot keep max_cost=1: the cost of a call is not known (price= gave ")


def test_a_limit_of_cost_without_prices_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"max_cost needs prices.*lg_jupyter\[prices\].*price="):
        lg_jupyter.stream(rounds(None), ASK, max_cost=1, display=False)
    assert limits.resolve_limits(1, has_prices=True).max_cost == 1.0


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"max_cost": "1", "price": PRICES}, "max_cost is a number of US dollars, like 0.5"),
        ({"max_seconds": -1}, "max_seconds is a number of seconds, like 60, and above 0, not -1"),
        ({"max_seconds": True}, "not True"),
        ({"max_tokens": 1.5}, "max_tokens is a whole number of tokens above 0"),
        ({"max_tokens": 0}, "not 0"),
    ],
)
def test_a_limit_that_is_none_is_refused(options: dict[str, Any], expected: str) -> None:
    with pytest.raises(UsageError) as caught:
        lg_jupyter.stream(rounds(None), ASK, display=False, **options)
    assert expected in str(caught.value)
