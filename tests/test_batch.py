"""One graph, many inputs."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from typing import Any

import pandas as pd
import pytest
from IPython.lib.pretty import pretty
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph

import lg_jupyter
from lg_jupyter import TargetError, UsageError
from lg_jupyter.batch import display as batch_display
from lg_jupyter.batch import table as batch_table
from lg_jupyter.kernel import notebook
from lg_jupyter.record.input_title import format_input_title
from lg_jupyter.sources import as_source
from tests.graphs import INPUTS, Log, build
from tests.patience import patience

TOPICS = [{"topic": str(number), "log": []} for number in range(12)]


class Counted:
    """A graph that knows how many of its runs go on, and fails for the topic 3."""

    def __init__(self, pause: float = 0.02) -> None:
        self.now = self.most = self.begun = 0

        async def work(state: Log) -> dict[str, Any]:
            self.now, self.begun = self.now + 1, self.begun + 1
            self.most = max(self.most, self.now)
            try:
                await asyncio.sleep(pause)
            finally:
                self.now -= 1
            if state["topic"] == "3":
                raise ValueError("three will not do")
            return {"log": [f"did {state['topic']}"]}

        self.graph = StateGraph(Log).add_node("work", work).add_edge(START, "work").compile(InMemorySaver())


async def until(condition, within: float = 20.0) -> None:
    deadline = time.monotonic() + patience(within)
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(0.01)


async def test_every_input_has_its_run_and_one_that_fails_stops_no_other():
    counted = Counted()
    batch = await lg_jupyter.map(counted.graph, TOPICS, concurrency=3, display=False)
    assert batch.counts == {"success": 11, "error": 1}
    assert counted.most == 3
    assert [run.output["log"] for run in batch.runs if run.status == "success"] == [
        [f"did {number}"] for number in range(12) if number != 3
    ]
    assert isinstance(batch.runs[3].exception, ValueError)
    assert len({run.thread_id for run in batch.runs}) == 12


async def test_frames_carry_the_index_of_the_input():
    batch = await lg_jupyter.map(build("react"), [INPUTS["react"]] * 3, display=False)
    messages = batch.to_pandas("messages")
    assert list(messages.columns[:3]) == ["input_index", "run_id", "message_id"]
    assert messages["input_index"].dtype == "Int64"
    made = messages[messages["source"] != "input"]
    assert made.groupby("input_index").size().tolist() == [4, 4, 4]
    assert len(messages) - len(made) == 3
    assert messages.loc[messages["input_index"] == 1, "run_id"].unique().tolist() == [batch.runs[1].id]
    assert len(batch.to_pandas()) == sum(len(run.to_pandas()) for run in batch.runs)


async def test_the_summary_has_a_row_for_each_input():
    batch = await lg_jupyter.map(build("react"), [INPUTS["react"], 5], display=False)
    summary = batch.summary
    assert list(summary.columns) == list(batch_table.SUMMARY_COLUMN_KINDS)
    assert summary["status"].tolist() == ["success", "error"]
    assert summary["last_words"][0] == "It rains in Bergen."
    assert "InputError" in summary["error"][1]
    assert summary["output_tokens"].tolist() == [10, pd.NA]
    assert batch.runs[1] is None and batch.outputs[1] is None
    assert "It rains in Bergen." in repr(batch)


async def test_inputs_are_taken_one_by_one_as_runs_may_start():
    counted = Counted(pause=5)
    taken = []

    def inputs():
        for topic in TOPICS:
            taken.append(topic)
            yield topic

    batch = lg_jupyter.map(counted.graph, inputs(), concurrency=2, display=False)
    await until(lambda: counted.begun == 2)
    assert len(taken) == 2
    batch.stop()
    await batch
    assert len(taken) == 2 and len(batch) == 2


async def test_stop_and_go_on():
    counted = Counted(pause=0.05)
    batch = lg_jupyter.map(counted.graph, iter(TOPICS), concurrency=2, display=False)
    await until(lambda: batch.counts.get("success", 0) >= 2)
    batch.stop()
    await batch
    done = {entry.index: entry.run for entry in batch.entries if entry.status == "success"}
    assert batch.done and batch.remaining and len(batch) < 12
    assert "stopped: batch.resume() goes on" in repr(batch)
    await batch.resume()
    assert batch.counts == {"success": 11, "error": 1}
    assert not batch.remaining
    assert all(batch.runs[index] is run for index, run in done.items())
    assert [entry.input["topic"] for entry in batch.entries] == [topic["topic"] for topic in TOPICS]
    assert batch.resume() is batch and batch.done


@pytest.mark.parametrize("inputs", [[], iter(()), range(0)])
async def test_no_inputs_are_done_at_once(inputs):
    batch = await lg_jupyter.map(build("steps"), inputs, display=False)
    assert len(batch) == 0 and batch.counts == {}
    assert batch.to_pandas("tasks").empty and batch.summary.empty
    assert batch_table.render_html(batch._state) and repr(batch)


async def test_what_the_inputs_raise_is_raised_when_the_others_are_over():
    def inputs():
        yield TOPICS[0]
        raise KeyError("no more")

    batch = lg_jupyter.map(build("steps"), inputs(), display=False)
    with pytest.raises(KeyError, match="no more"):
        await batch
    assert batch.counts == {"success": 1}


async def test_interrupted_runs_do_not_hold_up_the_batch():
    batch = await lg_jupyter.map(build("ask", InMemorySaver()), [INPUTS["ask"]] * 2, display=False)
    assert batch.counts == {"interrupted": 2}


async def test_whoever_cancels_the_waiting_stops_the_batch():
    counted = Counted(pause=5)
    batch = lg_jupyter.map(counted.graph, TOPICS, concurrency=2, display=False)
    waiting = asyncio.ensure_future(_await(batch))
    await until(lambda: counted.begun == 2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert batch.counts == {"cancelled": 2} and counted.now == 0


async def _await(batch: Any) -> None:
    await batch


# Where no loop runs.


def test_without_a_loop_it_has_a_thread_of_its_own():
    batch = lg_jupyter.map(Counted().graph, TOPICS, display=False).wait(timeout=patience(60))
    assert batch.counts == {"success": 11, "error": 1}


def test_waiting_has_an_end():
    batch = lg_jupyter.map(Counted(pause=20).graph, TOPICS, display=False)
    with pytest.raises(TimeoutError, match="goes on"):
        batch.wait(timeout=0.2)
    batch.stop()
    batch.wait(timeout=patience(20))
    assert set(batch.counts) == {"cancelled"}


def test_an_interrupt_stops_the_batch():
    counted = Counted(pause=20)
    batch = lg_jupyter.map(counted.graph, TOPICS, concurrency=2, display=False)
    main = threading.main_thread().ident
    timer = threading.Timer(0.5, lambda: signal.pthread_kill(main, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        batch.wait()
    assert batch.done and set(batch.counts) == {"cancelled"}


async def test_waiting_on_its_own_loop_is_refused():
    batch = lg_jupyter.map(build("steps"), TOPICS, display=False)
    with pytest.raises(UsageError, match="use `await batch`"):
        batch.wait()
    await batch
    assert batch.wait() is batch


# The table.


async def test_the_table_shows_each_input_escaped_and_opens_each_run(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "sk-canary-canary")
    evil = [{"topic": "<script>x</script> sk-canary-canary", "log": []}, {"topic": "3", "log": []}]
    batch = await lg_jupyter.map(Counted().graph, evil, display=False)
    live, last = batch_table.render_html(batch._state), batch_table.render_html(batch._state, is_final=True)
    for page in (live, last):
        assert "<script" not in page and "&lt;script&gt;" in page
        assert "canary" not in page and "[redacted SOME_API_KEY]" in page
        assert "ValueError: three will not do" in page
    assert live.count("<details") == 0 and last.count("lgj-record") == 2


async def test_of_many_inputs_those_that_went_wrong_are_shown(monkeypatch):
    monkeypatch.setattr(batch_table, "MAX_ROWS_WHILE_RUNNING", 4)
    batch = await lg_jupyter.map(Counted(pause=0).graph, TOPICS, display=False)
    page = batch_table.render_html(batch._state)
    assert page.count("<tr>") == 5 and "three will not do" in page
    assert "8 inputs left out here; batch.summary has all" in page


@pytest.fixture
def published(monkeypatch) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What a cell of a notebook is given, with no live view in it."""
    published: list[tuple[dict[str, Any], dict[str, Any]]] = []
    shell = type("Shell", (), {"kernel": object()})()
    monkeypatch.setattr(notebook, "get_shell", lambda: shell)
    monkeypatch.setattr(
        notebook, "publish_mime_bundle", lambda data, meta, **options: published.append((data, options))
    )
    monkeypatch.setattr(batch_display.BatchDisplay, "_publish_live_table", lambda self, make: None)
    return published


