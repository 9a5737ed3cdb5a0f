"""What the time of tasks was spent on, in runs of graphs of this process."""

from __future__ import annotations

import re
import sys
import time
from typing import Any

import pytest
from langchain_core.tools import tool
from langgraph.graph import START, StateGraph
from langgraph.types import RetryPolicy

import lg_jupyter
from lg_jupyter import record
from tests.summaries import summary
from tests.test_calls import Answers, Chat, finished, one_node, rows

PARTS = ("model_time", "tool_time", "retry_time", "own_time")


def work() -> Any:
    """A node that is tried twice, with a model that is tried twice, a tool, and two models at once."""
    model = Answers(answers=[ValueError("busy"), "yes", "one", "other"], seconds=0.05)
    patient = model.with_retry(
        stop_after_attempt=2, exponential_jitter_params={"initial": 0.05, "jitter": 0.0}
    )
    tries: list[int] = []

    @tool
    def slow(city: str) -> str:
        """Be slow."""
        time.sleep(0.05)
        return city

    def busy(state: Chat) -> dict[str, Any]:
        tries.append(1)
        time.sleep(0.05)
        if len(tries) == 1:
            patient.invoke("x")
            raise ConnectionError("again")
        slow.invoke({"city": "Bergen"})
        model.batch(["a", "b"])
        return {}

    return busy


def graph() -> Any:
    again = RetryPolicy(max_attempts=2, initial_interval=0.05, jitter=False)
    inner = StateGraph(Chat).add_node("busy", work(), retry_policy=again).add_edge(START, "busy").compile()
    return StateGraph(Chat).add_node("sub", inner).add_edge(START, "sub").compile()


@pytest.mark.parametrize("modes", [None, "updates,tasks"])
def test_the_parts_of_a_task_are_what_it_took(modes: Any) -> None:
    run = finished(graph(), modes=modes)
    tasks = {row["node"]: row for row in rows(run, "tasks")}
    for row in tasks.values():
        assert all(row[name] > 0 for name in PARTS)
        assert sum(row[name] for name in PARTS) == pytest.approx(row["latency"])
        assert row["model_wait_time"] == row["model_time"]  # it does not stream
    assert 0 < tasks["busy"]["model_time"] <= tasks["sub"]["model_time"]
    latencies = sum(row["latency"] for row in rows(run, "model_calls"))
    assert tasks["busy"]["model_time"] < latencies  # two were called at once
    (retry,) = tasks["busy"]["retries"]
    assert 0 < retry["time"] - retry["failed_time"] < tasks["busy"]["retry_time"]  # a call's own too


def test_a_saved_run_has_them(tmp_path: Any) -> None:
    run = finished(graph())
    run.save(tmp_path / "run.jsonl")
    loaded = lg_jupyter.load(tmp_path / "run.jsonl")
    assert rows(loaded, "tasks") == rows(run, "tasks")


@pytest.mark.skipif(sys.version_info >= (3, 11), reason="callbacks reach every node there")
def test_where_models_have_no_callbacks_nothing_is_known() -> None:
    async def node(state: Chat) -> dict[str, Any]:
        return {"messages": [await Answers(answers=["yes"]).ainvoke(state["messages"])]}

    (task,) = rows(finished(one_node(node)), "tasks")
    assert {task[name] for name in PARTS} == {None}


def test_the_record_says_it_in_words(tmp_path: Any) -> None:
    run = finished(graph())
    run.to_html(tmp_path / "run.html")
    for text in ((tmp_path / "run.html").read_text(), text_of(run)):
        assert re.search(r"waiting for a model \S+ m?s, tools \S+ m?s, between tries \S+ m?s, own code", text)
    silent = finished(one_node(lambda state: {}))
    assert "own code" not in text_of(silent)  # of a task that calls nothing it goes without saying


def text_of(run: lg_jupyter.Run) -> str:
    return record.render_record_text(summary(run.trace), run.trace)
