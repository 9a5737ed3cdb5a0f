"""Messages in all the forms that models give them."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.events import CompleteMessage, MessageChunk, MessageRemoved, StateUpdate, ToolCallChunk
from tests.adapter.build import Stream, ai, call, chunk, only

REASONING: list[Any] = [
    [{"type": "reasoning", "reasoning": "hm", "index": 0}],
    [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "h"}, {"text": "m"}]}],
    [{"type": "thinking", "thinking": "hm", "signature": "xyz", "index": 0}],
    [{"type": "reasoning_content", "reasoning_content": {"text": "hm"}}],
]


def blocks_of(fact: MessageChunk | CompleteMessage) -> list[Any]:
    if isinstance(fact, CompleteMessage):
        return [*fact.blocks]
    return fact.extras.get_extras_so_far().blocks if fact.extras else []


@pytest.fixture
def stream() -> Stream:
    return Stream("messages")


# -- content ---------------------------------------------------------------------------------------


def test_text_is_a_string_or_blocks(stream: Stream) -> None:
    blocks = ["a", {"type": "text", "text": "b", "index": 0}, {"type": "text", "text": "c", "index": 1}]
    assert only(stream.message(chunk("ab"), call())).text == "ab"
    assert only(stream.message(chunk(blocks), call())).text == "abc"
    assert only(stream.message(chunk([]), call())).text == ""


@pytest.mark.parametrize("content", REASONING)
def test_reasoning_in_blocks(stream: Stream, content: Any) -> None:
    for fact in (
        only(stream.message(chunk(content), call())),
        only(stream.message(ai(content, "w"), call())),
    ):
        assert (fact.text, fact.reasoning, blocks_of(fact)) == ("", "hm", [])


@pytest.mark.parametrize(
    "extra",
    [
        {"reasoning_content": "hm"},
        {"reasoning": "hm"},
        {"reasoning": {"summary": [{"text": "hm"}]}},
    ],
)
def test_reasoning_beside_the_content(stream: Stream, extra: dict[str, Any]) -> None:
    fact = only(stream.message(chunk("so", additional_kwargs=extra), call()))
    assert (fact.text, fact.reasoning) == ("so", "hm")


def test_signature_alone_says_nothing(stream: Stream) -> None:
    fact = only(stream.message(chunk([{"type": "thinking", "signature": "xyz", "index": 0}]), call()))
    assert (fact.text, fact.reasoning, blocks_of(fact)) == ("", "", [])


def test_tool_calls_among_the_blocks_are_not_told_twice(stream: Stream) -> None:
    content = [{"type": "text", "text": "I call"}, {"type": "tool_use", "id": "c", "name": "f", "input": {}}]
    fact = only(stream.message(ai(content, tool_calls=[{"id": "c", "name": "f", "args": {}}]), call()))
    assert (fact.text, blocks_of(fact)) == ("I call", [])
    assert fact.tool_calls == [{"id": "c", "name": "f", "args": {}}]


def test_other_blocks_are_kept(stream: Stream) -> None:
    image = {"type": "image", "url": "data:,"}
    assert blocks_of(only(stream.message(chunk([image]), call()))) == [image]


def test_calls_that_cannot_be_parsed_keep_their_text(stream: Stream) -> None:
    bad = [{"id": "c", "name": "f", "args": '{"x": ', "error": None, "type": "invalid_tool_call"}]
    assert only(stream.message(ai("", invalid_tool_calls=bad), call())).tool_calls == [
        {"id": "c", "name": "f", "args": '{"x": '}
    ]


def test_role_of_a_chat_message_is_the_one_it_names(stream: Stream) -> None:
    fact = only(stream.message({"type": "chat", "role": "judge", "content": "guilty", "id": "m"}, call()))
    assert fact.role == "judge"


def test_what_the_call_says_of_itself_comes_with_the_first_chunk(stream: Stream) -> None:
    metadata = call(ls_model_name="gpt", tags=["seq:step:1", "mine"], lc_agent_name="clerk")
    first = only(stream.message(chunk("a", name="bot"), metadata))
    second = only(stream.message(chunk("b"), metadata))
    assert (first.model, first.tags, first.agent_name, first.name) == ("gpt", ["mine"], "clerk", "bot")
    assert second == MessageChunk("m", "ai", "b")


def test_model_that_names_itself_late(stream: Stream) -> None:
    stream.message(chunk("a"), call())
    assert only(stream.message(chunk("", response_metadata={"model_name": "gpt"}), call())).model == "gpt"


def test_chunk_with_empty_fields_is_as_one_without(stream: Stream) -> None:
    empty = {"additional_kwargs": {}, "tool_calls": [], "usage_metadata": None, "chunk_position": None}
    stream.message(chunk("a"), call())
    assert only(stream.message(chunk("b", **empty), call())) == MessageChunk("m", "ai", "b")


# -- pieces of tool calls --------------------------------------------------------------------------


def pieces(stream: Stream, *calls: tuple[Any, str | None, str | None, str | None]) -> list[ToolCallChunk]:
    sent = [{"index": i, "id": call_id, "name": name, "args": args} for i, call_id, name, args in calls]
    return only(stream.message(chunk("", tool_call_chunks=sent), call())).tool_call_chunks


def test_pieces_go_to_the_call_of_their_index(stream: Stream) -> None:
    pieces(stream, (1, "c1", "f", ""), (2, "c2", "g", ""))
    assert pieces(stream, (2, None, None, "{"), (1, None, None, "[")) == [
        ToolCallChunk(2, None, None, "{"),
        ToolCallChunk(1, None, None, "["),
    ]


def test_calls_without_an_index_are_told_apart_by_id(stream: Stream) -> None:
    assert [piece.index for piece in pieces(stream, (None, "c1", "f", "{}"), (None, "c2", "g", "{}"))] == [
        0,
        1,
    ]


def test_calls_that_share_an_index_are_told_apart_by_id(stream: Stream) -> None:
    told = pieces(
        stream, (0, "c1", "f", "{"), (0, None, None, "}"), (0, "c2", "g", "["), (0, None, None, "]")
    )
    assert [(piece.index, piece.args) for piece in told] == [(0, "{"), (0, "}"), (1, "["), (1, "]")]


def test_arguments_that_are_not_there_are_empty(stream: Stream) -> None:
    assert pieces(stream, (0, "c1", "f", None))[0].args == ""


# -- which message a chunk belongs to --------------------------------------------------------------


def test_same_id_in_another_task_is_another_message(stream: Stream) -> None:
    stream.message(chunk("one"), call(task_id="t1"))
    again = only(stream.message(chunk("two"), call(task_id="t2")))
    assert again.message_id == "m#2"
    assert stream.event.message_id == "m#2"
    assert only(stream.message(chunk("three"), call(task_id="t2"))).message_id == "m#2"


def test_rest_that_was_held_back_belongs_to_a_message_that_has_ended(stream: Stream) -> None:
    metadata = call()
    stream.message(chunk("sec", chunk_position="last"), metadata)
    assert only(stream.message(chunk("ret"), metadata)) == MessageChunk("m", "ai", "ret")


def test_same_id_in_the_next_call_of_a_task_is_another_message(stream: Stream) -> None:
    for text, position in (("o", {}), ("ne", {}), ("", {"chunk_position": "last"})):
        assert only(stream.message(chunk(text, **position), call())).message_id == "m"
    again = only(stream.message(chunk("two"), call()))
    assert (again.message_id, again.alias_message_id) == ("m#2", "m")
    assert only(stream.message(chunk("!"), call())).message_id == "m#2"


def test_rest_that_was_held_back_of_a_message_that_came_whole_is_no_news() -> None:
    stream, metadata = Stream("messages", "updates"), call()
    stream.message(chunk("sec"), metadata)
    stream("updates", {"llm": {"messages": [ai("secret")]}})
    assert stream.message(chunk("ret"), metadata) == ()
    assert stream.event.message_id == "m"


def test_usage_after_the_last_chunk_belongs_to_the_message(stream: Stream) -> None:
    stream.message(chunk("one", chunk_position="last"), call())
    usage = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
    fact = only(stream.message(chunk("", usage_metadata=usage), call()))
    assert (fact.message_id, fact.usage) == ("m", usage)


def test_chunks_without_ids_are_one_message_for_each_call(stream: Stream) -> None:
    ids = [
        only(stream.message(chunk(text, None, **position), call())).message_id
        for text, position in [("a", {}), ("b", {"chunk_position": "last"}), ("c", {})]
    ]
    assert ids == ["llm:t1#1", "llm:t1#1", "llm:t1#2"]


def test_equal_metadata_need_not_be_the_same_object(stream: Stream) -> None:
    ids = {only(stream.message(chunk(text), dict(call()))).message_id for text in "abc"}
    assert ids == {"m"}


def test_message_is_where_its_model_was_called(stream: Stream) -> None:
    metadata = call(langgraph_checkpoint_ns="sub:t0|llm:t1")
    stream.message(chunk("a"), metadata, namespace="sub:t0")
    event = stream.event
    assert (event.namespace, event.node, event.step, event.task_id) == ("sub:t0", "llm", 1, "t1")


# -- whole messages --------------------------------------------------------------------------------


def test_final_form_of_a_streamed_message_is_told_once() -> None:
    stream = Stream("messages", "updates", "values")
    stream("values", {"messages": []})
    stream.message(chunk("hi"), call())
    final = ai("hi", tool_calls=[{"id": "c", "name": "f", "args": {}, "type": "tool_call"}])
    written, whole = stream("updates", {"llm": {"messages": [final]}})
    assert isinstance(written, StateUpdate)
    assert whole.tool_calls == [{"id": "c", "name": "f", "args": {}}]
    again = stream("values", {"messages": [dict(final)]})
    assert not [fact for fact in again if isinstance(fact, CompleteMessage)]


@pytest.mark.parametrize("wrap", [lambda m: m, lambda m: [m], lambda m: {"$writes": [[m], []]}])
def test_writes_hold_messages_alone_in_lists_or_several_times(wrap: Any) -> None:
    stream = Stream("updates")
    _, whole = stream("updates", {"node": {"messages": wrap(ai("hi"))}})
    assert whole.text == "hi"


def test_overwritten_channel_holds_messages() -> None:
    stream = Stream("updates")
    _, whole = stream("updates", {"node": {"messages": {"type": "__overwrite__", "value": [ai("hi")]}}})
    assert whole.text == "hi"


def test_messages_under_several_updates_of_one_node() -> None:
    stream = Stream("updates")
    told = stream("updates", {"node": [{"messages": [ai("a", "1")]}, {"messages": [ai("b", "2")]}]})
    assert [fact.text for fact in told if isinstance(fact, CompleteMessage)] == ["a", "b"]


def test_where_messages_are_streamed_an_input_that_a_node_returns_has_no_row() -> None:
    stream = Stream("messages", "updates")
    told = stream("updates", {"node": {"messages": [{"type": "human", "content": "hi", "id": "in"}]}})
    assert [type(fact) for fact in told] == [StateUpdate]


def test_what_a_task_got_as_input_has_no_row() -> None:
    stream = Stream("updates", "tasks")
    given = {"type": "human", "content": "hi", "id": "in"}
    stream.task("t1", "node", {"messages": [given]})
    told = stream("updates", {"node": {"messages": [given, ai("hello")]}})
    assert [fact.message_id for fact in told if isinstance(fact, CompleteMessage)] == ["m"]


def test_message_without_an_id_keeps_the_name_it_got_when_langgraph_gives_it_one() -> None:
    stream = Stream("updates")
    _, first = stream("updates", {"node": {"messages": [ai("hi", None)]}}, "sub:t1")
    assert first.message_id == "sub:t1#1"
    assert [type(fact) for fact in stream("updates", {"sub": {"messages": [ai("hi", "real")]}})] == [
        StateUpdate
    ]
    _, edited = stream("updates", {"fix": {"messages": [ai("HI", "real")]}})
    assert (edited.message_id, edited.text) == ("sub:t1#1", "HI")


def test_message_that_nothing_but_the_state_tells() -> None:
    stream = Stream("values")
    stream("values", {"messages": [{"type": "human", "content": "hi", "id": "in"}]})
    told = stream("values", {"messages": [{"type": "human", "content": "hi", "id": "in"}, ai("hello")]})
    assert [fact.text for fact in told if isinstance(fact, CompleteMessage)] == ["hello"]


def test_message_that_a_subgraph_forgets_is_not_removed_while_the_graph_around_it_has_it() -> None:
    stream = Stream("values")
    both, one = [ai("a", "1"), ai("b", "2")], [ai("b", "2")]
    stream("values", {"messages": []})
    stream("values", {"messages": both})
    stream("values", {"messages": both}, "sub:t1")
    assert not _removed(stream("values", {"messages": one}, "sub:t1"))
    assert _removed(stream("values", {"messages": one})) == ["1"]


def test_message_that_comes_back_is_told_again() -> None:
    stream = Stream("values")
    for messages in ([], [ai("a", "1")], []):
        stream("values", {"messages": messages})
    back = stream("values", {"messages": [ai("a", "1")]})
    assert [fact.text for fact in back if isinstance(fact, CompleteMessage)] == ["a"]


def test_removal_of_all_and_what_is_kept_of_them() -> None:
    stream = Stream("updates")
    stream("updates", {"node": {"messages": [ai("a", "1"), ai("b", "2")]}})
    wipe = {"type": "remove", "content": "", "id": "__remove_all__"}
    told = stream("updates", {"trim": {"messages": [wipe, ai("b", "2")]}})
    assert told[1:] == (MessageRemoved("__remove_all__"), CompleteMessage("2", "ai", "b", source="node"))


def _removed(facts: tuple[Any, ...]) -> list[str]:
    return [fact.message_id for fact in facts if isinstance(fact, MessageRemoved)]


def test_removal_of_a_message_that_was_told_before_it_had_an_id() -> None:
    stream = Stream("tasks")
    stream.task("t1", "say", {"messages": []})
    stream.result("t1", "say", {"messages": [ai("hi", None)]})
    stream.task("t2", "trim", {"messages": [ai("hi", "real")]})
    told = stream.result("t2", "trim", {"messages": [{"type": "remove", "content": "", "id": "real"}]})
    assert _removed(told) == ["message#1"]


def test_removal_of_one_message_is_told_by_updates_beside_messages() -> None:
    stream = Stream("messages", "updates")
    stream.message(chunk("a"), call())
    told = stream("updates", {"trim": {"messages": [{"type": "remove", "content": "", "id": "m"}]}})
    assert _removed(told) == ["m"]


def _complete(facts: tuple[Any, ...]) -> list[CompleteMessage]:
    return [fact for fact in facts if isinstance(fact, CompleteMessage)]


def test_message_that_a_state_shows_before_its_task_is_known_is_told_once_more_with_it() -> None:
    stream = Stream("values", "tasks")
    stream.task("t1", "say")
    shown = stream("values", {"messages": [ai("a", "1"), ai("b", "run-2"), ai("c", "3")]})
    assert [(fact.message_id, fact.source) for fact in _complete(shown)] == [
        ("1", "node"),
        ("run-2", "model"),
        ("3", "node"),
    ]
    told = _complete(stream.result("t1", "say", {"messages": [ai("a", "1"), ai("b", "run-2")]}))
    assert [(fact.message_id, fact.text, fact.source, fact.writer) for fact in told] == [
        ("1", "a", "node", None),  # of the event's own task
        ("run-2", "b", "model", None),
    ]
    assert stream.event.task_id == "t1"
    assert _complete(stream.result("t1", "say", {"messages": [ai("a", "1"), ai("b", "run-2")]})) == []
    stream.task("t2", "edit")
    edited = _complete(stream.result("t2", "edit", {"messages": [ai("C", "3")]}))
    assert [(fact.message_id, fact.text) for fact in edited] == [("3", "C")]


def test_message_whose_task_no_part_names_is_told_once() -> None:
    stream = Stream("values", "updates")
    stream("values", {"messages": []})
    stream("updates", {"one": {"messages": [ai("a", "1")]}, "two": {"messages": []}})
    assert _complete(stream("values", {"messages": [ai("a", "1")]})) == []
    assert _complete(stream("updates", {"one": {"messages": [ai("a", "1")]}})) == []
