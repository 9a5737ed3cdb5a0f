"""Many runs in one process: each has its own tables, and none is in another's way, or stays behind."""

import asyncio
import gc
import threading
import weakref

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

import lg_jupyter
from lg_jupyter.run import get_run_of_state
from lg_jupyter.runtime.registry import RUNS
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.widgets.run import RunWidget
from tests.graphs import INPUTS, Log, build


def stream(graph="steps", given=None, **options):
    return lg_jupyter.stream(build(graph), given or INPUTS[graph], display=False, **options)


def ticking(event):
    """A graph that ticks until the event is set, then says what it was given."""

    async def tick(state):
        while not event.is_set():
            await asyncio.sleep(0.005)
        return {"log": [state["topic"]]}

    return StateGraph(Log).add_node("tick", tick).add_edge(START, "tick").compile()


async def test_many_at_once_keep_apart():
    started = [
        stream("nested", {"topic": f"topic {number}", "messages": []}, thread=number % 3 == 0)
        for number in range(30)
    ]
    alone = stream("nested")
    await asyncio.gather(*started, alone)
    assert len({run.id for run in started}) == 30
    for number, run in enumerate(started):
        assert run.status == "success"
        assert run.output["topic"] == f"TOPIC {number} (checked)"
        assert run.trace.rows("custom")[-1]["data"] == {"drafting": f"TOPIC {number}"}
        for name, table in run.trace.tables.items():
            assert len(table) == len(alone.trace.tables[name]), name
    tasks = [row["task_id"] for run in started for row in run.trace.rows("tasks")]
    assert len(tasks) == len(set(tasks))


async def test_one_that_fails_and_one_that_is_cancelled_leave_the_others_alone():
    event = threading.Event()
    graph = ticking(event)
    started = [lg_jupyter.stream(graph, {"topic": str(n), "log": []}, display=False) for n in range(6)]
    broken = stream("broken")
    with pytest.raises(ValueError, match="no milk today"):
        await broken
    started[2].cancel()
    await started[2]
    event.set()
    await asyncio.gather(*started)
    assert [run.status for run in started] == ["success", "success", "cancelled", *["success"] * 3]
    assert [run.output["log"] for run in started if run.status == "success"] == [
        ["0"],
        ["1"],
        ["3"],
        ["4"],
        ["5"],
    ]


def test_a_loop_that_finishes_early_ends_its_own_runs_only():
    event = threading.Event()
    elsewhere = lg_jupyter.stream(ticking(event), {"topic": "kept", "log": []}, display=False)

    async def leave():
        return lg_jupyter.stream(ticking(event), {"topic": "left", "log": []}, display=False)

    left = asyncio.run(leave())
    assert (left.done, left.status) == (True, "cancelled")
    assert not elsewhere.done
    event.set()
    assert elsewhere.wait().output["log"] == ["kept"]
    assert left.wait() is left
    assert get_run_state(left) not in RUNS.running


async def test_a_widget_that_is_closed_leaves_its_run_and_other_widgets_alone():
    event = threading.Event()
    run = lg_jupyter.stream(ticking(event), {"topic": "seen", "log": []}, display=False)
    widgets = [RunWidget(run) for _ in range(3)]
    while run.status != "running":
        await asyncio.sleep(0.01)
    widgets[1].close()
    widgets[1].close()
    event.set()
    await run
    assert run.output["log"] == ["seen"]
    assert [widgets[0]._summary["status"], widgets[2]._summary["status"]] == ["success"] * 2
    for widget in widgets:
        widget.close()


async def test_a_run_that_nobody_holds_is_gone():
    async def ended():
        kept, graph = [], build("ask", InMemorySaver())
        kept.append(weakref.ref(await stream("nested")))
        asked = await lg_jupyter.stream(graph, INPUTS["ask"], display=False)
        await asked.resume("yes")
        again = await asked.fork(asked.checkpoints[0].checkpoint_id, display=False)
        again.cancel()
        kept += [weakref.ref(asked), weakref.ref(asked.trace)]
        slow = stream("slow")
        await asyncio.sleep(0.05)
        slow.cancel()
        kept.append(weakref.ref(await slow))
        with pytest.raises(ValueError, match="no milk"):
            await stream("broken")
        kept.append(weakref.ref(lg_jupyter.last_run))
        RUNS.interrupted.clear()
        return kept

    kept = await ended()
    await stream()  # which is the newest now
    await asyncio.sleep(0)
    gc.collect()
    assert [ref() for ref in kept] == [None] * len(kept)
    assert not RUNS.running


async def test_one_in_a_thread_too():
    run = stream("steps", thread=True)
    await run
    gone = weakref.ref(run)
    del run
    await stream()
    for _ in range(100):
        gc.collect()
        if gone() is None:
            break
        await asyncio.sleep(0.02)
    assert gone() is None


async def test_those_that_ask_are_held_for_their_answer():
    def asks(state):
        return {"log": [interrupt("?")]}

    graph = (
        StateGraph(Log).add_node("asks", asks).add_edge(START, "asks").compile(checkpointer=InMemorySaver())
    )
    asked = await lg_jupyter.stream(graph, {"topic": "", "log": []}, display=False)
    held = weakref.ref(get_run_state(asked))
    del asked
    await stream()
    gc.collect()
    assert held() is not None and held() is RUNS.get_last_interrupted()
    await get_run_of_state(RUNS.get_last_interrupted()).resume("!")
