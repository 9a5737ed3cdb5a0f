from __future__ import annotations

from typing import Any

import pytest
from langgraph.graph import START, StateGraph

import lg_jupyter
from lg_jupyter.errors import UsageError
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.request.filters import MessageFilter, validate_names
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from tests.graphs import INPUTS, Chat, ScriptedModel, build, words


def message(node: str = "write", namespace: str = "", tags: list[str] | None = None) -> dict[str, Any]:
    return {"node": node, "namespace": namespace, "tags": tags}


@pytest.mark.parametrize(
    ("shown", "row", "fits"),
    [
        (MessageFilter(), message(), True),
        (MessageFilter(tags=("joke",)), message(tags=["pun", "joke"]), True),
        (MessageFilter(tags=("joke",)), message(tags=["pun"]), False),
        (MessageFilter(tags=("joke",)), message(), False),
        (MessageFilter(nodes=("write",)), message(), True),
        (MessageFilter(nodes=("judge", "write")), message(), True),
        (MessageFilter(nodes=("judge",)), message(), False),
        (MessageFilter(nodes=("team",)), message(namespace="team:1|1|writer:2"), True),
        (MessageFilter(nodes=("1",)), message(namespace="team:1|1|writer:2"), False),
        (MessageFilter(("joke",), ("judge",)), message(tags=["joke"]), False),
        (MessageFilter(("joke",), ("write",)), message(tags=["joke"]), True),
    ],
)
def test_what_a_filter_shows(shown: MessageFilter, row: dict[str, Any], fits: bool) -> None:
    assert shown.matches_message(row) is fits


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (None, ()),
        ("joke", ("joke",)),
        (["a", "b", "a"], ("a", "b")),
        (iter(["a"]), ("a",)),
        (" a b ", ("a b",)),
    ],
)
def test_names(given: Any, names: tuple[str, ...]) -> None:
    assert validate_names("tags", given) == names


@pytest.mark.parametrize("given", [5, [""], ["a", 3], "", [None]])
def test_what_is_no_name(given: Any) -> None:
    with pytest.raises(UsageError, match=r"nodes takes names, as in nodes=\['write'\]"):
        validate_names("nodes", given)


def two_models() -> Any:
    def speak(tag: str, text: str) -> Any:
        model = ScriptedModel(lines=[words(text)]).with_config(tags=[tag])
        return lambda state: {"messages": [model.invoke("go on")]}

    graph = (
        StateGraph(Chat).add_node("write", speak("joke", "why did")).add_node("judge", speak("verdict", "ha"))
    )
    return graph.add_edge(START, "write").add_edge("write", "judge").compile()


async def run_of(**options: Any) -> Run:
    return await lg_jupyter.stream(two_models(), {"topic": "", "messages": []}, display=False, **options)


async def test_a_filter_is_shown_and_nothing_is_lost() -> None:
    run = await run_of(tags="joke", nodes=["write"])
    assert summarize_run(get_run_state(run))["filter"] == {"tags": ["joke"], "nodes": ["write"]}
    assert run.to_pandas("messages")["node"].tolist() == ["write", "judge"]
    shown = [
        row["text"] for row in run.trace.rows("messages") if run.request.message_filter.matches_message(row)
    ]
    assert shown == ["why did"]


async def test_without_a_filter() -> None:
    run = await run_of()
    assert summarize_run(get_run_state(run))["filter"] == {"tags": [], "nodes": []}


async def test_a_filter_that_shows_nothing_is_explained() -> None:
    run = await run_of(nodes="wirte")
    told = [
        one["text"] for one in summarize_run(get_run_state(run))["explanations"] if one["panel"] == "tokens"
    ]
    assert told == [
        "No message came of node 'wirte', and only those are shown. "
        "Messages came of the nodes `judge`, `write` with the tags `joke`, `verdict`: clear the filter."
    ]
    run = await run_of(nodes="write")
    assert not [one for one in summarize_run(get_run_state(run))["explanations"] if one["panel"] == "tokens"]


def test_a_bad_filter_starts_nothing() -> None:
    with pytest.raises(UsageError, match="tags takes names"):
        lg_jupyter.stream(build("steps"), INPUTS["steps"], tags=[1], display=False)
