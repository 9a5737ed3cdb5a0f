"""A watched run gives what it gives bare, whichever way it was started, and is one run with all it did."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.pregel import Pregel
from langgraph.types import Command, Send
from pydantic import BaseModel

from tests.watching import graphs
from tests.watching.equality import collect, same
from tests.watching.graphs import INPUT, State, build, config
from tests.watching.test_same_streams import HAS_V2, loses_context

HAS_V3 = "stream_events" in vars(Pregel)


def test_cancelled() -> None:
    def make() -> Any:
        graph = build("bump", "wait")

        async def cancel() -> Any:
            task = asyncio.create_task(graph.ainvoke(INPUT, config()))
            await asyncio.sleep(0.8)
            task.cancel()
            raised: list[type[BaseException]] = []
            for waiting in (task, asyncio.wait_for(graph.ainvoke(INPUT, config("2")), 0.8)):
                try:
                    await waiting
                except (asyncio.CancelledError, asyncio.TimeoutError) as error:
                    raised.append(type(error))
            return raised, (await graph.aget_state(config())).next

        return lambda: asyncio.run(cancel())

    assert [run.status for run in same(make)] == ["cancelled"] * 2


def test_step_timeout() -> None:
    def make() -> Any:
        graph = build("slow")
        graph.step_timeout = 0.05
        return lambda: graph.invoke(INPUT, config())

    assert [run.status for run in same(make)] == ["error"]


def test_batches() -> None:
    def make() -> Any:
        graph = build("bump", "slow", "bump_again")  # of which each gives the same, whoever comes first
        inputs = [INPUT] * 3

        def configs(name: str) -> list[Any]:
            return [config(f"{name}{number}") for number in range(3)]

        async def many() -> Any:
            completed = [item async for item in graph.abatch_as_completed(inputs, configs("c"))]
            return await graph.abatch(inputs, configs("d")), sorted(completed, key=lambda item: item[0])

        def run() -> Any:
            completed = sorted(graph.batch_as_completed(inputs, configs("b")), key=lambda item: item[0])
            return graph.batch(inputs, configs("a")), completed, asyncio.run(many())

        return run

    runs = same(make)
    assert [run.status for run in runs] == ["success"] * 12


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_events_of_langchain(version: Any) -> None:
    def make() -> Any:
        graph = build("bump") if loses_context else build("say_async", "inside_async")
        return lambda: collect(graph.astream_events(INPUT, config(), version=version))

    assert len(same(make)) == 1


@pytest.mark.skipif(not HAS_V3, reason="this langgraph has no v3 streams")
def test_v3_streams() -> None:
    def make() -> Any:
        def run() -> Any:
            stream = build("say", "inside").stream_events(INPUT, config(), version="v3")
            return [(each["method"], each["params"]["namespace"]) for each in stream], stream.output

        return run

    def make_async() -> Any:
        async def run() -> Any:
            graph = build("say_async", "inside_async")
            stream = await graph.astream_events(INPUT, config(), version="v3")
            items = [(each["method"], each["params"]["namespace"]) async for each in stream]
            return items, await stream.output()

        return lambda: asyncio.run(run())

    for each in (make, make_async):
        (run,) = same(each)
        assert run.status == "success"


def doing(*steps: str, saver: bool = True) -> Callable[[Callable[[Any], Any]], Callable[[], Any]]:
    """``doing("say")(lambda graph: ...)`` does that with a new graph."""
    return lambda do: lambda: (lambda graph: lambda: do(graph))(build(*steps, saver=saver))


SEQUENCES: list[Callable[[], Any]] = [
    doing("say", "inside")(
        lambda graph: graph.with_config(tags=["a"], configurable={"thread_id": "w"}).invoke(INPUT)
    ),
    doing("say", "inside", saver=False)(
        lambda graph: (
            RunnableLambda(lambda x: x) | graph | RunnableLambda(lambda state: state["log"])
        ).invoke(INPUT)
    ),
    doing("say", saver=False)(lambda graph: list((RunnableLambda(lambda x: x) | graph).stream(INPUT))),
    doing("bump", saver=False)(
        lambda graph: collect((RunnableLambda(lambda x: x) | graph).astream_events(INPUT, version="v2"))
    ),
]


@pytest.mark.parametrize("make", SEQUENCES)
def test_among_other_runnables(make: Any) -> None:
    assert [run.status for run in same(make)] == ["success"]


class Notes(BaseCallbackHandler):
    """A handler of the user's: what begins inside of what, with which tags and metadata."""

    run_inline = True

    def __init__(self) -> None:
        self.notes: list[Any] = []
        self._names: dict[Any, Any] = {}

    def on_chain_start(self, serialized: Any, inputs: Any, *, run_id: Any, **rest: Any) -> None:
        name, parent = rest.get("name"), self._names.get(rest.get("parent_run_id"))
        self._names[run_id] = name
        metadata = sorted((rest.get("metadata") or {}).items(), key=str)
        self.notes.append((name, parent, rest.get("tags"), metadata))

    def on_llm_new_token(self, token: str, **rest: Any) -> None:
        self.notes.append(token)


