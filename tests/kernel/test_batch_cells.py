"""Many inputs in a real kernel: one output that changes; an interrupt stops the runs; resume() goes on."""

from __future__ import annotations

from tests.kernel.cells import Kernel

INPUTS = "[{'x': number} for number in range(4)]"


def test_a_cell_keeps_one_table_which_tells_the_end(kernel: Kernel) -> None:
    cell = kernel.run(f"import lg_jupyter\nbatch = await lg_jupyter.map(graph, {INPUTS})")
    assert cell.status == "ok"
    (first,) = cell.shown
    assert "text/html" in first
    updates = [content["data"]["text/html"] for content in cell.of("update_display_data")]
    assert "4 success" in updates[-1] and "lgj-record" in updates[-1]
    assert kernel.value_of("batch.counts") == "{'success': 4}"


def test_an_interrupt_stops_the_batch_which_can_go_on(kernel: Kernel) -> None:
    kernel.run("import lg_jupyter")
    code = f"batch = lg_jupyter.map(slow_graph, {INPUTS}, concurrency=2, display=False)\nawait batch"
    cell = kernel.begin(code)
    kernel.until(lambda: cell.printed.count("slow begins") == 2)
    kernel.interrupt()
    kernel.finish(cell)
    assert cell.status == "error"
    kernel.run("import asyncio\nwhile not batch.done: await asyncio.sleep(0.05)")
    assert kernel.value_of("batch.counts, batch.remaining") == "({'cancelled': 2}, True)"
    assert kernel.value_of("len((await lg_jupyter.map(graph, [{'x': 1}], display=False)).runs)") == "1"
