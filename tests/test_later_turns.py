"""Every later turn on a thread, and every branch, is told as what it changed."""

from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.messages import AIMessage, AnyMessage
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph, add_messages
from langgraph.types import Command

import lg_jupyter
from lg_jupyter.encode import Encoder, to_plain_json
from lg_jupyter.record.summary import find_panel_explanations
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.tables.json_diff import JSONChange, is_equal_json
from tests.tables.apply import applied

MODES = ["values", "debug", ["values", "checkpoints"], ["values", "tasks"], ["values", "updates"], None]
CONFIG: Any = {"configurable": {"thread_id": "1"}}


class Chat(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    summary: str
    turns: int


class Shown(TypedDict):
    summary: str


class SyncOnly(InMemorySaver):
    aget_tuple = BaseCheckpointSaver.aget_tuple


class Failing(InMemorySaver):
    """Fails when it is asked before a run, and not in the run."""

    fails = True

    async def aget_tuple(self, config: Any) -> Any:
        if self.fails:
            self.fails = False
            raise OSError("the disk is gone")
        return await super().aget_tuple(config)


def answer(state: Chat) -> dict[str, Any]:
    number = state.get("turns", 0) + 1
    return {"messages": [AIMessage(f"answer {number}")], "turns": number}


def summarize(state: Chat) -> dict[str, Any]:
    return {"summary": f"{len(state['messages'])} messages"}


def chat(saver: Any = None, **options: Any) -> Any:
    builder = StateGraph(Chat, **options).add_node("answer", answer).add_node("summarize", summarize)
    builder.add_edge(START, "answer").add_edge("answer", "summarize").add_edge("summarize", END)
    return builder.compile(checkpointer=saver or InMemorySaver())


async def turn(graph: Any, number: int, modes: Any = None, **options: Any) -> Any:
    given = {"messages": [("user", f"turn {number}")]}
    more = {} if modes is None else {"modes": modes}
    return await lg_jupyter.stream(graph, given, thread_id="1", display=False, **more, **options)


def as_json(values: Any) -> Any:
    return to_plain_json(Encoder().encode(values))


def end_of(run: Any) -> Any:
    """What the rows make of the initial state, step after step."""
    rows = [row for row in run.trace.rows("state_diffs") if not row["namespace"] and row["op"] != "write"]
    state = run.initial_state
    for seq in dict.fromkeys(row["seq"] for row in rows):
        changes = [JSONChange(*(to_plain_json(row[name]) for name in ("path", "op", "before", "after")))
                   for row in rows if row["seq"] == seq]  # fmt: skip
        state = applied(state, changes)
    return state


def told(run: Any) -> list[tuple[Any, ...]]:
    return [
        (row["key"], row["op"], row["nodes"]) for row in run.trace.rows("state_diffs") if row["op"] != "write"
    ]


def ops(run: Any) -> list[tuple[Any, ...]]:
    return [(key, op) for key, op, _ in told(run)]


LATER = [("messages", "append"), ("messages", "append"), ("turns", "change"), ("summary", "change")]


@pytest.mark.parametrize("saver", [InMemorySaver, SyncOnly])
@pytest.mark.parametrize("modes", MODES)
async def test_three_turns_and_a_branch(modes, saver):
    graph, before = chat(saver()), {}
    for number in range(3):
        run = await turn(graph, number, modes)
        after = as_json(graph.get_state(CONFIG).values)
        assert is_equal_json(run.initial_state, before)
        if modes != "debug":  # which tells no states but checkpoints
            assert is_equal_json(end_of(run), after)
            assert ops(run) == LATER if number else [op for _, op in ops(run)].count("add") == 3
            assert told(run)[0] == ("messages", "append" if number else "add", ["__start__"])
        before = after
    first = next(one for one in run.checkpoints if one.next == ("summarize",))
    branch = await run.fork(first.checkpoint_id, {"turns": 7}, as_node="answer", display=False)
    assert is_equal_json(branch.initial_state, to_plain_json(first.values))
    after = as_json(graph.get_state(CONFIG).values)
    assert is_equal_json(branch.output, graph.get_state(CONFIG).values) or as_json(branch.output) == after
    if modes != "debug":
        assert is_equal_json(end_of(branch), after)
        assert told(branch)[0] == ("turns", "change", ["answer"])


async def test_a_new_thread_had_nothing_and_is_not_asked_for():
    class Counting(InMemorySaver):
        reads = 0

        def get_tuple(self, config: Any) -> Any:  # which the asynchronous side calls, too
            self.reads += 1
            return super().get_tuple(config)

    saver = Counting()
    graph = chat(saver)
    given = {"messages": [("user", "hi")]}
    run = await lg_jupyter.stream(graph, given, modes="values", display=False, thread=False)
    assert run.initial_state == {}
    new = saver.reads
    await turn(graph, 1, "values")
    named = saver.reads - new
    await turn(graph, 2)  # whose modes tell it by themselves
    assert saver.reads - new - named == new
    assert named == new + 1


async def test_a_saver_that_fails_stops_no_run():
    saver = Failing()
    saver.fails = False
    graph = chat(saver)
    await turn(graph, 0)
    saver.fails = True
    run = await turn(graph, 1, "values", thread=False)
    assert run.status == "success"
    if saver.fails:  # it was asked in a thread
        return
    assert run.initial_state is None
    assert "not known" in str([each["text"] for each in find_panel_explanations(get_run_state(run))])


async def test_without_a_checkpointer_nothing_was_before():
    graph = StateGraph(Chat).add_node("answer", answer).add_edge(START, "answer").compile()
    run = await turn(graph, 0, "values")
    assert run.initial_state == {}


async def test_of_an_output_schema_the_output_is_what_invoke_returns():
    graph = chat(output_schema=Shown)
    await turn(graph, 0, "values")
    run = await turn(graph, 1, "values")
    assert run.output == {"summary": "4 messages"}
    assert graph.invoke({"messages": [("user", "one more")]}, CONFIG) == {"summary": "6 messages"}
    assert set(run.state()) == set(run.initial_state) == {"messages", "summary", "turns"}
    assert ops(run) == LATER


async def test_a_command_as_input_is_told_against_what_was_there():
    graph = chat()
    await turn(graph, 0)
    before = as_json(graph.get_state(CONFIG).values)
    command = Command(update={"turns": 5}, goto="summarize")
    run = await lg_jupyter.stream(graph, command, thread_id="1", display=False)
    assert is_equal_json(run.initial_state, before)
    assert is_equal_json(end_of(run), as_json(graph.get_state(CONFIG).values))


async def test_a_file_keeps_it(tmp_path):
    graph = chat()
    await turn(graph, 0)
    run = await turn(graph, 1, "values")
    run.save(tmp_path / "run.jsonl")
    loaded = lg_jupyter.load(tmp_path / "run.jsonl")
    assert is_equal_json(loaded.initial_state, run.initial_state)
    assert loaded.trace.rows("state_diffs") == run.trace.rows("state_diffs")


async def test_a_write_that_leads_to_the_end_is_a_success():
    graph = chat()
    run = await turn(graph, 0)
    last = run.checkpoints[-1].checkpoint_id
    branch = await run.fork(last, {"summary": "mine"}, as_node="summarize", display=False)
    assert (branch.status, branch.exception) == ("success", None)
    assert branch.output == graph.get_state(CONFIG).values
    assert branch.output["summary"] == "mine"
    assert told(branch) == [("summary", "change", ["summarize"])]
    few = chat(output_schema=Shown)
    run = await turn(few, 0)
    branch = await run.fork(run.checkpoints[-1].checkpoint_id, {"summary": "b"}, "summarize", display=False)
    assert branch.output == {"summary": "b"}
