"""model_calls, tool_calls: calls that were reported, and calls of which only the messages are known."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.calls import (
    CallSource,
    ModelCallEnded,
    ModelCallFirstToken,
    ModelCallStarted,
    ToolCallEnded,
    ToolCallStarted,
)
from lg_jupyter.events.events import CompleteMessage, RunEnded, RunStarted, TaskStarted
from tests.tables.stream import START, Stream

SYSTEM = {"type": "system", "content": "Be brief."}
HUMAN = {"type": "human", "content": "Hi"}
WHERE = {"namespace": "team:t0", "node": "llm", "step": 2, "task_id": "t1"}
USAGE = {
    "input_tokens": 5,
    "output_tokens": 2,
    "total_tokens": 7,
    "input_token_details": {"audio": 3, "cache_read": 1},
    "output_token_details": {"audio": 1},
}


def begun(calls: CallSource = "callback") -> Stream:
    stream = Stream()
    stream(RunStarted("run-1", None, call_source=calls))
    return stream


def start(call_id: str = "c1", **more: Any) -> ModelCallStarted:
    return ModelCallStarted(call_id, START + 1, more.pop("known_from", "callback"), **more)


def answer(message_id: str, *tool_calls: Any, **more: Any) -> CompleteMessage:
    calls = [{"id": call_id, "name": "look", "args": {"n": call_id}} for call_id in tool_calls]
    return CompleteMessage(message_id, "ai", "I look", tool_calls=calls, source="model", **more)


# -- calls of models ------------------------------------------------------------------------------------


def test_a_call_of_a_model_from_its_start_to_its_end() -> None:
    stream = begun()
    stream(
        start(
            parent_call_id="c0",
            agent_name="planner",
            provider="openai",
            model="gpt",
            input=[SYSTEM, HUMAN],
            tools=[{"name": "look"}],
            parameters={"temperature": 0},
            tags=["a"],
            attempt=2,
            retry_of="c9",
        ),
        **WHERE,
    )
    row = stream.the("model_calls", "c1")
    assert {name: value for name, value in row.items() if value is not None} == {
        **WHERE,
        "call_id": "c1",
        "parent_call_id": "c0",
        "agent_name": "planner",
        "provider": "openai",
        "model": "gpt",
        "status": "running",
        "start_time": START + 1,
        "streamed": False,
        "attempt": 2,
        "retry_of": "c9",
        "cached": False,
        "system": "Be brief.",
        "input_parts": {"system": 9, "tools": 18, "history": 2, "tool_results": 0, "media": 0},
        "input": [SYSTEM, HUMAN],
        "repeated_messages": 0,
        "tools": [{"name": "look"}],
        "parameters": {"temperature": 0},
        "tags": ["a"],
        "known_from": "callback",
    }
    stream(ModelCallFirstToken("c1", START + 2))
    stream(ModelCallFirstToken("c1", START + 3))
    row = stream.the("model_calls", "c1")
    assert (row["streamed"], row["first_token_time"], row["time_to_first_token"]) == (True, START + 2, 1)
    output = {"type": "ai", "content": "Hello", "id": "m1"}
    stream(ModelCallEnded("c1", START + 4, "success", "m1", output, "gpt-1", "stop", USAGE, is_cached=True))
    row = stream.the("model_calls", "c1")
    told = ("status", "end_time", "latency", "message_id", "output", "response_model", "finish_reason")
    assert [row[name] for name in told] == ["success", START + 4, 3, "m1", output, "gpt-1", "stop"]
    counts = ("input_tokens", "output_tokens", "total_tokens", "cache_read_tokens", "audio_tokens")
    assert [row[name] for name in counts] == [5, 2, 7, 1, 4]
    assert (row["usage"], row["cached"], row["error"]) == (USAGE, True, None)
    stream(ModelCallEnded("c1", START + 9, "error", error={"error": "E", "message": ""}))
    assert stream.the("model_calls", "c1") == row  # it is over


def test_what_nobody_counted_is_not_there() -> None:
    stream = begun()
    stream(start(), start("c2"))
    stream(ModelCallEnded("c1", START + 2, "success", usage={"input_tokens": 0, "output_token_details": 1}))
    stream(ModelCallEnded("c2", START + 2, "error", error={"error": "E", "message": "m"}))
    assert stream.rows("model_calls", "input_tokens", "audio_tokens", "error") == [
        (None, None, None),
        (None, None, {"error": "E", "message": "m"}),
    ]


@pytest.mark.parametrize(
    ("given", "system"),
    [
        (None, None),
        ([HUMAN], ""),
        ([], ""),
        ([SYSTEM, HUMAN, SYSTEM], "Be brief."),
        ([{**SYSTEM, "type": "developer"}, HUMAN], "Be brief."),
        ([SYSTEM, {**SYSTEM, "content": "Be kind."}, HUMAN], ["Be brief.", "Be kind."]),
        (["odd", SYSTEM], ""),
    ],
)
def test_the_system_prompt_is_what_a_prompt_begins_with(given: Any, system: Any) -> None:
    stream = begun()
    stream(start(input=given))
    assert stream.rows("model_calls", "system") == [system]


def test_how_much_of_a_prompt_its_agent_had_been_given_before() -> None:
    stream = begun()
    longer = [SYSTEM, HUMAN, {"type": "ai", "content": "Hello"}]
    stream(start("c1", input=[SYSTEM, HUMAN]), **WHERE)
    stream(start("c2", input=longer), **WHERE)
    stream(start("c3", input=[SYSTEM, {**HUMAN, "content": "Ho"}, longer[2]]), **WHERE)
    stream(start("c4", input=None), **WHERE)
    stream(start("c5", input=longer, agent_name="other"), **WHERE)
    stream(start("c6", input=longer), **{**WHERE, "node": "other"})
    stream(start("c7", input=longer), **{**WHERE, "namespace": "other:t0"})
    assert stream.rows("model_calls", "repeated_messages") == [0, 2, 1, None, 0, 0, 0]


def test_the_message_of_a_call_is_known_as_soon_as_it_comes() -> None:
    stream = begun()
    stream(start(message_id="lc_run--c1"))
    assert stream.rows("model_calls", "message_id") == [None]
    stream.chunk("lc_run--c1", "Hel")
    assert stream.rows("model_calls", "call_id", "message_id") == [("c1", "lc_run--c1")]
    assert stream.trace.model_calls.find_call_id_of_message("lc_run--c1") == "c1"
    assert stream.trace.model_calls.find_call_id_of_message("other") is None


@pytest.mark.parametrize("known_from", ["callback", "events"])
def test_a_call_that_fails_is_one_although_its_message_has_the_providers_id(known_from: CallSource) -> None:
    stream = begun(known_from)
    stream(start(known_from=known_from, message_id="lc_run--c1"))
    stream.chunk("resp_1", "")
    stream.chunk("resp_1", "Hel", alias_message_id="lc_run--c1")
    assert stream.rows("model_calls", "call_id", "message_id") == [("c1", "resp_1")]
    if known_from == "callback":
        stream(ModelCallEnded("c1", START + 2, "error"))
    stream(RunEnded("error", None, None, None), at=5)
    assert stream.rows("model_calls", "call_id", "message_id") == [("c1", "resp_1")]


@pytest.mark.parametrize(
    ("known_from", "status", "left"),
    [
        ("callback", "cancelled", "cancelled"),
        ("callback", "error", "cancelled"),
        ("callback", "interrupted", "cancelled"),
        ("callback", "success", "incomplete"),
        ("events", "error", "incomplete"),
    ],
)
def test_a_call_that_its_run_leaves_open(known_from: CallSource, status: Any, left: str) -> None:
    stream = begun(known_from)
    stream(start(known_from=known_from), at=1)
    stream(RunEnded(status, None, None, None), at=5)
    row = stream.the("model_calls", "c1")
    assert (row["status"], row["end_time"], row["latency"]) == (left, START + 5, 4)


# -- calls of models that nobody reported -----------------------------------------------------------------


def test_a_message_of_a_model_is_a_call_where_nobody_reports_them() -> None:
    stream = begun("inferred")
    stream(TaskStarted("t1", "llm", {"messages": [HUMAN], "n": 1}, [], START), **WHERE)
    stream.chunk("m1", "I ", model="gpt", provider="openai", **WHERE)
    row = stream.the("model_calls", "m1")
    assert [
        row[name] for name in ("call_id", "message_id", "known_from", "status", "streamed", "output")
    ] == [
        *("m1", "m1", "inferred", "running", True, None),
    ]
    assert (row["input"], row["node"], row["model"], row["provider"]) == ([HUMAN], "llm", "gpt", "openai")
    stream(answer("m1", "tc1"), **WHERE)
    row = stream.the("model_calls", "m1")
    assert (row["status"], row["output"]["content"]) == ("success", "I look")
    assert row["output"] == {
        "type": "ai",
        "id": "m1",
        "content": "I look",
        "tool_calls": [{"id": "tc1", "name": "look", "args": {"n": "tc1"}}],
    }
    stream(answer("m2"), **WHERE)
    assert stream.rows("model_calls", "call_id", "input") == [("m1", [HUMAN]), ("m2", None)]
    assert stream.trace.model_calls.find_call_id_of_message("m2") == "m2"


@pytest.mark.parametrize(
    ("given", "prompt"),
    [
        ({"messages": [HUMAN]}, [HUMAN]),
        ([HUMAN], [HUMAN]),
        ({"messages": [HUMAN], "more": [HUMAN]}, None),
        ({"n": [1]}, None),
        ("Hi", None),
        (None, None),
    ],
)
def test_the_one_list_of_messages_in_a_tasks_input_is_the_prompt(given: Any, prompt: Any) -> None:
    stream = begun("inferred")
    stream(TaskStarted("t1", "llm", given, [], START), **WHERE)
    stream(answer("m1"), **WHERE)
    assert stream.rows("model_calls", "input") == [prompt]


def test_what_no_model_made_is_no_call() -> None:
    stream = begun("inferred")
    stream(CompleteMessage("m1", "ai", "by a node", source="node"), **WHERE)
    assert stream.rows("model_calls") == []
    stream(RunEnded("success", None, None, None))
    assert stream.rows("model_calls") == []


def test_where_calls_are_reported_a_message_without_one_is_a_call_when_the_run_is_over() -> None:
    stream = begun()
    stream(answer("m1"), **WHERE)
    assert stream.rows("model_calls") == []
    stream(RunEnded("success", None, None, None))
    assert stream.rows("model_calls", "call_id", "known_from") == [("m1", "inferred")]


# -- calls of tools ---------------------------------------------------------------------------------------


def test_a_call_of_a_tool_from_its_start_to_its_end() -> None:
    stream = begun()
    stream(start())
    output = {"type": "ai", "content": "", "tool_calls": [{"id": "tc", "name": "look", "args": {}}, "odd"]}
    stream(ModelCallEnded("c1", START + 1, "success", "m1", output))
    stream(
        ToolCallStarted(
            *("c2", START + 2, "callback", "look", "Looks.", "c0", "tc", "planner", {"n": 1}, ["a"])
        ),
        **WHERE,
    )
    row = stream.the("tool_calls", "c2")
    assert {name: value for name, value in row.items() if value is not None} == {
        **WHERE,
        "call_id": "c2",
        "tool_call_id": "tc",
        "parent_call_id": "c0",
        "requested_by": "c1",
        "agent_name": "planner",
        "name": "look",
        "description": "Looks.",
        "status": "running",
        "start_time": START + 2,
        "args": {"n": 1},
        "attempt": 1,
        "tags": ["a"],
        "known_from": "callback",
    }
    stream(ToolCallEnded("c2", START + 5, "success", "other", "m2", "sunny", [1]))
    row = stream.the("tool_calls", "c2")
    told = ("status", "end_time", "latency", "tool_call_id", "message_id", "result", "artifact", "error")
    assert [row[name] for name in told] == ["success", START + 5, 3, "tc", "m2", "sunny", [1], None]
    stream(ToolCallEnded("c2", START + 9, "error", error={"error": "E", "message": ""}))
    assert stream.the("tool_calls", "c2") == row  # it is over


def test_a_tool_called_again_for_the_same_request_is_another_try() -> None:
    stream = begun()
    for number, request in enumerate(("tc", "tc", "other", None)):
        stream(ToolCallStarted(f"c{number}", START, "callback", "look", tool_call_id=request))
    assert stream.rows("tool_calls", "attempt", "requested_by") == [
        (1, None),
        (2, None),
        (1, None),
        (None, None),
    ]


def test_the_same_request_id_in_another_task_is_another_call() -> None:
    stream = begun()
    for graph in ("a:1", "b:2"):  # side by side, before either calls its tool
        asks = {"type": "ai", "tool_calls": [{"id": "tc", "name": "look", "args": {}}]}
        stream(start(f"model in {graph}"), namespace=graph)
        stream(ModelCallEnded(f"model in {graph}", START + 1, "success", f"m {graph}", asks), namespace=graph)
    for graph in ("a:1", "b:2"):
        tool = ToolCallStarted(f"tool in {graph}", START, "callback", "look", tool_call_id="tc")
        stream(tool, namespace=graph, task_id=f"task in {graph}")
    assert stream.rows("tool_calls", "attempt", "requested_by") == [
        (1, "model in a:1"),
        (1, "model in b:2"),
    ]


def test_a_call_of_a_tool_names_its_message_once_that_has_an_id() -> None:
    stream = begun()
    for task in ("t1", "t2"):
        stream(ToolCallStarted(f"in {task}", START, "callback", "look", tool_call_id="tc"), task_id=task)
        stream(ToolCallEnded(f"in {task}", START + 1, "success", "tc", result="sunny"), task_id=task)
    for task in ("t2", "t1"):
        result = CompleteMessage(f"m of {task}", "tool", "sunny", tool_call_id="tc", source="tool")
        stream(result, task_id=task)
    assert stream.rows("tool_calls", "call_id", "message_id") == [("in t1", "m of t1"), ("in t2", "m of t2")]


def test_who_requested_a_tool_may_be_known_by_its_result_alone() -> None:
    stream = begun()
    stream(start())
    calls = [{"id": "tc", "name": "look", "args": {}}]
    stream(ModelCallEnded("c1", START + 1, "success", "m1", {"type": "ai", "tool_calls": calls}))
    stream(ToolCallStarted("c2", START + 2, "events", "look"))
    assert stream.rows("tool_calls", "requested_by") == [None]
    stream(ToolCallEnded("c2", START + 3, "error", "tc", error={"error": "E", "message": "m"}))
    assert stream.rows("tool_calls", "requested_by", "tool_call_id", "error") == [
        ("c1", "tc", {"error": "E", "message": "m"})
    ]


@pytest.mark.parametrize(
    ("status", "left"),
    [
        ("cancelled", "cancelled"),
        ("error", "cancelled"),
        ("interrupted", "cancelled"),
        ("success", "incomplete"),
    ],
)
def test_a_tool_that_its_run_leaves_open(status: Any, left: str) -> None:
    stream = begun()
    stream(answer("m1", "tc"), **WHERE)
    stream(ToolCallStarted("c2", START + 1, "callback", "look", tool_call_id="tc"))
    stream(RunEnded(status, None, None, None), at=5)
    row = stream.the("tool_calls", "c2")
    assert (row["status"], row["end_time"], row["latency"], row["requested_by"]) == (
        *(left, START + 5, 4),
        "m1",  # of a model whose call was not reported
    )


def test_a_tools_message_is_a_call_where_nobody_reports_them() -> None:
    stream = begun("inferred")
    stream(answer("m1", "tc"), **WHERE)
    result = CompleteMessage("m2", "tool", "sunny", tool_call_id="tc", artifact=[1], source="tool")
    stream(result, at=4, **WHERE)
    row = stream.the("tool_calls", "m2")
    assert {name: value for name, value in row.items() if value is not None} == {
        **WHERE,
        "call_id": "m2",
        "tool_call_id": "tc",
        "message_id": "m2",
        "requested_by": "m1",
        "name": "look",
        "args": {"n": "tc"},
        "status": "success",
        "end_time": START + 4,
        "result": "sunny",
        "artifact": [1],
        "known_from": "inferred",
    }
    failed = CompleteMessage(
        "m3", "tool", "no", tool_call_id="tc9", name="own", status="error", source="tool"
    )
    stream(failed, **WHERE)
    assert stream.rows("tool_calls", "name", "status", "error", "requested_by")[1:] == [
        ("own", "error", {"error": "ToolError", "message": "no"}, None)
    ]
    stream(CompleteMessage("m4", "tool", "no call", source="tool"), **WHERE)
    assert len(stream.rows("tool_calls")) == 2


def test_where_calls_are_reported_a_tools_message_is_none() -> None:
    stream = begun()
    stream(CompleteMessage("m2", "tool", "sunny", tool_call_id="tc", source="tool"), **WHERE)
    stream(RunEnded("success", None, None, None))
    assert stream.rows("tool_calls") == []
