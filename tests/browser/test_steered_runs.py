"""Steering a run from its view in a real JupyterLab: answers, checkpoints, branches, breakpoints, stop."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pytest
from langgraph import runtime
from langgraph.types import interrupt
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import NotebookPage
from tests.browser.test_panels import cells

SETUP = """
import asyncio, json, operator
from typing import Annotated, Literal
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
from pydantic import BaseModel
from typing_extensions import TypedDict
from tests.graphs import ScriptedModel

class Trip(TypedDict, total=False):
    topic: str
    log: Annotated[list, operator.add]

class Booking(BaseModel):
    approve: bool
    hotel: Literal["Alfama", "Belem"]
    nights: int = 2

def plan(state):
    return {"log": ["planned"], "topic": state["topic"] + "!"}

def book(state):
    return {"log": [str(interrupt("Which hotel?", response_schema=Booking))]}

def pay(state):
    print("paying", state["topic"])
    return {"log": [f"paid for {state['topic']}"]}

def compiled(*nodes):
    builder, before = StateGraph(Trip), START
    for node in nodes:
        builder.add_node(node.__name__, node).add_edge(before, node.__name__)
        before = node.__name__
    return builder.compile(checkpointer=InMemorySaver(), name="trip")

def town(state):
    return {"log": [interrupt("Which town?")]}

def days(state):
    return {"log": [interrupt("How many days?")]}

asking, steps = compiled(plan, book, pay), compiled(plan, pay)
builder = StateGraph(Trip).add_node(town).add_node(days).add_edge(START, "town").add_edge(START, "days")
two = builder.compile(checkpointer=InMemorySaver(), name="two")

@tool
def send_mail(to: str) -> str:
    "Sends a mail."
    return f"sent to {to}"

@tool
def delete_file(path: str) -> str:
    "Deletes a file."
    return f"deleted {path}"

calls = [
    {"name": "send_mail", "args": json.dumps({"to": "ann"}), "id": "c1", "index": 0},
    {"name": "delete_file", "args": json.dumps({"path": "draft"}), "id": "c2", "index": 1},
]
model = ScriptedModel(lines=[["I will.", {"tool_call_chunks": calls}], ["All done."]])
review = HumanInTheLoopMiddleware({
    "send_mail": {"allowed_decisions": ["approve", "edit"]},
    "delete_file": {"allowed_decisions": ["approve", "reject"]},
})
agent = create_agent(
    model, [send_mail, delete_file], middleware=[review], checkpointer=InMemorySaver(), name="agent"
)

async def first(state):
    await asyncio.sleep(1.5)
    return {"log": ["first"]}

async def second(state):
    return {"log": ["second"]}

