"""How many clicks ten tasks take, counted in a real JupyterLab, from the view as it opens."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.clicks import TASKS, table
from tests.browser.conftest import OpenNotebook
from tests.browser.lab import ROOT, NotebookPage

SETUP = """
import json
import lg_jupyter
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.prebuilt import ToolNode
from tests.graphs import Chat, ScriptedModel

@tool
def tide(place: str) -> str:
    "How high the tide is."
    return f"three metres in {place}"

call = {"name": "tide", "args": json.dumps({"place": "Porto"}), "id": "c1", "index": 0}
asks = ScriptedModel(lines=[["I look. ", {"tool_call_chunks": [call]}]])
tells = ScriptedModel(lines=[["The water ", "is high."]], pause=0.05)

async def ask(state):
    return {"messages": [await asks.ainvoke(state["messages"])]}

async def tell(state):
    return {"messages": [await tells.ainvoke(state["messages"])]}

async def fail(state):
    raise ValueError("no tide today")

def tides(*nodes):
    builder, before = StateGraph(Chat), START
    for name, node in nodes:
        builder.add_node(name, node).add_edge(before, name)
        before = name
    return builder.compile(checkpointer=InMemorySaver(), name="tides")

finds = ("ask", ask), ("tools", ToolNode([tide]))
good, bad = tides(*finds, ("tell", tell)), tides(*finds, ("fail", fail))
review = HumanInTheLoopMiddleware({"tide": {"allowed_decisions": ["approve", "reject"]}})
model = ScriptedModel(lines=[["I look. ", {"tool_call_chunks": [call]}], ["It is high."]])
careful = create_agent(model, [tide], middleware=[review], checkpointer=InMemorySaver(), name="careful")
"""


def cell(line: str, question: str = "How high is the water?") -> str:
    return f'%%lgstream {line}\n{{"messages": [("user", "{question}")]}}'


EARLIER, RUN, FAILED, REVIEW, EMPTY = range(2, 7)
CELLS = (cell("good -o earlier"), cell("good -o run"), cell("bad"), cell("careful"), "")

COUNT = """
window.clicks = 0;
addEventListener("pointerdown", () => { window.clicks += 1; }, true);
"""


@pytest.fixture
def notebook(open_notebook: OpenNotebook) -> NotebookPage:
    """An earlier run, a run, one that failed, one that waits for a review; and an empty cell."""
    notebook = open_notebook(SETUP, "%load_ext lg_jupyter", *CELLS)
    for number in range(EMPTY):
        notebook.run(number)
        notebook.finish(number)
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    notebook.page.evaluate(COUNT)
    return notebook


def view(notebook: NotebookPage, number: int = RUN) -> Locator:
    return notebook.output(number).locator("section.lgj-root:visible")


def panel(notebook: NotebookPage, name: str) -> Locator:
    return view(notebook).get_by_role("tabpanel", name=name)


def why_it_failed(notebook: NotebookPage) -> None:
    expect(view(notebook, FAILED).get_by_role("alert")).to_contain_text("fail · step 3: ValueError: no tide")


def what_a_tool_returned(notebook: NotebookPage) -> None:
    expect(panel(notebook, "Tokens")).to_contain_text("three metres in Porto")


def the_slowest_node(notebook: NotebookPage) -> None:
    panel(notebook, "Timeline").get_by_role("button", name="Critical path").click()
    expect(panel(notebook, "Timeline").get_by_role("status")).to_contain_text("tell")


def tokens_by_node(notebook: NotebookPage) -> None:
    tokens = panel(notebook, "Tokens")
    card = tokens.get_by_role("article", name="Message of tell")
    expect(card).to_contain_text(re.compile(r"\d+\sin · \d+\sout"))
    tokens.get_by_role("button", name="Tokens by node").click()
    expect(tokens.get_by_role("row", name=re.compile("ask"))).to_contain_text(re.compile(r"1\D*\d+"))
    expect(tokens.get_by_role("row", name=re.compile("tell"))).to_contain_text(re.compile(r"1\D*\d+"))


def a_word_in_all_messages(notebook: NotebookPage) -> None:
    view(notebook).focus()
    notebook.page.keyboard.type("/metres")
    expect(view(notebook).locator(".lgj-find")).to_contain_text(re.compile(r"found|of"))
    notebook.page.keyboard.press("Control+A")
    notebook.page.keyboard.press("Delete")
    expect(view(notebook).locator(".lgj-find").get_by_role("status")).to_have_count(0)  # drawn anew


def edit_a_tools_result_and_go_on(notebook: NotebookPage) -> None:
    tokens = panel(notebook, "Tokens")
    tokens.get_by_role("button", name="Edit the result of tide").click()
    expect(tokens.get_by_role("textbox", name="New text")).to_be_focused()
    notebook.page.keyboard.press("Control+A")
    notebook.page.keyboard.insert_text("two metres in Porto")
    notebook.page.keyboard.press("Control+Enter")
    runs = notebook.output(RUN).get_by_role("navigation", name="Runs in this cell")
    expect(runs.get_by_role("button", name="Branch 1")).to_have_attribute("aria-current", "true")
    expect(view(notebook)).to_contain_text("Success")


def run_again_with_another_input(notebook: NotebookPage) -> None:
    notebook.cell(RUN).locator(".cm-content").click()
    notebook.page.keyboard.press("Control+A")
    notebook.page.keyboard.insert_text(cell("good -o run", "And in Faro?"))
    notebook.page.keyboard.press("Control+Enter")
    expect(panel(notebook, "Tokens")).to_contain_text("And in Faro?")
    notebook.finish(RUN)


def compare_with_an_earlier_run(notebook: NotebookPage) -> None:
    notebook.cell(EMPTY).locator(".cm-content").click()
    notebook.page.keyboard.insert_text("lg_jupyter.compare(earlier, run)")
    notebook.page.keyboard.press("Control+Enter")
    expect(notebook.output(EMPTY).locator("section.lgj-root:visible")).to_contain_text("And in Faro?")


def copy_the_messages_as_json(notebook: NotebookPage) -> None:
    panel(notebook, "Tokens").get_by_role("button", name="Copy the messages as JSON").click()
    expect(panel(notebook, "Tokens").get_by_role("status").filter(has_text="Copied")).to_be_visible()
    copied = json.loads(notebook.page.evaluate("navigator.clipboard.readText()"))
    assert "three metres in Porto" in [message["content"] for message in copied]


def answer_a_review(notebook: NotebookPage) -> None:
    asked = view(notebook, REVIEW)
    asked.get_by_role("button", name="Approve", exact=True).click()
    expect(asked).to_contain_text("Success")


DOERS: tuple[Callable[[NotebookPage], None], ...] = (
    why_it_failed,
    what_a_tool_returned,
    the_slowest_node,
    tokens_by_node,
    a_word_in_all_messages,
    edit_a_tools_result_and_go_on,
    run_again_with_another_input,
    compare_with_an_earlier_run,
    copy_the_messages_as_json,
    answer_a_review,
)


def clicks(notebook: NotebookPage) -> int:
    """So many since it was asked the last time."""
    count: int = notebook.page.evaluate("() => { const n = window.clicks; window.clicks = 0; return n; }")
    return count


def test_tasks_take_as_many_clicks_as_the_docs_say(notebook: NotebookPage) -> None:
    counted = {}
    for task, do in zip(TASKS, DOERS, strict=True):
        do(notebook)
        counted[task.name] = clicks(notebook)
    assert counted == {name: clicks for name, clicks, _ in TASKS}


def test_the_docs_have_the_table() -> None:
    assert table() in (ROOT / "docs" / "clicks.md").read_text(encoding="utf-8")
