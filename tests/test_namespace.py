"""What the name of a namespace says."""

from __future__ import annotations

import pytest

from lg_jupyter.events.namespace import (
    NamespaceSegment,
    child_namespace,
    enclosing_display_names,
    enclosing_node_names,
    enclosing_task_ids,
    find_enclosing_root_task,
    find_owner,
    innermost_task_id,
    is_within,
    iter_ancestors,
    join_segments,
    parent_namespace,
    split_event_name,
    split_segments,
)

DEEP = "team:t1|1|writer:t2|draft"


def test_its_segments() -> None:
    assert split_segments("") == ()
    assert split_segments(DEEP) == (
        NamespaceSegment("team", "t1"),
        NamespaceSegment("", None, 1),
        NamespaceSegment("writer", "t2"),
        NamespaceSegment("draft"),
    )
    assert join_segments(map(str, split_segments(DEEP))) == DEEP


def test_what_is_on_the_way_to_it() -> None:
    assert enclosing_node_names(DEEP) == ("team", "writer", "draft")
    assert enclosing_task_ids(DEEP) == {"t1", "t2"}
    assert find_enclosing_root_task(DEEP) == ("team", "t1")
    assert parent_namespace(DEEP) == "team:t1|1|writer:t2"
    assert [*iter_ancestors("a:1|b:2")] == ["a:1|b:2", "a:1", ""]
    assert parent_namespace("") is None


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
    assert enclosing_display_names(namespace, graphs) == told


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
    assert innermost_task_id(namespace) == task_id


def test_within() -> None:
    assert child_namespace("", "a", "1") == "a:1"
    assert child_namespace("a:1", "b", "2") == "a:1|b:2"
    assert is_within("a:1|b:2", "a:1")
    assert is_within("a:1", "a:1")
    assert not is_within("a:11", "a:1")


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
    assert tuple(find_owner(namespace)) == expected


def test_the_name_of_an_event() -> None:
    assert split_event_name("values|team:t1|writer:t2") == ("values", "team:t1|writer:t2")
    assert split_event_name("values") == ("values", "")
