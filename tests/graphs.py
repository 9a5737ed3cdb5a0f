"""Small graphs that need no network, and the fake model that speaks in them.

``build_<name>(checkpointer=None)`` makes one to run here; the module's ``<name>`` is the same graph without
a checkpointer, for a server (``langgraph.json``). ``INPUTS`` has an input for each.
"""

from __future__ import annotations

import asyncio
import inspect
import operator
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.tools import tool
from langgraph.config import get_stream_writer
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Send, interrupt
from typing_extensions import TypedDict


class ScriptedModel(BaseChatModel):
    """Says the lines it was given, one chunk per item: text, content blocks, or fields of a chunk.

    Which line it says is told by the number of answers already in the prompt, so that a loop of model and
    tools walks through them; the last one is repeated. ``pause`` seconds pass before each chunk.
    """

    lines: list[list[Any]]
    pause: float = 0.0
    label: str = "scripted"

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _get_ls_params(self, stop: Any = None, **_: Any) -> Any:
        return {"ls_provider": "scripted", "ls_model_name": self.label, "ls_model_type": "chat"}

    def bind_tools(self, tools: Any, **_: Any) -> ScriptedModel:
        return self

    def _script(self, messages: list[BaseMessage]) -> list[AIMessageChunk]:
        answered = sum(isinstance(message, AIMessage) for message in messages)
        line = self.lines[min(answered, len(self.lines) - 1)]
        message_id = f"msg-{uuid.uuid4().hex[:12]}"
        fields = [item if isinstance(item, dict) else {"content": item} for item in line]
        used = {
            "input_tokens": len(messages),
            "output_tokens": len(line),
            "total_tokens": len(messages) + len(line),
        }
        end = {"content": "", "usage_metadata": used, "response_metadata": {"model_name": self.label}}
        return [AIMessageChunk(**{"content": "", "id": message_id, **kwargs}) for kwargs in (*fields, end)]

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: Any = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in self._script(messages):
            time.sleep(self.pause)
            generation = ChatGenerationChunk(message=chunk)
            if run_manager:
                run_manager.on_llm_new_token("", chunk=generation)
            yield generation

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: Any = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._script(messages):
            await asyncio.sleep(self.pause)
            generation = ChatGenerationChunk(message=chunk)
            if run_manager:
                await run_manager.on_llm_new_token("", chunk=generation)
            yield generation

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any
    ) -> ChatResult:
        first, *others = self._script(messages)
        whole = first
        for chunk in others:
            whole = whole + chunk
        said = AIMessage(
            content=whole.content,
            id=whole.id,
            tool_calls=whole.tool_calls,
            usage_metadata=whole.usage_metadata,
            response_metadata=whole.response_metadata,
        )
        return ChatResult(generations=[ChatGeneration(message=said)])


def words(text: str) -> list[str]:
    """A line for the model: each word a chunk."""
    first, *others = text.split(" ")
    return [first, *(f" {word}" for word in others)]


class Log(TypedDict):
    topic: str
    log: Annotated[list[str], operator.add]


class Logged(TypedDict):
    log: Annotated[list[str], operator.add]


class Chat(TypedDict):
    topic: str
    messages: Annotated[list[AnyMessage], add_messages]


def build_steps(checkpointer: Any = None) -> Any:
    """Two nodes, one after the other."""

    def first(state: Log) -> dict[str, Any]:
        return {"log": ["first"]}

    def second(state: Log) -> dict[str, Any]:
        return {"topic": state["topic"] + "!", "log": ["second"]}

    graph = StateGraph(Log).add_node("first", first).add_node("second", second)
    graph.add_edge(START, "first").add_edge("first", "second")
    return graph.compile(checkpointer=checkpointer)


def build_nested(checkpointer: Any = None) -> Any:
    """A graph in a graph in a graph; a model speaks in the innermost, and custom data come on the way."""

    def draft(state: Chat) -> dict[str, Any]:
        get_stream_writer()({"drafting": state["topic"]})
        model = ScriptedModel(lines=[words("a draft about ice")])
        return {"messages": [model.invoke([HumanMessage(state["topic"])])]}

    def check(state: Chat) -> dict[str, Any]:
        return {"topic": state["topic"] + " (checked)"}

    def plan(state: Chat) -> dict[str, Any]:
        get_stream_writer()("planning")
        return {"topic": state["topic"].upper()}

    writer = StateGraph(Chat).add_node("draft", draft).add_edge(START, "draft").compile(name="writer")
    team = StateGraph(Chat).add_node("writer", writer).add_node("check", check)
    team.add_edge(START, "writer").add_edge("writer", "check")
    graph = StateGraph(Chat).add_node("plan", plan).add_node("team", team.compile(name="team"))
    graph.add_edge(START, "plan").add_edge("plan", "team")
    return graph.compile(checkpointer=checkpointer)


