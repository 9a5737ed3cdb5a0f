"""What exports are told of a model's call, by the parts that a stream has of it."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter.model_calls import ModelCallDetails, collect_calls_by_message_id
from tests.adapter.build import call, chunk

META = call(ls_provider="openai", ls_model_name="gpt", ls_temperature=0, ls_max_tokens=5)
ENDED = {"model_name": "gpt-1", "finish_reason": "stop"}
KNOWN = ModelCallDetails("openai", "gpt", "gpt-1", 0.0, 5, "stop")


def event(metadata: Any = META, **data: Any) -> dict[str, Any]:
    return {"event": "on_chat_model_stream", "metadata": metadata, "data": data}


@pytest.mark.parametrize(
    ("mode", "data"),
    [
        ("messages", [chunk("x", response_metadata=ENDED), META]),
        ("messages", [chunk("x", response_metadata={"model": "gpt-1", "stop_reason": "stop"}), META]),
        ("events", event(chunk=chunk("x", response_metadata=ENDED))),
        ("events", event(output=chunk("x", response_metadata=ENDED))),
    ],
)
def test_all_that_one_part_has(mode: str, data: Any) -> None:
    assert collect_calls_by_message_id([(mode, "m", data)]) == {"m": KNOWN}


def test_parts_of_one_message_add_up() -> None:
    first, last = [chunk("x"), META], [chunk("", response_metadata=ENDED), {**META, "ls_temperature": None}]
    found = collect_calls_by_message_id(
        [("messages", "m", first), ("messages", "n", first), ("messages", "m", last)]
    )
    assert found == {"m": KNOWN, "n": ModelCallDetails("openai", "gpt", None, 0.0, 5, None)}


@pytest.mark.parametrize(
    ("mode", "message_id", "data"),
    [
        ("messages", None, [chunk("x"), META]),
        ("messages", "m", [chunk("x"), call(ls_integration="x")]),
        ("messages", "m", [chunk("x"), "odd"]),
        ("messages", "m", [chunk("x")]),
        ("messages", "m", {"data": {}, "metadata": META}),
        ("events", "m", [chunk("x"), META]),
        ("values", "m", [chunk("x"), META]),
        ("values", "m", event(chunk=chunk("x"))),
    ],
)
def test_what_is_no_part_of_a_call_tells_none(mode: str, message_id: str | None, data: Any) -> None:
    assert collect_calls_by_message_id([(mode, message_id, data)]) == {}


@pytest.mark.parametrize("data", [["odd", META], [chunk("x", response_metadata="odd"), META]])
def test_the_call_is_known_where_its_message_is_odd(data: Any) -> None:
    assert collect_calls_by_message_id([("messages", "m", data)])["m"].request_model == "gpt"


def test_values_of_another_type_are_not_known() -> None:
    odd = {"ls_provider": 1, "ls_model_name": "", "ls_temperature": True, "ls_max_tokens": True}
    assert collect_calls_by_message_id([("events", "m", event({**META, **odd}))]) == {"m": ModelCallDetails()}
    odd = {"ls_temperature": "hot", "ls_max_tokens": 5.5}
    assert (
        collect_calls_by_message_id([("messages", "m", [chunk("x"), {**META, **odd}])])[
            "m"
        ].get_known_parameters()
        == {}
    )


def test_parameters_are_those_that_are_known() -> None:
    assert KNOWN.get_known_parameters() == {"temperature": 0.0, "max_tokens": 5}
    assert ModelCallDetails(temperature=0.5).get_known_parameters() == {"temperature": 0.5}
    assert ModelCallDetails(max_tokens=1).get_known_parameters() == {"max_tokens": 1}
