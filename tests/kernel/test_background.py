"""``--background`` gives the cell back at once; running the cell again cancels what it left."""

from __future__ import annotations

import pytest

SLOW = "%%lgstream slow_graph --background --quiet -o run\n{'x': 1}"


def test_the_cell_is_over_and_the_run_goes_on(kernel) -> None:
    kernel.run("gate = asyncio.Event()\nasync def held(state):\n    await gate.wait()\n    return {'x': 5}")
    kernel.run("held_graph = compiled(held=held)")
    kernel.run("%%lgstream held_graph --background -o run\n{'x': 1}")
    assert kernel.value_of("run.status") == "'running'"
    kernel.run("gate.set()")
    assert kernel.value_of("(await run).output") == "{'x': 5}"


def test_where_nothing_can_be_awaited_it_has_a_thread(kernel) -> None:
    kernel.run("def go():\n    %lgstream sleeping_graph --input {'x': 1} --background --quiet -o run\ngo()")
    kernel.run("import time\nwhile run.status == 'pending': time.sleep(0.01)")
    assert kernel.value_of("run.status") == "'running'"
    kernel.run("seen.append('wake up')\nrun.wait()")
    assert kernel.value_of("run.status") == "'success'"


def test_it_is_not_interrupted_with_another_cell(kernel) -> None:
    kernel.run(SLOW)
    cell = kernel.begin("print('begins', flush=True)\ntime.sleep(60)")
    kernel.until(lambda: "begins" in cell.printed)
    kernel.interrupt()
    kernel.finish(cell)
    assert kernel.value_of("run.status") == "'running'"
    kernel.run("run.cancel()\nawait run")


@pytest.mark.parametrize("again", [SLOW, "%lgstream graph --input {'x': 1} -o run"])
def test_running_the_cell_again_cancels_it_first(kernel, again) -> None:
    kernel.run(SLOW, cell_id="a")
    kernel.run("first = run")
    cell = kernel.run(again, cell_id="a")
    assert "Cancelled the run of slow_graph" in cell.printed
    assert kernel.value_of("first.status, run is first") == "('cancelled', False)"
    kernel.run("run.cancel()\nawait run")


def test_another_cell_does_not(kernel) -> None:
    kernel.run(SLOW, cell_id="a")
    kernel.run("first = run")
    assert "Cancelled" not in kernel.run(SLOW, cell_id="b").printed
    assert kernel.value_of("first.status") == "'running'"
    kernel.run("first.cancel(), run.cancel()\nawait first\nawait run")


def test_without_ids_cells_are_told_apart_by_what_they_say(kernel) -> None:
    kernel.run(SLOW)
    kernel.run("first = run")
    assert "Cancelled" not in kernel.run(SLOW.replace("1", "2")).printed
    assert kernel.value_of("first.status") == "'running'"
    kernel.run("second = run")
    assert "Cancelled the run" in kernel.run(SLOW).printed
    assert kernel.value_of("first.status, second.status") == "('cancelled', 'running')"
    kernel.run("second.cancel(), run.cancel()\nawait second\nawait run")


def test_two_in_one_cell_do_not_cancel_each_other(kernel) -> None:
    kernel.run(
        "runs = []\nfor n in range(2):\n"
        "    run = %lgstream slow_graph --input {'x': n} --background --quiet\n    runs.append(run)",
        cell_id="a",
    )
    assert kernel.value_of("[run.status for run in runs]") == "['running', 'running']"
    kernel.run("for run in runs:\n    run.cancel()\n    await run")


def test_it_is_cancelled_from_where_nothing_can_be_awaited_too(kernel) -> None:
    code = "def go():\n    %lgstream sleeping_graph --input {'x': 1} --background --quiet -o run\ngo()"
    kernel.run(code, cell_id="a")
    kernel.run("first = run")
    assert "Cancelled the run of sleeping_graph" in kernel.run(code, cell_id="a").printed
    assert kernel.value_of("first.status, run.status") == "('cancelled', 'running')"
    kernel.run("run.cancel()\nseen.append('wake up')")
