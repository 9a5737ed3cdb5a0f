"""What a page can ask about a run, as its widget's end of the comm answers it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from lg_jupyter.encode import SharedList
from lg_jupyter.errors import TargetError, UsageError
from lg_jupyter.events.events import CustomDataEmitted, ExceptionDetails, RunEnded, RunStarted
from lg_jupyter.widgets import queries
from lg_jupyter.widgets.endpoint import collect_methods
from lg_jupyter.widgets.queries import MAX_EVENTS_PER_CALL, RunQueries
from tests.tables.stream import Stream
from tests.test_endpoint import Page


@pytest.fixture
def stream() -> Stream:
    stream = Stream()
    stream(RunStarted(None, None), mode="control")
    for number in range(5):
        stream(CustomDataEmitted({"n": number}), mode="custom", namespace="sub:1", data={"n": number})
    stream(CustomDataEmitted("z" * 9_000), mode="custom", data="z" * 9_000)
    return stream


def write(language: str = "python") -> str:
    if language == "rust":
        raise UsageError("there is no code in 'rust'")
    return f"# {language}"


def draw() -> Any:
    raise TargetError("duck draws nothing")


class Asked:
    """A run of which only tables, drawing and code are known, and a page that asks."""

    def __init__(self, stream: Stream, structure: Any = draw) -> None:
        run: Any = SimpleNamespace(trace=stream.trace, structure=structure)
        self.page = Page(collect_methods(RunQueries(run)))

    def __call__(self, method: str, **params: Any) -> Any:
        reply = self.page.ask(method, **params)
        json.dumps(reply, allow_nan=False)
        return reply.get("result", reply)


@pytest.fixture
def ask(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> Asked:
    monkeypatch.setattr(queries.code, "generate_code", lambda run, language: write(language))
    return Asked(stream)


def test_events_by_range_and_filter(ask: Asked) -> None:
    found = ask("events", offset=2, limit=2, modes=["custom"], namespaces=["sub:1"])
    assert found["total"] == 5
    assert [row["data"] for row in found["rows"]] == [{"n": 2}, {"n": 3}]
    assert [row["text"] for row in found["rows"]] == ['{"n": 2}', '{"n": 3}']
    assert ask("events", nodes=["sub"], steps=[None, None])["total"] == 5
    assert ask("events", offset=0, limit=9, text="zzz")["rows"][0]["data"]["$big"] > 400
    assert ask("events", offset=0, limit=9, modes=[], namespaces=None)["total"] == 0


def test_no_call_gives_everything_at_once(stream: Stream, ask: Asked) -> None:
    for _ in range(MAX_EVENTS_PER_CALL):
        stream(mode="custom")
    found = ask("events", offset=0, limit=10**9)
    assert (found["total"], len(found["rows"])) == (MAX_EVENTS_PER_CALL + 7, MAX_EVENTS_PER_CALL)


def test_an_event_and_a_cell_come_whole(ask: Asked) -> None:
    assert ask("event", seq=6)["data"] == "z" * 9_000
    assert ask("value", table="custom", key=5, column="data") == "z" * 9_000
    assert ask("value", table="custom", key=5, column="data", limit=50_000) == "z" * 9_000
    assert ask("value", table="custom", key=5, column="data", limit=8_000)["$big"] == 9_002


def test_a_state_comes_as_of_an_event_and_a_level_at_a_time(stream: Stream, ask: Asked) -> None:
    stream.state({"n": SharedList([1])}, step=0)
    stream.state({"n": SharedList(["item"] * 20_000)}, step=1)
    small = ask("state", step=0)
    assert small["value"] == {"n": [1]}
    assert (small["namespace"], small["step"], small["seq"], small["source"]) == ("", 0, 7, "values")
    large = ask("state", seq=99, path="/n", offset=19_999)
    assert (large["value"], large["total"], large["path"]) == (["item"], 20_000, "/n")
    assert "$big" in ask("state")["value"]["n"]


def test_the_traceback_of_a_run_comes_whole_and_of_one_that_did_not_fail_empty(
    stream: Stream, ask: Asked
) -> None:
    assert ask("failure") == {"traceback": []}
    told = [{"error": "ValueError", "message": "no", "relation": None, "frames": SharedList([{"line": 1}])}]
    stream(
        RunEnded("error", {"error": "ValueError", "message": "no"}, exception_details=ExceptionDetails(told))
    )
    traceback = ask("failure")["traceback"]
    assert traceback == [{**told[0], "frames": [{"line": 1}]}]
    assert json.dumps(traceback)


def test_code_comes_in_the_language_asked_for(ask: Asked) -> None:
    assert ask("code", language="curl") == {"text": "# curl"}


def test_a_drawing_is_passed_on(stream: Stream) -> None:
    drawing = {"nodes": [], "edges": []}
    assert Asked(stream, lambda: drawing)("graph") == drawing


@pytest.mark.parametrize(
    ("method", "params", "error"),
    [
        ("evnts", {}, "no method 'evnts'; there are events"),
        ("graph", {}, "duck draws nothing"),
        ("code", {"language": "rust"}, "no code in 'rust'"),
        ("state", {}, "the mode 'values' tells it"),
        ("event", {"seq": 99}, "Event 99 is not held"),
        ("event", {}, "event needs seq: a whole number."),
        ("event", {"seq": True}, "seq has to be a whole number, not true."),
        ("events", {"mode": ["custom"]}, "events has no parameter 'mode': did you mean 'modes'?"),
        ("events", {"modes": "custom"}, "modes has to be a list, each item a text, not 'custom'."),
        (
            "events",
            {"steps": [1]},
            "steps has to be a list of 2: a whole number or null, a whole number or null",
        ),
        (
            "value",
            {"table": "custom", "key": [5], "column": "data"},
            "key has to be a text or a whole number",
        ),
        ("value", {"table": "custom", "key": 99, "column": "data"}, "no row 99 in custom"),
        ("value", {"table": "custom", "key": 0, "column": "dat"}, "no column 'dat' in custom"),
        ("value", {"table": "costum", "key": 0, "column": "data"}, "did you mean 'custom'"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(
    ask: Asked, method: str, params: dict[str, Any], error: str
) -> None:
    reply = ask(method, **params)
    assert error in reply["error"] and "\n" not in reply["error"]
