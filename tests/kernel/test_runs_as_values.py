"""A run that is a cell's last expression shows itself, once in each cell."""

from __future__ import annotations

import pytest

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def ran(kernel):
    """A kernel with a run that no cell shows."""
    kernel.run("import lg_jupyter\nrun = await lg_jupyter.stream(graph, {'x': 1}, display=False)")
    return kernel


def views(cell) -> int:
    return sum(VIEW in data for data in cell.shown)


def test_the_view_and_the_record_stand_in_its_cell(ran) -> None:
    cell = ran.run("run")
    assert views(cell) == 1
    assert cell.value is None
    assert "success" in ran.record(cell)["text/html"]
    assert views(ran.run("run")) == 1  # in the next cell again


@pytest.mark.parametrize("before", ["run.show()", "run = lg_jupyter.stream(graph, {'x': 1})\nawait run"])
def test_what_the_cell_shows_already_is_not_shown_twice(ran, before) -> None:
    cell = ran.run(f"{before}\nrun")
    assert views(cell) == 1
    assert cell.value.startswith("<Run ")


@pytest.mark.parametrize(
    "code",
    [
        "await lg_jupyter.stream(graph, {'x': 1}, display=False)",
        "await run.replay(None, display=False)",
        "run = %lgstream graph --quiet --input {'x': 1}\nrun",
    ],
)
def test_a_cell_that_was_to_show_nothing_shows_nothing(ran, code) -> None:
    cell = ran.run(code)
    assert views(cell) == 0
    assert cell.value.startswith("<Run ")
    assert views(ran.run("lg_jupyter.last_run")) == 1


def test_a_panel_beside_it_is_no_reason_not_to(ran) -> None:
    assert views(ran.run("display(run.panel('state'))\nrun")) == 2


def test_a_run_that_goes_on_shows_itself_and_its_record_is_filled(ran) -> None:
    ran.run(
        "async def nap(state):\n    await asyncio.sleep(0.5)\n    return {'x': 2}\n"
        "run = lg_jupyter.stream(compiled(nap=nap), {'x': 1}, display=False)"
    )
    cell = ran.run("run")
    assert views(cell) == 1
    assert "running" in cell.shown[-1]["text/plain"]
    ran.run("await run;")
    assert "success" in ran.record(cell)["text/html"]


def test_a_loaded_run_shows_itself_with_the_panel_that_was_asked_for(ran, tmp_path) -> None:
    ran.run(f"run.save({str(tmp_path / 'run.jsonl')!r})")
    cell = ran.run(f"lg_jupyter.load({str(tmp_path / 'run.jsonl')!r})")
    assert views(cell) == 1
    assert views(ran.run("run.show('timeline')")) == 1
    failed = ran.fail("run.show('timelime')")
    assert failed.error["evalue"].startswith("There is no panel 'timelime': did you mean 'timeline'?")
