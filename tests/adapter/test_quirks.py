"""LangGraph's quirks, each by name, on the recording that shows it or on a few parts."""

from __future__ import annotations

from collections import defaultdict
from inspect import signature
from typing import Any

import pytest
from langgraph.types import interrupt

from lg_jupyter.events.events import (
    CheckpointSaved,
    CompleteMessage,
    CustomDataEmitted,
    Event,
    Fact,
    InitialMessages,
    InterruptRaised,
    MessageChunk,
    MessageRemoved,
    RunDequeued,
    RunEnded,
    RunResumed,
    RunStarted,
    StateUpdate,
    StateValues,
    SubgraphInfo,
    TaskEnded,
    TaskRetried,
    TaskStarted,
)
from tests.adapter.brief import brief
from tests.adapter.build import Stream, only
from tests.recordings import adapted, events, parts


def facts(name: str, *kinds: type[Fact]) -> list[Any]:
    return [fact for event in events(name) for fact in event.facts if isinstance(fact, kinds)]


def with_events(name: str, *kinds: type[Fact]) -> list[tuple[Event, Any]]:
    return [(event, fact) for event in events(name) for fact in event.facts if isinstance(fact, kinds)]


def messages(name: str) -> dict[str, dict[str, Any]]:
    """What is known of each message in the end, as a table would sum it up."""
    known: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"text": "", "reasoning": "", "usage": None, "ends": 0}
    )
    for fact in facts(name, MessageChunk, CompleteMessage):
        message = known[fact.message_id]
        if isinstance(fact, CompleteMessage):
            message |= {"text": fact.text, "reasoning": fact.reasoning, "calls": fact.tool_calls}
        else:
            message["text"] += fact.text
            message["reasoning"] += fact.reasoning
            message["ends"] += fact.is_last
        message["usage"] = fact.usage or message["usage"]
    return dict(known)


def statuses(name: str) -> dict[str, str]:
    return {fact.node: fact.status for fact in facts(name, TaskEnded)}


# -- namespaces ------------------------------------------------------------------------------------


def test_second_graph_of_one_task_has_a_namespace_of_its_own_and_the_same_parent_task() -> None:
    started = with_events("local_v1/callsub__ALL__sg", TaskStarted)
    caller = next(fact.task_id for _, fact in started if fact.node == "caller")
    inside = [event.namespace for event, fact in started if fact.node == "look"]
    assert inside == [f"caller:{caller}", f"caller:{caller}|1"]


@pytest.mark.parametrize("source", ["local_v1", "old_local_v1_lg1.0.0", "old_local_v1_lg1.2.0"])
def test_what_a_task_of_the_functional_api_writes_is_in_its_callers_graph(source: str) -> None:
    seen = {event.namespace for event in events(f"{source}/func__ALL__sg")}
    assert seen == {""}


def test_custom_data_have_no_task_where_several_run() -> None:
    told = with_events("local_v1/fanout__ALL__sg", CustomDataEmitted)
    assert len(told) == 4
    assert {event.task_id for event, _ in told[:-1]} == {None}


def test_custom_data_have_their_node_where_all_that_run_are_of_one() -> None:
    stream = Stream("custom", "tasks")

    def writer() -> tuple[str | None, str | None]:
        stream("custom", "datum")
        return stream.event.node, stream.event.task_id

    stream.task("t1", "worker")
    stream.task("t2", "worker")
    assert writer() == ("worker", None)
    stream.task("t3", "other")
    assert writer() == (None, None)
    stream.result("t3", "other")
    stream.result("t2", "worker")
    assert writer() == ("worker", "t1")


def test_custom_data_have_the_only_task_that_runs() -> None:
    told = with_events("local_v1/nested__ALLD__sg", CustomDataEmitted)
    assert [(event.node, event.step) for event, _ in told] == [("pre", 1), ("m_pre", 1), ("i_write", 1)]


def test_tool_call_that_caused_a_graph_is_told_with_its_namespace() -> None:
    told = with_events("local_v1/agent__ALL__sg", SubgraphInfo)
    ((event, fact),) = [(event, fact) for event, fact in told if fact.tool_call]
    assert fact.tool_call == {"id": "call_r", "name": "research", "args": {"topic": "rain"}}
    assert event.namespace.startswith("tools:")