async def test_a_cell_has_one_table_that_changes(published):
    batch = await lg_jupyter.map(Counted(pause=0.4).graph, TOPICS[:2])
    assert [options["update"] for _, options in published] == [False] + [True] * (len(published) - 1)
    assert len({options["display_id"] for _, options in published}) == 1
    assert len(published) > 2
    assert "2 success" in published[-1][0]["text/plain"]
    assert batch.done and pretty(batch) == repr(batch).splitlines()[0]


async def test_what_a_cell_keeps_beside_the_table_stays_true(published):
    batch = lg_jupyter.map(Counted(pause=0.1).graph, TOPICS[:2])
    assert not batch.done and pretty(batch) == f"{batch.name} on 2 inputs, in the table above"
    await batch


async def test_what_is_to_come_is_told_in_its_headline():
    batch = lg_jupyter.map(Counted(pause=0.1).graph, TOPICS, concurrency=2, display=False)
    await until(lambda: batch.counts.get("running") == 2)
    assert f"on 2 of {len(TOPICS)} inputs · 2 running" in repr(batch).splitlines()[0]
    await batch
    assert f"on {len(TOPICS)} inputs · " in repr(batch).splitlines()[0]


async def test_a_table_that_fails_stops_nothing(monkeypatch, published):
    monkeypatch.setattr(notebook, "publish_mime_bundle", lambda *_, **options: options["update"] and 1 / 0)
    with pytest.warns(RuntimeWarning, match="stands still"):
        batch = await lg_jupyter.map(Counted().graph, TOPICS)
    assert batch.counts == {"success": 11, "error": 1}


