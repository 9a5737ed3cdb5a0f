"""The calls of models and tools in runs of this process: what each was given, and what came of it."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Annotated, Any

import langchain_core
import pytest
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.prebuilt import ToolNode
from langgraph.types import interrupt
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter.errors import UsageError
from lg_jupyter.tables.trace import Trace
from tests.graphs import ScriptedModel, build_react, words
from tests.patience import patience
from tests.recordings import parts

HEARS_MODELS = sys.version_info >= (3, 11)
"""Before, a function of an async stream has no context, and a model in it no callbacks."""

TELLS_IDS = tuple(map(int, langchain_core.__version__.split(".")[:2])) >= (1, 2)
"""Whether callbacks have the id that a model gives to a tool's call; else only the tool's message has it."""

ASK = {"messages": [HumanMessage("Does it rain?")]}


class Chat(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]


class Answers(BaseChatModel):
    """Does not stream: gives one answer after the other, an exception is raised."""

    answers: list[Any]
    seconds: float = 0.0

    @property
    def _llm_type(self) -> str:
        return "answers"

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **_: Any) -> ChatResult:
        time.sleep(self.seconds)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return ChatResult(generations=[ChatGeneration(message=AIMessage(answer))])


def one_node(node: Any, checkpointer: Any = None) -> Any:
    return StateGraph(Chat).add_node("node", node).add_edge(START, "node").compile(checkpointer=checkpointer)


def finished(graph: Any, given: Any = ASK, **options: Any) -> lg_jupyter.Run:
    run = lg_jupyter.stream(graph, given, display=False, **options)
    run.wait()
    return run


def rows(run: lg_jupyter.Run, table: str) -> list[dict[str, Any]]:
    return run.trace.rows(table)


def test_each_call_has_what_the_model_got() -> None:
    model = ScriptedModel(lines=[words("It rains.")])

    def node(state: Chat) -> dict[str, Any]:
        given = [SystemMessage("be brief"), *state["messages"]]
        return {"messages": [model.bind(tools=[{"name": "t"}], temperature=0.5).invoke(given)]}

    run = finished(one_node(node))
    (call,) = run.calls
    assert [message["content"] for message in call.input] == ["be brief", "Does it rain?"]
    assert (call.system, call.tools) == ("be brief", [{"name": "t"}])
    assert call.parameters["temperature"] == 0.5
    assert (call.text, call.model, call.provider) == ("It rains.", "scripted", "scripted")
    assert (call.status, call.known_from, call.attempt) == ("success", "callback", 1)
    assert (call.input_tokens, call.output_tokens, call.streamed) == (2, 2, True)
    assert 0 <= call.time_to_first_token <= call.latency
    (answer,) = [row for row in rows(run, "messages") if row["source"] == "model"]
    assert call.message_id == answer["message_id"]
    assert run.prompt(call.message_id) == call.input
    (task,) = rows(run, "tasks")
    assert (call.task_id, call.node, call.step) == (task["task_id"], "node", 1)
    assert "2 messages → It rains." in repr(run.calls)


@pytest.mark.parametrize("modes", [None, "updates", "events", "events,messages"])
def test_calls_of_tools_know_who_requested_them(modes: Any) -> None:
    run = finished(build_react(), modes=modes)
    first, second = run.calls
    fragile, weather = sorted(run.tool_calls, key=lambda call: str(call.name))
    assert (fragile.name, weather.name) == ("fragile", "weather")
    assert (weather.args, weather.result, weather.status) == ({"city": "Bergen"}, "rain in Bergen", "success")
    assert fragile.status == "error"
    assert (weather.requested_by, weather.tool_call_id) == (first.call_id, "call-1")
    if TELLS_IDS:
        assert (fragile.requested_by, fragile.tool_call_id) == (first.call_id, "call-2")
    assert [message["type"] for message in second.input] == ["human", "ai", "tool", "tool"]
    heard = HEARS_MODELS or "events" not in (modes or "")
    assert {call.known_from for call in run.calls} == {"callback" if heard else "inferred"}


def test_a_call_knows_how_many_messages_its_agent_had_been_given_before() -> None:
    run = finished(build_react(None))
    calls = [row for row in rows(run, "model_calls") if not row["namespace"]]
    assert [(row["repeated_messages"], len(row["input"])) for row in calls[:2]] == [(0, 1), (1, 4)]


def test_a_call_knows_what_is_other_than_in_its_agents_call_before() -> None:
    model = ScriptedModel(lines=[words("a"), words("b"), words("c")])

    def node(state: Chat) -> dict[str, Any]:
        model.bind(tools=[{"name": "t"}], temperature=0).invoke([SystemMessage("brief"), HumanMessage("?")])
        model.bind(tools=[{"name": "t"}], temperature=1).invoke([SystemMessage("long"), HumanMessage("?")])
        return {"messages": [model.bind(temperature=1).invoke([SystemMessage("long"), HumanMessage("?")])]}

    first, second, third = finished(one_node(node)).calls
    assert (first.previous_call, first.changed) == (None, None)
    assert (second.previous_call, second.changed) == (first.call_id, ["system", "parameters"])
    assert (third.changed, third.repeated_messages) == (["tools"], 2)


def test_a_run_that_failed_names_the_call_that_did() -> None:
    model = Answers(answers=[ValueError("busy"), ValueError("busy")])
    patient = model.with_retry(stop_after_attempt=2, wait_exponential_jitter=False)

    def node(state: Chat) -> dict[str, Any]:
        try:
            return {"messages": [patient.invoke(state["messages"])]}
        except ValueError as error:
            raise RuntimeError("no answer") from error

    run = lg_jupyter.stream(one_node(node), ASK, display=False)
    with pytest.raises(RuntimeError, match="no answer"):
        run.wait()
    assert run.failure is not None
    assert run.failure["call_id"] == run.calls[1].call_id


def test_what_no_call_raised_names_none() -> None:
    def node(state: Chat) -> dict[str, Any]:
        Answers(answers=["yes"]).invoke("?")
        raise ValueError("busy")

    run = lg_jupyter.stream(one_node(node), ASK, display=False)
    with pytest.raises(ValueError, match="busy"):
        run.wait()
    assert run.failure is not None
    assert run.failure["call_id"] is None


def test_a_call_that_does_not_stream_is_seen_while_it_goes_on() -> None:
    model = Answers(answers=["yes"], seconds=patience(0.5))
    run = lg_jupyter.stream(
        one_node(lambda state: {"messages": [model.invoke(state["messages"])]}), ASK, display=False
    )
    deadline = time.monotonic() + patience(10)
    while not run.calls and time.monotonic() < deadline:
        time.sleep(0.01)
    assert run.calls[0].status == "running"
    run.wait()
    (call,) = run.calls
    assert (call.status, call.streamed, call.first_token_time) == ("success", False, None)


def test_tries_of_one_thing_are_rows_that_refer_to_each_other() -> None:
    model = Answers(answers=[ValueError("busy"), "yes"])
    patient = model.with_retry(stop_after_attempt=2, wait_exponential_jitter=False)
    run = finished(one_node(lambda state: {"messages": [patient.invoke(state["messages"])]}))
    failed, again = run.calls
    assert (failed.status, failed.error["message"]) == ("error", "busy")
    assert (again.status, again.attempt, again.retry_of) == ("success", 2, failed.call_id)


def test_a_fallback_is_a_try_of_the_same() -> None:
    model = Answers(answers=[ValueError("busy")]).with_fallbacks([Answers(answers=["yes"])])
    run = finished(one_node(lambda state: {"messages": [model.invoke(state["messages"])]}))
    failed, again = run.calls
    assert (again.attempt, again.retry_of) == (2, failed.call_id)


def test_another_question_is_no_try() -> None:
    model = Answers(answers=[ValueError("busy"), "yes"])

    def node(state: Chat) -> dict[str, Any]:
        with pytest.raises(ValueError, match="busy"):
            model.invoke("first")
        return {"messages": [model.invoke("second")]}

    assert [(call.attempt, call.retry_of) for call in finished(one_node(node)).calls] == [
        (1, None),
        (1, None),
    ]


def test_a_model_inside_a_tool_is_inside_its_call() -> None:
    model = Answers(answers=["deep"])

    @tool
    def think(about: str) -> str:
        """Think."""
        return str(model.invoke(about).content)

    asks = AIMessage("", tool_calls=[{"id": "c", "name": "think", "args": {"about": "rain"}}])
    run = finished(one_node(ToolNode([think])), {"messages": [asks]})
    (inner,), (outer,) = run.calls, run.tool_calls
    assert inner.parent_call_id == outer.call_id
    assert (outer.parent_call_id, outer.description, outer.result) == (None, "Think.", "deep")


def test_a_tool_that_stops_to_ask_has_not_failed() -> None:
    @tool
    def book(place: str) -> str:
        """Book."""
        return f"{place}: {interrupt('sure?')}"

    asks = AIMessage("", tool_calls=[{"id": "c", "name": "book", "args": {"place": "Bergen"}}])
    run = finished(one_node(ToolNode([book]), InMemorySaver()), {"messages": [asks]}, thread_id="t")
    assert [call.status for call in run.tool_calls] == ["interrupted"]
    run.resume("yes", display=False).wait()
    assert [call.status for call in run.tool_calls] == ["interrupted", "success"]
    if TELLS_IDS:
        assert [call.attempt for call in run.tool_calls] == [1, 2]


async def test_a_call_that_is_cancelled_ends_with_its_run() -> None:
    model = ScriptedModel(lines=[words("a b c")], pause=60)

    async def node(state: Chat, config: RunnableConfig) -> dict[str, Any]:
        return {"messages": [await model.ainvoke(state["messages"], config)]}

    run = lg_jupyter.stream(one_node(node), ASK, display=False)
    while not run.calls:
        await asyncio.sleep(0.01)
    run.cancel()
    await run
    (call,) = run.calls
    assert call.status == "cancelled"
    assert call.end_time is not None


def test_prompts_share_what_they_have_in_common_with_the_state() -> None:
    model = ScriptedModel(lines=[words("It rains.")])

    def node(state: Chat) -> dict[str, Any]:
        return {"messages": [model.invoke([SystemMessage("be brief"), *state["messages"]])]}

    graph = StateGraph(Chat).add_node("a", node).add_node("b", node)
    run = finished(graph.add_edge(START, "a").add_edge("a", "b").compile())
    first, second = (row["input"] for row in rows(run, "model_calls"))
    assert second[1] is first[1]


def test_what_nobody_reports_is_inferred_and_says_so() -> None:
    """As in a file that was saved before there were reports."""
    trace = traced("local_v1/react__ALL__sg")
    calls = [row for row in trace.rows("model_calls") if not row["namespace"]]
    assert {row["known_from"] for row in calls} == {"inferred"}
    for column in ("system", "tools", "parameters", "attempt"):
        assert {row[column] for row in calls} == {None}
    assert [len(row["input"]) for row in calls] == [1, 4, 6]
    tools = trace.rows("tool_calls")
    assert [row["name"] for row in tools] == ["get_weather", "research", "broken"]
    assert [row["status"] for row in tools] == ["success", "success", "error"]
    assert [row["requested_by"] for row in tools] == [calls[0]["call_id"]] * 2 + [calls[1]["call_id"]]
    assert {row["start_time"] for row in tools} == {None}


def test_a_stream_of_events_reports_prompts_and_no_tools() -> None:
    (call,) = traced("server_v1/nested__events__sg").rows("model_calls")
    assert (call["known_from"], call["tools"]) == ("events", None)
    assert [message["type"] for message in call["input"]] == ["human"]
    assert call["output_tokens"] == 3


def traced(recording: str) -> Trace:
    trace = Trace()
    for part in parts(recording):
        trace.feed(part)
    return trace


def test_names_that_are_not_there_are_answered() -> None:
    run = finished(build_react())
    with pytest.raises(AttributeError, match="did you mean 'input'"):
        run.calls[0].inputs  # noqa: B018
    with pytest.raises(UsageError, match="no message 'nope'"):
        run.prompt("nope")
    question = rows(run, "messages")[0]["message_id"]
    with pytest.raises(UsageError, match="No call of a model is known"):
        run.prompt(question)


def test_a_saved_run_has_its_calls(tmp_path: Any) -> None:
    run = finished(build_react())
    path = tmp_path / "run.jsonl"
    run.save(path)
    loaded = lg_jupyter.load(path)
    for table in ("model_calls", "tool_calls"):
        assert rows(loaded, table) == rows(run, table)


def test_headers_of_a_model_are_not_kept() -> None:
    class Guarded(Answers):
        @property
        def _identifying_params(self) -> dict[str, Any]:
            return {"extra_headers": {"Authorization": "Bearer canary-1"}, "api_key": "canary-2"}

    model = Guarded(answers=["yes"])
    run = finished(one_node(lambda state: {"messages": [model.invoke(state["messages"])]}))
    assert "canary" not in repr(rows(run, "model_calls")) + repr(rows(run, "events"))
