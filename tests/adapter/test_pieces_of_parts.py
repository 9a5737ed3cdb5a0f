"""Small things that parts are read by: times, steps, parts within events, the form of an answer."""

from __future__ import annotations

import signal
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from lg_jupyter.adapter.debug import iso_to_epoch_seconds
from lg_jupyter.adapter.inner_part import InnerPart, parse_inner_part
from lg_jupyter.adapter.response_format import convert_response_format_in_parameters
from lg_jupyter.adapter.steps import StepTracker
from lg_jupyter.events.store import StoreCalled
from tests.adapter.build import Stream, call, only


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2024-01-01T00:00:00Z", 1_704_067_200.0),
        ("2024-01-01T01:00:00.500000+01:00", 1_704_067_200.5),
        ("", 5.0),
        (None, 5.0),
    ],
)
def test_a_time_is_that_of_its_zone_else_that_of_the_arrival(written: str | None, time: float) -> None:
    assert iso_to_epoch_seconds(written, 5.0) == time


@pytest.mark.parametrize(
    ("chunk", "part"),
    [
        (("values", {"a": 1}), InnerPart(None, "values", {"a": 1})),
        (["custom", None], InnerPart(None, "custom", None)),
        ((("sub:1", 2), "values", 1), InnerPart(["sub:1", "2"], "values", 1)),
        ([[], "a mode of tomorrow", 1], InnerPart([], "a mode of tomorrow", 1)),
        (("no mode", 1), None),
        ((1, 2), None),
        (((), 1, 2), None),
        (("path", "values", 1), None),
        (("values",), None),
        (((), "values", 1, 2), None),
        ({"values": 1, "b": 2}, None),
        ("values", None),
    ],
)
def test_a_part_within_an_event(chunk: Any, part: InnerPart | None) -> None:
    assert parse_inner_part(chunk) == part


class Answer(BaseModel):
    city: str


class Failing:
    @staticmethod
    def model_json_schema() -> Any:
        raise LookupError("no schema")


class Interrupted:
    @staticmethod
    def model_json_schema() -> Any:
        signal.raise_signal(signal.SIGTERM)


def test_a_class_that_an_answer_is_to_be_of_is_its_schema() -> None:
    given = {"response_format": Answer, "temperature": 0}
    assert convert_response_format_in_parameters(given) == {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "Answer", "schema": Answer.model_json_schema()},
        },
        "temperature": 0,
    }
    assert given["response_format"] is Answer
    for other in ({"response_format": Failing}, {"response_format": {"type": "text"}}, {}, None, "x"):
        assert convert_response_format_in_parameters(other) is other
    for no_schema in (int, Answer(city="x")):
        assert convert_response_format_in_parameters({"response_format": no_schema}) == {
            "response_format": no_schema
        }


def test_an_interrupt_while_a_schema_is_made_is_one() -> None:
    class Stop(BaseException):
        pass

    def handler(*_: object) -> None:
        raise Stop

    before = signal.signal(signal.SIGTERM, handler)
    try:
        with pytest.raises(Stop):
            convert_response_format_in_parameters({"response_format": Interrupted})
    finally:
        signal.signal(signal.SIGTERM, before)


def state_event(namespace: str = "") -> Any:
    return SimpleNamespace(namespace=namespace, step=None)


def test_steps_as_checkpoints_and_tasks_tell_them() -> None:
    steps = StepTracker()
    first, other = state_event(), state_event("sub:1")
    steps.set_event_step(first), steps.set_event_step(other)
    assert (first.step, steps.get_current_step("")) == (None, None)
    steps.on_checkpoint_saved("", 2)  # that of the state which came before it
    assert (first.step, other.step, steps.get_current_step("")) == (2, None, 3)
    steps.on_task_started("sub:1", 7)  # whose state is of the step before
    assert (other.step, steps.get_current_step("sub:1")) == (6, 7)
    later = state_event()
    steps.set_event_step(later)
    steps.on_checkpoint_saved("", 3)
    assert (later.step, first.step, steps.get_current_step("")) == (3, 2, 4)


def test_what_a_store_was_called_for() -> None:
    stream = Stream("updates")
    data = {
        "op": "search",
        "metadata": call(),
        "namespace": ["users", "ada"],
        "key": "likes",
        "value": {"food": "figs"},
        "args": {"limit": 5},
        "count": 2,
        "error": None,
    }
    assert only(stream("store", data)) == StoreCalled(
        *("search", 2.0, ["users", "ada"], "likes", {"food": "figs"}, {"limit": 5}, 2, None)
    )
    assert (stream.event.node, stream.event.task_id) == ("llm", "t1")
    bare = {"op": "get", "metadata": call(), "namespace": None}
    assert only(stream("store", bare)) == StoreCalled("get", 3.0, None, None, None, None, None, None)
    failed = only(stream("store", {**bare, "error": {"error": "ValueError", "message": "no"}}))
    assert failed.error == {"error": "ValueError", "message": "no"}
    assert stream("store", {**bare, "op": "an op of tomorrow"}) == ()
