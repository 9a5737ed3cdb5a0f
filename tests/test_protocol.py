"""What the widget and its front end say to each other."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from lg_jupyter.encode import Encoder, SharedList, dumps
from lg_jupyter.errors import TargetError, UsageError
from lg_jupyter.events.events import CustomEmitted, MessageWhole, RunEnded, RunStarted
from lg_jupyter.tables.trace import Changes
from lg_jupyter.text.preview import preview, weigh
from lg_jupyter.widgets import bundles as front_end
from lg_jupyter.widgets.cells import CELL_LIMIT, cells
from lg_jupyter.widgets.protocol import Pushed, delta, snapshot
from lg_jupyter.widgets.queries import MAX_ROWS, Answers
from tests.tables.stream import Stream


def changes(**given: Any) -> Changes:
    return Changes(**{"rows": {}, "text": [], "counts": {}, "run": None, **given})


def task(**columns: Any) -> dict[str, Any]:
    return {"task_id": "t", "node": "n", "status": "running", "error": None, "input": None, **columns}


# -- messages -----------------------------------------------------------------------------------------


def test_a_delta_has_only_what_there_is() -> None:
    message = delta(7, 1.5, changes(counts={"events": 3}), Pushed(), {})
    assert message == {"type": "delta", "n": 7, "elapsed": 1.5, "counts": {"events": 3}}


def test_a_delta_of_everything() -> None:
    told = changes(rows={"tasks": [task()]}, text=[("m", "text", 3, "abc")], counts={"events": 9})
    message = delta(1, 0.0, told, Pushed(), {"status": "running"})
    assert message["rows"] == {"tasks": [task()]}
    assert message["text"] == [("m", "text", 3, "abc")]
    assert message["summary"] == {"status": "running"}


def test_of_a_known_row_only_its_key_and_what_changed_travel() -> None:
    pushed = Pushed()
    pushed.rows({"tasks": [task()]})
    assert pushed.rows({"tasks": [task(status="success")]}) == {
        "tasks": [{"task_id": "t", "status": "success"}]
    }
    assert pushed.rows({"tasks": [task(status="success")]}) == {}
    # a value that goes away is said
    assert pushed.rows({"tasks": [task(node=None)]})["tasks"] == [
        {"task_id": "t", "node": None, "status": "running"}
    ]


def test_rows_without_a_key_always_travel_whole() -> None:
    pushed, row = Pushed(), {"seq": 1, "timestamp": 1.0, "data": {"a": 1}}
    assert pushed.rows({"custom": [row]}) == pushed.rows({"custom": [row]}) == {"custom": [row]}


def test_a_snapshot_has_everything() -> None:
    rows = {"custom": [{"seq": 1, "data": 1}], "tasks": [task()]}
    everything = changes(rows=rows, text=[("m", "text", 0, "all")], counts={"events": 2})
    assert snapshot(4, 2.0, everything, {"status": "running"}) == {
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
    stream(CustomEmitted(Encoder().encode(nasty)))
    stream(MessageWhole("m", "ai", Encoder().encode("\ud800")))
    stream(RunEnded("success"))
    message = snapshot(1, 1.0, stream.trace.snapshot(), {})
    text = json.dumps(message, allow_nan=False)
    text.encode()
    assert json.loads(dumps(message)) == json.loads(text)


# -- cells --------------------------------------------------------------------------------------------


def test_a_big_cell_travels_as_its_size_and_beginning() -> None:
    value = {"text": "x" * CELL_LIMIT}
    cell = cells({"data": value})["data"]
    assert cell == {"$big": pytest.approx(CELL_LIMIT, rel=0.01), "preview": preview(value, 400)}
    assert cell["preview"].startswith('{"text": "xxx') and len(cell["preview"]) == 401


def test_of_whole_states_a_beginning_will_do() -> None:
    state = {"messages": ["y" * 500]}
    assert "$big" in cells({"input": state})["input"]
    assert cells({"data": state})["data"] == state


def test_a_shared_list_travels_as_a_list() -> None:
    assert cells({"data": {"list": SharedList([1, SharedList([2])])}}) == {"data": {"list": [1, [2]]}}


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
    assert weigh({"a": endless}, 1_000) > 1_000
    assert len(preview({"a": endless}, 1_000)) == 1_001
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
    assert preview(value, 10) == shown


@pytest.mark.parametrize("value", [None, 5, "abc", [1, 2], {"a": {"b": [1.5, "x"]}}, [[[]]]])
def test_a_weight_is_about_the_length_of_the_json(value: Any) -> None:
    assert weigh(value, 10_000) == pytest.approx(len(json.dumps(value)), rel=0.5, abs=4)


# -- calls --------------------------------------------------------------------------------------------


@pytest.fixture
def stream() -> Stream:
    stream = Stream()
    stream(RunStarted(None, None), mode="control")
    for number in range(5):
        stream(CustomEmitted({"n": number}), mode="custom", namespace="sub:1", data={"n": number})
    stream(CustomEmitted("z" * 9_000), mode="custom", data="z" * 9_000)
    return stream


def write(language: str = "python") -> str:
    if language == "rust":
        raise UsageError("there is no code in 'rust'")
    return f"# {language}"


def draw() -> Any:
    raise TargetError("duck draws nothing")


steer = {"fork": lambda **params: params}


@pytest.fixture
def answers(stream: Stream) -> Answers:
    return Answers(stream.trace, lambda: "Stopping.", draw, write, steer)


def test_what_steers_a_run_is_handed_on(answers: Answers) -> None:
    assert ask(answers, "fork", checkpoint_id="c") == {"checkpoint_id": "c"}


def ask(answers: Answers, method: str, **params: Any) -> Any:
    reply = answers.reply({"type": "call", "id": "7", "method": method, "params": params})
    assert (reply["type"], reply["id"]) == ("reply", "7")
    json.dumps(reply, allow_nan=False)
    return reply.get("result", reply)


def test_events_by_range_and_filter(answers: Answers) -> None:
    found = ask(answers, "events", offset=2, limit=2, modes=["custom"], namespaces=["sub:1"])
    assert found["total"] == 5
    assert [row["data"] for row in found["rows"]] == [{"n": 2}, {"n": 3}]
    assert ask(answers, "events", nodes=["sub"], steps=[None, None], unknown=1)["total"] == 5
    assert ask(answers, "events", offset=0, limit=9, text="zzz")["rows"][0]["data"]["$big"] > 400
    assert ask(answers, "events", offset=0, limit=9, modes=[], namespaces=None)["total"] == 0


def test_no_call_gives_everything_at_once(stream: Stream, answers: Answers) -> None:
    for _ in range(MAX_ROWS):
        stream(mode="custom")
    found = ask(answers, "events", offset=0, limit=10**9)
    assert (found["total"], len(found["rows"])) == (MAX_ROWS + 7, MAX_ROWS)


def test_an_event_and_a_cell_come_whole(answers: Answers) -> None:
    assert ask(answers, "event", seq=6)["data"] == "z" * 9_000
    assert ask(answers, "value", table="custom", key=5, column="data") == "z" * 9_000


def test_cancel_and_ping(answers: Answers) -> None:
    assert ask(answers, "cancel") == {"message": "Stopping."}
    assert ask(answers, "ping") is True


def test_a_state_comes_as_of_an_event_and_a_level_at_a_time(stream: Stream, answers: Answers) -> None:
    stream.state({"n": SharedList([1])}, step=0)
    stream.state({"n": SharedList(["item"] * 5_000)}, step=1)
    small = ask(answers, "state", step=0)
    assert small["value"] == {"n": [1]}
    assert (small["namespace"], small["step"], small["seq"], small["source"]) == ("", 0, 7, "values")
    large = ask(answers, "state", seq=99, path="/n", offset=4_999)
    assert (large["value"], large["total"], large["path"]) == (["item"], 5_000, "/n")
    assert "$big" in ask(answers, "state")["value"]["n"]


def test_code_comes_in_the_language_asked_for(answers: Answers) -> None:
    assert ask(answers, "code", language="curl") == {"text": "# curl"}


def test_a_part_of_the_front_end_comes_by_its_name_alone(
    answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front_end, "ASSETS", tmp_path)
    (tmp_path / "secret.js").write_text("export const secret = 1")
    assert "graph_layout.js is not built" in ask(answers, "asset", name="graph_layout")["error"]
    (tmp_path / "graph_layout.js").write_text("export {}", encoding="utf-8")
    assert ask(answers, "asset", name="graph_layout") == {"text": "export {}"}
    for name in ("secret", "../assets/graph_layout", "graph_layout.js", None):
        assert "there are graph_layout" in ask(answers, "asset", name=name)["error"]


def test_a_drawing_is_passed_on(stream: Stream) -> None:
    drawing = {"nodes": [], "edges": []}
    assert ask(Answers(stream.trace, lambda: "", lambda: drawing, write, steer), "graph") == drawing


@pytest.mark.parametrize(
    ("method", "params", "error"),
    [
        ("evnts", {}, "no method 'evnts'; there are events"),
        ("graph", {}, "duck draws nothing"),
        ("code", {"language": "rust"}, "no code in 'rust'"),
        ("state", {}, "the mode 'values' tells it"),
        ("event", {"seq": 99}, "Event 99 is not held"),
        ("event", {}, "The kernel could not answer: TypeError"),
        ("value", {"table": "custom", "key": 99, "column": "data"}, "no row 99 in custom"),
        ("value", {"table": "custom", "key": 0, "column": "dat"}, "no column 'dat' in custom"),
        ("value", {"table": "costum", "key": 0, "column": "data"}, "did you mean 'custom'"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(
    answers: Answers, method: str, params: dict[str, Any], error: str
) -> None:
    reply = ask(answers, method, **params)
    assert error in reply["error"] and "\n" not in reply["error"]


def test_an_error_says_no_secret(stream: Stream) -> None:
    def draw() -> Any:
        raise OSError("no line to postgres://me:hunter2@db")

    masked = Answers(
        stream.trace, lambda: "", draw, write, steer, lambda text: text.replace("hunter2", "***")
    )
    assert ask(masked, "graph")["error"] == (
        "The kernel could not answer: OSError: no line to postgres://me:***@db"
    )


def test_a_failing_cancel_is_said_too(stream: Stream) -> None:
    def cancel() -> str:
        raise OSError("no line to the server")

    assert (
        "no line to the server" in ask(Answers(stream.trace, cancel, draw, write, steer), "cancel")["error"]
    )
