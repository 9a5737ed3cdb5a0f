"""What came of a call that failed or was left is no whole answer, though its node goes on."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langgraph.graph import START, MessagesState, StateGraph

import lg_jupyter
from tests.graphs import ScriptedModel, words


class Breaking(BaseChatModel):
    """Breaks off after two pieces of its answer, or waits there."""

    waits: bool = False

    @property
    def _llm_type(self) -> str:
        return "breaking"

    def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        for text in ("It ", "rains"):
            yield ChatGenerationChunk(message=AIMessageChunk(text))
        raise ConnectionError("the line is dead")

    async def _astream(self, *_: Any, **__: Any) -> AsyncIterator[ChatGenerationChunk]:
        for text in ("It ", "rains"):
            yield ChatGenerationChunk(message=AIMessageChunk(text))
        await asyncio.Event().wait()

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError


def falls_back(state: MessagesState) -> Any:
    return {"messages": Breaking().with_fallbacks([ScriptedModel(lines=[words("no")])]).invoke("Rain?")}


def leaves(state: MessagesState) -> Any:
    stream = Breaking().stream("Rain?")
    next(stream), next(stream)
    stream.close()
    return {"messages": [("ai", "no")]}


async def gives_up(state: MessagesState) -> Any:
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(Breaking().ainvoke("Rain?"), 0.1)
    return {"messages": [("ai", "no")]}


@pytest.mark.parametrize(
    ("node", "status"),
    [
        (falls_back, "error"),
        (leaves, "cancelled"),
        pytest.param(
            gives_up,
            "incomplete",
            marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="no model is heard in async nodes"),
        ),
    ],
)
def test_a_message_ends_as_its_call_did(node: Callable[..., Any], status: str, tmp_path: Any) -> None:
    graph = StateGraph(MessagesState).add_node("ask", node).add_edge(START, "ask").compile()
    run = lg_jupyter.stream(graph, {"messages": []}, display=False, thread=True).wait()
    run.save(tmp_path / "run.jsonl")
    for each in (run, lg_jupyter.load(tmp_path / "run.jsonl")):
        assert each.status == "success"
        messages = each.to_pandas("messages")
        assert list(messages["text"]) == ["It rains", "no"]
        assert list(messages["status"]) == [status, "success"]
        assert each.calls[0].status == status
        assert each.calls[0].message_id == messages["message_id"][0]
