"""What following a run on a server costs: its tokens taken into a run, against the SDK's bare loop.

A stand-in for a server, in a process of its own, sends the same tokens to both as fast as they are taken, in
the shape in which LangGraph's server does. They take turns; the figures are of the least of all rounds, in
wall time and in CPU time of the client.

    python -m benchmarks.server [--tokens 20000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from typing import Any

from langgraph_sdk import get_client

import lg_jupyter
from tests.server_stub import RUN, THREAD, ServerStub, events

METADATA = {
    "created_by": "system",
    "graph_id": "agent",
    "assistant_id": "fe096781-5601-53d2-b2f6-0d3403f7e9ca",
    "run_attempt": 1,
    "langgraph_version": "1.2.0",
    "langgraph_plan": "enterprise",
    "langgraph_host": "self-hosted",
    "langgraph_api_url": "http://127.0.0.1:2024",
    "thread_id": THREAD,
    "run_id": RUN,
    "langgraph_step": 1,
    "langgraph_node": "model",
    "langgraph_triggers": ["branch:to:model"],
    "langgraph_path": ["__pregel_pull", "model"],
    "langgraph_checkpoint_ns": "model:914b9130-912f-4fb6-9f93-2caae404f7f7",
    "checkpoint_ns": "model:914b9130-912f-4fb6-9f93-2caae404f7f7",
    "ls_provider": "openai",
    "ls_model_type": "chat",
    "ls_temperature": 0.5,
}


def token(number: int) -> tuple[str, Any]:
    chunk = {
        "content": f"word{number % 100} ",
        "additional_kwargs": {},
        "response_metadata": {},
        "type": "AIMessageChunk",
        "name": None,
        "id": "m",
        "tool_calls": [],
        "invalid_tool_calls": [],
        "usage_metadata": None,
        "tool_call_chunks": [],
        "chunk_position": None,
    }
    return "messages", [chunk, METADATA]


def serve(tokens: int, tell: Connection) -> None:
    """Serve runs of so many tokens; the address is told first."""
    stream, rest = events(*map(token, range(tokens))), events(token(tokens - 1))
    idle = {"thread_id": THREAD, "status": "idle", "values": {}}
    ended = {"run_id": RUN, "thread_id": THREAD, "status": "success", "kwargs": {}}
    state = {"values": {}, "next": [], "tasks": []}

    def answer(method: str, path: str) -> tuple[int, Any]:
        if path.endswith("/stream"):
            return 200, stream if method == "POST" else rest  # to who joins it when it is over
        return 200, ended if path.endswith(RUN) else state if path.endswith("/state") else idle

    with ServerStub(answer) as stub:
        tell.send(stub.url)
        tell.recv()


async def bare(url: str) -> int:
    count = 0
    client = get_client(url=url)
    async for item in client.runs.stream(THREAD, "agent", input={}, stream_mode="messages-tuple"):
        count += item.event == "messages"
    return count


async def followed(url: str) -> int:
    target = lg_jupyter.Server(url, "agent")
    run = await lg_jupyter.stream(target, {}, thread_id=THREAD, modes=["messages"], display=False)
    return run.trace.event_and_token_counts["tokens"]


def seconds(take: Callable[[str], Awaitable[int]], url: str, tokens: int) -> tuple[float, float]:
    """Wall and CPU seconds until all tokens were taken."""
    began, spent = time.perf_counter(), time.process_time()
    count = asyncio.run(take(url))  # type: ignore[arg-type]
    assert count == tokens, f"{count} of {tokens} tokens"
    return time.perf_counter() - began, time.process_time() - spent


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(options.tokens, theirs))
    process.start()
    try:
        url = ours.recv()
        times: dict[Any, list[tuple[float, float]]] = {bare: [], followed: []}
        for _ in range(options.rounds):
            for take, each in times.items():
                each.append(seconds(take, url, options.tokens))
    finally:
        ours.send(None)
        process.join()
    least = {take: [*map(min, zip(*each, strict=True))] for take, each in times.items()}
    for take, name in ((bare, "the SDK's bare loop"), (followed, "a run")):
        wall, cpu = (1e6 * value / options.tokens for value in least[take])
        print(f"  {name:22}{wall:7.1f} µs a token, {cpu:7.1f} of CPU")
    wall, cpu = (mine / other for mine, other in zip(least[followed], least[bare], strict=True))
    print(f"  a run ÷ bare          {wall:7.2f} × wall, {cpu:5.2f} × CPU")


if __name__ == "__main__":
    main()
