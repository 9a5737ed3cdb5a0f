import asyncio
import contextvars
import threading
from typing import Any

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command
from typing_extensions import TypedDict

from lg_jupyter import InputError, ModeError, UsageError
from lg_jupyter.events.events import DEFAULT_MODES, MODES, Part
from lg_jupyter.sources.base import UNSET, Request
from lg_jupyter.sources.local.source import LocalSource
from tests.graphs import INPUTS, build


def keep(mode: str, namespace: str, payload: Any) -> Any:
    """Encodes nothing."""
    return payload


async def collect(source: LocalSource, input: Any, parts: list[Part]) -> None:
    """Take the parts of a run that fails."""
    async for part in source.stream_parts(Request(input=input), keep):
        parts.append(part)


async def parts_of(graph: Any, input: Any = None, encode=keep, **request) -> tuple[LocalSource, list[Part]]:
    source = LocalSource(graph)
    asked = Request(input=input, **request)
    source.validate_request(asked)
    return source, [part async for part in source.stream_parts(asked, encode)]


def modes_of(parts: list[Part]) -> set[str]:
    return {part.mode for part in parts} - {"control"}


class SyncOnly(BaseCheckpointSaver):
    """A checkpointer that leaves the asynchronous methods as they are."""

    def __init__(self):
        super().__init__()
        self.memory = InMemorySaver()
        self.threads: set[str] = set()

    def get_tuple(self, config):
        self.threads.add(threading.current_thread().name)
        return self.memory.get_tuple(config)

    def list(self, config, **options):
        return self.memory.list(config, **options)

    def put(self, *args):
        return self.memory.put(*args)

    def put_writes(self, *args):
        return self.memory.put_writes(*args)

    def get_next_version(self, *args):
        return self.memory.get_next_version(*args)


class Refusing(SyncOnly):
    """One that overrides them only to refuse, as LangGraph's SqliteSaver does."""

    async def aget_tuple(self, config):
        raise NotImplementedError("use the asynchronous saver")


# Parts.


async def test_a_run_begins_and_ends_with_what_the_source_says():
    source, parts = await parts_of(build("steps", InMemorySaver()), INPUTS["steps"], modes=("values",))
    first, *between, last = parts
    assert first.mode == last.mode == "control"
    assert first.data == {
        "event": "start",
        "run_id": None,
        "thread_id": source.thread_id,
        "source": "local",
        "target": "graph",
        "modes": ["values"],
        "input": INPUTS["steps"],
        "message_channels": [],
        "calls": "inferred",
    }
    assert last.data == {"event": "end", "status": "success", "error": None}
    assert [part.data["log"] for part in between] == [[], ["first"], ["first", "second"]]


@pytest.mark.parametrize("subgraphs", [True, False])
@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "events"])
async def test_only_what_was_asked_for_comes(mode, subgraphs):
    graph = build("nested", InMemorySaver())
    source, parts = await parts_of(graph, INPUTS["nested"], modes=(mode,), subgraphs=subgraphs)
    assert modes_of(parts) == {mode} or (mode, subgraphs) == ("custom", False)
    assert subgraphs or {part.namespace for part in parts} == {""}
    assert source.output["topic"] == "ICE (checked)"


async def test_namespaces_are_joined():
    _, parts = await parts_of(build("nested"), INPUTS["nested"], modes=("custom",))
    names = [tuple(segment.split(":")[0] for segment in part.namespace.split("|")) for part in parts[1:-1]]
    assert names == [("",), ("team", "writer")]


async def test_debug_stands_for_tasks_and_checkpoints():
    _, parts = await parts_of(
        build("steps", InMemorySaver()), INPUTS["steps"], modes=("tasks", "debug", "checkpoints")
    )
    assert modes_of(parts) == {"debug"}
    assert parts[0].data["modes"] == ["tasks", "debug", "checkpoints"]


