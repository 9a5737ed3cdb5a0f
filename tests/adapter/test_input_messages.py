"""Which of the messages that a graph begins with are its input."""

from __future__ import annotations

from typing import Any

import pytest

from lg_jupyter.adapter.input_messages import InputMessageClassifier
from tests.adapter.build import Stream


def human(text: str, message_id: str | None = None) -> dict[str, Any]:
    return {"type": "human", "content": text, "id": message_id}


def begun(*given: dict[str, Any], thread_id: str | None = "t") -> InputMessageClassifier:
    messages = InputMessageClassifier()
    messages.on_run_started({"thread_id": thread_id, "input": {"messages": list(given)}}, {"messages"})
    return messages


STATE = [human("first", "1"), human("second", "2"), human("third", "3")]


def test_on_a_thread_what_was_given_is_input_and_the_rest_is_history() -> None:
    assert begun(human("third")).classify_sources("", STATE) == ["history", "history", "input"]
    assert begun(human("second", "2")).classify_sources("", STATE) == ["history", "input", "history"]


def test_of_two_that_are_the_same_the_newer_is_the_input() -> None:
    assert begun(human("again")).classify_sources("", [human("again", "1"), human("again", "2")]) == [
        "history",
        "input",
    ]


def test_without_a_thread_all_is_input() -> None:
    assert begun(thread_id=None).classify_sources("", STATE) == ["input"] * 3


def test_what_the_checkpoint_before_did_not_have_is_input() -> None:
    messages = begun()
    messages.note_messages_before_input("", STATE[:2])
    assert messages.classify_sources("", STATE) == ["history", "history", "input"]


@pytest.mark.parametrize(("namespace", "source"), [("team:1", "input"), ("team", "history")])
def test_a_subgraph_begins_with_input_where_it_has_no_state_of_its_own(namespace: str, source: str) -> None:
    assert begun(human("third")).classify_sources(namespace, STATE) == [source] * 3


def test_a_message_that_stands_twice_in_a_state_is_given_once_and_hides_none() -> None:
    stream = Stream("values")
    first, second = human("first", "1"), human("second", "2")
    *_, given = stream("values", {"messages": [first, first, second]})
    assert [message.message_id for message in given.messages] == ["1", "2"]


def test_of_a_thread_that_goes_on_nothing_is_input() -> None:
    messages = begun(human("third"))
    messages.on_run_resumed()
    assert messages.classify_sources("", STATE) == ["history"] * 3
    assert messages.classify_sources("team:1", STATE) == ["history"] * 3
    assert not messages.is_pending


def test_a_run_without_input_goes_on_with_what_its_thread_had_left_to_do() -> None:
    messages = InputMessageClassifier()
    messages.on_run_started({"thread_id": "t", "input": None}, ())
    assert messages.classify_sources("team:1", STATE) == ["history"] * 3
    messages.on_run_started({"thread_id": "t"}, ())  # what its input is, the source does not say
    assert messages.classify_sources("team:1", STATE) == ["input"] * 3


def test_the_update_of_a_command_is_input() -> None:
    messages = InputMessageClassifier()
    command = {"update": {"messages": [human("third")]}, "resume": None, "goto": []}
    messages.on_run_started({"thread_id": "t", "input": command}, {"messages"})
    assert messages.classify_sources("", STATE) == ["history", "history", "input"]


def test_a_message_that_the_checkpoint_had_is_input_where_it_is_given_again() -> None:
    messages = begun(human("second", "2"))
    messages.note_messages_before_input("", STATE[:2])
    assert messages.classify_sources("", STATE) == ["history", "input", "input"]
    messages.note_messages_before_input("team:1", [human("first")])
    assert messages.classify_sources("team:1", STATE) == ["history", "input", "input"]


def test_input_is_unseen_as_long_as_no_state_has_its_channel() -> None:
    messages = begun(human("third"))
    assert messages.is_pending
    assert [found.message["content"] for found in messages.pop_unshown_input(["other"])] == ["third"]
    assert not messages.is_pending
    assert messages.pop_unshown_input(["messages"]) == []
    assert not begun().is_pending


def test_one_that_has_an_id_is_not_another_that_says_the_same() -> None:
    assert begun(human("third", "9")).classify_sources("", STATE) == ["history"] * 3
    messages = begun()
    messages.note_messages_before_input("", [human("third", "9"), human("first")])
    assert messages.classify_sources("", STATE) == ["history", "input", "input"]
    messages.note_messages_before_input("", [human("first"), human("first")])
    assert messages.classify_sources("", STATE[:1] * 3) == ["history", "history", "input"]


@pytest.mark.parametrize("given", [[human("third")], human("third")])
def test_input_of_a_function_may_be_messages_themselves(given: Any) -> None:
    messages = InputMessageClassifier()
    messages.on_run_started({"thread_id": "t", "input": given}, {"messages"})
    assert messages.is_pending
    assert messages.classify_sources("", STATE) == ["history", "history", "input"]
