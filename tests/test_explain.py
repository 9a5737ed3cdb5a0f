"""Each explanation, with a graph that provokes it; and none where there is nothing to explain."""

from __future__ import annotations

import dataclasses
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_store
from langgraph.graph import START, StateGraph
from langgraph.store.memory import InMemoryStore

import lg_jupyter
from lg_jupyter.events.events import CompleteMessage, CustomDataEmitted, RunEnded, RunStarted
from lg_jupyter.panels.explain import collect_explanations
from lg_jupyter.panels.run_settings import RunSettings
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from tests.graphs import INPUTS, Chat, Log, ScriptedModel, build, words
from tests.tables.stream import Stream

STREAMS_IN_ASYNC_NODES = sys.version_info >= (3, 11)
MODEL = ScriptedModel(lines=[words("some words")], label="verse-1")
ASKED = [HumanMessage("speak")]


def one_node(function: Any) -> Any:
    return StateGraph(Chat).add_node("write", function).add_edge(START, "write").compile()


def speaker() -> Any:
    """A graph with a model, to be called by a node."""
    return one_node(lambda state: {"messages": [MODEL.invoke(ASKED)]})


async def run_of(graph: Any, input: Any = None, **options: Any) -> Run:
    given = {"topic": "ice", "messages": []} if input is None else input
    return await lg_jupyter.stream(graph, given, display=False, **options)


def texts(run: Run, panel: str, **setting: Any) -> str:
    """What is explained of one panel, ``setting`` instead of what is true here."""
    told = collect_explanations(
        run.trace, dataclasses.replace(RunSettings.from_run(get_run_state(run)), **setting)
    )
    return " ".join(explanation["text"] for explanation in told if explanation["panel"] == panel)


# -- nothing to explain ----------------------------------------------------------------------------------


async def test_a_run_that_fills_every_panel_needs_no_word() -> None:
    run = await run_of(build("nested", InMemorySaver()))
    assert collect_explanations(run.trace, RunSettings.from_run(get_run_state(run))) == []


async def test_a_run_that_has_just_begun_is_given_time() -> None:
    stream = Stream()
    stream(RunStarted(None, "thread"))
    setting = RunSettings(
        frozenset({"values", "updates", "messages", "custom", "debug"}), has_checkpointer=True
    )
    assert collect_explanations(stream.trace, setting) == []
    stream(RunEnded("success"))
    told = {one["panel"] for one in collect_explanations(stream.trace, setting)}
    assert told >= {"tokens", "state", "subgraphs", "calls", "context", "custom"}


# -- what was not asked for ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("panel", "modes", "missing"),
    [
        ("tokens", "values", "messages"),
        ("state", "messages", "values"),
        ("timeline", "values", "debug"),
        ("checkpoints", "values", "debug"),
        ("custom", "values", "custom"),
    ],
)
async def test_a_mode_that_was_not_asked_for(panel: str, modes: str, missing: str) -> None:
    run = await run_of(build("nested", InMemorySaver()), modes=modes)
    told = texts(run, panel)
    assert f"the modes of this run are {modes}. Add the mode '{missing}'" in told
    with_it = await run_of(build("nested", InMemorySaver()), modes=[modes, missing])
    assert texts(with_it, panel) == ""  # and the fix is one


async def test_updates_alone_tell_what_was_written() -> None:
    run = await run_of(build("nested"), modes=["updates", "messages"])
    assert "Only what the nodes wrote is told" in texts(run, "state")


async def test_it_is_said_while_the_run_goes_on_too() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    told = collect_explanations(stream.trace, RunSettings(frozenset({"updates"}), has_checkpointer=False))
    assert {one["panel"] for one in told} == {"tokens", "state", "timeline", "checkpoints", "custom"}


# -- models ----------------------------------------------------------------------------------------------


async def test_no_model_was_called() -> None:
    run = await run_of(build("steps"), INPUTS["steps"])
    assert texts(run, "tokens").startswith("No model was called, as far as LangGraph can see")


async def test_nothing_was_called() -> None:
    run = await run_of(build("steps"), INPUTS["steps"])
    assert texts(run, "calls").startswith("No model and no tool was called through LangChain")


async def test_without_calls_there_is_no_context_either() -> None:
    run = await run_of(build("steps"), INPUTS["steps"])
    assert texts(run, "context") == texts(run, "calls")


def test_calls_of_which_nobody_reports_what_they_were_given() -> None:
    stream = Stream()
    stream(RunStarted(None, None))
    stream.chunk("m", "hello", node="node", task_id="1")
    stream(CompleteMessage("m", "ai", "hello"), node="node", task_id="1", message_id="m")
    stream(RunEnded("success"))
    told = collect_explanations(stream.trace, RunSettings(frozenset({"messages"}), location="server"))
    assert any(each["panel"] == "context" and "nor how many tokens that was" in each["text"] for each in told)


