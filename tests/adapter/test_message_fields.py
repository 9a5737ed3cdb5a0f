"""What a message says of itself, in the words of each provider."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter import message_fields
from tests.adapter.build import ai


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ({"finish_reason": "stop"}, "stop"),
        ({"stop_reason": "end_turn"}, "end_turn"),
        ({"done_reason": "load"}, "load"),
        ({"stopReason": "max_tokens"}, "max_tokens"),
        ({"finishReason": "MAX_TOKENS"}, "MAX_TOKENS"),
        ({"finish_reason": None, "stop_reason": "length"}, "length"),
        ({"finish_reason": ""}, None),
        ({"finish_reason": 3}, None),
        ({"status": "incomplete", "object": "response", "incomplete_details": {"reason": "cut"}}, "cut"),
        ({"status": "completed", "object": "response", "incomplete_details": None}, "completed"),
        ({"status": "completed"}, None),
        ({"prompt_feedback": {"block_reason": "SAFETY"}}, "SAFETY"),
        ({"prompt_feedback": "odd", "incomplete_details": "odd"}, None),
        ({"finish_reason": "stopstop"}, "stop"),
        ({"finish_reason": "STOPSTOPSTOP"}, "STOP"),
        ({"finish_reason": "aab"}, "aab"),
        ({}, None),
        (None, None),
    ],
)
def test_how_an_answer_ended(metadata: Any, reason: str | None) -> None:
    assert message_fields.read_finish_reason({"response_metadata": metadata}) == reason


def test_which_model_and_whose() -> None:
    said = ai("", response_metadata={"model": "gpt", "model_provider": "openai"})
    assert (message_fields.read_model_name(said), message_fields.read_provider_name(said)) == (
        "gpt",
        "openai",
    )
    assert (
        message_fields.read_model_name(ai("", response_metadata={"model_name": "gpt-1", "model": "gpt"}))
        == "gpt-1"
    )
    assert (message_fields.read_model_name(ai("")), message_fields.read_provider_name(ai(""))) == (None, None)


@pytest.mark.parametrize(
    ("before", "now", "gained"),
    [
        (None, {"input_tokens": 3}, {"input_tokens": 3}),
        (
            {"input_tokens": 3},
            {"input_tokens": 5, "output_tokens": 1},
            {"input_tokens": 2, "output_tokens": 1},
        ),
        ({"d": {"read": 1}}, {"d": {"read": 4}}, {"d": {"read": 3}}),
        ({"d": {"read": 1}, "n": 1}, {"d": {"read": 1}, "n": 2}, {"d": {}, "n": 1}),
        ({"n": "odd"}, {"n": 2, "other": "text"}, {"n": 2}),
        ("odd", {"n": 2}, {"n": 2}),
        ({"n": 1}, {"n": 1}, None),
        ({"n": 1}, {}, None),
        ({"n": 1}, None, None),
        ({"n": 1}, "odd", None),
    ],
)
def test_what_a_growing_count_has_gained(before: Any, now: Any, gained: Any) -> None:
    assert message_fields.compute_added_usage(before, now) == gained


@pytest.mark.parametrize(
    ("message", "source"),
    [
        ({"type": "tool", "content": "x", "id": "run-1"}, "tool"),
        (ai("x", "run-1"), "model"),
        (ai("x", "lc_run-1"), "model"),
        (ai("x", "m", usage_metadata={"input_tokens": 1}), "model"),
        (ai("x", "m", response_metadata={"model_name": "gpt"}), "model"),
        (ai("x", "m"), "node"),
        (ai("x", None), "node"),
        (ai("x", "my-run-1"), "node"),
    ],
)
def test_who_made_what_a_task_returned(message: Any, source: str) -> None:
    assert message_fields.infer_message_source(message) == source


@pytest.mark.parametrize(
    ("given", "read"),
    [('{"a": 1}', {"a": 1}), ("", {}), ('{"a": ', '{"a": '), ({"a": 1}, {"a": 1}), (None, None)],
)
def test_arguments_that_came_as_text(given: Any, read: Any) -> None:
    assert message_fields.parse_tool_arguments(given) == read


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (["a", {"text": "b"}, 3], "ab"),
        ({"summary": [{"text": "a"}, {"text": "b"}]}, "ab"),
        ({"text": "", "thinking": "b"}, "b"),
        ({"content": [{"reasoning": "a"}]}, "a"),
        ({"reasoning_content": {"text": "a"}}, "a"),
        ({"other": "a"}, ""),
        ([[[["a"]]]], "a"),
        ([[[[["too deep"]]]]], ""),
        (None, ""),
        (7, ""),
    ],
)
def test_the_text_of_a_piece_of_reasoning(value: Any, text: str) -> None:
    assert message_fields.join_text(value) == text


@pytest.mark.parametrize(
    ("message", "calls"),
    [
        (
            ai(
                "",
                tool_calls=[{"id": "1", "name": "f", "args": {"a": 1}, "type": "tool_call"}, "odd"],
                invalid_tool_calls=[{"id": "2", "name": "g", "args": '{"a', "error": "?"}],
            ),
            [{"id": "1", "name": "f", "args": {"a": 1}}, {"id": "2", "name": "g", "args": '{"a'}],
        ),
        (ai("", tool_calls=[{"id": 1, "name": ""}]), [{"id": None, "name": None, "args": None}]),
        (
            ai("", additional_kwargs={"function_call": {"name": "f", "arguments": '{"a": 1}'}}),
            [{"id": None, "name": "f", "args": {"a": 1}}],
        ),
        (
            ai(
                "",
                tool_calls=[{"id": "1", "name": "f", "args": {}}],
                additional_kwargs={"function_call": {"name": "f", "arguments": "{}"}},
            ),
            [{"id": "1", "name": "f", "args": {}}],
        ),
        (ai("", additional_kwargs={"function_call": "odd"}), []),
        (ai("", additional_kwargs=["odd"]), []),
    ],
)
def test_the_calls_of_a_whole_message(message: Any, calls: Any) -> None:
    assert message_fields.read_tool_calls(message) == calls


def test_the_pieces_of_calls_keep_what_else_they_have() -> None:
    pieces = [{"index": 0, "id": "1", "name": "f", "args": "{", "type": "x"}, {"index": 1.5, "id": 2}]
    assert message_fields.read_tool_call_chunks({"tool_call_chunks": pieces}) == [
        {"index": 0, "id": "1", "name": "f", "args": "{", "type": "x"},
        {"index": None, "id": None, "name": None, "args": None},
    ]
    assert message_fields.read_tool_call_chunks({"tool_call_chunks": [{"index": "a"}]})[0]["index"] == "a"
    with pytest.raises(TypeError, match="expected an object, not str"):
        message_fields.read_tool_call_chunks({"tool_call_chunks": ["odd"]})


def test_what_is_neither_text_nor_reasoning_is_a_block() -> None:
    blocks = [
        "a",
        {"type": "text", "text": "b"},
        {"type": "thinking", "thinking": "why"},
        {"type": "tool_use", "id": "c"},
        {"type": "text", "args": "{", "index": 0},
        {"type": "image", "url": "u"},
        5,
    ]
    extra = {"reasoning_content": "!"}
    assert message_fields.split_message_content({"content": blocks, "additional_kwargs": extra}) == (
        "ab",
        "why!",
        [{"type": "server_tool_call_chunk", "args": "{", "index": 0}, {"type": "image", "url": "u"}, 5],
    )
    assert message_fields.split_message_content({"content": {"type": "text", "text": "b"}}) == ("b", "", ())
    assert message_fields.split_message_content({"content": None, "additional_kwargs": "odd"}) == ("", "", ())


def test_what_ran_at_groq_is_a_call_and_a_result() -> None:
    from lg_jupyter.adapter.blocks import read_blocks_in_kwargs

    ran = {"type": "search", "index": 0, "arguments": '{"query": "tides"}', "output": "three metres"}
    call, result = read_blocks_in_kwargs({"executed_tools": [ran]})
    assert (call["type"], call["args"]) == ("server_tool_call", {"query": "tides"})
    assert (result["type"], result["output"]) == ("server_tool_result", "three metres")


@pytest.mark.parametrize(
    "within", [lambda value: {"summary": value}, lambda value: [value, {"signature": 1}]]
)
def test_the_text_of_reasoning_four_levels_deep(within: Any) -> None:
    value: Any = "why"
    for level in range(6):
        assert message_fields.join_text(value) == ("why" if level <= 4 else "")
        value = within(value)
