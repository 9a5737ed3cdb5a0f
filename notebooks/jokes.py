"""The graphs of LangGraph's page on streaming, offline: their models read from a script."""

import operator
from typing import Annotated

from langgraph.config import get_stream_writer
from langgraph.graph import START, MessagesState, StateGraph
from scripted_model import Reply, ScriptedModel
from typing_extensions import TypedDict

JOKE = "Why did the ice cream cross the road? Because the cats were chasing it."
POEM = "Soft serve at noon, a paw in the cone, and nobody eats alone."

joke_model = ScriptedModel(model_name="joker", replies=[Reply(text=JOKE)], tags=["joke"])
poem_model = ScriptedModel(model_name="poet", replies=[Reply(text=POEM)], tags=["poem"])


class State(TypedDict, total=False):
    topic: str
    joke: str


def refine_topic(state: State) -> State:
    return {"topic": state["topic"] + " and cats"}


def generate_joke(state: State) -> State:
    get_stream_writer()({"progress": "looking for a punch line"})
    return {"joke": joke_model.invoke(f"a joke about {state['topic']}").text}


joke = StateGraph(State).add_node(refine_topic).add_node(generate_joke)
joke = joke.add_edge(START, "refine_topic").add_edge("refine_topic", "generate_joke").compile(name="joke")


class Both(TypedDict, total=False):
    topic: str
    lines: Annotated[list[str], operator.add]


def write_joke(state: Both) -> Both:
    return {"lines": [joke_model.invoke(f"a joke about {state['topic']}").text]}


def write_poem(state: Both) -> Both:
    return {"lines": [poem_model.invoke(f"a poem about {state['topic']}").text]}


# Two models at once: whose tokens are they?
both = StateGraph(Both).add_node(write_joke).add_node(write_poem)
both = both.add_edge(START, "write_joke").add_edge(START, "write_poem").compile(name="both")


class Inner(TypedDict, total=False):
    topic: str
    note: str


def note(state: Inner) -> Inner:
    return {"note": f"{state['topic']}: a note"}


def publish(state: Inner) -> Inner:
    return {"topic": f"{state['topic']}!"}


notes = StateGraph(Inner).add_node(note).add_edge(START, "note").compile(name="notes")
nested = StateGraph(Inner).add_node("notes", notes).add_node(publish)
nested = nested.add_edge(START, "notes").add_edge("notes", "publish").compile(name="nested")


def chat_node(state: MessagesState) -> MessagesState:
    return {"messages": [joke_model.invoke(state["messages"])]}


chat = StateGraph(MessagesState).add_node("chat", chat_node).add_edge(START, "chat").compile(name="chat")