@pytest.mark.parametrize(
    ("value", "called"),
    [
        ({"messages": [{"type": "human", "content": "Hi"}]}, "Hi"),
        ({"messages": [["user", "Hi"]]}, "Hi"),
        ({"topic": "ice", "log": []}, "topic: ice"),
        ({"log": []}, "log: []"),
        ({"count": 0}, "0"),
        ({"messages": []}, "messages: []"),
        ({"a": 1, "b": {"c": "d"}}, 'a: 1, b: {"c": "d"}'),
        ("plain", "plain"),
        ({}, ""),
        ([], "[]"),
        (None, "null"),
        ({"text": "x" * 200}, "x" * 80 + "…"),
    ],
)
def test_an_input_is_called_by_what_it_says(value, called):
    assert format_input_title(value) == called


# What cannot be.


def test_what_cannot_be_is_refused_before_anything_starts():
    graph = build("steps")
    for inputs in ({"topic": "x"}, "text", 5):
        with pytest.raises(UsageError, match="map takes several inputs"):
            lg_jupyter.map(graph, inputs)
    for concurrency in (0, -1, 1.5, True, "8"):
        with pytest.raises(UsageError, match="concurrency is how many"):
            lg_jupyter.map(graph, TOPICS, concurrency=concurrency)
    with pytest.raises(UsageError, match="a thread of its own"):
        lg_jupyter.map(graph, TOPICS, config={"configurable": {"thread_id": "one"}})
    with pytest.raises(UsageError, match="carries one run"):
        lg_jupyter.map(as_source(graph), TOPICS)
    with pytest.raises(TargetError):
        lg_jupyter.map({}, TOPICS)