def test_the_users_callbacks() -> None:
    def make() -> Any:
        graph = build("say", "inside", saver=False)
        one, other = Notes(), Notes()

        def run() -> Any:
            around = RunnableLambda(lambda x: graph.invoke(x, {"tags": ["u"]}))
            around.invoke(INPUT, {"callbacks": [one]})
            graph.with_config(callbacks=[one], tags=["w"]).invoke(INPUT)
            graph.with_config(callbacks=[one]).invoke(INPUT, {"callbacks": [other]})
            graph.invoke(INPUT, {"callbacks": [one]})
            return one.notes, other.notes

        return run

    assert len(same(make)) == 4


def test_graphs_in_nodes() -> None:
    (run,) = same(doing("call", "inside")(lambda graph: graph.invoke(INPUT, config())))
    assert run.to_pandas("namespaces")["namespace"].str.startswith("call:").sum() == 2


def test_a_graph_in_a_node_with_a_thread_of_its_own() -> None:
    (run,) = same(doing("call_kept", "bump")(lambda graph: graph.invoke(INPUT, config())))
    events = run.to_pandas("events")
    inside = events[events["namespace"].str.startswith("call_kept:")]
    assert set(inside["mode"]) >= {"values", "updates", "debug", "custom", "messages"}
    assert not len(events[(events["mode"] == "messages") & (events["namespace"] == "")])
    assert [call.node for call in run.calls] == ["say"]
    assert run.to_pandas("model_calls")["namespace"].str.startswith("call_kept:").all()


def test_a_graph_in_a_tool() -> None:
    def make() -> Any:
        build("say")

        @tool
        def consult(question: str) -> str:
            """Ask another graph."""
            return str(graphs.inner.invoke({"messages": [question]})["messages"][-1].content)

        graph = StateGraph(MessagesState).add_node("tools", ToolNode([consult])).add_edge(START, "tools")
        call = {"name": "consult", "args": {"question": "x"}, "id": "c1"}
        given = {"messages": [AIMessage("", tool_calls=[call], id="a")]}
        return lambda: [message.content for message in graph.compile().invoke(given)["messages"]]

    (run,) = same(make)
    assert len(run.to_pandas("namespaces")) == 2
    assert run.to_pandas("tool_calls")["name"].tolist() == ["consult"]


def test_functional_api() -> None:
    def make() -> Any:
        flow = graphs.flow()
        streamed = ["updates", "values"]
        return lambda: (flow.invoke(3, config()), list(flow.stream(4, config("2"), stream_mode=streamed)))

    assert [run.name for run in same(make)] == ["flow", "flow"]


class Typed(BaseModel):
    x: int = 0


def test_typed_states() -> None:
    def make() -> Any:
        graph = StateGraph(Typed).add_node("more", lambda state: {"x": state.x + 1}).add_edge(START, "more")
        built, version = graph.compile(), {"version": "v2"} if HAS_V2 else {}
        streamed = ["values", "debug"]
        return lambda: (built.invoke({"x": 1}), list(built.stream({"x": 1}, stream_mode=streamed, **version)))

    assert len(same(make)) == 2