def test_a_graph_tells_its_agent_once() -> None:
    told = with_events("local_v1/agent__ALL__sg", SubgraphInfo)
    agents = [(event.namespace.partition(":")[0], fact.agent_name) for event, fact in told if fact.agent_name]
    assert agents == [("", "weather_agent"), ("tools", "weather_agent")]


def test_literal_namespace_of_old_servers_opens_no_namespace() -> None:
    seen = {event.namespace for event in events("old_server_v1_api0.4.48/hitl_sub--single__values__sg")}
    assert {namespace.partition(":")[0] for namespace in seen} == {"", "sub"}


# -- tasks -----------------------------------------------------------------------------------------


def test_task_left_by_command_parent_is_closed_before_the_task_around_it() -> None:
    ended = [(fact.node, fact.status) for fact in facts("local_v1/cmd__ALL__sg", TaskEnded)]
    assert ended[1:4] == [("nothing", "success"), ("s1", "unreported"), ("sub", "success")]


def test_graph_with_a_memory_of_its_own_has_no_task_in_its_namespace_and_ends_with_its_node() -> None:
    stream = Stream("tasks")
    stream.task("t1", "sub")
    stream.task("t2", "inner", namespace="sub")
    stream.task("t3", "other", namespace="sub:other")
    left, sub = stream.result("t1", "sub")
    assert (left.task_id, left.status) == ("t2", "unreported")
    assert (sub.task_id, sub.status) == ("t1", "success")


def test_sibling_of_a_failing_task_is_unreported() -> None:
    assert statuses("local_v1/err_par__ALL__sg") == {
        "fast": "success",
        "bad": "error",
        "slow": "unreported",
    }


def test_cached_task_ends_with_its_update() -> None:
    name = "local_v1/cached--hit__ALL__sg"
    assert statuses(name) == {"expensive": "cached"}
    (written,) = facts(name, StateUpdate)
    (ended,) = facts(name, TaskEnded)
    assert written.is_cached
    assert written.task_id == ended.task_id
    assert ended.result == {"y": 4}


def test_task_whose_saved_result_is_used_again_is_closed_when_its_step_is_over() -> None:
    assert statuses("local_v1/func_hitl--resume1__ALL__sg") == {
        "flow_hitl": "success",
        "double": "unreported",
    }


def test_error_handler_starts_when_the_task_that_it_handles_fails() -> None:
    started = {fact.node: fact for fact in facts("local_v1/errhandler__ALL__sg", TaskStarted)}
    ended = {fact.node: fact for fact in facts("local_v1/errhandler__ALL__sg", TaskEnded)}
    assert [fact.status for fact in ended.values()] == ["error", "success"]
    assert started["__error_handler__bad"].time == ended["bad"].time


def test_retries_of_a_node_are_one_task() -> None:
    assert statuses("local_v1/retry__ALL__sg") == {"flaky": "success"}
    assert [fact.data["try"] for fact in facts("local_v1/retry__ALL__sg", CustomDataEmitted)] == [1, 2, 3]


def test_cancelled_run_cancels_what_runs() -> None:
    *started, _ = parts("local_v1/slow__ALL__sg")
    stream = Stream()
    for part in started:
        if part.mode == "tasks" and "result" in part.data and part.data["name"] == "tick":
            break
        stream.adapter.adapt(part)
    ended, run = stream.end("cancelled")
    assert isinstance(ended, TaskEnded)
    assert (ended.node, ended.status) == ("tick", "cancelled")
    assert run == RunEnded("cancelled")


def test_lone_task_that_failed_without_a_word_has_the_runs_error() -> None:
    stream = Stream("tasks")
    stream.task("t1", "sub")
    stream.task("t2", "inner", namespace="sub:t1")
    why = {"error": "ValueError", "message": "no"}
    *ended, _ = stream.end("error", why)
    assert [(fact.node, fact.status, fact.error) for fact in ended] == [
        ("inner", "error", why),
        ("sub", "error", why),
    ]


def test_parallel_tasks_of_which_one_failed_without_a_word_are_not_accused() -> None:
    stream = Stream("tasks")
    stream.task("t1", "one")
    stream.task("t2", "two")
    *ended, _ = stream.end("error", {"error": "ValueError", "message": "no"})
    assert [fact.status for fact in ended] == ["unreported", "unreported"]


