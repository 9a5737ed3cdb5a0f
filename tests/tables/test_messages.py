from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.events import (
    CompleteMessage,
    MessageExtras,
    MessageRemoved,
    RunEnded,
    RunResumed,
    TaskEnded,
    ToolCallChunk,
)
from tests.tables.stream import START, Stream, since_start


def call_chunk(index, args="", *, id=None, name=None):
    return ToolCallChunk(index, id, name, args)


def usage(given, taken):
    return {"input_tokens": given, "output_tokens": taken, "total_tokens": given + taken}


def test_a_streamed_message():
    stream = Stream()
    stream.task("t1", "llm", at=0)
    where = {"node": "llm", "task_id": "t1", "step": 1}
    stream.chunk("m1", "", at=1, model="scripted-1", tags=["a"], agent_name="ann", **where)
    stream.chunk("m1", "Hel", at=2, **where)
    stream.chunk("m1", "lo", at=3, **where)
    stream.chunk("m1", at=4, usage=usage(10, 2), **where)
    stream.chunk("m1", at=5, is_last=True, **where)
    row = stream.the("messages", "m1")
    assert list(row) == list(stream.trace.tables["messages"].schema.column_kinds)
    assert (row["role"], row["text"], row["reasoning"], row["status"]) == ("ai", "Hello", "", "success")
    assert (row["model"], row["tags"], row["agent_name"]) == ("scripted-1", ["a"], "ann")
    assert (row["node"], row["task_id"], row["step"], row["namespace"]) == ("llm", "t1", 1, "")
    assert (row["chunk_count"], row["latency"], row["time_to_first_token"]) == (5, 5.0, 2.0)
    assert [since_start(row[name]) for name in ("start_time", "first_token_time", "end_time")] == [0, 2, 5]
    assert (row["input_tokens"], row["output_tokens"], row["total_tokens"]) == (10, 2, 12)
    assert (row["tool_calls"], row["tool_call_id"], row["removed_time"]) == (None, None, None)


def test_without_tasks_a_message_starts_with_its_first_chunk():
    stream = Stream()
    stream.chunk("m1", "", at=3)
    stream.chunk("m1", "x", at=4)
    assert since_start(stream.the("messages", "m1")["start_time"]) == 3


def test_the_second_call_of_a_task_starts_when_the_first_has_ended():
    stream = Stream()
    stream.task("t1", at=0)
    stream.chunk("m1", "a", task_id="t1", at=2)
    stream.chunk("m1", is_last=True, task_id="t1", at=4)
    stream.chunk("m2", "b", task_id="t1", at=7)
    assert stream.rows("messages", "time_to_first_token") == [2.0, 3.0]


def test_parallel_messages_are_told_apart_by_id():
    stream = Stream()
    for piece in ("a", "b", "c"):
        stream.chunk("m1", piece)
        stream.chunk("m2", piece.upper())
    assert stream.rows("messages", "message_id", "text") == [("m1", "abc"), ("m2", "ABC")]


def test_reasoning_text_and_tool_calls_stay_apart():
    stream = Stream()
    stream.chunk("m1", reasoning="I need ")
    stream.chunk("m1", reasoning="it.")
    stream.chunk("m1", "Let me see.")
    stream.chunk("m1", tool_call_chunks=[call_chunk(2, id="c1", name="look")])
    stream.chunk("m1", tool_call_chunks=[call_chunk(2, '{"city": '), call_chunk(3, id="c2", name="count")])
    stream.chunk("m1", tool_call_chunks=[call_chunk(2, '"Paris"}'), call_chunk(3, '{"to"')])
    streaming = stream.the("messages", "m1")
    assert (streaming["reasoning"], streaming["text"]) == ("I need it.", "Let me see.")
    assert streaming["tool_calls"] == [
        {"id": "c1", "name": "look", "args": '{"city": "Paris"}'},
        {"id": "c2", "name": "count", "args": '{"to"'},
    ]
    stream.chunk("m1", is_last=True)
    assert stream.the("messages", "m1")["tool_calls"] == [
        {"id": "c1", "name": "look", "args": {"city": "Paris"}},
        {"id": "c2", "name": "count", "args": '{"to"'},
    ]


