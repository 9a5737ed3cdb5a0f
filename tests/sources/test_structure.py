from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lg_jupyter.errors import UsageError
from lg_jupyter.sources.local.source import LocalSource
from lg_jupyter.sources.structure import (
    Structure,
    find_structure_node_id,
    map_structure_texts,
    parse_graph_json,
    read_graph_structure,
)
from tests.graphs import INPUTS, build

DRAWN = Path(__file__).parent / "drawn.json"
"""What ``get_graph`` and a server gave for graphs of many kinds, by ``source/graph/xray``."""

ENTRIES: dict[str, Any] = json.loads(DRAWN.read_text())


def ids(structure: Structure, kind: str) -> set[str]:
    return {node["id"] for node in structure["nodes"] if node["kind"] == kind}


def edges(structure: Structure) -> set[tuple[str, str]]:
    return {(edge["source"], edge["target"]) for edge in structure["edges"]}


@pytest.mark.parametrize("name", ENTRIES)
def test_every_drawing_holds_together(name: str) -> None:
    structure = parse_graph_json(ENTRIES[name])
    known: set[str] = set()
    for node in structure["nodes"]:
        assert node["id"] not in known
        assert node["parent"] is None or node["parent"] in known  # parents first
        known.add(node["id"])
    ends = {end for edge in edges(structure) for end in edge}
    assert ends <= known - ids(structure, "group")
    assert len(ids(structure, "start")) == len(ids(structure, "end")) == 1
    assert {node["parent"] for node in structure["nodes"]} - {None} == ids(structure, "group")


@pytest.mark.parametrize("graph", sorted({name.split("/")[1] for name in ENTRIES}))
def test_a_server_draws_what_is_drawn_here(graph: str) -> None:
    assert parse_graph_json(ENTRIES[f"local/{graph}/True"]) == parse_graph_json(
        ENTRIES[f"server/{graph}/True"]
    )


def test_subgraphs_are_groups_in_groups() -> None:
    structure = read_graph_structure(build("nested"), "nested")
    by_id = {node["id"]: node for node in structure["nodes"]}
    assert by_id["team:writer:draft"] == {
        "id": "team:writer:draft",
        "name": "draft",
        "parent": "team:writer",
        "kind": "node",
        "deferred": False,
    }
    assert (by_id["team:writer"]["parent"], by_id["team"]["parent"]) == ("team", None)
    assert ids(structure, "group") == {"team", "team:writer"}
    assert edges(structure) == {
        ("__start__", "plan"),
        ("plan", "team:writer:draft"),
        ("team:writer:draft", "team:check"),
        ("team:check", "__end__"),
    }


def test_branches_are_conditional_and_named() -> None:
    from langgraph.graph import END, START, StateGraph

    graph = StateGraph(dict).add_node("a", lambda _: {}).add_node("b", lambda _: {})
    graph.add_edge(START, "a").add_conditional_edges("a", lambda _: "go", {"go": "b", "no": END})
    found = {
        (edge["source"], edge["target"]): (edge["conditional"], edge["label"])
        for edge in read_graph_structure(graph.compile(), "g")["edges"]
    }
    assert found["__start__", "a"] == (False, None)
    assert found["a", "b"] == (True, "go")
    assert found["a", "__end__"] == (True, "no")


def test_an_error_handler_is_a_node_of_its_own() -> None:
    structure = parse_graph_json(ENTRIES["local/errhandler/True"])
    names = {node["id"]: node["name"] for node in structure["nodes"] if node["kind"] == "node"}
    assert names["__error_handler__bad"] == "bad (error handler)"


def test_a_node_that_waits_for_all_others_is_deferred() -> None:
    from langgraph.graph import START, StateGraph

    graph = StateGraph(dict).add_node("a", lambda _: {}).add_node("last", lambda _: {}, defer=True)
    graph.add_edge(START, "a").add_edge("a", "last")
    deferred = {node["id"]: node["deferred"] for node in read_graph_structure(graph.compile(), "g")["nodes"]}
    assert deferred == {"__start__": False, "a": False, "last": True, "__end__": False}


def test_the_functional_api_is_one_node() -> None:
    assert ids(read_graph_structure(build("flow"), "flow"), "node") == {"flow"}


