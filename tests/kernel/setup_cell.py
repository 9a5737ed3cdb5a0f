import asyncio
import threading
import time
from typing import TypedDict

from langgraph.graph import START, StateGraph

seen = []  # what the nodes have to say, for the tests
kernel_loop = asyncio.get_running_loop() if asyncio._get_running_loop() else None
bound = asyncio.Lock()


class State(TypedDict, total=False):
    x: int


def compiled(**nodes):
    builder = StateGraph(State)
    for name, node in nodes.items():
        builder.add_node(name, node)
        builder.add_edge(START, name)
    return builder.compile()


def where():
    return asyncio.get_running_loop() is kernel_loop, threading.current_thread() is threading.main_thread()


async def add(state):
    seen.append(where())
    return {"x": state["x"] + 1}


async def slow(state):
    print("slow begins")
    await asyncio.sleep(60)


async def blocking(state):
    print("blocking begins", flush=True)
    for _ in range(600):
        time.sleep(0.1)


def sleeping(state):
    print("sleeping begins")
    seen.append("begun")
    for _ in range(600):
        if "wake up" in seen:
            return
        time.sleep(0.1)


async def failing(state):
    return {"x": 1 / state["x"]}


async def speaking(state):
    print("async node speaks")


def saying(state):
    print("sync node speaks")


graph = compiled(add=add)
slow_graph = compiled(slow=slow)
blocking_graph = compiled(blocking=blocking)
sleeping_graph = compiled(sleeping=sleeping)
failing_graph = compiled(failing=failing)
printing_graph = compiled(speaking=speaking, saying=saying)
uncompiled = StateGraph(State)
