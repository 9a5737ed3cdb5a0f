"""Payloads as they arrive: one shape from both sources, histories of real graphs, secrets in pieces."""

from __future__ import annotations

import asyncio
import copy
import json
import operator
import threading
from collections.abc import Iterator
from itertools import product
from typing import Annotated, Any

import orjson
import pytest
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, HumanMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Interrupt, Send
from typing_extensions import TypedDict

from lg_jupyter.adapter.part_encoder import PartEncoder
from lg_jupyter.encode import Encoder, to_plain_json
from lg_jupyter.events.events import DEFAULT_MODES, JSON
from lg_jupyter.secrets.redact import Redactor

CANARY = "sk-canary-0123456789abcdef"

META = {
    "langgraph_step": 1,
    "langgraph_node": "llm",
    "langgraph_triggers": ("branch:to:llm",),
    "langgraph_checkpoint_ns": "llm:1",
    "ls_model_name": "m",
}


def exact(value: JSON) -> bytes:
    return orjson.dumps(to_plain_json(value), option=orjson.OPT_SORT_KEYS)


def part_encoder(**secrets: str) -> PartEncoder:
    redactor = Redactor()
    for name, value in secrets.items():
        redactor.add_secret(name, value)
    return PartEncoder(Encoder(redactor))


# ---------------------------------------------------------------------------------------------
# shapes


def test_settings_of_a_call_are_masked_by_name_in_an_older_form_too() -> None:
    told = {"m": {"metadata": {"thread_id": "t", "token": "tell nobody"}}}
    shown = part_encoder()("messages/metadata", "", told)
    assert shown == {"m": {"metadata": {"thread_id": "t", "token": "[redacted token]"}}}


def test_messages_are_one_shape_from_both_sources() -> None:
    chunk = AIMessageChunk("token", id="m")
    expected = [
        {"content": "token", "type": "AIMessageChunk", "id": "m"},
        {**META, "langgraph_triggers": ["branch:to:llm"]},
    ]
    assert part_encoder()("messages", "", (chunk, META)) == expected
    sent = json.loads(json.dumps([chunk.model_dump(), META]))
    assert part_encoder()("messages", "", sent) == expected


@pytest.mark.parametrize("sent", [False, True], ids=["local", "server"])
def test_the_metadata_of_a_call_are_one_object_also_where_calls_take_turns(sent: bool) -> None:
    encoder = part_encoder()
    calls = {"a": {**META, "ls_model_name": "one"}, "b": {**META, "ls_model_name": "two"}}

    def metadata(message_id: str) -> JSON:
        meta = calls[message_id]
        chunk = AIMessageChunk("x", id=message_id)
        payload = json.loads(json.dumps([chunk.model_dump(), meta])) if sent else (chunk, meta)
        return encoder("messages", "", payload)[1]

    first = {message_id: metadata(message_id) for message_id in calls}
    assert all(metadata(message_id) is first[message_id] for message_id in "abbaab")
    assert first["a"]["ls_model_name"] == "one" and first["b"]["ls_model_name"] == "two"


def test_metadata_that_change_are_others() -> None:
    encoder, meta = part_encoder(), dict(META)
    first = encoder("messages", "", (AIMessageChunk("word", id="m"), meta))[1]
    meta["tags"] = ["late"]
    second = encoder("messages", "", (AIMessageChunk("word", id="m"), meta))[1]
    assert "tags" not in first and second["tags"] == ["late"]


def test_interrupts_are_dicts_in_a_list() -> None:
    interrupt = Interrupt(value={"ask": (1,)}, id="i")
    for mode, payload in (
        ("updates", {"__interrupt__": (interrupt,)}),
        ("values", {"__interrupt__": (interrupt,)}),
    ):
        (encoded,) = part_encoder()(mode, "", payload)["__interrupt__"]
        assert (encoded["value"], encoded["id"]) == ({"ask": [1]}, "i")


def test_tasks() -> None:
    started = {"id": "t", "name": "n", "input": {"x": (1,)}, "triggers": ("a",), "metadata": {"api_key": "k"}}
    assert part_encoder()("tasks", "", started) == {
        "id": "t",
        "name": "n",
        "input": {"x": [1]},
        "triggers": ["a"],
        "metadata": {"api_key": "[redacted api_key]"},
    }
    ended = {"id": "t", "name": "n", "error": ValueError("no"), "result": {}, "interrupts": []}
    assert part_encoder()("tasks", "", ended)["error"] == {"error": "ValueError", "message": "no"}
    call = {"id": "t", "name": "n", "input": ((1, "a"), {"k": 2}), "triggers": ("call",)}
    assert part_encoder()("tasks", "", call)["input"] == [[1, "a"], {"k": 2}]


