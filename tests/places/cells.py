"""The cells of a notebook that is opened in several places: a run that goes on, a dashboard, an app."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

SETUP = """
import asyncio
import lg_jupyter
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from tests.graphs import INPUTS, ScriptedModel, build, Chat

async def slow(state):
    model = ScriptedModel(lines=[["one ", "two ", "three ", "four"]], pause=1.0)
    return {"messages": [await model.ainvoke(state["messages"])]}

def speak(state):
    return {"messages": [AIMessage("echo: " + state["messages"][-1].content)]}

graph = StateGraph(Chat).add_node(slow).add_edge(START, "slow").compile(name="slow")
speaking = StateGraph(MessagesState).add_node(speak).add_edge(START, "speak")
chat = speaking.compile(InMemorySaver(), name="chat")
"""
LIVE = "live = lg_jupyter.stream(graph, {'topic': 'tea', 'messages': []})"
BOARD = """
done = await lg_jupyter.stream(build("react"), INPUTS["react"], display=False)
lg_jupyter.dashboard(done, height=240)
"""
APP = "lg_jupyter.dashboard(lg_jupyter.app(chat), height=240)"

IDLE = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
"""Whether the kernel of the notebook on the page takes cells: one that comes earlier may be lost."""


def run(page: Page, cell: Locator) -> None:
    """Run a cell of JupyterLab or Notebook as a person does; it goes on, or has ended."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[(\*|\d+)\]"))
