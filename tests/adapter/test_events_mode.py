"""Mode ``events`` alone, item by item: what of LangChain's own events becomes a fact, and where."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.calls import ModelCallEnded
from lg_jupyter.events.events import (
    CompleteMessage,
    CustomDataEmitted,
    Fact,
    InitialMessages,
    MessageChunk,
    MessageRemoved,
    StateUpdate,
    StateValues,
    SubgraphInfo,
    TaskEnded,
    TaskRetried,
    TaskStarted,
)
from tests.adapter.build import Stream, ai, call, chunk, only


def item(event: str, run_id: str, *around: str, name: str = "llm", **fields: Any) -> dict[str, Any]:
    """An event of what runs in a node, within the runs that are ``around`` it."""
    data = {key: fields.pop(key) for key in ("input", "output", "chunk") if key in fields}
    head = {"event": event, "run_id": run_id, "name": name, "parent_ids": [*around]}
    return {**head, "metadata": call(), "data": data, **fields}


def inner(node: str = "ask", task: str = "t2", **more: Any) -> dict[str, Any]:
    """The metadata of a task in the graph that ``llm`` runs."""
    return {**call(node, task), "langgraph_checkpoint_ns": f"llm:t1|{node}:{task}", **more}


def kinds(facts: tuple[Fact, ...]) -> list[type]:
    return [*map(type, facts)]


# -- the name of a graph --------------------------------------------------------------------------------


def in_a_graph(*around: str, faults: int = 0) -> tuple[Fact, ...]:
    """What a node tells that begins in a graph which ``llm`` runs: ``r`` and ``1`` are the runs around that
    graph, ``s`` is its own, ``e`` one that has ended."""
    stream = Stream("events")
    stream("events", item("on_chain_start", "r", name="outermost", metadata={}))
    stream("events", item("on_chain_start", "1", "r"))
    for run_id, name in (("e", "ended"), ("s", "researcher")):
        assert stream("events", item("on_chain_start", run_id, "r", "1", name=name)) == ()
    assert stream("events", item("on_chain_end", "e", "r", "1", name="ended")) == ()
    facts = stream("events", item("on_chain_start", "2", *around, name="ask", metadata=inner()))
    assert (stream.event.namespace, stream.event.node, stream.event.task_id) == ("llm:t1", "ask", "t2")
    assert [*stream.adapter.faults] == []
    return facts


def test_a_graph_is_called_as_the_chain_around_its_first_node() -> None:
    named, started = in_a_graph("r", "1", "s")
    assert named == SubgraphInfo(graph_name="researcher")
    assert isinstance(started, TaskStarted)


@pytest.mark.parametrize("around", [(), ("unknown",), ("s", "unknown"), ("r", "s", "e")])
def test_a_graph_has_no_name_where_that_chain_is_not_known(around: tuple[str, ...]) -> None:
    assert kinds(in_a_graph(*around)) == [TaskStarted]


def test_a_name_is_told_once_and_none_of_the_root() -> None:
    stream = Stream("events")
    stream("events", item("on_chain_start", "r", name="outermost", metadata={}))
    assert kinds(stream("events", item("on_chain_start", "1", "r"))) == [TaskStarted]
    stream("events", item("on_chain_start", "s", "r", "1", name="researcher"))
    told = [
        kinds(
            stream(
                "events", item("on_chain_start", task, "r", "1", "s", name="ask", metadata=inner(task=task))
            )
        )
        for task in ("t2", "t3")
    ]
    assert told == [[SubgraphInfo, TaskStarted], [TaskStarted]]


# -- nodes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("modes", "started", "ended"),
    [
        (["events"], [TaskStarted], [TaskEnded]),
        (["events", "tasks"], [], []),
        (["events", "debug"], [], []),
    ],
)
def test_a_node_begins_and_ends_where_nothing_else_tells_it(
    modes: list[str], started: list[type], ended: list[type]
) -> None:
    stream = Stream(*modes)
    assert kinds(stream("events", item("on_chain_start", "1", "r"))) == started
    facts = stream("events", item("on_chain_end", "1", "r", output={"foo": "x"}))
    assert kinds(facts) == ended
    if ended:
        assert only(facts) == TaskEnded("t1", "llm", "success", 3.0, {"foo": "x"})
    assert stream("events", item("on_chain_end", "1", "r", output={"foo": "x"})) == ()


def test_a_chain_beside_its_node_is_none() -> None:
    stream = Stream("events")
    assert stream("events", item("on_chain_start", "1", "r", name="prompt")) == ()
    assert stream("events", item("on_chain_start", "2", "r", metadata={"langgraph_node": "llm"})) == ()
    assert stream("events", item("on_chain_end", "1", "r", name="prompt")) == ()


def test_a_node_is_tried_again_where_it_begins_anew_in_one_run_of_the_graph() -> None:
    stream = Stream("events")
    stream("events", item("on_chain_start", "1", "r", "x"))
    again = stream("events", item("on_chain_start", "2", "r", "y"))
    assert only(again) == TaskRetried("t1", 3.0)
    assert stream("events", item("on_chain_start", "3", "r2", "y")) == ()  # another stream goes on with it
    assert stream("events", item("on_chain_start", "4")) == ()  # nobody says in which


def test_where_callbacks_tell_of_tries_events_do_not() -> None:
    stream = Stream()
    stream("control", {"event": "start", "modes": ["events"], "calls": "callback"})
    stream("events", item("on_chain_start", "1", "r"))
    assert stream("events", item("on_chain_start", "2", "r")) == ()


def test_a_chain_in_a_node_that_goes_on_is_inside_it_until_that_ends() -> None:
    stream = Stream("events")
    stream("events", item("on_chain_start", "1", "r"))
    assert stream("events", item("on_chain_start", "2", "r", "1")) == ()
    assert stream("events", item("on_chain_start", "3")) == ()  # nobody says that it is not
    assert kinds(stream("events", item("on_chain_start", "4", "r", "z"))) == [TaskRetried]
    assert stream("events", item("on_chain_end", "1", "r")) == ()  # the run before has no end any more
    assert kinds(stream("events", item("on_chain_end", "4", "r"))) == [TaskEnded]


MESSAGES = {"messages": [{"type": "human", "content": "hi", "id": "h"}]}


@pytest.mark.parametrize(
    ("modes", "metadata", "is_state"),
    [
        (["events"], {}, True),
        (["events"], {"langgraph_path": ["__pregel_push", 0, False]}, False),
        (["events"], {"langgraph_path": []}, True),
        (["events"], {"langgraph_path": "__pregel_push"}, True),
        (["events", "values"], {}, False),
    ],
)
def test_what_a_node_got_is_the_state_unless_it_was_sent(
    modes: list[str], metadata: dict[str, Any], is_state: bool
) -> None:
    stream = Stream(*modes)
    given = item("on_chain_start", "1", "r", input=MESSAGES)
    facts = stream("events", {**given, "metadata": {**call(), **metadata}})
    assert kinds(facts) == [InitialMessages] * is_state + [TaskStarted]


@pytest.mark.parametrize(
    ("modes", "told"),
    [(["events"], 1), (["events", "updates"], 0), (["events", "tasks"], 0), (["events", "debug"], 0)],
)
def test_what_a_node_wrote_away_is_told_once(modes: list[str], told: int) -> None:
    """A removal of all messages, which other modes show where they are streamed."""
    stream = Stream(*modes)
    stream("events", item("on_chain_start", "1", "r", input=MESSAGES))
    output = {"messages": [{"type": "remove", "content": "", "id": "__remove_all__"}]}
    facts = kinds(stream("events", item("on_chain_end", "1", "r", output=output)))
    assert facts.count(MessageRemoved) == told


@pytest.mark.parametrize("is_call", [True, False])
def test_what_a_task_of_a_function_returns_waits_for_no_state(is_call: bool) -> None:
    stream = Stream("events", "values")
    path = ["__pregel_push", ["__pregel_pull", "llm"], 0, is_call]
    metadata = {
        **call(),
        "langgraph_path": path,
        "langgraph_checkpoint_ns": "f:t0|llm:t1" if is_call else "llm:t1",
    }
    given = item("on_chain_start", "1", "r", input=MESSAGES)
    assert kinds(stream("events", {**given, "metadata": metadata})) == [TaskStarted]
    ended = item("on_chain_end", "1", "r", output={"messages": [{"type": "ai", "content": "hi"}]})
    facts = kinds(stream("events", {**ended, "metadata": metadata}))
    assert facts == [CompleteMessage] * is_call + [TaskEnded]


def test_where_graphs_in_nodes_are_not_followed_what_they_do_is_their_nodes() -> None:
    stream = Stream()
    stream("control", {"event": "start", "modes": ["events"], "subgraphs": False})
    stream("checkpoints", {"metadata": {"step": 4}, "config": {"configurable": {"checkpoint_id": "c"}}})
    assert stream("events", item("on_chain_start", "2", "r", name="ask", metadata=inner())) == ()
    event = stream.event
    assert (event.namespace, event.node, event.task_id, event.step) == ("", "llm", "t1", 5)
    assert kinds(stream("events", item("on_chain_start", "1", "r"))) == [TaskStarted]


# -- the root graph -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("modes", "told"),
    [(["events"], True), (["events", "values"], False), (["events", "updates"], False)],
)
def test_what_the_root_gave_is_its_last_state_where_none_is_streamed(modes: list[str], told: bool) -> None:
    stream = Stream(*modes)
    facts = stream("events", item("on_chain_end", "r", name="g", metadata={}, output={"foo": "x"}))
    assert list(facts) == [StateValues({"foo": "x"}, is_final=True)] * told


def test_what_a_node_wrote_is_an_update_once_its_node_is_known() -> None:
    stream = Stream("events")

    def streamed(written: Any, *around: str) -> list[type]:
        given = item("on_chain_stream", "r", *around, name="g", metadata={}, chunk=written)
        return [kind for kind in kinds(stream("events", given)) if kind is StateUpdate]

    assert streamed({"llm": {"foo": "x"}}) == []
    stream("events", item("on_chain_start", "1", "r"))
    assert streamed({"llm": {"foo": "x"}}) == [StateUpdate]
    assert streamed({"llm": {"foo": "x"}, "__metadata__": {"cached": True}}) == [StateUpdate]
    assert streamed({"llm": {"foo": "x"}, "another": 1}) == []
    assert streamed({"llm": {"foo": "x"}}, "around") == []


@pytest.mark.parametrize(
    ("part", "namespace"), [([["a:1", "b:2"], "custom", 5], "a:1|b:2"), (["custom", 5], "")]
)
def test_a_part_of_another_mode_is_an_event_of_that_mode(part: list[Any], namespace: str) -> None:
    stream = Stream("events")
    facts = stream("events", item("on_chain_stream", "r", name="g", metadata={}, chunk=part))
    assert only(facts) == CustomDataEmitted(5)
    event = stream.event
    assert (event.mode, event.namespace, event.data) == ("custom", namespace, 5)


def test_a_mode_that_comes_inside_events_is_read_there_alone() -> None:
    stream = Stream("events")
    state = [[], "values", {"foo": "x"}]
    stream("events", item("on_chain_stream", "r", name="g", metadata={}, chunk=state))
    ended = item("on_chain_end", "r", name="g", metadata={}, output={"foo": "x"})
    assert stream("events", ended) == ()


# -- models and custom events ---------------------------------------------------------------------------


def test_a_model_streams_under_its_own_id_or_else_that_of_its_call() -> None:
    stream = Stream("events")
    stream("events", item("on_chain_start", "1", "r"))
    for message_id, known in (("m", "m"), (None, "2")):
        given = item("on_chat_model_stream", "2", "1", chunk=chunk("a", message_id), tags=["first"])
        told = only(stream("events", given))
        assert (told.message_id, told.text, told.tags) == (known, "a", ["first"])
        assert stream.event.message_id == known


def test_tags_of_a_call_are_those_that_came_with_it_first() -> None:
    stream = Stream("events")
    for tags, shown in ((["one"], ["one"]), (["other"], None)):
        given = item("on_chat_model_stream", "2", "1", chunk=chunk("a"), tags=tags)
        assert only(stream("events", given)).tags == shown
    ended = stream("events", item("on_chat_model_end", "2", "1", output=ai("a")))
    assert [fact.message_id for fact in ended if isinstance(fact, CompleteMessage)] == ["m"]
    again = item("on_chat_model_stream", "2", "1", chunk=chunk("b", "n"), tags=["third"])
    assert only(stream("events", again)).tags == ["third"]


def test_where_messages_are_streamed_those_in_events_tell_nothing() -> None:
    stream = Stream("events", "messages")
    assert stream("events", item("on_chat_model_stream", "2", "1", chunk=chunk("a"))) == ()
    ended = stream("events", item("on_chat_model_end", "2", "1", output=ai("a")))
    assert kinds(ended) == [ModelCallEnded]
    assert isinstance(only(stream.message(chunk("a"), call())), MessageChunk)


def test_a_custom_event_has_its_name_and_its_data() -> None:
    stream = Stream("events")
    given = item("on_custom_event", "2", "1", name="progress")
    assert only(stream("events", {**given, "data": [1, 2]})) == CustomDataEmitted(
        {"name": "progress", "data": [1, 2]}
    )


@pytest.mark.parametrize(
    "wrong",
    [{"run_id": 1}, {"run_id": None}, {"name": 2}, {"parent_ids": [1]}, {"parent_ids": "r"}],
)
def test_what_is_no_event_of_langchains_is_a_fault_and_changes_nothing(wrong: dict[str, Any]) -> None:
    stream = Stream("events")
    good = item("on_chain_start", "1", "r")
    assert stream("events", {**good, **wrong}) == ()
    assert [*stream.adapter.faults] == [("events", "TypeError")]
    assert kinds(stream("events", good)) == [TaskStarted]


def test_what_nobody_knows_is_no_fault() -> None:
    stream = Stream("events")
    assert stream("events", {"event": "on_parser_start"}) == ()
    assert [*stream.adapter.faults] == []
