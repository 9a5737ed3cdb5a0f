"""The server's older mode, which sends each message whole again and again: what each time is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.events import CompleteMessage, MessageChunk, MessageExtras, ToolCallChunk
from tests.adapter.build import Stream, ai, call, only

ORIGIN = {
    "ls_model_name": "gpt",
    "ls_provider": "openai",
    "tags": ["seq:step:1", "mine"],
    "lc_agent_name": "planner",
}


@pytest.fixture
def stream() -> Stream:
    return located(Stream("messages"), "m")


def located(stream: Stream, *message_ids: str) -> Stream:
    stream("messages/metadata", {each: {"metadata": call(**ORIGIN)} for each in message_ids})
    return stream


def grown(stream: Stream, content: Any, message_id: str = "m", **fields: Any) -> Any:
    return only(stream("messages/partial", [ai(content, message_id, **fields)]))


def test_the_first_part_tells_where_the_message_comes_from(stream: Stream) -> None:
    first = grown(stream, "he", name="bob")
    assert (first.message_id, first.role, first.text, first.is_last) == ("m", "ai", "he", False)
    assert (first.name, first.model, first.tags, first.agent_name, first.provider) == (
        "bob",
        "gpt",
        ["mine"],
        "planner",
        "openai",
    )
    event = stream.event
    assert (event.namespace, event.node, event.task_id, event.step, event.message_id) == (
        "",
        "llm",
        "t1",
        1,
        "m",
    )
    second = grown(stream, "hello", name="bob")
    assert second.text == "llo"
    assert (second.name, second.model, second.tags, second.agent_name, second.provider) == (None,) * 5


def test_each_part_tells_what_was_added(stream: Stream) -> None:
    first = grown(
        stream,
        [{"type": "thinking", "thinking": "why"}, {"type": "text", "text": "be"}],
        usage_metadata={"input_tokens": 5, "output_tokens": 1},
    )
    assert (first.text, first.reasoning, first.has_new_blocks, first.finish_reason) == (
        "be",
        "why",
        False,
        None,
    )
    assert first.usage == {"input_tokens": 5, "output_tokens": 1}
    second = grown(
        stream,
        [
            {"type": "thinking", "thinking": "why not"},
            {"type": "text", "text": "because"},
            {"type": "image", "base64": "aGk=", "mime_type": "image/png"},
        ],
        usage_metadata={"input_tokens": 5, "output_tokens": 4},
        response_metadata={"finish_reason": "stop"},
    )
    assert (second.text, second.reasoning, second.has_new_blocks) == ("cause", " not", True)
    assert second.usage == {"input_tokens": 0, "output_tokens": 3}
    assert second.finish_reason == "stop"
    assert second.extras.get_extras_so_far() == MessageExtras(
        [{"type": "image", "base64": "aGk=", "mime_type": "image/png"}], [], []
    )


def test_blocks_that_only_openai_has_are_read_as_its(stream: Stream) -> None:
    block = {"type": "image_generation_call", "id": "i", "result": "aGk="}
    assert grown(stream, [block]).extras.get_extras_so_far().blocks[0]["type"] == "image"


def test_calls_are_numbered_and_their_arguments_come_at_the_end(stream: Stream) -> None:
    one, two, three = ({"id": f"c{n}", "name": f"f{n}", "args": {"n": n}} for n in range(3))
    assert grown(stream, "", tool_calls=[one]).tool_call_chunks == [ToolCallChunk(0, "c0", "f0", "")]
    assert grown(stream, "", tool_calls=[one, two, three]).tool_call_chunks == [
        ToolCallChunk(1, "c1", "f1", ""),
        ToolCallChunk(2, "c2", "f2", ""),
    ]
    assert grown(stream, "x", tool_calls=[one, two, three]).tool_call_chunks == []
    whole = only(stream.end()[:1])
    assert isinstance(whole, CompleteMessage) and whole.tool_calls == [one, two, three]


@pytest.mark.parametrize("think_tags", [True, False])
def test_reasoning_within_tags(think_tags: bool) -> None:
    stream = Stream()
    start = {"event": "start", "run_id": "r", "modes": ["messages"], "think_tags": think_tags}
    stream("control", start)
    located(stream, "m", "h")
    first, second = grown(stream, "<think>why"), grown(stream, "<think>why</think>because")
    told = [(each.text, each.reasoning) for each in (first, second)]
    if think_tags:
        assert told == [("", "why"), ("because", "")]
    else:
        assert told == [("<think>why", ""), ("</think>because", "")]
    of_a_human = only(stream("messages/partial", [{"type": "human", "id": "h", "content": "<think>why"}]))
    assert (of_a_human.role, of_a_human.text, of_a_human.reasoning) == ("human", "<think>why", "")


@pytest.mark.parametrize("field", ["text", "reasoning"])
def test_a_text_that_has_become_another_is_told_whole(stream: Stream, field: str) -> None:
    first = [{"type": "text", "text": "one"}, {"type": "reasoning", "reasoning": "one"}]
    other = [{**block, **({field: "other"} if field in block else {})} for block in first]
    grown(stream, first)
    whole = grown(stream, other)
    assert isinstance(whole, CompleteMessage)
    assert (whole.text, whole.reasoning) == (("other", "one") if field == "text" else ("one", "other"))
    assert isinstance(grown(stream, [*other, {"type": "text", "text": "!"}]), MessageChunk)


def test_an_empty_message_of_another_id_ends_the_only_one_of_its_call(stream: Stream) -> None:
    located(stream, "lc_run--1", "lc_run--2", "other")
    grown(stream, "one")
    last, whole = stream("messages/partial", [ai("", "lc_run--1")])
    assert (last.message_id, last.role, last.is_last) == ("m", "ai", True)
    assert (whole.message_id, whole.text, whole.model) == ("m", "one", "gpt")
    assert stream.event.message_id == "m"
    assert stream("messages/partial", [ai("", "lc_run--2")]) == ()  # it has ended
    assert grown(stream, "", "other").text == ""  # an id of the model's own begins a message
    assert stream.end()[0].message_id == "other"


def test_an_empty_message_that_may_end_two_ends_none(stream: Stream) -> None:
    located(stream, "other", "lc_run--1")
    grown(stream, "one"), grown(stream, "two", "other")
    assert stream("messages/partial", [ai("", "lc_run--1")]) == ()
    told = [fact for fact in stream.end() if isinstance(fact, CompleteMessage)]
    assert [(each.message_id, each.text) for each in told] == [("m", "one"), ("other", "two")]


@pytest.mark.parametrize(
    "fields",
    [
        {"content": "x"},
        {"content": "", "tool_calls": [{"id": "c", "name": "f", "args": {}}]},
        {"content": "", "usage_metadata": {"input_tokens": 1}},
    ],
)
def test_a_message_of_langchains_id_with_anything_in_it_is_one(
    stream: Stream, fields: dict[str, Any]
) -> None:
    located(stream, "lc_run--1")
    grown(stream, "one")
    told = only(stream("messages/partial", [{**ai("", "lc_run--1"), **fields}]))
    assert (told.message_id, told.is_last) == ("lc_run--1", False)


def test_messages_that_were_never_streamed_come_whole(stream: Stream) -> None:
    whole = only(stream("messages/complete", [ai("hello", "m")]))
    assert isinstance(whole, CompleteMessage)
    assert (whole.message_id, whole.text, whole.model, whole.provider) == ("m", "hello", "gpt", "openai")
    assert (stream.event.node, stream.event.message_id) == ("llm", "m")
    assert stream("messages/complete", [ai("hello", "m")]) == ()


def test_a_message_of_unknown_metadata_is_told_all_the_same(stream: Stream) -> None:
    assert (grown(stream, "x", "unknown").model, stream.event.node) == (None, None)
    (whole,) = stream("messages/complete", [ai("y", "unknown too")])
    assert (whole.text, whole.model, stream.event.node) == ("y", None, None)


@pytest.mark.parametrize("message", [{"type": "ai", "content": "x"}, {"id": "m", "content": "x"}, "text"])
def test_what_has_no_type_or_no_id_is_no_message(stream: Stream, message: Any) -> None:
    assert stream("messages/partial", [message]) == ()
    assert len([*stream.adapter.faults]) == 1
