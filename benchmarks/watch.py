"""What it costs to watch a run that other code starts: the tap alone, and with all tables.

Each figure is a ratio within a round, of the same graph in turn, in CPU seconds of this process: watched to
bare. Beside the median of the ratios stands that of the least of both, for what else a machine does can only
add to one. The graph has steps that do nothing, by ``invoke``: a node that does something makes every ratio
smaller. Nothing is shown.

    python -m benchmarks.watch [--steps 300] [--rounds 9]
"""

from __future__ import annotations

import argparse
import gc
import operator
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

os.environ["LANGSMITH_TRACING"] = "false"

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter.watching.run_recorder import RunRecorder

TAP_BUDGET, TABLES_BUDGET = 1.6, 4.5


class State(TypedDict):
    n: int
    log: Annotated[list[str], operator.add]


def stepping(steps: int, checkpointer: Any = None) -> Any:
    builder = StateGraph(State).add_node("step", lambda state: {"n": state["n"] + 1, "log": ["step"]})
    builder.add_edge(START, "step")
    builder.add_conditional_edges("step", lambda state: "step" if state["n"] < steps else "__end__")
    return builder.compile(checkpointer)


@contextmanager
def unread() -> Iterator[None]:
    """What is heard in here is taken, and nothing is made of it."""
    names = ("begin", "put", "report", "end")
    methods = {name: getattr(RunRecorder, name) for name in names}
    taken: list[Any] = []
    for name in names:
        setattr(RunRecorder, name, lambda self, *given: taken.append(given))
    try:
        yield
    finally:
        for name, method in methods.items():
            setattr(RunRecorder, name, method)


def cpu_seconds(action: Callable[[], Any]) -> float:
    gc.collect()
    began = time.process_time()
    action()
    return time.process_time() - began


def measure(name: str, graph: Any, steps: int, rounds: int) -> tuple[float, float]:
    """The ratios of the tap alone, and with all tables, to bare."""
    numbers = iter(range(1_000_000))

    def bare() -> None:
        settings = {"recursion_limit": steps + 10, "configurable": {"thread_id": str(next(numbers))}}
        graph.invoke({"n": 0, "log": []}, settings)

    def watched() -> None:
        with lg_jupyter.watch(display=False):
            bare()

    def tapped() -> None:
        with unread():
            watched()

    ways = {"bare": bare, "tap": tapped, "tables": watched}
    for way in ways.values():  # what is imported and compiled at first
        way()
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, action in ways.items():
            seconds[way].append(cpu_seconds(action))
    found = [_ratio(seconds[way], seconds["bare"]) for way in ("tap", "tables")]
    texts = [f"{median:.2f} x (least {least:.2f})" for median, least in found]
    print(f"{name:24} tap {texts[0]}, with tables {texts[1]}")
    return found[0][1], found[1][1]


def _ratio(ours: list[float], bare: list[float]) -> tuple[float, float]:
    each = [one / other for one, other in zip(ours, bare, strict=True)]
    return statistics.median(each), min(ours) / min(bare)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    tap, tables = measure(f"{given.steps} steps", stepping(given.steps), given.steps, given.rounds)
    measure("with a checkpointer", stepping(given.steps, InMemorySaver()), given.steps, given.rounds)
    kept = tap <= TAP_BUDGET and tables <= TABLES_BUDGET
    print(f"budgets: tap {TAP_BUDGET}, with tables {TABLES_BUDGET}:", "kept" if kept else "NOT KEPT")


if __name__ == "__main__":
    main()
