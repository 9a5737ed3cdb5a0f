"""Many inputs, and two runs compared, in a real kernel: what a cell keeps, interrupts, clicks."""

from __future__ import annotations

from tests.kernel.cells import Kernel

INPUTS = "[{'x': number} for number in range(4)]"


VIEW = "application/vnd.jupyter.widget-view+json"


def test_a_cell_keeps_a_view_and_beside_it_a_table_which_tells_the_end(kernel: Kernel) -> None:
    cell = kernel.run(f"import lg_jupyter\nbatch = await lg_jupyter.map(graph, {INPUTS})")
    assert cell.status == "ok"
    view, table = cell.shown
    assert VIEW in view and "text/html" not in view
    assert "text/html" in table and VIEW not in table
    record = kernel.record(cell)["text/html"]
    assert "4 success" in record and "lgj-record" in record
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


def test_a_click_on_a_row_opens_its_run_and_stop_stops(kernel: Kernel) -> None:
    kernel.run(f"import lg_jupyter\nbatch = lg_jupyter.map(slow_graph, {INPUTS}, concurrency=1)")
    view = "batch._display._view"
    kernel.run("import asyncio\nwhile not len(batch): await asyncio.sleep(0.05)")
    call = "{'type': 'call', 'id': '1', 'method': 'open', 'params': {'input_index': 0}}"
    kernel.run(f"{view}.table.receive({call})")
    kernel.run("from lg_jupyter.runtime.run_properties import get_run_state")
    assert kernel.value_of(f"{view}._shown[1]._run is get_run_state(batch.runs[0])") == "True"
    call = "{'type': 'call', 'id': '2', 'method': 'cancel'}"
    kernel.run(f"{view}.table.receive({call})\nawait batch")
    assert kernel.value_of("batch.status, batch.runs[0].status") == "('cancelled', 'cancelled')"


def test_a_comparison_keeps_a_view_and_beside_it_tables(kernel: Kernel) -> None:
    kernel.run("import lg_jupyter\nrun = await lg_jupyter.stream(graph, {'x': 1}, display=False)")
    cell = kernel.run("lg_jupyter.compare(run, run)")
    view, tables = cell.shown
    assert VIEW in view and "text/html" in tables
    assert not cell.of("execute_result")