def test_checkpoint_closes_the_tasks_of_its_step() -> None:
    stream = Stream("checkpoints", "tasks")
    for step in (0, 1):
        config = {"configurable": {"checkpoint_id": f"c{step}", "thread_id": "th"}}
        saved = stream(
            "checkpoints", {"config": config, "metadata": {"step": step, "source": "loop"}, "values": {}}
        )
        if step == 0:
            stream.task("t1", "left")
    assert [type(fact) for fact in saved] == [TaskEnded, CheckpointSaved]
    assert saved[0].status == "unreported"


def test_resume_starts_the_same_tasks_again() -> None:
    first = {fact.node: fact.task_id for fact in facts("local_v1/hitl_par__ALL__sg", TaskStarted)}
    stream = Stream()
    for part in [*parts("local_v1/hitl_par__ALL__sg"), *parts("local_v1/hitl_par--resumerest__ALL__sg")]:
        event = stream.adapter.adapt(part)
        for fact in event.facts:
            if isinstance(fact, TaskStarted):
                assert fact.task_id == first.setdefault(fact.node, fact.task_id)
    assert [fact.status for fact in event.facts if isinstance(fact, RunEnded)] == ["success"]


def test_task_that_reports_after_it_was_given_up_is_corrected() -> None:
    stream = Stream("tasks", "values")
    stream.task("t1", "node")
    closed, _ = stream("values", {"x": 1})
    assert closed.status == "unreported"
    assert only(stream.result("t1", "node", {"x": 2})).status == "success"
    assert stream.result("t1", "node", {"x": 2}) == ()


def test_results_as_pairs_of_old_releases() -> None:
    results = [fact.result for fact in facts("old_local_v1_lg0.6.0/linear__tasks", TaskEnded)]
    assert results == [{"foo": "x-a", "log": ["a"]}, {"foo": "x-a-b", "log": ["b"]}]


def test_return_values_of_the_functional_api_are_results_and_no_writes() -> None:
    name = "local_v1/func__ALL__sg"
    results = [fact.result for fact in facts(name, TaskEnded)]
    assert results == [0, 2, 4, "task token stream", {"xs": [0, 2, 4], "s": "task token stream"}]
    assert [fact.node for fact in facts(name, StateUpdate)] == ["flow"]


def test_pseudo_task_that_applies_the_input_is_no_task() -> None:
    assert "__start__" not in {fact.node for fact in facts("local_v1/linear__ALL__sg", TaskStarted)}


def test_without_tasks_none_are_made_up() -> None:
    assert facts("local_v1/nested__updates+custom__sg", TaskStarted, TaskEnded) == []


# -- updates and steps -----------------------------------------------------------------------------


def test_updates_of_parallel_tasks_of_one_node_are_attributed_by_the_results_that_follow() -> None:
    stream = events("local_v1/fanout__ALL__sg")
    writers = [(event.task_id, fact.task_id) for event in stream for fact in event.facts if _wrote_work(fact)]
    results = [fact.task_id for event in stream for fact in event.facts if _ended_work(fact)]
    assert len(set(results)) == 4
    assert writers == [(task_id, task_id) for task_id in results]


def _wrote_work(fact: Fact) -> bool:
    return isinstance(fact, StateUpdate) and fact.node == "work"


def _ended_work(fact: Fact) -> bool:
    return isinstance(fact, TaskEnded) and fact.node == "work"


def test_state_has_the_step_of_the_checkpoint_that_follows() -> None:
    stream = events("local_v1/linear__ALL__sg")
    kept = [event for event in stream if event.mode in ("values", "checkpoints")]
    states = [event.step for event in kept if event.mode == "values"]
    assert states == [0, 1, 2]
    assert [event.step for event in kept] == [-1, 0, 0, 1, 1, 2, 2]


def test_first_state_of_a_resumed_run_gets_its_step_from_the_checkpoint_after_it() -> None:
    first, *_ = (event for event in events("local_v1/hitl--resume1__ALL__sg") if event.mode == "values")
    assert first.step == 0


def test_steps_without_a_checkpointer_come_from_debug() -> None:
    stream = Stream("values", "debug")
    task = {"id": "t1", "name": "node", "input": {}, "triggers": []}
    stream("values", {"x": 0})
    first = stream.event
    wrapped = {"step": 1, "timestamp": "2026-11-22T07:52:18.500000+00:00", "type": "task", "payload": task}
    (started,) = stream("debug", wrapped)
    assert (first.step, stream.event.step) == (0, 1)
    assert started.time == pytest.approx(1795333938.5)


