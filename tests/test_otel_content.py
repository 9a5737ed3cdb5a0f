"""What was said, as a collector of traces gets it; and which spans stand for what was done."""

from __future__ import annotations

import asyncio
import json
import sys
from importlib.metadata import version
from typing import Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, SystemMessage
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

import lg_jupyter
from lg_jupyter.exports.otel.messages import (
    MAX_BLOB_CHARACTERS,
    find_finish_reason,
    make_state_message_rows,
    message_row_to_otel,
    split_off_system_rows,
)
from tests.collector import Collector, attributes

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

USAGE = {
    "input_tokens": 100,
    "output_tokens": 20,
    "total_tokens": 120,
    "input_token_details": {"cache_read": 80, "cache_creation": 5, "audio": 3},
    "output_token_details": {"reasoning": 12},
}


class Scripted(GenericFakeChatModel):
    """Streams the chunks it is given; nobody is asked."""

    messages: Any = ()
    chunks: list[Any]

    def _stream(self, messages, stop=None, run_manager=None, **options):
        for chunk in self.chunks:
            made = ChatGenerationChunk(message=chunk.model_copy(deep=True))
            if run_manager:
                run_manager.on_llm_new_token(chunk.text if isinstance(chunk.text, str) else "", chunk=made)
            yield made


def cut_answer() -> Scripted:
    last = AIMessageChunk(
        "",
        id="a",
        response_metadata={"finish_reason": "length"},
        usage_metadata=USAGE,
        chunk_position="last",
    )
    return Scripted(chunks=[AIMessageChunk("Half an ", id="a"), AIMessageChunk("answer", id="a"), last])


def graph_of(model: Any, **options: Any) -> Any:
    def bot(state: MessagesState) -> dict[str, Any]:
        return {"messages": [model.invoke(state["messages"])]}

    return StateGraph(MessagesState).add_node("bot", bot).add_edge(START, "bot").compile(**options)


async def ran(graph: Any, *said: Any, **options: Any) -> Any:
    return await lg_jupyter.stream(graph, {"messages": list(said)}, display=False, thread=True, **options)


def roles(attributes: dict[str, Any], name: str = "gen_ai.input.messages") -> list[tuple[str, str]]:
    return [(each["role"], each["parts"][0]["content"]) for each in json.loads(attributes[name])]


SCHEMA = "https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev"


@pytest.fixture
def collector():
    with Collector() as collector:
        yield collector


async def test_a_collector_gets_the_question_the_answer_and_what_it_cost(collector) -> None:
    graph = graph_of(cut_answer(), name="agent")
    run = await ran(graph, ("system", "Be brief."), ("user", "Why is the sky blue?"))
    run.to_otel(OTLPSpanExporter(collector.url), content=True)
    # The exporter of the oldest SDK that is supported sends the scope of spans without its schema.
    schema = "" if version("opentelemetry-sdk").startswith("1.25.") else SCHEMA
    assert collector.schemas == {schema}
    (chat,) = [attributes for name in ("chat", "chat scripted") for attributes in collector.named(name)]
    assert roles(chat) == [("user", "Why is the sky blue?")]
    assert json.loads(chat["gen_ai.system_instructions"]) == [{"type": "text", "content": "Be brief."}]
    (answer,) = json.loads(chat["gen_ai.output.messages"])
    assert answer == {
        "role": "assistant",
        "parts": [{"type": "text", "content": "Half an answer"}],
        "finish_reason": "length",
    }
    assert chat["gen_ai.response.finish_reasons"] == ["length"]
    assert chat["gen_ai.usage.input_tokens"] == 100
    assert chat["gen_ai.usage.output_tokens"] == 20
    assert chat["gen_ai.usage.cache_read.input_tokens"] == 80
    assert chat["gen_ai.usage.cache_creation.input_tokens"] == 5
    assert chat["gen_ai.usage.reasoning.output_tokens"] == 12
    (root,) = collector.named("invoke_agent agent")
    assert roles(root) == [("user", "Why is the sky blue?")]
    assert json.loads(root["gen_ai.system_instructions"]) == [{"type": "text", "content": "Be brief."}]
    assert json.loads(root["gen_ai.output.messages"]) == [answer]


