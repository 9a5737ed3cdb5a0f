"""Graphs for forms, as cells of a notebook: fields of every kind, fifty of them, a chat, one that fails."""

SETUP = """
import asyncio, operator, time
from datetime import date
from typing import Annotated, Literal, Optional, Union
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import interrupt
from pydantic import BaseModel, Field, SecretStr, create_model
import lg_jupyter


def graph_of(state, node, name, checkpointer=None, **options):
    builder = StateGraph(state, **options).add_node(node.__name__, node).add_edge(START, node.__name__)
    return builder.compile(checkpointer=checkpointer, name=name)


class Source(BaseModel):
    url: str
    weight: float = 1.0


class Web(BaseModel):
    kind: Literal["web"] = "web"
    language: str = "en"


class Papers(BaseModel):
    kind: Literal["papers"] = "papers"
    since: date


class Question(BaseModel):
    topic: str = Field(description="What to look into.")
    depth: int = Field(2, ge=1, le=5, description="How far to follow links, 1 to 5.")
    tone: Literal["dry", "warm"] = "dry"
    cite: bool = True
    until: Optional[date] = None
    where: Union[Web, Papers] = Field(Web(), description="Where to search.")
    sources: list[Source] = []
    limits: dict[str, int] = {}
    password: Optional[SecretStr] = None
    notes: list[str] = []


class User(BaseModel):
    name: str = "Ada"
    expert: bool = False


async def look_up(state: Question):
    await asyncio.sleep(0.4)
    return {"notes": [f"{state.topic}: found {state.depth * 3} pages"]}


research = graph_of(Question, look_up, "research", context_schema=User)


async def wait(state: Question):
    await asyncio.sleep(60)
    return {"notes": []}


slow = graph_of(Question, wait, "slow")


async def fail(state: Question):
    raise ValueError(f"no such place: {state.topic}")


failing = graph_of(Question, fail, "failing")

Huge = create_model("Huge", **{f"field_{n:02}": (int if n % 3 else str, ...) for n in range(50)})


def note(state: Huge):
    return {"field_00": "done"}


huge = graph_of(Huge, note, "huge")


DELAY = 0.02  # seconds between two tokens


class Slowly(GenericFakeChatModel):
    async def _astream(self, *args, **options):
        async for chunk in super()._astream(*args, **options):
            await asyncio.sleep(DELAY)
            yield chunk


ANSWERS = [
    "Two days in **Lisbon**, then:\\n\\n1. the castle and Alfama on foot\\n"
    "2. a boat to Cacilhas for lunch\\n\\nShall I look for a room?",
    "A room near the river costs about 90 € a night. `Casa do Rio` has one.",
    "Booked.",
]
model = Slowly(messages=iter([AIMessage(text) for text in ANSWERS * 5]))


async def answer(state: MessagesState):
    text = str(state["messages"][-1].content)
    if "fail" in text:
        raise ValueError("the model is out of words")
    if "ask" in text:
        return {"messages": [AIMessage("You said: " + interrupt("What do you mean?"))]}
    return {"messages": [await model.ainvoke(state["messages"])]}


chat = graph_of(MessagesState, answer, "travel_agent", checkpointer=InMemorySaver())
"""