def test_debug_beside_tasks_and_checkpoints_is_told_once_with_its_times() -> None:
    name = "local_v1/nested__ALLD__sg"
    counted = [fact.task_id for fact in facts(name, TaskStarted, TaskEnded)]
    assert len(counted) == 14
    tellers = {event.mode for event, _ in with_events(name, TaskStarted, TaskEnded, CheckpointSaved)}
    assert tellers == {"debug"}
    assert len(facts(name, CheckpointSaved)) == 13


def test_debug_alone_gives_what_tasks_and_checkpoints_give() -> None:
    def both(name: str) -> list[str]:
        return [line for line in brief(events(name)) if " = ai" not in line]

    apart = [*both("local_v1/nested__tasks__sg")[1:-1], *both("local_v1/nested__checkpoints__sg")[1:-1]]
    together = both("local_v1/nested__debug__sg")[1:-1]
    shape = [_shape(line) for line in apart]
    assert sorted(shape) == sorted(_shape(line) for line in together)


def _shape(line: str) -> str:
    """A line without counted ids and steps, which ``tasks`` alone does not know."""
    words = [word for word in line.replace("|", " ").split() if not word.lstrip("-").isdigit()]
    return " ".join(
        word.split("#")[0].split(":")[0] if word[0].isalpha() else word for word in words if word != "None"
    )


# -- messages --------------------------------------------------------------------------------------


def test_phantom_last_chunk_ends_the_message_and_opens_none() -> None:
    told = with_events("local_v1/nested__messages__sg", MessageChunk)
    assert len({fact.message_id for _, fact in told}) == 1
    assert [fact.is_last for _, fact in told] == [False] * 4 + [True]
    assert told[-1][0].message_id == told[0][1].message_id


def test_phantoms_of_two_calls_in_one_node_end_each_its_own_message() -> None:
    twice = [
        m for m in messages("local_v1/parllm__ALL__sg").values() if m["text"].startswith(("left", "right"))
    ]
    assert [message["ends"] for message in twice] == [1, 1]


def test_phantom_that_may_end_two_messages_ends_none() -> None:
    from tests.adapter.build import call, chunk

    stream = Stream("messages")
    for message_id in ("a", "b"):
        stream.message(chunk("x", message_id), call())
    assert stream.message(chunk(message_id="lc_run--1", chunk_position="last"), call()) == ()
    assert stream.event.message_id is None


def test_parallel_calls_are_kept_apart() -> None:
    texts = sorted(message["text"] for message in messages("local_v1/parllm__messages").values())
    assert texts[:2] == ["left one two three", "no ids here"]
    assert "right one two three" in texts
    assert len(texts) == 8


def test_usage_comes_with_one_chunk_and_again_with_the_whole_message() -> None:
    told = facts("local_v1/nested__ALLD__sg", MessageChunk, CompleteMessage)
    assert [(type(fact), fact.usage["total_tokens"]) for fact in told if fact.usage] == [
        (MessageChunk, 14),
        (CompleteMessage, 14),
    ]


def test_reasoning_text_and_tool_calls_are_told_apart() -> None:
    first = next(iter(messages("local_v1/react__messages__sg").values()))
    assert (first["text"], first["reasoning"]) == ("Let me check.", "I need the weather.")
    pieces = [
        c for fact in facts("local_v1/react__messages__sg", MessageChunk) for c in fact.tool_call_chunks
    ]
    by_index: dict[Any, str] = defaultdict(str)
    for piece in pieces[:4]:
        by_index[piece.index] += piece.args
    assert by_index == {2: '{"city": "Paris"}', 3: '{"topic": "rain"}'}


def test_torn_tool_calls_of_a_chunk_are_not_taken_for_calls() -> None:
    names = [
        c.name for fact in facts("local_v1/react__messages", MessageChunk) for c in fact.tool_call_chunks
    ]
    assert [name for name in names if name] == ["get_weather", "research", "broken"]


def test_message_is_told_once_as_a_whole_whatever_repeats_it() -> None:
    whole = [fact.message_id for fact in facts("local_v1/nested__ALLD__sg", CompleteMessage)]
    assert len(whole) == 1


