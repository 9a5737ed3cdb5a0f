"""What hearing of calls does to a run: nothing. Each rule of the handler has a test that fails without it."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler, CallbackManager
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph

import lg_jupyter
from lg_jupyter.encode import Encoder
from lg_jupyter.sources.local.call_recorder import CallRecorder

ASK = {"messages": [HumanMessage("hi")]}


class Model(BaseChatModel):
    """Notes by which of its methods it was called."""

    called: list[str] = []  # noqa: RUF012

    @property
    def _llm_type(self) -> str:
        return "model"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        self.called.append("whole")
        return ChatResult(generations=[ChatGeneration(message=AIMessage("yes"))])

    def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        self.called.append("streamed")
        yield ChatGenerationChunk(message=AIMessageChunk("yes"))


def graph_of(model: Model, before: Any = None) -> Any:
    @tool
    def look() -> str:
        """Look."""
        return "clouds"

    def node(state: MessagesState) -> Any:
        if before is not None:
            before()
        look.invoke({})
        return {"messages": [model.invoke(state["messages"])]}

    return StateGraph(MessagesState).add_node("node", node).add_edge(START, "node").compile()


def finished(graph: Any, **options: Any) -> lg_jupyter.Run:
    return lg_jupyter.stream(graph, ASK, display=False, thread=True, **options).wait()


@pytest.mark.parametrize(
    ("modes", "how"), [("updates", "whole"), ("values", "whole"), ("messages", "streamed")]
)
def test_a_model_streams_for_the_mode_of_messages_alone(modes: str, how: str) -> None:
    model = Model(called=[])
    run = finished(graph_of(model), modes=modes)
    assert model.called == [how]
    assert [call.streamed for call in run.calls] == [how == "streamed"]


def test_nothing_is_encoded_in_the_thread_that_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    callers: set[int] = set()
    encoders: set[int] = set()
    for name in ("encode", "encode_state", "encode_message"):
        real = getattr(Encoder, name)

        def noting(self: Any, *given: Any, _real: Any = real, **options: Any) -> Any:
            encoders.add(threading.get_ident())
            return _real(self, *given, **options)

        monkeypatch.setattr(Encoder, name, noting)
    graph = graph_of(Model(called=[]), lambda: callers.add(threading.get_ident()))
    assert len(finished(graph).calls) == 1
    assert encoders
    assert callers
    assert callers.isdisjoint(encoders)


HOOKS = [name for name in vars(CallRecorder) if name.startswith("on_")]


@pytest.mark.parametrize(
    "hook",
    [
        HOOKS,
        ["_record_call_event"],
        ["_register_call_and_get_place"],
        ["record_payload"],
        ["_record_model_start"],
    ],
    ids=str,
)
def test_a_fault_of_ours_reaches_nobody(hook: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: Any, **__: Any) -> Any:
        raise RuntimeError("ours")

    for name in hook:
        monkeypatch.setattr(CallRecorder, name, fault)
    run = finished(graph_of(Model(called=[])))
    assert run.status == "success"
    assert run.output["messages"][-1].content == "yes"


def test_a_fault_in_encoding_reaches_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    from lg_jupyter.adapter.part_encoder import PartEncoder

    def fault(*_: Any) -> Any:
        raise RuntimeError("ours")

    monkeypatch.setattr(PartEncoder, "_encode_call", fault)
    run = finished(graph_of(Model(called=[])))
    assert run.status == "success"
    assert run.output["messages"][-1].content == "yes"


class Counting(BaseCallbackHandler):
    def __init__(self) -> None:
        self.calls = 0

    def on_chat_model_start(self, *_: Any, **__: Any) -> None:
        self.calls += 1


@pytest.mark.parametrize("as_manager", [False, True])
def test_the_users_own_callbacks_are_called_too(as_manager: bool) -> None:
    theirs = Counting()
    callbacks: Any = CallbackManager([theirs], [theirs]) if as_manager else [theirs]
    run = finished(graph_of(Model(called=[])), config={"callbacks": callbacks})
    assert theirs.calls == len(run.calls) == 1
    if as_manager:
        assert callbacks.handlers == [theirs]


def test_a_graph_hears_of_it_no_more_when_its_run_is_over() -> None:
    graph = graph_of(Model(called=[]))
    first = finished(graph)
    finished(graph)
    graph.invoke(ASK)
    assert len(first.calls) == 1


async def _streamed(model: Any, config: Any) -> None:
    async for _ in model.astream("hi", config):
        pass


WAYS = {
    "invoke": lambda model, config: model.invoke("hi", config),
    "stream": lambda model, config: list(model.stream("hi", config)),
    "batch": lambda model, config: model.batch(["hi"], config),
    "ainvoke": lambda model, config: asyncio.run(model.ainvoke("hi", config)),
    "astream": lambda model, config: asyncio.run(_streamed(model, config)),
    "with_retry": lambda model, config: model.with_retry().invoke("hi", config),
    "in a chain": lambda model, config: (model | str).invoke("hi", config),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_model_of_a_call_is_known_with_what_was_bound_to_it(way: str) -> None:
    model = Model(called=[])
    bound = model.bind(tools=[{"name": "t"}], temperature=0.5, stop=["END"])
    handler = CallRecorder(lambda: None)
    WAYS[way](bound, {"callbacks": [handler]})
    (started,) = [payload for _, _, payload in handler.take_records() if payload["event"] == "model_start"]
    found = handler.called_models.find_model(started["call_id"])
    assert found is not None
    assert found.model is model
    assert found.bound_arguments == {"tools": [{"name": "t"}], "temperature": 0.5, "stop": ["END"]}


def test_a_model_is_kept_by_nobody_but_its_owner(tmp_path: Any) -> None:
    models = [Model(called=[])]
    run = finished(graph_of(models[0]))
    (call,) = run.calls
    source: Any = run.source
    assert source.find_called_model(call.call_id).model is models[0]
    run.save(tmp_path / "run.jsonl")
    assert not hasattr(lg_jupyter.load(tmp_path / "run.jsonl").source, "find_called_model")
    handler, call_id = CallRecorder(lambda: None), None
    lone = Model(called=[])
    lone.invoke("hi", {"callbacks": [handler]})
    call_id = next(payload["call_id"] for _, _, payload in handler.take_records())
    assert handler.called_models.find_model(call_id) is not None
    del lone
    gc.collect()
    assert handler.called_models.find_model(call_id) is None
    assert handler.called_models._models_by_call_id == {}
