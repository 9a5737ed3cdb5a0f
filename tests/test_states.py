from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import lg_jupyter
from lg_jupyter.encode import to_plain_json
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import CheckpointSaved
from lg_jupyter.tables.json_diff import JSONChange, is_equal_json
from lg_jupyter.tables.state_history import (
    MAX_PAGE_ITEMS,
    MAX_WHOLE_CHILD_CHARACTERS,
    MAX_WHOLE_STATE_CHARACTERS,
    diff_states,
    make_state_page,
)
from lg_jupyter.tables.trace import Trace
from tests.graphs import INPUTS, build
from tests.recordings import names, parts
from tests.tables.apply import applied
from tests.tables.stream import Stream

# -- finding ------------------------------------------------------------------------------------------


def three_steps() -> Stream:
    stream = Stream()
    for step in range(3):
        stream.state({"n": step}, step=step)
        stream(step=step)
    return stream


def test_a_state_by_step_by_event_and_the_newest() -> None:
    states = three_steps().trace.states
    assert [states.find_state(step=step).values["n"] for step in (0, 1, 2)] == [0, 1, 2]
    assert [states.find_state(seq=seq).values["n"] for seq in range(6)] == [0, 0, 1, 1, 2, 2]
    assert states.find_state().values == {"n": 2}


def test_a_step_that_told_no_state_left_it_as_it_was() -> None:
    stream = Stream()
    stream.state({"n": 0}, step=0)
    stream.state({"n": 2}, step=2)
    assert stream.trace.states.find_state(step=1).values == {"n": 0}


def test_a_step_that_becomes_known_later() -> None:
    stream = Stream()
    event = stream.state({"n": 0})
    event.step = 4
    assert stream.trace.states.find_state(step=4).values == {"n": 0}


def test_the_newer_of_state_and_checkpoint_of_a_step() -> None:
    stream = Stream()
    stream.state({"seen": 1}, step=1)
    stream(CheckpointSaved("c", None, "t", 1, "loop", 0.0, [], {"seen": 1, "private": 2}), step=1)
    assert stream.trace.states.find_state(step=1).values == {"seen": 1, "private": 2}
    assert stream.trace.states.find_state(seq=0).source == "values"


def test_interrupts_told_without_a_state_are_none() -> None:
    stream = Stream()
    stream.state({"n": 1}, step=1)
    stream.state(None, interrupted=True, step=1)
    stream.state({}, interrupted=True, step=1)
    assert stream.trace.states.find_state().values == {"n": 1}


