"""What the widget and its front end say to each other."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from lg_jupyter.encode import Encoder, SharedList, dump_json
from lg_jupyter.events.events import CompleteMessage, CustomDataEmitted, RunEnded
from lg_jupyter.tables.trace_changes import TraceChanges
from lg_jupyter.text.preview import estimate_json_length, preview_json
from lg_jupyter.widgets.cell_previews import MAX_CELL_CHARACTERS, preview_large_cells
from lg_jupyter.widgets.protocol import SentRows, make_delta_and_mark_sent, make_snapshot, merge_deltas
from tests.tables.stream import Stream


def changes(**given: Any) -> TraceChanges:
    return TraceChanges(
        **{"rows": {}, "text_deltas": [], "event_and_token_counts": {}, "run_fields": None, **given}
    )


def task(**columns: Any) -> dict[str, Any]:
    return {"task_id": "t", "node": "n", "status": "running", "error": None, "input": None, **columns}


# -- messages -----------------------------------------------------------------------------------------


def test_a_delta_has_only_what_there_is() -> None:
    message = make_delta_and_mark_sent(7, 1.5, changes(event_and_token_counts={"events": 3}), SentRows(), {})
    assert message == {"type": "delta", "n": 7, "elapsed": 1.5, "counts": {"events": 3}}


def test_a_delta_of_everything() -> None:
    told = changes(
        rows={"tasks": [task()]}, text_deltas=[("m", "text", 3, "abc")], event_and_token_counts={"events": 9}
    )
    message = make_delta_and_mark_sent(1, 0.0, told, SentRows(), {"status": "running"})
    assert message["rows"] == {"tasks": [task()]}
    assert message["text"] == [("m", "text", 3, "abc")]
    assert message["summary"] == {"status": "running"}


def test_deltas_in_a_row_are_one() -> None:
    sent_rows = SentRows()
    begun, more = (
        [("m", "text", 0, "añ"), ("n", "text", 0, "n")],
        [("m", "text", 2, "b"), ("n", "text", 0, "N")],
    )
    first = make_delta_and_mark_sent(
        3,
        1.0,
        changes(rows={"tasks": [task()]}, text_deltas=[*begun], event_and_token_counts={"events": 2}),
        sent_rows,
        {"status": "running", "note": "begun"},
    )
    second = make_delta_and_mark_sent(
        4,
        1.5,
        changes(rows={"tasks": [task(status="success")]}, text_deltas=more),
        sent_rows,
        {"note": None},
    )
    third = make_delta_and_mark_sent(
        5,
        2.0,
        changes(text_deltas=[("m", "text", 3, "c")], event_and_token_counts={"events": 4}),
        sent_rows,
        {},
    )
    assert merge_deltas(merge_deltas(first, second), third) == {
        "type": "delta",
        "n": 5,
        "since": 2,
        "elapsed": 2.0,
        "counts": {"events": 4},
        "rows": {"tasks": [task(), {"task_id": "t", "status": "success"}]},
        "text": [("m", "text", 0, "añbc"), ("n", "text", 0, "n"), ("n", "text", 0, "N")],
        "summary": {"status": "running", "note": None},
    }
    assert first["text"] == begun, "as others were sent it"
    assert merge_deltas(
        third, make_delta_and_mark_sent(6, 3.0, changes(), sent_rows, {})
    ).keys() == third.keys() | {"since"}


def test_of_a_known_row_only_its_key_and_what_changed_travel() -> None:
    pushed = SentRows()
    pushed.take_unsent_rows({"tasks": [task()]})
    assert pushed.take_unsent_rows({"tasks": [task(status="success")]}) == {
        "tasks": [{"task_id": "t", "status": "success"}]
    }
    assert pushed.take_unsent_rows({"tasks": [task(status="success")]}) == {}
    # a value that goes away is said
    assert pushed.take_unsent_rows({"tasks": [task(node=None)]})["tasks"] == [
        {"task_id": "t", "node": None, "status": "running"}
    ]


def test_rows_without_a_key_always_travel_whole() -> None:
    pushed, row = SentRows(), {"seq": 1, "timestamp": 1.0, "data": {"a": 1}}
    assert (
        pushed.take_unsent_rows({"custom": [row]})
        == pushed.take_unsent_rows({"custom": [row]})
        == {"custom": [row]}
    )


def test_a_snapshot_has_everything() -> None:
    rows = {"custom": [{"seq": 1, "data": 1}], "tasks": [task()]}
    everything = changes(
        rows=rows, text_deltas=[("m", "text", 0, "all")], event_and_token_counts={"events": 2}
    )
    assert make_snapshot(4, 2.0, everything, {"status": "running"}) == {
        "type": "snapshot",
        "n": 4,
        "elapsed": 2.0,
        "summary": {"status": "running"},
        "counts": {"events": 2},
        "rows": rows,
        "text": [("m", "text", 0, "all")],
    }


def test_messages_are_strict_json_whatever_a_graph_streams() -> None:
    nasty = {
        "nan": math.nan,
        "inf": [math.inf],
        "lone surrogate": "\ud800",
        "nul": "\x00",
        "big": 2**80,
        "bytes": b"\xff",
        "object": object(),
        (1, 2): {3},
    }
    stream = Stream()
    stream(CustomDataEmitted(Encoder().encode(nasty)))
    stream(CompleteMessage("m", "ai", Encoder().encode("\ud800")))
    stream(RunEnded("success"))
    message = make_snapshot(1, 1.0, stream.trace.snapshot(), {})
    text = json.dumps(message, allow_nan=False)
    text.encode()
    assert json.loads(dump_json(message)) == json.loads(text)


# -- cells --------------------------------------------------------------------------------------------


def test_a_big_cell_travels_as_its_size_and_beginning() -> None:
    value = {"text": "x" * MAX_CELL_CHARACTERS}
    cell = preview_large_cells({"data": value})["data"]
    assert cell == {"$big": pytest.approx(MAX_CELL_CHARACTERS, rel=0.01), "preview": preview_json(value, 400)}
    assert cell["preview"].startswith('{"text": "xxx') and len(cell["preview"]) == 401


def test_of_whole_states_a_beginning_will_do() -> None:
    state = {"messages": ["y" * 500]}
    assert "$big" in preview_large_cells({"input": state})["input"]
    assert preview_large_cells({"data": state})["data"] == state


def test_a_shared_list_travels_as_a_list() -> None:
    assert preview_large_cells({"data": {"list": SharedList([1, SharedList([2])])}}) == {
        "data": {"list": [1, [2]]}
    }


class Endless(list[Any]):
    """A list of a billion items, of which nobody may ask for all."""

    asked = 0

    def __len__(self) -> int:
        return 1_000_000_000

    def __getitem__(self, index: Any) -> Any:
        assert isinstance(index, slice) and index.stop < 100_000
        return ["item"] * index.stop

    def __iter__(self) -> Any:
        while True:
            self.asked += 1
            yield "item"


def test_looking_at_a_value_costs_no_more_than_what_is_shown_of_it() -> None:
    endless = Endless()
    assert estimate_json_length({"a": endless}, 1_000) > 1_000
    assert len(preview_json({"a": endless}, 1_000)) == 1_001
    assert endless.asked < 200


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("text", "text"),
        ("long " * 10, "long long …"),
        (None, "null"),
        (True, "true"),
        ({"a": [1, "b"]}, '{"a": [1, …'),
        ([], "[]"),
        (math.nan, "null"),
        ("é", "é"),
        (["é"], '["é"]'),
    ],
)
def test_previews(value: Any, shown: str) -> None:
    assert preview_json(value, 10) == shown


@pytest.mark.parametrize("value", [None, 5, "abc", [1, 2], {"a": {"b": [1.5, "x"]}}, [[[]]]])
def test_a_weight_is_about_the_length_of_the_json(value: Any) -> None:
    assert estimate_json_length(value, 10_000) == pytest.approx(len(json.dumps(value)), rel=0.5, abs=4)
