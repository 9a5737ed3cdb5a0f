"""What the name of a namespace says."""

from __future__ import annotations

import pytest

from lg_jupyter.events.namespace import (
    NamespaceSegment,
    find_namespace_owner,
    get_enclosing_graph_display_names,
    get_enclosing_node_names,
    get_enclosing_task_ids,
    get_innermost_task_id,
    get_parent_namespace,
    get_root_node_and_task_id,
    is_within_namespace,
    iter_namespace_and_ancestors,
    join_namespace_segments,
    make_child_namespace,
    split_namespace,
    split_server_event_name,
)

DEEP = "team:t1|1|writer:t2|draft"


def test_its_segments() -> None:
    assert split_namespace("") == ()
    assert split_namespace(DEEP) == (
        NamespaceSegment("team", "t1"),
        NamespaceSegment("", None, 1),
        NamespaceSegment("writer", "t2"),
        NamespaceSegment("draft"),
    )
    assert join_namespace_segments(map(str, split_namespace(DEEP))) == DEEP


def test_what_is_on_the_way_to_it() -> None:
    assert get_enclosing_node_names(DEEP) == ("team", "writer", "draft")
    assert get_enclosing_task_ids(DEEP) == {"t1", "t2"}
    assert get_root_node_and_task_id(DEEP) == ("team", "t1")
    assert get_parent_namespace(DEEP) == "team:t1|1|writer:t2"
    assert [*iter_namespace_and_ancestors("a:1|b:2")] == ["a:1|b:2", "a:1", ""]
    assert get_parent_namespace("") is None


@pytest.mark.parametrize(
    ("namespace", "graphs", "told"),
    [
        ("", {}, ()),
        ("team:t1|writer:t2", {}, ("team", "writer")),
        ("team:t1|1", {}, ("team #2",)),
        ("team:t1|1|writer:t2", {"team:t1|1": "reviewers"}, ("reviewers", "writer")),
        ("team:t1|1", {"team:t1": "authors"}, ("authors #2",)),
        ("2", {}, ("#3",)),
    ],
)
def test_how_a_reader_knows_it(namespace: str, graphs: dict[str, str], told: tuple[str, ...]) -> None:
    assert get_enclosing_graph_display_names(namespace, graphs) == told


@pytest.mark.parametrize(
    ("namespace", "task_id"),
    [
        ("", None),
        ("mid:t1", "t1"),
        ("mid:t1|inner:t2", "t2"),
        ("caller:t1|1", "t1"),
        ("name", None),
    ],
)
def test_task_that_runs_a_graph(namespace: str, task_id: str | None) -> None:
    assert get_innermost_task_id(namespace) == task_id


def test_within() -> None:
    assert make_child_namespace("", "a", "1") == "a:1"
    assert make_child_namespace("a:1", "b", "2") == "a:1|b:2"
    assert is_within_namespace("a:1|b:2", "a:1")
    assert is_within_namespace("a:1", "a:1")
    assert not is_within_namespace("a:11", "a:1")


@pytest.mark.parametrize(
    ("namespace", "expected"),
    [
        ("", (None, None, None, 0)),
        ("mid:t1", ("", "mid", "t1", 1)),
        ("mid:t1|1", ("", "mid", "t1", 1)),
        ("mid:t1|inner:t2", ("mid:t1", "inner", "t2", 2)),
        ("mid:t1|1|inner:t2", ("mid:t1|1", "inner", "t2", 2)),
        ("mid:t1|inner:t2|3", ("mid:t1", "inner", "t2", 2)),
        ("nonsense", ("", None, None, 1)),
        ("7", ("", None, None, 1)),
    ],
)
def test_whose_it_is(namespace: str, expected: tuple[object, ...]) -> None:
    assert tuple(find_namespace_owner(namespace)) == expected


def test_the_name_of_an_event() -> None:
    assert split_server_event_name("values|team:t1|writer:t2") == ("values", "team:t1|writer:t2")
    assert split_server_event_name("values") == ("values", "")