async def test_a_store_that_nothing_was_heard_of() -> None:
    own = InMemoryStore()
    graph = (
        StateGraph(Chat).add_node("write", lambda state: own.put(("a",), "k", {})).add_edge(START, "write")
    )
    run = await run_of(graph.compile(store=own))
    assert "A store that a node holds by itself is not heard" in texts(run, "memory")
    heard = StateGraph(Chat).add_node("write", lambda state: get_store().put(("a",), "k", {}))
    assert texts(await run_of(heard.add_edge(START, "write").compile(store=own)), "memory") == ""
    assert texts(await run_of(one_node(lambda state: {})), "memory") == ""  # it has none


async def test_a_run_that_other_code_started(tmp_path) -> None:
    graph = one_node(lambda state: {"messages": [MODEL.invoke(ASKED)]})
    graph.store = InMemoryStore()
    for options, told in (({}, True), ({"tokens": True}, False)):
        with lg_jupyter.watch(display=False, **options) as runs:
            graph.invoke({"topic": "ice", "messages": []})
        runs[0].save(tmp_path / "run.jsonl")
        loaded = lg_jupyter.load(tmp_path / "run.jsonl")
        for run in (runs[0], loaded, await loaded.replay(None, display=False)):
            assert ("code that started this run streams no tokens" in texts(run, "tokens")) is told
            assert "Use a model that streams" not in texts(run, "tokens")
        assert "is not heard of a run that other code started" in texts(runs[0], "memory")


def test_what_a_server_does_with_its_store_is_not_known() -> None:
    stream = Stream()
    stream(RunStarted(None, "thread"))
    stream.state({"todos": [{"content": "look", "status": "pending"}]}, step=1)
    stream(RunEnded("success"))
    told = collect_explanations(stream.trace, RunSettings(frozenset({"values"}), location="server"))
    assert any(each["panel"] == "memory" and "is not known here" in each["text"] for each in told)


def test_calls_on_a_server_are_known_from_its_messages() -> None:
    stream = Stream()
    stream(RunStarted(None, "thread"))
    told = collect_explanations(stream.trace, RunSettings(frozenset({"custom"}), location="server"))
    assert any(each["panel"] == "calls" and "Add the mode 'messages'" in each["text"] for each in told)


def fall(state: Chat) -> Any:
    raise ValueError("no milk today")


async def test_a_run_that_fails_before_a_model_says_a_word() -> None:
    run = lg_jupyter.stream(one_node(fall), {"topic": "milk", "messages": []}, display=False)
    with pytest.raises(ValueError, match="milk"):
        await run
    assert texts(run, "tokens") == "The run failed (its error is told above) before any model said a word."
    assert texts(run, "calls") == "The run ended before any model or tool was called."


async def test_a_run_that_is_stopped_before_a_model_says_a_word() -> None:
    run = lg_jupyter.stream(build("nested"), {"topic": "milk", "messages": []}, display=False)
    run.cancel()
    await run
    assert texts(run, "tokens") == "The run was stopped before any model said a word."


class Mute(ScriptedModel):
    """A model with no way of streaming."""

    _stream = ScriptedModel.__mro__[1]._stream  # type: ignore[assignment]
    _astream = ScriptedModel.__mro__[1]._astream  # type: ignore[assignment]


@pytest.mark.parametrize(
    "model",
    [Mute(lines=[["words"]], label="verse-1"), MODEL.model_copy(update={"disable_streaming": True})],
    ids=["cannot stream", "must not stream"],
)
async def test_a_model_that_does_not_stream(model: Any) -> None:
    run = await run_of(one_node(lambda state: {"messages": [model.invoke(ASKED)]}))
    assert texts(run, "tokens") == (
        "The model verse-1 does not stream: its messages in `write` came whole. "
        "Use a model that streams, and see that disable_streaming is not set."
    )


async def test_a_call_tagged_nostream() -> None:
    quiet = MODEL.with_config(tags=["nostream"])
    run = await run_of(one_node(lambda state: {"messages": [quiet.invoke(ASKED)]}))
    assert "The messages of `write` came whole, as what the node returned" in texts(run, "tokens")
    assert "'nostream'" in texts(run, "tokens")
    run = await run_of(one_node(lambda state: {"topic": quiet.invoke(ASKED).content}))
    assert "'nostream'" in texts(run, "tokens")


async def test_messages_made_by_hand_are_nobody_s_fault() -> None:
    run = await run_of(one_node(lambda state: {"messages": [AIMessage("by hand")]}))
    assert texts(run, "tokens") == ""


