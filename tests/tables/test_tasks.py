from __future__ import annotations

import pytest

from lg_jupyter.events.events import TaskEnded, TaskRetried, TaskStarted
from tests.tables.stream import START, Stream, since_start


def test_a_task_from_start_to_end():
    stream = Stream()
    stream.task("t1", "plan", step=1, at=1)
    assert stream.rows("tasks", "task_id", "status", "end_time", "latency") == [("t1", "running", None, None)]
    stream.task_end("t1", node="plan", at=3)
    row = stream.the("tasks", "t1")
    assert list(row) == list(stream.trace.tables["tasks"].schema.column_kinds)
    assert (row["node"], row["step"], row["status"], row["latency"]) == ("plan", 1, "success", 2.0)
    assert (since_start(row["start_time"]), since_start(row["end_time"])) == (1, 3)
    assert (row["input"], row["result"], row["triggers"], row["interrupts"]) == (
        {"in": 1},
        {"out": 1},
        ["start"],
        [],
    )


@pytest.mark.parametrize(
    ("namespace", "parent"),
    [
        ("", None),
        ("mid:t1", "t1"),
        ("mid:t1|inner:t2", "t2"),
        ("mid:t1|1", "t1"),
        ("mid:t1|2|inner:t2|1", "t2"),
        ("what is this", None),
    ],
)
def test_the_parent_is_the_task_that_runs_the_graph(namespace, parent):
    stream = Stream()
    stream.task("t9", namespace=namespace)
    assert stream.the("tasks", "t9")["parent_task_id"] == parent


def test_an_end_without_a_start_is_a_row():
    stream = Stream()
    error = {"error": "ValueError", "message": "no"}
    stream(TaskEnded("t1", "handler", "error", START, error=error), task_id="t1")
    assert stream.rows("tasks", "node", "status", "start_time", "latency", "error") == [
        ("handler", "error", None, None, error)
    ]


def test_an_end_of_which_only_the_arrival_is_known_is_by_the_clock_of_the_start():
    stream = Stream()
    ahead = START + 1000
    stream(TaskStarted("t1", "slow", None, [], ahead), at=1)
    stream(TaskEnded("t1", "slow", "cancelled", START + 4), at=4)
    assert stream.rows("tasks", "end_time", "latency") == [(ahead + 3, 3.0)]


def test_a_resumed_task_goes_on_in_its_row_without_the_wait():
    stream = Stream()
    stream.task("t1", "ask", at=0)
    question = {"id": "i1", "value": "?"}
    stream(TaskEnded("t1", "ask", "interrupted", START + 1, interrupts=[question]), task_id="t1")
    stream.task("t1", "ask", at=100)
    assert stream.rows("tasks", "status", "end_time") == [("running", None)]
    stream.task_end("t1", node="ask", at=102)
    row = stream.the("tasks", "t1")
    assert (row["status"], row["latency"], row["interrupts"]) == ("success", 3.0, [question])
    assert (since_start(row["start_time"]), since_start(row["end_time"])) == (0, 102)


def test_what_changed_is_told_once():
    stream = Stream()
    stream.task("t1", at=0)
    stream.task("t2", at=0)
    table = stream.trace.tables["tasks"]
    assert [row["task_id"] for row in table.take_changes()] == ["t1", "t2"]
    assert table.take_changes() == []
    stream.task_end("t1", at=1)
    assert [(row["task_id"], row["status"]) for row in table.take_changes()] == [("t1", "success")]
    assert table.take_changes() == []


def test_rows_are_not_the_tables_own():
    stream = Stream()
    stream.task("t1")
    stream.rows("tasks")[0]["status"] = "broken"
    assert stream.rows("tasks", "status") == ["running"]


def test_a_retry_that_is_told_before_its_task_is_in_its_row() -> None:
    stream = Stream()
    stream(TaskRetried("1", START + 1, {"error": "ValueError", "message": "no"}))
    stream.task("1")
    stream(TaskRetried("1", START + 2))
    first = {"time": START + 1, "error": "ValueError", "message": "no"}
    assert stream.rows("tasks", "retries") == [[first, {"time": START + 2}]]
