"""Lanes: which tasks share one, in which order they stand, and how long their bars are."""

from __future__ import annotations

from lg_jupyter.events.events import SubgraphInfo
from lg_jupyter.tables.timeline_lanes import (
    MAX_SEPARATE_GRAPH_RUNS,
    NodeLane,
    TaskBar,
    find_root_step_spans,
    make_node_lanes,
)
from tests.tables.stream import START, Stream


def lanes_of(stream: Stream) -> list[NodeLane]:
    trace = stream.trace
    return make_node_lanes(trace.rows("tasks"), trace.rows("messages"), trace.places)


def test_the_lanes_of_a_graph_stand_under_the_node_that_runs_it() -> None:
    stream = Stream()
    stream.task("1", "team", step=1)
    stream.task("2", "review", step=1)
    stream.task("3", "draft", namespace="team:1", step=1)
    stream.task("4", "rate", namespace="review:2", step=1)
    stream.task("5", "polish", namespace="team:1", step=2)
    stream.task("6", "publish", step=2)
    names = ["team", "team / draft", "team / polish", "review", "review / rate", "publish"]
    assert [lane.name for lane in lanes_of(stream)] == names


def test_each_run_of_a_graph_has_lanes_of_its_own() -> None:
    stream = Stream()
    for number, name in enumerate(["paris", "rome", "rome"]):
        run_of_tool(stream, number, name)
    stream.task("again", "look", namespace="tools:2|1", step=1)
    names = ["tools", "paris / look", "rome #1 / look", "rome #2 / look", "rome #2 #2 / look"]
    assert [lane.name for lane in lanes_of(stream)] == names


def test_many_runs_of_one_graph_share_lanes_and_graphs_of_two_names_do_not() -> None:
    stream = Stream()
    for number in range(MAX_SEPARATE_GRAPH_RUNS + 1):
        run_of_tool(stream, number, "rome" if number else "paris")
    lanes = [(lane.name, len(lane.task_rows)) for lane in lanes_of(stream)]
    count = MAX_SEPARATE_GRAPH_RUNS + 1
    assert lanes == [("tools", count), ("paris / look", 1), ("rome / look", count - 1)]


def test_as_many_runs_as_may_be_have_lanes_of_their_own() -> None:
    stream = Stream()
    for number in range(MAX_SEPARATE_GRAPH_RUNS - 1):  # beside that of the graph itself
        run_of_tool(stream, number, "rome")
    assert len(lanes_of(stream)) == MAX_SEPARATE_GRAPH_RUNS
    run_of_tool(stream, MAX_SEPARATE_GRAPH_RUNS, "rome")
    assert [lane.name for lane in lanes_of(stream)] == ["tools", "rome / look"]


def run_of_tool(stream: Stream, number: int, name: str) -> None:
    stream.task(str(number), "tools", step=1)
    stream(SubgraphInfo(graph_name=name), namespace=f"tools:{number}")
    stream.task(f"in {number}", "look", namespace=f"tools:{number}", step=1)


def test_how_long_bars_are() -> None:
    stream = Stream()
    stream.task("1", "a", step=1, at=0)
    stream.task("2", "a", step=1, at=1)
    stream.task("3", "a", step=1, at=2)
    stream.task_end("1", node="a", step=1, at=4)
    stream.task_end("2", "unreported", node="a", step=1, at=5)
    rows = stream.trace.rows("tasks")
    rows[1]["end_time"] = None  # nobody said when
    (lane,) = make_node_lanes(rows, [], stream.trace.places)
    assert lane.bars == [
        TaskBar(START, START + 4, "success"),
        TaskBar(START + 1, START + 4, "unreported"),
        TaskBar(START + 2, None, "running"),
    ]
    assert lane.worst_status == "unreported"
    assert lane.mean_task_seconds == 4.0


def test_first_tokens_are_those_of_the_node() -> None:
    stream = Stream()
    stream.task("1", "a", step=1)
    stream.chunk("m", "hi", node="a", step=1, at=3)
    stream.chunk("n", "hi", node="elsewhere", step=1, at=4)
    (lane,) = lanes_of(stream)
    assert lane.first_token_times == [START + 3]


def test_the_steps_of_the_root() -> None:
    stream = Stream()
    stream.task("1", "a", step=1, at=0)
    stream.task("2", "b", step=1, at=1)
    stream.task("3", "c", namespace="a:1", step=1, at=1)
    stream.task_end("1", node="a", step=1, at=2)
    stream.task_end("2", node="b", step=1, at=3)
    stream.task("4", "c", step=2, at=4)
    assert find_root_step_spans(stream.trace.rows("tasks")) == [(START, START + 3), (START + 4, None)]