def test_checkpoints_mask_what_their_configuration_holds() -> None:
    checkpoint = {
        "config": {"configurable": {"thread_id": "1", "openai_api_key": "k"}},
        "parent_config": None,
        "values": {"token": "a value of the user"},
        "metadata": {"step": 1, "access_token": "k"},
        "next": ("n",),
        "tasks": ({"id": "t", "state": {"configurable": {"password": "k"}}},),
    }
    encoded = part_encoder()("checkpoints", "", checkpoint)
    assert encoded["config"]["configurable"] == {
        "thread_id": "1",
        "openai_api_key": "[redacted openai_api_key]",
    }
    assert encoded["values"] == {"token": "a value of the user"}
    assert encoded["metadata"] == {"step": 1, "access_token": "[redacted access_token]"}
    assert encoded["tasks"][0]["state"]["configurable"] == {"password": "[redacted password]"}
    debug = {"step": 1, "timestamp": "now", "type": "checkpoint", "payload": checkpoint}
    assert part_encoder()("debug", "", debug) == {**debug, "payload": encoded}


def test_states_of_one_namespace_share() -> None:
    encoder, messages = part_encoder(), [HumanMessage(f"m{n}", id=str(n)) for n in range(20)]
    values = encoder("values", "", {"messages": messages})
    checkpoint = encoder("checkpoints", "", {"values": {"messages": messages, "private": 1}})
    task = encoder("tasks", "", {"id": "t", "name": "n", "input": {"messages": messages}, "triggers": ()})
    assert checkpoint["values"]["messages"] is values["messages"]
    assert task["input"]["messages"] is values["messages"]


def event(name: str, **data: Any) -> dict[str, Any]:
    return {
        "event": name,
        "name": "g",
        "run_id": "r",
        "parent_ids": [],
        "tags": [],
        "metadata": META,
        "data": data,
    }


def test_inputs_of_events_of_one_kind_share() -> None:
    encoder, messages = part_encoder(), [HumanMessage(f"m{n}", id=str(n)) for n in range(20)]

    def given(name: str, messages: list[HumanMessage]) -> JSON:
        return encoder("events", "", event(name, input={"messages": messages}))["data"]["input"]["messages"]

    first, _, again = (
        given("on_chain_start", messages),
        given("on_tool_start", messages[:3]),
        given("on_chain_start", messages),
    )
    assert again is first


@pytest.mark.parametrize("other", [{"langgraph_checkpoint_ns": "other:2"}, {"lc_agent_name": "other"}])
def test_prompts_of_one_node_and_agent_share(other: dict[str, str]) -> None:
    encoder, messages = part_encoder(), [HumanMessage(f"m{n}", id=str(n)) for n in range(20)]

    def given(messages: list[HumanMessage], metadata: dict[str, Any]) -> JSON:
        start = {"event": "model_start", "call_id": "c", "metadata": metadata, "input": messages}
        return encoder("calls", "", start)["input"]

    first, _, again = given(messages, META), given(messages[:3], {**META, **other}), given(messages, META)
    assert again is first


MESSAGE = {"content": "word", "type": "AIMessageChunk", "id": "m"}


@pytest.mark.parametrize(
    ("chunk", "encoded"),
    [
        (((), "values", {"a": (1,)}), [[], "values", {"a": [1]}]),
        ((("sub:1",), "updates", {"n": None}), [["sub:1"], "updates", {"n": None}]),
        (("custom", {"a"}), ["custom", ["a"]]),
        (["messages", [AIMessageChunk("word", id="m"), {}]], ["messages", [MESSAGE, {}]]),
        (
            [["sub:1"], "messages", [AIMessageChunk("word", id="m"), {}]],
            [["sub:1"], "messages", [MESSAGE, {}]],
        ),
        ({"n": {"a": 1}}, {"n": {"a": 1}}),
        (AIMessageChunk("word", id="m"), MESSAGE),
        ("text", "text"),
        ([1, 2, 3], [1, 2, 3]),
        (("a", {"b": (1,)}), ["a", {"b": [1]}]),
        (("a", "values", {"b": 1}), ["a", "values", {"b": 1}]),
    ],
    ids=[
        "values",
        "subgraph",
        "no subgraphs",
        "a list, no subgraphs",
        "a list",
        "update",
        "message",
        "text",
        "list",
        "no mode",
        "no path",
    ],
)
def test_events_carry_the_parts_of_other_modes(chunk: Any, encoded: JSON) -> None:
    part = part_encoder()("events", "", event("on_chain_stream", chunk=chunk))
    assert part["data"]["chunk"] == encoded
    assert part["metadata"]["langgraph_triggers"] == ["branch:to:llm"]


