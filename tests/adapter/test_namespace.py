"""Namespaces, read and written."""

from __future__ import annotations

import pytest

from lg_jupyter.adapter.namespace import NamespaceTracker, find_message_namespace, read_namespace_and_task_id

PULL = ["__pregel_pull", "flow"]


def test_graph_of_a_task_is_around_it() -> None:
    assert read_namespace_and_task_id({"langgraph_checkpoint_ns": "mid:t1|node:t2"}) == ("mid:t1", "t2")
    assert read_namespace_and_task_id({}) == ("", None)


def test_call_of_a_task_runs_in_its_callers_graph() -> None:
    path = ["__pregel_push", ["__pregel_push", PULL, 0, True], 1, True]
    metadata = {"langgraph_checkpoint_ns": "sub:t0|flow:t1|a:t2|b:t3", "langgraph_path": path}
    assert read_namespace_and_task_id(metadata) == ("sub:t0", "t3")
    assert find_message_namespace("sub:t0|flow:t1|a:t2", metadata) == "sub:t0"
    assert find_message_namespace("elsewhere:t9", metadata) == "elsewhere:t9"


def test_task_that_was_sent_is_no_call() -> None:
    metadata = {
        "langgraph_checkpoint_ns": "sub:t0|work:t1",
        "langgraph_path": ["__pregel_push", PULL, 0, False],
    }
    assert read_namespace_and_task_id(metadata) == ("sub:t0", "t1")


@pytest.mark.parametrize(
    "task_input",
    [
        {"__type": "tool_call_with_context", "tool_call": {"type": "tool_call", "id": "c1"}, "state": {}},
        [{"type": "tool_call", "id": "c1", "name": "f", "args": {}}],
        {"type": "tool_call", "id": "c1", "name": "f", "args": {}},
    ],
)
def test_tool_call_of_a_task_is_known_by_its_input(task_input: object) -> None:
    from tests.adapter.build import Stream

    stream = Stream("tasks")
    stream.task("t1", "tools", task_input)
    seen, _ = stream.task("t2", "look", {}, "tools:t1")
    assert seen.tool_call["id"] == "c1"


def test_several_tool_calls_of_one_task_name_none() -> None:
    from tests.adapter.build import Stream

    stream = Stream("tasks")
    stream.task("t1", "tools", [{"type": "tool_call", "id": "c1"}, {"type": "tool_call", "id": "c2"}])
    assert len(stream.task("t2", "look", {}, "tools:t1")) == 1


def test_what_is_written_where_no_graph_runs_belongs_to_the_graph_around_it() -> None:
    from tests.adapter.build import Stream

    stream = Stream("custom", "tasks")
    stream.task("t1", "flow")
    stream("custom", 1, "flow:t1")
    assert stream.event.namespace == ""
    stream.task("t2", "inner", namespace="flow:t1")
    stream("custom", 2, "flow:t1")
    assert stream.event.namespace == "flow:t1"


def test_where_no_graph_is_known_a_namespace_stays() -> None:
    assert NamespaceTracker().find_writer_namespace("flow:t1") == "flow:t1"
