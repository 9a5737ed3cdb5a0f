"""Files that no run wrote: each is a run or a sentence, and takes no more than its size warrants."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

import lg_jupyter
from lg_jupyter import SavedRunError, record
from lg_jupyter.events.events import Part
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.run import Run
from lg_jupyter.runtime.run_properties import get_run_state
from lg_jupyter.sources.saved.lines import LOST_VALUE_PLACEHOLDER, PartLineDecoder, PartLineEncoder
from tests.graphs import INPUTS, build

KEY = "$l"
HEADER = {"format": "lg_jupyter run", "version": 1, "name": "a", "list_key": KEY}
START = {"mode": "control", "namespace": "", "timestamp": 1.0, "data": {"event": "start"}}


def refer(number: int, length: int, more: list[Any] | None = None) -> dict[str, Any]:
    return {KEY: [number, length, more or []]}


def saved(path: Path, *states: Any) -> Path:
    parts = [{"mode": "values", "namespace": "", "timestamp": 1.0, "data": {"a": state}} for state in states]
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in (HEADER, START, *parts)))
    return path


def levels(width: int, count: int) -> list[Any]:
    """Lists of lists of lists: each level holds the one below ``width`` times."""
    rest = [refer(level, width, [refer(level - 1, width)] * width) for level in range(1, count)]
    return [refer(0, width, ["x"] * width), *rest]


BOMBS = {
    "wide": levels(16, 8),
    "doubling": levels(2, 60),
    "few and wide": levels(300, 4),
    "deep": levels(1, 1_000),
    "under names": [
        refer(0, 90, ["x"] * 90),
        refer(1, 90, [{"x": {"y": [refer(0, 90)]}}] * 90),
        {str(key): refer(1, 90) for key in range(90)},
    ],
}


@pytest.mark.parametrize("states", BOMBS.values(), ids=BOMBS)
def test_lists_that_refer_to_lists_without_measure_are_refused(states, tmp_path):
    with pytest.raises(SavedRunError, match="its lists refer to others") as refused:
        lg_jupyter.load(saved(tmp_path / "run.jsonl", *states))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "state",
    [
        refer(1, 1, ["x"]),
        refer(-1, 1, ["x"]),
        refer(10**12, 1, ["x"]),
        refer(0, 2, ["x"]),
        refer(0, -1, ["x"]),
        refer(0, 10**18, ["x"]),
        refer(0, 1, [refer(0, 1)]),
        refer(0, 1, [refer(2, 0)]),
        {KEY: [0, True, ["x"]]},
        {KEY: [0, 1, "x"]},
        {KEY: [0, 1]},
        {KEY: None},
    ],
)
def test_a_list_that_is_not_there_is_told(state, tmp_path):
    run = lg_jupyter.load(saved(tmp_path / "run.jsonl", "before", state, "after"))
    assert "run.jsonl is damaged: 1 part of it could not be read, 0.0 s of the run" in str(run.note)
    values = [row["data"] for row in run.trace.rows("events") if row["mode"] == "values"]
    assert values == [{"a": "before"}, {"a": "after"}]


def test_a_damaged_number_puts_nothing_into_another_list(tmp_path):
    """The first line of list 1 names list 0, which goes on later as if nothing had been there."""
    states = [refer(0, 1, ["a"]), refer(0, 3, ["x", "y", "z"]), refer(0, 2, ["b"]), refer(1, 4, ["w"])]
    run = lg_jupyter.load(saved(tmp_path / "run.jsonl", *states))
    values = [list(row["data"]["a"]) for row in run.trace.rows("events") if row["mode"] == "values"]
    assert values == [
        ["a"],
        ["a", "b"],
        [LOST_VALUE_PLACEHOLDER, LOST_VALUE_PLACEHOLDER, LOST_VALUE_PLACEHOLDER, "w"],
    ]


def test_a_state_that_keeps_its_own_history_comes_back():
    """Each step keeps all messages that there were so far: half a million in the last, said in few bytes."""
    from lg_jupyter.encode import Encoder, to_plain_json

    encoder, writer, reader = Encoder(), PartLineEncoder(KEY), PartLineDecoder(KEY)
    messages: list[dict[str, Any]] = []
    history: list[list[dict[str, Any]]] = []
    for turn in range(150):
        messages.append({"type": "ai", "id": f"m{turn}", "content": "words", "tags": ["a", "b"]})
        history.append(list(messages))
        state = encoder.encode({"messages": list(messages), "history": list(history)})
        read = reader.decode_line(writer.encode_part(Part("values", "", state, 1.0)))
    assert to_plain_json(read.data) == {"messages": messages, "history": history}


def test_a_tree_as_deep_as_it_can_be_comes_back():
    from lg_jupyter.encode import Encoder, to_plain_json

    encoder, writer, reader = Encoder(), PartLineEncoder(KEY), PartLineDecoder(KEY)
    tree: list[Any] = ["leaf"] * 3
    for _ in range(80):
        tree = [*["leaf"] * 3, tree]
    for _ in range(3):
        tree = [*tree, "leaf"]
        state = encoder.encode({"tree": tree})
        assert to_plain_json(
            reader.decode_line(writer.encode_part(Part("values", "", state, 1.0))).data
        ) == to_plain_json(state)


# -- fields that are missing or of another type ---------------------------------------------------

ODD = [None, 7.5, "x", [1], {"x": 1}]


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*at, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*at, key))


def with_another(line: Any, at: tuple[Any, ...]) -> Iterator[Any]:
    """The line with each odd value at that place, and without it."""
    for odd in (*ODD, places):
        changed = copy.deepcopy(line)
        inner = changed
        for key in at[:-1]:
            inner = inner[key]
        if odd is places:
            del inner[at[-1]]
        else:
            inner[at[-1]] = odd
        yield changed


def looked_at(run: Run) -> None:
    summary = summarize_run(get_run_state(run))
    assert summary["status"] in ("success", "interrupted", "error", "cancelled", "incomplete")
    assert (
        record.render_record_html(summary, run.trace)
        and record.render_record_text(summary, run.trace)
        and repr(run)
    )
    assert run.usage is not None and (run.run_id is None or isinstance(run.run_id, str))
    assert run.error is None or {"error", "message"} <= run.error.keys()


@pytest.fixture(scope="module", params=["broken", "ask"])
def lines(request, tmp_path_factory) -> list[Any]:
    from langgraph.checkpoint.memory import InMemorySaver

    graph = build(request.param, InMemorySaver())
    run = lg_jupyter.stream(graph, INPUTS[request.param], thread_id="t", modes="updates", display=False)
    try:
        run.wait()
        run.resume("yes").wait()
    except (ValueError, lg_jupyter.UsageError):
        pass
    run.note = "said"
    path = tmp_path_factory.mktemp("runs") / "run.jsonl"
    run.save(path)
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_any_field_may_be_missing_or_of_another_type(lines, tmp_path):
    path = tmp_path / "run.jsonl"
    for number, line in enumerate(lines):
        if number and line.get("mode", "control") != "control":
            continue
        for at in places({name: value for name, value in line.items() if name != "graph"}):
            for changed in with_another(line, at):
                told = [*lines[:number], changed, *lines[number + 1 :]]
                path.write_bytes(b"".join(orjson.dumps(each) + b"\n" for each in told))
                try:
                    looked_at(lg_jupyter.load(path))
                except SavedRunError:
                    pass
                except Exception as error:
                    raise AssertionError(f"{at} of line {number + 1}: {changed}") from error
