"""Modes ``tasks``, ``checkpoints`` and ``debug``, part by part: what of them becomes a fact, and where."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from lg_jupyter.adapter.debug import iso_to_epoch_seconds
from lg_jupyter.adapter.tasks import is_functional_task_input, parse_task_error
from lg_jupyter.events.events import (
    CheckpointSaved,
    CompleteMessage,
    Fact,
    InitialMessages,
    InterruptRaised,
    StateValues,
    SubgraphInfo,
    TaskEnded,
    TaskStarted,
    WriterTask,
)
from tests.adapter.build import Stream, only

HUMAN = {"type": "human", "content": "hi", "id": "h"}
AI = {"type": "ai", "content": "ho", "id": "a"}
CALL = {"type": "tool_call", "id": "c1", "name": "look", "args": {"n": 1}}


def kinds(facts: tuple[Fact, ...]) -> list[type]:
    return [*map(type, facts)]


def begun(stream: Stream, task_input: Any = None, triggers: Any = (), **more: Any) -> tuple[Fact, ...]:
    return stream("tasks", {"id": "t1", "name": "llm", "input": task_input, "triggers": [*triggers], **more})


# -- tasks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("modes", "task_input", "triggers", "is_state"),
    [
        (["tasks"], {"messages": [HUMAN]}, ["branch:to:llm"], True),
        (["tasks"], {"messages": [HUMAN]}, ["__pregel_push", "other"], True),
        (["tasks"], {"messages": [HUMAN]}, ["__pregel_push"], False),
        (["tasks"], [[{"messages": [HUMAN]}], {}], ["__pregel_push"], False),
        (["tasks", "values"], {"messages": [HUMAN]}, ["branch:to:llm"], False),
        (["tasks", "updates"], {"messages": [HUMAN]}, ["branch:to:llm"], True),
    ],
)
def test_what_a_task_got_is_the_state_unless_that_is_streamed_or_it_was_sent(
    modes: list[str], task_input: Any, triggers: list[str], is_state: bool
) -> None:
    stream = Stream(*modes)
    facts = begun(stream, task_input, triggers)
    assert kinds(facts) == [InitialMessages] * is_state + [TaskStarted]
    assert facts[-1] == TaskStarted("t1", "llm", task_input, triggers, 2.0, None)
    assert (stream.event.node, stream.event.task_id, stream.event.step) == ("llm", "t1", None)


def test_a_task_names_its_agent_and_the_call_of_the_graph_that_it_runs() -> None:
    stream = Stream("tasks")
    agent, started = begun(stream, [CALL], metadata={"lc_agent_name": "writer"})
    assert agent == SubgraphInfo(agent_name="writer")
    called = {name: CALL[name] for name in ("id", "name", "args")}
    assert isinstance(started, TaskStarted) and started.tool_call == called
    inside = stream.task("t2", "deep", namespace="llm:t1")
    assert inside[0] == SubgraphInfo(tool_call=called)
    assert kinds(stream.task("t3", "deep", namespace="llm:t1")) == [TaskStarted]


@pytest.mark.parametrize(
    ("error", "interrupts", "status"),
    [
        (None, [], "success"),
        ("", [], "success"),
        ({"error": "CancelledError", "message": ""}, [], "cancelled"),
        ({"error": "ValueError", "message": "no"}, [], "error"),
        ("CancelledError", [], "error"),
        (None, [{"id": "a" * 32, "value": 1}], "interrupted"),
        ({"error": "ValueError", "message": "no"}, [{"id": "a" * 32, "value": 1}], "interrupted"),
    ],
)
def test_how_a_task_ended(error: Any, interrupts: list[Any], status: str) -> None:
    stream = Stream("tasks")
    begun(stream)
    ended, *asked = stream.result("t1", "llm", {"foo": "x"}, error=error, interrupts=interrupts)
    assert (ended.status, ended.error, ended.interrupts) == (status, parse_task_error(error), interrupts)
    assert (ended.task_id, ended.node, ended.time, ended.result) == ("t1", "llm", 3.0, {"foo": "x"})
    assert kinds(tuple(asked)) == [InterruptRaised] * len(interrupts)
    assert [(each.node, each.task_id) for each in asked] == [("llm", "t1")] * len(interrupts)


def test_of_a_call_of_a_tool_that_failed_it_is_told_which() -> None:
    stream = Stream("tasks")
    begun(stream, CALL)
    assert only(stream.result("t1", "llm", error={"error": "ValueError"})).tool_call_id == "c1"
    begun(stream, CALL)
    assert Stream("tasks").result("t1", "llm", error="no")[-1].tool_call_id is None


@pytest.mark.parametrize(
    ("error", "read"),
    [
        *((nothing, None) for nothing in (None, "", {}, [], 0)),
        ({"error": "E", "message": "m", "more": 1}, {"error": "E", "message": "m"}),
        ({"other": 1}, {"error": "Error", "message": ""}),
        ({"error": 5, "message": None}, {"error": "5", "message": "None"}),
        ("boom", {"error": "Error", "message": "boom"}),
        (["boom"], {"error": "Error", "message": "['boom']"}),
    ],
)
def test_an_error_in_each_of_its_forms(error: Any, read: Any) -> None:
    assert parse_task_error(error) == read


@pytest.mark.parametrize(
    ("triggers", "task_input", "call"),
    [
        (["__pregel_push"], [[1], {}], True),
        (["__pregel_push"], [[], {"a": 1}], True),
        (["__pregel_push", "x"], [[1], {}], False),
        ([], [[1], {}], False),
        (["__pregel_push"], [[1], {}, 3], False),
        (["__pregel_push"], [1, {}], False),
        (["__pregel_push"], [[1], []], False),
        (["__pregel_push"], {0: [1], 1: {}}, False),
        (["__pregel_push"], None, False),
    ],
)
def test_a_call_of_a_function_is_known_by_its_arguments(triggers: Any, task_input: Any, call: bool) -> None:
    assert is_functional_task_input(triggers, task_input) is call


@pytest.mark.parametrize(("modes", "told"), [(["tasks"], 1), (["tasks", "updates"], 0)])
def test_what_a_task_removed_is_told_once(modes: list[str], told: int) -> None:
    stream = Stream(*modes)
    begun(stream, {"messages": [HUMAN]})
    gone = {"messages": [{"type": "remove", "content": "", "id": "__remove_all__"}]}
    assert len(stream.result("t1", "llm", gone)) == 1 + told


# -- checkpoints ----------------------------------------------------------------------------------------


def saved(
    stream: Stream, checkpoint_id: str, step: int | None = None, mode: str = "checkpoints", **fields: Any
) -> tuple[Fact, ...]:
    namespace = fields.pop("namespace", "")
    metadata = {"source": fields.pop("source", "loop"), **({} if step is None else {"step": step})}
    payload = {"config": {"configurable": {"checkpoint_id": checkpoint_id}}, "metadata": metadata}
    return stream(mode, {**payload, "values": {}, "next": [], "tasks": [], **fields}, namespace)


def test_a_checkpoint_is_told_once_in_each_graph() -> None:
    stream = Stream("checkpoints")
    assert kinds(saved(stream, "c1", 0)) == [CheckpointSaved]
    assert saved(stream, "c1", 0) == ()
    assert kinds(saved(stream, "c1", 0, namespace="sub:t1")) == [CheckpointSaved]
    assert kinds(saved(stream, "c2", 1)) == [CheckpointSaved]
    assert saved(stream, "", 2) == ()


def test_where_debug_is_streamed_that_tells_tasks_and_checkpoints() -> None:
    stream = Stream("tasks", "checkpoints", "debug")
    assert saved(stream, "c1", 4) == ()
    assert (stream.event.checkpoint_id, stream.event.step) == ("c1", 4)
    assert begun(stream) == ()
    assert (stream.event.node, stream.event.task_id) == ("llm", "t1")


def test_a_checkpoint_ends_its_step_and_begins_the_next() -> None:
    stream = Stream("checkpoints", "tasks")
    saved(stream, "c0", 0)
    begun(stream)
    assert stream.event.step == 1
    ended, checkpoint = saved(stream, "c1", 1)
    assert isinstance(ended, TaskEnded) and (ended.task_id, ended.time) == ("t1", 4.0)
    assert isinstance(checkpoint, CheckpointSaved) and checkpoint.step == 1
    begun(stream)
    assert stream.event.step == 2
    assert kinds(saved(stream, "c2")) == [CheckpointSaved]  # of no step that is known: nothing is over


@pytest.mark.parametrize(
    ("tasks", "writer"),
    [
        ([{"id": "t1", "name": "llm"}], WriterTask("", "llm", "t1", 1, 4.0)),
        ([{"name": "llm"}], WriterTask("", "llm", None, 1, 4.0)),
        ([{"id": "t1", "name": "llm"}, {"id": "t2", "name": "other"}], None),
        ([{"id": "t1", "name": "__start__"}], None),
        ([{"id": "t1"}], None),
        ([], None),
        (None, None),
    ],
)
def test_what_is_new_in_a_state_was_written_by_the_one_task_that_was_left_to_do(
    tasks: Any, writer: Any
) -> None:
    stream = Stream("checkpoints", "values")
    stream("values", {"messages": []})
    saved(stream, "c0", 0, tasks=tasks)
    state, message = stream("values", {"messages": [AI]})
    assert isinstance(state, StateValues)
    assert isinstance(message, CompleteMessage) and message.writer == writer


def test_where_states_are_not_streamed_checkpoints_tell_the_messages() -> None:
    stream = Stream("checkpoints")
    assert kinds(saved(stream, "c0", -1, source="input", values={"messages": []})) == [CheckpointSaved]
    given = saved(stream, "c1", 0, values={"messages": [HUMAN]}, tasks=[{"id": "t1", "name": "llm"}])
    assert kinds(given) == [CheckpointSaved, InitialMessages]
    _, message = saved(stream, "c2", 1, values={"messages": [HUMAN, AI]})
    assert isinstance(message, CompleteMessage)
    assert message.writer == WriterTask("", "llm", "t1", 1, 4.0)
    # and another turn begins with what there is
    before = {"messages": [HUMAN, AI]}
    assert kinds(saved(stream, "c3", 2, source="input", values=before)) == [CheckpointSaved]
    more = {"messages": [HUMAN, AI, {**HUMAN, "id": "h2"}]}
    assert kinds(saved(stream, "c4", 3, values=more)) == [CheckpointSaved, InitialMessages]
    last = {"messages": [*more["messages"], {**AI, "id": "a2"}]}
    assert kinds(saved(stream, "c5", 4, values=last)) == [CheckpointSaved, CompleteMessage]


def test_where_they_are_checkpoints_tell_none() -> None:
    stream = Stream("checkpoints", "values")
    saved(stream, "c0", -1, source="input")
    assert kinds(saved(stream, "c1", 0, values={"messages": [HUMAN]})) == [CheckpointSaved]


# -- debug ----------------------------------------------------------------------------------------------


def test_debug_tells_the_step_and_the_time_of_both() -> None:
    stream = Stream("debug")
    at = "1970-01-01T00:01:40+00:00"
    task = {"id": "t1", "name": "llm", "input": None, "triggers": []}
    started = only(stream("debug", {"step": 3, "timestamp": at, "type": "task", "payload": task}))
    assert (started.time, stream.event.step) == (100.0, 3)
    result = {"id": "t1", "name": "llm", "error": None, "result": {}, "interrupts": []}
    wrapped = {"step": 9, "timestamp": at, "type": "task_result", "payload": result}
    assert only(stream("debug", wrapped)).time == 100.0
    assert stream.event.step == 3
    config = {"configurable": {"checkpoint_id": "c"}}
    checkpoint = {"config": config, "metadata": {"step": 4, "source": "loop"}, "values": {}, "next": []}
    fact = only(stream("debug", {"step": 4, "timestamp": at, "type": "checkpoint", "payload": checkpoint}))
    assert (fact.time, fact.step) == (100.0, 4)


def test_a_task_of_a_step_that_nobody_knows_has_none() -> None:
    stream = Stream("debug")
    task = {"id": "t1", "name": "llm", "input": None, "triggers": []}
    assert only(stream("debug", {"step": "3", "type": "task", "payload": task})).time == 2.0
    assert stream.event.step is None


@pytest.mark.parametrize("text", ["2024-05-01T10:00:00Z", "2024-05-01T12:00:00+02:00"])
def test_a_time_is_read_in_whichever_zone_it_is_told(text: str) -> None:
    assert iso_to_epoch_seconds(text, 5.0) == datetime.fromisoformat("2024-05-01T10:00:00+00:00").timestamp()


@pytest.mark.parametrize("text", ["", None])
def test_what_has_no_time_has_that_of_its_arrival(text: str | None) -> None:
    assert iso_to_epoch_seconds(text, 5.0) == 5.0
