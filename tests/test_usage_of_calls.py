"""Tokens of models whose answers are among no messages: runs, graphs and what compares runs count them."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph.graph import START, MessagesState, StateGraph

import lg_jupyter
from lg_jupyter.record.run_row import make_run_row

GIVEN = {"messages": [("user", "hi")]}
COUNTED = {
    "input_tokens": 10,
    "output_tokens": 2,
    "total_tokens": 12,
    "input_token_details": {"cache_read": 4},
}


class Counting(BaseChatModel):
    """Answers, and counts its tokens."""

    message_id: str | None = None

    @property
    def _llm_type(self) -> str:
        return "counting"

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **_: Any) -> ChatResult:
        message = AIMessage("short", usage_metadata=COUNTED, id=self.message_id)
        return ChatResult(generations=[ChatGeneration(message=message)])


def graph(model: Any, calls: int = 1, *, returned: bool) -> Any:
    """A node of a subgraph asks the model, and returns the answers or one of its own."""

    def node(state: MessagesState) -> Any:
        answers = [model.invoke("Summarize.") for _ in range(calls)]
        return {"messages": answers if returned else [AIMessage("done", id="own")]}

    inner = StateGraph(MessagesState).add_node("node", node).add_edge(START, "node").compile()
    return StateGraph(MessagesState).add_node("team", inner).add_edge(START, "team").compile()


def ran(graph: Any, modes: Any = None) -> lg_jupyter.Run:
    return lg_jupyter.stream(graph, GIVEN, modes=modes, display=False, thread=True).wait()


@pytest.mark.parametrize("modes", [None, ["values"], ["updates"], ["messages"], ["debug", "values"]])
@pytest.mark.parametrize("tags", [[], ["nostream"]])
@pytest.mark.parametrize("returned", [True, False])
def test_each_call_counts_once_whether_its_answer_is_a_message_or_not(modes, tags, returned, tmp_path):
    run = ran(graph(Counting().with_config(tags=tags), returned=returned), modes)
    expected = {"input_tokens": 10, "output_tokens": 2, "total_tokens": 12, "cache_read_tokens": 4}
    assert expected.items() <= run.usage.items()
    assert make_run_row(run)["input_tokens"] == 10
    assert sum(row["input_tokens"] or 0 for row in run.trace.rows("namespaces")) == 10
    run.save(tmp_path / "run.jsonl")
    assert lg_jupyter.load(tmp_path / "run.jsonl").usage == run.usage


@pytest.mark.parametrize("modes", [None, ["values"], ["updates"], ["messages", "updates"]])
@pytest.mark.parametrize("place", ["node", "graph in a node"])
def test_an_answer_that_a_node_returns_under_another_id_counts_once(modes, place):
    model = Counting()
    inner = StateGraph(MessagesState).add_node("ask", lambda state: {"messages": [model.invoke("Go.")]})
    team = inner.add_edge(START, "ask").compile()

    def node(state: MessagesState) -> Any:
        answer = model.invoke("Go.") if place == "node" else team.invoke(GIVEN)["messages"][-1]
        return {"messages": [answer.model_copy(update={"id": "mine"})]}

    run = ran(StateGraph(MessagesState).add_node("node", node).add_edge(START, "node").compile(), modes)
    assert run.usage["total_tokens"] == 12
    (call,) = run.trace.rows("model_calls")
    assert call["known_from"] == "callback"
    assert call["message_id"] in {row["message_id"] for row in run.trace.rows("messages")}


def test_calls_whose_answers_have_one_id_count_each():
    assert ran(graph(Counting(message_id="x"), 3, returned=False)).usage["total_tokens"] == 36