def test_edit_is_told_by_what_the_node_writes() -> None:
    told = [
        fact.text for fact in facts("local_v1/msgs__ALL__sg", CompleteMessage) if fact.message_id == "s-1"
    ]
    assert told == ["static with id", "static with id, EDITED"]


def test_edit_and_removal_are_told_by_the_state_alone() -> None:
    wanted = ("values", "control")
    stream = [part for part in parts("local_v1/msgs__ALL__sg") if part.mode in wanted]
    stream[0].data["modes"] = ["values"]
    told = [fact for event in adapted(stream) for fact in event.facts]
    assert [f.text for f in told if isinstance(f, CompleteMessage) and f.message_id == "s-1"] == [
        "static with id",
        "static with id, EDITED",
    ]
    removed = [fact.message_id for fact in told if isinstance(fact, MessageRemoved)]
    assert removed[:2] == ["s-3", "in-1"]
    assert len(removed) == 5


def test_input_is_told_first_and_removed_with_the_others() -> None:
    told = facts("local_v1/msgs__ALL__sg", InitialMessages, CompleteMessage, MessageRemoved)
    assert [(message.message_id, message.source) for message in told[0].messages] == [("in-1", "input")]
    assert "in-1" in {fact.message_id for fact in told if isinstance(fact, MessageRemoved)}
    assert "in-1" not in {fact.message_id for fact in told if isinstance(fact, CompleteMessage)}


def test_removal_of_all_is_told_by_messages_where_no_state_is_streamed() -> None:
    removed = facts("server_v1/msgs__messages", MessageRemoved)
    assert [fact.message_id for fact in removed] == ["__remove_all__"]


def test_quiet_models_are_told_by_what_their_nodes_return() -> None:
    told = {message["text"]: message["ends"] for message in messages("local_v1/parllm__ALL__sg").values()}
    assert told["nostream but returned"] == 0
    assert told["not streamed at all"] == 0
    assert "you must not see this" not in told


def test_streamed_message_that_nobody_returned_stays() -> None:
    texts = [message["text"] for message in messages("local_v1/parllm__messages").values()]
    assert "streamed not returned" in texts


def test_message_of_a_model_that_failed_has_no_last_chunk() -> None:
    told = facts("local_v1/llm_err__ALL__sg", MessageChunk)
    assert "".join(fact.text for fact in told) == "one two three"
    assert not any(fact.is_last for fact in told)


def test_failing_tool_is_a_message_with_that_status() -> None:
    told = [fact for fact in facts("local_v1/react__ALL__sg", CompleteMessage) if fact.role == "tool"]
    assert [(fact.tool_call_id, fact.status) for fact in told] == [
        ("call_w", "success"),
        ("call_r", "success"),
        ("call_b", "error"),
    ]


def test_messages_of_a_subgraph_come_whole_where_subgraphs_are_off() -> None:
    (told,) = facts("local_v1/nested__messages", MessageChunk, CompleteMessage)
    assert told.text == "hello from inner"


def test_growing_messages_of_servers_become_what_chunks_would_say() -> None:
    legacy, modern = (
        messages("server_v1/react__messages__sg"),
        messages("server_v1/react__messages-tuple__sg"),
    )
    said = [(m["text"], m["reasoning"], m["usage"] and m["usage"]["total_tokens"]) for m in legacy.values()]
    streamed = [
        (m["text"], m["reasoning"], m["usage"] and m["usage"]["total_tokens"]) for m in modern.values()
    ]
    assert sorted(said, key=str) == sorted(streamed, key=str)
    assert next(len(m["calls"]) for m in legacy.values() if "calls" in m) == 2


def test_growing_messages_of_servers_get_their_namespace_from_their_metadata() -> None:
    told = with_events("server_v1/nested__messages__sg", MessageChunk)
    nodes = {tuple(s.split(":")[0] for s in event.namespace.split("|")) for event, _ in told}
    assert nodes == {("mid", "inner")}
    assert [fact.text for _, fact in told] == ["hello", " from", " inner", "", ""]


# -- interrupts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["local_v1", "old_local_v1_lg1.0.0"])
def test_interrupts_of_parallel_tasks_each_with_its_task(source: str) -> None:
    told = facts(f"{source}/hitl_par__ALL__sg", InterruptRaised)
    assert sorted((fact.node, fact.value["ask"]) for fact in told) == [("ask1", "ask1"), ("ask2", "ask2")]