def test_states_of_a_subgraph_within_events_share_with_the_subgraphs_alone() -> None:
    encoder = part_encoder()
    messages = [{"content": f"word {n}"} for n in range(30)]

    def given(path: tuple[str, ...]) -> Any:
        chunk = (path, "values", {"messages": messages})
        return encoder("events", "", event("on_chain_stream", chunk=chunk))["data"]["chunk"][2]["messages"]

    first, again = given(("sub:1",)), given(("sub:1",))
    assert again is first
    assert encoder("values", "sub:1", {"messages": messages})["messages"] is first


@pytest.mark.parametrize(
    "mode", ["values", "messages", "tasks", "checkpoints", "debug", "events", "messages/partial"]
)
@pytest.mark.parametrize("payload", [None, 1, "x", (), (1, 2), {"a": {1}}, [{"b": 2}], object()])
def test_a_payload_of_another_shape_is_kept(mode: str, payload: Any) -> None:
    encoder = part_encoder(KEY=CANARY)
    for _ in range(2):
        assert exact(encoder(mode, "", payload)) == exact(Encoder().encode(payload))


# ---------------------------------------------------------------------------------------------
# the history of real runs


class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    notes: Annotated[list[Any], operator.add]
    box: dict[str, Any]
    hidden: int


class Shown(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    notes: Annotated[list[Any], operator.add]
    box: dict[str, Any]


TURN = threading.Lock()
"""Held while a part is encoded and copied: no thread shall change it between the two."""


def vandalise(state: State) -> None:
    """Change in place what was given."""
    with TURN:
        change(state)


def change(state: State) -> None:
    box = state.get("box") or {}
    box["count"] = box.get("count", 0) + 1
    box.setdefault("deep", [{}])[0]["list"] = [box["count"]] * 20
    for message in state["messages"][-3:]:
        message.content = f"{message.content}!"
        message.additional_kwargs["seen"] = message.additional_kwargs.get("seen", 0) + 1
    if state["notes"]:
        state["notes"][0]["changed"] = box["count"]


def wrecking_graph(kind: str, checkpointer: Any) -> Any:
    """A graph whose nodes change in place whatever they are given, and now and then write nothing shown."""

    def work(state: State) -> dict[str, Any]:
        vandalise(state)
        n = state["hidden"] + 1
        if n % 3 == 0:
            return {"hidden": n}
        return {
            "hidden": n,
            "box": state["box"],
            "messages": [AIMessage(f"a{n}", id=f"a{n}")],
            "notes": [{"n": n}],
        }

    async def work_async(state: State) -> dict[str, Any]:
        return work(state)

    async def work_slowly(state: State) -> dict[str, Any]:
        await asyncio.sleep(0)
        return work(state)

    node = {"sync": work, "async": work_async, "slow": work_slowly}[kind]
    inner = StateGraph(State, output_schema=Shown).add_node("inner", node).add_edge(START, "inner").compile()
    graph = StateGraph(State, output_schema=Shown)
    last = node if kind == "sync" else inner  # in threads a subgraph goes on while its parts wait
    graph.add_node("work", node).add_node("quiet", node).add_node("sub", last)
    graph.add_node("side", lambda state: vandalise(state)).add_edge(START, "work").add_edge(START, "side")
    graph.add_edge("work", "quiet").add_edge("quiet", "sub")
    graph.add_conditional_edges("sub", lambda state: END if state["hidden"] > 12 else "work")
    return graph.compile(checkpointer=checkpointer)


def start() -> dict[str, Any]:
    messages = [HumanMessage(f"h{n}", id=f"h{n}") for n in range(30)]
    return {"messages": messages, "notes": [{"first": 1}], "box": {}, "hidden": 0}


MODES = {
    "default": list(DEFAULT_MODES),
    "values": ["values"],
    "tasks": ["values", "tasks", "checkpoints"],
    "debug": ["debug"],
}


async def streamed(graph: Any, modes: list[str], threaded: bool) -> list[tuple[JSON, bytes]]:
    """Each part as it was encoded, and what a copy of it gave when it arrived."""
    encoder, history = part_encoder(), []
    config = {"configurable": {"thread_id": "t"}, "recursion_limit": 100}

    def take(namespace: tuple[str, ...], mode: str, payload: Any) -> None:
        where = "|".join(namespace)
        with TURN:
            encoded = encoder(mode, where, payload)
            history.append((encoded, exact(part_encoder()(mode, where, copy.deepcopy(payload)))))

    if threaded:

        def run() -> None:
            for item in graph.stream(start(), config, stream_mode=modes, subgraphs=True):
                take(*item)

        await asyncio.to_thread(run)
    else:
        async for item in graph.astream(start(), config, stream_mode=modes, subgraphs=True):
            take(*item)
    return history


@pytest.mark.parametrize("checkpointer", [False, True], ids=["", "checkpointer"])
@pytest.mark.parametrize("modes", MODES)
@pytest.mark.parametrize("kind", ["sync", "async", "slow", "threaded"])
async def test_nodes_that_change_their_state_change_no_history(
    kind: str, modes: str, checkpointer: bool
) -> None:
    threaded = kind == "threaded"
    graph = wrecking_graph("sync" if threaded else kind, InMemorySaver() if checkpointer else None)
    history = await streamed(graph, MODES[modes], threaded)
    assert len(history) > 10
    for encoded, then in history:
        assert exact(encoded) == then


async def test_a_state_is_looked_at_once_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[bool] = []
    encode_state = Encoder.encode_state

    def counted(self: Encoder, slot: str, values: Any, *, trust_identity: bool = False) -> JSON:
        looks.append(not trust_identity)
        return encode_state(self, slot, values, trust_identity=trust_identity)

    monkeypatch.setattr(Encoder, "encode_state", counted)
    graph = (
        StateGraph(State)
        .add_node("work", lambda state: {"hidden": state["hidden"] + 1})
        .add_edge(START, "work")
    )
    graph.add_conditional_edges("work", lambda state: END if state["hidden"] > 9 else "work")
    compiled = graph.compile(checkpointer=InMemorySaver())
    config = {"configurable": {"thread_id": "t"}}
    encoder = part_encoder()
    async for namespace, mode, payload in compiled.astream(
        start(), config, stream_mode=list(DEFAULT_MODES), subgraphs=True
    ):
        encoder(mode, "|".join(namespace), payload)
    assert looks.count(True) == 13  # the input, its checkpoints, and ten steps
    assert looks.count(False) == 20  # the checkpoint and the task of each step


def debug(kind: str, step: int, state: dict[str, Any]) -> dict[str, Any]:
    payload = {"values": state} if kind == "checkpoint" else {"id": "t", "name": "n", "input": state}
    return {"type": kind, "step": step, "timestamp": "", "payload": payload}


@pytest.mark.parametrize(
    "between",
    [
        [("updates", "", {"n": None})],
        [("custom", "sub:1", 1)],
        [("debug", "", {"type": "task_result", "step": 1, "timestamp": "", "payload": {"id": "t"}})],
        [("values", "sub:1", {})],
    ],
    ids=["update", "custom", "result", "another namespace"],
)
@pytest.mark.parametrize(("kind", "step"), [("checkpoint", 0), ("task", 1)])
def test_a_state_is_looked_at_again_when_a_node_may_have_run(
    kind: str, step: int, between: list[Any]
) -> None:
    encoder, state = part_encoder(), {"box": {"n": 1}}
    encoder("values", "", state)
    for part in between:
        encoder(*part)
    state["box"]["n"] = 2
    encoded = encoder("debug", "", debug(kind, step, state))
    assert b'"n":2' in exact(encoded)


@pytest.mark.parametrize(
    ("kind", "step"), [("checkpoint", 1), ("checkpoint", 2), ("task", 0), ("task", 2), ("task", 3)]
)
def test_a_state_of_another_step_is_looked_at_again(kind: str, step: int) -> None:
    """Tasks can be hidden from the stream: then a step passes and nothing tells of it."""
    encoder, state = part_encoder(), {"box": {"n": 1}}
    encoder("values", "", state)
    state["box"]["n"] = 2
    assert b'"n":2' in exact(encoder("debug", "", debug(kind, step, state)))


# ---------------------------------------------------------------------------------------------
# secrets in pieces


def said(encoder: PartEncoder, chunks: list[Any], meta: dict[str, Any] = META) -> list[dict[str, JSON]]:
    return [encoder("messages", "", (chunk, meta))[0] for chunk in chunks]


def texts(encoded: list[dict[str, JSON]]) -> str:
    """All text of some chunks, each kind by itself."""
    return " | ".join(
        "".join(strings(chunk, key) for chunk in encoded) for key in ("content", "args", "reasoning")
    )


def strings(value: Any, key: str) -> str:
    if isinstance(value, dict):
        inner = (
            item if isinstance(item, (dict, list)) or name == key else None for name, item in value.items()
        )
        return "".join(strings(item, key) for item in inner)
    if isinstance(value, list):
        return "".join(strings(item, "text" if key == "content" else key) for item in value)
    return value if isinstance(value, str) else ""


def content(text: str, **more: Any) -> AIMessageChunk:
    return AIMessageChunk(text, **{"id": "m", **more})


def block(text: str, **more: Any) -> AIMessageChunk:
    return content([{"type": "text", "text": text, "index": 0}], **more)  # type: ignore[arg-type]


def tool(text: str, **more: Any) -> AIMessageChunk:
    return content("", tool_call_chunks=[{"name": None, "args": text, "id": None, "index": 0}], **more)


def reasoning(text: str, **more: Any) -> AIMessageChunk:
    return content("", additional_kwargs={"reasoning": text}, **more)


KINDS = [content, block, tool, reasoning]


@pytest.mark.parametrize(("kind", "sent"), [*product(KINDS, [False, True])])
@pytest.mark.parametrize("cut", [1, 3, 13, len(CANARY) - 1])
def test_a_secret_that_chunks_split(kind: Any, sent: bool, cut: int) -> None:
    encoder = part_encoder(KEY=CANARY)
    pieces = ["my key is ", CANARY[:cut], CANARY[cut:-1], CANARY[-1:] + " ok", " says s"]
    chunks = [kind(piece) for piece in pieces] + [content("", chunk_position="last")]
    encoded = said(encoder, [chunk.model_dump() if sent else chunk for chunk in chunks])
    assert CANARY not in texts(encoded)
    assert texts(encoded).replace(" | ", "") == "my key is [redacted KEY] ok says s"
    assert not any("sk-c" in json.dumps(chunk) for chunk in encoded)
    assert encoder.flush_held_parts() == []


def test_a_held_end_comes_in_its_own_place() -> None:
    encoder = part_encoder(KEY=CANARY)
    last = said(encoder, [block("words"), content([], chunk_position="last")])[-1]
    assert last["content"] == [{"type": "text", "text": "s", "index": 0}]
    last = said(encoder, [tool('{"a": "s', id="n"), content("", id="n", chunk_position="last")])[-1]
    assert last["tool_call_chunks"] == [{"args": "s", "index": 0, "type": "tool_call_chunk"}]


SERVER_TOOLS: list[list[dict[str, Any]]] = [
    [{"type": "server_tool_use", "id": "srv_s", "name": "web_search", "input": {}, "index": 0}],
    [{"type": "input_json_delta", "partial_json": '{"query": "lisbon', "index": 0}],
    [{"type": "input_json_delta", "partial_json": ' hills"}', "index": 0}],
    [
        {
            "type": "web_search_tool_result",
            "tool_use_id": "srv_s",
            "status": "success",
            "content": [{"type": "web_search_result", "title": "Hills", "url": "https://a.example/hills"}],
            "index": 1,
        }
    ],
    [{"type": "image_generation_call", "id": "ig", "status": "completed", "result": "aGk", "index": 2}],
    [{"type": "web_search_call", "status": "completed", "action": {"query": "hills"}, "index": 3}],
    [{"type": "text", "text": "Seven hills", "index": 4}],
    [{"type": "text", "index": 4, "citations": [{"url": "https://a.example/s", "title": "Hills"}]}],
    [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "As", "index": 0}], "index": 5}],
]


