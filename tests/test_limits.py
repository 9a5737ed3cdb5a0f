"""Limits that end a run name their setting."""

import inspect

import pytest
from langgraph.graph import START, StateGraph
from langgraph.types import RetryPolicy

import lg_jupyter
from lg_jupyter import UsageError
from lg_jupyter.runtime.run_properties import get_run_state
from tests.graphs import INPUTS, Log, build

HAS_TIMEOUTS = "timeout" in inspect.signature(StateGraph.add_node).parameters
NEEDS_TIMEOUTS = pytest.mark.skipif(not HAS_TIMEOUTS, reason="nodes have a timeout since langgraph 1.2")
ROUND_AND_ROUND = "met its limit of 4 steps after again: config={'recursion_limit': …} sets another."


def again():
    graph = StateGraph(Log).add_node("again", lambda state: {"log": ["again"]})
    return graph.add_edge(START, "again").add_edge("again", "again").compile()


async def failed(target, given=None, **options):
    run = lg_jupyter.stream(target, given or {"topic": "", "log": []}, display=False, **options)
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, locally the graph's own
        await run
    assert run.status == "error"
    return run


async def test_the_recursion_limit():
    run = await failed(again(), config={"recursion_limit": 4})
    assert run.note == f"It {ROUND_AND_ROUND}"
    assert run.note in text_of(run)
    outer = StateGraph(Log).add_node("team", again()).add_edge(START, "team").compile()
    run = await failed(outer, config={"recursion_limit": 4})
    assert run.note == f"The subgraph team {ROUND_AND_ROUND}"
    run = await failed(outer, config={"recursion_limit": 4}, modes="values")
    assert run.note == f"It {ROUND_AND_ROUND}".replace(" after again", "")


@NEEDS_TIMEOUTS
async def test_the_timeout_of_a_node():
    run = await failed(build("late"))
    assert run.note == (
        "The node inner / wait, in step 1, met its time limit of 0.2 s: timeout=… in add_node('wait', …) "
        "sets another."
    )
    assert run.note in text_of(run)
    row = next(row for row in run.trace.rows("tasks") if row["node"] == "wait")
    assert (row["status"], row["error"]["error"]) == ("error", "NodeTimeoutError")
    untold = await failed(build("late"), modes="values")
    assert untold.note.startswith("The node wait met its time limit of 0.2 s: ")


async def test_the_retry_policy_of_a_node():
    def fail(state):
        raise ConnectionError("no line")

    policy = RetryPolicy(max_attempts=3, initial_interval=0.01)
    graph = StateGraph(Log).add_node("calls", fail, retry_policy=policy).add_edge(START, "calls")
    run = await failed(graph.compile())
    assert run.note == (
        "The node calls, in step 1, failed 3 times, and is not tried again: retry_policy=… in "
        "add_node('calls', …) governs that."
    )
    (row,) = run.trace.rows("tasks")
    assert [one["message"] for one in row["retries"]] == ["no line", "no line"]


async def test_what_is_no_limit_is_not_called_one():
    assert (await failed(build("broken"), INPUTS["broken"])).note is None


def text_of(run):
    from lg_jupyter import record
    from lg_jupyter.record.summary import summarize_run

    return record.render_record_text(summarize_run(get_run_state(run)), run.trace)


def test_a_strategy_for_busy_threads_is_a_server_s():
    with pytest.raises(UsageError, match="for runs on a server"):
        lg_jupyter.stream(build("steps"), {}, multitask="reject", display=False)
    with pytest.raises(UsageError, match="did you mean 'reject'"):
        lg_jupyter.stream(build("steps"), {}, multitask="rejct", display=False)
