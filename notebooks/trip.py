"""An agent that plans a weekend, offline: its models read from a script.

Three stages: a **research** subgraph in which a model calls a tool until it knows enough; then **write**
and **budget**, two model calls side by side; then **publish**. With real models, only ``researcher``,
``writer`` and ``accountant`` would be others.
"""

import json
import time
from operator import add
from typing import Annotated

from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition
from scripted_model import Reply, ScriptedModel

PLACES = {
    "museums": ["National Tile Museum", "Gulbenkian"],
    "food": ["Time Out Market", "a tasca in Alfama"],
}


@tool
def look_up(topic: str) -> str:
    """What the guide book says on a topic."""
    progress = get_stream_writer()
    for page in range(1, 4):
        time.sleep(0.1)
        progress({"reading": topic, "page": page, "of": 3})
    return json.dumps(PLACES[topic])


researcher = ScriptedModel(
    model_name="researcher",
    replies=[
        Reply(text="Let me see what there is to visit.", tool="look_up", arguments='{"topic": "museums"}'),
        Reply(text="And somewhere to eat.", tool="look_up", arguments='{"topic": "food"}'),
        Reply(text="Two museums and two places to eat: enough for a weekend."),
    ],
)
writer = ScriptedModel(
    model_name="writer",
    replies=[
        Reply(
            reasoning="Two days, two museums. Tiles first: the museum closes early on Saturdays. Then "
            "Gulbenkian on Sunday, when the garden is at its best.",
            text="## A weekend in Lisbon\n\n"
            "- **Saturday**: the *National Tile Museum*, in a convent by the river, then supper in Alfama.\n"
            "- **Sunday**: *Gulbenkian* and its garden, then the Time Out Market, where every stall is a "
            "kitchen.\n\nTake the tram uphill and walk down.",
        )
    ],
)
accountant = ScriptedModel(
    model_name="accountant",
    replies=[Reply(text="Tickets 18 €, meals 70 €, trams 14 €: say 102 € for one, and pastries.")],
)


class Trip(MessagesState):
    costs: str
    log: Annotated[list[str], add]


def think(state: MessagesState):
    return {"messages": [researcher.bind_tools([look_up]).invoke(state["messages"])]}


research = (
    StateGraph(MessagesState)
    .add_node("think", think)
    .add_node("tools", ToolNode([look_up]))
    .add_edge(START, "think")
    .add_conditional_edges("think", tools_condition)
    .add_edge("tools", "think")
    .compile()
)


def write(state: Trip):
    return {"messages": [writer.invoke(state["messages"])], "log": ["written"]}


def budget(state: Trip):
    return {"costs": accountant.invoke(state["messages"]).content, "log": ["budgeted"]}


def publish(state: Trip):
    print("published, after:", ", ".join(state["log"]))
    return {"log": ["published"]}


trip = (
    StateGraph(Trip)
    .add_node("research", research)
    .add_node("write", write)
    .add_node("budget", budget)
    .add_node("publish", publish)
    .add_edge(START, "research")
    .add_edge("research", "write")
    .add_edge("research", "budget")
    .add_edge(["write", "budget"], "publish")
    .add_edge("publish", END)
    .compile(checkpointer=InMemorySaver(), name="trip")
)
