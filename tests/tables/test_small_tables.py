"""interrupts, checkpoints, custom, tokens."""

from __future__ import annotations

import pytest

from lg_jupyter.events.events import (
    AnswerRejected,
    CheckpointSaved,
    CustomDataEmitted,
    InterruptRaised,
    RunResumed,
    ToolCallChunk,
)
from lg_jupyter.tables import SCHEMAS
from tests.tables.stream import START, Stream


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_table_has_all_columns_from_the_beginning(name):
    trace = Stream().trace
    assert list(trace.columns(name)) == list(SCHEMAS[name].column_kinds)
    assert trace.rows(name) == []
    assert len(trace.tables[name]) == 0


# -- interrupts ---------------------------------------------------------------------------------------


def test_an_interrupt_waits_until_it_is_answered():
    stream = Stream()
    stream(InterruptRaised("i1", {"ask": 1}, node="ask", task_id="t1"), namespace="sub:t0")
    row = stream.the("interrupts", "i1")
    assert (row["namespace"], row["node"], row["task_id"], row["value"]) == (
        "sub:t0",
        "ask",
        "t1",
        {"ask": 1},
    )
    assert (row["status"], row["resumed_with"]) == ("pending", None)
    assert stream.trace.pending_interrupts == [row]
    stream(RunResumed("yes"))
    assert stream.rows("interrupts", "status", "resumed_with") == [("resumed", "yes")]
    assert stream.trace.pending_interrupts == []


def test_an_interrupt_told_again_is_the_same_and_may_know_its_task():
    stream = Stream()
    stream(InterruptRaised("i1", "?"))
    stream(InterruptRaised("i1", "?", node="ask", task_id="t1"))
    stream(InterruptRaised("i1", "?"))
    assert stream.rows("interrupts", "node", "task_id") == [("ask", "t1")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"i1": "A"}, [("resumed", "A"), ("pending", None)]),
        ({"i2": None, "i1": "A"}, [("resumed", "A"), ("resumed", None)]),
        ({"answer": 1}, [("resumed", {"answer": 1}), ("resumed", {"answer": 1})]),
        ({}, [("resumed", {}), ("resumed", {})]),
    ],
)
def test_answers_go_by_id_where_they_name_ids(value, expected):
    stream = Stream()
    stream(InterruptRaised("i1", 1), InterruptRaised("i2", 2))
    stream(RunResumed(value))
    assert stream.rows("interrupts", "status", "resumed_with") == expected


def test_an_id_used_again_after_its_answer_is_a_new_question():
    stream = Stream()
    stream(InterruptRaised("i1", "first"))
    stream(RunResumed("A"))
    stream(InterruptRaised("i1", "second"))
    assert stream.rows("interrupts", "value", "status") == [("first", "resumed"), ("second", "pending")]
    stream(RunResumed("B"))
    assert stream.rows("interrupts", "resumed_with") == ["A", "B"]


def test_an_answer_that_was_rejected_leaves_what_its_thread_still_asks():
    stream = Stream()
    stream(InterruptRaised("i1", "first"), InterruptRaised("i2", "second"), InterruptRaised("i3", "third"))
    stream(RunResumed({"i1": "A", "i2": "B"}))
    stream(AnswerRejected([{"id": "i1", "value": "first"}, {"id": "i2", "value": "asks something else"}]))
    assert stream.rows("interrupts", "status", "resumed_with") == [
        ("pending", None),
        ("answered elsewhere", None),
        ("answered elsewhere", None),  # it waited, and does no more
    ]
    stream(AnswerRejected([{"id": "i1", "value": "first"}]))
    assert stream.rows("interrupts", "status") == ["pending", "answered elsewhere", "answered elsewhere"]


@pytest.mark.parametrize(
    ("first", "second", "pending"),
    [("t1", "t2", 2), ("t1", "t1", 1), (None, "t1", 1), ("t1", None, 1)],
)
def test_an_id_that_a_node_gave_is_one_interrupt_in_each_task(first, second, pending):
    stream = Stream()
    stream(InterruptRaised("mine", "?", task_id=first), InterruptRaised("mine", "?", task_id=second))
    assert len(stream.trace.pending_interrupts) == pending


def test_an_answer_that_was_rejected_leaves_what_the_same_task_asks():
    stream = Stream()
    stream(InterruptRaised("mine", "?", task_id="t1"), InterruptRaised("mine", "?", task_id="t2"))
    stream(RunResumed("yes"))
    stream(AnswerRejected([{"id": "mine", "value": "?", "task_id": "t2"}]))
    assert stream.rows("interrupts", "task_id", "status") == [
        ("t1", "answered elsewhere"),
        ("t2", "pending"),
    ]


# -- checkpoints --------------------------------------------------------------------------------------


def saved(key, parent=None, **values):
    return CheckpointSaved(key, parent, "t", 1, "loop", START + 5, ["next"], values)


def test_checkpoints():
    stream = Stream()
    stream(saved("c1", a=1))
    stream(saved("c2", "c1", a=2), namespace="sub:t1")
    stream(saved("c1", a=1))
    columns = ("checkpoint_id", "parent_checkpoint_id", "namespace", "timestamp", "next", "values")
    assert stream.rows("checkpoints", *columns) == [
        ("c1", None, "", START + 5, ["next"], {"a": 1}),
        ("c2", "c1", "sub:t1", START + 5, ["next"], {"a": 2}),
    ]
    assert [row["checkpoint_id"] for row in stream.trace.take_changes().rows["checkpoints"]] == ["c1", "c2"]
    stream(saved("c1", a=1))
    assert "checkpoints" not in stream.trace.take_changes().rows


# -- custom -------------------------------------------------------------------------------------------


def test_custom_data_of_any_kind():
    stream = Stream()
    for data in (None, "text", {"progress": 0.5}):
        stream(CustomDataEmitted(data), node="n", namespace="sub:t1")
    assert stream.rows("custom") == [
        {"seq": seq, "timestamp": START + seq, "namespace": "sub:t1", "node": "n", "data": data}
        for seq, data in enumerate([None, "text", {"progress": 0.5}])
    ]


# -- tokens -------------------------------------------------------------------------------------------


def test_a_token_row_for_each_piece_of_a_chunk():
    stream = Stream()
    calls = [ToolCallChunk(0, "c1", "look", ""), ToolCallChunk(0, None, None, '{"a"')]
    stream.chunk("m1", "text", reasoning="why", tool_call_chunks=calls, namespace="sub:t1", node="n")
    stream.chunk("m1", is_last=True)
    assert stream.rows("tokens", "seq", "message_id", "namespace", "node", "kind", "text") == [
        (0, "m1", "sub:t1", "n", "reasoning", "why"),
        (0, "m1", "sub:t1", "n", "text", "text"),
        (0, "m1", "sub:t1", "n", "tool_call", '{"a"'),
    ]
    changes = stream.trace.take_changes()
    assert changes.event_and_token_counts == {"events": 2, "tokens": 3}
    assert "tokens" not in changes.rows


def test_only_the_newest_tokens_are_held():
    stream = Stream(events_cap=100)
    for n in range(1001):
        stream.chunk("m1", f"{n} ")
    held = stream.rows("tokens", "text")
    assert 90 <= len(held) <= 100
    assert held == [f"{n} " for n in range(1001)][-len(held) :]
    assert stream.trace.event_and_token_counts == {"events": 1001, "tokens": 1001}
    assert stream.the("messages", "m1")["text"].startswith("0 1 2 ")
