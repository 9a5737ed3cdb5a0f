"""What an event says, on a line."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter.event_text import format_event_data
from tests.matrix import sampled
from tests.recordings import adapted, names, parts

HUMAN = {"type": "human", "content": "hi"}
ANSWER = {
    "type": "ai",
    "content": [{"type": "text", "text": "Let me add."}],
    "tool_calls": [{"id": "1", "name": "add", "args": {"a": 1}}],
}
META = {"langgraph_node": "model"}


def chunk(**fields: Any) -> Any:
    return [{"type": "AIMessageChunk", "content": "", **fields}, META]


def call(event: str, **fields: Any) -> Any:
    return {"event": event, "call_id": "c", **fields}


@pytest.mark.parametrize(
    ("mode", "data", "text"),
    [
        ("messages", chunk(content="Tea"), "Tea"),
        ("messages", chunk(content=[{"type": "text", "text": "Tea"}]), "Tea"),
        ("messages", chunk(content=" "), '" "'),
        ("messages", chunk(content=[{"type": "thinking", "thinking": "Hm"}]), "Hm"),
        ("messages", chunk(tool_call_chunks=[{"name": "add", "args": "", "index": 0}]), "→ add "),
        ("messages", chunk(tool_call_chunks=[{"name": None, "args": '{"a"', "index": 0}]), '{"a"'),
        ("messages", chunk(usage_metadata={"input_tokens": 12, "output_tokens": 3}), "12 in · 3 out"),
        ("messages", chunk(), "(no text)"),
        ("messages", [ANSWER, META], "Let me add."),
        ("messages", [{**ANSWER, "content": ""}, META], '→ add({"a": 1})'),
        ("messages/partial", [ANSWER], '[ai "Let me add." → add({"a": 1})]'),
        (
            "values",
            {"messages": [HUMAN, ANSWER]},
            '{"messages": [human "hi", ai "Let me add." → add({"a": 1})]}',
        ),
        (
            "updates",
            {"model": {"messages": [{**HUMAN, "content": ""}]}},
            '{"model": {"messages": [human (no text)]}}',
        ),
        ("calls", call("model_start", input=[HUMAN, HUMAN]), "model called · 2 messages"),
        ("calls", call("model_end", output=ANSWER), 'model answered · "Let me add." → add({"a": 1})'),
        ("calls", call("model_streams"), "model streams"),
        (
            "calls",
            call("model_error", error={"error": "ValueError", "message": "no"}),
            "model failed · ValueError: no",
        ),
        ("calls", call("tool_start", name="add", args={"a": 1}), 'tool add called · {"a": 1}'),
        (
            "calls",
            call("tool_end", output={"type": "tool", "name": "add", "content": "3"}),
            'tool add answered · "3"',
        ),
        ("calls", call("tool_end", output={"sum": 3}), 'tool answered · {"sum": 3}'),
        ("calls", call("retriever_start", name="docs", query="tea"), "retriever docs called · tea"),
        ("calls", call("retriever_end", documents=[{}, {}]), "retriever answered · 2 documents"),
        ("calls", call("tool_start"), "tool called"),
        ("calls", call("tool_start", args={}, query="q"), "tool called · {}"),
        ("calls", call("model_start", input="given"), "model called"),
        ("calls", call("model_end", output={**HUMAN, "content": ""}), "model answered · human (no text)"),
        ("calls", call("tool_error", name="add", error="boom"), "tool add failed · Error: boom"),
        ("calls", call("tool_error"), "tool failed · Error"),
        ("calls", call("chain_start"), '{"event": "chain_start", "call_id": "c"}'),
        (
            "store",
            {"op": "put", "namespace": ["memories", "u1"], "key": "k", "value": {"a": HUMAN}},
            'put memories.u1 k · {"a": human "hi"}',
        ),
        ("store", {"op": "get", "namespace": ["memories"], "key": "k", "value": None}, "get memories k"),
        ("store", {"op": "search", "namespace": [], "key": None}, "search"),
        ("store", {"op": "put", "namespace": ["n"], "value": 0}, "put n · 0"),
        ("store", {"namespace": [1, "n"], "key": 2, "op": 3}, "n"),
        ("store", {"value": [1]}, "[1]"),
        (
            "store",
            {"op": "put", "namespace": ["n"], "value": 1, "error": {"error": "ValueError", "message": "no"}},
            "put n · failed: ValueError: no",
        ),
        ("store", {"op": "put", "error": "boom"}, "put · failed: Error: boom"),
        ("store", [], "[]"),
        ("tasks", {"id": "t", "name": "n", "input": {"a": 1}}, 'input {"a": 1}'),
        ("tasks", {"id": "t", "name": "n", "result": {"a": 2}, "error": None}, 'result {"a": 2}'),
        ("tasks", {"id": "t", "name": "n", "error": "boom"}, "failed · Error: boom"),
        ("checkpoints", {"values": {"a": 1}, "next": ["b", "c"]}, 'next b, c · {"a": 1}'),
        ("checkpoints", {"values": {"a": 1}, "next": []}, 'nothing next · {"a": 1}'),
        ("checkpoints", {"next": ["b"]}, '{"next": ["b"]}'),
        ("debug", {"type": "checkpoint", "payload": {"values": 1}}, "checkpoint · nothing next · 1"),
        ("debug", {"type": "task", "payload": {}}, '{"type": "task", "payload": {}}'),
        ("debug", {"type": 5, "payload": {"input": 1}}, "input 1"),
        ("events", {"event": "on_tool_end", "data": {"output": 0, "input": 1}}, "on_tool_end · 0"),
        (
            "events",
            {"event": "on_tool_start", "name": "add", "data": {"input": 1}},
            "on_tool_start · add · 1",
        ),
        ("events", {"event": "on_chain_start", "name": "", "data": {}}, "on_chain_start"),
        ("events", {"name": "add", "data": {}}, '{"name": "add", "data": {}}'),
        ("control", {"event": "end"}, "run ended"),
        ("control", {"event": "retry"}, '{"event": "retry"}'),
        ("debug", {"type": "task", "payload": {"name": "n", "input": HUMAN}}, 'task · input human "hi"'),
        (
            "events",
            {"event": "on_chat_model_stream", "name": "Fake", "data": {"chunk": chunk(content="Tea")[0]}},
            'on_chat_model_stream · Fake · ai "Tea"',
        ),
        ("control", {"event": "start", "input": {"a": 1}}, 'run started · {"a": 1}'),
        ("control", {"event": "end", "status": "success"}, "run ended · success"),
        ("custom", "loading", "loading"),
        ("custom", {"a": 1}, '{"a": 1}'),
        ("messages", "damaged", "damaged"),
        ("messages", [{"type": 7, "content": "x"}, 1], '[{"type": 7, "content": "x"}, 1]'),
        ("tasks", {"input": [{"type": "ai", "content": "x", "tool_calls": [[1]]}]}, 'input [ai "x"]'),
        (
            "messages",
            chunk(usage_metadata=7),
            '[{"type": "AIMessageChunk", "content": "", "usage_metadata": 7}, {"langgraph_node": "model"}]',
        ),
        ("calls", None, "null"),
        ("tasks", [], "[]"),
    ],
)
def test_an_event_in_words(mode: str, data: Any, text: str) -> None:
    assert format_event_data(mode, data, max(len(text), 200)) == text


@pytest.mark.parametrize("name", sampled(names()))
def test_each_part_of_a_recording_has_words(name: str) -> None:
    for event in adapted(parts(name)):
        text = format_event_data(event.mode, event.data, 200)
        assert text
        assert not (event.mode == "messages" and text.startswith("[{"))


LONG = "x" * 500


@pytest.mark.parametrize(
    ("mode", "data", "within"),
    [
        ("calls", call("tool_start", args=LONG), "tool called"),
        ("calls", call("tool_end", output=LONG), "tool answered"),
        ("calls", call("tool_end", output={"type": "tool", "content": LONG}), "tool answered"),
        ("calls", call("tool_error", error={"error": "E", "message": LONG}), "tool failed"),
        ("store", {"op": "put", "value": LONG}, "put · x"),
        ("store", {"op": "put", "error": {"error": "E", "message": LONG}}, "put · failed: E"),
        ("tasks", {"input": LONG}, "input x"),
        ("tasks", {"error": {"error": "E", "message": LONG}}, "failed · E"),
        ("checkpoints", {"values": LONG}, "nothing next"),
        ("debug", {"type": "checkpoint", "payload": {"values": LONG}}, "checkpoint"),
        ("debug", {"type": "task", "payload": {"result": LONG}}, "task · result"),
        ("events", {"event": "on_tool_end", "data": {"output": LONG}}, "on_tool_end"),
        ("control", {"event": "start", "input": LONG}, "run started"),
    ],
)
def test_whatever_an_event_says_is_cut(mode: str, data: Any, within: str) -> None:
    text = format_event_data(mode, data, 100)
    assert text.startswith(within) and text.endswith("…")
    assert 100 <= len(text) <= 101


def test_of_one_message_less_is_shown_than_of_a_whole_state() -> None:
    assert format_event_data("values", [{**HUMAN, "content": LONG}], 1_000) == f'[human "{"x" * 400}…"]'
    assert format_event_data("values", [{**HUMAN, "content": LONG[:400]}], 1_000) == f'[human "{"x" * 400}"]'


def test_an_event_is_no_longer_than_a_line() -> None:
    long = {"messages": [{**HUMAN, "content": "x" * 5_000}] * 5_000}
    assert len(format_event_data("values", long, 200)) <= 201
    assert len(format_event_data("messages", [{**HUMAN, "content": "x" * 5_000}, META], 200)) <= 201