def test_states_beside_interrupts_say_so_and_the_last_one_does_not() -> None:
    told = facts("local_v1/hitl_par__ALL__sg", StateValues)
    assert [fact.is_interrupted for fact in told] == [False, True, True, False]
    assert not any("__interrupt__" in fact.values for fact in told)


def test_interrupt_in_a_subgraph_is_told_once_where_it_arose() -> None:
    ((event, fact),) = with_events("local_v1/hitl_sub__ALL__sg", InterruptRaised)
    assert fact.node == "s_ask"
    assert event.namespace.startswith("sub:")


def test_interrupts_are_told_by_any_one_mode() -> None:
    for mode in ("updates", "values", "tasks", "debug"):
        assert len(facts(f"local_v1/hitl--single__{mode}", InterruptRaised)) == 1, mode


def test_old_interrupts_that_a_resume_shows_again_are_not_new() -> None:
    assert facts("local_v1/hitl--resume2__ALL__sg", InterruptRaised) == []


def test_same_id_after_a_resume_is_a_new_question() -> None:
    stream = Stream("updates")
    asked = {"__interrupt__": [{"id": "0f" * 16, "value": "first?"}]}  # an id as LangGraph makes them
    assert len(stream("updates", asked)) == 1
    assert stream("updates", asked) == ()
    assert stream("control", {"event": "resume", "value": "yes"}) == (RunResumed("yes"),)
    assert len(stream("updates", asked)) == 1


def test_interrupt_whose_task_is_never_told_comes_with_the_end() -> None:
    stream = Stream("updates", "tasks")
    stream.task("t1", "a")
    stream.task("t2", "b")
    assert stream("updates", {"__interrupt__": [{"id": "i", "value": 1}]}) == ()
    assert [type(fact) for fact in stream.end("interrupted")] == [
        InterruptRaised,
        TaskEnded,
        TaskEnded,
        RunEnded,
    ]


def test_static_breakpoint_raises_no_interrupt_and_ends_no_task() -> None:
    name = "local_v1/hitl_before__ALL__sg"
    assert facts(name, InterruptRaised) == []
    assert statuses(name) == {"a": "success"}


@pytest.mark.skipif("response_schema" not in signature(interrupt).parameters, reason="LangGraph has none yet")
def test_response_schema_goes_with_the_interrupt() -> None:
    (fact,) = facts("local_v1/hitl_schema__ALL__sg", InterruptRaised)
    assert fact.response_schema["title"] == "Decision"


def test_interrupts_without_a_state_from_old_servers_are_no_state() -> None:
    name = "old_server_v1_api0.4.48/hitl--single__values"
    assert len(facts(name, InterruptRaised)) == 1
    assert [fact.values for fact in facts(name, StateValues)] == [{"foo": "x", "log": []}]


# -- errors and the run ----------------------------------------------------------------------------


def test_error_of_a_task_is_its_class_and_text() -> None:
    for source in ("local_v1/err__ALL__sg", "server_v1/err__SALL__sg"):
        failed = [fact for fact in facts(source, TaskEnded) if fact.status == "error"]
        assert [fact.error for fact in failed] == [{"error": "ValueError", "message": "boom value"}]


def test_error_event_of_a_server_is_the_runs_error() -> None:
    stream = Stream("values")
    assert stream("error", {"error": "KeyError", "message": "'x'"}) == ()
    assert only(stream.end("error")) == RunEnded("error", {"error": "KeyError", "message": "'x'"})


def test_server_gives_the_run_its_id_and_tries_again() -> None:
    stream = Stream("tasks")
    assert stream("metadata", {"run_id": "r", "attempt": 1}) == (RunDequeued(),)
    stream.task("t1", "node")
    left, again = stream("metadata", {"run_id": "r", "attempt": 2})
    assert (left.task_id, left.status) == ("t1", "unreported")
    assert again == RunStarted("r", None, 2, ("tasks",))
    assert len(stream.task("t1", "node")) == 1


def test_end_of_another_run_of_the_thread_is_no_start() -> None:
    stream = Stream("values")
    assert stream("metadata", {"status": "run_done", "run_id": "other"}) == ()


@pytest.mark.parametrize("mode", ["feedback", "end", "state_update", "something new"])
def test_unknown_events_are_kept_as_they_are(mode: str) -> None:
    stream = Stream("values")
    assert stream(mode, {"any": "thing"}) == ()
    assert (stream.event.mode, stream.event.data) == (mode, {"any": "thing"})


