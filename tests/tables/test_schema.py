"""What the schema says of columns is true of rows, and what is made of it is up to date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from lg_jupyter.events.calls import (
    ModelCallEnded,
    ModelCallPriced,
    ModelCallStarted,
    ToolCallEnded,
    ToolCallStarted,
)
from lg_jupyter.events.events import (
    CompleteMessage,
    ExceptionDetails,
    InterruptRaised,
    RunResumed,
    TaskEnded,
    TaskRetried,
)
from lg_jupyter.events.store import StoreCalled
from lg_jupyter.tables import SCHEMAS
from lg_jupyter.tables.columns import Column
from lg_jupyter.tables.trace import Trace
from tests.recordings import names, parts
from tests.tables.stream import START, Stream
from tools import schema as tool

COLUMNS = [
    (table, name, column) for table, of in SCHEMAS.items() for name, column in of.column_details.items()
]

each_column = pytest.mark.parametrize(
    ("table", "name", "column"), COLUMNS, ids=[f"{table}.{name}" for table, name, _ in COLUMNS]
)


def retried(stream: Stream) -> None:
    stream.task("1")
    stream(TaskRetried("1", START, {"error": "ValueError", "message": "no"}))


def raised(stream: Stream) -> None:
    stream.task("1")
    told = ExceptionDetails([{"error": "ValueError", "message": "no", "relation": None, "frames": []}])
    stream(
        TaskEnded(
            "1",
            "node",
            "error",
            START,
            error={"error": "ValueError", "message": "no"},
            exception_details=told,
        )
    )


def with_artifact(stream: Stream) -> None:
    stream(CompleteMessage("m", "tool", "a plot", tool_call_id="c", artifact={"points": 3}))


def answered(stream: Stream) -> None:
    stream(InterruptRaised("i", "go on?", node="ask"))
    stream(RunResumed("yes"))


def model_called(stream: Stream) -> None:
    told = ModelCallStarted("c", START, "callback", input=[], tools=[{}], attempt=2, retry_of="b")
    told.context_window = 8192
    told.input, told.parameters = [{"type": "system", "content": "be brief"}], {"temperature": 0}
    stream(told)
    usage = {"input_tokens": 2, "output_tokens": 1, "input_token_details": {"audio": 1}}
    stream(ModelCallEnded("c", START, "error", usage=usage, error={"error": "ValueError", "message": "no"}))
    stream(ModelCallPriced("c", 0.25, "price=", "sound at the price of text"))
    stream(ModelCallStarted("d", START, "callback", model="other"))


def tool_called(stream: Stream) -> None:
    place = {"parent_call_id": "b", "tool_call_id": "d", "agent_name": "adder", "description": "Add."}
    stream(ToolCallStarted("c", START, "callback", "add", **place))
    stream(ToolCallEnded("c", START, "success", "d", "m", 3, {"of": [1, 2]}))


def store_called(stream: Stream) -> None:
    told = StoreCalled("put", START, ["users", "ada"], "likes", {"food": "figs"}, {"index": ["food"]})
    stream(told, node="remember", step=1, task_id="1")
    stream(replace(told, value={"food": "dates"}))
    stream(
        StoreCalled(
            "get", START, ["users"], "x", item_count=0, error={"error": "ValueError", "message": "no"}
        )
    )


BY_CALLBACK = {
    **{("model_calls", name): model_called for name in ("attempt", "retry_of", "system", "tools")},
    **{("model_calls", name): model_called for name in ("audio_tokens", "changed", "error")},
    **{("model_calls", name): model_called for name in ("cost", "price_source")},
    ("model_calls", "context_window"): model_called,
    **{("tool_calls", name): tool_called for name in ("parent_call_id", "agent_name", "description")},
    **{("tool_calls", name): tool_called for name in ("artifact", "attempt")},
}
"""No stream says it: a callback does."""

NOT_RECORDED: dict[tuple[str, str], Callable[[Stream], None]] = {
    ("tasks", "retries"): retried,  # no stream tells of them: a callback hears them
    ("tasks", "traceback"): raised,  # the recordings hold no frames
    ("messages", "artifact"): with_artifact,
    **BY_CALLBACK,
    **{("store_ops", name): store_called for name in SCHEMAS["store_ops"].column_kinds},
    ("interrupts", "resumed_with"): answered,  # a recording ends where a run does first
}
"""Columns of which no recording has a value, each with what gives it one."""


@cache
def recorded() -> dict[tuple[str, str], list[Any]]:
    """By table and column, a few values of all recordings, ``None`` first if it is among them."""
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for recording in names():
        trace = Trace()
        for part in parts(recording):
            trace.feed(part)
        for table in SCHEMAS:
            for name, values in trace.columns(table).items():
                _keep(found[table, name], values)
    return found


def _keep(known: list[Any], values: list[Any]) -> None:
    for value in values:
        if value is None:
            if known[:1] != [None]:
                known.insert(0, None)
        elif value not in ([], {}, "") and (len(known) < 50 or isinstance(value, str)) and value not in known:
            known.append(value)


@each_column
def test_a_column_has_a_value_somewhere(table: str, name: str, column: Column) -> None:
    if (table, name) in NOT_RECORDED:
        stream = Stream()
        NOT_RECORDED[table, name](stream)
        values = [row[name] for row in stream.rows(table)]
        assert not any(recorded()[table, name]), "there is a recording of it now: take it off the list"
    else:
        values = recorded()[table, name]
    has_value = any(value not in (None, [], {}, "") for value in values)
    assert has_value or name == "namespace", "no recording gives it a value: name what does in NOT_RECORDED"


@each_column
def test_what_a_column_says_of_its_values_is_true(table: str, name: str, column: Column) -> None:
    values = recorded()[table, name]
    if column.is_always_set:
        assert None not in values
    if column.categories:
        assert {value for value in values if value is not None} <= set(column.categories)
    assert column.description.endswith(".") and "|" not in column.description


def test_what_is_made_of_the_schema_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert tool.main(["--check"]) == 0, capsys.readouterr().out
    assert capsys.readouterr().out == ""


def test_a_stale_file_is_named(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    page = tmp_path / "tables.md"
    page.write_text("old")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "PAGE", page)
    monkeypatch.setattr(tool, "TYPES", tmp_path / "tables.ts")
    monkeypatch.setattr(tool, "COLUMNS", tmp_path / "columns.ts")
    assert tool.main(["--check"]) == 1
    assert "tables.md is stale" in capsys.readouterr().out
    assert page.read_text() == "old"
    assert tool.main([]) == 0
    assert tool.main(["--check"]) == 0
