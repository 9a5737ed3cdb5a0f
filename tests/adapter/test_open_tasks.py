"""Which tasks run, whose writes and questions are whose, and what is over without a word."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.events import InterruptRaised, StateUpdate, TaskEnded, TaskStarted
from tests.adapter.build import Stream, only

OWN = "a" * 32
"""An id as LangGraph gives it to an interrupt."""


def ends(facts: tuple[Any, ...]) -> list[tuple[str, str]]:
    return [(fact.task_id, fact.status) for fact in facts if isinstance(fact, TaskEnded)]


def debug(stream: Stream, step: int, task_id: str, node: str) -> tuple[Any, ...]:
    payload = {"id": task_id, "name": node, "input": None, "triggers": []}
    return stream("debug", {"type": "task", "step": step, "timestamp": None, "payload": payload})


def test_with_a_task_ends_what_its_graph_ran_and_not_what_another_of_its_node_does() -> None:
    stream = Stream("tasks")
    for task_id in ("t1", "t2"):
        stream.task(task_id, "team")
        stream.task(f"in {task_id}", "write", namespace=f"team:{task_id}")
        stream.task(f"in in {task_id}", "rate", namespace=f"team:{task_id}|write:in {task_id}")
    assert ends(stream.result("t1", "team")) == [
        ("in in t1", "unreported"),
        ("in t1", "unreported"),
        ("t1", "success"),
    ]
    assert ends(stream.result("t2", "team")) == [
        ("in in t2", "unreported"),
        ("in t2", "unreported"),
        ("t2", "success"),
    ]


def test_the_last_task_of_a_node_ends_its_graph_that_names_no_task() -> None:
    stream = Stream("tasks")
    stream.task("t1", "team")
    stream.task("t2", "team")
    stream.task("inner", "write", namespace="team")
    assert ends(stream.result("t1", "team")) == [("t1", "success")]
    assert ends(stream.result("t2", "team")) == [("inner", "unreported"), ("t2", "success")]


def test_a_step_that_begins_ends_those_before() -> None:
    stream = Stream("debug")
    debug(stream, 1, "t1", "a")
    assert ends(debug(stream, 1, "t2", "b")) == []
    assert ends(debug(stream, 2, "t3", "c")) == [("t1", "unreported"), ("t2", "unreported")]


@pytest.mark.parametrize(
    ("status", "left"),
    [
        ("cancelled", ["cancelled", "cancelled", "cancelled"]),
        ("incomplete", ["incomplete", "incomplete", "incomplete"]),
        ("error", ["error", "unreported", "unreported"]),
        ("interrupted", ["interrupted", "unreported", "unreported"]),
        ("success", ["unreported", "unreported", "unreported"]),
    ],
)
def test_a_run_that_is_over_ends_what_runs_the_innermost_first(status: str, left: list[str]) -> None:
    stream = Stream("tasks")
    stream.task("t1", "team")
    stream.task("t2", "other")
    stream.task("inner", "write", namespace="team:t1")
    assert ends(stream.end(status)) == [*zip(("inner", "t1", "t2"), left, strict=True)]


def test_where_a_task_reported_that_it_failed_no_other_is_taken_to_have() -> None:
    stream = Stream("tasks")
    stream.task("t1", "a")
    stream.result("t1", "a", error={"error": "E", "message": ""})
    stream.task("t2", "b")
    assert ends(stream.end("error")) == [("t2", "unreported")]


def test_a_task_that_never_told_its_start_begins_with_its_end() -> None:
    stream = Stream("tasks")
    started, ended = stream.result("t1", "a")
    assert started == TaskStarted("t1", "a", None, [], ended.time)
    assert stream.result("t1", "a") == ()  # told again


def test_an_error_handler_begins_when_its_node_failed() -> None:
    stream = Stream("tasks")
    stream.task("t1", "a")
    stream.result("t1", "a", error={"error": "E", "message": ""})
    stream("custom", 1)
    started, ended = stream.result("t2", "__error_handler__a")
    assert (started.node, started.time, ended.time) == ("__error_handler__a", 3.0, 5.0)


# -- a run that goes on ---------------------------------------------------------------------------------


def resumed() -> Stream:
    stream = Stream("tasks")
    stream.task("t1", "a")
    stream.result("t1", "a")
    stream("control", {"event": "resume", "value": "yes"})
    return stream


def test_what_has_a_result_is_announced_again_and_does_not_run() -> None:
    stream = resumed()
    assert stream.task("t1", "a") == ()
    assert stream.end() and not ends(stream.end())
    stream = resumed()
    stream.task("t1", "a")
    stream.task("t2", "b")
    stream("custom", 1)
    assert (stream.event.node, stream.event.task_id) == ("b", "t2")


def test_but_it_may_run_again_after_all() -> None:
    stream = resumed()
    stream.task("t1", "a")
    started, ended = stream.result("t1", "a")
    assert isinstance(started, TaskStarted) and isinstance(ended, TaskEnded)


def test_what_failed_runs_again() -> None:
    stream = Stream("tasks")
    stream.task("t1", "a")
    stream.result("t1", "a", error={"error": "E", "message": ""})
    stream("control", {"event": "resume", "value": None})
    assert isinstance(only(stream.task("t1", "a")), TaskStarted)
    assert ends(stream.result("t1", "a")) == [("t1", "success")]


# -- whose update it is ---------------------------------------------------------------------------------


def test_an_update_is_of_the_one_task_of_its_node_that_runs() -> None:
    stream = Stream("updates", "tasks")
    stream.task("t1", "a")
    stream.task("t2", "b")
    assert only(stream("updates", {"a": {"n": 1}})) == StateUpdate("a", "t1", {"n": 1})
    assert stream.event.task_id == "t1"


def test_of_several_it_is_of_the_one_whose_result_follows() -> None:
    stream = Stream("updates", "tasks")
    stream.task("t1", "a")
    stream.task("t2", "a")
    update = only(stream("updates", {"a": {"n": 1}}))
    event = stream.event
    assert (update.task_id, event.task_id) == (None, None)
    stream.result("t2", "a")
    assert (update.task_id, event.task_id) == ("t2", "t2")
    update = only(stream("updates", {"a": {"n": 1}}))
    stream.result("t9", "other")
    assert update.task_id == "t1"  # which alone is left


# -- whose question it is -------------------------------------------------------------------------------


def asked(*facts: tuple[Any, ...]) -> list[tuple[str, str | None]]:
    """The interrupts among facts, and their tasks."""
    raised = [fact for each in facts for fact in each if isinstance(fact, InterruptRaised)]
    return [(fact.interrupt_id, fact.task_id) for fact in raised]


def interrupt(interrupt_id: str | None, value: Any = "?") -> dict[str, Any]:
    return {"id": interrupt_id, "value": value}


def test_an_interrupt_that_every_level_repeats_is_one() -> None:
    stream = Stream("tasks", "updates")
    stream.task("t1", "team")
    stream.task("t2", "ask", namespace="team:t1")
    assert asked(
        stream.result("t2", "ask", namespace="team:t1", interrupts=[interrupt(OWN)]),
        stream.result("t1", "team", interrupts=[interrupt(OWN)]),
        stream("updates", {"__interrupt__": [interrupt(OWN)]}),
        stream.end("interrupted"),
    ) == [(OWN, "t2")]


def test_one_with_an_id_that_its_node_gave_is_known_by_its_task_and_what_it_asks() -> None:
    stream = Stream("tasks", "updates")
    for task_id in ("t1", "t2"):
        stream.task(task_id, "team")
        stream.task(f"in {task_id}", "ask", namespace=f"team:{task_id}")
    raised = [interrupt("mine")]
    assert asked(
        stream.result("in t1", "ask", namespace="team:t1", interrupts=raised),
        stream.result("in t2", "ask", namespace="team:t2", interrupts=raised),
        stream.result("t1", "team", interrupts=raised),
        stream.result("t2", "team", interrupts=raised),
        stream("updates", {"__interrupt__": raised}),
        stream.end("interrupted"),
    ) == [("mine", "in t1"), ("mine", "in t2")]


def test_two_of_one_task_are_told_by_their_ids_or_by_what_they_ask() -> None:
    stream = Stream("tasks")
    stream.task("t1", "ask")
    raised = [interrupt("one"), interrupt("two"), interrupt(None, "a"), interrupt(None, "b")]
    assert asked(stream.result("t1", "ask", interrupts=[*raised, *raised])) == [
        *(("one", "t1"), ("two", "t1")),
        *(("interrupt-2", "t1"), ("interrupt-3", "t1")),
    ]


def test_which_of_several_asks_is_said_by_the_result_that_follows() -> None:
    stream = Stream("updates", "tasks")
    stream.task("t1", "ask")
    stream.task("t2", "ask")
    assert asked(stream("updates", {"__interrupt__": [interrupt(OWN)]})) == []
    assert asked(stream.result("t2", "ask", interrupts=[interrupt(OWN)])) == [(OWN, "t2")]
    assert asked(stream.end("interrupted")) == []


def test_or_by_nobody_until_the_run_is_over() -> None:
    stream = Stream("updates", "tasks")
    stream.task("t1", "ask")
    stream.task("t2", "ask")
    stream("updates", {"__interrupt__": [interrupt(OWN), interrupt("mine")]})
    assert asked(stream.end("interrupted")) == [(OWN, None), ("mine", None)]


def test_an_id_that_comes_again_when_the_run_goes_on_asks_anew() -> None:
    stream = Stream("updates")
    first = stream("updates", {"__interrupt__": [interrupt(OWN)]})
    stream("control", {"event": "resume", "value": "yes"})
    again = stream("updates", {"__interrupt__": [interrupt(OWN)]})
    assert asked(first, again) == [(OWN, None), (OWN, None)]
