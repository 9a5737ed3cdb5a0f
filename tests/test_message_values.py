"""Which values are messages."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, RemoveMessage

from lg_jupyter.encode import Encoder
from lg_jupyter.encode.messages import (
    get_message_role,
    is_encoded_message,
    is_encoded_message_or_list,
    is_last_chunk,
    is_message_dict,
    is_message_object,
    is_role_content_pair,
)


def encoded(value: Any) -> Any:
    return Encoder().encode(value)


@pytest.mark.parametrize("message", [AIMessage("yes"), HumanMessage("yes", id="1"), RemoveMessage(id="1")])
def test_langchains_messages(message: Any) -> None:
    assert is_message_object(message)
    assert (
        is_encoded_message(encoded(message))
        and is_message_dict(encoded(message))
        and is_encoded_message_or_list(encoded(message))
    )
    assert not is_encoded_message(message)


@pytest.mark.parametrize(
    "value",
    [
        "yes",
        None,
        3,
        [],
        {},
        {"type": "ai"},
        {"content": "yes"},
        {"type": "note", "content": "yes"},
        {"type": "remove", "content": ""},
    ],
)
def test_no_messages(value: Any) -> None:
    assert (
        not is_encoded_message(value) and not is_message_dict(value) and not is_encoded_message_or_list(value)
    )


def test_what_people_write() -> None:
    assert is_message_dict({"role": "user", "content": "yes"})
    assert not is_encoded_message({"role": "user", "content": "yes"})
    assert is_role_content_pair(("user", "yes")) and is_role_content_pair(
        ["ai", [{"type": "text", "text": "yes"}]]
    )
    assert (
        not is_role_content_pair(["yes", "no"])
        and not is_role_content_pair("ai")
        and not is_role_content_pair(["ai", "yes", "no"])
    )


def test_a_list_of_nothing_else() -> None:
    both = encoded([AIMessage("yes"), HumanMessage("no")])
    assert is_encoded_message_or_list(both)
    assert not is_encoded_message_or_list([*both, "and this"])


def test_roles() -> None:
    assert get_message_role({"type": "AIMessageChunk", "content": ""}) == "ai"
    assert get_message_role({"type": "chat", "role": "critic", "content": ""}) == "critic"


def test_the_last_chunk_of_a_message_live_and_encoded() -> None:
    last = AIMessageChunk("", id="1", chunk_position="last")
    assert is_last_chunk(encoded(last)) and is_last_chunk(vars(last))
    for other in (AIMessageChunk("", id="1"), AIMessage("")):
        assert not is_last_chunk(encoded(other)) and not is_last_chunk(vars(other))