@pytest.mark.parametrize("letter", 'abcdefghijklmnopqrstuvwxyz0123456789"}{/')
def test_no_block_is_torn_whatever_a_secret_begins_with(letter: str) -> None:
    chunks = [content(blocks) for blocks in SERVER_TOOLS] + [content([], chunk_position="last")]  # type: ignore[arg-type]
    encoded = said(part_encoder(KEY=f"{letter}{letter}-canary-0123456789"), chunks)
    rebuilt = AIMessageChunk([])
    for chunk in encoded:
        rebuilt += AIMessageChunk(chunk["content"])
    expected = AIMessageChunk([])
    for chunk in chunks:
        expected += chunk
    assert rebuilt.content == expected.content


def test_what_is_held_back_beside_the_content_comes_after_it() -> None:
    encoder = part_encoder(KEY=CANARY)
    first = content("", additional_kwargs={"reasoning_content": "yes", "audio": {"transcript": "words"}})
    last = content("", additional_kwargs={"reasoning_content": " is"}, chunk_position="last")
    merged = AIMessageChunk("")
    for chunk in said(encoder, [first, last]):
        merged += AIMessageChunk("", additional_kwargs=chunk.get("additional_kwargs", {}))
    assert merged.additional_kwargs == {"reasoning_content": "yes is", "audio": {"transcript": "words"}}