@tool
def weather(city: str) -> str:
    """The weather in a city."""
    get_stream_writer()({"asked for": city})
    return f"rain in {city}"


@tool
def fragile(x: int) -> str:
    """A tool that breaks."""
    raise ValueError(f"cannot take {x}")


def _call(name: str, args: str, call_id: str, index: int) -> dict[str, Any]:
    piece = {"name": name, "args": args, "id": call_id, "index": index, "type": "tool_call_chunk"}
    return {"tool_call_chunks": [piece]}


def _more(args: str, index: int) -> dict[str, Any]:
    return {
        "tool_call_chunks": [
            {"name": None, "args": args, "id": None, "index": index, "type": "tool_call_chunk"}
        ]
    }


def build_late(checkpointer: Any = None) -> Any:
    """A node in a subgraph that takes longer than it may, where LangGraph has such limits."""

    async def wait(state: Log) -> dict[str, Any]:
        await asyncio.sleep(30 if limit else 0)
        return {"log": ["waited"]}

    limit = {"timeout": 0.2} if "timeout" in inspect.signature(StateGraph.add_node).parameters else {}
    inner = StateGraph(Log).add_node("wait", wait, **limit).add_edge(START, "wait").compile()
    graph = StateGraph(Log).add_node("inner", inner).add_edge(START, "inner")
    return graph.compile(checkpointer=checkpointer)


def build_react(checkpointer: Any = None) -> Any:
    """A model and its tools: two calls at once, one of which fails, then the answer.

    A topic is the seconds that pass before each chunk.
    """
    from langgraph.prebuilt import ToolNode, tools_condition

    calls = [
        *words("Let me look."),
        _call("weather", '{"city": ', "call-1", 1),
        _more('"Bergen"}', 1),
        _call("fragile", '{"x": 3}', "call-2", 2),
    ]
    model = ScriptedModel(lines=[calls, words("It rains in Bergen.")])

    def agent(state: Chat) -> dict[str, Any]:
        paced = model.model_copy(update={"pause": float(state.get("topic") or 0)})
        return {"messages": [paced.invoke(state["messages"])]}

    graph = StateGraph(Chat).add_node("agent", agent)
    graph.add_node("tools", ToolNode([weather, fragile], handle_tool_errors=True))
    graph.add_edge(START, "agent").add_edge("tools", "agent")
    graph.add_conditional_edges("agent", tools_condition)
    return graph.compile(checkpointer=checkpointer)


def build_fan(checkpointer: Any = None) -> Any:
    """Three copies of a subgraph at once, each with a model that speaks."""

    class One(TypedDict):
        topic: str
        messages: Annotated[list[AnyMessage], add_messages]

    class Said(TypedDict):
        messages: Annotated[list[AnyMessage], add_messages]

    def speak(state: One) -> dict[str, Any]:
        model = ScriptedModel(lines=[words(f"all about {state['topic']}")], pause=0.002, label=state["topic"])
        return {"messages": [model.invoke([HumanMessage(state["topic"])])]}

    def send(state: Chat) -> list[Send]:
        return [Send("speaker", {"topic": name, "messages": []}) for name in ("ants", "bees", "cats")]

    speaker = StateGraph(One, output_schema=Said).add_node("speak", speak).add_edge(START, "speak").compile()
    graph = StateGraph(Chat).add_node("speaker", speaker)
    graph.add_conditional_edges(START, send, ["speaker"])
    return graph.compile(checkpointer=checkpointer)


def build_ask(checkpointer: Any = None) -> Any:
    """Stops to ask, in a subgraph."""

    def question(state: Log) -> dict[str, Any]:
        answer = interrupt({"may I": state["topic"]})
        return {"log": [f"answer: {answer}"]}

    asker = StateGraph(Log).add_node("question", question).add_edge(START, "question").compile()
    graph = StateGraph(Log).add_node("asker", asker).add_edge(START, "asker")
    return graph.compile(checkpointer=checkpointer)


def build_gate(checkpointer: Any = None) -> Any:
    """Stops before its second node, for nobody's question: a static breakpoint."""

    def open_(state: Log) -> dict[str, Any]:
        return {"log": ["opened"]}

    def close(state: Log) -> dict[str, Any]:
        return {"log": ["closed"]}

    graph = StateGraph(Log).add_node("open", open_).add_node("close", close)
    graph.add_edge(START, "open").add_edge("open", "close")
    return graph.compile(checkpointer=checkpointer, interrupt_before=["close"])


def build_asks(checkpointer: Any = None) -> Any:
    """Asks twice at once, one of the two in a subgraph, and once more when both are answered."""

    def ask(question: str) -> Callable[[Log], dict[str, Any]]:
        return lambda state: {"log": [f"{question}: {interrupt(question)}"]}

    inner = StateGraph(Log, output_schema=Logged).add_node("inside", ask("colour")).add_edge(START, "inside")
    graph = StateGraph(Log).add_node("size", ask("size")).add_node("sub", inner.compile())
    graph.add_node("sure", ask("sure")).add_edge(START, "size").add_edge(START, "sub")
    graph.add_edge(["size", "sub"], "sure")
    return graph.compile(checkpointer=checkpointer)