async def test_events_are_one_execution_with_the_other_modes_inside():
    ran = []

    def once(state):
        ran.append(1)
        return {"topic": "ran"}

    class State(TypedDict):
        topic: str

    graph = StateGraph(State).add_node("once", once).add_edge(START, "once").compile()
    source, parts = await parts_of(graph, {"topic": ""}, modes=("events", "updates"))
    assert ran == [1]
    assert modes_of(parts) == {"events"}
    root = [
        part.data["data"]["chunk"]
        for part in parts
        if not part.data.get("parent_ids", True) and part.data["event"] == "on_chain_stream"
    ]
    assert [chunk[1] for chunk in root] == ["updates"]  # the values that nobody asked for stay out
    assert source.output == {"topic": "ran"}


async def test_payloads_are_encoded_when_they_arrive_not_when_they_are_looked_at():
    class State(TypedDict):
        d: dict

    graph = StateGraph(State)
    for number in range(3):

        def change(state, number=number):
            state["d"]["n"] = number
            return {"d": state["d"]}

        graph.add_node(f"n{number}", change).add_edge(f"n{number - 1}" if number else START, f"n{number}")

    def copy(mode: str, namespace: str, payload: Any) -> Any:
        return dict(payload["d"]) if mode == "values" else payload

    for checkpointer in (None, SyncOnly()):
        _, parts = await parts_of(graph.compile(checkpointer), {"d": {"n": -1}}, copy, modes=("values",))
        assert [part.data["n"] for part in parts[1:-1]] == [-1, 0, 1, 2]


@pytest.mark.parametrize("shape", ["something else", ("only", "three", "strings"), 5, {"type": "values"}])
async def test_an_item_of_no_known_shape_is_kept(shape):
    class Odd:
        async def astream(self, input, config=None, *, stream_mode=None, subgraphs=False):
            yield shape

    _, parts = await parts_of(Odd(), {}, modes=("values",))
    assert [part.data for part in parts if part.mode == "unknown"] == [shape]


async def test_a_graph_may_have_only_one_of_the_two_streams():
    class Only:
        def stream(self, input, config=None, *, stream_mode=None, subgraphs=False):
            yield (), "values", {"in": threading.current_thread().name}

    source, _ = await parts_of(Only(), {}, modes=("values",))
    assert source.output == {"in": "lg_jupyter stream"}


# Threads: LangGraph's, of checkpoints.


async def test_a_graph_with_a_checkpointer_gets_a_thread_and_one_without_does_not():
    with_one, _ = await parts_of(build("steps", InMemorySaver()), INPUTS["steps"])
    as_good_as = await parts_of(build("steps", InMemorySaver()), INPUTS["steps"], thread_id=None)
    without, _ = await parts_of(build("steps"), INPUTS["steps"])
    assert with_one.thread_id and as_good_as[0].thread_id
    assert without.thread_id is None


@pytest.mark.parametrize(
    "request_of",
    [
        lambda: {"thread_id": "mine"},
        lambda: {"config": {"configurable": {"thread_id": "mine"}}},
        lambda: {
            "thread_id": "mine",
            "config": {"configurable": {"thread_id": "mine", "x": 1}, "tags": ["t"]},
        },
    ],
)
async def test_a_thread_is_named_in_one_way_or_the_other(request_of):
    graph = build("steps", InMemorySaver())
    source, _ = await parts_of(graph, INPUTS["steps"], **request_of())
    assert source.thread_id == "mine"
    assert graph.get_state({"configurable": {"thread_id": "mine"}}).values["log"] == ["first", "second"]


async def test_a_thread_that_is_bound_to_the_graph_is_used():
    graph = build("steps", InMemorySaver()).with_config({"configurable": {"thread_id": "bound"}})
    source, _ = await parts_of(graph, INPUTS["steps"])
    assert source.thread_id == "bound"