def test_a_new_call_id_under_the_same_index_is_another_call():
    stream = Stream()
    stream.chunk("m1", tool_call_chunks=[call_chunk(0, "{}", id="c1", name="a")])
    stream.chunk("m1", tool_call_chunks=[call_chunk(0, "{}", id="c2", name="b")], is_last=True)
    calls = stream.the("messages", "m1")["tool_calls"]
    assert [(call["id"], call["name"], call["args"]) for call in calls] == [("c1", "a", {}), ("c2", "b", {})]


def test_a_tools_message():
    stream = Stream()
    stream(CompleteMessage("m2", "tool", "it broke", tool_call_id="c1", name="look", status="error"), at=4)
    row = stream.the("messages", "m2")
    assert (row["role"], row["name"], row["text"], row["status"]) == ("tool", "look", "it broke", "error")
    assert (row["tool_call_id"], row["chunk_count"]) == ("c1", 0)
    assert (since_start(row["start_time"]), since_start(row["end_time"])) == (4, 4)
    assert (row["latency"], row["time_to_first_token"], row["first_token_time"]) == (None, None, None)


class StreamedExtras:
    """What has come of a message beside its text, to be changed by a test."""

    def __init__(self, *blocks):
        self.rest = MessageExtras([*blocks], [], [])

    def get_extras_so_far(self):
        return self.rest


def test_blocks_are_those_of_the_draft_until_the_message_ends():
    stream = Stream()
    first, second = {"type": "image", "url": "1"}, {"type": "image", "url": "2"}
    extras = StreamedExtras(first)
    stream.chunk("m1", extras=extras, has_new_blocks=True)
    assert stream.rows("messages", "blocks") == [[first]]
    extras.rest.blocks.append(second)
    stream.chunk("m1", extras=extras, has_new_blocks=True, is_last=True)
    assert stream.rows("messages", "blocks") == [[first, second]]
    extras.rest = MessageExtras([], [], [])
    assert stream.rows("messages", "blocks") == [[first, second]]


# -- the whole message after its chunks ---------------------------------------------------------------


def test_an_equal_whole_message_is_not_told_again():
    stream = Stream()
    stream.chunk("m1", "Hello", at=1)
    stream.chunk("m1", usage=usage(3, 4), is_last=True, at=2)
    assert stream.trace.take_changes().text_deltas == [("m1", "text", 0, "Hello")]
    stream(CompleteMessage("m1", "ai", "Hello", usage=usage(3, 4)), at=9)
    changes = stream.trace.take_changes()
    assert changes.text_deltas == []
    row = stream.the("messages", "m1")
    assert (row["text"], row["chunk_count"], since_start(row["end_time"])) == ("Hello", 2, 2)
    assert stream.trace.usage == usage(3, 4)


def test_a_whole_message_corrects_what_was_streamed():
    stream = Stream()
    stream.chunk("m1", "Hellp", reasoning="hm", usage=usage(3, 4))
    stream.trace.take_changes()
    calls = [{"id": "c1", "name": "look", "args": {}}]
    stream(CompleteMessage("m1", "ai", "Hello", reasoning="hm", tool_calls=calls, usage=usage(3, 9)))
    assert stream.trace.take_changes().text_deltas == [("m1", "text", 0, "Hello")]
    row = stream.the("messages", "m1")
    assert (row["text"], row["reasoning"], row["tool_calls"]) == ("Hello", "hm", calls)
    assert stream.trace.usage == usage(3, 9)
    assert len(stream.rows("messages")) == 1


def test_a_text_corrected_to_nothing_is_told():
    stream = Stream()
    stream.chunk("m1", "secret")
    stream.trace.take_changes()
    stream(CompleteMessage("m1", "ai", ""))
    assert stream.trace.take_changes().text_deltas == [("m1", "text", 0, "")]


# -- tokens ------------------------------------------------------------------------------------------


def test_shares_of_usage_add_up_and_a_missing_total_is_their_sum():
    stream = Stream()
    stream.chunk("m1", "a", usage={"input_tokens": 10, "output_tokens": 1})
    stream.chunk("m1", "b", usage={"input_tokens": 0, "output_tokens": 5})
    stream(CompleteMessage("m2", "ai", "x", usage={"output_tokens": 7}))
    assert stream.rows("messages", "input_tokens", "output_tokens", "total_tokens") == [
        (10, 6, 16),
        (None, 7, None),
    ]
    assert stream.trace.usage == {"input_tokens": 10, "output_tokens": 13, "total_tokens": 16}