def test_every_event_knows_its_run() -> None:
    stream = events("server_v1/linear__SALL__sg")
    assert {event.run_id for event in stream} == {stream[0].run_id}
    assert stream[0].run_id


def test_a_task_with_a_saved_result_starts_again_only_if_it_reports_again() -> None:
    stream = Stream("tasks", "updates")
    for task_id in ("1", "2", "3"):
        stream.task(task_id, "n")
    stream.result("1", "n", {"x": 1})
    stream.result("2", "n", {"x": 2})
    stream.result("3", "n", interrupts=[{"id": "i", "value": "?"}])
    stream.end("interrupted")
    stream("control", {"event": "resume", "value": "yes"})
    assert [len(stream.task(task_id, "n")) for task_id in ("1", "2", "3")] == [0, 0, 1]
    assert stream("custom", "mine")
    assert stream.event.task_id == "3"  # the only one that runs
    again = stream.result("1", "n", {"x": 3})
    assert [type(fact) for fact in again] == [TaskStarted, TaskEnded]
    cached = stream("updates", {"n": {"x": 2}, "__metadata__": {"cached": True}})
    assert [(type(fact), fact.task_id) for fact in cached] == [(StateUpdate, "2")]
    assert len(stream.result("3", "n", {"x": 4})) == 1
    assert [type(fact) for fact in stream.end()] == [RunEnded]


# -- events ----------------------------------------------------------------------------------------


def test_events_alone_tell_of_tasks_messages_and_graphs() -> None:
    name = "server_v1/nested__events__sg"
    assert [fact.node for fact in facts(name, TaskStarted)] == [
        "pre",
        "mid",
        "m_pre",
        "inner",
        "i_write",
        "i_llm",
        "post",
    ]
    assert {fact.status for fact in facts(name, TaskEnded)} == {"success"}
    assert [message["text"] for message in messages(name).values()] == ["hello from inner"]
    assert [fact.graph_name for fact in facts(name, SubgraphInfo)] == ["mid_graph", "inner_graph"]


def test_events_alone_tell_the_final_state() -> None:
    (state,) = facts("server_v1/linear__events", StateValues)
    assert state.values == {"foo": "x-a-b", "log": ["a", "b"]}


def test_modes_inside_events_become_events_of_those_modes() -> None:
    name = "local_events_v2/nested--modes__values+updates__sg"
    inner = [event for event in events(name) if event.mode != "events"][1:-1]
    assert {event.mode for event in inner} == {"values", "updates"}
    assert {len(event.namespace.split("|")) for event in inner if event.namespace} == {1, 2}
    assert len(facts(name, StateUpdate)) == 7


def test_updates_that_come_after_their_task_ended_know_it() -> None:
    name = "local_events_v2/nested--modes__values+updates__sg"
    ended = {fact.node: fact.task_id for fact in facts(name, TaskEnded)}
    assert {fact.node: fact.task_id for fact in facts(name, StateUpdate)} == ended


def test_events_beside_messages_and_tasks_count_nothing_twice() -> None:
    name = "server_v1/linear--with_events__messages-tuple+events+updates"
    assert len(facts(name, TaskStarted)) == 2
    assert len(facts(name, StateUpdate)) == 2


def test_chunks_in_events_are_told_by_messages_where_both_are_streamed() -> None:
    from tests.adapter.build import call, chunk

    stream = Stream("messages", "events")
    metadata = call()
    item = {
        "event": "on_chat_model_stream",
        "run_id": "1",
        "metadata": metadata,
        "data": {"chunk": chunk("a")},
    }
    assert stream("events", item) == ()
    assert len(stream.message(chunk("a"), metadata)) == 1


def test_interrupting_node_has_no_end_in_events() -> None:
    assert statuses("local_events_v2/hitl") == {"ask": "interrupted"}
    assert [fact.node for fact in facts("local_events_v2/hitl", InterruptRaised)] == ["ask"]


def test_failing_node_has_no_end_in_events() -> None:
    assert statuses("local_events_v2/err") == {"ok": "success", "bad": "error"}


