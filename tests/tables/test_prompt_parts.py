"""How long the parts of a prompt are: message by message, block by block."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lg_jupyter.encode import SharedList
from lg_jupyter.tables.prompt_parts import PromptMeter


def parts(*messages: Any, tools: Any = None) -> dict[str, Any]:
    found = PromptMeter().measure_prompt_characters(messages, tools)
    assert found is not None
    return found


NOTHING = {"system": 0, "tools": None, "history": 0, "tool_results": 0, "media": 0}


@pytest.mark.parametrize(
    ("role", "part"),
    [
        *(("system", "system"), ("developer", "system"), ("tool", "tool_results")),
        *(("function", "tool_results"), ("human", "history"), ("ai", "history")),
    ],
)
def test_a_message_counts_by_its_role(role: str, part: str) -> None:
    assert parts({"type": role, "content": "12345"}) == {**NOTHING, part: 5}


CALLS = [{"id": "1", "name": "look", "args": {"a": SharedList([1])}}]
CALLED = len(json.dumps([{"id": "1", "name": "look", "args": {"a": [1]}}]))


@pytest.mark.parametrize(
    ("content", "characters", "media"),
    [
        ("", 0, 0),
        (None, 0, 0),
        ({"text": "no content"}, 0, 0),
        (["one", "two"], 6, 0),
        ([{"type": "text", "text": "one"}, {"type": "image_url", "image_url": "x" * 99}], 3, 1),
        ([{"type": "reasoning", "reasoning": "hm"}, {"type": "thinking", "thinking": "hmm"}], 5, 0),
        (
            [{"type": "reasoning"}, {"type": "tool_use"}, {"type": "tool_call"}, {"type": "function_call"}],
            0,
            0,
        ),
        ([{"type": "file"}, {}, {"type": "text", "text": 5}], 0, 3),
        ([5, None], 0, 0),
        ([{"text": "first", "reasoning": "not"}], 5, 0),
    ],
)
def test_what_a_message_holds(content: Any, characters: int, media: int) -> None:
    message = {"type": "ai", "content": content}
    assert parts(message) == {**NOTHING, "history": characters, "media": media}
    calling = {**message, "tool_calls": CALLS}
    assert parts(calling) == {**NOTHING, "history": characters + CALLED, "media": media}


def test_what_is_no_message_is_the_users() -> None:
    assert parts("text", 5, {"role": "system"}) == {**NOTHING, "history": 4}


def test_all_of_a_prompt_is_added_up() -> None:
    prompt = [
        {"type": "system", "content": "1"},
        {"type": "human", "content": ["22", {"type": "image"}]},
        {"type": "ai", "content": "333"},
        {"type": "tool", "content": [{"type": "text", "text": "4444"}, {"type": "image"}]},
        {"type": "tool", "content": "55555"},
    ]
    tools = [{"name": "look"}]
    assert parts(*prompt, tools=tools) == {
        "system": 1,
        "tools": len(json.dumps(tools)),
        "history": 5,
        "tool_results": 9,
        "media": 2,
    }


def test_of_a_prompt_that_nobody_knows_nothing_is_and_no_tools_are_none() -> None:
    assert PromptMeter().measure_prompt_characters(None, []) is None
    assert parts(tools=[]) == {**NOTHING, "tools": 0}
    assert parts(tools=SharedList([1])) == {**NOTHING, "tools": 3}


def test_what_prompts_share_is_measured_once() -> None:
    measured, message, tools = PromptMeter(), {"type": "ai", "content": "12"}, [1]
    for _ in range(2):
        assert measured.measure_prompt_characters([message, message], tools) == {
            **NOTHING,
            "history": 4,
            "tools": 3,
        }
        message["content"], tools[:] = "changed since", [1, 2]  # which nobody does who shares it
    assert measured.measure_prompt_characters([dict(message)], [1, 2]) == {
        **NOTHING,
        "history": 13,
        "tools": 6,
    }
