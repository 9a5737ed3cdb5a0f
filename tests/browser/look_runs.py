"""A run in each state that panels are photographed in.

A notebook's kernel makes them, in a folder with the modules of ``notebooks``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, TypedDict

import concierge
from IPython import get_ipython
from IPython.display import HTML, display
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGenerationChunk
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from langgraph.store.memory import InMemoryStore
from langgraph.types import interrupt
from scripted_model import ScriptedModel
from trip import Trip, budget, research, write, writer

import lg_jupyter
from tests.browser import text_corpus

TURNS = 60
AGENTS = ("agents", "refused")
"""The runs of the panel of calls, whose first call a provider refuses: of the second one each."""

REMEMBERS = "remembers"
"""The run of the panel of what is remembered."""

PRICES = {name: {"input": 12.5, "output": 100} for name in ("planner-mini", "writer-large")}
WINDOW = 60
"""Tokens that the planner reads at most: its last call is nearly too long."""

TRAIN = {"messages": [("user", "A day in Lisbon, from Porto?")]}
QUESTION = {"messages": [("user", "Two days in Lisbon?")]}


class Halting(ScriptedModel):
    """Says forty tokens and then no more, until it is cancelled."""

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for number, chunk in enumerate(self._stream(messages)):
            if number == 40:
                await asyncio.Event().wait()
            yield chunk


class Plan(TypedDict, total=False):
    todos: list[dict[str, str]]
    files: dict[str, str]


def remember(state: Plan, runtime: Runtime) -> dict[str, Any]:
    store = runtime.store
    assert store is not None
    known = store.get(("travellers", "ada"), "likes")
    store.put(
        ("travellers", "ada"), "likes", {**(known.value if known else {}), "museums": ["tiles"], "by": "tram"}
    )
    store.put(("travellers", "ada", "trips"), "lisbon", {"nights": 2, "budget": 102.5})
    store.search(("travellers",))
    todos = [
        ("Look for museums", "completed"),
        ("Find a place to eat", "in_progress"),
        ("Write it up", "pending"),
    ]
    return {
        "todos": [{"content": content, "status": status} for content, status in todos],
        "files": {"/plan.md": "# Lisbon\n\nThe National Tile Museum, then lunch."},
    }


class Nothing(TypedDict, total=False):
    nothing: str


def rest(state: Nothing) -> dict[str, Any]:
    return {}


async def halt(state: Trip) -> dict[str, Any]:
    model = Halting(replies=writer.replies, model_name="writer", delay=0.005)
    return {"messages": [await model.ainvoke(state["messages"])]}


def book(state: Trip) -> dict[str, Any]:
    try:
        return {"log": [{"Lisbon": "booked"}["Atlantis"]]}
    except KeyError as error:
        raise ValueError("no such place: Atlantis") from error


def ask(state: Trip) -> dict[str, Any]:
    return {"log": [interrupt({"question": "Book it?", "costs": state.get("costs"), "nights": 2})]}


def publish(state: Trip) -> dict[str, Any]:
    return {"log": ["published"]}


def trip_that_ends_with(node: Any, speaks: Any = write) -> Any:
    """The weekend's graph with another last node, and perhaps another one that writes."""
    builder = StateGraph(Trip).add_node("research", research).add_node("write", speaks)
    builder.add_node("budget", budget).add_node(node.__name__, node).add_edge(START, "research")
    builder.add_edge("research", "write").add_edge("research", "budget")
    builder.add_edge(["write", "budget"], node.__name__)
    return builder.compile(checkpointer=InMemorySaver(), name="trip")


def talk(state: text_corpus.State) -> dict[str, Any]:
    """Asks a tool, as often as the huge run has turns."""
    turn = len(state["messages"]) // 2
    call = {"id": f"t{turn}", "name": "read_report", "args": {"page": turn, "of": TURNS}}
    said = AIMessage("What the annual report says on this page is to be compared. " * 12, tool_calls=[call])
    rows = [{"region": f"region {n}", "revenue": 1_000.5 * n, "year": 2_000 + n} for n in range(20)]
    return {"messages": [said, ToolMessage(json.dumps(rows), tool_call_id=call["id"], name="read_report")]}