slow = compiled(first, second)
"""

RunOf = Callable[..., NotebookPage]

LOAD = "%load_ext lg_jupyter"
INPUT = '{"topic": "Lisbon", "log": []}'


@pytest.fixture
def run_of(open_notebook: OpenNotebook) -> RunOf:
    """Runs a cell with the magic after the set-up; gives the notebook, in whose third cell it is."""

    def run_of(line: str, *others: str, body: str = INPUT) -> NotebookPage:
        notebook = open_notebook(SETUP, LOAD, f"%%lgstream {line}\n{body}", *others)
        for number in (0, 1, 2):
            notebook.run(number)
            notebook.finish(number)
        return notebook

    return run_of


def view(notebook: NotebookPage, number: int = 2) -> Locator:
    """The view of the run that is shown now."""
    return notebook.output(number).locator("section.lgj-root:visible")


def tab(notebook: NotebookPage, name: str) -> Locator:
    """Opens a panel, in the right pane."""
    view(notebook).get_by_role("tab", name=re.compile(f"^{name}")).click()
    return view(notebook).get_by_role("tabpanel", name=name).last


def printed(notebook: NotebookPage, number: int, expected: str) -> None:
    notebook.run(number)
    notebook.finish(number)
    expect(notebook.output(number)).to_contain_text(expected)


@pytest.mark.skipif(
    "response_schema" not in inspect.signature(interrupt).parameters,
    reason="this langgraph has no questions with a schema",
)
def test_a_question_with_a_schema_opens_its_form_and_the_run_goes_on_in_the_same_view(run_of: RunOf) -> None:
    notebook = run_of("asking -o run", "print(run.output['log'], run.status)")
    panel = view(notebook).get_by_role("tabpanel", name="Interrupts")
    expect(panel).to_contain_text("Which hotel?")
    expect(view(notebook).get_by_role("tab", name="Interrupts").last).to_contain_text(
        "1 waiting for an answer"
    )
    send = panel.get_by_role("button", name="Send the answer")
    expect(send).to_be_disabled()
    panel.get_by_role("radio", name="Belem").check()
    expect(send).to_be_disabled()  # to approve is neither yes nor no yet
    panel.get_by_role("radio", name="No", exact=True).check()
    expect(panel.get_by_role("group", name="The same in Python")).to_contain_text(
        'run.resume({"approve": False, "hotel": "Belem"})'
    )
    expect(panel).to_contain_text("The node book runs again from its start")
    before = cells(notebook)
    panel.get_by_role("textbox", name="nights").press_sequentially("3")
    assert cells(notebook) == before
    send.click()
    expect(view(notebook)).to_contain_text("Success")
    expect(notebook.output(2).locator("section.lgj-root")).to_have_count(1)
    expect(notebook.output(2)).to_contain_text("paying Lisbon!")  # printed after the cell had ended
    answered = tab(notebook, "Interrupts")
    expect(answered).to_contain_text("Answered")
    expect(answered).to_contain_text("Belem")
    printed(notebook, 3, "paid for Lisbon!'] success")


@pytest.mark.matrix
def test_an_agents_calls_are_decided_one_by_one(run_of: RunOf) -> None:
    notebook = run_of("agent -o chat", body='{"messages": [("user", "go")]}')
    panel = view(notebook).get_by_role("tabpanel", name="Interrupts")
    send = panel.get_by_role("button", name="Send the answer")
    mail = panel.get_by_role("group", name="Call of send_mail")
    expect(mail.get_by_role("button", name="Reject")).to_have_count(0)
    mail.get_by_role("button", name="Edit").click()
    mail.get_by_role("textbox", name="to").fill("bob")
    expect(send).to_be_disabled()
    file = panel.get_by_role("group", name="Call of delete_file")
    file.get_by_role("button", name="Reject").click()
    file.get_by_role("textbox", name="Why it is rejected").fill("Keep it.")
    expect(panel.get_by_role("group", name="The same in Python")).to_contain_text(
        '{"type": "reject", "message": "Keep it."}'
    )
    send.click()
    expect(view(notebook)).to_contain_text("Success")
    tokens = view(notebook).get_by_role("tabpanel", name="Tokens")
    expect(tokens).to_contain_text("sent to bob")
    expect(tokens).to_contain_text("Keep it.")
    expect(tab(notebook, "Interrupts")).to_contain_text("reject")


@pytest.mark.matrix
def test_of_several_questions_some_are_answered_first(run_of: RunOf) -> None:
    notebook = run_of("two -o run", "print(sorted(run.output['log']))", body='{"topic": "x", "log": []}')
    panel = view(notebook).get_by_role("tabpanel", name="Interrupts")
    field = panel.get_by_role("textbox", name="Answer to town")
    field.fill("Lisbon")
    panel.get_by_role("button", name="Send 1 of 2 answers").click()
    expect(panel.get_by_role("article", name="Question of town")).to_contain_text("Answered")
    panel.get_by_role("button", name="Give a value instead").click()
    field = panel.get_by_role("textbox", name="Answer to days")
    field.fill("three days")
    expect(panel).to_contain_text("no Python literal")  # says the kernel
    field.fill("'three' 'days'")
    panel.get_by_role("button", name="Send the answer").click()
    expect(view(notebook)).to_contain_text("Success")
    printed(notebook, 3, "['Lisbon', 'threedays']")


def test_a_checkpoint_is_looked_at_changed_and_run_from(run_of: RunOf) -> None:
    notebook = run_of(
        "steps -o run",
        "branch = run.branches[0]; print(branch.parent is run, branch.output, len(run.branches))",
    )
    points = tab(notebook, "Checkpoints")
    points.get_by_role("button", name="step 1").click()
    at = points.get_by_role("group", name="topic", exact=True)
    expect(at).to_contain_text("Lisbon!")
    at.get_by_role("button", name="Edit topic").click()
    field = at.get_by_role("textbox", name="New value of topic")
    expect(field).to_be_focused()
    field.fill("Porto")
    expect(points.get_by_role("group", name="The same in Python")).to_contain_text(
        'values={"topic": "Porto"})'
    )
    points.get_by_role("combobox", name="as node").select_option("plan")
    points.get_by_role("button", name="Write this and run from here").click()

    runs = notebook.output(2).get_by_role("navigation", name="Runs in this cell")
    expect(runs.get_by_role("button", name="Branch 1")).to_have_attribute("aria-current", "true")
    expect(view(notebook)).to_contain_text("Success")
    listed = tab(notebook, "Checkpoints")
    expect(listed.get_by_role("listitem")).to_have_count(6)  # four of the run, what was written, and its end
    expect(listed).to_contain_text("update")
    expect(listed.get_by_role("listitem").nth(4)).to_contain_text("this run")
    listed.get_by_role("button", name="the first run").click()
    expect(runs.get_by_role("button", name="Run", exact=True)).to_have_attribute("aria-current", "true")
    points.get_by_role("button", name="All checkpoints").click()
    expect(points.get_by_role("listitem").first).to_contain_text("this run")
    expect(points.get_by_role("listitem").nth(4)).to_contain_text("Branch 1")
    printed(notebook, 3, "True {'topic': 'Porto', 'log': ['planned', 'paid for Porto']}")
    points.get_by_role("button", name="step 1").first.click()
    at.get_by_role("button", name="Edit topic").click()
    field.fill('"Far')
    view(notebook).get_by_role("button", name="Filter").click()
    view(notebook).locator(".lgj-search input").fill("nowhere")
    tab(notebook, "State")
    tab(notebook, "Checkpoints")
    expect(field).to_have_value('"Far')
    notebook.save()
    saved = notebook.lab.read(notebook.name).cells[2].outputs
    (record,) = [html for output in saved if (html := output.get("data", {}).get("text/html"))]
    assert "Lisbon!" in record
    assert "Porto" in record  # of the branch
    notebook.reload()
    tab(notebook, "Checkpoints")
    expect(field).to_have_value('"Far')
    runs.get_by_role("button", name="Branch 1").click()
    expect(view(notebook)).to_contain_text("Success")
    expect(tab(notebook, "State")).to_contain_text("Porto")


@pytest.mark.matrix
def test_a_breakpoint_is_passed_and_another_is_set_in_the_graph(run_of: RunOf) -> None:
    notebook = run_of("steps -o run --before plan")
    bar = view(notebook).get_by_role("note").filter(has_text="Stopped before plan, at a breakpoint")
    expect(bar).to_contain_text("run.resume()")
    graph = tab(notebook, "Graph")
    expect(graph.get_by_role("button", name="Breakpoint before plan")).to_have_attribute(
        "aria-pressed", "true"
    )
    graph.locator('[data-node="pay"]').focus()
    notebook.page.keyboard.press("b")
    expect(bar).to_contain_text('run.resume(before=["plan", "pay"], after=[])')
    bar.get_by_role("button", name="Continue").click()
    bar = view(notebook).get_by_role("note").filter(has_text="Stopped before pay, at a breakpoint")
    bar.get_by_role("button", name="Continue").click()
    expect(view(notebook)).to_contain_text("Success")


@pytest.mark.matrix
@pytest.mark.skipif(not hasattr(runtime, "RunControl"), reason="langgraph drains runs since 1.2")
def test_a_run_stops_after_its_step_and_goes_on(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(SETUP, LOAD, f"%%lgstream slow -o run\n{INPUT}", "print(run.output['log'])")
    for number in (0, 1):
        notebook.run(number)
        notebook.finish(number)
    notebook.run(2)
    view(notebook).get_by_role("button", name="Stop after this step").click()
    notebook.finish(2)
    expect(view(notebook)).to_contain_text("Stopped between two steps")
    bar = view(notebook).get_by_role("note").filter(has_text="Stopped between two steps")
    bar.get_by_role("button", name="Continue").click()
    expect(view(notebook)).to_contain_text("Success")
    printed(notebook, 3, "['first', 'second']")


def test_a_tools_result_is_edited_where_it_is_shown(run_of: RunOf) -> None:
    notebook = run_of(
        "agent -o chat",
        "print([m.content for m in chat.branches[0].output['messages']], chat.branches[0].status)",
        body='{"messages": [("user", "go")]}',
    )
    panel = view(notebook).get_by_role("tabpanel", name="Interrupts")
    panel.get_by_role("button", name="Approve all 2").click()
    expect(panel.get_by_role("status").filter(has_text="Sends in 3 s")).to_be_visible()
    panel.get_by_role("button", name="Send now").click()
    expect(view(notebook)).to_contain_text("Success")
    tokens = view(notebook).get_by_role("tabpanel", name="Tokens")
    tokens.get_by_role("button", name="Edit the result of delete_file").click()
    field = tokens.get_by_role("textbox", name="New text")
    expect(field).to_have_value("deleted draft")
    field.fill("no such file")
    expect(tokens.get_by_role("group", name="The same in Python")).to_contain_text("no such file")
    tokens.get_by_role("button", name="Run on from here").click()
    runs = notebook.output(2).get_by_role("navigation", name="Runs in this cell")
    expect(runs.get_by_role("button", name="Branch 1")).to_have_attribute("aria-current", "true")
    expect(view(notebook)).to_contain_text("Success")
    printed(notebook, 3, "'no such file'")
    expect(notebook.output(3)).to_contain_text("success")
