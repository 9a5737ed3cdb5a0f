"""What a run of a million tokens takes in memory, beside what LangGraph and LangChain take for it.

Each variant streams the same tokens in all modes, in a process of its own: the bare loop, which keeps
nothing; a loop that keeps what it is given, as one may do oneself; a run; a run with a smaller ``max_bytes``.
Of each, how much more memory than before the process has at its peak; what of it is in use when all is over,
for what was streamed is held still; and what the process keeps then, for Python gives memory back by the
megabyte, where nothing in it is in use. What the bare loop takes is LangGraph's and LangChain's, which gather
the pieces of a message until it is whole; what is more than that is ours. On Linux only.

    python -m benchmarks.memory [--tokens 1000000]
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import gc
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from benchmarks.graphs import SETUP

SMALL = 64_000_000
"""The ``max_bytes`` of the last variant."""


class Mallinfo(ctypes.Structure):
    """What ``mallinfo2`` gives: see its page in the C library's manual."""

    _names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
    _fields_ = [(name, ctypes.c_size_t) for name in _names.split()]


class Memory(NamedTuple):
    """What a process has more than before the run, in megabytes, and seconds of wall time."""

    peak: float
    in_use: float
    kept: float
    seconds: float
    held_events: int | None


async def bare(stream: Any, keep: list[Any] | None = None) -> list[Any] | None:
    async for item in stream:
        if keep is not None:
            keep.append(item)
    return keep


def variants(scope: dict[str, Any]) -> dict[str, Callable[[Any], Awaitable[Any]]]:
    """By name, what streams a graph and gives back what it holds of it."""
    import lg_jupyter

    def items(graph: Any) -> Any:
        return graph.astream(scope["EMPTY"], stream_mode=scope["ALL"], subgraphs=True)

    async def run(graph: Any, max_bytes: int | None = None) -> Any:
        return await lg_jupyter.stream(
            graph, scope["EMPTY"], modes=scope["ALL"], display=False, max_bytes=max_bytes
        )

    return {
        "bare loop": lambda graph: bare(items(graph)),
        "loop that keeps all": lambda graph: bare(items(graph), []),
        "run": run,
        f"run, max_bytes={SMALL:_}": lambda graph: run(graph, SMALL),
    }


def resident() -> float:
    """Megabytes of the process, when all is given back that can be."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


def in_use() -> float:
    """Megabytes of objects: of small ones by Python's account, of others by the C library's."""
    with tempfile.TemporaryFile() as file:
        stderr = os.dup(2)
        os.dup2(file.fileno(), 2)
        sys._debugmallocstats()
        os.dup2(stderr, 2)
        os.close(stderr)
        file.seek(0)
        found = re.search(r"# bytes in allocated blocks += +([\d,]+)", file.read().decode())
    assert found is not None
    account = ctypes.CDLL(None).mallinfo2
    account.restype = Mallinfo
    large = account()
    return (int(found[1].replace(",", "")) + large.uordblks + large.hblkhd) / 1e6


def measure(name: str, tokens: int) -> Memory:
    """Stream in this process."""
    scope: dict[str, Any] = {"__name__": "benchmarks.setup"}
    exec(compile(SETUP, "<setup>", "exec", dont_inherit=True), scope)  # its annotations are evaluated at once
    stream = variants(scope)[name]
    asyncio.run(stream(scope["build"](100)))  # what is imported and made once
    before, used, began = resident(), in_use(), time.monotonic()
    held = asyncio.run(stream(scope["build"](tokens)))
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    after = resident()
    events = getattr(getattr(held, "trace", None), "events", None)
    return Memory(
        peak - before, in_use() - used, after - before, seconds, None if events is None else len(events)
    )


def in_process_of_its_own(name: str, tokens: int) -> Memory:
    command = [sys.executable, "-m", "benchmarks.memory", f"--tokens={tokens}", f"--only={name}"]
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return Memory(*json.loads(printed))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tokens", type=int, default=1_000_000)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only is not None:
        print(json.dumps(measure(options.only, options.tokens)))
        return
    print(f"{options.tokens:,} tokens, in MB")
    print(f"{'':28}{'peak':>8}{'÷ bare':>8}{'in use':>8}{'kept':>8}{'s':>8}{'events held':>14}")
    first: Memory | None = None
    for name in variants({}):
        memory = in_process_of_its_own(name, options.tokens)
        first = first or memory
        figures = (
            f"{memory.peak:8,.0f}{memory.peak / first.peak:8.2f}{memory.in_use:8,.0f}{memory.kept:8,.0f}"
        )
        events = "" if memory.held_events is None else f"{memory.held_events:,}"
        print(f"  {name:26}{figures}{memory.seconds:8,.0f}{events:>14}", flush=True)


if __name__ == "__main__":
    main()