def test_fan_out() -> None:
    def make() -> Any:
        builder = StateGraph(State).add_node("say", graphs.say)
        send = [Send("say", {"messages": []}) for _ in range(6)]
        graph = builder.add_conditional_edges(START, lambda state: send, ["say"]).compile()
        return lambda: sorted(map(str, graph.invoke(INPUT)["log"]))

    (run,) = same(make)
    assert len(run.to_pandas("tasks")) == 6


def test_resumed() -> None:
    def resume(graph: Any) -> Any:
        asked = graph.invoke(INPUT, config())
        answered = graph.invoke(Command(resume="yes"), config())
        return asked, answered, [snapshot.next for snapshot in graph.get_state_history(config())]

    (run,) = same(doing("say", "ask", "bump")(resume))
    assert run.status == "success"
    assert run.to_pandas("interrupts")["status"].tolist() == ["resumed"]


def test_many_at_once() -> None:
    def make() -> Any:
        graph = build("say", "inside", "bump") if not loses_context else build("bump")

        def run() -> Any:
            with ThreadPoolExecutor(4) as pool:
                threaded = list(pool.map(lambda at: graph.invoke(INPUT, config(f"t{at}"))["log"], range(8)))

            async def many() -> Any:
                return await asyncio.gather(*(graph.ainvoke(INPUT, config(f"a{at}")) for at in range(8)))

            return threaded, [each["log"] for each in asyncio.run(many())]

        return run

    runs = same(make)
    assert [run.status for run in runs] == ["success"] * 16
    assert len({len(run.to_pandas("tasks")) for run in runs}) == 1


def test_a_plain_thread() -> None:
    def make() -> Any:
        graph, out = build("say"), []

        def run() -> Any:
            thread = threading.Thread(target=lambda: out.append(graph.invoke(INPUT, config())))
            thread.start()
            thread.join()
            return out

        return run

    assert len(same(make)) == 1


def test_nodes_stay_in_their_threads_and_messages_without_ids() -> None:
    def make() -> Any:
        graph, message = build("say", saver=False), HumanMessage("no id")
        return lambda: (graph.invoke({"messages": [message]})["messages"][0].id, graphs.in_main_thread)

    same(make)


class Choosy(BaseChatModel):
    """Says how it was asked, and tells no usage where it streams, as some providers do not."""

    @property
    def _llm_type(self) -> str:
        return "choosy"

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **_: Any) -> ChatResult:
        used = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
        message = AIMessage("whole", id="w", usage_metadata=used)
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("this deployment does not stream")
        yield


def test_models_are_asked_as_before() -> None:
    def make() -> Any:
        builder = StateGraph(MessagesState).add_node("ask", lambda state: {"messages": Choosy().invoke("x")})
        graph = builder.add_edge(START, "ask").compile()
        return lambda: graph.invoke({"messages": []})

    (run,) = same(make)
    assert run.usage["total_tokens"] == 3


class CountingSaver(InMemorySaver):
    """Counts what is asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()


def _counted(name: str) -> Any:
    def method(self: CountingSaver, *args: Any, **keywords: Any) -> Any:
        self.asked[name] += 1
        return getattr(InMemorySaver, name)(self, *args, **keywords)

    return method


for _name in ("put", "put_writes", "get_tuple", "list", "get_next_version"):
    setattr(CountingSaver, _name, _counted(_name))


@pytest.mark.parametrize("durability", ["sync", "async", "exit"])
def test_the_checkpointer_is_asked_no_more(durability: Any) -> None:
    def make() -> Any:
        graph = build("say", "inside", "bump")
        graph.checkpointer = saver = CountingSaver()

        def run() -> Any:
            graph.invoke(INPUT, config(), durability=durability)
            asked = sorted(saver.asked.items())
            history = [(each.metadata, each.values, each.next) for each in graph.get_state_history(config())]
            return asked, history

        return run

    (run,) = same(make)
    assert len(run.to_pandas("checkpoints")) >= 5
