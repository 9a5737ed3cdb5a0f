"""What is not understood of a stream is kept, and the run says so."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langgraph.graph import START, MessagesState, StateGraph

import lg_jupyter
from lg_jupyter import Run
from lg_jupyter.adapter.part_encoder import PartEncoder
from lg_jupyter.adapter.tasks import TasksHandler
from lg_jupyter.record.summary import summarize_run
from lg_jupyter.runtime.run_properties import get_run_state


class Unforeseen(Exception):
    """What no code of ours raises; its text is not to be shown."""


def fails(*_: Any, **__: Any) -> Any:
    raise Unforeseen("with a secret in it")


def ran(**options: Any) -> Run:
    graph = StateGraph(MessagesState).add_node("node", lambda _: {"messages": ["hello"]})
    compiled = graph.add_edge(START, "node").compile()
    given = {"messages": [HumanMessage("hi")]}
    return lg_jupyter.stream(compiled, given, display=False, thread=True, **options).wait(120)


def test_a_part_that_the_adapter_does_not_understand_is_kept_and_said_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(TasksHandler, "handle_task", fails)
    run = ran(modes=["debug", "values"])
    assert run.status == "success"
    assert [row["mode"] for row in run.trace.rows("events")].count("debug") == 2
    assert run.note is not None
    assert run.note.count("'debug' was not understood (Unforeseen)") == 1
    assert "secret" not in run.note
    assert summarize_run(get_run_state(run))["note"] == run.note
    run.save(tmp_path / "run.jsonl")
    assert lg_jupyter.load(tmp_path / "run.jsonl").note == run.note


def test_a_part_that_cannot_be_encoded_in_its_form_is_said_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(PartEncoder, "_encode_values", fails)
    run = ran(modes=["values"])
    assert run.note is not None
    assert run.note.startswith("A part of the mode 'values' was not understood (Unforeseen)")
    run.save(tmp_path / "run.jsonl")
    monkeypatch.undo()
    assert lg_jupyter.load(tmp_path / "run.jsonl").note == run.note


def test_where_all_is_understood_nothing_is_said() -> None:
    assert ran().note is None
