"""Many inputs, and two runs side by side, in a real JupyterLab."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook

SETUP = """
import asyncio
import lg_jupyter
from langgraph.graph import START, StateGraph
from tests.graphs import Chat, ScriptedModel

async def speak(state):
    model = ScriptedModel(lines=[["the ", "tale ", "of ", state["topic"]]], pause=0.05)
    said = await model.ainvoke(state["messages"])
    if state["topic"].endswith("3"):
        raise ValueError("three will not do")
    return {"messages": [said]}

graph = StateGraph(Chat).add_node("speak", speak).add_edge(START, "speak").compile(name="teller")
inputs = [{"topic": f"whale {number}", "messages": []} for number in range(8)]
"""

MAP = "batch = lg_jupyter.map(graph, inputs, concurrency=2)\nawait batch"
STOPPED = "import itertools\nlong = lg_jupyter.map(graph, inputs * 20, concurrency=2)"
COMPARE = "lg_jupyter.compare(batch.runs[0], batch.runs[1])"


def test_a_table_of_runs_opens_one_of_them(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(SETUP, MAP)
    for number in (0, 1):
        notebook.run(number)
        notebook.finish(number)
    output = notebook.output(1)
    table = output.get_by_role("table", name="Inputs")
    expect(table.get_by_role("row")).to_have_count(9)
    expect(table).to_contain_text("three will not do")
    expect(output.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "8")
    table.get_by_role("row").filter(has_text="whale 5").click()
    opened = output.get_by_role("region", name=re.compile("LangGraph run of teller"))
    expect(opened).to_contain_text("the tale of whale 5")
    notebook.page.keyboard.press("ArrowDown")
    notebook.page.keyboard.press("Enter")
    expect(opened).to_contain_text("the tale of whale 6")
    notebook.page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    output.get_by_role("button", name=re.compile("Error")).click()
    expect(table.get_by_role("row")).to_have_count(2)
    static = output.locator("b", has_text="teller on 8 inputs")
    expect(static).to_be_hidden()  # while the live one is there


@pytest.mark.matrix
def test_a_batch_is_stopped_and_goes_on(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(SETUP, STOPPED)
    notebook.run(0)
    notebook.finish(0)
    notebook.run(1)
    output = notebook.output(1)
    expect(output.get_by_role("button", name=re.compile("Success"))).to_be_visible()
    output.get_by_role("button", name="Stop").click()
    output.get_by_role("button", name="Go on").click()
    expect(output.get_by_role("button", name="Stop")).to_be_enabled()


def test_two_runs_are_shown_side_by_side(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(SETUP, MAP, COMPARE)
    for number in (0, 1, 2):
        notebook.run(number)
        notebook.finish(number)
    view = notebook.output(2).get_by_role("region", name="Two LangGraph runs side by side")
    expect(view).to_contain_text("whale 0")
    view.get_by_role("tab", name="Messages").click()
    panel = view.get_by_role("tabpanel", name="Messages")
    expect(panel.locator("del")).to_have_text("0")
    expect(panel.locator("ins")).to_have_text("1")
    view.get_by_role("tab", name="Path").click()
    expect(view).to_contain_text("Both runs took the same path.")
    view.get_by_role("button", name="Only differences").click()
    expect(view.get_by_role("table", name="The path of both runs").get_by_role("row")).to_have_count(2)


@pytest.mark.matrix
def test_without_a_kernel_the_static_tables_stand(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(SETUP, MAP, COMPARE)
    for number in (0, 1, 2):
        notebook.run(number)
        notebook.finish(number)
    notebook.save()
    for cell in notebook.lab.read(notebook.name).cells[1:]:
        html = "".join(output.get("data", {}).get("text/html", "") for output in cell.outputs)
        assert "whale 0" in html
