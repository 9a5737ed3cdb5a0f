"""What a notebook keeps of runs when it is run and saved with no front end, and what pages are made of it."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter, MarkdownExporter

from lg_jupyter.widgets.offline.data import OFFLINE_MIME_TYPE
from tests.kernel.counted import ROOT
from tests.patience import patience

SETUP = """
%load_ext lg_jupyter
import asyncio, lg_jupyter
from langgraph.graph import START, StateGraph
from tests.graphs import Chat, ScriptedModel

def talk(count, pause=0.0):
    model = ScriptedModel(lines=[[f"<b>word{number}</b> " for number in range(count)]], pause=pause)
    def speak(state):  # in async nodes, tokens stream from Python 3.11 on
        return {"messages": [model.invoke(state["messages"])]}
    return StateGraph(Chat).add_node("speak", speak).add_edge(START, "speak").compile(name="talk")

short, longer, endless = talk(3), talk(40, 0.02), talk(20_000, 0.05)
"""
INPUT = '{"messages": [("user", "go")]}'


def execute(*cells: str) -> nbformat.NotebookNode:
    """A notebook that was run from top to bottom, as it would be saved."""
    sources = [SETUP, *cells]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    return NotebookClient(
        notebook, timeout=int(patience(60)), resources={"metadata": {"path": ROOT}}
    ).execute()


def outputs(notebook: nbformat.NotebookNode, number: int) -> list[nbformat.NotebookNode]:
    shown = notebook.cells[number].outputs
    return [output for output in shown if output.output_type == "display_data"]


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    return execute(
        f"%%lgstream short\n{INPUT}",
        f"%%lgstream longer --background\n{INPUT}",
        "await lg_jupyter.wait_all();",
        f"run = lg_jupyter.stream(short, {INPUT}, thread=True)\nrun.wait();",
        f"%%lgstream endless --background\n{INPUT}",
        "run.panel('state')",
    )


@pytest.mark.parametrize(("cell", "last_word"), [(1, "word2"), (2, "word39"), (4, "word2")])
def test_each_run_leaves_its_record(notebook: nbformat.NotebookNode, cell: int, last_word: str) -> None:
    view, record = outputs(notebook, cell)
    assert "application/vnd.jupyter.widget-view+json" in view.data
    assert set(record.data) == {"text/html", "text/plain", OFFLINE_MIME_TYPE}
    for form in ("text/html", "text/plain"):
        assert "success" in record.data[form]
        assert last_word in record.data[form]
        assert "running" not in record.data[form]


def test_one_that_goes_on_says_so(notebook: nbformat.NotebookNode) -> None:
    _, record = outputs(notebook, 5)
    assert "running when this was written" in record.data["text/html"]
    assert "running when this was written" in record.data["text/plain"]


def test_a_panel_alone_leaves_what_it_shows(notebook: nbformat.NotebookNode) -> None:
    view, record = outputs(notebook, 6)
    assert "application/vnd.jupyter.widget-view+json" in view.data
    assert "state by step" in record.data["text/html"]
    assert "final state" in record.data["text/html"]
    assert "timeline" not in record.data["text/html"]


def test_a_page_made_of_the_notebook_has_the_records(notebook: nbformat.NotebookNode) -> None:
    html, _ = HTMLExporter().from_notebook_node(notebook)
    records = re.findall(r'<details class="lgj-record.*?</details>', html, re.DOTALL)
    assert len(records) == 4
    assert "&lt;b&gt;word39&lt;/b&gt;" in html
    markdown, _ = MarkdownExporter().from_notebook_node(notebook)
    assert "word39" in markdown


def test_the_page_needs_nothing_of_a_kernel(notebook: nbformat.NotebookNode) -> None:
    """Also a reader who has none of the widgets' state: the file as it comes from a front end."""
    del notebook.metadata["widgets"]
    html, _ = HTMLExporter().from_notebook_node(notebook)
    assert len(re.findall(r'<details class="lgj-record', html)) == 4
    assert "lg_jupyter: live view of talk" in html
