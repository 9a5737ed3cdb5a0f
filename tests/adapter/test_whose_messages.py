"""Whose a message is: real graphs, whose nodes return them in every form, in every mode."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations, cycle
from typing import Annotated, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, RemoveMessage, ToolMessage
from langgraph.cache.memory import InMemoryCache
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import CachePolicy, Command, Send, interrupt
from typing_extensions import TypedDict

import lg_jupyter
from lg_jupyter import Run
from lg_jupyter.events.events import CompleteMessage
from tests.adapter.build import Stream, ai, call, chunk, only

FORMS: dict[str, Callable[[], Any]] = {
    "tuple in a list": lambda: [("ai", "hello")],
    "tuple": lambda: ("ai", "hello"),
    "role in a list": lambda: [{"role": "assistant", "content": "hello"}],
    "role": lambda: {"role": "assistant", "content": "hello"},
    "role with an id": lambda: [{"role": "assistant", "content": "hello", "id": "given"}],
    "type": lambda: [{"type": "ai", "content": "hello"}],
    "string in a list": lambda: ["hello"],
    "string": lambda: "hello",
    "object in a list": lambda: [AIMessage("hello")],
    "object": lambda: AIMessage("hello"),
    "object with an id": lambda: [AIMessage("hello", id="given")],
}

INPUTS: list[Callable[[], Any]] = [
    lambda: [("user", "hi")],
    lambda: {"role": "user", "content": "hi"},
    lambda: "hi",
    lambda: [HumanMessage("hi")],
    lambda: [HumanMessage("hi", id="asked")],
]

ALONE = ["values", "updates", "messages", "debug", "tasks", "checkpoints", "events"]
FEW = [*((mode,) for mode in ALONE), ("updates", "messages"), ("values", "events"), tuple(ALONE)]
REST = [modes for size in range(2, 6) for modes in combinations(ALONE, size) if modes not in FEW]
MODES = [*FEW, *(pytest.param(modes, marks=pytest.mark.matrix) for modes in REST)]


def ran(graph: Any, given: Any, *modes: str, **options: Any) -> Run:
    if modes:
        options["modes"] = list(modes)
    return lg_jupyter.stream(graph, given, display=False, thread=True, **options).wait(120)


def one_node(node: Callable[..., Any], checkpointer: Any = None, state: Any = MessagesState) -> Any:
    return StateGraph(state).add_node("node", node).add_edge(START, "node").compile(checkpointer=checkpointer)


def told(run: Run, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in columns) for row in run.trace.rows("messages")]


def test_a_message_from_the_cache_of_a_node_is_the_nodes() -> None:
    for modes in ((), ("updates",), ("messages", "updates"), ("messages", "updates", "debug")):
        for form in ("object", "object with an id", "tuple"):
            builder = StateGraph(MessagesState)
            builder.add_node(
                "node", lambda _, form=form: {"messages": FORMS[form]()}, cache_policy=CachePolicy()
            )
            graph = builder.add_edge(START, "node").compile(cache=InMemoryCache())
            given = {"messages": [HumanMessage("hi", id="asked")]}
            ran(graph, given, *modes)
            assert ("hello", "node", "node") in told(ran(graph, given, *modes), "text", "source", "node"), (
                modes
            )


# -- every form in every combination of modes ------------------------------------------------------


@pytest.mark.parametrize("modes", MODES)
def test_each_message_is_one_row_with_its_node_and_task(modes: tuple[str, ...]) -> None:
    for saver in (None, InMemorySaver()):
        for (form, make), given in zip(FORMS.items(), cycle(INPUTS), strict=False):
            run = ran(
                one_node(lambda _, make=make: {"messages": make()}, saver), {"messages": given()}, *modes
            )
            rows = told(run, "text", "source", "node")
            assert rows == [("hi", "input", None), ("hello", "node", "node")], form
            asked, said = run.trace.rows("messages")
            assert said["task_id"] is not None
            assert asked["task_id"] is asked["start_time"] is asked["end_time"] is None
            tasks = {row["task_id"] for row in run.trace.rows("tasks")}
            assert not tasks or said["task_id"] in tasks
            assert run.trace.messages.produced_count == 1
            assert [row["message_count"] for row in run.trace.rows("namespaces")] == [1]


@pytest.mark.parametrize("modes", [(), ("values",), ("values", "messages"), ("debug", "updates")])
def test_a_row_has_the_id_that_the_state_gives(modes: tuple[str, ...]) -> None:
    for make in FORMS.values():
        graph = one_node(lambda _, make=make: {"messages": make()}, InMemorySaver())
        run = ran(graph, {"messages": "hi"}, *modes)
        assert [row[0] for row in told(run, "message_id")] == [m.id for m in run.output["messages"]]


def test_a_returned_message_knows_its_step() -> None:
    run = ran(one_node(lambda _: {"messages": "hello"}), {"messages": "hi"})
    assert told(run, "text", "step") == [("hi", None), ("hello", 1)]


def test_a_string_in_another_channel_is_no_message() -> None:
    class State(MessagesState):
        topic: str
        notes: list[str]

    def node(_: Any) -> dict[str, Any]:
        return {"topic": "ai", "notes": ["ai", "no message"], "messages": []}

    for modes in FEW:
        run = ran(one_node(node, state=State), {"topic": "x", "messages": []}, *modes)
        assert told(run, "text") == []


def test_dicts_with_a_role_are_messages_in_a_plain_list_too() -> None:
    class State(TypedDict):
        chat: Annotated[list[dict[str, str]], lambda old, new: old + new]

    def node(_: Any) -> dict[str, Any]:
        return {"chat": [{"role": "assistant", "content": "hello"}]}

    for modes in [*FEW[:7], ("values", "updates", "messages", "debug")]:
        run = ran(one_node(node, state=State), {"chat": [{"role": "user", "content": "hi"}]}, *modes)
        assert told(run, "text", "source", "node") == [("hi", "input", None), ("hello", "node", "node")], (
            modes
        )


def test_two_equal_messages_without_ids_are_two_rows() -> None:
    graph = (
        StateGraph(MessagesState)
        .add_node("one", lambda _: {"messages": [("ai", "same"), ("ai", "same")]})
        .add_node("two", lambda _: {"messages": [("ai", "same")]})
        .add_edge(START, "one")
        .add_edge("one", "two")
        .compile()
    )
    for modes in [(), *FEW[:7]]:
        run = ran(graph, {"messages": "hi"}, *modes)
        assert told(run, "text", "node")[1:] == [("same", "one"), ("same", "one"), ("same", "two")], modes


# -- tasks of many kinds ---------------------------------------------------------------------------


def test_workers_of_a_send_each_have_their_task() -> None:
    def worker(state: Any) -> dict[str, Any]:
        return {"messages": [("ai", f"about {state['topic']}")]}

    graph = StateGraph(MessagesState)
    graph.add_node("worker", worker)
    graph.add_conditional_edges(START, lambda _: [Send("worker", {"topic": n}) for n in range(3)], ["worker"])
    run = ran(graph.compile(), {"messages": "go"})
    inputs = {row["task_id"]: row["input"]["topic"] for row in run.trace.rows("tasks")}
    rows = [row for row in run.trace.rows("messages") if row["source"] == "node"]
    assert {(row["text"], row["node"], inputs[row["task_id"]]) for row in rows} == {
        (f"about {n}", "worker", n) for n in range(3)
    }


def test_commands_and_tools_tell_who_made_the_message() -> None:
    def node(_: Any) -> Command[Any]:
        done = ToolMessage("sunny", tool_call_id="call")
        return Command(update={"messages": [("ai", "I look"), done, AIMessage("so", id="run-1")]})

    run = ran(one_node(node), {"messages": "weather?"})
    made = {("I look", "node"), ("sunny", "tool"), ("so", "model")}
    assert set(told(run, "text", "source")[1:]) == made


def test_a_message_of_a_subgraph_is_the_subgraphs() -> None:
    inner = one_node(lambda _: {"messages": [("ai", "from inside")]})
    outer = StateGraph(MessagesState).add_node("sub", inner).add_edge(START, "sub").compile()
    for modes in [(), ("updates",), ("updates", "messages"), ("values", "updates")]:
        run = ran(outer, {"messages": "hi"}, *modes)
        asked, said = run.trace.rows("messages")
        assert (asked["text"], asked["namespace"]) == ("hi", "")
        assert (said["text"], said["node"]) == ("from inside", "node")
        assert said["namespace"].startswith("sub:")


def test_what_a_node_asks_a_graph_is_the_input_of_that_graph() -> None:
    inner = one_node(lambda _: {"messages": [("ai", "answer")]})

    def ask(_: Any) -> dict[str, Any]:
        inner.invoke({"messages": [("user", "question")]})
        return {"messages": [("ai", "done")]}

    run = ran(one_node(ask), {"messages": "hi"})
    rows = {row["text"]: row for row in run.trace.rows("messages")}
    assert [rows[text]["source"] for text in ("hi", "question", "answer", "done")] == [
        "input",
        "input",
        "node",
        "node",
    ]
    assert rows["question"]["namespace"] == rows["answer"]["namespace"] != ""


def test_functions_return_messages() -> None:
    @task
    def say(text: str) -> Any:
        return AIMessage(text)

    @entrypoint()
    def flow(given: Any) -> Any:
        return [say("one").result(), {"role": "assistant", "content": "two"}]

    run = ran(flow, [HumanMessage("hi")])
    assert told(run, "text", "source") == [("hi", "input"), ("one", "node"), ("two", "node")]


# -- what was there before -------------------------------------------------------------------------


def talk(checkpointer: Any) -> Any:
    return one_node(lambda state: {"messages": [("ai", f"answer {len(state['messages'])}")]}, checkpointer)


@pytest.mark.parametrize(
    "modes", [(), ("values",), ("updates", "tasks"), ("checkpoints",), ("debug", "messages")]
)
def test_a_later_turn_has_the_earlier_ones_as_history(modes: tuple[str, ...]) -> None:
    graph = talk(InMemorySaver())
    ran(graph, {"messages": "again"}, *modes, thread_id="thread")
    run = ran(graph, {"messages": "again"}, *modes, thread_id="thread")
    assert told(run, "text", "source") == [
        ("again", "history"),
        ("answer 1", "history"),
        ("again", "input"),
        ("answer 3", "node"),
    ]
    assert run.trace.messages.produced_count == 1
    assert run.usage["total_tokens"] is None


def test_the_newest_of_a_long_history_have_rows_and_the_others_are_counted() -> None:
    graph = talk(InMemorySaver())
    past = [HumanMessage(f"past {n}") for n in range(70)]
    ran(graph, {"messages": past}, thread_id="thread")
    run = ran(graph, {"messages": "now"}, thread_id="thread")
    history = [text for text, source in told(run, "text", "source") if source == "history"]
    assert len(history) == 50
    assert history[0] == "past 21"
    assert run.trace.messages.omitted_count == 21


def test_tokens_of_the_history_are_not_the_runs() -> None:
    usage = {"input_tokens": 5, "output_tokens": 7, "total_tokens": 12}
    old = AIMessage("old", usage_metadata=usage)  # type: ignore[arg-type]
    run = ran(one_node(lambda _: {"messages": "new"}), {"messages": [old]})
    assert run.usage["total_tokens"] is None
    assert told(run, "text", "total_tokens") == [("old", None), ("new", None)]


@pytest.mark.parametrize("modes", [(), ("values",), ("updates", "tasks")])
def test_an_input_that_a_node_edits_keeps_its_row(modes: tuple[str, ...]) -> None:
    graph = one_node(lambda state: {"messages": [HumanMessage("HI", id=state["messages"][0].id)]})
    run = ran(graph, {"messages": "hi"}, *modes)
    assert told(run, "text", "source", "node") == [("HI", "input", None)]


def test_an_input_that_a_node_removes_keeps_its_row() -> None:
    graph = one_node(lambda state: {"messages": [RemoveMessage(id=state["messages"][0].id)]})
    run = ran(graph, {"messages": "hi"})
    assert [(text, time is None) for text, time in told(run, "text", "removed_time")] == [("hi", False)]


def test_nothing_is_doubled_when_a_run_goes_on() -> None:
    def ask(_: Any) -> dict[str, Any]:
        return {"messages": [("ai", f"you said {interrupt('what?')}")]}

    graph = (
        StateGraph(MessagesState)
        .add_node("first", lambda _: {"messages": [("ai", "before")]})
        .add_node("ask", ask)
        .add_edge(START, "first")
        .add_edge("first", "ask")
        .compile(checkpointer=InMemorySaver())
    )
    run = ran(graph, {"messages": "hi"})
    run.resume("this", thread=True).wait(120)
    assert told(run, "text", "source", "node") == [
        ("hi", "input", None),
        ("before", "node", "first"),
        ("you said this", "node", "ask"),
    ]
    answered = ran(graph, {"messages": "hi"}, thread_id="other")
    again = ran(graph, Command(resume="that"), thread_id="other")
    assert answered.status == "interrupted"
    assert told(again, "text", "source") == [
        ("hi", "history"),
        ("before", "history"),
        ("you said that", "node"),
    ]


@pytest.mark.parametrize(
    "modes", [(), ("values",), ("updates",), ("messages",), ("values", "updates"), ("debug",)]
)
def test_what_was_said_beside_an_interrupt_stays_one_row(modes: tuple[str, ...]) -> None:
    graph = (
        StateGraph(MessagesState)
        .add_node("says", lambda _: {"messages": [("ai", "said")]})
        .add_node("asks", lambda _: {"messages": [("ai", f"heard {interrupt('what?')}")]})
        .add_edge(START, "says")
        .add_edge(START, "asks")
        .compile(checkpointer=InMemorySaver())
    )
    run = ran(graph, {"messages": "hi"}, *modes)
    run.resume("this", thread=True).wait(120)
    assert told(run, "text", "node", "removed_time") == [
        ("hi", None, None),
        ("said", "says", None),
        ("heard this", "asks", None),
    ]


def test_a_fork_begins_with_history() -> None:
    run = ran(talk(InMemorySaver()), {"messages": "hi"})
    first = next(each for each in run.checkpoints if list(each.next) == ["node"])
    branch = run.fork(first.checkpoint_id, display=False, thread=True).wait(120)
    assert told(branch, "text", "source") == [("hi", "history"), ("answer 1", "node")]


def test_a_filter_finds_what_a_node_returned() -> None:
    from lg_jupyter.request.filters import MessageFilter

    run = ran(one_node(lambda _: {"messages": "hello"}), {"messages": "hi"}, nodes=["node"])
    question, answer = run.trace.rows("messages")
    assert not MessageFilter(nodes=("node",)).matches_message(question)
    assert MessageFilter(nodes=("node",)).matches_message(answer)


def test_a_file_whose_start_says_no_input_has_it_from_its_header(tmp_path: Any) -> None:
    path = tmp_path / "run.jsonl"
    ran(talk(InMemorySaver()), {"messages": "hi"}, "values").save(path)
    header, start, *rest = path.read_text().splitlines()
    older = json.loads(start)
    del older["data"]["input"], older["data"]["message_channels"]
    path.write_text("\n".join([header, json.dumps(older), *rest, ""]))
    assert told(lg_jupyter.load(path), "text", "source") == [("hi", "input"), ("answer 1", "node")]


def test_a_saved_run_tells_the_same(tmp_path: Any) -> None:
    run = ran(talk(InMemorySaver()), {"messages": "hi"}, "messages", "updates")
    run.save(tmp_path / "run.jsonl")
    assert told(lg_jupyter.load(tmp_path / "run.jsonl"), "text", "source", "node") == told(
        run, "text", "source", "node"
    )


def test_a_model_that_uses_an_id_of_the_history_again_does_not_overwrite_it() -> None:
    stream = Stream("messages", "values")
    stream("values", {"messages": [ai("old", "same")]})
    first = only(stream.message(chunk("new", "same"), call()))
    assert first.message_id == "same#2"
    again = only(stream.message(chunk("er", "same"), call()))
    assert again.message_id == "same#2"


def test_a_server_tells_no_channels_so_a_state_must() -> None:
    stream = Stream("values", "updates")
    stream("values", {"topic": "x", "messages": [{"type": "human", "content": "hi", "id": "q"}]})
    stream("updates", {"node": {"topic": "no message", "messages": [["ai", "hello"]]}})
    state = [{"type": "human", "content": "hi", "id": "q"}, ai("hello", "a")]
    told = [
        f
        for f in stream("values", {"topic": "no message", "messages": state})
        if isinstance(f, CompleteMessage)
    ]
    assert [(fact.message_id, fact.writer and fact.writer.node) for fact in told] == [("a", "node")]


def test_what_may_be_a_message_is_told_when_a_state_shows_it() -> None:
    stream = Stream("values", "updates")
    stream("values", {"messages": []})
    stream("updates", {"node": {"messages": "hello", "topic": "no message"}})
    state = {"messages": [{"type": "human", "content": "hello", "id": "a"}], "topic": "no message"}
    told = [f for f in stream("values", state) if isinstance(f, CompleteMessage)]
    assert [(fact.message_id, fact.writer and fact.writer.node) for fact in told] == [("a", "node")]
    assert not [f for f in stream.end() if isinstance(f, CompleteMessage)]