def test_a_namespace_by_its_names() -> None:
    stream = Stream()
    for task in "12":
        stream.state({"task": task}, namespace=f"team:{task}|1|writer:{task}", step=1)
    assert stream.trace.states.find_state("team|writer").values == {"task": "2"}
    assert stream.trace.states.find_state("team:1|1|writer:1").values == {"task": "1"}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"step": 9}, "No state after step 9 is known; the newest is of step 2"),
        ({"step": -1}, "No state of the graph is known at step -1; the first is of event 0"),
        ({"step": "1"}, r"a step is a whole number, as in run\.state\(2\), not '1'"),
        ({"step": 1.5}, "a step is a whole number, .* not 1.5"),
        ({"seq": -1}, "No state of the graph is known before event -1"),
        ({"namespace": "team"}, "No state of the namespace 'team' was told; there are those of ''"),
    ],
)
def test_what_is_not_there_is_said(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        three_steps().trace.states.find_state(**asked)


def test_a_stream_without_states_or_without_steps_says_which_mode_tells_them() -> None:
    with pytest.raises(UsageError, match="the mode 'values' tells it"):
        Stream().trace.states.find_state()
    stream = Stream()
    stream.state({"n": 1})
    with pytest.raises(UsageError, match="the mode 'debug' does"):
        stream.trace.states.find_state(step=1)


# -- giving ----------------------------------------------------------------------------------------------


def test_a_small_state_comes_whole() -> None:
    assert make_state_page({"a": [1, {"b": "c"}]}) == {"value": {"a": [1, {"b": "c"}]}, "total": None}


def test_a_large_state_comes_a_level_at_a_time() -> None:
    state = {"small": 1, "long": ["item"] * 10_000, "text": "x" * 50_000}
    top = make_state_page(state)
    assert top["total"] == 3 and top["value"]["small"] == 1
    assert top["value"]["long"]["$big"] > MAX_WHOLE_CHILD_CHARACTERS and top["value"]["text"][
        "preview"
    ].startswith("xxx")
    last = make_state_page(state, "/long", offset=9_990, limit=100)
    assert last == {"value": ["item"] * 10, "total": 10_000}
    assert make_state_page(state, "/text") == {"value": "x" * 50_000, "total": None}
    assert len(make_state_page(state, "/long", limit=10**9)["value"]) == MAX_PAGE_ITEMS


def test_no_level_is_large_whatever_is_in_it() -> None:
    state = {f"key {number}": ["x" * 2_000] * 3 for number in range(5_000)}
    assert len(json.dumps(make_state_page(state, limit=10**9))) < MAX_PAGE_ITEMS * MAX_WHOLE_CHILD_CHARACTERS
    assert len(json.dumps(make_state_page(["y" * 100] * 100))) < MAX_WHOLE_STATE_CHARACTERS


def test_paths_with_odd_names() -> None:
    state = {"a/b": {"~": [10, 20]}, "": 5}
    assert make_state_page(state, "/a~1b/~0/1")["value"] == 20
    assert make_state_page(state, "/")["value"] == 5


@pytest.mark.parametrize("path", ["/a/2", "/a/-1", "/a/x", "/b", "/a/0/c", "a"])
def test_nothing_at_a_path(path: str) -> None:
    with pytest.raises(UsageError, match=r"nothing at|JSON Pointer"):
        make_state_page({"a": [1, 2]}, path)


# -- comparing -------------------------------------------------------------------------------------------


def test_changes_are_those_of_the_table() -> None:
    rows = diff_states({"n": 1, "log": ["a"], "gone": 0}, {"n": 2, "log": ["a", "b"], "new": {"x": 1}})
    assert rows == [
        {"key": "n", "path": "/n", "op": "change", "before": 1, "after": 2},
        {"key": "log", "path": "/log", "op": "append", "before": None, "after": ["b"]},
        {"key": "gone", "path": "/gone", "op": "remove", "before": 0, "after": None},
        {"key": "new", "path": "/new", "op": "add", "before": None, "after": {"x": 1}},
    ]
    assert diff_states(5, 6) == [{"key": None, "path": "", "op": "change", "before": 5, "after": 6}]
    assert diff_states({"a": None}, {"a": None}) == []


@pytest.mark.parametrize("name", [name for name in names("local_v1", "server_v1") if "ALL" in name])
def test_changes_of_recorded_states_make_one_of_the_other(name: str) -> None:
    trace = Trace()
    for one in parts(name):
        trace.feed(one)
    for told in trace.states._states.values():
        for before, after in pairwise(state.values for state in told):
            rows = [
                JSONChange(row["path"], row["op"], row["before"], row["after"])
                for row in diff_states(before, after)
            ]
            assert is_equal_json(applied(before, rows), to_plain_json(after))


# -- of a run --------------------------------------------------------------------------------------------


async def test_states_of_a_run_with_checkpoints() -> None:
    run = await lg_jupyter.stream(build("steps", InMemorySaver()), INPUTS["steps"], display=False)
    assert run.state(0) == {"topic": "ice", "log": []}
    assert run.state(1) == {"topic": "ice", "log": ["first"]}
    assert run.state() == run.state(2) == {"topic": "ice!", "log": ["first", "second"]}
    told = run.diff(0, 2)
    assert list(told.columns) == ["key", "path", "op", "before", "after"]
    assert told["op"].tolist() == ["change", "append"]
    assert told["after"].tolist() == ["ice!", ["first", "second"]]
    assert run.diff(1, 1).empty and list(run.diff(1, 1).columns) == list(told.columns)


async def test_states_of_a_subgraph() -> None:
    run = await lg_jupyter.stream(build("nested"), INPUTS["nested"], display=False)
    assert run.state(0, "team")["topic"] == "ICE"
    assert run.state(namespace="team")["topic"] == "ICE (checked)"
    assert run.diff(1, 2, "team")["path"].tolist() == ["/topic"]
    assert len(run.state(1, "team|writer")["messages"]) == 1


async def test_a_state_is_the_callers_own() -> None:
    run = await lg_jupyter.stream(build("steps"), INPUTS["steps"], display=False)
    run.state()["log"].append("mine")
    assert run.state()["log"] == ["first", "second"]


async def test_updates_alone_tell_no_state() -> None:
    run = await lg_jupyter.stream(build("steps"), INPUTS["steps"], modes="updates", display=False)
    with pytest.raises(UsageError, match="the mode 'values' tells it"):
        run.state()