@pytest.mark.parametrize("secrets", [{}, {"KEY": CANARY}])
@pytest.mark.parametrize("kind", [content, block, tool, reasoning])
def test_a_character_that_chunks_split_arrives_whole(kind: Any, secrets: dict[str, str]) -> None:
    chunks = [kind("so \ud83d"), kind("\ude00 s"), kind("o"), content("", chunk_position="last")]
    assert texts(said(part_encoder(**secrets), chunks)).replace(" | ", "") == "so \U0001f600 so"


def test_texts_of_parallel_calls_are_apart() -> None:
    encoder = part_encoder(KEY=CANARY)
    half = len(CANARY) // 2
    other = {**META, "langgraph_checkpoint_ns": "llm:2"}
    shown = [
        *said(encoder, [content(CANARY[:half])]),
        *said(encoder, [content(CANARY[half:], id="other")]),
        *said(encoder, [content(CANARY[half:])], other),
        *said(encoder, [content(CANARY[half:] + ".")]),
    ]
    assert [chunk["content"] for chunk in shown] == ["", CANARY[half:], CANARY[half:], "[redacted KEY]."]


def test_the_last_chunk_under_another_id_ends_the_message_it_means() -> None:
    encoder = part_encoder(KEY=CANARY)
    encoded = said(encoder, [content("words"), content("", id="lc_run--1", chunk_position="last")])
    assert [(chunk["id"], chunk["content"]) for chunk in encoded] == [("m", "word"), ("m", "s")]
    assert encoder.flush_held_parts() == []


