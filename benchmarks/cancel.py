"""How long a run takes to end when it is cancelled: 1 s is the most that may pass.

``async node`` awaits. ``sync node`` sleeps in a thread that nothing can stop, and goes on there. So does
the whole ``sync graph``, whose checkpointer has no asynchronous side. ``server`` is a dev server, which is
told; ``there`` is when it says that the run is over, too.

    python -m benchmarks.cancel [--rounds 5] [--no-server]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter.run import Run


class State(TypedDict):
    text: str


class Synchronous(InMemorySaver):
    """A checkpointer that cannot be awaited."""

    async def aget_tuple(self, config: Any) -> Any:
        raise NotImplementedError

    async def aget_delta_channel_history(self, *args: Any, **options: Any) -> Any:
        raise NotImplementedError


def graph_of(node: Any, checkpointer: Any = None) -> Any:
    return StateGraph(State).add_node("node", node).add_edge(START, "node").compile(checkpointer=checkpointer)


def local(kind: str) -> tuple[Run, threading.Event]:
    """A run of a graph that does nothing for long, and when it has begun to."""
    began = threading.Event()

    async def awaits(state: State) -> State:
        began.set()
        await asyncio.sleep(60)
        return state

    def sleeps(state: State) -> State:
        began.set()
        time.sleep(5)
        return state

    graph = {
        "async node": lambda: graph_of(awaits, InMemorySaver()),
        "sync node": lambda: graph_of(sleeps, InMemorySaver()),
        "sync graph": lambda: graph_of(sleeps, Synchronous()),
    }[kind]()
    return lg_jupyter.stream(graph, {"text": ""}, display=False), began


async def seconds(run: Run) -> float:
    start = time.perf_counter()
    run.cancel()
    await run
    return time.perf_counter() - start


async def locally(kind: str) -> float:
    run, began = local(kind)
    while not began.is_set():
        await asyncio.sleep(0.01)
    return await seconds(run)


async def on_server(url: str) -> tuple[float, float]:
    """Until the run is over here, and until its server says that it is."""
    server = lg_jupyter.Server(url, "slow")
    run = lg_jupyter.stream(server, {"topic": "", "log": []}, display=False)
    while not len(run.trace.tables["custom"]):
        await asyncio.sleep(0.01)
    start = time.perf_counter()
    here = await seconds(run)
    client = server.make_async_client()
    while (await client.runs.get(run.thread_id, run.run_id))["status"] in ("pending", "running"):
        await asyncio.sleep(0.01)
    there = time.perf_counter() - start
    await client.http.client.aclose()
    return here, there


@contextmanager
def dev_server() -> Iterator[str]:
    from tests.dev_server import DevServer

    with tempfile.TemporaryDirectory() as folder:
        server = DevServer(Path(folder))
        try:
            server.wait_until_ready()
            yield server.url
        finally:
            server.stop()


def told(name: str, times: list[float]) -> None:
    median, most = 1000 * statistics.median(times), 1000 * max(times)
    print(f"  {name:32}{median:7.0f} ms median {most:7.0f} ms at most, of the second that may pass")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-server", action="store_true")
    options = parser.parse_args()
    for kind in ("async node", "sync node", "sync graph"):
        told(kind, [asyncio.run(locally(kind)) for _ in range(options.rounds)])
    if options.no_server or sys.version_info < (3, 11):
        return
    with dev_server() as url:
        both = [asyncio.run(on_server(url)) for _ in range(options.rounds)]
    told("server, here", [here for here, _ in both])
    told("server, there", [there for _, there in both])


if __name__ == "__main__":
    main()
