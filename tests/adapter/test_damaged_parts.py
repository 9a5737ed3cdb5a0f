"""Damaged parts: what is understood of them is of the types that facts have, and the rest does no harm."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from lg_jupyter.adapter import Adapter
from lg_jupyter.events.events import (
    CompleteMessage,
    Event,
    MessageChunk,
    Part,
    TaskEnded,
    TaskStarted,
    ToolCallChunk,
)
from tests.adapter.build import Stream, ai, call, chunk, only
from tests.adapter.damage import TORN, damaged
from tests.adapter.well_typed import mistyped, mistyped_in
from tests.recordings import adapted, names, parts

SEEDS = range(20)


def said(events: Iterable[Event]) -> list[Any]:
    """What events tell, in a form that can be compared, once all have come."""
    return [
        (each.mode, each.namespace, each.node, each.step, each.task_id, each.message_id, _facts(each))
        for each in events
    ]


def _facts(event: Event) -> list[Any]:
    return [
        (replace(fact, extras=None), fact.extras and fact.extras.get_extras_so_far())
        if isinstance(fact, MessageChunk)
        else fact
        for fact in event.facts
    ]


# -- whatever the damage


@pytest.mark.parametrize("seed", SEEDS)
def test_torn_parts_become_events_without_facts_and_do_no_harm(seed: int) -> None:
    chance = random.Random(seed)
    name = chance.choice(names("local_v1", "server_v1", "local_events_v2"))
    whole = list(parts(name))
    torn = _with_torn_parts(whole, chance)
    events = adapted(torn)

    assert [event.seq for event in events] == list(range(len(torn)))
    good = [event for event, part in zip(events, torn, strict=True) if part in whole]
    assert said(good) == said(adapted(whole))


def _with_torn_parts(whole: list[Part], chance: random.Random) -> list[Part]:
    """The stream with damaged parts between the good ones."""
    stream: list[Part] = []
    for part in whole:
        if chance.random() < 0.3:
            mode = chance.choice([part.mode, "messages", "tasks", "debug", "events", "error", "no such mode"])
            stream.append(Part(mode, part.namespace, chance.choice(TORN), part.timestamp + 0.25))
        stream.append(part)
    return stream


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_the_damage_facts_are_of_their_types(seed: int) -> None:
    chance = random.Random(seed)
    for name in chance.sample(names(), 20):
        adapter = Adapter()
        for part in parts(name):
            bad = damaged(part, chance)
            event = adapter.adapt(bad)
            assert mistyped_in(event) == [], (name, bad)
            assert event.data is bad.data or part.mode == "events"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_part_that_is_not_understood_changes_nothing_for_the_others(seed: int) -> None:
    chance = random.Random(seed)
    for name in chance.sample(names(), 5):
        whole = list(parts(name))
        expected = said(adapted(whole))
        for place in chance.sample(range(len(whole)), min(20, len(whole))):
            adapter = Adapter()
            events = [adapter.adapt(part) for part in whole[:place]]
            bad = damaged(whole[place], chance)
            adapter.adapt(bad)
            if list(adapter.faults):
                events += [adapter.adapt(part) for part in whole[place:]]
                assert said(events) == expected, (name, bad)


# -- what is not understood is said


WRONG: dict[str, tuple[str, Any]] = {
    "task without an id": ("tasks", {"id": None, "name": "a", "input": {}, "triggers": []}),
    "task whose node is no text": ("tasks", {"id": "1", "name": 0, "input": {}, "triggers": []}),
    "triggers that are no list": ("tasks", {"id": "1", "name": "a", "input": {}, "triggers": 1}),
    "trigger that is no text": ("tasks", {"id": "1", "name": "a", "input": {}, "triggers": [1]}),
    "interrupt that is no object": (
        "tasks",
        {"id": "1", "name": "a", "error": None, "result": {}, "interrupts": ["?"]},
    ),
    "next that is no list": (
        "checkpoints",
        {"config": {"configurable": {"checkpoint_id": "c"}}, "metadata": {}, "next": {}, "values": {}},
    ),
    "metadata of a message": ("messages", [chunk("hi"), []]),
    "message without a type": ("messages", [{"content": "hi", "id": "m"}, call()]),
    "id of a message": ("messages", [chunk("hi", message_id=[]), call()]),
    "piece of a tool call": ("messages", [chunk("hi", tool_call_chunks=["x"]), call()]),
    "updates": ("updates", ["a"]),
    "interrupts beside updates": ("updates", {"__interrupt__": [1]}),
    "interrupts in a state": ("values", {"__interrupt__": [1]}),
    "messages of the older mode": ("messages/partial", [ai("hi"), ai("ho", message_id=3)]),
    "metadata of the older mode": ("messages/metadata", {"m": {"metadata": "x"}}),
    "parents of LangChain's event": (
        "events",
        {"event": "on_chain_start", "run_id": "r", "name": "a", "parent_ids": [1], "data": {}},
    ),
    "what the source says": ("control", {"event": 1}),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_part_without_what_its_facts_need_is_a_fault(what: str) -> None:
    mode, data = WRONG[what]
    stream = Stream()
    assert stream(mode, data) == ()
    assert list(stream.adapter.faults) in (
        [(mode, "TypeError")],
        [(mode, "KeyError")],
        [(mode, "AttributeError")],
    )


# -- what a fact may lack is unknown


def test_of_a_message_what_is_something_else_is_unknown() -> None:
    metadata = call(
        ls_model_name=["x"], ls_provider={}, lc_agent_name=1, tags=["mine", 1], langgraph_step="1"
    )
    stream = Stream("messages")
    fact = only(stream.message(chunk("hi", name={}, usage_metadata=[1], response_metadata="x"), metadata))
    assert (fact.text, fact.name, fact.model, fact.provider) == ("hi", None, None, None)
    assert (fact.agent_name, fact.tags, fact.usage) == (None, ["mine"], None)
    assert (stream.event.step, stream.event.node) == (None, "llm")
    assert list(stream.adapter.faults) == []


def test_a_whole_message_is_read_as_far_as_it_can_be() -> None:
    stream = Stream("values")
    odd = ai("hi", name=1, tool_calls=[1, {"id": 2, "name": "f", "args": {}}], usage_metadata=3, status={})
    said, again = stream("values", {"messages": [odd, ai("there", message_id="n")]})[-1].messages
    assert (said.text, said.name, said.usage, said.status) == ("hi", None, None, None)
    assert said.tool_calls == [{"id": None, "name": "f", "args": {}}]
    assert again.text == "there"


def test_what_has_no_text_for_an_id_is_no_message() -> None:
    stream = Stream("values")
    facts = stream("values", {"messages": [ai("hi", message_id=0)]})
    assert not [fact for fact in facts if not type(fact).__name__.startswith("State")]
    assert list(stream.adapter.faults) == []


def test_pieces_of_a_tool_call_that_are_something_else_are_left_out() -> None:
    stream = Stream("messages")
    pieces = [{"index": 0, "id": "c", "name": "f", "args": "{}"}]
    stream.message(chunk("", tool_call_chunks=pieces), metadata := call())
    odd = only(stream.message(chunk("", tool_call_chunks=[{"index": 0, "id": {}, "args": 1}]), metadata))
    assert odd.tool_call_chunks == [ToolCallChunk(0, None, None, "")]
    assert odd.extras.get_extras_so_far().tool_calls == [{"id": "c", "name": "f", "args": {}}]


def test_the_end_of_a_run_is_told_whatever_else_is_damaged() -> None:
    stream = Stream("tasks")
    facts = stream("control", {"event": "end", "status": "success", "interrupts": [1], "standing": "x"})
    assert (facts[-1].status, facts[-1].thread_state) == ("success", None)


# -- what comes after a damaged part


def test_a_task_whose_damaged_report_was_not_understood_is_ended_by_a_good_one() -> None:
    stream = Stream("tasks")
    stream.task("1", "a")
    assert stream.result("1", "a", {"x": 1}, interrupts=[1]) == ()
    ended = only(stream.result("1", "a", {"x": 1}))
    assert isinstance(ended, TaskEnded) and ended.result == {"x": 1}


def test_a_checkpoint_whose_damaged_form_was_not_understood_is_saved_by_a_good_one() -> None:
    stream = Stream("checkpoints")
    saved = {"config": {"configurable": {"checkpoint_id": "c"}}, "metadata": {"step": 1}, "values": {}}
    assert stream("checkpoints", {**saved, "next": [1]}) == ()
    assert only(stream("checkpoints", saved)).checkpoint_id == "c"


def test_a_checkpoint_with_odd_tasks_does_not_spoil_the_states_that_follow() -> None:
    stream = Stream("checkpoints", "values")
    saved = {"config": {"configurable": {"checkpoint_id": "c"}}, "metadata": {"step": 1}, "values": {}}
    stream("checkpoints", {**saved, "tasks": [{"name": 1}]})
    stream("values", {"messages": []})
    facts = stream("values", {"messages": [ai("hi")]})
    assert [type(fact) for fact in facts][-1] is CompleteMessage and facts[-1].writer is None
    assert list(stream.adapter.faults) == []


# -- and the check itself can fail


def test_the_check_finds_what_is_mistyped() -> None:
    assert mistyped(TaskStarted("1", "a", None, [], 1.0)) == []
    assert mistyped(TaskStarted(0, "a", None, [[]], "now")) == [  # type: ignore[arg-type, list-item]
        "TaskStarted.task_id: 0",
        "TaskStarted.triggers: [[]]",
        "TaskStarted.time: 'now'",
    ]
    assert mistyped(TaskEnded("1", "a", "done", 1, error={"error": 1})) == [  # type: ignore[arg-type, dict-item]
        "TaskEnded.status: 'done'",
        "TaskEnded.error: {'error': 1}",
    ]
    assert mistyped(MessageChunk("m", "ai", tool_call_chunks=[ToolCallChunk(0, 1, None, "")]))  # type: ignore[arg-type]


def test_who_logs_what_is_debugged_sees_why_a_part_was_not_understood(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", "lg_jupyter.adapter.adapter")
    Stream("tasks")("tasks", {"id": 5, "name": "n"})
    (record,) = caplog.records
    assert record.getMessage() == "a part of mode 'tasks' is kept, but was not understood"
    assert record.exc_info is not None and record.exc_info[0] is TypeError


@pytest.mark.parametrize(
    "wrong",
    [{"tool_call_chunks": [5]}, {"tool_call_chunks": {}}, {"id": 5}, {"id": []}, {"type": None}, {"type": 5}],
)
def test_a_message_of_another_form_is_a_fault_and_changes_nothing(wrong: dict[str, Any]) -> None:
    stream = Stream("messages")
    assert stream.message({**chunk("a"), **wrong}, call()) == ()
    assert list(stream.adapter.faults) == [("messages", "TypeError")]
    assert only(stream.message(chunk("b"), call())).text == "b"