class OddError(Exception):
    """An exception whose text a server does not pass on."""


def build_broken(checkpointer: Any = None) -> Any:
    """Fails in a subgraph's node, in the way that the topic names."""

    def fall(state: Log) -> dict[str, Any]:
        if state["topic"] == "odd":
            raise OddError("hidden behind the server")
        if state["topic"] == "zero":
            return {"log": [str(1 / 0)]}
        raise ValueError(f"no {state['topic']} today")

    def before(state: Log) -> dict[str, Any]:
        return {"log": ["before"]}

    inner = StateGraph(Log).add_node("fall", fall).add_edge(START, "fall").compile()
    graph = StateGraph(Log).add_node("before", before).add_node("inner", inner)
    graph.add_edge(START, "before").add_edge("before", "inner")
    return graph.compile(checkpointer=checkpointer)


def _tick(path: str, number: int) -> None:
    with suppress(RuntimeError):  # Python 3.10: asynchronous runs have no writer
        get_stream_writer()({"tick": number})
    if path:
        with Path(path).open("a") as file:
            file.write(f"{number}\n")


def build_slow(checkpointer: Any = None) -> Any:
    """Ticks for six seconds, asynchronously, into the stream and into the file that the topic names."""

    async def tick(state: Log) -> dict[str, Any]:
        for number in range(60):
            _tick(state["topic"], number)
            await asyncio.sleep(0.1)
        return {"log": ["ticked"]}

    graph = StateGraph(Log).add_node("tick", tick).add_edge(START, "tick")
    return graph.compile(checkpointer=checkpointer)


def build_heavy(checkpointer: Any = None) -> Any:
    """Ticks likewise for a second and a half, in a plain function that nothing can stop."""

    def tick(state: Log) -> dict[str, Any]:
        for number in range(15):
            _tick(state["topic"], number)
            time.sleep(0.1)
        return {"log": ["ticked"]}

    def after(state: Log) -> dict[str, Any]:
        _tick(state["topic"], 99)
        return {"log": ["after"]}

    graph = StateGraph(Log).add_node("tick", tick).add_node("after", after)
    graph.add_edge(START, "tick").add_edge("tick", "after")
    return graph.compile(checkpointer=checkpointer)


@task
def double(number: int) -> int:
    get_stream_writer()({"doubling": number})
    return 2 * number


def build_flow(checkpointer: Any = None) -> Any:
    """The functional API: tasks at once, then a model."""

    @entrypoint(checkpointer=checkpointer)
    def flow(count: int) -> dict[str, Any]:
        doubled = [one.result() for one in [double(number) for number in range(count)]]
        said = ScriptedModel(lines=[words("doubled all")]).invoke([HumanMessage(str(doubled))])
        return {"doubled": doubled, "said": said.content}

    return flow


class Secret(TypedDict):
    tenant: str


def build_context(checkpointer: Any = None) -> Any:
    """Takes a context, and says what it was."""
    from langgraph.runtime import Runtime

    def tell(state: Log, runtime: Runtime[Secret]) -> dict[str, Any]:
        return {"log": [f"tenant {(runtime.context or {}).get('tenant')}"]}

    graph = StateGraph(Log, context_schema=Secret).add_node("tell", tell).add_edge(START, "tell")
    return graph.compile(checkpointer=checkpointer)


_BUILDERS = {
    name.removeprefix("build_"): value for name, value in globals().items() if name.startswith("build_")
}


def build(name: str, checkpointer: Any = None) -> Any:
    """The graph of this name."""
    return _BUILDERS[name](checkpointer)


INPUTS: dict[str, Any] = {
    "steps": {"topic": "ice", "log": []},
    "nested": {"topic": "ice", "messages": []},
    "react": {"topic": "", "messages": [{"role": "user", "content": "weather?", "id": "asked"}]},
    "fan": {"topic": "", "messages": []},
    "ask": {"topic": "go on", "log": []},
    "asks": {"topic": "", "log": []},
    "gate": {"topic": "", "log": []},
    "broken": {"topic": "milk", "log": []},
    "slow": {"topic": "", "log": []},
    "heavy": {"topic": "", "log": []},
    "late": {"topic": "", "log": []},
    "flow": 3,
    "context": {"topic": "", "log": []},
}

steps, nested, react, fan = build_steps(), build_nested(), build_react(), build_fan()
asks, late = build_asks(), build_late()
ask, gate, broken, slow, heavy = build_ask(), build_gate(), build_broken(), build_slow(), build_heavy()
flow, context = build_flow(), build_context()
