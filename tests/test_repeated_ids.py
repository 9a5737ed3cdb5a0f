"""Models that give every answer the same id: each answer is a message, and each call has its own."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph

import lg_jupyter
from lg_jupyter.events.calls import ModelCallEnded, ModelCallStarted
from lg_jupyter.events.events import RunEnded, RunStarted
from tests.patience import patience
from tests.tables.stream import Stream

GIVEN = {"messages": [("user", "hi")]}
COUNTED = {"input_tokens": 10, "output_tokens": 2, "total_tokens": 12}


class SameId(BaseChatModel):
    """Streams one answer after the other, all of the id ``x``."""

    answers: list[str]

    @property
    def _llm_type(self) -> str:
        return "same-id"

    def _stream(self, messages: Any, stop: Any = None, run_manager: Any = None, **_: Any) -> Any:
        for text in self.answers.pop(0).split("-"):
            yield ChatGenerationChunk(message=AIMessageChunk(text, id="x"))
        yield ChatGenerationChunk(message=AIMessageChunk("", id="x", usage_metadata=COUNTED))

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError


def one_node(model: SameId) -> Any:
    def node(state: MessagesState) -> Any:
        said = [model.invoke("one").text, model.invoke("two").text]
        return {"messages": [AIMessage(" ".join(said), id="both")]}

    return StateGraph(MessagesState).add_node("a", node).add_edge(START, "a").compile()


def one_node_that_awaits(model: SameId) -> Any:
    async def node(state: MessagesState) -> Any:
        said = [(await model.ainvoke("one")).text, (await model.ainvoke("two")).text]
        return {"messages": [AIMessage(" ".join(said), id="both")]}

    return StateGraph(MessagesState).add_node("a", node).add_edge(START, "a").compile()


def two_nodes(model: SameId) -> Any:
    def node(state: MessagesState) -> Any:
        return {"messages": [model.invoke("go on")]}

    builder = StateGraph(MessagesState).add_node("a", node).add_node("b", node)
    return builder.add_edge(START, "a").add_edge("a", "b").compile()


def answers(run: lg_jupyter.Run) -> list[tuple[str, str, str]]:
    """Each call, with its answer's row and what that says."""
    texts = {row["message_id"]: row["text"] for row in run.trace.rows("messages")}
    calls = run.trace.rows("model_calls")
    return [(row["known_from"], row["message_id"], texts[row["message_id"]]) for row in calls]


BUILD = [
    one_node,
    pytest.param(
        one_node_that_awaits,
        marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="no model is heard in async nodes"),
    ),
    two_nodes,
]


@pytest.mark.parametrize("build", BUILD)
def test_each_answer_is_a_message_of_its_call(build: Any, tmp_path: Any) -> None:
    run = lg_jupyter.stream(build(SameId(answers=["o-ne", "t-wo"])), GIVEN, display=False, thread=True).wait()
    assert answers(run) == [("callback", "x", "one"), ("callback", "x#2", "two")]
    assert (
        run.usage["total_tokens"] == sum(row["total_tokens"] for row in run.trace.rows("model_calls")) == 24
    )
    run.save(tmp_path / "run.jsonl")
    assert answers(lg_jupyter.load(tmp_path / "run.jsonl")) == answers(run)


def test_an_answer_with_the_id_of_the_turn_before_is_a_message_of_its_call() -> None:
    model = SameId(answers=["o-ne", "t-wo"])
    builder = StateGraph(MessagesState).add_node("a", lambda state: {"messages": [model.invoke("go on")]})
    graph = builder.add_edge(START, "a").compile(checkpointer=InMemorySaver())
    for expected in (("callback", "x", "one"), ("callback", "x#2", "two")):
        run = lg_jupyter.stream(graph, GIVEN, thread_id="1", display=False, thread=True).wait()
        assert answers(run) == [expected]
        assert run.usage["total_tokens"] == 12


def test_calls_that_ended_before_their_pieces_came_get_them_in_their_order() -> None:
    stream = Stream()
    started = [ModelCallStarted(call, 1.0, "callback", message_id=f"lc_run--{call}") for call in "abc"]
    stream(RunStarted("r", None, call_source="callback"))
    for fact in started:
        stream(fact)
        answer = {"type": "ai", "id": "x", "content": fact.call_id}
        stream(ModelCallEnded(fact.call_id, 2.0, "success", "x", answer))
    stream.chunk("x", "a", is_last=True)
    stream.chunk("x#2", "b", is_last=True, alias_message_id="x")
    stream.chunk("x#3", "c", is_last=True, alias_message_id="x")
    stream(RunEnded("success"))
    assert stream.rows("model_calls", "call_id", "message_id") == [("a", "x"), ("b", "x#2"), ("c", "x#3")]


class Whole(SameId):
    """Gives its answers whole, and other tokens for each."""

    def _stream(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError

    def _should_stream(self, **_: Any) -> bool:
        return False

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        text = self.answers.pop(0)
        used = {"input_tokens": len(text), "output_tokens": 1, "total_tokens": len(text) + 1}
        answer = AIMessage(text, id="x", usage_metadata=used)
        return ChatResult(generations=[ChatGeneration(message=answer)])


@pytest.mark.parametrize("build", BUILD)
def test_tokens_of_whole_answers_are_those_of_all_calls(build: Any) -> None:
    run = lg_jupyter.stream(build(Whole(answers=["a", "bbb"])), GIVEN, display=False, thread=True).wait()
    assert [call.total_tokens for call in run.calls] == [2, 4]
    assert run.usage["total_tokens"] == 6


class InTurns(SameId):
    """Waits before each piece for the other that answers."""

    turn: Any

    def _stream(self, messages: Any, *_: Any, **__: Any) -> Any:
        for piece in super()._stream(messages):
            self.turn.wait(patience(10))
            yield piece


def test_nodes_side_by_side_each_have_their_answer_in_a_file_too(tmp_path: Any) -> None:
    builder, turn = StateGraph(MessagesState), threading.Barrier(2)
    for name in "ab":
        model = InTurns(answers=[f"{name}-{name}-{name}"], turn=turn)
        builder.add_node(name, lambda state, model=model: {"messages": AIMessage(model.invoke("go on").text)})
        builder.add_edge(START, name)
    run = lg_jupyter.stream(builder.compile(), GIVEN, display=False, thread=True).wait()
    said = {call.node: call.text for call in run.calls}
    assert said == {"a": "aaa", "b": "bbb"}
    run.save(tmp_path / "run.jsonl")
    for each in (run, lg_jupyter.load(tmp_path / "run.jsonl")):
        assert sorted(text for _, _, text in answers(each)) == ["aaa", "bbb"]
        assert each.usage["total_tokens"] == 24
