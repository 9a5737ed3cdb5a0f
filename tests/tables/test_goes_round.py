"""What goes round in a run, fact by fact: the same calls again, steps that change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.encode import SharedList
from lg_jupyter.events.calls import ToolCallStarted
from tests.tables.stream import Stream


def call(stream: Stream, call_id: str, args: Any = None, name: str | None = "look", **where: Any) -> None:
    more = {key: where.pop(key) for key in ("tool_call_id", "agent_name") if key in where}
    args = {"city": "Bergen"} if args is None else args
    stream(ToolCallStarted(call_id, 0.0, "callback", name, args=args, **more), **where)


def loops(stream: Stream) -> list[str]:
    return stream.trace.loop_warnings


SAID = 'look was called 3 times with the same arguments: {"city": "Bergen"}.'


def test_the_third_call_with_the_same_arguments_is_told() -> None:
    stream = Stream()
    for number in range(2):
        call(stream, f"c{number}")
        assert loops(stream) == []
    call(stream, "c2")
    assert loops(stream) == [SAID]
    assert loops(stream) == [SAID]  # is counted once, however often it is looked at
    call(stream, "c3")
    assert loops(stream) == [SAID.replace("3", "4")]


def test_the_order_of_arguments_does_not_matter() -> None:
    stream = Stream()
    for number, args in enumerate(({"a": 1, "b": [2]}, {"b": SharedList([2]), "a": 1}, {"a": 1, "b": [2]})):
        call(stream, f"c{number}", args)
    assert loops(stream) == ['look was called 3 times with the same arguments: {"a": 1, "b": [2]}.']


@pytest.mark.parametrize(
    "third",
    [
        {"args": {"city": "Oslo"}},
        {"name": "other"},
        {"name": None},
        {"namespace": "sub:t1"},
        {"agent_name": "another"},
        {"tool_call_id": "one"},  # is tried again
    ],
)
def test_another_call_is_not_the_same(third: dict[str, Any]) -> None:
    stream = Stream()
    call(stream, "c0", tool_call_id="one")
    call(stream, "c1", tool_call_id="two")
    call(stream, "c2", **third)
    assert loops(stream) == []
    call(stream, "c3")
    assert loops(stream) == [SAID]


def test_calls_of_which_something_is_not_known_are_not_counted() -> None:
    stream = Stream()
    for number in range(4):
        stream(ToolCallStarted(f"a{number}", 0.0, "callback", "look"))
        call(stream, f"b{number}", name=None)
    assert loops(stream) == []


def test_where_the_calls_are_is_told_and_of_many_the_first() -> None:
    stream = Stream()
    for name in "abcd":
        for number in range(3):
            call(stream, f"{name}{number}", {"text": "x" * 99}, name=name, namespace="team:t1|1|writer:t2")
    assert [each.partition(" was")[0] for each in loops(stream)] == ["a", "b", "c"]
    within = "in team #2 / writer with the same arguments"
    assert loops(stream)[0] == f'a was called 3 times {within}: {{"text": "{"x" * 50}….'


def walk(stream: Stream, *states: Any, first: int = 1, **where: Any) -> None:
    """Steps, and the states that they leave; of ``None`` nothing is streamed."""
    for step, state in enumerate(states, start=first):
        stream.task(f"t{step}", step=step, **where)
        if state is not None:
            stream.state(state, step=step, **where)


def row_of(first: int, last: int) -> list[str]:
    return [f"The state that is streamed did not change from step {first} to step {last}."]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        # the state is known from the first step on, and whether the last one changes it is not known yet
        ([{"n": 1}, *[{"n": 1}] * 5], []),
        ([{"n": 1}, *[{"n": 1}] * 6], row_of(2, 6)),
        ([{"n": 1}, *[{"n": 1}] * 7], row_of(2, 7)),
        ([{"n": 1}, *[None] * 6], row_of(2, 6)),
        ([{"n": 1}, {"n": 2}, *[{"n": 2}] * 6], row_of(3, 7)),
        ([{"n": 1}, *[{"n": 1}] * 4, {"n": 2}, *[{"n": 2}] * 5], []),
        # of several rows the longest, of two that are as long the first
        ([{"n": 1}, *[{"n": 1}] * 5, {"n": 2}, *[{"n": 2}] * 7], row_of(8, 13)),
        ([{"n": 1}, *[{"n": 1}] * 5, {"n": 2}, *[{"n": 2}] * 6], row_of(2, 6)),
        ([{"n": 1}, *[{"n": 1}] * 7, {"n": 2}, *[{"n": 2}] * 6], row_of(2, 8)),
        ([None] * 9, []),
    ],
)
def test_the_longest_row_of_steps_that_change_nothing(states: list[Any], expected: list[str]) -> None:
    stream = Stream()
    walk(stream, *states)
    assert loops(stream) == expected


def test_steps_and_states_of_graphs_in_nodes_and_steps_that_nobody_counts_are_none() -> None:
    stream = Stream()
    walk(stream, *[{"n": 1}] * 9, namespace="sub:t0")
    for number in range(9):
        stream.task(f"u{number}")
        stream.state({"n": 1})
    assert loops(stream) == []


def test_tasks_side_by_side_are_one_step() -> None:
    stream = Stream()
    stream.state({"n": 1}, step=0)
    for step in range(1, 5):
        for task in "ab":
            stream.task(f"{task}{step}", step=step)
    assert loops(stream) == []
    for step in range(5, 7):
        stream.task(f"c{step}", step=step)
    assert loops(stream) == row_of(1, 5)


def test_a_state_that_an_interrupt_shows_and_one_of_nothing_change_nothing() -> None:
    stream = Stream()
    walk(stream, {"n": 1}, {"n": 1}, {"n": 1})
    stream.state({"n": 2}, interrupted=True)
    stream.state(None)
    stream.state({"n": 3}, namespace="sub:t0")
    walk(stream, *[{"n": 1}] * 4, first=4)
    assert loops(stream) == row_of(2, 6)
