"""marimo: everything that is shown is one anywidget; what no kernel stands behind has the static record."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import ROOT
from tests.patience import patience
from tests.places.conftest import Serve

pytest.importorskip("marimo", reason="make test-places has it")
pytestmark = pytest.mark.matrix

NOTEBOOK = """
import marimo
app = marimo.App()

@app.cell
def _():
    import lg_jupyter
    from langchain_core.messages import AIMessage
    from langgraph.checkpoint.memory import InMemorySaver
    from langgraph.graph import START, MessagesState, StateGraph
    from tests.graphs import INPUTS, Chat, ScriptedModel, build
    return (AIMessage, Chat, INPUTS, InMemorySaver, MessagesState, START, ScriptedModel, StateGraph, build,
            lg_jupyter)

@app.cell
def _(Chat, START, ScriptedModel, StateGraph, lg_jupyter):
    async def slow(state):
        model = ScriptedModel(lines=[["one ", "two ", "three ", "four"]], pause=0.3)
        return {"messages": [await model.ainvoke(state["messages"])]}
    graph = StateGraph(Chat).add_node(slow).add_edge(START, "slow").compile(name="slow")
    live = lg_jupyter.stream(graph, {"topic": "tea", "messages": []})
    return

@app.cell
async def _(INPUTS, build, lg_jupyter):
    done = await lg_jupyter.stream(build("react"), INPUTS["react"], display=False)
    done
    return (done,)

@app.cell
def _(done):
    timeline = done.panel("timeline", height=240)
    timeline
    return (timeline,)

@app.cell
def _(done, lg_jupyter):
    board = lg_jupyter.dashboard(done, "review", height=240)
    board
    return

@app.cell
def _(AIMessage, InMemorySaver, MessagesState, START, StateGraph, lg_jupyter):
    def speak(state):
        return {"messages": [AIMessage("echo: " + state["messages"][-1].content)]}
    builder = StateGraph(MessagesState).add_node(speak).add_edge(START, "speak")
    form = lg_jupyter.app(builder.compile(InMemorySaver(), name="chat"))
    form
    return

@app.cell
async def _(INPUTS, build, lg_jupyter):
    batch = lg_jupyter.map(build("steps"), [INPUTS["steps"]] * 2)
    await batch
    batch
    return

if __name__ == "__main__":
    app.run()
"""


def test_what_is_shown_is_live(serve: Serve, tmp_path: Path, page: Page) -> None:
    (tmp_path / "notebook.py").write_text(NOTEBOOK)
    server = serve(
        *("marimo", "run", "notebook.py", "--headless", "--no-token", "--host=127.0.0.1", "--port={port}")
    )
    page.goto(server.url)
    live = page.locator(".lgj-root", has=page.locator(".lgj-target", has_text="slow")).first
    expect(live).to_contain_text("one two three four")
    expect(live.locator(".lgj-header")).to_contain_text("Success")
    expect(page.locator(".lgj-root", has_text="It rains in Bergen.").first).to_be_visible()
    expect(page.locator(".lgj-panel-timeline").first).to_contain_text("tools")
    expect(page.locator(".lgj-dashboard")).to_contain_text("It rains in Bergen.")
    expect(page.locator("[class*=lgj-record]:visible")).to_have_count(0)
    form = page.locator(".lgj-app")
    form.get_by_role("textbox").first.fill("hello")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("log")).to_contain_text("echo: hello")
    expect(page.get_by_role("table", name="Inputs").get_by_role("row")).to_have_count(3)


def test_an_exported_page_has_the_record(tmp_path: Path) -> None:
    (tmp_path / "notebook.py").write_text(NOTEBOOK)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANGSMITH_TRACING": "false"}
    command = [sys.executable, "-m", "marimo", "export", "html", "notebook.py", "-o", "out.html"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=patience(120))
    exported = (tmp_path / "out.html").read_text()
    assert "It rains in Bergen." in exported and "lgj-record" in exported