# -- how messages end --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ("success", "success"),
        ("error", "error"),
        ("cancelled", "cancelled"),
        ("interrupted", "incomplete"),
        ("unreported", "incomplete"),
    ],
)
def test_a_message_without_a_last_chunk_ends_with_its_task(task, message):
    stream = Stream()
    stream.chunk("m1", "begun", task_id="t1", at=1)
    stream.chunk("m1", " and", task_id="t1", at=2)
    stream.chunk("m2", "other", task_id="t2", at=2)
    stream.task_end("t1", task, at=8)
    assert stream.rows("messages", "status") == [message, "running"]
    assert since_start(stream.the("messages", "m1")["end_time"]) == 2


@pytest.mark.parametrize(("run", "message"), [("success", "success"), ("cancelled", "incomplete")])
def test_or_with_the_run(run, message):
    stream = Stream()
    stream.chunk("m1", "begun")
    stream(RunEnded(run))
    assert stream.rows("messages", "status") == [message]


def test_a_straggler_changes_nothing_but_what_it_brings():
    stream = Stream()
    stream.chunk("m1", "done", is_last=True, at=1)
    stream.chunk("m1", at=2, usage=usage(1, 2))
    row = stream.the("messages", "m1")
    assert (row["status"], since_start(row["end_time"]), row["output_tokens"]) == ("success", 1, 2)


def test_the_same_id_in_another_task_is_another_call_which_replaces_the_first():
    stream = Stream()
    stream.chunk("m1", "first", is_last=True, task_id="t1")
    assert stream.trace.take_changes().text_deltas == [("m1", "text", 0, "first")]
    stream.chunk("m1", "2nd", task_id="t2")
    assert stream.trace.take_changes().text_deltas == [("m1", "text", 0, "2nd")]
    row = stream.the("messages", "m1")
    assert (row["text"], row["task_id"], row["status"], row["chunk_count"]) == ("2nd", "t2", "running", 1)


# -- removal -----------------------------------------------------------------------------------------


def test_a_removed_message_keeps_its_row():
    stream = Stream()
    stream(CompleteMessage("m1", "human", "hi"))
    stream(MessageRemoved("m1"), at=5)
    stream(MessageRemoved("never seen"))
    assert [(text, since_start(time)) for text, time in stream.rows("messages", "text", "removed_time")] == [
        ("hi", 5)
    ]
    stream(CompleteMessage("m1", "human", "hi"))
    assert stream.rows("messages", "removed_time") == [None]


@pytest.mark.parametrize(
    ("where", "removed"), [("", ["root", "sub", "deep", "other"]), ("sub:t1", ["sub", "deep"])]
)
def test_all_of_a_namespace_are_removed(where, removed):
    stream = Stream()
    for name, namespace in [("root", ""), ("sub", "sub:t1"), ("deep", "sub:t1|x:t2"), ("other", "sub:t10")]:
        stream(CompleteMessage(name, "ai", name), namespace=namespace)
    stream(MessageRemoved("__remove_all__"), namespace=where)
    gone = [name for name, time in stream.rows("messages", "message_id", "removed_time") if time is not None]
    assert gone == removed


# -- what a display is told --------------------------------------------------------------------------


def test_each_piece_of_text_is_told_once_with_its_offset():
    stream = Stream()
    stream.chunk("m1", "Hé", reasoning="why")
    stream.chunk("m1", "l")
    assert stream.trace.take_changes().text_deltas == [
        ("m1", "text", 0, "Hél"),
        ("m1", "reasoning", 0, "why"),
    ]
    stream.chunk("m1", "l🎉")
    stream.chunk("m1", "o", tool_call_chunks=[call_chunk(7, '{"a":', id="c", name="n")])
    assert stream.trace.take_changes().text_deltas == [
        ("m1", "text", 3, "l🎉o"),
        ("m1", "tool_call:0", 0, '{"a":'),
    ]
    stream.chunk("m1", "!", tool_call_chunks=[call_chunk(7, "1}")])
    assert stream.trace.take_changes().text_deltas == [("m1", "text", 6, "!"), ("m1", "tool_call:0", 5, "1}")]
    assert stream.trace.take_changes().text_deltas == []


def test_text_alone_sends_no_row_again():
    stream = Stream()
    stream.chunk("m1", "a")
    first = stream.trace.take_changes().rows["messages"]
    assert first[0].keys() == stream.trace.tables["messages"].schema.column_kinds.keys() - {
        "text",
        "reasoning",
    }
    stream.chunk("m1", "b")
    assert "messages" not in stream.trace.take_changes().rows
    stream.chunk("m1", is_last=True)
    assert [row["status"] for row in stream.trace.take_changes().rows["messages"]] == ["success"]


