"""A call that a run knows is what the endpoint received: messages, tools, parameters, the answer's form."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langgraph.graph import START, MessagesState, StateGraph
from pydantic import BaseModel

import lg_jupyter
from tests.providers import scenarios as s
from tests.providers.cells import ANSWERS, HEARS, SERVER, Cell
from tests.providers.features import NONE, REASONS
from tests.providers.models import PROVIDERS, model, weather, why_not_here
from tests.providers.requests import known, sent
from tests.providers.server import ProviderServer

UNKNOWN = {
    "ollama": {"max_tokens", "seed", "top_p"},
    "groq": {"n", "effort", "top_p"},
}
"""What a class sends and does not report to callbacks."""

IS_OLD = version("langchain-core").startswith("1.0.")

UNSENT = {"openai_responses": {"stop"}, **({"mistralai": {"stop"}} if IS_OLD else {})}
"""What a class reports to callbacks and does not send: OpenAI's Responses API has no such parameter."""

CONVERSATION = [
    SystemMessage("Be brief."),
    HumanMessage("Does it rain?"),
    AIMessage("", tool_calls=[{"id": "call_abc12", "name": s.TOOL, "args": {"city": "Lisbon"}}]),
    ToolMessage("sun", tool_call_id="call_abc12", name=s.TOOL),
    AIMessage("Sunny."),
    HumanMessage(
        [
            {"type": "text", "text": "And here?"},
            {"type": "image", "base64": s.PNG, "mime_type": "image/png"},
        ]
    ),
]

OPTIONS: dict[str, dict[str, Any]] = {
    "openai": {"max_tokens": 64, "seed": 7},
    "openai_responses": {"max_tokens": 64},
    "anthropic": {"temperature": 0.3},
    "google_genai": {"temperature": 0.3, "top_p": 0.9, "top_k": 5, "max_output_tokens": 64},
    "ollama": {"temperature": 0.3, "top_p": 0.9, "seed": 7, "num_predict": 64},
    "mistralai": {"temperature": 0.3, "top_p": 0.9, "random_seed": 7, "max_tokens": 64},
    "deepseek": {"temperature": 0.3, "top_p": 0.9, "seed": 7, "max_tokens": 64},
    "groq": {"temperature": 0.3, "max_tokens": 64},
}


class Verdict(BaseModel):
    """How many hills."""

    hills: int
    names: list[str]


def with_everything(provider: str, root: str) -> Any:
    made = model(provider, s.TEXT, root, **OPTIONS[provider])
    stop = {} if IS_OLD and provider == "openai_responses" else {"stop": ["END"]}  # which fails there
    return made.bind_tools([weather], tool_choice=s.TOOL).bind(**stop)


def structured(provider: str, root: str) -> Any:
    return model(provider, s.TEXT, root).with_structured_output(Verdict, method="json_schema")


def by_function(provider: str, root: str) -> Any:
    return model(provider, s.TEXT, root).with_structured_output(Verdict, method="function_calling")


def unequal(run: lg_jupyter.Run, provider: str, server: ProviderServer, before: int) -> list[str]:
    """What the calls of a run say otherwise than the requests that the server got since."""
    requests = server.requests[before:]
    assert len(run.calls) == len(requests) > 0
    unknown, unsent = UNKNOWN.get(provider, set()), UNSENT.get(provider, set())
    return [
        difference
        for request, call in zip(requests, run.calls, strict=True)
        for difference in sent(request).differences(known(call), unknown, unsent)
    ]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("made", [with_everything, structured, by_function], ids=lambda made: made.__name__)
async def test_a_call_is_what_was_sent(provider: str, made: Any, provider_server: ProviderServer) -> None:
    if reason := why_not_here(provider):
        pytest.skip(reason)
    asked = made(provider, provider_server.root)

    def node(state: MessagesState) -> dict[str, Any]:
        with suppress(ValueError, TypeError):  # the answer does not have the form
            asked.invoke(CONVERSATION)
        return {}

    before = len(provider_server.requests)
    graph = StateGraph(MessagesState).add_node("node", node).add_edge(START, "node").compile()
    run = await lg_jupyter.stream(graph, {"messages": []}, display=False, thread=True)
    assert unequal(run, provider, provider_server, before) == []


FEW = [("openai", s.TOOL_CALL, SERVER), ("openai_responses", s.CUT, HEARS)]


def _cells() -> Iterator[Any]:
    for provider in PROVIDERS:
        for scenario in s.SCENARIOS:
            if REASONS.get((provider, scenario)) == NONE:
                continue
            for way in (ANSWERS, HEARS, SERVER):
                marks = () if (provider, scenario, way) in FEW else pytest.mark.matrix
                yield pytest.param(provider, scenario, way, id=f"{provider}-{scenario}-{way}", marks=marks)


@pytest.mark.parametrize(("provider", "scenario", "way"), [*_cells()])
@pytest.mark.asyncio(loop_scope="module")
async def test_each_cell_of_the_table_is_what_was_sent(
    provider: str, scenario: str, way: str, provider_server: ProviderServer, request: pytest.FixtureRequest
) -> None:
    if reason := why_not_here(provider):
        pytest.skip(reason)
    if way == SERVER and sys.version_info < (3, 11):
        pytest.skip("a LangGraph server needs Python 3.11")
    before = len(provider_server.requests)
    cell = Cell(provider, scenario, provider_server.root)
    if way != SERVER:
        run = await cell.run(way)
        assert unequal(run, provider, provider_server, before) == []
        return
    run = await cell.run(way, request.getfixturevalue("dev_server").url, calls=True)
    (received,), (call,) = provider_server.requests[before:], run.calls
    assert (call.known_from, call.tools) == ("events", None)
    told, events = sent(received), known(call)
    assert told.pieces == events.pieces
    assert events.parameters.items() <= told.parameters.items()
