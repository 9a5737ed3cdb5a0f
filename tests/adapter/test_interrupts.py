"""Which interrupt is which, where several levels of a graph and several tasks tell of them."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter.interrupts import InterruptTracker
from lg_jupyter.adapter.task_tracker import OpenTask

OWN = "a" * 32
"""An id as LangGraph gives it to each."""


def task(task_id: str = "t1", node: str = "ask", namespace: str = "") -> OpenTask:
    return OpenTask(task_id, node, namespace, None)


def asked(value: Any = "?", interrupt_id: Any = "same", **more: Any) -> dict[str, Any]:
    return {"id": interrupt_id, "value": value, **more}


def ids(facts: list[Any]) -> list[str]:
    return [fact.interrupt_id for fact in facts]


def test_one_of_an_id_of_its_own_is_told_once() -> None:
    tracker = InterruptTracker()
    assert ids(tracker.emit_new_interrupts([asked(interrupt_id=OWN), asked(2, OWN)], task())) == [OWN]
    assert tracker.emit_new_interrupts([asked(interrupt_id=OWN)], task("t2", "other"), namespace="sub") == []
    tracker.clear()
    assert ids(tracker.emit_new_interrupts([asked(interrupt_id=OWN)], task())) == [OWN]


def test_without_one_each_task_asks_for_itself() -> None:
    tracker = InterruptTracker()
    assert ids(tracker.emit_new_interrupts([asked()], task("t1"))) == ["same"]
    assert ids(tracker.emit_new_interrupts([asked()], task("t2"))) == ["same"]
    assert (
        tracker.emit_new_interrupts([asked()], task("t1"))
        == tracker.emit_new_interrupts([asked()], task("t2"))
        == []
    )
    assert ids(tracker.emit_new_interrupts([asked("another")], task("t1"))) == ["same"]
    assert ids(tracker.emit_new_interrupts([asked(interrupt_id="other")], task("t1"))) == ["other"]


def test_those_that_came_without_any_id_are_numbered_and_known_by_what_they_ask() -> None:
    tracker = InterruptTracker()
    assert ids(tracker.emit_new_interrupts([asked(1, None), asked(2, ""), asked(1, None)], task())) == [
        "interrupt-0",
        "interrupt-1",
    ]
    assert tracker.emit_new_interrupts([asked(2, None)], task()) == []


@pytest.mark.parametrize(
    ("where", "known"),
    [("ask:t1", True), ("ask:t1|deep:t9", True), ("ask", True), ("ask:t2", False), ("other:t1", False)],
)
def test_the_task_around_a_graph_tells_again_what_that_asked(where: str, known: bool) -> None:
    tracker = InterruptTracker()
    tracker.emit_new_interrupts([asked()], task("t5", "inner"), namespace=where)
    assert ids(tracker.emit_new_interrupts([asked()], task("t1", "ask"))) == ([] if known else ["same"])


def test_one_whose_node_nobody_names_was_asked_in_a_graph_of_no_name() -> None:
    tracker = InterruptTracker()
    tracker.emit_new_interrupts([asked()], task("t5", "inner"), namespace=":t1|deep:t9")
    assert tracker.emit_new_interrupts([asked(task_id="t1")], None) == []
    assert ids(tracker.emit_new_interrupts([asked("another", task_id="t1")], None)) == ["same"]


def test_all_that_is_known_of_one() -> None:
    tracker = InterruptTracker()
    schema = {"type": "string"}
    given = [
        {"interrupt_id": "x", "value": 1, "response_schema": schema, "node": "n", "task_id": "t"},
        {"id": 5, "value": 2, "node": "", "task_id": 7},
    ]
    first, *_ = tracker.emit_new_interrupts(given, None)
    assert (first.interrupt_id, first.value, first.response_schema) == ("x", 1, schema)
    assert (first.node, first.task_id) == ("n", "t")
    second = tracker.pop_deferred_interrupts()[0]
    assert (second.interrupt_id, second.node, second.task_id) == ("interrupt-1", None, None)
    (third,) = tracker.emit_new_interrupts([asked(node="n", task_id="t")], task("t1", "ask"))
    assert (third.node, third.task_id) == ("ask", "t1")


def test_what_is_deferred_is_told_with_its_result_or_at_the_end() -> None:
    tracker = InterruptTracker()
    both = [asked(1, OWN), asked(2, "b" * 32)]
    assert tracker.emit_new_interrupts(both, None, defer=True) == []
    assert tracker.emit_new_interrupts(both, None, defer=True) == []
    assert ids(tracker.emit_new_interrupts([asked(1, OWN)], task())) == [OWN]
    assert ids(tracker.pop_deferred_interrupts()) == ["b" * 32]
    assert tracker.pop_deferred_interrupts() == []


def test_what_nobody_names_a_task_of_waits_unless_it_was_told() -> None:
    tracker = InterruptTracker()
    assert tracker.emit_new_interrupts([asked(1, "x"), asked(2, "x")], None) == []
    assert ids(tracker.emit_new_interrupts([asked(1, "x")], task())) == ["x"]
    assert [fact.value for fact in tracker.pop_deferred_interrupts()] == [2]
    assert tracker.emit_new_interrupts([asked(1, "x")], None) == []
    assert tracker.pop_deferred_interrupts() == []
    tracker.emit_new_interrupts([asked(3, "x")], None)
    tracker.clear()
    assert tracker.pop_deferred_interrupts() == []
