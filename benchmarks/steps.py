"""What a step costs while the state grows: 1,000 steps, each adds one message to the list.

Three variants stream the same graph in all modes: the bare loop, the loop that encodes each part as it
arrives and keeps it, and the one that also feeds the tables. The time of a step should grow no faster
than the bare loop's own, which LangGraph itself lets grow with the list (most with a checkpointer, which
writes the whole list each time); the memory that a step leaves behind should not grow at all.

A message that was changed in place is looked for in every step. What the last variant would take without that
look is printed, too.

The variants take turns, and the figures are the least of all rounds: what else a machine does only adds to
them. Once more with messages that the node returns as ``("ai", "…")``, which have no ids before they are in
the state.

    python -m benchmarks.steps [--steps 1000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from unittest.mock import patch

os.environ["LANGSMITH_TRACING"] = "false"

from langchain_core.messages import AIMessage, AnyMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter.adapter.part_encoder import PartEncoder
from lg_jupyter.encode import Encoder
from lg_jupyter.encode.long_list_snapshots import LongListSnapshot
from lg_jupyter.events.events import DEFAULT_MODES, Part
from lg_jupyter.tables.trace import Trace

PACKAGE = Path(lg_jupyter.__file__).parent

Take = Callable[[tuple[str, ...], str, Any], None]
"""What is done with one item of the stream: its namespace, mode and payload."""


class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    count: int


class Kind(NamedTuple):
    """What is streamed."""

    title: str
    modes: Sequence[str] = DEFAULT_MODES
    checkpointer: bool = False
    as_tuples: bool = False

    def build(self, steps: int) -> Any:
        def speak(state: State) -> dict[str, Any]:
            n = state["count"]
            text = f"answer {n} " + "word " * 40
            usage = {"input_tokens": 10 * n, "output_tokens": 20, "total_tokens": 10 * n + 20}
            message = AIMessage(text, id=f"message-{n}", usage_metadata=usage)
            return {"count": n + 1, "messages": [("ai", text) if self.as_tuples else message]}

        graph = StateGraph(State).add_node("speak", speak).add_edge(START, "speak")
        graph.add_conditional_edges("speak", lambda state: END if state["count"] >= steps else "speak")
        return graph.compile(checkpointer=InMemorySaver() if self.checkpointer else None)


KINDS = (
    Kind("without a checkpointer"),
    Kind("with a checkpointer", checkpointer=True),
    Kind("values and updates, messages as tuples", ("values", "updates"), as_tuples=True),
)


def bare(kind: Kind) -> Take:
    return lambda namespace, mode, payload: None


def encoded(kind: Kind) -> Take:
    encoder, kept = PartEncoder(Encoder()), []

    def take(namespace: tuple[str, ...], mode: str, payload: Any) -> None:
        kept.append(encoder(mode, "|".join(namespace), payload))

    return take


def in_tables(kind: Kind) -> Take:
    encoder, trace = PartEncoder(Encoder()), Trace()
    trace.feed(Part("control", "", {"event": "start", "modes": list(kind.modes)}, time.time()))

    def take(namespace: tuple[str, ...], mode: str, payload: Any) -> None:
        where = "|".join(namespace)
        trace.feed(Part(mode, where, encoder(mode, where, payload), time.time()))

    return take


VARIANTS = {"bare loop": bare, "encoded": encoded, "encoded, in tables": in_tables}
UNLOOKED = "in tables, with no look"
TIMED = {**VARIANTS, UNLOOKED: in_tables}


def trusting(name: str) -> Any:
    """While it lasts, the variant without a look takes messages that were there before for unchanged."""
    if name != UNLOOKED:
        return nullcontext()
    return patch.object(
        LongListSnapshot,
        "count_unchanged_leading_items",
        lambda snapshot, live: min(len(snapshot), len(live)),
    )


async def stream(kind: Kind, steps: int, take: Take, at_step: Callable[[], None]) -> None:
    config = {"recursion_limit": steps + 10, "configurable": {"thread_id": "t"}}
    start = {"messages": [], "count": 0}
    modes = list(kind.modes)
    async for item in kind.build(steps).astream(start, config, stream_mode=modes, subgraphs=True):
        take(*item)
        if item[1] == "values":
            at_step()


def step_times(kind: Kind, steps: int, take: Take) -> list[float]:
    """Milliseconds of CPU from step to step: what else runs on the machine counts little."""
    stamps: list[float] = []
    asyncio.run(stream(kind, steps, take, lambda: stamps.append(time.process_time())))
    return [1000 * (after - before) for before, after in pairwise(stamps)]


def step_memory(kind: Kind, steps: int, take: Take) -> tuple[float, float]:
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
    asyncio.run(stream(kind, steps, take, at_step))
    tracemalloc.stop()
    return (held[101] - held[1]) / 100, (held[steps] - held[steps - 100]) / 100


def print_row(name: str, unit: str, first: float, last: float) -> None:
    print(f"  {name:<32}{first:>9.2f}{last:>9.2f} {unit}   × {last / first:.2f}", flush=True)


def measure(kind: Kind, steps: int, rounds: int) -> None:
    print(f"\n{kind.title:<44}first 100 last 100 steps")
    firsts: dict[str, list[float]] = {name: [] for name in TIMED}
    lasts: dict[str, list[float]] = {name: [] for name in TIMED}
    for _ in range(rounds):
        for name, variant in TIMED.items():
            with trusting(name):
                times = step_times(kind, steps, variant(kind))
            firsts[name].append(statistics.median(times[:100]))
            lasts[name].append(statistics.median(times[-100:]))
    for name in TIMED:
        print_row(f"time, {name}", "ms", min(firsts[name]), min(lasts[name]))
    for name in list(TIMED)[1:]:
        first, last = (min(each[name]) / min(each["bare loop"]) for each in (firsts, lasts))
        print_row(f"  {name} ÷ bare", "", first, last)
    for name, variant in list(VARIANTS.items())[1:]:
        first, last = step_memory(kind, steps, variant(kind))
        print_row(f"memory, {name}", "kB", first / 1000, last / 1000)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for kind in KINDS:
        measure(kind, options.steps, options.rounds)


if __name__ == "__main__":
    main()