def huge() -> Any:
    """The corpus's graph after a conversation of many turns."""
    builder = StateGraph(text_corpus.State).add_node("talk", talk)
    builder.add_node("accounts", text_corpus.graph.builder.compile(name=text_corpus.graph.name))
    builder.add_edge(START, "talk")
    builder.add_conditional_edges(
        "talk",
        lambda state: "talk" if len(state["messages"]) < 2 * TURNS else "accounts",
        ["talk", "accounts"],
    )
    return builder.compile(checkpointer=InMemorySaver(), name=text_corpus.graph.name)


async def make() -> dict[str, lg_jupyter.Run]:
    """The runs by the names of their states; all but the running one are over."""
    quiet = StateGraph(Nothing).add_node("rest", rest).add_edge(START, "rest").compile(name="quiet")
    runs = {
        "empty": lg_jupyter.stream(quiet, {}, modes=["custom"], display=False),
        "running": lg_jupyter.stream(trip_that_ends_with(publish, halt), QUESTION, display=False),
        "finished": lg_jupyter.stream(trip_that_ends_with(ask), QUESTION, display=False),
        "failed": lg_jupyter.stream(trip_that_ends_with(book), QUESTION, display=False),
        "interrupted": lg_jupyter.stream(trip_that_ends_with(ask), QUESTION, display=False),
        "huge": lg_jupyter.stream(huge(), text_corpus.INPUT, thread_id=text_corpus.THREAD, display=False),
    }
    for state, failures in zip(AGENTS, (1, 2), strict=True):
        graph, planner = concierge.make(failures)
        planner.profile = {"max_input_tokens": WINDOW}
        runs[state] = lg_jupyter.stream(graph, TRAIN, price=PRICES, display=False)
    store = InMemoryStore()
    store.put(("travellers", "ada"), "likes", {"museums": [], "by": "bus"})
    plans = StateGraph(Plan).add_node("remember", remember).add_edge(START, "remember").compile(store=store)
    runs[REMEMBERS] = lg_jupyter.stream(plans, {}, name="plans", display=False)
    for name, run in runs.items():
        if name != "running":
            with suppress(ValueError, concierge.RateLimitError):  # what the failed one raises
                await run
    await asyncio.sleep(0.5)  # as long as a wait is worth a word
    await runs["finished"].resume("yes")
    return runs


def show_calls(answered: lg_jupyter.Run, refused: lg_jupyter.Run) -> None:
    """Four views: a prompt, sums, an order, and a failure."""
    get_ipython().run_line_magic("config", "LGStream.height = 620")  # a prompt is long
    for state in ("prompt", "totals", "sorted"):
        display(HTML(f"<h3 style='margin: 12px 0 4px'>calls · {state}</h3>"))
        display(answered.panel("calls"))
    display(HTML("<h3 style='margin: 12px 0 4px'>calls · failed</h3>"))
    refused.show()
    get_ipython().run_line_magic("config", "LGStream.height = None")


def show_context(empty: lg_jupyter.Run, answered: lg_jupyter.Run) -> None:
    """Two views: no call, and a window that gets full."""
    for state, run in {"empty": empty, "agents": answered}.items():
        display(HTML(f"<h3 style='margin: 12px 0 4px'>context · {state}</h3>"))
        display(run.panel("context"))


def show_memory(empty: lg_jupyter.Run, remembers: lg_jupyter.Run) -> None:
    """Three views: nothing, operations of which one is open, and what the store holds now."""
    for state, run in {"empty": empty, "operations": remembers, "items": remembers}.items():
        display(HTML(f"<h3 style='margin: 12px 0 4px'>memory · {state}</h3>"))
        display(run.panel("memory"))


def show(runs: dict[str, lg_jupyter.Run], panel: str) -> None:
    """Shows a panel of each run under the name of its state; ``all`` is the whole view."""
    special = {state: run for state, run in runs.items() if state in (*AGENTS, REMEMBERS)}
    if panel == "calls":
        return show_calls(*(runs[state] for state in AGENTS))
    if panel == "memory":
        return show_memory(runs["empty"], runs[REMEMBERS])
    if panel == "context":
        return show_context(runs["empty"], runs["agents"])
    for state, run in runs.items():
        if state in special:
            continue
        display(HTML(f"<h3 style='margin: 12px 0 4px'>{panel} · {state}</h3>"))
        if panel == "all":
            run.show()
        else:
            display(run.panel(panel))
