"""Notebooks of the kind people write: each call gives what LangGraph itself gives on a twin thread."""

from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, RemoveMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph, add_messages
from langgraph.types import Command, Send, interrupt

import lg_jupyter
from lg_jupyter.tables.json_diff import is_equal_json
from tests.test_later_turns import as_json, end_of

MINE: Any = {"configurable": {"thread_id": "mine"}}
TWIN: Any = {"configurable": {"thread_id": "twin"}}


def scripted(*says: str) -> Any:
    """A model that says these, one after the other."""
    messages = iter([AIMessage(text, id=f"said-{n}") for n, text in enumerate(says)])
    return GenericFakeChatModel(messages=messages)


def agree(run: Any, graph: Any, twin: Any, theirs: Any, before: Any) -> None:
    """A run against the same call by ``twin.invoke`` on a thread that has been through the same."""
    mine, other = graph.get_state(MINE), twin.get_state(TWIN)
    assert is_equal_json(as_json(run.trace.output), as_json(mine.values))
    assert said(mine.values) == said(other.values)
    assert mine.next == other.next
    assert run.status == ("interrupted" if other.next else "success")
    asked = [each.value for each in theirs.pop("__interrupt__", ())]
    assert sorted(row["value"] for row in run.interrupts) == sorted(asked)
    assert said(run.output) == said(theirs)
    assert is_equal_json(run.initial_state, before)
    assert is_equal_json(end_of(run), as_json(mine.values))


def said(values: Any) -> Any:
    """A state with messages as who says what: their ids are drawn by lot."""
    if isinstance(values, dict):
        return {key: said(value) for key, value in values.items()}
    if isinstance(values, list):
        return [said(value) for value in values]
    return (values.type, values.content) if hasattr(values, "content") else values


class Chat(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    summary: str


def chat(saver: InMemorySaver) -> Any:
    """A chat that remembers by its thread, and sums up what is more than four messages."""
    model = scripted(*(f"answer {n}" for n in range(1, 6)))
    summarizer = scripted("they talk", "they talk on", "they talk still")

    def converse(state: Chat) -> dict[str, Any]:
        return {"messages": [model.invoke(state["messages"])]}

    def shorten(state: Chat) -> dict[str, Any]:
        told = summarizer.invoke([*state["messages"], HumanMessage("Sum it up")])
        return {"summary": told.content, "messages": [RemoveMessage(m.id) for m in state["messages"][:-2]]}

    builder = StateGraph(Chat).add_node("converse", converse).add_node("shorten", shorten)
    builder.add_edge(START, "converse").add_edge("shorten", END)
    builder.add_conditional_edges("converse", lambda s: "shorten" if len(s["messages"]) > 4 else END)
    return builder.compile(checkpointer=saver)


@pytest.mark.parametrize("modes", [None, "values", ["values", "messages"]])
async def test_a_chat_with_memory_and_a_summary_over_five_turns(modes):
    graph, twin, before = chat(InMemorySaver()), chat(InMemorySaver()), {}
    options = {} if modes is None else {"modes": modes}
    for turn in range(1, 6):
        given = {"messages": [("user", f"question {turn}")]}
        run = await lg_jupyter.stream(graph, given, thread_id="mine", display=False, **options)
        agree(run, graph, twin, twin.invoke(given, TWIN), before)
        spoken = [row["text"] for row in run.trace.rows("messages") if row["source"] != "history"]
        assert spoken[:2] == [f"question {turn}", f"answer {turn}"]
        before = as_json(graph.get_state(MINE).values)
    assert before["summary"] == "they talk on"


class Research(TypedDict, total=False):
    topic: str
    sections: list[str]
    notes: Annotated[list[str], lambda old, new: sorted(old + new)]
    feedback: str
    report: str


def research(saver: InMemorySaver) -> Any:
    """Plans, has a person look at the plan, and sends each section to a worker."""

    def plan(state: Research) -> dict[str, Any]:
        return {"sections": [f"{state['topic']} {n}" for n in (1, 2)], "notes": []}

    def review(state: Research) -> Command:
        word = interrupt(f"Is this right: {', '.join(state['sections'])}?")
        if word == "yes":
            return Command(goto=[Send("write", {"topic": section}) for section in state["sections"]])
        return Command(goto="plan", update={"topic": word, "feedback": word})

    def write(state: Research) -> dict[str, Any]:
        return {"notes": [f"on {state['topic']}"]}

    def report(state: Research) -> dict[str, Any]:
        return {"report": "; ".join(state["notes"])}

    builder = StateGraph(Research)
    for node in (plan, write, report):
        builder.add_node(node.__name__, node)
    builder.add_node("review", review, destinations=("plan", "write"))
    builder.add_edge(START, "plan").add_edge("plan", "review").add_edge("write", "report")
    return builder.compile(checkpointer=saver)


async def test_research_with_a_persons_feedback_and_forks():
    graph, twin = research(InMemorySaver()), research(InMemorySaver())
    run = await lg_jupyter.stream(graph, {"topic": "tea"}, thread_id="mine", display=False)
    theirs = twin.invoke({"topic": "tea"}, TWIN)
    agree(run, graph, twin, theirs, {})
    for word in ("coffee", "yes"):
        await run.resume(word)
        agree(run, graph, twin, twin.invoke(Command(resume=word), TWIN), {})
    assert run.output["report"] == "on coffee 1; on coffee 2"

    def planned(graph: Any, config: Any) -> Any:
        return next(each for each in graph.get_state_history(config) if each.next == ("review",))

    for sections, as_node in ((["milk"], "plan"), (["milk", "soy"], "plan")):
        at, there = planned(graph, MINE), planned(twin, TWIN)
        branch = await run.fork(
            at.config["configurable"]["checkpoint_id"], {"sections": sections}, as_node, display=False
        )
        forked = twin.update_state(there.config, {"sections": sections}, as_node)
        agree(branch, graph, twin, twin.invoke(None, forked), as_json(at.values))
        before = branch.initial_state
        await branch.resume("yes")
        agree(branch, graph, twin, twin.invoke(Command(resume="yes"), TWIN), before)
        assert branch.output["report"] == "; ".join(f"on {section}" for section in sections)
    assert [branch.parent for branch in run.branches] == [run, run]
