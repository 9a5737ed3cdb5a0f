"""What a run knows of its calls, against what the model itself was given, in graphs of many kinds."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, HumanMessage, SystemMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langchain_core.tools import tool
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.prebuilt import ToolNode, tools_condition
from langgraph.types import Send
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

import lg_jupyter

ASK = {"messages": [HumanMessage("Does it rain?")]}
NEEDS_CONTEXT = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="a coroutine function has no context, and a model in it no callbacks"
)


class Chat(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]


class Noting(BaseChatModel):
    """Keeps what it is given. Answers that are errors are raised; after the last it says words."""

    answers: list[Any] = Field(default_factory=list)
    given: list[tuple[list[Any], Any]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "noting"

    def bind_tools(self, tools: Any, **options: Any) -> Any:
        return self.bind(tools=[{"name": getattr(each, "name", str(each))} for each in tools], **options)

    def _answer(self, messages: list[Any], options: dict[str, Any]) -> AIMessage:
        self.given.append(([shape(message.model_dump()) for message in messages], options.get("tools") or []))
        answer = self.answers.pop(0) if self.answers else "It rains."
        if isinstance(answer, BaseException):
            raise answer
        return answer if isinstance(answer, AIMessage) else AIMessage(answer)

    def _generate(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **options: Any
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._answer(messages, options))])

    def _stream(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **options: Any
    ) -> Iterator[Any]:
        answer = self._answer(messages, options)
        calls = [
            {"name": call["name"], "args": "{}", "id": call["id"], "index": 0} for call in answer.tool_calls
        ]
        for piece in str(answer.content).split(" "):
            chunk = ChatGenerationChunk(message=AIMessageChunk(piece, tool_call_chunks=calls))
            calls = []
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk


def shape(message: dict[str, Any]) -> tuple[Any, ...]:
    """What of a message matters."""
    calls = [(call["name"], call["args"], call["id"]) for call in message.get("tool_calls") or ()]
    return message["type"], message["content"], calls, message.get("tool_call_id")


def one_node(node: Any) -> Any:
    return StateGraph(Chat).add_node("node", node).add_edge(START, "node").compile()


def requesting(name: str, call_id: str = "c") -> AIMessage:
    return AIMessage("", tool_calls=[{"id": call_id, "name": name, "args": {}}])


# -- graphs, each made with the model that it calls

Graph = Callable[[Noting], Any]


def plainly(model: Noting) -> Any:
    return one_node(lambda state: {"messages": [model.invoke([SystemMessage("brief"), *state["messages"]])]})


def asynchronously(model: Noting) -> Any:
    async def node(state: Chat, config: RunnableConfig) -> Any:
        return {"messages": [await model.ainvoke(state["messages"], config)]}

    return one_node(node)


def streamed_by_the_node(model: Noting) -> Any:
    def node(state: Chat) -> Any:
        whole = None
        for chunk in model.stream(state["messages"]):
            whole = chunk if whole is None else whole + chunk
        return {"messages": [whole]}

    return one_node(node)


def trimmed_and_in_pieces(model: Noting) -> Any:
    """The state changes in place while it is sent: what was sent is what was known then."""

    def node(state: Chat) -> Any:
        mine = [HumanMessage("first"), HumanMessage("second")]
        for _ in range(3):
            mine.append(model.invoke(mine[-2:]))
            mine[0] = HumanMessage("changed")
        return {}

    return one_node(node)


def in_a_chain(model: Noting) -> Any:
    prompt = ChatPromptTemplate.from_messages([("system", "About {topic}."), ("human", "Go on.")])
    chain = prompt | model | StrOutputParser()
    return one_node(lambda state: {"messages": [("ai", chain.invoke({"topic": "rain"}))]})


def in_a_batch(model: Noting) -> Any:
    def node(state: Chat) -> Any:
        model.batch([[HumanMessage(str(number))] for number in range(4)], {"max_concurrency": 1})
        return {}

    return one_node(node)


def side_by_side(model: Noting) -> Any:
    async def node(state: Chat) -> Any:
        await asyncio.gather(*[model.ainvoke(str(number)) for number in range(4)])
        return {}

    return one_node(node)


def in_a_tool(model: Noting) -> Any:
    @tool
    def think() -> str:
        """Think."""
        return str(model.invoke("deeper").content)

    def agent(state: Chat) -> Any:
        return {"messages": [model.bind_tools([think]).invoke(state["messages"])]}

    model.answers += [requesting("think")]
    graph = StateGraph(Chat).add_node("agent", agent).add_node("tools", ToolNode([think]))
    graph.add_edge(START, "agent").add_edge("tools", "agent")
    graph.add_conditional_edges("agent", tools_condition)
    return graph.compile()


def tried_again(model: Noting) -> Any:
    model.answers += [ValueError("busy")]
    patient = model.bind_tools(["a"]).with_retry(stop_after_attempt=2, wait_exponential_jitter=False)
    return one_node(lambda state: {"messages": [patient.invoke(state["messages"])]})


def by_a_fallback(model: Noting) -> Any:
    model.answers += [ValueError("busy")]
    chain = model.with_fallbacks([model.bind_tools(["b"])])
    return one_node(lambda state: {"messages": [chain.invoke(state["messages"])]})


def with_structure(model: Noting) -> Any:
    class Verdict(BaseModel):
        """Whether it rains."""

        rains: bool = True

    model.answers += [requesting("Verdict")]
    asked = model.with_structured_output(Verdict)
    return one_node(lambda state: {"messages": [("ai", repr(asked.invoke(state["messages"])))]})


def in_graphs_in_graphs(model: Noting) -> Any:
    inner = plainly(model)
    middle = StateGraph(Chat).add_node("inner", inner).add_edge(START, "inner").compile()

    def outer(state: Chat) -> Any:
        model.invoke("before")
        return middle.invoke(state)

    return one_node(outer)


def by_workers(model: Noting) -> Any:
    def work(state: Any) -> Any:
        return {"messages": [model.invoke(f"part {state['part']}")]}

    graph = StateGraph(Chat).add_node("plan", lambda state: {}).add_node("work", work).add_edge(START, "plan")
    graph.add_conditional_edges("plan", lambda state: [Send("work", {"part": part}) for part in range(3)])
    return graph.compile()


def by_functions(model: Noting) -> Any:
    @task
    def ask(what: str) -> str:
        return str(model.invoke(what).content)

    @entrypoint()
    def flow(given: Any) -> Any:
        return [ask(what).result() for what in ("a", "b")]

    return flow


def through_a_lambda(model: Noting) -> Any:
    chain = RunnableLambda(lambda given: [HumanMessage(given["what"])]) | model
    return one_node(lambda state: {"messages": [chain.invoke({"what": "x"})]})


def by_an_agent(model: Noting) -> Any:
    """Middleware that writes the system prompt anew, drops what came before and takes a tool away."""
    agents = pytest.importorskip("langchain.agents")
    from langchain.agents.middleware import AgentMiddleware

    @tool
    def look() -> str:
        """Look."""
        return "clouds"

    @tool
    def guess() -> str:
        """Guess."""
        return "rain"

    class Edits(AgentMiddleware):
        async def awrap_model_call(self, request: Any, handler: Any) -> Any:
            told = f"{len(request.messages)} messages"
            kept, tools = request.messages[-2:], request.tools[:1]
            return await handler(request.override(system_prompt=told, messages=kept, tools=tools))

    model.answers += [requesting("look", "c1"), requesting("look", "c2")]
    return agents.create_agent(model, [look, guess], system_prompt="never sent", middleware=[Edits()])


GRAPHS: tuple[Graph, ...] = (
    plainly,
    asynchronously,
    streamed_by_the_node,
    trimmed_and_in_pieces,
    in_a_chain,
    in_a_batch,
    side_by_side,
    in_a_tool,
    tried_again,
    by_a_fallback,
    with_structure,
    in_graphs_in_graphs,
    by_workers,
    by_functions,
    through_a_lambda,
    by_an_agent,
)
LOSE_CONTEXT = {side_by_side, by_an_agent}


def _graphs() -> Iterator[Any]:
    for graph in GRAPHS:
        yield pytest.param(graph, marks=NEEDS_CONTEXT if graph in LOSE_CONTEXT else (), id=graph.__name__)


def known(run: lg_jupyter.Run) -> list[tuple[Any, Any]]:
    return [([shape(message) for message in call.input], call.tools) for call in run.calls]


@pytest.mark.parametrize("make", [*_graphs()])
@pytest.mark.parametrize("modes", [None, pytest.param("updates", marks=pytest.mark.matrix)])
def test_calls_are_what_the_model_was_given(make: Graph, modes: str | None) -> None:
    model = Noting()
    graph = make(model)
    run = lg_jupyter.stream(graph, ASK, modes=modes, display=False, thread=True)
    run.wait()
    assert run.status == "success"
    in_any_order = make in (by_workers, side_by_side)
    by_text = (lambda calls: sorted(calls, key=repr)) if in_any_order else list
    assert by_text(known(run)) == by_text(model.given) != []
    tasks = {row["task_id"]: row for row in run.trace.rows("tasks")}
    for call in run.calls:
        assert call.known_from == "callback"
        if modes is None:
            assert tasks[call.task_id]["node"] == call.node


@pytest.mark.parametrize("answer", ["It rains.", AIMessage("It rains.", id="resp_1")], ids=["", "own id"])
def test_a_call_that_the_cache_answers_says_so(answer: Any) -> None:
    model = Noting(cache=InMemoryCache(), answers=[answer], disable_streaming=True)

    def node(state: Chat) -> Any:
        return {"messages": [model.invoke("same"), model.invoke("same")]}

    run = lg_jupyter.stream(one_node(node), ASK, display=False, thread=True)
    run.wait()
    assert len(model.given) == 1
    first, second = run.calls
    assert (first.cached, second.cached) == (False, True)
    assert second.input == first.input
    assert second.text == first.text != ""


@pytest.mark.parametrize("leave", [1, 0])
def test_a_stream_that_its_node_leaves_was_cancelled_and_did_not_fail(leave: int) -> None:
    model = Noting()

    def node(state: Chat) -> Any:
        chunks = model.stream("go")
        for _ in range(leave):
            next(chunks)
        chunks.close()
        return {}

    run = lg_jupyter.stream(one_node(node), ASK, display=False, thread=True)
    run.wait()
    assert [call.status for call in run.calls] == ["cancelled"] * leave
    assert len(model.given) == leave


def test_a_call_that_fails_has_what_it_was_given_and_why() -> None:
    model = Noting(answers=[ValueError("too long")])
    run = lg_jupyter.stream(plainly(model), ASK, display=False, thread=True)
    with pytest.raises(ValueError, match="too long"):
        run.wait()
    assert known(run) == model.given
    (call,) = run.calls
    assert (call.status, call.error["error"], call.output) == ("error", "ValueError", None)
