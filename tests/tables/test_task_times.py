"""What the time of a task was spent on: each moment counts once, and nothing where calls are not known."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.calls import (
    ModelCallEnded,
    ModelCallFirstToken,
    ModelCallStarted,
    ToolCallEnded,
    ToolCallStarted,
)
from lg_jupyter.events.events import (
    CompleteMessage,
    RunEnded,
    RunStarted,
    TaskEnded,
    TaskRetried,
    TaskStarted,
)
from tests.tables.stream import START, Stream

TIMES = ("model_time", "model_wait_time", "tool_time", "retry_time", "own_time")


class Calls(Stream):
    """A run of which callbacks report the calls; moments are seconds from its start."""

    def __init__(self, known_from: Any = "callback", **started: Any) -> None:
        super().__init__()
        self.known_from = known_from
        self(RunStarted("r", "t", call_source=known_from, **started), at=0)

    def model(
        self, call_id: str, start: float, end: float | None, first: float | None = None, **more: Any
    ) -> None:
        task_id = more.pop("task_id", "1")
        self(ModelCallStarted(call_id, START + start, self.known_from, **more), task_id=task_id, at=start)
        if first is not None:
            self(ModelCallFirstToken(call_id, START + first), task_id=task_id, at=first)
        if end is not None:
            self.model_end(call_id, end)

    def model_end(self, call_id: str, end: float) -> None:
        self(ModelCallEnded(call_id, START + end, "success"), at=end)

    def tool(self, call_id: str, start: float, end: float) -> None:
        self(ToolCallStarted(call_id, START + start, self.known_from), task_id="1", at=start)
        self(ToolCallEnded(call_id, START + end, "success"), at=end)

    def times(self, task_id: str = "1") -> tuple[Any, ...]:
        row = self.the("tasks", task_id)
        return tuple(row[name] for name in TIMES)


def test_each_moment_counts_once():
    """Two models at once; a tool that calls one; between them the node's own code."""
    stream = Calls()
    stream.task("1", at=0)
    stream.model("a", 1, 4, first=2)
    stream.model("b", 2, 5)
    stream.tool("c", 6, 9)
    stream.model("d", 7, 8)
    stream.task_end("1", at=10)
    assert stream.times() == (5, 3, 2, 0, 3)


def test_the_sum_is_what_the_task_took_also_where_it_waited_for_an_answer():
    stream = Calls()
    stream.task("1", at=0)
    stream.model("a", 1, 2)
    stream.task_end("1", "interrupted", at=3)
    stream.task("1", at=10)
    stream.model("b", 11, 13, first=12)
    stream.task_end("1", at=14)
    assert stream.the("tasks", "1")["latency"] == 7
    assert stream.times() == (3, 2, 0, 0, 4)


def test_a_task_has_what_went_on_in_the_graphs_that_it_ran():
    stream = Calls()
    stream.task("1", at=0)
    stream.task("2", namespace="node:1", at=1)
    stream.model("a", 2, 4, task_id="2")
    stream.task_end("2", namespace="node:1", at=5)
    stream.task_end("1", at=7)
    assert (stream.times("2"), stream.times("1")) == ((2, 2, 0, 0, 2), (2, 2, 0, 0, 5))


def test_between_tries_nothing_is_at_work():
    stream = Calls()
    stream.task("1", at=0)
    stream.model("a", 1, 2)
    stream.model("b", 4, 5, attempt=2, retry_of="a")
    stream(TaskRetried("1", START + 9, {"error": "ValueError", "message": "no"}, START + 6), at=9)
    stream.task_end("1", at=10)
    assert stream.times() == (2, 2, 0, 5, 3)


def test_where_nobody_says_when_a_try_failed_the_rest_is_not_known():
    stream = Calls()
    stream.task("1", at=0)
    stream.model("a", 1, 2)
    stream(TaskRetried("1", START + 9), at=9)
    stream.task_end("1", at=10)
    assert stream.times() == (1, 1, 0, None, None)


def test_a_call_that_ends_after_its_task_is_known_when_it_does():
    """As in a thread; until then nobody knows what the time went to."""
    stream = Calls()
    stream.task("1", at=0)
    stream.model("a", 1, None)
    stream.task_end("1", at=3)
    assert stream.times() == (None,) * 5
    stream.model_end("a", 4)
    assert stream.times() == (2, 2, 0, 0, 1)


def test_a_call_ends_with_a_task_that_is_cancelled():
    stream = Calls()
    stream.task("1", at=0)
    stream.model("a", 1, None)
    stream.task_end("1", "cancelled", at=3)
    assert stream.times() == (2, 2, 0, 0, 1)


@pytest.mark.parametrize("known", [{"known_from": "inferred"}, {"are_all_calls_reported": False}])
def test_where_calls_are_not_known_nothing_is(known):
    stream = Calls(**known)
    stream.task("1", at=0)
    stream.task_end("1", at=3)
    assert stream.times() == (None,) * 5


def test_a_message_of_a_model_that_was_not_reported_takes_back_what_seemed_known():
    stream = Calls()
    stream.task("1", at=0)
    stream.chunk("m", "hello", task_id="1", node="node", at=1)
    stream(CompleteMessage("m", "ai", "hello"), task_id="1", node="node", message_id="m", at=2)
    stream.task_end("1", at=3)
    stream(RunEnded("success"), at=4)
    assert stream.times() == (None,) * 5


def test_a_task_that_never_reported_has_no_times():
    stream = Calls()
    stream.task("1", at=0)
    stream.task_end("1", "unreported", at=3)
    assert stream.times() == (None,) * 5


def test_arrivals_are_moved_to_the_clock_of_a_server():
    stream = Calls("events")
    ahead = 100
    stream(TaskStarted("1", "node", {}, [], START + ahead), task_id="1", at=0)
    stream.model("a", 1, 3, first=2)
    stream(TaskEnded("1", "node", "success", START + ahead + 5, {}), task_id="1", at=5)
    assert stream.times() == (2, 1, 0, 0, 3)
