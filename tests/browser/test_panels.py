"""The panels in a real JupyterLab: what is typed, what is selected, and where the page stands."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import NotebookPage

SETUP = """
import lg_jupyter
from langgraph.graph import START, StateGraph
from tests.graphs import Chat, ScriptedModel

def speaker(*words):
    model = ScriptedModel(lines=[[f"{word} " for word in words]], pause=0.02)
    async def speak(state):
        return {"messages": [await model.ainvoke(state["messages"])]}
    return speak

builder = StateGraph(Chat)
builder.add_node("plan", speaker("first", "the", "tides")).add_node("write", speaker("then", "the", "eels"))
pair = builder.add_edge(START, "plan").add_edge("plan", "write").compile(name="pair")
"""

RUN = '%%lgstream pair\n{"messages": [("user", "go")]}'

WITH_INPUT = 1
"""The input's message: it stays in sight, whatever the filter narrows the panel to."""


@pytest.fixture
def notebook(open_notebook: OpenNotebook) -> NotebookPage:
    """A notebook whose third cell has shown a run of two nodes that speak."""
    notebook = open_notebook(SETUP, "%load_ext lg_jupyter", RUN)
    for number in (0, 1, 2):
        notebook.run(number)
        notebook.finish(number)
    return notebook


def pane(notebook: NotebookPage, number: int) -> Locator:
    return notebook.output(2).locator(".lgj-pane").nth(number)


def tab(notebook: NotebookPage, name: str) -> Locator:
    return notebook.output(2).get_by_role("tab", name=re.compile(f"^{name}"))


def open_panel(notebook: NotebookPage, number: int, name: str) -> Locator:
    """Opens a panel at the left, 0, or at the right, 1, where it is not open."""
    side = notebook.page.locator(f".lgj-half-{('left', 'right')[number]}")
    notebook.output(2).get_by_role("tab").filter(has=side).click()
    tab(notebook, name).click()
    return pane(notebook, number).get_by_role("tabpanel", name=name)


def cells(notebook: NotebookPage) -> list[str]:
    """The sources of the notebook's cells, as JupyterLab has them."""
    sources: list[str] = notebook.page.evaluate(
        """() => Array.from(
            window.jupyterapp.shell.currentWidget.content.widgets, cell => cell.model.sharedModel.source
        )"""
    )
    return sources


@pytest.mark.matrix
def test_what_is_typed_in_the_panels_is_not_the_notebooks(notebook: NotebookPage) -> None:
    before = cells(notebook)
    keyboard = notebook.page.keyboard
    tab(notebook, "Tokens").focus()
    keyboard.type("ddabxzm")
    keyboard.press("/")
    field = notebook.output(2).get_by_role("searchbox", name="Text in all panels")
    expect(field).to_be_focused()
    keyboard.type("dd eels")
    expect(field).to_have_value("dd eels")
    expect(pane(notebook, 0)).to_contain_text("No message passes the filter.")
    assert cells(notebook) == before


def test_one_filter_narrows_every_panel(notebook: NotebookPage) -> None:
    messages, events = open_panel(notebook, 0, "Tokens"), open_panel(notebook, 1, "Events")
    expect(messages.get_by_role("article")).to_have_count(WITH_INPUT + 2)
    notebook.output(2).get_by_role("button", name="Filter").click()
    notebook.output(2).get_by_role("button", name="Node", exact=True).click()
    notebook.output(2).get_by_role("checkbox", name="write").check()
    expect(messages.get_by_role("article")).to_have_count(WITH_INPUT + 1)
    expect(messages).to_contain_text("eels")
    expect(events).not_to_contain_text("plan")
    expect(events).to_contain_text("write")


def test_what_is_selected_in_one_panel_is_what_the_other_shows_until_escape(notebook: NotebookPage) -> None:
    state, messages = open_panel(notebook, 1, "State"), open_panel(notebook, 0, "Tokens")
    expect(messages.get_by_role("article")).to_have_count(WITH_INPUT + 2)
    state.get_by_role("button", name="write").click()
    expect(messages.get_by_role("article")).to_have_count(1)
    expect(messages).to_contain_text("eels")
    events = open_panel(notebook, 0, "Events")
    expect(events).not_to_contain_text("plan")
    expect(events).to_contain_text("write")
    open_panel(notebook, 0, "Tokens")
    notebook.page.keyboard.press("Escape")
    expect(messages.get_by_role("article")).to_have_count(WITH_INPUT + 2)