def test_a_chain_of_its_nodes_name_inside_a_node_is_no_run_of_it() -> None:
    from tests.adapter.build import call

    def item(event: str, run_id: str, *around: str) -> dict[str, Any]:
        data = {"input": None, "output": None}
        head = {"event": event, "name": "llm", "run_id": run_id, "parent_ids": ["root", *around]}
        return {**head, "metadata": call(), "data": data}

    stream = Stream("events")
    assert isinstance(only(stream("events", item("on_chain_start", "1"))), TaskStarted)
    assert stream("events", item("on_chain_start", "2", "1")) == ()
    assert stream("events", item("on_chain_end", "2", "1")) == ()
    assert isinstance(only(stream("events", item("on_chain_start", "3"))), TaskRetried)  # its task goes on
    assert stream("events", item("on_chain_end", "1")) == ()
    assert isinstance(only(stream("events", item("on_chain_end", "3"))), TaskEnded)


def test_messages_without_ids_in_events_are_told_once() -> None:
    told = [fact for fact in facts("local_events_v2/react", CompleteMessage) if fact.role == "tool"]
    assert [fact.tool_call_id for fact in told] == ["call_w", "call_r", "call_b"]


# -- RemoteGraph -----------------------------------------------------------------------------------


def test_remote_graph_as_a_node_keeps_the_namespace_it_runs_in() -> None:
    seen = {event.namespace.count("|") for event in events("remote_v1/nested--as_node__ALL__sg")}
    assert seen == {0, 1, 2}
    (chunked,) = {
        event.namespace for event, _ in with_events("remote_v1/nested--as_node__ALL__sg", MessageChunk)
    }
    assert [segment.split(":")[0] for segment in chunked.split("|")] == ["rem", "mid", "inner"]


def test_message_that_a_remote_graph_gives_back_in_another_form_is_no_edit() -> None:
    assert len(facts("remote_v1/nested--as_node__ALL__sg", CompleteMessage)) == 1


@pytest.mark.parametrize(
    ("result", "given"),
    [
        ({"__return__": 5}, 5),
        ({"__end__": {"a": 1}}, {"a": 1}),
        ([["foo", "x"], ["log", ["a"]]], {"foo": "x", "log": ["a"]}),
        ({"foo": "x"}, {"foo": "x"}),
    ],
)
def test_what_a_task_gave_is_its_return_value_or_its_writes(result: Any, given: Any) -> None:
    stream = Stream("tasks")
    stream.task("1", "a")
    assert only(stream.result("1", "a", result)).result == given


@pytest.mark.parametrize("chunk", [{"foo": "x"}, ["foo"], "foo"])
def test_of_what_the_root_streams_as_an_event_only_what_its_nodes_wrote_is_an_update(chunk: Any) -> None:
    item = {"event": "on_chain_stream", "run_id": "r", "name": "g", "parent_ids": [], "metadata": {}}
    stream = Stream("events")
    assert stream("events", {**item, "data": {"chunk": chunk}}) == ()
    assert list(stream.adapter.faults) == []


def test_a_checkpoint_has_all_that_its_configs_and_metadata_say() -> None:
    payload = {
        "config": {"configurable": {"checkpoint_id": "c", "thread_id": "t"}},
        "parent_config": {"configurable": {"checkpoint_id": "b", "thread_id": "t"}},
        "metadata": {"step": 1, "source": "loop"},
        "values": {"foo": "x"},
        "next": ["n"],
        "tasks": [],
    }
    stream = Stream("checkpoints")
    metadata = payload["metadata"]
    saved = CheckpointSaved("c", "b", "t", 1, "loop", 2.0, ["n"], {"foo": "x"}, metadata)
    assert only(stream("checkpoints", payload)) == saved


def test_a_node_that_was_sent_a_tool_call_starts_with_it_in_events_too() -> None:
    from tests.adapter.build import call

    stream = Stream("events")
    sent = {"type": "tool_call", "id": "c1", "name": "look", "args": {"n": 1}, "other": 5}
    metadata = {**call("tools"), "langgraph_triggers": ["__pregel_push", 5]}
    item = {"event": "on_chain_start", "run_id": "1", "name": "tools", "metadata": metadata}
    started = only(stream("events", {**item, "parent_ids": [], "data": {"input": [sent]}}))
    assert (started.task_id, started.node, started.input, started.time) == ("t1", "tools", [sent], 2.0)
    assert started.triggers == ["__pregel_push"]
    assert started.tool_call == {"id": "c1", "name": "look", "args": {"n": 1}}
