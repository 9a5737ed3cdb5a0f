"""What is stored of a thread, without running anything, and runs that begin there."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import interrupt
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter import UsageError
from lg_jupyter.record.summary import STORED_THREAD_EXPLANATION, summarize_run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.secrets.redact import Redactor
from tests.graphs import INPUTS, ScriptedModel, build, words

CALLS: list[str] = []


class Chat(TypedDict):
    messages: Annotated[list[Any], add_messages]


def talk(state: Chat) -> dict[str, Any]:
    CALLS.append("talk")
    return {"messages": [ScriptedModel(lines=[words("hello there you")]).invoke(state["messages"])]}


def ask(state: Chat) -> dict[str, Any]:
    CALLS.append("ask")
    return {"messages": [("user", interrupt("more?"))]}


def asking(checkpointer: Any) -> Any:
    builder = StateGraph(Chat).add_node(talk).add_node(ask).add_node("again", talk)
    builder.add_edge(START, "talk").add_edge("talk", "ask").add_edge("ask", "again")
    return builder.compile(checkpointer=checkpointer)


def thread(graph: Any, thread_id: str = "t") -> lg_jupyter.Run:
    return lg_jupyter.thread(graph, thread_id, display=False)


def ids(run: lg_jupyter.Run) -> list[str]:
    return [each.checkpoint_id for each in run.checkpoints]


def ran(graph: Any, given: Any) -> lg_jupyter.Run:
    return lg_jupyter.stream(graph, given, thread_id="t", display=False).wait()


@pytest.mark.parametrize("name", ["steps", "react", "nested", "flow"])
def test_it_shows_what_a_run_showed(name):
    graph = build(name, InMemorySaver())
    run = ran(graph, INPUTS[name])
    stored = thread(graph).wait()
    assert (stored.status, stored.thread_id, stored.output) == (run.status, "t", run.output)
    assert stored.state() == run.state()
    assert ids(stored) == ids(run)
    columns = ["role", "text", "message_id"]
    messages = [each.to_pandas("messages")[columns].values.tolist() for each in (stored, run)]
    assert messages[0] == messages[1] or name == "flow"  # whose state holds none
    assert set(stored.to_pandas("state_diffs")["path"]) == set(
        run.to_pandas("state_diffs").query("namespace == ''")["path"]
    )
    assert f"{len(stored.checkpoints)} checkpoints. Nothing ran here" in stored.note


def test_nothing_runs_until_it_is_answered_and_then_all_is_shown():
    graph = asking(InMemorySaver())
    ran(graph, {"messages": [("user", "hi")]})
    CALLS.clear()
    stored = thread(graph).wait()
    assert CALLS == [] and stored.status == "interrupted"
    assert [row["value"] for row in stored.interrupts] == ["more?"]
    assert stored.interrupts[0]["node"] == "ask"
    stored.resume("go", display=False).wait()
    assert CALLS == ["ask", "talk"] and stored.status == "success" and stored.interrupts == []
    messages = stored.to_pandas("messages")
    assert messages["text"].tolist() == ["hi", "hello there you", "go", "hello there you"]
    assert len(stored.to_pandas("tokens")) > 0 and stored.to_pandas("tasks")["node"].tolist() == [
        "ask",
        "again",
    ]
    assert not messages["message_id"].duplicated().any()
    with pytest.raises(UsageError, match="no answer"):
        thread(graph).wait().resume("again")


def test_a_branch_begins_at_any_of_its_checkpoints():
    graph = build("steps", InMemorySaver())
    ran(graph, INPUTS["steps"])
    stored = thread(graph).wait()
    at = next(each.checkpoint_id for each in stored.checkpoints if each.next == ("second",))
    branch = stored.fork(at, {"topic": "tea"}, display=False).wait()
    assert branch.parent is stored and branch.output["topic"] == "tea!"
    assert len(thread(graph).wait().checkpoints) > 4


def test_states_are_those_that_led_to_the_newest_not_those_of_other_branches():
    graph = build("steps", InMemorySaver())
    ran(graph, INPUTS["steps"])
    stored = thread(graph).wait()
    first = stored.checkpoints[1].checkpoint_id
    stored.fork(first, {"topic": "tea"}, display=False).wait()
    again = thread(graph).wait()
    assert len(again.to_pandas("checkpoints")) > 4
    topics = again.to_pandas("state_diffs").query("path == '/topic'")
    assert topics["after"].tolist() == ["ice", "tea", "tea!"] and again.output["topic"] == "tea!"


def test_a_thread_that_failed_says_where_and_goes_on():
    graph = build("broken", InMemorySaver())
    with pytest.raises(ValueError, match="no milk"):
        ran(graph, INPUTS["broken"])
    stored = thread(graph).wait()
    assert stored.status == "error" and stored.error["message"] == "inner: ValueError('no milk today')"
    with pytest.raises(ValueError, match="no milk"):
        stored.resume(display=False).wait()


async def test_a_checkpointer_that_has_to_be_awaited(tmp_path):
    async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "threads.sqlite")) as saver:
        graph = asking(saver)
        await lg_jupyter.stream(graph, {"messages": [("user", "hi")]}, thread_id="t", display=False)
        stored = await thread(graph)
        assert stored.status == "interrupted" and len(stored.to_pandas("checkpoints")) == 3
        await stored.resume("go", display=False)
        assert stored.status == "success"


def test_a_thread_that_there_is_not_and_a_graph_that_stores_none():
    with pytest.raises(UsageError, match="no checkpoint of a thread 'nowhere'"):
        thread(build("steps", InMemorySaver()), "nowhere").wait()
    with pytest.raises(UsageError, match=r"nothing is stored of threads of .*compile\(checkpointer"):
        thread(build("steps"))
    with pytest.raises(UsageError, match="takes the id of a thread"):
        thread(build("steps", InMemorySaver()), "")
    with pytest.raises(lg_jupyter.TargetError):
        thread(5)


def test_empty_panels_say_that_of_a_thread_no_more_is_stored():
    graph = build("steps", InMemorySaver())
    ran(graph, INPUTS["steps"])
    stored = thread(graph).wait()
    explained = {each["panel"]: each["text"] for each in summarize_run(get_run_state(stored))["explanations"]}
    assert (
        explained["timeline"] == explained["calls"] == STORED_THREAD_EXPLANATION and "state" not in explained
    )
    run = ran(build("steps", InMemorySaver()), INPUTS["steps"])
    assert STORED_THREAD_EXPLANATION not in {
        each["text"] for each in summarize_run(get_run_state(run))["explanations"]
    }


def test_no_time_is_made_up_of_it():
    graph = asking(InMemorySaver())
    ran(graph, {"messages": [("user", "hi")]})
    stored = thread(graph).wait()
    summary = summarize_run(get_run_state(stored))
    assert summary["elapsed"] is summary["ended"] is None and summary["started"] is not None
    stored.resume("go", display=False).wait()
    assert summarize_run(get_run_state(stored))["elapsed"] > 0


def test_secrets_in_it_are_masked(monkeypatch):
    graph = build("steps", InMemorySaver())
    graph.invoke({"topic": "sk-canary-canary-1", "log": []}, {"configurable": {"thread_id": "t"}})
    monkeypatch.setenv("SOME_API_KEY", "sk-canary-canary-1")
    assert Redactor.from_environment().is_active
    stored = thread(graph).wait()
    assert "canary" not in str(stored.state()) and "[redacted SOME_API_KEY]" in str(stored.state())
    assert "canary" not in str(stored.to_pandas("checkpoints")["values"].tolist())


def test_a_history_keeps_it_when_it_runs_not_when_it_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    graph = asking(InMemorySaver())
    ran(graph, {"messages": [("user", "hi")]})
    history = lg_jupyter.history(tmp_path)
    stored = thread(graph).wait()
    assert history.runs() == []
    stored.resume("go", display=False).wait()
    assert [each.status for each in history.runs()] == ["success"]
    assert len(history[stored.id].to_pandas()) == len(stored.to_pandas())
