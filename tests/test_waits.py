"""Waiting for a person, or in a server's queue, is not running."""

import asyncio
from typing import Any

import pytest

import lg_jupyter
from lg_jupyter import record
from lg_jupyter.events.events import InterruptRaised, Part, RunEnded, RunResumed, RunStarted, TaskEnded
from lg_jupyter.record.summary import format_headline, summarize_run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.tables.trace import Trace
from lg_jupyter.tables.waits import MIN_SHOWN_WAIT_SECONDS, Wait, Waits, format_waits
from lg_jupyter.text.words import format_duration
from tests.tables.stream import START, Stream
from tests.test_resume import compiled

PAUSE = 1.5  # seconds that a person takes, which is far more than the run does


def asked() -> Stream:
    """Three seconds of a graph in a graph, eight minutes of waiting, two seconds more."""
    stream = Stream()
    stream(RunStarted("r", "t"), at=0)
    stream.task("t1", "sub", at=1)
    stream.task("t2", "ask", namespace="sub:t1", at=2)
    for task_id, node, namespace in (("t2", "ask", "sub:t1"), ("t1", "sub", "")):
        question = InterruptRaised("i", "sure?", None, None)
        stream(
            question, TaskEnded(task_id, node, "interrupted", START + 3), node=node, namespace=namespace, at=3
        )
    stream(RunEnded("interrupted"), at=3)
    stream(RunResumed("yes"), at=521)
    stream.task("t1", "sub", at=521)
    stream.task("t2", "ask", namespace="sub:t1", at=521)
    stream.task_end("t2", node="ask", namespace="sub:t1", at=522)
    stream.task_end("t1", node="sub", at=522)
    return stream


def test_a_run_does_not_run_while_a_person_thinks():
    stream = asked()
    assert stream.trace.elapsed() is None
    assert stream.trace.elapsed(START + 522) == 4
    stream(RunEnded("success"), at=523)
    assert stream.trace.waits == [Wait(START + 3, START + 521, "for an answer")]
    assert stream.trace.elapsed() == 5
    assert stream.trace.make_run_fields()["waits"] == [[START + 3, START + 521, "for an answer"]]
    assert format_waits(stream.trace.waits) == "waited 8 min 38 s for an answer"


def test_a_wait_that_a_reader_need_not_hear_of_is_left_out() -> None:
    waits = [
        Wait(0.0, MIN_SHOWN_WAIT_SECONDS, "for an answer"),
        Wait(1.0, 1.0 + MIN_SHOWN_WAIT_SECONDS / 2, "in the queue"),
    ]
    assert format_waits(waits) == f"waited {format_duration(MIN_SHOWN_WAIT_SECONDS)} for an answer"
    assert format_waits([]) == ""


def test_no_latency_has_the_wait_in_it():
    stream = asked()
    stream(RunEnded("success"), at=523)
    assert stream.rows("namespaces", "namespace", "latency") == [("", 5.0), ("sub:t1", 2.0)]
    assert stream.rows("tasks", "task_id", "latency") == [("t1", 3.0), ("t2", 2.0)]


def test_a_subgraph_that_asked_goes_on_where_nobody_tells_of_tasks():
    stream = Stream()
    stream(RunStarted("r", "t"), at=0)
    stream(InterruptRaised("i", "sure?", None, None), namespace="sub:t1", at=1)
    stream(namespace="sub:t1", at=2)
    stream(RunEnded("interrupted"), at=2)
    assert stream.rows("namespaces", "namespace", "status")[1] == ("sub:t1", "interrupted")
    stream(RunResumed("yes"), at=100)
    stream(namespace="sub:t1", at=101)
    assert stream.rows("namespaces", "namespace", "status", "latency")[1] == ("sub:t1", "running", None)
    stream(namespace="sub:t1", at=103)
    stream(RunEnded("success"), at=104)
    assert stream.rows("namespaces", "namespace", "status", "latency") == [
        ("", "success", 6.0),
        ("sub:t1", "success", 3.0),
    ]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("interrupted", "at a breakpoint"),
        ("error", "after it failed"),
        ("cancelled", "after it was cancelled"),
        ("incomplete", "to go on"),
    ],
)
def test_why_it_waited(status, why):
    stream = Stream()
    stream(RunStarted("r", "t"), at=0)
    stream(RunEnded(status), at=1)
    stream(RunResumed(None), at=5)
    assert [wait.reason for wait in stream.trace.waits] == [why]


def test_two_waits_count_twice():
    waits = Waits()
    for start in (10.0, 20.0):
        waits.record_stop(start, "interrupted", True)
        waits.record_resume(start + 4)
    waits.record_resume(50)  # it had not stopped
    assert [waits.seconds_running(0, time) for time in (10, 12, 14, 21, 30)] == [10, 10, 10, 16, 22]
    assert waits.seconds_waited(12, 22) == 4


def on_a_server(*times: float) -> Trace:
    """A run that was asked for, taken from the queue, and over at these seconds."""
    start, begun, end = times
    trace = Trace()
    parts: list[tuple[str, dict[str, Any], float]] = [
        ("control", {"event": "start", "run_id": "r", "thread_id": "t", "source": "server"}, start),
        ("metadata", {"run_id": "r", "attempt": 1}, begun),
        ("metadata", {"run_id": "r", "attempt": 1}, begun + 0.5),  # its stream broke off, and was joined
        ("control", {"event": "end", "status": "success"}, end),
    ]
    for mode, data, time in parts:
        trace.feed(Part(mode, "", data, time))
    return trace


def test_a_servers_queue_is_no_running():
    trace = on_a_server(100.0, 130.0, 132.0)
    assert trace.waits == [Wait(100.0, 130.0, "in the server's queue")]
    assert trace.elapsed() == 2
    assert trace.rows("namespaces")[0]["latency"] == 2
    assert (trace.started, trace.ended) == (100.0, 132.0)


async def test_a_run_that_was_answered_tells_the_same_everywhere():
    run = lg_jupyter.stream(compiled(ask), {"log": []}, display=False)
    await run
    await asyncio.sleep(PAUSE)
    await run.resume("yes")
    ((start, end, why),) = run.trace.waits
    assert (end - start >= PAUSE, why) == (True, "for an answer")
    summary = summarize_run(get_run_state(run))
    elapsed = summary["elapsed"]
    assert elapsed == pytest.approx(run.trace.ended - run.trace.started - (end - start))
    assert run.to_pandas("namespaces")["latency"][0] == pytest.approx(elapsed, abs=0.01)
    page, text = record.render_record_page(summary, run.trace), record.render_record_text(summary, run.trace)
    for shown in (page, text):
        assert f"{format_waits(run.trace.waits)}" in shown
    assert format_headline(summary) in text


async def test_a_saved_run_knows_its_waits(tmp_path):
    run = lg_jupyter.stream(compiled(ask), {"log": []}, display=False)
    await run
    await run.resume("yes")
    run.save(tmp_path / "run.jsonl")
    loaded = lg_jupyter.load(tmp_path / "run.jsonl")
    assert (loaded.trace.waits, loaded.trace.elapsed()) == (run.trace.waits, run.trace.elapsed())


def ask(state: Any) -> Any:
    from langgraph.types import interrupt

    return {"log": [interrupt("sure?")]}