async def test_two_threads_are_one_too_many():
    config = {"configurable": {"thread_id": "a"}}
    with pytest.raises(UsageError, match=r"thread_id='b' and .*='a'; leave one of them out"):
        await parts_of(build("steps"), INPUTS["steps"], thread_id="b", config=config)
    assert config == {"configurable": {"thread_id": "a"}}


async def test_the_users_config_arrives_and_stays_as_it_was():
    seen = {}

    def look(state, config):
        seen.update(config["configurable"], tags=config["tags"])

    class State(TypedDict):
        topic: str

    graph = StateGraph(State).add_node("look", look).add_edge(START, "look").compile(InMemorySaver())
    config = {"configurable": {"color": "red"}, "tags": ["mine"]}
    await parts_of(graph, {"topic": ""}, config=config)
    assert seen["color"] == "red"
    assert "mine" in seen["tags"]
    assert config == {"configurable": {"color": "red"}, "tags": ["mine"]}


async def test_a_context_arrives_where_one_is_taken():
    source, _ = await parts_of(build("context"), INPUTS["context"], context={"tenant": "acme"})
    assert source.output["log"] == ["tenant acme"]

    class NoContext:
        def stream(self, input, config=None, *, stream_mode=None, subgraphs=False):
            yield from ()

    with pytest.raises(UsageError, match="graph takes no context"):
        await parts_of(NoContext(), {}, context={"tenant": "acme"})


# How it ends.


@pytest.mark.parametrize("checkpointer", [None, InMemorySaver(), SyncOnly(), Refusing()])
@pytest.mark.parametrize(
    ("graph", "status"), [("steps", "success"), ("ask", "interrupted"), ("gate", "interrupted")]
)
@pytest.mark.parametrize("modes", [DEFAULT_MODES, ("custom",)], ids=["default", "custom"])
async def test_the_end_says_how_it_ended(graph, status, checkpointer, modes):
    if (graph, checkpointer, modes) == ("gate", None, ("custom",)):
        status = "success"  # a breakpoint shows in updates or in a checkpoint, and there are neither
    source, parts = await parts_of(build(graph, checkpointer), INPUTS[graph], modes=modes)
    assert parts[-1].data["status"] == status
    assert "__interrupt__" not in source.output


async def test_an_old_checkpoint_is_not_taken_for_the_end():
    graph = build("steps", InMemorySaver())
    source, _ = await parts_of(graph, INPUTS["steps"])
    history = list(graph.get_state_history({"configurable": {"thread_id": source.thread_id}}))
    _, parts = await parts_of(graph, None, config=history[1].config)
    assert parts[-1].data["status"] == "success"


async def test_a_failure_ends_the_parts_and_is_then_raised_as_it_is():
    source = LocalSource(build("broken"))
    parts: list[Part] = []
    with pytest.raises(ValueError, match="no milk today") as raised:
        await collect(source, INPUTS["broken"], parts)
    assert parts[-1].data == {"event": "end", "status": "error", "error": raised.value}
    assert raised.traceback[-1].name == "fall"
    assert source.output["log"] == ["before"]


async def test_an_interrupt_can_be_answered_on_the_same_thread():
    graph = build("ask", InMemorySaver())
    source, _ = await parts_of(graph, INPUTS["ask"])
    again, parts = await parts_of(graph, Command(resume="yes"), thread_id=source.thread_id)
    assert parts[-1].data["status"] == "success"
    assert again.output["log"] == ["answer: yes"]


# Graphs without an async side.


@pytest.mark.parametrize("saver", [SyncOnly, Refusing])
async def test_a_graph_that_cannot_be_async_streams_from_a_thread(saver):
    checkpointer = saver()
    _, parts = await parts_of(build("nested", checkpointer), INPUTS["nested"])
    assert modes_of(parts) == {"values", "updates", "messages", "custom", "debug"}
    assert parts[-1].data["status"] == "success"
    assert "lg_jupyter stream" in checkpointer.threads
    assert threading.main_thread().name not in checkpointer.threads


