"""Runs that are stopped between two steps."""

import asyncio
import operator
import sys
import threading
from typing import Annotated

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter import UsageError
from lg_jupyter.sources.local import graphs
from tests.graphs import INPUTS, build
from tests.patience import patience

DRAINS = graphs.make_run_control(build("steps")) is not None
NEEDS_CONTROL = pytest.mark.skipif(not DRAINS, reason="LangGraph stops between steps since 1.2")


class Steps(TypedDict):
    log: Annotated[list[str], operator.add]


class Gates:
    """Nodes that wait: each says that it began, and returns when it may."""

    def __init__(self):
        self.began, self.may_end = threading.Event(), threading.Event()

    async def wait(self, state):
        self.began.set()
        while not self.may_end.is_set():
            await asyncio.sleep(0.01)
        return {"log": ["waited"]}

    def block(self, state):
        self.began.set()
        self.may_end.wait(patience(30))
        return {"log": ["waited"]}

    async def reached(self):
        while not self.began.is_set():
            await asyncio.sleep(0.01)


def chain(*nodes):
    """A graph of these nodes, one after the other: (name, function or graph)."""
    graph, before = StateGraph(Steps), START
    for name, node in nodes:
        graph.add_node(name, node).add_edge(before, name)
        before = name
    return graph


def last(state):
    return {"log": ["last"]}


def stream(graph, **options):
    return lg_jupyter.stream(graph, {"log": []}, display=False, **options)


@NEEDS_CONTROL
async def test_what_runs_ends_and_what_would_come_next_comes_when_it_goes_on():
    gates = Gates()
    run = stream(chain(("waits", gates.wait), ("last", last)).compile(checkpointer=InMemorySaver()))
    assert run.drains
    await gates.reached()
    run.drain()
    run.drain()
    await asyncio.sleep(0.1)
    assert (run.status, run.note) == (
        "running",
        "It stops before its next step; what runs now ends first. run.cancel() stops it at once.",
    )
    gates.may_end.set()
    await run
    assert (run.status, run.drains, run.exception) == ("cancelled", False, None)
    assert [row["node"] for row in run.trace.rows("tasks")] == ["waits"]
    assert run.note.startswith("Stopped between two steps. All that had come is kept: ")
    assert run.note.endswith("Its last checkpoint is of step 1: run.resume() goes on from there with last.")
    run.drain()
    await run.resume()
    assert (run.status, run.output) == ("success", {"log": ["waited", "last"]})
    assert [row["node"] for row in run.trace.rows("tasks")] == ["waits", "last"]
    assert run.note == "It goes on from its last checkpoint."


@NEEDS_CONTROL
@pytest.mark.parametrize("modes", ["values", "events", None])
async def test_inside_a_subgraph_too(modes):
    gates = Gates()
    inner = chain(("waits", gates.wait), ("inside", last)).compile()
    graph = chain(("before", last), ("sub", inner), ("after", last)).compile(checkpointer=InMemorySaver())
    run = stream(graph, modes=modes)
    await gates.reached()
    run.drain()
    gates.may_end.set()
    await run
    assert run.status == "cancelled"
    assert run.note.endswith("Its last checkpoint is of step 1: run.resume() goes on from there with sub.")
    assert not [row for row in run.trace.rows("tasks") if row["node"] == "inside"]
    assert {row["status"] for row in run.trace.rows("tasks")} <= {"success", "cancelled"}
    gates.began.clear()
    await run.resume()
    assert run.output == {"log": ["last", "last", "waited", "last", "last"]}
    assert not gates.began.is_set()


@NEEDS_CONTROL
async def test_a_sibling_of_the_subgraph_ends_first():
    gates, sibling = Gates(), Gates()
    inner = chain(("waits", gates.wait), ("inside", last)).compile()
    graph = StateGraph(Steps).add_node("sub", inner).add_node("sibling", sibling.wait)
    graph.add_edge(START, "sub").add_edge(START, "sibling")
    run = stream(graph.compile(checkpointer=InMemorySaver()))
    await gates.reached()
    await sibling.reached()
    run.drain()
    gates.may_end.set()
    await asyncio.sleep(0.1)
    assert run.status == "running"
    sibling.may_end.set()
    await run
    assert run.status == "cancelled"
    sibling.began.clear()
    await run.resume()
    assert sorted(run.output["log"]) == ["last", "waited", "waited"]
    assert not sibling.began.is_set()