def test_a_last_chunk_that_may_mean_another_message_releases_nothing() -> None:
    encoder = part_encoder(KEY=CANARY)
    encoded = said(
        encoder,
        [
            content(CANARY[:8]),
            content("done", id="other"),
            content("", id="lc_run--1", chunk_position="last"),
            content(CANARY[8:] + "."),
        ],
    )
    assert [chunk["content"] for chunk in encoded] == ["", "done", "", "[redacted KEY]."]


def test_what_is_held_at_the_end_of_a_run_can_be_had() -> None:
    encoder = part_encoder(KEY=CANARY)
    said(encoder, [content("words"), block("its", id="n")])
    metadata = {**META, "langgraph_triggers": ["branch:to:llm"]}
    assert encoder.flush_held_parts() == [
        ("messages", "", [{"content": "s", "type": "AIMessageChunk", "id": "m"}, metadata]),
        (
            "messages",
            "",
            [
                {"content": [{"type": "text", "text": "s", "index": 0}], "type": "AIMessageChunk", "id": "n"},
                metadata,
            ],
        ),
    ]
    assert encoder.flush_held_parts() == []


@pytest.mark.parametrize(
    ("mode", "payload"),
    [
        ("messages", (AIMessage("words", id="m"), META)),
        ("updates", {"llm": {"messages": [AIMessage("words", id="m")]}}),
        ("values", {"messages": [AIMessage("words", id="m").model_dump()]}),
    ],
    ids=["messages", "updates", "values"],
)
def test_of_a_message_that_came_whole_nothing_is_left(mode: str, payload: Any) -> None:
    encoder = part_encoder(KEY=CANARY)
    said(encoder, [content("words")])
    encoder(mode, "", payload)
    assert encoder.flush_held_parts() == []


