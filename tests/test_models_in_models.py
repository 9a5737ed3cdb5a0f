"""A model that calls another and gives its answer (a router, a guard): two calls, and the tokens of one."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph.graph import START, MessagesState, StateGraph

import lg_jupyter
from lg_jupyter.events.calls import ModelCallEnded, ModelCallStarted
from lg_jupyter.events.events import CompleteMessage, RunEnded, RunStarted
from tests.tables.stream import Stream

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


@pytest.mark.parametrize("ids", [("lc_run--a-0", "lc_run--b-0"), ("resp_1", "resp_2")])
def test_calls_side_by_side_that_answer_the_same_each_have_their_tokens(ids: tuple[str, str]) -> None:
    stream = Stream()
    stream(RunStarted("r", None, call_source="callback"))
    stream.task("t")
    for call, time in (("a", 1.0), ("b", 2.0)):
        stream(ModelCallStarted(call, time, "callback", message_id=f"lc_run--{call}"), task_id="t")
    answers = [{"type": "ai", "id": message_id, "content": "yes"} for message_id in ids]
    end = {"usage": USED, "time": 3.0, "status": "success"}
    stream(ModelCallEnded("b", output=answers[1], message_id=ids[1], **end), task_id="t")
    stream(CompleteMessage(ids[0], "ai", "yes", "", usage=USED), task_id="t")
    stream(ModelCallEnded("a", output=answers[0], message_id=ids[0], **end), task_id="t")
    stream(CompleteMessage(ids[1], "ai", "yes", "", usage=USED), task_id="t")
    stream(RunEnded("success"))
    assert stream.rows("model_calls", "call_id", "total_tokens", "cost") == [("a", 12, None), ("b", 12, None)]
    if ids[0] == "lc_run--a-0":
        assert stream.rows("model_calls", "message_id") == [*ids]
        assert stream.trace.token_usage.total_tokens == 24
