"""Graphs that ask a provider once, in this process and in a server."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph import START, MessagesState, StateGraph
from typing_extensions import TypedDict

from tests.providers import scenarios as s
from tests.providers.models import model


class Asked(MessagesState):
    provider: str
    scenario: str
    root: str


class Heard(TypedDict, total=False):
    provider: str
    scenario: str
    root: str
    length: int


async def answer(state: Asked, config: RunnableConfig) -> Any:
    """The model's message goes into the state."""
    asked = model(state["provider"], state["scenario"], state["root"])
    return {"messages": [await asked.ainvoke(state["messages"], config)]}


async def hear(state: Heard, config: RunnableConfig) -> Any:
    """The model's message goes nowhere: only its chunks tell of it."""
    asked = model(state["provider"], state["scenario"], state["root"])
    message = await asked.ainvoke(question(state["scenario"]), config)
    return {"length": len(message.content)}


answers = StateGraph(Asked).add_node("answer", answer).add_edge(START, "answer").compile()
hears = StateGraph(Heard).add_node("hear", hear).add_edge(START, "hear").compile()


def question(scenario: str) -> list[HumanMessage]:
    """What the model is asked."""
    asked = "What is Lisbon built on?"
    if scenario != s.IMAGE_INPUT:
        return [HumanMessage(asked, id="question")]
    image = {"type": "image", "base64": s.PNG, "mime_type": "image/png"}
    return [HumanMessage([{"type": "text", "text": asked}, image], id="question")]
