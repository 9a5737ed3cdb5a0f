"""Graphs with what ``bind`` and ``with_config`` put around them: it holds, also where a run goes on."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from lg_jupyter.sources.local.graphs import get_bound_config
from lg_jupyter.sources.local.source import LocalSource
from tests.graphs import INPUTS, build


def thread(thread_id: str, **more: Any) -> Any:
    return {"configurable": {"thread_id": thread_id, **more}}


async def test_bound_arguments_hold_and_the_run_goes_on() -> None:
    bound = build("steps", InMemorySaver()).bind(interrupt_before=["second"])
    run = await lg_jupyter.stream(bound, INPUTS["steps"], display=False)
    assert (run.status, run.output["log"]) == ("interrupted", ["first"])
    assert (await run.resume()).output["log"] == ["first", "second"]
    at = next(one.checkpoint_id for one in run.checkpoints if one.next == ("first",))
    assert (await run.fork(at, {"topic": "tea"}, display=False)).status == "interrupted"
    assert [node["id"] for node in run.structure()["nodes"]][:2] == ["__start__", "first"]


@pytest.mark.parametrize(
    "bind",
    [
        lambda graph: graph.bind(debug=False).with_config(thread("mine")),
        lambda graph: graph.with_config(thread("mine")).bind(debug=False),
        lambda graph: graph.with_config(thread("other")).bind(debug=False).with_config(thread("mine")),
    ],
)
async def test_a_bound_config_holds_wherever_it_stands(bind: Any) -> None:
    graph = build("steps", InMemorySaver())
    run = await lg_jupyter.stream(bind(graph), INPUTS["steps"], display=False)
    assert run.thread_id == "mine"
    assert graph.get_state(thread("mine")).values == run.output
    assert len(run.checkpoints) == 4


def test_secrets_of_every_layer_are_known() -> None:
    graph = build("steps").with_config(thread("t", api_key="inner-secret-1")).bind(debug=False)
    graph = graph.with_config({"configurable": {"token": "outer-secret-2"}})
    assert LocalSource(graph).collect_secrets() == {"api_key": "inner-secret-1", "token": "outer-secret-2"}
    assert get_bound_config(build("steps")) == {}


def test_a_bound_runnable_that_is_no_graph_is_refused() -> None:
    from langchain_core.runnables import RunnableLambda

    with pytest.raises(lg_jupyter.TargetError, match="a LangChain runnable"):
        lg_jupyter.stream(RunnableLambda(len).bind(), [], display=False)
