"""Runs that a notebook's own code starts, seen live in a real JupyterLab."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook

SETUP = """
%load_ext lg_jupyter
import asyncio, threading, time
from langgraph.graph import START, StateGraph
from tests.graphs import Chat, ScriptedModel

model = ScriptedModel(lines=[["the ", "tale ", "of ", "a ", "whale"]])

def speak(state):
    return {"messages": [model.invoke(state["messages"])]}

async def speak_async(state):
    return {"messages": [await model.ainvoke(state["messages"])]}

def rest(state):
    while state["topic"] == "slow" and not gate.exists():
        time.sleep(0.05)

async def rest_async(state):
    while state["topic"] == "slow" and not gate.exists():
        await asyncio.sleep(0.05)

def compiled(*nodes):
    builder = StateGraph(Chat).add_sequence(list(zip(("speak", "rest"), nodes)))
    return builder.add_edge(START, "speak").compile(name="teller")

graph, async_graph = compiled(speak, rest), compiled(speak_async, rest_async)

def tell(topic):
    return graph.invoke({"topic": topic, "messages": []})["messages"][-1].text

from pathlib import Path
gate = Path("gate")
gate.unlink(missing_ok=True)
%lgstream on
"""

STREAM = 'for chunk in graph.stream({"topic": "slow", "messages": []}, stream_mode="messages"):\n    pass'
INVOKE = 'tell("quick")'
LOOP = 'for number in range(50):\n    tell(f"whale {number}")'
ASYNC = 'said = await async_graph.ainvoke({"topic": "slow", "messages": []})'
TASKS = """
several = [async_graph.ainvoke({"topic": f"city {n}", "messages": []}) for n in range(3)]
said = await asyncio.gather(*several)
"""


def test_runs_of_the_notebooks_own_code_are_seen_live(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(SETUP, STREAM, INVOKE, LOOP, ASYNC, TASKS)
    gate = notebook.lab.root / "gate"
    notebook.run(0)
    notebook.finish(0)
    run = re.compile("LangGraph run of teller")

    notebook.run(1)  # it blocks the kernel until the gate is open
    streamed = notebook.output(1).get_by_role("region", name=run)
    expect(streamed).to_contain_text("the tale of a whale")
    expect(streamed).to_contain_text("Running")
    expect(streamed).to_contain_text("This cell blocks the kernel")
    expect(streamed.get_by_role("button", name="Stop")).to_be_disabled()
    assert notebook.running(1)
    gate.touch()
    notebook.finish(1)
    expect(streamed).to_contain_text("Success")
    gate.unlink()

    notebook.run(2)
    notebook.finish(2)
    invoked = notebook.output(2).get_by_role("region", name=run)
    expect(invoked).to_contain_text("streams no tokens")
    expect(notebook.output(2)).to_contain_text("'the tale of a whale'")

    notebook.run(3)
    notebook.finish(3)
    loop = notebook.output(3)
    expect(loop.get_by_role("region")).to_have_count(1)
    expect(loop.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "50")
    table = loop.get_by_role("table", name="Inputs")
    table.get_by_role("row").filter(has_text="whale 3").first.click()
    expect(loop.get_by_role("region", name=run)).to_contain_text("the tale of a whale")

    notebook.run(4)  # and this one does not block it
    awaited = notebook.output(4).get_by_role("region", name=run)
    expect(awaited).to_contain_text("Running")
    expect(awaited).to_contain_text("Your own code carries this run")
    awaited.get_by_role("tab", name="Events").click()
    expect(awaited.get_by_role("tabpanel", name="Events")).to_contain_text("values")
    assert notebook.running(4)
    gate.touch()
    notebook.finish(4)
    expect(awaited).to_contain_text("Success")

    notebook.run(5)
    notebook.finish(5)
    expect(notebook.output(5).get_by_role("progressbar")).to_have_attribute("aria-valuenow", "3")
