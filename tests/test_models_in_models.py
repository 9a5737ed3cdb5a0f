"""A model that calls another and gives its answer (a router, a guard): two calls, and the tokens of one."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph.graph import START, MessagesState, StateGraph

import lg_jupyter

USED = {"input_tokens": 10, "output_tokens": 2, "total_tokens": 12}


class Whole(BaseChatModel):
    """Answers whole, with an id of its own if it has one."""

    own_id: str | None = None

    @property
    def _llm_type(self) -> str:
        return "whole"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        answer = AIMessage("yes", id=self.own_id, usage_metadata=USED)
        return ChatResult(generations=[ChatGeneration(message=answer)])


class Router(BaseChatModel):
    """Has another model answer."""

    to: BaseChatModel

    @property
    def _llm_type(self) -> str:
        return "router"

    def _generate(self, messages: Any, *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self.to.invoke(messages))])


@pytest.mark.parametrize("own_id", [None, "resp_1"])
def test_the_outer_call_is_no_answer_of_a_cache_and_its_tokens_count_once(own_id: str | None) -> None:
    model = Router(to=Router(to=Whole(own_id=own_id)))
    builder = StateGraph(MessagesState).add_node("ask", lambda state: {"messages": model.invoke("Rain?")})
    graph = builder.add_edge(START, "ask").compile()
    run = lg_jupyter.stream(
        graph, {"messages": []}, price={"whole": {"input": 1, "output": 1}}, display=False
    ).wait()
    outer, between, inner = run.calls
    assert [call.cached for call in run.calls] == [False] * 3
    assert [call.text for call in run.calls] == ["yes"] * 3
    assert len({call.message_id for call in run.calls}) == 1
    for call in (outer, between):
        assert (call.total_tokens, call.usage, call.cost, call.price_source) == (None, None, 0.0, None)
        assert "a call inside of it" in call.cost_note
    assert inner.total_tokens == run.usage["total_tokens"] == 12
    assert list(run.to_pandas("messages")["text"]) == ["yes"]
