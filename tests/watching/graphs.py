"""Graphs of named steps, the same each time that they are built; nothing in them needs a network."""

from __future__ import annotations

import asyncio
import itertools
import operator
import threading
import time
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict

INPUT: dict[str, Any] = {"messages": [HumanMessage("hi", id="h")], "n": 0}

in_main_thread: list[bool] = []
"""Of each call of the node ``say``."""

_numbers: Iterator[int] = itertools.count()


class State(TypedDict, total=False):
    messages: Annotated[list[Any], operator.add]
    n: int
    log: Annotated[list[str], operator.add]


def config(thread: str = "1") -> dict[str, Any]:
    return {"configurable": {"thread_id": thread}}


def model() -> GenericFakeChatModel:
    return GenericFakeChatModel(messages=iter([AIMessage("hello big world", id=f"m-{next(_numbers)}")] * 9))


def say(state: State) -> State:
    get_stream_writer()({"said": 1})
    in_main_thread.append(threading.current_thread() is threading.main_thread())
    return {"messages": [model().invoke(state["messages"])], "log": ["say"]}


async def say_async(state: State) -> State:
    get_stream_writer()({"said": 2})
    return {"messages": [await model().ainvoke(state["messages"])], "log": ["say_async"]}


def bump(state: State) -> State:
    return {"n": state.get("n", 0) + 1, "log": ["bump"]}


def fail(state: State) -> State:
    try:
        raise KeyError("first")
    except KeyError as error:
        raise ValueError("then") from error


def slow(state: State) -> State:
    time.sleep(0.3)
    return {"n": 9}


async def wait(state: State) -> State:
    await asyncio.sleep(60)
    return {}


def ask(state: State) -> State:
    return {"log": [str(interrupt("what?"))]}


inner = StateGraph(State).add_node("say", say).add_edge(START, "say").compile()
inner_async = StateGraph(State).add_node("say_async", say_async).add_edge(START, "say_async").compile()
inner_kept = StateGraph(State).add_node("say", say).add_edge(START, "say").compile(InMemorySaver())


def call(state: State) -> State:
    """Calls a graph in two ways."""
    said = inner.invoke({"messages": state["messages"]})["messages"]
    streamed = inner.stream({"messages": []}, stream_mode="updates")
    return {"log": [str(len(said)), *(str(list(update)) for update in streamed)]}


def call_kept(state: State) -> State:
    """Calls a graph on a thread of its own."""
    said = inner_kept.invoke({"messages": [HumanMessage("x", id="x")]}, config("own"))["messages"]
    return {"log": [str(len(said))]}


STEPS: dict[str, Any] = {
    "say": say,
    "say_async": say_async,
    "bump": bump,
    "bump_again": bump,
    "fail": fail,
    "slow": slow,
    "wait": wait,
    "ask": ask,
    "call": call,
    "call_kept": call_kept,
    "inside": inner,
    "inside_async": inner_async,
}


def build(*steps: str, saver: bool = True) -> Any:
    """A graph of these steps, one after the other."""
    global _numbers
    _numbers = itertools.count()
    inner_kept.checkpointer = InMemorySaver()
    in_main_thread.clear()
    builder, before = StateGraph(State), START
    for step in steps:
        builder.add_node(step, STEPS[step]).add_edge(before, step)
        before = step
    return builder.compile(checkpointer=InMemorySaver() if saver else None)


def flow() -> Any:
    """One of the functional API."""

    @task
    def double(number: int) -> int:
        return 2 * number

    @entrypoint(checkpointer=InMemorySaver())
    def flow(number: int) -> dict[str, int]:
        return {"sum": double(number).result() + double(number + 1).result()}

    return flow


Make = Callable[[], Callable[[], Any]]
"""Builds anew, and gives what is to be done with it."""
