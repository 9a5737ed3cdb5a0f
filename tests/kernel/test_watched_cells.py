"""Runs that a cell's own code starts, in a real kernel: one output of a cell, whatever it starts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kernel.cells import Kernel

VIEW = "application/vnd.jupyter.widget-view+json"
SYNC_GRAPH = "sync_graph = compiled(add=lambda state: {'x': state['x'] + 1})"
ON, OFF = "%lgstream on", "%lgstream off"


@pytest.fixture
def watching(kernel: Kernel) -> Iterator[Kernel]:
    """A kernel in which runs are watched; a graph without an ``await`` is `sync_graph`."""
    kernel.run(f"import asyncio, lg_jupyter, threading, time\n{SYNC_GRAPH}")
    assert "watched from now on" in kernel.run(ON).printed
    yield kernel
    kernel.run(OFF)


def test_one_run_has_the_view_and_a_record(watching: Kernel) -> None:
    cell = watching.run("def ask():\n    return sync_graph.invoke({'x': 1})\nask()")
    assert cell.value == "{'x': 2}"
    view, record = cell.shown
    assert VIEW in view
    assert "text/html" in record
    watching.run("lg_jupyter.last_run.wait()")
    watching.until(lambda: " · success · " in watching.record(cell)["text/plain"])


def test_from_the_second_on_it_is_one_table(watching: Kernel) -> None:
    cell = watching.run("for n in range(50): sync_graph.invoke({'x': n})")
    assert len(cell.shown) == 2
    watching.until(lambda: "50 success" in watching.record(cell)["text/plain"])
    rows = [
        row["input_index"]
        for content in cell.of("comm_msg")
        for row in content["data"].get("content", {}).get("rows", {}).get("inputs", [])
    ]
    assert set(rows) == set(range(50))


def test_tasks_show_in_the_cell_that_started_them(watching: Kernel) -> None:
    cell = watching.run("runs = await asyncio.gather(*(graph.ainvoke({'x': n}) for n in range(3)))")
    assert len(cell.shown) == 2
    watching.until(lambda: "3 success" in watching.record(cell)["text/plain"])


def test_a_row_names_the_thread(watching: Kernel) -> None:
    cell = watching.run(
        "for number in range(2):\n"
        "    thread = threading.Thread(target=sync_graph.invoke, args=({'x': 1},), name=f'worker {number}')\n"
        "    thread.start()\n    thread.join()"
    )
    watching.until(lambda: "2 success" in watching.record(cell)["text/plain"])
    assert "in thread worker 1" in str(cell.of("update_display_data"))


def test_a_block_has_an_output_of_its_own(kernel: Kernel) -> None:
    kernel.run(f"import lg_jupyter\n{SYNC_GRAPH}")
    cell = kernel.run(
        "with lg_jupyter.watch() as runs:\n    sync_graph.invoke({'x': 1})\nsync_graph.invoke({'x': 2})\n"
        "with lg_jupyter.watch():\n    sync_graph.invoke({'x': 3})\n    sync_graph.invoke({'x': 4})"
    )
    assert [VIEW in shown for shown in cell.shown] == [True, False] * 2
    assert kernel.value_of("[run.status for run in runs]") == "['success']"


def test_an_interrupt_is_the_callers_own(watching: Kernel) -> None:
    watching.run("def nap(state):\n    print('nap begins')\n    time.sleep(60)\nnapping = compiled(nap=nap)")
    cell = watching.begin("napping.invoke({'x': 1})")
    watching.until(lambda: "nap begins" in cell.printed)
    watching.interrupt()
    watching.finish(cell)
    assert cell.error["ename"] == "KeyboardInterrupt"
    assert watching.value_of("lg_jupyter.last_run.wait().status") == "'cancelled'"


def test_views_of_a_cell_that_is_run_again_are_let_go(kernel: Kernel) -> None:
    """Those before it, of one run and of several."""
    kernel.run(f"import gc, ipywidgets, lg_jupyter\n{SYNC_GRAPH}\n{ON}")
    kernel.run(
        "known = getattr(ipywidgets.widgets.widget, '_instances', None) or ipywidgets.Widget._active_widgets"
    )
    count = "gc.collect(); len([w for w in known.values() if type(w).__name__ in kinds])"
    kernel.run("kinds = {'BatchWidget', 'RunWidget'}")
    counts = []
    for code in ("sync_graph.invoke({'x': 1})", "for n in range(3): sync_graph.invoke({'x': n})") * 3:
        kernel.run(code, "again")
        kernel.run("ended = lg_jupyter.last_run.wait()")
        counts.append(kernel.value_of(count))
    kernel.run(OFF)
    assert counts[-1] == counts[-3] == counts[-5]


def test_off_in_a_kernel_leaves_nothing(kernel: Kernel) -> None:
    traces = (
        "(vars(__import__('langgraph').pregel.Pregel)['stream'].__module__, "
        "sorted(t.name for t in threading.enumerate() if 'watch' in t.name and 'watchdog' not in t.name), "
        "len(get_ipython().events.callbacks['post_run_cell']))"
    )
    kernel.run(f"import threading, lg_jupyter\n{SYNC_GRAPH}")
    before = kernel.value_of(traces)
    kernel.run(ON)
    kernel.run("for n in range(3): sync_graph.invoke({'x': n})")
    assert kernel.value_of(traces) != before
    kernel.run(OFF)
    assert kernel.value_of(traces) == before


def test_reload_and_unload_are_off(fresh_kernel: Kernel) -> None:
    fresh_kernel.run("%load_ext lg_jupyter\nfrom langgraph.pregel import Pregel\noriginal = Pregel.stream")
    fresh_kernel.run(ON)
    assert fresh_kernel.value_of("Pregel.stream is original") == "False"
    fresh_kernel.run("%reload_ext lg_jupyter")
    assert fresh_kernel.value_of("Pregel.stream is original") == "True"
    fresh_kernel.run(ON)
    fresh_kernel.run("%unload_ext lg_jupyter")
    assert fresh_kernel.value_of("Pregel.stream is original") == "True"
