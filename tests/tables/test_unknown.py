"""What nobody has told is missing: no empty text, no zero, no false stands for it."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.calls import ModelCallStarted, ToolCallStarted
from lg_jupyter.events.events import (
    CheckpointSaved,
    CompleteMessage,
    CustomDataEmitted,
    Fact,
    InterruptRaised,
    RunStarted,
    StateUpdate,
    TaskEnded,
    TaskStarted,
)
from tests.tables.stream import START, Stream, since_start


@pytest.mark.parametrize(
    ("table", "fact", "known"),
    [
        (
            "messages",
            CompleteMessage("m", "ai", ""),
            {"message_id": "m", "role": "ai", "speaker": "AI", "status": "success"}
            | {"text": "", "reasoning": "", "chunk_count": 0, "start_time": 1.0, "end_time": 1.0},
        ),
        (
            "tasks",
            TaskStarted("t1", "node", None, [], START + 1),
            {"task_id": "t1", "node": "node", "status": "running", "start_time": 1.0}
            | {"triggers": [], "interrupts": [], "retries": []},
        ),
        (
            "tasks",
            TaskEnded("t1", "node", "success", START + 1, None),
            {"task_id": "t1", "node": "node", "status": "success", "end_time": 1.0}
            | {"interrupts": [], "retries": []},
        ),
        (
            "model_calls",
            ModelCallStarted("c", START + 1, "callback"),
            {"call_id": "c", "status": "running", "start_time": 1.0, "streamed": False, "cached": False}
            | {"known_from": "callback"},
        ),
        (
            "tool_calls",
            ToolCallStarted("c", START + 1, "callback", "look"),
            {"call_id": "c", "name": "look", "status": "running", "start_time": 1.0}
            | {"known_from": "callback"},
        ),
        (
            "interrupts",
            InterruptRaised("i", "?"),
            {"interrupt_id": "i", "value": "?", "status": "pending", "number": 0},
        ),
        (
            "checkpoints",
            CheckpointSaved("c", None, None, None, None, START + 1, [], None),
            {"checkpoint_id": "c", "timestamp": 1.0, "next": []},
        ),
        ("custom", CustomDataEmitted(5), {"seq": 1, "timestamp": 1.0, "data": 5}),
        (
            "namespaces",
            RunStarted(None, None),
            {"depth": 0, "status": "running", "start_time": 0.0, "task_count": 0, "message_count": 0},
        ),
    ],
)
def test_a_row_of_which_the_least_is_known(table: str, fact: Fact, known: dict[str, Any]) -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    stream(fact)
    (row,) = stream.rows(table)
    for name in ("timestamp", "start_time", "end_time"):
        if row.get(name) is not None:
            row[name] = since_start(row[name])
    assert {name: value for name, value in row.items() if value is not None} == {"namespace": "", **known}


def test_a_chunk_of_which_the_least_is_known() -> None:
    stream = Stream()
    stream.chunk("m", "x")
    (message,), (call,) = stream.rows("messages"), stream.rows("model_calls")
    assert {name: value for name, value in message.items() if value is not None} == {
        "message_id": "m",
        "namespace": "",
        "role": "ai",
        "source": "model",
        "speaker": "AI",
        "text": "x",
        "reasoning": "",
        "status": "running",
        "chunk_count": 1,
        "start_time": START,
        "first_token_time": START,
        "time_to_first_token": 0.0,
    }
    assert {name: value for name, value in call.items() if value is not None} == {
        "call_id": "m",
        "message_id": "m",
        "namespace": "",
        "status": "running",
        "start_time": START,
        "first_token_time": START,
        "time_to_first_token": 0.0,
        "streamed": True,
        "known_from": "inferred",
    }


def test_writes_of_nothing_are_no_difference() -> None:
    stream = Stream()
    stream(StateUpdate("node", None, None), node="node")
    assert stream.rows("state_diffs") == []
