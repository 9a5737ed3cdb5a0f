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

pytest.importorskip("marimo", reason="the extra front-ends has it")

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


GATED = """
import marimo
app = marimo.App()

@app.cell
async def _():
    import asyncio
    from pathlib import Path
    import lg_jupyter
    from langgraph.graph import START, StateGraph
    from tests.graphs import Chat, ScriptedModel
    async def speak(state):
        model = ScriptedModel(lines=[["one ", "two"]])
        return {"messages": [await model.ainvoke(state["messages"])]}
    async def wait(state):
        while not Path("go on").exists():
            await asyncio.sleep(0.05)
    graph = StateGraph(Chat).add_node(speak).add_node(wait).add_edge(START, "speak").add_edge("speak", "wait")
    run = lg_jupyter.stream(graph.compile(name="gated"), {"topic": "tea", "messages": []})
    await run
    return

if __name__ == "__main__":
    app.run()
"""


@pytest.mark.matrix
@pytest.mark.parametrize(
    "command", [["-m", "marimo", "export", "html", "notebook.py", "-o", "out.html"], ["notebook.py"]]
)
def test_where_nothing_can_be_drawn_a_text_tells_what_goes_on(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "notebook.py").write_text(GATED)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "LANGSMITH_TRACING": "false",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        told = ""
        while "one two" not in told and (line := process.stdout.readline()):
            told += line
        assert "one two" in told and process.poll() is None
        (tmp_path / "go on").touch()
        told += process.communicate(timeout=patience(120))[0]
    finally:
        process.kill()
        process.wait()
    assert "✓ gated · success" in told and process.returncode == 0


@pytest.mark.matrix
def test_an_exported_page_has_the_record(tmp_path: Path) -> None:
    (tmp_path / "notebook.py").write_text(NOTEBOOK)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANGSMITH_TRACING": "false"}
    command = [sys.executable, "-m", "marimo", "export", "html", "notebook.py", "-o", "out.html"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=patience(120))
    exported = (tmp_path / "out.html").read_text()
    assert "It rains in Bergen." in exported and "lgj-record" in exported
