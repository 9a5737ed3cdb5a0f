"""One call of a model is one message, whatever ids its chunks bear."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.events import CompleteMessage, MessageChunk
from tests.adapter.build import Stream, ai, call, chunk

USAGE = {"input_tokens": 120, "output_tokens": 30, "total_tokens": 150}


def model_call(**more: Any) -> dict[str, Any]:
    return call(ls_model_type="chat", ls_provider="openai", **more)


def response(number: int) -> list[dict[str, Any]]:
    """The chunks of a call of OpenAI's Responses API."""
    ours, theirs = f"lc_run--{number}", f"resp_{number}"
    return [
        chunk("", theirs, response_metadata={"id": theirs}),
        chunk([{"type": "text", "text": f"said {number}", "index": 0}], ours),
        chunk([], ours, usage_metadata=USAGE, chunk_position="last"),
    ]


def rows(stream: Stream, *items: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, str]:
    """The text that chunks and whole messages give each row."""
    texts: dict[str, str] = {}
    for message, metadata in items:
        for fact in stream.message(message, metadata):
            if isinstance(fact, MessageChunk):
                texts[fact.message_id] = texts.get(fact.message_id, "") + fact.text
            elif isinstance(fact, CompleteMessage):
                texts[fact.message_id] = fact.text
    return texts


@pytest.mark.parametrize("is_sent", [False, True], ids=["one object", "equal ones"])
def test_chunks_with_the_same_metadata_are_one_message(is_sent: bool) -> None:
    metadata = model_call()
    chunks = [(piece, dict(metadata) if is_sent else metadata) for piece in response(1)]
    assert rows(Stream("messages"), *chunks) == {"resp_1": "said 1"}


def aliases(*items: tuple[dict[str, Any], dict[str, Any]]) -> list[tuple[str, str]]:
    """The ids that chunks tell beside their row's."""
    stream = Stream("messages")
    facts = [fact for message, metadata in items for fact in stream.message(message, metadata)]
    return [
        (fact.message_id, fact.alias_message_id)
        for fact in facts
        if isinstance(fact, MessageChunk) and fact.alias_message_id
    ]


@pytest.mark.parametrize("is_sent", [False, True], ids=["one object", "equal ones"])
def test_another_id_of_a_message_is_told_once(is_sent: bool) -> None:
    metadata = model_call()
    chunks = [(piece, dict(metadata) if is_sent else metadata) for piece in response(1)]
    assert aliases(*chunks) == [("resp_1", "lc_run--1")]


def test_an_id_that_may_be_another_calls_is_not_told() -> None:
    (a1, a2, a3), (b1, b2, b3) = response(1), response(2)
    assert aliases(*((piece, model_call()) for piece in (a1, b1, b2, a2, b3, a3))) == []
    one, other = model_call(), model_call()
    told = aliases((a1, one), (b1, other), (b2, other), (a2, one), (b3, other), (a3, one))
    assert told == [("resp_2", "lc_run--2"), ("resp_1", "lc_run--1")]


def test_calls_side_by_side_in_a_task_are_told_by_their_metadata() -> None:
    one, other = model_call(), model_call()
    (a1, a2, a3), (b1, b2, b3) = response(1), response(2)
    turns = [(a1, one), (b1, other), (b2, other), (a2, one), (b3, other), (a3, one)]
    assert rows(Stream("messages"), *turns) == {"resp_1": "said 1", "resp_2": "said 2"}


def test_equal_calls_side_by_side_are_as_many_rows_as_calls() -> None:
    (a1, a2, a3), (b1, b2, b3) = response(1), response(2)
    turns = [(piece, model_call()) for piece in (a1, b1, b2, a2, b3, a3)]
    assert sorted(rows(Stream("messages"), *turns).values()) == ["said 1", "said 2"]


def test_calls_one_after_the_other_are_apart() -> None:
    turns = [(piece, model_call()) for number in (1, 2) for piece in response(number)]
    assert rows(Stream("messages"), *turns) == {"resp_1": "said 1", "resp_2": "said 2"}
    names = [(chunk("a", "lc_run--1"), model_call()), (chunk("b", "lc_run--2"), model_call())]
    assert rows(Stream("messages"), *names) == {"lc_run--1": "a", "lc_run--2": "b"}


@pytest.mark.parametrize("message_id", ["resp_1", "lc_run--1", "msg_9"])
def test_the_whole_message_corrects_its_row_by_any_name(message_id: str) -> None:
    stream, metadata = Stream("messages", "updates"), model_call()
    said = [(piece, metadata) for piece in response(1)]
    assert rows(stream, *said, (ai("said 1!", message_id), metadata)) == {"resp_1": "said 1!"}


def test_messages_that_one_node_returns_are_not_one_call() -> None:
    returned = call()
    messages = [(chunk("a", "m1"), returned), (chunk("b", "m2"), returned), (ai("c", "m3"), returned)]
    assert rows(Stream("messages"), *messages) == {"m1": "a", "m2": "b", "m3": "c"}


def test_in_mode_events_the_state_knows_the_message_by_another_name() -> None:
    stream = Stream("events")
    run = {"run_id": "r1", "parent_ids": ["r0"], "tags": [], "metadata": model_call()}
    for piece in response(1):
        stream("events", {"event": "on_chat_model_stream", "name": "m", "data": {"chunk": piece}, **run})
    assert stream.event.message_id == "resp_1"
    whole = ai("said 1", "lc_run--1", usage_metadata=USAGE)
    stream("events", {"event": "on_chat_model_end", "name": "m", "data": {"output": whole}, **run})
    assert stream.event.message_id == "resp_1"