async def test_a_collector_gets_all_that_the_model_was_given(collector) -> None:
    """What is in no stream: a prompt of the node's own, tools, parameters."""
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    tool = {
        "type": "function",
        "function": {"name": "weather", "description": "The weather.", "parameters": schema},
    }
    search = {"type": "web_search_20250305", "name": "web_search"}
    form = {"type": "json_schema", "json_schema": {"name": "Rain", "schema": schema}}
    options = {"temperature": 0.5, "top_p": 0.9, "top_k": 40, "max_completion_tokens": 64, "seed": 7, "n": 2}
    model = cut_answer().bind(
        tools=[tool, search], stop=["END"], response_format=form, frequency_penalty=0.1, **options
    )

    def bot(state: MessagesState) -> dict[str, Any]:
        return {"messages": [model.invoke([SystemMessage("Be brief."), *state["messages"][-1:]])]}

    graph = StateGraph(MessagesState).add_node("bot", bot).add_edge(START, "bot").compile(name="agent")
    run = await ran(graph, ("user", "Old."), ("user", "Why is the sky blue?"))
    run.to_otel(OTLPSpanExporter(collector.url), content=True)
    (chat,) = collector.named("chat")
    assert json.loads(chat["gen_ai.system_instructions"]) == [{"type": "text", "content": "Be brief."}]
    assert roles(chat) == [("user", "Why is the sky blue?")]
    assert json.loads(chat["gen_ai.tool.definitions"]) == [
        {"type": "function", "name": "weather", "description": "The weather.", "parameters": schema},
        {"type": "web_search_20250305", "name": "web_search"},
    ]
    requested = {name: value for name, value in chat.items() if name.startswith("gen_ai.request.")}
    assert requested == {
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.top_p": 0.9,
        "gen_ai.request.top_k": 40,
        "gen_ai.request.max_tokens": 64,
        "gen_ai.request.seed": 7,
        "gen_ai.request.choice.count": 2,
        "gen_ai.request.frequency_penalty": 0.1,
        "gen_ai.request.stop_sequences": ["END"],
        "gen_ai.request.stream": True,
    }
    assert chat["gen_ai.output.type"] == "json"
    assert chat["gen_ai.usage.audio.input_tokens"] == 3
    assert "gen_ai.usage.audio.output_tokens" not in chat
    assert chat["gen_ai.response.time_to_first_chunk"] > 0
    assert chat["langgraph.known_from"] == "callback"


async def test_a_call_that_fails_has_its_prompt_and_its_error(collector) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise ValueError("too long")

    model = Scripted(chunks=[]).with_config(tags=["x"])
    model.bound.__dict__["_stream"] = fail
    run = lg_jupyter.stream(graph_of(model), {"messages": [("user", "hi")]}, display=False, thread=True)
    with pytest.raises(ValueError, match="too long"):
        run.wait()
    run.to_otel(OTLPSpanExporter(collector.url), content=True)
    (chat,) = collector.named("chat")
    assert roles(chat) == [("user", "hi")]
    assert chat["error.type"] == "ValueError"
    assert "gen_ai.output.messages" not in chat


