"""Who speaks, and what is said beside."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.events import CompleteMessage
from lg_jupyter.tables.place_names import PlaceNames
from lg_jupyter.tables.speaker import format_role_and_place, format_speaker
from tests.tables.stream import Stream


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"agent_name": "writer", "name": "gpt", "node": "model"}, "writer"),
        ({"name": "gpt", "node": "model"}, "gpt"),
        ({"node": "model"}, "model"),
        ({}, "AI"),
        ({"role": "human", "agent_name": "writer", "node": "ask"}, "Human"),
        ({"role": "human", "name": "Ann"}, "Ann"),
        ({"role": "system", "name": "rules", "node": "model"}, "System"),
        ({"role": "tool", "name": "search", "agent_name": "writer"}, "search"),
        ({"role": "tool", "node": "tools"}, "Tool"),
        ({"role": "critic"}, "critic"),
    ],
)
def test_who_speaks(fields: dict[str, Any], name: str) -> None:
    assert format_speaker(**{"role": "ai", "name": None, "agent_name": None, "node": None} | fields) == name


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"speaker": "writer", "role": "ai", "namespace": "team:1", "node": "model"}, ("AI", "team / model")),
        ({"speaker": "model", "role": "ai", "namespace": "team:1", "node": "model"}, ("AI", "team")),
        ({"speaker": "Human", "role": "human", "namespace": "", "node": None}, (None, "")),
    ],
)
def test_what_is_said_beside(row: dict[str, Any], told: tuple[str | None, str]) -> None:
    assert format_role_and_place(row, PlaceNames()) == told


def test_a_tool_without_a_name_is_called_as_its_call_was() -> None:
    stream = Stream()
    calls = [{"id": "c1", "name": "look_up", "args": {}}]
    stream(CompleteMessage("m1", "ai", "", tool_calls=calls), node="think")
    stream(CompleteMessage("m2", "tool", "found", tool_call_id="c1"), node="tools")
    stream(CompleteMessage("m3", "tool", "found", tool_call_id="c9"), node="tools")
    assert stream.rows("messages", "speaker", "name") == [("think", None), ("look_up", None), ("Tool", None)]
