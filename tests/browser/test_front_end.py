"""How the front end gets to a page of a real JupyterLab: once, live, where a cell blocks, after a reload."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from playwright.sync_api import Locator, WebSocket, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import NotebookPage
from tests.browser.test_jupyterlab import INPUT, SETUP, record, seen, view
from tests.patience import patience

BLOCKED = f"""
import pathlib, threading, time

def watch(run):
    while not pathlib.Path("enough").exists():
        time.sleep(0.1)
    run.cancel()

run = lg_jupyter.stream(endless, {INPUT}, thread=True)
threading.Thread(target=watch, args=[run], daemon=True).start()
run.wait();
"""
"""Blocks its kernel until there is a file ``enough``."""
LIVE = f"await lg_jupyter.stream(short, {INPUT});"
PLACES = """() => [...globalThis[Symbol.for("lg_jupyter.modules")].urls.keys()]"""


def begun(open_notebook: OpenNotebook, *cells: str) -> NotebookPage:
    """A notebook with these cells after one that defines graphs, which was run."""
    notebook = open_notebook(SETUP, *cells)
    notebook.run(0)
    notebook.finish(0)
    return notebook


def tab(scope: Locator, name: str) -> Locator:
    return view(scope).get_by_role("tab", name=name)


def files(notebook: NotebookPage) -> set[str]:
    """The files of the front end that the page has."""
    places: list[str] = notebook.page.evaluate(PLACES)
    return {place.partition("/")[2] for place in places}


def test_panels_come_when_they_open_and_all_views_share_them(open_notebook: OpenNotebook) -> None:
    notebook = begun(open_notebook, LIVE, LIVE)
    notebook.run(1)
    notebook.finish(1)
    expect(view(notebook.output(1))).to_contain_text("word0 word1")
    assert {"frame.js", "run.js", "markdown.js", "timeline.js"} <= files(notebook)
    assert "state.js" not in files(notebook)
    tab(notebook.output(1), "State").first.click()
    expect(view(notebook.output(1)).locator(".lgj-panel-state")).to_contain_text("messages")
    before = files(notebook)
    assert "state.js" in before
    notebook.run(2)
    notebook.finish(2)
    expect(view(notebook.output(2)).locator(".lgj-panel-state")).to_contain_text("messages")
    assert files(notebook) == before
    styles = notebook.page.evaluate("""() => document.head.querySelectorAll("style[data-lgj]").length""")
    assert styles >= 1
    expect(view(notebook.output(2))).to_have_css("border-top-style", "solid")


def test_a_cell_that_blocks_its_kernel_shows_its_panels(open_notebook: OpenNotebook) -> None:
    notebook = begun(open_notebook, BLOCKED)
    notebook.run(1)
    seen(notebook.page, notebook.cell(1), "word9 ", "*")
    expect(view(notebook.output(1)).locator(".lgj-panel-timeline")).to_contain_text("Critical path")
    tab(notebook.output(1), "Events").first.click()
    expect(view(notebook.output(1)).locator(".lgj-panel-events")).to_contain_text("Loading the panel")
    assert notebook.running(1)
    enough = notebook.lab.root / "enough"
    enough.touch()
    notebook.finish(1)
    enough.unlink()
    expect(view(notebook.output(1)).locator(".lgj-panel-events")).to_contain_text("run ended")


def test_the_kernel_knows_whether_a_view_is_in_sight(open_notebook: OpenNotebook) -> None:
    notebook = begun(
        open_notebook,
        f"run = lg_jupyter.stream(endless, {INPUT})",
        """print("a line\\n" * 150)""",
        "from lg_jupyter.runtime.run_properties import get_run_state\n"
        "get_run_state(run).feed._subscriptions[0].view.is_visible",
        "run.cancel()",
    )

    def is_watched() -> str:
        notebook.run(3)
        notebook.finish(3)
        return notebook.output(3).text_content() or ""

    def wait_until(said: str) -> None:
        deadline = time.monotonic() + patience(20)
        while said not in is_watched():
            assert time.monotonic() < deadline

    notebook.run(1)
    notebook.finish(1)
    wait_until("True")
    notebook.run(2)
    notebook.finish(2)
    wait_until("False")
    notebook.run(4)


def test_a_reloaded_page_asks_once_and_a_blocked_cell_brings_what_it_lacks(
    open_notebook: OpenNotebook,
) -> None:
    notebook = begun(open_notebook, LIVE, LIVE, LIVE, BLOCKED)
    for number in (1, 2, 3):
        notebook.run(number)
        notebook.finish(number)
    notebook.save()
    sent: list[Any] = []
    notebook.page.on("websocket", lambda socket: listen(socket, sent))
    notebook.reload()
    for number in (1, 2, 3):
        expect(view(notebook.output(number))).to_contain_text("word0 word1 word2 word3 word4")
        expect(record(notebook.output(number))).to_be_hidden()
    asked = [name for name in sent if name == "run"]
    assert asked == ["run"], sent
    notebook.wait_idle()
    notebook.run(4)
    seen(notebook.page, notebook.cell(4), "word9 ", "*")


@pytest.mark.matrix
def test_a_view_without_kernel_and_modules_says_how_its_run_went(open_notebook: OpenNotebook) -> None:
    """Of a notebook that keeps the state of its widgets: JupyterLab makes the view, with nobody to ask."""
    notebook = begun(open_notebook, LIVE)
    notebook.run(1)
    notebook.finish(1)
    notebook.command("@jupyter-widgets/jupyterlab-manager:saveWidgetState")
    notebook.save()
    kept = notebook.lab.read(notebook.name).metadata.widgets["application/vnd.jupyter.widget-state+json"]
    assert any("_module" in each["state"] for each in kept["state"].values())
    notebook.lab.end_sessions()
    notebook.reload()
    expect(notebook.output(1)).to_contain_text("talk · success. The view waits for its kernel")
    expect(record(notebook.output(1))).to_be_visible()
    expect(record(notebook.output(1))).to_contain_text("word0 word1 word2 word3 word4")


def listen(socket: WebSocket, sent: list[Any]) -> None:
    """Notes the names of the modules that are asked for over a socket."""

    def note(payload: bytes | str) -> None:
        text = payload.decode(errors="ignore") if isinstance(payload, bytes) else payload
        start = text.find('{"comm_id"')
        while start >= 0:
            content, _ = json.JSONDecoder().raw_decode(text[start:])
            call = content.get("data", {}).get("content", {})
            if isinstance(call, dict) and call.get("method") == "module":
                sent.append(call["params"]["name"])
            start = text.find('{"comm_id"', start + 1)

    socket.on("framesent", note)
