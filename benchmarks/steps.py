"""What a step costs while the state grows: 1,000 steps, each adds one message to the list.

Three variants stream the same graph in all modes: the bare loop, the loop that encodes each part as it
arrives and keeps it, and the one that also feeds the tables. The time of a step should grow no faster
than the bare loop's own, which LangGraph itself lets grow with the list (most with a checkpointer, which
writes the whole list each time); the memory that a step leaves behind should not grow at all.

    python -m benchmarks.steps [--steps 1000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

os.environ["LANGSMITH_TRACING"] = "false"

from langchain_core.messages import AIMessage, AnyMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter.adapter.part_encoder import PartEncoder
from lg_jupyter.encode import Encoder
from lg_jupyter.events.events import DEFAULT_MODES, Part
from lg_jupyter.tables.trace import Trace

PACKAGE = Path(lg_jupyter.__file__).parent

Take = Callable[[tuple[str, ...], str, Any], None]
"""What is done with one item of the stream: its namespace, mode and payload."""


class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    count: int


def build(steps: int, *, checkpointer: bool) -> Any:
    def speak(state: State) -> dict[str, Any]:
        n = state["count"]
        usage = {"input_tokens": 10 * n, "output_tokens": 20, "total_tokens": 10 * n + 20}
        message = AIMessage(f"answer {n} " + "word " * 40, id=f"message-{n}", usage_metadata=usage)
        return {"count": n + 1, "messages": [message]}

    graph = StateGraph(State).add_node("speak", speak).add_edge(START, "speak")
    graph.add_conditional_edges("speak", lambda state: END if state["count"] >= steps else "speak")
    return graph.compile(checkpointer=InMemorySaver() if checkpointer else None)


def bare() -> Take:
    return lambda namespace, mode, payload: None


def encoded() -> Take:
    encoder, kept = PartEncoder(Encoder()), []

    def take(namespace: tuple[str, ...], mode: str, payload: Any) -> None:
        kept.append(encoder(mode, "|".join(namespace), payload))

    return take


def in_tables() -> Take:
    encoder, trace = PartEncoder(Encoder()), Trace()
    trace.feed(Part("control", "", {"event": "start", "modes": list(DEFAULT_MODES)}, time.time()))

    def take(namespace: tuple[str, ...], mode: str, payload: Any) -> None:
        where = "|".join(namespace)
        trace.feed(Part(mode, where, encoder(mode, where, payload), time.time()))

    return take


VARIANTS = {"bare loop": bare, "encoded": encoded, "encoded, in tables": in_tables}


async def stream(graph: Any, steps: int, take: Take, at_step: Callable[[], None]) -> None:
    config = {"recursion_limit": steps + 10, "configurable": {"thread_id": "t"}}
    start = {"messages": [], "count": 0}
    async for item in graph.astream(start, config, stream_mode=list(DEFAULT_MODES), subgraphs=True):
        take(*item)
        if item[1] == "values":
            at_step()


def step_times(steps: int, checkpointer: bool, take: Take) -> list[float]:
    """Milliseconds of CPU from step to step: what else runs on the machine counts little."""
    stamps: list[float] = []
    graph = build(steps, checkpointer=checkpointer)
    asyncio.run(stream(graph, steps, take, lambda: stamps.append(time.process_time())))
    return [1000 * (after - before) for before, after in pairwise(stamps)]


def step_memory(steps: int, checkpointer: bool, take: Take) -> tuple[float, float]:
    """Bytes that our own code holds more after a step than before it: of the first 100 and the last 100."""
    held: dict[int, int] = {}
    done = 0

    def at_step() -> None:
        nonlocal done
        done += 1
        if done in (1, 101, steps - 100, steps):
            ours = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, f"{PACKAGE}/*")])
            held[done] = sum(statistic.size for statistic in ours.statistics("filename"))

    tracemalloc.start()
    asyncio.run(stream(build(steps, checkpointer=checkpointer), steps, take, at_step))
    tracemalloc.stop()
    return (held[101] - held[1]) / 100, (held[steps] - held[steps - 100]) / 100


def print_row(name: str, unit: str, first: float, last: float) -> None:
    print(f"  {name:<28}{first:>9.2f}{last:>9.2f} {unit}   × {last / first:.2f}")


def measure(steps: int, rounds: int, checkpointer: bool) -> None:
    print(f"\n{'with' if checkpointer else 'without'} a checkpointer" + "first 100 last 100 steps".rjust(32))
    medians: dict[str, tuple[float, float]] = {}
    for name, variant in VARIANTS.items():
        runs = [step_times(steps, checkpointer, variant()) for _ in range(rounds)]
        first = statistics.median(t for run in runs for t in run[:100])
        last = statistics.median(t for run in runs for t in run[-100:])
        medians[name] = first, last
        print_row(f"time, {name}", "ms", first, last)
    for name in list(VARIANTS)[1:]:
        first, last = (
            after / before for before, after in zip(medians["bare loop"], medians[name], strict=True)
        )
        print_row(f"  {name} ÷ bare", "", first, last)
    for name, variant in list(VARIANTS.items())[1:]:
        first, last = step_memory(steps, checkpointer, variant())
        print_row(f"memory, {name}", "kB", first / 1000, last / 1000)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for checkpointer in (False, True):
        measure(options.steps, options.rounds, checkpointer)


if __name__ == "__main__":
    main()
