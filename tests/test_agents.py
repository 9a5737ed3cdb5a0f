"""What agents are called that other agents run: in the tables, the record and the spans."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from rich.console import Console

import lg_jupyter
from lg_jupyter.terminal import TerminalView

INPUT = {"messages": [("user", "Which city?")]}


class Scripted(BaseChatModel):
    """Asks for these tool calls, and says when they have answered."""

    calls: tuple[dict[str, Any], ...] = ()

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Any, **_: Any) -> BaseChatModel:
        return self

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **_: Any) -> ChatResult:
        answered = any(isinstance(message, ToolMessage) for message in messages)
        message = AIMessage("done", tool_calls=[] if answered else [*self.calls])
        return ChatResult(generations=[ChatGeneration(message=message)])


def call(name: str, call_id: str, **args: str) -> dict[str, Any]:
    return {"name": name, "id": call_id, "args": args, "type": "tool_call"}


def plain_graph(name: str) -> Any:
    graph = StateGraph(MessagesState)
    graph.add_node("look", lambda state: {"messages": [("ai", "seen")]})
    graph.add_edge(START, "look")
    return graph.compile(name=name)


def team() -> Any:
    """An agent whose tools run two agents, one of them twice, and a graph that is no agent."""
    paris, rome = (create_agent(Scripted(), [], name=name) for name in ("paris", "rome"))
    survey = plain_graph("survey")

    @tool
    def ask(expert: str, question: str) -> str:
        """Ask an expert."""
        return (
            {"paris": paris, "rome": rome}[expert]
            .invoke({"messages": [("user", question)]})["messages"][-1]
            .text
        )

    @tool
    def look(place: str) -> str:
        """Look at a place."""
        return survey.invoke({"messages": [("user", place)]})["messages"][-1].text

    calls = (
        call("ask", "a", expert="paris", question="Louvre?"),
        call("ask", "b", expert="rome", question="Forum?"),
        call("ask", "c", expert="rome", question="Ostia?"),
        call("look", "d", place="Lyon"),
    )
    return create_agent(Scripted(calls=calls), [ask, look], name="lead")


def ran(graph: Any, modes: Any = None) -> lg_jupyter.Run:
    run = lg_jupyter.stream(graph, INPUT, modes=modes, display=False, thread=True)
    run.wait()
    return run


@pytest.fixture
def names_told() -> None:
    """What follows needs a langchain that tells the names of its agents: 1.0.0 does not."""
    if "lc_agent_name" not in ((create_agent(Scripted(), [], name="one").config or {}).get("metadata") or {}):
        pytest.skip("this langchain does not tell the names of its agents")


CALLED = {"a": "paris", "b": "rome", "c": "rome", "d": "look"}


@pytest.mark.usefixtures("names_told")
@pytest.mark.parametrize("modes", [None, ["debug"], ["tasks"], ["tasks", "messages"], ["debug", "values"]])
def test_agents_are_called_by_their_names(modes):
    rows = ran(team(), modes).trace.rows("namespaces")
    assert {row["tool_call_id"]: row["graph_name"] for row in rows[1:]} == CALLED
    assert rows[0]["graph_name"] == "lead"
    args = {row["tool_call_id"]: row["tool_call"]["args"] for row in rows[1:]}
    assert args["b"] == {"expert": "rome", "question": "Forum?"}
    assert args["c"] == {"expert": "rome", "question": "Ostia?"}


@pytest.mark.usefixtures("names_told")
def test_agents_are_called_by_their_names_where_only_messages_come():
    names = [row["graph_name"] for row in ran(team(), ["messages"]).trace.rows("namespaces")]
    assert sorted(map(str, names)) == ["None", "lead", "paris", "rome", "rome"]


def test_the_events_of_langchain_know_the_names_of_all_graphs():
    names = [row["graph_name"] for row in ran(team(), ["events"]).trace.rows("namespaces")[1:]]
    assert sorted(map(str, names)) == ["paris", "rome", "rome", "survey"]


@pytest.mark.usefixtures("names_told")
def test_the_record_tells_agents_apart(tmp_path):
    run = ran(team())
    run.to_html(tmp_path / "run.html")
    page = (tmp_path / "run.html").read_text("utf-8")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("&quot;", '"')
    assert re.search(r'✓ paris · "Louvre\?" · 1 of 4 · tools · success', text)
    assert 'called by ask({"expert": "rome", "question": "Ostia?"})' in text
    assert 'ask · "rome", "Ostia?"' in text[text.index("timeline ·") :]
    for lane in ("paris / model", "rome #1 / model", "rome #2 / model", "look / look"):
        assert lane in text
    assert "tools / model" not in text[text.index("timeline ·") :]


def test_a_terminal_tells_what_each_tool_was_called_with():
    console = Console(file=io.StringIO(), width=120)
    TerminalView(ran(team()), console).show()
    told = console.file.getvalue()
    assert '✓ ask · "rome", "Ostia?" · 3 of 4' in told
    assert "tools · 3 of 4" not in told


@pytest.mark.usefixtures("names_told")
def test_their_spans_have_their_names():
    names = [span.name for span in ran(team()).to_otel() if span.name.startswith("invoke_agent")]
    assert sorted(names) == [
        "invoke_agent look",
        "invoke_agent paris",
        "invoke_agent rome",
        "invoke_agent rome",
    ]


@pytest.mark.usefixtures("names_told")
def test_a_tool_node_that_runs_all_calls_in_one_task():
    """The graphs of one task have no tool call of their own, but their agents' names."""
    paris, rome = (create_agent(Scripted(), [], name=name) for name in ("paris", "rome"))

    def node(state: MessagesState) -> dict[str, Any]:
        paris.invoke(INPUT)
        rome.invoke(INPUT)
        return {}

    graph = StateGraph(MessagesState)
    graph.add_node("both", node)
    graph.add_edge(START, "both")
    run = ran(graph.compile())
    assert [row["graph_name"] for row in run.trace.rows("namespaces")] == [None, "paris", "rome"]