@pytest.mark.matrix
def test_a_panel_in_another_cell_shares_selection_and_filter(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(
        SETUP, "%load_ext lg_jupyter", RUN.replace("pair", "pair -o run"), 'run.panel("tokens")'
    )
    for number in range(4):
        notebook.run(number)
        notebook.finish(number)
    alone = notebook.output(3).get_by_role("tabpanel", name="Tokens")
    expect(alone.get_by_role("article")).to_have_count(WITH_INPUT + 2)
    open_panel(notebook, 1, "State").get_by_role("button", name="write").click()
    expect(alone.get_by_role("article")).to_have_count(1)
    expect(alone).to_contain_text("eels")
    alone.click()
    notebook.page.keyboard.press("Escape")
    expect(alone.get_by_role("article")).to_have_count(WITH_INPUT + 2)
    expect(notebook.output(2).get_by_role("status", name="Selection")).to_have_count(0)
    notebook.page.keyboard.press("/")
    expect(notebook.output(3).get_by_role("searchbox", name="Text in all panels")).to_be_focused()
    notebook.page.keyboard.type("tides")
    expect(alone.get_by_role("article")).to_have_count(1)
    expect(notebook.output(2).get_by_role("button", name="Filtered")).to_be_visible()


def test_the_graph_is_saved_as_svg_and_png(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(
        SETUP, "%load_ext lg_jupyter", RUN.replace("pair", "pair -o run"), 'run.panel("graph")'
    )
    for number in range(4):
        notebook.run(number)
        notebook.finish(number)
    panel = notebook.output(3).get_by_role("tabpanel", name="Graph")
    saved: dict[str, bytes] = {}
    for kind in ("SVG", "PNG"):
        panel.get_by_role("button", name="Save").click()
        with notebook.page.expect_download() as download:
            panel.get_by_role("button", name=kind).click()
        assert download.value.suggested_filename == f"pair.{kind.lower()}"
        saved[kind] = download.value.path().read_bytes()
    texts = [
        "".join(text.itertext()) for text in ElementTree.fromstring(saved["SVG"]) if text.tag.endswith("g")
    ]
    assert any(text.startswith("plan") for text in texts)
    assert saved["PNG"].startswith(b"\x89PNG")


BIG = """
def read(state):
    return {"messages": [("user", "hay " * 2_000 + "needle")]}

big = StateGraph(Chat).add_node("read", read).add_node("rest", lambda state: {}).add_edge(START, "read")
big = big.add_edge(START, "rest").compile(name="big")
"""


@pytest.mark.matrix
def test_a_text_is_found_where_only_the_kernel_has_it(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(SETUP + BIG, "%load_ext lg_jupyter", RUN.replace("pair", "big"))
    for number in range(3):
        notebook.run(number)
        notebook.finish(number)
    timeline = open_panel(notebook, 1, "Timeline")
    expect(timeline.get_by_role("option")).to_have_count(2)
    notebook.page.keyboard.press("/")
    expect(notebook.output(2).get_by_role("searchbox", name="Text in all panels")).to_be_focused()
    notebook.page.keyboard.type("needle")
    expect(timeline.get_by_role("option")).to_have_count(1)
    expect(timeline.get_by_role("option", name="read")).to_be_visible()


@pytest.mark.matrix
def test_the_whole_state_after_a_step_is_fetched(notebook: NotebookPage) -> None:
    state = open_panel(notebook, 1, "State")
    first = state.get_by_role("group", name="Step 1").filter(has_text="plan").first
    first.get_by_role("button", name="Full state").click()
    expect(first).to_contain_text("The whole state after this step")
    expect(first.locator(".lgj-full-state")).to_contain_text("tides")
    expect(first.locator(".lgj-full-state")).not_to_contain_text("eels")


FAILING = """
from typing import TypedDict
class Sums(TypedDict, total=False):
    total: float
def parse(text):
    return float(text)
def add(state):
    try:
        return {"total": parse("12,50")}
    except ValueError as error:
        raise RuntimeError("could not add up") from error
sums = StateGraph(Sums).add_node("add", add).add_edge(START, "add").compile(name="sums")
"""


def test_a_run_that_failed_says_where_and_why_and_its_task_is_a_click_away(
    open_notebook: OpenNotebook,
) -> None:
    cells = (f"{SETUP}\n{FAILING}", "%load_ext lg_jupyter", "%%lgstream sums\n{'total': 0.0}")
    notebook = open_notebook(*cells)
    for number in (0, 1, 2):
        notebook.run(number)
        notebook.finish(number)
    view = notebook.output(2)
    banner = view.get_by_role("alert")
    why = "RuntimeError: could not add up ← ValueError: could not convert string to float: '12,50'"
    expect(banner).to_have_text(f"add · step 1: {why}")
    state = open_panel(notebook, 0, "State")
    card = state.get_by_role("group", name="Where the run failed")
    expect(card).to_contain_text(re.compile(r"Cell In\[1\]:\d+ in parse"))
    expect(card).not_to_contain_text("langgraph")
    timeline = open_panel(notebook, 1, "Timeline")
    banner.get_by_role("button", name="add · step 1").click()
    expect(timeline.get_by_role("group", name="Task add")).to_contain_text("raise RuntimeError")


@pytest.mark.matrix
def test_the_page_stays_where_it_is(notebook: NotebookPage) -> None:
    def height() -> float:
        box = notebook.cell(2).bounding_box()
        assert box is not None
        return box["height"]

    before = height()
    for name in ("State", "Graph", "Events"):
        open_panel(notebook, 0, name)
        assert height() == before
    notebook.output(2).get_by_role("button", name="Filter").click()
    assert height() == before
    notebook.output(2).get_by_role("button", name="Side by side").click()
    expect(notebook.output(2).get_by_role("tabpanel")).to_have_count(1)
    assert height() == before
