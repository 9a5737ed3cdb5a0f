"""An interrupt or Stop gives the cell back, keeps the run, and leaves the kernel alive."""

from __future__ import annotations

import sys

import ipykernel
import pytest

from tests.kernel.cells import Cell, Kernel

AWAITED = "%%lgstream {graph} -o run\n{{'x': 1}}"
BLOCKING = "def go():\n    %lgstream {graph} --input {{'x': 1}} -o run\ngo()"
IN_AN_ASYNC_CELL = "def go():\n    %lgstream {graph} --input {{'x': 1}} -o run\nawait asyncio.sleep(0)\ngo()"
NAMED = "The node blocking" if sys.version_info >= (3, 11) else "A node"
"""On Python 3.10 the context of a coroutine does not tell its node."""

IN_A_METHOD = "class A:\n    def go(self):\n        %lgstream {graph} --input {{'x': 1}} -o run\nA().go()"


def interrupted_at(kernel: Kernel, code: str, printed: str, times: int = 1) -> Cell:
    """Run a cell and interrupt it when it has printed something; it must end as an interrupted cell does."""
    cell = kernel.begin(code)
    following = kernel.begin("print('must not run')")
    kernel.until(lambda: printed in cell.printed)
    for _ in range(times):
        kernel.interrupt()
        kernel.run_on_the_side(0.5)
    kernel.finish(cell)
    assert cell.status == "error"
    assert cell.error["ename"] == "KeyboardInterrupt"
    (line,) = cell.error["traceback"]
    assert line.startswith("KeyboardInterrupt: ")
    assert "\n" not in line
    kernel.until(lambda: following.reply is not None)  # Run All stops
    assert following.status == "aborted"
    return cell


@pytest.mark.parametrize("cell", [AWAITED, BLOCKING, IN_AN_ASYNC_CELL, IN_A_METHOD])
@pytest.mark.parametrize("graph", ["slow_graph", "sleeping_graph"])
def test_an_interrupt_cancels_the_run(kernel, cell, graph) -> None:
    node = graph.removesuffix("_graph")
    error = interrupted_at(kernel, cell.format(graph=graph), f"{node} begins").error
    assert "had come is kept" in error["evalue"]
    if graph == "sleeping_graph":
        assert "goes on" in error["evalue"]  # a thread cannot be stopped
    assert kernel.value_of("run.status, len(run.to_pandas()) > 0") == "('cancelled', True)"
    kernel.run("seen.append('wake up')")


def test_a_node_that_blocks_the_loop_is_broken_off_by_the_second(kernel) -> None:
    interrupted_at(kernel, AWAITED.format(graph="blocking_graph"), "blocking begins", times=2)
    assert kernel.value_of("run.status") == "'cancelled'"


def test_a_node_that_blocks_the_loop_is_named_after_the_first(kernel) -> None:
    cell = kernel.begin(AWAITED.format(graph="blocking_graph"))
    kernel.until(lambda: "blocking begins" in cell.printed)
    kernel.interrupt()
    kernel.until(lambda: f"{NAMED} blocks the kernel's loop" in cell.complained)
    kernel.interrupt()
    kernel.finish(cell)
    assert cell.error["ename"] == "KeyboardInterrupt"
    kernel.run("while not run.done: await asyncio.sleep(0.05)")
    assert kernel.value_of("run.status") == "'cancelled'"


@pytest.mark.parametrize("waiting", ["await asyncio.sleep(60)", "time.sleep(60)"])
@pytest.mark.parametrize("how", ["awaited", "blocking"])
def test_the_body_can_be_interrupted(kernel, how, waiting) -> None:
    body = f"print('body begins', flush=True)\n{waiting}\n1"
    if how == "awaited":
        code = f"%%lgstream graph -o run\n{body}"
    else:
        code = f"def go():\n    get_ipython().run_cell_magic('lgstream', 'graph -o run', {body!r})\ngo()"
    cell = interrupted_at(kernel, code, "body begins")
    assert "before the run was started" in cell.error["evalue"]
    assert kernel.value_of("run, seen") == "(None, [])"


def test_runs_that_are_awaited_together(kernel) -> None:
    cell = kernel.begin(
        "async def go():\n    %lgstream slow_graph --input {} --quiet\nawait asyncio.gather(go(), go())"
    )
    kernel.until(lambda: cell.printed.count("slow begins") == 2)
    kernel.interrupt()
    kernel.finish(cell)
    assert cell.status == "error"
    assert cell.error["traceback"] == [f"KeyboardInterrupt: {cell.error['evalue']}"]
    assert kernel.value_of("1 + 1") == "2"


def test_sigint_is_given_back(kernel) -> None:
    kernel.run("import signal\nbefore = signal.getsignal(signal.SIGINT)")
    kernel.run("%lgstream graph --input {'x': 1}")
    assert kernel.value_of("signal.getsignal(signal.SIGINT) is before") == "True"
    cell = kernel.begin("print('begins', flush=True)\ntime.sleep(60)")
    kernel.until(lambda: "begins" in cell.printed)
    kernel.interrupt()
    assert kernel.finish(cell).error["ename"] == "KeyboardInterrupt"


def test_a_timeout_of_the_users_own_stays_a_timeout(kernel) -> None:
    cell = kernel.fail(
        "async def go():\n    %lgstream slow_graph --input {} -o run\nawait asyncio.wait_for(go(), 0.5)"
    )
    assert cell.error["ename"] == "TimeoutError"
    assert kernel.value_of("run.status") == "'cancelled'"


def stop_of(cell: Cell) -> dict:
    """The message that the Stop button of a cell's widget sends."""
    (model,) = [
        content["comm_id"]
        for content in cell.of("comm_open")
        if "lg_jupyter" in str(content["data"]["state"].get("_anywidget_id"))
    ]
    call = {"type": "call", "id": "1", "method": "cancel", "params": {}}
    return {"comm_id": model, "data": {"method": "custom", "content": call}}


def test_stop_ends_the_cell_normally(kernel) -> None:
    cell = kernel.begin(AWAITED.format(graph="slow_graph"))
    kernel.until(lambda: "slow begins" in cell.printed)
    kernel.send("comm_msg", stop_of(cell))
    if ipykernel.version_info[0] < 7:  # which reads it when the cell is over, and the widget says so
        assert "ipykernel 6" in str(cell.of("comm_open"))
        kernel.interrupt()
        assert kernel.finish(cell).status == "error"
    else:
        assert kernel.finish(cell).status == "ok"
    assert kernel.value_of("run.status") == "'cancelled'"


def test_where_stop_is_not_heard_the_view_says_so(kernel) -> None:
    blocking = kernel.run("def go():\n    %lgstream graph --input {'x': 1}\ngo()")
    assert "This cell blocks the kernel" in str(blocking.of("comm_open")) or ipykernel.version_info[0] < 7
    awaited = kernel.run("%lgstream graph --input {'x': 1}")
    assert "This cell blocks the kernel" not in str(awaited.of("comm_open"))
