from __future__ import annotations

import pytest

from lg_jupyter.events.events import (
    CompleteMessage,
    InterruptRaised,
    MessageChunk,
    RunEnded,
    RunStarted,
    SubgraphInfo,
    TaskEnded,
    TaskStarted,
)
from tests.tables.stream import START, Stream, since_start


def test_the_root_and_every_namespace_seen_with_its_parents():
    stream = Stream()
    stream(RunStarted("r", None))
    stream(namespace="mid:t1|inner:t2")
    assert stream.rows("namespaces", "namespace", "parent", "node", "depth", "status") == [
        ("", None, None, 0, "running"),
        ("mid:t1", "", "mid", 1, "running"),
        ("mid:t1|inner:t2", "mid:t1", "inner", 2, "running"),
    ]


def test_a_namespace_ends_with_its_task():
    stream = Stream()
    stream(RunStarted("r", None), at=0)
    stream.task("t1", "sub", at=1)
    stream.task("t2", "x", namespace="sub:t1", at=3)
    stream(namespace="sub:t1|1", at=5)
    stream.task_end("t2", node="x", namespace="sub:t1", at=6)
    stream.task_end("t1", "error", node="sub", at=7)
    stream(RunEnded("error"), at=9)
    rows = stream.rows("namespaces", "namespace", "status", "start_time", "end_time", "latency", "task_count")
    assert [(n, s, since_start(a), since_start(b), *rest) for n, s, a, b, *rest in rows] == [
        ("", "error", 0, 9, 9.0, 1),
        ("sub:t1", "error", 3, 7, 4.0, 1),
        ("sub:t1|1", "error", 5, 7, 2.0, 0),
    ]


def test_start_and_end_are_by_the_clock_of_the_task():
    stream = Stream()
    clock = START + 1000  # a server whose clock is a thousand seconds ahead
    stream(TaskStarted("t1", "sub", None, [], clock), at=1)
    stream(namespace="sub:t1", at=3)
    stream(namespace="sub:t1", at=5)
    stream(TaskEnded("t1", "sub", "success", clock + 6), at=7)
    row = stream.the("namespaces", "sub:t1")
    assert (since_start(row["start_time"]), since_start(row["end_time"]), row["latency"]) == (1002, 1004, 2.0)


def test_what_comes_late_ends_no_later_than_the_task():
    stream = Stream()
    stream.task("t1", at=0)
    stream(namespace="node:t1", at=9)
    stream(TaskEnded("t1", "node", "success", START + 8), at=10)
    assert since_start(stream.the("namespaces", "node:t1")["end_time"]) == 8


@pytest.mark.parametrize(
    ("task", "namespace"),
    [("cached", "success"), ("unreported", "incomplete"), ("interrupted", "interrupted")],
)
def test_statuses_that_only_tasks_have(task, namespace):
    stream = Stream()
    stream.task("t1")
    stream(namespace="node:t1")
    stream.task_end("t1", task)
    assert stream.the("namespaces", "node:t1")["status"] == namespace


def test_a_resumed_task_runs_its_namespace_again():
    stream = Stream()
    stream.task("t1")
    stream(namespace="node:t1")
    stream.task_end("t1", "interrupted")
    stream.task("t1")
    row = stream.the("namespaces", "node:t1")
    assert (row["status"], row["end_time"]) == ("running", None)
    assert stream.the("namespaces", "")["task_count"] == 1


@pytest.mark.parametrize(
    ("run", "quiet", "asking"),
    [
        ("success", "success", "interrupted"),
        ("interrupted", "success", "interrupted"),
        ("cancelled", "cancelled", "interrupted"),
        ("error", "incomplete", "interrupted"),
    ],
)
def test_without_tasks_a_namespace_ends_with_the_run(run, quiet, asking):
    stream = Stream()
    stream(namespace="quiet:t1", at=1)
    stream(InterruptRaised("i1", "?"), namespace="asking:t2|deep:t3", at=2)
    stream(namespace="quiet:t1", at=3)
    stream(RunEnded(run), at=8)
    statuses = dict(stream.rows("namespaces", "namespace", "status"))
    assert statuses == {"": run, "quiet:t1": quiet, "asking:t2": asking, "asking:t2|deep:t3": asking}
    assert since_start(stream.the("namespaces", "quiet:t1")["end_time"]) == 3


def test_counts_are_the_namespaces_own():
    stream = Stream()
    usage = {"input_tokens": 1, "output_tokens": 2}
    stream(CompleteMessage("m1", "ai", "a", usage=usage))
    stream(CompleteMessage("m2", "ai", "b", usage=usage), namespace="sub:t1")
    stream.chunk("m3", "c", usage=usage, namespace="sub:t1")
    stream(
        CompleteMessage("m3", "ai", "c", usage={"input_tokens": 5, "output_tokens": 1}), namespace="sub:t1"
    )
    assert stream.rows("namespaces", "namespace", "message_count", "input_tokens", "output_tokens") == [
        ("", 1, 1, 2),
        ("sub:t1", 2, 6, 3),
    ]


def test_tokens_are_unknown_until_somebody_tells():
    stream = Stream()
    stream(CompleteMessage("m1", "ai", "a"))
    assert stream.rows("namespaces", "message_count", "input_tokens") == [(1, None)]


def test_what_is_known_of_a_subgraph():
    stream = Stream()
    stream(SubgraphInfo(graph_name="inner_graph"), namespace="x:t1")
    call = {"id": "c1", "name": "search", "args": {"q": 1}}
    stream(SubgraphInfo(tool_call=call), namespace="x:t1")
    row = stream.the("namespaces", "x:t1")
    assert (row["graph_name"], row["tool_call_id"], row["tool_call"]) == ("inner_graph", "c1", call)


def called(**args):
    return SubgraphInfo(tool_call={"id": "c1", "name": "task", "args": args})


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ([called(topic="x")], "task"),
        ([called(subagent_type="paris")], "paris"),
        ([called(subagent_type="general"), SubgraphInfo(agent_name="paris")], "paris"),
        ([SubgraphInfo(agent_name="paris"), SubgraphInfo(graph_name="Paris")], "Paris"),
        ([SubgraphInfo(graph_name="LangGraph"), called(topic="x")], "task"),
        ([SubgraphInfo(graph_name="LangGraph"), SubgraphInfo(agent_name="paris")], "paris"),
        ([SubgraphInfo(graph_name="LangGraph")], "LangGraph"),
        ([called(subagent_type=["paris"])], "task"),
        ([], None),
    ],
)
def test_what_a_graph_is_called(told, name):
    stream = Stream()
    stream(*told, namespace="tools:t1")
    assert stream.the("namespaces", "tools:t1")["graph_name"] == name


def test_an_agent_is_named_by_what_its_model_says():
    stream = Stream()
    stream(MessageChunk("m1", "ai", "a", agent_name="paris"), namespace="tools:t1")
    assert stream.the("namespaces", "tools:t1")["graph_name"] == "paris"


def test_what_an_agent_hands_down_names_no_graph_inside_whichever_was_told_first():
    stream = Stream()
    stream(SubgraphInfo(agent_name="lead"), namespace="tools:t1|inner:t2")
    assert stream.the("namespaces", "tools:t1|inner:t2")["graph_name"] == "lead"
    stream(SubgraphInfo(agent_name="lead"))
    assert stream.rows("namespaces", "namespace", "graph_name") == [
        ("", "lead"),
        ("tools:t1", None),
        ("tools:t1|inner:t2", None),
    ]
