"""Agents with a middleware that only `invoke` can call: they run, in a thread."""

from __future__ import annotations

from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, before_model, wrap_model_call, wrap_tool_call
from langchain_core.messages import ToolMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph

import lg_jupyter
from lg_jupyter.errors import ModeError
from lg_jupyter.sources.local.middleware import has_sync_only_middleware
from tests.graphs import ScriptedModel

INPUT = {"messages": [("user", "Look.")]}
CALL = {
    "tool_call_chunks": [{"name": "look", "args": "{}", "id": "c1", "index": 0, "type": "tool_call_chunk"}]
}


@tool
def look() -> str:
    """Look."""
    raise ValueError("dark")


@wrap_tool_call
def told(request: Any, handler: Any) -> Any:
    try:
        return handler(request)
    except ValueError as error:
        return ToolMessage(f"It is {error}.", tool_call_id=request.tool_call["id"], status="error")


@wrap_model_call
def passed(request: Any, handler: Any) -> Any:
    return handler(request)


@before_model
def plain(state: Any, runtime: Any) -> None:
    return None


class Plain(AgentMiddleware):
    def wrap_model_call(self, request: Any, handler: Any) -> Any:
        return handler(request)


class Both(Plain):
    async def awrap_model_call(self, request: Any, handler: Any) -> Any:
        return await handler(request)


def agent(*middleware: Any, **options: Any) -> Any:
    model = ScriptedModel(lines=[[CALL], ["seen"]])
    return create_agent(model, [look], middleware=middleware, **options)


@pytest.mark.parametrize(
    ("middleware", "lacks"),
    [
        ((), False),
        ((plain,), False),
        ((Both(),), False),
        ((told,), True),
        ((passed,), True),
        ((Plain(),), True),
        ((Both(), told, plain), True),
    ],
)
def test_which_agents_lack_it(middleware: tuple[Any, ...], lacks: bool) -> None:
    one = agent(*middleware)
    around = StateGraph(MessagesState).add_node("agent", one).add_edge(START, "agent").compile()
    assert [has_sync_only_middleware(graph) for graph in (one, around)] == [lacks, lacks]


async def test_what_invoke_runs_runs_here() -> None:
    graph = agent(told, passed)
    run = await lg_jupyter.stream(graph, INPUT, display=False)
    assert run.status == "success"
    expected = [message.text for message in graph.invoke(INPUT)["messages"]]
    assert (
        [message.text for message in run.output["messages"]]
        == expected
        == ["Look.", "", "It is dark.", "seen"]
    )


def test_the_mode_that_needs_one_is_refused_with_the_reason() -> None:
    with pytest.raises(ModeError, match="and a middleware in it has no async side"):
        lg_jupyter.stream(agent(told, checkpointer=InMemorySaver()), INPUT, modes="events", thread_id="1")
