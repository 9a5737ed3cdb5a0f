"""What the cells of the benchmarks stream: a model that says many words, in a graph of one node."""

from __future__ import annotations

SETUP = """
import os, time
os.environ["LANGSMITH_TRACING"] = "false"
import asyncio
from typing import Annotated
from typing_extensions import TypedDict
from IPython.display import display
import ipywidgets
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, AnyMessage
from langchain_core.outputs import ChatGenerationChunk
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages

class Model(BaseChatModel):
    count: int
    rate: float | None = None  # words a second

    @property
    def _llm_type(self): return "benchmark"

    def _generate(self, *args, **kwargs): raise NotImplementedError

    def _chunk(self, i):
        return ChatGenerationChunk(message=AIMessageChunk(f"word{i % 100} ", id="m"))

    def _stream(self, messages, stop=None, run_manager=None, **kwargs):
        for i in range(self.count):
            chunk = self._chunk(i)
            if run_manager: run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _astream(self, messages, stop=None, run_manager=None, **kwargs):
        began = time.perf_counter()
        for i in range(self.count):
            behind = time.perf_counter() - began - i / self.rate if self.rate else 0
            await asyncio.sleep(max(0, -behind))
            chunk = self._chunk(i)
            if run_manager: await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]

def build(count, asynchronous=True, rate=None):
    model = Model(count=count, rate=rate)
    async def speak_async(state): return {"messages": [await model.ainvoke("go")]}
    def speak_sync(state): return {"messages": [model.invoke("go")]}
    speak = speak_async if asynchronous else speak_sync
    return StateGraph(State).add_node("speak", speak).add_edge(START, "speak").compile()

ALL = ["values", "updates", "messages", "custom", "debug"]
EMPTY = {"messages": []}
"""

STOPWATCH = """
def _start(info): _start.at = time.perf_counter(), time.process_time()
def _stop(result): _stop.after = time.perf_counter() - _start.at[0], time.process_time() - _start.at[1]
_start.at = 0.0, 0.0
get_ipython().events.register("pre_run_cell", _start)
get_ipython().events.register("post_run_cell", _stop)
"""
"""Has each cell timed: the next one may ``print(*_stop.after)``, seconds of wall and of CPU."""


def text_bytes(tokens: int) -> int:
    """The length of what the model says."""
    return sum(len(f"word{i % 100} ") for i in range(tokens))