def test_a_tool_call_is_told_by_name_at_once_and_whole_when_complete():
    stream = Stream()
    stream.chunk("m1", "a")
    stream.trace.take_changes()
    stream.chunk("m1", tool_call_chunks=[call_chunk(0, '{"a"', id="c1", name="look")])
    assert stream.trace.take_changes().rows["messages"][0]["tool_calls"] == [{"id": "c1", "name": "look"}]
    stream.chunk("m1", tool_call_chunks=[call_chunk(0, ": 1}")])
    assert "messages" not in stream.trace.take_changes().rows
    stream.chunk("m1", is_last=True)
    assert stream.trace.take_changes().rows["messages"][0]["tool_calls"] == [
        {"id": "c1", "name": "look", "args": {"a": 1}}
    ]


# -- calls of tools that raised -----------------------------------------------------------------------


def asked_for(*call_ids: str) -> Stream:
    stream = Stream()
    calls = [{"id": call_id, "name": f"tool_{call_id}", "args": {}} for call_id in call_ids]
    stream(CompleteMessage("m", "ai", "", tool_calls=calls))
    stream.task("t1", "tools")
    return stream


def ends_of(stream: Stream) -> dict[str, Any]:
    """By call, its status and what it ended with, where it ended without a result."""
    calls = stream.the("messages", "m")["tool_calls"]
    return {call["id"]: (call["status"], call["error"]) for call in calls if "status" in call}


def raises(stream: Stream, call_id: str | None, text: str = "no") -> None:
    error = {"error": "ValueError", "message": text}
    stream(TaskEnded("t1", "tools", "error", START, None, error, tool_call_id=call_id))


def test_a_call_whose_tool_raised_and_those_that_got_no_result_by_that() -> None:
    stream = asked_for("a", "b", "c")
    raises(stream, "a")
    assert ends_of(stream) == {"a": ("error", "ValueError: no")}
    stream(CompleteMessage("r", "tool", "done", tool_call_id="b"))
    stream.trace.take_changes()
    stream(RunEnded("error"))
    assert ends_of(stream) == {
        "a": ("error", "ValueError: no"),
        "c": ("cancelled", "no result: tool_a failed"),
    }
    changed = stream.trace.tables["messages"].take_changes()
    assert "m" in [row["message_id"] for row in changed]


def test_a_result_that_follows_says_that_the_run_went_on() -> None:
    stream = asked_for("a", "b")
    raises(stream, "a")
    raises(stream, "b")
    stream.trace.tables["messages"].take_changes()
    stream(CompleteMessage("r", "tool", "done", tool_call_id="a"))
    assert ends_of(stream) == {"b": ("error", "ValueError: no")}
    assert {row["message_id"] for row in stream.trace.tables["messages"].take_changes()} == {"m", "r"}
    stream(CompleteMessage("other", "tool", "done", tool_call_id="of no message"))
    assert ends_of(stream) == {"b": ("error", "ValueError: no")}
    stream(RunResumed("go on"))
    assert ends_of(stream) == {}


def test_a_result_where_no_tool_raised_changes_its_caller_not_at_all() -> None:
    stream = asked_for("a", "b")
    stream.trace.tables["messages"].take_changes()
    stream(CompleteMessage("r", "tool", "done", tool_call_id="a"))
    raises(stream, None)
    stream(RunEnded("error"))
    assert ends_of(stream) == {}
    assert "m" not in {row["message_id"] for row in stream.trace.tables["messages"].take_changes()}


def test_the_name_of_a_call_may_come_in_pieces_too() -> None:
    stream = Stream()
    for name, args in (("lo", ""), ("ok", '{"n"'), (None, ": 1}")):
        stream.chunk("m", tool_call_chunks=[ToolCallChunk(0, "c" if name == "lo" else None, name, args)])
    ((call,),) = stream.rows("messages", "tool_calls")
    assert (call["id"], call["name"], call["args"]) == ("c", "look", '{"n": 1}')
    stream.chunk("m", tool_call_chunks=[ToolCallChunk(0, "d", "other", "{}")])
    ((_, call),) = stream.rows("messages", "tool_calls")
    assert (call["id"], call["name"], call["args"]) == ("d", "other", "{}")
