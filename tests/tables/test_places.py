"""Where something was, in names: the same cases as in ``js/tests/state/visitNames.test.ts``."""

from __future__ import annotations

import pytest

from lg_jupyter.tables.place_names import PlaceNames


def places(*namespaces: str, **names: str) -> PlaceNames:
    return PlaceNames({"namespace": each, "graph_name": names.get(each[-1:])} for each in namespaces)


@pytest.mark.parametrize(
    ("known", "namespace", "path"),
    [
        (["", "team:b", "team:a", "write:c", "team:a|tools:d"], "", ""),
        (["", "team:b", "team:a", "write:c", "team:a|tools:d"], "team:b", "team #1"),
        (["", "team:b", "team:a", "write:c", "team:a|tools:d"], "team:a|tools:d", "team #2 / tools"),
        (["", "team:b", "team:a", "write:c", "team:a|tools:d"], "write:c", "write"),
        (["team:a", "team:b", "team:a|tools:c", "team:b|tools:d"], "team:a|tools:c", "team #1 / tools"),
        (["team:a", "team:b", "team:b|tools:d", "team:b|tools:e"], "team:b|tools:e", "team #2 / tools #2"),
        (["team:a|tools:c", "team:b"], "team:b", "team #2"),
        (["call:a", "call:a|1"], "call:a|1", "call #2"),
        (["memory", "memory|ask:a"], "memory|ask:a", "memory / ask"),
    ],
)
def test_the_way_to_a_namespace(known: list[str], namespace: str, path: str) -> None:
    assert places(*known).format_namespace_path(namespace) == path


def test_graphs_are_called_by_their_names_and_those_of_one_name_are_numbered() -> None:
    known = places("tools:a", "tools:b", "tools:c", "plain:d", a="paris", b="rome", c="rome", d="LangGraph")
    ways = [
        known.format_namespace_path(namespace) for namespace in ("tools:a", "tools:b", "tools:c", "plain:d")
    ]
    assert ways == ["paris", "rome #1", "rome #2", "plain"]
    assert known.format_row_place({"namespace": "tools:b", "node": "look"}) == "rome #1 / look"
    assert known.format_row_place({"namespace": "", "node": None}) == ""


def test_runs_of_one_graph_are_in_one_branch() -> None:
    known = places("tools:a", "tools:b", "tools:c", a="paris", b="rome", c="rome")
    rows = [{"namespace": f"tools:{each}", "node": "look"} for each in "abc"]
    branches = list(map(known.make_node_tree_path, rows))
    assert branches[0] != branches[1] == branches[2]
    assert list(map(known.format_merged_node_path, rows)) == ["paris / look", "rome / look", "rome / look"]


def test_what_is_told_later_counts() -> None:
    known = places("team:a")
    assert known.format_namespace_path("team:a") == "team"
    known.add_namespaces([{"namespace": "team:b", "graph_name": None}])
    assert known.format_namespace_path("team:a") == "team #1"
    known.add_namespaces([{"namespace": "team:b", "graph_name": "reviewers"}])
    assert [known.format_namespace_path("team:a"), known.format_namespace_path("team:b")] == [
        "team",
        "reviewers",
    ]