async def test_a_model_in_a_tool_is_in_the_span_of_that_tool(collector) -> None:
    @tool
    def think(about: str) -> str:
        """Think."""
        return str(cut_answer().invoke(about).content)

    requests = AIMessage("", tool_calls=[{"id": "c", "name": "think", "args": {"about": "rain"}}])
    graph = StateGraph(MessagesState).add_node("tools", ToolNode([think])).add_edge(START, "tools").compile()
    run = await ran(graph, ("user", "hi"), requests)
    run.to_otel(OTLPSpanExporter(collector.url), content=True)
    (outer,) = [span for span in collector.spans if span.name == "execute_tool think"]
    (inner,) = [span for span in collector.spans if span.name == "chat"]
    assert inner.parent_span_id == outer.span_id
    assert outer.start_time_unix_nano <= inner.start_time_unix_nano <= inner.end_time_unix_nano
    told = attributes(outer)
    assert told["gen_ai.tool.description"] == "Think."
    assert told["gen_ai.tool.call.arguments"] == '{"about":"rain"}'
    assert told["gen_ai.tool.call.result"] == "Half an answer"


async def test_an_answer_from_a_cache_used_nothing(collector) -> None:
    last = AIMessageChunk("", usage_metadata=USAGE, chunk_position="last")
    model = Scripted(chunks=[AIMessageChunk("Yes."), last], cache=InMemoryCache())

    def bot(state: MessagesState) -> dict[str, Any]:
        return {"messages": [model.invoke("same"), model.invoke("same")]}

    graph = StateGraph(MessagesState).add_node("bot", bot).add_edge(START, "bot").compile(name="agent")
    (await ran(graph, ("user", "hi"))).to_otel(OTLPSpanExporter(collector.url))
    used = [chat.get("gen_ai.usage.input_tokens") for chat in collector.named("chat")]
    assert used == [100, None]
    (root,) = collector.named("invoke_agent agent")
    assert root["gen_ai.usage.input_tokens"] == 100


async def test_nothing_is_said_unless_asked(collector) -> None:
    run = await ran(graph_of(cut_answer(), name="agent"), ("user", "Why is the sky blue?"))
    run.to_otel(OTLPSpanExporter(collector.url))
    assert len(collector.spans) == 3
    assert not any(b"sky" in span.SerializeToString() for span in collector.spans)


async def test_a_later_turn_has_what_was_said_before(collector) -> None:
    graph = graph_of(cut_answer(), name="agent", checkpointer=InMemorySaver())
    await ran(graph, ("user", "Hello?"), thread_id="t")
    graph = graph_of(
        Scripted(chunks=[AIMessageChunk("Yes.", id="b", chunk_position="last")]),
        name="agent",
        checkpointer=graph.checkpointer,
    )
    run = await ran(graph, ("user", "Go on."), thread_id="t")
    run.to_otel(OTLPSpanExporter(collector.url), content=True)
    said = [("user", "Hello?"), ("assistant", "Half an answer"), ("user", "Go on.")]
    (chat,) = [attributes for name in ("chat", "chat scripted") for attributes in collector.named(name)]
    assert roles(chat) == said
    (root,) = collector.named("invoke_agent agent")
    assert roles(root) == said
    assert roles(root, "gen_ai.output.messages") == [("assistant", "Yes.")]


async def test_a_message_that_a_node_wrote_is_no_call_of_a_model() -> None:
    def write(state: MessagesState) -> dict[str, Any]:
        return {"messages": [AIMessage("no model here", id="x")]}

    graph = StateGraph(MessagesState).add_node("write", write).add_edge(START, "write").compile(name="g")
    run = await ran(graph, ("user", "hi"))
    assert [span.name for span in run.to_otel()] == ["invoke_agent g", "write"]


@pytest.mark.skipif(
    sys.version_info < (3, 11), reason="LangGraph does not follow graphs that an async node calls"
)
async def test_graphs_called_side_by_side_are_siblings() -> None:
    def say(state: MessagesState) -> dict[str, Any]:
        return {"messages": [("ai", "x")]}

    inner = StateGraph(MessagesState).add_node("say", say).add_edge(START, "say").compile(name="inner")

    async def call(state: MessagesState) -> dict[str, Any]:
        await asyncio.gather(*[inner.ainvoke({"messages": [("user", "hi")]}) for _ in range(3)])
        return {}

    graph = StateGraph(MessagesState).add_node("call", call).add_edge(START, "call").compile(name="outer")
    spans = (await ran(graph, ("user", "hi"))).to_otel()
    names = {span.context.span_id: span.name for span in spans}
    parents = [names[span.parent.span_id] for span in spans if span.name == "invoke_agent call"]
    assert parents == ["call"] * 3
    inside = [names[span.parent.span_id] for span in spans if span.name == "say"]
    assert inside == ["invoke_agent call"] * 3
    around = {span.parent.span_id for span in spans if span.name == "say"}
    assert len(around) == 3


