"""Runs that stop before and after nodes."""

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from lg_jupyter import UsageError
from tests.graphs import INPUTS, build


def stream(graph="steps", checkpointer=True, **options):
    made = build(graph, InMemorySaver() if checkpointer else None)
    return lg_jupyter.stream(made, INPUTS[graph], display=False, **options)


def ran(run):
    return [row["node"] for row in run.trace.rows("tasks") if row["status"] == "success"]


async def test_it_stops_before_and_after_nodes_and_goes_on():
    run = await stream(before="second")
    assert (run.status, run.interrupts, ran(run)) == ("interrupted", [], ["first"])
    assert (await run.resume()).status == "success"
    assert ran(run) == ["first", "second"]


async def test_after_the_last_node_there_is_nothing_left_to_stop_for():
    run = await stream(after=["first", "second"])
    assert (run.status, ran(run)) == ("interrupted", ["first"])
    assert (await run.resume()).status == "success"


async def test_every_node_has_a_name_too():
    run = await stream(before="*")
    assert (run.status, ran(run)) == ("interrupted", [])
    assert ran(await run.resume()) == ["first"]
    assert (await run.resume()).status == "success"


def test_an_unknown_node_is_refused_with_the_right_one():
    with pytest.raises(UsageError, match=r"no node 'frist': did you mean 'first'.* Nodes: first, second"):
        stream(after="frist")


def test_without_a_checkpointer_it_could_not_go_on():
    with pytest.raises(UsageError, match="no checkpointer"):
        stream(checkpointer=False, before="*")