@NEEDS_CONTROL
def test_in_a_thread_where_nothing_awaits(tmp_path):
    gates = Gates()
    graph = chain(("waits", gates.block), ("last", last)).compile(checkpointer=_Synchronous())
    run = stream(graph)
    assert gates.began.wait(patience(30))
    run.drain()
    gates.may_end.set()
    assert run.wait().status == "cancelled"
    assert run.resume().wait().output == {"log": ["waited", "last"]}


class _Synchronous(InMemorySaver):
    """A checkpointer without an asynchronous side."""

    async def aget_tuple(self, config):
        raise NotImplementedError

    async def aget_delta_channel_history(self, *args, **kwargs):
        raise NotImplementedError


@NEEDS_CONTROL
@pytest.mark.skipif(sys.version_info < (3, 11), reason="on Python 3.10 an async entrypoint finds no tasks")
async def test_what_has_no_further_step_comes_to_its_end():
    gates = Gates()

    @task
    async def waits(number):
        await gates.wait({})
        return number

    @entrypoint(checkpointer=InMemorySaver())
    async def flow(number):
        return await waits(number) + await waits(number)

    run = lg_jupyter.stream(flow, 2, display=False)
    await gates.reached()
    run.drain()
    gates.may_end.set()
    await run
    assert (run.status, run.output) == ("success", 4)
    assert run.note == "It was to stop before its next step, and had none: it came to its end."


@NEEDS_CONTROL
async def test_without_a_checkpointer_it_cannot_go_on():
    gates = Gates()
    run = stream(chain(("waits", gates.wait), ("last", last)).compile())
    await gates.reached()
    run.drain()
    gates.may_end.set()
    await run
    assert run.status == "cancelled"
    assert run.note.endswith("There is no checkpoint, so it cannot be resumed.")
    with pytest.raises(UsageError, match="no checkpointer"):
        run.resume()


@NEEDS_CONTROL
async def test_a_cancel_does_not_wait_for_the_step():
    gates = Gates()
    run = stream(chain(("waits", gates.wait), ("last", last)).compile(checkpointer=InMemorySaver()))
    await gates.reached()
    run.drain()
    run.cancel()
    run.drain()
    await run
    assert not gates.may_end.is_set()
    assert run.note.startswith("Cancelled. ")
    assert run.note.endswith("Its last checkpoint is of step 0: run.resume() goes on from there with waits.")
    gates.may_end.set()
    assert (await run.resume()).output == {"log": ["waited", "last"]}


@NEEDS_CONTROL
async def test_a_failure_comes_before_the_stop():
    gates = Gates()

    async def fail(state):
        await gates.wait(state)
        raise ValueError("no more")

    run = stream(chain(("fails", fail), ("last", last)).compile())
    await gates.reached()
    run.drain()
    gates.may_end.set()
    with pytest.raises(ValueError, match="no more"):
        await run
    assert (run.status, run.note) == ("error", None)


@NEEDS_CONTROL
async def test_a_graph_that_stops_itself_is_cancelled():
    from langgraph.runtime import Runtime

    def stop(state: Steps, runtime: Runtime):
        runtime.control.request_drain("enough")
        return {"log": ["stopped"]}

    run = await stream(chain(("stops", stop), ("last", last)).compile(checkpointer=InMemorySaver()))
    assert run.status == "cancelled"
    assert (await run.resume()).output == {"log": ["stopped", "last"]}


async def test_what_cannot_be_stopped_between_steps_says_so():
    class Streams:
        """Has LangGraph's ``astream``, and not its control."""

        async def astream(self, input, config=None, **options):
            yield ((), "values", {})
            await asyncio.sleep(60)

    run = stream(Streams())
    assert not run.drains
    with pytest.raises(UsageError, match=r"between two steps\. LangGraph .* since version 1\.2.*run\.cancel"):
        run.drain()
    run.cancel()
    await run
    run.drain()

    replay = run.replay(speed=0.01, display=False)
    with pytest.raises(UsageError, match="it is replayed"):
        replay.drain()
    replay.cancel()
    await replay


@NEEDS_CONTROL
async def test_stopped_before_it_began_it_goes_on_with_its_input():
    run = lg_jupyter.stream(build("steps", InMemorySaver()), INPUTS["steps"], display=False)
    run.drain()
    await run
    assert run.note.endswith(
        "Its last checkpoint is of step -1: run.resume() goes on from there with its input."
    )
    assert (await run.resume()).output == {"topic": "ice!", "log": ["first", "second"]}