async def _places(name: str) -> dict[str, str | None]:
    """By the path of each task that ran, where the drawing has it."""
    import lg_jupyter

    run = await lg_jupyter.stream(build(name), INPUTS[name], display=False)
    structure = run.structure()
    return {
        "/".join(
            [*(part.split(":")[0] for part in row["namespace"].split("|") if part), row["node"]]
        ): find_structure_node_id(structure, row["namespace"], row["node"])
        for row in run.trace.rows("tasks")
    }


async def test_where_tasks_are_in_the_drawing() -> None:
    assert await _places("nested") == {
        "plan": "plan",
        "team": "team",
        "team/writer": "team:writer",
        "team/writer/draft": "team:writer:draft",
        "team/check": "team:check",
    }
    assert await _places("fan") == {"speaker": "speaker", "speaker/speak": "speaker:speak"}
    assert await _places("flow") == {"flow": "flow", "double": "flow"}


def test_places_of_what_is_not_drawn() -> None:
    structure = read_graph_structure(build("nested"), "nested")
    assert find_structure_node_id(structure, "team:1|writer:2|deeper:3", "x") == "team:writer"
    # The second graph of one task.
    assert find_structure_node_id(structure, "team:1|1", "check") == "team:check"
    assert find_structure_node_id(structure, "team:1") == "team"
    assert find_structure_node_id(structure, "elsewhere:1", "x") is None
    assert find_structure_node_id(structure, "") is None


def test_a_function_that_calls_a_graph_is_a_group() -> None:
    structure = parse_graph_json(ENTRIES["local/callsub/True"])
    assert find_structure_node_id(structure, "", "caller") == "caller"
    assert find_structure_node_id(structure, "caller:1|1", "look") == "caller:look"


def test_a_subgraph_that_cannot_be_opened_is_left_closed() -> None:
    class Shy:
        def __init__(self) -> None:
            self.graph = build("nested")

        def get_graph(self, xray: bool = False) -> Any:
            if xray:
                raise RecursionError("a graph in itself")
            return self.graph.get_graph()

    assert ids(read_graph_structure(Shy(), "shy"), "node") == {"plan", "team"}


def test_what_draws_nothing_says_so() -> None:
    class Duck:
        name = "duck"

        def stream(self, input: Any, config: Any = None, *, stream_mode: Any = None) -> Any: ...

    with pytest.raises(UsageError, match=r"^duck draws nothing: it has no get_graph\(\)"):
        LocalSource(Duck()).read_structure()

    class Broken(Duck):
        def get_graph(self, xray: bool = False) -> Any:
            raise ValueError("no pencil")

    with pytest.raises(UsageError, match=r"^duck cannot be drawn: ValueError: no pencil"):
        LocalSource(Broken()).read_structure()


def test_a_bound_graph_is_drawn_like_the_graph() -> None:
    graph = build("nested")
    bound = LocalSource(graph.with_config(tags=["x"])).read_structure()
    assert bound == read_graph_structure(graph, "nested")


def test_every_text_can_be_masked() -> None:
    structure = map_structure_texts(
        read_graph_structure(build("nested"), "nested"), lambda text: text.replace("team", "***")
    )
    assert ids(structure, "group") == {"***", "***:writer"}
    assert find_structure_node_id(structure, "***:1", "check") == "***:check"


async def test_a_saved_run_keeps_its_drawing(tmp_path: Path) -> None:
    import lg_jupyter

    run = await lg_jupyter.stream(build("nested"), INPUTS["nested"], display=False)
    run.save(tmp_path / "run.jsonl")
    assert lg_jupyter.load(tmp_path / "run.jsonl").structure() == run.structure()


async def test_a_run_saved_without_a_drawing_says_so(tmp_path: Path) -> None:
    import lg_jupyter

    run = await lg_jupyter.stream(build("nested"), INPUTS["nested"], display=False)
    run.save(tmp_path / "run.jsonl")
    header, *parts = (tmp_path / "run.jsonl").read_text().splitlines()
    without = {key: value for key, value in json.loads(header).items() if key != "graph"}
    (tmp_path / "old.jsonl").write_text("\n".join([json.dumps(without), *parts]) + "\n")
    with pytest.raises(UsageError, match="saved without its graph"):
        lg_jupyter.load(tmp_path / "old.jsonl").structure()
