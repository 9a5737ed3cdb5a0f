"""How a run begins, goes on and ends, as its source says."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.events import (
    AnswerRejected,
    CompleteMessage,
    ExceptionDetails,
    InitialMessages,
    InitialState,
    InterruptRaised,
    RunDequeued,
    RunEnded,
    RunResumed,
    RunStarted,
    TaskEnded,
    TaskRetried,
)
from tests.adapter.build import Stream, ai, call, chunk, only

ERROR = {"error": "ValueError", "message": "no"}


def control(stream: Stream, event: Any, **data: Any) -> tuple[Any, ...]:
    return stream("control", {"event": event, **data})


def started(**data: Any) -> Stream:
    stream = Stream()
    control(stream, "start", **{"run_id": "r", "thread_id": "t", "modes": ["updates"], **data})
    return stream


def test_a_run_begins() -> None:
    stream = Stream()
    modes = ["messages-tuple", "", 5, "updates"]
    facts = control(stream, "start", run_id="r", thread_id="t", modes=modes, calls="callback")
    assert only(facts) == RunStarted("r", "t", 1, ("messages-tuple", "updates"), "callback")
    assert (stream.event.run_id, stream.event.thread_id) == ("r", "t")
    stream("custom", 1)
    assert (stream.event.run_id, stream.event.thread_id) == ("r", "t")


@pytest.mark.parametrize(
    ("modes", "told", "calls"),
    [
        (["updates"], None, "inferred"),
        (["updates", "events"], None, "events"),
        (["events"], "callback", "callback"),
        (["updates"], "odd", "inferred"),
        (None, None, "inferred"),
    ],
)
def test_how_its_calls_will_be_known(modes: Any, told: Any, calls: str) -> None:
    fact = only(control(Stream(), "start", run_id=None, thread_id=None, modes=modes, calls=told))
    assert (fact.run_id, fact.call_source) == (None, calls)


def test_where_no_state_is_streamed_its_input_comes_with_it() -> None:
    given = {"messages": [{"type": "human", "content": "Hi", "id": "m"}]}
    start = {"run_id": "r", "thread_id": None, "input": given, "message_channels": ["messages"]}
    _, initial = control(Stream(), "start", modes=["messages"], **start)
    assert isinstance(initial, InitialMessages)
    assert [(each.message_id, each.text, each.source) for each in initial.messages] == [("m", "Hi", "input")]
    assert len(control(Stream(), "start", modes=["values"], **start)) == 1


@pytest.mark.parametrize(("told", "text"), [(None, "b"), (True, "b"), (False, "<think>a</think>b")])
def test_whether_what_is_in_think_tags_is_reasoning(told: Any, text: str) -> None:
    stream = started(modes=["messages"], think_tags=told)
    (fact,) = stream.message(chunk("<think>a</think>b", chunk_position="last"), call())
    assert fact.text == text


@pytest.mark.parametrize(("told", "namespace"), [(None, "sub:1"), (True, "sub:1"), (False, "")])
def test_whether_subgraphs_are_followed(told: Any, namespace: str) -> None:
    stream = started(modes=["events"], subgraphs=told)
    inner = {**call(), "langgraph_checkpoint_ns": "sub:1|llm:t1"}
    item = {"event": "on_tool_start", "name": "look", "run_id": "x", "parent_ids": [], "data": {}}
    stream("events", {**item, "metadata": inner})
    assert stream.event.namespace == namespace


# -- on a server ----------------------------------------------------------------------------------------


def test_the_server_gives_the_run_an_id_once_it_begins() -> None:
    stream = started(run_id=None)
    assert stream("metadata", {"run_id": "r2", "attempt": 1}) == (
        RunDequeued(),
        RunStarted("r2", "t", 1, ("updates",), "inferred"),
    )
    assert stream.event.run_id == "r2"
    assert stream("metadata", {"run_id": "r2", "attempt": 1}) == ()


def test_a_run_that_goes_on_waits_in_the_queue_again() -> None:
    stream = started()
    assert stream("metadata", {"run_id": "r", "attempt": 1}) == (RunDequeued(),)
    assert only(control(stream, "resume", value="yes")) == RunResumed("yes", True)
    assert only(control(stream, "resume", answers=False)) == RunResumed(None, False)
    assert stream("metadata", {"run_id": "r", "attempt": 1}) == (RunDequeued(),)


@pytest.mark.parametrize("data", [{}, {"run_id": 1, "attempt": 1}, {"run_id": "r", "attempt": True}])
def test_metadata_of_another_form_say_nothing(data: Any) -> None:
    assert started()("metadata", data) == ()


def test_a_server_tries_a_run_again() -> None:
    stream = started()
    stream("metadata", {"run_id": "r", "attempt": 1})
    stream.task("t1", "llm")
    stream("error", ERROR)
    ended, again = stream("metadata", {"run_id": "r", "attempt": 2})
    assert isinstance(ended, TaskEnded)
    assert (ended.task_id, ended.status, ended.time) == ("t1", "unreported", 5.0)
    assert again == RunStarted("r", "t", 2, ("updates",), "inferred")
    assert only(stream.end("error")).error is None  # that was of the try before


def test_the_runs_error_is_what_the_server_told() -> None:
    stream = started()
    assert stream("error", ERROR) == ()
    assert only(stream.end("error")) == RunEnded("error", ERROR, None, None, None)
    stream = started()
    stream("error", ERROR)
    assert only(stream.end("cancelled")).error is None


# -- on its way -----------------------------------------------------------------------------------------


def test_an_answer_that_was_rejected_tells_what_is_asked_now() -> None:
    stream = started()
    asks = [{"id": "a" * 32, "value": "Sure?", "node": "ask", "task_id": "t1"}]
    assert control(stream, "refused", asks=asks) == (
        AnswerRejected(asks),
        InterruptRaised("a" * 32, "Sure?", None, "ask", "t1"),
    )
    assert control(stream, "refused") == (AnswerRejected([]),)


def test_the_state_before_the_run() -> None:
    stream = started()
    assert only(control(stream, "state", values={"n": 1}, writer="llm")) == InitialState(
        {"n": 1}, True, "llm"
    )
    assert only(control(stream, "state", values={"n": 1}, known=False)) == InitialState(None, False, None)


def test_a_task_is_tried_again() -> None:
    stream = started()
    (fact,) = control(stream, "retry", metadata=call("llm", "t1"), error=ERROR)
    assert fact == TaskRetried("t1", 2.0, ERROR)
    assert (stream.event.node, stream.event.task_id, stream.event.step) == ("llm", "t1", 1)
    assert control(stream, "retry", metadata={}, error=ERROR) == ()


def test_a_task_of_a_subgraph_is_tried_again_where_that_is_followed() -> None:
    inner = {**call(), "langgraph_checkpoint_ns": "sub:1|llm:t1"}
    assert control(started(subgraphs=False), "retry", metadata=inner) == ()
    stream = started()
    assert only(control(stream, "retry", metadata=inner)) == TaskRetried("t1", 2.0, None)
    assert stream.event.namespace == "sub:1"


def test_messages_that_a_task_returned() -> None:
    stream = started(message_channels=["messages"])
    stream.task("t1", "llm")
    (fact,) = control(stream, "result", id="t1", name="llm", result={"messages": [ai("Hello")]})
    assert isinstance(fact, CompleteMessage)
    assert (fact.message_id, fact.text) == ("m", "Hello")
    assert (stream.event.node, stream.event.task_id) == ("llm", "t1")


@pytest.mark.parametrize("name", ["novelty", None])
def test_what_is_not_known_here_says_nothing(name: Any) -> None:
    stream = started()
    assert control(stream, name) == ()
    assert [*stream.adapter.faults] == ([] if name else [("control", "TypeError")])


# -- its end --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["success", "interrupted", "error", "cancelled", "incomplete"])
def test_a_run_ends(status: str) -> None:
    fact = only(control(started(), "end", status=status, output={"n": 1}, standing={"next": ["a"]}))
    assert fact == RunEnded(status, None, {"next": ["a"]}, {"n": 1}, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["novelty", None, 5])
def test_how_it_ended_may_not_be_known_here(status: Any) -> None:
    fact = only(control(started(), "end", status=status, standing=[]))
    assert (fact.status, fact.thread_state) == ("incomplete", None)


def test_with_it_come_the_interrupts_that_nobody_told_before() -> None:
    stream = started()
    ids = ["a" * 32, "b" * 32]
    stream("updates", {"__interrupt__": [{"id": ids[0], "value": 1}]})
    facts = control(stream, "end", status="interrupted", interrupts=[{"id": i, "value": 1} for i in ids])
    assert [fact.interrupt_id for fact in facts if isinstance(fact, InterruptRaised)] == [ids[1]]


def test_a_task_that_was_alone_failed_with_what_the_run_failed_with() -> None:
    stream = started(modes=["tasks"])
    stream.task("t1", "llm")
    error = {**ERROR, "traceback": [{"error": "ValueError", "message": "no", "frames": []}]}
    task, run = control(stream, "end", status="error", error=error)
    assert (task.status, task.error, run.error) == ("error", ERROR, ERROR)
    assert (
        isinstance(run.exception_details, ExceptionDetails)
        and task.exception_details == run.exception_details
    )


def test_what_a_function_returned_waits_for_no_state() -> None:
    returned = {"__return__": [{"type": "ai", "content": "hi"}]}
    facts = control(started(modes=["values"]), "result", id="t1", name="f", result=returned)
    assert [fact.text for fact in facts] == ["hi"]
    written = {"messages": [{"type": "ai", "content": "hi"}]}
    assert control(started(modes=["values"]), "result", id="t1", name="f", result=written) == ()


def test_what_a_server_tries_again_ends_what_ran() -> None:
    stream = started(modes=["tasks"])
    stream.task("t1", "llm")
    _, ended, _ = stream("metadata", {"run_id": "r", "attempt": 2})
    assert (ended.task_id, ended.status, ended.time) == ("t1", "unreported", 3.0)
