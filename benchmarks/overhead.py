"""What showing a run costs: a displayed run against the bare loop, beside what people do today.

Every variant streams the same tokens from a model without delay, in one kernel, in turn; the figure
is the median of ``--rounds`` ratios to the bare loop of the same round. ``display(update=True)`` and
``ipywidgets.HTML`` send the whole text again for each token, so they get a tenth of the tokens.

    python benchmarks/overhead.py [--tokens 20000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import statistics
from dataclasses import dataclass

from kernel import Kernel, Published

SETUP = """
import os, time
os.environ["LANGSMITH_TRACING"] = "false"
import asyncio, operator
from typing import Annotated, Any
from typing_extensions import TypedDict
from IPython.display import display
import ipywidgets
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, AnyMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages

class Model(BaseChatModel):
    count: int
    @property
    def _llm_type(self): return "benchmark"
    def _generate(self, *args, **kwargs): raise NotImplementedError
    def _stream(self, messages, stop=None, run_manager=None, **kwargs):
        for i in range(self.count):
            chunk = ChatGenerationChunk(message=AIMessageChunk(f"word{i % 100} ", id="m"))
            if run_manager: run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk
    async def _astream(self, messages, stop=None, run_manager=None, **kwargs):
        for i in range(self.count):
            await asyncio.sleep(0)
            chunk = ChatGenerationChunk(message=AIMessageChunk(f"word{i % 100} ", id="m"))
            if run_manager: await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]

def build(count, asynchronous):
    model = Model(count=count)
    async def speak_async(state): return {"messages": [await model.ainvoke("go")]}
    def speak_sync(state): return {"messages": [model.invoke("go")]}
    speak = speak_async if asynchronous else speak_sync
    return StateGraph(State).add_node("speak", speak).add_edge(START, "speak").compile()

ALL = ["values", "updates", "messages", "custom", "debug"]
EMPTY = {"messages": []}
"""

LOOP = """
graph = build({count}, {asynchronous})
began = time.perf_counter()
{before}
async for namespace, mode, part in graph.astream(EMPTY, stream_mode={modes}, subgraphs=True):
    {body}
"""

MAGIC = """%%lgstream graph {options}
EMPTY
"""


@dataclass
class Variant:
    name: str
    before: str = "pass"
    body: str = "pass"
    share: float = 1.0  # of the tokens


TODAY = [
    Variant("print per token", body="mode == 'messages' and print(part[0].content, end='')"),
    Variant(
        "display(update=True)",
        before="text = ''; handle = display('', display_id=True)",
        body="text += part[0].content if mode == 'messages' else ''; handle.update(text)",
        share=0.1,
    ),
    Variant(
        "ipywidgets.HTML",
        before="text = ''; box = ipywidgets.HTML(); display(box)",
        body="text += part[0].content if mode == 'messages' else ''; box.value = text",
        share=0.1,
    ),
]


class Bench:
    def __init__(self, kernel: Kernel, tokens: int) -> None:
        self.kernel = kernel
        self.tokens = tokens
        kernel.run(SETUP)
        kernel.run("%load_ext lg_jupyter")

    def seconds(self) -> float:
        return float(self.kernel.run("print(time.perf_counter() - began)").text)

    def loop(self, variant: Variant, modes: str, asynchronous: bool) -> tuple[float, Published]:
        code = LOOP.format(
            count=int(self.tokens * variant.share),
            asynchronous=asynchronous,
            before=variant.before,
            body=variant.body,
            modes=modes,
        )
        published = self.kernel.run(code + "seconds = time.perf_counter() - began")
        return float(self.kernel.run("print(seconds)").text), published

    def displayed(self, options: str, asynchronous: bool) -> tuple[float, Published]:
        self.kernel.run(f"graph = build({self.tokens}, {asynchronous})")
        self.kernel.run("began = time.perf_counter()")
        overhead = self.seconds()
        self.kernel.run("began = time.perf_counter()")
        published = self.kernel.run(MAGIC.format(options=options))
        return self.seconds() - overhead, published


def report(name: str, ratios: list[float], published: Published, text_bytes: float) -> None:
    open_bytes = published.bytes.get("comm_open", 0)
    rate = published.most_in_a_second()
    sent = (published.total_bytes - open_bytes) / text_bytes
    print(
        f"  {name:24} {statistics.median(ratios):6.2f} × bare   {published.total_messages:6} messages"
        f"   at most {rate:5}/s   {sent:8.2f} × the text"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    text_bytes = sum(len(f"word{i % 100} ") for i in range(arguments.tokens))
    with Kernel() as kernel:
        bench = Bench(kernel, arguments.tokens)
        for asynchronous in (True, False):
            for modes, options in (('["messages"]', "-m messages"), ("ALL", "")):
                kind = "async" if asynchronous else "sync"
                print(f"{arguments.tokens} tokens from an {kind} node, modes {modes}:")
                ratios: dict[str, list[float]] = {}
                last: dict[str, Published] = {}
                for _ in range(arguments.rounds):
                    bare, _published = bench.loop(Variant("bare"), modes, asynchronous)
                    seconds, last["lg_jupyter"] = bench.displayed(options, asynchronous)
                    ratios.setdefault("lg_jupyter", []).append(seconds / bare)
                    for variant in TODAY:
                        seconds, last[variant.name] = bench.loop(variant, modes, asynchronous)
                        ratios.setdefault(variant.name, []).append(seconds / (bare * variant.share))
                for name, values in ratios.items():
                    share = next((v.share for v in TODAY if v.name == name), 1.0)
                    report(name, values, last[name], text_bytes * share)


if __name__ == "__main__":
    main()
