"""Two runs side by side."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest
from langchain_core.messages import AIMessage
from langgraph.graph import START, StateGraph

import lg_jupyter
from lg_jupyter import UsageError, compare
from lg_jupyter.comparison.columns import (
    MESSAGE_COLUMNS,
    NODE_COLUMNS,
    PATH_COLUMNS,
    STATE_COLUMNS,
    SUMMARY_COLUMNS,
    TOOL_CALL_COLUMNS,
)
from tests.graphs import INPUTS, Chat, build

FRAMES = {
    "summary": SUMMARY_COLUMNS,
    "nodes": NODE_COLUMNS,
    "messages": MESSAGE_COLUMNS,
    "tool_calls": TOOL_CALL_COLUMNS,
    "state": STATE_COLUMNS,
    "path": PATH_COLUMNS,
}


async def ran(name: str, input: Any = None, **options: Any) -> Any:
    graph = build(name) if isinstance(name, str) else name
    return await lg_jupyter.stream(graph, input or INPUTS[name], display=False, **options)


def looping() -> Any:
    """Talks as often as the topic is long, then sums up."""

    def talk(state: Chat) -> dict[str, Any]:
        said = len(state["messages"])
        return {"messages": [AIMessage(f"word {said} about {state['topic']}")]}

    def more(state: Chat) -> str:
        return "talk" if len(state["messages"]) < len(state["topic"]) else "end"

    def end(state: Chat) -> dict[str, Any]:
        return {"topic": state["topic"].upper()}

    graph = StateGraph(Chat).add_node("talk", talk).add_node("end", end)
    graph.add_edge(START, "talk").add_conditional_edges("talk", more, ["talk", "end"])
    return graph.compile()


async def test_two_runs_that_did_the_same_differ_in_nothing():
    compared = compare(await ran("react"), await ran("react"))
    assert compared.same_path
    assert compared.messages["same"].all() and len(compared.messages) == 4
    assert compared.tool_calls["same"].all() and len(compared.tool_calls) == 2
    assert compared.state.empty
    assert list(compared.nodes["node"]) == ["agent", "tools", "agent"]
    assert list(compared.nodes["occurrence"]) == [0, 0, 1]
    assert (compared.nodes["output_tokens_a"] == compared.nodes["output_tokens_b"]).all()
    assert compared.summary["tool_calls"].tolist() == [2, 2]


async def test_runs_that_part_are_told_apart():
    graph = looping()
    a = await ran(graph, {"topic": "ab", "messages": []})
    b = await ran(graph, {"topic": "abc", "messages": []})
    compared = compare(a, b)
    assert [tuple(row) for row in compared.path[["in", "node", "position_a", "position_b"]].to_numpy()] == [
        ("b", "talk", pd.NA, 0),
        ("both", "talk", 0, 1),
        ("both", "talk", 1, 2),
        ("both", "end", 2, 3),
    ]
    first, _, third = compared.messages.to_dict("records")
    assert (first["words_kept"], first["words_added"], first["words_removed"]) == (3, 1, 1)
    assert (third["text_b"], third["words_added"], third["occurrence"]) == ("word 2 about abc", 4, 2)
    assert pd.isna(third["text_a"])
    changes = compared.state.set_index("path")
    assert (changes.loc["/topic", "before"], changes.loc["/topic", "after"]) == ("AB", "ABC")
    assert changes.loc["/messages/0/content", "op"] == "change"
    talks = compared.nodes[compared.nodes["node"] == "talk"]
    assert talks["status_a"].isna().tolist() == [False, False, True]


async def test_namespaces_are_aligned_without_the_ids_of_tasks():
    compared = compare(await ran("nested"), await ran("nested", {"topic": "fire", "messages": []}))
    assert compared.same_path
    assert set(compared.nodes["namespace"]) == {"", "team", "team|writer"}
    assert set(compared.state["namespace"]) == {"", "team", "team|writer"}


async def test_other_graphs_modes_and_failures_compare_too():
    react = await ran("react", modes="messages")
    broken = lg_jupyter.stream(build("broken"), INPUTS["broken"], display=False)
    with pytest.raises(ValueError, match="milk"):
        await broken
    compared = compare(react, broken)
    assert compared.summary["status"].tolist() == ["success", "error"]
    assert compared.summary["error"].tolist()[1] == "inner / fall · step 1: ValueError: no milk today"
    assert not compared.same_path
    assert "error" in repr(compared) and "no milk today" in compared._repr_html_()


async def test_a_loaded_run_compares_with_the_one_that_was_saved(tmp_path):
    run = await ran("react")
    run.save(tmp_path / "run.jsonl")
    compared = compare(run, lg_jupyter.load(tmp_path / "run.jsonl"))
    assert compared.same_path and compared.state.empty and compared.messages["same"].all()
    assert (compared.nodes["latency_change"] == 0).all()


@pytest.mark.parametrize("graph", ["react", "steps"])
async def test_the_frames_have_their_columns_and_dtypes_also_when_empty(graph):
    compared = compare(await ran(graph), await ran(graph, modes="custom"))
    for name, columns in FRAMES.items():
        found = getattr(compared, name)
        assert list(found.columns) == list(columns)
        for column, kind in columns.items():
            wanted = {"int": "Int64", "float": "float64", "string": "string", "category": "category"}
            if kind in wanted:
                assert found[column].dtype == wanted[kind], (name, column)


class Balanced(HTMLParser):
    """Fails where an element is closed that was not open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


async def test_what_is_shown_holds_what_was_said_as_text():
    graph = looping()
    evil = "<script>alert(1)</script>"
    long = await ran(graph, {"topic": evil, "messages": []}, config={"recursion_limit": 100})
    compared = compare(long, await ran(graph, {"topic": "a", "messages": []}))
    page = compared._repr_html_()
    assert "script" not in Balanced(page).seen
    assert "&lt;script&gt;" in page
    assert "only in a" in repr(compared)


async def test_what_is_no_run_is_said():
    run = await ran("steps")
    with pytest.raises(UsageError, match="compare takes two runs"):
        compare(run, run.to_pandas())