async def test_a_model_that_streams_needs_no_word() -> None:
    run = await run_of(one_node(lambda state: {"messages": [MODEL.invoke(ASKED)]}))
    assert texts(run, "tokens") == ""


# -- subgraphs -------------------------------------------------------------------------------------------


async def test_subgraphs_that_are_not_followed() -> None:
    run = await run_of(build("nested"), subgraphs=False)
    for panel in ("tokens", "subgraphs"):
        assert texts(run, panel).startswith(
            "Subgraphs are not followed (subgraphs=False), here those of `team`"
        )
    plain = await run_of(build("steps"), INPUTS["steps"], subgraphs=False)
    assert texts(plain, "subgraphs") == ""  # there are none to follow


async def test_a_node_that_calls_a_graph_without_subgraphs_being_followed() -> None:
    graph = speaker()
    run = await run_of(one_node(lambda state: graph.invoke(state)), subgraphs=False)
    assert "here those of `write`: no token of theirs comes" in texts(run, "tokens")


def under_a_config_of_its_own(graph: Any, state: Any) -> Any:
    return graph.invoke(state, {"configurable": {"thread_id": "mine"}})


def in_another_thread(graph: Any, state: Any) -> Any:
    with ThreadPoolExecutor() as pool:
        return pool.submit(graph.invoke, state).result()


def topic_of_another_thread(graph: Any, state: Any) -> Any:
    return {"topic": in_another_thread(graph, state)["messages"][-1].content}


@pytest.mark.parametrize("call", [under_a_config_of_its_own, in_another_thread])
async def test_a_node_that_calls_a_graph_apart(call: Any) -> None:
    graph = speaker()
    run = await run_of(one_node(lambda state: call(graph, state)))
    assert texts(run, "subgraphs").startswith("`write` can call a graph, but nothing came of it.")


async def test_tokens_that_end_in_a_graph_which_is_called_apart() -> None:
    graph = speaker()
    run = await run_of(one_node(lambda state: topic_of_another_thread(graph, state)))
    assert run.trace.rows("messages") == []
    assert texts(run, "tokens").startswith("`write` can call a graph, but nothing came of it.")
    followed = await run_of(one_node(lambda state: {"topic": graph.invoke(state)["messages"][-1].content}))
    assert texts(followed, "tokens") == ""  # and the fix is one


async def test_a_node_that_calls_a_graph_as_it_should() -> None:
    graph = speaker()
    run = await run_of(one_node(lambda state: graph.invoke(state)))
    assert texts(run, "subgraphs") == texts(run, "tokens") == ""


async def test_a_graph_without_subgraphs() -> None:
    run = await run_of(build("steps"), INPUTS["steps"])
    assert texts(run, "subgraphs") == (
        "No subgraph was seen to run: every task that the stream told was one of the graph itself. "
        "A graph that a node runs in a thread, or under a config of its own, is not in the stream."
    )


@pytest.mark.parametrize(
    ("modes", "came", "needed"),
    [
        (
            ["updates", "custom"],
            "wrote with get_stream_writer()",
            "the mode 'events', which was not asked for",
        ),
        (["events"], "sent with dispatch_custom_event", "the mode 'custom', which was not asked for"),
        (["events", "custom"], "a node writes them with get_stream_writer()", "dispatch_custom_event"),
    ],
)
async def test_custom_data_are_denied_only_of_the_ways_that_the_modes_tell_of(
    modes: list[str], came: str, needed: str
) -> None:
    run = lg_jupyter.stream(build("steps"), INPUTS["steps"], modes=modes, display=False)
    await run
    text = texts(run, "custom")
    assert came in text and needed in text, text


async def test_an_event_that_was_dispatched_in_a_mode_that_does_not_tell_of_it() -> None:
    from langchain_core.callbacks import dispatch_custom_event

    def write(state: Log, config: RunnableConfig) -> Any:
        dispatch_custom_event("progress", {"percent": 50}, config=config)  # which Python 3.10 has to be told
        return {}

    graph = StateGraph(Log).add_node("write", write).add_edge(START, "write").compile()
    quiet = await run_of(graph, INPUTS["steps"])
    assert quiet.trace.rows("custom") == []
    assert "dispatch_custom_event(...) come only in the mode 'events'" in texts(quiet, "custom")
    told = lg_jupyter.stream(graph, INPUTS["steps"], modes=["events"], display=False)
    await told
    assert [row["data"] for row in told.trace.rows("custom")] == [
        {"name": "progress", "data": {"percent": 50}}
    ]


