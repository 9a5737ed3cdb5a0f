"""Blocks that are neither text nor reasoning: in LangChain's form where it has one, else as they came."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter.blocks import read_blocks_in_kwargs, read_openai_tool_outputs, to_standard_blocks

PNG = "aGk="
DRAWN = {"type": "image_generation_call", "id": "i", "result": PNG, "index": 1}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "server_tool_call", "name": "f", "args": {}},
        {"type": "server_tool_result", "tool_call_id": "1", "output": 1},
        {"type": "audio", "base64": PNG},
        {"type": "video", "base64": PNG},
        {"type": "text-plain", "text": "x"},
        {"type": "refusal", "refusal": "no"},
        {"type": "hologram", "points": [1]},
        {"no type": 1},
    ],
)
@pytest.mark.parametrize("role", ["ai", "human"])
def test_what_is_standard_or_unknown_stays(block: dict[str, Any], role: str) -> None:
    assert to_standard_blocks([{**block, "index": 3}], role, "openai") == [block]


@pytest.mark.parametrize("block", ["text", 3, None])
def test_what_is_no_object_stays(block: Any) -> None:
    assert to_standard_blocks([block], "ai", "openai") == [block]


def test_what_langchain_only_wraps_is_taken_out() -> None:
    value = {"type": "odd", "id": "lc_123", "data": 1, "index": 0}
    assert to_standard_blocks([{"type": "non_standard", "value": value, "index": 0}], "ai", None) == [
        {"type": "odd", "data": 1}
    ]
    bare = {"type": "non_standard", "value": "text"}
    assert to_standard_blocks([bare], "ai", None) == [bare]


def test_ids_are_kept_but_for_those_that_langchain_makes_up() -> None:
    for own in ("mine", "x_lc_", 5):
        assert to_standard_blocks([{"type": "audio", "id": own}], "ai", None) == [
            {"type": "audio", "id": own}
        ]
    assert to_standard_blocks([{"type": "audio", "id": "lc_1", "name": "lc_1"}], "ai", None) == [
        {"type": "audio", "name": "lc_1"}
    ]


def test_a_block_is_read_as_its_providers() -> None:
    (drawn,) = to_standard_blocks([DRAWN], "ai", "openai")
    assert (drawn["type"], drawn["base64"]) == ("image", PNG)
    for role, provider in (("ai", "anthropic"), ("ai", None), ("human", "openai")):
        assert to_standard_blocks([DRAWN], role, provider) == [
            {"type": DRAWN["type"], "id": "i", "result": PNG}
        ]


def test_blocks_of_a_human_are_read_whoever_answers() -> None:
    url = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}
    image = {"type": "image", "base64": PNG, "mime_type": "image/png"}
    assert to_standard_blocks([url, url], "human", None) == [image, image]


def test_a_call_of_a_servers_tool_has_the_input_that_came_in_pieces() -> None:
    pieces = {"type": "server_tool_use", "id": "s", "name": "f", "index": 0}
    for block in (
        {**pieces, "input": {}, "partial_json": '{"q": 1}'},
        {**pieces, "input": {"q": 1}, "partial_json": '{"q": 2}'},
    ):
        (call,) = to_standard_blocks([block], "ai", "anthropic")
        assert call == {"type": "server_tool_call", "id": "s", "name": "f", "args": {"q": 1}}
    (torn,) = to_standard_blocks([{**pieces, "partial_json": '{"q'}], "ai", None)
    assert torn == {"type": "server_tool_use", "id": "s", "name": "f", "input": '{"q'}
    chunk = {"type": "server_tool_call_chunk", "id": "s", "name": "f", "args": '{"q": 1}', "index": 0}
    assert to_standard_blocks([chunk], "ai", "google_genai") == [
        {"type": "server_tool_call", "id": "s", "name": "f", "args": {"q": 1}}
    ]


def test_what_stands_beside_the_content() -> None:
    ran = {"name": "python", "arguments": "{}", "output": "2", "type": "function", "index": 0}
    extra = {"refusal": "no", "audio": {"id": "a", "data": PNG, "transcript": "", "expires_at": 5}}
    assert [*read_blocks_in_kwargs(extra)] == [
        {"type": "refusal", "refusal": "no"},
        {"type": "audio", "id": "a", "expires_at": 5, "base64": PNG},
    ]
    assert [*read_blocks_in_kwargs({"audio": {"transcript": "hi"}})] == [
        {"type": "audio", "transcript": "hi"}
    ]
    assert [*read_blocks_in_kwargs({"audio": PNG})] == [
        {"type": "audio", "base64": PNG, "mime_type": "audio/wav"}
    ]
    assert [block["type"] for block in read_blocks_in_kwargs({"executed_tools": [ran]})] == [
        "server_tool_call",
        "server_tool_result",
    ]
    odd = {"executed_tools": [5]}
    assert [*read_blocks_in_kwargs(odd)] == [{"type": "executed_tools", **odd}]


@pytest.mark.parametrize(
    "extra",
    [None, "text", [], {}, {"refusal": "", "audio": {}, "executed_tools": []}, {"refusal": 5, "audio": 5}],
)
def test_where_nothing_stands_beside_it(extra: Any) -> None:
    assert [*read_blocks_in_kwargs(extra)] == []
    assert read_openai_tool_outputs(extra) == []


def test_what_openais_own_tools_gave() -> None:
    assert read_openai_tool_outputs({"tool_outputs": [{"a": 1}, {"b": 2}]}) == [{"a": 1}, {"b": 2}]
    for odd in ("text", {"a": 1}, None):
        assert read_openai_tool_outputs({"tool_outputs": odd}) == []
