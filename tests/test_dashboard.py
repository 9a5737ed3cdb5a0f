"""Usual arrangements of panels, in which a new run takes the place of the one before."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from lg_jupyter.dashboards.layouts import LAYOUTS
from lg_jupyter.errors import UsageError
from lg_jupyter.panels import validate_panel_name
from tests.graphs import INPUTS, build
from tests.test_form import Page
from tests.test_widget import Line, lines  # noqa: F401

pytestmark = pytest.mark.usefixtures("lines")


async def run_of(graph: str = "steps") -> Any:
    return await lg_jupyter.stream(build(graph), INPUTS[graph], display=False)


def line(board: Any) -> Line:
    return board.comm


def arranged(board: Any) -> tuple[str, list[list[str]]]:
    """The names of the views as the page arranges them: what leads, and the rows."""
    summary = line(board).state["_summary"]
    names = {panel.model_id: name for name, panel in board.panels.items()}
    return names.get(summary["lead"], "other"), [[names[id] for id in row] for row in summary["rows"]]


@pytest.mark.parametrize("layout", LAYOUTS)
async def test_each_layout_has_panels_that_there_are(layout: str) -> None:
    board = lg_jupyter.dashboard(await run_of(), layout)
    lead, rows = arranged(board)
    assert (lead, rows) == (LAYOUTS[layout].lead_panel, list(map(list, LAYOUTS[layout].panel_rows)))
    assert [validate_panel_name(name) for name in board.panels] == list(board.panels)
    opened = [
        each["data"]["state"] for each in line(board).messages("hosted") if each["data"]["method"] == "open"
    ]
    assert [state["_panel"] for state in opened] == list(board.panels)
    assert [state["_options"].get("header", True) for state in opened] == [True, *[False] * (len(opened) - 1)]


async def test_a_new_run_takes_the_place_of_the_one_before() -> None:
    first, second = await run_of(), await run_of("react")
    board = lg_jupyter.dashboard(first, height=280)
    before, changes = dict(board.panels), []
    board.observe(lambda change: changes.append(change["new"]), "run")
    board.run = second
    assert changes == [second] and list(board.panels) == list(before)
    assert all(panel.comm is None for panel in before.values()), "the views of the run before are closed"
    assert line(board).state["_summary"]["target"] == second.name
    closed = [each["id"] for each in line(board).messages("hosted") if each["data"]["method"] == "close"]
    assert len(closed) == len(before)
    with pytest.raises(UsageError, match="shows a run, not str"):
        board.run = "run"


async def test_what_is_selected_is_heard_whichever_run_is_shown() -> None:
    first, second = await run_of(), await run_of()
    board = lg_jupyter.dashboard(first)
    heard: list[Any] = []
    board.observe(lambda change: heard.append(change["new"] and change["new"].id), "selection")
    first.panel("events").selection = ("node", "first")
    board.run = second
    board.selection = ("step", 1)
    assert board.panels["state"].step == 1
    second.panel("events").selection = None
    assert heard == ["first", None, 1, None]


async def test_of_an_app_the_newest_run_is_shown() -> None:
    page = Page(build("steps", InMemorySaver()))
    board = lg_jupyter.dashboard(page.app)
    assert arranged(board) == ("other", [[], []])
    await page.run(input=INPUTS["steps"])
    assert board.run is page.app.run
    assert arranged(board) == ("other", [["timeline"], ["state"]])
    assert page.summary["panels"] is False, "the dashboard has them"
    lead = line(board).state["_summary"]["lead"]
    call = {"type": "call", "id": "7", "method": "ping"}
    line(board).receive({"type": "hosted", "id": lead, "content": call})
    replies = [each["data"].get("content") for each in line(board).messages("hosted") if each["id"] == lead]
    assert {"type": "reply", "id": "7", "result": True} in replies
    first = board.run
    await page.run(input=INPUTS["steps"])
    assert board.run is page.app.run is not first


async def test_of_a_batch_the_run_is_shown_whose_row_is_opened() -> None:
    batch = lg_jupyter.map(build("steps"), [INPUTS["steps"]] * 2, display=False)
    board = lg_jupyter.dashboard(batch)
    await batch
    table = line(board).state["_summary"]["lead"]
    call = {"type": "call", "id": "7", "method": "open", "params": {"input_index": 1}}
    line(board).receive({"type": "hosted", "id": table, "content": call})
    assert board.run is batch.runs[1]
    assert arranged(board) == ("other", [["tokens", "state"]])


async def test_what_cannot_be_shown_is_refused_in_a_sentence() -> None:
    run = await run_of()
    with pytest.raises(UsageError, match="no layout 'debugs': did you mean 'debug'"):
        lg_jupyter.dashboard(run, "debugs")
    with pytest.raises(UsageError, match="a run, an app or a batch, not dict"):
        lg_jupyter.dashboard({})


async def test_it_is_closed_and_runs_go_on() -> None:
    board = lg_jupyter.dashboard(await run_of())
    panels = list(board.panels.values())
    board.close()
    assert all(panel.comm is None for panel in panels)
