"""Messages that several parts show: which are new, and whose, in the order in which the parts come."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.events.events import CompleteMessage, Fact, InitialMessages, MessageRemoved
from tests.adapter.build import Stream, ai, call, chunk


def human(content: str = "hi", message_id: str | None = "h") -> dict[str, Any]:
    return {"type": "human", "content": content, "id": message_id}


def told(facts: tuple[Fact, ...]) -> list[tuple[Any, ...]]:
    """Id, text and who wrote it, of each whole message; what is given or removed by itself."""
    lines: list[tuple[Any, ...]] = []
    for fact in facts:
        if isinstance(fact, CompleteMessage):
            writer = fact.writer and (fact.writer.namespace, fact.writer.node, fact.writer.task_id)
            lines.append((fact.message_id, fact.text, writer))
        elif isinstance(fact, InitialMessages):
            lines.append(("given", *(message.message_id for message in fact.messages)))
        elif isinstance(fact, MessageRemoved):
            lines.append(("removed", fact.message_id))
    return lines


def update(stream: Stream, *messages: Any, node: str = "llm", namespace: str = "") -> list[tuple[Any, ...]]:
    return told(stream("updates", {node: {"messages": [*messages]}}, namespace))


def state(stream: Stream, *messages: Any, namespace: str = "") -> list[tuple[Any, ...]]:
    return told(stream("values", {"messages": [*messages]}, namespace))


def test_a_message_is_told_once_and_again_only_where_it_says_something_else() -> None:
    stream = Stream("updates", "values")
    state(stream)
    assert update(stream, ai("one")) == [("m", "one", None)]
    assert state(stream, ai("one")) == []
    assert update(stream, ai("one")) == []
    assert state(stream, ai("two")) == [("m", "two", None)]
    assert state(stream, ai("two")) == []


def test_a_message_of_which_chunks_came_is_told_whole_once() -> None:
    stream = Stream("messages", "updates", "values")
    state(stream)
    stream.message(chunk("on"), call())
    stream.message(chunk("e", chunk_position="last"), call())
    assert update(stream, ai("one")) == [("m", "one", None)]
    assert state(stream, ai("one")) == []


def test_what_was_removed_and_comes_back_is_told_again() -> None:
    stream = Stream("updates", "values")
    state(stream)
    update(stream, ai("one"))
    assert state(stream, ai("one")) == []
    assert state(stream) == [("removed", "m")]
    assert state(stream) == []
    assert state(stream, ai("one")) == [("m", "one", None)]


def test_a_removal_is_told_where_no_state_shows_it_and_once() -> None:
    stream = Stream("updates")
    gone = {"type": "remove", "content": "", "id": "m"}
    assert update(stream, gone) == []  # of what nobody has seen
    update(stream, ai("one"))
    assert update(stream, gone) == [("removed", "m")]
    assert update(stream, gone) == []
    both = Stream("updates", "values")
    update(both, ai("one"))
    assert update(both, gone) == []


def test_one_without_an_id_gets_its_states_in_the_graph_that_wrote_it() -> None:
    for namespace, known in (("", True), ("sub:t1", True), ("other:t2", False)):
        stream = Stream("updates", "values")
        for each in ("", "sub:t1", "other:t2"):
            state(stream, namespace=each)
        assert update(stream, ai("hi", None), namespace="sub:t1") == []  # its state gives it an id
        shown = state(stream, ai("hi", "new"), namespace=namespace)
        assert [line[:2] for line in shown] == [("new", "hi")]
        assert (shown[0][2] is not None) is known


def test_where_no_state_comes_one_without_an_id_is_told_at_once_and_with_its_id_no_more() -> None:
    stream = Stream("updates")
    ((row, text, _),) = update(stream, ai("hi", None))
    assert (row, text) == ("message#1", "hi")
    ((other, *_),) = update(stream, ai("hi", None))
    assert other == "message#2"


def test_what_no_state_shows_comes_when_it_is_overdue_or_with_the_end() -> None:
    stream = Stream("updates", "values")
    state(stream)
    update(stream, ai("hi", None))
    assert [line[1] for line in state(stream)] == ["hi"]
    update(stream, ai("ho", None))
    assert [line[1] for line in told(stream.end())] == ["ho"]
    assert told(stream.end()) == []


@pytest.mark.parametrize("namespace", ["", "sub:t1"])
def test_the_first_state_of_a_graph_shows_what_was_there(namespace: str) -> None:
    stream = Stream("values")
    assert state(stream, human(), namespace=namespace) == [("given", "h")]
    assert state(stream, human(), ai("one"), namespace=namespace) == [("m", "one", None)]


def test_where_a_task_began_before_it_the_first_state_shows_what_that_wrote() -> None:
    stream = Stream("updates", "values")
    update(stream, human("x", "other"))
    assert state(stream, human("x", "other"), ai("one")) == [("m", "one", None)]


def test_a_run_that_goes_on_begins_with_what_there_is() -> None:
    stream = Stream("values")
    state(stream, human())
    stream("control", {"event": "resume", "value": 1})
    assert state(stream, human(), ai("meanwhile")) == [("given", "m")]
    assert state(stream, human(), ai("meanwhile"), ai("now", "n")) == [("n", "now", None)]


def test_of_a_long_history_the_newest_are_given_and_an_edit_of_an_older_one_is_told() -> None:
    from lg_jupyter.adapter.message_tracker import MAX_HISTORY_MESSAGES

    stream = Stream()
    run_input = {"messages": [human("now", "now")]}
    stream("control", {"event": "start", "modes": ["values"], "thread_id": "t", "input": run_input})
    many = [human(str(number), f"h{number}") for number in range(MAX_HISTORY_MESSAGES + 2)]
    (fact,) = (
        fact
        for fact in stream("values", {"messages": [*many, *run_input["messages"]]})
        if isinstance(fact, InitialMessages)
    )
    assert [message.message_id for message in fact.messages] == [
        *(f"h{number}" for number in range(2, MAX_HISTORY_MESSAGES + 2)),
        "now",
    ]
    assert fact.omitted_count == 2
    assert [message.source for message in fact.messages[-2:]] == ["history", "input"]
    edited = [human("edited", "h0"), *many[1:], *run_input["messages"]]
    assert state(stream, *edited) == [("h0", "edited", None)]
    assert state(stream, *edited[1:]) == [("removed", "h0")]
    assert state(stream, *edited[2:]) == []  # which had no row


def test_input_comes_before_what_somebody_makes_of_it_or_with_the_end() -> None:
    for modes in (["messages", "values"], ["values"]):
        stream = Stream()
        run_input = {"messages": [human()]}
        start = {"event": "start", "modes": modes, "thread_id": "t", "input": run_input}
        assert told(stream("control", start)) == []
        assert told(stream("custom", 1)) == []
        first = stream.message(chunk("a"), call()) if "messages" in modes else stream.end()
        assert told(first) == [("given", "h")]
        assert told(stream.end()) == []


def test_where_no_state_is_streamed_input_comes_first() -> None:
    stream = Stream()
    start = {"event": "start", "modes": ["updates"], "thread_id": "t", "input": {"messages": [human()]}}
    assert told(stream("control", start)) == [("given", "h")]
    assert update(stream, human()) == []
    assert told(stream.end()) == []
