"""The package is loaded anew while runs go on, and after: they come to their end, and views go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.cells import Cell, Kernel, ready_kernel
from tests.kernel.test_interrupts import stop_of

GRAPHS = """\
import asyncio, sys, importlib, lg_jupyter
from langgraph.checkpoint.memory import InMemorySaver

class Ticks(TypedDict, total=False):
    x: int
    seen: list[int]

async def tick(state: Ticks):
    await asyncio.sleep(0.1)
    return {"x": state["x"] + 1, "seen": [*state.get("seen", []), state["x"]]}

async def after(state: Ticks):
    return {"x": 0}

def ticks_then(node, **options):
    graph = StateGraph(Ticks).add_node("tick", tick).add_node("then", node).add_edge(START, "tick")
    graph.add_conditional_edges("tick", lambda state: "tick" if state["x"] < 20 else "then")
    return graph.compile(**options)

ticking = ticks_then(after)
waiting = ticks_then(after, checkpointer=InMemorySaver(), interrupt_before=["then"])

def ours():
    return [name for name in sys.modules if name.partition(".")[0] == "lg_jupyter"]"""

ANEW = {
    "the extension": "%reload_ext lg_jupyter",
    "each module": "for name in ours(): importlib.reload(sys.modules[name])\n%load_ext lg_jupyter",
    "each module, the inner ones first": (
        "for name in sorted(ours(), key=lambda name: -name.count('.')): importlib.reload(sys.modules[name])\n"
        "%load_ext lg_jupyter"
    ),
    "a new import": "for name in ours(): del sys.modules[name]\nimport lg_jupyter\n%load_ext lg_jupyter",
}


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with ready_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.run(GRAPHS)
        yield kernel


def display_ids(cell: Cell) -> set[str]:
    return {
        content["transient"]["display_id"]
        for content in cell.of("display_data")
        if "display_id" in content["transient"]
    }


def last_text(kernel: Kernel, display_id: str) -> str:
    """What a record says at last."""
    told = [
        content["data"]["text/plain"]
        for cell in kernel.cells.values()
        for content in cell.of("update_display_data")
        if content["transient"]["display_id"] == display_id
    ]
    return str(told[-1])


def synced(kernel: Kernel, view: str) -> dict[str, Any]:
    """The summary that a view has at last."""
    told = [
        content["data"]["state"]["_summary"]
        for cell in kernel.cells.values()
        for content in cell.of("comm_msg")
        if content["comm_id"] == view and "_summary" in content["data"].get("state", {})
    ]
    return dict(told[-1])


INNER_FIRST = pytest.param("each module, the inner ones first", marks=pytest.mark.matrix)


@pytest.mark.parametrize("way", ["the extension", "each module", INNER_FIRST, "a new import"])
def test_runs_that_go_on_come_to_their_end(kernel: Kernel, way: str) -> None:
    shown = [
        kernel.run("here = lg_jupyter.stream(ticking, {'x': 1})"),
        kernel.run("apart = lg_jupyter.stream(ticking, {'x': 1}, thread=True)"),
        kernel.run("waits = lg_jupyter.stream(waiting, {'x': 1}, thread_id='1')"),
    ]
    stopped = kernel.run("stopped = lg_jupyter.stream(slow_graph, {'x': 1})")
    kernel.run("while not len(waits.to_pandas('tasks')): await asyncio.sleep(0.05)")
    anew = kernel.run(ANEW[way])
    assert "Error" not in anew.complained
    kernel.send("comm_msg", stop_of(stopped))
    kernel.run("for run in (here, apart, waits, stopped): await run")
    assert kernel.value_of("[run.status for run in (here, apart, waits, stopped)]") == (
        "['success', 'success', 'interrupted', 'cancelled']"
    )
    steps = [[node, "success"] for node in [*["tick"] * 19, "then"]]
    rows = "[run.to_pandas('tasks')[['node', 'status']].values.tolist() for run in (here, apart)]"
    assert kernel.value_of(f"{rows} == {[steps] * 2}") == "True"
    assert kernel.value_of("here.state() == here.output == {'x': 0, 'seen': list(range(1, 20))}") == "True"
    for cell, status in zip(shown, ("success", "success", "interrupted"), strict=True):
        (record,) = display_ids(cell)
        assert f"graph · {status}" in last_text(kernel, record)
        view = stop_of(cell)["comm_id"]
        assert synced(kernel, view)["status"] == status


def test_what_was_there_before_is_of_use_after(kernel: Kernel) -> None:
    kernel.run("old = await lg_jupyter.stream(waiting, {'x': 1}, thread_id='again')")
    for way in ANEW.values():
        kernel.run(way)
    again = kernel.run("old.show()")
    assert len(again.shown) == 2 and not again.complained
    kernel.run("%%lgstream ticking -o new\n{'x': 1}")
    assert kernel.value_of("new.status, lg_jupyter.last_run is new") == "('success', True)"


ALL_ANEW = pytest.mark.parametrize("way", ["each module", INNER_FIRST, "a new import"])


@ALL_ANEW
def test_what_is_known_of_the_process_stays(kernel: Kernel, way: str, tmp_path: Path) -> None:
    kernel.run("lg_jupyter.options.mask = ['shibboleth']")
    kernel.run(f"kept, watch = lg_jupyter.history({str(tmp_path)!r}), lg_jupyter.watch(display=False)")
    kernel.run("old = await lg_jupyter.stream(waiting, {'x': 1}, thread_id='a', display=False)")
    kernel.run(ANEW[way])
    assert kernel.value_of("lg_jupyter.last_run is old, lg_jupyter.options.mask") == "(True, ['shibboleth'])"
    kernel.run("output = await ticking.ainvoke({'x': 1})\nfor run in watch.runs: run.wait()")
    assert kernel.value_of("kept.on, watch.active, [run.status for run in watch.runs]") == (
        "(True, True, ['success'])"
    )
    kernel.run("watch.stop(); kept.stop(); lg_jupyter.options.mask = []")
    assert kernel.value_of("len(kept.runs())") == "2"


@ALL_ANEW
def test_what_was_made_before_is_taken_after(kernel: Kernel, way: str) -> None:
    kernel.run("form = lg_jupyter.app(ticking)")
    kernel.run("server = lg_jupyter.Server('http://127.0.0.1:9', 'agent')")
    kernel.run("old = await lg_jupyter.stream(waiting, {'x': 1}, thread_id='b', display=False)")
    kernel.run("batch = await lg_jupyter.map(ticking, [{'x': 19}], display=False)")
    kernel.run(ANEW[way])
    for taken in (
        "lg_jupyter.show(old)",
        "lg_jupyter.dashboard(old)",
        "lg_jupyter.dashboard(batch)",
        "lg_jupyter.dashboard(form)",
        "lg_jupyter.concat([old, old], 'tasks')",
        "old.code()",
        "refused = lg_jupyter.stream(server, {'x': 1}, display=False)",
    ):
        assert not kernel.run(taken).of("error"), taken
    assert kernel.value_of("refused.source.kind") == "'server'"


@ALL_ANEW
def test_a_run_of_before_goes_on_from_its_breakpoint_after(kernel: Kernel, way: str) -> None:
    kernel.run("old = await lg_jupyter.stream(waiting, {'x': 1}, thread_id='c', display=False)")
    kernel.run(ANEW[way])
    kernel.run("fork = await old.fork(old.to_pandas('checkpoints')['checkpoint_id'].iloc[-1], display=False)")
    assert kernel.value_of("fork.status, fork.state()['x']") == "('success', 0)"
    kernel.run("old.resume(display=False)\nawait old")
    assert kernel.value_of("old.status, old.output['x']") == "('success', 0)"
