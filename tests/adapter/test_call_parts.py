"""What is told of calls: by callbacks in this process, and by LangChain's events of a server."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.calls import (
    ModelCallEnded,
    ModelCallFirstToken,
    ModelCallStarted,
    ToolCallEnded,
    ToolCallStarted,
)
from tests.adapter.build import Stream, ai, call, only

META = call(ls_provider="openai", ls_model_name="gpt", ls_temperature=0, lc_agent_name="planner")
PROMPT = [{"type": "system", "content": "Be brief."}, {"type": "human", "content": "Hi"}]
USAGE = {"input_tokens": 3, "output_tokens": 1, "total_tokens": 4}
ANSWER = ai("Hello", "lc_run--c1", response_metadata={"finish_reason": "stop", "model_name": "gpt-1"})
RESULT = {"type": "tool", "content": "sunny", "id": "m2", "tool_call_id": "tc", "artifact": [1]}


@pytest.fixture
def stream() -> Stream:
    made = Stream()
    start = {"event": "start", "run_id": "r", "thread_id": None, "modes": ["updates"], "calls": "callback"}
    made("control", start)
    return made


def model_start(call_id: str = "c1", **more: Any) -> dict[str, Any]:
    return {"event": "model_start", "call_id": call_id, "metadata": META, "input": PROMPT, **more}


def failed(call_id: str, **more: Any) -> dict[str, Any]:
    error = {"error": "TimeoutError", "message": "too slow"}
    return {"event": "model_error", "call_id": call_id, "error": error, **more}


def test_a_call_of_a_model(stream: Stream) -> None:
    given = {"parameters": {"top_p": 0.5, "seed": None}, "tools": [{"name": "look"}], "tags": ["a"]}
    assert only(stream("calls", model_start(parent_call_id="c0", **given))) == ModelCallStarted(
        "c1",
        2.0,
        "callback",
        "c0",
        "lc_run--c1",
        "planner",
        "openai",
        "gpt",
        PROMPT,
        [{"name": "look"}],
        {"temperature": 0, "top_p": 0.5},
        ["a"],
        1,
        None,
    )
    assert (stream.event.node, stream.event.task_id, stream.event.step) == ("llm", "t1", 1)
    assert only(stream("calls", {"event": "model_streams", "call_id": "c1"})) == ModelCallFirstToken(
        "c1", 3.0
    )
    assert (stream.event.node, stream.event.task_id) == ("llm", "t1")
    answer = {**ANSWER, "usage_metadata": USAGE}
    assert only(stream("calls", {"event": "model_end", "call_id": "c1", "output": answer})) == ModelCallEnded(
        "c1", 4.0, "success", "lc_run--c1", answer, "gpt-1", "stop", USAGE, likely_message_id="lc_run--c1"
    )
    assert (stream.event.node, stream.event.message_id) == ("llm", "lc_run--c1")


def test_what_is_not_reported_is_not_there(stream: Stream) -> None:
    started = only(stream("calls", {"event": "model_start", "call_id": "c1", "metadata": {}}))
    assert (started.input, started.tools, started.parameters, started.agent_name) == (None, [], None, None)
    ended = only(stream("calls", {"event": "model_end", "call_id": "c1"}))
    assert (ended.status, ended.message_id, ended.usage, ended.error) == ("success", None, None, None)


@pytest.mark.parametrize(
    ("message_id", "cached"), [("lc_run--c9", True), ("lc_run--c1-0", False), ("resp_1", False)]
)
def test_the_message_of_another_call_comes_from_a_cache(
    stream: Stream, message_id: str, cached: bool
) -> None:
    stream("calls", model_start())
    ended = only(stream("calls", {"event": "model_end", "call_id": "c1", "output": ai("x", message_id)}))
    assert ended.is_cached is cached


def test_a_call_that_failed_and_what_is_known_of_its_response(stream: Stream) -> None:
    stream("calls", model_start())
    ended = only(stream("calls", failed("c1", response={"status_code": 504})))
    assert (ended.status, ended.error) == (
        "error",
        {"error": "TimeoutError", "message": "too slow", "status_code": 504},
    )
    for status in ("interrupted", "cancelled"):
        stream("calls", model_start(status))
        assert only(stream("calls", failed(status, status=status))).status == status


def tries(stream: Stream, *starts: dict[str, Any], fails: bool = True) -> list[tuple[int, str | None]]:
    """Of calls one after the other, which try each is, and of which one before."""
    found = []
    for number, start in enumerate(starts):
        fact = only(stream("calls", model_start(f"c{number}", **start)))
        found.append((fact.attempt, fact.retry_of))
        stream("calls", failed(f"c{number}") if fails else {"event": "model_end", "call_id": f"c{number}"})
    return found


def test_the_same_prompt_from_the_same_place_after_a_failure_is_a_try(stream: Stream) -> None:
    assert tries(stream, {"within": "w"}, {"within": "w"}, {"within": "w"}) == [
        (1, None),
        (2, "c0"),
        (3, "c1"),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"within": "w"}, {"within": "v"}),
        ({"within": "w"}, {"within": "w", "input": PROMPT[:1]}),
        ({}, {}),
    ],
    ids=["another place", "another prompt", "no place"],
)
def test_another_call_is_no_try(stream: Stream, first: Any, second: Any) -> None:
    assert tries(stream, first, second) == [(1, None), (1, None)]


def test_after_a_success_it_is_a_call_of_its_own(stream: Stream) -> None:
    assert tries(stream, {"within": "w"}, {"within": "w"}, fails=False) == [(1, None), (1, None)]


def test_a_tag_tells_which_try_it_is(stream: Stream) -> None:
    tags = [["seq:step:1", "retry:attempt:3"], ["retry:attempt:x"], ["attempt:2"]]
    assert tries(stream, *({"tags": each} for each in tags)) == [(3, None), (1, None), (1, None)]


def test_a_call_of_a_tool(stream: Stream) -> None:
    start = {
        "event": "tool_start",
        "call_id": "c2",
        "metadata": META,
        "name": "look",
        "args": {"city": "Ulm"},
    }
    more = {"description": "Looks.", "parent_call_id": "c0", "tool_call_id": "tc", "tags": ["b"]}
    assert only(stream("calls", {**start, **more})) == ToolCallStarted(
        "c2", 2.0, "callback", "look", "Looks.", "c0", "tc", "planner", {"city": "Ulm"}, ["b"]
    )
    ended = {"event": "tool_end", "call_id": "c2", "output": RESULT}
    assert only(stream("calls", ended)) == ToolCallEnded("c2", 3.0, "success", "tc", "m2", "sunny", [1])
    assert (stream.event.node, stream.event.message_id) == ("llm", "m2")


@pytest.mark.parametrize(
    ("output", "result"),
    [
        ("sunny", ("success", None, "sunny", None)),
        ({"update": {"n": [1], "messages": [ai("x"), RESULT]}}, ("success", "tc", "sunny", None)),
        ({"update": [RESULT]}, ("success", None, {"update": [RESULT]}, None)),
        (
            {**RESULT, "status": "error", "content": "no such city"},
            ("error", "tc", "no such city", {"error": "ToolError", "message": "no such city"}),
        ),
    ],
    ids=["a value", "a command", "a command of another kind", "a failure"],
)
def test_what_a_tool_returns(stream: Stream, output: Any, result: Any) -> None:
    ended = only(stream("calls", {"event": "tool_end", "call_id": "c2", "output": output}))
    assert (ended.status, ended.tool_call_id, ended.result, ended.error) == result


def test_a_tool_that_raised(stream: Stream) -> None:
    error = {"error": "KeyError", "message": "'city'"}
    ended = only(stream("calls", {"event": "tool_error", "call_id": "c2", "error": error}))
    assert (ended.status, ended.error) == ("error", error)


# -- by events ------------------------------------------------------------------------------------------


def item(name: str, run_id: str, *around: str, metadata: Any = META, **data: Any) -> dict[str, Any]:
    head = {"event": name, "name": "look", "run_id": run_id, "parent_ids": ["root", *around], "tags": ["a"]}
    return {**head, "metadata": metadata, "data": data}


def calls(stream: Stream, *items: dict[str, Any]) -> list[Any]:
    kinds = (ModelCallStarted, ModelCallFirstToken, ModelCallEnded, ToolCallStarted, ToolCallEnded)
    return [fact for each in items for fact in stream("events", each) if isinstance(fact, kinds)]


def test_calls_that_events_tell() -> None:
    chunk = {"type": "AIMessageChunk", "id": "lc_run--c1", "content": "Hel"}
    assert calls(
        Stream("events"),
        item("on_chat_model_start", "c1", input={"messages": [PROMPT]}),
        item("on_chat_model_stream", "c1", chunk={**chunk, "content": ""}),
        item("on_chat_model_stream", "c1", chunk=chunk),
        item("on_chat_model_stream", "c1", chunk=chunk),
        item("on_chat_model_end", "c1", output=ANSWER),
    ) == [
        ModelCallStarted(
            *("c1", 2.0, "events", None, "lc_run--c1", "planner", "openai", "gpt", PROMPT),
            parameters={"temperature": 0},
            tags=["a"],
        ),
        ModelCallFirstToken("c1", 4.0),
        ModelCallEnded(
            "c1", 6.0, "success", "lc_run--c1", ANSWER, "gpt-1", "stop", likely_message_id="lc_run--c1"
        ),
    ]


@pytest.mark.parametrize("given", [None, {}, {"messages": []}, {"messages": [PROMPT, PROMPT]}])
def test_a_prompt_that_is_not_the_only_one_is_unknown(given: Any) -> None:
    (started,) = calls(Stream("events"), item("on_chat_model_start", "c1", metadata=call(), input=given))
    assert (started.input, started.parameters, started.provider) == (None, None, None)


def test_a_call_is_inside_the_nearest_one_that_is_open() -> None:
    started = calls(
        Stream("events"),
        item("on_tool_start", "t1"),
        item("on_chat_model_start", "c1", "t1", "chain"),
        item("on_tool_start", "t2", "t1", "c1", "chain"),
        item("on_chat_model_end", "c1", "t1", output=ANSWER),
        item("on_chat_model_start", "c2", "t1", "c1"),
        item("on_tool_end", "t1", output="x"),
        item("on_tool_start", "t3", "t1"),
    )
    around = {fact.call_id: fact.parent_call_id for fact in started if hasattr(fact, "parent_call_id")}
    assert around == {"t1": None, "c1": "t1", "t2": "c1", "c2": "t1", "t3": None}


def test_a_tool_that_events_tell() -> None:
    assert calls(
        Stream("events"),
        item("on_tool_start", "t1", input={"city": "Ulm"}, tool_call_id="tc"),
        item("on_tool_end", "t1", output=RESULT),
    ) == [
        ToolCallStarted(*("t1", 2.0, "events", "look"), None, None, "tc", "planner", {"city": "Ulm"}, ["a"]),
        ToolCallEnded("t1", 3.0, "success", "tc", "m2", "sunny", [1]),
    ]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ({"error": "KeyError", "message": "x"}, "error"),
        ({"error": "GraphInterrupt", "message": ""}, "interrupted"),
        ({"error": "NodeInterrupt", "message": ""}, "interrupted"),
        ("GraphInterrupt((Interrupt(…),))", "interrupted"),
    ],
)
def test_a_tool_that_stops_to_ask_has_not_failed(error: Any, status: str) -> None:
    (ended,) = calls(Stream("events"), item("on_tool_error", "t1", error=error, tool_call_id="tc"))
    assert (ended.call_id, ended.time, ended.status, ended.tool_call_id) == ("t1", 2.0, status, "tc")
    assert ended.error == (error if status == "error" else None)


def test_a_tool_that_failed_with_nothing_to_say() -> None:
    (ended,) = calls(Stream("events"), item("on_tool_error", "t1"))
    assert (ended.status, ended.error) == ("error", {"error": "Error", "message": ""})


def test_where_callbacks_report_events_tell_no_calls(stream: Stream) -> None:
    assert calls(stream, item("on_tool_start", "t1"), item("on_tool_end", "t1", output="x")) == []


@pytest.mark.parametrize("event", ["model_start", "tool_start"])
def test_where_graphs_in_nodes_are_not_followed_their_calls_are_their_nodes(event: str) -> None:
    stream = Stream()
    stream("control", {"event": "start", "modes": ["updates"], "calls": "callback", "subgraphs": False})
    stream("checkpoints", {"metadata": {"step": 4}, "config": {"configurable": {"checkpoint_id": "c"}}})
    inner = {**META, "langgraph_checkpoint_ns": "outer:t0|llm:t1"}
    only(stream("calls", {"event": event, "call_id": "c1", "metadata": inner, "name": "look"}))
    where = stream.event
    assert (where.namespace, where.node, where.task_id, where.step) == ("", "outer", "t0", 5)
    only(stream("calls", {"event": event, "call_id": "c2", "metadata": META, "name": "look"}))
    where = stream.event
    assert (where.namespace, where.node, where.task_id, where.step) == ("", "llm", "t1", 1)
