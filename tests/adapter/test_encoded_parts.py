"""Payloads of each mode by themselves: what is a state in them, what settings, and what they share."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk, HumanMessage
from pydantic import BaseModel

from lg_jupyter.adapter.part_encoder import PartEncoder
from lg_jupyter.encode import Encoder
from lg_jupyter.secrets.redact import Redactor

SECRET = "tell-nobody-0123"


def encoder(active: bool = True) -> PartEncoder:
    redactor = Redactor(active)
    redactor.add_secret("KEY", SECRET)
    return PartEncoder(Encoder(redactor))


TOKEN = {"token": "t"}
"""What is a secret in settings, and may be anything in a state."""
MASKED = {"token": "[redacted token]"}


@pytest.mark.parametrize(
    ("mode", "payload", "masked"),
    [
        ("tasks", {"id": "t", "input": TOKEN, "result": TOKEN, "metadata": TOKEN}, {"metadata"}),
        (
            "checkpoints",
            {"values": TOKEN, "tasks": [TOKEN], "config": TOKEN, "parent_config": TOKEN, "metadata": TOKEN},
            {"config", "parent_config", "metadata"},
        ),
        ("control", {"event": "start", "input": TOKEN, "more": TOKEN}, set()),
        (
            "calls",
            {
                "event": "model_end",
                "output": TOKEN,
                "metadata": TOKEN,
                "parameters": TOKEN,
                "response": TOKEN,
            },
            {"metadata", "parameters", "response"},
        ),
        ("store", {"op": "put", "value": TOKEN}, set()),
        ("values", {"a": TOKEN}, set()),
        ("custom", {"a": TOKEN}, set()),
        ("messages/complete", [], set()),
    ],
)
def test_settings_are_masked_by_name_and_nothing_else(mode: str, payload: Any, masked: set[str]) -> None:
    expected = {**payload, **dict.fromkeys(masked, MASKED)} if isinstance(payload, dict) else payload
    made = encoder()
    assert made(mode, "", payload) == expected
    assert [*made.faults] == []


def test_a_call_of_another_form_has_its_settings_masked_too() -> None:
    made = encoder()
    assert made("calls", "", [TOKEN]) == [MASKED]
    assert made("tasks", "", [TOKEN]) == [TOKEN]
    assert [*made.faults] == [("calls", "AttributeError"), ("tasks", "AttributeError")]


def failed(error: Any, **fields: Any) -> dict[str, Any]:
    return {"event": "end", **fields, "error": error}


@pytest.mark.parametrize("mode", ["tasks", "control", "calls", "store"])
def test_of_an_exception_all_is_kept_that_is_to_be_known_and_no_secret(mode: str) -> None:
    try:
        raise ValueError(f"no {SECRET}")
    except ValueError as raised:
        shown = encoder()(mode, "", failed(raised, op="put"))
    assert (shown["error"]["error"], shown["error"]["message"]) == ("ValueError", "no [redacted KEY]")
    assert shown["error"]["traceback"][0]["error"] == "ValueError"
    assert (shown["event"], shown["op"]) == ("end", "put")


@pytest.mark.parametrize("error", [None, "text", {"error": "E", "message": "m"}])
def test_an_error_that_is_none_is_kept_as_it_came(error: Any) -> None:
    for mode in ("tasks", "control", "calls", "store"):
        assert encoder()(mode, "", failed(error))["error"] == error


# -- what is shared -------------------------------------------------------------------------------------


def shares(made: PartEncoder, one: tuple[str, str, Any], other: tuple[str, str, Any], *keys: str) -> bool:
    """Whether what stands under ``keys`` is one object in both parts, which are equal there."""
    first, second = made(*one), made(*other)
    for key in keys:
        first, second = first[key], second[key]
    assert first == second
    return first is second


def state(items: int = 30) -> dict[str, Any]:
    return {"a": [{"n": number} for number in range(items)]}


@pytest.mark.parametrize("namespace", ["", "sub:t1"])
def test_states_tasks_and_checkpoints_of_a_graph_share_what_did_not_change(namespace: str) -> None:
    values = "values", namespace, state()
    made = encoder()
    task, saved = made("tasks", namespace, {"input": state()}), None
    saved = made("checkpoints", namespace, {"values": state()})
    assert made(*values)["a"] is task["input"]["a"] is saved["values"]["a"]
    started = made("control", namespace, {"event": "start", "input": state()})
    assert started["input"]["a"] is task["input"]["a"]
    assert made("values", "other:t2", state())["a"] is not task["input"]["a"]


@pytest.mark.parametrize(
    ("metadata", "shared"),
    [
        ({"langgraph_checkpoint_ns": "llm:t2"}, True),  # another task of the node
        ({"langgraph_checkpoint_ns": "other:t1"}, False),
        ({"langgraph_checkpoint_ns": "llm:t1", "lc_agent_name": "writer"}, False),
        ({}, False),
    ],
)
def test_the_prompts_of_a_node_share_what_did_not_change(metadata: dict[str, Any], shared: bool) -> None:
    for key in ("input", "tools"):
        made = encoder()
        prompt = {"event": "model_start", key: state()["a"]}
        one = "calls", "", {**prompt, "metadata": {"langgraph_checkpoint_ns": "llm:t1"}}
        assert shares(made, one, ("calls", "", {**prompt, "metadata": metadata}), key) is shared
        assert [*made.faults] == []


def test_a_form_of_answers_is_a_schema() -> None:
    class Form(BaseModel):
        name: str

    payload = {"event": "model_start", "parameters": {"response_format": Form}, "metadata": {}}
    shown = encoder()("calls", "", payload)["parameters"]["response_format"]
    assert shown["json_schema"]["name"] == "Form"
    assert "name" in shown["json_schema"]["schema"]["properties"]


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [("on_chain_start", "on_chain_start", True), ("on_chain_start", "on_tool_start", False)],
)
def test_the_input_of_events_is_shared_among_those_of_a_kind(one: str, other: str, shared: bool) -> None:
    def part(event: str) -> tuple[str, str, Any]:
        return "events", "", {"event": event, "run_id": "r", "metadata": {}, "data": {"input": state()}}

    assert shares(encoder(), part(one), part(other), "data", "input", "a") is shared


# -- what is looked at once -----------------------------------------------------------------------------


def looked_again(*before: tuple[str, str, Any], last: tuple[str, int], namespace: str = "") -> bool:
    """Whether a state is looked at in the last part, of mode ``debug``, after it was in those before it."""
    made, live = encoder(), [1]
    for mode, where, payload in before:
        made(mode, where, payload(live) if callable(payload) else payload)
    live.append(2)  # nobody does, while parts are emitted in one go
    kind, step = last
    key = "values" if kind == "checkpoint" else "input"
    payload = {key: {"a": live}}
    shown = made("debug", namespace, {"type": kind, "step": step, "timestamp": "", "payload": payload})
    assert [*made.faults] == []
    return len(shown["payload"][key]["a"]) == 2


VALUES = "values", "", lambda live: {"a": live}


def debug(kind: str, step: int) -> tuple[str, str, Any]:
    key = {"checkpoint": "values", "task": "input"}.get(kind, "result")
    return "debug", "", lambda live: {"type": kind, "step": step, "payload": {key: {"a": live}}}


@pytest.mark.parametrize(
    ("before", "last", "again"),
    [
        ([VALUES], ("checkpoint", 0), False),
        ([VALUES], ("checkpoint", 1), True),
        ([VALUES], ("task", 1), False),
        ([VALUES], ("task", 0), True),
        ([VALUES], ("task", 2), True),
        ([debug("checkpoint", 4)], ("task", 5), False),
        ([debug("checkpoint", 4)], ("task", 4), True),
        ([debug("checkpoint", 4)], ("checkpoint", 4), True),
        ([debug("task", 5)], ("task", 5), False),
        ([debug("task", 5)], ("task", 6), True),
        ([debug("task", 5)], ("checkpoint", 5), True),
        ([debug("task", 5), VALUES], ("checkpoint", 5), False),
        ([debug("task", 5), VALUES], ("checkpoint", 6), True),
        ([debug("task", 5), VALUES], ("task", 6), False),
        ([debug("task", 5), debug("task_result", 5)], ("task", 5), True),
        ([VALUES, ("custom", "", 1)], ("checkpoint", 0), True),
        ([VALUES, ("messages/metadata", "", {})], ("checkpoint", 0), True),
        ([VALUES, ("store", "", {"op": "get"})], ("checkpoint", 0), False),
        ([VALUES, ("calls", "", {"event": "tool_start"})], ("checkpoint", 0), False),
    ],
)
def test_in_which_order_parts_are_emitted_in_one_go(before: Any, last: tuple[str, int], again: bool) -> None:
    assert looked_again(*before, last=last) is again
    assert looked_again(*before, last=last, namespace="another:t1") is True


@pytest.mark.parametrize(
    ("mode", "key", "more"),
    [("tasks", "input", {}), ("checkpoints", "values", {}), ("control", "input", {"event": "start"})],
)
def test_a_state_in_a_part_of_its_own_is_looked_at_each_time(mode: str, key: str, more: Any) -> None:
    made, live = encoder(), [1]
    for _ in range(2):
        assert made("values", "", {"a": live})["a"] == live
        live.append(2)
        assert made(mode, "", {**more, key: {"a": live}})[key]["a"] == live
        live.append(3)


class Shown:
    """An object that counts how often it is looked at."""

    looks = 0

    def __repr__(self) -> str:
        self.looks += 1
        return f"<{self.looks}>"


@pytest.mark.parametrize(("kind", "key"), [("task", "input"), ("checkpoint", "values")])
def test_what_is_wrapped_is_looked_at_once(kind: str, key: str) -> None:
    shown = Shown()
    part = {"type": kind, "step": 1, "timestamp": "", "payload": {key: {"a": shown}}}
    assert encoder()("debug", "", part)["payload"][key]["a"]["repr"] == "<1>"
    assert shown.looks == 1


# -- messages -------------------------------------------------------------------------------------------


def test_the_metadata_of_a_call_are_one_object_for_all_its_chunks() -> None:
    made, metadata = encoder(), {"ls_model_name": "m", "token": "t"}
    first, second = (made("messages", "", (AIMessageChunk(text, id="m"), metadata)) for text in "ab")
    assert first[1] == {"ls_model_name": "m", **MASKED} and second[1] is first[1]
    another = made("messages", "", (AIMessageChunk("c", id="n"), dict(metadata)))
    assert another[1] == first[1] and another[1] is not first[1]
    metadata["ls_model_name"] = "other"  # which some do between calls
    assert made("messages", "", (AIMessageChunk("d", id="m"), metadata))[1]["ls_model_name"] == "other"


def test_a_servers_metadata_are_known_by_the_messages_id() -> None:
    made = encoder()
    chunk = {"content": "a", "type": "AIMessageChunk", "id": "m"}
    first, second, last = (
        made("messages", "", [{**chunk, **more}, {"x": [1]}])[1]
        for more in ({}, {}, {"chunk_position": "last"})
    )
    assert second is first and last is first
    assert made("messages", "", [chunk, {"x": [1]}])[1] is not first  # another call uses the id again
    assert made("messages", "", [chunk, {"x": [2]}])[1] == {"x": [2]}


def test_parts_of_older_servers_hide_an_open_secret_until_it_is_whole() -> None:
    for active in (True, False):
        made = encoder(active)
        for end in (8, len(SECRET)):
            message = {"id": "m", "type": "ai", "content": f"a {SECRET[:end]}"}
            (shown,) = made("messages/partial", "", [message])
            masked = "a " if end == 8 else "a [redacted KEY]"
            assert shown["content"] == (masked if active else message["content"])
        assert made.flush_held_parts() == [("messages/partial", "", [shown])] * active


def test_what_was_held_back_of_an_older_message_comes_with_the_runs_end_unless_it_came_whole() -> None:
    message = {"id": "m", "type": "ai", "content": f"a {SECRET[:6]}"}
    made = encoder()
    made("messages/partial", "", [message])
    assert made.flush_held_parts() == [("messages/partial", "", [message])]
    assert made.flush_held_parts() == []
    made("messages/partial", "", [message])
    assert made("messages/complete", "", [message]) == [message]
    assert made.flush_held_parts() == []


def test_an_event_keeps_all_that_it_came_with() -> None:
    given = {
        "event": "on_chain_stream",
        "run_id": 5,
        "name": "n",
        "parent_ids": ["p"],
        "metadata": {"token": "t"},
        "data": {"chunk": [["a:1"], "custom", TOKEN], "output": HumanMessage("hi", id="h"), "more": TOKEN},
    }
    shown = encoder()("events", "", given)
    assert shown["data"]["chunk"] == [["a:1"], "custom", TOKEN]
    assert shown["data"]["output"]["content"] == "hi"
    assert (shown["metadata"], shown["data"]["more"]) == (MASKED, TOKEN)
    assert (shown["event"], shown["name"], shown["parent_ids"], shown["run_id"]) == (
        *("on_chain_stream", "n", ["p"]),
        5,
    )
    made = encoder()
    two = made("events", "", {**given, "metadata": None, "data": {"chunk": ["custom", TOKEN]}})
    assert (two["data"], two["metadata"]) == ({"chunk": ["custom", TOKEN]}, {})
    assert made("events", "", {**given, "data": ["odd"]})["data"] == ["odd"]
    assert made("events", "", {**given, "data": {"chunk": f"a {SECRET} b"}})["data"] == {
        "chunk": "a [redacted KEY] b"
    }
    assert [*made.faults] == []


def test_texts_of_calls_that_stream_side_by_side_are_held_back_by_themselves() -> None:
    made = encoder()

    def shown(run_id: int, text: str, event: str = "on_llm_stream") -> str:
        data = made("events", "", {"event": event, "run_id": run_id, "data": {"chunk": text}})["data"]
        return str(data["chunk"])

    assert [shown(1, "a tell-"), shown(2, "b "), shown(1, "me "), shown(2, SECRET)] == [
        *("a ", "b ", "tell-me "),
        "[redacted KEY]",
    ]
    assert shown(1, "c tell-") == "c "
    made("events", "", {"event": "on_llm_end", "run_id": 1, "data": {}})
    assert shown(1, "again") == "again"  # what was held back of a call that is over is gone


def test_of_a_message_only_what_was_held_back_comes_with_the_runs_end() -> None:
    made, metadata = encoder(), {"ls_model_name": "m"}
    piece = {"name": "f", "args": '{"x": 1, "y": "tell-', "index": 0, "id": "c"}
    chunk = {"content": "plain", "type": "AIMessageChunk", "id": "m", "tool_call_chunks": [piece]}
    shown, _ = made("messages", "sub:t1", [chunk, metadata])
    assert shown["content"] == "plain"
    ((mode, namespace, (rest, about)),) = made.flush_held_parts()
    assert (mode, namespace, about) == ("messages", "sub:t1", metadata)
    assert (rest["id"], rest["content"]) == ("m", "")
    args = [message["tool_call_chunks"][0]["args"] for message in (shown, rest)]
    assert "".join(args) == piece["args"] and "tell" in args[1]
    assert made.flush_held_parts() == []