# ---------------------------------------------------------------------------------------------
# As the conventions write it

ROW = {
    "role": "ai",
    "text": "See.",
    "reasoning": None,
    "blocks": None,
    "tool_calls": None,
    "tool_call_id": None,
    "status": "success",
    "finish_reason": None,
}


@pytest.mark.parametrize(
    ("block", "parts"),
    [
        (
            {"type": "image", "base64": PNG, "mime_type": "image/png"},
            [{"type": "blob", "modality": "image", "mime_type": "image/png", "content": PNG}],
        ),
        (
            {"type": "image", "base64": "A" * (MAX_BLOB_CHARACTERS + 4), "mime_type": "image/png"},
            [{"type": "text", "content": "[image/png, 750 kB: not kept]"}],
        ),
        (
            {"type": "image_url", "image_url": {"url": "https://example.org/x.png"}},
            [{"type": "uri", "modality": "image", "mime_type": None, "uri": "https://example.org/x.png"}],
        ),
        (
            {"type": "file", "file_id": "file-1", "mime_type": "application/pdf"},
            [{"type": "file", "modality": "file", "mime_type": "application/pdf", "file_id": "file-1"}],
        ),
        ({"type": "refusal", "refusal": "I can't."}, [{"type": "text", "content": "I can't."}]),
    ],
)
def test_blocks_are_parts(block, parts) -> None:
    assert message_row_to_otel({**ROW, "blocks": [block]}) == {
        "role": "assistant",
        "parts": [{"type": "text", "content": "See."}, *parts],
    }


def test_calls_of_the_provider_are_parts() -> None:
    blocks = [
        {"type": "server_tool_call", "id": "s", "name": "web_search", "args": {"query": "lisbon"}},
        {"type": "server_tool_result", "tool_call_id": "s", "status": "success", "output": "sun"},
    ]
    asked, answered = message_row_to_otel({**ROW, "text": "", "blocks": blocks})["parts"]
    assert asked["server_tool_call"] == {"type": "web_search", "arguments": {"query": "lisbon"}}
    assert answered["server_tool_call_response"] == {"type": "web_search", "response": "sun"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({}, "stop"),
        ({"tool_calls": [{"id": "c"}]}, "tool_call"),
        ({"finish_reason": "MAX_TOKENS", "status": "incomplete"}, "length"),
        ({"finish_reason": "SAFETY", "status": "incomplete"}, "content_filter"),
        ({"finish_reason": "end_turn"}, "stop"),
        ({"finish_reason": "of its own"}, "of its own"),
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "error", "finish_reason": "stop"}, "error"),
    ],
)
def test_why_a_model_stopped(row, reason) -> None:
    assert find_finish_reason({**ROW, **row}) == reason


def test_messages_are_found_in_a_state() -> None:
    said = [{"type": "human", "content": "hi", "id": "1"}, {"type": "remove", "content": "", "id": "0"}]
    for state in ({"n": 1, "messages": said}, {"talk": said}, said):
        assert [row["text"] for row in make_state_message_rows(state)] == ["hi"]
    for state in (None, 3, {"n": [1]}, {"messages": "hi"}):
        assert make_state_message_rows(state) == []
    rows = [{"role": "system"}, {"role": "developer"}, {"role": "human"}, {"role": "system"}]
    assert split_off_system_rows(rows) == (rows[:2], rows[2:])
