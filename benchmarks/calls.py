"""What it costs to hear of every call of a model: time, memory, and what a saved run grows by.

Each figure of time is a ratio within a round: with the handler to without it, of the same graph, in turn, in
CPU seconds. Beside the median of the ratios stands that of the least of both, for what else a machine does
can only add to one. Nothing is shown; models answer at once, so a real call's share is far smaller.

    python -m benchmarks.calls [--tokens 20000] [--calls 1000] [--rounds 7]
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ["LANGSMITH_TRACING"] = "false"

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langgraph.graph import START, MessagesState, StateGraph

import lg_jupyter
from lg_jupyter.sources.local.call_recorder import CallRecorder
from lg_jupyter.sources.local.source import LocalSource

GROWING_CALLS = 100
GIVEN = {"messages": [HumanMessage("go", id="question")]}


class Model(BaseChatModel):
    """Says ``count`` words at once."""

    count: int = 1

    @property
    def _llm_type(self) -> str:
        return "benchmark"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("some words of an answer " * 40))])

    async def _astream(self, messages: Any, stop: Any = None, run_manager: Any = None, **_: Any) -> Any:
        for number in range(self.count):
            chunk = ChatGenerationChunk(message=AIMessageChunk(f"word{number % 100} "))
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


class Whole(Model):
    """Gives its answer whole."""

    disable_streaming: bool = True


def of_one_node(node: Any) -> Any:
    return StateGraph(MessagesState).add_node("node", node).add_edge(START, "node").compile()


def streaming(tokens: int) -> Any:
    model = Model(count=tokens)

    async def speak(state: MessagesState) -> Any:
        return {"messages": [await model.ainvoke(state["messages"])]}

    return of_one_node(speak)


def calling(calls: int) -> Any:
    model = Whole()

    async def call(state: MessagesState) -> Any:
        for _ in range(calls):
            await model.ainvoke("go")
        return {}

    return of_one_node(call)


def growing(calls: int) -> Any:
    """An agent whose messages grow by two with each call."""
    model = Whole()

    def agent(state: MessagesState) -> Any:
        answer = model.invoke([SystemMessage("Be brief."), *state["messages"]])
        return {"messages": [answer, HumanMessage("some words of a question " * 40)]}

    graph = StateGraph(MessagesState).add_node("agent", agent).add_edge(START, "agent")

    def goes_on(state: MessagesState) -> str:
        return "agent" if len(state["messages"]) < 2 * calls else "__end__"

    return graph.add_conditional_edges("agent", goes_on).compile()


@contextmanager
def unheard() -> Iterator[None]:
    """Runs in here have no handler."""
    start = LocalSource.start_recording_calls
    LocalSource.start_recording_calls = lambda self, notify: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        LocalSource.start_recording_calls = start  # type: ignore[method-assign]


Action = Callable[[], Awaitable[Any]]


async def cpu_seconds(action: Action) -> float:
    gc.collect()
    began = time.process_time()
    await action()
    return time.process_time() - began


async def compare(name: str, heard: Action, bare: Action, rounds: int, budget: float) -> None:
    await bare()
    await heard()
    pairs = [(await cpu_seconds(heard), await cpu_seconds(bare)) for _ in range(rounds)]
    median = statistics.median(mine / theirs for mine, theirs in pairs)
    least = min(mine for mine, _ in pairs) / min(theirs for _, theirs in pairs)
    print(f"  {name:52}{median:6.2f} × (least to least {least:.2f} ×), at most {budget:.2f} ×", flush=True)


async def streams(graph: Any, modes: list[str], config: Callable[[], Any] = dict) -> None:
    async for _ in graph.astream(GIVEN, {"recursion_limit": 5000, **config()}, stream_mode=modes):
        pass


async def runs(graph: Any, modes: list[str] | None = None) -> Any:
    config = {"recursion_limit": 5000}
    return await lg_jupyter.stream(graph, GIVEN, modes=modes, config=config, display=False)


async def runs_unheard(graph: Any, modes: list[str] | None = None) -> Any:
    with unheard():
        return await runs(graph, modes)


def with_handler() -> Any:
    return {"callbacks": [CallRecorder(lambda: None)]}


async def times(tokens: int, calls: int, rounds: int) -> None:
    graph = streaming(tokens)
    what = f"a run of {tokens:,} tokens, to one that does not listen"
    await compare(what, lambda: runs(graph), lambda: runs_unheard(graph), rounds, 1.05)
    many, modes = calling(calls), ["updates"]
    heard = lambda: streams(many, modes, with_handler)  # noqa: E731
    what = f"{calls:,} calls that do not stream, to LangGraph's own"
    await compare(what, heard, lambda: streams(many, modes), rounds, 1.3)


async def sizes(folder: Path) -> None:
    graph = growing(GROWING_CALLS)
    await runs(graph)
    kept, saved = [], []
    for run in (runs_unheard, runs):
        gc.collect()
        tracemalloc.start()
        done = await run(graph)
        done.trace.rows("model_calls")
        gc.collect()
        kept.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        done.save(folder / "run.jsonl")
        saved.append((folder / "run.jsonl").stat().st_size)
    prompts = sum(len(repr(call.input)) for call in done.calls)
    last = len(done.calls[-1].input)
    print(f"  {len(done.calls)} calls that grow to {last} messages: {mb(prompts)} as text")
    print(f"    in memory {mb(kept[0])} without, {mb(kept[1])} with them: + {mb(kept[1] - kept[0])}")
    print(f"    in a file {mb(saved[0])} without, {mb(saved[1])} with them: + {mb(saved[1] - saved[0])}")


def mb(count: int) -> str:
    return f"{count / 1e6:.2f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    asyncio.run(times(arguments.tokens, arguments.calls, arguments.rounds))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(sizes(Path(folder)))


if __name__ == "__main__":
    main()
