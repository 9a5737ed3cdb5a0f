"""Canaries in calls of models and tools: headers, settings, prompts, tools, errors; they are seen nowhere."""

from __future__ import annotations

import logging
import uuid
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode

import lg_jupyter
from tests.providers import scenarios as s
from tests.providers.models import PROVIDERS, model, why_not_here
from tests.providers.server import ProviderServer
from tests.sinks import leaks, sinks


def canary(name: str) -> str:
    return f"{name}-{uuid.uuid4().hex}"


def openai(scenario: str, root: str, named: dict[str, str]) -> Any:
    """A model with secrets that only their names tell of: in its class, and in what is bound to it."""
    made = model(
        "openai",
        scenario,
        root,
        default_headers={"X-Api-Key": named["class header"]},
        default_query={"access_token": named["class query"]},
    )
    return made.bind(
        extra_headers={"Authorization": f"Bearer {named['header']}", "Cookie": named["cookie"]},
        extra_query={"api_key": named["query"]},
        extra_body={"password": named["body"]},
        user="somebody",
    )


NAMES = ("class header", "class query", "header", "cookie", "query", "body")


@pytest.mark.parametrize("scenario", [s.TEXT, s.UNAUTHORIZED, s.CUT])
@pytest.mark.parametrize("modes", [None, pytest.param("events", marks=pytest.mark.matrix)])
async def test_nothing_secret_of_a_call_is_seen(
    scenario: str, modes: Any, provider_server: ProviderServer, tmp_path: Path, caplog: Any
) -> None:
    named = {name: canary(name.replace(" ", "-")) for name in NAMES}
    asked = openai(scenario, provider_server.root, named)
    caplog.set_level(logging.DEBUG, "lg_jupyter")
    described = {
        "type": "function",
        "function": {"name": "look", "description": f"Use {s.KEY}.", "parameters": {}},
    }

    def node(state: MessagesState) -> Any:
        given = [SystemMessage(f"The key is {s.KEY}."), *state["messages"]]
        return {"messages": [asked.bind(tools=[described]).invoke(given)]}

    graph = StateGraph(MessagesState).add_node("node", node).add_edge(START, "node").compile()
    path = tmp_path / "live.jsonl"
    given = {"messages": [HumanMessage("hi")]}
    run = lg_jupyter.stream(graph, given, modes=modes, display=False, save=path, thread=True)
    try:
        run.wait()
    except Exception:
        assert scenario != s.TEXT
    assert (run.status == "success") == (scenario == s.TEXT)
    (call,) = run.calls
    assert call.parameters["user"] == "somebody"
    assert call.parameters["extra_headers"].keys() == {"Authorization", "Cookie"}
    assert "The key is [redacted" in call.system
    seen = {"live file": path.read_text(), "log": caplog.text, "call": repr(call.to_dict())}
    seen |= sinks(run, tmp_path)
    for secret in (*named.values(), s.KEY):
        assert leaks(secret, seen) == {}


async def test_nothing_secret_of_a_tool_is_seen(tmp_path: Path) -> None:
    @tool
    def fetch(api_key: str, what: str) -> dict[str, str]:
        """Fetch."""
        if what == "fail":
            raise ValueError(f"refused {s.KEY}")
        return {"found": s.KEY}

    requests = [
        {"id": what, "name": "fetch", "args": {"api_key": s.KEY, "what": what}} for what in ("fail", "find")
    ]
    node = ToolNode([fetch], handle_tool_errors=True)
    graph = StateGraph(MessagesState).add_node("tools", node).add_edge(START, "tools").compile()
    given = {"messages": [HumanMessage("hi"), AIMessage("", tool_calls=requests)]}
    run = lg_jupyter.stream(graph, given, display=False, thread=True)
    run.wait()
    assert {call.status for call in run.tool_calls} == {"success", "error"}
    assert (
        leaks(s.KEY, sinks(run, tmp_path) | {"calls": repr([call.to_dict() for call in run.tool_calls])})
        == {}
    )


@pytest.mark.matrix
@pytest.mark.parametrize("provider", PROVIDERS)
async def test_no_class_tells_its_key(provider: str, provider_server: ProviderServer, tmp_path: Path) -> None:
    if reason := why_not_here(provider):
        pytest.skip(reason)
    asked = model(provider, s.UNAUTHORIZED, provider_server.root)

    def node(state: MessagesState) -> Any:
        return {"messages": [asked.invoke(state["messages"])]}

    graph = StateGraph(MessagesState).add_node("node", node).add_edge(START, "node").compile()
    run = lg_jupyter.stream(graph, {"messages": [HumanMessage("hi")]}, display=False, thread=True)
    with pytest.raises(Exception):  # noqa: B017, PT011 - each class raises its own
        run.wait()
    (call,) = run.calls
    assert (call.status, call.input[0]["content"]) == ("error", "hi")
    assert leaks(s.KEY, sinks(run, tmp_path)) == {}
