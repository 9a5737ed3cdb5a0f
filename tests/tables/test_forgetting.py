"""What tables hold no more when a run is too large to be held whole, and what each keeps of it."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.calls import ModelCallEnded, ModelCallStarted
from lg_jupyter.events.events import CheckpointSaved, CustomDataEmitted, RunStarted
from lg_jupyter.tables import messages
from tests.tables.stream import START, Stream


def forget(stream: Stream, seq: int, at: float) -> None:
    for table in stream.trace.tables.values():
        table.trim_before(seq, START + at)
    stream.trace.states.forget_before(seq)


def checkpoint(number: int) -> CheckpointSaved:
    return CheckpointSaved(f"c{number}", None, "t", number, "loop", START + number, ["n"], {"n": number})


def test_rows_of_a_log_go_with_their_events() -> None:
    stream = Stream()
    for number in range(4):
        stream(CustomDataEmitted(number))
    custom = stream.trace.tables["custom"]
    assert len(custom.take_changes()) == 4
    stream(CustomDataEmitted(4))
    forget(stream, 2, at=2)
    assert stream.rows("custom", "seq") == [2, 3, 4]
    assert stream.trace.columns("custom")["seq"] == [2, 3, 4]
    assert [row["seq"] for row in custom.take_changes()] == [4]  # a display has had the others
    assert [row and row["seq"] for row in map(custom.row, (-1, 0, 2, 3, "0"))] == [None, 2, 4, None, None]
    forget(stream, 9, at=9)
    stream(CustomDataEmitted(5))
    assert [row["seq"] for row in custom.take_changes()] == [5]


def test_events_and_tokens() -> None:
    stream = Stream()
    for _ in range(5):
        stream.chunk("m", "x")
    forget(stream, 3, at=3)
    for name in ("events", "tokens"):
        assert stream.rows(name, "seq") == [3, 4]
        assert (stream.trace.tables[name].dropped_count, stream.trace.tables[name].total_count) == (3, 5)
    forget(stream, 2, at=2)  # has gone already
    assert stream.rows("events", "seq") == stream.rows("tokens", "seq") == [3, 4]
    assert stream.the("events", 3)["seq"] == 3 and stream.trace.row("events", 2) is None


def test_what_is_over_keeps_its_row_without_large_values() -> None:
    stream = Stream()
    stream(RunStarted("run-1", None, call_source="callback"))
    for number in (1, 2):
        call = f"call{number}"
        stream(ModelCallStarted(call, START + number, "callback", model="gpt", input=[{"type": "human"}]))
        stream.task(f"t{number}", at=number)
        stream(ModelCallEnded(call, START + number + 0.5, "success", output={"type": "ai"}))
        stream.task_end(f"t{number}", at=number + 0.5)
        stream(checkpoint(number))
    stream.task("t3", at=1)
    forget(stream, 0, at=1.75)
    assert stream.rows("tasks", "task_id", "status", "input", "result") == [
        ("t1", "success", None, None),
        ("t2", "success", {"in": 1}, {"out": 1}),
        ("t3", "running", {"in": 1}, None),
    ]
    assert stream.rows("model_calls", "call_id", "model", "input", "output") == [
        ("call1", "gpt", None, None),
        ("call2", "gpt", [{"type": "human"}], {"type": "ai"}),
    ]
    assert stream.rows("checkpoints", "checkpoint_id", "step", "values") == [
        ("c1", 1, None),
        ("c2", 2, {"n": 2}),
    ]
    assert stream.the("tasks", "t1")["input"] is None


@pytest.mark.parametrize(
    ("most", "left"), [(5, "1234"), (4, "1234"), (3, "234"), (2, "234"), (1, "24"), (0, "2")]
)
def test_of_too_many_rows_the_oldest_that_are_over_go(most: int, left: str) -> None:
    stream = Stream()
    for number, end in ((1, 2), (2, 9), (3, 2), (4, 2)):
        stream.task(f"t{number}", at=number)
        stream.task_end(f"t{number}", at=end)
    tasks: Any = stream.trace.tables["tasks"]
    tasks._trim_ended_rows(START + 5, ("input",), most)
    kept = [row["task_id"] for row in tasks.rows()]
    assert kept == [f"t{each}" for each in left]
    assert [name for name in ("t1", "t2", "t3", "t4") if tasks.row(name) is not None] == kept


def test_of_too_many_messages_the_oldest_that_are_over_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_ROWS_AFTER_TRIM", 2)
    stream = Stream()
    for number in range(5):
        stream.chunk(f"m{number}", "x", is_last=number != 1, at=number)
    forget(stream, 0, at=2.5)
    assert stream.rows("messages", "message_id") == ["m1", "m3", "m4"]
    forget(stream, 0, at=9)
    assert stream.rows("messages", "message_id") == ["m1", "m4"]
    forget(stream, 0, at=9)
    assert stream.rows("messages", "message_id") == ["m1", "m4"]


def test_of_states_the_newest_of_the_graph_itself_stays() -> None:
    stream = Stream()
    for number in range(3):
        stream.state({"n": number}, step=number)
        stream.state({"n": number}, step=number, namespace="sub:t1")
    states = stream.trace.states
    forget(stream, 2, at=2)
    assert [(state.event.seq, state.event.namespace) for state in states.list_states_newest_first()] == [
        (5, "sub:t1"),
        (4, ""),
        (3, "sub:t1"),
        (2, ""),
    ]
    forget(stream, 9, at=9)
    assert [(state.event.seq, state.values) for state in states.list_states_newest_first()] == [(4, {"n": 2})]
    assert states.list_namespaces_with_task_ids_removed() == [""]


def test_what_a_table_gives_is_a_copy() -> None:
    stream = Stream()
    stream.task("t1")
    for given in (
        stream.the("tasks", "t1"),
        stream.rows("tasks")[0],
        stream.trace.tables["tasks"].take_changes()[0],
    ):
        given["status"] = "changed by somebody"
    assert stream.the("tasks", "t1")["status"] == "running"
    assert stream.trace.tables["tasks"].take_changes() == []
    assert stream.trace.row("tasks", "t2") is None


def test_a_message_that_ended_at_that_moment_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_ROWS_AFTER_TRIM", 1)
    stream = Stream()
    for number in range(3):
        stream.chunk(f"m{number}", "x", is_last=True, at=number)
    forget(stream, 0, at=1)
    assert stream.rows("messages", "message_id") == ["m1", "m2"]