async def test_the_loop_lives_while_a_thread_streams():
    beats = 0

    async def beat():
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0.01)

    heart = asyncio.ensure_future(beat())
    await parts_of(build("heavy", SyncOnly()), INPUTS["heavy"])
    heart.cancel()
    assert beats > 20


async def test_a_failure_in_a_thread_keeps_its_traceback():
    with pytest.raises(ValueError, match="no milk") as raised:
        await parts_of(build("broken", SyncOnly()), INPUTS["broken"])
    assert raised.traceback[-1].name == "fall"


async def test_a_thread_has_the_callers_context():
    color: contextvars.ContextVar[str] = contextvars.ContextVar("color", default="none")
    color.set("blue")

    class Says:
        def stream(self, input, config=None, *, stream_mode=None, subgraphs=False):
            yield (), "values", {"color": color.get()}

    source, _ = await parts_of(Says(), {})
    assert source.output == {"color": "blue"}


async def test_a_node_that_is_not_implemented_is_not_run_twice():
    ran = []

    def lazy(state):
        ran.append(1)
        raise NotImplementedError("later")

    class State(TypedDict):
        topic: str

    graph = StateGraph(State).add_node("lazy", lazy).add_edge(START, "lazy").compile(InMemorySaver())
    with pytest.raises(NotImplementedError, match="later"):
        await parts_of(graph, {"topic": ""}, modes=("messages",))
    assert ran == [1]


@pytest.mark.parametrize("saver", [SyncOnly, Refusing])
async def test_events_need_an_async_side(saver):
    with pytest.raises(
        ModeError, match=f"its checkpointer, {saver.__name__}, has no async side; leave it out"
    ):
        await parts_of(build("steps", saver()), INPUTS["steps"], modes=("events", "values"))


# What goes on after a cancel.


@pytest.mark.parametrize(
    ("graph", "running", "sentence"),
    [
        ("slow", [("", "tick")], ""),
        ("heavy", [("", "tick")], "The node tick is a plain (not async) function: it goes on"),
        ("heavy", [], ""),
        ("heavy", None, "A plain (not async) function that was running goes on"),
        (
            "nested",
            [("", "team"), ("team:1", "writer"), ("team:1|writer:2", "draft")],
            "The node draft is a plain",
        ),
        ("nested", [("team:1", "check"), ("team:1|writer:2", "draft")], "The nodes check, draft are plain"),
        ("nested", [("tools:1", "somewhere")], "A plain (not async) function that was running"),
        ("flow", [("", "double")], "A plain (not async) function that was running"),
        ("react", [("", "tools")], "A plain (not async) function that was running"),
    ],
)
async def test_it_knows_what_cannot_be_stopped(graph, running, sentence):
    said = await LocalSource(build(graph)).cancel_and_describe_running(running)
    assert said.startswith(sentence)
    assert bool(said) == bool(sentence)


async def test_a_thread_is_left_to_end_by_itself():
    said = await LocalSource(build("heavy", SyncOnly())).cancel_and_describe_running(None)
    assert "runs in a thread" in said


# Names.


def test_a_graph_is_called_what_it_was_called():
    assert LocalSource(build("flow")).name == "flow"
    assert LocalSource(build("steps")).name == "graph"
    named = build("steps")
    named.name = "mine"
    assert LocalSource(named.with_config({"tags": ["x"]})).name == "mine"


def test_nothing_said_reads_as_such():
    assert repr(Request(input={"key": "sk-secret"}, config={"configurable": {"api_key": "sk"}})) == (
        f"Request(modes={DEFAULT_MODES!r}, subgraphs=True, thread_id=UNSET)"
    )
    assert Request().thread_id is UNSET


async def test_an_input_error_is_told_by_the_end_too():
    source = LocalSource(build("steps"))
    parts: list[Part] = []
    with pytest.raises(InputError):
        await collect(source, None, parts)
    assert parts[-1].data["status"] == "error"