async def test_custom_data_that_end_in_a_node_which_streams_a_graph() -> None:
    from langgraph.config import get_stream_writer

    def tell(state: Log) -> Any:
        get_stream_writer()("lost")
        return {}

    inner = StateGraph(Log).add_node("tell", tell).add_edge(START, "tell").compile()

    def write(state: Log) -> Any:
        for _ in inner.stream(state, stream_mode=["custom"]):
            pass
        return {}

    graph = StateGraph(Log).add_node("write", write).add_edge(START, "write").compile()
    run = await run_of(graph, INPUTS["steps"])
    assert run.trace.rows("custom") == []
    assert "If `write` streams a graph itself" in texts(run, "custom")
    plain = await run_of(build("steps"), INPUTS["steps"])
    assert "streams a graph itself" not in texts(plain, "custom")


async def test_a_run_that_ends_before_it_tells_any_state() -> None:
    run = lg_jupyter.stream(build("nested"), {"unknown": 1}, display=False)
    with pytest.raises(KeyError):
        await run
    assert texts(run, "state") == "The run ended before it told any state."


# -- checkpoints -----------------------------------------------------------------------------------------


async def test_a_graph_without_a_checkpointer() -> None:
    run = await run_of(build("steps"), INPUTS["steps"])
    assert texts(run, "checkpoints").startswith("The graph has no checkpointer, and keeps nothing: compile(")
    run = await run_of(build("steps", InMemorySaver()), INPUTS["steps"])
    assert texts(run, "checkpoints") == ""


def test_a_stateless_run_on_a_server() -> None:
    stream = Stream()
    stream(RunStarted("run", None))
    setting = RunSettings(frozenset({"debug", "values", "messages"}), location="server", has_thread_id=False)
    assert "checkpoints" not in {one["panel"] for one in collect_explanations(stream.trace, setting)}
    stream(RunEnded("success"))
    told = {one["panel"]: one["text"] for one in collect_explanations(stream.trace, setting)}
    assert told["checkpoints"].startswith("A stateless run (thread_id=None) keeps no checkpoints.")


# -- Python 3.10 -----------------------------------------------------------------------------------------


async def speak(state: Chat) -> Any:
    return {"messages": [await MODEL.ainvoke(ASKED)]}


async def say_nothing(state: Chat) -> Any:
    return {"topic": "said nothing"}


async def test_coroutines_on_python_3_10() -> None:
    """Provoked for real where this runs on 3.10; elsewhere the run is told as 3.10 would tell it."""
    run = await run_of(one_node(speak))
    told = texts(run, "tokens", python_version=(3, 10))
    if STREAMS_IN_ASYNC_NODES:
        assert told == ""  # it did stream
        run = await run_of(one_node(say_nothing))
        told = texts(run, "tokens", python_version=(3, 10))
    assert told.startswith("On Python 3.10 LangGraph loses its context in coroutine functions")
    assert "`write`" in told


async def test_the_writer_on_python_3_10() -> None:
    run = await run_of(one_node(say_nothing))
    assert "Take `writer: StreamWriter` as a parameter" in texts(run, "custom", python_version=(3, 10))
    assert "writer: StreamWriter" not in texts(run, "custom", python_version=(3, 11))


async def test_whole_messages_of_coroutines_on_python_3_10() -> None:
    quiet = MODEL.with_config(tags=["nostream"])  # what 3.10 makes of every call in a coroutine

    async def write(state: Chat) -> Any:
        return {"messages": [await quiet.ainvoke(ASKED)]}

    run = await run_of(one_node(write))
    assert "`write` gave whole messages and no tokens" in texts(run, "tokens", python_version=(3, 10))


# -- where it comes from ---------------------------------------------------------------------------------


async def test_a_saved_run_is_explained_by_what_it_holds(tmp_path: Any) -> None:
    run = await run_of(build("steps"), INPUTS["steps"], modes=["values", "debug"])
    run.save(tmp_path / "run.jsonl")
    saved = lg_jupyter.load(tmp_path / "run.jsonl")
    assert texts(saved, "tokens") == texts(run, "tokens") != ""
    assert texts(saved, "checkpoints") == texts(run, "checkpoints") != ""


def test_no_explanation_is_longer_than_a_person_reads() -> None:
    stream = Stream()
    many = tuple(f"a node with a rather long name {number}" for number in range(50))
    for python in ((3, 10), (3, 12)):
        for subgraphs in (True, False):
            for modes in (frozenset({"updates"}), frozenset({"messages", "values", "custom", "debug"})):
                setting = RunSettings(
                    modes,
                    subgraphs,
                    graph_calling_nodes=many,
                    graph_calling_functions=many,
                    async_nodes=many,
                    python_version=python,
                )
                for told in collect_explanations(stream.trace, setting):
                    assert len(told["text"]) < 600
                    assert told["text"].endswith(".")
    stream(CustomDataEmitted(1))
    assert "custom" not in {
        one["panel"] for one in collect_explanations(stream.trace, RunSettings(frozenset({"custom"})))
    }
