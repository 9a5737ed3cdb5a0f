from __future__ import annotations

import pytest

from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import CompleteMessage, RunEnded, RunResumed, RunStarted, StateValues
from lg_jupyter.tables import SCHEMAS
from lg_jupyter.tables.trace import Trace
from tests.tables.display import Display
from tests.tables.stream import START, Stream

ERROR = {"error": "ValueError", "message": "no"}


def test_a_run_from_pending_to_its_end():
    stream = Stream()
    trace = stream.trace
    assert (trace.status, trace.started, trace.ended, trace.output, trace.pending_interrupts) == (
        "pending",
        None,
        None,
        None,
        [],
    )
    stream(RunStarted("r", None))
    assert (trace.status, trace.run_id, trace.thread_id, trace.started) == ("running", "r", None, START)
    stream(RunStarted(None, "t"))
    assert (trace.run_id, trace.thread_id) == ("r", "t")
    stream(RunEnded("error", ERROR), at=9)
    assert (trace.status, trace.error, trace.ended) == ("error", ERROR, START + 9)


def test_any_event_begins_the_run():
    stream = Stream()
    stream(at=2)
    assert (stream.trace.status, stream.trace.started) == ("running", START + 2)


@pytest.mark.parametrize("begin", [RunResumed("yes"), RunStarted("r2", "t")])
def test_a_run_that_goes_on_runs_again(begin):
    stream = Stream()
    stream(RunStarted("r", "t"))
    stream(RunEnded("interrupted"))
    stream(begin)
    assert (stream.trace.status, stream.trace.ended, stream.trace.error) == ("running", None, None)
    assert stream.trace.started == START


def test_the_output_is_the_roots_last_state():
    stream = Stream()
    stream.state({"a": 1})
    stream.state({"b": 1}, namespace="sub:t1")
    assert stream.trace.output == {"a": 1}
    stream.state(None)
    assert stream.trace.output is None


def test_steps_of_the_root_are_counted_once():
    stream = Stream()
    for step in (4, 4, 5):
        stream.task(f"t{step}", step=step)
        stream.wrote("n", {}, step=step)
    stream.task("t9", step=9, namespace="sub:t4")
    assert stream.trace.root_step_count == 2


def test_steps_are_counted_where_the_stream_tells_them():
    states = Stream()
    states.state({"a": 0})
    assert states.trace.root_step_count is None
    states.state({"a": 1}, interrupted=True)
    assert states.trace.root_step_count is None
    states.state({"a": 1})
    assert states.trace.root_step_count == 1
    tasks = Stream()
    tasks.task("t1")
    tasks.task("t2")
    assert tasks.trace.root_step_count is None, "they may be of one step"
    messages = Stream()
    messages(CompleteMessage("m1", "ai", "x"), step=1)
    messages.chunk("m3", "x", step=2)
    assert messages.trace.root_step_count is None, "there may be steps without messages"


def test_what_changed_is_told_once():
    stream = Stream()
    stream(RunStarted("r", "t"))
    stream.task("t1", node="n", step=1)
    stream.chunk("m1", "Hel", task_id="t1")
    first = stream.trace.take_changes()
    assert set(first.rows) == {"tasks", "messages", "namespaces", "model_calls"}
    assert first.text_deltas == [("m1", "text", 0, "Hel")]
    assert first.event_and_token_counts == {"events": 3, "tokens": 1}
    assert first.run_fields is not None
    assert (first.run_fields["status"], first.run_fields["steps"]) == ("running", 1)
    nothing = stream.trace.take_changes()
    assert (nothing.rows, nothing.text_deltas, nothing.run_fields) == ({}, [], None)
    assert not nothing
    stream.chunk("m1", "lo", task_id="t1")
    more = stream.trace.take_changes()
    assert more
    assert (more.rows, more.text_deltas, more.run_fields) == ({}, [("m1", "text", 3, "lo")], None)
    assert more.event_and_token_counts == {"events": 4, "tokens": 2}


def test_a_snapshot_says_everything_and_drains_nothing():
    stream = Stream()
    stream.chunk("m1", "Hel")
    stream.trace.take_changes()
    stream.chunk("m1", "lo", reasoning="why")
    stream.state({"a": 1})
    snapshot = stream.trace.snapshot()
    assert set(snapshot.rows) == SCHEMAS.keys() - {"events", "tokens"}
    assert snapshot.text_deltas == [("m1", "text", 0, "Hello"), ("m1", "reasoning", 0, "why")]
    assert "text" not in snapshot.rows["messages"][0]
    assert len(snapshot.rows["state_diffs"]) == 1
    assert snapshot.run_fields is not None
    assert stream.trace.take_changes().text_deltas == [("m1", "text", 3, "lo"), ("m1", "reasoning", 0, "why")]


@pytest.mark.parametrize("every", [1, 2, 5])
def test_a_display_that_applies_every_change_has_what_the_trace_has(every):
    stream, display = Stream(), Display()

    def feed(facts):
        for number, fact in enumerate(facts):
            fact()
            if number % every == 0:
                display.apply(stream.trace.take_changes())

    feed(
        [
            lambda: stream(RunStarted("r", "t")),
            lambda: stream.state({"messages": []}),
            lambda: stream.task("t1", step=1),
            lambda: stream.chunk("m1", "Hellp", task_id="t1"),
            lambda: stream.chunk("m2", "x", reasoning="r", task_id="t1", namespace="sub:t1"),
            lambda: stream.chunk("m1", "!", task_id="t1", is_last=True),
            lambda: stream(CompleteMessage("m1", "ai", "Hello!"), task_id="t1"),
            lambda: stream.wrote("node", {"messages": [1]}, step=1),
            lambda: stream.task_end("t1"),
            lambda: stream.state({"messages": [1]}),
            lambda: stream(RunEnded("success")),
        ]
    )
    display.apply(stream.trace.take_changes())
    display.must_show(stream.trace)


@pytest.mark.parametrize("read", ["rows", "columns"])
def test_an_unknown_table(read):
    with pytest.raises(
        UsageError, match=r"There is no table 'task': did you mean 'tasks'\? Tables: events, tasks"
    ):
        getattr(Stream().trace, read)("task")


def test_columns_are_the_rows_turned():
    stream = Stream()
    stream(RunStarted("r", "t"))
    stream.task("t1")
    stream.chunk("m1", "x")
    stream(StateValues({"a": 1}))
    for name in SCHEMAS:
        rows = stream.trace.rows(name)
        assert stream.trace.columns(name) == {
            column: [row[column] for row in rows] for column in SCHEMAS[name].column_kinds
        }


def test_facts_nobody_reduces_are_no_harm():
    class Unheard:
        pass

    stream = Stream()
    stream(Unheard())
    assert stream.rows("events", "seq") == [0]


# -- with the adapter ---------------------------------------------------------------------------------


def test_a_stream_that_does_not_end_is_closed():
    trace = Trace()
    event = trace.end_if_open("incomplete", START, ERROR)
    assert event is not None
    assert (event.mode, event.timestamp) == ("control", START)
    assert (trace.status, trace.error, trace.ended) == ("incomplete", ERROR, START)
    assert trace.end_if_open("success", START + 1) is None
    assert (trace.status, len(trace.rows("events"))) == ("incomplete", 1)