def test_whole_messages_so_far_do_not_show_the_beginning_of_a_secret() -> None:
    encoder = part_encoder(KEY=CANARY)
    parts = [
        encoder("messages/partial", "", [{"content": text, "type": "ai", "id": "m"}])[0]["content"]
        for text in ("key ", "key sk-can", f"key {CANARY}", f"key {CANARY} ends")
    ]
    assert parts == ["key ", "key ", "key [redacted KEY]", "key [redacted KEY] end"]
    (rest,) = encoder.flush_held_parts()
    assert rest == ("messages/partial", "", [{"content": "key [redacted KEY] ends", "type": "ai", "id": "m"}])


def test_events_of_models_hold_back_too() -> None:
    encoder = part_encoder(KEY=CANARY)
    shown = [
        encoder("events", "", event(name, chunk=chunk))["data"]["chunk"]
        for name, chunk in (
            ("on_chat_model_stream", content("key sk-can")),
            ("on_chat_model_stream", content(CANARY[6:] + " ok")),
            ("on_parser_stream", "sk-can"),
            ("on_parser_stream", CANARY[6:] + " ok"),
        )
    ]
    assert [chunk if isinstance(chunk, str) else chunk["content"] for chunk in shown] == [
        "key ",
        "[redacted KEY] ok",
        "",
        "[redacted KEY] ok",
    ]
    encoder("events", "", event("on_chat_model_stream", chunk=content("s")))
    encoder("events", "", event("on_chat_model_end", output=AIMessage("s", id="m")))
    assert encoder.flush_held_parts() == []


class Leaking(BaseChatModel):
    """Says its key, letter by letter, as text and as the arguments of a tool call."""

    own_id: str | None = None

    @property
    def _llm_type(self) -> str:
        return "leaking"

    def _generate(self, *args: Any, **kwargs: Any) -> ChatResult:
        raise NotImplementedError

    def _stream(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[Any]:
        for letter in f"The key is {CANARY}, and that is all there is":
            yield ChatGenerationChunk(message=AIMessageChunk(letter, id=self.own_id))
        for letter in json.dumps({"key": CANARY}):
            args = {"name": None, "args": letter, "id": "c", "index": 0}
            yield ChatGenerationChunk(message=AIMessageChunk("", id=self.own_id, tool_call_chunks=[args]))


@pytest.mark.parametrize("own_id", [None, "own"])
@pytest.mark.parametrize("modes", [["messages"], list(DEFAULT_MODES)], ids=["messages", "default"])
def test_a_model_that_tells_its_key(modes: list[str], own_id: str | None) -> None:
    def speak(state: State) -> dict[str, Any]:
        Leaking(own_id=own_id).invoke("go")
        return {"messages": [AIMessage(f"I said {CANARY}")], "box": {CANARY: ValueError(CANARY)}}

    graph = StateGraph(State).add_node("speak", speak)
    graph.add_node("send", lambda state: {"notes": [CANARY]}).add_edge(START, "speak")
    graph.add_conditional_edges("speak", lambda state: [Send("send", {"key": CANARY})])
    encoder = part_encoder(KEY=CANARY)
    items = graph.compile().stream(start(), stream_mode=modes, subgraphs=True)
    encoded = [(mode, encoder(mode, "|".join(namespace), payload)) for namespace, mode, payload in items]
    encoded += [(mode, data) for mode, _, data in encoder.flush_held_parts()]
    assert CANARY.encode() not in exact([data for _, data in encoded])
    chunks = [data[0] for mode, data in encoded if mode == "messages" and data[0]["type"] == "AIMessageChunk"]
    spoken = texts(chunks).split(" | ")
    assert spoken[0] == "The key is [redacted KEY], and that is all there is"
    assert json.loads(spoken[1]) == {"key": "[redacted KEY]"}


def test_without_secrets_nothing_is_held() -> None:
    encoder = part_encoder()
    assert [chunk["content"] for chunk in said(encoder, [content("wo"), content("rds")])] == ["wo", "rds"]
    assert encoder.flush_held_parts() == []
