"""Which graphs stream from a thread on Python 3.10, and that this is what it takes there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypedDict

import pytest
from langchain_core.tools import tool
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.func import entrypoint
from langgraph.graph import StateGraph
from langgraph.prebuilt import ToolNode

import lg_jupyter
from lg_jupyter.sources.local.python310 import streams_more_in_thread


class State(TypedDict, total=False):
    text: str


def plain(state: State) -> State:
    get_stream_writer()("from a plain function")
    return {"text": "plain"}


async def awaited(state: State) -> State:
    return {"text": "awaited"}


@tool
async def fetch(url: str) -> str:
    """Fetch a page."""
    return url


@tool
def read(path: str) -> str:
    """Read a file."""
    return path


def graph_of(node: Any, checkpointer: Any = None) -> Any:
    return StateGraph(State).add_node("node", node).set_entry_point("node").compile(checkpointer=checkpointer)


def with_branch(branch: Callable[..., Any]) -> Any:
    builder = StateGraph(State).add_node("node", plain).set_entry_point("node")
    return builder.add_conditional_edges("node", branch, ["__end__"]).compile()


def to_the_end(state: State) -> str:
    return "__end__"


async def to_the_end_later(state: State) -> str:
    return "__end__"


@entrypoint()
def plain_flow(text: str) -> str:
    return text


@entrypoint()
async def awaited_flow(text: str) -> str:
    return text


class AsyncSaver(BaseCheckpointSaver[str]):
    async def aget_tuple(self, config: Any) -> None:
        return None


@pytest.fixture
def on_python_310(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))


@pytest.mark.usefixtures("on_python_310")
@pytest.mark.parametrize(
    ("graph", "better"),
    [
        pytest.param(graph_of(plain), True, id="plain function"),
        pytest.param(graph_of(awaited), False, id="coroutine function"),
        pytest.param(graph_of(graph_of(plain)), True, id="subgraph of plain functions"),
        pytest.param(graph_of(graph_of(awaited)), False, id="subgraph that awaits"),
        pytest.param(graph_of(ToolNode([read])), True, id="plain tool"),
        pytest.param(graph_of(ToolNode([read, fetch])), False, id="tool that awaits"),
        pytest.param(with_branch(to_the_end), True, id="plain branch"),
        pytest.param(with_branch(to_the_end_later), False, id="branch that awaits"),
        pytest.param(plain_flow, True, id="plain entrypoint"),
        pytest.param(awaited_flow, False, id="entrypoint that awaits"),
        pytest.param(graph_of(plain, InMemorySaver()), True, id="checkpointer with both sides"),
        pytest.param(graph_of(plain, AsyncSaver()), False, id="checkpointer that awaits"),
        pytest.param(object(), False, id="no graph"),
    ],
)
def test_what_streams_better_in_a_thread(graph: Any, better: bool) -> None:
    assert streams_more_in_thread(graph) is better


def test_nothing_does_from_python_311_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 11, 0))
    assert not streams_more_in_thread(graph_of(plain))


async def test_plain_functions_have_their_writer_on_every_python() -> None:
    run = await lg_jupyter.stream(graph_of(plain), {"text": ""}, display=False)
    assert [row["data"] for row in run.trace.rows("custom")] == ["from a plain function"]
