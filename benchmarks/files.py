"""What it costs to write a run to a file, while it goes on and afterwards, and to read it.

    python benchmarks/files.py [--tokens 20000] [--steps 1000] [--rounds 5]

Ratios are of the time of the processor, all threads together, and medians of rounds in one process.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["LANGSMITH_TRACING"] = "false"

import orjson
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langgraph.graph import START, MessagesState, StateGraph

import lg_jupyter
from lg_jupyter.encode import Encoder
from lg_jupyter.events.events import Part
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources.saved import writing as saved
from lg_jupyter.tables.trace import Trace


class Model(BaseChatModel):
    """Speaks without delay."""

    count: int

    @property
    def _llm_type(self) -> str:
        return "benchmark"

    def _generate(self, *args: Any, **options: Any) -> Any:
        raise NotImplementedError

    async def _astream(self, messages: Any, stop: Any = None, run_manager: Any = None, **_: Any) -> Any:
        for number in range(self.count):
            await asyncio.sleep(0)
            chunk = ChatGenerationChunk(message=AIMessageChunk(f"word{number % 100} ", id="m"))
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


def graph(tokens: int) -> Any:
    model = Model(count=tokens)

    async def speak(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await model.ainvoke("go")]}

    return StateGraph(MessagesState).add_node("speak", speak).add_edge(START, "speak").compile()


async def run_once(tokens: int, save: Path | None) -> tuple[float, Run]:
    began = time.process_time()
    run = await lg_jupyter.stream(graph(tokens), {"messages": []}, display=False, save=save)
    return time.process_time() - began, run


def ratio(first: list[float], second: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(first, second, strict=True))


def timed(action: Callable[[], Any], rounds: int) -> list[float]:
    times = []
    for _ in range(rounds):
        began = time.process_time()
        action()
        times.append(time.process_time() - began)
    return times


async def while_it_goes_on(folder: Path, tokens: int, rounds: int) -> Run:
    names: dict[str, Path | None] = {"without": None}
    names |= {ending: folder / f"live{ending}" for ending in (".jsonl", ".jsonl.gz", ".jsonl.zst")}
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name, path in names.items():
            seconds, run = await run_once(tokens, path)
            times[name].append(seconds)
    for name, path in names.items():
        if path is not None:
            size = path.stat().st_size / tokens
            report(f"{tokens:,} tokens, saved as {name} ÷ not", ratio(times[name], times["without"]))
            report("    bytes a token", size)
    return run


def afterwards(folder: Path, run: Run, rounds: int) -> None:
    parts = list(get_run_state(run).parts)
    path = folder / "run.jsonl"
    written = timed(lambda: run.save(path), rounds)
    dumped = timed(lambda: [orjson.dumps(part, default=list) for part in parts], rounds)
    fed = timed(lambda: [trace.feed(part) for trace in [Trace()] for part in parts], rounds)
    loaded = timed(lambda: lg_jupyter.load(path), rounds)
    report("save ÷ orjson alone", ratio(written, dumped))
    report("    µs a part", written[-1] / len(parts) * 1e6)
    report("load ÷ making the tables alone", ratio(loaded, fed))
    report("    µs a part", loaded[-1] / len(parts) * 1e6)


def growing(folder: Path, steps: int) -> None:
    """A state whose message list grows by one each step: what a step adds to the file."""
    encoder, live = Encoder(), [{"id": str(n), "type": "human", "content": "x" * 200} for n in range(20)]
    parts = []
    for step in range(steps):
        live = [*live, {"id": f"step {step}", "type": "ai", "content": "y" * 200}]
        parts.append(Part("values", "", encoder.encode_state("", {"messages": live}), float(step)))
    sizes = []
    for count in (steps // 2, steps):
        saved.write_run_file(folder / "growing.jsonl", {"name": "growing"}, parts[:count])
        sizes.append((folder / "growing.jsonl").stat().st_size)
    late, early = (sizes[1] - sizes[0]) / (steps - steps // 2), sizes[0] / (steps // 2)
    report(f"a late step ÷ an early one, of {steps:,} steps of a list that grows", late / early)
    report("    bytes a step", late)


def report(what: str, figure: float) -> None:
    print(f"{what:<70} {figure:>9.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = asyncio.run(while_it_goes_on(folder, given.tokens, given.rounds))
        afterwards(folder, run, given.rounds)
        growing(folder, given.steps)


if __name__ == "__main__":
    main()
