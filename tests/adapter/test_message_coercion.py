"""Messages among what was written or given, in every form of which LangGraph makes one."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter import message_coercion
from lg_jupyter.adapter.message_coercion import channel_value_as_list, find_written_messages, message_or_none
from lg_jupyter.encode import SharedList
from tests.adapter.build import ai

USER = {"role": "user", "content": "hi"}


def found(writes: Any, known: Any = ("messages",), other: Any = (), **options: Any) -> list[tuple[Any, ...]]:
    """What is found: type and text of each message, its channel, whether it is certain, whether it is raw."""
    return [
        (each.message["type"], each.message["content"], each.channel, each.is_certain, each.is_converted)
        for each in find_written_messages(writes, known, other, **options)
    ]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (ai("hi"), ("ai", "hi", True, False)),
        (USER, ("human", "hi", True, True)),
        ("hi", ("human", "hi", True, True)),
        (["system", "hi"], ("system", "hi", True, True)),
        ({**USER, "extra": 1}, ("human", "hi", True, True)),
    ],
)
def test_forms_of_a_message_in_a_channel_of_messages(item: Any, message: Any) -> None:
    kind, text, certain, raw = message
    for written in ([item], SharedList([item]), {"$writes": [item]}):
        assert found({"messages": written}) == [(kind, text, "messages", certain, raw)]
    assert found({"messages": item}) == [(kind, text, "messages", certain, raw)]
    assert found({"messages": {"type": message_coercion.OVERWRITE_TYPE, "value": [item]}}) == [
        (kind, text, "messages", certain, raw)
    ]


@pytest.mark.parametrize(
    "item", [1, None, {"a": 1}, ["a", "b", "c"], {"role": "nobody", "content": "x"}, [1, 2]]
)
def test_what_is_no_message(item: Any) -> None:
    assert found({"messages": [item]}) == []


def test_what_may_be_one_in_a_channel_of_which_nothing_is_known() -> None:
    assert found({"log": ["x", USER]}) == [
        ("human", "x", "log", False, True),
        ("human", "hi", "log", True, True),
    ]
    assert found({"log": ["x", USER]}, other=("log",)) == [("human", "hi", "log", True, True)]
    many = [f"{n}" for n in range(30)]
    assert [text for _, text, *_ in found({"log": many})] == many[:20]
    assert [text for _, text, *_ in found({"messages": many})] == many


def test_what_a_task_wrote_without_naming_a_channel() -> None:
    assert found(ai("a")) == [("ai", "a", "", True, False)]
    assert found([ai("a"), {"messages": [ai("b")]}, USER]) == [
        ("ai", "a", "", True, False),
        ("ai", "b", "messages", True, False),
        ("human", "hi", "", True, True),
    ]
    assert {channel for _, _, channel, *_ in found(USER)} == {"role", "content"}  # are written to
    assert found(USER, is_functional_task=True) == [("human", "hi", "", True, True)]
    assert found("text", is_functional_task=True) == found(None) == found(5) == []


@pytest.mark.parametrize(
    "value",
    [
        *({"role": "user"}, {"content": "x"}, {**USER, "unknown": 1}, {**USER, "role": 1}),
        *({**USER, "content": 5}, {**USER, "content": {"a": 1}}, {**USER, "role": "king"}, "hi", None),
    ],
)
def test_what_is_no_message_wherever_it_stands(value: Any) -> None:
    assert message_or_none(value) is None


@pytest.mark.parametrize("content", ["hi", [{"type": "text", "text": "hi"}]])
def test_a_dict_with_a_role_is_one_wherever_it_stands(content: Any) -> None:
    message = message_or_none({"role": "assistant", "content": content, "id": "m", "name": "bob"})
    assert message is not None
    assert [message[name] for name in ("type", "content", "id", "name")] == ["ai", content, "m", "bob"]


def test_what_stands_in_a_channel() -> None:
    items = SharedList([1])
    assert channel_value_as_list(items) is items
    assert [*map(channel_value_as_list, ({"a": 1}, "x", [2], 5, None, True))] == [
        ({"a": 1},),
        ("x",),
        [2],
        (),
        (),
        (),
    ]
